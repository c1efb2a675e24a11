"""Several troubles in a row, on a wiki whose index lags much longer than a pass takes: exactly one live page per key, whatever
comes. And the proof that these tests would notice: with a settle time below the lag they find a double."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from isms_bot.errors import ConnectorError, StoreError
from isms_bot.testing import Crash, Fault
from tests.chaos.story import Scene, compare, die_at_write, scenes
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import Memory
from tests.e2e.engine.truth import Truth, truth

LAG = timedelta(minutes=20)
PATIENT, HASTY = 25 * 60, 60
"""Settle times in seconds: above the lag, as it must be, and below it."""
MADE_IN = ("open", "taken-away", "discuss", "nonconformity")
"""Scenes in which pages are made."""
PASSES = 4
EVERY_PASS = 5
"""Minutes between passes."""

Season = tuple[Stage, dict[str, Scene]]

_EXPECTED: dict[str, Truth] = {}
"""What comes of a scene on a lagging wiki if nothing goes wrong."""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong in one pass: at a vendor call, or (`commit`) around a write of the store."""

    at_pass: int
    number: int
    kind: Fault
    commit: bool = False


TROUBLES = st.lists(
    st.builds(
        Trouble,
        st.integers(0, PASSES - 1),
        st.integers(0, 24),
        st.sampled_from([kind for kind in Fault if kind is not Fault.OK]),
        st.booleans(),
    ),
    min_size=2,
    max_size=4,
    unique_by=lambda trouble: trouble.at_pass,
)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    stage, found = scenes(Memory(coarse=True), tmp_path_factory.mktemp("season"))
    yield stage, found
    stage.close()


def play(stage: Stage, scene: Scene, troubles: list[Trouble], *, settle: int) -> Truth:
    """A few passes with trouble, then quiet ones until everything is looked up; what stands there in the end."""
    stage.restore(scene.saved)
    stage.configure(f"sweep = 4\nsettle_seconds = {settle}")
    stage.wiki.index_lag = LAG
    planned = {trouble.at_pass: trouble for trouble in troubles}
    for number in range(PASSES):
        _pass(stage, planned.get(number))
        stage.later(minutes=EVERY_PASS)
    for _ in range(4):
        stage.later(minutes=30)
        stage.pass_()
    return truth(stage)


def _pass(stage: Stage, trouble: Trouble | None) -> None:
    if trouble is not None and trouble.commit:
        die_at_write(stage, trouble.number, "after" if trouble.number % 2 else "before")
    elif trouble is not None:
        stage.platform.trouble(trouble.kind, trouble.number)
    try:
        stage.pass_()
    except Crash:
        stage.reopen()
    except (ConnectorError, StoreError):
        pass
    stage.platform.calm()
    stage.store.on_write = None


@pytest.mark.parametrize("name", MADE_IN)
@settings(
    max_examples=8, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(troubles=TROUBLES)
def test_several_troubles_on_a_lagging_wiki_make_no_double(season: Season, name: str, troubles: list[Trouble]) -> None:
    stage, found = season
    if name not in _EXPECTED:
        _EXPECTED[name] = play(stage, found[name], [], settle=PATIENT)
    got = play(stage, found[name], troubles, settle=PATIENT)
    compare(got, _EXPECTED[name], lost=len(troubles))


def test_a_settle_time_below_the_lag_is_found_out(season: Season) -> None:
    stage, found = season

    def doubles(troubles: list[Trouble]) -> bool:
        try:
            play(stage, found["open"], troubles, settle=HASTY)
        except AssertionError as error:
            return "stands there twice" in str(error)
        return False

    quick = settings(max_examples=100, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    try:
        example = find(TROUBLES, doubles, settings=quick)
    except NoSuchExample:
        pytest.fail("a hundred fault plans made no double although the settle time lies below the lag")
    assert doubles(example)
    with pytest.raises(AssertionError, match="stands there twice"):
        play(stage, found["open"], [Trouble(0, found["open"].calls.index("!clone"), Fault.CRASH_AFTER)], settle=HASTY)
