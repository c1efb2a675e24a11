"""Whether everything that the accepted rules expected has come: what `verify` says beside the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from isms_bot.config.rules import plain
from isms_bot.forecast import doubled, gaps
from isms_bot.model import Duration, RelativeStart, Rule, Schedule, Unit, WorkCalendar

MONTHLY = Schedule(
    "log-check",
    "log-check",
    Rule(every=Duration(1, Unit.MONTH), start=date(2027, 1, 13)),
    role="operations",
    lead=Duration(5, Unit.WORKING_DAY),
    grace=Duration(5, Unit.WORKING_DAY),
)
WEEKLY = replace(MONTHLY, rule=Rule(every=Duration(1, Unit.WEEK), start=date(2027, 1, 13)))


@dataclass(frozen=True)
class Row:
    """A row of a ledger."""

    at: datetime
    kind: str
    key: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def rules(day: date, *schedules: Schedule, since: Mapping[str, date]) -> Row:
    said = {name: when.isoformat() for name, when in since.items()}
    return Row(on(day), "rules", "", {"schedules": {one.id: plain(one) for one in schedules}, "since": said})


def opened(nominal: date, schedule: str = "log-check") -> Row:
    return Row(on(nominal), "opened", f"{schedule}/{nominal}", {"schedule": schedule, "nominal": nominal.isoformat()})


def concluded(nominal: date, outcome: str) -> Row:
    body = {"schedule": "log-check", "nominal": nominal.isoformat(), "outcome": outcome}
    return Row(on(nominal), "outcome", f"log-check/{nominal}", body)


def missing(rows: list[Row], *passes: date) -> list[date]:
    times = [on(day) + timedelta(hours=1) for day in passes]
    return [gap.nominal for gap in gaps(rows, WorkCalendar(), times, {at: at.date() for at in times})]


FIRST = rules(date(2027, 1, 1), MONTHLY, since={"log-check": date(2026, 12, 31)})
JANUARY, FEBRUARY, MARCH = date(2027, 1, 13), date(2027, 2, 13), date(2027, 3, 13)


@pytest.mark.parametrize(
    ("rows", "last_pass", "expected"),
    [
        ([FIRST, opened(JANUARY), opened(FEBRUARY)], date(2027, 2, 20), []),
        ([FIRST, opened(JANUARY)], date(2027, 2, 20), [FEBRUARY]),
        ([FIRST, opened(JANUARY), concluded(FEBRUARY, "waived")], date(2027, 2, 20), []),
        ([FIRST, opened(JANUARY)], date(2027, 2, 1), []),
        ([FIRST], date(2027, 2, 20), [JANUARY, FEBRUARY]),
        ([], date(2027, 2, 20), []),
    ],
    ids=["all-opened", "one-never-opened", "waived-unopened", "lead-not-begun", "none-opened", "no-rules"],
)
def test_an_expected_occurrence_without_job_and_outcome_is_a_gap(
    rows: list[Row], last_pass: date, expected: list[date]
) -> None:
    assert missing(rows, date(2027, 1, 1), last_pass) == expected


def test_before_the_first_pass_nothing_is_missing() -> None:
    assert missing([FIRST]) == []


def test_after_a_change_of_the_rule_the_old_one_expects_nothing_more() -> None:
    change = rules(date(2027, 1, 20), WEEKLY, since={"log-check": JANUARY})
    weekly = [opened(JANUARY + timedelta(weeks=weeks)) for weeks in range(5)]
    assert missing([FIRST, change, *weekly], date(2027, 1, 1), date(2027, 1, 19), date(2027, 2, 4)) == []
    assert missing([FIRST, change, *weekly[:2]], date(2027, 1, 1), date(2027, 1, 19), date(2027, 1, 27)) == [
        date(2027, 1, 27), date(2027, 2, 3),
    ]  # fmt: skip


def test_what_the_old_rule_failed_to_open_stays_a_gap() -> None:
    change = rules(date(2027, 2, 20), WEEKLY, since={"log-check": date(2027, 2, 19)})
    rows = [FIRST, opened(JANUARY), change, opened(date(2027, 2, 24))]
    assert missing(rows, date(2027, 1, 1), date(2027, 2, 18), date(2027, 2, 20)) == [FEBRUARY]


def test_a_rule_that_was_taken_out_is_looked_at_up_to_its_last_pass() -> None:
    gone = rules(date(2027, 2, 20), since={})
    rows = [FIRST, opened(JANUARY), opened(FEBRUARY), gone]
    assert missing(rows, date(2027, 1, 1), date(2027, 2, 18), date(2027, 6, 1)) == []


def test_an_edit_that_leaves_the_cadence_alone_goes_on_with_the_same_rule() -> None:
    edit = rules(date(2027, 1, 20), replace(MONTHLY, role="developer"), since={})
    assert missing([FIRST, opened(JANUARY), edit], date(2027, 1, 1), date(2027, 2, 20)) == [FEBRUARY]


@pytest.mark.parametrize(("activated", "expected"), [(date(2027, 1, 4), [date(2027, 1, 18)]), (None, [])])
def test_a_start_after_activation_expects_nothing_before_one(activated: date | None, expected: list[date]) -> None:
    relative = replace(MONTHLY, rule=Rule(every=Duration(1, Unit.MONTH), start=RelativeStart(2)))
    rows = [rules(date(2027, 1, 1), relative, since={"log-check": date(2026, 12, 31)})]
    if activated is not None:
        rows.append(Row(on(activated), "activated", "all", {"about": "all", "on": activated.isoformat()}))
    assert missing(rows, date(2027, 1, 1), date(2027, 1, 29)) == expected


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["recorded"], ()),
        (["nonconformity", "recorded late"], ()),
        (["introduction", "recorded late"], ()),
        (["recorded", "nonconformity"], (f"log-check/{JANUARY}",)),
        (["waived", "recorded"], (f"log-check/{JANUARY}",)),
        (["nonconformity", "recorded late", "recorded late"], (f"log-check/{JANUARY}",)),
    ],
    ids=["one", "missed-then-signed", "discussed-then-signed", "signed-then-missed", "waived-then-signed", "three"],
)
def test_an_occurrence_has_one_outcome_but_a_miss_may_be_signed_late(
    outcomes: list[str], expected: tuple[str, ...]
) -> None:
    assert doubled([concluded(JANUARY, outcome) for outcome in outcomes]) == expected
