"""A connector that exists only here, a small pack, and a sound configuration that tests spoil in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from isms_bot import registry

CONFIG = """\
[workspaces.acme]
connector = "paper"
root = "https://wiki.example.com/isms"
token = { env = "PLANTED_TOKEN" }
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "./pack"
schedules = ["schedules/*.toml"]
product_manager = "pm@example.com"
"""
OWN = """\
[[schedule]]
id = "visitor-book"
procedure = "Visitor book check"
assign = "role:archivist"
every = "1 month"
start = 2027-01-05
"""
FILES = {
    "config.toml": CONFIG,
    "schedules/own.toml": OWN,
    "pack/pack.toml": """\
title = "Small"
version = "7"
policy = ["backups"]

[roles]
archivist = "Keeper of the archive"
""",
    "pack/schedules.toml": """\
[[schedule]]
id = "restore-test"
procedure = "restore-test"
assign = "role:operations"
every = "3 months"
start = "week 7 after activation"
""",
    "pack/pages/backups.md": "---\nkind: policy\nid: backups\ntitle: Backups\n---\nWe can bring back what we lose.\n",
    "pack/pages/restore-test.md": (
        "---\nkind: procedure\nid: restore-test\ntitle: Restore test\nrole: operations\ncadence: quarterly\n---\n"
        "- [ ] Restore a file.\n\nName:\nDate:\nSignature:\n"
    ),
}


class PaperSettings(BaseModel):
    """Keys of the connector."""

    model_config = ConfigDict(extra="forbid")

    root: str
    private_root: str | None = None
    api: str | None = None
    shelf: int = Field(default=1, ge=1)


class PaperConnector:
    """As much of a connector as the configuration asks for."""

    @classmethod
    def settings_model(cls) -> type[Any]:
        return PaperSettings


def _broken() -> type[Any]:
    raise ImportError("no module named ink")


@pytest.fixture(autouse=True)
def connectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three are installed: one that works, the same under the name of the example, one that cannot be imported."""
    installed: Mapping[str, Any] = {
        "paper": SimpleNamespace(value="paper:PaperConnector", load=lambda: PaperConnector),
        "notion": SimpleNamespace(value="paper:PaperConnector", load=lambda: PaperConnector),
        "ink": SimpleNamespace(value="ink:InkConnector", load=_broken),
    }
    monkeypatch.setattr(registry, "_installed", lambda: installed)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Path]:
    """Write all files and return the path of config.toml; each edit is (file, old text, new text)."""

    def write(*edits: tuple[str, str, str], files: dict[str, str] | None = None) -> Path:
        texts = {**FILES, **(files or {})}
        for name, old, new in edits:
            assert old in texts[name]
            texts[name] = texts[name].replace(old, new)
        for name, text in texts.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path / "config.toml"

    return write
