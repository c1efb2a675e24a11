"""Items come into force one after another, and jobs wait for their turn: in a wiki in memory, with the ledger and verify beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from isms_bot.cli.verify import completeness
from isms_bot.lifecycle.activation import ALL
from isms_bot.model import Source, Span
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import Memory

ITEM = "---\nkind: policy\nid: {id}\ntitle: {title}\nrole: product-manager\n---\n> We keep it.\n"
LEAVER = """---
kind: procedure
id: farewell
title: Somebody leaves
role: operations
trigger: leaver, ten working days before the last day
due: 10 working days
policy: promise
minutes: 45
---
- [ ] Take back the keys.

Name:

Date:

Signature:
"""
MONDAY = date(2027, 1, 4)
FIRST = date(2027, 1, 25)
"""Three weeks after the first activation: the restore test is due."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Three items, of which backups come first, and nothing in force. Chris, Dana and Emil review; Ben and Gus restore."""
    stage = Stage.begin(Memory(), tmp_path)
    pack = stage.folder / "pack"
    for name, title in (("backups", "Backups"), ("words", "Good words")):
        (pack / "pages" / f"{name}.md").write_text(ITEM.format(id=name, title=title))
    (pack / "pages" / "farewell.md").write_text(LEAVER)
    page = pack / "pages" / "restore.md"
    page.write_text(page.read_text().replace("policy: promise", "policy: backups"))
    text = (pack / "pack.toml").read_text()
    items = 'policy = ["promise", "backups", "words"]\nrollout = ["backups", "promise", "words"]'
    (pack / "pack.toml").write_text(text.replace('policy = ["promise"]', items))
    review, restore = (pack / "schedules.toml").read_text().split('id = "restore"')
    stage.configure(schedules=review + 'id = "restore"' + restore.replace('policy = "promise"', 'policy = "backups"'))
    stage.init_again()
    stage.later(minutes=20)
    yield stage
    stage.close()


def jobs(stage: Stage) -> set[str]:
    return {key.partition("/")[0] for key in stage.workspace.history.contracts}


def decide(stage: Stage, about: str) -> None:
    stage.decide("activate", about)
    stage.later(minutes=20)
    stage.pass_()


def test_only_what_is_in_force_opens_jobs_and_a_row_brings_the_next_item(stage: Stage) -> None:
    """Neither the calendar nor an event of the roster opens a job of an item that is not in force."""
    decide(stage, "next")
    assert stage.workspace.history.activated == {"backups": MONDAY}
    stage.wiki.set_field(stage.user("Gus").ref, "until", Span(date(2027, 2, 5)), who="Anna")
    stage.morning(date(2027, 2, 1))
    assert jobs(stage) == {"restore"}
    assert "restore/2027-01-25" in stage.workspace.history.contracts, "week 3 after the first activation"
    decide(stage, "next")
    assert set(stage.workspace.history.activated) == {"backups", "promise"}
    stage.morning(date(2027, 2, 8))
    assert jobs(stage) == {"restore", "review", "farewell"}
    reviews = {
        contract.nominal for contract in stage.workspace.history.contracts.values() if contract.schedule == "review"
    }
    assert reviews == {date(2027, 2, 8)}, "week 2 after the first lies behind: its lead after its own activation"
    assert completeness(stage.workspace)["gaps"] == []


def test_a_slip_in_a_row_is_pointed_out_until_it_is_corrected(stage: Stage) -> None:
    row = stage.decide("activate", "backup")
    stage.later(minutes=20)
    stage.settle(1)
    assert f"activation-unknown/{row}" in stage.findings()
    assert stage.workspace.history.activated == {}
    stage.wiki.set_field(row, "about", "backups", who="Anna")
    stage.later(minutes=20)
    stage.settle(1)
    assert f"activation-unknown/{row}" not in stage.findings()
    assert "backups" in stage.workspace.history.activated


def test_what_does_not_apply_yet_is_passed_over(stage: Stage) -> None:
    first = next(row for row in stage.rows(Source.POLICIES) if row.fields.get("item") == "backups")
    stage.wiki.set_field(first.ref, "applies", "Not yet", who="Anna")
    stage.later(minutes=20)
    decide(stage, "next")
    assert set(stage.workspace.history.activated) == {"promise"}
    decide(stage, "next")
    decide(stage, "next")
    assert set(stage.workspace.history.activated) == {"promise", "words"}, "nothing is next while the rest has to wait"
    decide(stage, ALL)
    assert set(stage.workspace.history.activated) == {"promise", "words", ALL}
    decide(stage, "backups")
    assert set(stage.workspace.history.activated) == {"promise", "words", ALL}, "what is in force keeps its dates"


def test_the_monday_page_proposes_the_next_item_once_the_one_before_has_settled(stage: Stage) -> None:
    decide(stage, "next")
    stage.morning(FIRST)
    stage.sign("restore/2027-01-25", "Ben")
    stage.later(minutes=20)
    stage.settle()
    assert stage.outcome("restore/2027-01-25") == "recorded"
    stage.morning(date(2027, 2, 1))
    page = next(row for row in stage.rows(Source.FINDINGS) if row.mark and row.mark.key == "monday/2027-02-01")
    text = " ".join(block.text for block in stage.workspace.connector.read(page.ref).blocks)
    assert "Next promise" in text
    assert "The promise: what is in force has settled." in text
    assert sum("The promise could come into force next" in said for said in stage.comments(page.ref)) == 1
    stage.morning(date(2027, 2, 10))
    assert set(stage.workspace.history.activated) == {"backups"}, "nothing comes into force by itself"


def test_jobs_beyond_the_limit_wait_and_are_late_for_nobody(stage: Stage) -> None:
    """Chris holds both roles: the restore test waits until the review is done, and nothing is a gap meanwhile."""
    for name in ("Ben", "Gus"):
        stage.wiki.set_field(stage.user(name).ref, "roles", ("team-member",), who="Anna")
    stage.wiki.set_field(stage.user("Chris").ref, "roles", ("team-member", "developer", "operations"), who="Anna")
    stage.configure("most_open_jobs = 1")
    stage.later(minutes=20)
    decide(stage, ALL)
    stage.morning(date(2027, 1, 20))
    review = stage.review(date(2027, 1, 18), "Chris")
    assert list(stage.workspace.history.still_waiting()) == ["restore/2027-01-25"]
    found = completeness(stage.workspace)
    assert found["gaps"] == []
    assert ["waits until" in gap["why"] for gap in found["explained"]] == [True]
    assert [one.key for one in stage.pass_().plan.waiting] == ["restore/2027-01-25"]
    stage.sign(review, "Chris")
    stage.later(minutes=20)
    stage.settle()
    contract = stage.promise("restore/2027-01-25")
    assert (contract.nominal_due, contract.due) == (date(2027, 1, 25), date(2027, 1, 27))
    assert stage.job("restore/2027-01-25").title
    assert stage.workspace.history.still_waiting() == {}
    assert not stage.workspace.history.missed
