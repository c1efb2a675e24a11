"""A test of a channel ends with what a person says of it, and with what to try if it did not arrive."""

from __future__ import annotations

from pathlib import Path

import pytest

from isms_bot.cli.call import Call
from isms_bot.cli.notifying import Sent, _answered

SENT = Sent("test by mail", "A mail went to pm@example.com.", "Look into the spam folder.")


class Terminal:
    """Somebody at a terminal who types `said`."""

    def __init__(self, said: str) -> None:
        self.said = said

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return f"{self.said}\n"


def test_what_arrived_is_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The question stands on stderr, so that an answer in JSON stays one."""
    monkeypatch.setattr("sys.stdin", Terminal("y"))
    line = _answered(Call(Path()), SENT, yes=False)
    assert (line.ok, line.sentence) == (True, "It arrived.")
    said = capsys.readouterr()
    assert said.err.startswith("A mail went to pm@example.com. Did it arrive?")
    assert said.out == ""


@pytest.mark.parametrize("said", ["n", "no", ""])
def test_what_did_not_arrive_is_not_well_and_comes_with_what_to_try(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """Also if nobody says yes in so many words."""
    monkeypatch.setattr("sys.stdin", Terminal(said))
    line = _answered(Call(Path()), SENT, yes=False)
    assert (line.ok, line.todo) == (False, "Look into the spam folder.")


def test_with_yes_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what was sent, and what to try if it is not there."""
    monkeypatch.setattr("sys.stdin", Terminal("n"))
    line = _answered(Call(Path()), SENT, yes=True)
    assert line.ok
    assert "A mail went to pm@example.com." in line.sentence
    assert "Look into the spam folder." in line.sentence
