"""Holding a workspace for as long as the work takes: its lease is renewed beside the work, and signals end it between two
actions instead of in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

from isms_bot.errors import StoreError
from isms_bot.workspace import LEASE_SECONDS, Workspace

log = structlog.get_logger(__name__)

RENEWED_EVERY = LEASE_SECONDS / 4


@contextmanager
def held(workspace: Workspace, *, every: float = RENEWED_EVERY) -> Iterator[None]:
    """Renew the lease that the work inside takes, every `every` seconds, and give it back at the end.

    A lease that cannot be renewed is left alone: whatever writes next finds out and stops (LeaseLost).
    """
    done = threading.Event()

    def renew() -> None:
        while not done.wait(every):
            lease = workspace.lease
            if lease is None:
                continue
            try:
                lease.renew()
            except StoreError as lost:
                log.warning("lease_not_renewed", workspace=workspace.name, error=str(lost))

    thread = threading.Thread(target=renew, name=f"lease of {workspace.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        workspace.release()


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that the first SIGINT or SIGTERM sets; the second SIGINT interrupts at once. Main thread only."""
    stop = threading.Event()

    def asked(number: int, _frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
