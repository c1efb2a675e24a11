"""Entry points `isms_bot.connectors` -> classes: how the bot finds its connectors without naming one.

Ours are found exactly as a third party's would be. A class is imported when it is asked for, never before.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from isms_bot.connector import Connector
from isms_bot.errors import ConfigError, Problem

GROUP = "isms_bot.connectors"


def connectors() -> tuple[str, ...]:
    """Ids of all installed connectors, sorted; nothing is imported."""
    return tuple(sorted(_installed()))


def connector_class(name: str) -> type[Connector]:
    """The class behind the connector id `name`.

    Raises ConfigError if no such connector is installed (the sentence lists those that are) or if it cannot be imported.
    """
    found = _installed()
    if name not in found:
        raise ConfigError(Problem("", "connector", unknown_connector(name, tuple(sorted(found)))))
    entry = found[name]
    try:
        loaded = entry.load()
    except (ImportError, AttributeError) as error:
        what = f'"{name}" is installed but cannot be loaded from {entry.value} ({error}); install it again'
        raise ConfigError(Problem("", "connector", what)) from error
    return cast("type[Connector]", loaded)


def unknown_connector(name: str, known: tuple[str, ...]) -> str:
    """The sentence about a connector id that nobody has installed."""
    close = get_close_matches(name, known, n=1)
    hint = f'did you mean "{close[0]}"? ' if close else ""
    return f'no connector is called "{name}"; {hint}installed: {", ".join(known) or "none"}'


def _installed() -> Mapping[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
