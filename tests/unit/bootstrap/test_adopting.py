"""Which pages of a team look like pages of the pack, and how a person chooses among them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from isms_bot.bootstrap.adopting import Match, matches
from isms_bot.bootstrap.planning import InitPlan
from isms_bot.cli.call import Call
from isms_bot.cli.init import _named, choose
from isms_bot.connector import Candidate
from isms_bot.errors import UsageError
from isms_bot.packs import load_pack


class Terminal(io.StringIO):
    """Somebody at the keyboard."""

    def isatty(self) -> bool:
        return True


def _candidate(title: str, ref: str = "page-1") -> Candidate:
    return Candidate(ref, title, f"https://wiki.invalid/{ref}", ("Handbook",))


@pytest.mark.parametrize(
    ("pack", "title", "wanted"),
    [
        ("lightweight", "Backups", ["backups"]),
        ("lightweight", "BACKUPS!", ["backups"]),
        ("lightweight", "Bäckups", ["backups"]),
        ("lightweight", "Our backups", []),
        ("lightweight", "Asset register", ["asset-register"]),
        ("iso27001", "Access control", ["sop-02-access-control"]),
        ("iso27001", "SOP 2 – Access control", ["sop-02-access-control"]),
        ("lightweight", "", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_titles_are_compared_as_people_compare_them(pack: str, title: str, wanted: list[str]) -> None:
    assert [one.id for one in matches(load_pack(pack).pages, [_candidate(title)])] == wanted


def _plan(*candidates: Match) -> InitPlan:
    return InitPlan((), ("Backups (policy)",), (), candidates=candidates)


BACKUPS = Match("backups", "Backups", _candidate("Backups"))
REGISTER = Match("asset-register", "Asset register", _candidate("Assets", "page-2"))
CALL = Call(Path("config.toml"))


def test_a_person_is_asked_about_each_page_and_says_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("y\n\n"))
    assert choose(CALL, _plan(BACKUPS, REGISTER), {}, yes=False) == {"backups": "page-1"}
    asked = capsys.readouterr().err
    assert '"Handbook / Backups" (https://wiki.invalid/page-1) may be your own "Backups" (backups).' in asked
    assert asked.count("Keep your page in its place? [y/N]") == 2


def test_a_page_that_was_taken_is_not_offered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    twin = Match("sop-22", "The same title", BACKUPS.candidate)
    assert choose(CALL, _plan(BACKUPS, twin), {}, yes=False) == {"backups": "page-1"}


@pytest.mark.parametrize("yes", [True, False], ids=["yes", "no terminal"])
def test_where_nobody_can_be_asked_the_choice_has_to_be_said(monkeypatch: pytest.MonkeyPatch, yes: bool) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(UsageError, match=r"--adopt backups=page-1, or --no-adopt"):
        choose(CALL, _plan(BACKUPS), {}, yes=yes)
    assert choose(CALL, _plan(BACKUPS), {"backups": "page-9"}, yes=yes) == {"backups": "page-9"}
    assert choose(CALL, _plan(), {}, yes=yes) == {}


@pytest.mark.parametrize(
    ("said", "none", "what"),
    [
        (["backups"], False, "write it as --adopt backups="),
        (["=page"], False, "write it as"),
        (["backups=1", "backups=2"], False, "stands there twice"),
        (["backups=1"], True, "use one of them"),
    ],
    ids=["no page", "no id", "twice", "both"],
)
def test_words_that_make_no_sense_are_answered(said: list[str], none: bool, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        _named(said, no_adopt=none)


def test_an_address_may_hold_equals_signs() -> None:
    assert _named(["backups = https://wiki.invalid/view?pageId=7"], no_adopt=False) == {
        "backups": "https://wiki.invalid/view?pageId=7"
    }
