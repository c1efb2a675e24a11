"""The lock files hold what pyproject.toml asks for, with hashes, and name no place that it comes from."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"
LOCKS = pytest.mark.parametrize("lock", [RUNTIME, DEV], ids=lambda lock: lock.name)
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RELOCK = "run make lock"


@dataclass(frozen=True)
class Pin:
    """One locked package for some machines: exactly one version."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        assert only.operator == "=="
        return only.version


def pins(lock: Path) -> list[Pin]:
    """Every pin of a lock file; a line that is no pin fails."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        said, *hashes = line.split("--hash=")
        found.append(Pin(Requirement(said), tuple(one.strip() for one in hashes)))
    return found


def group(name: str) -> list[Requirement]:
    """The requirements of a dependency group, with the groups that it includes."""
    found: list[Requirement] = []
    for entry in PYPROJECT["dependency-groups"][name]:
        found += [Requirement(entry)] if isinstance(entry, str) else group(entry["include-group"])
    return found


def wanted(lock: Path) -> list[Requirement]:
    own = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
    return own + group("build" if lock == RUNTIME else "dev")


@LOCKS
def test_a_lock_names_no_address_and_no_path(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    suspicious = [
        line for line in text.splitlines() if re.search(r"://|file:|^\s*-[^-]|--(?!hash=sha256:)|^\s*#|/", line)
    ]
    assert suspicious == []


@LOCKS
def test_every_pin_has_a_sha256(lock: Path) -> None:
    assert len(pins(lock)) > 20
    for pin in pins(lock):
        assert pin.hashes, pin.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in pin.hashes), pin.name


@LOCKS
def test_a_lock_satisfies_what_the_project_asks_for(lock: Path) -> None:
    locked = pins(lock)
    for requirement in wanted(lock):
        versions = [pin.version for pin in locked if pin.name == canonicalize_name(requirement.name)]
        assert versions, f"{requirement.name} is missing from {lock.name}; {RELOCK}"
        assert all(requirement.specifier.contains(version) for version in versions), (
            f"{requirement}: {versions}; {RELOCK}"
        )


def test_what_is_tested_is_what_runs() -> None:
    dev = {(pin.name, pin.version) for pin in pins(DEV)}
    assert [pin.name for pin in pins(RUNTIME) if (pin.name, pin.version) not in dev] == []


def test_the_build_backend_is_in_both_locks() -> None:
    (backend,) = (Requirement(line) for line in PYPROJECT["build-system"]["requires"])
    assert backend.name in {pin.name for pin in pins(RUNTIME)} & {pin.name for pin in pins(DEV)}


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml"])
def test_lock_files_that_record_addresses_stay_out_of_git(name: str) -> None:
    assert name in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
