"""The season in a wiki of the sandbox, over HTTP: trouble at a sample of its requests, the ones that write first of all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from isms_bot.testing import Fault
from tests.chaos.story import SCENES, Scene, compare, meet, scenes
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Notion
from tests.e2e.engine.truth import truth

Season = tuple[Stage, dict[str, Scene]]

WRITES = (Fault.AMBIGUOUS_AFTER, Fault.CRASH_AFTER, Fault.AMBIGUOUS_BEFORE)
READS = (Fault.TRANSIENT, Fault.CRASH_BEFORE, Fault.AMBIGUOUS_BEFORE)
PLACES = list(enumerate(SCENES))


@contextmanager
def season(kind: type[Notion | Cloud | DataCenter], folder: Path) -> Iterator[Season]:
    """The season played once without trouble."""
    world = open_world(seed=7, people=PEOPLE, now=START)
    with running(world) as sandbox:
        platform = kind(sandbox, world)
        stage, found = scenes(platform, folder, stride=2)
        yield stage, found
        stage.close()
        platform.wiki.close()
    world.close()


def trouble_changes_nothing(played: Season, place: int, name: str, every: int) -> None:
    """One of `every` requests of a scene that write, and of three times as many that read, meets trouble; in the end all is the same."""
    stage, found = played
    scene = found[name]
    writes = [call for call, verb in enumerate(scene.calls) if verb.startswith("!")]
    reads = [call for call, verb in enumerate(scene.calls) if not verb.startswith("!")]
    first = place % every if every > 1 else 0
    chosen = [
        *((call, WRITES[(call + place) % 3]) for call in writes[first % max(len(writes), 1) :: every]),
        *((call, READS[(call + place) % 3]) for call in reads[first % max(len(reads), 1) :: 3 * every]),
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
