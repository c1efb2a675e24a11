"""The connector for Notion keeps the promises of the port, over real requests to the sandbox."""

from __future__ import annotations

import pytest

from isms_bot.testing.suite import ConnectorSuite
from isms_bot.testing.under_test import ColumnsUnderTest
from tests.contract.notion.wiki import NotionWiki


class TestNotionConnector(ConnectorSuite):
    """All of them."""

    @pytest.fixture
    def wiki(self, wiki: NotionWiki) -> ColumnsUnderTest:
        return wiki
