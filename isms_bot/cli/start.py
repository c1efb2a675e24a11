"""`start`: open a job now: for an event, or ahead of its time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import Yes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from isms_bot.effects import Pass
    from isms_bot.lifecycle import Procedure, View
    from isms_bot.model import Contract, Duration, Person, Schedule
    from isms_bot.outlook import Outlook
    from isms_bot.workspace import Workspace

LEFT = 4
_WHY = {
    "waiting": "somebody edited it within the last hour; try again once it has rested",
    "being-rewritten": "it is marked as being rewritten",
    "empty": "its page is empty",
    "no-form": "its page has no form to sign",
    "trashed": "its page is in the trash",
    "missing": "there is no such page",
    "private-held": "it is private, and there is no private area yet, or nobody has attested that outsiders cannot open it; run "
    "`isms-bot check` to see what to do",
}
_PART = re.compile(r"[a-z0-9-]+")
Name = Annotated[
    str, typer.Argument(metavar="PROCEDURE", help="Id of a schedule or procedure, or the procedure's title.")
]
For = Annotated[
    list[str] | None,
    typer.Option("--for", metavar="WHO", help="Whose job it is (roster id, e-mail, name); may be repeated."),
]
KeyPart = Annotated[
    str | None,
    typer.Option("--key", metavar="K", help="What it is about, as incident-7: the same key never opens a second job."),
]
Due = Annotated[
    str | None,
    typer.Option(
        "--due",
        metavar="WHEN",
        help='Due day, or the time it may take as "72 hours", "1 month"; default: what the procedure says, else the lead.',
    ),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="MOMENT", help='When the time began, as "2027-03-01 14:30"; default: now.'),
]


class _DeclinedError(Exception):
    """Somebody was asked and said no."""


def start(
    context: typer.Context,
    procedure: Name,
    who: For = None,
    key: KeyPart = None,
    due: Due = None,
    since: From = None,
    yes: Yes = False,
) -> int:
    """Open a job of a procedure now."""
    from isms_bot.cli.asking import through
    from isms_bot.errors import UsageError

    if key is not None and not _PART.fullmatch(key):
        raise UsageError(f'--key "{key}": letters a-z, digits and hyphens only, as incident-7')
    when(due)
    asked = {"procedure": procedure, "who": who or [], "key": key, "due": due, "since": since, "yes": yes}
    return through(call_of(context), "start", asked)


def carry_out(call: Call, workspace: Workspace, asked: Mapping[str, Any], _stop: Event) -> int:
    """Open a job in an open workspace. Raises UsageError for what or whom there is not."""
    since = asked["since"]
    begun = moment(since, workspace.config.timezone) if since is not None else None

    def ask(item: str) -> None:
        call.say(f"{item} is not in force yet: nothing of it opens by itself, and nobody may know it.")
        otherwise = f"{item} is not in force and nobody can be asked here; say --yes to open the job all the same"
        if not call.agreed("Open the job all the same?", yes=asked["yes"], otherwise=otherwise):
            raise _DeclinedError

    try:
        wanted, done, run = open_now(
            workspace, asked["procedure"], list(asked["who"]), asked["key"], when(asked["due"]), begun, ask
        )
    except _DeclinedError:
        return 1
    for opened_key in done:
        call.say(f"Opened {opened_key}, pass {run.id}.")
    for sentence in run.unsettled:
        call.say(f"Left for the next pass: {sentence}")
    if not wanted:
        call.say("There is a job with this key already; nothing was opened.")
    call.answer({"pass": run.id, "opened": done, "unsettled": run.unsettled})
    return LEFT if len(done) < len(wanted) else 0


def when(due: str | None) -> date | Duration | None:
    """What `--due` says: a day, or how long it may take. Raises UsageError."""
    from isms_bot.calendars import parse_duration
    from isms_bot.errors import UsageError

    if due is None:
        return None
    try:
        return date.fromisoformat(due.strip())
    except ValueError:
        pass
    try:
        return parse_duration(due)
    except ValueError as error:
        raise UsageError(f'--due "{due}": write a day as 2027-03-01, or a time as "72 hours" or "1 month"') from error


def moment(text: str, zone: str) -> datetime:
    """The moment that `--from` says, in the time of the workspace unless it says its own. Raises UsageError."""
    from isms_bot.errors import UsageError

    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f'--from "{text}" is no moment; write it as "2027-03-01 14:30"') from error
    return said if said.tzinfo else said.replace(tzinfo=ZoneInfo(zone))


def open_now(
    workspace: Workspace,
    procedure: str,
    who: list[str],
    key: str | None,
    due: date | Duration | None,
    since: datetime | None = None,
    ask: Callable[[str], None] = lambda _item: None,
) -> tuple[list[str], list[str], Pass]:
    """(keys of the jobs that were not there yet, keys of those that are open now, the pass in which they were opened).

    `since`: when the time began that `due` gives; None is now. `ask` is told of a policy item that is not in force, and raises
    what it likes if the job is not to be opened. Raises UsageError for a procedure or person that is not there,
    a procedure that cannot be used now, and a time that is over already.
    """
    from isms_bot import effects
    from isms_bot.cli.looking import look
    from isms_bot.effects import Pass
    from isms_bot.errors import UsageError
    from isms_bot.lifecycle import ProcedureState
    from isms_bot.lifecycle.actions import Open
    from isms_bot.model import Completion

    workspace.hold()
    outlook, _ = look(workspace)
    view, schedule, used = _meant(procedure, outlook)
    if used.state is not ProcedureState.READY:
        raise UsageError(f'"{used.title}" cannot be used now: {_WHY[used.state.value]}')
    if schedule.policy and not _in_force(schedule, outlook):
        ask(schedule.policy)
    known = workspace.history.contracts
    term = due if due is not None else schedule.lead
    contracts = [one for one in _contracts(view, schedule, used, who, key, term, since) if one.key not in known]
    run = Pass(workspace, outlook.watch, view, workspace.store.begin_pass(workspace.name, view.now))
    before = workspace.connector.calls
    each = schedule.completion is Completion.EACH
    done = [one.key for one in contracts if effects.apply(run, Open(one, one.people[0] if each else None))]
    workspace.store.complete_pass(run.id, view.now, workspace.connector.calls - before, run.done)
    return [one.key for one in contracts], [one for one in done if one in workspace.history.pages], run


def _in_force(schedule: Schedule, outlook: Outlook) -> bool:
    from isms_bot.lifecycle.activation import since

    on = since(schedule, outlook.workspace.history.activated)
    return on is not None and on <= outlook.today


def _meant(named: str, outlook: Outlook) -> tuple[View, Schedule, Procedure]:
    """(view in which the procedure can be used, the schedule it belongs to, the procedure). A procedure without a schedule is
    lent one for the occasion. Raises UsageError if there is no such procedure."""
    from isms_bot.errors import UsageError

    view, procedures = outlook.view(), outlook.procedures
    schedule = outlook.called(named)
    if schedule is None:
        if procedures.is_private(named):
            raise UsageError(
                f'"{named}" cannot be used now: its page is not in the wiki yet, and {_WHY["private-held"]}'
            )
        ids = sorted({one.id for one in view.procedures.values()})
        raise UsageError(f'there is no procedure "{named}"; there are: {", ".join(ids) or "none"}')
    used = procedures.states([schedule], view.bot)[schedule.id]
    return replace(view, procedures={**view.procedures, schedule.id: used}), schedule, used


def _contracts(
    view: View,
    schedule: Schedule,
    used: Procedure,
    who: list[str],
    key: str | None,
    due: date | Duration,
    since: datetime | None,
) -> tuple[Contract, ...]:
    """The contracts of the jobs to open: one per person where everyone signs for oneself. Raises UsageError."""
    from isms_bot.calendars import local_date
    from isms_bot.cli.looking import person
    from isms_bot.errors import UsageError
    from isms_bot.lifecycle import occasions

    today = local_date(view.now, view.zone)
    named = [person(one, view.roster.values()) for one in who]
    people: tuple[Person, ...] = tuple(named) or view.holders(schedule.role, today)
    if not people:
        raise UsageError(f"nobody has the role {schedule.role}; say whose job it is with --for")
    begun = since or view.now
    if begun > view.now:
        raise UsageError(f"--from {begun:%Y-%m-%d %H:%M} is still to come")
    found = occasions.contracts(schedule, used, key or today.isoformat(), people, due, begun, view)
    for one in found:
        if occasions.time_is_over(one, view):
            raise UsageError(f"the due time {one.due_at or one.due} has passed; say another one with --due")
    return found
