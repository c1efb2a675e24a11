"""`decide`: the whole workspace at one instant. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from isms_bot.lifecycle.actions import Action, Amend, Conclude, Discuss, Find, Raise, Read, Record, Retract
from isms_bot.lifecycle.calm import Calm
from isms_bot.lifecycle.ending import ending
from isms_bot.lifecycle.jobs import judge
from isms_bot.lifecycle.monday import monday, own_overdue
from isms_bot.lifecycle.nonconformities import follow_ups
from isms_bot.lifecycle.notices import Letters
from isms_bot.lifecycle.occasions import started
from isms_bot.lifecycle.openings import openings
from isms_bot.lifecycle.people import managers
from isms_bot.lifecycle.privacy import private_area
from isms_bot.lifecycle.structure import improvements
from isms_bot.lifecycle.upkeep import upkeep
from isms_bot.lifecycle.view import ProcedureState, View
from isms_bot.model import DecisionKind


def decide(view: View) -> tuple[Action, ...]:
    """All actions of a pass, in no particular order of effects (`isms_bot.plan` orders them).

    The same view always gives the same actions. Findings are repeated on every pass while their reason stands: whoever
    applies them opens those that are new and closes those that no longer come.
    """
    actions: list[Action] = []
    if not view.trusted:
        actions.append(Find("clock-apart", "host", managers(view)[:1]))
    actions.extend(openings(view))
    if view.trusted:
        actions.extend(started(view))
    actions.extend(upkeep(view))
    actions.extend(ending(view))
    actions.extend(monday(view))
    actions.extend(own_overdue(view))
    actions.extend(private_area(view))
    actions.extend(_procedures(view))
    actions.extend(_retractions(view))
    actions.extend(follow_ups(view))
    letters, calm = Letters(view), Calm(view)
    for key, job in view.jobs.items():
        team = calm.team(job.contract.people)
        if not calm(job, team):
            decided = list(judge(job, view, team.today))
            actions.extend(decided)
            if any(isinstance(action, _TURNING) for action in decided):
                continue
        # A job that counts in hours is too urgent to be silent about once its miss was noted.
        if key in view.history.pages and (key not in view.history.missed or job.contract.due_at is not None):
            letters.consider(job, team.today, team.cal)
    actions.extend(letters.messages())
    unsettled = {action.key.partition("/")[0] for action in actions if isinstance(action, Discuss | Raise)}
    actions.extend(improvements(view, unsettled))
    return tuple(actions)


_TURNING = (Amend, Conclude, Discuss, Raise, Read, Record)
"""After these a job is no longer what the ladder was reckoned from: nothing is sent about it in the same pass."""


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
