"""The iso27001 pack keeps what it promises: every schedule has its procedure, every control its work, and nothing is longer than people read."""

from __future__ import annotations

import re
from functools import cache

import pytest

from isms_bot import texts
from isms_bot.document import Callout, Document, Heading, Paragraph, Quote, Step, Table
from isms_bot.markdown import fill, parse, placeholders, plain, render
from isms_bot.model import Block, BlockKind, Completion, Ladder, Level, Link, RelativeStart, Shift, Unit
from isms_bot.packs import PackPage, kept, load_pack
from isms_bot.packs.schedules import in_days
from isms_bot.recurrence import nominals, shortest_gap
from isms_bot.signoff.form import find_form
from isms_bot.signoff.words import labels
from tests.unit.pages.iso27001 import CONTROLS, FIRST_DAY, FIRST_YEAR, OFFICES, SCHEDULES, VERBS, YEAR_LATER

PACK = load_pack("iso27001")
PAGES = {page.id: page for page in PACK.pages}
PROCEDURES = {page.id: page for page in PACK.of_kind("procedure")}
ITEMS = {page.id: page for page in PACK.of_kind("policy")}
RULES = {schedule.id: schedule for schedule in PACK.schedules}
CHECKS = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("cadence"))
DOS = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("trigger"))
WITHOUT_REPORT = {"policy-confirmation", "awareness-training"}
"""What these ask is confirmed, not looked at."""
KNOWN = {"product_manager", "objective", "policy"}
"""What whoever makes the pages fills in."""
PARTS = [
    "It serves the objective by", "What it protects, and how", "What we do", "Risk it treats", "What it costs a year",
    "Decided against", "Procedures", "Records", "Clauses and controls",
]  # fmt: skip
SOPS = [f"{number:02}" for number in range(1, 24)]


@cache
def _parsed(page_id: str) -> Document:
    return parse(PAGES[page_id].body)


def _document(page: PackPage) -> Document:
    return _parsed(page.id)


def _steps(page: PackPage) -> list[Step]:
    return [node for node in _document(page).nodes if isinstance(node, Step)]


def _headings(page: PackPage) -> list[str]:
    return ["".join(run.text for run in node.runs) for node in _document(page).nodes if isinstance(node, Heading)]


def _lines(page: PackPage) -> list[str]:
    return plain(_document(page)).split("\n")


def _controls(page: PackPage) -> tuple[str, ...]:
    given = page.front.get("controls", ())
    assert isinstance(given, tuple)
    return given


# --- the pack as a whole -----------------------------------------------------------------------------------------------


def test_the_pack_has_an_item_for_each_of_the_23_procedures_in_their_order() -> None:
    assert [item[4:6] for item in PACK.policy if item.startswith("sop-")] == SOPS
    assert [PAGES[item].title.split(":")[0] for item in PACK.policy if item.startswith("sop-")] == [
        f"SOP {int(number)}" for number in SOPS
    ]


def test_no_two_pages_share_a_title() -> None:
    """A wiki may refuse the second one, and people would sign the wrong one."""
    titles = [page.title for page in PACK.pages]
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("item", [item for item in PACK.policy if item.startswith("sop-")])
def test_an_item_has_something_to_do_and_something_to_check(item: str) -> None:
    body = ITEMS[item].body
    named = set(re.findall(r"`([a-z0-9-]+)`", body))
    assert [one for one in DOS if one in named], "no procedure for an event"
    assert [one for one in CHECKS if one in named and one in {rule.procedure for rule in PACK.schedules}]


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_is_served_by_an_item_and_checked_by_a_procedure(control: str) -> None:
    served = [page.id for page in ITEMS.values() if control in _controls(page)]
    checked = [page_id for page_id in CHECKS if control in _controls(PROCEDURES[page_id])]
    assert (bool(served), bool(checked)) == (True, True), (served, checked)


@pytest.mark.parametrize("page_id", PAGES)
def test_controls_are_named_by_numbers_that_exist(page_id: str) -> None:
    given = _controls(PAGES[page_id])
    assert [one for one in given if one.startswith("A") and one not in CONTROLS] == []
    assert [one for one in given if not re.fullmatch(r"A\.\d\.\d{1,2}|(?:[4-9]|10)(?:\.\d){0,2}", one)] == []
    assert len(given) == len(set(given))


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_names_only_pages_that_there_are(page_id: str) -> None:
    named = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", PAGES[page_id].body))
    assert named - PAGES.keys() - OFFICES == set()


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


