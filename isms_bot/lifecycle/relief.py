"""Which decisions end an occurrence, and from when to when they hold. Pure; whether a decision counts was settled before."""

from __future__ import annotations

from datetime import date

from isms_bot.calendars import local_date
from isms_bot.lifecycle.view import View
from isms_bot.model import Completion, Contract, Decision, DecisionKind, Key, Outcome
from isms_bot.recurrence import due_day

OUTCOME_OF = {
    DecisionKind.PAUSE: Outcome.PAUSED,
    DecisionKind.WAIVE: Outcome.WAIVED,
    DecisionKind.SKIP: Outcome.CANCELLED,
    DecisionKind.DOES_NOT_APPLY: Outcome.CANCELLED,
    DecisionKind.KEEP_AWAY: Outcome.WITHDRAWN,
}


def occurrence_key(schedule: str, nominal: date, person: str | None = None) -> Key:
    """`<schedule>/<nominal ISO date>[/<roster id>]`: page key, idempotency key and ledger key at once."""
    return f"{schedule}/{nominal.isoformat()}" + (f"/{person}" if person else "")


def occurrence_of(contract: Contract) -> Key:
    """The key of a job's occurrence: without the person, if it is personal. Jobs of events have keys of their own."""
    return contract.key.rpartition("/")[0] if contract.completion is Completion.EACH else contract.key


def is_of_its_schedule(contract: Contract) -> bool:
    """False for a job that an event opened and not the calendar: no other occurrence comes before or after it."""
    return occurrence_of(contract) == occurrence_key(contract.schedule, contract.nominal)


def is_about(decision: Decision, contract: Contract) -> bool:
    """True if a decision names this job, or its occurrence for everybody."""
    return decision.about in (contract.key, occurrence_of(contract))


def ended_by_decision(contract: Contract, view: View, *, away: bool) -> tuple[Outcome, str] | None:
    """(outcome, id of the decision) of an opened job. `away`: its page is gone, so that it can be told to stay away."""
    for decision in view.decisions(*OUTCOME_OF):
        if decision.kind is DecisionKind.KEEP_AWAY and not away:
            continue
        if is_about(decision, contract) or _covers(
            decision, view, contract.schedule, contract.policy, contract.nominal, contract.due, contract.grace_end
        ):
            return OUTCOME_OF[decision.kind], decision.id
    return None


def not_to_open(schedule: str, policy: str, nominal: date, due: date, view: View) -> tuple[Outcome, str] | None:
    """(outcome, id of the decision) of an occurrence that is not open yet."""
    key = occurrence_key(schedule, nominal)
    for decision in view.decisions(DecisionKind.PAUSE, DecisionKind.WAIVE, DecisionKind.SKIP):
        if decision.about == key or _covers(decision, view, schedule, policy, nominal, due, due):
            return OUTCOME_OF[decision.kind], decision.id
    return None


def _covers(decision: Decision, view: View, schedule: str, policy: str, nominal: date, due: date, end: date) -> bool:
    """True if a decision about a schedule or a policy item holds while the occurrence is due."""
    if decision.kind is DecisionKind.KEEP_AWAY or decision.about not in {schedule, policy} - {""}:
        return False
    start = decision.start or (local_date(decision.made_at, view.zone) if decision.made_at else due)
    if decision.kind is DecisionKind.SKIP:
        return start <= due and not _skipped_before(view, schedule, nominal, start)
    return start <= end and (decision.until is None or due <= decision.until)


def _skipped_before(view: View, schedule: str, nominal: date, start: date) -> bool:
    """True if an earlier occurrence is the one that "skip once" was about: the first that is due from `start` on."""
    known = view.schedules.get(schedule)
    if known is None:
        return False
    return any(
        earlier < nominal and due_day(earlier, known.rule, view.calendar) >= start
        for earlier in view.history.latest.get(schedule, ())
    )
