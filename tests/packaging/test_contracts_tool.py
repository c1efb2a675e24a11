"""`make contracts` brings exactly the pinned files, or nothing."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {"one.json": b"{}", "two.json": b"[]"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project with the tool and pins of its own, beside a folder `vendor` that holds what is pinned."""
    root = tmp_path / "project"
    (root / "tools").mkdir(parents=True)
    (root / "tests" / "contract").mkdir(parents=True)
    (root / "tools" / "contracts.py").write_bytes((ROOT / "tools" / "contracts.py").read_bytes())
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    for name, content in FILES.items():
        (vendor / name).write_bytes(content)
    pins = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in FILES.items()]
    (root / "tests" / "contract" / "contracts.sha256").write_text("\n".join(pins) + "\n")
    return root


def bring(checkout: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, checkout / "tools" / "contracts.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_pinned_files_are_copied(checkout: Path) -> None:
    said = bring(checkout, checkout.parent / "vendor")
    assert (said.returncode, said.stderr) == (0, "")
    assert {file.name: file.read_bytes() for file in (checkout / ".contracts").iterdir()} == FILES
    assert "2 files" in said.stdout


def test_another_version_of_a_file_is_refused_by_name_and_nothing_is_copied(checkout: Path) -> None:
    (checkout.parent / "vendor" / "two.json").write_bytes(b"[1]")
    said = bring(checkout, checkout.parent / "vendor")
    assert said.returncode == 1
    assert "two.json: not the pinned version" in said.stderr
    assert "one.json" not in said.stderr
    assert not (checkout / ".contracts").exists()


def test_a_missing_file_is_named(checkout: Path) -> None:
    (checkout.parent / "vendor" / "one.json").unlink()
    said = bring(checkout, checkout.parent / "vendor")
    assert said.returncode == 1
    assert "one.json: missing" in said.stderr


@pytest.mark.parametrize("arguments", [(), ("",)], ids=["nothing", "an empty name"])
def test_without_a_folder_it_says_how_to_call_it(checkout: Path, arguments: tuple[str, ...]) -> None:
    said = bring(checkout, *arguments)
    assert said.returncode == 2
    assert "make contracts FROM=DIR" in said.stderr
