"""Which messages go out this morning. Pure.

A reminder is due when the last step that was sent lies below the step that is due now, never because today is a certain day:
a missed pass loses nothing. Steps of several jobs are merged into one message per person and morning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from isms_bot.calendars import local_date
from isms_bot.lifecycle.actions import Notify
from isms_bot.lifecycle.dates import LAST, OPENED, is_past_due, moments, step_id, timeline
from isms_bot.lifecycle.nonconformities import is_untouched
from isms_bot.lifecycle.people import hand_of, owners, reachable
from isms_bot.lifecycle.view import Job, View
from isms_bot.model import Completion, Contract, Key, Ladder, PageState, RosterId, Signing, WorkCalendar

DAILY_FOR = timedelta(days=14)
"""How long after its due day the role owner is told daily about a missed job that counts in hours."""
A_WEEK = 2
"""Messages to one person in seven days; the last warning is exempt."""
PER_JOB = 4
"""Steps of one job to one person; the last warning is exempt, and so is an urgent job."""

_TOLD = (Signing.SIGNED, Signing.TICKED, Signing.HALF_SIGNED, Signing.UNCLEAR)
"""With these only the last warning still goes out: what is missing is said in an answer of its own."""
_NEWS = ("outage", "return")
"""Steps that tell what moved, and with it what an opening would."""


class Letters:
    """Collects the steps that are due, person by person, and makes one message of them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._due: dict[RosterId, list[tuple[date, Key, str]]] = defaultdict(list)
        self._sent_so_far = view.history.notices
        self._timelines: dict[tuple[Ladder, date, date, date, int], tuple[tuple[date, str], ...]] = {}

    def consider(self, job: Job, today: date, cal: WorkCalendar) -> None:
        """Take up what is due for one job. Nothing for a page that is not there, or a job that is signed or over."""
        view, contract, verdict = self._view, job.contract, job.verdict
        if job.page is None or job.page.state is not PageState.LIVE or not view.trusted:
            return
        current = self._current_moment(contract) or self._current(contract, today, cal)
        if current is None or (current == LAST and view.forgiven(contract)):
            return
        if verdict is not None and verdict.signing in _TOLD and (verdict.signing is Signing.SIGNED or current != LAST):
            return
        signatures = verdict.signatures if verdict is not None else ()
        signed = {signature.stands_for for signature in signatures} if signatures else ()
        waited_for = (
            () if contract.key in view.history.missed else (one for one in contract.people if one not in signed)
        )
        for person in dict.fromkeys(hand_of(one, contract, view) for one in waited_for):
            following = self._next(job, person, today, current)
            if following is not None:
                self._due[person].append((contract.due, contract.key, following))
        if (
            contract.ladder is Ladder.URGENT
            and is_past_due(contract, view.now, today)
            and not self._enough(contract, today)
        ):
            daily = f"daily:{today.isoformat()}"
            for owner in owners(contract, view):
                if daily not in self._sent(contract.key, owner):
                    self._due[owner].append((contract.due, contract.key, daily))

    def _current_moment(self, contract: Contract) -> str | None:
        """The step that is due now of a job that counts in hours, None for any other."""
        if contract.due_at is None or contract.opened_at is None:
            return None
        steps = moments(contract.opened_at, contract.due_at)
        return max((step for step in steps if step[0] <= self._view.now), default=steps[0])[1]

    def _enough(self, contract: Contract, today: date) -> bool:
        """True once the role owner was told about a missed job for two weeks: that needs a decision, not one more message. Sooner
        if its non-conformity is under discussion, decided about or retracted: then there are no reminders."""
        history = self._view.history
        if contract.key not in history.missed:
            return False
        number = history.numbers.get(contract.key)
        begun = number is not None and not is_untouched(number, history)
        return begun or today > contract.due + DAILY_FOR

    def _current(self, contract: Contract, today: date, cal: WorkCalendar) -> str | None:
        """The step that is due now, None before the first."""
        # Hashing a calendar for every job takes longer than everything else here: within a pass it is told by identity.
        wanted = (contract.ladder, contract.opened, contract.due, contract.grace_end, id(cal))
        steps = self._timelines.get(wanted)
        if steps is None:
            steps = timeline(contract.ladder, contract.opened, contract.due, contract.grace_end, cal)
            self._timelines[wanted] = steps
        current = None
        for day, step in steps:
            if day > today:
                break
            current = step
        return current

    def _sent(self, key: Key, person: RosterId) -> list[str]:
        return [sent.step for sent in self._sent_so_far.get(key, ()) if sent.person == person]

    def _next(self, job: Job, person: RosterId, today: date, current: str) -> str | None:
        contract = job.contract
        sent = self._sent(job.key, person)
        step = step_id(current, contract.due, contract.grace_end)
        if step in sent and job.key not in self._view.history.amendments:
            return None
        if current == LAST:
            return None if step in sent or self._has_last_call(job.key) else step
        ordinary = sum(not done.startswith(LAST) for done in sent)
        if contract.ladder is not Ladder.URGENT and ordinary >= PER_JOB:
            return None
        news = self._news(job, person, today)
        if news is not None and news not in sent:
            return news
        if step in sent or (current == OPENED and any(done.startswith(_NEWS) for done in sent)):
            return None
        return step

    def _has_last_call(self, key: Key) -> bool:
        """True while a job has its two days to complete the signature: that was its last notice."""
        return any(change.cause == "last-call" for change in self._view.history.amendments.get(key, ())[-1:])

    def _news(self, job: Job, person: RosterId, today: date) -> str | None:
        """After an outage or an absence one message says what moved, to those who had the job then."""
        for amendment in reversed(self._view.history.amendments.get(job.key, ())):
            kind, _, rest = amendment.cause.partition(":")
            if kind == "outage" and person in amendment.people:
                return amendment.cause
            if kind == "away" and job.contract.completion is Completion.EACH:
                end = rest.partition(":")[2]
                return f"return:{end}" if today > date.fromisoformat(end) else None
        return None

    def messages(self) -> Iterator[Notify]:
        """One message per person who can be reached now, within the weekly cap; the most urgent job first."""
        view = self._view
        for person, steps in sorted(self._due.items()):
            known = view.roster.get(person)
            urgent = [step for step in steps if self._is_urgent(step[1])]
            going = steps if reachable(known, view) else urgent
            if known is None or not reachable(known, view, urgent=bool(urgent)):
                continue
            today = local_date(view.now, known.zone)
            exempt = bool(urgent) or any(step.startswith(LAST) for _, _, step in going)
            recent = sum(1 for day in view.history.messages.get(person, ()) if day > today - timedelta(days=7))
            if not exempt and (view.history.told.get(person) == today or recent >= A_WEEK):
                continue
            yield Notify(person, tuple((key, step) for _, key, step in sorted(going)), today, exempt)

    def _is_urgent(self, key: Key) -> bool:
        return self._view.jobs[key].contract.ladder is Ladder.URGENT
