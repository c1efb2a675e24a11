"""Reading a comment as a signature (the first word a sign word, and nothing but a name or a date after it), or as the answer to
one that was given for somebody else (the first word one that confirms or declines)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from isms_bot.signoff.folding import composed, flat
from isms_bot.signoff.words import Labels


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """ "X for Y": who writes (may be empty) and for whom."""

    writer: str
    principal: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes or a no, and what follows the word that says it."""

    yes: bool
    rest: str


@lru_cache(maxsize=256)
def _first(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"[\W_]*(?:{'|'.join(map(re.escape, words))})(?!\w)")


@lru_cache(maxsize=64)
def _behalf(labels: Labels) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, labels.behalf))})(?!\w)")


@lru_cache(maxsize=64)
def _link(labels: Labels) -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<!\w)(?:{'|'.join(map(re.escape, labels.link))})(?!\w)|[^\w.'’-])+|(?<!\w)[.'’-]+|[.'’-]+(?!\w)"
    )


def after_sign_word(text: str, labels: Labels) -> str | None:
    """What follows the sign word, None if the comment does not begin with one or asks something ("Signed?")."""
    return _after(text, labels.sign)


def _after(text: str, words: tuple[str, ...]) -> str | None:
    original = composed(text)
    match = _first(words).match(flat(original))
    if match is None or "?" in original or "？" in original:
        return None
    return original[match.end() :].strip()


def answer(text: str, labels: Labels) -> Answer | None:
    """The answer that a comment gives to a signature "for" somebody, None if it does not begin with one or asks something."""
    for words, yes in ((labels.decline, False), (labels.confirm, True)):
        rest = _after(text, words)
        if rest is not None:
            return Answer(yes, rest)
    return None


def without_links(text: str, labels: Labels) -> str:
    """`text` without punctuation, symbols and the words that lead to a name or date ("by", "on")."""
    original = composed(text)
    kept: list[str] = []
    end = 0
    for match in _link(labels).finditer(flat(original)):
        kept.append(original[end : match.start()])
        end = match.end()
    return " ".join([*(part for part in kept if part), original[end:]]).strip()


def on_behalf(text: str, labels: Labels) -> OnBehalf | None:
    """Writer and principal of "X for Y", None if the text does not say "for"."""
    original = composed(text)
    match = _behalf(labels).search(flat(original))
    if match is None or not original[match.end() :].strip():
        return None
    return OnBehalf(original[: match.start()].strip(), original[match.end() :].strip())
