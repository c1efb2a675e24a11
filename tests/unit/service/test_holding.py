"""Leases are kept while work lasts, and signals end it between two actions."""

from __future__ import annotations

import os
import signal
import threading
from typing import cast

import pytest

from isms_bot.errors import LeaseLost
from isms_bot.holding import held, listening, stopping
from isms_bot.workspace import Workspace


class Lease:
    """Counts how often it was renewed, and refuses if it is to."""

    def __init__(self, *, lost: bool = False) -> None:
        self.renewed = threading.Event()
        self.lost = lost

    def renew(self) -> None:
        self.renewed.set()
        if self.lost:
            raise LeaseLost("acme: it ran out")


class Held:
    """As much of a workspace as holding it needs."""

    name = "acme"

    def __init__(self, lease: Lease | None) -> None:
        self.lease = lease
        self.released = False

    def release(self) -> None:
        self.released = True


@pytest.mark.parametrize("lost", [False, True], ids=["kept", "lost-to-another-process"])
def test_the_lease_is_renewed_while_the_work_lasts_and_given_back(lost: bool) -> None:
    lease = Lease(lost=lost)
    workspace = Held(lease)
    with held(cast("Workspace", workspace), every=0.01):
        assert lease.renewed.wait(10)
        assert not workspace.released
    assert workspace.released


def test_work_that_holds_nothing_yet_is_left_alone() -> None:
    workspace = Held(None)
    with held(cast("Workspace", workspace), every=0.01):
        pass
    assert workspace.released


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_the_first_signal_asks_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(10)
    assert signal.getsignal(number) is before


def test_the_second_interrupt_ends_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), stopping() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(10)
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(10)


def test_signals_are_told_by_their_numbers() -> None:
    with listening(signal.SIGHUP) as signals:
        assert signals.wait(0) == ()
        os.kill(os.getpid(), signal.SIGHUP)
        assert signals.wait(10) == (signal.SIGHUP,)
