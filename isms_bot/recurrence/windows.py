"""When an occurrence is really due: its nominal date, moved to where it is convenient, or into a time set aside for such work. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from isms_bot.calendars import add, add_working_days, shift_day
from isms_bot.model import Duration, Rule, Shift, Unit, Window, WorkCalendar

WITHIN = 70
"""Days after its nominal date within which a job waits for a window; without one it moves to a calm day."""
_MOST_DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366}


def due_day(nominal: date, rule: Rule, cal: WorkCalendar) -> date:
    """Return the day on which the occurrence of `nominal` is due. With the shift *window* that is the last working day of the first
    window that has one from `nominal` on, unless that is more than `WITHIN` days later: then it is the next calm day."""
    if rule.shift is not Shift.WINDOW:
        return shift_day(nominal, rule.shift, cal)
    found = (day for window in rule.windows if (day := _last_in(window, nominal, cal)) is not None)
    due = min(found, default=date.max)
    return due if (due - nominal).days <= WITHIN else shift_day(nominal, Shift.CALM, cal)


def _last_in(window: Window, nominal: date, cal: WorkCalendar) -> date | None:
    """The last working day of the first time that this window comes and has one from `nominal` on; None if that is too far away."""
    for first, last in _times(window, nominal):
        if first > nominal + timedelta(days=WITHIN):
            return None
        due = add_working_days(last + timedelta(days=1), -1, cal)
        if due >= max(first, nominal):
            return due
    return None


def _times(window: Window, nominal: date) -> Iterator[tuple[date, date]]:
    """(first, last day) of each time that the window comes and is not over before `nominal`."""
    if window.every is None:
        yield from ((window.first, window.last),) * (window.last >= nominal)
        return
    # Days that a step has at most: so many steps lie before `nominal` for sure.
    over = (nominal - window.last).days // longest(window.every)
    length, number = window.last - window.first, max(0, over - 1)
    while True:
        step = Duration(window.every.count * number, window.every.unit)
        first = add(window.first, step, WorkCalendar())
        if first + length >= nominal:
            yield first, first + length
        number += 1


def longest(every: Duration) -> int:
    """Days from one time to the next, at most."""
    return every.count * _MOST_DAYS[every.unit]


def problem(window: Window) -> str:
    """What is wrong with a window, "" if nothing is."""
    if window.last < window.first:
        return f"ends on {window.last}, before it begins on {window.first}"
    if window.every is None:
        return ""
    if window.every.unit not in _MOST_DAYS:
        return f"comes every {window.every}; count days, weeks or months"
    if longest(window.every) <= (window.last - window.first).days:
        return f"comes every {window.every} and is longer than that"
    return ""


def too_rare(windows: Iterable[Window], gap: int) -> str:
    """Why two occurrences that are `gap` days apart would share one time of these windows, "" if they never do."""
    recurring = [window.every for window in windows if window.every is not None]
    if not recurring or (shortest := min(recurring, key=longest)) is None or longest(shortest) <= gap:
        return ""
    return f"windows come every {shortest}, and its occurrences are {gap} days apart: two would be due in the same one"
