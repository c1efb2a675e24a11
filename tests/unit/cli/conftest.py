"""Commands are given in this process; what they set for logging is taken back afterwards. And a workspace in memory."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from isms_bot.bootstrap import init
from isms_bot.cli.opening import Opened
from isms_bot.clock import SystemClock
from isms_bot.config import load
from isms_bot.store import Store
from isms_bot.testing import MemoryWiki
from isms_bot.workspace import Workspace

CONFIG = """\
[workspaces.acme]
connector = "notion"
root = "0123456789abcdef0123456789abcdef"
token = { env = "PLANTED_NOWHERE" }
timezone = "Europe/Amsterdam"
pack = "lightweight"
product_manager = "Anna"
"""


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Handlers, levels and structlog's configuration as they were before the test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def wiki() -> MemoryWiki:
    return MemoryWiki(now=SystemClock().now())


@pytest.fixture
def opened(wiki: MemoryWiki, tmp_path: Path) -> Iterator[Opened]:
    """A workspace that is no sandbox, set up, without a pass."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    config, clock = load(tmp_path / "config.toml"), SystemClock()
    with Store.open(f"sqlite:///{tmp_path / 'isms-bot.sqlite3'}", create=True) as store:
        connector = wiki.unbound(installation=store.installation())
        workspace = Workspace.open(config, "acme", connector, store, clock, holder="this test")
        init(workspace, lambda _sentence: None)
        yield Opened(config, workspace, store, clock)
