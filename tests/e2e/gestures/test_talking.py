"""What the bot says to those who look after the ISMS, and to the team: the Monday page, the end of the introduction, findings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from isms_bot.model import Page, Source, Span
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST


@pytest.fixture(autouse=True)
def configured(stage: Stage) -> Iterator[None]:
    """Whatever a test configures holds for that test."""
    yield
    stage.configure()


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


def row(stage: Stage, kind: str) -> Page:
    """The open row of Findings of this kind."""
    (found,) = (
        one for one in stage.rows(Source.FINDINGS) if one.fields["kind"] == kind and one.fields["status"] == "Open"
    )
    return found


def text(stage: Stage, ref: str) -> str:
    """The body of a page."""
    with stage.platform.undisturbed():
        return stage.workspace.connector.read(ref).text


def mondays(stage: Stage) -> list[str]:
    """The states of the Monday pages, oldest first."""
    found = [one for one in stage.rows(Source.FINDINGS) if one.fields["kind"] == "monday"]
    return [str(one.fields["status"]) for one in sorted(found, key=lambda one: str(one.fields["since"]))]


# --- Mondays ---


def test_escalation_is_a_line_on_monday_and_no_comment_on_the_job(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.decide("accept late", key, until=Span(date(2027, 3, 1)))
    stage.later(minutes=20)
    days(stage, 7)
    page = row(stage, "monday")
    assert page.title == "For the product manager, Mon 25 January"
    assert page.fields["for"] == (stage.account("Anna"),)
    said = stage.comments(page.ref)
    assert len(said) == 1
    assert "1 job overdue by more than three working days" in said[0]
    body = text(stage, page.ref)
    assert ": due Mon 18 January, 5 working days ago, with the role developer" in body
    assert "Chris" not in body
    stage.settle()
    assert len(stage.comments(page.ref)) == 1
    assert mondays(stage) == ["Open"]
    stage.sign(key, "Chris")
    days(stage, 7)
    assert mondays(stage) == ["Resolved"]


def test_a_later_page_takes_the_place_of_the_one_before(stage: Stage) -> None:
    stage.wiki.set_field(stage.user("Hana").ref, "roles", ("developer",), who="Hana")
    days(stage, 14)
    assert mondays(stage) == ["Resolved", "Open"]
    page = row(stage, "monday")
    assert "A change of Users of the ISMS waits for a yes" in text(stage, page.ref)


def test_on_a_monday_with_nothing_to_say_nothing_is_said(stage: Stage) -> None:
    for name in ("Chris", "Dana", "Emil"):
        stage.sign(stage.review(FIRST, name), name)
    days(stage, 7)
    assert mondays(stage) == []


def test_the_deputy_gets_it_while_the_product_manager_is_away(stage: Stage) -> None:
    stage.wiki.set_field(stage.user("Hana").ref, "roles", ("developer",), who="Hana")
    stage.wiki.set_field(stage.user("Anna").ref, "away", Span(date(2027, 1, 20), date(2027, 1, 29)), who="Anna")
    days(stage, 7)
    assert row(stage, "monday").fields["for"] == (stage.account("Ben"),)


def test_an_overdue_job_of_the_product_manager_is_for_the_deputy(stage: Stage) -> None:
    stage.wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Anna"),), who="Anna")
    stage.settle()
    stage.morning(date(2027, 1, 29))
    assert row(stage, "job-overdue").fields["for"] == (stage.account("Ben"),)
    stage.sign(TEST, "Anna")
    stage.later(minutes=61)
    stage.settle()
    assert f"job-overdue/{TEST}" not in stage.findings()


# --- the introduction ---


def test_the_earliest_end_is_shown_twice_before_and_ends_nothing(stage: Stage) -> None:
    stage.configure("introduction = 2027-03-05")
    days(stage, 4)
    page = row(stage, "introduction")
    assert page.title == "If we ended the introduction on Fri 5 March"
    days(stage, 30)
    later = row(stage, "introduction")
    assert later.ref != page.ref
    body = text(stage, later.ref)
    assert "Policy review: 6 due, 0 signed in time, 0 late, 3 not signed in time, 3 still open" in body
    assert not [name for name in ("Chris", "Dana", "Emil", "Ben", "Gus") if name in body]
    assert [text for text in stage.comments(later.ref) if "10 working days from now" in text]
    days(stage, 20)
    assert stage.workspace.history.introduction_end is None


def test_the_team_is_told_once_and_jobs_say_it_from_then_on(stage: Stage) -> None:
    stage.decide("end introduction", until=Span(date(2027, 2, 19)))
    stage.later(minutes=20)
    stage.settle()
    (page,) = (one for one in stage.rows(Source.DISCUSSION) if one.title.startswith("The introduction ends"))
    (said,) = stage.comments(page.ref)
    assert "The introduction ends on Fri 19 February" in said
    assert stage.workspace.history.introduction_end == date(2027, 2, 19)
    days(stage, 25)
    second = stage.review(date(2027, 2, 18), "Chris")
    assert stage.said(second, "The introduction ends on Fri 19 February: what is due after that day") == 1
    days(stage, 14)
    assert len(stage.comments(page.ref)) == 1


def test_the_end_waits_for_the_notice(stage: Stage) -> None:
    stage.morning(date(2027, 1, 22))
    stage.later(hours=9)
    stage.decide("end introduction", until=Span(date(2027, 1, 25)))
    stage.at(date(2027, 1, 24), 12)
    stage.pass_()
    assert stage.workspace.history.introduction_end is None
    stage.at(date(2027, 1, 25))
    stage.pass_()
    assert stage.workspace.history.introduction_end == date(2027, 2, 8)


# --- findings that open and close by themselves ---


def test_a_question_without_an_answer_is_pointed_out_to_its_owner_until_it_has_one(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris", feedback="Chapter 2 is a pain.")
    stage.later(minutes=61)
    stage.settle()
    (question,) = stage.rows(Source.QUESTIONS)
    days(stage, 14)
    assert f"question-unanswered/{question.ref}" not in stage.findings()
    days(stage, 1)
    assert f"question-unanswered/{question.ref}" in stage.findings()
    assert row(stage, "question-unanswered").fields["for"] == (stage.account("Anna"),)
    stage.wiki.set_field(question.ref, "answer", "It is shorter now.", who="Anna")
    stage.later(minutes=61)
    stage.settle()
    assert f"question-unanswered/{question.ref}" not in stage.findings()


def test_a_review_whose_day_has_passed_is_pointed_out_until_it_has_another(stage: Stage) -> None:
    item = next(one for one in stage.rows(Source.POLICIES) if one.fields.get("item") == "promise")
    stage.wiki.set_field(item.ref, "review", Span(FIRST), who="Anna")
    days(stage, 1)
    assert stage.findings() == {f"review-due/{item.ref}"}
    stage.wiki.set_field(item.ref, "review", Span(date(2028, 1, 18)), who="Anna")
    stage.settle()
    assert stage.findings() == set()


@pytest.mark.parametrize(("left", "key"), [(31, ""), (30, "2027-02-17@30"), (10, "2027-01-28@10")])
def test_a_token_that_ends_is_pointed_out_in_time(stage: Stage, left: int, key: str) -> None:
    until = FIRST + timedelta(days=left)
    stage.configure(f"token_expires = {until.isoformat()}")
    stage.settle()
    assert stage.findings() == ({f"token-expiring/{key}"} if key else set())
    stage.configure("token_expires = 2028-01-01")
    stage.settle()
    assert stage.findings() == set()


def test_a_row_without_an_account_is_pointed_out_until_it_has_one(stage: Stage) -> None:
    account = stage.account("Hana")
    stage.wiki.set_field(stage.user("Hana").ref, "account", (), who="Anna")
    stage.settle()
    assert stage.findings() == {f"roster-incomplete/{stage.person('Hana')}"}
    assert row(stage, "roster-incomplete").title == "The row of Hana is incomplete"
    stage.wiki.set_field(stage.user("Hana").ref, "account", (account,), who="Anna")
    stage.settle()
    assert stage.findings() == set()


def test_an_outage_stays_to_be_looked_at_for_some_days(stage: Stage) -> None:
    stage.at(FIRST + timedelta(days=3))
    stage.settle()
    assert f"wiki-unreachable/{FIRST.isoformat()}" in stage.findings()
    days(stage, 4)
    assert f"wiki-unreachable/{FIRST.isoformat()}" not in stage.findings()
