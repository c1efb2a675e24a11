"""The budget for reading open jobs is said before it is too small."""

from __future__ import annotations

from pathlib import Path

import pytest

from isms_bot import config
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import Memory


@pytest.mark.parametrize(
    ("minutes", "passes"), [(1440, 1), (60, 24), (5, 13 * 12 + 11)], ids=["daily", "hourly", "as shipped"]
)
def test_the_sweep_that_is_needed_reads_every_open_job_once_a_day(tmp_path: Path, minutes: int, passes: int) -> None:
    stage = Stage.begin(Memory(), tmp_path, extra="")
    stage.later(minutes=20)
    stage.activate()
    stage.morning(stage.today.replace(day=12))
    jobs = sum(1 for key in stage.workspace.history.unfinished() if key in stage.workspace.history.pages)
    assert jobs > 0
    path = stage.folder / "config.toml"
    path.write_text(path.read_text().replace("pass_minutes = 1440", f"pass_minutes = {minutes}"))
    stage.config = config.load(path)
    stage.reopen()
    needed = stage.workspace.sweep_needed()
    reads = jobs * stage.workspace.connector.capabilities.calls_per_read
    assert needed * passes >= reads > (needed - 1) * passes
    stage.close()
