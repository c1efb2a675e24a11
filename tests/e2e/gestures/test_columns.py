"""People change columns and options: a finding with the sentence how to repair it, and no repair by force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isms_bot.layout import FieldKind
from isms_bot.model import Source, Span
from isms_bot.sandbox.client import Sandbox
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST


@pytest.fixture
def stage(columned: Stage) -> Stage:
    """Pages of Confluence have a table each, and no columns in common."""
    return columned


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


def test_a_renamed_column_breaks_nothing_and_is_told(stage: Stage) -> None:
    stage.wiki.rename_field(Source.JOBS, "due", "Deadline")
    stage.wiki.rename_field(Source.JOBS, "assignee", "Who")
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris")
    stage.settle()
    assert {"field-renamed/jobs/due", "field-renamed/jobs/assignee"} <= stage.findings()
    assert stage.outcome(key) == "recorded"
    assert stage.job(TEST).fields["due"] == Span(stage.promise(TEST).due)


def test_a_renamed_option_breaks_nothing(stage: Stage) -> None:
    stage.wiki.rename_option(Source.JOBS, "status", "Recorded", "Done and dusted")
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris")
    stage.settle()
    assert stage.outcome(key) == "recorded"
    assert stage.job(key).fields["status"] == "Recorded"


@pytest.mark.parametrize("field", ["due", "status", "assignee", "grace_end", "evidence"])
def test_a_deleted_column_is_a_finding_and_accuses_nobody(stage: Stage, field: str) -> None:
    stage.wiki.edit_text(stage.ref(TEST), "Restore something", "Restore anything", who="Ben")
    stage.wiki.delete_field(Source.JOBS, field)
    stage.settle()
    days(stage, 2)
    assert f"field-deleted/jobs/{field}" in stage.findings()
    assert stage.workspace.history.numbers == {}
    finding = next(row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "field-deleted")
    assert finding.fields["todo"]


def test_a_retyped_column_is_a_finding(stage: Stage) -> None:
    stage.wiki.edit_text(stage.ref(TEST), "Restore something", "Restore anything", who="Ben")
    stage.wiki.retype_field(Source.JOBS, "due", FieldKind.TEXT)
    stage.settle()
    assert "field-retyped/jobs/due" in stage.findings()
    finding = next(row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "field-retyped")
    assert finding.fields["todo"] == "Give the column Due its old type again: date."


def test_the_finding_of_a_column_closes_once_the_column_is_back(stage: Stage) -> None:
    stage.wiki.edit_text(stage.ref(TEST), "Restore something", "Restore anything", who="Ben")
    stage.wiki.retype_field(Source.JOBS, "reviewer", FieldKind.TEXT)
    stage.settle()
    days(stage, 2)
    assert "field-retyped/jobs/reviewer" in stage.findings()
    stage.wiki.retype_field(Source.JOBS, "reviewer", FieldKind.PEOPLE)
    stage.settle()
    assert stage.findings() == set()


def test_a_deleted_view_is_no_loss(notion: tuple[Stage, Sandbox]) -> None:
    stage, _sandbox = notion
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris")
    stage.settle()
    wire = stage.workspace.connector._wire  # type: ignore[attr-defined]
    place = stage.workspace.need_layout().sources[Source.JOBS]
    views = [one["id"] for one in wire.pages("views", "looking", {"data_source_id": place.ref})]
    assert views
    for view in views:
        stage.wiki.act("Anna", "delete_view", view=view)
    other = stage.review(FIRST, "Dana")
    stage.sign(other, "Dana")
    stage.settle()
    assert stage.outcome(other) == "recorded"


def test_a_deleted_view_is_pointed_out_within_a_day_until_it_is_there_again(notion: tuple[Stage, Sandbox]) -> None:
    stage, _sandbox = notion
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris")
    stage.later(minutes=61)
    stage.settle()
    wire = stage.workspace.connector._wire  # type: ignore[attr-defined]
    place = stage.workspace.need_layout().sources[Source.JOBS]
    item = next(row.ref for row in stage.rows(Source.POLICIES) if row.fields.get("item") == "promise")
    (view,) = (
        one["id"]
        for one in wire.pages("views", "looking", {"data_source_id": place.ref})
        if wire.get(f"views/{one['id']}", "looking")["parent"]["database_id"] != place.extra["database"]
    )
    stage.wiki.act("Anna", "delete_view", view=view)
    stage.settle()
    assert stage.findings() == set()
    stage.morning(FIRST + timedelta(days=2))
    assert stage.findings() == {f"view-deleted/policies/{item}"}
    assert stage.pass_().done == {}
    stage.workspace.connector._filing._made(item)  # type: ignore[attr-defined]
    stage.morning(FIRST + timedelta(days=4))
    assert stage.findings() == set()


def test_a_locked_page_is_read_and_filed_all_the_same(notion: tuple[Stage, Sandbox]) -> None:
    stage, _ = notion
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris")
    stage.wiki.act("Chris", "lock", page=stage.ref(key))
    stage.settle()
    assert stage.outcome(key) == "recorded"
