"""What rules will ask of people, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from isms_bot.forecast import anchors, forecast, noted, upcoming
from isms_bot.history import History
from isms_bot.model import (
    Completion,
    Contract,
    Duration,
    Outcome,
    Regime,
    RelativeStart,
    Rule,
    Schedule,
    Span,
    Unit,
    WorkCalendar,
)

CAL = WorkCalendar()
MONTHLY = Schedule(
    "log-check",
    "log-check",
    Rule(every=Duration(1, Unit.MONTH), start=date(2027, 1, 13)),
    role="operations",
    completion=Completion.ANY,
    lead=Duration(5, Unit.WORKING_DAY),
    grace=Duration(5, Unit.WORKING_DAY),
)
REVIEW = replace(
    MONTHLY,
    id="review",
    procedure="review",
    role="team-member",
    completion=Completion.EACH,
    rule=Rule(every=Duration(3, Unit.MONTH), start=RelativeStart(2)),
)


def test_an_occurrence_tells_when_it_opens_falls_due_and_ends() -> None:
    found = forecast(
        [MONTHLY], {"log-check": date(2027, 1, 13)}, CAL,
        start=date(2027, 1, 1), until=date(2027, 1, 31), minutes={"log-check": 40}, team={},
    )  # fmt: skip
    (one,) = found.expected
    assert (one.key, one.opens, one.due, one.grace_end, one.minutes) == (
        "log-check/2027-01-13", date(2027, 1, 6), date(2027, 1, 13), date(2027, 1, 20), 40,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        (replace(REVIEW, completion=Completion.EACH), 6 * 20),
        (replace(REVIEW, completion=Completion.ALL), 6 * 20),
        (replace(REVIEW, completion=Completion.ANY), 20),
        (replace(REVIEW, completion=Completion.QUORUM, quorum=2), 40),
        (replace(REVIEW, completion=Completion.ALL, rotate=True), 20),
        (replace(REVIEW, role="nobody-yet"), 20),
    ],
    ids=["each", "all", "any", "quorum", "rotating", "role-without-holder"],
)
def test_hours_count_everybody_who_signs(schedule: Schedule, minutes: int) -> None:
    found = forecast(
        [schedule], {"review": date(2027, 2, 1)}, CAL,
        start=date(2027, 1, 1), until=date(2027, 3, 1), minutes={"review": 20}, team={"team-member": 6},
    )  # fmt: skip
    assert [one.minutes for one in found.expected] == [minutes]
    assert found.hours() == {schedule.role: round(minutes / 60, 1)}


def test_quiet_weeks_are_those_in_which_nothing_opens_or_falls_due() -> None:
    found = forecast(
        [MONTHLY], {"log-check": date(2027, 1, 13)}, CAL,
        start=date(2027, 1, 4), until=date(2027, 1, 31), minutes={}, team={},
    )  # fmt: skip
    assert found.quiet == (date(2027, 1, 18), date(2027, 1, 25))


def test_nothing_is_expected_in_a_pause() -> None:
    paused = replace(MONTHLY, rule=replace(MONTHLY.rule, pauses=(Span(date(2027, 2, 1), date(2027, 2, 28)),)))
    found = forecast(
        [paused], {"log-check": date(2027, 1, 13)}, CAL,
        start=date(2027, 1, 1), until=date(2027, 3, 31), minutes={}, team={},
    )  # fmt: skip
    assert [one.due for one in found.expected] == [date(2027, 1, 13), date(2027, 3, 15)]


def test_what_lies_before_the_present_rule_is_expected_only_if_it_was_opened() -> None:
    history = History(rule_since={"log-check": date(2027, 2, 20)})
    history.latest["log-check"] = [date(2027, 2, 13)]
    found = forecast(
        [MONTHLY], {"log-check": date(2027, 1, 13)}, CAL,
        start=date(2027, 1, 1), until=date(2027, 3, 31), minutes={}, team={}, history=history,
    )  # fmt: skip
    assert [(one.key, one.opened) for one in found.expected] == [
        ("log-check/2027-02-13", True), ("log-check/2027-03-13", False),
    ]  # fmt: skip


def test_a_start_that_counts_from_activation_needs_one() -> None:
    assert anchors([MONTHLY, REVIEW], History()) == ({"log-check": date(2027, 1, 13)}, ())


@pytest.mark.parametrize("name", ["review", "all"])
def test_activation_of_the_schedule_or_of_everything_gives_the_start(name: str) -> None:
    assert anchors([REVIEW], History(activated={name: date(2027, 1, 4)}), otherwise=date(2027, 6, 1)) == (
        {"review": date(2027, 1, 18)},
        (),
    )


def test_without_activation_the_assumed_one_is_said() -> None:
    assert anchors([REVIEW], History(), otherwise=date(2027, 1, 4)) == ({"review": date(2027, 1, 18)}, ("review",))


def test_the_next_opening_of_each_schedule_is_the_first_that_is_not_open_yet() -> None:
    history = History()
    history.latest["log-check"] = [date(2027, 1, 13)]
    found = upcoming([MONTHLY], {"log-check": date(2027, 1, 13)}, CAL, history, date(2027, 1, 8))
    assert [one.key for one in found] == ["log-check/2027-02-13"]


def test_what_would_have_been_noted_counts_misses_after_the_end_by_procedure() -> None:
    def contract(key: str, due: date, procedure: str = "review") -> Contract:
        return Contract(key, "review", due, due, due, due, due, Regime.INTRODUCTION, ("p01",), procedure, "Review")

    history = History(
        contracts={
            "a": contract("a", date(2027, 1, 10)),
            "b": contract("b", date(2027, 2, 10)),
            "c": contract("c", date(2027, 2, 11)),
            "d": contract("d", date(2027, 2, 11), "backup"),
        },
        missed={"a": Outcome.INTRODUCTION, "b": Outcome.INTRODUCTION},
    )
    assert [(one.procedure, one.missed, one.of) for one in noted(history, date(2027, 1, 31))] == [("review", 1, 2)]
    assert noted(history, date(2027, 12, 31)) == ()
