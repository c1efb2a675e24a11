"""The process dies around every single commit of a season, and is started anew: nothing is lost, nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from isms_bot.testing import Crash
from tests.chaos.story import SCENES, Scene, act, afterwards, compare, die_at_write, scenes
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import Memory
from tests.e2e.engine.truth import truth

pytestmark = pytest.mark.slow

Season = tuple[Stage, dict[str, Scene]]


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    memory = Memory(coarse=True)
    stage, found = scenes(memory, tmp_path_factory.mktemp("season"))
    yield stage, found
    stage.close()


@pytest.mark.parametrize("name", SCENES)
def test_a_death_around_any_commit_changes_nothing_in_the_end(season: Season, name: str, everything: bool) -> None:
    stage, found = season
    scene = found[name]
    assert scene.writes
    for number, label in enumerate(scene.writes):
        for moment in ("before", "after") if everything else (("before", "after")[number % 2],):
            try:
                stage.restore(scene.saved)
                die_at_write(stage, number, moment)
                with pytest.raises(Crash):
                    act(stage, name)
                stage.reopen()
                afterwards(stage, name)
                compare(truth(stage), scene.expected)
            except Exception as error:
                error.add_note(f"death {moment} commit {number} ({label}) of {name}")
                raise
    assert stage.workspace.ledger.verify().problems == ()
