"""A job that counts in hours, from the command that opens it to its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from isms_bot.cli.start import open_now
from isms_bot.model import Duration, Source, Span, Unit
from tests.e2e.engine.harness import Stage

pytestmark = pytest.mark.slow

KEY = "restore/incident-1"
THURSDAY = datetime(2027, 2, 11, 9, 45, tzinfo=UTC)
"""72 hours after a quarter to eleven on Monday in Amsterdam."""


@pytest.fixture
def started(stage: Stage) -> Stage:
    """Ben and Gus have an incident since this Monday; the introduction is over."""
    stage.decide("end introduction", until=Span(date(2027, 2, 1)))
    stage.later(minutes=20)
    stage.settle()
    stage.morning(date(2027, 2, 8))
    stage.later(hours=2)
    open_now(stage.workspace, "restore", [], "incident-1", Duration(72, Unit.HOUR), THURSDAY - timedelta(hours=72))
    stage.settle()
    return stage


def until(stage: Stage, moment: datetime) -> None:
    """A pass every hour until `moment`, and one then."""
    while stage.wiki.now + timedelta(hours=1) < moment:
        stage.later(hours=1)
        stage.pass_()
    stage.wiki.set_now(moment)
    stage.pass_()


def test_it_says_the_hour_at_once_at_half_time_and_when_it_is_due_and_then_it_was_missed(started: Stage) -> None:
    assert started.promise(KEY).due_at == THURSDAY
    assert started.said(KEY, "has started and cannot wait: it is due by Thu 11 February, 10:45") == 2
    until(started, THURSDAY - timedelta(hours=12))
    assert started.said(KEY, "half of the time for") == 2
    until(started, THURSDAY)
    assert started.said(KEY, "is due now") == 2
    assert started.outcome(KEY) is None
    started.later(minutes=5)
    started.settle()
    assert started.outcome(KEY) == "nonconformity"
    number = started.workspace.history.numbers[KEY]
    (page,) = [row for row in started.rows(Source.NONCONFORMITIES) if row.fields["number"] == number]
    assert started.job(KEY).fields["status"] == "Missed"
    with started.platform.undisturbed():
        assert "10:45" in started.workspace.connector.read(page.ref).text


def test_signed_before_the_moment_it_is_in_time(started: Stage) -> None:
    until(started, THURSDAY - timedelta(minutes=5))
    started.sign(KEY, "Ben")
    until(started, THURSDAY + timedelta(hours=1))
    assert started.outcome(KEY) == "recorded"
