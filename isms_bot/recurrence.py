"""When promises fall due: the nominal dates of a rule. Pure date arithmetic; no occurrence is computed from the one before.

A nominal date is part of the key of an occurrence, so the same rule and anchor give the same dates for ever. What makes a
date convenient (`Rule.shift`), early (lead) or void (`Rule.pauses`) is applied by others, on top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, pairwise, takewhile
from math import gcd

from cronsim import CronSim, CronSimError
from dateutil.rrule import rrule as DateutilRule  # noqa: N812 - keeps the word `rrule` for the field of a rule
from dateutil.rrule import rrulestr

from isms_bot.calendars import month_length, shift_day
from isms_bot.model import RelativeStart, Rule, Shift, Span, Unit, WorkCalendar

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_IN_MONTH = frozenset(
    {"first day", "last day", "first working day", "last working day"}
    | {f"{ordinal} {weekday}" for ordinal in _ORDINALS for weekday in _WEEKDAYS}
    | {str(number) for number in range(1, 32)}
)
_IN_WEEK = frozenset(_WEEKDAYS)
_START = re.compile(r"week ([0-9]{1,3}) after activation")

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

_CYCLE = 400 * 12
"""Months after which the calendar repeats itself, weekdays included."""
_CYCLE_DAYS = 146_097
_SAMPLE_YEARS = 28
"""Years in which weekdays and leap years have met in every way, exceptions at centuries apart."""
_MONDAY_TO_FRIDAY = WorkCalendar()
_STAND_IN = date(2001, 1, 1)
"""Anchor for questions about a rule whose own anchor is not known yet."""


@dataclass(frozen=True, slots=True)
class Nominal:
    """An occurrence as the rule gives it: number `index` of the rule, counted from the anchor with 0, on `day`."""

    index: int
    day: date


def nominals(
    rule: Rule, anchor: date | None, *, after: date | None, until: date, cal: WorkCalendar = _MONDAY_TO_FRIDAY
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
        return _by_rrule(rule.rrule, anchor, floor, limit)
    if rule.cron is not None:
        return _by_cron(rule.cron, anchor, floor, limit)
    if (step := _months(rule)) is not None:
        return _by_months(_place(rule.on) or str(anchor.day), step, anchor, floor, limit, cal=cal)
    return _by_days(_place(rule.on), _days(rule), anchor, floor, limit)


def paused(rule: Rule, day: date) -> Span | None:
    """Return the pause of `rule` that `day` lies in, None if there is none."""
    return next((span for span in rule.pauses if span.covers(day)), None)


# --- every ---------------------------------------------------------------------------------------------------------


def _months(rule: Rule) -> int | None:
    """The cadence in months; None if it is counted in days."""
    assert rule.every is not None
    return {Unit.MONTH: rule.every.count, Unit.YEAR: 12 * rule.every.count}.get(rule.every.unit)


def _days(rule: Rule) -> int:
    assert rule.every is not None
    return rule.every.count * (7 if rule.every.unit is Unit.WEEK else 1)


def _by_days(place: str | None, step: int, anchor: date, floor: date, limit: date) -> Iterator[Nominal]:
    first = anchor.toordinal()
    if place is not None:
        first += _WEEKDAYS.index(place) - anchor.weekday()
        if first < anchor.toordinal():
            first += step
    skipped = max(0, -((first - floor.toordinal()) // step))
    for index, ordinal in zip(count(skipped), range(first + skipped * step, limit.toordinal() + 1, step), strict=False):
        yield Nominal(index, date.fromordinal(ordinal))


def _by_months(
    place: str, step: int, anchor: date, floor: date, limit: date, *, cal: WorkCalendar
) -> Iterator[Nominal]:
    first = _month_of(anchor)
    if _day_in(first, place, cal) < anchor:
        first += step
    skipped = max(0, (_month_of(floor) - first) // step)
    for index, month in zip(count(skipped), range(first + skipped * step, _month_of(limit) + 1, step), strict=False):
        day = _day_in(month, place, cal)
        if floor <= day <= limit:
            yield Nominal(index, day)


def _month_of(day: date) -> int:
    """Number of the month of `day`, counted through all years."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=65536)
def _day_in(month: int, place: str, cal: WorkCalendar) -> date:
    """The day that an `on` of the month kind names in the month of that number."""
    year, month = month // 12, month % 12 + 1
    length = month_length(year, month)
    if place.isdecimal():
        return date(year, month, min(int(place), length))
    which, what = place.split(" ", 1)
    edge = date(year, month, length if which == "last" else 1)
    if what == "day":
        return edge
    if what == "working day":
        return shift_day(edge, Shift.PREVIOUS if which == "last" else Shift.NEXT, cal)
    ahead = _WEEKDAYS.index(what) - edge.weekday()
    if which == "last":
        return edge - timedelta(days=-ahead % 7)
    return edge + timedelta(days=ahead % 7 + 7 * _ORDINALS[which])


def _place(on: str | None) -> str | None:
    return None if on is None else " ".join(on.lower().split())


# --- rrule and cron ------------------------------------------------------------------------------------------------


def _by_rrule(text: str, anchor: date, floor: date, limit: date) -> Iterator[Nominal]:
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


