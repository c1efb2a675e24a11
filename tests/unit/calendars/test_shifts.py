"""An inconvenient due day moves; a convenient one stays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.calendars import add_working_days, is_working_day, shift_day
from isms_bot.model import Shift, WorkCalendar

DUTCH = WorkCalendar(holidays="NL")
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))
CALENDARS = st.builds(WorkCalendar, st.frozensets(st.integers(0, 6), min_size=1), st.sampled_from(("", "NL", "DE-BY")))
CALM = st.sampled_from((Shift.CALM, Shift.CALM_CHORE))


@pytest.mark.parametrize(
    ("day", "shift", "expected"),
    [
        pytest.param("2026-04-25", Shift.NONE, "2026-04-25", id="no shift leaves a Saturday"),
        pytest.param("2026-04-25", Shift.NEXT, "2026-04-28", id="next over King's Day"),
        pytest.param("2026-04-24", Shift.NEXT, "2026-04-24", id="next leaves a working day"),
        pytest.param("2026-04-27", Shift.PREVIOUS, "2026-04-24", id="previous before King's Day"),
        pytest.param("2026-04-24", Shift.PREVIOUS, "2026-04-24", id="previous leaves a working day"),
        pytest.param("2026-10-31", Shift.NEXT, "2026-11-02", id="next may leave the month"),
        pytest.param("2026-11-01", Shift.PREVIOUS, "2026-10-30", id="previous may leave the month"),
        pytest.param("2026-11-24", Shift.CALM, "2026-11-24", id="a calm Tuesday stays"),
        pytest.param("2026-11-25", Shift.CALM, "2026-11-25", id="a calm Wednesday stays"),
        pytest.param("2026-11-26", Shift.CALM, "2026-11-26", id="a calm Thursday stays"),
        pytest.param("2026-11-23", Shift.CALM, "2026-11-24", id="Monday moves to Tuesday"),
        pytest.param("2026-11-20", Shift.CALM, "2026-11-24", id="Friday moves to Tuesday"),
        pytest.param("2026-03-31", Shift.CALM, "2026-04-01", id="a Tuesday that ends the month moves"),
        pytest.param("2026-03-30", Shift.CALM, "2026-04-01", id="Monday does not move to the end of the month"),
        pytest.param("2026-03-26", Shift.CALM, "2026-03-26", id="a Thursday before the last working day stays"),
        pytest.param("2026-10-29", Shift.CALM, "2026-10-29", id="the last working day but one stays"),
        pytest.param("2026-07-14", Shift.CALM, "2026-07-14", id="the day before summer stays"),
        pytest.param("2026-07-15", Shift.CALM, "2026-09-01", id="the first day of summer moves behind it"),
        pytest.param("2026-08-31", Shift.CALM, "2026-09-01", id="the last day of summer moves behind it"),
        pytest.param("2026-07-15", Shift.CALM_CHORE, "2026-07-15", id="a chore stays in summer"),
        pytest.param("2026-08-31", Shift.CALM_CHORE, "2026-09-01", id="a chore leaves a Monday in summer"),
        pytest.param("2026-12-17", Shift.CALM, "2026-12-17", id="the day before the turn of the year stays"),
        pytest.param("2026-12-18", Shift.CALM, "2027-01-07", id="the turn of the year moves behind it"),
        pytest.param("2025-12-18", Shift.CALM, "2026-01-07", id="a Thursday that begins the turn of the year moves"),
        pytest.param("2026-12-22", Shift.CALM_CHORE, "2027-01-07", id="the turn of the year moves chores too"),
        pytest.param("2027-01-06", Shift.CALM, "2027-01-07", id="the last day of the turn moves"),
        pytest.param("2026-01-31", Shift.CALM, "2026-02-03", id="a Saturday that ends the month"),
        pytest.param("2028-12-26", Shift.CALM, "2029-01-09", id="Christmas on a Tuesday"),
    ],
)
def test_a_due_day_moves_to_where_it_suits(day: str, shift: Shift, expected: str) -> None:
    assert shift_day(date.fromisoformat(day), shift, DUTCH) == date.fromisoformat(expected)


def test_the_last_working_day_is_a_month_end_even_before_free_days() -> None:
    # 30 and 31 October 2026 are Friday and Saturday; without Fridays, Thursday 29 October ends the month.
    assert shift_day(date(2026, 10, 29), Shift.CALM, WorkCalendar(frozenset({0, 1, 2, 3}))) == date(2026, 11, 3)


def test_a_week_without_tuesday_to_thursday_uses_the_days_it_has() -> None:
    mondays_and_fridays = WorkCalendar(frozenset({0, 4}))
    assert shift_day(date(2026, 11, 24), Shift.CALM, mondays_and_fridays) == date(2026, 11, 27)
    assert shift_day(date(2026, 11, 30), Shift.CALM, mondays_and_fridays) == date(2026, 12, 4)


def is_calm(day: date, shift: Shift, cal: WorkCalendar) -> bool:
    """The rule said once more, the plain way."""
    weekdays = {1, 2, 3} if cal.weekdays & {1, 2, 3} else set(range(7))
    month_end = add_working_days(day, 1, cal).month != day.month or (day + timedelta(days=1)).month != day.month
    summer = date(day.year, 7, 15) <= day <= date(day.year, 8, 31)
    turn = day >= date(day.year, 12, 18) or day <= date(day.year, 1, 6)
    return (
        is_working_day(day, cal)
        and day.weekday() in weekdays
        and not month_end
        and not turn
        and not (summer and shift is Shift.CALM)
    )


@given(DAYS, CALM, CALENDARS)
def test_a_calm_day_is_the_first_that_meets_every_condition(day: date, shift: Shift, cal: WorkCalendar) -> None:
    expected = day
    while not is_calm(expected, shift, cal):
        expected += timedelta(days=1)
    assert shift_day(day, shift, cal) == expected


@given(DAYS, st.sampled_from(Shift), CALENDARS)
def test_a_shifted_day_does_not_move_again(day: date, shift: Shift, cal: WorkCalendar) -> None:
    once = shift_day(day, shift, cal)
    assert shift_day(once, shift, cal) == once
