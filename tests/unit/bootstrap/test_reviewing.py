"""The first look at a page of a pack: within a year, on a calm day, spread over the pages."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.bootstrap.reviewing import EARLIEST, LATEST, first_review
from isms_bot.calendars import is_working_day
from isms_bot.model import WorkCalendar
from isms_bot.packs import available, load_pack

CAL = WorkCalendar(holidays="NL")
DAYS = st.dates(date(2026, 1, 1), date(2036, 12, 31))


@given(page=st.from_regex(r"[a-z0-9-]{1,30}", fullmatch=True), made=DAYS)
def test_it_comes_within_a_year_on_a_calm_day_and_not_at_once(page: str, made: date) -> None:
    day = first_review(page, made, CAL)
    assert made + EARLIEST <= day <= made + LATEST
    assert is_working_day(day, CAL)
    assert day.weekday() in (1, 2, 3)
    assert not (7, 15) <= (day.month, day.day) <= (8, 31)
    assert (1, 6) < (day.month, day.day) < (12, 18)
    assert first_review(page, made, CAL) == day


@pytest.mark.parametrize("pack", available())
def test_a_pack_asks_for_few_looks_in_one_week(pack: str) -> None:
    pages = load_pack(pack).pages
    made = date(2027, 1, 4)
    weeks = Counter(first_review(page.id, made, CAL).isocalendar()[:2] for page in pages)
    assert len(weeks) > 20
    assert max(weeks.values()) <= max(6, len(pages) // 10)


def test_a_calendar_without_calm_days_still_has_a_day() -> None:
    weekends = WorkCalendar(weekdays=frozenset({5}))
    day = first_review("backups", date(2027, 1, 4), weekends)
    assert day <= date(2027, 1, 4) + timedelta(weeks=52)
