"""Dates that occurrences are made of: an occurrence as a rule gives it, and where in a month or a week `on` puts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from isms_bot.calendars import month_length, shift_day
from isms_bot.model import Shift, WorkCalendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
IN_MONTH = frozenset(
    {"first day", "last day", "first working day", "last working day"}
    | {f"{ordinal} {weekday}" for ordinal in _ORDINALS for weekday in WEEKDAYS}
    | {str(number) for number in range(1, 32)}
)
IN_WEEK = frozenset(WEEKDAYS)
MONDAY_TO_FRIDAY = WorkCalendar()
STAND_IN = date(2001, 1, 1)
"""Anchor for questions about a rule whose own anchor is not known yet."""


@dataclass(frozen=True, slots=True)
class Nominal:
    """An occurrence as the rule gives it: number `index` of the rule, counted from the anchor with 0, on `day`."""

    index: int
    day: date


def place_of(on: str | None) -> str | None:
    """What `on` of a rule says, in one spelling."""
    return None if on is None else " ".join(on.lower().split())


def month_of(day: date) -> int:
    """Number of the month of `day`, counted through all years."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=65536)
def day_in(month: int, place: str, cal: WorkCalendar) -> date:
    """The day that an `on` of the month kind names in the month of that number."""
    year, month = month // 12, month % 12 + 1
    length = month_length(year, month)
    if place.isdecimal():
        return date(year, month, min(int(place), length))
    which, what = place.split(" ", 1)
    edge = date(year, month, length if which == "last" else 1)
    if what == "day":
        return edge
    if what == "working day":
        return shift_day(edge, Shift.PREVIOUS if which == "last" else Shift.NEXT, cal)
    ahead = WEEKDAYS.index(what) - edge.weekday()
    if which == "last":
        return edge - timedelta(days=-ahead % 7)
    return edge + timedelta(days=ahead % 7 + 7 * _ORDINALS[which])
