"""One opened job: what it needs now. Pure.

The order of the questions is the order of the rules: has it ended, has its contract changed in somebody's favour, is its page
where it should be, is it signed, what may be said about it, and only then whether its time is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from isms_bot.calendars import local_date
from isms_bot.lifecycle import gestures
from isms_bot.lifecycle.actions import (
    Action,
    Amend,
    Conclude,
    Discuss,
    Find,
    Open,
    Raise,
    Read,
    Record,
    Reply,
    Show,
    Supersede,
)
from isms_bot.lifecycle.changes import changes, lead_of, moved
from isms_bot.lifecycle.dates import (
    back_from,
    effective_due,
    is_over,
    is_past_due,
    minimum_time,
)
from isms_bot.lifecycle.overdue import OPEN, OVERDUE, QUIET, miss, once, overdue, passed_on, warned
from isms_bot.lifecycle.people import confirmers, hands, may_be_told, owners, owners_here, reachable
from isms_bot.lifecycle.relief import ended_by_decision, is_of_its_schedule, occurrence_key
from isms_bot.lifecycle.view import FILING_WAIT, Job, ProcedureState, View, overlapping
from isms_bot.model import (
    Behalf,
    Completion,
    Contract,
    Given,
    Key,
    Outcome,
    Page,
    PageState,
    RosterId,
    Signing,
    Verdict,
)

AT_REST = timedelta(days=1)
"""Whoever signed believes to have finished: a doubt about the account is asked about before the due day already, once nobody
has touched the page for this long. Everything else that is unfinished is nobody's business before the due day."""
_ASKED = "asked-about-page"


def judge(job: Job, view: View, today: date) -> Iterator[Action]:
    """What one job needs on `today` (of its people). Yields nothing for a job that is nobody's business."""
    missed = job.key in view.history.missed
    signed = job.verdict is not None and job.verdict.signing is Signing.SIGNED
    if not missed and not (signed and job.state is PageState.LIVE):
        ended = _ended(job, view, today)
        if ended is not None:
            yield from passed_on(job, view)
            yield ended
            return
    if job.key not in view.history.pages:
        yield from _undelivered(job, view, today)
        return
    if not missed and view.trusted:
        changed = list(changes(job, view, today))
        if changed:
            yield from changed
            return
    if job.page is None:
        yield Read(job.key)
        return
    if job.state is not PageState.LIVE:
        yield from _taken_away(job, view, today, missed=missed, signed=signed)
        return
    if job.verdict is not None and signed:
        yield from _signed(job, job.verdict, view)
        return
    if missed:
        yield from _superseded(job, view)
        return
    if not view.trusted:
        return
    yield from _settled(_unfinished(job, job.page, view, today))


def _unfinished(job: Job, page: Page, view: View, today: date) -> Iterator[Action]:
    """What an open job that nobody has signed yet needs."""
    yield from gestures.answers(job, page, view, today, _status(job.contract, view, today))
    if job.verdict is not None and job.verdict.signing not in QUIET:
        yield from _say(job, job.verdict, view, today)
    if is_past_due(job.contract, view.now, today) and not view.forgiven(job.contract):
        yield from overdue(job, view, today)


def _settled(actions: Iterable[Action]) -> Iterator[Action]:
    """The same actions, the status left to the miss if one is noted: what says "Missed" before the ledger does, because a pass
    was cut short in between, is not put back first."""
    known = tuple(actions)
    noted = any(isinstance(action, Raise | Discuss) for action in known)
    yield from (action for action in known if not (noted and isinstance(action, Show) and "status" in action.values))


def _status(contract: Contract, view: View, today: date) -> str:
    """What the page says: nothing is missed before that was noted, nor overdue if it can't be held against anybody."""
    return OVERDUE if is_past_due(contract, view.now, today) and not view.forgiven(contract) else OPEN


