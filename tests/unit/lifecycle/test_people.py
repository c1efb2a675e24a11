"""Who acts, who is told, who may decide: nobody for oneself."""

from dataclasses import replace

import pytest

from isms_bot.lifecycle.people import confirmers, deciders, hands, managers, may_decide, owners, reachable, role_of
from isms_bot.model import Completion, Decision, DecisionKind
from tests.unit.lifecycle.world import MON, REVIEW, TUE, day, someone

D = DecisionKind
JOB, NC = "review/2027-03-01/p03", "NC-001"


def decided(world, kind, by, about=JOB):
    """(counts, no second person) of a decision by somebody."""
    return may_decide(Decision("d1", kind, about, by), world.view())


def test_managers_in_order_each_once(world):
    world.roster["p05"] = someone("p05", roles=frozenset({"top-management"}))
    world.roster["p06"] = someone("p06", roles=frozenset({"deputy", "product-manager"}))
    assert managers(world.view()) == ("p01", "p02", "p06", "p05")


def test_whoever_has_left_or_is_not_in_the_roster_manages_nothing(world):
    world.people(p01={"until": day("02-28")})
    world.deputy = "p09"
    assert managers(world.view()) == ()


OWNERS = [
    ("the holders of the owner's role", "operations", ("p01",), ("p03", "p04")),
    ("never one of the job's own people", "operations", ("p03",), ("p04",)),
    ("the product manager where nobody else owns it", "operations", ("p03", "p04"), ("p01",)),
    ("the deputy for a job of the product manager", "product-manager", ("p01",), ("p02",)),
    ("nobody at all", "product-manager", ("p01", "p02"), ()),
]


@pytest.mark.parametrize(("owner", "people", "expected"), [row[1:] for row in OWNERS], ids=[row[0] for row in OWNERS])
def test_who_owns_a_job(world, owner, people, expected):
    key = world.job(None, schedule="restore", owner=owner, people=people)
    assert owners(world.history.promise(key), world.view()) == expected


CONFIRMERS = [
    ("the owner of the role first, then those who act", "operations", (), ("p03", "p04", "p01", "p02")),
    ("nobody for oneself", "operations", ("p03", "p01"), ("p04", "p02")),
    ("the deputy for a job of the product manager", "product-manager", ("p01", "p03"), ("p02",)),
    ("nobody at all", "product-manager", ("p01", "p02"), ()),
]


@pytest.mark.parametrize(
    ("owner", "besides", "expected"), [row[1:] for row in CONFIRMERS], ids=[row[0] for row in CONFIRMERS]
)
def test_who_may_let_a_signature_for_another_count(world, owner, besides, expected):
    key = world.job(None, schedule="restore", owner=owner)
    assert confirmers(world.history.promise(key), world.view(), besides) == expected


RELIEVING = (D.POSTPONE, D.SKIP, D.ACCEPT_LATE, D.KEEP_AWAY)
FOR_MANAGERS = (D.PAUSE, D.WAIVE, D.DOES_NOT_APPLY, D.ACTIVATE, D.END_INTRODUCTION, D.RETRACT, D.EVIDENCE)


@pytest.mark.parametrize("kind", [*RELIEVING, *FOR_MANAGERS])
@pytest.mark.parametrize("by", ["p01", "p02", "p05"])
def test_managers_may_decide_about_the_jobs_of_others(world, kind, by):
    world.roster["p05"] = someone("p05", roles=frozenset({"top-management"}))
    world.job()
    assert decided(world, kind, by) == (True, False)


@pytest.mark.parametrize("kind", RELIEVING)
def test_so_may_the_role_owner_for_a_single_job(world, kind):
    world.job(owner="operations")
    assert decided(world, kind, "p04") == (True, False)


@pytest.mark.parametrize("kind", FOR_MANAGERS)
def test_but_not_what_only_managers_decide(world, kind):
    world.job(owner="operations")
    assert decided(world, kind, "p04") == (False, False)


@pytest.mark.parametrize(
    "by", [None, "p09", "p03", "p04"], ids=["nobody known", "not in the roster", "the person", "a colleague"]
)
@pytest.mark.parametrize("kind", [D.POSTPONE, D.WAIVE])
def test_a_row_of_anybody_else_is_a_proposal(world, kind, by):
    world.job()
    assert decided(world, kind, by) == (False, False)


@pytest.mark.parametrize("kind", [*RELIEVING, D.WAIVE, D.RETRACT, D.PAUSE])
def test_nobody_decides_for_oneself_while_there_is_somebody_else(world, kind):
    key = world.job("p01")
    assert decided(world, kind, "p01", key) == (False, False)
    assert decided(world, kind, "p02", key) == (True, False)


def test_where_nobody_else_is_there_it_counts_and_is_marked(world):
    key = world.job("p01")
    world.deputy = None
    assert decided(world, D.WAIVE, "p01", key) == (True, True)


def test_the_owner_of_the_role_is_somebody_else(world):
    key = world.job("p01", owner="operations")
    world.deputy = None
    assert decided(world, D.POSTPONE, "p01", key) == (False, False)


def test_nobody_retracts_the_non_conformity_of_the_own_job(world):
    world.missed(world.job("p01"))
    assert decided(world, D.RETRACT, "p01", NC) == (False, False)
    assert decided(world, D.RETRACT, "p02", NC) == (True, False)


