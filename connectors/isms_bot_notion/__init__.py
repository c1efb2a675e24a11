"""The connector for Notion. `NotionConnector` is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isms_bot_notion.connector import NotionConnector

__all__ = ["NotionConnector"]


def __getattr__(name: str) -> object:
    """Import the connector lazily, so that listing connectors costs nothing (PEP 562)."""
    if name == "NotionConnector":
        from isms_bot_notion.connector import NotionConnector  # noqa: PLC0415

        return NotionConnector
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
