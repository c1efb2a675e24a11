"""A service over wikis in memory, with clocks that move only when a test says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import structlog

from isms_bot.bootstrap import init
from isms_bot.config import Config, load
from isms_bot.service import Service
from isms_bot.store import Store
from isms_bot.testing import MemoryWiki
from isms_bot.workspace import Workspace

NOON = datetime(2027, 1, 4, 11, tzinfo=UTC)
CONFIG = """\
[workspaces.{name}]
connector = "notion"
root = "0123456789abcdef0123456789abcdef"
api = "http://127.0.0.1:9"
token = {{ env = "PLANTED_NOWHERE" }}
timezone = "Europe/Amsterdam"
pack = "lightweight"
product_manager = "Anna"
"""


@dataclass
class Hands:
    """Clocks that stand still."""

    at: datetime = NOON
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def go_on(self, seconds: float) -> None:
        """Move both clocks."""
        self.seconds += seconds
        self.at += timedelta(seconds=seconds)


@dataclass
class Stage:
    """A configuration with one workspace or more, each over a wiki in memory."""

    folder: Path
    names: tuple[str, ...]
    clock: Hands = field(default_factory=Hands)
    wikis: dict[str, MemoryWiki] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "config.toml"

    def write(self, more: str = "") -> Config:
        self.path.write_text("\n".join(CONFIG.format(name=name) for name in self.names) + more, encoding="utf-8")
        return load(self.path)

    def open(self, config: Config, name: str, store: Store, stop: Event) -> Workspace:
        self.opened.append(name)
        connector = self.wikis[name].unbound(installation=store.installation(), workspace=name)
        return Workspace.open(config, name, connector, store, self.clock, holder="this test")


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Handlers, levels and structlog's configuration as they were before the test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def begin(stage: Stage, store: Store) -> Service:
    """A service whose workspaces are set up and open."""
    config = stage.write()
    for name in stage.names:
        stage.wikis[name] = MemoryWiki()
        workspace = stage.open(config, name, store, Event())
        init(workspace, lambda _sentence: None)
        workspace.release()
    stage.opened.clear()
    service = Service(config, store, stage.clock, stage.open)
    service.begin()
    return service


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'state' / 'isms-bot.sqlite3'}", create=True) as one:
        yield one
