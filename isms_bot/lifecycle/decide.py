"""`decide`: the whole workspace at one instant. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from isms_bot.lifecycle.actions import Action, Conclude, Find, Record, Retract
from isms_bot.lifecycle.jobs import judge
from isms_bot.lifecycle.notices import Letters
from isms_bot.lifecycle.openings import openings
from isms_bot.lifecycle.people import managers
from isms_bot.lifecycle.view import ProcedureState, View
from isms_bot.model import DecisionKind, WorkCalendar


def decide(view: View) -> tuple[Action, ...]:
    """All actions of a pass, in no particular order of effects (`isms_bot.plan` orders them).

    The same view always gives the same actions. Findings are repeated on every pass while their reason stands: whoever
    applies them opens those that are new and closes those that no longer come.
    """
    actions: list[Action] = []
    if not view.trusted:
        actions.append(Find("clock-apart", "host", managers(view)[:1]))
    actions.extend(openings(view))
    actions.extend(_procedures(view))
    actions.extend(_retractions(view))
    letters = Letters(view)
    today = _Today(view)
    for job in view.jobs.values():
        first = job.contract.people[0] if job.contract.people else ""
        day, cal = today.of(first)
        decided = list(judge(job, view, day))
        if decided:
            actions.extend(decided)
            if any(isinstance(action, Conclude | Record) for action in decided):
                continue
        if job.key in view.history.pages and job.key not in view.history.missed:
            letters.consider(job, day, cal)
    actions.extend(letters.messages())
    return tuple(actions)


class _Today:
    """The day and the calendar of each person, worked out once per pass."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[str, tuple[date, WorkCalendar]] = {}

    def of(self, person: str) -> tuple[date, WorkCalendar]:
        known = self._known.get(person)
        if known is None:
            someone = self._view.roster.get(person)
            zone = someone.zone if someone else self._view.zone
            cal = someone.works if someone else self._view.calendar
            known = self._known[person] = (_local(self._view.now, zone), cal)
        return known


def _local(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def _procedures(view: View) -> Iterator[Find]:
    """Procedures that cannot be used are findings before the first job is made from them."""
    for schedule, procedure in sorted(view.procedures.items()):
        if schedule not in view.anchors or schedule in view.stopped:
            continue
        if procedure.state in (ProcedureState.READY, ProcedureState.WAITING):
            continue
        values = {"procedure": procedure.title, "schedule": schedule}
        yield Find(f"procedure-{procedure.state.value}", schedule, managers(view)[:1], values)


def _retractions(view: View) -> Iterator[Retract]:
    numbers = {number: key for key, number in view.history.numbers.items()}
    for decision in view.decisions(DecisionKind.RETRACT):
        if decision.about in numbers and decision.about not in view.history.retracted:
            yield Retract(decision.about, numbers[decision.about])
