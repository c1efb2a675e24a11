"""Whose name is it? Written names are compared loosely; a short form counts only where it fits one person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from isms_bot.model import Person, RosterId
from isms_bot.signoff.folding import composed, flat

_WORD = re.compile(r"[^\W\d_]+")
_JOINED = re.compile(r"['’`´]")
_PLAIN = str.maketrans({"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ø": "oe", "Ø": "oe", "å": "aa", "Å": "aa"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """The people that a text may name. `words`: at least one whole word of the name is written, not initials alone."""

    people: frozenset[RosterId] = frozenset()
    words: bool = False

    @property
    def only(self) -> RosterId | None:
        """The one person meant, None if nobody or more than one fits."""
        return next(iter(self.people)) if len(self.people) == 1 else None


def _spellings(text: str) -> tuple[tuple[str, ...], ...]:
    joined = _JOINED.sub("", composed(text)).translate(_PLAIN)
    return tuple({tuple(_WORD.findall(flat(spelling))) for spelling in (joined, joined.translate(_SPELT_OUT))})


def _is_full(written: tuple[str, ...], name: tuple[str, ...], *, alone: bool) -> bool:
    return sorted(written) == sorted(name) or (not alone and len(name) > 1 and set(name) <= set(written))


def _is_initials(written: tuple[str, ...], name: tuple[str, ...]) -> bool:
    initials = [word[0] for word in name]
    letters = "".join(written)
    spelt = len(written) == 1 or all(len(word) == 1 for word in written)
    return spelt and len(letters) > 1 and letters in ("".join(initials), initials[0] + initials[-1])


def _is_part(written: tuple[str, ...], name: tuple[str, ...]) -> bool:
    left = list(name)
    for word in sorted(written, key=len, reverse=True):
        fit = next((part for part in left if part == word or (len(word) == 1 and part[0] == word)), None)
        if fit is None:
            return False
        left.remove(fit)
    return any(len(word) > 1 for word in written)


def people_named(text: str, roster: Iterable[Person], day: date, *, alone: bool = False) -> Named:
    """The people of `roster` whose name `text` may be, regardless of case, accents and order.

    Whole names first ("Anna Jansen, operations" is one, unless `alone`: nothing else may stand there); only if there is none,
    first name, surname, "A. Jansen" or initials of people who belong to the team on `day`.
    """
    texts = [written for written in _spellings(text) if written]
    full: set[RosterId] = set()
    part: set[RosterId] = set()
    initials: set[RosterId] = set()
    for person in roster:
        pairs = [(written, name) for name in _spellings(person.name) if name for written in texts]
        if any(_is_full(*pair, alone=alone) for pair in pairs):
            full.add(person.id)
        elif not person.active(day):
            continue
        elif any(_is_part(*pair) for pair in pairs):
            part.add(person.id)
        elif any(_is_initials(*pair) for pair in pairs):
            initials.add(person.id)
    if full:
        return Named(frozenset(full), words=True)
    return Named(frozenset(part | initials), words=bool(part))


def looks_like_a_name(text: str) -> bool:
    """True for one to three words with capitals and nothing else: a name that the roster does not know, perhaps."""
    words = text.replace(".", " ").replace(",", " ").split()
    return 1 <= len(words) <= 3 and all(word[0].isupper() and word.replace("-", "").isalpha() for word in words)
