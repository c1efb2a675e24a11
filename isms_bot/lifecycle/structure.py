"""When misses say more about a procedure than about anybody: its owner gets one proposal to improve it. Pure.

Additional to what each miss leads to, and never instead of it. Counts only: who it was is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from isms_bot.lifecycle.actions import Improve
from isms_bot.lifecycle.view import View
from isms_bot.model import Outcome, Schedule

TOGETHER, SHARE = 2, 2
"""At least two jobs of one date, and at least one in two of them: a single miss has its own reasons, and as long as most of a
team keep a promise it can be kept."""
AGAIN, OF_THE_LAST = 2, 3
"""Twice among the last three occurrences: once is an accident, and a second time at least a month after the first is seldom
one; what was put right longer ago than three occurrences is over."""

_NOT_ASKED = (Outcome.WAIVED, Outcome.PAUSED, Outcome.CANCELLED, Outcome.WITHDRAWN, Outcome.LEFT)
"""Outcomes of jobs that nobody was held to in the end: they count neither way."""


class _Date(NamedTuple):
    """One occurrence of a schedule for all its people: how many jobs were missed, of how many. `recorded`: not all of these
    misses stand on a line of the discussion."""

    nominal: date
    missed: int
    of: int
    recorded: bool

    @property
    def bad(self) -> bool:
        return self.missed > 0 and self.missed * SHARE >= self.of


def improvements(view: View, unsettled: Collection[str]) -> Iterator[Improve]:
    """At most one proposal per schedule, once per nominal date, each miss being part of one proposal only.

    What was missed in the introduction on one date alone has its line of the discussion, which asks the same: only if it
    happens again there is a proposal too. `unsettled`: schedules of which this pass still has misses to note, so that what is
    counted is counted whole.
    """
    if not view.history.missed:
        return
    for name, schedule in sorted(view.schedules.items()):
        if name not in unsettled:
            yield from _of(schedule, view)


def _of(schedule: Schedule, view: View) -> Iterator[Improve]:
    lately = _lately(schedule, view)
    said = view.history.improved.get(schedule.id, date.min)
    bad = [one for one in lately if one.bad and one.nominal > said]
    if len(bad) >= AGAIN:
        yield _improve(schedule, bad[0].nominal, len(bad), len(lately), together=False)
        return
    for one in bad:
        if one.missed >= TOGETHER and one.recorded:
            yield _improve(schedule, one.nominal, one.missed, one.of, together=True)


def _improve(schedule: Schedule, nominal: date, count: int, of: int, *, together: bool) -> Improve:
    key = f"improvement/{schedule.id}/{nominal.isoformat()}"
    return Improve(key, schedule.id, nominal, count, of, together)


def _lately(schedule: Schedule, view: View) -> list[_Date]:
    """The last three occurrences of which it is known how they went, newest first."""
    found: list[_Date] = []
    for nominal in reversed(view.history.latest.get(schedule.id, ())):
        one = _date(schedule, nominal, view)
        if one is not None:
            found.append(one)
        if len(found) == OF_THE_LAST:
            break
    return found


def _date(schedule: Schedule, nominal: date, view: View) -> _Date | None:
    """How an occurrence went; None while that is open, and if nobody was asked. What was retracted counts nowhere."""
    history = view.history
    counted = [
        key
        for key in history.dates.get((schedule.id, nominal), ())
        if history.outcome(key) not in _NOT_ASKED and history.numbers.get(key) not in history.retracted
    ]
    missed = [key for key in counted if key in history.missed]
    recorded = any(history.missed[key] is Outcome.NONCONFORMITY for key in missed)
    one = _Date(nominal, len(missed), len(counted), recorded)
    if not counted or (not one.bad and any(history.outcome(key) is Outcome.OPEN for key in counted)):
        return None
    return one
