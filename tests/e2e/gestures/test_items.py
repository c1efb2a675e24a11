"""A policy item that people set to "No" or take away: its jobs are cancelled, and who decided so and why is kept."""

from __future__ import annotations

from typing import Any

from isms_bot.model import Page, Source
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST

FINDING = "applies-without-reason/promise"


def item(stage: Stage) -> Page:
    return next(row for row in stage.rows(Source.POLICIES) if row.fields.get("item") == "promise")


def noted(stage: Stage) -> list[dict[str, Any]]:
    """What the ledger keeps, reasons in words."""
    ledger = stage.workspace.ledger
    rows = [dict(entry.body) for entry in ledger.entries() if entry.kind == "applies"]
    return [{**row, "reason": ledger.reveal(row["reason"]) if row["reason"] else ""} for row in rows]


def test_without_a_reason_the_product_manager_is_asked_for_it_until_it_stands_there(stage: Stage) -> None:
    page = item(stage)
    stage.wiki.set_field(page.ref, "applies", "No", who="Ben")
    stage.settle()
    assert stage.outcome(stage.review(FIRST, "Chris")) == stage.outcome(TEST) == "cancelled"
    day = {"day": stage.today.isoformat()}
    assert noted(stage) == [{"item": "promise", "applies": "No", "reason": "", "by": stage.person("Ben"), **day}]
    assert FINDING in stage.findings()
    stage.wiki.set_field(page.ref, "reason", "We host nothing.", who="Anna")
    stage.settle()
    assert FINDING not in stage.findings()
    assert [(row["reason"], row["by"]) for row in noted(stage)][1:] == [("We host nothing.", stage.person("Anna"))]
    stage.wiki.set_field(page.ref, "applies", "Yes", who="Anna")
    stage.settle()
    assert [row["applies"] for row in noted(stage)] == ["No", "No", "Yes"]


def test_a_reason_given_at_once_is_kept_and_nobody_is_asked(stage: Stage) -> None:
    page = item(stage)
    stage.wiki.set_field(page.ref, "reason", "We host nothing.", who="Anna")
    stage.wiki.set_field(page.ref, "applies", "No", who="Anna")
    stage.settle()
    assert [row["reason"] for row in noted(stage)] == ["We host nothing."]
    assert FINDING not in stage.findings()


def test_a_row_of_decisions_is_a_reason_too(stage: Stage) -> None:
    stage.decide("does not apply", "promise", why="we host nothing")
    stage.wiki.set_field(item(stage).ref, "applies", "No", who="Anna")
    stage.later(minutes=20)
    stage.settle()
    assert FINDING not in stage.findings()


def test_an_item_that_was_taken_away_counts_as_no_with_the_reason_missing(stage: Stage) -> None:
    stage.wiki.trash(item(stage).ref, who="Anna")
    stage.later(hours=25)
    stage.settle()
    assert [row["applies"] for row in noted(stage)] == ["taken away"]
    assert FINDING in stage.findings()


# --- rows of findings -------------------------------------------------------------------------------------------------------


def test_a_finding_whose_row_was_taken_away_gets_a_new_row_when_it_comes_back(stage: Stage) -> None:
    page = item(stage)
    stage.wiki.set_field(page.ref, "applies", "No", who="Anna")
    stage.settle()
    first = stage.workspace.history.findings[FINDING]
    stage.wiki.trash(first, who="Anna")
    stage.wiki.set_field(page.ref, "applies", "Yes", who="Anna")
    stage.settle()
    assert FINDING not in stage.findings()
    stage.wiki.set_field(page.ref, "applies", "No", who="Anna")
    stage.settle()
    second = stage.workspace.history.findings[FINDING]
    assert second != first
    shown = [row for row in stage.rows(Source.FINDINGS) if row.mark and row.mark.key == f"finding/{FINDING}"]
    assert [(row.ref, row.fields["status"]) for row in shown] == [(second, "Open")]
    stage.settle()
    assert stage.workspace.history.findings[FINDING] == second, "once"


def test_a_finding_that_comes_back_opens_its_old_row_again(stage: Stage) -> None:
    page = item(stage)
    for applies in ("No", "Yes", "No"):
        stage.wiki.set_field(page.ref, "applies", applies, who="Anna")
        stage.settle()
    shown = [row for row in stage.rows(Source.FINDINGS) if row.mark and row.mark.key == f"finding/{FINDING}"]
    assert [row.fields["status"] for row in shown] == ["Open"]
