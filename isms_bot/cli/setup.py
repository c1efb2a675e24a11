"""`setup`: from nothing to a configuration that works, in eight questions."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import Yes
from isms_bot.errors import UsageError

if TYPE_CHECKING:
    from isms_bot.bootstrap import InitPlan
    from isms_bot.connector import Connector
    from isms_bot.setup.answers import Answers
    from isms_bot.setup.asking import Asker
    from isms_bot.setup.proving import Proving
    from isms_bot.setup.questions import Questions

AnswersFile = Annotated[
    Path | None,
    typer.Option(
        "--answers", metavar="FILE", help="Answers in TOML, one key per question; what is left out gets its default."
    ),
]
_NAME = re.compile("[a-z0-9-]+")
PATIENCE = 5.0
"""Seconds for which a wiki that does not answer is asked again, while somebody waits for the next question."""


def setup(context: typer.Context, answers: AnswersFile = None, yes: Yes = False) -> int:
    """Ask eight questions, prove the token by doing, send one mention and one mail, and write a commented configuration.

    A script answers line by line on standard input, or with --answers; nothing is written before everything was tried.
    """
    from isms_bot.cli.prompting import asker
    from isms_bot.setup.proving import Stopped

    call = call_of(context)
    who = asker(call, answers, yes=yes)
    try:
        return _set_up(call, who)
    except Stopped:
        call.say("Stopped; nothing was written.")
        call.answer({"ok": False, "stopped": True})
        return 1


def _set_up(call: Call, asker: Asker) -> int:
    from isms_bot.setup.answers import Answers
    from isms_bot.setup.proving import Proving
    from isms_bot.setup.questions import Questions
    from isms_bot.setup.writing import document

    before = _text_of(call.config)
    present = document(before, call.config)
    name, defaults = _workspace(call, present)
    questions = Questions(asker, _Secrets(call.config), Answers(name), call.config.parent, defaults)
    proving = Proving(asker, questions, _connector(name), _closed)
    try:
        for ask in questions.all[:2]:
            ask()
        proving.wiki()
        for ask in questions.all[2:]:
            ask()
        _corrected(asker, questions, proving)
        facts: dict[str, Any] = {"config": str(call.config), "workspace": name, "checks": _checks(proving)}
        facts |= _arrived(asker, proving)
        _write(call, asker, questions.answers, before)
        return _planned(call, asker, proving, facts)
    finally:
        proving.close()


def _corrected(asker: Asker, questions: Questions, proving: Proving) -> None:
    """Show the answers until nobody wants to change one any more."""
    from isms_bot.setup.asking import Question, Wrong, answered
    from isms_bot.setup.questions import summary

    def read(said: str) -> int:
        if said.casefold() in ("", "ok", "y", "yes"):
            return 0
        if said.isdecimal() and 1 <= int(said) <= len(questions.all):
            return int(said)
        raise Wrong(f'"{said}" is no number from 1 to {len(questions.all)}; an empty answer goes on')

    while True:
        asker.say("So this is it:")
        question = Question(
            "correct",
            "Is that right? Enter, or the number of what is to change",
            "ok",
            summary(questions.answers),
            silent="ok",
        )
        number = answered(asker, question, read)
        if not number:
            return
        questions.all[number - 1]()
        if number <= 2:
            proving.close()
            proving.wiki()
            questions.people()
            questions.team()


def _checks(proving: Proving) -> list[dict[str, Any]]:
    return [{"what": line.what, "ok": line.ok, "sentence": line.sentence} for line in proving.lines]


def _arrived(asker: Asker, proving: Proving) -> dict[str, Any]:
    """Whether a mention and a mail arrived: true, false, or null if nobody looked."""
    from isms_bot.setup.asking import Question, agreed

    manager = proving.answers.manager
    assert manager is not None
    what = "mention and one mail" if proving.answers.mail else "mention"
    question = Question(
        "send", f"Send one {what} to {manager.name} now, to see whether it arrives? (y, n)", "y", silent="y"
    )
    if not agreed(asker, question):
        return {"mention": None, "mail": None}
    return {"mention": proving.mention(), "mail": proving.mail()}


def _write(call: Call, asker: Asker, answers: Answers, before: str | None) -> None:
    """The files: secrets first, so that the configuration never leads to one that is not there."""
    from isms_bot.setup.asking import Question, agreed
    from isms_bot.setup.proving import Stopped
    from isms_bot.setup.writing import OWNER_ONLY, difference, document, rendered, write_config, write_whole

    text = rendered(answers, document(before, call.config))
    if before is not None and before != text:
        asker.say(difference(before, text, call.config))
        if not agreed(asker, Question("overwrite", f"Change {call.config} like this? (y, n)", silent="y")):
            raise Stopped
    for kept in (answers.token, answers.mail):
        if kept is not None and kept.to_write:
            file = call.config.parent / Path(kept.ref.file).expanduser()
            write_whole(file, kept.value + "\n", mode=OWNER_ONLY)
            asker.say(f"{file} was written; only you may read it.")
    if before == text:
        asker.say(f"{call.config} says all this already.")
        return
    write_config(call.config, text)
    asker.say(f"{call.config} was written.")


def _planned(call: Call, asker: Asker, proving: Proving, facts: dict[str, Any]) -> int:
    """The plan of init, what it costs and whether there is room for it; then init, if somebody wants it now."""
    from isms_bot.cli import init, opening
    from isms_bot.cli.mails import as_json

    config, one = opening.configured(call)
    plan, mails, said = init.planned(config, one, proving.connector)
    room = proving.connector.room()
    call.say()
    call.say("\n".join(part for part in (plan.as_text(), said, room_sentence(room, plan.blocks)) if part))
    proving.close()
    made = _made(call, asker, proving.answers, plan) if plan.changes else 0
    call.say(_next(call, proving.answers, made=made))
    call.answer({"ok": True, **facts, **plan.as_json(), **as_json(mails), "room": room, "made": made})
    return 0


def _made(call: Call, asker: Asker, answers: Answers, plan: InitPlan) -> int | None:
    """How many pages init made, if somebody wants it now. None if not, if the token is not yet where other verbs look for it, and if
    there are pages of the team's own to choose from and nobody who could."""
    from isms_bot.cli import init
    from isms_bot.setup.asking import Question, agreed

    if answers.token is None or answers.token.to_export or (plan.candidates and not sys.stdin.isatty()):
        return None
    if not agreed(asker, Question("init", "Make all this now? (y, n)", "n", silent="n")):
        return None
    return init.make(call, init.choose(call, plan, {}, yes=False))[0]


