"""`init` is killed at random moments and called again: in the end everything stands there once, as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from isms_bot import config, registry
from isms_bot.cli.opening import disconnect
from isms_bot.clock import SystemClock
from isms_bot.demo.wikis import WIKIS
from isms_bot.model import Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from isms_bot.sandbox.world import World
from isms_bot.store import Store
from isms_bot.workspace import Workspace

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)
KEPT = (Source.USERS, Source.POLICIES, Source.PROCEDURES, Source.REGISTER)
SITES = {"notion": "", "confluence": "cloud", "datacenter": "datacenter"}
_ASKING = ("query", "users-bulk")
"""Ends of paths of requests that are sent by POST and write nothing."""
CONFIG = """\
[workspaces.acme]
connector = "{connector}"
{keys}
token = {{ env = "PLANTED_TOKEN_OF_A_TEST" }}
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "{pack}"
product_manager = "Mira Lindqvist"
"""

Tree = dict[str, Any]


class Runner:
    """A process whose children are killed."""

    def __init__(self, token: str) -> None:
        environment = {
            **os.environ, "PLANTED_TOKEN_OF_A_TEST": token,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "connectors"))),
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.inits"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True, cwd=ROOT,
        )  # fmt: skip

    def begin(self, folder: Path) -> int:
        """Start `init`; the process that may be killed."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{folder / 'config.toml'} {folder / 'store.sqlite3'}\n")
        self._process.stdin.flush()
        return int(self._said("begun"))

    def end(self) -> int:
        """Wait for it; what it ended with."""
        return int(self._said("ended"))

    def _said(self, word: str) -> str:
        assert self._process.stdout is not None
        said, _, number = self._process.stdout.readline().partition(" ")
        assert said == word, self._process.stderr and self._process.stderr.read()
        return number

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Place:
    """An empty wiki of a platform, and a folder with the configuration that leads to it."""

    name: str
    sandbox: Sandbox
    world: World
    folder: Path
    runner: Runner

    def run(self) -> int:
        """`init` from beginning to end."""
        self.runner.begin(self.folder)
        return self.runner.end()

    def killed_after(self, made: int, moment: float) -> bool:
        """`init`, killed `moment` seconds after so much was made (pages, blocks, properties); False if it came to its end
        before."""
        before = len(self.world.records)
        child = self.runner.begin(self.folder)
        while len(self.world.records) - before < made and _lives(child):
            Event().wait(0.001)
        Event().wait(moment)
        if _lives(child):
            os.kill(child, signal.SIGKILL)
        ended = self.runner.end() == -signal.SIGKILL
        self.sandbox.advance(240)
        return ended

    def writes(self) -> int:
        """Requests since the log was emptied that write."""
        return sum(one["method"] != "GET" and not one["path"].endswith(_ASKING) for one in self.sandbox.requests())

    def tree(self) -> Tree:
        """Everything that stands there, each page by its key, without ids of this wiki."""
        read = config.load(self.folder / "config.toml")
        with Store.open(f"sqlite:///{self.folder / 'store.sqlite3'}") as store:
            one = read.workspace()
            connector = registry.connector_class(one.connector).open(
                one.settings,
                token=WIKIS[self.name].token(self.sandbox),
                installation=store.installation(),
                workspace="acme",
            )
            workspace = Workspace.open(read, "acme", connector, store, SystemClock(), holder="eyes", dry=True)
            layout = workspace.need_layout()
            pages = [page for source in KEPT for page in connector.observe(source, None).pages]
            names = {page.ref: f"<{page.fields.get('key')}>" for page in pages}
            names |= {place.ref: f"<{source.value}>" for source, place in layout.sources.items()}
            names |= {store.installation(): "<installation>", self.sandbox.url: "<site>"}
            found: Tree = {}
            for page in pages:
                key = str(page.fields.get("key"))
                assert key not in found, f"{key} stands there twice"
                assert page.mark is not None
                mark = (page.mark.installation == store.installation(), page.mark.key, page.mark.page == page.ref)
                # What a row of the register refers to are ids of this wiki.
                told = {} if page.source is Source.REGISTER else dict(page.fields)
                text = "" if page.source is Source.REGISTER else connector.read(page.ref).text
                found[key] = (page.source, page.title, mark, _named(repr(told), names), _named(text, names))
            found["people"] = sorted(workspace.history.people.values())
            disconnect(connector)
        found["titles"] = Counter(_titles(self.sandbox.tree(SITES[self.name])))
        return found


