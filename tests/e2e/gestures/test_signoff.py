"""Signing, whole: what people write on a page, and what comes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from isms_bot.model import Signing, Source, Span
from isms_bot.sandbox import client
from isms_bot.testing import gestures
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


@pytest.fixture
def key(stage: Stage) -> str:
    """Chris's review, due today."""
    return stage.review(FIRST, "Chris")


def done(stage: Stage, key: str) -> None:
    """Passes until a signed job would be filed; a comment alone is seen when its page is read again, within the hour."""
    stage.later(minutes=61)
    stage.settle()


def test_three_lines_sign_and_the_record_says_what_was_seen(stage: Stage, key: str) -> None:
    stage.sign(key, "Chris")
    done(stage, key)
    assert stage.outcome(key) == "recorded"
    fields = stage.job(key).fields
    assert fields["status"] == "Recorded"
    assert str(fields["evidence"]).startswith("Chris, at own account:")
    policy = next(row for row in stage.rows(Source.POLICIES) if row.fields["item"] == "promise")
    assert fields["policy"] == (policy.ref,)
    assert key in stage.workspace.history.records


def test_a_signing_comment_signs_by_own_account(stage: Stage, key: str) -> None:
    stage.wiki.tick(stage.ref(key), who="Chris")
    stage.wiki.comment(stage.ref(key), "Signed", who="Chris")
    done(stage, key)
    assert stage.outcome(key) == "recorded"
    assert "by own account" in str(stage.job(key).fields["evidence"])


def test_a_signing_comment_on_a_job_that_is_due_is_seen_within_minutes(stage: Stage, key: str) -> None:
    stage.wiki.tick(stage.ref(key), who="Chris")
    stage.later(minutes=5)
    stage.pass_()
    stage.wiki.comment(stage.ref(key), "Signed", who="Chris")
    stage.later(minutes=11)
    stage.pass_()
    assert stage.watch.readings[key].verdict.signing is Signing.SIGNED


def test_urgent_jobs_never_keep_the_others_from_being_read(stage: Stage, key: str) -> None:
    stage.configure("sweep = 3")
    stage.stride = 1
    seen = set()
    for _ in range(30):
        stage.later(minutes=30)
        stage.pass_()
        seen |= {
            one for one, reading in stage.watch.readings.items() if reading.at == stage.wiki.now.replace(microsecond=0)
        }
    assert {key, TEST} <= seen
    stage.configure()


def test_the_fields_signed_by_and_signed_on_sign(stage: Stage, key: str) -> None:
    stage.wiki.tick(stage.ref(key), who="Chris")
    stage.wiki.set_field(stage.ref(key), "signed_on", Span(FIRST), who="Chris")
    stage.wiki.set_field(stage.ref(key), "signed_by", (stage.account("Chris"),), who="Chris")
    done(stage, key)
    assert stage.outcome(key) == "recorded"


def test_a_job_is_not_filed_while_somebody_may_still_be_writing(stage: Stage, key: str) -> None:
    stage.sign(key, "Chris")
    stage.pass_()
    assert stage.outcome(key) is None
    stage.later(minutes=10)
    stage.pass_()
    assert stage.outcome(key) is None
    stage.later(minutes=10)
    stage.pass_()
    assert stage.outcome(key) == "recorded"


def test_a_wrong_signer_is_asked_and_never_silently_accepted(stage: Stage, key: str) -> None:
    stage.sign(key, "Dana", name="Dana")
    done(stage, key)
    days(stage, 1)
    assert stage.outcome(key) is None
    assert stage.workspace.history.replies & {(key, f"someone-else:{stage.person('Dana')}")}
    stage.wiki.comment(stage.ref(key), "Signed", who="Chris")
    done(stage, key)
    assert stage.outcome(key) == "recorded"


def test_lines_filled_by_another_account_are_unclear_and_a_comment_settles_it(stage: Stage, key: str) -> None:
    stage.sign(key, "Femke", name="Chris")
    done(stage, key)
    days(stage, 1)
    assert stage.outcome(key) is None
    assert (key, "unclear") in stage.workspace.history.replies
    stage.wiki.comment(stage.ref(key), "Signed", who="Chris")
    done(stage, key)
    assert stage.outcome(key) == "recorded"


