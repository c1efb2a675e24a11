"""The iso27001 pack keeps what it promises: every schedule has its procedure, every control its work, and nothing is longer than people read."""

from __future__ import annotations

import pytest

from isms_bot.model import Completion, Ladder, Level, RelativeStart, Shift, Unit
from isms_bot.packs import load_pack
from isms_bot.packs.schedules import in_days
from isms_bot.recurrence import nominals, shortest_gap
from tests.unit.pages.iso27001 import CONTROLS, FIRST_DAY, FIRST_YEAR, SCHEDULES, YEAR_LATER
from tests.unit.pages.reading import codes

PACK = load_pack("iso27001")
PAGES = {page.id: page for page in PACK.pages}
PROCEDURES = {page.id: page for page in PACK.of_kind("procedure")}
ITEMS = {page.id: page for page in PACK.of_kind("policy")}
RULES = {schedule.id: schedule for schedule in PACK.schedules}
CHECKS = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("cadence"))
DOS = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("trigger"))
SOPS = [f"{number:02}" for number in range(1, 24)]


# --- the pack as a whole -----------------------------------------------------------------------------------------------


def test_the_pack_has_an_item_for_each_of_the_23_procedures_in_their_order() -> None:
    assert [item[4:6] for item in PACK.policy if item.startswith("sop-")] == SOPS
    assert [PAGES[item].title.split(":")[0] for item in PACK.policy if item.startswith("sop-")] == [
        f"SOP {int(number)}" for number in SOPS
    ]


def test_an_item_has_something_to_do_and_something_to_check() -> None:
    scheduled = {rule.procedure for rule in PACK.schedules}
    for item in PACK.policy:
        named = set(codes(ITEMS[item]))
        assert named & set(DOS) or not item.startswith("sop-"), f"{item}: no procedure for an event"
        assert named & set(CHECKS) & scheduled, f"{item}: nothing of the calendar"


def test_every_control_is_served_by_an_item_and_checked_by_a_procedure() -> None:
    served = {control for page in ITEMS.values() for control in page.listed("controls")}
    checked = {control for page_id in CHECKS for control in PROCEDURES[page_id].listed("controls")}
    assert set(CONTROLS) - served == set()
    assert set(CONTROLS) - checked == set()


# --- schedules ---------------------------------------------------------------------------------------------------------


def test_the_thirty_schedules_are_there_and_three_more_for_a_second_cadence() -> None:
    extra = {"policy-confirmation-yearly", "supplier-review-critical", "management-review-first-year"}
    assert set(RULES) == set(SCHEDULES) | extra
    assert len(SCHEDULES) == 30
    assert {one: RULES[one].procedure for one in sorted(extra)} == {
        "management-review-first-year": "management-review",
        "policy-confirmation-yearly": "policy-confirmation",
        "supplier-review-critical": "supplier-review",
    }


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_keeps_cadence_time_and_ladder(name: str) -> None:
    months, ladder, (lead, grace), performer, second = SCHEDULES[name]
    rule = RULES[name]
    assert rule.procedure == name
    assert rule.rule.every is not None
    assert (rule.rule.every.count, rule.rule.every.unit) == (months, Unit.MONTH)
    assert rule.rule.shift is (Shift.CALM_CHORE if ladder is Ladder.CHORE else Shift.CALM)
    assert (rule.ladder, rule.lead.count, rule.grace.count) == (ladder, lead, grace)
    assert (rule.lead.unit, rule.grace.unit) == (Unit.WORKING_DAY, Unit.WORKING_DAY)
    assert (rule.role, rule.owner, rule.rotate) == (performer, second, ladder is Ladder.CHORE)


def test_lead_and_grace_fit_between_two_occurrences() -> None:
    for rule in RULES.values():
        assert in_days(rule.lead) + in_days(rule.grace) <= shortest_gap(rule.rule), rule.id
        assert isinstance(rule.rule.start, RelativeStart)


def test_confirmations_approvals_access_audit_and_review_ask_for_a_comment_of_ones_own() -> None:
    strict = {one.id for one in PACK.schedules if one.level is Level.BY_OWN_ACCOUNT}
    assert strict >= {
        "policy-confirmation", "policy-confirmation-yearly", "access-review", "internal-audit", "management-review",
        "management-review-first-year", "direction-review", "risk-treatment-and-applicability", "awareness-training",
    }  # fmt: skip


