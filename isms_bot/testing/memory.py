"""A complete wiki in memory behind the port: the fast stand-in for a vendor in tests of everything above the port.

    wiki = MemoryWiki()
    first = wiki.connector()          # bound; the containers are made on the way
    again = wiki.connector()          # the bot after a restart: another instance over the same wiki
    wiki.faults.on("create", "crash-after")

Two families of platform are played: `MemoryConnector` has a lock, restrictions and exact times; `CoarseMemoryConnector` has
neither and times floored to the minute.
"""

from __future__ import annotations

from isms_bot.layout import PRIVATE, SOURCES, Layout
from isms_bot.testing.faults import FaultPlan
from isms_bot.testing.gestures import Gestures
from isms_bot.testing.memory_connector import CoarseMemoryConnector, MemoryConnector
from isms_bot.testing.world import TOKEN

INSTALLATION = "00000000-0000-4000-8000-000000000001"
OTHER_INSTALLATION = "00000000-0000-4000-8000-000000000002"


class MemoryWiki(Gestures):
    """A wiki in memory with people's gestures and its own clock; makes the connectors that work in it."""

    _layout: Layout | None = None

    def connector(self, *, installation: str = INSTALLATION, workspace: str = "acme") -> MemoryConnector:
        """A fresh connector, bound. The containers are made (or adopted) once, without counting calls or meeting faults."""
        connector = self.unbound(installation=installation, workspace=workspace)
        connector.bind(self._containers(connector))
        return connector

    def _containers(self, connector: MemoryConnector) -> Layout:
        if self._layout is None:
            calls, faults = self.calls, self.faults
            self.faults = FaultPlan()
            self._layout = connector.ensure(SOURCES, None, _silent)
            self.calls, self.faults = calls, faults
            connector.forget_calls()
        return self._layout

    def unbound(
        self, *, token: str = TOKEN, installation: str = INSTALLATION, workspace: str = "acme"
    ) -> MemoryConnector:
        """A fresh connector that knows no containers yet."""
        kind = CoarseMemoryConnector if self.floor_to_minute else MemoryConnector
        return kind(self, token=token, installation=installation, workspace=workspace)

    def private_connector(self, *insiders: str) -> MemoryConnector:
        """A fresh connector with a private area, closed by hand to all but `insiders` where pages cannot be restricted."""
        connector = self.unbound()
        if not connector.capabilities.restrictions:
            self.closed_place = frozenset(map(self.account, insiders))
        connector.bind(connector.ensure(SOURCES, self._containers(self.unbound()), _silent, PRIVATE))
        connector.forget_calls()
        return connector

    def other_installation(self) -> MemoryConnector:
        """A bound connector of another installation in the same workspace."""
        return self.connector(installation=OTHER_INSTALLATION)

    def stranger(self) -> MemoryConnector:
        """A connector bound to this wiki whose token the wiki does not know."""
        stranger = self.unbound(token="no-such-token")  # noqa: S106 - refused by design
        stranger.bind(self._containers(self.unbound()))
        return stranger


def _silent(_: str) -> None:
    """Told what nobody needs to hear."""