def _lives(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    return True


def _named(text: str, names: Mapping[str, str]) -> str:
    for ref, name in names.items():
        text = text.replace(ref, name).replace(ref.replace("-", ""), name)
    return text


def _titles(nodes: list[dict[str, Any]], above: str = "") -> Iterator[tuple[str, str]]:
    for node in nodes:
        yield above, node["title"]
        yield from _titles(node.get("children", []), node["title"])


@contextmanager
def empty(name: str, pack: str, folder: Path) -> Iterator[Place]:
    """An empty wiki in which nobody has run `init` yet."""
    folder.mkdir()
    world = open_world(now=MONDAY)
    with running(world) as sandbox:
        wiki = WIKIS[name]
        keys = "\n".join(f'{key} = "{value}"' for key, value in wiki.keys(sandbox).items())
        said = CONFIG.format(connector=wiki.connector, keys=keys, pack=pack)
        (folder / "config.toml").write_text(said, encoding="utf-8")
        runner = Runner(wiki.token(sandbox))
        try:
            yield Place(name, sandbox, world, folder, runner)
        finally:
            runner.close()
    world.close()


def goes_on(name: str, pack: str, folder: Path, kills: int) -> None:
    """The promise of this file, for one platform and one pack; says how many requests it took."""
    token = pytest.MonkeyPatch()
    with empty(name, pack, folder / "calm") as place:
        token.setenv("PLANTED_TOKEN_OF_A_TEST", WIKIS[name].token(place.sandbox))
        furnished = len(place.world.records)
        assert place.run() == 0
        whole, size = place.sandbox.request_count(), len(place.world.records) - furnished
        expected = place.tree()
    chance = random.Random(f"{name} {pack}")
    with empty(name, pack, folder / "killed") as place:
        token.setenv("PLANTED_TOKEN_OF_A_TEST", WIKIS[name].token(place.sandbox))
        cuts = sorted(chance.sample(range(1, size * 4 // 5), kills))
        parts = [after - before for before, after in pairwise([0, *cuts])]
        killed = sum(place.killed_after(part, chance.uniform(0, 0.05)) for part in parts)
        for _ in range(3):
            if place.run() == 0:
                break
            place.sandbox.advance(240)
        taken = place.sandbox.request_count()
        got = place.tree()
        place.sandbox.clear_requests()
        assert place.run() == 0
        again, writes = place.sandbox.request_count(), place.writes()
    token.undo()
    sys.stdout.write(
        f"{name}, {pack}: {whole} requests undisturbed; killed {killed} times: {taken} requests, {len(got) - 2} pages; "
        f"a second init: {again} requests, {writes} of them write\n"
    )
    assert killed > kills // 2, "too many runs came to their end to tell anything"
    assert {key: got.get(key) for key in expected} == expected
    assert set(got) == set(expected)
    assert writes == 0


@pytest.mark.parametrize("name", WIKIS)
def test_an_init_that_was_killed_is_gone_on_with(name: str, tmp_path: Path) -> None:
    goes_on(name, "lightweight", tmp_path, kills=2)


@pytest.mark.long
@pytest.mark.parametrize("pack", ["lightweight", "iso27001"])
@pytest.mark.parametrize("name", WIKIS)
def test_an_init_that_was_killed_twenty_times_is_gone_on_with(name: str, pack: str, tmp_path: Path) -> None:
    goes_on(name, pack, tmp_path, kills=20)
