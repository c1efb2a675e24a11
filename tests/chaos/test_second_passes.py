"""What follows from what a pass noted comes in the pass after it: trouble at each of its calls changes nothing either."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from isms_bot.errors import ConnectorError, StoreError
from isms_bot.testing import Crash, Fault
from tests.chaos.story import LIVING, Scene, act, afterwards, compare, scenes
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import Memory
from tests.e2e.engine.truth import truth

Season = tuple[Stage, dict[str, Scene]]
FOLLOWING = {"nonconformity": "improve", "late": "tell"}
"""Scene to what its second pass carries out."""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    stage, found = scenes(Memory(), tmp_path_factory.mktemp("season"))
    yield stage, found
    stage.close()


def second(stage: Stage, scene: Scene) -> None:
    """The moment before the second pass of a scene."""
    stage.restore(scene.saved)
    act(stage, scene.name)
    stage.later(minutes=8)


@pytest.mark.parametrize(("name", "done"), FOLLOWING.items(), ids=FOLLOWING.keys())
def test_trouble_in_the_pass_after_changes_nothing_in_the_end(season: Season, name: str, done: str) -> None:
    stage, found = season
    scene = found[name]
    second(stage, scene)
    stage.platform.listen()
    assert done in stage.pass_().done
    calls = tuple(stage.platform.calls())
    for call, verb in enumerate(calls):
        for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER):
            second(stage, scene)
            stage.platform.trouble(fault, call)
            try:
                stage.pass_()
            except Crash:
                stage.reopen()
            except (ConnectorError, StoreError):
                assert fault in LIVING
            stage.platform.calm()
            afterwards(stage, name)
            try:
                compare(truth(stage), scene.expected)
            except AssertionError as error:
                error.add_note(f"{fault.value} at call {call} ({verb}) of the second pass of {name}")
                raise
