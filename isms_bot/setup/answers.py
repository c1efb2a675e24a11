"""What was answered, as the rest of `setup` uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from isms_bot.config import SecretRef
from isms_bot.connector import AccountInfo, Place


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret and where it is kept. `value`: what was typed or found; `to_write`: it is not there yet, and a file is written for
    it. A variable of the environment cannot be set from here: `to_export` says that somebody has to."""

    ref: SecretRef
    value: str = field(repr=False)
    to_write: bool = False
    to_export: bool = False


@dataclass(slots=True)
class Answers:
    """Everything that the configuration is written from. `settings` as the connector takes them; `team` None: everybody."""

    workspace: str
    connector: str = ""
    place: Place | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    token: Kept | None = None
    people: tuple[AccountInfo, ...] = ()
    """Everybody whom the token sees."""
    country: str = ""
    calendar: str = ""
    timezone: str = ""
    language: str = "en"
    manager: AccountInfo | None = None
    deputy: AccountInfo | None = None
    team: tuple[AccountInfo, ...] | None = None
    pack: str = ""
    mail: Kept | None = None