@pytest.mark.parametrize("name", RULES)
def test_lead_and_grace_fit_between_two_occurrences(name: str) -> None:
    rule = RULES[name]
    assert in_days(rule.lead) + in_days(rule.grace) <= shortest_gap(rule.rule)
    assert isinstance(rule.rule.start, RelativeStart)


@pytest.mark.parametrize("name", RULES)
def test_a_schedule_agrees_with_its_procedure(name: str) -> None:
    rule = RULES[name]
    page = PROCEDURES[rule.procedure]
    assert page.text("policy") == rule.policy
    assert page.text("reviewer") == rule.owner
    assert page.text("level") == rule.level.value
    assert rule.role != rule.owner
    assert isinstance(page.front.get("minutes"), int)


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


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_is_read_without_loss_and_needs_only_known_values(page_id: str) -> None:
    document = _document(PAGES[page_id])
    assert parse(render(document)) == document
    own = {*kept.OF_A_ROW, *kept.OF_THE_PAGE} if PAGES[page_id].front.get("kept") else set()
    assert placeholders(document) <= KNOWN | own
    link = Link("Information Security Objective", "https://wiki.example/objective")
    filled = fill(document, {"product_manager": "Ada", "objective": link, "policy": link, **dict.fromkeys(own, "x")})
    assert placeholders(filled) == frozenset()


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_says_who_looks_after_it(page_id: str) -> None:
    head = _document(PAGES[page_id]).nodes[0]
    assert isinstance(head, Callout)
    words = "".join(run.text for run in head.runs)
    assert words.startswith(
        f"{page_id} · version {PACK.version} · owner: {PAGES[page_id].text('role').replace('-', ' ')} · author: "
    )
    assert "(senior in the role: " in words
    assert "review: " in words
    assert "changes: " in words


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_ends_with_whom_to_tell(page_id: str) -> None:
    assert _lines(PAGES[page_id])[-2 if page_id in PROCEDURES else -1] == texts.page("footer").strip()


@pytest.mark.parametrize("page_id", [*ITEMS, *PROCEDURES])
def test_an_item_or_procedure_is_a_screen_and_a_half_at_most(page_id: str) -> None:
    assert len(plain(_document(PAGES[page_id])).split()) <= 490


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_blames_nobody(page_id: str) -> None:
    body = PAGES[page_id].body.lower().replace("> [!note]", "")
    assert re.findall(r"\b(?:violation|failed|failure to|refused|offender|missed by|accuse|non-compliant)", body) == []
    assert "!" not in body


@pytest.mark.parametrize("page_id", ITEMS)
def test_an_item_has_all_its_parts_and_its_promise_first(page_id: str) -> None:
    assert _headings(ITEMS[page_id]) == PARTS
    assert isinstance(_document(ITEMS[page_id]).nodes[1], Quote)


@pytest.mark.parametrize("page_id", ITEMS)
def test_an_item_says_what_it_protects_and_links_to_the_objective(page_id: str) -> None:
    body = ITEMS[page_id].body.lower()
    assert [word for word in ("confidentiality", "integrity", "availability") if word in body]
    assert re.search(r"\*\*(?:prevents?|detects?|responds?|recovers?)\*\*", body)
    assert "objective" in placeholders(_document(ITEMS[page_id]))


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_cost_that_an_item_states_is_that_of_its_procedures(name: str) -> None:
    procedure = PROCEDURES[name]
    body = ITEMS[procedure.text("policy")].body
    times = 12 // SCHEDULES[name][0]
    assert f"{procedure.title}: {times} × {procedure.text('minutes')} minutes" in body


@pytest.mark.parametrize("page_id", DOS)
def test_the_cost_of_an_event_is_stated_as_well(page_id: str) -> None:
    procedure = PROCEDURES[page_id]
    assert f"{procedure.title}: {procedure.text('minutes')} minutes" in ITEMS[procedure.text("policy")].body


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_an_item_names_its_procedures_by_title_and_id(page_id: str) -> None:
    procedure = PROCEDURES[page_id]
    assert f"*{procedure.title}* (`{page_id}`)" in ITEMS[procedure.text("policy")].body


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_a_procedure_has_five_to_twelve_steps_that_begin_with_a_verb(page_id: str) -> None:
    steps = _steps(PROCEDURES[page_id])
    assert 5 <= len(steps) <= 12
    assert {re.split(r"[ :,]", step.runs[0].text)[0] for step in steps} - VERBS == set()


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_a_procedure_states_minutes_controls_evidence_level_and_whom_to_ask(page_id: str) -> None:
    page = PROCEDURES[page_id]
    minutes = page.front.get("minutes")
    assert isinstance(minutes, int)
    assert 5 <= minutes <= 480
    assert _controls(page)
    assert page.text("evidence")
    assert page.text("level") in {Level.AT_OWN_ACCOUNT, Level.BY_OWN_ACCOUNT}
    assert placeholders(_document(page)) >= {"product_manager", "objective"}


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_the_form_says_so_where_three_lines_are_not_enough(page_id: str) -> None:
    asks = PROCEDURES[page_id].text("level") == Level.BY_OWN_ACCOUNT
    assert ("the three lines alone are not enough" in PROCEDURES[page_id].body) is asks


