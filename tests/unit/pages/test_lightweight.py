"""The pages of the lightweight pack keep what the pack promises about them: short, complete, and true about their own cost."""

from __future__ import annotations

import re

import pytest

from isms_bot import texts
from isms_bot.calendars import parse_duration
from isms_bot.document import Callout, Divider, Document, Heading, Paragraph, Quote, Run, Step, Table
from isms_bot.markdown import fill, parse, placeholders, plain, render
from isms_bot.model import Block, BlockKind, Completion, Link, Unit
from isms_bot.packs import PackPage, kept, load_pack
from isms_bot.signoff.form import find_form
from isms_bot.signoff.words import labels

PACK = load_pack("lightweight")
PAGES = {page.id: page for page in PACK.pages}
PROCEDURES = {page.id: page for page in PACK.of_kind("procedure")}
ITEMS = {page.id: page for page in PACK.of_kind("policy")}
SCHEDULED = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("cadence"))
EVENTS = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("trigger"))
CHECKS = sorted(set(SCHEDULED) - {"policy-review"})
OFF_UNTIL_ASKED = {"external-security-test", "privacy-rehearsal", "production-data-check"}
STANDING = {
    "asset-register", "bot", "criticality", "first-weeks", "for-management", "incident-register", "jurisdiction",
    "owasp-coverage", "privacy-notice", "projects", "questions-and-decisions", "recovery-plan", "supplier-register",
    "threat-register", "users", "what-we-leave-out",
}  # fmt: skip
WORDS = 9100
"""About nine thousand, what stands word for word on several pages (form, footer, headings) counted once."""

KNOWN = {"product_manager", "objective", "policy"}
"""What whoever makes the pages fills in."""
VERBS = {
    "Add", "Agree", "Answer", "Archive", "Ask", "Attach", "Book", "Build", "Check", "Choose", "Close", "Compare",
    "Confirm", "Copy", "Correct", "Decide", "Delete", "Describe", "Draw", "Encrypt", "Enter", "Erase", "Export",
    "Find", "Get", "Give", "Go", "Install", "Judge", "Keep", "List", "Lock", "Look", "Make", "Move", "Name",
    "Note", "Offer", "Open", "Pass", "Raise", "Read", "Remove", "Repair", "Replace", "Restore", "Run", "Say", "Search",
    "Set", "Show", "Sit", "Start", "Stop", "Study", "Suggest", "Switch", "Take", "Tell", "Thank", "Trigger",
    "Try", "Turn", "Write",
}  # fmt: skip
PARTS = [
    "It serves the objective by", "What it protects, and how", "Risk it treats", "What it costs a year", "Decided against",
    "Procedures", "Records",
]  # fmt: skip


_DOCUMENTS = {page.id: parse(page.body) for page in PACK.pages}


def _document(page: PackPage) -> Document:
    return _DOCUMENTS[page.id]


def _steps(page: PackPage) -> list[Step]:
    return [node for node in _document(page).nodes if isinstance(node, Step)]


def _headings(page: PackPage) -> list[str]:
    return ["".join(run.text for run in node.runs) for node in _document(page).nodes if isinstance(node, Heading)]


def _lines(page: PackPage) -> list[str]:
    return plain(_document(page)).split("\n")


def test_the_pack_has_everything_that_it_promises() -> None:
    assert list(ITEMS) == list(PACK.policy)
    assert len(ITEMS) == 13
    assert set(SCHEDULED) == {schedule.procedure for schedule in PACK.schedules}
    assert set(EVENTS) - OFF_UNTIL_ASKED == {
        "joiner", "leaver", "device", "incident", "threat", "personal-data-request", "production-data-request",
        "new-supplier", "hosting-question", "workflow-change", "retire-application", "new-policy-version",
    }  # fmt: skip
    assert {page.id for page in PACK.of_kind("page")} == STANDING
    assert [page.id for page in PACK.of_kind("objective")] == ["objective"]


def test_no_two_pages_share_a_title() -> None:
    """A wiki may refuse the second one, and people would open the wrong one."""
    titles = [page.title for page in PACK.pages]
    assert sorted(titles) == sorted(set(titles))


