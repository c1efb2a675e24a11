"""*Readiness for certification*: yes, or what is missing; nothing that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from isms_bot.history import Standing
from isms_bot.model import Decision, DecisionKind, Page, Source
from tests.unit.keeping.world import LONG_AGO, TODAY, contract, facts, history, links, pack, row, shown, team

LINE = "Line"
IN_FORCE = "Every item that applies has been in force for two months or longer"
REASONS = "Items that do not apply have a reason"
OVER = "The introduction has ended"
MONTHLY = "Monthly procedures have two records or more"
QUARTERLY = "Quarterly ones have one or more"
YEARLY = "Yearly and half-yearly ones have one"
CASES = "Procedures named “Do” have had a case"
AUDIT = "Internal audit"
OPEN = "Non-conformities that are not closed"
ROLES = "Every role has a holder and a stand-in"


def now(line: str, **given: Any) -> str:
    """What the page says about a line."""
    return row(shown("readiness", facts(**given)), LINE, line)["Now"]


@pytest.mark.parametrize(
    ("since", "begins"),
    [
        (None, "not yet: Direction and review is not in force"),
        (TODAY - timedelta(days=60), "not yet: Direction and review from Wed 2 June 2027 on"),
        (TODAY - timedelta(days=61), "yes"),
    ],
    ids=["not in force", "a day too young", "two months"],
)
def test_the_system_is_in_force_for_two_months(since, begins) -> None:
    assert now(IN_FORCE, history=history(since=since)).startswith(begins)


def test_what_does_not_apply_need_not_be_in_force() -> None:
    known = history(since=LONG_AGO)
    known.activated = dict.fromkeys(pack().policy[1:], LONG_AGO)
    assert now(IN_FORCE, history=known) != "yes"
    known.items[pack().policy[0]] = ("No", True)
    assert now(IN_FORCE, history=known) == "yes"


def test_a_long_list_is_cut_and_counted() -> None:
    assert now(IN_FORCE, history=history()).endswith(f"{len(pack().policy) - 8} more")


def test_a_reason_stands_on_the_row_or_in_a_decision() -> None:
    known = history()
    item = pack().policy[0]
    assert now(REASONS, history=known) == "yes"
    known.items[item] = ("No", False)
    assert now(REASONS, history=known) == "not yet: Direction and review lacks a reason"
    known.decisions["d1"] = Decision("d1", DecisionKind.DOES_NOT_APPLY, item, "p01")
    assert now(REASONS, history=known) == "yes"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (None, "not yet: its end is not decided"),
        (TODAY, "not yet: it lasts until Tue 1 June 2027"),
        (TODAY - timedelta(days=1), "yes"),
    ],
    ids=["undecided", "its last day", "over"],
)
def test_the_introduction_is_over_the_day_after_its_last(end, expected) -> None:
    known = history()
    known.introduction_end = end
    assert now(OVER, history=known) == expected


@pytest.mark.parametrize(("line", "cadence", "least"), [(MONTHLY, 12, 2), (QUARTERLY, 4, 1), (YEARLY, 2, 1)])
def test_procedures_have_the_records_that_their_cadence_asks_for(line, cadence, least) -> None:
    """Whatever comes less often is another line's."""
    times = {"M": 12, "Q": 4, "H": 2, "Y": 1}
    often = {
        one.procedure: 12 // one.rule.every.count if one.rule.every.unit.value == "month" else 1
        for one in pack().schedules
        if one.rule.every
    }
    assert set(often.values()) <= set(times.values())
    for one in pack().schedules:
        often[one.procedure] = max(
            12 // each.rule.every.count
            for each in pack().schedules
            if each.procedure == one.procedure and each.rule.every
        )
    own = [name for name, count in often.items() if (count <= 2 if cadence == 2 else count == cadence)]
    assert own
    enough = {name: [TODAY - timedelta(days=day) for day in range(least)] for name in own}
    assert now(line, history=history(enough)) == "yes"
    [first, *_] = own
    enough[first] = enough[first][1:]
    assert now(line, history=history(enough)) == f"not yet: {pack().page(first).title} ({least - 1} of {least})"


def test_procedures_for_events_are_counted_and_those_without_a_case_named() -> None:
    waiting = [page.id for page in pack().of_kind("procedure") if page.text("trigger")]
    said = now(CASES, history=history({"do-joiner": [TODAY]}))
    assert said.startswith(f"1 of {len(waiting)} had a case. None yet: ")
    assert (
        now(CASES, history=history({name: [TODAY] for name in waiting}))
        == f"{len(waiting)} of {len(waiting)} had a case."
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), "not yet: Internal audit (no record)"),
        ((400,), "not yet: Internal audit (last on Mon 27 April 2026)"),
        ((400, 300), "yes"),
    ],
    ids=["never", "too long ago", "within the year"],
)
def test_a_review_counts_for_twelve_months(days, expected) -> None:
    records = {"internal-audit": [TODAY - timedelta(days=one) for one in days]}
    assert now(AUDIT, history=history(records)) == expected


def test_nonconformities_are_named_until_they_are_closed_or_retracted() -> None:
    known = history()
    assert now(OPEN, history=known) == "none open"
    known.raised = {"NC-001": "r1", "NC-002": "r2", "NC-003": "r3"}
    known.retracted = {"NC-002"}
    known.standing = {"NC-003": Standing("Closed", TODAY)}
    assert now(OPEN, history=known) == "1 open: NC-001"
    page = Page("r1", Source.NONCONFORMITIES, "NC-001, restore test", "https://wiki.example/nc")
    assert links(shown("readiness", facts(history=known, nonconformities={"NC-001": page})))["NC-001"] == page.url


def test_a_role_has_a_holder_and_somebody_who_stands_in() -> None:
    people = {
        f"p{number}": replace(person, roles=frozenset(pack().roles), stand_in="p2" if number == 1 else "p1")
        for number, person in enumerate(list(team().values())[:2], 1)
    }
    assert now(ROLES, roster=people) == "yes"
    alone = {"p1": replace(people["p1"], stand_in=None)}
    assert now(ROLES, roster=alone).startswith("not yet: nobody stands in for ")
    assert now(ROLES).startswith("not yet: nobody holds ")
    assert now(ROLES, roster={"p1": people["p1"]}) == "yes"


def test_each_procedure_shows_since_when_it_is_in_force_and_its_first_and_last_record() -> None:
    known = history({"internal-audit": [TODAY - timedelta(days=30), TODAY]}, since=LONG_AGO)
    document = shown("readiness", facts(history=known))
    assert row(document, "Procedure", "Internal audit") == {
        "Procedure": "Internal audit", "In force since": "Fri 13 November 2026", "Records": "2",
        "First": "Sun 2 May 2027", "Last": "Tue 1 June 2027",
    }  # fmt: skip
    assert row(shown("readiness", facts()), "Procedure", "Internal audit")["In force since"] == "not yet"


def test_a_record_whose_moment_the_ledger_does_not_know_counts_on_its_due_day() -> None:
    known = history({"internal-audit": [TODAY]})
    known.signed.clear()
    known.contracts["internal-audit/2027-06-01"] = contract("internal-audit/2027-06-01", "internal-audit", LONG_AGO)
    assert (
        row(shown("readiness", facts(history=known)), "Procedure", "Internal audit")["Last"] == "Fri 13 November 2026"
    )