def test_ticks_alone_are_said_once_and_file_nothing(stage: Stage, key: str) -> None:
    stage.wiki.tick(stage.ref(key), who="Chris")
    done(stage, key)
    days(stage, 2)
    assert stage.outcome(key) is None
    assert stage.said(key, "all steps are ticked. To finish") == 1


def test_a_half_signed_job_gets_a_last_call_and_is_never_said_to_be_undone(stage: Stage, key: str) -> None:
    stage.wiki.tick(stage.ref(key), who="Chris")
    stage.wiki.write(stage.ref(key), "Name:", "Chris", who="Chris")
    days(stage, 14)
    assert stage.outcome(key) == "introduction"
    assert stage.said(key, "the signature is not complete yet") == 1
    assert stage.promise(key).grace_end > FIRST + timedelta(days=3)


def test_a_step_that_does_not_fit_is_answered_with_a_reason(stage: Stage, key: str) -> None:
    stage.wiki.tick(stage.ref(key), "Read the policy", who="Chris")
    stage.wiki.edit_text(
        stage.ref(key), "Ask what is unclear.", "Ask what is unclear. n/a: all of it is clear", who="Chris"
    )
    stage.wiki.comment(stage.ref(key), "Signed", who="Chris")
    done(stage, key)
    assert stage.outcome(key) == "recorded"


@pytest.mark.parametrize(
    "typed", ["18/1/2027", "18-01-2027", "2027-01-18", "January 18, 2027", "18 January 2027", "Jan 18"]
)
def test_dates_count_however_people_type_them(stage: Stage, key: str, typed: str) -> None:
    stage.sign(key, "Chris", on=typed)
    done(stage, key)
    assert stage.outcome(key) == "recorded"
    row = next(entry for entry in stage.workspace.ledger.entries() if entry.kind == "outcome" and entry.key == key)
    assert [signature["done_on"] for signature in row.body["signatures"]] == ["2027-01-18"]


def test_what_is_unclear_or_a_pain_becomes_a_question(stage: Stage, key: str) -> None:
    stage.sign(key, "Chris", feedback="Chapter 2 is a pain.")
    done(stage, key)
    assert stage.outcome(key) == "recorded"
    rows = stage.rows(Source.QUESTIONS)
    assert [row.title for row in rows] == ["Policy review: Chapter 2 is a pain."]
    assert rows[0].fields["asked_by"] == (stage.account("Chris"),)


def test_of_several_people_none_is_said_to_have_asked(stage: Stage) -> None:
    stage.sign(TEST, "Ben", feedback="The list is out of date.")
    done(stage, TEST)
    (row,) = stage.rows(Source.QUESTIONS)
    assert row.title == "Restore test: The list is out of date."
    assert not row.fields.get("asked_by")


def test_any_of_several_may_sign_for_all(stage: Stage) -> None:
    stage.wiki.tick(stage.ref(TEST), "Restore something", who="Ben")
    stage.wiki.tick(stage.ref(TEST), "Compare it", who="Gus")
    stage.wiki.comment(stage.ref(TEST), "Signed", who="Gus")
    done(stage, TEST)
    assert stage.outcome(TEST) == "recorded"


def test_signed_in_time_and_seen_late_is_in_time(stage: Stage, key: str) -> None:
    stage.morning(date(2027, 1, 21))
    stage.later(hours=3)
    stage.wiki.tick(stage.ref(key), who="Chris")
    stage.wiki.comment(stage.ref(key), "Signed", who="Chris")
    stage.at(date(2027, 1, 23))
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_a_missed_job_that_is_signed_before_the_next_one_opens_is_recorded_late(stage: Stage, key: str) -> None:
    days(stage, 14)
    assert stage.outcome(key) == "introduction"
    stage.sign(key, "Chris")
    done(stage, key)
    assert stage.outcome(key) == "recorded late"
    assert stage.job(key).fields["status"] == "Recorded late"


def test_a_page_edited_while_it_is_filed_is_looked_at_again(stage: Stage, key: str) -> None:
    stage.sign(key, "Chris")
    stage.pass_()
    stage.later(minutes=20)
    stage.wiki.append(stage.ref(key), "One more thing.", who="Chris")
    stage.pass_()
    assert stage.outcome(key) is None
    stage.later(minutes=20)
    stage.pass_()
    assert stage.outcome(key) == "recorded"


