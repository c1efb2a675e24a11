"""Who may open what is private, and when anything may be put there: by roster, roles and jobs, and by what people attest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from isms_bot.lifecycle import PrivateArea, PrivatePage
from isms_bot.lifecycle.actions import Admit, Find, Open
from isms_bot.lifecycle.people import may_decide
from isms_bot.lifecycle.privacy import all_inside, audience, circle, usable
from isms_bot.model import Completion, Decision, DecisionKind
from tests.unit.lifecycle.world import FRI, MON, RESTORE, World, someone

CLOSED = PrivateArea(wanted=True, there=True, roles=frozenset({"operations"}))
"""A place that people close."""
RESTRICTED = replace(CLOSED, restricts=True)
"""Where single pages are restricted."""
EVERYBODY = ["p01", "p02", "p03", "p04"]


def attest(world: World, on: Any = MON, inside: list[str] | None = None, by_role: list[str] | None = None) -> None:
    """Somebody attested on a day who can open the place."""
    held = EVERYBODY if inside is None else inside
    world.row("attested", "", on=on.isoformat(), inside=held, by_role=held if by_role is None else by_role)


def private_findings(world: World) -> list[str]:
    return [one.key for one in world.of(Find) if one.kind.startswith("private-")]


# --- the audience ---


def test_product_manager_deputy_the_roles_named_and_those_whose_job_it_is(world):
    world.roster["p05"] = someone("p05")
    view = world.view()
    assert audience((), (), view) == ("p01", "p02")
    assert audience(("operations",), (), view) == ("p01", "p02", "p03", "p04")
    assert audience((), ("p05",), view) == ("p01", "p02", "p05")


def test_whoever_is_not_in_the_team_today_is_not_in_the_audience(world):
    world.people(p03={"until": MON - timedelta(days=1)}, p04={"since": MON + timedelta(days=1)})
    assert audience(("operations",), ("p03", "p99"), world.view()) == ("p01", "p02")


def test_the_role_of_a_manager_counts_as_the_name_in_the_configuration_does(world):
    world.product_manager = world.deputy = None
    world.people(p04={"roles": frozenset({"deputy"})})
    assert audience((), (), world.view()) == ("p01", "p04")


def test_inside_are_the_holders_of_roles_and_whose_private_jobs_are_open(world):
    world.roster["p05"] = someone("p05")
    world.area = CLOSED
    world.job("p05", private=True)
    world.job("p05", schedule="restore", private=False)
    assert circle(world.view()) == tuple(EVERYBODY)
    assert all_inside(world.view()) == (*EVERYBODY, "p05")


# --- who is let in ---


PAGE = PrivatePage("page-7", "pack/incident", frozenset({"operations"}))
ACCOUNTS = frozenset(f"u-{name}" for name in EVERYBODY)


def test_a_page_is_opened_to_its_audience_once_until_that_changes(world):
    world.area = replace(RESTRICTED, pages=(PAGE,))
    assert world.of(Admit) == [Admit("pack/incident", "page-7", tuple(EVERYBODY))]
    world.area = replace(world.area, admitted={"page-7": ACCOUNTS})
    assert world.of(Admit) == []
    world.people(p04={"roles": frozenset({"team-member"})})
    assert world.of(Admit) == [Admit("pack/incident", "page-7", ("p01", "p02", "p03"))]


def test_whoever_has_no_account_cannot_be_let_in_and_is_waited_for(world):
    world.people(p04={"account": None})
    world.area = replace(RESTRICTED, pages=(PAGE,), admitted={"page-7": ACCOUNTS - {"u-p04"}})
    assert world.of(Admit) == []


def test_where_people_close_a_place_nobody_is_let_in_by_the_bot(world):
    attest(world)
    world.area = replace(CLOSED, pages=(PAGE,))
    assert world.of(Admit) == []


# --- whether there is a place ---


AREAS = [
    ("nothing private in the pack", PrivateArea(), []),
    ("a wiki that restricts no pages today", PrivateArea(wanted=True, restricts=True), ["private-area-unrestricted/private"]),
    ("no page named", PrivateArea(wanted=True), ["private-area-unnamed/private"]),
    ("nobody attested it", CLOSED, ["private-area-attest/private"]),
    ("pages restricted one by one", RESTRICTED, []),
    ("pages outside of it", replace(RESTRICTED, exposed=("pack/incident",)), ["private-page-exposed/private"]),
    ("pages of the pack that are not there yet", replace(RESTRICTED, missing=3), ["private-pages-missing/private"]),
]  # fmt: skip


@pytest.mark.parametrize(("area", "expected"), [row[1:] for row in AREAS], ids=[row[0] for row in AREAS])
def test_what_is_missing_for_a_private_area_is_told_to_the_product_manager(world, area, expected):
    world.area = area
    assert private_findings(world) == expected
    assert all(one.to == ("p01",) for one in world.of(Find))
    assert usable(world.view()) is (area.there and area.restricts)


# --- what people attest ---


def test_once_somebody_has_attested_it_the_area_is_used(world):
    world.area = replace(CLOSED, missing=2)
    attest(world)
    assert usable(world.view())
    assert private_findings(world) == ["private-pages-missing/private"]


@pytest.mark.parametrize(
    ("days", "counts", "finding"),
    [
        (335, True, []),
        (336, True, ["private-area-attest-soon/private"]),
        (365, True, ["private-area-attest-soon/private"]),
        (366, False, ["private-area-attest/private"]),
    ],
)
def test_it_counts_for_a_year_and_is_asked_for_a_month_before(world, days, counts, finding):
    world.area = CLOSED
    attest(world, MON - timedelta(days=days))
    assert usable(world.view()) is counts
    assert private_findings(world) == finding


def test_it_counts_no_longer_once_somebody_who_can_open_it_has_lost_the_role_or_left(world):
    world.area = CLOSED
    attest(world)
    world.people(p04={"roles": frozenset({"team-member"})})
    assert not usable(world.view())
    world.people(p04={"roles": frozenset({"operations"}), "until": MON - timedelta(days=1)})
    assert not usable(world.view())
    del world.roster["p04"]
    assert not usable(world.view())


def test_whoever_was_inside_for_a_job_alone_may_have_finished_it(world):
    world.roster["p05"] = someone("p05")
    world.area = CLOSED
    attest(world, inside=[*EVERYBODY, "p05"], by_role=EVERYBODY)
    assert usable(world.view())
    assert private_findings(world) == []
    world.people(p05={"until": MON - timedelta(days=1)})
    assert not usable(world.view())


def test_whoever_must_be_able_to_open_it_now_is_named_and_it_stays_in_use(world):
    world.area = CLOSED
    attest(world, inside=["p01", "p02", "p03"])
    assert usable(world.view())
    (finding,) = [one for one in world.of(Find) if one.kind == "private-area-newcomer"]
    assert dict(finding.values) == {"people": "P04"}


@pytest.mark.parametrize(
    ("by", "expected"), [("p01", True), ("p02", True), ("p03", False), ("p04", False), (None, False)]
)
def test_product_manager_and_deputy_attest_and_nobody_else(world, by, expected):
    world.people(p04={"roles": frozenset({"top-management"})})
    decision = Decision("d1", DecisionKind.ATTEST_PRIVATE, "private area", by)
    assert may_decide(decision, world.view()) == (expected, False)


def test_a_holder_of_the_role_attests_as_well(world):
    world.people(p04={"roles": frozenset({"deputy"})})
    assert may_decide(Decision("d1", DecisionKind.ATTEST_PRIVATE, "x", "p04"), world.view()) == (True, False)


# --- jobs ---


def test_a_job_of_a_private_procedure_is_private_from_its_contract_on(world):
    world.plan(RESTORE, completion=Completion.ANY)
    world.procedures["restore"] = replace(world.procedures["restore"], private=True)
    world.at(FRI)
    assert [action.contract.private for action in world.of(Open)] == [True]
    world.step()
    assert [contract.private for contract in world.history.contracts.values()] == [True]
