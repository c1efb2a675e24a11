"""A rule in plain English."""

from __future__ import annotations

from datetime import date

from isms_bot.model import RelativeStart, Rule, Shift
from isms_bot.recurrence.dates import IN_WEEK, place_of


def describe(rule: Rule) -> str:
    """Return the rule in plain English: "every 3 months from 31 January 2026, on the last friday"."""
    if not (rule.every or rule.rrule or rule.cron):
        return "never"
    parts = [f"{_cadence(rule)} from {_from(rule.start)}"]
    if (place := place_of(rule.on)) is not None:
        name = f"day {place}" if place.isdecimal() else place if place in IN_WEEK else f"the {place}"
        parts.append(f"on {name}")
    if rule.shift is not Shift.NONE:
        parts.append(_moved(rule.shift))
    if rule.until is not None:
        parts.append(f"until {_words(rule.until)}")
    for span in rule.pauses:
        end = "on" if span.end is None else f"to {_words(span.end)}"
        parts.append(f"paused from {_words(span.start)} {end}")
    return ", ".join(parts)


def _moved(shift: Shift) -> str:
    if shift is Shift.WINDOW:
        return "moved into the next window"
    return f"moved to {'a' if shift in (Shift.CALM, Shift.CALM_CHORE) else 'the'} {shift}"


def _cadence(rule: Rule) -> str:
    if rule.every is not None:
        return f"every {rule.every.unit.value if rule.every.count == 1 else rule.every}"
    if rule.rrule is not None:
        return f'on the days of rrule "{rule.rrule}"'
    return f'on the days of cron "{rule.cron}"'


def _from(start: date | RelativeStart | None) -> str:
    if start is None:
        return "the activation"
    return f"week {start.weeks} after activation" if isinstance(start, RelativeStart) else _words(start)


def _words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