def test_people_sign_together_where_one_is_not_enough() -> None:
    signing = {one.id: (one.completion, one.quorum) for one in PACK.schedules if one.completion is not Completion.ANY}
    assert signing == {
        "policy-confirmation": (Completion.EACH, 1),
        "policy-confirmation-yearly": (Completion.EACH, 1),
        "awareness-training": (Completion.EACH, 1),
        "remote-working-check": (Completion.EACH, 1),
        "risk-treatment-and-applicability": (Completion.ALL, 1),
        "continuity-exercise": (Completion.ALL, 1),
        "management-review": (Completion.ALL, 1),
        "management-review-first-year": (Completion.ALL, 1),
        "key-inventory": (Completion.QUORUM, 2),
    }


def _occurrences(name: str, first: int, last: int) -> int:
    rule = RULES[name].rule
    start = rule.start
    assert isinstance(start, RelativeStart)
    anchor = FIRST_DAY.fromordinal(FIRST_DAY.toordinal() + 7 * start.weeks)
    days = [nominal.day for nominal in nominals(rule, anchor, after=None, until=YEAR_LATER[last])]
    return sum(YEAR_LATER[first] < day <= YEAR_LATER[last] for day in days)


def test_the_offices_have_72_jobs_in_a_year_that_runs() -> None:
    """The figure that the pack is described by; the second look at critical suppliers comes on top."""
    offices = [one for one in RULES if RULES[one].completion is not Completion.EACH and one in SCHEDULES]
    assert sum(_occurrences(one, 1, 2) for one in offices) == 72


def test_a_person_has_four_to_eight_jobs_in_a_year_that_runs() -> None:
    own = {one: _occurrences(one, 1, 2) for one in RULES if RULES[one].completion is Completion.EACH}
    everybody = own["policy-confirmation-yearly"] + own["awareness-training"]
    assert everybody + own["remote-working-check"] == 4
    assert everybody + own["remote-working-check"] + own["policy-confirmation"] == 8


@pytest.mark.parametrize(("name", "week"), FIRST_YEAR)
def test_the_first_year_begins_in_its_order(name: str, week: int) -> None:
    assert RULES[name].rule.start == RelativeStart(week)


def test_management_reviews_once_more_in_the_first_year_and_after_the_audit() -> None:
    first, yearly, audit = (
        RULES[one].rule for one in ("management-review-first-year", "management-review", "internal-audit")
    )
    assert _occurrences("management-review-first-year", 0, 5) == 1
    for later in (first.start, yearly.start):
        assert isinstance(later, RelativeStart)
        assert isinstance(audit.start, RelativeStart)
        assert (later.weeks - audit.start.weeks) % 26 == 3


# --- pages -------------------------------------------------------------------------------------------------------------


def test_the_form_says_so_where_three_lines_are_not_enough() -> None:
    asks = {page_id for page_id, page in PROCEDURES.items() if page.text("level") == Level.BY_OWN_ACCOUNT}
    assert asks == {
        page_id for page_id, page in PROCEDURES.items() if "the three lines alone are not enough" in page.body
    }


@pytest.mark.parametrize("page_id", ["do-incident", "do-joiner", "do-leaver", "do-privacy", "people-security-and-competence-check"])  # fmt: skip
def test_what_concerns_single_people_is_private(page_id: str) -> None:
    assert PROCEDURES[page_id].front.get("private") is True


@pytest.mark.parametrize(
    ("page_id", "due"), [("do-incident", "72 hours"), ("do-business-continuity", "24 hours"), ("do-privacy", "1 month")]
)
def test_what_has_a_clock_is_urgent_and_due_by_it(page_id: str, due: str) -> None:
    page = PROCEDURES[page_id]
    assert (page.text("due"), page.text("ladder")) == (due, Ladder.URGENT)


def test_clocks_of_notification_are_those_of_the_law() -> None:
    for page_id in ("sop-07-incident-management", "do-incident", "incident-exercise"):
        assert "72" in PAGES[page_id].body
        assert "24" in PAGES[page_id].body
    assert "check your national law" in PAGES["sop-07-incident-management"].body
