"""A small sound pack on disk that tests spoil in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PACK = """\
title = "Small"
version = "1"
policy = ["backups"]

[roles]
operations = "Operations"
archivist = "Keeper of the archive"

[defaults]
first_run_is_practice = true
"""
SCHEDULES = """\
[[schedule]]
id = "restore-test"
procedure = "restore-test"
assign = "role:archivist"
every = "3 months"
start = "week 7 after activation"
policy = "backups"
"""
POLICY = """\
---
kind: policy
id: backups
title: Backups
---

We can bring back what we lose.
"""
PROCEDURE = """\
---
kind: procedure
id: restore-test
title: Restore test
role: operations
cadence: quarterly
evidence: the output of the restore
policy: backups
controls: A.8.13, A.8.14
minutes: 30
private: false
---

- [ ] Restore one file.
- [ ] Compare it.

Name:
Date:
Signature:
"""
FILES = {
    "pack.toml": PACK,
    "schedules.toml": SCHEDULES,
    "pages/backups.md": POLICY,
    "pages/restore-test.md": PROCEDURE,
}


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Path]:
    """Write the pack and return its folder; each edit is (file, old text, new text), `files` are written beside."""

    def write(*edits: tuple[str, str, str], files: dict[str, str] | None = None) -> Path:
        folder = tmp_path / "small"
        texts = {**FILES, **(files or {})}
        for name, old, new in edits:
            assert old in texts[name]
            texts[name] = texts[name].replace(old, new)
        for name, text in texts.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    return write
