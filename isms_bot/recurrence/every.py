"""Rules with `every`: the k-th occurrence is computed from the anchor and k alone, so the cost does not grow with time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

from isms_bot.model import Rule, Unit, WorkCalendar
from isms_bot.recurrence.dates import WEEKDAYS, Nominal, day_in, month_of


def months_of(rule: Rule) -> int | None:
    """The cadence in months; None if it is counted in days."""
    assert rule.every is not None
    return {Unit.MONTH: rule.every.count, Unit.YEAR: 12 * rule.every.count}.get(rule.every.unit)


def days_of(rule: Rule) -> int:
    """The cadence in days, of a rule whose cadence is not counted in months."""
    assert rule.every is not None
    return rule.every.count * (7 if rule.every.unit is Unit.WEEK else 1)


def by_days(place: str | None, step: int, anchor: date, floor: date, limit: date) -> Iterator[Nominal]:
    """Every `step` days from the anchor on, or from the first weekday `place` on."""
    first = anchor.toordinal()
    if place is not None:
        first += WEEKDAYS.index(place) - anchor.weekday()
        if first < anchor.toordinal():
            first += step
    skipped = max(0, -((first - floor.toordinal()) // step))
    for index, ordinal in zip(count(skipped), range(first + skipped * step, limit.toordinal() + 1, step), strict=False):
        yield Nominal(index, date.fromordinal(ordinal))


def by_months(place: str, step: int, anchor: date, floor: date, limit: date, *, cal: WorkCalendar) -> Iterator[Nominal]:
    """Every `step` months on the day `place`, clamped to the month; none before the anchor."""
    first = month_of(anchor)
    if day_in(first, place, cal) < anchor:
        first += step
    skipped = max(0, (month_of(floor) - first) // step)
    for index, month in zip(count(skipped), range(first + skipped * step, month_of(limit) + 1, step), strict=False):
        day = day_in(month, place, cal)
        if floor <= day <= limit:
            yield Nominal(index, day)
