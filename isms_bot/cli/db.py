"""`db`: the store's file or database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isms_bot.cli.call import call_of

group = typer.Typer(help="Back up and upgrade the store.", no_args_is_help=True, rich_markup_mode=None)


@group.command()
def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file that does not exist yet.")],
) -> int:
    """Copy the store while it is in use, and check the copy."""
    from isms_bot.config import load
    from isms_bot.store.backup import backup as copied

    call = call_of(context)
    target = copied(load(call.config).store.url, path)
    call.say(f"{target} holds the whole store; keep it away from this machine.")
    call.answer({"path": str(target), "bytes": target.stat().st_size})
    return 0


@group.command()
def upgrade(context: typer.Context) -> int:
    """Bring the tables of the store to the version of this program."""
    from isms_bot.cli.opening import store_there
    from isms_bot.config import load
    from isms_bot.errors import StoreError
    from isms_bot.store.backup import upgrade as upgraded

    call = call_of(context)
    config = load(call.config)
    if not store_there(config):
        raise StoreError("there is no store yet; `isms-bot init` makes it")
    revision = upgraded(config.store.url)
    call.say(f"The tables are of version {revision}.")
    call.answer({"schema": revision})
    return 0
