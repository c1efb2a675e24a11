"""`run`: the process that makes a pass every few minutes."""

from __future__ import annotations

from threading import Event
from typing import Annotated

import typer

from isms_bot.cli.call import call_of
from isms_bot.cli.options import TakeOver

Yes = Annotated[bool, typer.Option("--yes", help="Make even the first pass over a wiki without showing it to anybody.")]


def run(context: typer.Context, yes: Yes = False, take_over: TakeOver = False) -> int:
    """Make passes over every workspace until SIGTERM or SIGINT. SIGHUP reads the configuration anew."""
    from isms_bot import logs
    from isms_bot.cli import asking, opening
    from isms_bot.clock import SystemClock
    from isms_bot.config import Config, load
    from isms_bot.errors import UsageError
    from isms_bot.service import Service
    from isms_bot.spool import Spool
    from isms_bot.store import Store
    from isms_bot.store.database import database_file, parse
    from isms_bot.workspace import Workspace

    call = call_of(context)
    config = load(call.config)
    logs.configure(level="debug" if call.debug else config.service.log_level, form=config.service.log_format)
    clock = SystemClock()
    for one in config.workspaces.values():
        config.token(one)

    def open_workspace(newest: Config, name: str, store: Store, stop: Event) -> Workspace:
        one = newest.workspace(name)
        connector = opening.connect(newest, one, store.installation(), clock, stop)
        return opening.open_workspace(newest, name, connector, store, clock)

    with Store.open(config.store.url) as store:
        store.lock()
        file = database_file(parse(config.store.url))
        spool = Spool(file) if file is not None else None
        if spool is not None:
            spool.clear()
        for name, one in config.workspaces.items():
            if not yes and not opening.sandboxed(one) and store.last_completed_pass(name) is None:
                raise UsageError(
                    f"{name}: no pass was made over this wiki yet, and the first one waits for a yes: "
                    "look at `isms-bot plan`, then `isms-bot apply` (or `isms-bot run --yes`)"
                )
        service = Service(
            config, store, clock, open_workspace, close=lambda workspace: opening.disconnect(workspace.connector),
            take_over=take_over, spool=spool, carry_out=asking.carry_out,
        )  # fmt: skip
        return service.run()
