"""What half of a team does not manage in time is about the procedure: its owner gets one proposal, and nobody is named."""

from __future__ import annotations

from datetime import date

from isms_bot.model import Page, Source, Span
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import NAMES
from tests.e2e.gestures.conftest import FIRST

SECOND = date(2027, 2, 18)


def proposals(stage: Stage) -> list[Page]:
    return [row for row in stage.rows(Source.QUESTIONS) if row.mark and row.mark.key.startswith("improvement/review/")]


def test_a_second_time_makes_one_proposal_without_names(stage: Stage) -> None:
    stage.morning(date(2027, 1, 27))
    assert all(stage.outcome(stage.review(FIRST, name)) == "introduction" for name in ("Chris", "Dana", "Emil"))
    assert proposals(stage) == [], "the line of the discussion asks already"
    stage.morning(date(2027, 2, 27))
    (row,) = proposals(stage)
    assert row.mark is not None
    assert (row.mark.key, row.fields["status"]) == (f"improvement/review/{SECOND.isoformat()}", "Open")
    assert row.title == "Policy review: what would make it easier?"
    with stage.platform.undisturbed():
        text = stage.workspace.connector.read(row.ref).text
    assert "was not signed in time 2 of the last 2 times" in text
    assert not [name for name in NAMES if name != "Anna" and name in text], "Anna owns the procedure"
    assert isinstance(row.fields["answer_by"], Span)
    stage.settle()
    stage.morning(date(2027, 3, 5))
    assert len(proposals(stage)) == 1
