"""Nobody has more open jobs at a time than is allowed: what is beyond waits, is late for nobody, and is never lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from isms_bot.lifecycle import Procedure, ProcedureState
from isms_bot.lifecycle.actions import Conclude, Open, Wait
from isms_bot.model import (
    Completion,
    DecisionKind,
    Duration,
    Ladder,
    Outcome,
    Regime,
    Rule,
    Signing,
    Span,
    Unit,
    Verdict,
)
from tests.unit.lifecycle.test_events import LEAVING
from tests.unit.lifecycle.world import FRI, MON, RESTORE, REVIEW, TUE, WED, day, wd

MONTH = Duration(1, Unit.MONTH)
SOLO = replace(RESTORE, role="product-manager")
"""A job of p01 alone."""


def solo(world, name, due, **given):
    """A monthly job of p01 alone that is due on a day of March."""
    return world.plan(replace(SOLO, id=name, procedure=name), anchor=due, **given)


def opened(world):
    return [one.key for one in world.of(Open)]


def waits(world):
    return {one.key: one.full for one in world.of(Wait)}


@pytest.fixture
def capped(world):
    """One open job at a time for everybody."""
    world.most_open = 1
    return world


def test_without_a_limit_everything_opens(world):
    for name, due in (("one", TUE), ("two", WED), ("three", FRI)):
        solo(world, name, due)
    assert len(opened(world)) == 3
    assert waits(world) == {}


@pytest.mark.parametrize(
    ("dues", "first"),
    [
        pytest.param({"one": WED, "two": TUE}, "two", id="the one that is due first"),
        pytest.param({"one": TUE, "two": TUE}, "one", id="of two that are due on one day always the same"),
        pytest.param({"two": TUE, "one": TUE}, "one", id="whatever the order of the schedules"),
    ],
)
def test_the_most_urgent_opens_first_and_the_others_wait(capped, dues, first):
    for name, due in dues.items():
        solo(capped, name, due)
    ((key, full),) = waits(capped).items()
    assert opened(capped) == [f"{first}/{dues[first]}"]
    assert (key.partition("/")[0], full) == (({*dues} - {first}).pop(), ("p01",))


def test_a_limit_of_several_lets_so_many_open(capped):
    capped.most_open = 2
    for name, due in (("one", TUE), ("two", WED), ("three", FRI)):
        solo(capped, name, due)
    assert opened(capped) == ["one/2027-03-02", "two/2027-03-03"]
    assert list(waits(capped)) == ["three/2027-03-05"]


def test_what_waits_opens_once_there_is_room_with_the_minimum_time_and_its_own_key(capped):
    solo(capped, "one", TUE)
    solo(capped, "two", WED)
    capped.step()
    capped.at(day("03-11"))
    assert opened(capped) == []
    capped.row("outcome", "one/2027-03-02", outcome="recorded")
    contract = capped.only(Open).contract
    assert (contract.key, contract.nominal, contract.nominal_due) == ("two/2027-03-03", WED, WED)
    assert (contract.due, contract.grace_end) == (day("03-18"), day("03-25"))


def test_a_wait_is_written_down_once(capped):
    solo(capped, "one", TUE)
    solo(capped, "two", WED)
    capped.step()
    (wait,) = capped.of(Wait)
    assert wait.known
    capped.step()
    assert list(capped.history.still_waiting()) == ["two/2027-03-03"]


def test_nothing_is_said_of_what_waits_and_nothing_comes_of_it(capped):
    """No notice, no overdue, no miss: only the other job, which is signed, is heard of."""
    solo(capped, "one", TUE)
    solo(capped, "two", WED)
    capped.step()
    capped.verdicts["one/2027-03-02"] = Verdict(Signing.NOTHING)
    for days in range(1, 9):
        about = {
            getattr(one, "key", "").partition("/")[0]
            for one in capped.at(MON + timedelta(days=days)).step()
            if not isinstance(one, Wait)
        }
        assert "two" not in about
    assert "two/2027-03-03" not in capped.history.outcomes


# --- whose room it is -------------------------------------------------------------------------------------------------------


def test_each_person_waits_alone_and_the_others_have_theirs(capped):
    capped.job("p03", schedule="other", due=day("03-12"))
    capped.plan(REVIEW, anchor=TUE)
    assert opened(capped) == [f"review/2027-03-02/p0{n}" for n in (1, 2, 4)]
    assert waits(capped) == {"review/2027-03-02/p03": ("p03",)}


ROOM = [
    ("any: one with room is enough", {"completion": Completion.ANY}, ("p03",), True),
    ("any: both are full", {"completion": Completion.ANY}, ("p03", "p04"), False),
    ("all: one is full", {"completion": Completion.ALL}, ("p03",), False),
    ("quorum of two: one is full", {"completion": Completion.QUORUM, "quorum": 2}, ("p04",), False),
    ("quorum of one: one is full", {"completion": Completion.QUORUM, "quorum": 1}, ("p04",), True),
    ("in turn: whose turn it is is full", {"rotate": True}, ("p03",), False),
    ("in turn: somebody else is full", {"rotate": True}, ("p04",), True),
]


@pytest.mark.parametrize(("given", "full", "opens"), [row[1:] for row in ROOM], ids=[row[0] for row in ROOM])
def test_as_many_as_must_sign_have_room(capped, given, full, opens):
    for person in full:
        capped.job(person, schedule="other", due=day("03-12"))
    capped.plan(replace(RESTORE, **given), anchor=TUE)
    assert opened(capped) == (["restore/2027-03-02"] if opens else [])
    assert list(waits(capped).values()) == ([] if opens else [full])


def settled(world, key, how):
    match how:
        case "missed":
            world.missed(key)
        case "signed":
            world.verdicts[key] = Verdict(Signing.SIGNED, at=world.now)
        case "over":
            world.at(day("03-22"))


@pytest.mark.parametrize("how", ["missed", "signed", "over"])
def test_what_nobody_has_to_do_any_more_makes_room(capped, how):
    key = capped.job("p01", due=TUE, grace_end=day("03-19"))
    capped.plan(SOLO, anchor=TUE)
    assert opened(capped) == []
    settled(capped, key, how)
    assert len(opened(capped)) == 1


def test_urgent_jobs_and_jobs_of_events_neither_wait_nor_count(capped):
    capped.row("activated", "", about="all", on="2027-02-01")
    capped.events = {"leaver": LEAVING}
    capped.procedures["farewell"] = Procedure("farewell", "p", "Farewell", ProcedureState.READY)
    capped.people(p02={"until": day("03-10")})
    for person in ("p03", "p04"):
        capped.job(person, schedule="other", due=day("03-12"))
    capped.plan(replace(RESTORE, id="urgent", procedure="urgent", ladder=Ladder.URGENT), anchor=TUE)
    assert sorted(opened(capped)) == ["farewell/leaver-p02", "urgent/2027-03-02"]
    capped.job(None, schedule="incident", event="fire-7", people=("p01",))
    solo(capped, "one", TUE)
    assert "one/2027-03-02" in opened(capped)


# --- what waits in vain -----------------------------------------------------------------------------------------------------


def crowded(world):
    """p01 has a job that lasts, so that the monthly one of 2 March waits."""
    world.most_open = 1
    world.job("p01", schedule="other", due=day("05-28"), grace_end=day("05-28"))
    world.plan(SOLO, anchor=TUE)
    world.step()
    assert list(world.history.still_waiting()) == ["restore/2027-03-02"]
    return world


def test_until_the_next_occurrence_comes_it_waits_and_then_it_was_asked_of_nobody(world):
    crowded(world).at(day("03-25")).step()
    assert world.history.outcomes == {}
    (ended, waiting) = [one for one in world.at(day("03-26")).step() if isinstance(one, Conclude | Wait)]
    assert ended == Conclude("restore/2027-03-02", Outcome.PAUSED, "waited", "restore", TUE)
    assert waiting.key == "restore/2027-04-02"
    world.at(day("03-30")).step()
    assert world.history.outcomes == {"restore/2027-03-02": Outcome.PAUSED}
    assert list(world.history.still_waiting()) == ["restore/2027-04-02"]


def test_the_next_one_takes_its_place_in_the_queue(world):
    """Else what comes often could wait for ever behind what comes seldom."""
    crowded(world).at(day("03-26")).step()
    solo(world, "another", day("04-01"))
    world.step()
    world.row("outcome", "other/2027-03-01/p01", outcome="recorded")
    assert opened(world.at(day("03-29"))) == ["restore/2027-04-02"]
    world.step()
    world.row("outcome", "restore/2027-04-02", outcome="recorded")
    solo(world, "third", day("04-02"))
    assert opened(world.at(day("04-01"))) == ["another/2027-04-01"], "what was opened has had its turn"


def test_what_one_person_waits_for_in_vain_ends_alone(world):
    world.most_open = 1
    world.job("p03", schedule="other", due=day("06-25"), grace_end=day("06-25"))
    world.plan(REVIEW, anchor=TUE)
    world.step()
    for person in ("p01", "p02", "p04"):
        world.row("outcome", f"review/2027-03-02/{person}", outcome="recorded")
    actions = world.at(day("05-19")).step()
    ended = [one for one in actions if isinstance(one, Conclude)]
    assert ended == [Conclude("review/2027-03-02/p03", Outcome.PAUSED, "waited", "review", TUE)]
    assert Counter(type(one) for one in actions if isinstance(one, Open | Wait)) == {Open: 3, Wait: 1}
    assert [one for one in world.step() if isinstance(one, Conclude)] == []


def test_what_all_have_waited_for_in_vain_has_one_outcome(world):
    world.most_open = 1
    for person in ("p01", "p02", "p03", "p04"):
        world.job(person, schedule="other", due=day("06-25"), grace_end=day("06-25"))
    world.plan(REVIEW, anchor=TUE)
    world.step()
    for _ in range(2):
        world.at(day("05-19")).step()
    assert world.history.outcomes == {"review/2027-03-02": Outcome.PAUSED}
    assert {one.nominal for one in world.history.still_waiting().values()} == {day("06-02")}


def test_another_schedule_s_wait_is_nobody_else_s(world):
    crowded(world)
    world.plan(replace(REVIEW, rule=Rule(every=MONTH), lead=wd(5)), anchor=TUE)
    world.at(day("03-26"))
    assert {one.key for one in world.of(Conclude)} == {"restore/2027-03-02", "review/2027-03-02"}
    assert {one.why for one in world.of(Conclude)} == {"waited", "overtaken"}


def test_a_decision_ends_a_wait(world):
    crowded(world).decided(DecisionKind.SKIP, "restore/2027-03-02")
    assert world.only(Conclude).outcome is Outcome.CANCELLED
    world.step()
    assert world.history.still_waiting() == {}


def test_the_wait_does_not_lead_out_of_the_introduction(world):
    """What would have been due in the introduction is discussed, however long it had to wait."""
    crowded(world)
    world.row("introduction", "", last_day="2027-03-05")
    world.row("announced", "", decided="2027-03-05", last_day="2027-03-05")
    world.row("outcome", "other/2027-03-01/p01", outcome="recorded")
    contract = world.at(day("03-10")).only(Open).contract
    assert (contract.due, contract.regime) == (day("03-17"), Regime.INTRODUCTION)


def test_whoever_is_away_is_given_time_after_the_return_as_ever(world):
    crowded(world).people(p01={"away": (Span(day("03-08"), day("03-19")),)})
    world.row("outcome", "other/2027-03-01/p01", outcome="recorded")
    assert world.at(day("03-10")).only(Open).contract.due == day("03-29")
