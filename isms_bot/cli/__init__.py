"""The command line: one file per verb, one place that turns errors into words and exit codes.

0 done or nothing to do · 1 failed · 2 usage or configuration · 3 `plan`: changes pending · 4 done, but something is held or left ·
5 `verify` found differences · 75 held by another process or installation · 130 stopped by a person.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from isms_bot.cli.answering import answering

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code. Errors that nobody thought of are raised, see `answering`."""
    return answering(list(sys.argv[1:] if arguments is None else arguments), as_program=arguments is None)
