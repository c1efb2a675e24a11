"""Which occurrences are to be opened now, and for whom. Pure.

An occurrence is identified by its nominal date; shift, lead and holidays move what people see, never the key. Opening is
level-triggered: whatever should be open and is not gets opened, with the minimum time to act, however late the pass is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from isms_bot.calendars import add, add_working_days, local_date, subtract
from isms_bot.lifecycle import dates
from isms_bot.lifecycle.actions import Action, Conclude, Find, Open
from isms_bot.lifecycle.activation import before_force, since
from isms_bot.lifecycle.people import managers
from isms_bot.lifecycle.relief import not_to_open, occurrence_key
from isms_bot.lifecycle.view import Procedure, ProcedureState, View, needed, overlapping
from isms_bot.lifecycle.waiting import WAITED, has_waited, in_turn, overtaken
from isms_bot.model import (
    Completion,
    Contract,
    Key,
    Outcome,
    Person,
    Regime,
    RosterId,
    Schedule,
    Unit,
)
from isms_bot.recurrence import Nominal, due_day, nominals, paused

LEAVER, JOINER = "leaver", "joiner"
EVENTS = (LEAVER, JOINER)
"""Events that the roster tells: somebody's last day, somebody's first."""
BEFORE = 10
"""Working days before that day on which the job about it opens."""
_HORIZON = timedelta(days=75)
"""How far a shift may move a due day, with room: the calm rule skips six weeks of summer at most."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A nominal date with the days that follow from it, before anybody's minimum time is counted."""

    nominal: Nominal
    opens: date
    due: date


def occurrences(schedule: Schedule, view: View, after: date | None, until: date) -> Iterator[Occurrence]:
    """Occurrences of a schedule with after < nominal and opening day <= until, in order.

    Nominal dates are worked out without public holidays: a new edition of a holiday calendar must never move a key.
    """
    hours = schedule.lead.unit is Unit.HOUR
    furthest = _HORIZON + (until if hours else add(until, schedule.lead, view.calendar))
    anchor = view.anchors.get(schedule.id)
    for nominal in nominals(schedule.rule, anchor, after=after, until=furthest):
        due = due_day(nominal.day, schedule.rule, view.calendar)
        opens = due if hours else subtract(due, schedule.lead, view.calendar)
        if opens <= until:
            yield Occurrence(nominal, opens, due)


def openings(view: View) -> Iterator[Action]:
    """Jobs to open, and findings about roles that nobody holds. While the clocks are apart nothing is opened: an opening is a
    notice, and its dates would be wrong."""
    today = local_date(view.now, view.zone)
    active = [one for _, one in sorted(view.schedules.items()) if one.id in view.anchors and one.id not in view.stopped]
    for role in sorted({schedule.role for schedule in active if not view.holders(schedule.role, today)}):
        yield Find("role-without-holder", role, managers(view)[:1], {"role": role})
    if not view.trusted:
        return
    wanted = (action for schedule in active for action in _open_schedule(schedule, view, today))
    yield from in_turn(wanted, view)
    for event, schedule in sorted(view.events.items()):
        on = (
            since(schedule, view.history.activated)
            if schedule.policy
            else min(view.history.activated.values(), default=None)
        )
        if schedule.id not in view.stopped and on is not None and on <= today:
            yield from _open_event(event, schedule, view, today)


def _open_schedule(schedule: Schedule, view: View, today: date) -> Iterator[Action]:
    opened = view.history.latest.get(schedule.id, ())
    bounds = (view.history.rule_since.get(schedule.id), before_force(schedule, view.history.activated), *opened[-2:-1])
    after = max((day for day in bounds if day), default=None)
    expected: list[Occurrence] = []
    latest = None
    for latest in occurrences(schedule, view, after, today):
        reason = _not_expected(schedule, latest, view)
        if reason is None:
            expected.append(latest)
            continue
        yield from _conclude_unopened(schedule, latest, reason, view)
    for occurrence in expected[:-1]:
        reason = (Outcome.PAUSED, _overtaken(schedule, occurrence, view))
        yield from _conclude_unopened(schedule, occurrence, reason, view)
    procedure = view.procedures.get(schedule.id)
    if not expected or procedure is None or procedure.state is not ProcedureState.READY:
        return
    current = expected[-1]
    yield from overtaken(schedule, current.nominal.day, view)
    if current is not latest and current.nominal.day in opened:
        # Whoever joins while the next one is paused or waived is not asked for the one before.
        return
    for contract in _contracts(schedule, current, view, today, procedure):
        yield Open(contract, contract.people[0] if schedule.completion is Completion.EACH else None)


def _open_event(event: str, schedule: Schedule, view: View, today: date) -> Iterator[Open]:
    """One job for everybody who leaves or joins, from ten working days before that day on. Neither key nor title names anybody,
    and nobody gets the job about the own leaving. What came to be known late is opened late, for so long after that day."""
    procedure = view.procedures.get(schedule.id)
    if procedure is None or procedure.state is not ProcedureState.READY:
        return
    for _, person in sorted(view.roster.items()):
        due = person.until if event == LEAVER else person.since
        key = f"{schedule.id}/{event}-{person.id}"
        if due is None or key in view.history.contracts:
            continue
        first, last = (add_working_days(due, days, person.works) for days in (-BEFORE, BEFORE))
        holders = tuple(one for one in view.holders(schedule.role, today) if one.id != person.id)
        people = holders or tuple(one for one in _fallback(view, person.id))
        if first <= today <= last and people:
            occurrence = Occurrence(Nominal(0, today), today, due)
            yield Open(_contract(key, schedule, occurrence, people, view, today, procedure), None)


