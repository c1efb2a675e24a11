"""`start`: a job now, of a procedure with or without a schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from isms_bot.calendars import local_date
from isms_bot.cli.opening import Opened
from isms_bot.cli.start import open_now
from isms_bot.errors import UsageError
from isms_bot.model import Ladder, Level, Regime
from isms_bot.packs import copy_pack, load_pack
from isms_bot.testing import MemoryWiki

FORM = ("- [ ] Write down what happened.", "", "Name:", "Date:", "Signature:")
PAGE = """\
---
kind: procedure
id: incident
title: Incident
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
FIELDS = {"procedure": "incident", "role": "product-manager"}


@pytest.fixture
def incident(wiki: MemoryWiki, opened: Opened) -> None:
    """A procedure that no schedule names, written by a person and at rest for two hours."""
    wiki.create_procedure("Incident", FORM, FIELDS)
    for page in wiki.pages.values():
        page.edited_at -= timedelta(hours=2)


@pytest.mark.usefixtures("incident")
def test_a_procedure_without_a_schedule_opens_for_its_role(opened: Opened) -> None:
    wanted, done, run = open_now(opened.workspace, "incident", [], "incident-7", None)
    assert (wanted, done, run.unsettled) == (["incident/incident-7"], ["incident/incident-7"], [])
    contract = opened.workspace.history.contracts["incident/incident-7"]
    assert (contract.people, contract.regime) == (("p01",), Regime.INTRODUCTION)
    assert contract.opened <= contract.due < contract.grace_end


@pytest.mark.usefixtures("incident")
def test_the_same_key_never_opens_a_second_job(opened: Opened) -> None:
    open_now(opened.workspace, "Incident", [], "incident-7", None)
    assert open_now(opened.workspace, "incident", [], "incident-7", None)[:2] == ([], [])


@pytest.mark.usefixtures("incident")
def test_a_procedure_for_an_event_keeps_what_the_pack_says_about_it(opened: Opened, tmp_path: Path) -> None:
    pages = copy_pack("lightweight", tmp_path / "own") / "pages"
    (pages / "incident.md").write_text(PAGE, encoding="utf-8")
    config = replace(opened.workspace.config, pack=load_pack(pages.parent))
    opened.workspace.config = config
    open_now(opened.workspace, "incident", [], "incident-7", None)
    contract = opened.workspace.history.contracts["incident/incident-7"]
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
    wiki.create_procedure("Incident", FORM, FIELDS)
    with pytest.raises(UsageError, match="within the last hour"):
        open_now(opened.workspace, "incident", [], None, None)
