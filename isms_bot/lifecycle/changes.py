"""What moves a contract after it was opened: outages, absences, departures, decisions. Pure; each cause works once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from isms_bot.calendars import local_date
from isms_bot.lifecycle import dates
from isms_bot.lifecycle.actions import Amend
from isms_bot.lifecycle.people import managers
from isms_bot.lifecycle.relief import is_about
from isms_bot.lifecycle.view import Job, View, needed, overlapping
from isms_bot.model import Completion, Contract, DecisionKind, Duration, Person, RosterId, Signing, Span, Unit

_NO_LEAD = Duration(0, Unit.HOUR)
_FIVE_DAYS = Duration(dates.MINIMUM_TIME, Unit.WORKING_DAY)


def changes(job: Job, view: View, today: date) -> Iterator[Amend]:
    """The first change that is due and has not had its effect; one at a time, since each starts from the one before."""
    causes = view.history.causes(job.key)
    for rule in (_outage, _departure, _absence, _decision):
        amendment = rule(job, view, today, causes)
        if amendment is not None:
            yield amendment
            return


def lead_of(contract: Contract, view: View) -> Duration:
    """The lead of a job's schedule; five working days for a schedule that is no longer there. A job that counts in hours has
    none: whoever gets it later gets the time that is left."""
    if contract.due_at is not None:
        return _NO_LEAD
    schedule = view.schedules.get(contract.schedule)
    return schedule.lead if schedule else _FIVE_DAYS


def moved(contract: Contract, view: View, due: date, cause: str, people: tuple[RosterId, ...] | None = None) -> Amend:
    """`contract` with another due day, no earlier than its own, and as much grace as before."""
    due = max(due, contract.due)
    staying = contract.people if people is None else people
    end = dates.moved_end(contract.due, contract.grace_end, due, view.calendar_of(staying))
    return Amend(contract.key, cause, due, end, staying)


def _is_signed(job: Job) -> bool:
    return job.verdict is not None and job.verdict.signing is Signing.SIGNED


def _outage(job: Job, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Days on which the bot or the wiki could not be reached count for nobody."""
    contract = job.contract
    for outage in view.history.outages:
        cause = f"outage:{outage.start.isoformat()}"
        if cause in causes or (outage.end or outage.start) <= contract.opened:
            continue
        cal = view.calendar_of(contract.people)
        shifted = dates.shifted_by_outage(contract.due, contract.grace_end, outage, lead_of(contract, view), cal)
        if shifted is not None:
            return Amend(contract.key, cause, *shifted, contract.people)
    return None


def _departure(job: Job, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Role jobs of somebody who left go on to those who hold the role now, with the minimum time."""
    contract = job.contract
    if contract.completion is Completion.EACH or _is_signed(job):
        return None
    gone = tuple(
        person
        for person in contract.people
        if (known := view.roster.get(person)) is not None and known.until is not None and known.until < today
    )
    if not gone:
        return None
    staying = tuple(person for person in contract.people if person not in gone)
    people = staying or _successors(contract, view, today)
    if not people:
        return None
    return _handed_over(contract, view, today, people, "left:" + ",".join(gone), fresh=not staying)


def _successors(contract: Contract, view: View, today: date) -> tuple[RosterId, ...]:
    """Who holds the role now: the next one if the schedule goes round, all of them otherwise; else whoever manages."""
    holders = view.holders(contract.role, today)
    schedule = view.schedules.get(contract.schedule)
    if schedule is not None and schedule.rotate and holders:
        present = [person for person in holders if not person.is_away(today)]
        return ((present or list(holders))[0].id,)
    return tuple(person.id for person in holders) or managers(view)[:1]


def _absence(job: Job, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Away over the due day: a personal job moves to 5 working days after the return, a role job goes to the stand-in. A job
    of several people goes on as long as enough of them are there."""
    contract = job.contract
    personal = contract.completion is Completion.EACH
    if _is_signed(job) and not personal:
        return None
    absent = _absent(job, view)
    if len(contract.people) - len(absent) >= needed(contract.completion, contract.quorum, len(contract.people)):
        return None
    for person, span in absent:
        cause = f"away:{span.start.isoformat()}:{span.end.isoformat() if span.end else ''}"
        if len(contract.people) > 1:
            cause += f":{person.id}"
        if cause in causes:
            continue
        stand_in = None if personal else _stand_in(contract, view, today, person.stand_in)
        if stand_in is not None:
            people = tuple(stand_in if other == person.id else other for other in contract.people)
            return _handed_over(contract, view, today, people, cause, fresh=True)
        if span.end is not None:
            return moved(contract, view, dates.back_from(span.end, person.works), cause)
    return None


def _absent(job: Job, view: View) -> list[tuple[Person, Span]]:
    """Who of the people is away over the due day and has not signed, whoever is back first first."""
    signed = {signature.stands_for for signature in job.verdict.signatures} if job.verdict else set()
    found = [
        (person, span)
        for one in job.contract.people
        if one not in signed
        and (person := view.roster.get(one)) is not None
        and (span := overlapping(person.away, job.contract.due)) is not None
    ]
    return sorted(found, key=lambda pair: pair[1].end or date.max)


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
    due = dates.effective_due(contract.due, today, lead_of(contract, view), view.calendar_of(people))
    return moved(contract, view, due, cause, people)


def handed_over(contract: Contract, view: View, today: date, people: tuple[RosterId, ...], cause: str) -> Amend:
    """A hand-over made in the wiki by changing the assignee; `people` hold the role or were named by a manager."""
    return _handed_over(contract, view, today, people, cause, fresh=bool(set(people) - set(contract.people)))


def _decision(job: Job, view: View, today: date, causes: frozenset[str]) -> Amend | None:
    """Postponed, or accepted late. Without a date it is the minimum time from the day on which it was decided."""
    contract = job.contract
    for decision in view.decisions(DecisionKind.POSTPONE, DecisionKind.ACCEPT_LATE):
        if decision.id in causes or not is_about(decision, contract):
            continue
        made = local_date(decision.made_at, view.zone) if decision.made_at else today
        cal = view.calendar_of(contract.people)
        until = decision.until or dates.minimum_time(made, lead_of(contract, view), cal)
        if decision.kind is DecisionKind.ACCEPT_LATE:
            end = max(contract.grace_end, until)
            return Amend(contract.key, decision.id, contract.due, end, contract.people)
        return moved(contract, view, until, decision.id)
    return None
