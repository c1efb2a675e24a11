"""`demo`: the main job in a sandbox, no account needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isms_bot.cli.call import call_of

On = Annotated[str, typer.Option("--on", metavar="WIKI", help="Which wiki to play: notion, confluence or datacenter.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="All ids and the team follow from it.")]
NoServe = Annotated[bool, typer.Option("--no-serve", help="Do not leave the sandbox running afterwards.")]
State = Annotated[Path | None, typer.Option("--state", metavar="DIR", help="Where to keep it; left out: nowhere.")]


def demo(
    context: typer.Context, on: On = "notion", seed: Seed = 1, no_serve: NoServe = False, state: State = None
) -> int:
    """Play the main job against a sandbox on this machine: no account and no configuration needed."""
    from isms_bot import demo as play

    code: int = play.run(on, seed, not no_serve, state, call_of(context).json)
    return code
