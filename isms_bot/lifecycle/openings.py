"""Which occurrences are to be opened now, and for whom. Pure.

An occurrence is identified by its nominal date; shift, lead and holidays move what people see, never the key. Opening is
level-triggered: whatever should be open and is not gets opened, with the minimum time to act, however late the pass is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from isms_bot.calendars import local_date, shift_day, subtract
from isms_bot.lifecycle import dates
from isms_bot.lifecycle.actions import Action, Conclude, Find, Open
from isms_bot.lifecycle.view import ProcedureState, View, overlapping
from isms_bot.model import (
    Completion,
    Contract,
    DecisionKind,
    Key,
    Outcome,
    Person,
    Regime,
    RosterId,
    Schedule,
    Unit,
)
from isms_bot.recurrence import Nominal, nominals, paused

_HORIZON = timedelta(days=75)
"""How far a shift may move a due day, with room: the calm rule skips six weeks of summer at most."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A nominal date with the days that follow from it, before anybody's minimum time is counted."""

    nominal: Nominal
    opens: date
    due: date


def occurrence_key(schedule: str, nominal: date, person: RosterId | None = None) -> Key:
    """`<schedule>/<nominal ISO date>[/<roster id>]`: page key, idempotency key and ledger key at once."""
    return f"{schedule}/{nominal.isoformat()}" + (f"/{person}" if person else "")


def occurrences(schedule: Schedule, view: View, after: date | None, until: date) -> Iterator[Occurrence]:
    """Occurrences of a schedule with after < nominal and opening day <= until, in order.

    Nominal dates are worked out without public holidays: a new edition of a holiday calendar must never move a key.
    """
    lead = timedelta(days=schedule.lead.count * (2 if schedule.lead.unit is Unit.WORKING_DAY else 31) + 7)
    anchor = view.anchors.get(schedule.id)
    for nominal in nominals(schedule.rule, anchor, after=after, until=until + lead + _HORIZON):
        due = shift_day(nominal.day, schedule.rule.shift, view.calendar)
        opens = subtract(due, schedule.lead, view.calendar) if schedule.lead.unit is not Unit.HOUR else due
        if opens <= until:
            yield Occurrence(nominal, opens, due)


def openings(view: View) -> Iterator[Action]:
    """Jobs to open, and findings about schedules that cannot open theirs."""
    for _, schedule in sorted(view.schedules.items()):
        if schedule.id in view.stopped or schedule.id not in view.anchors:
            continue
        yield from _open_schedule(schedule, view)


def _open_schedule(schedule: Schedule, view: View) -> Iterator[Action]:
    today = local_date(view.now, view.zone)
    opened = view.history.latest.get(schedule.id, ())
    since = view.history.rule_since.get(schedule.id)
    after = max((day for day in (since, opened[-2] if len(opened) > 1 else None) if day), default=None)
    due_now = list(occurrences(schedule, view, after, today))
    procedure = view.procedures.get(schedule.id)
    for position, occurrence in enumerate(due_now):
        reason = _not_expected(schedule, occurrence.nominal.day, view)
        if reason is not None:
            yield from _conclude_unopened(schedule, occurrence, reason, view)
            continue
        latest = position == len(due_now) - 1
        if not latest and occurrence.nominal.day not in opened:
            yield from _conclude_unopened(schedule, occurrence, (Outcome.PAUSED, "outage"), view)
            continue
        if not latest:
            continue
        missing = list(_contracts(schedule, occurrence, view, today))
        if not missing:
            continue
        if procedure is None or procedure.state is not ProcedureState.READY:
            continue
        if not view.holders(schedule.role, today):
            yield Find("role-without-holder", schedule.role, _managers(view), {"role": schedule.role})
        for contract in missing:
            yield Open(contract, contract.people[0] if schedule.completion is Completion.EACH else None)


def _title(schedule: Schedule, view: View) -> str:
    procedure = view.procedures.get(schedule.id)
    return procedure.title if procedure else schedule.procedure


def _managers(view: View) -> tuple[RosterId, ...]:
    return tuple(person for person in (view.product_manager,) if person)


def _not_expected(schedule: Schedule, nominal: date, view: View) -> tuple[Outcome, str] | None:
    """Why nothing is expected for this occurrence: a pause in the rule or a decision, a waiver, a skip."""
    pause = paused(schedule.rule, nominal)
    if pause is not None:
        return Outcome.PAUSED, "rule"
    key = occurrence_key(schedule.id, nominal)
    for decision in view.decisions(DecisionKind.PAUSE, DecisionKind.WAIVE, DecisionKind.SKIP):
        outcome = OUTCOME_OF[decision.kind]
        if decision.about == key:
            return outcome, decision.id
        if decision.about == schedule.id and decision.kind is not DecisionKind.SKIP:
            start = decision.start or (decision.made_at.date() if decision.made_at else nominal)
            if start <= nominal and (decision.until is None or nominal <= decision.until):
                return outcome, decision.id
    return None


