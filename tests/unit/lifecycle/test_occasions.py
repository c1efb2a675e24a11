"""Jobs that a row of *Decisions* asks for: who may ask, what is promised, and that each is opened once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from isms_bot.lifecycle import Procedure, ProcedureState
from isms_bot.lifecycle.actions import Find, Open
from isms_bot.lifecycle.occasions import row_of, time_is_over
from isms_bot.lifecycle.people import deciders, may_decide
from isms_bot.model import Completion, Decision, DecisionKind, Duration, Ladder, Regime, Rule, Schedule, Unit
from tests.unit.lifecycle.world import MON, RESTORE, REVIEW, TUE, day, wd

ASKED = datetime(2027, 3, 1, 9, 12, 30, tzinfo=UTC)
LOST = Schedule(
    "device", "page-device", Rule(every=Duration(1, Unit.YEAR)), "operations",
    completion=Completion.ANY, lead=wd(2), grace=wd(1), policy="workplace", owner="product-manager",
)  # fmt: skip
KEY = "device/2027-03-01-row7a"


@pytest.fixture
def event(ruled):
    """A procedure without a schedule, of which somebody asks for a job."""
    ruled.occasions = {"device": LOST}
    ruled.procedures["device"] = Procedure("device", "page-device", "New or lost device", ProcedureState.READY)
    return ruled


def ask(world, about="device", *, by="p04", row="row-7a", **given):
    world.decided(DecisionKind.START, about, by=by, row=row, **{"made_at": ASKED, **given})
    return world


def opened(world):
    return [(one.key, one.contract.people, one.contract.due) for one in world.of(Open)]


def test_a_row_opens_one_job_for_those_who_hold_the_role(event):
    assert opened(ask(event)) == [(KEY, ("p03", "p04"), day("03-03"))]
    event.step()
    assert opened(event) == []
    assert sorted(event.history.contracts) == [KEY]
    contract = event.history.contracts[KEY]
    assert (contract.schedule, contract.nominal, contract.opened) == ("device", MON, MON)
    assert (contract.nominal_due, contract.grace_end, contract.regime) == (
        day("03-03"),
        day("03-04"),
        Regime.INTRODUCTION,
    )
    assert (contract.title, contract.owner, contract.policy) == ("New or lost device", "product-manager", "workplace")


def test_after_the_introduction_it_is_recorded(event):
    event.row("introduction", "", last_day="2027-02-26")
    event.row("announced", "", decided="2027-02-26", last_day="2027-02-26")
    assert ask(event).only(Open).contract.regime is Regime.RECORDING


def test_a_second_row_of_the_same_day_opens_a_second_job(event):
    ask(ask(event), row="row-8b")
    assert [key for key, _, _ in opened(event)] == [KEY, "device/2027-03-01-row8b"]


def found(world):
    """(kind, who is told) of the findings about what was asked for."""
    return [(one.kind, one.to) for one in world.of(Find) if one.kind.startswith(("start", "procedure"))]


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({}, day("03-03")),
        ({"start": day("02-26")}, day("03-02")),
        ({"start": day("03-05")}, day("03-03")),
        ({"until": day("03-10")}, day("03-10")),
        ({"start": day("02-26"), "until": day("03-10")}, day("03-10")),
    ],
    ids=["from the row on", "from an earlier day on", "not from a day to come", "until a day", "until wins"],
)
def test_the_time_begins_with_the_row_or_on_the_day_that_it_names(event, given, due):
    assert [one for _, _, one in opened(ask(event, **given))] == [due]


@pytest.mark.parametrize(
    ("start", "due_at"),
    [
        (None, datetime(2027, 3, 4, 9, 13, tzinfo=UTC)),
        (day("02-28"), datetime(2027, 3, 3, 0, 0, tzinfo=UTC)),
    ],
)
def test_time_in_hours_runs_to_the_minute_and_is_urgent(event, start, due_at):
    event.occasions = {"device": replace(LOST, lead=Duration(72, Unit.HOUR))}
    contract = ask(event, start=start).only(Open).contract
    assert contract.due_at == due_at
    assert (contract.ladder, contract.opened_at) == (Ladder.URGENT, event.now)
    assert contract.due == contract.grace_end == due_at.date()


@pytest.mark.parametrize("given", [{"start": day("02-22")}, {"until": day("02-26")}])
def test_what_nobody_could_do_in_time_is_not_opened_but_told_to_whoever_asked(event, given):
    ask(event, **given)
    assert opened(event) == []
    assert found(event) == [("start-too-late", ("p04",))]


def test_hours_that_are_over_are_told_as_well(event):
    event.occasions = {"device": replace(LOST, lead=Duration(24, Unit.HOUR))}
    ask(event, start=day("02-26"))
    assert opened(event) == []
    assert found(event) == [("start-too-late", ("p04",))]


def test_a_job_that_was_opened_in_time_is_no_finding_later(event):
    ask(event).step()
    event.verdicts.clear()
    event.at(day("03-05"))
    assert found(event) == []


def test_after_ten_working_days_a_row_opens_nothing_any_more(event):
    event.trusted = False
    ask(event, until=day("04-30"))
    assert opened(event) == []
    event.trusted = True
    assert len(opened(event.at(day("03-15")))) == 1
    assert opened(event.at(day("03-16"))) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ProcedureState.WAITING, []),
        (ProcedureState.HELD, [("procedure-private-held", ("p04",))]),
        (ProcedureState.EMPTY, [("procedure-empty", ("p04",))]),
    ],
)
def test_a_procedure_that_cannot_be_used_is_waited_for(event, state, expected):
    event.procedures["device"] = replace(event.procedures["device"], state=state)
    ask(event)
    assert opened(event) == []
    assert found(event) == expected
    event.procedures["device"] = replace(event.procedures["device"], state=ProcedureState.READY)
    assert len(opened(event)) == 1


def test_a_procedure_that_is_gone_opens_nothing(event):
    ask(event)
    event.occasions = {}
    assert opened(event) == []
    event.occasions = {"device": LOST}
    del event.procedures["device"]
    assert opened(event) == []


def test_a_role_that_nobody_holds_falls_to_the_product_manager(event):
    event.people(p03={"roles": frozenset()}, p04={"until": day("02-26")})
    assert [people for _, people, _ in opened(ask(event, by=None))] == [("p01",)]
    assert found(event) == []
    event.roster.clear()
    assert opened(event) == []


def test_whoever_joins_or_leaves_after_the_row_is_not_among_them(world):
    world.plan(replace(REVIEW, lead=wd(5)), anchor=day("06-01"))
    ask(world, "review", by="p01")
    assert [key for key, _, _ in opened(world)] == [f"review/2027-03-01-row7a/p0{n}" for n in (1, 2, 3, 4)]
    world.people(p03={"until": day("03-01")}, p04={"since": day("03-02")}).at(TUE)
    assert [key for key, _, _ in opened(world)] == [f"review/2027-03-01-row7a/p0{n}" for n in (1, 2)]


def test_a_promise_of_the_calendar_is_brought_forward_by_those_who_look_after_it(world):
    world.plan(replace(RESTORE, owner="operations"), anchor=day("06-01"))
    view = world.view()
    row = Decision("row-7a", DecisionKind.START, "restore", "p03", made_at=ASKED)
    assert [may_decide(replace(row, by=one), view)[0] for one in ("p01", "p02", "p03", None)] == [
        True,
        True,
        True,
        False,
    ]
    world.plan(replace(RESTORE, owner="product-manager"), anchor=day("06-01"))
    assert not may_decide(row, world.view())[0]


def test_everybody_may_say_that_something_happened(event):
    row = Decision("row-7a", DecisionKind.START, "device", "p04", made_at=ASKED)
    assert may_decide(row, event.view()) == (True, False)
    assert may_decide(replace(row, by="p01"), event.view()) == (True, False)
    assert not may_decide(replace(row, by=None), event.view())[0]
    assert deciders(replace(row, by=None), event.view())[:2] == ("p01", "p02")


def test_a_job_knows_the_row_that_asked_for_it(event):
    ask(ask(event), row="row-8b").step()
    view = event.view()
    assert row_of(event.history.contracts[KEY], view) == event.history.decisions["row-7a"]
    assert row_of(replace(event.history.contracts[KEY], key="device/incident-7"), view) is None
    assert row_of(replace(event.history.contracts[KEY], schedule="restore"), view) is None


def test_time_is_over_at_the_end_of_the_due_day(event):
    contract = ask(event).only(Open).contract
    assert not time_is_over(replace(contract, due=MON), event.view())
    assert time_is_over(replace(contract, due=MON - timedelta(days=1)), event.view())
