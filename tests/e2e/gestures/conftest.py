"""A team whose first reviews are due today, in every kind of wiki; each test starts from the same state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog

from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from isms_bot.sandbox.world import World
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Memory, Notion, Platform

P = TypeVar("P", bound=Any)

FIRST = date(2027, 1, 18)
"""The reviews of developers are due, on a Monday; grace ends on Thursday."""
TEST = "restore/2027-01-25"
"""The restore test of Ben and Gus has just opened; grace ends on Friday the 29th."""


@pytest.fixture(scope="package", autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def _begun(platform: Platform, folder: Path) -> tuple[Stage, Any]:
    stage = Stage.begin(platform, folder)
    stage.later(minutes=20)
    stage.activate()
    stage.morning(FIRST)
    stage.later(minutes=8)
    stage.pass_()
    stage.later(minutes=60)
    return stage, stage.save()


@pytest.fixture(scope="session")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """In memory, with a lock, restrictions and exact times."""
    begun = _begun(Memory(), tmp_path_factory.mktemp("exact"))
    yield begun
    begun[0].close()


@pytest.fixture(scope="session")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """In memory, with neither, and times floored to the minute."""
    begun = _begun(Memory(coarse=True), tmp_path_factory.mktemp("coarse"))
    yield begun
    begun[0].close()


@contextmanager
def _served(kind: Callable[[Sandbox, World], P]) -> Iterator[tuple[Sandbox, P]]:
    world = open_world(seed=5, people=PEOPLE, now=START)
    with running(world) as served:
        platform = kind(served, world)
        yield served, platform
        platform.wiki.close()
    world.close()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[tuple[Sandbox, Notion]]:
    with _served(Notion) as served:
        yield served


@pytest.fixture(scope="session")
def over_http(sandbox: tuple[Sandbox, Notion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """The sandbox's Notion."""
    begun = _begun(sandbox[1], tmp_path_factory.mktemp("notion"))
    yield begun
    begun[0].close()


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """The sandbox's Confluence Cloud."""
    with _served(Cloud) as (_, platform):
        begun = _begun(platform, tmp_path_factory.mktemp("cloud"))
        yield begun
        begun[0].close()


@pytest.fixture(scope="session")
def datacenter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """The sandbox's Confluence Data Center."""
    with _served(DataCenter) as (_, platform):
        begun = _begun(platform, tmp_path_factory.mktemp("datacenter"))
        yield begun
        begun[0].close()


@pytest.fixture(
    params=["exact", "coarse", "over_http", "cloud", pytest.param("datacenter", marks=pytest.mark.long)],
    ids=["memory", "memory-coarse", "notion", "cloud", "datacenter"],
)
def stage(request: pytest.FixtureRequest) -> Stage:
    """The same morning on each platform."""
    begun, saved = request.getfixturevalue(request.param)
    begun.restore(saved)
    return begun  # type: ignore[no-any-return]


@pytest.fixture(params=["exact", "coarse", "over_http"], ids=["memory", "memory-coarse", "notion"])
def columned(request: pytest.FixtureRequest) -> Stage:
    """The same morning where all pages of a container share columns, and a copy of a long page takes several calls."""
    begun, saved = request.getfixturevalue(request.param)
    begun.restore(saved)
    return begun  # type: ignore[no-any-return]


@pytest.fixture(params=["exact", "coarse", "over_http", "cloud"], ids=["memory", "memory-coarse", "notion", "cloud"])
def archiving(request: pytest.FixtureRequest) -> Stage:
    """The same morning where pages can be archived; Data Center archives whole spaces only."""
    begun, saved = request.getfixturevalue(request.param)
    begun.restore(saved)
    return begun  # type: ignore[no-any-return]


@pytest.fixture
def notion(over_http: tuple[Stage, Any], sandbox: tuple[Sandbox, Notion]) -> Iterator[tuple[Stage, Sandbox]]:
    """The sandbox's Notion alone, with the sandbox, for what memory does not know."""
    stage, saved = over_http
    stage.restore(saved)
    yield stage, sandbox[0]
    sandbox[0].integration(
        token_revoked=False,
        read_content=True,
        insert_content=True,
        update_content=True,
        read_comments=True,
        insert_comments=True,
    )
