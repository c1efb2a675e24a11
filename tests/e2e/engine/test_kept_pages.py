"""A page of the pack that the bot keeps, in every kind of wiki: up to date the next day, silent otherwise, never over people's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from isms_bot.model import BlockKind, Page, Source, Span
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from isms_bot.testing import Crash
from isms_bot.testing.faults import Fault
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Memory, Notion

DUE = date(2027, 1, 25)
TEST = f"restore/{DUE}"
FINDING = "kept-page-edited/standing"
PAGE = """---
kind: page
id: standing
title: Where we are
role: product-manager
kept: true
answers: choice
---
What is promised, and how far it is.

| Clause | Where | State | Last record |
| --- | --- | --- | --- |
| 1.1 | `restore` | {state} | {last_record} |
| 1.2 | `review` | {state} | {last_record} |

| Control | Name | State |
| --- | --- | --- |
| A.5.1 | rules | {control_state} |
| A.7.1 | doors | {control_state} |
| A.7.4 | watching | {control_state} |

{work}

{exceptions}
"""

CHOICE = """---
kind: page
id: choice
title: What applies
role: product-manager
---
| Control | Name | Applies |
| --- | --- | --- |
| A.5.1 | rules | yes |
| A.7.1 | doors | yes; no if there are none |
| A.7.4 | watching | no |
"""


@contextmanager
def _begun(kind: Any, folder: Path) -> Iterator[tuple[Stage, Any]]:
    if kind is Memory:
        yield _prepared(Memory(), folder)
        return
    world = open_world(seed=5, people=PEOPLE, now=START)
    with running(world) as served:
        platform = kind(served, world)
        yield _prepared(platform, folder)
        platform.wiki.close()
    world.close()


def _prepared(platform: Any, folder: Path) -> tuple[Stage, Any]:
    """The restore test of the 25th has opened."""
    stage = Stage.new(platform, folder)
    (folder / "pack" / "pages" / "standing.md").write_text(PAGE)
    (folder / "pack" / "pages" / "choice.md").write_text(CHOICE)
    stage.configure()
    stage.init()
    stage.pass_()
    for name, roles in {"Anna": ("product-manager",), "Ben": ("operations",), "Chris": ("developer",)}.items():
        stage.wiki.set_field(stage.user(name).ref, "roles", roles, who="Anna")
    stage.later(minutes=20)
    stage.activate()
    stage.morning(date(2027, 1, 20))
    return stage, stage.save()


@pytest.fixture(
    scope="module",
    params=[Memory, Notion, Cloud, pytest.param(DataCenter, marks=pytest.mark.long)],
    ids=["memory", "notion", "cloud", "datacenter"],
)
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    with _begun(request.param, tmp_path_factory.mktemp("kept")) as prepared:
        yield prepared
        prepared[0].close()


@pytest.fixture
def stage(begun: tuple[Stage, Any]) -> Stage:
    begun[0].restore(begun[1])
    return begun[0]


def kept(stage: Stage) -> Page:
    return next(row for row in stage.rows(Source.POLICIES) if row.title == "Where we are")


def states(stage: Stage) -> dict[str, tuple[str, str]]:
    """Per clause the state and the last record."""
    with stage.platform.undisturbed():
        found = stage.workspace.connector.read(kept(stage).ref).blocks
    rows = [one.cells for one in found if one.kind is BlockKind.ROW and len(one.cells) == 4]
    return {cells[0]: (cells[2], cells[3]) for cells in rows[1:]}


def controls(stage: Stage) -> dict[str, str]:
    """Per control its state."""
    with stage.platform.undisturbed():
        found = stage.workspace.connector.read(kept(stage).ref).blocks
    rows = [one.cells for one in found if one.kind is BlockKind.ROW and len(one.cells) == 3]
    return {cells[0]: cells[2] for cells in rows if cells[0].startswith("A.")}


def words(stage: Stage) -> str:
    with stage.platform.undisturbed():
        return stage.workspace.connector.read(kept(stage).ref).text


def record(stage: Stage) -> None:
    """Ben and Gus have tested the backup, and it is filed."""
    stage.sign(TEST, "Ben")
    stage.settle()
    assert stage.outcome(TEST) == "recorded"


def eve(stage: Stage) -> None:
    """A record was filed on a day on which the page had been written already; the next morning's pass is still to come."""
    stage.decide("waive until", "review", until=Span(stage.today + timedelta(days=60)), who="Anna")
    stage.later(minutes=20)
    assert "keep" in tomorrow(stage).done
    record(stage)
    stage.at(stage.today + timedelta(days=1))


def tomorrow(stage: Stage) -> Any:
    stage.at(stage.today + timedelta(days=1))
    return stage.pass_()


def test_the_page_is_made_whole_and_says_first_whose_it_is(stage: Stage) -> None:
    """What it says was brought up to date when everything came into force."""
    assert "The bot keeps this page" in "".join(words(stage).split("\n")[:2])
    assert states(stage) == {"1.1": ("in force", "none yet"), "1.2": ("in force", "none yet")}


