"""A job whose time is over: the last call, the warnings that are owed, and the miss. Pure.

Nothing is noted that was not announced, and nothing on what was not read in this very pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from isms_bot.calendars import add_working_days
from isms_bot.lifecycle.actions import Action, Amend, Ask, Discuss, Find, Raise, Read, Reply, Show
from isms_bot.lifecycle.dates import DUE, HALF, is_over, step_id, timeline, warning
from isms_bot.lifecycle.people import managers, may_be_told, owners
from isms_bot.lifecycle.relief import occurrence_of
from isms_bot.lifecycle.view import Job, View
from isms_bot.model import Completion, Contract, Regime, RosterId, Signing, Verdict

OPEN, OVERDUE = "Open", "Overdue"
LAST_CALL = "last-call"
"""Cause of the two working days that a job gets whose signature alone is incomplete when grace is over."""
DRAFT = "fuller-draft"
"""Cause of the two working days that a job gets, once, when its time is over and a draft of its page was never published."""
QUIET = (Signing.NOTHING, Signing.PARTIAL)


def passed_on(job: Job, view: View) -> Iterator[Ask]:
    """What somebody wrote under the closing question goes to the owner before the job is closed, however it ends."""
    if job.verdict is not None and job.verdict.feedback and job.key not in view.history.questions:
        yield Ask(job.key, job.verdict.feedback)


def once(view: View, reply: Reply) -> Iterator[Reply]:
    """`reply`, unless it was said before."""
    if (reply.key, reply.cause) in view.history.replies:
        return
    yield reply


def overdue(job: Job, view: View, today: date) -> Iterator[Action]:
    """After the due day: read afresh, show it, and once grace is over note the miss, if nothing speaks for the people."""
    marked = job.page is None or job.page.fields.get("status") != OPEN
    if not marked and job.read_at != view.now:
        yield Read(job.key)
        return
    waiting = _unpublished(job, view, today)
    if waiting is not None:
        yield waiting
        return
    if not marked:
        yield Show(job.key, {"status": OVERDUE})
    if is_over(job.contract, view.now, today):
        yield from _time_over(job, view, today)


def _unpublished(job: Job, view: View, today: date) -> Amend | None:
    """Somebody forgot to press Publish: that is said, and the clock is held for two working days before anything follows."""
    if not job.fuller_draft or DRAFT in view.history.causes(job.key):
        return None
    contract = job.contract
    until = add_working_days(today, 2, view.calendar_of(contract.people))
    shown = job.page is not None and job.page.fields.get("status") == OVERDUE
    due = contract.due if shown else until
    return Amend(job.key, DRAFT, due, max(until, contract.grace_end), contract.people, reply="job.fuller_draft")


def _time_over(job: Job, view: View, today: date) -> Iterator[Action]:
    contract = job.contract
    if job.copies_filled:
        yield from once(view, Reply(job.key, "copy-filled", "job.copy_filled", contract.people))
        yield Find("copy-of-job", job.key, owners(contract, view), {"job": contract.title})
        return
    people = [view.roster[person] for person in contract.people if person in view.roster]
    if not any(may_be_told(person) for person in people):
        yield Find("account-unresolved", job.key, owners(contract, view), {"job": contract.title})
        return
    if all(person.is_away(today) for person in people):
        return
    signed = frozenset(signature.stands_for for signature in job.verdict.signatures) if job.verdict else frozenset()
    if not warned(job, view, today, signed):
        yield from _unwarned(job, view)
        return
    if job.read_at != view.now:
        yield Read(job.key)
        return
    if job.verdict is None:
        return
    if not _all_ticked(job.verdict):
        yield from miss(job, view, _addressees(job, view))
        return
    if LAST_CALL not in view.history.causes(job.key):
        later = add_working_days(today, 2, view.calendar_of(contract.people))
        yield Amend(job.key, LAST_CALL, contract.due, later, contract.people, reply="notice.ticked.last")
        return
    yield from miss(job, view, _addressees(job, view), not_validly_signed=True)


def _all_ticked(verdict: Verdict) -> bool:
    """True if everything was done and only the signature does not hold: never "not done"."""
    return verdict.signing not in QUIET and verdict.steps_done == verdict.steps_total


def warned(job: Job, view: View, day: date, signed: frozenset[RosterId]) -> bool:
    """No surprise: two notices delivered to everybody concerned. The opening is one (the wiki tells whom it assigns a page);
    the other is the warning that says what will happen and when, delivered so that a whole working day lay between."""
    contract = job.contract
    amendments = view.history.amendments.get(job.key, ())
    if amendments and amendments[-1].cause == LAST_CALL:
        return (job.key, LAST_CALL) in view.history.replies
    wanted, found = _warning_ids(contract, view), False
    for one in contract.people:
        person = view.roster.get(one)
        if one in signed or person is None or not may_be_told(person) or person.is_away(day):
            continue
        warned = [
            sent.day
            for sent in view.history.notices.get(job.key, ())
            if sent.person == one and sent.delivered and sent.step in wanted
        ]
        if not warned or add_working_days(warned[0], 1, person.works) >= day:
            return False
        found = True
    return found


def _warning_ids(contract: Contract, view: View) -> tuple[str, ...]:
    """The steps without one of which nothing may follow: each says what will happen."""
    if contract.due_at is not None:
        return tuple(step_id(step, contract.due, contract.grace_end) for step in (HALF, DUE))
    cal = view.calendar_of(contract.people)
    steps = timeline(contract.ladder, contract.opened, contract.due, contract.grace_end, cal)
    return (step_id(warning(steps), contract.due, contract.grace_end),)


def _unwarned(job: Job, view: View) -> Iterator[Action]:
    """Grace runs on while no warning could be delivered; if one was tried in vain the admin has something to look at."""
    contract = job.contract
    if any(amendment.cause == LAST_CALL for amendment in view.history.amendments.get(job.key, ())[-1:]):
        missing = job.verdict.missing if job.verdict else ()
        yield from once(view, Reply(job.key, LAST_CALL, "notice.ticked.last", contract.people, {"missing": missing}))
        return
    wanted = _warning_ids(contract, view)
    tried = [sent for sent in view.history.notices.get(job.key, ()) if sent.step in wanted]
    if tried and not any(sent.delivered for sent in tried):
        yield Find("notice-undelivered", job.key, managers(view)[:1], {"job": contract.title})


def _addressees(job: Job, view: View) -> tuple[RosterId, ...]:
    """Those concerned and the role that must act; a job of several people is addressed to its role owner alone."""
    to = owners(job.contract, view)
    if job.contract.completion is Completion.EACH:
        return tuple(dict.fromkeys((*job.contract.people, *to)))
    return to


def miss(job: Job, view: View, to: tuple[RosterId, ...], *, not_validly_signed: bool = False) -> Iterator[Action]:
    """Exactly one consequence per occurrence, by the regime that was frozen when the job opened."""
    contract = job.contract
    yield from passed_on(job, view)
    if job.frozen.regime is Regime.INTRODUCTION:
        yield Discuss(job.key, occurrence_of(contract))
        return
    yield Raise(job.key, to, not_validly_signed)
    if not owners(contract, view):
        yield Find("no-second-person", job.key, (), {"page": contract.title})
