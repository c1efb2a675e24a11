"""One opened job: what it needs now. Pure.

The order of the questions is the order of the rules: has it ended, has its contract changed in somebody's favour, is its page
where it should be, is it signed, what may be said about it, and only then whether its time is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from isms_bot.calendars import add_working_days, local_date
from isms_bot.lifecycle import gestures
from isms_bot.lifecycle.actions import (
    Action,
    Amend,
    Ask,
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
from isms_bot.lifecycle.changes import changes
from isms_bot.lifecycle.dates import LAST
from isms_bot.lifecycle.notices import may_be_told, step_id
from isms_bot.lifecycle.openings import OUTCOME_OF
from isms_bot.lifecycle.people import owners, reachable
from isms_bot.lifecycle.view import FILING_WAIT, Job, View
from isms_bot.model import (
    Completion,
    Contract,
    DecisionKind,
    Outcome,
    PageState,
    Phase,
    Regime,
    RosterId,
    Signing,
    Verdict,
)

STATUS_OF_PHASE: Mapping[Phase, str] = {Phase.OPEN: "Open", Phase.OVERDUE: "Overdue", Phase.MISSED: "Missed"}
LATE_TICKS = timedelta(days=1)
"""Before the due day an unfinished job is nobody's business; "ticked, not signed" is said when nothing moved for this long."""
_LAST_CALL = "half-signed"
_QUIET = (Signing.NOTHING, Signing.PARTIAL)


def phase(contract: Contract, today: date) -> Phase:
    """Where a job stands on a day of its person."""
    if today <= contract.due:
        return Phase.OPEN
    return Phase.OVERDUE if today <= contract.grace_end else Phase.MISSED


def judge(job: Job, view: View, today: date) -> Iterator[Action]:
    """What one job needs on `today` (of its people). Yields nothing for a job that is nobody's business."""
    history = view.history
    ended = _ended(job, view, today)
    if ended is not None:
        yield ended
        return
    if job.key not in history.pages:
        yield Open(job.frozen, job.frozen.people[0] if job.frozen.completion is Completion.EACH else None)
        return
    missed = job.key in history.missed
    if not missed:
        changed = list(changes(job, view, today))
        if changed:
            yield from changed
            return
    if job.page is None:
        yield Read(job.key)
        return
    if job.state in (PageState.TRASHED, PageState.ARCHIVED):
        yield from _taken_away(job, view, today, missed=missed)
        return
    if job.state is PageState.MOVED:
        yield Find("page-moved-outside", job.key, owners(job.contract, view), {"job": job.contract.title})
    verdict = job.verdict
    if verdict is not None and verdict.signing is Signing.SIGNED:
        yield from _signed(job, verdict, view)
        return
    if missed:
        yield from _superseded(job, view)
        return
    yield from gestures.answers(job, view, today, STATUS_OF_PHASE[phase(job.contract, today)])
    if verdict is not None and verdict.signing not in _QUIET:
        yield from _say(job, verdict, view, today)
    if today > job.contract.due and view.trusted:
        yield from _overdue(job, view, today)


def _ended(job: Job, view: View, today: date) -> Conclude | None:
    """The outcome that a decision or a departure gives the occurrence, if any."""
    if job.key in view.history.missed:
        return None
    contract = job.contract
    if contract.schedule in view.stopped:
        return Conclude(job.key, Outcome.CANCELLED, "does not apply")
    for decision in view.decisions(*OUTCOME_OF):
        if decision.about == job.key:
            return Conclude(job.key, OUTCOME_OF[decision.kind], decision.id)
        if decision.about != contract.schedule or decision.kind is DecisionKind.SKIP:
            continue
        start = decision.start or (decision.made_at.date() if decision.made_at else contract.nominal)
        if start <= contract.due and (decision.until is None or contract.due <= decision.until):
            return Conclude(job.key, OUTCOME_OF[decision.kind], decision.id)
    if contract.completion is not Completion.EACH:
        return None
    person = view.roster.get(contract.people[0])
    if person is not None and person.until is not None and person.until < today:
        return Conclude(job.key, Outcome.LEFT, "left")
    return None


