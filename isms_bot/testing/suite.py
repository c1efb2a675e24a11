"""The conformance suite: a connector is whatever passes it.

    pytest.register_assert_rewrite("isms_bot.testing")     # in conftest.py, before the import below

    from isms_bot.testing.suite import ConnectorSuite

    class TestMyConnector(ConnectorSuite):
        @pytest.fixture
        def wiki(self) -> WikiUnderTest:
            return MyWiki(...)                             # an empty root, fresh for every test

`ConnectorSuite` is for platforms whose rows share columns, `ArchiveSuite` for those where each page has a table of its own, and
`PageSuite` for those of them that have no archive. Needs pytest. A promise that a platform cannot keep is a flaw of the port: say so there, don't skip it here.
"""

from __future__ import annotations

import pytest

from isms_bot.testing.promises.columns import ColumnPromises
from isms_bot.testing.promises.containers import ContainerPromises
from isms_bot.testing.promises.copying import CopyingPromises
from isms_bot.testing.promises.honesty import HonestyPromises
from isms_bot.testing.promises.observing import ArchivePromises, ObservingPromises
from isms_bot.testing.promises.privacy import PrivacyPromises
from isms_bot.testing.promises.proving import ProvingPromises
from isms_bot.testing.promises.reading import ReadingPromises
from isms_bot.testing.promises.rewriting import RewritingPromises
from isms_bot.testing.promises.talking import TalkingPromises
from isms_bot.testing.promises.writing import WritingPromises
from isms_bot.testing.under_test import ColumnsUnderTest, WikiUnderTest


class PageSuite(
    ContainerPromises,
    ObservingPromises,
    ReadingPromises,
    CopyingPromises,
    WritingPromises,
    RewritingPromises,
    TalkingPromises,
    HonestyPromises,
    PrivacyPromises,
    ProvingPromises,
):
    """The promises of `isms_bot.connector`; subclass it and override `wiki`."""

    @pytest.fixture
    def wiki(self) -> WikiUnderTest:
        """The wiki under test, with an empty root."""
        raise NotImplementedError(f"{type(self).__name__} must override the fixture `wiki`")


class ArchiveSuite(PageSuite, ArchivePromises):
    """And those about pages that people archive."""


class ConnectorSuite(ArchiveSuite, ColumnPromises):
    """And those about columns that all rows of a container share."""

    @pytest.fixture
    def wiki(self) -> ColumnsUnderTest:
        """The wiki under test, with an empty root."""
        raise NotImplementedError(f"{type(self).__name__} must override the fixture `wiki`")
