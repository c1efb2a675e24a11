"""A wrapper is a connector: patience that has run out and a pace nobody notices keep every promise of the port."""

from __future__ import annotations

from typing import Any, cast

import pytest

pytest.register_assert_rewrite("isms_bot.testing.promises")

from isms_bot.clock import SystemClock  # noqa: E402
from isms_bot.connector import Connector  # noqa: E402
from isms_bot.pacing import Paced, Patient  # noqa: E402
from isms_bot.testing import MemoryWiki  # noqa: E402
from isms_bot.testing.suite import ConnectorSuite  # noqa: E402
from isms_bot.testing.under_test import ColumnsUnderTest  # noqa: E402


def refuse_to_wait(seconds: float) -> None:
    pytest.fail(f"something waited {seconds} seconds")


class WrappedWiki:
    """A wiki in memory whose connectors are wrapped."""

    def __init__(self) -> None:
        self._wiki = MemoryWiki()

    def __getattr__(self, name: str) -> Any:
        made = getattr(self._wiki, name)
        if name in ("connector", "unbound", "other_installation", "stranger", "private_connector"):
            return lambda *given: self._wrapped(made(*given))
        return made

    def _wrapped(self, inner: Connector) -> Connector:
        clock = SystemClock()
        at_once = Paced(inner, clock, per_second=1e6, burst=10**6, cap=0, sleep=refuse_to_wait)
        return Patient(at_once, clock, budget=0, sleep=refuse_to_wait)


class TestWrappedConnector(ConnectorSuite):
    """Patience around pace around memory."""

    @pytest.fixture
    def wiki(self) -> ColumnsUnderTest:
        return cast("ColumnsUnderTest", WrappedWiki())