def _check_rrule(text: str, anchor: date | None) -> None:
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
        _rrule(text, anchor or _STAND_IN)
        if anchor is None:
            parts["INTERVAL"] = "1"
        parts.pop("UNTIL", None)
        endless = ";".join(f"{name}={value}" for name, value in parts.items())
        # dateutil looks for a date until the year 9999. Starting whole cycles of the calendar later spares it most of that.
        late = anchor or _STAND_IN
        late = late.replace(year=late.year + max(0, (9700 - late.year) // 400 * 400))
        found = next(iter(rrulestr(endless, dtstart=datetime.combine(late, time()))), None)
    except ValueError as error:
        raise ValueError(f'rrule "{text}" cannot be read: {error}') from error
    if found is None:
        raise ValueError(f'rrule "{text}" never gives a date')


def _by_cron(text: str, anchor: date, floor: date, limit: date) -> Iterator[Nominal]:
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


def _check_cron(text: str) -> None:
    """Raise ValueError if the text is no cron expression of five fields that fires at most once a day."""
    if len(text.split()) != 5:
        raise ValueError(f'cron "{text}" needs the five fields minute, hour, day of month, month, weekday')
    start = datetime.combine(_STAND_IN, time(), tzinfo=UTC)
    try:
        parsed = CronSim(text, start)
        never = next(CronSim(_midnight(text), start), None) is None
    except CronSimError as error:
        raise ValueError(f'cron "{text}" cannot be read: {error}') from error
    if len(parsed.minutes) != 1 or len(parsed.hours) != 1:
        raise ValueError(f'cron "{text}" is finer than a day, and an occurrence is a day: name one minute and one hour')
    if never:
        raise ValueError(f'cron "{text}" never fires')


# --- questions about a rule ----------------------------------------------------------------------------------------


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
            _check_rrule(rule.rrule, anchor)
        if rule.cron is not None:
            _check_cron(rule.cron)
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
    place = _place(rule.on)
    if place is None:
        return []
    unit = rule.every.unit if rule.every is not None else None
    if unit in (Unit.MONTH, Unit.YEAR):
        if place in _IN_MONTH:
            return []
        return [
            f'on "{rule.on}" names no day of a month: use "first day", "last day", "first working day", "last working day", '
            'a number from 1 to 31, or first, second, third, fourth or last with a weekday, such as "last friday"'
        ]
    if unit is Unit.WEEK:
        return [] if place in _IN_WEEK else [f'on "{rule.on}" names no day of a week: use a weekday such as "monday"']
    return [f'on "{rule.on}" needs a cadence of weeks, months or years (every)']


def shortest_gap(rule: Rule, cal: WorkCalendar = _MONDAY_TO_FRIDAY) -> int:
    """Return the smallest number of days from one nominal date to the next, over all the rule's future.

    Exact for `every`; without a date as `start`, over all possible anchors. Where public holidays or an `rrule` or `cron`
    are involved, it is what 28 years show, and a rule with fewer than two dates in them has all their days as its gap.
    Raises ValueError with the first of `problems(rule)`.
    """
    if wrong := problems(rule):
        raise ValueError(wrong[0])
    return _shortest_gap(rule, cal)


@lru_cache(maxsize=4096)
def _shortest_gap(rule: Rule, cal: WorkCalendar) -> int:
    if rule.every is None:
        return _shortest_sampled(rule)
    step = _months(rule)
    if step is None:
        return _days(rule)
    start = rule.start if isinstance(rule.start, date) else None
    place = _place(rule.on)
    # A clamped day of the month is nearest to its neighbours at one of the two ends.
    places = (place,) if place else (str(start.day),) if start else ("1", "31")
    cycles, rest = divmod(step, _CYCLE)
    stride = gcd(step, _CYCLE) if start else 1
    origin = 2000 * 12 + (_month_of(start) % stride if start else 0)
    horizon = _SAMPLE_YEARS * 12 if cal.holidays and place and place.endswith("working day") else _CYCLE
    shortest = min(
        (_day_in(month + rest, name, cal) - _day_in(month, name, cal)).days
        for name in places
        for month in range(origin, origin + max(horizon, stride), stride)
    )
    return cycles * _CYCLE_DAYS + shortest


def _shortest_sampled(rule: Rule) -> int:
    start = rule.start if isinstance(rule.start, date) else _STAND_IN
    end = start + timedelta(days=_SAMPLE_YEARS * 1461 // 4)
    days = (nominal.day for nominal in nominals(rule, start, after=None, until=end))
    return min(((later - earlier).days for earlier, later in pairwise(days)), default=(end - start).days)


def describe(rule: Rule) -> str:
    """Return the rule in plain English: "every 3 months from 31 January 2026, on the last friday"."""
    if not (rule.every or rule.rrule or rule.cron):
        return "never"
    parts = [f"{_cadence(rule)} from {_from(rule.start)}"]
    if (place := _place(rule.on)) is not None:
        name = f"day {place}" if place.isdecimal() else place if place in _IN_WEEK else f"the {place}"
        parts.append(f"on {name}")
    if rule.shift is not Shift.NONE:
        parts.append(f"moved to {'a' if rule.shift in (Shift.CALM, Shift.CALM_CHORE) else 'the'} {rule.shift}")
    if rule.until is not None:
        parts.append(f"until {_words(rule.until)}")
    for span in rule.pauses:
        end = "on" if span.end is None else f"to {_words(span.end)}"
        parts.append(f"paused from {_words(span.start)} {end}")
    return ", ".join(parts)


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


# --- start ---------------------------------------------------------------------------------------------------------


def resolve_start(start: date | RelativeStart | None, activated: date | None) -> date | None:
    """Return the anchor: a date is one; "week n after activation" is n weeks after `activated`; None is `activated` itself.

    None as long as the anchor hangs on an activation that has not happened.
    """
    if start is None or activated is None:
        return start if isinstance(start, date) else activated
    if isinstance(start, RelativeStart):
        return activated + timedelta(weeks=start.weeks)
    return start


def parse_start(text: str) -> RelativeStart:
    """Return what "week 5 after activation" says. Raises ValueError with what is accepted."""
    found = _START.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(f'"{text}" is no start: write a date such as 2026-01-31 or "week 5 after activation"')
    return RelativeStart(int(found[1]))
