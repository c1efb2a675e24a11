"""People do something to pages that the bot keeps for them: rows of findings, lines of the discussion, non-conformities."""

from __future__ import annotations

import json
from datetime import date, timedelta

from isms_bot.model import Source, Span
from isms_bot.sandbox.client import Sandbox
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


def test_a_finding_that_somebody_trashed_stops_no_pass(columned: Stage) -> None:
    stage = columned
    stage.wiki.set_field(stage.ref(TEST), "due", Span(date(2027, 2, 1)), who="Gus")
    stage.wiki.rename_field(Source.JOBS, "due", "Deadline")
    stage.settle()
    row = next(row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "field-renamed")
    stage.wiki.trash(row.ref, who="Anna")
    stage.wiki.rename_field(Source.JOBS, "due", "Due")
    stage.wiki.edit_text(stage.ref(TEST), "Restore something", "Restore anything", who="Ben")
    stage.settle()
    assert "field-renamed/jobs/due" not in stage.findings()
    last = stage.store.last_completed_pass("acme")
    assert last is not None
    assert last.completed == stage.wiki.now


def test_a_finding_that_somebody_wrote_in_closes_and_opens_again_all_the_same(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.trash(stage.ref(key), who="Chris")
    stage.settle()
    row = next(row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "job-trashed")
    stage.wiki.append(row.ref, "I ask Chris.", who="Anna")
    stage.wiki.restore(stage.ref(key), who="Chris")
    stage.later(minutes=8)
    stage.settle()
    assert [one.fields["status"] for one in stage.rows(Source.FINDINGS) if one.ref == row.ref] == ["Resolved"]
    stage.later(hours=2)
    stage.wiki.trash(stage.ref(key), who="Chris")
    stage.later(hours=2)
    stage.settle()
    assert [one.fields["status"] for one in stage.rows(Source.FINDINGS) if one.ref == row.ref] == ["Open"]


def test_a_line_of_the_discussion_that_somebody_trashed_stops_nothing(stage: Stage) -> None:
    stage.decide("accept late", stage.review(FIRST, "Chris"), until=Span(date(2027, 1, 29)))
    stage.later(minutes=20)
    stage.morning(date(2027, 1, 25))
    assert stage.outcome(stage.review(FIRST, "Dana")) == "introduction"
    line = next(iter(stage.rows(Source.DISCUSSION)))
    stage.wiki.trash(line.ref, who="Anna")
    stage.morning(date(2027, 2, 3))
    assert stage.outcome(stage.review(FIRST, "Chris")) == "introduction"
    assert stage.workspace.history.discussion[f"review/{FIRST.isoformat()}"] >= {stage.review(FIRST, "Chris")}


def test_what_people_write_in_a_line_of_the_discussion_stays(stage: Stage) -> None:
    stage.decide("accept late", stage.review(FIRST, "Chris"), until=Span(date(2027, 1, 29)))
    stage.later(minutes=20)
    stage.morning(date(2027, 1, 25))
    line = next(iter(stage.rows(Source.DISCUSSION)))
    assert (line.fields["missed"], line.fields["of"]) == (2, 3)
    stage.wiki.append(line.ref, "The release was in the way.", who="Dana")
    stage.morning(date(2027, 2, 3))
    line = next(one for one in stage.rows(Source.DISCUSSION) if one.ref == line.ref)
    assert (line.fields["missed"], line.fields["of"]) == (3, 3)
    with stage.platform.undisturbed():
        text = stage.workspace.connector.read(line.ref).text
    assert "The release was in the way." in text
    assert not [name for name in ("Chris", "Dana", "Emil") if name in text.replace("The release", "")]


def test_what_people_said_on_their_jobs_stands_on_the_line_without_a_name(stage: Stage) -> None:
    stage.wiki.append(stage.ref(stage.review(FIRST, "Chris")), "Half of it is no longer true.", who="Chris")
    stage.morning(date(2027, 1, 25))
    line = next(iter(stage.rows(Source.DISCUSSION)))
    said = [text for text in stage.comments(line.ref) if "Half of it is no longer true." in text]
    assert len(said) == 1
    assert "Chris" not in said[0]


def test_comments_that_cannot_be_read_are_a_finding_and_accuse_nobody(notion: tuple[Stage, Sandbox]) -> None:
    stage, sandbox = notion
    key = stage.review(FIRST, "Chris")
    sandbox.integration(read_comments=False)
    stage.sign(key, "Chris")
    days(stage, 10)
    assert "comments-off/wiki" in stage.findings()
    assert stage.outcome(key) is None
    sandbox.integration(read_comments=True)
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(key) == "recorded"
    assert "comments-off/wiki" not in stage.findings()


def test_one_mark_on_two_pages_is_a_finding_and_both_stay(columned: Stage) -> None:
    stage = columned
    key = stage.review(FIRST, "Chris")
    mark = stage.job(key).mark
    assert mark is not None
    half = json.dumps({"v": 1, "installation": mark.installation, "workspace": "acme", "key": key, "page": ""})
    other = stage.wiki.create_row(Source.JOBS, "Mine", {"mark": half, "key": key}, who="Dana")
    stage.settle()
    assert f"mark-twice/{key}" in stage.findings()
    stage.sign(key, "Chris")
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(key) == "recorded"
    assert {other, stage.ref(key)} <= {row.ref for row in stage.rows(Source.JOBS)}
    stage.wiki.set_field(other, "mark", None, who="Dana")
    stage.settle()
    assert f"mark-twice/{key}" not in stage.findings()


def test_a_file_below_the_form_belongs_to_the_job(notion: tuple[Stage, Sandbox]) -> None:
    stage, _ = notion
    key = stage.review(FIRST, "Chris")
    picture = {"type": "image", "image": {"type": "external", "external": {"url": "https://example.com/proof.png"}}}
    stage.wiki.act("Chris", "append", page=stage.ref(key), blocks=[picture])
    stage.sign(key, "Chris")
    stage.settle()
    assert stage.outcome(key) == "recorded"
    with stage.platform.undisturbed():
        assert "proof.png" in stage.workspace.connector.read(stage.ref(key)).text
