"""The rules are tried out on a small world of people, schedules and jobs."""

import pytest

from tests.unit.lifecycle.world import RESTORE, REVIEW, World


@pytest.fixture
def world() -> World:
    """Monday, 1 March 2027, ten o'clock; a quarterly review of everybody and a monthly restore test, not yet in force."""
    return World()


@pytest.fixture
def ruled(world: World) -> World:
    """The same with both schedules known and nothing to open: their anchors lie beyond every test."""
    world.plan(REVIEW, anchor=None)
    world.plan(RESTORE, anchor=None)
    return world
