"""`packs`: the schedule packs that come with isms-bot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isms_bot.cli.call import call_of

group = typer.Typer(help="The schedule packs that come along.", no_args_is_help=True, rich_markup_mode=None)


@group.command("list")
def listing(context: typer.Context) -> int:
    """List the packs."""
    from isms_bot.packs import available, load_pack

    call = call_of(context)
    packs = [load_pack(name) for name in available()]
    for pack in packs:
        call.say(
            f"{pack.name}: {pack.title}, version {pack.version}, {len(pack.policy)} items, {len(pack.schedules)} schedules"
        )
    call.answer(
        {
            "packs": [
                {"name": pack.name, "title": pack.title, "version": pack.version, "path": str(pack.path)}
                for pack in packs
            ]
        }
    )
    return 0


@group.command()
def copy(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    to: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> int:
    """Copy a pack into a folder, to make it your own."""
    from isms_bot.packs import copy_pack

    call = call_of(context)
    folder = copy_pack(name, to)
    call.say(f'{folder} holds the pack now; use it with pack = "./{folder.name}" in the configuration.')
    call.answer({"path": str(folder)})
    return 0
