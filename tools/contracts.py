"""Brings the vendors' API descriptions from a folder into `.contracts/`, which git ignores: they are theirs, not ours to ship.

    python3 tools/contracts.py DIR

Which files, and their SHA-256, stands in tests/contract/contracts.sha256. All of them are compared before any is copied, so a
wrong folder leaves what was there as it was. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "tests" / "contract" / "contracts.sha256"
CONTRACTS = ROOT / ".contracts"


def pinned(pins: Path = PINS) -> dict[str, str]:
    """File name → SHA-256 in hex, in the order of the list."""
    lines = pins.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines if line.strip())}


def problem_of(folder: Path, name: str, digest: str) -> str | None:
    """A sentence if `name` is missing from `folder` or is not the pinned file."""
    file = folder / name
    if not file.is_file():
        return f"{file}: missing"
    if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
        return f"{file}: not the pinned version (its SHA-256 differs)"
    return None


def bring(folder: Path, to: Path = CONTRACTS, pins: Path = PINS) -> list[str]:
    """Copy every pinned file from `folder`; what is wrong comes back as sentences, and then nothing was copied."""
    wanted = pinned(pins)
    problems = [problem for name, digest in wanted.items() if (problem := problem_of(folder, name, digest))]
    if not problems:
        to.mkdir(exist_ok=True)
        for name in wanted:
            shutil.copyfile(folder / name, to / name)
    return problems


def main(arguments: list[str]) -> int:
    """0: brought; 1: a file is missing or another version; 2: no folder was named."""
    if len(arguments) != 1 or not arguments[0]:
        sys.stderr.write("Name the folder that holds the vendors' files: make contracts FROM=DIR\n")
        return 2
    problems = bring(Path(arguments[0]))
    if problems:
        sys.stderr.write("\n".join([*problems, "Nothing was copied."]) + "\n")
        return 1
    sys.stdout.write(f"{len(pinned())} files of the vendors are in {CONTRACTS.name}/, each as pinned.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
