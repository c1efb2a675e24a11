"""`start`: a job now, of a procedure with or without a schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from isms_bot.calendars import local_date
from isms_bot.cli.opening import Opened
from isms_bot.cli.start import moment, open_now, when
from isms_bot.errors import UsageError
from isms_bot.model import Duration, Ladder, Level, Regime, Unit
from isms_bot.packs import copy_pack, load_pack
from isms_bot.testing import MemoryWiki

FORM = ("- [ ] Write down what happened.", "", "Name:", "Date:", "Signature:")
PAGE = """\
---
kind: procedure
id: fire
title: Fire
role: operations
reviewer: top-management
trigger: something is wrong
due: 3 days
ladder: urgent
level: by own account
policy: workplace
---
- [ ] Write down what happened.

Name:

Date:

Signature:
"""
FIELDS = {"procedure": "fire", "role": "product-manager"}


@pytest.fixture
def fire(wiki: MemoryWiki, opened: Opened) -> None:
    """A procedure that no schedule names, written by a person and at rest for two hours."""
    wiki.create_procedure("Fire", FORM, FIELDS)
    for page in wiki.pages.values():
        page.edited_at -= timedelta(hours=2)


@pytest.mark.usefixtures("fire")
def test_a_procedure_without_a_schedule_opens_for_its_role(opened: Opened) -> None:
    wanted, done, run = open_now(opened.workspace, "fire", [], "fire-7", None)
    assert (wanted, done, run.unsettled) == (["fire/fire-7"], ["fire/fire-7"], [])
    contract = opened.workspace.history.contracts["fire/fire-7"]
    assert (contract.people, contract.regime) == (("p01",), Regime.INTRODUCTION)
    assert contract.opened <= contract.due < contract.grace_end


@pytest.mark.usefixtures("fire")
def test_the_same_key_never_opens_a_second_job(opened: Opened) -> None:
    open_now(opened.workspace, "Fire", [], "fire-7", None)
    assert open_now(opened.workspace, "fire", [], "fire-7", None)[:2] == ([], [])


@pytest.mark.usefixtures("fire")
def test_a_procedure_for_an_event_keeps_what_the_pack_says_about_it(opened: Opened, tmp_path: Path) -> None:
    pages = copy_pack("lightweight", tmp_path / "own") / "pages"
    (pages / "fire.md").write_text(PAGE, encoding="utf-8")
    config = replace(opened.workspace.config, pack=load_pack(pages.parent))
    opened.workspace.config = config
    open_now(opened.workspace, "fire", [], "fire-7", None)
    contract = opened.workspace.history.contracts["fire/fire-7"]
    assert contract.due - contract.opened == timedelta(days=3)
    assert (contract.ladder, contract.level) == (Ladder.URGENT, Level.BY_OWN_ACCOUNT)
    assert (contract.policy, contract.owner) == ("workplace", "top-management")


def test_a_job_for_each_is_opened_for_those_named(opened: Opened) -> None:
    today = local_date(opened.clock.now(), "Europe/Amsterdam")
    _, done, _ = open_now(opened.workspace, "policy-review", ["Ben", "p03"], None, None)
    assert done == [f"policy-review/{today}/p02", f"policy-review/{today}/p03"]


@pytest.mark.parametrize(
    ("procedure", "who", "sentence"),
    [("backup-restore", [], 'no procedure "backup-restore"'), ("look-back", ["Zoe"], "nobody in Users of the ISMS"),
     ("backup-restore-test", [], "nobody has the role operations")],
    ids=["no-such-procedure", "no-such-person", "role-without-holder"],
)  # fmt: skip
def test_what_cannot_be_opened_is_refused_before_anything_is_written(
    opened: Opened, procedure: str, who: list[str], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        open_now(opened.workspace, procedure, who, None, None)
    assert not opened.workspace.history.contracts


def test_a_due_day_in_the_past_is_refused(opened: Opened) -> None:
    yesterday = local_date(opened.clock.now(), "Europe/Amsterdam") - timedelta(days=1)
    with pytest.raises(UsageError, match="has passed"):
        open_now(opened.workspace, "look-back", [], None, yesterday)


def test_a_procedure_that_is_being_written_is_not_used(wiki: MemoryWiki, opened: Opened) -> None:
    wiki.create_procedure("Fire", FORM, FIELDS)
    with pytest.raises(UsageError, match="within the last hour"):
        open_now(opened.workspace, "fire", [], None, None)


# --- in hours ---------------------------------------------------------------------------------------------------------------

HOURS = Duration(72, Unit.HOUR)


@pytest.mark.usefixtures("fire")
def test_a_job_in_hours_is_due_at_a_moment_without_grace(opened: Opened) -> None:
    begun = opened.clock.now() - timedelta(hours=2, minutes=1, seconds=30)
    open_now(opened.workspace, "fire", ["Ben"], "fire-7", HOURS, begun)
    contract = opened.workspace.history.contracts["fire/fire-7"]
    assert contract.due_at is not None
    assert contract.opened_at is not None
    assert timedelta(0) <= contract.due_at - begun - timedelta(hours=72) < timedelta(minutes=1)
    assert contract.due_at.second == contract.due_at.microsecond == 0, "to the end of the minute"
    assert contract.due == contract.grace_end == local_date(contract.due_at, "Europe/Amsterdam")
    assert contract.ladder is Ladder.URGENT


@pytest.mark.usefixtures("fire")
def test_a_term_in_months_is_a_day(opened: Opened) -> None:
    open_now(opened.workspace, "fire", [], "request-1", Duration(1, Unit.MONTH))
    contract = opened.workspace.history.contracts["fire/request-1"]
    assert contract.due_at is None
    assert (contract.due - contract.opened).days in (28, 29, 30, 31)
    assert contract.ladder is Ladder.CHORE


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(
    ("due", "ago", "sentence"),
    [(HOURS, timedelta(hours=72, minutes=2), "has passed"), (HOURS, timedelta(hours=-1), "is still to come"),
     (Duration(1, Unit.DAY), timedelta(days=3), "has passed"), (date(2020, 1, 1), timedelta(0), "has passed")],
    ids=["72 hours are over", "begins later", "a day is over", "a date is over"],
)  # fmt: skip
def test_a_time_that_is_over_or_not_begun_is_refused(
    opened: Opened, due: date | Duration, ago: timedelta, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        open_now(opened.workspace, "fire", [], "fire-7", due, opened.clock.now() - ago)


@pytest.mark.parametrize(
    ("said", "meant"),
    [(None, None), ("2027-03-01", date(2027, 3, 1)), (" 72 hours ", HOURS), ("1 month", Duration(1, Unit.MONTH))],
)
def test_due_is_a_day_or_a_time(said: str | None, meant: date | Duration | None) -> None:
    assert when(said) == meant


@pytest.mark.parametrize("said", ["soon", "72h", "2027-02-30", ""])
def test_another_due_is_refused_with_the_way_to_write_it(said: str) -> None:
    with pytest.raises(UsageError, match='or a time as "72 hours"'):
        when(said)


def test_a_moment_is_in_the_time_of_the_workspace_unless_it_says_otherwise() -> None:
    assert moment("2027-03-01 14:30", "Europe/Amsterdam") == datetime(2027, 3, 1, 13, 30, tzinfo=UTC)
    assert moment("2027-03-01T14:30+00:00", "Europe/Amsterdam") == datetime(2027, 3, 1, 14, 30, tzinfo=UTC)
    with pytest.raises(UsageError, match="is no moment"):
        moment("yesterday", "UTC")


@pytest.mark.usefixtures("fire")
def test_a_procedure_of_the_pack_says_how_many_hours_an_event_leaves(opened: Opened, tmp_path: Path) -> None:
    pages = copy_pack("lightweight", tmp_path / "own") / "pages"
    (pages / "fire.md").write_text(PAGE.replace("due: 3 days", "due: 4 hours"), encoding="utf-8")
    opened.workspace.config = replace(opened.workspace.config, pack=load_pack(pages.parent))
    open_now(opened.workspace, "fire", [], "fire-7", None)
    contract = opened.workspace.history.contracts["fire/fire-7"]
    assert contract.due_at is not None
    assert contract.opened_at is not None
    assert contract.due_at - contract.opened_at <= timedelta(hours=4, minutes=1)
    open_now(opened.workspace, "fire", [], "fire-8", Duration(2, Unit.DAY))
    assert opened.workspace.history.contracts["fire/fire-8"].due_at is None, "what is said counts first"
