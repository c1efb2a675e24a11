"""Trouble at every single vendor call of a season: nothing is lost, nothing is there twice, nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from isms_bot.testing import Fault
from tests.chaos.story import SCENES, Scene, compare, meet, scenes
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import Memory
from tests.e2e.engine.truth import truth

pytestmark = pytest.mark.slow

KINDS = (
    Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER, Fault.TRANSIENT,
)  # fmt: skip

Season = tuple[Stage, dict[str, Scene]]


@pytest.fixture(scope="module", params=["exact", "coarse"])
def season(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """The season on a wiki with exact times and a lock, and on one with neither."""
    memory = Memory(coarse=request.param == "coarse")
    stage, found = scenes(memory, tmp_path_factory.mktemp("season"))
    yield stage, found
    stage.close()


def _kinds(verb: str, call: int, *, everything: bool, coarse: bool) -> tuple[Fault, ...]:
    """What a call meets: by default each once, half of them on each platform; a write dies after it took effect, and what adds
    something also gets no answer without effect."""
    if everything:
        return KINDS
    if (call % 2 == 0) is coarse:
        return ()
    if verb in ("!create", "!clone", "!comment"):
        return Fault.CRASH_AFTER, Fault.AMBIGUOUS_BEFORE
    return (Fault.CRASH_AFTER,) if verb.startswith("!") else (Fault.TRANSIENT if call % 4 < 2 else Fault.CRASH_BEFORE,)


@pytest.mark.parametrize("name", SCENES)
def test_trouble_at_any_vendor_call_changes_nothing_in_the_end(season: Season, name: str, everything: bool) -> None:
    stage, found = season
    scene = found[name]
    assert scene.calls
    coarse = stage.wiki.floor_to_minute
    for call, verb in enumerate(scene.calls):
        for kind in _kinds(verb, call, everything=everything, coarse=coarse):
            try:
                meet(stage, scene, kind, call)
                compare(truth(stage), scene.expected)
            except Exception as error:
                error.add_note(f"{kind.value} at call {call} ({verb}) of {name}")
                raise
    assert stage.workspace.ledger.verify().problems == ()


def test_the_season_has_everything_that_a_pass_can_do(season: Season) -> None:
    _, found = season
    verbs = {verb for scene in found.values() for verb in scene.calls}
    assert verbs >= {
        "!ensure",
        "!create",
        "!clone",
        "!update",
        "!comment",
        "!file",
        "!protect",
        "observe",
        "read",
        "find",
    }
    last = found[list(SCENES)[-1]].expected.ledger
    assert set(last["outcomes"].values()) == {
        "recorded",
        "recorded late",
        "introduction",
        "nonconformity",
        "waived",
        "left",
    }
    assert sorted(last["numbers"].values()) == ["NC-001", "NC-002"]
    assert last["questions"]
    assert last["superseded"]
    assert last["decisions"]
    writes = " ".join(write for scene in found.values() for write in scene.writes)
    for kind in ("opened", "delivered", "amended", "noticed", "replied", "observed", "outcome", "superseded", "retracted",
                 "decided", "finding", "question", "rules", "person"):  # fmt: skip
        assert f"ledger {kind}" in writes, kind
