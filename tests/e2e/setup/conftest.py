"""A sandbox that is as new for every test, its three wikis as `setup` is told of them, and somebody who answers line by line.

Most tests give the command in their own process: what they are about is what is said, and starting Python takes longer than that.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from isms_bot.cli import main
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from tests.e2e.cli.conftest import MONDAY, Answer, Home
from tests.mailserver import Mailbox, mail_server

MANAGER, DEPUTY, TEAM = "Mira Lindqvist", "Tomasz Wolny", "1-4"
Line = str | Callable[[], str]
"""A line of a script; a call does something while `setup` waits, and returns the line."""


@dataclass(frozen=True)
class Wiki:
    """One platform in the sandbox: what `setup` is told of it."""

    sandbox: Sandbox
    part: str

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sandbox.summary()[self.part]
        return found

    @property
    def address(self) -> str:
        facts = self.facts
        if self.part == "notion":
            return str(facts["root_url"])
        return f"{facts['site']}/spaces/{facts['space']}/pages/{facts['root_page_id']}"

    @property
    def user(self) -> list[str]:
        """Cloud asks for the mail address of the bot's account, Notion for a page for what is private."""
        if self.part == "notion":
            return ["none"]
        return [self.facts["user"]] if self.part == "confluence" else []

    @property
    def site(self) -> str:
        return {"notion": "", "confluence": "cloud", "datacenter": "datacenter"}[self.part]

    def titles(self) -> list[str]:
        """Titles of the live pages and databases right under the root."""
        left, root = list(self.sandbox.tree(self.site)), self.facts["root_page_id"]
        while left:
            one = left.pop()
            if one["id"] == root:
                return [child["title"] for child in one["children"] if not child["in_trash"]]
            left.extend(one["children"])
        raise LookupError(root)

    def access(self, *, revoked: bool) -> None:
        """Whether the token opens anything."""
        if self.part == "notion":
            self.sandbox.integration(token_revoked=revoked)
        else:
            self.sandbox.confluence(site=self.site, token_revoked=revoked)

    def home(self, folder: Path) -> Home:
        folder.mkdir(exist_ok=True)
        return Home(folder, self.facts["token"])

    def lines(
        self, *, before: tuple[Line, ...] = (), token: tuple[Line, ...] = (), mail: tuple[Line, ...] = ("none",)
    ) -> list[Line]:
        """Answers up to whether the mention arrived. `before`: in place of address and user; `token`: in place of the token alone."""
        where = before or (self.address, *self.user)
        secret = token or (self.facts["token"],)
        rest = ("NL", "", "en", MANAGER, DEPUTY, TEAM, "lightweight", *mail, "ok", "y", "y")
        return [*where, "file", "", *secret, *rest]


class Script(io.StringIO):
    """Standard input, line by line."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self._lines = list(lines)

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        if not self._lines:
            return ""
        line = self._lines.pop(0)
        return f"{line if isinstance(line, str) else line()}\n"


SetUp = Callable[..., Answer]


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[SetUp]:
    """Gives `setup` in an empty folder, and what it answers to lines: `set_up("--json", said=[…])`."""
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def call(*words: str, said: list[Line] | None = None) -> Answer:
        monkeypatch.setattr("sys.stdin", Script(said or []))
        code = main(["setup", *words])
        heard = capsys.readouterr()
        return Answer(code, heard.out, heard.err)

    yield call
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(now=MONDAY) as one:
        yield one


@pytest.fixture(params=["notion", "confluence", "datacenter"])
def wiki(request: pytest.FixtureRequest, sandbox: Sandbox) -> Wiki:
    """Each platform, as new."""
    sandbox.reset(now=MONDAY)
    return Wiki(sandbox, request.param)


@pytest.fixture
def notion(sandbox: Sandbox) -> Wiki:
    """One platform where all behave the same."""
    sandbox.reset(now=MONDAY)
    return Wiki(sandbox, "notion")


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as one:
        yield one
