"""What copying a procedure costs: 300 blocks on four levels, copied by a pass against the sandbox, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from isms_bot.model import Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from isms_bot_notion import clone
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Notion

BLOCKS, LEVELS = 300, 4
FORM = ["Name:", "Date:", "Signature:"]


def lines(blocks: int = BLOCKS, levels: int = LEVELS) -> list[str]:
    """A procedure of so many blocks, nested so deep: chapters, parts, steps and what belongs to
    them, and three lines to sign on at the end."""
    body = []
    for number in range(blocks - len(FORM)):
        depth = min(number % 10, levels - 1)
        body.append(f"{'  ' * depth}{'- [ ]' if depth else '-'} Line {number}")
    return [*body, *FORM]


def clone_writes(folder: Path) -> tuple[int, int]:
    """(requests that wrote while one job was opened, the finishing update among them; the bound without that update)."""
    world = open_world(seed=4, people=PEOPLE, now=START)
    with running(world) as sandbox:
        platform = Notion(sandbox, world)
        stage = Stage.begin(platform, folder)
        procedure = next(page for page in stage.rows(Source.PROCEDURES) if page.title == "Restore test")
        stage.wiki.act("Anna", "replace_body", page=procedure.ref, lines=lines())
        stage.later(minutes=90)
        stage.activate()
        bound = clone.lower_bound(stage.workspace.connector.snapshot(procedure.ref))
        opens = date(2027, 1, 18)
        stage.morning(opens - timedelta(days=1))
        stage.at(opens, 6)
        sandbox.clear_requests()
        done = stage.pass_().done
        writes = sum(_writes(request) for request in sandbox.requests())
        if done.get("open") != 1:
            raise AssertionError(f"one job should have opened, and nothing else happened than {done}")
        stage.close()
        platform.wiki.close()
    world.close()
    return writes, bound


def _writes(request: Mapping[str, Any]) -> bool:
    return request["method"] != "GET" and not str(request["path"]).endswith("/query")