def test_a_record_that_is_changed_is_shown_with_what_it_was_and_never_put_back(stage: Stage, key: str) -> None:
    stage.sign(key, "Chris")
    done(stage, key)
    if stage.workspace.connector.capabilities.restrictions:
        with pytest.raises((gestures.Refused, client.Refused)):
            stage.wiki.append(stage.ref(key), "Afterthought.", who="Dana")
        return
    stage.wiki.append(stage.ref(key), "Afterthought: two files, not one.", who="Dana")
    stage.later(minutes=20)
    stage.settle()
    (finding,) = (row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "record-changed")
    lines = [block.text for block in stage.workspace.connector.read(finding.ref).blocks]
    assert any(line.startswith("+ ") and line.endswith("Afterthought: two files, not one.") for line in lines)
    assert any("was changed since it was signed, by Dana" in line for line in lines)
    assert stage.said(key, "Changed since it was signed, by Dana") == 1
    assert stage.outcome(key) == "recorded"
    stage.wiki.edit_text(stage.ref(key), "two files, not one", "one file", who="Dana")
    stage.later(minutes=20)
    stage.settle()
    assert len([row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "record-changed"]) == 2
    assert stage.said(key, "Changed since it was signed, by Dana") == 2


# --- for somebody else ---


def test_signed_for_somebody_counts_once_the_role_owner_confirmed_it(stage: Stage) -> None:
    stage.wiki.tick(stage.ref(TEST), who="Chris")
    stage.wiki.comment(stage.ref(TEST), "Signed for Gus", who="Chris")
    done(stage, TEST)
    assert stage.outcome(TEST) is None
    assert stage.said(TEST, "Chris signed here for Gus. Three ways, all fine: your comment “Confirmed”") == 1
    for who in ("Chris", "Gus", "Dana"):
        stage.wiki.comment(stage.ref(TEST), "Confirmed", who=who)
    done(stage, TEST)
    assert stage.outcome(TEST) is None
    stage.wiki.comment(stage.ref(TEST), "Confirmed", who="Anna")
    done(stage, TEST)
    assert stage.outcome(TEST) == "recorded"
    row = next(entry for entry in stage.workspace.ledger.entries() if entry.kind == "outcome" and entry.key == TEST)
    (signature,) = row.body["signatures"]
    assert (signature["signer"], signature["on_behalf_of"]) == (stage.person("Chris"), stage.person("Gus"))
    assert signature["confirmed_by"] == stage.person("Anna")
    assert "Chris on behalf of Gus." in str(stage.job(TEST).fields["evidence"])
    assert stage.said(TEST, "Chris signed here for Gus") == 1


def test_signed_for_somebody_and_declined_leaves_the_job_open(stage: Stage) -> None:
    stage.wiki.tick(stage.ref(TEST), who="Chris")
    stage.wiki.comment(stage.ref(TEST), "Signed for Gus", who="Chris")
    done(stage, TEST)
    stage.wiki.comment(stage.ref(TEST), "Declined: please take it over instead", who="Anna")
    done(stage, TEST)
    assert stage.outcome(TEST) is None
    assert stage.said(TEST, "the signature of Chris for Gus does not count by itself") == 1
    stage.wiki.comment(stage.ref(TEST), "Signed", who="Gus")
    done(stage, TEST)
    assert stage.outcome(TEST) == "recorded"


def test_a_personal_job_cannot_be_signed_for_another(stage: Stage, key: str) -> None:
    stage.wiki.tick(stage.ref(key), who="Dana")
    stage.wiki.comment(stage.ref(key), "Signed for Chris", who="Dana")
    stage.wiki.comment(stage.ref(key), "Confirmed", who="Anna")
    done(stage, key)
    assert stage.outcome(key) is None
    assert stage.said(key, "cannot be given for another, so it waits for Chris") == 1


def test_what_was_written_and_not_published_is_asked_for_before_anything_is_held_against_anybody(
    exact: tuple[Stage, Any],
) -> None:
    stage, saved = exact
    stage.restore(saved)
    key = stage.review(FIRST, "Chris")
    stage.wiki.draft(stage.ref(key))
    days(stage, 1)
    assert stage.said(key, "Press Publish") == 1
    promised = stage.promise(key)
    assert (promised.due, stage.job(key).fields["status"]) == (FIRST + timedelta(days=3), "Open")
    days(stage, 4)
    assert stage.said(key, "Press Publish") == 1
    assert stage.job(key).fields["status"] == "Missed"
