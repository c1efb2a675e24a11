"""The standing pages of the iso27001 pack: complete, true to the pack and to each other, short where people read, and linked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from isms_bot.bootstrap import init
from isms_bot.clock import SystemClock
from isms_bot.config import load
from isms_bot.connector import Draft
from isms_bot.document import Document, Heading, Node, Run, Table
from isms_bot.markdown import parse, plain
from isms_bot.model import Page, Source
from isms_bot.packs import load_pack
from isms_bot.store import Store
from isms_bot.testing import MemoryConnector, MemoryWiki
from isms_bot.workspace import Workspace
from tests.unit.pages.iso27001 import CONTROLS

PACK = load_pack("iso27001")
PAGES = {page.id: page for page in PACK.pages}
PROCEDURES = {page.id: page for page in PACK.of_kind("procedure")}
STANDING = {page.id: page for page in PACK.pages if page.kind in ("objective", "page")}
TABLES = {
    "applicability-state",
    "asset-register",
    "risk-register",
    "roles-and-competence",
    "statement-of-applicability",
}
"""Registers: as long as what they list."""
WORDS = 490
"""A screen and a half with header and footer; what separates the cells of a table is no word."""


@cache
def _document(page_id: str) -> Document:
    return parse(PAGES[page_id].body)


@cache
def _headings(page_id: str) -> frozenset[str]:
    return frozenset(plain(Document((node,))) for node in _document(page_id).nodes if isinstance(node, Heading))


def _tables(page_id: str) -> list[list[dict[str, str]]]:
    """Every table of a page: its rows as words by the words of the header."""
    return [_rows(node) for node in _document(page_id).nodes if isinstance(node, Table) and node.header]


def _rows(table: Table) -> list[dict[str, str]]:
    head, *rows = [["".join(run.text for run in cell) for cell in row] for row in table.rows]
    return [dict(zip(head, row, strict=True)) for row in rows]


def _runs(nodes: tuple[Node, ...]) -> list[Run]:
    found: list[Run] = []
    for node in nodes:
        if isinstance(node, Table):
            found += [run for row in node.rows for cell in row for run in cell]
        found += getattr(node, "runs", ())
        found += _runs(getattr(node, "children", ()))
    return found


def test_the_standing_pages_are_there() -> None:
    assert set(STANDING) == {
        "access-matrix", "applicability-state", "asset-register", "audit-checklist-phase-1", "audit-checklist-phase-2", "communication-plan",
        "context-and-interested-parties", "continuity-plan", "corrective-actions", "external-documents", "for-management",
        "incident-register", "information-security-policy", "internal-audit-programme", "key-register", "licence-register",
        "management-review-agenda", "mandatory-documents", "measurement-plan", "normative-sources", "objective",
        "planned-changes", "privacy-notice", "readiness", "readiness-questions", "record-of-processing", "retention-table",
        "risk-method", "risk-register", "roles-and-competence", "scope", "seven-steps", "small-company",
        "statement-of-applicability", "supplier-register", "training-plan", "users", "what-we-leave-out",
        "works-council-agreement",
    }  # fmt: skip
    assert [page.id for page in PACK.of_kind("objective")] == ["objective"]


@pytest.mark.parametrize("page_id", sorted(STANDING.keys() - TABLES))
def test_a_standing_page_is_a_screen_and_a_half_at_most(page_id: str) -> None:
    words = [word for word in plain(_document(page_id)).split() if any(map(str.isalnum, word))]
    assert len(words) <= WORDS


# --- the Statement of Applicability and what it leans on -----------------------------------------------------------


def _applicability() -> list[dict[str, str]]:
    rows = [row for table in _tables("statement-of-applicability") for row in table]
    return [row for row in rows if row["Control"].startswith("A.")]


def test_the_statement_of_applicability_has_exactly_the_93_controls_in_their_order() -> None:
    assert len(CONTROLS) == 93
    assert [row["Control"] for row in _applicability()] == CONTROLS


@pytest.mark.parametrize("row", _applicability(), ids=CONTROLS)
def test_a_control_has_its_reason_its_way_and_a_procedure_that_looks_after_it(row: dict[str, str]) -> None:
    assert list(row) == ["Control", "Short name", "Applies", "Why", "How"]
    assert min(map(len, row.values())) > 0
    assert re.fullmatch(r"yes(?:; no if .+)?", row["Applies"])
    scheduled = {schedule.procedure for schedule in PACK.schedules}
    serving = {page.id for page in PROCEDURES.values() if row["Control"] in page.front.get("controls", ())}  # type: ignore[operator]
    assert serving & scheduled


def test_the_annex_of_the_bot_has_a_row_for_every_control_of_peoples_page() -> None:
    """What people decide and what the bot knows stand on two pages, row by row."""
    theirs = [row for table in _tables("statement-of-applicability") for row in table]
    own = [row for table in _tables("applicability-state") for row in table]
    assert [(row["Control"], row["Short name"]) for row in own] == [
        (row["Control"], row["Short name"]) for row in theirs
    ]
    assert {(row["State"], row["Last record"]) for row in own} == {("{control_state}", "{last_record}")}
    assert "`applicability-state`" in PAGES["statement-of-applicability"].body
    assert "`statement-of-applicability`" in PAGES["applicability-state"].body


def test_risks_are_weighed_as_the_method_says() -> None:
    rows = _tables("risk-register")[0]
    assert [row["No"] for row in rows] == [f"R{number}" for number in range(1, len(rows) + 1)]
    for row in rows:
        assert int(row["L"]) * int(row["C"]) == int(row["Level"]) > int(row["Left"])
        assert {int(row["L"]), int(row["C"])} <= {1, 2, 3, 4}
        assert set(row["Controls"].split(", ")) <= set(CONTROLS)
        assert row["Accepted by, on"] == ""


def test_risks_and_assets_that_are_pointed_to_are_there() -> None:
    risks = {row["No"] for row in _tables("risk-register")[0]}
    assets = {row["No"] for row in _tables("asset-register")[0]}
    why = " ".join(row["Why"] for row in _applicability())
    of_assets = " ".join(row["Risks"] for row in _tables("asset-register")[0])
    assert set(re.findall(r"\bR\d+\b", why + of_assets)) == risks
    at_risk = {row["No"]: set(row["Assets"].split(", ")) for row in _tables("risk-register")[0]}
    assert set().union(*at_risk.values()) <= assets
    for row in _tables("asset-register")[0]:
        told = {risk for risk in row["Risks"].split(", ") if risk}
        assert told == {risk for risk, hit in at_risk.items() if row["No"] in hit}, row["No"]


def test_assets_come_in_the_six_categories() -> None:
    rows = _tables("asset-register")[0]
    assert {row["Category"] for row in rows} == {
        "hardware", "servers, physical and virtual", "network infrastructure", "(cloud) services", "customer information",
        "other, paper included",
    }  # fmt: skip
    for row in rows:
        assert row["Owner"]
        assert row["Important"] == ("yes" if max(map(int, row["C I A"].split())) >= 3 else "no")
    assert "isms-bot" in " ".join(row["Asset"] for row in rows)


# --- completeness of the other lists -------------------------------------------------------------------------------


def test_the_management_review_asks_for_every_input() -> None:
    rows = _tables("management-review-agenda")[0]
    assert [row["Input"].partition(" ·")[0] for row in rows] == ["a", "b", "c", "d1", "d2", "d3", "d4", "e", "f", "g"]


def test_the_list_of_mandatory_documents_is_whole_and_leads_somewhere() -> None:
    asked, expected = _tables("mandatory-documents")
    assert [row["Clause"] for row in asked] == [
        "4.3", "5.2", "6.1.2", "6.1.3", "6.1.3 d", "6.1.3 e, f", "6.2", "7.2", "7.5.1 b", "7.5.3", "8.1", "8.2", "8.3", "9.1",
        "9.2.2", "9.3.3", "10.2",
    ]  # fmt: skip
    assert [row["Clause"] for row in expected] == ["4.1, 4.2", "5.3", "6.3", "7.4"]
    assert all(row["Where"] for row in asked + expected)


def test_every_role_of_the_pack_has_a_profile() -> None:
    rows = _tables("roles-and-competence")[0]
    assert sorted(row["Role"] for row in rows) == sorted(PACK.roles)
    assert all(all(row.values()) for row in rows)


def test_the_audit_programme_covers_every_clause_and_control() -> None:
    rows = _tables("internal-audit-programme")[0]
    heard: set[str] = set()
    for part in ", ".join(row["Clauses, controls"] for row in rows).split(", "):
        first, _, last = part.partition("–")
        chapter, _, number = first.rpartition(".")
        until = int(last.rpartition(".")[2]) if last else int(number)
        heard |= {f"{chapter}.{one}" if chapter else str(one) for one in range(int(number), until + 1)}
    assert set(CONTROLS) - heard == set()
    assert {"4", "5", "6", "7.1", "7.2", "7.3", "7.4", "7.5", "8", "9", "10"} - heard == set()
    assert {row["Half"] for row in rows} == {"1", "2"}


def test_clocks_of_notification_are_those_of_the_law() -> None:
    """GDPR, articles 33 and 34; NIS 2, article 23; Cyber Resilience Act, article 14: the plan names them where each of us looks first."""
    ways = {row["What"]: row["When"] for row in _tables("communication-plan")[1]}
    assert "within 72 hours of knowing" in ways["breach of personal data"]
    bound = ways["significant incident, where the NIS 2 rules bind us"]
    assert bound == "early warning 24 hours, notification 72 hours, final report one month after it"
    product = ways["hole in our product that somebody uses already, where the Cyber Resilience Act binds us"]
    assert product == "early warning 24 hours, notification 72 hours, final report 14 days after a repair is there"


def test_suppliers_are_critical_by_the_rule_on_their_page() -> None:
    """Who holds data of customers or people is; nobody has to guess what the column means."""
    for row in _tables("supplier-register")[0]:
        holds = re.search(r"customer data|personal data|mails|private area", row["Data and access"])
        assert row["Critical"].startswith("yes") or not holds, row["No"]


def test_libraries_may_be_used_by_one_list_only() -> None:
    for page_id in ("sop-19-licences", "do-licence", "compliance-and-licence-review"):
        assert not re.search(r"\b(?:MIT|Apache|ISC)\b", PAGES[page_id].body), page_id
        assert "register" in PAGES[page_id].body
    assert "This is the only list" in PAGES["licence-register"].body


# --- links ---------------------------------------------------------------------------------------------------------


def test_an_id_on_a_page_is_a_click_away_once_its_page_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are made one after the other; the standing ones come last, and lead to every procedure."""
    (tmp_path / "config.toml").write_text(
        '[workspaces.acme]\nconnector = "notion"\nroot = "0123456789abcdef0123456789abcdef"\n'
        'token = { env = "PLANTED_NOWHERE" }\ntimezone = "Europe/Amsterdam"\npack = "iso27001"\nproduct_manager = "Anna"\n',
        encoding="utf-8",
    )
    written: dict[str, Document | None] = {}
    create, rewrite = MemoryConnector.create, MemoryConnector.rewrite

    def noting(self: MemoryConnector, draft: Draft) -> Page:
        written[draft.key] = draft.body
        return create(self, draft)

    def noting_text(self: MemoryConnector, page: Page, body: Document) -> Page:
        assert page.mark is not None
        written[page.mark.key] = body
        return rewrite(self, page, body)

    monkeypatch.setattr(MemoryConnector, "create", noting)
    monkeypatch.setattr(MemoryConnector, "rewrite", noting_text)
    config, clock = load(tmp_path / "config.toml"), SystemClock()
    with Store.open(f"sqlite:///{tmp_path / 'isms-bot.sqlite3'}", create=True) as store:
        connector = MemoryWiki(now=clock.now()).unbound(installation=store.installation())
        workspace = Workspace.open(config, "acme", connector, store, clock, holder="this test")
        init(workspace, lambda _sentence: None)
        urls = {
            page.mark.key: page.url
            for source in (Source.POLICIES, Source.PROCEDURES)
            for page in workspace.connector.observe(source, None).pages
            if page.mark is not None
        }
    assert set(urls) == {f"pack/{page_id}" for page_id in PAGES}
    body = written["pack/applicability-state"]
    assert body is not None
    titles = {page.title: urls[f"pack/{page.id}"] for page in PROCEDURES.values()}
    named = [run for run in _runs(body.nodes) if run.text in titles]
    assert len(named) > len(CONTROLS)
    assert [run.link for run in named] == [titles[run.text] for run in named]
