"""People change fields of a job: assignee, due day, status."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from isms_bot.model import Span
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


def test_a_hand_over_to_somebody_of_the_role_is_noted_and_the_clock_goes_on(stage: Stage) -> None:
    due = stage.promise(TEST).due
    stage.wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Gus"),), who="Ben")
    stage.settle()
    assert stage.promise(TEST).people == (stage.person("Gus"),)
    assert stage.promise(TEST).due == due
    assert stage.job(TEST).fields["assignee"] == (stage.account("Gus"),)
    assert stage.said(TEST, "with Ben again") == 0


def test_a_newcomer_named_by_the_product_manager_gets_the_minimum_time(stage: Stage) -> None:
    stage.morning(date(2027, 1, 25))
    stage.wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Femke"),), who="Anna")
    stage.settle()
    assert stage.promise(TEST).people == (stage.person("Femke"),)
    assert stage.promise(TEST).due == date(2027, 2, 1)
    assert stage.job(TEST).fields["due"] == Span(date(2027, 2, 1))


def test_a_hand_over_made_during_an_outage_is_not_swallowed_by_it(stage: Stage) -> None:
    stage.at(date(2027, 1, 25), 11)
    stage.wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Femke"),), who="Anna")
    stage.settle()
    assert stage.promise(TEST).people == (stage.person("Femke"),)
    assert stage.job(TEST).fields["assignee"] == (stage.account("Femke"),)
    assert stage.job(TEST).fields["due"] == Span(stage.promise(TEST).due)


def test_a_new_assignee_and_a_new_date_at_once_both_count(stage: Stage) -> None:
    stage.wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Femke"),), who="Anna")
    stage.wiki.set_field(stage.ref(TEST), "due", Span(date(2027, 2, 3)), who="Anna")
    stage.settle()
    assert stage.promise(TEST).people == (stage.person("Femke"),)
    assert stage.promise(TEST).due == date(2027, 2, 3)
    fields = stage.job(TEST).fields
    assert (fields["assignee"], fields["due"]) == ((stage.account("Femke"),), Span(date(2027, 2, 3)))


def test_a_job_given_to_somebody_without_the_role_comes_back_with_one_friendly_comment(stage: Stage) -> None:
    stage.wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Femke"),), who="Gus")
    stage.settle()
    days(stage, 2)
    assert set(stage.job(TEST).fields["assignee"]) == {stage.account("Ben"), stage.account("Gus")}  # type: ignore[arg-type]
    assert stage.promise(TEST).people == (stage.person("Ben"), stage.person("Gus"))
    assert stage.said(TEST, "again. A job that each of us does personally") == 1


def test_a_personal_job_stays_with_its_person(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.set_field(stage.ref(key), "assignee", (stage.account("Dana"),), who="Chris")
    stage.settle()
    days(stage, 1)
    assert stage.job(key).fields["assignee"] == (stage.account("Chris"),)
    assert stage.said(key, "again. A job that each of us does personally") == 1


@pytest.mark.parametrize("away", [False, True])
def test_somebody_who_is_away_is_named_and_not_called(columned: Stage, away: bool) -> None:
    """Where a mention reads otherwise than a name; whom to call is decided the same way for every wiki."""
    key = columned.review(FIRST, "Chris")
    if away:
        columned.wiki.set_field(columned.user("Chris").ref, "away", Span(FIRST, date(2027, 1, 29)), who="Chris")
        columned.settle()
    columned.wiki.set_field(columned.ref(key), "assignee", (columned.account("Dana"),), who="Dana")
    columned.settle()
    assert columned.said(key, "This job is with Chris again") == away, (
        "wikis show a mention with an @, or as an empty link"
    )


def test_a_later_date_set_by_the_product_manager_counts_and_the_first_one_stays_visible(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.set_field(stage.ref(key), "due", Span(date(2027, 1, 26)), who="Anna")
    stage.settle()
    days(stage, 1)
    assert stage.promise(key).due == date(2027, 1, 26)
    assert stage.promise(key).grace_end == date(2027, 1, 29)
    fields = stage.job(key).fields
    assert (fields["due"], fields["first_due"]) == (Span(date(2027, 1, 26)), Span(FIRST))
    assert fields["grace_end"] == Span(date(2027, 1, 29))
    assert fields["status"] == "Open"
    assert stage.said(key, "What was the reason?") == 1


def test_a_later_date_set_by_somebody_else_is_put_back_and_becomes_a_request(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.set_field(stage.ref(key), "due", Span(date(2027, 1, 26)), who="Chris")
    stage.settle()
    days(stage, 1)
    assert stage.promise(key).due == FIRST
    assert stage.job(key).fields["due"] == Span(FIRST)
    assert stage.said(key, "Your wish has been passed on") == 1
    assert f"postponement-asked/{key}@2027-01-26" in stage.findings()


def test_an_earlier_date_is_put_back_whoever_set_it(stage: Stage) -> None:
    stage.wiki.set_field(stage.ref(TEST), "due", Span(date(2027, 1, 20)), who="Anna")
    stage.settle()
    assert stage.promise(TEST).due == date(2027, 1, 25)
    assert stage.job(TEST).fields["due"] == Span(date(2027, 1, 25))


def test_a_due_day_that_was_emptied_comes_back(stage: Stage) -> None:
    stage.wiki.set_field(stage.ref(TEST), "due", None, who="Ben")
    stage.settle()
    assert stage.job(TEST).fields["due"] == Span(date(2027, 1, 25))


def test_a_status_set_by_hand_changes_no_phase_and_one_line_says_what_is_missing(stage: Stage) -> None:
    stage.wiki.set_field(stage.ref(TEST), "status", "Recorded", who="Gus")
    stage.settle()
    days(stage, 1)
    assert stage.outcome(TEST) is None
    assert stage.job(TEST).fields["status"] == "Open"
    assert stage.said(TEST, "setting it by hand changes nothing yet") == 1


def test_nobody_is_accused_for_what_was_done_to_fields(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.set_field(stage.ref(key), "assignee", (), who="Chris")
    stage.wiki.set_field(stage.ref(key), "due", None, who="Chris")
    stage.wiki.set_field(stage.ref(key), "status", None, who="Chris")
    stage.sign(key, "Chris")
    stage.settle()
    assert stage.outcome(key) == "recorded"