def _undelivered(job: Job, view: View, today: date) -> Iterator[Action]:
    """The contract is there and its page is not: go on opening, with the minimum time from the day on which it gets there."""
    contract = job.contract
    procedure = view.procedures.get(contract.schedule)
    if not view.trusted or procedure is None or procedure.state is not ProcedureState.READY:
        return
    cal = view.calendar_of(contract.people)
    due = effective_due(contract.due, today, lead_of(contract, view), cal)
    if due > contract.due:
        yield moved(contract, view, due, f"reached:{today.isoformat()}")
    yield Open(job.frozen, job.frozen.people[0] if job.frozen.completion is Completion.EACH else None)


def _ended(job: Job, view: View, today: date) -> Conclude | None:
    """The outcome that a decision or a departure gives the occurrence, if any."""
    contract = job.contract
    if contract.schedule in view.stopped:
        return Conclude(job.key, Outcome.CANCELLED, "does not apply")
    decided = ended_by_decision(contract, view, away=job.state is not PageState.LIVE)
    if decided is not None:
        return Conclude(job.key, *decided)
    if contract.completion is not Completion.EACH or not view.trusted:
        return None
    person = view.roster.get(contract.people[0])
    if person is not None and person.until is not None and person.until < today:
        return Conclude(job.key, Outcome.LEFT, "left")
    return None


def _taken_away(job: Job, view: View, today: date, *, missed: bool, signed: bool) -> Iterator[Action]:
    """Trashed, archived or moved out of the ISMS: the role owner is asked once and gets the minimum time to answer; nobody is
    reminded; only an unanswered question ends as a miss. What was signed before, or done in a copy, is nobody's miss."""
    if missed:
        return
    contract, to = job.contract, owners_here(job.contract, view)
    kind = "page-moved-outside" if job.state is PageState.MOVED else "job-trashed"
    asked = f"{kind}/{job.key}" in view.history.findings
    answer_by = contract.grace_end if asked else max(contract.grace_end, _time_to_answer(contract, to, view, today))
    yield Find(kind, job.key, to, {"job": contract.title, "until": answer_by})
    if signed or job.copies_filled or not view.trusted:
        return
    if answer_by > contract.grace_end:
        yield Amend(job.key, f"{_ASKED}:{today.isoformat()}", contract.due, answer_by, contract.people)
    if not asked or today <= contract.grace_end or view.forgiven(contract):
        return
    if job.read_at != view.now:
        yield Read(job.key)
        return
    yield from miss(job, view, owners(contract, view))


def _time_to_answer(contract: Contract, to: tuple[RosterId, ...], view: View, today: date) -> date:
    """The last day on which those who are asked may answer: the minimum time, counted from their return if all of them are away."""
    least = minimum_time(today, lead_of(contract, view), view.calendar_of(to))
    person = view.roster[to[0]] if to else None
    absence = overlapping(person.away, today) if person else None
    return max(least, back_from(absence.end, person.works)) if person and absence and absence.end else least


def _signed(job: Job, verdict: Verdict, view: View) -> Iterator[Action]:
    """File a signed job once people have stopped editing it. Signed in time and seen late is in time."""
    touched = max((at for at in (job.page.edited_at if job.page else None, verdict.at) if at), default=view.now)
    if view.now - touched < FILING_WAIT:
        return
    if job.read_at != view.now:
        yield Read(job.key)
        return
    yield from passed_on(job, view)
    signed_on = local_date(verdict.at or view.now, view.zone_of(job.contract.people))
    late = job.key in view.history.missed or (
        is_over(job.contract, verdict.at or view.now, signed_on) and warned(job, view, signed_on, frozenset())
    )
    yield Record(job.key, verdict, Outcome.RECORDED_LATE if late else Outcome.RECORDED)


def _superseded(job: Job, view: View) -> Iterator[Action]:
    """A missed job stays signable until the next occurrence opens; then its page is closed with a link."""
    successor = _successor(job, view)
    if successor is None:
        return
    if job.read_at != view.now:
        yield Read(job.key)
        return
    yield from passed_on(job, view)
    yield Supersede(job.key, successor)


