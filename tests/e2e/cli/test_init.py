"""What `init` says beforehand is what it takes, on every platform; pages of the team's own are kept where a person says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from isms_bot.demo.wikis import WIKIS
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from tests.e2e.cli.conftest import MONDAY, Answer, Home

pytestmark = pytest.mark.slow

MARGIN = 0.05
"""Of the calls that were told beforehand; the rest is what the wiki's people and titles make of it."""
CONFIG = """\
[workspaces.acme]
connector = "{connector}"
{keys}
token = {{ env = "PLANTED_TOKEN" }}
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "lightweight"
product_manager = "Mira Lindqvist"
"""
_ASKING = ("query", "users-bulk")


@dataclass
class Story:
    """What was said, and how many requests it took, by a name for the moment."""

    sandbox: Sandbox
    home: Home
    own: str = ""
    said: dict[str, Answer] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)

    def call(self, name: str, *words: str) -> Answer:
        """Call the console script and count."""
        self.sandbox.clear_requests()
        self.said[name] = self.home.call(*words)
        log = self.sandbox.requests()
        self.requests[name] = len(log)
        self.writes[name] = sum(one["method"] != "GET" and not one["path"].endswith(_ASKING) for one in log)
        return self.said[name]


@pytest.fixture(scope="module", params=WIKIS)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A team with a page "Backups" of its own."""
    wiki = WIKIS[request.param]
    with running(now=MONDAY) as sandbox:
        folder: Path = tmp_path_factory.mktemp("init")
        keys = "\n".join(f'{key} = "{value}"' for key, value in wiki.keys(sandbox).items())
        home = Home(folder, wiki.token(sandbox))
        home.config.write_text(CONFIG.format(connector=wiki.connector, keys=keys), encoding="utf-8")
        root = sandbox.summary()[wiki.part]["root_page_id"]
        story = Story(sandbox, home)
        made = sandbox.act(
            "Mira Lindqvist", "create_page", parent=root, title="Backups", lines=["Every night, to Oslo."]
        )
        story.own = made["page"]
        story.pages.append(sandbox.page(story.own))
        story.call("nobody asked", "init")
        story.call("not chosen", "init", "--yes", "--json")
        story.call("nonsense", "init", "--yes", "--adopt", f"backup={story.own}")
        story.call("chosen", "init", "--yes", "--json", "--adopt", f"backups={story.own}")
        story.call("again", "init", "--json")
        story.pages.append(sandbox.page(story.own))
        yield story


def test_nothing_is_adopted_or_doubled_for_its_title_alone(story: Story) -> None:
    for name in ("nobody asked", "not chosen"):
        assert story.said[name].code == 2
        assert f"--adopt backups={story.own}, or --no-adopt" in story.said[name].err
        assert story.writes[name] == 0
    assert 'to adopt or not: "Backups"' in story.said["nobody asked"].out


def test_a_slip_is_answered_and_nothing_is_made(story: Story) -> None:
    slip = story.said["nonsense"]
    assert (slip.code, story.writes["nonsense"]) == (2, 0)
    assert 'did you mean "backups"?' in slip.err


def test_the_plan_says_what_it_takes(story: Story) -> None:
    chosen = story.said["chosen"]
    assert chosen.code == 0, chosen.err
    told = chosen.json
    # The same process makes its plan first, as the call before did, which made nothing more.
    taken = story.requests["chosen"] - story.requests["nobody asked"]
    assert told["calls"] == pytest.approx(taken, rel=MARGIN)
    assert told["minutes"] == -(-told["calls"] // 180)
    assert told["made"] == len(told["pages"]) + len(told["people"])
    out = story.said["nobody asked"].out
    assert (
        f"{len(told['pages'])} pages of {told['blocks']:,} blocks and 6 rows of people: about {told['calls']:,} calls"
        in out
    )
    assert f"A usual year asks for {told['load']['jobs']} jobs, {told['load']['hours']:g} hours" in out


def test_the_team_s_own_page_is_as_it_was(story: Story) -> None:
    before, after = story.pages
    assert after == before
    assert story.said["chosen"].json["adopt"] == {"backups": story.own}


def test_a_second_init_writes_nothing(story: Story) -> None:
    again = story.said["again"]
    assert (again.code, again.json["made"], again.json["candidates"]) == (0, 0, [])
    assert story.writes["again"] == 0
