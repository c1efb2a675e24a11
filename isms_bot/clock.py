"""The only reader of the machine's clocks.

Three clocks exist (ARCHITECTURE.md): the *business* clock (dates of jobs), the *store* clock (database time, for leases) and
the *monotonic* one (deadlines, pace). Everything pure gets its time as an argument.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the time is, for business dates and for deadlines."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds of a clock that never jumps."""
        ...


class SystemClock:
    """The host's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
