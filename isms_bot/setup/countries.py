"""Countries, their public holidays and their time zones, as the tables beside the time zone database have them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files

from isms_bot import calendars
from isms_bot.setup.asking import Wrong


@lru_cache(maxsize=1)
def names() -> Mapping[str, str]:
    """Names of countries in English by their codes of two letters."""
    return dict(line.split("\t")[:2] for line in _table("iso3166.tab"))


@lru_cache(maxsize=1)
def zones() -> Mapping[str, tuple[str, ...]]:
    """Time zones by country, the one with most people first as a rule."""
    found: dict[str, list[str]] = {}
    for line in _table("zone.tab"):
        country, _, zone = line.split("\t")[:3]
        found.setdefault(country, []).append(zone)
    return {country: tuple(listed) for country, listed in found.items()}


def country(said: str) -> tuple[str, str]:
    """(code of the country, calendar of its public holidays) for a code, a code with a region ("DE-BY") or an English name.

    The calendar is "" where no public holidays are known. Raises Wrong.
    """
    code, _, region = said.upper().partition("-")
    if code in names():
        calendar = f"{code}-{region}" if region else code
        if calendars.known_calendar(calendar):
            return code, calendar
        if region:
            raise Wrong(f'no public holidays are known for "{calendar}"; write {code} alone, or another region of it')
        return code, ""
    by_name = {name.casefold(): found for found, name in names().items()}
    if said.casefold() in by_name:
        return country(by_name[said.casefold()])
    # People say "UK", and the table says "GB" and "Britain (UK)".
    hinted = [found for name, found in by_name.items() if said.casefold() and f"({said.casefold()})" in name]
    if hinted:
        return country(hinted[0])
    close = get_close_matches(said.casefold(), by_name, n=1)
    hint = (
        f"did you mean {names()[by_name[close[0]]]} ({by_name[close[0]]})?"
        if close
        else "for example NL, DE-BY or Spain"
    )
    raise Wrong(f'"{said}" is no country that is known here; write its code of two letters or its English name, {hint}')


def zone(said: str, country_code: str) -> str:
    """The time zone that is meant: its whole name, or its last part within the country ("Madrid"). Raises Wrong."""
    if calendars.known_zone(said):
        return said
    near = [
        one
        for one in zones().get(country_code, ())
        if one.rsplit("/", 1)[-1].replace("_", " ").casefold() == said.casefold()
    ]
    if near:
        return near[0]
    raise Wrong(f'"{said}" is no time zone; write a name as "Europe/Amsterdam"')


def _table(name: str) -> list[str]:
    """Lines of a table that comes with the time zones, comments left out."""
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