def test_the_day_after_a_record_was_filed_the_page_names_it(stage: Stage) -> None:
    day = stage.today
    stage.later(minutes=10)
    record(stage)
    tomorrow(stage)
    state, last = states(stage)["1.1"]
    assert (state, f"{day:%a} {day.day} January 2027" in last) == ("with records", True)
    assert states(stage)["1.2"] == ("in force", "none yet")


def test_a_day_on_which_nothing_changed_writes_nothing(stage: Stage) -> None:
    """And costs no more than a pass in a workspace without kept pages."""
    tomorrow(stage)
    stage.later(minutes=5)
    stage.pass_()
    before = kept(stage)
    stage.platform.listen()
    stage.later(minutes=5)
    quiet = stage.pass_()
    assert not [call for call in stage.platform.calls() if call.startswith("!")]
    assert "keep" not in quiet.done
    assert kept(stage) == before


def test_it_is_written_once_a_day_at_most(stage: Stage) -> None:
    eve(stage)
    assert states(stage)["1.1"] == ("in force", "none yet")
    assert "keep" in stage.pass_().done
    assert states(stage)["1.1"][0] == "with records"


def test_a_plan_shows_which_page_will_be_written_and_writes_nothing(stage: Stage) -> None:
    eve(stage)
    before = words(stage)
    stage.workspace.dry = True
    shown = stage.pass_()
    stage.workspace.dry = False
    assert "bring up to date standing" in shown.plan.as_text()
    assert words(stage) == before


def test_what_a_person_writes_there_stays_and_somebody_is_told_until_it_has_moved(stage: Stage) -> None:
    page = kept(stage)
    stage.wiki.append(page.ref, "We are further than this.", who="Chris")
    record(stage)
    tomorrow(stage)
    assert "We are further than this." in words(stage)
    assert states(stage)["1.1"] == ("in force", "none yet")
    assert FINDING in stage.findings()
    stage.later(minutes=5)
    stage.pass_()
    assert FINDING in stage.findings()
    assert "We are further than this." in words(stage)


def test_fields_and_comments_of_people_are_no_hindrance(stage: Stage) -> None:
    page = kept(stage)
    stage.wiki.set_field(page.ref, "reason", "Just so.", who="Anna")
    stage.wiki.comment(page.ref, "Why so few?", who="Chris")
    record(stage)
    tomorrow(stage)
    assert states(stage)["1.1"][0] == "with records"
    assert FINDING not in stage.findings()
    assert kept(stage).fields["reason"] == "Just so."
    assert any("Why so few?" in text for text in stage.comments(page.ref))


def test_what_people_say_does_not_apply_is_said_here(stage: Stage) -> None:
    assert controls(stage) == {"A.5.1": "planned", "A.7.1": "planned", "A.7.4": "does not apply"}


@pytest.mark.parametrize("begun", [Memory], ids=["memory"], indirect=True)
def test_a_page_of_people_is_read_again_once_it_has_changed_and_rested(stage: Stage) -> None:
    choice = next(row for row in stage.rows(Source.POLICIES) if row.title == "What applies")
    stage.wiki.append(choice.ref, "| A.7.1 | doors | No: nobody has an office |", who="Chris")
    stage.later(minutes=5)
    stage.pass_()
    assert controls(stage)["A.7.1"] == "planned", "somebody may still be writing"
    tomorrow(stage)
    assert controls(stage)["A.7.1"] == "does not apply"
    stage.wiki.trash(choice.ref, who="Chris")
    tomorrow(stage)
    assert controls(stage)["A.7.1"] == "planned", "nobody says anything any more"


def test_a_page_that_was_taken_away_stays_away(stage: Stage) -> None:
    stage.wiki.trash(kept(stage).ref, who="Anna")
    record(stage)
    stage.at(stage.today + timedelta(days=2))
    stage.pass_()
    stage.at(stage.today + timedelta(days=2))
    assert "keep" not in stage.pass_().done
    assert not [row for row in stage.rows(Source.POLICIES) if row.title == "Where we are"]


def test_without_its_cache_the_bot_looks_once_and_writes_nothing(stage: Stage) -> None:
    tomorrow(stage)
    before = words(stage)
    stage.workspace.store.cache_delete("acme", "kept/standing")
    stage.later(minutes=5)
    stage.platform.listen()
    stage.pass_()
    assert not [call for call in stage.platform.calls() if call.startswith("!")]
    assert words(stage) == before


@pytest.mark.parametrize("kind", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
def test_a_death_while_it_is_written_heals_in_the_next_pass(stage: Stage, kind: Fault) -> None:
    """Wherever it comes; the half that stands there is not taken for a person's words."""
    eve(stage)
    saved = stage.save()
    stage.platform.listen()
    stage.pass_()
    wanted, calls = words(stage), stage.platform.calls()
    deaths = [number for number, call in enumerate(calls) if call.startswith("!")]
    assert deaths
    for number in deaths:
        stage.restore(saved)
        stage.platform.trouble(kind, number)
        with pytest.raises(Crash):
            stage.pass_()
        stage.platform.calm()
        stage.reopen()
        stage.later(minutes=5)
        stage.pass_()
        stage.later(minutes=5)
        stage.pass_()
        assert words(stage) == wanted
        assert FINDING not in stage.findings()
