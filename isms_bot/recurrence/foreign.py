"""Rules that are written in somebody else's language: RRULE (RFC 5545) and cron, as far as they name days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile

from cronsim import CronSim, CronSimError
from dateutil.rrule import rrule as DateutilRule  # noqa: N812 - keeps the word `rrule` for the field of a rule
from dateutil.rrule import rrulestr

from isms_bot.recurrence.dates import STAND_IN, Nominal

_NUMBERS = r"[+-]?[0-9]{1,3}(,[+-]?[0-9]{1,3})*"
_RRULE_PARTS = {
    "FREQ": r"YEARLY|MONTHLY|WEEKLY|DAILY",
    "INTERVAL": r"[1-9][0-9]{0,3}",
    "COUNT": r"[1-9][0-9]{0,3}",
    "UNTIL": r"[0-9]{8}",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
    "BYDAY": r"[+-]?[0-9]{0,2}(MO|TU|WE|TH|FR|SA|SU)(,[+-]?[0-9]{0,2}(MO|TU|WE|TH|FR|SA|SU))*",
    "BYMONTH": r"(1[0-2]|[1-9])(,(1[0-2]|[1-9]))*",
    "BYMONTHDAY": _NUMBERS,
    "BYYEARDAY": _NUMBERS,
    "BYWEEKNO": _NUMBERS,
    "BYSETPOS": _NUMBERS,
}
_FINER = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})


def by_rrule(text: str, anchor: date, floor: date, limit: date) -> Iterator[Nominal]:
    for index, moment in enumerate(_rrule(text, anchor)):
        day = moment.date()
        if day > limit:
            return
        if day >= floor:
            yield Nominal(index, day)


@lru_cache(maxsize=512)
def _rrule(text: str, anchor: date) -> DateutilRule:
    """The rule of dateutil, which remembers what it has computed."""
    parsed = rrulestr(text, dtstart=datetime.combine(anchor, time()), cache=True)
    assert isinstance(parsed, DateutilRule)
    return parsed


def check_rrule(text: str, anchor: date | None) -> None:
    """Raise ValueError if the text is no RRULE of RFC 5545 made of dates, or gives no date at all."""
    parts: dict[str, str] = {}
    for part in text.removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name in _FINER or (name == "FREQ" and value in ("HOURLY", "MINUTELY", "SECONDLY")):
            raise ValueError(f'rrule "{text}": {part} is finer than a day, and an occurrence is a day')
        if name not in _RRULE_PARTS or name in parts:
            known = ", ".join(_RRULE_PARTS)
            raise ValueError(f'rrule "{text}": "{name}" is unknown or given twice; each of {known} may be given once')
        if re.fullmatch(_RRULE_PARTS[name], value) is None:
            raise ValueError(f'rrule "{text}": "{value}" is no value for {name}')
        parts[name] = value
    if "FREQ" not in parts:
        raise ValueError(f'rrule "{text}" has no FREQ: give it FREQ=YEARLY, MONTHLY, WEEKLY or DAILY')
    try:
        _rrule(text, anchor or STAND_IN)
        if anchor is None:
            parts["INTERVAL"] = "1"
        parts.pop("UNTIL", None)
        endless = ";".join(f"{name}={value}" for name, value in parts.items())
        # dateutil looks for a date until the year 9999. Starting whole cycles of the calendar later spares it most of that.
        late = anchor or STAND_IN
        late = late.replace(year=late.year + max(0, (9700 - late.year) // 400 * 400))
        found = next(iter(rrulestr(endless, dtstart=datetime.combine(late, time()))), None)
    except ValueError as error:
        raise ValueError(f'rrule "{text}" cannot be read: {error}') from error
    if found is None:
        raise ValueError(f'rrule "{text}" never gives a date')


def by_cron(text: str, anchor: date, floor: date, limit: date) -> Iterator[Nominal]:
    index = -sum(day < anchor for day in _cron_year(text, anchor.year))
    for year in range(anchor.year, limit.year + 1):
        days = _cron_year(text, year)
        if year < floor.year:
            index += len(days)
            continue
        for day in days:
            if floor <= day <= limit:
                yield Nominal(index, day)
            index += 1


@lru_cache(maxsize=4096)
def _cron_year(text: str, year: int) -> tuple[date, ...]:
    """The days of one year on which a cron expression fires."""
    moments = CronSim(_midnight(text), datetime(year, 1, 1, tzinfo=UTC) - timedelta(seconds=1))
    return tuple(moment.date() for moment in takewhile(lambda moment: moment.year == year, moments))


def _midnight(text: str) -> str:
    """The same days with the time of day taken out."""
    return " ".join(("0", "0", *text.split()[2:]))


def check_cron(text: str) -> None:
    """Raise ValueError if the text is no cron expression of five fields that fires at most once a day."""
    if len(text.split()) != 5:
        raise ValueError(f'cron "{text}" needs the five fields minute, hour, day of month, month, weekday')
    start = datetime.combine(STAND_IN, time(), tzinfo=UTC)
    try:
        parsed = CronSim(text, start)
        never = next(CronSim(_midnight(text), start), None) is None
    except CronSimError as error:
        raise ValueError(f'cron "{text}" cannot be read: {error}') from error
    if len(parsed.minutes) != 1 or len(parsed.hours) != 1:
        raise ValueError(f'cron "{text}" is finer than a day, and an occurrence is a day: name one minute and one hour')
    if never:
        raise ValueError(f'cron "{text}" never fires')
