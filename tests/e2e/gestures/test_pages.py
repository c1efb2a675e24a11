"""People do something to the page of a job as a whole, or beside its form."""

from __future__ import annotations

from datetime import date, timedelta

from isms_bot.model import PageState, Source
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


def live(stage: Stage, key: str) -> int:
    """How many live job pages carry this key as originals."""
    return sum(page.mark is not None and page.mark.key == key and page.is_original for page in stage.rows(Source.JOBS))


# --- duplicated ---


def test_a_copy_is_no_job_and_both_pages_stay(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    copy = stage.wiki.duplicate(stage.ref(key), who="Chris")
    stage.settle()
    stage.sign(key, "Chris")
    stage.settle()
    assert stage.outcome(key) == "recorded"
    assert copy in {page.ref for page in stage.rows(Source.JOBS)}
    assert stage.said(key, "copy of this job") == 0


def test_a_copy_that_was_filled_in_is_one_comment_and_no_accusation(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    copy = stage.wiki.duplicate(stage.ref(key), who="Chris")
    stage.fill(copy, "Chris")
    days(stage, 14)
    assert stage.outcome(key) is None
    assert stage.said(key, "A copy of this job was filled in".lower()[2:]) == 1
    assert f"copy-of-job/{key}" in stage.findings()
    assert {page.ref for page in stage.rows(Source.JOBS)} >= {copy, stage.ref(key)}


def test_a_copy_of_a_copy_disturbs_nothing(stage: Stage) -> None:
    copy = stage.wiki.duplicate(stage.ref(TEST), who="Ben")
    stage.wiki.duplicate(copy, who="Gus")
    stage.settle()
    stage.sign(TEST, "Gus")
    stage.settle()
    assert stage.outcome(TEST) == "recorded"
    assert live(stage, TEST) == 1


# --- taken away ---


def test_a_trashed_job_is_asked_about_once_and_nobody_is_reminded(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    told = sum(one.person == stage.person("Chris") for one in stage.workspace.history.notices[key])
    stage.wiki.trash(stage.ref(key), who="Chris")
    stage.settle()
    days(stage, 2)
    assert f"job-trashed/{key}" in stage.findings()
    rows = [row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "job-trashed"]
    assert len(rows) == 1
    assert rows[0].fields["for"] == (stage.account("Anna"),)
    assert stage.comments(rows[0].ref)[0].removeprefix("@").startswith("Anna")
    assert len(stage.comments(rows[0].ref)) == 1
    assert stage.outcome(key) is None
    assert sum(one.person == stage.person("Chris") for one in stage.workspace.history.notices[key]) == told
    assert live(stage, key) == 0


def test_keep_it_away_ends_the_occurrence_as_withdrawn(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.trash(stage.ref(key), who="Chris")
    stage.settle()
    stage.decide("keep away", key)
    stage.later(minutes=20)
    stage.settle()
    days(stage, 10)
    assert stage.outcome(key) == "withdrawn"
    assert stage.findings() == set()
    assert live(stage, key) == 0


def test_a_restored_job_goes_on_with_its_key(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.trash(stage.ref(key), who="Chris")
    stage.settle()
    stage.wiki.restore(stage.ref(key), who="Chris")
    stage.settle()
    assert stage.findings() == set()
    stage.sign(key, "Chris")
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_an_unanswered_question_ends_as_a_miss_for_the_owner_and_never_for_the_assignee(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.trash(stage.ref(key), who="Chris")
    days(stage, 21)
    assert stage.outcome(key) == "introduction"
    assert all(
        one.step == "opened" or one.day <= FIRST + timedelta(days=1) for one in stage.workspace.history.notices[key]
    )


def test_a_purged_job_is_no_accusation_and_is_never_made_a_second_time(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.purge(stage.ref(key))
    days(stage, 3)
    assert live(stage, key) == 0
    assert stage.outcome(key) is None
    assert len([page for page in stage.rows(Source.JOBS) if page.title == "Policy review, January 2027, Chris"]) == 0


def test_an_archived_job_is_asked_about_and_goes_on_once_it_is_back(archiving: Stage) -> None:
    stage = archiving
    key = stage.review(FIRST, "Chris")
    stage.wiki.archive(stage.ref(key), who="Chris")
    stage.settle()
    days(stage, 1)
    assert f"job-trashed/{key}" in stage.findings()
    stage.wiki.restore(stage.ref(key), who="Chris")
    stage.settle()
    assert stage.findings() == set()
    stage.sign(key, "Chris")
    stage.settle()
    assert stage.outcome(key) == "recorded"


# --- moved ---


def test_a_job_moved_outside_is_a_finding_and_never_made_anew(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.move(stage.ref(key), who="Chris")
    days(stage, 2)
    assert f"page-moved-outside/{key}" in stage.findings()
    assert live(stage, key) == 0
    assert stage.outcome(key) is None
    stage.wiki.move(stage.ref(key), Source.JOBS, who="Chris")
    days(stage, 1)
    assert f"page-moved-outside/{key}" not in stage.findings()


# --- beside the form ---


def test_a_resolved_thread_takes_no_signature_away(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.tick(stage.ref(key), who="Chris")
    comment = stage.wiki.comment(stage.ref(key), "Signed", who="Chris")
    stage.pass_()
    stage.wiki.resolve(stage.ref(key), comment, who="Dana")
    stage.later(minutes=20)
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_text_below_the_form_belongs_to_the_job_and_is_kept(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.append(stage.ref(key), "I looked at chapter 3 twice.", who="Chris")
    stage.wiki.append_uncopyable(stage.ref(key), who="Chris")
    stage.sign(key, "Chris")
    stage.settle()
    assert stage.outcome(key) == "recorded"
    with stage.platform.undisturbed():
        assert "I looked at chapter 3 twice." in stage.workspace.connector.read(stage.ref(key)).text


def test_the_bot_never_takes_away_what_people_wrote_in(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.append(stage.ref(key), "Half done.", who="Chris")
    days(stage, 45)
    assert stage.job(key).state is PageState.LIVE
    assert stage.workspace.history.superseded
    with stage.platform.undisturbed():
        assert "Half done." in stage.workspace.connector.read(stage.ref(key)).text
    assert date(2027, 2, 18) in stage.workspace.history.latest["review"]
