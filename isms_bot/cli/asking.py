"""Verbs that write, whoever holds the store: carried out here, or by the running service that is asked to.

With SQLite one process alone uses the store. While `isms-bot run` has it the verb is handed to that process, which takes it up before
its next pass and answers; a short-lived process (`apply`) is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

from isms_bot.cli.call import Call

if TYPE_CHECKING:
    from pathlib import Path

    from isms_bot.spool import Answer, Request
    from isms_bot.workspace import Workspace

WAIT = 120.0
"""Seconds within which the other process has to take a request up; a pass over a large wiki takes about as long."""
LOOK = 0.3
STARTS = ("decide", "start", "undo")
"""Verbs that can be asked of a running process."""

Verb = Callable[[Call, "Workspace", Mapping[str, Any], Event], int]
"""Carries a verb out in an open workspace: how to speak, where, what was asked (JSON-compatible), and an event that ends it."""


@dataclass(frozen=True, slots=True)
class Heard(Call):
    """A call whose answer is kept, to be told in another process."""

    lines: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    unasked: list[str] = field(default_factory=list)
    """What to say where nobody can be asked, for each question that was put."""

    def say(self, text: str = "") -> None:
        self.lines.append(text)

    def progress(self, text: str) -> None:
        self.lines.append(text)

    def answer(self, facts: Mapping[str, Any]) -> None:
        self.facts.update(facts)

    def agreed(self, question: str, *, yes: bool, otherwise: str) -> bool:  # noqa: ARG002 - whoever asked puts it again
        if not yes:
            self.unasked.append(otherwise)
        return yes


def through(call: Call, verb: str, asked: Mapping[str, Any]) -> int:
    """Carry out `verb` in the workspace of the call; returns the exit code. Raises HeldElsewhere if the store is held by a process
    that takes nothing up."""
    from isms_bot.cli.opening import configured, opened
    from isms_bot.errors import StoreHeld
    from isms_bot.holding import held, stopping
    from isms_bot.store.database import database_file, parse

    with stopping() as stop:
        while True:
            try:
                with opened(call, writes=True, stop=stop) as open_, held(open_.workspace):
                    return _verbs()[verb](call, open_.workspace, asked, stop)
            except StoreHeld as refusal:
                config, one = configured(call)
                file = database_file(parse(config.store.url))
                if file is None:
                    raise
                call.progress(f"{refusal}; asking that process to do it before its next pass …")
                answer = _asked(file, verb, one.name, asked, stop, refusal)
            if answer is None:
                continue  # whoever held the store has ended
            for line in answer.said:
                (call.say if answer.facts or answer.asks else call.progress)(line)
            if answer.asks:
                if not call.agreed("Do this?", yes=False, otherwise=answer.asks):
                    return answer.code
                asked = {**asked, "yes": True}
                continue
            call.answer(answer.facts)
            return answer.code


def _asked(
    file: Path, verb: str, workspace: str, asked: Mapping[str, Any], stop: Event, refusal: Exception
) -> Answer | None:
    """What the process that holds the store answers; None if it has ended, so that the verb can be carried out here."""
    from datetime import timedelta

    from isms_bot.clock import SystemClock
    from isms_bot.errors import HeldElsewhere
    from isms_bot.spool import Spool

    clock, spool = SystemClock(), Spool(file)
    now = clock.now()
    name = spool.ask(verb, workspace, asked, now=now, until=now + timedelta(seconds=WAIT))
    began = clock.monotonic()
    while True:
        answer = spool.answered(name)
        if answer is not None:
            return answer
        ended = stop.wait(LOOK)
        if _is_free(file) and spool.withdraw(name):
            return None
        if ended or clock.monotonic() - began > WAIT:
            if spool.withdraw(name):
                raise HeldElsewhere(
                    f"{refusal}; it did not take this up, and nothing was done: try again, or stop it first"
                )
            if ended or clock.monotonic() - began > 2 * WAIT or _is_free(file):
                raise HeldElsewhere(
                    f"{refusal}; it took this up and has not answered: `isms-bot status` shows what came of it"
                )


def _is_free(file: Path) -> bool:
    """True if nobody holds the store now."""
    from isms_bot.errors import HeldElsewhere
    from isms_bot.store.locking import state_lock

    lock = state_lock(file)
    try:
        lock.acquire()
    except HeldElsewhere:
        return False
    lock.release()
    return True


def carry_out(workspace: Workspace, request: Request, stop: Event) -> Answer:
    """Do what another process asks for, in this one. Raises what the verb raises."""
    from pathlib import Path

    from isms_bot.errors import UsageError
    from isms_bot.spool import Answer

    verb = _verbs().get(request.verb)
    if verb is None:
        raise UsageError(f'"{request.verb}" cannot be asked of a running process; there are: {", ".join(STARTS)}')
    heard = Heard(Path())
    code = verb(heard, workspace, request.asked, stop)
    return Answer(code, tuple(heard.lines), heard.facts, " ".join(heard.unasked))


def _verbs() -> Mapping[str, Verb]:
    from isms_bot.cli import decide, start, undo

    return {"decide": decide.carry_out, "start": start.carry_out, "undo": undo.carry_out}
