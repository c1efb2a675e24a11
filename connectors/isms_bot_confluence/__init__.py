"""The connectors for Confluence Cloud and Confluence Data Center. Each is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isms_bot_confluence.connector import CloudConnector, DataCenterConnector

__all__ = ["CloudConnector", "DataCenterConnector"]


def __getattr__(name: str) -> object:
    """Import a connector lazily, so that listing connectors costs nothing (PEP 562)."""
    if name in __all__:
        from isms_bot_confluence import connector  # noqa: PLC0415

        return getattr(connector, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
