"""The dates that count: minimum time to act, ladders of notices, and what moves a date. Pure.

All days end at midnight in the person's zone; working days are those of the person.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from isms_bot.calendars import add, add_working_days, working_days
from isms_bot.model import Contract, Duration, Ladder, Span, Unit, WorkCalendar

MINIMUM_TIME = 5
"""Working days that everybody has at least, shorter only if the lead itself is shorter."""

OPENED = "opened"
HALF = "half"
DUE = "due"
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


def is_past_due(contract: Contract, now: datetime, today: date) -> bool:
    """True once the due day, or the due moment of a job that counts in hours, has passed."""
    return now > contract.due_at if contract.due_at is not None else today > contract.due


def is_over(contract: Contract, now: datetime, today: date) -> bool:
    """True once grace is over: the day of its end, or at once after the due moment of a job that counts in hours, unless
    somebody was given more time."""
    if contract.due_at is not None and contract.grace_end == contract.due:
        return now > contract.due_at
    return today > contract.grace_end


def moments(opened_at: datetime, due_at: datetime) -> tuple[tuple[datetime, str], ...]:
    """The steps of a job that counts in hours, with the moment from which each is due: at once, half time, due."""
    return (opened_at, OPENED), (opened_at + (due_at - opened_at) / 2, HALF), (due_at, DUE)


def back_from(end: date, cal: WorkCalendar) -> date:
    """The due day of a personal job whose person was away over its due date until `end`: 5 working days after the return,
    which is the first working day that is not away."""
    return add_working_days(end, MINIMUM_TIME + 1, cal)


def moved_end(due: date, end: date, new_due: date, cal: WorkCalendar) -> date:
    """The grace end that goes with a due day that moved: as many days and as many working days of grace as before."""
    whole = add_working_days(new_due, working_days(due, end, cal), cal) if end > due else new_due
    return max(end, whole, new_due + (end - due))


@lru_cache(maxsize=65536)
def timeline(ladder: Ladder, opened: date, due: date, end: date, cal: WorkCalendar) -> tuple[tuple[date, str], ...]:
    """The steps of a ladder with the day from which each is due, ascending. The last warning always has its day; a step that
    would not come before it, or not after the one before, is left out."""
    origin = {"opened": opened, "due": due, "grace": end, "half": opened + (due - opened) / 2}
    days = [
        (origin[base] if count == 0 else add_working_days(origin[base], count, cal), step)
        for step, base, count in _STEPS[ladder]
    ]
    final = [(max(day, opened), step) for day, step in days if step == LAST]
    steps = days[:1]
    for day, step in days[1 : len(days) - len(final)]:
        if day > steps[-1][0] and not (final and day >= final[0][0]):
            steps.append((day, step))
    return (*steps, *final)


def warning(steps: tuple[tuple[date, str], ...]) -> str:
    """Which step of a timeline is the warning without which nothing may follow."""
    return steps[-1][1]


def step_id(step: str, due: date, end: date) -> str:
    """What a sent step is remembered by: a moved due day makes the steps after the first one fresh again, a moved end of
    grace the last warning, since it says when grace ends."""
    if step == OPENED:
        return step
    return f"{step}:{(end if step == LAST else due).isoformat()}"


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
        return due, max(_later(end, lost, cal), rest)
    new_due = max(_later(due, lost, cal), rest)
    return new_due, max(_later(end, lost, cal), moved_end(due, end, new_due, cal))


def _later(day: date, count: int, cal: WorkCalendar) -> date:
    return add_working_days(day, count, cal) if count else day
