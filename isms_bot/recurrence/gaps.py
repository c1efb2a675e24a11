"""How near to each other two occurrences of a rule can come: what lead and grace have to fit into."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from math import gcd

from isms_bot.model import Rule, WorkCalendar
from isms_bot.recurrence.dates import MONDAY_TO_FRIDAY, STAND_IN, day_in, month_of, place_of
from isms_bot.recurrence.every import days_of, months_of
from isms_bot.recurrence.occurrences import nominals
from isms_bot.recurrence.soundness import problems

_CYCLE = 400 * 12
"""Months after which the calendar repeats itself, weekdays included."""
_CYCLE_DAYS = 146_097
_SAMPLE_YEARS = 28
"""Years in which weekdays and leap years have met in every way, exceptions at centuries apart."""


def shortest_gap(rule: Rule, cal: WorkCalendar = MONDAY_TO_FRIDAY) -> int:
    """Return the smallest number of days from one nominal date to the next, over all the rule's future.

    Exact for `every`; without a date as `start`, over all possible anchors. Where public holidays or an `rrule` or `cron`
    are involved, it is what 28 years show, and a rule with fewer than two dates in them has all their days as its gap.
    Raises ValueError with the first of `problems(rule)`.
    """
    if wrong := problems(rule):
        raise ValueError(wrong[0])
    return _shortest_gap(rule, cal)


@lru_cache(maxsize=4096)
def _shortest_gap(rule: Rule, cal: WorkCalendar) -> int:
    if rule.every is None:
        return _shortest_sampled(rule)
    step = months_of(rule)
    if step is None:
        return days_of(rule)
    start = rule.start if isinstance(rule.start, date) else None
    place = place_of(rule.on)
    # A clamped day of the month is nearest to its neighbours at one of the two ends.
    places = (place,) if place else (str(start.day),) if start else ("1", "31")
    cycles, rest = divmod(step, _CYCLE)
    stride = gcd(step, _CYCLE) if start else 1
    origin = 2000 * 12 + (month_of(start) % stride if start else 0)
    horizon = _SAMPLE_YEARS * 12 if cal.holidays and place and place.endswith("working day") else _CYCLE
    shortest = min(
        (day_in(month + rest, name, cal) - day_in(month, name, cal)).days
        for name in places
        for month in range(origin, origin + max(horizon, stride), stride)
    )
    return cycles * _CYCLE_DAYS + shortest


def _shortest_sampled(rule: Rule) -> int:
    start = rule.start if isinstance(rule.start, date) else STAND_IN
    end = start + timedelta(days=_SAMPLE_YEARS * 1461 // 4)
    days = (nominal.day for nominal in nominals(rule, start, after=None, until=end))
    return min(((later - earlier).days for earlier, later in pairwise(days)), default=(end - start).days)
