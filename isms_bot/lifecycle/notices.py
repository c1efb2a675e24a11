"""Which messages go out this morning. Pure.

A reminder is due when the last step that was sent lies below the step that is due now, never because today is a certain day:
a missed pass loses nothing. Steps of several jobs are merged into one message per person and morning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from isms_bot.lifecycle.actions import Notify
from isms_bot.lifecycle.dates import LAST, OPENED, timeline
from isms_bot.lifecycle.people import owners, reachable
from isms_bot.lifecycle.view import Job, View
from isms_bot.model import Completion, Key, Ladder, PageState, Person, RosterId, Signing, WorkCalendar

A_WEEK = 2
"""Messages to one person in seven days; the last warning is exempt."""
PER_JOB = 4
"""Steps of one job to one person, the last warning among them."""

_TOLD = (Signing.SIGNED, Signing.TICKED, Signing.HALF_SIGNED, Signing.UNCLEAR)
"""With these only the last warning still goes out: what is missing was said already."""


def may_be_told(person: Person) -> bool:
    """True if there is a channel to this person at all."""
    return person.account is not None


def step_id(step: str, due: date) -> str:
    """What a sent step is remembered by: moving the due day makes all steps but the first fresh again."""
    return step if step == OPENED else f"{step}:{due.isoformat()}"


class Letters:
    """Collects the steps that are due, person by person, and makes one message of them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._due: dict[RosterId, list[tuple[date, Key, str]]] = defaultdict(list)
        self._cannot: dict[tuple[RosterId, bool], bool] = {}

    def consider(self, job: Job, today: date, cal: WorkCalendar) -> None:
        """Take up what is due for one job. Nothing for a page that is not there, or a job that is signed or over."""
        view, contract = self._view, job.contract
        if job.page is None or job.page.state is not PageState.LIVE or not view.trusted:
            return
        signing = job.verdict.signing if job.verdict else Signing.NOTHING
        if signing is Signing.SIGNED:
            return
        steps = timeline(contract.ladder, contract.opened, contract.due, contract.grace_end, cal)
        current = None
        for day, step in steps:
            if day > today:
                break
            current = step
        special = self._special(job, today)
        if current is None and special is None:
            return
        if signing in _TOLD and current != LAST:
            return
        signed = {signature.signer for signature in job.verdict.signatures} if job.verdict else set()
        for person in contract.people:
            if person in signed:
                continue
            following = self._next(job, person, current, special)
            if following is not None:
                self._due[person].append((contract.due, contract.key, following))
        if contract.ladder is Ladder.URGENT and today > contract.due:
            for owner in owners(contract, view):
                self._due[owner].append((contract.due, contract.key, f"daily:{today.isoformat()}"))

    def _special(self, job: Job, today: date) -> str | None:
        """After an outage or an absence one message says what moved."""
        amendments = self._view.history.amendments.get(job.key)
        if not amendments:
            return None
        for amendment in reversed(amendments):
            kind, _, rest = amendment.cause.partition(":")
            if kind == "outage":
                return amendment.cause
            if kind == "away" and job.contract.completion is Completion.EACH:
                end = rest.partition(":")[2]
                return f"return:{end}" if today > date.fromisoformat(end) else None
        return None

    def _next(self, job: Job, person: RosterId, current: str | None, special: str | None) -> str | None:
        history = self._view.history.notices.get(job.key, ())
        sent = [notice.step for notice in history if notice.person == person]
        step = step_id(current, job.contract.due) if current is not None else None
        if current == LAST and step not in sent:
            return step
        if special is not None and special not in sent:
            return special
        if step is None or step in sent or len(sent) >= PER_JOB - 1:
            return None
        if current == OPENED and any(done.startswith("outage:") for done in sent):
            return None
        return step

    def messages(self) -> Iterator[Notify]:
        """One message per person who can be reached now, within the weekly cap; the most urgent job first."""
        for person, steps in sorted(self._due.items()):
            known = self._view.roster.get(person)
            urgent = any(self._is_urgent(key) for _, key, _ in steps)
            if known is None or not reachable(known, self._view, urgent=urgent):
                continue
            today = self._view.now.astimezone(ZoneInfo(known.zone)).date()
            days = self._view.history.messages.get(person, ())
            exempt = urgent or any(step.startswith(LAST) for _, _, step in steps)
            recent = sum(1 for day in days if day > today - timedelta(days=7))
            if not exempt and (today in days or recent >= A_WEEK):
                continue
            ordered = tuple((key, step) for _, key, step in sorted(steps))
            yield Notify(person, ordered, today, exempt)

    def _is_urgent(self, key: Key) -> bool:
        return self._view.jobs[key].contract.ladder is Ladder.URGENT
