"""A real process is killed at random moments while it works against the sandbox, and started again: no doubles, nothing lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import Event

import pytest

from isms_bot.model import Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from tests.chaos.story import differences
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Notion
from tests.e2e.engine.truth import truth

pytestmark = pytest.mark.slow

KILLS = 5
ROOT = Path(__file__).parents[2]


@contextmanager
def begun(folder: Path) -> Iterator[Stage]:
    """The team on the morning on which its first jobs open."""
    world = open_world(seed=11, people=PEOPLE, now=START)
    with running(world) as sandbox:
        platform = Notion(sandbox, world)
        stage = Stage.begin(platform, folder)
        stage.later(minutes=20)
        stage.activate()
        stage.eve(date(2027, 1, 11))
        yield stage
        stage.close()
        platform.wiki.close()
    world.close()


def quiet(stage: Stage) -> None:
    """Passes until everything is looked up."""
    for _ in range(4):
        stage.later(minutes=10)
        stage.pass_()


def test_a_process_killed_at_random_moments_leaves_no_double(tmp_path: Path) -> None:
    with begun(tmp_path) as stage:
        saved = stage.save()
        quiet(stage)
        expected = truth(stage)
        stage.restore(saved)
        killed_while_working(stage, random.Random(11))
        stage._open()
        quiet(stage)
        got = truth(stage)
        assert not (wrong := differences(got.pages, expected.pages)), wrong
        assert not (wrong := differences(got.ledger, expected.ledger)), wrong
        for page, wanted in expected.comments.items():
            assert got.comments[page] <= wanted, f"something was said twice on {page}"
        assert len([row for row in stage.rows(Source.JOBS) if row.fields["status"] == "Open"]) == 3
        assert stage.workspace.ledger.verify().problems == ()


def killed_while_working(stage: Stage, chance: random.Random) -> None:
    """Start a process, kill it after a moment, some minutes later again; the last one may finish its pass."""
    stage.close()
    environment = {
        **os.environ, "PLANTED_TOKEN_OF_A_TEST": stage.wiki.token,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "connectors"))),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.chaos.passes", str(stage.folder / "config.toml"), str(stage.database)]
    for number in range(KILLS + 1):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            if number == KILLS:
                assert process.stdout.readline() == "pass\n"
            else:
                Event().wait(chance.uniform(0.02, 0.25))
            process.kill()
            process.wait()
        stage.wiki.set_now(stage.wiki.now + timedelta(minutes=4))
