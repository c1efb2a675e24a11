"""The iso27001 pack over two years: every promise comes when it should, and never when nobody is there."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from isms_bot.forecast import Expected, forecast
from isms_bot.model import Ladder, WorkCalendar
from isms_bot.packs import load_pack
from isms_bot.recurrence import resolve_start

PACK = load_pack("iso27001")
RULES = {rule.id: rule for rule in PACK.schedules}
DUTCH = WorkCalendar(holidays="NL")
START = date(2027, 1, 4)
STARTS = [START + timedelta(days=23 * number) for number in range(16)]
"""Days of activation all over a year."""


def expected(start: date, years: int) -> tuple[Expected, ...]:
    """What falls due in so many years after everything came into force on `start`."""
    starts = {
        rule.id: anchor for rule in PACK.schedules if (anchor := resolve_start(rule.rule.start, start)) is not None
    }
    assert set(starts) == set(RULES)
    minutes = {page.id: int(page.text("minutes")) for page in PACK.of_kind("procedure")}
    until = start.replace(year=start.year + years) - timedelta(days=1)
    return forecast(PACK.schedules, starts, DUTCH, start=start, until=until, minutes=minutes, team={}).expected


def test_two_years_show_every_schedule_with_its_occurrences() -> None:
    """As many as the cadence gives from the first due week on; what comes once comes once."""
    counted = Counter(one.schedule for one in expected(START, 2))
    for name, rule in RULES.items():
        if rule.rule.every is None or rule.rule.until is not None or name == "management-review-first-year":
            assert counted[name] == 1, name
            continue
        weeks = (resolve_start(rule.rule.start, START) - START).days / 7  # type: ignore[operator]
        months = 24 - weeks * 12 / 52
        usual = months / rule.rule.every.count
        assert counted[name] in (int(usual), int(usual) + 1), name


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_nothing_falls_due_in_the_quiet_weeks(start: date) -> None:
    for one in expected(start, 2):
        at = (one.due.month, one.due.day)
        assert (1, 6) < at < (12, 18), one
        if RULES[one.schedule].ladder is not Ladder.CHORE:
            assert not (7, 15) <= at <= (8, 31), one


def test_registers_and_risks_come_first_and_everything_has_begun_within_a_year() -> None:
    first: dict[str, date] = {}
    for one in expected(START, 2):
        first.setdefault(one.schedule, one.due)
    order = sorted(first, key=lambda name: first[name])
    assert order[:2] == ["asset-review", "risk-assessment"]
    assert set(first) == set(RULES)
    assert max(first.values()) <= START + timedelta(weeks=54)