def _overtaken(schedule: Schedule, occurrence: Occurrence, view: View) -> str:
    """Why an occurrence was never opened although the next one is: its people had no room for it, nobody was there to open it, or
    there was nothing to open."""
    if has_waited(schedule.id, occurrence.nominal.day, view):
        return WAITED
    for outage in view.history.outages:
        if outage.start <= occurrence.due and (outage.end is None or occurrence.opens <= outage.end):
            return "outage"
    return "overtaken"


def _not_expected(schedule: Schedule, occurrence: Occurrence, view: View) -> tuple[Outcome, str] | None:
    """Why nothing is expected for this occurrence: a pause in the rule or a decision, a waiver, a skip."""
    if paused(schedule.rule, occurrence.nominal.day) is not None:
        return Outcome.PAUSED, "rule"
    return not_to_open(schedule.id, schedule.policy, occurrence.nominal.day, occurrence.due, view)


def _conclude_unopened(
    schedule: Schedule, occurrence: Occurrence, reason: tuple[Outcome, str], view: View
) -> Iterator[Action]:
    if occurrence.nominal.day in view.history.latest.get(schedule.id, ()):
        return
    key = occurrence_key(schedule.id, occurrence.nominal.day)
    yield Conclude(key, reason[0], reason[1], schedule.id, occurrence.nominal.day)


def _contracts(
    schedule: Schedule, occurrence: Occurrence, view: View, today: date, procedure: Procedure
) -> Iterator[Contract]:
    """Contracts of the occurrence that are not opened yet."""
    key = occurrence_key(schedule.id, occurrence.nominal.day)
    if key in view.history.outcomes:
        return
    holders = view.holders(schedule.role, today) or _fallback(view)
    if schedule.completion is Completion.EACH:
        for person in holders:
            own = occurrence_key(schedule.id, occurrence.nominal.day, person.id)
            if own not in view.history.contracts and _expected_of(person, occurrence):
                yield _contract(own, schedule, occurrence, (person,), view, today, procedure)
        return
    if key in view.history.contracts or not holders:
        return
    people = (_on_rotation(holders, occurrence),) if schedule.rotate else holders
    yield _contract(key, schedule, occurrence, people, view, today, procedure)


def _fallback(view: View, but: RosterId | None = None) -> tuple[Person, ...]:
    """A role without a holder falls to the product manager, or whoever stands in; never to `but`."""
    return tuple(view.roster[person] for person in managers(view) if person != but)[:1]


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
    key: Key, schedule: Schedule, occurrence: Occurrence, people: tuple[Person, ...], view: View, today: date,
    procedure: Procedure,
) -> Contract:  # fmt: skip
    cal = people[0].works
    due = dates.effective_due(occurrence.due, _reached(people, schedule, today), schedule.lead, cal)
    absence = overlapping(people[0].away, due)
    if schedule.completion is Completion.EACH and absence is not None and absence.end is not None:
        due = dates.back_from(absence.end, cal)
    return Contract(
        key=key,
        schedule=schedule.id,
        nominal=occurrence.nominal.day,
        opened=today,
        nominal_due=occurrence.due,
        due=due,
        grace_end=dates.grace_end(due, schedule.grace, cal),
        # Whoever had to wait is not held to more than whoever had not.
        regime=_regime(schedule, occurrence.due if key in view.history.waiting else due, people, view, procedure),
        people=tuple(person.id for person in people),
        procedure=procedure.id,
        title=procedure.title,
        completion=schedule.completion,
        quorum=schedule.quorum,
        level=schedule.level,
        ladder=schedule.ladder,
        role=schedule.role,
        owner=schedule.owner,
        policy=schedule.policy,
        private=procedure.private,
    )


def _reached(people: tuple[Person, ...], schedule: Schedule, today: date) -> date:
    """The day on which a job opened today has reached as many of its people as must sign: nothing reaches somebody who is
    away."""
    days = []
    for person in people:
        absence = overlapping(person.away, today)
        back = absence.end + timedelta(days=1) if absence is not None and absence.end is not None else today
        days.append(add_working_days(back, 0, person.works) if back > today else today)
    return sorted(days)[needed(schedule.completion, schedule.quorum, len(days)) - 1]


def _regime(schedule: Schedule, due: date, people: tuple[Person, ...], view: View, procedure: Procedure) -> Regime:
    """Decided once, by the frozen due date. A person's first run is practice where the pack says so."""
    end = view.introduction_end(schedule.policy)
    if end is None or due <= end:
        return Regime.INTRODUCTION
    first = all(view.history.ran[procedure.id, person.id] == 0 for person in people)
    if schedule.practice and first and len(people) == 1:
        return Regime.INTRODUCTION
    return Regime.RECORDING
