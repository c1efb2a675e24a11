"""When a new page of a pack is looked at for the first time. Pure.

Every page is to be looked at within a year. If all came on one day nobody would do it, so the first days are spread by the ids of
the pages; from then on people set the next day themselves.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from zlib import crc32

from isms_bot.calendars import shift_day
from isms_bot.model import Shift, WorkCalendar

EARLIEST, LATEST = timedelta(weeks=13), timedelta(weeks=52)
"""How long after it was made a page is looked at: not while all of it is new, and within a year."""


def first_review(page_id: str, made: date, cal: WorkCalendar) -> date:
    """The day on which a page that is made on `made` is to be looked at: a calm day, the same for the same page and day."""
    days = _calm_days(made, cal)
    return days[crc32(page_id.encode()) % len(days)]


@lru_cache(maxsize=16)
def _calm_days(made: date, cal: WorkCalendar) -> tuple[date, ...]:
    """Days in question, at least one."""
    days = (made + timedelta(days=number) for number in range(EARLIEST.days, LATEST.days + 1))
    calm = tuple(day for day in days if shift_day(day, Shift.CALM, cal) == day)
    return calm or (made + LATEST,)
