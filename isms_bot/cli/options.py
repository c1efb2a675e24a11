"""Options that several verbs share, and how their words are read."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer


def day(text: str) -> date:
    """A date as 2027-03-01. Raises BadParameter."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f'"{text}" is no date; write it as 2027-03-01') from error


At = Annotated[date | None, typer.Option("--at", parser=day, metavar="DATE", help="As if it were noon of this day.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
TakeOver = Annotated[
    bool, typer.Option("--take-over", help="Take the workspace from another process or installation that is gone.")
]
