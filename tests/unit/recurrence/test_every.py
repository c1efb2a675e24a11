"""A cadence gives the same dates for ever, each computed from the anchor and none from the one before."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.calendars import is_working_day, parse_duration
from isms_bot.model import Duration, Rule, Unit, WorkCalendar
from isms_bot.recurrence import Nominal, nominals

FAR = date(2150, 12, 31)
PLAIN = WorkCalendar()
BAVARIA = WorkCalendar(holidays="DE-BY")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth", "last")
IN_MONTH = (
    *("first day", "last day", "first working day", "last working day"),
    *(f"{ordinal} {weekday}" for ordinal in ORDINALS for weekday in WEEKDAYS),
    *(str(number) for number in range(1, 32)),
)
ANCHORS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
BY_MONTHS = st.builds(
    lambda count, unit, on: Rule(every=Duration(count, unit), on=on),
    st.integers(1, 14),
    st.sampled_from((Unit.MONTH, Unit.YEAR)),
    st.none() | st.sampled_from(IN_MONTH),
)
BY_DAYS = st.builds(lambda count: Rule(every=Duration(count, Unit.DAY)), st.integers(1, 100))
BY_WEEKS = st.builds(
    lambda count, on: Rule(every=Duration(count, Unit.WEEK), on=on),
    st.integers(1, 60),
    st.none() | st.sampled_from(WEEKDAYS),
)
RULES = BY_MONTHS | BY_DAYS | BY_WEEKS


def rule(every: str, on: str | None = None) -> Rule:
    return Rule(every=parse_duration(every), on=on)


def first(rule: Rule, anchor: date, number: int, cal: WorkCalendar = PLAIN) -> list[str]:
    found = islice(nominals(rule, anchor, after=None, until=FAR, cal=cal), number)
    return [str(nominal.day) for nominal in found]


@pytest.mark.parametrize(
    ("every", "on", "anchor", "expected"),
    [
        pytest.param(
            "3 months", None, "2026-01-31", "2026-01-31 2026-04-30 2026-07-31 2026-10-31", id="31 January quarterly"
        ),
        pytest.param(
            "1 month", None, "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30", id="31 January monthly"
        ),
        pytest.param(
            "1 month", None, "2027-12-30", "2027-12-30 2028-01-30 2028-02-29 2028-03-30", id="30 December monthly"
        ),
        pytest.param(
            "1 year",
            None,
            "2024-02-29",
            "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29",
            id="29 February yearly",
        ),
        pytest.param(
            "1 day", None, "2026-03-28", "2026-03-28 2026-03-29 2026-03-30", id="daily over the change of clocks"
        ),
        pytest.param("13 weeks", None, "2026-10-05", "2026-10-05 2027-01-04 2027-04-05", id="every 13 weeks"),
        pytest.param("1 month", "last day", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31", id="last day"),
        pytest.param("1 month", "first day", "2026-01-01", "2026-01-01 2026-02-01", id="first day at the anchor"),
        pytest.param(
            "1 month", "first day", "2026-01-02", "2026-02-01 2026-03-01", id="first day before the anchor is dropped"
        ),
        pytest.param("3 months", "last friday", "2026-01-31", "2026-04-24 2026-07-31 2026-10-30", id="last Friday"),
        pytest.param("1 month", "last monday", "2026-03-01", "2026-03-30 2026-04-27 2026-05-25", id="last Monday"),
        pytest.param("1 month", "first monday", "2026-06-01", "2026-06-01 2026-07-06", id="first Monday"),
        pytest.param("1 month", "second tuesday", "2026-11-01", "2026-11-10 2026-12-08", id="second Tuesday"),
        pytest.param("1 month", "third sunday", "2026-11-01", "2026-11-15 2026-12-20", id="third Sunday"),
        pytest.param("1 month", "fourth thursday", "2026-11-01", "2026-11-26 2026-12-24", id="fourth Thursday"),
        pytest.param("1 month", "15", "2026-01-31", "2026-02-15 2026-03-15", id="a day of the month"),
        pytest.param("1 month", "31", "2026-01-01", "2026-01-31 2026-02-28 2026-03-31", id="a day that is clamped"),
        pytest.param("1 year", "last day", "2027-02-01", "2027-02-28 2028-02-29", id="a day of a month each year"),
        pytest.param(
            "3 months",
            " First  WORKING day ",
            "2026-01-01",
            "2026-01-02 2026-04-01 2026-07-01",
            id="spaces and capitals",
        ),
        pytest.param(
            "1 month", "last working day", "2026-01-01", "2026-01-30 2026-02-27 2026-03-31", id="last working day"
        ),
        pytest.param(
            "2 weeks", "monday", "2026-11-18", "2026-11-30 2026-12-14", id="weekday before the anchor is dropped"
        ),
        pytest.param("2 weeks", "sunday", "2026-11-18", "2026-11-22 2026-12-06", id="weekday later in the week"),
        pytest.param("1 week", "wednesday", "2026-11-18", "2026-11-18 2026-11-25", id="weekday of the anchor"),
    ],
)
def test_a_cadence_gives_these_dates(every: str, on: str | None, anchor: str, expected: str) -> None:
    wanted = expected.split()
    assert first(rule(every, on), date.fromisoformat(anchor), len(wanted), BAVARIA) == wanted


def test_working_days_of_a_rule_are_those_of_the_calendar_given() -> None:
    monthly = rule("1 month", "first working day")
    assert first(monthly, date(2026, 1, 1), 1) == ["2026-01-01"]
    assert first(monthly, date(2026, 1, 1), 1, BAVARIA) == ["2026-01-02"]
    assert first(monthly, date(2026, 1, 1), 1, WorkCalendar(frozenset({6}))) == ["2026-01-04"]


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        pytest.param(
            None, "2026-04-30", [(0, "2026-01-31"), (1, "2026-04-30")], id="from the anchor on, the end included"
        ),
        pytest.param("2026-01-30", "2026-04-29", [(0, "2026-01-31")], id="from the day before the anchor"),
        pytest.param("2026-01-31", "2026-04-30", [(1, "2026-04-30")], id="the beginning excluded"),
        pytest.param("2020-01-01", "2026-01-31", [(0, "2026-01-31")], id="nothing before the anchor"),
        pytest.param("2126-01-01", "2126-06-30", [(400, "2126-01-31"), (401, "2126-04-30")], id="a century on"),
        pytest.param(None, "2026-01-30", [], id="until before the anchor"),
        pytest.param("2026-05-01", "2026-05-01", [], id="an empty window"),
        pytest.param("2026-05-02", "2026-05-01", [], id="a window the wrong way round"),
        pytest.param("2026-05-01", "2026-06-30", [], id="a window between two dates"),
        pytest.param("9999-12-31", "9999-12-31", [], id="the last day there is"),
        pytest.param("9999-07-31", "9999-12-31", [(31895, "9999-10-31")], id="the last date there is"),
    ],
)
def test_a_window_holds_what_comes_after_its_beginning_and_until_its_end(
    after: str | None, until: str, expected: list[tuple[int, str]]
) -> None:
    found = nominals(
        rule("3 months"),
        date(2026, 1, 31),
        after=None if after is None else date.fromisoformat(after),
        until=date.fromisoformat(until),
    )
    assert list(found) == [Nominal(index, date.fromisoformat(day)) for index, day in expected]


def test_without_an_anchor_nothing_falls_due() -> None:
    assert list(nominals(rule("1 day"), None, after=None, until=FAR)) == []


def test_until_is_the_last_day_of_a_rule() -> None:
    ends = Rule(every=Duration(1, Unit.WEEK), until=date(2026, 11, 23))
    assert [str(n.day) for n in nominals(ends, date(2026, 11, 9), after=None, until=FAR)] == [
        "2026-11-09",
        "2026-11-16",
        "2026-11-23",
    ]
    assert list(nominals(ends, date(2026, 11, 9), after=date(2026, 11, 23), until=FAR)) == []


def test_an_impossible_rule_is_refused_at_the_call() -> None:
    with pytest.raises(ValueError, match="needs exactly one of every, rrule and cron"):
        nominals(Rule(), date(2026, 1, 1), after=None, until=FAR)


@given(ANCHORS, st.integers(1, 30), st.sampled_from((Unit.MONTH, Unit.YEAR)))
def test_months_are_those_of_relativedelta_from_the_anchor(anchor: date, count: int, unit: Unit) -> None:
    step = relativedelta(months=count) if unit is Unit.MONTH else relativedelta(years=count)
    found = islice(nominals(Rule(every=Duration(count, unit)), anchor, after=None, until=FAR), 40)
    assert all(nominal.day == anchor + nominal.index * step for nominal in found)


@given(RULES, ANCHORS, st.integers(-500, 4000), st.integers(0, 2000))
def test_a_window_equals_the_same_part_of_the_whole(rule: Rule, anchor: date, start: int, length: int) -> None:
    after = anchor + timedelta(days=start)
    until = after + timedelta(days=length)
    whole = list(nominals(rule, anchor, after=None, until=until, cal=BAVARIA))
    found = list(nominals(rule, anchor, after=after, until=until, cal=BAVARIA))
    assert found == [nominal for nominal in whole if nominal.day > after]


@given(RULES, ANCHORS)
def test_dates_increase_from_the_anchor_and_are_numbered_without_a_gap(rule: Rule, anchor: date) -> None:
    found = list(islice(nominals(rule, anchor, after=None, until=FAR, cal=BAVARIA), 60))
    assert [nominal.index for nominal in found] == list(range(len(found)))
    assert anchor <= found[0].day
    assert all(earlier.day < later.day for earlier, later in pairwise(found))


@given(BY_MONTHS, ANCHORS)
def test_on_moves_a_date_inside_its_month_only(rule: Rule, anchor: date) -> None:
    assert rule.every is not None
    months = rule.every.count * (12 if rule.every.unit is Unit.YEAR else 1)
    found = list(islice(nominals(rule, anchor, after=None, until=FAR, cal=BAVARIA), 30))
    numbers = [nominal.day.year * 12 + nominal.day.month for nominal in found]
    assert all(later - earlier == months for earlier, later in pairwise(numbers))
    assert numbers[0] - (anchor.year * 12 + anchor.month) in (0, months)


def matches(day: date, on: str) -> bool:
    """True if `day` is what `on` says of its month, told from the day alone."""
    month_ends = (day + timedelta(days=1)).month != day.month
    if on.isdecimal():
        return day.day == int(on) or (month_ends and day.day < int(on))
    which, what = on.split(" ", 1)
    if what == "day":
        return day.day == 1 if which == "first" else month_ends
    if what == "working day":
        others = range(1, day.day) if which == "first" else range(day.day + 1, 32)
        same_month = [day + timedelta(days=number - day.day) for number in others]
        return is_working_day(day, BAVARIA) and not any(
            is_working_day(other, BAVARIA) for other in same_month if other.month == day.month
        )
    if day.weekday() != WEEKDAYS.index(what):
        return False
    if which == "last":
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 == ORDINALS.index(which)


@given(st.sampled_from(IN_MONTH), ANCHORS)
def test_on_names_the_day_it_says(on: str, anchor: date) -> None:
    found = islice(nominals(rule("1 month", on), anchor, after=None, until=FAR, cal=BAVARIA), 24)
    assert all(matches(nominal.day, on) for nominal in found)


@given(BY_WEEKS, ANCHORS)
def test_weeks_keep_their_weekday(rule: Rule, anchor: date) -> None:
    assert rule.every is not None
    found = [n.day for n in islice(nominals(rule, anchor, after=None, until=FAR), 20)]
    weekday = anchor.weekday() if rule.on is None else WEEKDAYS.index(rule.on)
    assert {day.weekday() for day in found} == {weekday}
    assert all((later - earlier).days == 7 * rule.every.count for earlier, later in pairwise(found))
    monday = anchor - timedelta(days=anchor.weekday())
    assert (found[0] - monday).days // 7 in (0, rule.every.count)
