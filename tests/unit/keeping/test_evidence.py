"""*Mandatory documented information* and the annex of the Statement of Applicability: how far, and the last record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from isms_bot.document import Callout, Document
from isms_bot.keeping.answers import left_out
from isms_bot.keeping.rendering import OF_A_ROW, OF_THE_PAGE
from isms_bot.markdown import placeholders, plain
from isms_bot.model import Block, BlockKind
from isms_bot.packs import kept
from tests.unit.keeping.world import LONG_AGO, TODAY, everything, facts, history, links, pack, row, rows, shown
from tests.unit.pages.iso27001 import CONTROLS

KEPT = [(name, page.id) for name in ("iso27001", "lightweight") for page in pack(name).pages if page.front.get("kept")]


def test_the_packs_have_the_pages_that_the_bot_keeps() -> None:
    assert KEPT == [
        ("iso27001", "applicability-state"), ("iso27001", "for-management"), ("iso27001", "mandatory-documents"),
        ("iso27001", "readiness"), ("lightweight", "for-management"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "page_id"), KEPT)
def test_a_kept_page_is_filled_in_whole_and_says_first_whose_it_is(name: str, page_id: str) -> None:
    document = shown(page_id, facts(name))
    assert placeholders(document) == frozenset()
    first = document.nodes[0]
    assert isinstance(first, Callout)
    assert "The bot keeps this page" in plain(Document((first,)))
    assert "Questions and ideas" in plain(Document((first,)))


@pytest.mark.parametrize(("name", "page_id"), KEPT)
def test_the_same_facts_make_the_same_page_on_every_day_on_which_nothing_happens(name: str, page_id: str) -> None:
    """Else it would be written every day for nothing."""
    known = history({"risk-assessment": [date(2027, 5, 1)]} if name == "iso27001" else {}, since=LONG_AGO)
    first = shown(page_id, facts(name, history=known))
    assert first == shown(page_id, facts(name, history=known, today=TODAY + timedelta(days=1)))


def test_there_is_an_answer_for_every_placeholder_that_a_pack_may_use() -> None:
    assert set(OF_A_ROW) == set(kept.OF_A_ROW)
    assert set(OF_THE_PAGE) == set(kept.OF_THE_PAGE)


@pytest.mark.parametrize(
    ("missing", "since", "records", "expected"),
    [
        ("scope", None, {}, ("planned", "none yet")),
        ("", None, {}, ("drafted", "none yet")),
        ("", TODAY + timedelta(days=1), {}, ("drafted", "none yet")),
        ("", TODAY, {}, ("in force", "none yet")),
        ("", TODAY, {"direction-review": [date(2027, 5, 3), date(2027, 5, 20)]}, ("with records", "Thu 20 May 2027")),
    ],
    ids=["not there", "there", "in force tomorrow", "in force", "with records"],
)
def test_a_document_comes_from_planned_to_with_records(missing, since, records, expected) -> None:
    """The scope is looked after by the procedure that names its clause."""
    pages = {name: page for name, page in everything().items() if name != missing}
    document = shown("mandatory-documents", facts(pages=pages, history=history(records, since=since)))
    found = row(document, "Clause", "4.3")
    assert (found["State"], found["Last record"]) == expected


def test_a_row_about_everything_shows_the_newest_record_of_all() -> None:
    known = history({"risk-assessment": [date(2027, 4, 1)], "physical-walk": [date(2027, 5, 4)]})
    document = shown("mandatory-documents", facts(history=known))
    assert row(document, "Clause", "8.1")["Last record"] == "Tue 4 May 2027"
    assert row(document, "Clause", "8.1")["State"] == "with records"


def test_handling_of_nonconformities_is_shown_by_those_that_stand_and_by_no_audit() -> None:
    known = history({"internal-audit": [date(2027, 5, 3)]}, since=LONG_AGO)

    def shown_now() -> tuple[str, str]:
        found = row(shown("mandatory-documents", facts(history=known)), "Clause", "10.2")
        return found["State"], found["Last record"]

    assert shown_now() == ("drafted", "none yet")
    known.raised = {"NC-001": "r1", "NC-002": "r2"}
    known.retracted = {"NC-002"}
    assert shown_now() == ("with records", "NC-001")


def test_where_and_last_record_are_links() -> None:
    known = history({"internal-audit": [date(2027, 5, 3)]})
    document = shown(
        "mandatory-documents", facts(history=known, jobs={"internal-audit/2027-05-03": "https://wiki.example/job"})
    )
    assert links(document)["internal-audit-programme"] == "https://wiki.example/internal-audit-programme"
    assert links(document)["Mon 3 May 2027"] == "https://wiki.example/job"


def test_every_control_has_its_row_with_the_procedures_that_name_it() -> None:
    document = shown("applicability-state", facts())
    assert [one["Control"] for one in rows(document)] == [*CONTROLS, "O.1"]
    serving = pack().page("backup-restore-test").title
    assert serving in row(document, "Control", "A.8.13")["Procedures"]
    assert all(one["Procedures"] not in ("", "none yet") for one in rows(document))
    assert {one["State"] for one in rows(document)} == {"planned"}


def test_a_control_comes_from_planned_over_in_place_to_with_record() -> None:
    def state(**given: Any) -> str:
        return row(shown("applicability-state", facts(**given)), "Control", "A.8.13")["State"]

    assert state(history=history(since=TODAY)) == "in place"
    assert state(history=history({"backup-restore-test": [TODAY]}, since=TODAY)) == "with record"
    stopped = history(since=TODAY)
    stopped.items = dict.fromkeys(pack().policy, ("No", True))
    assert state(history=stopped) == "planned"


def test_a_control_that_people_left_out_does_not_apply_whatever_was_done() -> None:
    known = history({"backup-restore-test": [TODAY]}, since=TODAY)
    document = shown("applicability-state", facts(history=known, left_out=frozenset({"A.8.13"})))
    assert row(document, "Control", "A.8.13")["State"] == "does not apply"
    assert row(document, "Control", "A.8.14")["State"] == "in place"


@pytest.mark.parametrize(
    ("said", "out"),
    [
        ("No", True),
        ("no, see why", True),
        ("Nee", True),
        ("yes; no if you use none", False),
        ("not yet", False),
        ("", False),
    ],
)
def test_a_row_is_left_out_by_a_third_cell_that_says_no(said: str, *, out: bool) -> None:
    blocks = [
        Block("1", BlockKind.ROW, "", cells=("A.7.4 ", "watching", said)),
        Block("2", BlockKind.ROW, "", cells=("A.7.5", "no")),
        Block("3", BlockKind.TEXT, "No"),
    ]
    assert left_out(blocks) == (frozenset({"A.7.4"}) if out else frozenset())


def test_a_private_record_is_named_by_key_and_day_and_leads_nowhere() -> None:
    private = [page.id for page in pack().of_kind("procedure") if page.front.get("private")]
    assert "people-security-and-competence-check" in private
    known = history({"people-security-and-competence-check": [date(2027, 5, 3)]})
    key = "people-security-and-competence-check/2027-05-03"
    document = shown("applicability-state", facts(history=known, jobs={key: "https://wiki.example/secret"}))
    assert row(document, "Control", "A.6.1")["Last record"] == f"{key}, Mon 3 May 2027"
    assert "https://wiki.example/secret" not in links(document).values()
