"""The same season in the sandbox's Notion, over HTTP: trouble at a sample of its requests, the ones that write first of all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from isms_bot.testing import Fault
from tests.chaos.story import SCENES, Scene, compare, meet, scenes
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Notion
from tests.e2e.engine.truth import truth

Season = tuple[Stage, dict[str, Scene]]

WRITES = (Fault.AMBIGUOUS_AFTER, Fault.CRASH_AFTER, Fault.AMBIGUOUS_BEFORE)
READS = (Fault.TRANSIENT, Fault.CRASH_BEFORE, Fault.AMBIGUOUS_BEFORE)
EVERY = 13
"""One of so many requests meets trouble, unless all shall."""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    world = open_world(seed=7, people=PEOPLE, now=START)
    with running(world) as sandbox:
        platform = Notion(sandbox, world)
        stage, found = scenes(platform, tmp_path_factory.mktemp("season"), stride=2)
        yield stage, found
        stage.close()
        platform.wiki.close()
    world.close()


@pytest.mark.parametrize(("place", "name"), list(enumerate(SCENES)), ids=SCENES)
def test_trouble_at_requests_changes_nothing_in_the_end(
    season: Season, place: int, name: str, everything: bool
) -> None:
    stage, found = season
    scene = found[name]
    writes = [call for call, verb in enumerate(scene.calls) if verb.startswith("!")]
    reads = [call for call, verb in enumerate(scene.calls) if not verb.startswith("!")]
    chosen = [
        *((call, WRITES[(call + place) % 3]) for call in writes[:: 1 if everything else EVERY]),
        *((call, READS[(call + place) % 3]) for call in reads[place % EVERY :: 1 if everything else 3 * EVERY]),
    ]
    assert chosen
    for call, kind in chosen:
        try:
            meet(stage, scene, kind, call)
            compare(truth(stage), scene.expected)
        except Exception as error:
            error.add_note(f"{kind.value} at request {call} ({scene.calls[call]}) of {name}")
            raise
    assert stage.workspace.ledger.verify().problems == ()
