"""A team with an incident to deal with, in every kind of wiki that can keep it private; each test starts from the same state."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from tests.e2e.engine.harness import SCHEDULES, Stage
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Memory, Notion, Platform

INSIDE, OUTSIDE = ("Anna", "Ben", "Gus"), ("Chris", "Emil")
"""Product manager, deputy and operations; developers."""

FORM = "- [ ] Stop the damage.\n- [ ] Write down why.\n\nName:\n\nDate:\n\nSignature:\n\n---\n\nAnything unclear, wrong or a pain? (optional)\n"
PAGES = {
    "incident": (
        "---\nkind: procedure\nid: incident\ntitle: Incident\nrole: operations\nreviewer: product-manager\ntrigger: something\n"
        "due: 72 hours\nevidence: signature\npolicy: promise\nminutes: 30\nlevel: at own account\nprivate: true\n---\n"
        + FORM
    ),
    "screening": (
        "---\nkind: procedure\nid: screening\ntitle: Screening\nrole: operations\ncadence: every month\nevidence: signature\n"
        "policy: promise\nminutes: 30\nlevel: at own account\nprivate: true\n---\n" + FORM
    ),
    "register": (
        "---\nkind: page\nid: register\ntitle: Incident register\nrole: operations\nprivate: true\n---\nOne row for each.\n"
    ),
}
SCREENING = """
[[schedule]]
id = "screening"
procedure = "screening"
assign = "role:operations"
completion = "any"
every = "1 month"
start = "week 2 after activation"
lead = "5 working days"
grace = "3 working days"
ladder = "gentle"
policy = "promise"
owner = "product-manager"
"""


@pytest.fixture(scope="package", autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def begin(platform: Platform, folder: Path) -> Stage:
    """The team with its roles, and everything in force; where people close the private area they have done so."""
    stage = Stage.begin(platform, folder, pages=PAGES, schedules=SCHEDULES + SCREENING)
    stage.later(minutes=20)
    stage.activate()
    return stage


def attest(stage: Stage) -> None:
    """Somebody looks, and private pages are made."""
    stage.decide("attest private area", who="Ben")
    stage.later(minutes=20)
    stage.pass_()
    stage.init()
    stage.pass_()


def close_a_page(platform: Any) -> None:
    """People close a page for what is private, where the wiki cannot restrict single pages."""
    if isinstance(platform, Memory):
        platform.wiki.closed_place = frozenset(f"acc-{name.lower()}" for name in INSIDE)
    else:
        platform.wiki.close_a_page(*INSIDE)


def _begun(platform: Platform, folder: Path, *, closed_by_people: bool) -> Iterator[tuple[Stage, Any]]:
    if closed_by_people:
        close_a_page(platform)
    stage = begin(platform, folder)
    if closed_by_people:
        attest(stage)
    stage.pass_()
    yield stage, stage.save()
    stage.close()


def _served(kind: Any, folder: Path, *, closed_by_people: bool) -> Iterator[tuple[Stage, Any]]:
    world = open_world(seed=5, people=PEOPLE, now=START)
    with running(world) as sandbox:
        platform = kind(sandbox, world)
        yield from _begun(platform, folder, closed_by_people=closed_by_people)
        platform.wiki.close()
    world.close()


@pytest.fixture(scope="session")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """In memory, where single pages can be restricted."""
    yield from _begun(Memory(), tmp_path_factory.mktemp("exact"), closed_by_people=False)


@pytest.fixture(scope="session")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """In memory, where people have closed a place."""
    yield from _begun(Memory(coarse=True), tmp_path_factory.mktemp("coarse"), closed_by_people=True)


@pytest.fixture(scope="session")
def notion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """The sandbox's Notion."""
    yield from _served(Notion, tmp_path_factory.mktemp("notion"), closed_by_people=True)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """The sandbox's Confluence Cloud."""
    yield from _served(Cloud, tmp_path_factory.mktemp("cloud"), closed_by_people=False)


@pytest.fixture(scope="session")
def datacenter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any]]:
    """The sandbox's Confluence Data Center."""
    yield from _served(DataCenter, tmp_path_factory.mktemp("datacenter"), closed_by_people=False)


@pytest.fixture(params=["exact", "coarse", "notion", "cloud", pytest.param("datacenter", marks=pytest.mark.long)])
def stage(request: pytest.FixtureRequest) -> Stage:
    """The same afternoon on each platform."""
    begun, saved = request.getfixturevalue(request.param)
    begun.restore(saved)
    return begun  # type: ignore[no-any-return]


@pytest.fixture(params=["exact", "cloud", "datacenter"])
def restricting(request: pytest.FixtureRequest) -> Stage:
    """The same where single pages can be restricted."""
    begun, saved = request.getfixturevalue(request.param)
    begun.restore(saved)
    return begun  # type: ignore[no-any-return]


@pytest.fixture(params=["cloud", pytest.param("datacenter", marks=pytest.mark.long)])
def confluence(request: pytest.FixtureRequest) -> Stage:
    """The same where people drag pages from one place to another."""
    begun, saved = request.getfixturevalue(request.param)
    begun.restore(saved)
    return begun  # type: ignore[no-any-return]


@pytest.fixture(params=["coarse", "notion"])
def closed_by_people(request: pytest.FixtureRequest) -> Stage:
    """The same where people close a place."""
    begun, saved = request.getfixturevalue(request.param)
    begun.restore(saved)
    return begun  # type: ignore[no-any-return]
