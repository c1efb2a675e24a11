"""Whoever asked something meets the answer with the next job, once, whatever happens to the message on its way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from isms_bot.model import Source
from isms_bot.testing import Crash, Fault
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST

SECOND, THIRD = date(2027, 2, 18), date(2027, 3, 18)
ANSWER = "You asked: “Too long for me.” The answer: We shortened it."


def asked(stage: Stage) -> Stage:
    """Chris asked under the first job, and Anna has answered; it is the morning on which the second one opens."""
    stage.sign(stage.review(FIRST, "Chris"), "Chris", feedback="Too long for me.")
    stage.later(minutes=20)
    stage.settle()
    (row,) = stage.rows(Source.QUESTIONS)
    stage.wiki.set_field(row.ref, "answer", "We shortened it.", who="Anna")
    stage.morning(SECOND - timedelta(days=8))
    stage.at(SECOND - timedelta(days=7), 8)
    stage.pass_()
    stage.at(stage.today)
    return stage


def met(stage: Stage) -> bool:
    return (stage.review(FIRST, "Chris"), "answer met") in stage.workspace.history.replies


def test_an_answer_comes_with_the_next_job_and_once(stage: Stage) -> None:
    asked(stage)
    assert not met(stage)
    stage.settle()
    assert stage.said(stage.review(SECOND, "Chris"), ANSWER) == 1
    assert met(stage)
    stage.morning(THIRD - timedelta(days=3))
    assert stage.said(stage.review(THIRD, "Chris"), ANSWER) == 0


@pytest.mark.parametrize(
    "fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER]
)
def test_no_answer_is_lost_with_a_message_that_is(exact: tuple[Stage, Any], fault: Fault) -> None:
    stage, saved = exact
    stage.restore(saved)
    ready = asked(stage).save()
    stage.platform.listen()
    stage.pass_()
    calls = [number for number, verb in enumerate(stage.platform.calls()) if verb == "!comment"]
    assert calls
    for call in calls:
        stage.restore(ready)
        stage.platform.trouble(fault, call)
        try:
            stage.pass_()
        except Crash:
            stage.reopen()
        stage.platform.calm()
        stage.later(minutes=8)
        stage.settle()
        second, arrived = stage.review(SECOND, "Chris"), stage.review(THIRD, "Chris")
        assert stage.said(second, ANSWER) == met(stage), "met means said"
        stage.morning(THIRD - timedelta(days=3))
        assert stage.said(second, ANSWER) + stage.said(arrived, ANSWER) == 1
        assert met(stage)
