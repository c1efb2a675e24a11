"""What makes a rule impossible, in sentences."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from isms_bot.model import Rule, Unit
from isms_bot.recurrence.dates import IN_MONTH, IN_WEEK, place_of
from isms_bot.recurrence.foreign import check_cron, check_rrule


def problems(rule: Rule) -> tuple[str, ...]:
    """Return what makes a rule impossible, as sentences; empty if it can be used."""
    return _problems(rule)


@lru_cache(maxsize=4096)
def _problems(rule: Rule) -> tuple[str, ...]:
    found: list[str] = []
    given = [name for name in ("every", "rrule", "cron") if getattr(rule, name) is not None]
    if len(given) != 1:
        has = " and ".join(given) or "none"
        found.append(f"a rule needs exactly one of every, rrule and cron, and this one has {has}")
    anchor = rule.start if isinstance(rule.start, date) else None
    try:
        if rule.rrule is not None:
            check_rrule(rule.rrule, anchor)
        if rule.cron is not None:
            check_cron(rule.cron)
    except ValueError as error:
        found.append(str(error))
    found += _problems_of_every(rule) + _problems_of_on(rule)
    if rule.until is not None and anchor is not None and rule.until < anchor:
        found.append(f"until {rule.until} lies before start {anchor}")
    found += [
        f"a pause from {span.start} cannot end before it, on {span.end}"
        for span in rule.pauses
        if span.end is not None and span.end < span.start
    ]
    return tuple(found)


def _problems_of_every(rule: Rule) -> list[str]:
    if rule.every is None:
        return []
    if rule.every.count == 0:
        return [f"every {rule.every} never moves on: count at least 1"]
    if rule.every.unit is Unit.HOUR:
        return [f"every {rule.every} is finer than a day, and an occurrence is a day: use days, weeks, months or years"]
    if rule.every.unit is Unit.WORKING_DAY:
        # The nominal date is part of the key, and one holiday more would move all the dates after it.
        return [f"every {rule.every} would change past dates with each new holiday: use days, weeks, months or years"]
    return []


def _problems_of_on(rule: Rule) -> list[str]:
    place = place_of(rule.on)
    if place is None:
        return []
    unit = rule.every.unit if rule.every is not None else None
    if unit in (Unit.MONTH, Unit.YEAR):
        if place in IN_MONTH:
            return []
        return [
            f'on "{rule.on}" names no day of a month: use "first day", "last day", "first working day", "last working day", '
            'a number from 1 to 31, or first, second, third, fourth or last with a weekday, such as "last friday"'
        ]
    if unit is Unit.WEEK:
        return [] if place in IN_WEEK else [f'on "{rule.on}" names no day of a week: use a weekday such as "monday"']
    return [f'on "{rule.on}" needs a cadence of weeks, months or years (every)']