OUTCOME_OF = {
    DecisionKind.PAUSE: Outcome.PAUSED,
    DecisionKind.WAIVE: Outcome.WAIVED,
    DecisionKind.SKIP: Outcome.CANCELLED,
    DecisionKind.DOES_NOT_APPLY: Outcome.CANCELLED,
    DecisionKind.KEEP_AWAY: Outcome.WITHDRAWN,
}


def _conclude_unopened(
    schedule: Schedule, occurrence: Occurrence, reason: tuple[Outcome, str], view: View
) -> Iterator[Action]:
    key = occurrence_key(schedule.id, occurrence.nominal.day)
    known = view.history
    if key in known.outcomes or occurrence.nominal.day in known.latest.get(schedule.id, ()):
        return
    yield Conclude(key, reason[0], reason[1], schedule.id, occurrence.nominal.day)


def _contracts(schedule: Schedule, occurrence: Occurrence, view: View, today: date) -> Iterator[Contract]:
    """Contracts of the occurrence that are not opened yet."""
    holders = view.holders(schedule.role, today) or _fallback(view)
    if schedule.completion is Completion.EACH:
        for person in holders:
            key = occurrence_key(schedule.id, occurrence.nominal.day, person.id)
            if key in view.history.contracts or key in view.history.outcomes or not _expected_of(person, occurrence):
                continue
            yield _contract(key, schedule, occurrence, (person,), view, today)
        return
    key = occurrence_key(schedule.id, occurrence.nominal.day)
    if key in view.history.contracts or key in view.history.outcomes or not holders:
        return
    people = (_on_rotation(holders, occurrence),) if schedule.rotate else holders
    yield _contract(key, schedule, occurrence, people, view, today)


def _fallback(view: View) -> tuple[Person, ...]:
    """A role without a holder falls to the product manager."""
    return tuple(view.roster[person] for person in _managers(view) if person in view.roster)


def _expected_of(person: Person, occurrence: Occurrence) -> bool:
    """Whoever joins after the due day, or has left before it, is not asked for this occurrence."""
    return (person.since is None or person.since <= occurrence.due) and (
        person.until is None or occurrence.due <= person.until
    )


def _on_rotation(holders: tuple[Person, ...], occurrence: Occurrence) -> Person:
    """By index of the occurrence, stateless; whoever is away on the due day is passed over."""
    start = occurrence.nominal.index % len(holders)
    order = holders[start:] + holders[:start]
    return next((person for person in order if not person.is_away(occurrence.due)), order[0])


def _contract(
    key: Key, schedule: Schedule, occurrence: Occurrence, people: tuple[Person, ...], view: View, today: date
) -> Contract:
    cal = people[0].works
    reached = max(today, min((person.since or today for person in people), default=today))
    due = dates.effective_due(occurrence.due, reached, schedule.lead, cal)
    absence = overlapping(people[0].away, due) if len(people) == 1 else None
    if absence is not None and absence.end is not None and schedule.completion is Completion.EACH:
        due = dates.back_from(absence.end, cal)
    procedure = view.procedures.get(schedule.id)
    return Contract(
        key=key,
        schedule=schedule.id,
        nominal=occurrence.nominal.day,
        opened=today,
        nominal_due=occurrence.due,
        due=due,
        grace_end=dates.grace_end(due, schedule.grace, cal),
        regime=_regime(schedule, due, people, view),
        people=tuple(person.id for person in people),
        procedure=procedure.id if procedure else schedule.procedure,
        title=_title(schedule, view),
        completion=schedule.completion,
        quorum=schedule.quorum,
        level=schedule.level,
        ladder=schedule.ladder,
        role=schedule.role,
        owner=schedule.owner,
        policy=schedule.policy,
    )


def _regime(schedule: Schedule, due: date, people: tuple[Person, ...], view: View) -> Regime:
    """Decided once, by the frozen due date. A person's first run is practice where the pack says so."""
    end = view.introduction_end(schedule.policy)
    if end is None or due <= end:
        return Regime.INTRODUCTION
    procedure = view.procedures[schedule.id].id if schedule.id in view.procedures else schedule.procedure
    first = all((procedure, person.id) not in view.history.ran for person in people)
    if schedule.practice and first and len(people) == 1:
        return Regime.INTRODUCTION
    return Regime.RECORDING
