"""A non-conformity that people see differently: discussion, ten working days, and a decision by whoever may."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest

from isms_bot.errors import ConnectorError
from isms_bot.model import Page, Source, Span
from isms_bot.testing import Fault
from tests.e2e.engine.harness import Stage

pytestmark = pytest.mark.slow

SECOND = date(2027, 2, 18)


@pytest.fixture
def raised(stage: Stage) -> Stage:
    """NC-001 about Chris's review, raised on Wednesday, 24 February."""
    stage.decide("end introduction", until=Span(date(2027, 2, 1)))
    stage.later(minutes=20)
    stage.settle()
    for name in ("Dana", "Emil"):
        stage.wiki.set_field(stage.user(name).ref, "roles", ("team-member",), who="Anna")
    stage.morning(date(2027, 2, 25))
    assert stage.workspace.history.numbers == {stage.review(SECOND, "Chris"): "NC-001"}
    return stage


def page(stage: Stage) -> Page:
    return next(row for row in stage.rows(Source.NONCONFORMITIES) if row.fields["number"] == "NC-001")


def set_status(stage: Stage, status: str, who: str) -> None:
    stage.wiki.set_field(page(stage).ref, "status", status, who=who)
    stage.later(minutes=2)
    stage.settle()


def said(stage: Stage, words: str) -> int:
    return sum(words in text for text in stage.comments(page(stage).ref))


def standing(stage: Stage) -> tuple[str, str | None]:
    one = stage.workspace.history.standing["NC-001"]
    return one.status, one.by


def test_a_discussion_is_asked_for_a_decision_once_and_the_manager_decides(raised: Stage) -> None:
    set_status(raised, "Under discussion", "Chris")
    assert standing(raised) == ("Under discussion", raised.person("Chris"))
    raised.morning(date(2027, 3, 10))
    assert said(raised, "waits for your view") == said(raised, "under discussion since") == 0
    raised.morning(date(2027, 3, 16))
    assert said(raised, "under discussion since") == 1
    set_status(raised, "Stands", "Anna")
    assert standing(raised) == ("Stands", raised.person("Anna"))
    assert page(raised).fields["status"] == "Stands"


def test_nobody_decides_about_oneself(raised: Stage) -> None:
    set_status(raised, "Under discussion", "Chris")
    set_status(raised, "Retracted", "Chris")
    assert page(raised).fields["status"] == "Under discussion"
    assert "nonconformity-proposed/NC-001@Retracted" in raised.findings()
    assert said(raised, "“Retracted” is for") == 1
    assert raised.workspace.history.retracted == set()


def test_retracted_by_the_manager_it_says_so_once_and_counts_nowhere(raised: Stage) -> None:
    set_status(raised, "Retracted", "Anna")
    assert raised.workspace.history.retracted == {"NC-001"}
    raised.morning(raised.today + timedelta(days=30))
    assert said(raised, "This was our mistake") == 1
    assert said(raised, "waits for your view") == 0


def test_one_that_nobody_touches_is_reminded_of_once_and_never_closed(raised: Stage) -> None:
    raised.morning(date(2027, 3, 31))
    assert said(raised, "waits for your view") == 1
    assert page(raised).fields["status"] == "Open"


def test_it_learns_that_the_job_was_signed_after_all(raised: Stage) -> None:
    raised.sign(raised.review(SECOND, "Chris"), "Chris")
    raised.later(minutes=20)
    raised.settle()
    assert raised.outcome(raised.review(SECOND, "Chris")) == "recorded late"
    assert said(raised, "has been signed in the meantime") == 1


@pytest.mark.parametrize("kind", [Fault.TRANSIENT, Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER])
def test_no_number_is_given_twice_whatever_call_goes_wrong_while_two_are_raised(
    exact: tuple[Stage, Any], kind: Fault
) -> None:
    stage, begun = exact
    stage.restore(begun)
    stage.decide("end introduction", until=Span(date(2027, 2, 1)))
    stage.later(minutes=20)
    stage.settle()
    stage.wiki.set_field(stage.user("Emil").ref, "roles", ("team-member",), who="Anna")
    stage.eve(date(2027, 2, 24))
    saved = stage.save()
    stage.platform.listen()
    assert stage.pass_().done["raise"] == 2
    for call, verb in enumerate(stage.platform.calls()):
        stage.restore(saved)
        stage.platform.trouble(kind, call)
        with suppress(ConnectorError):
            stage.pass_()
        stage.platform.calm()
        stage.settle()
        assert sorted(stage.workspace.history.numbers.values()) == ["NC-001", "NC-002"], (call, verb)
        numbers = [str(row.fields["number"]) for row in stage.rows(Source.NONCONFORMITIES)]
        assert sorted(numbers) == ["NC-001", "NC-002"], (call, verb)
