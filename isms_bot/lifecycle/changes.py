"""What moves a contract after it was opened: outages, absences, departures, decisions. Pure; each cause works once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from isms_bot.lifecycle import dates
from isms_bot.lifecycle.actions import Amend
from isms_bot.lifecycle.view import Job, View, overlapping
from isms_bot.model import Completion, Contract, DecisionKind, Duration, RosterId, Unit

_FIVE_DAYS = Duration(dates.MINIMUM_TIME, Unit.WORKING_DAY)


def changes(job: Job, view: View, today: date) -> Iterator[Amend]:
    """The first change that is due and has not had its effect; one at a time, since each starts from the one before."""
    causes = view.history.causes(job.key)
    for rule in (_outage, _departure, _absence, _decision):
        amendment = rule(job.contract, view, today, causes)
        if amendment is not None:
            yield amendment
            return


def _lead(contract: Contract, view: View) -> Duration:
    schedule = view.schedules.get(contract.schedule)
    return schedule.lead if schedule else _FIVE_DAYS


def _outage(contract: Contract, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Days on which the bot or the wiki could not be reached count for nobody."""
    for outage in view.history.outages:
        cause = f"outage:{outage.start.isoformat()}"
        if cause in causes or (outage.end or outage.start) <= contract.opened:
            continue
        cal = view.calendar_of(contract.people)
        moved = dates.shifted_by_outage(contract.due, contract.grace_end, outage, _lead(contract, view), cal)
        if moved is not None:
            return Amend(contract.key, cause, *moved, contract.people)
    return None


def _departure(contract: Contract, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Role jobs of somebody who left go on to those who hold the role now, with the minimum time."""
    if contract.completion is Completion.EACH:
        return None
    gone = tuple(
        person
        for person in contract.people
        if (known := view.roster.get(person)) is not None and known.until is not None and known.until < today
    )
    if not gone:
        return None
    staying = tuple(person for person in contract.people if person not in gone)
    people = staying or tuple(person.id for person in view.holders(contract.role, today))
    if not people:
        people = tuple(person for person in (view.product_manager,) if person)
    if not people or people == contract.people:
        return None
    return _handed_over(contract, view, today, people, "left:" + ",".join(gone), fresh=not staying)


def _absence(contract: Contract, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Away over the due day: a personal job moves to 5 working days after the return, a role job goes to the stand-in."""
    if len(contract.people) != 1 or contract.people[0] not in view.roster:
        return None
    person = view.roster[contract.people[0]]
    span = overlapping(person.away, contract.due)
    if span is None or span.end is None:
        return None
    cause = f"away:{span.start.isoformat()}:{span.end.isoformat()}"
    if cause in causes:
        return None
    if contract.completion is Completion.EACH:
        due = dates.back_from(span.end, person.works)
        return Amend(contract.key, cause, due, due + (contract.grace_end - contract.due), contract.people)
    stand_in = _stand_in(contract, view, today, person.stand_in)
    if stand_in is None:
        due = dates.back_from(span.end, person.works)
        return Amend(contract.key, cause, due, due + (contract.grace_end - contract.due), contract.people)
    return _handed_over(contract, view, today, (stand_in,), cause, fresh=True)


def _stand_in(contract: Contract, view: View, today: date, named: RosterId | None) -> RosterId | None:
    """The named stand-in, else another holder of the role, who is there over the due day."""
    others = [person.id for person in view.holders(contract.role, today)]
    for candidate in (named, *others):
        if candidate is None or candidate in contract.people or candidate not in view.roster:
            continue
        person = view.roster[candidate]
        if person.active(today) and not person.is_away(contract.due) and not person.is_away(today):
            return candidate
    return None


def _handed_over(
    contract: Contract, view: View, today: date, people: tuple[RosterId, ...], cause: str, *, fresh: bool
) -> Amend:
    """The clock goes on; a newcomer gets the minimum time."""
    if not fresh:
        return Amend(contract.key, cause, contract.due, contract.grace_end, people)
    due = dates.effective_due(contract.due, today, _lead(contract, view), view.calendar_of(people))
    return Amend(contract.key, cause, due, due + (contract.grace_end - contract.due), people)


def handed_over(contract: Contract, view: View, today: date, people: tuple[RosterId, ...], cause: str) -> Amend:
    """A hand-over made in the wiki by changing the assignee; `people` hold the role or were named by a manager."""
    return _handed_over(contract, view, today, people, cause, fresh=bool(set(people) - set(contract.people)))


def _decision(contract: Contract, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Postponed, or accepted late."""
    for decision in view.decisions(DecisionKind.POSTPONE, DecisionKind.ACCEPT_LATE):
        if decision.id in causes or decision.about != contract.key or decision.until is None:
            continue
        if decision.kind is DecisionKind.ACCEPT_LATE:
            end = max(contract.grace_end, decision.until)
            return Amend(contract.key, decision.id, contract.due, end, contract.people)
        due = max(contract.due, decision.until)
        return Amend(contract.key, decision.id, due, due + (contract.grace_end - contract.due), contract.people)
    return None
