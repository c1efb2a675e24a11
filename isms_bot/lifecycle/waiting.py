"""Whose turn it is where a person has enough to do: openings beyond the limit wait, the most urgent goes first. Pure.

What waits is late for nobody. Its key stays, its due day leaves the minimum time from the day on which it opens, and what a miss
leads to is settled by the day on which it would have been due. It waits no longer than until its next occurrence comes, which then
takes its place in the queue: the one before has the outcome "paused", since it was asked of nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from isms_bot.calendars import local_date
from isms_bot.lifecycle.actions import Action, Conclude, Open, Wait
from isms_bot.lifecycle.dates import is_over
from isms_bot.lifecycle.relief import is_of_its_schedule, occurrence_key
from isms_bot.lifecycle.view import Job, View, needed
from isms_bot.model import Completion, Contract, Key, Ladder, Outcome, RosterId, Schedule, Signing

WAITED = "waited"
"""Why an occurrence is concluded whose people had no room for it until the next one came."""


def in_turn(actions: Iterable[Action], view: View) -> Iterator[Action]:
    """`actions` with those openings replaced by waits for which too few of their people have room, the most urgent first: by the
    nominal due day, and with it by that of the occurrences before that have waited in vain."""
    if view.most_open is None:
        yield from actions
        return
    queue: list[Open] = []
    for action in actions:
        if isinstance(action, Open) and _takes_room(action.contract):
            queue.append(action)
        else:
            yield action
    held = Counter(person for job in view.jobs.values() if _holds_room(job, view) for person in job.contract.people)
    for opening in sorted(queue, key=lambda one: (_urgency(one.contract, view), one.key)):
        contract = opening.contract
        full = tuple(person for person in contract.people if held[person] >= view.most_open)
        if len(contract.people) - len(full) < needed(contract.completion, contract.quorum, len(contract.people)):
            yield Wait(contract, full, opening.key in view.history.waiting)
            continue
        held.update(contract.people)
        yield opening


def overtaken(schedule: Schedule, current: date, view: View) -> Iterator[Conclude]:
    """What single people have waited for in vain, while others had the same occurrence, now that the next one is there."""
    history = view.history
    for key, waited in history.waiting.items():
        if waited.schedule != schedule.id or waited.nominal >= current or not is_waiting(key, view):
            continue
        if waited.nominal in history.latest.get(schedule.id, ()):
            yield Conclude(key, Outcome.PAUSED, WAITED, schedule.id, waited.nominal)


def has_waited(schedule: str, nominal: date, view: View) -> bool:
    """True if an occurrence waited for anybody."""
    return any(one.schedule == schedule and one.nominal == nominal for one in view.history.waiting.values())


def is_waiting(key: Key, view: View) -> bool:
    """True while an occurrence that had to wait is neither opened nor concluded."""
    return key in view.history.still_waiting()


def _takes_room(contract: Contract) -> bool:
    """False for what is urgent and for jobs of events: these never wait, and count for nothing."""
    return contract.due_at is None and contract.ladder is not Ladder.URGENT and is_of_its_schedule(contract)


def _holds_room(job: Job, view: View) -> bool:
    """True for an open job that its people still have to do. One that is signed or over makes room, whatever is still to be done
    about it, so that nothing waits for ever."""
    signed = job.verdict is not None and job.verdict.signing is Signing.SIGNED
    if signed or job.key in view.history.missed or not _takes_room(job.contract):
        return False
    return not is_over(job.contract, view.now, local_date(view.now, view.zone))


def _urgency(contract: Contract, view: View) -> date:
    person = contract.people[0] if contract.completion is Completion.EACH else None
    opened = _opened(contract.schedule, person, view)
    waited = (
        one.due
        for one in view.history.waiting.values()
        if (one.schedule, one.person) == (contract.schedule, person) and (opened is None or one.nominal > opened)
    )
    return min((contract.nominal_due, *waited))


def _opened(schedule: str, person: RosterId | None, view: View) -> date | None:
    """The latest nominal date of a schedule that was opened, for this person if it is personal."""
    return max(
        (
            nominal
            for (name, nominal), keys in view.history.dates.items()
            if name == schedule and (person is None or occurrence_key(schedule, nominal, person) in keys)
        ),
        default=None,
    )
