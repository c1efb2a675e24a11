"""Every error that isms-bot raises on purpose.

A message says what happened, where, and what to do. `exit_code` is what the command line answers with (`isms_bot.cli`).
Vendor exceptions never leave a connector: they are translated into the `ConnectorError` family and chained.
"""

from __future__ import annotations

from dataclasses import dataclass


class IsmsBotError(Exception):
    """Base of all errors raised on purpose; its text is fit to be shown to a person."""

    exit_code = 1


class UsageError(IsmsBotError):
    """The words of a command make no sense together."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: `where` is `config.toml:14`, `path` a dotted path, `what` a sentence with the remedy."""

    where: str
    path: str
    what: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.path, self.what) if part)


class ConfigError(IsmsBotError):
    """The configuration, a pack or a schedule file cannot be used; nothing was written."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class HeldElsewhere(IsmsBotError):  # noqa: N818 - reads as the sentence it stands for
    """Another process or installation holds the workspace."""

    exit_code = 75


class StoreHeld(HeldElsewhere):
    """Another process of this machine uses the store, which only one may."""


class Reopen(IsmsBotError):  # noqa: N818
    """The store now continues another installation: everything that knows the old id has to be opened again."""


class StoreError(IsmsBotError):
    """The store cannot be used: missing, locked, of a newer version."""


class LedgerBroken(StoreError):  # noqa: N818
    """The hash chain of the ledger does not hold; `seq` is the first row that differs."""

    exit_code = 5

    def __init__(self, message: str, seq: int | None = None) -> None:
        super().__init__(message)
        self.seq = seq


class LeaseLost(StoreError):  # noqa: N818
    """This process no longer holds the lease: it must not write any more."""

    exit_code = 75


class ConnectorError(IsmsBotError):
    """Base of what a wiki answered badly. The class says what may be done about it."""


class Permanent(ConnectorError):  # noqa: N818
    """The request is refused and will be refused again (validation, unsupported content)."""


class Transient(ConnectorError):  # noqa: N818
    """Nothing was written; trying again is harmless. `retry_after`: seconds asked for by the vendor."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Conflict(ConnectorError):  # noqa: N818
    """The page is no longer as expected; read it again before deciding anew."""


class Ambiguous(ConnectorError):  # noqa: N818
    """The write may have happened (timeout, 502, dropped connection): look before trying again."""

    def __init__(self, message: str, committed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.committed = committed


class Gone(ConnectorError):  # noqa: N818
    """The page is trashed or deleted, as the vendor itself says. A bare 404 is not this: see `Denied`."""


class Denied(ConnectorError):  # noqa: N818
    """The token may not do this, or the page is not shared with it (vendors answer both with 404)."""


class Misconfigured(ConnectorError):  # noqa: N818
    """Token, address, root or layout is wrong; the whole workspace is unusable until somebody repairs it."""


class TokenRefused(Misconfigured):
    """The wiki does not take the token (any more)."""
