"""What can go wrong between the bot and a wiki, as a plan that a test writes down: one fault per vendor call."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import StrEnum


class Crash(BaseException):
    """The process died here. A BaseException, so that no `except` of the code under test can outlive its own death."""


class Fault(StrEnum):
    """What happens to one vendor call. *before*: nothing was written; *after*: the write happened, the answer got lost."""

    OK = "ok"
    TRANSIENT = "transient"
    CRASH_BEFORE = "crash-before"
    CRASH_AFTER = "crash-after"
    AMBIGUOUS_BEFORE = "ambiguous-before"
    AMBIGUOUS_AFTER = "ambiguous-after"


class FaultPlan:
    """Faults in the order of the vendor calls that they meet; no entry left means that all is well.

    A call first takes a fault aimed at its verb (`on("comment", …)`), then one aimed at its class (`on("write", …)`,
    `on("read", …)`), then the next of the plain sequence.
    """

    def __init__(self, faults: Iterable[Fault | str] = (), *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        self.log: list[tuple[str, Fault]] = []
        self._sequence = deque(Fault(fault) for fault in faults)
        self._aimed: dict[str, deque[Fault]] = {}

    def then(self, *faults: Fault | str) -> None:
        """Add to the plain sequence."""
        self._sequence.extend(Fault(fault) for fault in faults)

    def on(self, what: str, *faults: Fault | str) -> None:
        """Aim faults at the next calls of a verb of the port, or of "read" or "write" calls."""
        self._aimed.setdefault(what, deque()).extend(Fault(fault) for fault in faults)

    def clear(self) -> None:
        """From now on all is well. The log stays."""
        self._sequence.clear()
        self._aimed.clear()

    def take(self, verb: str, *, writes: bool) -> Fault:
        """The fault of this call, taken off the plan and logged."""
        queues = (self._aimed.get(verb), self._aimed.get("write" if writes else "read"), self._sequence)
        fault = next((queue.popleft() for queue in queues if queue), Fault.OK)
        self.log.append((verb, fault))
        return fault
