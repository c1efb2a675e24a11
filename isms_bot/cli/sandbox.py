"""`sandbox`: an emulated wiki on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from isms_bot.cli.call import call_of

State = Annotated[
    Path | None,
    typer.Option("--state", metavar="DIR", help="Folder that keeps the world; left out: it lives in memory."),
]
Port = Annotated[
    int | None, typer.Option("--port", metavar="N", help="Default: the one of last time, else a free one.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="All ids follow from it (new worlds only).")]


def sandbox(context: typer.Context, state: State = None, port: Port = None, seed: Seed = 1) -> int:
    """Serve an emulated wiki on 127.0.0.1 until you stop it."""
    from isms_bot.errors import UsageError
    from isms_bot.sandbox.server import serve, ways_in
    from isms_bot.sandbox.world import Misuse

    call = call_of(context)

    def announce(facts: Mapping[str, Any]) -> None:
        said = json.dumps(facts) if call.json else ways_in(facts)
        print(said, flush=True)

    try:
        return serve(state, port, seed, announce=announce)
    except Misuse as misuse:
        raise UsageError(f"sandbox: {misuse}") from misuse