def _taken_away(job: Job, view: View, today: date, *, missed: bool) -> Iterator[Action]:
    """Trashed or archived: the role owner is asked once; nobody is reminded; only an unanswered question ends as a miss."""
    if missed:
        return
    to = owners(job.contract, view)
    finding = Find("job-trashed", job.key, to, {"job": job.contract.title, "until": job.contract.grace_end})
    yield finding
    asked = view.history.findings.get(finding.key)
    if today <= job.contract.grace_end or not asked or not view.trusted:
        return
    if job.read_at != view.now:
        yield Read(job.key)
        return
    yield from _miss(job, view, to)


def _signed(job: Job, verdict: Verdict, view: View) -> Iterator[Action]:
    """File a signed job once people have stopped editing it. Signed in time and seen late is in time."""
    if job.read_at != view.now:
        yield Read(job.key)
        return
    page = job.page
    touched = max((at for at in (page.edited_at if page else None, verdict.at) if at), default=view.now)
    if view.now - touched < FILING_WAIT:
        return
    if verdict.feedback and job.key not in view.history.questions:
        yield Ask(job.key, verdict.feedback)
    signed_on = local_date(verdict.at or view.now, view.zone_of(job.contract.people))
    late = job.key in view.history.missed or signed_on > job.contract.grace_end
    yield Record(job.key, verdict, Outcome.RECORDED_LATE if late else Outcome.RECORDED)


def _superseded(job: Job, view: View) -> Iterator[Action]:
    """A missed job stays signable until the next occurrence opens; then its page is closed with a link."""
    following = [day for day in view.history.latest.get(job.contract.schedule, ()) if day > job.contract.nominal]
    if not following or job.key in view.history.superseded:
        return
    suffix = f"/{job.frozen.people[0]}" if job.contract.completion is Completion.EACH else ""
    successor = next(
        (
            key
            for key in (f"{job.contract.schedule}/{day.isoformat()}{suffix}" for day in following)
            if key in view.history.pages
        ),
        None,
    )
    if successor is None:
        return
    if job.read_at != view.now:
        yield Read(job.key)
        return
    yield Supersede(job.key, successor)


def _say(job: Job, verdict: Verdict, view: View, today: date) -> Iterator[Action]:
    """The one sentence that an unfinished signature deserves, once, and only to people who can be reached now."""
    contract = job.contract
    to = tuple(person for person in contract.people if reachable(view.roster.get(person), view))
    if not to or not view.trusted:
        return
    if verdict.signing is Signing.SOMEONE_ELSE:
        yield from _once(view, Reply(job.key, f"someone-else:{verdict.other or ''}", "job.someone_else", to))
        return
    edited = job.page.edited_at if job.page else None
    if today < contract.due and (edited is None or view.now - edited < LATE_TICKS):
        return
    missing = {"missing": verdict.missing}
    if verdict.signing is Signing.UNCLEAR:
        yield from _once(view, Reply(job.key, "unclear", "job.unclear", to, missing))
    elif verdict.signing is Signing.TICKED:
        yield from _once(view, Reply(job.key, "ticked", "notice.ticked", to, missing))
    elif today >= contract.due:
        yield from _once(view, Reply(job.key, "half-signed", "job.below_level", to, missing))


def _once(view: View, reply: Reply) -> Iterator[Reply]:
    """`reply`, unless it was said before."""
    if (reply.key, reply.cause) in view.history.replies:
        return
    yield reply


