"""Holding a workspace for as long as the work takes: its lease is renewed beside the work, and signals end it between two
actions instead of in the middle of one."""

from __future__ import annotations

import select
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

from isms_bot.errors import StoreError
from isms_bot.workspace import LEASE_SECONDS, Workspace

log = structlog.get_logger(__name__)

RENEWED_EVERY = LEASE_SECONDS / 4
_ENDING = (signal.SIGINT, signal.SIGTERM)


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


class Signals:
    """Signals as they come. A handler must not touch locks (an Event has one), so each only leaves a byte behind."""

    def __init__(self, receiver: socket.socket) -> None:
        self._receiver = receiver

    def wait(self, seconds: float | None = None) -> tuple[int, ...]:
        """Numbers of the signals that have come, waiting at most `seconds` for the first; () if none came."""
        readable, _, _ = select.select([self._receiver], [], [], seconds)
        return tuple(self._receiver.recv(64)) if readable else ()


@contextmanager
def listening(*numbers: int) -> Iterator[Signals]:
    """Take these signals instead of being ended by them. A second SIGINT interrupts all the same. Main thread only."""
    receiver, sender = socket.socketpair()
    receiver.setblocking(False)
    sender.setblocking(False)
    interrupts = 0

    def heard(number: int, _frame: FrameType | None) -> None:
        nonlocal interrupts
        interrupts += number == signal.SIGINT
        if interrupts > 1:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, heard) for number in numbers}
    known = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    try:
        yield Signals(receiver)
    finally:
        signal.set_wakeup_fd(known)
        for number, handler in before.items():
            signal.signal(number, handler)
        sender.close()
        receiver.close()


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that is set by the first SIGINT or SIGTERM. Main thread only."""
    stop, done = threading.Event(), threading.Event()
    with listening(*_ENDING) as signals:

        def listen() -> None:
            while not done.is_set():
                if signals.wait(0.2):
                    stop.set()

        thread = threading.Thread(target=listen, name="signals", daemon=True)
        thread.start()
        try:
            yield stop
        finally:
            done.set()
            thread.join()
