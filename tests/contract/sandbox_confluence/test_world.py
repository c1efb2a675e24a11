"""Both sites live in the same world as Notion: one clock, one state, ids that follow from the seed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.confluence.bootstrap import root
from isms_bot.sandbox.confluence.model import CLOUD, DATACENTER, Access, WikiCount, WikiPage, WikiSpace
from isms_bot.sandbox.server import running, ways_in
from tests.contract.sandbox_confluence.conftest import BOXES, MIRA, Site

NOW = "2026-11-02T09:30:12+00:00"
# What a world of seed 1 had before it knew Confluence; figures that are told of the demo hang on it.
NOTION_ROOT = "6b86b273-ff34-8a29-9bfa-bcab5d27d456"


def test_ids_of_notion_are_what_they_were() -> None:
    with running(now=NOW) as sandbox:
        facts = sandbox.summary()
        assert facts["notion"]["root_page_id"] == NOTION_ROOT
        before = sandbox.act(MIRA, "create_page", parent=NOTION_ROOT, title="A")["page"]
    with running(now=NOW) as sandbox:
        for name in ("confluence", "datacenter"):
            sandbox.act(MIRA, "create_page", parent=sandbox.summary()[name]["root_page_id"], title="A")
        assert sandbox.act(MIRA, "create_page", parent=NOTION_ROOT, title="A")["page"] == before


def test_the_same_seed_and_calls_give_the_same_site() -> None:
    def play(seed: int) -> list[Any]:
        with running(seed=seed, now=NOW) as sandbox:
            found = []
            for name in ("confluence", "datacenter"):
                site = Site(sandbox, name)
                page = site.page("Job", storage=BOXES)
                sandbox.act(MIRA, "tick", page=page, all=True)
                found += [site.bot, site.token, sandbox.page(page)]
                site.http.close()
            return found

    assert play(1) == play(1)
    assert play(1) != play(2)


def test_no_id_is_on_both_sites() -> None:
    with running(now=NOW) as sandbox:
        facts = sandbox.summary()
        for number in range(30):
            for name in ("confluence", "datacenter"):
                sandbox.act(MIRA, "create_page", parent=facts[name]["root_page_id"], title=f"Page {number}")

        def ids(nodes: list[dict[str, Any]]) -> set[str]:
            return {one["id"] for one in nodes} | {i for one in nodes for i in ids(one["children"])}

        cloud, datacenter = ids(sandbox.tree("cloud")), ids(sandbox.tree("datacenter"))
        assert len(cloud) == len(datacenter) == 32
        assert not cloud & datacenter


def test_a_killed_sandbox_loses_no_page(tmp_path: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], dict[str, Any]]:
        command = [sys.executable, "-m", "isms_bot.sandbox", "--state", str(tmp_path), "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        return process, json.loads(process.stdout.readline())

    def finish(process: subprocess.Popen[str], sign: int) -> None:
        process.send_signal(sign)
        process.wait(10)
        process.stdout.close()

    from isms_bot.sandbox.client import Sandbox

    process, first = start()
    with Sandbox(first["url"]) as sandbox:
        sandbox.confluence(site="cloud", confluence_scopes=["read:page:confluence"], plan="free")
        page = sandbox.act(MIRA, "create_page", parent=first["confluence"]["root_page_id"], title="Job", body=BOXES)[
            "page"
        ]
        sandbox.act(MIRA, "tick", page=page, all=True)
        sandbox.act(MIRA, "label", page=page, name="isms")
        sandbox.act(MIRA, "draft", page=page, text="later")
        before = sandbox.page(page)
    finish(process, signal.SIGKILL)
    process, second = start()
    assert {**second, "pid": first["pid"]} == first
    with Sandbox(second["url"]) as sandbox:
        assert sandbox.page(page) == before
        knobs = sandbox._ask("GET", "/confluence")["cloud"]
        assert (knobs["confluence_scopes"], knobs["plan"]) == (["read:page:confluence"], "free")
    finish(process, signal.SIGTERM)


def test_the_first_line_names_all_three_wikis(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "isms_bot.sandbox", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    assert set(told) == {"url", "notion", "confluence", "datacenter", "people", "pid"}
    assert told["confluence"]["site"] == told["url"] + "/wiki"
    assert told["datacenter"]["site"] == told["url"] + "/confluence"
    keys = {"site", "user", "token", "space", "space_id", "root_page_id", "root_url", "bot_id"}
    assert keys <= set(told["confluence"])
    assert keys <= set(told["datacenter"])
    assert set(told["people"][0]) == {"id", "name", "email", "account_id", "user_key", "username"}


def test_a_world_that_knew_notion_only_gets_its_sites(tmp_path: Path) -> None:
    world = open_world(tmp_path)
    pages = {root(world, flavor).id for flavor in (CLOUD, DATACENTER)}
    with world.change():
        kinds: tuple[type[Any], ...] = (Access, WikiPage, WikiSpace, WikiCount)
        for kind in kinds:
            for record in world.all(kind):
                world.drop(record.id)
    world.close()
    again = open_world(tmp_path)
    assert {root(again, flavor).id for flavor in (CLOUD, DATACENTER)} == pages
    again.close()


@pytest.mark.parametrize(
    "people", [[{"name": "Ann", "email": "ann@a.example"}, {"name": "Ann", "email": "ann@b.example"}]]
)
def test_people_with_the_same_name_have_names_of_their_own(people: list[dict[str, str]]) -> None:
    with running(now=NOW, people=people) as sandbox:
        assert [one.username for one in sandbox.people()] == ["ann", "ann2"]
        assert len({one.account_id for one in sandbox.people()}) == 2
        assert sandbox.person(sandbox.people()[1].account_id).email == "ann@b.example"


def test_in_words_there_is_a_line_for_each_wiki() -> None:
    with running(now=NOW) as sandbox:
        facts = sandbox.summary()
        said = ways_in(facts).splitlines()
    assert said[0] == f"{facts['url']}  token {facts['notion']['token']}"
    for line, name in zip(said[1:], ("confluence", "datacenter"), strict=True):
        assert all(facts[name][key] in line for key in ("site", "space", "user", "token"))
