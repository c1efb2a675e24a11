"""The pages of the lightweight pack keep what the pack promises about them: short, complete, and true about their own cost."""

from __future__ import annotations

import re

from isms_bot.calendars import parse_duration
from isms_bot.markdown import placeholders
from isms_bot.model import Completion, Unit
from isms_bot.packs import load_pack
from tests.unit.pages.reading import codes, document, lines, steps, tables

PACK = load_pack("lightweight")
PAGES = {page.id: page for page in PACK.pages}
PROCEDURES = {page.id: page for page in PACK.of_kind("procedure")}
ITEMS = {page.id: page for page in PACK.of_kind("policy")}
SCHEDULED = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("cadence"))
EVENTS = sorted(page_id for page_id, page in PROCEDURES.items() if page.text("trigger"))
OFF_UNTIL_ASKED = {"external-security-test", "privacy-rehearsal", "production-data-check"}
STANDING = {
    "asset-register", "bot", "criticality", "first-weeks", "for-management", "incident-register", "jurisdiction",
    "owasp-coverage", "privacy-notice", "projects", "questions-and-decisions", "recovery-plan", "supplier-register",
    "threat-register", "users", "what-we-leave-out",
}  # fmt: skip
WORDS = 9100
"""About nine thousand, what stands word for word on several pages (form, footer, headings) counted once."""


def test_the_pack_has_everything_that_it_promises() -> None:
    assert list(ITEMS) == list(PACK.policy)
    assert len(ITEMS) == 13
    assert set(SCHEDULED) == {schedule.procedure for schedule in PACK.schedules}
    assert set(EVENTS) - OFF_UNTIL_ASKED == {
        "joiner", "leaver", "device", "incident", "threat", "personal-data-request", "production-data-request",
        "new-supplier", "hosting-question", "who-can-open-what", "workflow-change", "retire-application", "new-policy-version",
    }  # fmt: skip
    assert {page.id for page in PACK.of_kind("page")} == STANDING
    assert [page.id for page in PACK.of_kind("objective")] == ["objective"]


def test_the_pack_is_no_longer_than_people_read() -> None:
    said = {line for page in PACK.pages for line in lines(page)[1:]}
    assert sum(len(line.replace("|", " ").split()) for line in said) <= WORDS


def test_a_page_is_a_screen_and_a_half_at_most() -> None:
    assert [page.id for page in PACK.pages if len(" ".join(lines(page)).split()) > 430] == []


def test_a_procedure_for_an_event_says_how_soon_and_who_else_hears_of_it() -> None:
    for page in (PROCEDURES[page_id] for page_id in EVENTS):
        due = parse_duration(page.text("due"))
        assert due.count > 0, page.id
        assert (due.unit is Unit.HOUR) is (page.text("ladder") == "urgent"), page.id
        assert (page.text("reviewer") or "product-manager") != page.text("role"), page.id


def test_an_incident_counts_in_hours_and_a_request_in_the_months_of_the_law() -> None:
    assert PROCEDURES["incident"].text("due") == "72 hours"
    assert "72 hours" in PROCEDURES["incident"].body
    assert PROCEDURES["personal-data-request"].text("due") == "1 month"
    for words in ("GDPR and UK GDPR one month", "10 business days", "45 days", "`--from`"):
        assert words in PROCEDURES["personal-data-request"].body


def test_people_find_the_procedure_for_what_has_happened() -> None:
    assert set(EVENTS) - OFF_UNTIL_ASKED <= set(codes(PAGES["first-weeks"]))


def test_what_others_need_not_see_is_marked_private_and_says_so() -> None:
    private = {page.id for page in PACK.pages if page.front.get("private") is True}
    assert private == {
        "incident", "threat", "leaver", "personal-data-request", "external-security-test", "incident-register",
        "threat-register",
    }  # fmt: skip
    assert [page_id for page_id in private if "rivate" not in PAGES[page_id].body] == []


def test_the_owasp_top_10_is_covered_in_a_named_edition() -> None:
    body = PAGES["owasp-coverage"].body
    assert "OWASP Top 10:2025" in body
    rows = re.findall(r"(?m)^\| (A\d\d) \| [^|]+ \| ([^|]+) \| [^|]+ \|$", body)
    assert [number for number, _ in rows] == [f"A{number:02}" for number in range(1, 11)]
    for _, answers in rows:
        answering = re.findall(r"`([a-z-]+)`", answers)
        assert answering
        assert [one for one in answering if one not in ITEMS and one not in PROCEDURES] == []


def test_the_coverage_that_people_read_is_that_of_the_pages() -> None:
    """The table and the front matter say the same; the monthly check, which tries all ten in turn, is named above the table."""
    told = {
        row["No"]: re.findall(r"[a-z-]+", row["Promises that answer it"]) for row in tables(PAGES["owasp-coverage"])[0]
    }
    mapped = {risk: {page.id for page in pages} for risk, pages in PACK.mapped("owasp").items()}
    assert {risk: set(pages) for risk, pages in told.items()} == {
        risk: pages - {"app-vulnerability-check"} for risk, pages in mapped.items()
    }


def test_a_procedure_of_the_calendar_says_the_cadence_of_its_schedule() -> None:
    cadences = {
        one.procedure: f"every {one.rule.every}".replace("every 1 month", "every month") for one in PACK.schedules
    }
    assert {page_id: PROCEDURES[page_id].text("cadence") for page_id in SCHEDULED} == cadences


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


def test_the_policy_review_has_the_parts_of_a_written_confirmation() -> None:
    review = PROCEDURES["policy-review"]
    assert review.title == "Information Security Policy Review"
    assert "policy" in placeholders(document(review))
    assert "Confirm: I have read the Information Security Policy, I understand it, and I keep to it." in review.body
    assert any("{product_manager}" in step for step in steps(review))
    schedule = next(one for one in PACK.schedules if one.procedure == "policy-review")
    assert (schedule.completion, schedule.role) == (Completion.EACH, "team-member")
