"""Working days are those of a calendar: its weekdays less its public holidays."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.calendars import add_working_days, is_working_day, known_calendar, working_days
from isms_bot.model import WorkCalendar

NAMES = ("", "NL", "DE-BY", "US", "IL")
YEARS = range(2022, 2037)
NEVER = WorkCalendar(weekdays=frozenset())
DAY = timedelta(days=1)

# Several years at once, the way the library is not asked by the code under test.
OFF = {
    "": frozenset[date](),
    "NL": frozenset(holidays.country_holidays("NL", years=YEARS)),
    "DE-BY": frozenset(holidays.country_holidays("DE", subdiv="BY", years=YEARS)),
    "US": frozenset(holidays.country_holidays("US", years=YEARS)),
    "IL": frozenset(holidays.country_holidays("IL", years=YEARS)),
}
CALENDARS = st.builds(WorkCalendar, st.frozensets(st.integers(0, 6), min_size=1), st.sampled_from(NAMES))
DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


def works(day: date, cal: WorkCalendar) -> bool:
    return day.weekday() in cal.weekdays and day not in OFF[cal.holidays]


def walk(day: date, count: int, cal: WorkCalendar) -> date:
    """The naive answer: one day at a time."""
    step = DAY if count >= 0 else -DAY
    if count == 0:
        while not works(day, cal):
            day += step
    while count != 0:
        day += step
        if works(day, cal):
            count -= step.days
    return day


@pytest.mark.parametrize(
    ("day", "count", "name", "expected"),
    [
        pytest.param("2026-11-20", 1, "", "2026-11-23", id="over a weekend"),
        pytest.param("2026-11-21", 1, "", "2026-11-23", id="the first one after a Saturday is Monday"),
        pytest.param("2026-11-21", 0, "", "2026-11-23", id="none from a Saturday on is Monday"),
        pytest.param("2026-11-20", 0, "", "2026-11-20", id="none from a Friday on is that Friday"),
        pytest.param("2026-11-23", -1, "", "2026-11-20", id="back over a weekend"),
        pytest.param("2026-11-22", -1, "", "2026-11-20", id="the first one before a Sunday is Friday"),
        pytest.param("2026-12-24", 1, "NL", "2026-12-28", id="over Christmas"),
        pytest.param("2026-12-31", 1, "NL", "2027-01-04", id="over New Year"),
        pytest.param("2027-01-04", -1, "NL", "2026-12-31", id="back over New Year"),
        pytest.param("2026-01-05", 1, "NL", "2026-01-06", id="Epiphany is worked in the Netherlands"),
        pytest.param("2026-04-02", 1, "DE-BY", "2026-04-07", id="Good Friday and Easter Monday are off in Bavaria"),
        pytest.param("2026-01-05", 1, "DE-BY", "2026-01-07", id="Epiphany is off in Bavaria"),
        pytest.param("2027-12-30", 1, "US", "2028-01-03", id="New Year observed on the last day of the year before"),
        pytest.param("2026-01-01", 522, "", "2028-01-03", id="over two years"),
        pytest.param("2028-01-03", -523, "", "2025-12-31", id="back over two years"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: str, count: int, name: str, expected: str) -> None:
    cal = WorkCalendar(holidays=name)
    assert add_working_days(date.fromisoformat(day), count, cal) == date.fromisoformat(expected)


def test_a_part_time_week_has_its_own_working_days() -> None:
    cal = WorkCalendar(weekdays=frozenset({0, 2}))
    assert [add_working_days(date(2026, 11, 23), count, cal).day for count in (-1, 0, 1, 2)] == [18, 23, 25, 30]


@given(DAYS, st.integers(-120, 120), CALENDARS)
def test_working_days_equal_a_walk_day_by_day(day: date, count: int, cal: WorkCalendar) -> None:
    assert add_working_days(day, count, cal) == walk(day, count, cal)
    assert is_working_day(day, cal) == works(day, cal)


@given(DAYS, st.integers(-30, 900), CALENDARS)
def test_working_days_between_equal_a_count_day_by_day(start: date, length: int, cal: WorkCalendar) -> None:
    end = start + length * DAY
    expected = sum(works(start + ahead * DAY, cal) for ahead in range(1, length + 1))
    assert working_days(start, end, cal) == expected


@given(DAYS, st.integers(1, 200), CALENDARS)
def test_counting_undoes_adding(day: date, count: int, cal: WorkCalendar) -> None:
    assert working_days(day, add_working_days(day, count, cal), cal) == count


@pytest.mark.parametrize("length", [0, -1, -400])
def test_no_working_days_lie_between_a_day_and_an_earlier_one(length: int) -> None:
    assert working_days(date(2026, 11, 23), date(2026, 11, 23) + length * DAY, WorkCalendar()) == 0


def test_a_calendar_without_weekdays_is_refused_instead_of_searched_for_ever() -> None:
    assert not is_working_day(date(2026, 11, 23), NEVER)
    assert working_days(date(2026, 1, 1), date(2026, 12, 31), NEVER) == 0
    with pytest.raises(ValueError, match="no weekday to work on"):
        add_working_days(date(2026, 11, 23), 1, NEVER)
    with pytest.raises(ValueError, match="no weekday to work on"):
        add_working_days(date(2026, 11, 23), 1, WorkCalendar(weekdays=frozenset({7})))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("", True, id="none"),
        pytest.param("NL", True, id="country"),
        pytest.param("DE-BY", True, id="subdivision"),
        pytest.param("GB-ENG", True, id="subdivision of three letters"),
        pytest.param("ZZ", False, id="no such country"),
        pytest.param("DE-QQ", False, id="no such subdivision"),
        pytest.param("nl", False, id="lower case"),
        pytest.param("Netherlands", False, id="name of a country"),
        pytest.param("DE-", False, id="half a subdivision"),
        pytest.param("NL-", False, id="dash only"),
        pytest.param("__", False, id="nonsense"),
    ],
)
def test_a_calendar_is_known_by_its_iso_code(name: str, expected: bool) -> None:
    assert known_calendar(name) is expected


def test_an_unknown_calendar_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r'no public holidays are known for "ZZ".*"DE-BY"'):
        is_working_day(date(2026, 11, 23), WorkCalendar(holidays="ZZ"))
