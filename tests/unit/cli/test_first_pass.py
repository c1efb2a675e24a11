"""The first pass over a real wiki is shown and waits for a yes; and what `undo` takes back."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from isms_bot.cli.apply import _agreed
from isms_bot.cli.call import Call
from isms_bot.cli.opening import Opened
from isms_bot.cli.undo import _step, _take_back
from isms_bot.connector import Draft
from isms_bot.document import Document
from isms_bot.errors import UsageError
from isms_bot.model import Outcome, Source
from isms_bot.store import PassAction
from isms_bot.testing import MemoryWiki


class Terminal(io.StringIO):
    """Somebody sits in front of it."""

    def isatty(self) -> bool:
        return True


CALL = Call(Path("config.toml"))


def test_the_first_pass_is_shown_and_nobody_to_ask_is_a_refusal(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    before = opened.workspace.history.seq
    with pytest.raises(UsageError, match="apply --yes"):
        _agreed(CALL, opened, at=None, beforehand=False)
    assert "first pass over this wiki" in capsys.readouterr().err
    assert opened.workspace.ledger.head()[0] == before, "showing writes nothing"


@pytest.mark.parametrize(
    ("typed", "agreed"), [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_the_first_pass_waits_for_a_yes(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, typed: str, agreed: bool
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert _agreed(CALL, opened, at=None, beforehand=False) is agreed


def test_a_yes_given_beforehand_is_not_asked_for_again(opened: Opened) -> None:
    assert _agreed(CALL, opened, at=None, beforehand=True) is True


def test_later_passes_ask_nobody(opened: Opened) -> None:
    number = opened.store.begin_pass("acme", opened.clock.now())
    opened.store.complete_pass(number, opened.clock.now(), 0, {})
    assert _agreed(CALL, opened, at=None, beforehand=False) is True


# --- undo ------------------------------------------------------------------------------------------------------------


def raised(opened: Opened) -> PassAction:
    """A non-conformity as a pass would have raised it."""
    draft = Draft(Source.NONCONFORMITIES, "nc/review/2027-01-04/p01", "NC-001", {"number": "NC-001"}, Document(()))
    page = opened.workspace.connector.create(draft)
    return PassAction(1, "raise", "review/2027-01-04/p01", page.ref, {"number": "NC-001"})


def test_an_untouched_page_is_trashed_and_its_number_counts_nowhere(opened: Opened) -> None:
    step = _step(opened.workspace, raised(opened))
    assert step.why == ""
    assert _take_back(opened.workspace, step, 1) == ""
    assert opened.workspace.history.retracted == {"NC-001"}
    assert (
        _step(opened.workspace, PassAction(1, "raise", step.key, "", {"number": "NC-001"})).why
        == "it is retracted already"
    )


@pytest.mark.parametrize("gesture", ["edited", "commented", "trashed"])
def test_a_page_that_a_person_touched_is_left(opened: Opened, wiki: MemoryWiki, gesture: str) -> None:
    action = raised(opened)
    wiki.advance(timedelta(minutes=5))
    match gesture:
        case "edited":
            wiki.append(action.page, "I was away.")
        case "commented":
            wiki.comment(action.page, "I was away.")
        case _:
            wiki.trash(action.page)
    assert _step(opened.workspace, action).why


def test_what_was_undone_gets_the_outcome_cancelled(opened: Opened) -> None:
    page = opened.workspace.connector.create(Draft(Source.JOBS, "review/2027-01-04", "Review", {}, Document(())))
    step = _step(opened.workspace, PassAction(1, "open", "review/2027-01-04", page.ref))
    assert _take_back(opened.workspace, step, 1) == ""
    assert opened.workspace.history.outcomes == {"review/2027-01-04": Outcome.CANCELLED}
    again = _step(opened.workspace, PassAction(1, "open", "review/2027-01-04", page.ref))
    assert again.why == "its outcome is cancelled by now"


@pytest.mark.parametrize("kind", ["notify", "record", "discuss", "find"])
def test_what_is_not_a_page_of_its_own_stays_and_says_why(opened: Opened, kind: str) -> None:
    assert _step(opened.workspace, PassAction(1, kind, "review/2027-01-04", "")).why
