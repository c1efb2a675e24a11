"""Every command of the guide is one that the command line understands, with these options and arguments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from isms_bot.cli.answering import hoisted
from isms_bot.cli.app import app
from tests.unit.docs.pages import CUT, GUIDES, PAGES, ROOT, commands, spans

TREE: Any = typer.main.get_command(app)


def refusal(words: list[str]) -> str:
    """What the command line says against these words, "" if it would carry them out. Nothing is carried out."""
    cut = CUT in words
    rest = hoisted([word for word in words if word != CUT])
    command = TREE
    context = None
    try:
        while True:
            context = command.make_context("isms-bot", rest, parent=context)
            if not hasattr(command, "resolve_command"):
                return ""
            given = [*context._protected_args, *context.args]
            if not given:
                return "" if cut or context.params.get("version") else "names no verb"
            _, command, rest = command.resolve_command(context, given)
            if command is None:
                return f"{given[0]} is no verb"
    except typer.Exit:
        return ""
    except Exception as error:  # noqa: BLE001 - any word against it is the answer
        missing = type(error).__name__ in ("MissingParameter", "NoArgsIsHelpError")
        return "" if cut and missing else f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_is_understood(page: Path) -> None:
    refused = {" ".join(words): said for words in commands(page) if (said := refusal(words))}
    assert refused == {}


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["apply", "--plam", "x"], ["decide"], ["simulate", "--until", "soon"], ["db"], ["db", "erase"]],
    ids=" ".join,
)
def test_a_command_that_does_not_exist_is_noticed(words: list[str]) -> None:
    """The test above can fail."""
    assert refusal(words)


def test_the_guide_shows_every_verb() -> None:
    """What the command line offers is explained somewhere."""
    shown = {
        next((word for word in words if not word.startswith("-")), "") for page in GUIDES for words in commands(page)
    }
    assert set(TREE.commands) - shown == set()


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_option_that_is_named_alone_exists(page: Path) -> None:
    known = {option for command in _all(TREE) for parameter in command.params for option in parameter.opts}
    named = {span.split()[0].partition("=")[0] for span in spans(page) if span.startswith("--")}
    assert named - known == set()


def _all(command: Any) -> Iterator[Any]:
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from _all(one)
