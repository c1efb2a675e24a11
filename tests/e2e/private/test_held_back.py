"""Where nothing closes a page nothing private is opened, that is said with a way forward, and nothing is held against anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from isms_bot.bootstrap import init, plan_init
from isms_bot.cli.start import open_now
from isms_bot.errors import UsageError
from isms_bot.model import Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Memory, Notion, Platform
from tests.e2e.private.conftest import attest, begin, close_a_page


@pytest.fixture(
    params=["memory", "memory-coarse", "notion", "cloud", pytest.param("datacenter", marks=pytest.mark.long)]
)
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """A wiki that closes no pages: a free plan, an old server, no page named."""
    if request.param.startswith("memory"):
        memory = Memory(coarse=request.param == "memory-coarse")
        memory.wiki.restricts = False
        yield memory
        return
    world = open_world(seed=5, people=PEOPLE, now=START)
    with running(world) as sandbox:
        kind: Any = {"notion": Notion, "cloud": Cloud, "datacenter": DataCenter}[request.param]
        made = kind(sandbox, world)
        if request.param == "cloud":
            made.wiki.access(plan="free")
        if request.param == "datacenter":
            made.wiki.access(dc_version="8.5.4")
        yield made
        made.wiki.close()
    world.close()


def _upgrade(platform: Platform) -> None:
    """From now on pages can be closed."""
    match platform:
        case Notion():
            close_a_page(platform)
        case Cloud():
            platform.wiki.access(plan="standard")
        case DataCenter():
            platform.wiki.access(dc_version="9.2.0")
        case Memory() if platform.wiki.floor_to_minute:
            close_a_page(platform)
        case _:
            platform.wiki.restricts = True


def test_private_jobs_wait_and_open_once_something_closes_a_page(platform: Platform, tmp_path: Path) -> None:
    stage = begin(platform, tmp_path)
    restricts = stage.workspace.connector.capabilities.restrictions
    area = "private-area-unrestricted/private" if restricts else "private-area-unnamed/private"
    stage.morning(stage.today + timedelta(days=8))

    assert area in stage.findings()
    assert "procedure-private-held/screening" in stage.findings()
    with pytest.raises(UsageError, match="private"):
        open_now(stage.workspace, "incident", [], "incident-7", None)
    for source in (Source.JOBS, Source.PROCEDURES, Source.POLICIES):
        titles = [row.title for row in stage.rows(source)]
        assert not [title for title in titles if title.startswith(("Incident", "Screening"))]
    assert not [key for key in stage.workspace.history.missed if key.startswith(("screening", "incident"))]
    told: list[str] = []
    init(stage.workspace, told.append)
    assert any("Incident register" in sentence and "not made" in sentence for sentence in told)
    assert not stage.workspace.connector.secludes() or isinstance(platform, Cloud)

    _upgrade(platform)
    stage.configure()
    stage.init()
    if not restricts:
        stage.pass_()
        assert "private-area-attest/private" in stage.findings()
        [held] = plan_init(stage.workspace).held
        assert "attest" in held
        assert not [row for row in stage.rows(Source.POLICIES) if row.private]
        attest(stage)
    stage.settle()

    assert not [finding for finding in stage.findings() if finding.startswith(("private-", "procedure-private"))]
    assert plan_init(stage.workspace).held == ()
    private = [row for row in stage.rows(Source.JOBS) if row.private]
    assert private
    assert not any(stage.wiki.may_open(row.ref, stage.account("Chris")) for row in private)
    assert all(stage.wiki.may_open(row.ref, stage.account("Gus")) for row in private)
    stage.close()
