"""Days: durations, working days, calm days, and where a day ends in a zone. Pure functions of their arguments.

Public holidays come from the `holidays` library, read once per calendar and year; everything else is calendar arithmetic on
dates, so that neither the hour of a pass nor a change of the clocks can move a promise.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from isms_bot.model import Duration, Shift, Unit, WorkCalendar

_DURATION = re.compile(r"([0-9]{1,4}) (hour|day|working day|week|month|year)s?")
_CALENDAR = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_CALM_WEEKDAYS = frozenset({1, 2, 3})
_INSTANT = timedelta(microseconds=1)


# --- durations -----------------------------------------------------------------------------------------------------


def parse_duration(text: str) -> Duration:
    """Return the duration that `text` names: "1 hour", "10 working days", "3 months".

    Raises ValueError with a sentence that says what is accepted.
    """
    found = _DURATION.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(
            f'"{text}" is no duration: write a whole number up to 9999 and a unit (hours, days, working days, weeks, '
            'months, years), for example "10 working days"'
        )
    return Duration(int(found[1]), Unit(found[2]))


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later (earlier if negative), clamped to the end of a shorter month.

    Raises ValueError if the result lies outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= 28:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month (1 to 12)."""
    return calendar.monthrange(year, month)[1]


def add(day: date, duration: Duration, cal: WorkCalendar) -> date:
    """Return the day `duration` after `day`. Months and years clamp; working days are those of `cal`.

    "0 working days" is `day` itself or, if that is no working day, the next one. Raises ValueError for hours, which are
    no arithmetic of dates, and for a result outside the years 1 to 9999.
    """
    return _move(day, duration, cal, 1)


def subtract(day: date, duration: Duration, cal: WorkCalendar) -> date:
    """Return the day `duration` before `day`; the mirror of `add`.

    "0 working days" is `day` itself or, if that is no working day, the one before it. Raises ValueError like `add`.
    """
    return _move(day, duration, cal, -1)


def _move(day: date, duration: Duration, cal: WorkCalendar, sign: int) -> date:
    count = sign * duration.count
    match duration.unit:
        case Unit.HOUR:
            raise ValueError(f"{duration} cannot be added to a date: use days or more")
        case Unit.DAY:
            return date.fromordinal(day.toordinal() + count)
        case Unit.WEEK:
            return date.fromordinal(day.toordinal() + 7 * count)
        case Unit.MONTH:
            return add_months(day, count)
        case Unit.YEAR:
            return add_months(day, 12 * count)
        case _:
            if count == 0 and sign < 0:
                return shift_day(day, Shift.PREVIOUS, cal)
            return add_working_days(day, count, cal)


# --- working days --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def known_calendar(name: str) -> bool:
    """True if public holidays are known for `name`: a country ("NL"), one of its subdivisions ("DE-BY"), or "" for none."""
    if not name:
        return True
    if _CALENDAR.fullmatch(name) is None:
        return False
    import holidays  # noqa: PLC0415 - slow to import and of no use to an installation without calendars

    country, _, subdivision = name.partition("-")
    try:
        holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4096)
def _holidays(name: str, year: int) -> frozenset[int]:
    """The public holidays of one year as ordinals."""
    if not name:
        return frozenset()
    if not known_calendar(name):
        raise ValueError(
            f'no public holidays are known for "{name}": use a country such as "NL", a subdivision such as "DE-BY", or ""'
        )
    import holidays  # noqa: PLC0415 - as above

    country, _, subdivision = name.partition("-")
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return frozenset(day.toordinal() for day in found)


@lru_cache(maxsize=4096)
def _year(cal: WorkCalendar, year: int) -> tuple[int, ...]:
    """The working days of one year as ordinals, in order; what every count below is a position in."""
    off = _holidays(cal.holidays, year)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    # Ordinal 1 is a Monday.
    return tuple(o for o in range(first, last + 1) if (o - 1) % 7 in cal.weekdays and o not in off)


def is_working_day(day: date, cal: WorkCalendar) -> bool:
    """True if `day` is a weekday worked and no public holiday of `cal`."""
    return day.weekday() in cal.weekdays and day.toordinal() not in _holidays(cal.holidays, day.year)


