"""A process that makes passes until it is killed: `python -m tests.chaos.passes CONFIG DATABASE`. Says "pass" after each."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog

from isms_bot import config, registry
from isms_bot.clock import SystemClock
from isms_bot.engine import run_once
from isms_bot.errors import ConnectorError
from isms_bot.observatory import Observatory
from isms_bot.store import Store
from isms_bot.workspace import Workspace


def main(path: str, database: str) -> None:
    """Open everything anew, as after a restart, and go on for ever."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    read = config.load(Path(path))
    one = read.workspace()
    store = Store.open(f"sqlite:///{database}")
    store.lock()
    connector = registry.connector_class(one.connector).open(
        one.settings, token=read.token(one), installation=store.installation(), workspace=one.name
    )
    workspace = Workspace.open(read, one.name, connector, store, SystemClock(), holder="mortal")
    watch = Observatory(store, one.name)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        try:
            run_once(workspace, observatory=watch)
        except ConnectorError as error:
            sys.stderr.write(f"{error}\n")
        sys.stdout.write("pass\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
