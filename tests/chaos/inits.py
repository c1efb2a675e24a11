"""`init` in a process that may be killed: `python -m tests.chaos.inits`, then a line `CONFIG DATABASE` per run.

Everything is imported once; each run is a fork of its own, whose number is told first ("begun PID"), then how it ended
("ended STATUS", -9 for a killed one).
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import structlog

from isms_bot import config, registry
from isms_bot.bootstrap import init
from isms_bot.clock import SystemClock
from isms_bot.errors import IsmsBotError
from isms_bot.store import Store
from isms_bot.workspace import Workspace
from isms_bot_confluence import CloudConnector, DataCenterConnector
from isms_bot_notion import NotionConnector

READY = (CloudConnector, DataCenterConnector, NotionConnector)
"""Imported before the first fork."""


def run(path: str, database: str) -> int:
    """One `init`, as the console script does it; 1 if it says that it has to be called again."""
    read = config.load(Path(path))
    one = read.workspace()
    with Store.open(f"sqlite:///{database}", create=True) as store:
        store.lock()
        connector = registry.connector_class(one.connector).open(
            one.settings, token=read.token(one), installation=store.installation(), workspace=one.name
        )
        workspace = Workspace.open(read, one.name, connector, store, SystemClock(), holder="mortal")
        try:
            init(workspace, lambda _: None)
        except IsmsBotError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            workspace.release()
    return 0


def main() -> None:
    """Fork for each line, until there are no more."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for line in sys.stdin:
        child = os.fork()
        if not child:
            os._exit(run(*line.split()))
        sys.stdout.write(f"begun {child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"ended {os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
