"""A question, and how it is put again after an answer that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol, TypeVar

T = TypeVar("T")

YES = ("y", "yes", "true")
NO = ("n", "no", "false")


class Wrong(Exception):  # noqa: N818 - an answer, not an error of the program
    """An answer that cannot be; the text is the sentence that says why, and what could."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `key` names it in a file of answers.

    `heading` is told before it; `default` is taken for an empty answer; `listed` are shown with numbers. `silent`: what `--yes` answers in place of
    a person, None: it is asked all the same. A `secret` is not shown while it is typed and stands in no file of answers.
    """

    key: str
    text: str
    default: str = ""
    listed: tuple[str, ...] = ()
    silent: str | None = None
    secret: bool = False
    heading: str = ""


class Asker(Protocol):
    """Whoever answers: a person at a terminal, lines of a script, a file."""

    def ask(self, question: Question) -> str:
        """The answer without blanks around it, the default for an empty one. Raises UsageError if there is none to be had."""
        ...

    def wrong(self, question: Question, sentence: str) -> None:
        """Tell that the answer cannot be. Returns if there may be another one, raises UsageError with the sentence if not."""
        ...

    def say(self, text: str) -> None:
        """Tell what is going on."""
        ...


def answered(asker: Asker, question: Question, read: Callable[[str], T]) -> T:
    """What `read` makes of the first answer that it does not find Wrong."""
    while True:
        said = asker.ask(question)
        try:
            return read(said)
        except Wrong as wrong:
            asker.wrong(question, str(wrong))


def agreed(asker: Asker, question: Question) -> bool:
    """Yes or no."""
    return answered(asker, question, yes_or_no)


def yes_or_no(said: str) -> bool:
    """Raises Wrong."""
    word = said.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Wrong(f'"{said}" is neither yes nor no; answer y or n')


def seen_or_not(said: str) -> bool | None:
    """Whether somebody saw something arrive; None if nobody looked. Raises Wrong."""
    return None if said.casefold() in ("?", "unknown", "") else yes_or_no(said)


def one_of(names: Sequence[str], said: str, what: str) -> str:
    """The name that is meant by a number (from 1) or by the name itself. Raises Wrong with the nearest."""
    if said.isdecimal():
        if 1 <= int(said) <= len(names):
            return names[int(said) - 1]
        raise Wrong(f"{said} is no number of the list; there are 1 to {len(names)}")
    by_word = {name.casefold(): name for name in names}
    if said.casefold() in by_word:
        return by_word[said.casefold()]
    close = get_close_matches(said.casefold(), by_word, n=1)
    hint = f'did you mean "{by_word[close[0]]}"?' if close else f"there are: {', '.join(names)}"
    raise Wrong(f'"{said}" is no {what}; {hint}')
