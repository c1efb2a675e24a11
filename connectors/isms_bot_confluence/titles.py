"""Titles are unique in a space, archived pages and upper case included: what to try when one is taken. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from isms_bot.model import Key

LONGEST = 255
"""Characters of a title."""


def tries(title: str, key: Key, taken: str = "") -> Iterator[str]:
    """Titles to try, one after the other: the wanted one, then with the last part of the key, then numbered up to 99.

    `taken`: a title that is known to be taken.
    """
    last = key.rsplit("/", 1)[-1]
    wanted = _cut(title, "")
    if wanted.casefold() != taken.strip().casefold():
        yield wanted
    marked = f" · {last}"
    yield _cut(title, marked)
    for number in range(2, 100):
        yield _cut(title, f"{marked} ({number})")


def _cut(title: str, suffix: str) -> str:
    """Title and suffix in the space that there is; a title is never empty and has no blanks around it."""
    words = " ".join(title.split()) or "Untitled"
    room = LONGEST - len(suffix)
    return (words if len(words) <= room else f"{words[: room - 1]}…") + suffix
