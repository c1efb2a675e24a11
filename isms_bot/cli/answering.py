"""The one place where errors become words and exit codes.

What isms-bot raises on purpose is a sentence. What it does not is a sentence as well, with the details in a file, unless
`--debug` asks for them on the spot.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

import typer

from isms_bot.errors import IsmsBotError

USAGE = 2
STOPPED = 130
_VALUED = ("--config", "--workspace")
_FLAGS = ("--json", "--debug")

# Newer versions of Typer bring a copy of click along; what both have in common is reached through what Typer exports.
_Refused: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def answering(words: Sequence[str], *, as_program: bool) -> int:
    """Carry out the command in `words`; returns its exit code. Unexpected errors are raised; `as_program` says how they look."""
    arranged = hoisted(words)
    as_json, debug = "--json" in arranged, "--debug" in arranged
    if as_program and not debug:
        sys.excepthook = partial(_unexpected, as_json=as_json)
    try:
        code = _carried_out(arranged, as_json=as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the answer has seen enough. Python must not complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _carried_out(words: list[str], *, as_json: bool) -> int:
    from isms_bot.cli.app import app

    try:
        # Calling the app itself would put Typer's hook for unexpected errors in the place of ours.
        code = typer.main.get_command(app).main(words, prog_name="isms-bot", standalone_mode=False)
    except IsmsBotError as error:
        return _refusal(str(error), error.exit_code, as_json=as_json)
    except typer.Abort:
        code = STOPPED
    except _Refused as error:
        said = getattr(error, "format_message", error.__str__)()
        return _refusal(f"{said}\nTry `isms-bot --help`.", USAGE, as_json=as_json)
    if code == STOPPED:
        print("Stopped. What was begun is looked at again in the next pass; nothing is lost.", file=sys.stderr)
    return code if isinstance(code, int) else 0


def _refusal(said: str, code: int, *, as_json: bool) -> int:
    from isms_bot.logs import redacted

    print(redacted(said), file=sys.stderr)
    if as_json:
        print(json.dumps({"error": redacted(said), "exit_code": code}, ensure_ascii=False))
    return code


def hoisted(words: Sequence[str]) -> list[str]:
    """The words with the global options in front, wherever they stood; what follows `--` is left alone."""
    front: list[str] = []
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            rest += [word, *left]
            break
        if word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _VALUED)):
            front.append(word)
        elif word in _VALUED:
            front += [word, *left[:1]]
            left = left[1:]
        else:
            rest.append(word)
    return front + rest


def _unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, *, as_json: bool = False
) -> None:
    """The hook for errors that nobody thought of: one sentence, and the details in a file. Python then exits with 1."""
    from isms_bot.logs import redacted

    details = redacted("".join(traceback.format_exception(kind, error, trace)))
    first = redacted(str(error)).splitlines()[:1]
    named = ": ".join([kind.__name__, *first])
    _refusal(f"isms-bot met an error that it does not know ({named}). {_kept(details)}", 1, as_json=as_json)


def _kept(details: str) -> str:
    try:
        descriptor, name = tempfile.mkstemp(prefix="isms-bot-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(details)
    except OSError:
        return "Run it again with --debug to see where it came from."
    return f"Where it came from stands in {Path(name)}; --debug shows it here."
