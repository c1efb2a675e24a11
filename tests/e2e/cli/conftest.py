"""A sandbox, a folder with a configuration that leads to it, and the console script as people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running

PROGRAM = Path(sys.executable).with_name("isms-bot")
MONDAY = "2027-01-04T08:00:00+00:00"
CONFIG = """\
[workspaces.acme]
connector = "notion"
root = "{root}"
api = "{api}"
token = {{ env = "PLANTED_TOKEN" }}
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "lightweight"
product_manager = "mira@example.com"
"""


@dataclass(frozen=True)
class Answer:
    """What the console script said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last line of stdout."""
        said: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return said


@dataclass(frozen=True)
class Home:
    """A folder in which the console script is called."""

    folder: Path
    token: str = "ntn_planted_token_of_nobody"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PLANTED_TOKEN": self.token}

    def call(self, *words: str, said: str = "") -> Answer:
        """Call the console script without a terminal."""
        done = subprocess.run(
            [PROGRAM, *words],
            cwd=self.folder,
            env=self.environment(),
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        assert self.token not in done.stderr + done.stdout
        return Answer(done.returncode, done.stdout, done.stderr)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start the console script and leave it running."""
        return subprocess.Popen(
            [PROGRAM, *words], cwd=self.folder, env=self.environment(), stderr=subprocess.PIPE, text=True
        )


def settle(folder: Path, sandbox: Sandbox, more: str = "") -> Home:
    """A folder whose configuration leads to `sandbox`."""
    folder.mkdir(parents=True, exist_ok=True)
    home = Home(folder, sandbox.token)
    home.config.write_text(CONFIG.format(root=sandbox.root_url, api=sandbox.url) + more, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose clock stands still on a Monday morning."""
    with running(now=MONDAY) as one:
        yield one


@pytest.fixture(scope="module")
def furnished(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A folder in which `init` was run."""
    home = settle(tmp_path_factory.mktemp("home"), sandbox)
    assert home.call("init", "--yes").code == 0
    return home
