"""Into which declared time a job moves, and what is wrong with a declaration."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.calendars import is_working_day
from isms_bot.model import Duration, Rule, Shift, Unit, Window, WorkCalendar
from isms_bot.recurrence import due_day
from isms_bot.recurrence.windows import WITHIN, problem, too_rare

CAL = WorkCalendar()
NL = WorkCalendar(holidays="NL")
SIX_WEEKS = Window(date(2027, 2, 15), date(2027, 2, 19), Duration(6, Unit.WEEK))
MONTH = Rule(every=Duration(1, Unit.MONTH))


def due(nominal: date, *windows: Window, cal: WorkCalendar = CAL) -> date:
    return due_day(nominal, Rule(every=Duration(3, Unit.MONTH), shift=Shift.WINDOW, windows=windows), cal)


@pytest.mark.parametrize(
    ("nominal", "expected"),
    [
        (date(2027, 1, 4), date(2027, 2, 19)),
        (date(2027, 2, 15), date(2027, 2, 19)),
        (date(2027, 2, 19), date(2027, 2, 19)),
        (date(2027, 2, 20), date(2027, 4, 2)),
        (date(2027, 4, 3), date(2027, 5, 14)),
        (date(2037, 6, 1), date(2037, 6, 26)),
    ],
    ids=["before the first", "its first day", "its last day", "the day after", "after the second", "ten years on"],
)
def test_a_job_is_due_on_the_last_working_day_of_the_next_window(nominal: date, expected: date) -> None:
    assert due(nominal, SIX_WEEKS) == expected
    assert expected >= nominal


def test_without_the_shift_windows_move_nothing() -> None:
    day = date(2027, 2, 20)
    assert due_day(day, Rule(every=Duration(1, Unit.MONTH), windows=(SIX_WEEKS,)), CAL) == day
    assert due_day(day, Rule(every=Duration(1, Unit.MONTH), shift=Shift.NEXT, windows=(SIX_WEEKS,)), CAL) == date(
        2027, 2, 22
    )


def test_the_nearest_of_several_windows_counts() -> None:
    once = Window(date(2027, 3, 1), date(2027, 3, 5))
    assert due(date(2027, 2, 20), SIX_WEEKS, once) == date(2027, 3, 5)
    assert due(date(2027, 3, 6), SIX_WEEKS, once) == date(2027, 4, 2)


def test_a_window_that_ends_on_a_holiday_or_weekend_is_used_to_its_last_working_day() -> None:
    easter = Window(date(2027, 3, 24), date(2027, 3, 29))
    assert due(date(2027, 3, 20), easter, cal=NL) == date(2027, 3, 25), "before Easter"
    assert due(date(2027, 3, 26), easter, SIX_WEEKS, cal=NL) == date(2027, 4, 2), "nothing of it is left to work in"


def test_a_window_without_a_working_day_is_passed_over() -> None:
    weekend = Window(date(2027, 3, 6), date(2027, 3, 7), Duration(2, Unit.MONTH))
    assert due(date(2027, 3, 1), weekend) == date(2027, 5, 7)


@pytest.mark.parametrize(
    "windows", [(), (Window(date(2027, 7, 1), date(2027, 7, 9)),), (Window(date(2026, 7, 1), date(2026, 7, 9)),)]
)
def test_where_no_window_is_near_a_calm_day_does(windows: tuple[Window, ...]) -> None:
    assert due(date(2027, 2, 20), *windows) == date(2027, 2, 23)


@given(
    st.dates(date(2027, 1, 1), date(2040, 1, 1)),
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.integers(0, 20),
    st.builds(Duration, st.integers(4, 9), st.just(Unit.WEEK))
    | st.builds(Duration, st.integers(1, 2), st.just(Unit.MONTH)),
)
def test_the_due_day_is_never_before_nor_far_from_the_nominal_one(
    nominal: date, first: date, days: int, every: Duration
) -> None:
    window = Window(first, first + timedelta(days=days), every)
    found = due(nominal, window, cal=NL)
    assert nominal <= found <= nominal + timedelta(days=WITHIN + 5)
    assert is_working_day(found, NL)


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (SIX_WEEKS, ""),
        (Window(date(2027, 2, 15), date(2027, 2, 15)), ""),
        (Window(date(2027, 2, 15), date(2027, 2, 14)), "ends on 2027-02-14, before it begins on 2027-02-15"),
        (
            Window(date(2027, 2, 1), date(2027, 2, 8), Duration(1, Unit.WEEK)),
            "comes every 1 week and is longer than that",
        ),
        (
            Window(date(2027, 2, 1), date(2027, 2, 8), Duration(30, Unit.WORKING_DAY)),
            "comes every 30 working days; count days, weeks or months",
        ),
    ],
)
def test_what_is_wrong_with_a_window_is_said(window: Window, said: str) -> None:
    assert problem(window) == said


def test_two_occurrences_that_would_share_a_window_are_said() -> None:
    assert too_rare([SIX_WEEKS], 42) == ""
    assert too_rare([Window(date(2027, 2, 1), date(2027, 2, 5))], 7) == ""
    often = Window(date(2027, 3, 1), date(2027, 3, 3), Duration(2, Unit.WEEK))
    assert too_rare([SIX_WEEKS, often], 28) == ""
    assert (
        too_rare([SIX_WEEKS], 28)
        == "windows come every 6 weeks, and its occurrences are 28 days apart: two would be due in the same one"
    )
