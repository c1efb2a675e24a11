"""Whoever answers `setup`: a person at a terminal, a script line by line, or a file of answers. Questions go to stderr."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from getpass import getpass
from pathlib import Path
from typing import Any

import typer

from isms_bot.cli.call import Call
from isms_bot.errors import ConfigError, Problem, UsageError
from isms_bot.setup.asking import Question

ATTEMPTS = 3
"""How often a script may answer a question before it is told that it does not know the answer."""


class _Asker:
    """What all have in common. `yes`: questions that have an answer for it are not put."""

    def __init__(self, call: Call, *, yes: bool) -> None:
        self._call = call
        self._yes = yes

    def ask(self, question: Question) -> str:
        """See `isms_bot.setup.asking.Asker`."""
        if self._yes and question.silent is not None:
            return question.silent
        if question.heading:
            self.say(question.heading)
        for number, name in enumerate(question.listed, 1):
            self.say(f"   {number:>3}  {name}")
        return self._answer(question).strip() or question.default

    def _answer(self, question: Question) -> str:
        raise NotImplementedError(f"{type(self).__name__}._answer ({question.key})")

    def say(self, text: str) -> None:
        """See `Asker`."""
        self._call.progress(text)


class Terminal(_Asker):
    """A person: a wrong answer costs nothing but another try. Ctrl-C ends it (typer.Abort)."""

    def _answer(self, question: Question) -> str:
        if question.secret:
            # Echo is off before the question appears, so that nothing typed ahead is ever shown.
            return getpass(f"{question.text}: ", stream=sys.stderr)
        said: str = typer.prompt(
            question.text,
            default=question.default,
            err=True,
            show_default=bool(question.default),
            prompt_suffix=_suffix(question),
        )
        return said

    def wrong(self, question: Question, sentence: str) -> None:  # noqa: ARG002 - there is always another try
        """See `Asker`."""
        self.say(f"   {sentence}")


def _suffix(question: Question) -> str:
    return " " if question.text.endswith("?") and not question.default else ": "


class Lines(_Asker):
    """A script that answers on standard input, one line per question; an empty line takes the default."""

    def __init__(self, call: Call, *, yes: bool) -> None:
        super().__init__(call, yes=yes)
        self._tried: Counter[str] = Counter()

    def _answer(self, question: Question) -> str:
        self.say(f"{question.text}{f' [{question.default}]' if question.default else ''}{_suffix(question)}")
        line = sys.stdin.readline()
        if not line:
            raise UsageError(
                f'standard input ended where "{question.key}" was to be answered; nothing was written. Answer line by line, an empty '
                "line takes the default, or give a file: `isms-bot setup --answers FILE`"
            )
        return line

    def wrong(self, question: Question, sentence: str) -> None:
        """See `Asker`."""
        self._tried[question.key] += 1
        if self._tried[question.key] >= ATTEMPTS:
            raise UsageError(
                f"{question.key}: {sentence} That was answer {ATTEMPTS} to this question; nothing was written."
            )
        self.say(f"   {sentence}")


class Filed(_Asker):
    """A file of answers: TOML, one key per question. What it leaves out is answered with the default."""

    def __init__(self, call: Call, file: Path, *, yes: bool) -> None:
        super().__init__(call, yes=yes)
        self._file = file
        self._answers = _flat(_read(file), file)

    def _answer(self, question: Question) -> str:
        if question.secret:
            where = f"{question.key}_file", f"{question.key}_env"
            raise UsageError(
                f"{self._file}: the {question.key} is not where the answers say that it is ({' or '.join(where)}): "
                f'write {question.key} = {{ env = "NAME" }} or {{ file = "…" }}, and put it there. Nothing was written.'
            )
        if question.key in self._answers:
            return self._answers[question.key]
        if not question.default and question.silent is None:
            raise UsageError(
                f"{self._file}: {question.key} is not answered ({question.text.strip()}). Nothing was written."
            )
        return question.default or question.silent or ""

    def wrong(self, question: Question, sentence: str) -> None:
        """See `Asker`. A file answers a question once."""
        raise UsageError(f"{self._file}: {question.key}: {sentence} Nothing was written.")


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(Problem(str(file), "", f"cannot be read ({error.strerror})")) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(Problem(str(file), "", f"is no TOML ({error})")) from error


def _flat(found: Mapping[str, Any], file: Path) -> dict[str, str]:
    """Answers as words: a list with commas between, yes and no, and where a secret is kept in the words of its questions."""
    flat: dict[str, str] = {}
    for key, value in found.items():
        if key == "token" and isinstance(value, dict):
            kind = "env" if "env" in value else "file"
            flat |= {
                "token_kept": "environment" if kind == "env" else "file",
                f"token_{kind}": str(value.get(kind, "")),
            }
        elif key in ("token", "mail_password"):
            raise ConfigError(
                Problem(str(file), key, 'a secret does not stand in a file of answers; write { env = "NAME" }')
            )
        elif isinstance(value, dict):
            flat[key] = next((f"{kind}:{value[kind]}" for kind in ("env", "file") if kind in value), "")
        elif isinstance(value, bool):
            flat[key] = "y" if value else "n"
        elif isinstance(value, list):
            flat[key] = ", ".join(map(str, value))
        else:
            flat[key] = str(value)
    return flat


def asker(call: Call, answers: Path | None, *, yes: bool) -> Terminal | Lines | Filed:
    """Whoever is there to answer."""
    if answers is not None:
        return Filed(call, answers, yes=yes)
    return Terminal(call, yes=yes) if sys.stdin.isatty() else Lines(call, yes=yes)
