"""The occurrences of a rule, whichever way it is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from isms_bot.model import Rule, Span, WorkCalendar
from isms_bot.recurrence.dates import MONDAY_TO_FRIDAY, Nominal, place_of
from isms_bot.recurrence.every import by_days, by_months, days_of, months_of
from isms_bot.recurrence.foreign import by_cron, by_rrule
from isms_bot.recurrence.soundness import problems


def nominals(
    rule: Rule, anchor: date | None, *, after: date | None, until: date, cal: WorkCalendar = MONDAY_TO_FRIDAY
) -> Iterator[Nominal]:
    """Return the occurrences with `after` < day <= `until` in order; `after` None is from the anchor on.

    No occurrence lies before the anchor or after `rule.until`; an anchor of None has none. Pauses leave their dates in, see
    `paused`. `cal` matters only to `on` with working days. For rules with `every` the cost does not depend on how far
    `after` is from the anchor. Raises ValueError with the first of `problems(rule)`.
    """
    if wrong := problems(rule):
        raise ValueError(wrong[0])
    limit = until if rule.until is None else min(until, rule.until)
    if anchor is None or limit < anchor or (after is not None and after >= limit):
        return iter(())
    floor = anchor if after is None else max(anchor, after + timedelta(days=1))
    if rule.rrule is not None:
        return by_rrule(rule.rrule, anchor, floor, limit)
    if rule.cron is not None:
        return by_cron(rule.cron, anchor, floor, limit)
    if (step := months_of(rule)) is not None:
        return by_months(place_of(rule.on) or str(anchor.day), step, anchor, floor, limit, cal=cal)
    return by_days(place_of(rule.on), days_of(rule), anchor, floor, limit)


def paused(rule: Rule, day: date) -> Span | None:
    """Return the pause of `rule` that `day` lies in, None if there is none."""
    return next((span for span in rule.pauses if span.covers(day)), None)