@pytest.mark.parametrize("page_id", sorted(set(CHECKS) - WITHOUT_REPORT))
def test_a_check_ends_with_what_was_seen_found_and_started(page_id: str) -> None:
    lines = _lines(PROCEDURES[page_id])
    at = [
        next(number for number, line in enumerate(lines) if re.match(rf"What (?:I|we) {verb}\b.*:$", line))
        for verb in ("looked at", "found", "started because of it")
    ]
    assert at == sorted(at)
    assert lines.index("Sign") > at[-1]


@pytest.mark.parametrize("page_id", DOS)
def test_an_event_ends_with_what_was_decided_and_what_is_left(page_id: str) -> None:
    lines = _lines(PROCEDURES[page_id])
    at = [
        next(number for number, line in enumerate(lines) if re.match(rf"What {words}\b.*:$", line))
        for words in ("it was about", "was (?:decided|agreed|destroyed)", "is left to do")
    ]
    assert at == sorted(at)


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_the_sign_off_knows_the_form_of_a_procedure_and_finds_it_empty(page_id: str) -> None:
    form = find_form(_blocks(PROCEDURES[page_id]), labels(("en",)))
    assert form.known
    assert form.steps_done == 0
    assert len(form.steps) == len(_steps(PROCEDURES[page_id]))
    written = [line.value for line in (form.name, form.date, form.signature) if line is not None]
    written += [value for row in form.rows for value in (row.name, row.date, row.signature)]
    assert written
    assert set(written) == {""}
    assert form.feedback == ""
    assert _lines(PROCEDURES[page_id])[-1] == "Anything unclear, wrong or a pain? (optional)"


@pytest.mark.parametrize("page_id", ["do-incident", "do-joiner", "do-leaver", "do-privacy", "people-security-and-competence-check"])  # fmt: skip
def test_what_concerns_single_people_is_private(page_id: str) -> None:
    assert PROCEDURES[page_id].front.get("private") is True


@pytest.mark.parametrize(
    ("page_id", "due"), [("do-incident", "3 days"), ("do-business-continuity", "1 day"), ("do-privacy", "1 month")]
)
def test_what_has_a_clock_is_urgent_and_due_by_it(page_id: str, due: str) -> None:
    page = PROCEDURES[page_id]
    assert (page.text("due"), page.text("ladder")) == (due, Ladder.URGENT)


def test_clocks_of_notification_are_those_of_the_law() -> None:
    for page_id in ("sop-07-incident-management", "do-incident", "incident-exercise"):
        assert "72" in PAGES[page_id].body
        assert "24" in PAGES[page_id].body
    assert "check your national law" in PAGES["sop-07-incident-management"].body


@pytest.mark.parametrize("role", PACK.roles)
def test_the_pages_explain_every_role_of_the_pack(role: str) -> None:
    assert f"| {role} |" in PAGES["roles-and-competence"].body


def _blocks(page: PackPage) -> list[Block]:
    """The page as a wiki would give it back."""
    blocks = []
    for number, node in enumerate(_document(page).nodes):
        kind = {Step: BlockKind.STEP, Heading: BlockKind.HEADING, Paragraph: BlockKind.TEXT}.get(
            type(node), BlockKind.OTHER
        )
        text = plain(Document((node,)))
        if isinstance(node, Step):
            text = "".join(run.text for run in node.runs)
        if isinstance(node, Table):
            for row, cells in enumerate(text.split("\n")):
                blocks.append(Block(f"{number}.{row}", BlockKind.ROW, "", cells=tuple(cells.split(" | "))))
            continue
        blocks.append(Block(str(number), kind, text))
    return blocks