def test_the_pack_is_no_longer_than_people_read() -> None:
    lines = {line for page in PACK.pages for line in _lines(page)[1:]}
    assert sum(len(line.replace("|", " ").split()) for line in lines) <= WORDS


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_names_others_by_ids_that_are_there(page_id: str) -> None:
    """An id becomes a link once its page is in the wiki."""
    named = [run.text for run in _code_runs(PAGES[page_id]) if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", run.text)]
    assert set(named) - set(PAGES) == set()


def _code_runs(page: PackPage) -> list[Run]:
    found: list[Run] = []
    for node in _document(page).nodes:
        cells = [cell for row in node.rows for cell in row] if isinstance(node, Table) else []
        runs = cells or ([node.runs] if not isinstance(node, Divider | Table) else [])
        found += [run for cell in runs for run in cell if run.code]
    return found


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
    footer = texts.page("footer").strip()
    lines = _lines(PAGES[page_id])
    assert lines[-2 if page_id in PROCEDURES else -1] == footer


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_is_a_screen_and_a_half_at_most(page_id: str) -> None:
    assert len(plain(_document(PAGES[page_id])).split()) <= 430


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_blames_nobody(page_id: str) -> None:
    body = PAGES[page_id].body.lower().replace("> [!note]", "")
    assert re.findall(r"\b(?:violation|failed|failure to|refused|offender|missed by|accuse|non-compliant)", body) == []
    assert "!" not in body


@pytest.mark.parametrize("page_id", ITEMS)
def test_a_policy_item_has_all_its_parts(page_id: str) -> None:
    assert _headings(ITEMS[page_id]) == PARTS


@pytest.mark.parametrize("page_id", ITEMS)
def test_the_promise_comes_first(page_id: str) -> None:
    """The first quotation of an item is its promise; whoever cites it takes it from there."""
    assert isinstance(_document(ITEMS[page_id]).nodes[1], Quote)


@pytest.mark.parametrize("page_id", ITEMS)
def test_a_policy_item_says_what_it_protects_and_links_to_the_objective(page_id: str) -> None:
    body = ITEMS[page_id].body.lower()
    assert [word for word in ("confidentiality", "integrity", "availability") if word in body]
    assert [word for word in ("**prevents**", "**detects**", "**respond**", "**recover**") if word in body]
    assert "objective" in placeholders(_document(ITEMS[page_id]))


@pytest.mark.parametrize("page_id", SCHEDULED)
def test_the_cost_that_an_item_states_is_that_of_its_procedures(page_id: str) -> None:
    procedure = PROCEDURES[page_id]
    schedule = next(one for one in PACK.schedules if one.procedure == page_id)
    assert schedule.rule.every is not None
    assert schedule.rule.every.unit is Unit.MONTH
    assert procedure.text("cadence") == f"every {schedule.rule.every}".replace("every 1 month", "every month")
    times = 12 // schedule.rule.every.count
    item = ITEMS[procedure.text("policy")]
    assert f"{procedure.title}: {times} × {procedure.text('minutes')} minutes" in item.body
    assert f"*{procedure.title}* (`{page_id}`)" in item.body
    assert schedule.policy == item.id
    assert schedule.level.value == procedure.text("level")


@pytest.mark.parametrize("page_id", EVENTS)
def test_an_item_states_what_its_procedures_for_events_take_each_time(page_id: str) -> None:
    procedure = PROCEDURES[page_id]
    item = ITEMS[procedure.text("policy")]
    assert f"{procedure.title}: {procedure.text('minutes')} minutes each time" in item.body
    assert f"*{procedure.title}* (`{page_id}`)" in item.body


@pytest.mark.parametrize("page_id", EVENTS)
def test_a_procedure_for_an_event_says_how_soon_and_who_else_hears_of_it(page_id: str) -> None:
    page = PROCEDURES[page_id]
    due = parse_duration(page.text("due"))
    assert due.count > 0
    assert (due.unit is Unit.HOUR) is (page.text("ladder") == "urgent")
    assert (page.text("reviewer") or "product-manager") != page.text("role")


def test_an_incident_counts_in_hours_and_a_request_in_the_months_of_the_law() -> None:
    assert PROCEDURES["incident"].text("due") == "72 hours"
    assert "72 hours" in PROCEDURES["incident"].body
    assert PROCEDURES["personal-data-request"].text("due") == "1 month"
    for words in ("GDPR and UK GDPR one month", "10 business days", "45 days", "`--from`"):
        assert words in PROCEDURES["personal-data-request"].body


def test_people_find_the_procedure_for_what_has_happened() -> None:
    named = {run.text for run in _code_runs(PAGES["first-weeks"])}
    assert set(EVENTS) - OFF_UNTIL_ASKED <= named


@pytest.mark.parametrize("page_id", EVENTS)
def test_a_procedure_for_an_event_ends_with_what_it_was_about_and_what_is_left(page_id: str) -> None:
    lines = _lines(PROCEDURES[page_id])
    at = [lines.index(f"What {words}:") for words in (
        "it was about", "was decided, by which role", "is left to do, by whom, until when",
    )]  # fmt: skip
    assert at == sorted(at)
    assert lines.index("Name:") > at[-1]


def test_what_others_need_not_see_is_marked_private_and_says_so() -> None:
    private = {page.id for page in PACK.pages if page.front.get("private") is True}
    assert private == {
        "incident", "threat", "leaver", "personal-data-request", "external-security-test", "incident-register",
        "threat-register",
    }  # fmt: skip
    assert [page_id for page_id in private if "rivate" not in PAGES[page_id].body] == []


def test_a_second_look_is_announced_where_somebody_signs() -> None:
    for page in PROCEDURES.values():
        looker = page.text("reviewer").replace("-", " ")
        said = re.findall(r"([A-Z][a-z ]+) then has a look\.", page.body)
        assert [words.removeprefix("The ").lower() for words in said] == [looker] * bool(looker), page.id


def test_the_owasp_top_10_is_covered_in_a_named_edition() -> None:
    body = PAGES["owasp-coverage"].body
    assert "OWASP Top 10:2025" in body
    rows = re.findall(r"(?m)^\| (A\d\d) \| [^|]+ \| ([^|]+) \| [^|]+ \|$", body)
    assert [number for number, _ in rows] == [f"A{number:02}" for number in range(1, 11)]
    for _, answers in rows:
        answering = re.findall(r"`([a-z-]+)`", answers)
        assert answering
        assert [one for one in answering if one not in ITEMS and one not in PROCEDURES] == []


def test_health_and_financial_data_need_more_than_this() -> None:
    body = PAGES["criticality"].body
    for words in ("health", "payments", "not enough", "iso27001"):
        assert words in body
    assert "health or financial data" in PAGES["objective"].body


def test_the_bot_is_an_asset_a_risk_and_a_privileged_account() -> None:
    assert "an asset, a risk and a privileged account" in PAGES["bot"].body
    for page_id in ("asset-register", "threat-register", "jurisdiction"):
        assert "bot" in PAGES[page_id].body.replace("Kept by a bot", "")
    assert "bot's token" in PROCEDURES["access-review"].body


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_a_procedure_has_at_most_twelve_steps_that_begin_with_a_verb(page_id: str) -> None:
    steps = _steps(PROCEDURES[page_id])
    assert 5 <= len(steps) <= 12
    first_words = {re.split(r"[ :]", step.runs[0].text)[0] for step in steps}
    assert first_words - VERBS == set()


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_a_procedure_leads_to_objective_and_product_manager(page_id: str) -> None:
    assert placeholders(_document(PROCEDURES[page_id])) >= {"product_manager", "objective"}


@pytest.mark.parametrize("page_id", CHECKS)
def test_a_check_ends_with_what_was_seen_found_and_started(page_id: str) -> None:
    lines = _lines(PROCEDURES[page_id])
    at = [
        next(number for number, line in enumerate(lines) if re.match(rf"What (?:I|we) {verb}\b.*:$", line))
        for verb in ("looked at", "found", "started because of it")
    ]
    assert at == sorted(at)
    assert lines.index("Name:") > at[-1]


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_the_sign_off_knows_the_form_of_a_procedure_and_finds_it_empty(page_id: str) -> None:
    form = find_form(_blocks(PROCEDURES[page_id]), labels(("en",)))
    assert form.known
    assert form.steps_done == 0
    assert len(form.steps) == len(_steps(PROCEDURES[page_id]))
    assert [line.value for line in (form.name, form.date, form.signature) if line is not None] == ["", "", ""]
    assert form.feedback == ""


@pytest.mark.parametrize("page_id", PROCEDURES)
def test_a_procedure_closes_with_its_question(page_id: str) -> None:
    assert _lines(PROCEDURES[page_id])[-1] == "Anything unclear, wrong or a pain? (optional)"


def _blocks(page: PackPage) -> list[Block]:
    """The page as a wiki would give it back."""
    blocks = []
    for number, node in enumerate(_document(page).nodes):
        kind = {Step: BlockKind.STEP, Heading: BlockKind.HEADING, Paragraph: BlockKind.TEXT}.get(
            type(node), BlockKind.OTHER
        )
        text = "" if isinstance(node, Step) else plain(Document((node,)))
        if isinstance(node, Step):
            text = "".join(run.text for run in node.runs)
        blocks.append(Block(str(number), kind, text))
    return blocks


def test_the_policy_review_has_the_parts_of_a_written_confirmation() -> None:
    review = PROCEDURES["policy-review"]
    assert review.title == "Information Security Policy Review"
    assert "policy" in placeholders(_document(review))
    assert "Confirm: I have read the Information Security Policy, I understand it, and I keep to it." in review.body
    assert any("{product_manager}" in run.text for step in _steps(review) for run in step.runs)
    schedule = next(one for one in PACK.schedules if one.procedure == "policy-review")
    assert (schedule.completion, schedule.role) == (Completion.EACH, "team-member")


def test_the_pages_explain_every_role_of_the_pack() -> None:
    for role in PACK.roles:
        assert f"| {role} |" in PAGES["users"].body
