"""What is in force, from when its dates count, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from isms_bot.lifecycle.actions import Monday, Open
from isms_bot.lifecycle.activation import (
    about_since,
    anchor,
    begins,
    coming,
    floors,
    in_order,
    item_since,
    proposal,
    since,
)
from isms_bot.model import Duration, Outcome, RelativeStart, Rule, Unit
from tests.unit.lifecycle.world import MON, RESTORE, REVIEW, TUE, day, wd

QUARTER = Duration(3, Unit.MONTH)
FIFTH = replace(REVIEW, rule=Rule(every=QUARTER, start=RelativeStart(5)))
DATED = replace(REVIEW, rule=Rule(every=QUARTER, start=day("01-31")))
ALONE = replace(DATED, policy="")
PLAIN = replace(REVIEW, rule=Rule(every=QUARTER))
JAN = date(2027, 1, 4)
"""A Monday."""


def weeks(count):
    return timedelta(weeks=count)


ANCHORS = [
    ("nothing in force: no date", FIFTH, {}, {}, None),
    ("everything at once: weeks from that day", FIFTH, {"all": JAN}, {}, JAN + weeks(5)),
    ("the first item: weeks from its own day", FIFTH, {"rules": JAN}, {"review": JAN + weeks(2)}, JAN + weeks(5)),
    ("a later item: weeks from the first", FIFTH, {"backups": JAN, "rules": JAN + weeks(2)}, {"review": JAN + weeks(4)}, JAN + weeks(5)),
    ("a late item: its lead after its own day", FIFTH, {"backups": JAN, "rules": JAN + weeks(9)}, {"review": JAN + weeks(11)}, JAN + weeks(11)),
    ("a schedule by itself: the same", FIFTH, {"backups": JAN, "review": JAN + weeks(9)}, {"review": JAN + weeks(11)}, JAN + weeks(11)),
    ("a schedule under a former name: the same", replace(FIFTH, was=("old",)), {"backups": JAN, "old": JAN + weeks(9)}, {"old": JAN + weeks(11)}, JAN + weeks(11)),
    ("a schedule that came to an item later: not before the item", FIFTH, {"backups": JAN, "rules": JAN + weeks(9)}, {}, JAN + weeks(9)),
    ("all the rest after some items: weeks from that day", FIFTH, {"backups": JAN, "all": JAN + weeks(9)}, {}, JAN + weeks(14)),
    ("an item before all the rest keeps its dates", FIFTH, {"rules": JAN, "all": JAN + weeks(9)}, {}, JAN + weeks(5)),
    ("all before a decision about an item: nothing moves", FIFTH, {"all": JAN, "rules": JAN + weeks(9)}, {"review": JAN + weeks(11)}, JAN + weeks(5)),
    ("an item and all the rest on one day: the item keeps its dates", FIFTH, {"backups": JAN - weeks(9), "rules": JAN, "all": JAN}, {"review": JAN + weeks(2)}, JAN + weeks(2)),
    ("a date of an item that is not in force: none", DATED, {"backups": JAN}, {}, None),
    ("a date of an item that is: itself", DATED, {"rules": JAN}, {"review": JAN + weeks(2)}, day("01-31")),
    ("a date of no item: needs no decision", ALONE, {}, {}, day("01-31")),
    ("no start: the day itself", PLAIN, {"backups": JAN, "rules": JAN + weeks(9)}, {"review": JAN + weeks(11)}, JAN + weeks(9)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "activated", "settled", "expected"), [row[1:] for row in ANCHORS], ids=[row[0] for row in ANCHORS]
)
def test_from_when_the_dates_of_a_schedule_count(schedule, activated, settled, expected):
    assert anchor(schedule, activated, settled) == expected


def test_what_is_in_force_stays_so_from_its_first_day():
    assert since(REVIEW, {}) is None
    assert since(REVIEW, {"backups": JAN}) is None
    assert since(REVIEW, {"rules": JAN + weeks(1), "all": JAN + weeks(2)}) == JAN + weeks(1)


@pytest.mark.parametrize(
    ("about", "activated", "expected"),
    [
        pytest.param("rules", {"review": MON}, None, id="an item of which a schedule is in force"),
        pytest.param("rules", {"rules": MON}, MON, id="an item"),
        pytest.param("review", {"rules": MON, "review": TUE}, MON, id="a schedule, with its item"),
        pytest.param("review", {"all": MON}, MON, id="a schedule, with everything"),
        pytest.param("all", {"rules": MON}, None, id="everything is more than an item"),
    ],
)
def test_what_a_decision_is_about_may_hold_already(about, activated, expected):
    assert about_since(about, [RESTORE, REVIEW], activated) == expected


@pytest.mark.parametrize(
    ("activated", "expected"),
    [
        pytest.param({}, None, id="nothing is decided"),
        pytest.param({"rules": TUE, "all": MON}, MON, id="everything, or itself, whichever was first"),
        pytest.param({"review": MON}, None, id="one of its two schedules"),
        pytest.param({"review": MON, "second": TUE}, TUE, id="all of its schedules, one by one"),
    ],
)
def test_an_item_is_in_force_with_all_its_schedules(activated, expected):
    schedules = [REVIEW, replace(REVIEW, id="second"), RESTORE]
    assert item_since("rules", schedules, activated) == expected


def test_an_item_without_schedules_is_in_force_once_that_is_decided():
    assert item_since("words", [REVIEW], {"review": MON}) is None
    assert item_since("words", [REVIEW], {"words": MON}) == MON


def test_the_floor_is_the_lead_counted_without_holidays():
    hours = replace(REVIEW, id="at-once", lead=Duration(72, Unit.HOUR))
    second = replace(REVIEW, id="second", lead=wd(20))
    schedules = [REVIEW, second, hours, RESTORE]
    assert floors("rules", MON, schedules) == {"review": day("03-15"), "second": day("03-29"), "at-once": MON}
    assert floors("restore", MON, schedules) == {"restore": day("03-08")}
    assert floors("all", MON, schedules) == {}


@pytest.mark.parametrize(
    ("wanted", "activated", "expected"),
    [
        pytest.param(None, {}, MON, id="no day said: today"),
        pytest.param(JAN, {}, JAN, id="the first may have begun before"),
        pytest.param(JAN, {"backups": JAN}, MON, id="later ones begin today at the earliest"),
        pytest.param(JAN, {"backups": TUE}, JAN, id="what begins tomorrow has moved nobody yet"),
        pytest.param(TUE, {"backups": JAN}, TUE, id="a day to come stays"),
    ],
)
def test_nothing_begins_in_the_past_once_something_is_in_force(wanted, activated, expected):
    assert begins(wanted, MON, activated) == expected


def test_items_come_in_the_order_of_the_pack_then_those_of_own_schedules():
    own = [replace(REVIEW, policy="words"), REVIEW, replace(REVIEW, policy="")]
    assert in_order(("backups", "rules", "awareness"), own, {"awareness"}) == ("backups", "rules", "words")


def test_the_next_item_is_the_first_about_which_nothing_is_decided():
    order = ("backups", "rules")
    assert coming(order, [REVIEW, RESTORE], {}) == "backups"
    assert coming(order, [REVIEW, RESTORE], {"backups": day("12-31")}) == "rules"
    assert coming(order, [REVIEW, RESTORE], {"all": MON}) == ""


# --- jobs -------------------------------------------------------------------------------------------------------------------


def test_a_rule_with_a_date_promises_nothing_for_the_time_before_its_item_was_in_force(world):
    """The quarter before is neither opened belatedly nor concluded."""
    world.row("activated", "", about="rules", on="2027-03-01")
    world.plan(DATED, anchor=day("01-31"))
    assert world.of(Open) == []
    assert {one.contract.nominal for one in world.at(day("04-20")).of(Open)} == {day("04-30")}


# --- the proposal -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def begun(ruled):
    """The first of three items is in force since 1 March; its restore test of the 15th is done."""
    ruled.rollout = ("backups", "words", "rules")
    ruled.row("activated", "", about="backups", on="2027-03-01")
    key = ruled.job(None, schedule="restore", nominal=day("03-15"), due=day("03-15"))
    ruled.row("outcome", key, outcome="recorded")
    return ruled.at(day("03-22"))


def again(world, nominal, outcome="recorded", **given):
    key = world.job(None, schedule="restore", nominal=day(nominal), due=day(nominal), **given)
    if outcome:
        world.row("outcome", key, outcome=outcome)
    return key


CASES = [
    ("done once", lambda world: None, "words"),
    ("nothing in force", lambda world: world.history.activated.clear(), ""),
    ("everything in force", lambda world: world.row("activated", "", about="all", on="2027-03-01"), ""),
    ("the newest begins tomorrow", lambda world: world.row("activated", "", about="words", on="2027-03-23"), ""),
    ("the newest has no schedule and is young", lambda world: world.row("activated", "", about="words", on="2027-03-22"), ""),
    ("two cycles are wanted", lambda world: setattr(world, "clean_cycles", 2), ""),
    ("a schedule of it does not apply", lambda world: setattr(world, "stopped", frozenset({"restore"})), ""),
]  # fmt: skip


@pytest.mark.parametrize(("change", "item"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_the_next_item_is_proposed_once_the_one_before_has_settled(begun, change, item):
    change(begun)
    assert proposal(begun.view()) == item


@pytest.mark.parametrize(
    ("outcome", "missed"),
    [(None, False), (Outcome.PAUSED, False), (Outcome.RECORDED_LATE, True)],
    ids=["still open", "asked of nobody", "signed after a miss"],
)
def test_a_cycle_is_clean_if_it_was_done_and_nothing_missed(begun, outcome, missed):
    begun.history.outcomes.clear()
    key = "restore/2027-03-15"
    if missed:
        begun.missed(key)
    if outcome:
        begun.row("outcome", key, outcome=outcome.value)
    assert proposal(begun.view()) == ""
    again(begun, "04-15")
    assert proposal(begun.view()) == "words"


def test_what_lies_far_ahead_is_not_waited_for_longer_than_four_weeks(begun):
    begun.plan(replace(RESTORE, id="exercise", procedure="exercise"), anchor=None)
    assert proposal(begun.view()) == ""
    assert proposal(begun.at(day("03-28")).view()) == ""
    assert proposal(begun.at(day("03-29")).view()) == "words"


def test_an_item_without_schedules_settles_within_four_weeks(begun):
    begun.row("activated", "", about="words", on="2027-03-22")
    assert proposal(begun.at(day("04-18")).view()) == ""
    assert proposal(begun.at(day("04-19")).view()) == "rules"


def test_the_monday_page_proposes_and_nothing_comes_into_force(begun):
    begun.mondays = True
    found = begun.only(Monday)
    assert (found.proposal, found.count, found.silent) == ("words", 1, False)
    begun.step()
    assert begun.history.activated == {"backups": MON}
