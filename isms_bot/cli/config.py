"""`config`: help with writing the configuration."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from isms_bot.cli.call import call_of

group = typer.Typer(help="Help with the configuration.", no_args_is_help=True, rich_markup_mode=None)
Schedules = Annotated[bool, typer.Option("--schedules", help="Of a file of schedules instead.")]


@group.command()
def schema(context: typer.Context, schedules: Schedules = False) -> int:
    """Print the JSON Schema, for editors."""
    from isms_bot import config

    call = call_of(context)
    found = config.schedules_schema() if schedules else config.schema()
    call.say(json.dumps(found, indent=2, ensure_ascii=False))
    call.answer(found)
    return 0


@group.command()
def example(context: typer.Context) -> int:
    """Print a commented configuration to start from."""
    from isms_bot import config

    call = call_of(context)
    print(config.example(), end="") if not call.json else call.answer({"example": config.example()})
    return 0


@group.command()
def check(context: typer.Context) -> int:
    """Say what is wrong with the configuration, by file and line. Calls nobody and reads no secret."""
    from isms_bot.config import load

    call = call_of(context)
    config = load(call.config)
    for one in config.workspaces.values():
        pack = f"pack {one.pack.name} {one.pack.version}" if one.pack else "no pack"
        call.say(f"{one.name}: {one.connector}, {pack}, {len(one.schedules)} schedules")
    call.say(f"{config.path} is sound.")
    call.answer({"ok": True, "digest": config.digest, "workspaces": list(config.workspaces)})
    return 0
