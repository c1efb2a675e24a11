"""The dates that count: minimum time to act, ladders of notices, and what moves a date. Pure.

All days end at midnight in the person's zone; working days are those of the person.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from isms_bot.calendars import add, add_working_days, working_days
from isms_bot.model import Duration, Ladder, Span, Unit, WorkCalendar

MINIMUM_TIME = 5
"""Working days that everybody has at least, shorter only if the lead itself is shorter."""

OPENED = "opened"
LAST = "last"

_STEPS: dict[Ladder, tuple[tuple[str, str, int], ...]] = {
    # step id, counted from, working days
    Ladder.GENTLE: ((OPENED, "opened", 0), ("due", "due", 0), ("after", "due", 3), (LAST, "grace", -1)),
    Ladder.CHORE: ((OPENED, "opened", 0), ("due", "due", 0), (LAST, "grace", -1)),
    Ladder.YEARLY: (
        (OPENED, "opened", 0), ("before", "due", -10), ("due", "due", 0), ("after", "due", 5), (LAST, "grace", -1),
    ),
    Ladder.URGENT: ((OPENED, "opened", 0), ("half", "half", 0), ("due", "due", 0)),
}  # fmt: skip


def minimum_time(reached: date, lead: Duration, cal: WorkCalendar) -> date:
    """The earliest day on which something that reached a person on `reached` may be due: + min(lead, 5 working days)."""
    shortest = add_working_days(reached, MINIMUM_TIME, cal)
    if lead.unit is Unit.HOUR:
        return reached
    return min(add(reached, lead, cal), shortest)


def effective_due(nominal_due: date, reached: date, lead: Duration, cal: WorkCalendar) -> date:
    """max(nominal due, day the job reached the person + min(lead, 5 wd)): nobody opens a job that is already overdue."""
    return max(nominal_due, minimum_time(reached, lead, cal))


def grace_end(due: date, grace: Duration, cal: WorkCalendar) -> date:
    """The last day on which an overdue job can be signed before it counts as missed."""
    if grace.unit is Unit.HOUR:
        return due
    return add(due, grace, cal)


def back_from(end: date, cal: WorkCalendar) -> date:
    """The due day of a personal job whose person was away over its due date until `end`: 5 working days after the return."""
    return add_working_days(end, MINIMUM_TIME, cal)


@lru_cache(maxsize=65536)
def timeline(ladder: Ladder, opened: date, due: date, end: date, cal: WorkCalendar) -> tuple[tuple[date, str], ...]:
    """The steps of a ladder with the day from which each is due, ascending; a step that would precede an earlier one is left
    out, except the last warning, which then takes that day (it always says when grace ends)."""
    origin = {"opened": opened, "due": due, "grace": end, "half": opened + (due - opened) / 2}
    steps: list[tuple[date, str]] = []
    for step, base, count in _STEPS[ladder]:
        day = origin[base] if count == 0 else add_working_days(origin[base], count, cal)
        if steps and day <= steps[-1][0] and step != LAST:
            continue
        steps.append((max(day, steps[-1][0]) if steps else day, step))
    return tuple(steps)


def shifted_by_outage(
    due: date, end: date, outage: Span, lead: Duration, cal: WorkCalendar
) -> tuple[date, date] | None:
    """New (due, grace end) after an outage, None if it touches neither: its working days count for nobody, and afterwards
    there is at least the minimum time before the next of the two dates passes."""
    back = outage.end or outage.start
    if end < outage.start:
        return None
    lost = working_days(outage.start - timedelta(days=1), back, cal)
    rest = minimum_time(back, lead, cal)
    if due < outage.start:
        return due, max(add_working_days(end, lost, cal) if lost else end, rest)
    new_due = max(add_working_days(due, lost, cal) if lost else due, rest)
    return new_due, max(add_working_days(end, lost, cal) if lost else end, new_due + (end - due))
