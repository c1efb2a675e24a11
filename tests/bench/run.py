"""Measures that stand in the promises of isms-bot: `make bench`, or `python tests/bench/run.py [--json]`.

Requests are counted, not timed, so they come out the same on every machine; the two figures at the end depend on it. The last
line is one JSON object; with `--json` it is the only one.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import structlog

from tests.bench.cloning import BLOCKS, LEVELS, clone_writes
from tests.bench.decisions import decisions_per_second
from tests.bench.steady import LOWER_BOUND, Kind, formula, steady_pass_calls
from tests.e2e.engine.platforms import Cloud, DataCenter, Notion

JOBS = (100, 1_000, 10_000)
WIKIS: dict[str, Kind] = {
    "steady_pass_calls": Notion,
    "steady_pass_calls_confluence": Cloud,
    "steady_pass_calls_datacenter": DataCenter,
}
DECISIONS = 100_000
ROUNDS = 5


def main(arguments: list[str]) -> int:
    """Measure and say; returns the exit code."""
    quiet = "--json" in arguments
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    def say(line: str) -> None:
        if not quiet:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    found: dict[str, Any] = {}
    for name, kind in WIKIS.items():
        found[name] = {}
        least, most = LOWER_BOUND[kind], formula(kind)
        say(
            f"A pass on {kind.__name__} in which nothing changed (at least {least} requests, at most {most} with the default sweep):"
        )
        for jobs in JOBS:
            with _folder() as folder:
                calls = found[name][str(jobs)] = steady_pass_calls(folder, jobs, kind)
            say(f"  {jobs:>6} open jobs: {calls} requests")
    with _folder() as folder:
        found["clone_writes"], found["clone_bound"] = clone_writes(folder)
    say(f"A job made from a procedure of {BLOCKS} blocks on {LEVELS} levels:")
    say(f"  {found['clone_writes']} writes; at least {found['clone_bound']} for the copy, and one that hands it over")
    found["decisions_per_second"] = round(decisions_per_second(DECISIONS))
    say(f"The rules look at {found['decisions_per_second']} of {DECISIONS} open jobs in a second (the more the better)")
    found["help_ms"] = help_ms()
    say(f"isms-bot --help takes {found['help_ms']} ms; starting Python alone takes {python_ms()} ms")
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="isms-bot-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def help_ms() -> int:
    """Milliseconds from starting `isms-bot --help` until it has ended, the best of some."""
    return _best([str(Path(sys.executable).parent / "isms-bot"), "--help"])


def python_ms() -> int:
    """The same of a Python that does nothing: no command in Python can be faster."""
    return _best([sys.executable, "-c", ""])


def _best(command: list[str]) -> int:
    return round(min(_lasted(command) for _ in range(ROUNDS)) * 1000)


def _lasted(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
