"""The roster that the iso27001 pack proposes below 25 people works: every role is held, and nobody looks at own work."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from isms_bot.lifecycle.people import owners
from isms_bot.model import Completion, Contract, Person, Regime, Schedule
from isms_bot.packs import load_pack
from tests.unit.lifecycle.world import World, someone
from tests.unit.pages.reading import tables

PACK = load_pack("iso27001")
MERGED, ROSTER = tables(PACK.page("small-company"))
ALONE = {"internal-auditor", "data-protection-officer"}
"""Roles that lose their worth when they are merged with others."""


def _people() -> dict[str, Person]:
    people = {}
    for number, row in enumerate(ROSTER, 1):
        roles = frozenset({"team-member", *row["Roles besides team-member"].split(", ")})
        people[f"p{number:02}"] = someone(f"p{number:02}", roles=roles)
    return people


PEOPLE = _people()


def _holders(role: str) -> tuple[str, ...]:
    return tuple(name for name, person in PEOPLE.items() if role in person.roles)


def _second(rule: Schedule, people: tuple[str, ...]) -> tuple[str, ...]:
    """Who owns a job of these people, by the rule that the bot goes by."""
    day = date(2027, 3, 1)
    contract = Contract(
        f"{rule.id}/2027-03-01", rule.id, day, day, day, day, day, Regime.RECORDING, people, rule.procedure, "A job",
        rule.completion, rule.quorum, rule.level, rule.ladder, rule.role, rule.owner,
    )  # fmt: skip
    (manager,), (deputy,) = _holders("product-manager"), _holders("deputy")
    return owners(contract, replace(World(roster=PEOPLE), product_manager=manager, deputy=deputy).view())


def test_every_role_of_the_pack_has_a_holder() -> None:
    assert {role for person in PEOPLE.values() for role in person.roles} == set(PACK.roles)
    assert len(_holders("key-custodian")) >= 2, "two custodians sign the inventory"


def test_auditor_and_data_protection_officer_hold_nothing_else() -> None:
    for role in ALONE:
        (name,) = _holders(role)
        assert PEOPLE[name].roles == {"team-member", role}


@pytest.mark.parametrize("rule", PACK.schedules, ids=lambda rule: rule.id)
def test_somebody_else_looks_at_every_job(rule: Schedule) -> None:
    holders = _holders(rule.role)
    one_each = rule.completion is Completion.EACH or rule.rotate
    for people in [(name,) for name in holders] if one_each else [holders]:
        second = _second(rule, people)
        assert second, "no second person"
        assert not set(second) & set(people)


def test_the_second_person_of_a_merger_is_the_one_that_the_page_names() -> None:
    """The bot passes the look on by itself: product manager, then deputy, then top management."""
    named = {row["Merged"]: row["Then the second person is"] for row in MERGED}
    assert named["security officer and IT administrator"] == "product manager"
    (both,) = _holders("it-administrator")
    assert "security-officer" in PEOPLE[both].roles
    rounds = next(rule for rule in PACK.schedules if rule.id == "update-and-vulnerability-round")
    assert (rounds.role, rounds.owner) == ("it-administrator", "security-officer")
    assert _second(rounds, (both,)) == _holders("product-manager")
    assert named["security officer and product manager"] == "deputy"


def test_the_page_says_what_each_merger_loses_and_how_it_is_set_up() -> None:
    assert all(row["What is lost"] for row in MERGED)
    body = PACK.page("small-company").body
    assert re.search(r"Tick all roles of a person in the column \*Roles\*", body)
    assert "`small-company`" in PACK.page("users").body
