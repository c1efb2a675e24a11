"""Typed dates: every way to read them, and the one that was most probably meant.

Rule: the workspace's order of day, month and year is tried first; of several readings the one nearest to when it was written
counts; it is worth a remark only if every reading is further away than `FAR_DAYS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from isms_bot.signoff.folding import composed, flat

FAR_DAYS = 14

_MONTHS = (
    "january januari januar janner styczen stycznia janvier enero",
    "february februari februar luty lutego fevrier febrero",
    "march maart mrt marz maerz mrz marzec marca mars marzo",
    "april kwiecien kwietnia avril abril",
    "may mei mai maj maja mayo",
    "june juni czerwiec czerwca juin junio",
    "july juli lipiec lipca juillet julio",
    "august augustus sierpien sierpnia aout agosto",
    "september wrzesien wrzesnia septembre septiembre setiembre",
    "october oktober pazdziernik pazdziernika octobre octubre",
    "november listopad listopada novembre noviembre",
    "december dezember grudzien grudnia decembre diciembre",
)
_NAMED = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}

_WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "poniedziałek wtorek środa czwartek piątek sobota niedziela "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miércoles jueves viernes sábado domingo".translate(str.maketrans("łśęąéá", "lseaea")).split()
)

_TIME = re.compile(
    r"(?:(?<=\d)t|\b(?:at|om|um|o|a)\s+|\b)\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|am|pm|uhr|uur)?\b"
)
_COMPACT = re.compile(r"(?<!\d)(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})(?!\d)")
_NUMBERS = re.compile(
    r"(?<![\d])(?P<a>\d{4}|\d{1,2})(?:\s?[-/.]\s?|\s)(?P<b>\d{1,2})(?:\s?[-/.]\s?|\s)(?P<c>\d{4}|\d{1,2})(?!\d)"
)
_DAY_MONTH = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|e|o|\.)?(?:\s*[-/]\s*|\s*(?:(?:de|of)\s+)?)(?P<month>[a-z]{3,})\.?,?"
    r"(?:(?:\s*[-/]\s*|\s*(?:\bdel?\s+)?)'?(?P<year>\d{4}|\d{2}))?(?!\d)"
)
_MONTH_DAY = re.compile(
    r"(?<![a-z])(?P<month>[a-z]{3,})\.?\s*(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?(?:(?:,\s*|\s+)(?P<year>\d{4}))?(?!\d)"
)
_PAIR = re.compile(r"(?<!\d)(?P<a>\d{1,2})\s?[-/.]\s?(?P<b>\d{1,2})\.?(?!\d)")


@dataclass(frozen=True, slots=True)
class TypedDate:
    """A date found in a text: its possible `readings` (the workspace's order first) and the text `around` it."""

    readings: tuple[date, ...]
    around: str

    def nearest(self, earliest: datetime, latest: datetime) -> date:
        """The reading nearest to the time from `earliest` to `latest` in which it was written."""
        return min(self.readings, key=lambda day: days_apart(day, earliest, latest))


def days_apart(day: date, earliest: datetime, latest: datetime) -> int:
    """Whole days between `day` and the span of time, 0 inside it."""
    return max((earliest.date() - day).days, (day - latest.date()).days, 0)


def is_far(day: date, earliest: datetime, latest: datetime) -> bool:
    """True if `day` lies more than 14 days from the span of time."""
    return days_apart(day, earliest, latest) > FAR_DAYS


def find_date(text: str, order: str, near: datetime) -> TypedDate | None:
    """The first date in `text`, None if there is none. `order` is "dmy", "mdy" or "ymd"; a missing year is the one that
    brings the date nearest to `near`. Times of day are passed over."""
    original = composed(text)
    plain = _TIME.sub(lambda match: " " * len(match.group()), flat(original))
    timeless = "".join(" " if b == " " else a for a, b in zip(original, plain, strict=True))
    for pattern in (_COMPACT, _NUMBERS, _DAY_MONTH, _MONTH_DAY, _PAIR):
        for match in pattern.finditer(plain):
            days = tuple(dict.fromkeys(_readings(match, order, near.date())))
            if days:
                before, after = timeless[: match.start()], timeless[match.end() :]
                return TypedDate(days, " ".join(_without_weekday(part) for part in (before, after)).strip())
    return None


def _without_weekday(text: str) -> str:
    return "".join(part for part in re.split(r"(\w+)", text) if flat(part) not in _WEEKDAYS)


def _readings(match: re.Match[str], order: str, near: date) -> Iterable[date]:
    if match.re in (_DAY_MONTH, _MONTH_DAY):
        return _of_words(match, near)
    return _of_pair(match, order, near) if match.re is _PAIR else _of_numbers(match, order)


def _day(year: int, month: int, day: int) -> Iterable[date]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _without_year(month: int, day: int, near: date) -> Iterable[date]:
    days = [found for year in (near.year, near.year - 1, near.year + 1) for found in _day(year, month, day)]
    return sorted(days, key=lambda found: abs(found - near))[:1]


def _of_numbers(match: re.Match[str], order: str) -> list[date]:
    a, b, c = match["a"], match["b"], match["c"]
    if len(a) == 4:
        return list(_day(int(a), int(b), int(c))) if len(c) < 4 else []
    ways = {"dmy": (c, b, a), "mdy": (c, a, b), "ymd": (a, b, c)}
    if len(c) == 4:
        del ways["ymd"]
    ordered = sorted(ways, key=lambda way: way != order)
    return [found for way in ordered for found in _day(_full(ways[way][0]), int(ways[way][1]), int(ways[way][2]))]


def _of_words(match: re.Match[str], near: date) -> list[date]:
    month = _month(match["month"])
    if month is None:
        return []
    if match["year"] is None:
        return list(_without_year(month, int(match["day"]), near))
    return list(_day(_full(match["year"]), month, int(match["day"])))


def _of_pair(match: re.Match[str], order: str, near: date) -> list[date]:
    a, b = int(match["a"]), int(match["b"])
    pairs = ((b, a), (a, b)) if order == "dmy" else ((a, b), (b, a))
    return [found for month, day in pairs for found in _without_year(month, day, near)]


def _month(word: str) -> int | None:
    """1 to 12 for a month's name in one of the six languages, or an unmistakable beginning of three letters or more."""
    if word in _NAMED:
        return _NAMED[word]
    numbers = {number for name, number in _NAMED.items() if name.startswith(word)}
    return numbers.pop() if len(numbers) == 1 else None


def window(moment: datetime, precision: int) -> tuple[datetime, datetime]:
    """The span of time in which something really happened whose time the vendor floors to `precision` seconds."""
    return moment, moment + timedelta(seconds=precision)
