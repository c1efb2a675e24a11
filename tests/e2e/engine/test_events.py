"""Jobs of events, in a wiki in memory: what the roster tells opens them, and what was begun is gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from isms_bot.cli.start import open_now
from isms_bot.model import Source, Span
from isms_bot.testing import Crash, Fault
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import NAMES, Memory

LAST = date(2027, 2, 12)
PAGE = """---
kind: procedure
id: farewell
title: Somebody leaves
role: operations
trigger: leaver, ten working days before the last day
due: 10 working days
evidence: signature
policy: promise
minutes: 45
level: at own account
---
- [ ] Take back the keys.

Name:

Date:

Signature:
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """In force, with a procedure for leavers."""
    stage = Stage.begin(Memory(), tmp_path)
    (stage.folder / "pack" / "pages" / "farewell.md").write_text(PAGE)
    stage.configure()
    stage.init_again()
    stage.later(minutes=20)
    stage.activate()
    yield stage
    stage.close()


def test_a_leaver_s_procedure_opens_ten_working_days_before_and_names_nobody(stage: Stage) -> None:
    stage.wiki.set_field(stage.user("Gus").ref, "until", Span(LAST), who="Anna")
    stage.settle()
    key = f"farewell/leaver-{stage.person('Gus')}"
    stage.morning(date(2027, 1, 28))
    assert key not in stage.workspace.history.contracts
    stage.morning(date(2027, 1, 29))
    contract = stage.promise(key)
    assert (contract.people, contract.due) == ((stage.person("Ben"),), LAST)
    page = stage.job(key)
    assert page.title.startswith("Somebody leaves, ")
    assert not [name for name in NAMES if name in page.title]
    stage.settle()
    assert len([row for row in stage.rows(Source.JOBS) if row.mark and row.mark.key == key]) == 1
    assert stage.said(key, "is here for you") == 1
    stage.sign(key, "Ben")
    stage.later(minutes=20)
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_a_job_of_an_event_that_was_cut_off_while_it_was_opened_is_gone_on_with(stage: Stage) -> None:
    stage.platform.listen()
    ready = stage.save()
    open_now(stage.workspace, "farewell", ["Ben"], "drill-1", None)
    clone = stage.platform.calls().index("!clone")
    stage.restore(ready)
    stage.platform.trouble(Fault.CRASH_BEFORE, clone)
    with pytest.raises(Crash):
        open_now(stage.workspace, "farewell", ["Ben"], "drill-1", None)
    stage.reopen()
    stage.platform.calm()
    assert "farewell/drill-1" not in stage.workspace.history.pages
    stage.later(minutes=8)
    stage.settle()
    assert stage.job("farewell/drill-1").fields["assignee"] == (stage.account("Ben"),)