def _overdue(job: Job, view: View, today: date) -> Iterator[Action]:
    """After the due day: read afresh, show it, and once grace is over note the miss, if nothing speaks for the people."""
    contract = job.contract
    current = STATUS_OF_PHASE[Phase.OVERDUE]
    shown = job.page.fields.get("status") if job.page else None
    if (shown == STATUS_OF_PHASE[Phase.OPEN] or today > contract.grace_end) and job.read_at != view.now:
        yield Read(job.key)
        return
    if today <= contract.grace_end:
        if shown == STATUS_OF_PHASE[Phase.OPEN]:
            yield Show(job.key, {"status": current})
        return
    yield from _time_over(job, view, today)


def _time_over(job: Job, view: View, today: date) -> Iterator[Action]:
    contract, verdict = job.contract, job.verdict
    if view.history.lost_before is not None and contract.due < view.history.lost_before:
        return
    if job.copies_filled:
        yield from _once(view, Reply(job.key, "copy-filled", "job.copy_filled", contract.people))
        yield Find("copy-of-job", job.key, owners(contract, view), {"job": contract.title})
        return
    people = [view.roster[person] for person in contract.people if person in view.roster]
    if not any(person.account for person in people):
        yield Find("account-unresolved", job.key, owners(contract, view), {"job": contract.title})
        return
    if all(person.is_away(today) for person in people):
        return
    if job.page is not None and verdict is None:
        return
    if not _warned(job, view, today):
        yield from _unwarned(job, view)
        return
    if verdict is not None and _all_ticked(verdict):
        cal = view.calendar_of(contract.people)
        if _LAST_CALL not in view.history.causes(job.key):
            later = add_working_days(today, 2, cal)
            yield Amend(job.key, _LAST_CALL, contract.due, later, contract.people, reply="notice.ticked.last")
            return
        yield from _miss(job, view, _addressees(job, view), not_validly_signed=True)
        return
    yield from _miss(job, view, _addressees(job, view))


def _all_ticked(verdict: Verdict) -> bool:
    return verdict.signing in (Signing.TICKED, Signing.HALF_SIGNED, Signing.UNCLEAR) and (
        verdict.steps_total > 0 and verdict.steps_done == verdict.steps_total
    )


def _warned(job: Job, view: View, today: date) -> bool:
    """No surprise: two notices delivered to everybody concerned. The opening is one (the wiki tells whom it assigns a page);
    the other is the warning that says what will happen and when, delivered so that a whole working day lay between."""
    cal = view.calendar_of(job.contract.people)
    last = step_id(LAST, job.contract.due)
    for person in job.contract.people:
        if person not in view.roster or not may_be_told(view.roster[person]):
            continue
        final = [
            sent.day
            for sent in view.history.notices.get(job.key, ())
            if sent.person == person and sent.delivered and sent.step == last
        ]
        if not final or add_working_days(final[0], 1, cal) >= today:
            return False
    return True


def _unwarned(job: Job, view: View) -> Iterator[Action]:
    """Grace runs on while no warning could be delivered; if one was tried in vain the admin has something to look at."""
    tried = [sent for sent in view.history.notices.get(job.key, ()) if sent.step.startswith(LAST)]
    if tried and not any(sent.delivered for sent in tried):
        yield Find("notice-undelivered", job.key, owners(job.contract, view), {"job": job.contract.title})


def _addressees(job: Job, view: View) -> tuple[RosterId, ...]:
    """Those concerned and the role that must act; a job of several people is addressed to its role owner alone."""
    to = owners(job.contract, view)
    if job.contract.completion is Completion.EACH:
        return tuple(dict.fromkeys((*job.contract.people, *to)))
    return to


def _miss(job: Job, view: View, to: tuple[RosterId, ...], *, not_validly_signed: bool = False) -> Iterator[Action]:
    """Exactly one consequence per occurrence, by the regime that was frozen when the job opened."""
    contract = job.contract
    if job.verdict is not None and job.verdict.feedback and job.key not in view.history.questions:
        yield Ask(job.key, job.verdict.feedback)
    if job.frozen.regime is Regime.INTRODUCTION:
        yield Discuss(job.key, f"{contract.schedule}/{contract.nominal.isoformat()}")
        return
    yield Raise(job.key, to, not_validly_signed)
