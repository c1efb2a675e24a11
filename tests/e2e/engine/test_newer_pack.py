"""A newer version of a pack in a living workspace, in every kind of wiki: rewritten where nobody has written, shown where people have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from isms_bot.bootstrap import init, plan_init
from isms_bot.model import Page, Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from isms_bot.testing import Crash, Fault
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Memory, Notion

KINDS = (Memory, Notion, Cloud, DataCenter)
OLD, NEW = "We keep what we promise", "We keep what we promise, and say so"


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__.lower())
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """The pack as it was, made a while ago."""
    with ExitStack() as left:
        if request.param is Memory:
            platform: Any = Memory()
        else:
            world = open_world(seed=4, people=PEOPLE, now=START)
            left.callback(world.close)
            platform = request.param(left.enter_context(running(world)), world)
            left.callback(platform.wiki.close)
        stage = Stage.new(platform, tmp_path)
        left.callback(stage.close)
        for name in ("promise", "restore"):
            _rewrite(stage, name, f"{OLD}.")
        stage.configure()
        stage.init()
        stage.later(minutes=90)
        yield stage


def _file(stage: Stage, name: str) -> Path:
    return stage.folder / "pack" / "pages" / f"{name}.md"


def _rewrite(stage: Stage, name: str, line: str) -> None:
    """The pack says something new at the beginning of a page."""
    file = _file(stage, name)
    head, body = file.read_text().split("\n---\n", 1)
    kept = body.lstrip("\n").split("\n")
    if kept[0].startswith(OLD):
        del kept[0:2]
    file.write_text(f"{head}\n---\n{line}\n\n" + "\n".join(kept))


def newer(stage: Stage, *names: str) -> None:
    """A version in which these pages are said differently."""
    for name in names:
        _rewrite(stage, name, f"{NEW}.")
    stage.configure()


def _row(stage: Stage, name: str) -> Page:
    source = Source.PROCEDURES if name == "restore" else Source.POLICIES
    return next(row for row in stage.rows(source) if row.fields.get("key") == f"pack/{name}")


def _text(stage: Stage, name: str) -> str:
    return stage.workspace.connector.read(_row(stage, name).ref).text


def test_where_nobody_has_written_the_page_says_what_the_pack_says_now(stage: Stage) -> None:
    assert not plan_init(stage.workspace).changes
    before = _text(stage, "restore")
    newer(stage, "promise")

    plan = plan_init(stage.workspace)
    assert [one.id for one in plan.updates] == ["promise"]
    assert f"-{OLD}." in plan.updates[0].difference
    assert "new text: " in plan.as_text()
    assert OLD + "." in _text(stage, "promise")

    assert stage.init() == 1
    assert f"{NEW}." in _text(stage, "promise")
    assert f"{OLD}." not in _text(stage, "promise")
    assert _text(stage, "restore") == before
    assert not plan_init(stage.workspace).changes
    assert stage.init() == 0


def test_where_people_have_written_their_text_stays_and_the_change_is_shown_until_they_have_seen_it(
    stage: Stage,
) -> None:
    stage.wiki.append(_row(stage, "promise").ref, "And we mean it.", who="Anna")
    newer(stage, "promise", "restore")
    before, told = _text(stage, "promise"), list[str]()

    assert init(stage.workspace, told.append) == 1
    assert _text(stage, "promise") == before
    assert f"{NEW}." in _text(stage, "restore")
    [said] = [sentence for sentence in told if "somebody has written there" in sentence]
    assert f"+{NEW}." in said

    assert [one.id for one in plan_init(stage.workspace).updates] == ["promise"]
    assert init(stage.workspace, told.append, keep=["promise"]) == 0
    assert _text(stage, "promise") == before
    assert not plan_init(stage.workspace).changes


def test_a_death_before_or_after_a_page_is_written_is_gone_on_with(tmp_path: Path) -> None:
    for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
        stage = Stage.new(Memory(), tmp_path / fault.value)
        _rewrite(stage, "promise", f"{OLD}.")
        stage.configure()
        stage.init()
        newer(stage, "promise")
        stage.wiki.faults.on("rewrite", fault)
        with pytest.raises(Crash):
            stage.init()
        stage.reopen()
        stage.init()
        assert f"{NEW}." in _text(stage, "promise")
        assert not plan_init(stage.workspace).changes
        stage.close()


def test_of_pages_that_nothing_is_remembered_of_the_text_is_people_s_own(tmp_path: Path) -> None:
    stage = Stage.new(Memory(), tmp_path)
    _rewrite(stage, "promise", f"{OLD}.")
    stage.configure()
    stage.init()
    stage.store.meta_put("made-from/acme/promise", None)
    newer(stage, "promise")
    assert not plan_init(stage.workspace).changes
    stage.close()


def test_another_pack_under_another_name_writes_over_nothing(tmp_path: Path) -> None:
    stage = Stage.new(Memory(), tmp_path)
    _rewrite(stage, "promise", f"{OLD}.")
    stage.configure()
    stage.init()
    known = stage.store.meta_get("made-from/acme/promise")
    stage.store.meta_put("made-from/acme/promise", {**known, "pack": "lightweight"})
    newer(stage, "promise")
    assert not plan_init(stage.workspace).changes
    stage.close()