def add_working_days(day: date, count: int, cal: WorkCalendar) -> date:
    """Return the `count`-th working day after `day` (before it, if `count` is negative).

    `count` 0 gives `day` itself or, if that is no working day, the next one. `day` need not be a working day. Raises
    ValueError for a calendar without a single weekday and for a result outside the years 1 to 9999.
    """
    return _add_working_days(day, count, cal)


@lru_cache(maxsize=65536)
def _add_working_days(day: date, count: int, cal: WorkCalendar) -> date:
    if cal.weekdays.isdisjoint(range(7)):
        raise ValueError("the calendar has no weekday to work on: give it at least one, Monday is 0")
    year, ordinal = day.year, day.toordinal()
    days = _year(cal, year)
    # Working days up to `day` itself lie behind when counting on; the first one not before it is number 0 otherwise.
    position = bisect_right(days, ordinal) + count - 1 if count > 0 else bisect_left(days, ordinal) + count
    while position >= len(days):
        position -= len(days)
        year += 1
        days = _year(cal, year)
    while position < 0:
        year -= 1
        days = _year(cal, year)
        position += len(days)
    return date.fromordinal(days[position])


def working_days(start: date, end: date, cal: WorkCalendar) -> int:
    """Return how many working days lie after `start`, up to and including `end`; 0 if `end` is not after `start`."""
    if end <= start:
        return 0
    before = bisect_right(_year(cal, start.year), start.toordinal())
    whole_years = sum(len(_year(cal, year)) for year in range(start.year, end.year))
    return whole_years + bisect_right(_year(cal, end.year), end.toordinal()) - before


# --- shifts --------------------------------------------------------------------------------------------------------


def shift_day(day: date, shift: Shift, cal: WorkCalendar) -> date:
    """Return the day on which something nominally due on `day` is really due.

    A day that is convenient already stays. A calm day is a working day of `cal` from Tuesday to Thursday, outside 15 July to
    31 August (but for `CALM_CHORE`) and outside 18 December to 6 January, and no month end. Month end is the last working day
    of the month, which the last calendar day is whenever it is worked at all. A calendar that works on none of Tuesday to
    Thursday may use all its weekdays instead.
    """
    match shift:
        case Shift.NONE:
            return day
        case Shift.NEXT:
            return add_working_days(day, 0, cal)
        case Shift.PREVIOUS:
            return day if is_working_day(day, cal) else add_working_days(day, -1, cal)
        case _:
            return _calm_day(day, shift is Shift.CALM, cal)


@lru_cache(maxsize=65536)
def _calm_day(day: date, spare_summer: bool, cal: WorkCalendar) -> date:
    weekdays = (cal.weekdays & _CALM_WEEKDAYS) or cal.weekdays
    chosen = add_working_days(day, 0, cal)
    while True:
        following = add_working_days(chosen, 1, cal)
        if chosen.weekday() in weekdays and following.month == chosen.month and not _quiet(chosen, spare_summer):
            return chosen
        chosen = following


def _quiet(day: date, summer: bool) -> bool:
    """True in the weeks in which nothing is asked of anybody."""
    at = (day.month, day.day)
    return at >= (12, 18) or at <= (1, 6) or (summer and (7, 15) <= at <= (8, 31))


# --- zones ---------------------------------------------------------------------------------------------------------


def known_zone(name: str) -> bool:
    """True if `name` is a time zone of the tz database ("Europe/Amsterdam", "UTC").

    "localtime" is none, as it differs from host to host; "posix/…" and "right/…" are copies for other purposes.
    """
    if name == "localtime" or name.startswith(("posix/", "right/")):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def local_date(instant: datetime, zone: str) -> date:
    """Return the date that a calendar on the wall in `zone` shows at `instant`. Raises ValueError if `instant` is naive."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone, so it is no instant")
    return instant.astimezone(ZoneInfo(zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """Return the midnight that ends `day` in `zone`, in UTC: the first instant that is no longer `day`.

    Where the clocks skip midnight it is the moment of the jump. Where they go back over it, the day ends with the midnight
    after which it does not come back, so that nobody loses the repeated hour.
    """
    return _end_of_day(day, zone)


@lru_cache(maxsize=65536)
def _end_of_day(day: date, zone: str) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    # Both readings of a midnight that exists twice or not at all; on other days they are the same.
    earlier, later = sorted(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return later if local_date(later - _INSTANT, zone) <= day else earlier
