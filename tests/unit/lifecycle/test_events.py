"""Events that the roster tells: somebody leaves or joins, and one job for it opens in time. Neither key nor title names anybody."""

from dataclasses import replace

import pytest

from isms_bot.lifecycle import Procedure, ProcedureState
from isms_bot.lifecycle.actions import Open
from isms_bot.model import Completion, Duration, Outcome, Rule, Schedule, Span, Unit
from tests.unit.lifecycle.world import FRI, MON, day, wd

LEAVING = Schedule(
    "farewell", "page-farewell", Rule(every=Duration(1, Unit.YEAR)), "operations",
    completion=Completion.ANY, lead=wd(10), grace=wd(1),
)  # fmt: skip
LAST = day("03-19")
"""A Friday; ten working days before it is Friday, 5 March."""


@pytest.fixture
def told(ruled):
    """A pack with a procedure for leavers, in force."""
    ruled.row("activated", "", about="all", on="2027-02-01")
    ruled.events = {"leaver": LEAVING}
    ruled.procedures["farewell"] = Procedure("farewell", "page-farewell", "Somebody leaves", ProcedureState.READY)
    return ruled


def opened(world):
    """(key, people, due) of the jobs that open."""
    return [(one.key, one.contract.people, one.contract.due) for one in world.of(Open)]


@pytest.mark.parametrize(
    ("today", "due"),
    [
        ("03-04", None),
        ("03-05", LAST),
        ("03-12", LAST),
        ("03-16", day("03-23")),
        ("04-02", day("04-09")),
        ("04-05", None),
    ],
    ids=["eleven working days before", "ten", "seven", "known late: the minimum time", "ten after", "too late"],
)
def test_the_job_opens_ten_working_days_before_the_last_day(told, today, due):
    told.people(p02={"until": LAST}).at(day(today))
    assert opened(told) == ([("farewell/leaver-p02", ("p03", "p04"), due)] if due else [])


def test_what_it_promises_names_nobody(told):
    contract = told.people(p02={"until": LAST}).at(FRI).only(Open).contract
    assert (contract.schedule, contract.nominal, contract.title) == ("farewell", FRI, "Somebody leaves")
    assert (contract.nominal_due, contract.grace_end) == (LAST, day("03-22"))
    assert told.only(Open).person is None


def test_each_leaver_has_one_job_once(told):
    told.people(p01={"until": LAST}, p02={"until": LAST}).at(FRI).step()
    assert sorted(told.history.contracts) == ["farewell/leaver-p01", "farewell/leaver-p02"]
    assert opened(told) == []
    told.row("outcome", "farewell/leaver-p01", outcome=Outcome.WAIVED.value)
    assert opened(told.at(day("03-09"))) == []


def test_nobody_gets_the_job_about_the_own_leaving(told):
    told.people(p03={"until": LAST}).at(FRI)
    assert opened(told) == [("farewell/leaver-p03", ("p04",), LAST)]
    told.people(p04={"until": LAST})
    assert [people for _, people, _ in opened(told)] == [("p04",), ("p03",)]


def test_a_role_without_another_holder_falls_to_a_manager_who_is_not_leaving(told):
    told.people(p03={"roles": frozenset()}, p04={"roles": frozenset()}, p01={"until": LAST}).at(FRI)
    assert opened(told) == [("farewell/leaver-p01", ("p02",), LAST)]
    told.deputy = None
    assert opened(told) == []


def test_a_joiner_has_a_job_before_the_first_day(told):
    told.events = {"joiner": replace(LEAVING, id="welcome")}
    told.procedures["welcome"] = replace(told.procedures["farewell"], id="welcome")
    told.people(p02={"since": LAST, "until": day("12-31")}).at(FRI)
    assert opened(told) == [("welcome/joiner-p02", ("p03", "p04"), LAST)]


NOT = [
    ("nothing is in force yet", lambda world: world.history.activated.clear()),
    ("its policy item does not apply", lambda world: setattr(world, "stopped", frozenset({"farewell"}))),
    ("the procedure is being rewritten", lambda world: world.procedure("farewell", ProcedureState.REWRITING)),
    ("the procedure is not there", lambda world: world.procedures.pop("farewell")),
    ("the pack knows of no such event", lambda world: world.events.clear()),
    ("the clocks are apart", lambda world: setattr(world, "trusted", False)),
    ("nobody leaves", lambda world: world.people(p02={"until": None})),
]


@pytest.mark.parametrize("change", [row[1] for row in NOT], ids=[row[0] for row in NOT])
def test_no_job_opens_if(told, change):
    told.people(p02={"until": LAST}).at(FRI)
    change(told)
    assert opened(told) == []


def test_somebody_away_is_not_reached_before_the_return(told):
    away = {"away": (Span(MON, day("03-17")),)}
    told.people(p02={"until": LAST}, p03=away, p04=away).at(FRI)
    assert opened(told) == [("farewell/leaver-p02", ("p03", "p04"), day("03-25"))]
