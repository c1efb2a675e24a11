"""What every verb gets: the global options, and how it speaks.

With `--json` the last line on stdout is one JSON object and everything else goes to stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from isms_bot.errors import UsageError


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the command line."""

    config: Path
    workspace: str | None = None
    json: bool = False
    debug: bool = False

    def say(self, text: str = "") -> None:
        """A part of the answer, for people; left out with `--json`."""
        if not self.json:
            print(text)

    def progress(self, text: str) -> None:
        """What is going on, on stderr."""
        print(text, file=sys.stderr, flush=True)

    def answer(self, facts: Mapping[str, Any]) -> None:
        """The answer for a script; left out without `--json`."""
        if self.json:
            print(json.dumps(facts, ensure_ascii=False, default=str))

    def agreed(self, question: str, *, yes: bool, otherwise: str) -> bool:
        """True if a person says yes, beforehand (`--yes`) or now. Raises UsageError with `otherwise` if nobody can be asked."""
        if yes:
            return True
        if not sys.stdin.isatty():
            raise UsageError(otherwise)
        if self.answered_yes(question):
            return True
        self.progress("Nothing was done.")
        return False

    def asked(self, question: str) -> bool | None:
        """What a person answers; None if nobody can be asked."""
        if not sys.stdin.isatty():
            return None
        print(f"{question} [y/n] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().casefold() in ("y", "yes")

    def answered_yes(self, question: str) -> bool:
        """True if a person at the terminal says yes; anything else is a no."""
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().casefold() in ("y", "yes")


def call_of(context: typer.Context) -> Call:
    """The call that `context` belongs to."""
    call: Call = context.obj
    return call