def test_a_job_that_was_handed_over_is_that_of_its_present_people(world):
    key = world.job(None, schedule="restore", people=("p03",))
    world.row("amended", key, cause="handover", due="2027-03-05", grace_end="2027-03-12", people=["p01"])
    assert may_decide(Decision("d1", D.WAIVE, key, "p01"), world.view()) == (False, False)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [(D.WAIVE, False), (D.PAUSE, False), (D.SKIP, False), (D.DOES_NOT_APPLY, False), (D.ACTIVATE, True)],
)
@pytest.mark.parametrize("about", ["review", "rules", "review/2027-06-01"])
def test_nobody_waives_a_schedule_that_is_the_own_alone(world, kind, counts, about):
    world.plan(replace(REVIEW, role="product-manager"))
    assert decided(world, kind, "p01", about) == (counts, False)
    assert decided(world, kind, "p02", about) == (True, False)


def test_what_holds_for_the_whole_team_is_nobody_s_own_matter(world):
    world.plan(REVIEW)
    assert decided(world, D.PAUSE, "p01", "review") == (True, False)


def test_the_owner_of_a_schedule_may_skip_one_of_its_occurrences(world):
    world.plan(replace(REVIEW, owner="operations"))
    assert decided(world, D.SKIP, "p03", "review/2027-06-01") == (True, False)
    assert decided(world, D.SKIP, "p03", "something-else") == (False, False)


def test_the_end_of_the_introduction_is_about_nobody(world):
    assert decided(world, D.END_INTRODUCTION, "p01", "introduction") == (True, False)


PROPOSED = [
    ("by a colleague: the product manager", D.WAIVE, "p04", {}, ("p01", "p02")),
    ("what the owner of the role may decide: that one first", D.POSTPONE, "p04", {"owner": "operations"}, ("p03", "p01", "p02")),
    ("about the own job: the deputy", D.WAIVE, "p01", {"person": "p01"}, ("p02",)),
    ("by the deputy about the own job: the product manager", D.POSTPONE, "p02", {"person": "p02"}, ("p01",)),
    ("by a colleague about the product manager's job: the deputy", D.WAIVE, "p04", {"person": "p01"}, ("p02",)),
    ("who attests the private area", D.ATTEST_PRIVATE, "p05", {}, ("p01", "p02")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "by", "given", "expected"), [row[1:] for row in PROPOSED], ids=[row[0] for row in PROPOSED]
)
def test_a_proposal_goes_to_whoever_may_decide_it_and_never_back_to_its_author(world, kind, by, given, expected):
    world.roster["p05"] = someone("p05", roles=frozenset({"top-management"}))
    key = world.job(given.get("person", "p07"), **{name: value for name, value in given.items() if name != "person"})
    found = deciders(Decision("d1", kind, key, by), world.view())
    assert [one for one in found if one != "p05"] == list(expected)


def test_if_everybody_who_may_is_concerned_it_goes_to_them_all_the_same(world):
    world.deputy = None
    key = world.job("p01")
    assert deciders(Decision("d1", D.WAIVE, key, "p04"), world.view()) == ("p01",)


@pytest.mark.parametrize(
    ("person", "role"),
    [("p01", "product-manager"), ("p02", "deputy"), ("p05", "top-management"), ("p03", "product-manager"), (None, "product-manager")],
)  # fmt: skip
def test_a_proposal_names_the_role_of_whoever_is_asked(world, person, role):
    world.roster["p05"] = someone("p05", roles=frozenset({"top-management"}))
    assert role_of(person, world.view()) == role


def test_nobody_decides_about_jobs_that_fell_to_one_for_want_of_a_holder(world):
    world.plan(replace(REVIEW, role="auditor"))
    assert decided(world, D.WAIVE, "p01", "review") == (False, False)
    assert decided(world, D.WAIVE, "p02", "review") == (True, False)


HANDS = [
    ("its people", {}, {}, ("p03",)),
    ("the stand-in of somebody without an account", {"account": None, "stand_in": "p04"}, {}, ("p04",)),
    (
        "nobody else's for a personal job",
        {"account": None, "stand_in": "p04"},
        {"completion": Completion.EACH},
        ("p03",),
    ),
    ("nobody else's for a private job", {"account": None, "stand_in": "p04"}, {"private": True}, ("p03",)),
    ("nor a stand-in's without an account", {"account": None, "stand_in": "p05"}, {}, ("p03",)),
    ("with nobody named", {"account": None}, {}, ("p03",)),
    ("a stand-in who has it already", {"account": None, "stand_in": "p04"}, {"people": ("p03", "p04")}, ("p04",)),
    ("somebody who is no longer in the roster", {}, {"people": ("p09",)}, ("p09",)),
]


@pytest.mark.parametrize(("person", "given", "expected"), [row[1:] for row in HANDS], ids=[row[0] for row in HANDS])
def test_a_job_is_in_the_hands_of(world, person, given, expected):
    world.roster["p05"] = someone("p05", account=None)
    world.people(p03=person)
    key = world.job(None, schedule="restore", **{"people": ("p03",), **given})
    assert hands(world.history.promise(key), world.view()) == expected


def test_reachable_only_if_there_is_a_way(world):
    world.at(MON)
    assert reachable(world.roster["p03"], world.view())
    assert not reachable(None, world.view(), urgent=True)
    assert not reachable(replace(world.roster["p03"], account=None), world.view(), urgent=True)
    assert not reachable(world.roster["p03"], world.at(TUE, 8).view())
    assert reachable(world.roster["p03"], world.at(TUE, 8).view(), urgent=True)
