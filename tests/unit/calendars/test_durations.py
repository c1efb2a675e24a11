"""Durations are read from plain words and added to dates without ever leaving the calendar."""

from collections.abc import Callable
from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.calendars import add, add_months, month_length, parse_duration, subtract
from isms_bot.model import Duration, Unit, WorkCalendar

PLAIN = WorkCalendar()
DUTCH = WorkCalendar(holidays="NL")
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1 hour", Duration(1, Unit.HOUR), id="one hour"),
        pytest.param("72 hours", Duration(72, Unit.HOUR), id="hours"),
        pytest.param("1 day", Duration(1, Unit.DAY), id="one day"),
        pytest.param("10 working days", Duration(10, Unit.WORKING_DAY), id="working days"),
        pytest.param("1 working day", Duration(1, Unit.WORKING_DAY), id="one working day"),
        pytest.param("13 weeks", Duration(13, Unit.WEEK), id="weeks"),
        pytest.param("3 months", Duration(3, Unit.MONTH), id="months"),
        pytest.param("1 year", Duration(1, Unit.YEAR), id="one year"),
        pytest.param("0 days", Duration(0, Unit.DAY), id="nothing"),
        pytest.param("  10  Working   Days ", Duration(10, Unit.WORKING_DAY), id="spaces and capitals"),
        pytest.param("9999 days", Duration(9999, Unit.DAY), id="largest count"),
    ],
)
def test_a_duration_is_read_from_plain_words(text: str, expected: Duration) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "days",
        "-1 days",
        "1.5 days",
        "10 business days",
        "3 fortnights",
        "10days",
        "10000 days",
        "٣ days",
        "1 day x",
    ],
)
def test_an_unreadable_duration_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(ValueError, match=r'is no duration: .*working days.*for example "10 working days"') as refused:
        parse_duration(text)
    assert f'"{text}"' in str(refused.value)


@given(st.builds(Duration, st.integers(0, 9999), st.sampled_from(Unit)))
def test_a_duration_reads_back_from_its_own_words(duration: Duration) -> None:
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        pytest.param("2026-01-31", "1 month", "2026-02-28", id="31 January and a month"),
        pytest.param("2024-01-31", "1 month", "2024-02-29", id="31 January and a month in a leap year"),
        pytest.param("2026-01-31", "3 months", "2026-04-30", id="31 January and three months"),
        pytest.param("2026-11-30", "3 months", "2027-02-28", id="over the end of the year"),
        pytest.param("2024-02-29", "1 year", "2025-02-28", id="29 February and a year"),
        pytest.param("2024-02-29", "4 years", "2028-02-29", id="29 February and four years"),
        pytest.param("2026-12-31", "1 day", "2027-01-01", id="a day over New Year"),
        pytest.param("2026-03-28", "1 day", "2026-03-29", id="a day when the clocks go forward"),
        pytest.param("2026-10-25", "1 week", "2026-11-01", id="a week after the clocks went back"),
        pytest.param("2026-04-24", "1 working day", "2026-04-28", id="over a weekend and King's Day"),
        pytest.param("2026-04-25", "0 working days", "2026-04-28", id="no working day from a Saturday on"),
        pytest.param("2026-04-24", "0 working days", "2026-04-24", id="no working day from a Friday on"),
        pytest.param("2026-04-25", "0 days", "2026-04-25", id="no day from a Saturday on"),
    ],
)
def test_a_duration_is_added_to_a_day(day: str, text: str, expected: str) -> None:
    assert add(date.fromisoformat(day), parse_duration(text), DUTCH) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        pytest.param("2026-03-31", "1 month", "2026-02-28", id="31 March less a month"),
        pytest.param("2028-02-29", "1 year", "2027-02-28", id="29 February less a year"),
        pytest.param("2026-01-07", "1 week", "2025-12-31", id="a week over New Year"),
        pytest.param("2026-01-01", "1 day", "2025-12-31", id="a day over New Year"),
        pytest.param("2026-04-28", "1 working day", "2026-04-24", id="over King's Day and a weekend"),
        pytest.param("2026-04-27", "0 working days", "2026-04-24", id="no working day before a holiday"),
        pytest.param("2026-04-24", "0 working days", "2026-04-24", id="no working day before a Friday"),
    ],
)
def test_a_duration_is_taken_from_a_day(day: str, text: str, expected: str) -> None:
    assert subtract(date.fromisoformat(day), parse_duration(text), DUTCH) == date.fromisoformat(expected)


@pytest.mark.parametrize("move", [add, subtract])
def test_hours_are_refused_in_arithmetic_of_dates(move: Callable[[date, Duration, WorkCalendar], date]) -> None:
    with pytest.raises(ValueError, match="72 hours cannot be added to a date"):
        move(date(2026, 1, 1), Duration(72, Unit.HOUR), PLAIN)


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit is not Unit.HOUR])
def test_a_day_outside_the_calendar_is_a_value_error(unit: Unit) -> None:
    with pytest.raises(ValueError, match=r"out of range|ordinal must be"):
        add(date(9999, 12, 31), Duration(1, unit), PLAIN)
    with pytest.raises(ValueError, match=r"out of range|ordinal must be"):
        subtract(date(1, 1, 1), Duration(1, unit), PLAIN)


@given(DAYS, st.integers(-1200, 1200))
def test_months_clamp_as_relativedelta_does(day: date, months: int) -> None:
    assert add_months(day, months) == day + relativedelta(months=months)


@given(DAYS, st.integers(0, 100))
def test_years_clamp_as_relativedelta_does(day: date, years: int) -> None:
    assert add(day, Duration(years, Unit.YEAR), PLAIN) == day + relativedelta(years=years)
    assert subtract(day, Duration(years, Unit.YEAR), PLAIN) == day - relativedelta(years=years)


@pytest.mark.parametrize(("year", "expected"), [(2026, 28), (2028, 29), (2100, 28), (2000, 29)])
def test_february_knows_its_leap_years(year: int, expected: int) -> None:
    assert month_length(year, 2) == expected
