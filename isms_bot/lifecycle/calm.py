"""The short way past the rules: most jobs are, on most passes, nobody's business. Pure.

A job is calm if nothing that any rule looks at has happened to it. The short way may only ever skip what the long way would
leave alone; a test holds the two against each other.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from isms_bot.calendars import local_date
from isms_bot.lifecycle.dates import is_past_due
from isms_bot.lifecycle.overdue import OPEN, QUIET
from isms_bot.lifecycle.people import hands
from isms_bot.lifecycle.relief import OUTCOME_OF, occurrence_of
from isms_bot.lifecycle.view import Job, View
from isms_bot.model import DecisionKind, PageState, RosterId, Span, WorkCalendar


class Team(NamedTuple):
    """What holds on a day for the people of a job."""

    today: date
    cal: WorkCalendar
    accounts: tuple[str, ...]
    away: tuple[Span, ...]
    leaving: bool
    stood_in_for: bool
    """Somebody has no account and a stand-in who may have the job in hand."""


class Calm:
    """What is the same for all jobs of a pass, worked out once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._teams: dict[tuple[RosterId, ...], Team] = {}
        kinds = (*OUTCOME_OF, DecisionKind.POSTPONE, DecisionKind.ACCEPT_LATE)
        self._decided = {decision.about for decision in view.decisions(*kinds)}
        self._outage = max((span.end or span.start for span in view.history.outages), default=date.min)

    def team(self, people: tuple[RosterId, ...]) -> Team:
        """The people of a job: their day, whose working days count, their accounts and absences."""
        known = self._teams.get(people)
        if known is None:
            known = self._teams[people] = self._look_up(people)
        return known

    def _look_up(self, people: tuple[RosterId, ...]) -> Team:
        view = self._view
        today = local_date(view.now, view.zone_of(people[:1]))
        found = [view.roster[person] for person in people if person in view.roster]
        return Team(
            today,
            view.calendar_of(people[:1]),
            tuple(person.account for person in found if person.account is not None),
            tuple(span for person in found for span in person.away),
            any(person.until is not None and person.until < today for person in found),
            any(person.account is None and person.stand_in is not None for person in found),
        )

    def __call__(self, job: Job, team: Team) -> bool:
        """True if no rule has anything to say about `job` but, perhaps, that a step of its ladder is due."""
        view, contract, page, verdict = self._view, job.contract, job.page, job.verdict
        history = view.history
        if page is None or page.state is not PageState.LIVE or (verdict is not None and verdict.signing not in QUIET):
            return False
        if team.stood_in_for and hands(contract, view) != contract.people:
            return False
        if is_past_due(contract, view.now, team.today) or team.leaving or contract.key in history.missed:
            return False
        fields = page.fields
        due, end = fields.get("due"), fields.get("grace_end")
        if (
            fields.get("status") != OPEN
            or not isinstance(due, Span)
            or due.start != contract.due
            or (isinstance(end, Span) and end.start != contract.grace_end)
            or (fields.get("assignee") or ()) != team.accounts
        ):
            return False
        if contract.key not in history.pages or contract.schedule in view.stopped or self._outage > contract.opened:
            return False
        for span in team.away:
            if span.covers(contract.due):
                return False
        decided = self._decided
        return not decided or decided.isdisjoint(
            (contract.key, contract.schedule, contract.policy, occurrence_of(contract))
        )
