"""The in-memory connector keeps the promises of the port, as both families of platform."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("isms_bot.testing.promises")

from isms_bot.testing import MemoryWiki  # noqa: E402
from isms_bot.testing.suite import ConnectorSuite  # noqa: E402
from isms_bot.testing.under_test import ColumnsUnderTest  # noqa: E402


class TestMemoryConnector(ConnectorSuite):
    """A platform with a lock, restrictions and exact times that says when a page was purged."""

    @pytest.fixture
    def wiki(self) -> ColumnsUnderTest:
        return MemoryWiki(tells_of_purge=True)


class TestCoarseMemoryConnector(ConnectorSuite):
    """A platform without any of these."""

    @pytest.fixture
    def wiki(self) -> ColumnsUnderTest:
        return MemoryWiki(floor_to_minute=True)
