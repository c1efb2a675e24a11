"""Before new pages appear in a space that people watch, `init` and `plan` say how many mails that sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from tests.e2e.cli.conftest import MONDAY, Answer, Home

pytestmark = pytest.mark.slow

CONFIG = """\
[workspaces.acme]
connector = "{connector}"
site = "{site}"
space = "{space}"
root = "{root_page_id}"
api = "{site}"
{user}
token = {{ env = "PLANTED_TOKEN" }}
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "lightweight"
product_manager = "Mira Lindqvist"
"""
WATCHERS = ("mira@example.com", "tomasz@example.com", "noah@example.com")
LAST = "Who does not want them can stop watching the space."


@dataclass
class Story:
    """What was said on one platform, by a name for the moment."""

    sandbox: Sandbox
    said: dict[str, Answer] = field(default_factory=dict)

    def requests(self, end: str) -> int:
        """How many requests since the last look had a path that ends so."""
        return sum(one["path"].endswith(end) for one in self.sandbox.requests())


def settle(folder: Path, sandbox: Sandbox, part: str) -> Home:
    """A folder whose configuration leads to one of the sites of Confluence."""
    facts = sandbox.summary()[part]
    folder.mkdir()
    home = Home(folder, facts["token"])
    cloud = part == "confluence"
    name, user = ("confluence-cloud", f'user = "{facts["user"]}"') if cloud else ("confluence-datacenter", "")
    given = {key: facts[key] for key in ("site", "space", "root_page_id")}
    home.config.write_text(CONFIG.format(connector=name, user=user, **given), encoding="utf-8")
    return home


@pytest.fixture(scope="module", params=["confluence", "datacenter"])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """`init` and `plan` while three people watch the space."""
    part = request.param
    with running(now=MONDAY) as sandbox:
        story, space = Story(sandbox), sandbox.summary()[part]["space_id"]
        home = settle(tmp_path_factory.mktemp("mails") / part, sandbox, part)
        for person in WATCHERS:
            sandbox.act(person, "watch_space", space=space)
        story.said["init, nobody asked"] = home.call("init")
        story.said["init"] = home.call("init", "--yes", "--json")
        story.said["init again"] = home.call("init", "--json")
        assert home.call("apply", "--yes").code == 0
        # By name: Data Center shows no addresses.
        assert home.call("decide", "activate", "--about", "all", "--why", "we begin", "--yes").code == 0
        sandbox.set_clock("2027-01-27T08:30:00+00:00")
        story.said["plan"] = home.call("plan")
        sandbox.clear_requests()
        story.said["plan --json"] = home.call("plan", "--json")
        story.said["asked"] = Answer(story.requests("/watch") + story.requests("/watchers"), "", "")
        for person in WATCHERS:
            sandbox.act(person, "watch_space", space=space, watch=False)
        story.said["plan, nobody watches"] = home.call("plan")
        if part == "datacenter":
            sandbox.confluence(site=part, space_admin=False)
            story.said["plan, not told"] = home.call("plan", "--json")
        yield story


def test_init_says_how_many_mails_its_pages_send_before_it_asks(story: Story) -> None:
    asked, told = story.said["init, nobody asked"], story.said["init"].json
    mails = told["mails"]
    assert asked.code == 2
    assert mails["watchers"] == len(WATCHERS)
    assert mails["pages"] == len(told["containers"]) + len(told["pages"]) + len(told["people"])
    assert mails["mails"] == mails["watchers"] * mails["pages"]
    count, pages = mails["mails"], mails["pages"]
    assert asked.out.splitlines()[-1] == (
        f"3 people watch the space ISMS: the {pages} new pages of this plan send about {count} mails. {LAST}"
    )


def test_a_second_init_has_nothing_to_say_of_mails(story: Story) -> None:
    again = story.said["init again"]
    assert (again.code, again.json["mails"]) == (0, None)


def test_a_plan_says_how_many_mails_its_pages_send(story: Story) -> None:
    shown, told = story.said["plan"], story.said["plan --json"].json
    opened = sum(action["do"] == "open" for action in told["actions"])
    mails = told["mails"]
    assert shown.code == 3
    assert opened > 0
    assert mails["pages"] >= opened
    assert mails == {"watchers": 3, "pages": mails["pages"], "mails": 3 * mails["pages"]}
    line = next(line for line in shown.out.splitlines() if "watch the space ISMS" in line)
    assert f"send about {mails['mails']} mails. {LAST}" in line


def test_it_costs_one_question(story: Story) -> None:
    assert story.said["asked"].code == 1


def test_nothing_is_said_where_nobody_watches_or_nobody_may_know(story: Story) -> None:
    assert "watch the space" not in story.said["plan, nobody watches"].out
    if "plan, not told" in story.said:
        untold = story.said["plan, not told"]
        assert (untold.code, untold.json["mails"]) == (3, None)
