"""Reads the catalogues: one TOML file per language and the Markdown pages beside it. Holds no sentence itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

FALLBACK = "en"

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\|([^{}|]*)\|([^{}|]*))?\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PAGE = re.compile(r"[a-z][a-z-]*")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language by id, the patterns of dates and lists, and what each placeholder stands for."""

    sentences: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, Any] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a sentence: words as they are, or the `name` of a value, with two `forms` where a number chooses words."""

    text: str = ""
    name: str = ""
    forms: tuple[str, ...] = ()


def _root() -> Traversable:
    return resources.files("isms_bot.texts")


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language ("nl", "nl-BE"); an empty one if there is none."""
    base = language.lower().partition("-")[0].partition("_")[0]
    if not _LANGUAGE.fullmatch(base):
        return Catalogue()
    file = _root().joinpath(f"{base}.toml")
    if not file.is_file():
        return Catalogue()
    return read(file.read_text(encoding="utf-8"))


def read(text: str) -> Catalogue:
    """A catalogue from its TOML; a table that is left out is empty."""
    tables = tomllib.loads(text)
    return Catalogue(tables.get("sentences", {}), tables.get("calendar", {}), tables.get("placeholders", {}))


@cache
def fragments(text: str) -> tuple[Fragment, ...]:
    """A sentence taken apart at its placeholders: `{name}` or `{count|one|many}`."""
    found: list[Fragment] = []
    at = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > at:
            found.append(Fragment(text[at : match.start()]))
        name, one, many = match.groups()
        found.append(Fragment(name=name, forms=() if one is None else (one, many)))
        at = match.end()
    if at < len(text):
        found.append(Fragment(text[at:]))
    return tuple(found)


@cache
def page_source(page_id: str, language: str) -> str | None:
    """The Markdown of one page in one language, None if there is none."""
    base = language.lower().partition("-")[0].partition("_")[0]
    if not _LANGUAGE.fullmatch(base) or not _PAGE.fullmatch(page_id):
        return None
    file = _root().joinpath("pages", base, f"{page_id}.md")
    return file.read_text(encoding="utf-8") if file.is_file() else None
