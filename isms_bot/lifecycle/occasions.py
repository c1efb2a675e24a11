"""Jobs that somebody asks for: an event, or a promise ahead of its time. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from isms_bot.calendars import add, add_working_days, local_date
from isms_bot.lifecycle import dates
from isms_bot.lifecycle.actions import Action, Find, Open
from isms_bot.lifecycle.people import managers
from isms_bot.lifecycle.view import Procedure, ProcedureState, View
from isms_bot.model import (
    Completion,
    Contract,
    Decision,
    DecisionKind,
    Duration,
    Ladder,
    Person,
    Regime,
    RosterId,
    Schedule,
    Unit,
)

WITHIN = 10
"""Working days after a row was taken in during which its job is opened; later it would surprise those who get it."""


def contracts(
    schedule: Schedule,
    procedure: Procedure,
    name: str,
    people: tuple[Person, ...],
    term: date | Duration,
    begun: datetime,
    view: View,
) -> tuple[Contract, ...]:
    """What is promised by the jobs of one occasion, called `name`: one per person where everyone signs for oneself, else one for all
    of `people`, of whom there is one at least. `term` is the due day, or how long it takes from `begun` on."""

    def contract(signers: tuple[Person, ...], key: str) -> Contract:
        today, cal = local_date(view.now, view.zone), signers[0].works
        due_at, last = _end(term, begun, signers[0])
        end = view.introduction_end(schedule.policy)
        return Contract(
            key=key,
            schedule=schedule.id,
            nominal=today,
            opened=today,
            nominal_due=last,
            due=last,
            grace_end=last if due_at is not None else dates.grace_end(last, schedule.grace, cal),
            regime=Regime.INTRODUCTION if end is None or last <= end else Regime.RECORDING,
            people=tuple(one.id for one in signers),
            procedure=procedure.id,
            title=procedure.title,
            completion=schedule.completion,
            quorum=schedule.quorum,
            level=schedule.level,
            ladder=schedule.ladder if due_at is None else Ladder.URGENT,
            role=schedule.role,
            owner=schedule.owner,
            policy=schedule.policy,
            private=procedure.private,
            opened_at=view.now if due_at is not None else None,
            due_at=due_at,
        )

    whole = f"{schedule.id}/{name}"
    if schedule.completion is Completion.EACH:
        return tuple(contract((one,), f"{whole}/{one.id}") for one in people)
    return (contract(people, whole),)


def _end(term: date | Duration, begun: datetime, person: Person) -> tuple[datetime | None, date]:
    """(moment at which the time is over, if it counts in hours; the due day)."""
    if not isinstance(term, Duration):
        return None, term
    if term.unit is not Unit.HOUR:
        return None, add(local_date(begun, person.zone), term, person.works)
    # To the end of the minute: wikis floor their times to it, and doubt goes to the person.
    due_at = (begun + timedelta(hours=term.count, minutes=1, microseconds=-1)).replace(second=0, microsecond=0)
    return due_at, local_date(due_at, person.zone)


def time_is_over(contract: Contract, view: View) -> bool:
    """True if nobody could do the job in time any more, since its time began too long ago."""
    if contract.due_at is not None:
        return contract.due_at <= view.now
    return contract.due < local_date(view.now, view.zone)


def name_of(decision: Decision, view: View) -> str:
    """What the job of a row is called in its key: the day of the row, and letters that tell it from others of that day."""
    letters = "".join(one for one in decision.id.casefold() if one.isascii() and one.isalnum())
    return f"{_made_on(decision, view)}-{letters[-6:]}"


def _made_on(decision: Decision, view: View) -> date:
    return local_date(decision.made_at or view.now, view.zone)


def row_of(contract: Contract, view: View) -> Decision | None:
    """The row of *Decisions* that asked for a job; None if it opened for another reason."""
    rows = (one for one in view.decisions(DecisionKind.START) if one.about == contract.schedule)
    return next((one for one in rows if contract.key.split("/")[1] == name_of(one, view)), None)


def pending(view: View) -> Iterator[Decision]:
    """Rows that ask for a job and are not too old for it."""
    today = local_date(view.now, view.zone)
    for decision in view.decisions(DecisionKind.START):
        if today <= add_working_days(_made_on(decision, view), WITHIN, view.calendar):
            yield decision


def started(view: View) -> Iterator[Action]:
    """Jobs to open because a row of *Decisions* asks for them, each once. What cannot be opened is a finding for the author of the
    row."""
    for decision in pending(view):
        schedule = view.schedules.get(decision.about) or view.occasions.get(decision.about)
        procedure = view.procedures.get(schedule.id) if schedule is not None else None
        if schedule is None or procedure is None:
            continue
        if procedure.state is not ProcedureState.READY:
            if procedure.state is not ProcedureState.WAITING:
                yield Find(f"procedure-{procedure.state.value}", schedule.id, _to(decision), {
                    "procedure": procedure.title, "schedule": schedule.id,
                })  # fmt: skip
            continue
        wanted = _wanted(decision, schedule, procedure, view)
        known = [one for one in wanted if one.key in view.history.contracts]
        if not known and any(time_is_over(one, view) for one in wanted):
            yield Find("start-too-late", decision.id, _to(decision), {"procedure": procedure.title})
            continue
        each = schedule.completion is Completion.EACH
        for contract in wanted:
            if contract not in known:
                yield Open(contract, contract.people[0] if each else None)


def _to(decision: Decision) -> tuple[RosterId, ...]:
    return tuple(person for person in (decision.by,) if person)


def _wanted(decision: Decision, schedule: Schedule, procedure: Procedure, view: View) -> tuple[Contract, ...]:
    """The contracts that a row asks for. Its time begins with the row, or on the day that it names under *From*."""
    day = _made_on(decision, view)
    begun = decision.made_at or view.now
    if decision.start is not None and decision.start < day:
        begun = datetime.combine(decision.start, time(0), ZoneInfo(view.zone))
    today = local_date(view.now, view.zone)
    holders = tuple(person for person in view.holders(schedule.role, day) if person.active(today))
    people = holders or tuple(view.roster[one] for one in managers(view)[:1])
    if not people:
        return ()
    return contracts(schedule, procedure, name_of(decision, view), people, decision.until or schedule.lead, begun, view)
