"""Whom `init` puts on Users of the ISMS: those whom the configuration names, the first time; later the wiki alone says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from isms_bot.bootstrap import init, plan_init
from isms_bot.clock import SystemClock
from isms_bot.config import load
from isms_bot.connector import AccountInfo
from isms_bot.errors import Misconfigured
from isms_bot.store import Store
from isms_bot.testing import MemoryWiki
from isms_bot.workspace import Workspace

CONFIG = """\
[workspaces.acme]
connector = "notion"
root = "0123456789abcdef0123456789abcdef"
token = {{ env = "PLANTED_NOWHERE" }}
timezone = "Europe/Amsterdam"
pack = "lightweight"
product_manager = "Anna"
{team}
"""


@contextmanager
def workspace(wiki: MemoryWiki, folder: Path, team: str) -> Iterator[Workspace]:
    """A workspace in memory whose configuration has this line."""
    (folder / "config.toml").write_text(CONFIG.format(team=team), encoding="utf-8")
    config, url = load(folder / "config.toml"), f"sqlite:///{folder / 'isms-bot.sqlite3'}"
    with Store.open(url, create=True) as store:
        connector = wiki.unbound(installation=store.installation())
        yield Workspace.open(config, "acme", connector, store, SystemClock(), holder="this test")


@pytest.mark.parametrize(
    ("team", "names"),
    [
        ("", ("Anna", "Ben", "Chris", "Dana")),
        ("team = []", ("Anna",)),
        ('team = ["chris@example.com", "acc-ben"]', ("Anna", "Ben", "Chris")),
        ('team = ["Dana"]\ndeputy = "Ben"', ("Anna", "Ben", "Dana")),
    ],
    ids=["left out", "nobody", "picked", "with deputy"],
)
def test_the_team_is_everybody_or_who_was_picked_with_those_who_decide(
    tmp_path: Path, team: str, names: tuple[str, ...]
) -> None:
    with workspace(MemoryWiki(now=SystemClock().now()), tmp_path, team) as one:
        assert plan_init(one).people == names


def test_after_the_first_time_the_roster_in_the_wiki_says_who_belongs_to_it(tmp_path: Path) -> None:
    wiki = MemoryWiki(now=SystemClock().now())
    with workspace(wiki, tmp_path, 'team = ["Ben"]') as one:
        init(one, lambda _sentence: None)
        wiki.accounts["acc-eve"] = AccountInfo("acc-eve", "Eve", None, is_person=True)
    with workspace(wiki, tmp_path, 'team = ["Ben", "Chris"]') as one:
        assert not plan_init(one).changes


def test_a_name_that_nobody_has_is_said_before_anything_is_made(tmp_path: Path) -> None:
    wiki = MemoryWiki(now=SystemClock().now())
    with (
        workspace(wiki, tmp_path, 'team = ["Ben", "Beb"]') as one,
        pytest.raises(Misconfigured, match="team names Beb, and no account"),
    ):
        plan_init(one)
    assert not wiki.pages
