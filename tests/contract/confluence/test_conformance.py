"""The connectors for Confluence keep the promises of the port, over real requests to the sandbox."""

from __future__ import annotations

import pytest

from isms_bot.testing.suite import ArchiveSuite, PageSuite
from isms_bot.testing.under_test import WikiUnderTest
from tests.contract.confluence.wiki import CloudWiki, DataCenterWiki


class TestCloudConnector(ArchiveSuite):
    """All but those about columns: each page has a table of its own."""

    @pytest.fixture
    def wiki(self, cloud: CloudWiki) -> WikiUnderTest:
        return cloud


class TestDataCenterConnector(PageSuite):
    """The same; pages have no archive there."""

    @pytest.fixture
    def wiki(self, datacenter: DataCenterWiki) -> WikiUnderTest:
        return datacenter
