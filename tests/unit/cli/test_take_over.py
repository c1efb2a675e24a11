"""`init --take-over` after a lost disk: it takes the workspace over whether or not anything has to be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from isms_bot.cli import opening
from isms_bot.cli.answering import answering
from isms_bot.cli.opening import Opened
from isms_bot.store import Store
from isms_bot.testing import MemoryWiki
from tests.unit.cli.conftest import CONFIG

HELD = 75


@pytest.fixture
def lost(opened: Opened, wiki: MemoryWiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration of a machine without a store, for a wiki that another store has kept so far."""
    config = tmp_path / "new" / "config.toml"
    config.parent.mkdir()
    config.write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("PLANTED_NOWHERE", "planted-token-of-a-test")
    monkeypatch.setattr(
        opening, "connect", lambda _config, _one, installation, *_more: wiki.unbound(installation=installation)
    )
    return config


def said(config: Path, *words: str) -> int:
    return answering(["--config", str(config), *words], as_program=False)


@pytest.mark.parametrize("tried_before", [False, True], ids=["at once", "after a refused init"])
def test_a_workspace_is_taken_over_even_if_nothing_has_to_be_made(
    lost: Path, opened: Opened, tried_before: bool
) -> None:
    """Whoever does what the refusal says must not be told that there is nothing to do, and be refused again."""
    if tried_before:
        assert said(lost, "init", "--yes") == HELD
    assert said(lost, "init", "--take-over", "--yes") == 0
    with Store.open(f"sqlite:///{lost.parent / 'state' / 'isms-bot.sqlite3'}") as store:
        assert store.installation() == opened.store.installation()
    assert said(lost, "init", "--yes") == 0
    assert said(lost, "apply", "--yes") == 0