def _successor(job: Job, view: View) -> Key | None:
    """The next occurrence that was opened, for the same person if it is personal. For somebody who is no longer asked it is
    the occurrence itself, whoever it is open for."""
    contract = job.contract
    if not is_of_its_schedule(contract):
        return None
    renamed = [one.id for one in view.schedules.values() if contract.schedule in one.was]
    person = job.frozen.people[0] if contract.completion is Completion.EACH else None
    for schedule in (contract.schedule, *renamed):
        following = [day for day in view.history.latest.get(schedule, ()) if day > contract.nominal]
        for day in following:
            key = occurrence_key(schedule, day, person)
            if key in view.history.pages:
                return key
        if person is not None and following and not _is_asked(person, contract, view):
            return occurrence_key(schedule, following[0])
    return None


def _is_asked(person: RosterId, contract: Contract, view: View) -> bool:
    today = local_date(view.now, view.zone)
    return any(holder.id == person for holder in view.holders(contract.role, today))


def _say(job: Job, verdict: Verdict, view: View, today: date) -> Iterator[Action]:
    """The one sentence that an unfinished signature deserves, once, and only to people who can be reached now."""
    contract = job.contract
    if verdict.behalf:
        for behalf in verdict.behalf:
            yield from _given_for(job, behalf, view)
        return
    to = _reachable(hands(contract, view), view)
    if not to:
        return
    if verdict.signing is Signing.SOMEONE_ELSE:
        yield from once(view, _in_another_name(job, verdict.other, to, view))
        return
    missing = {"missing": verdict.missing}
    if verdict.signing is Signing.UNCLEAR:
        edited = job.page.edited_at if job.page else None
        if today >= contract.due or (edited is not None and view.now - edited >= AT_REST):
            yield from once(view, Reply(job.key, "unclear", "job.unclear", to, missing))
        return
    if today < contract.due:
        return
    if verdict.signing is Signing.TICKED:
        yield from once(view, Reply(job.key, "ticked", "notice.ticked", to, missing))
    else:
        yield from once(view, Reply(job.key, "half-signed", "job.below_level", to, missing))


def _reachable(people: tuple[RosterId, ...], view: View) -> tuple[RosterId, ...]:
    return tuple(person for person in people if reachable(view.roster.get(person), view))


def _in_another_name(job: Job, other: RosterId | None, to: tuple[RosterId, ...], view: View) -> Reply:
    """Somebody signed who is not asked to: three ways on; of a personal job there are fewer, since it is nobody else's."""
    cause = f"someone-else:{other or ''}"
    if job.contract.completion is Completion.EACH:
        return Reply(job.key, cause, "job.someone_else.personal", to)
    owner = confirmers(job.contract, view, (*job.contract.people, *([other] if other else [])))[:1]
    return Reply(job.key, cause, "job.someone_else", to, {"owner": owner[0]} if owner else {})


def _given_for(job: Job, behalf: Behalf, view: View) -> Iterator[Action]:
    """The answer to a signature that somebody gave for somebody else: the role owner is asked, whoever wrote it learns that it
    was declined, or that this job is nobody else's to sign."""
    both = (behalf.writer, behalf.principal)
    cause, values = f"for-another:{behalf.given}:{'+'.join(both)}", {"signer": behalf.writer, "other": behalf.principal}
    if behalf.given is not Given.WAITING:
        sentence = f"job.for_another.{behalf.given}"
        to = _reachable(both, view)
        if to:
            yield from once(view, Reply(job.key, cause, sentence, to, values))
        return
    able = tuple(one for one in confirmers(job.contract, view, both) if may_be_told(view.roster[one]))
    if not able:
        yield Find("no-second-person", job.key, (), {"page": job.contract.title})
        return
    to = _reachable(able, view)[:1]
    if to:
        yield from once(view, Reply(job.key, cause, "job.for_another", to, values))