def room_sentence(room: int | None, blocks: int) -> str:
    """Whether a plan with so many blocks fits into the plan of the wiki; "" where that knows no limit."""
    if room is None or not blocks:
        return ""
    limit = (
        f"The plan of this wiki holds {room:,} blocks in all, for ever, and what is used up already it does not tell."
    )
    if blocks > room:
        return (
            f"{limit} init makes about {blocks:,}, so it would stop on the way: choose a plan without this limit first (free "
            "workspaces of Notion have it as soon as they have two members)."
        )
    return (
        f"{limit} init makes about {blocks:,}, and every job some more: a plan without this limit is the better place."
    )


def _next(call: Call, answers: Answers, *, made: int | None) -> str:
    """The commands that come now."""
    token = answers.token
    program = "isms-bot" if call.config == Path("config.toml") else f"isms-bot --config {call.config}"
    commands = {
        f"{program} init": "makes all this, and asks before",
        f"{program} decide activate --about next": "one promise after the other; --about all for everything at once",
        f"{program} plan": "what the next pass would do; writes nothing",
        f"{program} run": "the scheduler process",
    }
    if made is not None:
        del commands[f"{program} init"]
    if token is not None and token.to_export:
        commands = {f"export {token.ref.env}=…": "the token, for whoever starts isms-bot", **commands}
    width = max(map(len, commands))
    return "\n".join(["", "Next:", *(f"  {command:<{width}}  # {what}" for command, what in commands.items())])


# --- what only the command line knows --------------------------------------------------------------------------------


class _Secrets:
    """Where secrets are kept: the environment of this process, and files beside the configuration."""

    def __init__(self, config: Path) -> None:
        self._config = config

    def held(self, ref: Any) -> str | None:
        from isms_bot.errors import ConfigError

        try:
            found: str = ref.resolve(self._config.parent, "", "")
        except ConfigError:
            return None
        return found

    def hide(self, secret: str) -> None:
        from isms_bot import logs

        logs.hide(secret)


def _text_of(file: Path) -> str | None:
    from isms_bot.errors import ConfigError, Problem

    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Problem(str(file), "", f"cannot be read ({error}); move it away to begin anew")) from error


def _workspace(call: Call, present: Any) -> tuple[str, dict[str, Any]]:
    """The name of the workspace and what the file says of it already."""
    if call.workspace is not None and not _NAME.fullmatch(call.workspace):
        raise UsageError(f'"{call.workspace}" cannot be the name of a workspace; write a-z, 0-9 and hyphens')
    tables = (present.unwrap() if present is not None else {}).get("workspaces")
    known = tables if isinstance(tables, dict) else {}
    name = call.workspace or (next(iter(known)) if len(known) == 1 else "isms")
    found = known.get(name)
    return name, found if isinstance(found, dict) else {}


def _connector(name: str) -> Any:
    def connect(connector: str, settings: Any, token: str) -> Connector:
        from isms_bot.cli.opening import connected
        from isms_bot.clock import SystemClock
        from isms_bot.setup.wikis import validated

        return connected(connector, validated(connector, settings), token, name, SystemClock(), budget=PATIENCE)

    return connect


def _closed(connector: Connector) -> None:
    from isms_bot.cli.opening import disconnect

    disconnect(connector)
