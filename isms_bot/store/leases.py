"""The lease: which process may write to a workspace. Its epoch fences off whoever had it before.

Time is the database's, so that clocks of hosts do not matter; between two looks a holder trusts its own monotonic clock only.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from isms_bot.clock import Clock
from isms_bot.errors import LeaseLost
from isms_bot.store import tables
from isms_bot.store.database import Database
from isms_bot.store.locking import StateLock
from isms_bot.store.tables import dbnow


class Leases(Database):
    """Leases of workspaces."""

    clock: Clock
    _lock: StateLock

    def acquire(
        self, workspace: str, holder: str, ttl: float, *, take_over: bool = False, margin: float | None = None
    ) -> Lease | None:
        """Take the lease of `workspace` for `ttl` seconds; None if somebody else has it.

        A lease that is free, expired or, with `take_over`, anybody's is taken with the next epoch. So is one that a process left
        behind which had the state folder that this process now holds: it is dead. `holder` says who has it, for messages.
        `margin`: seconds before the end at which `check` gives up (longer than one request takes); default a third of `ttl`.
        """
        started = self.clock.monotonic()
        row, free = tables.lease.c, tables.lease.c.expires <= dbnow()
        session = self._lock.session
        if session:
            free |= row.session != session
        values = {"holder": holder, "expires": dbnow() + ttl, "session": session}
        statement = (
            self.insert(tables.lease)
            .values(workspace=workspace, epoch=1, **values)
            .on_conflict_do_update(
                index_elements=[row.workspace],
                set_={**values, "epoch": row.epoch + 1},
                where=sa.true() if take_over else free,
            )
            .returning(row.epoch)
        )
        with self.begin("acquire") as tx:
            epoch = tx.execute(statement).scalar_one_or_none()
        if epoch is None:
            return None
        return Lease(self, workspace, holder, epoch, ttl, ttl / 3 if margin is None else margin, started + ttl)

    def lease_holder(self, workspace: str) -> str | None:
        """Who holds the lease of `workspace` now; None if nobody does."""
        row = tables.lease.c
        statement = sa.select(row.holder).where(row.workspace == workspace, row.expires > dbnow())
        with self.reading() as connection:
            return connection.execute(statement).scalar_one_or_none()


@dataclass(slots=True)
class Lease:
    """A lease that was taken. `epoch` goes with every claim; `ttl` and `margin` are seconds, `deadline` is monotonic."""

    _store: Leases
    workspace: str
    holder: str
    epoch: int
    ttl: float
    margin: float
    deadline: float

    def renew(self) -> None:
        """Hold it for another `ttl` seconds. LeaseLost if it ran out or somebody took it."""
        started = self._store.clock.monotonic()
        statement = (
            tables.lease.update()
            .where(self._mine(), tables.lease.c.expires > dbnow())
            .values(expires=dbnow() + self.ttl)
        )
        with self._store.begin("renew") as tx:
            renewed = tx.execute(statement).rowcount
        if not renewed:
            raise self._lost("it ran out, or another process took it")
        self.deadline = started + self.ttl

    def check(self) -> None:
        """Pass if this process may still write for `margin` seconds. LeaseLost otherwise: stop writing at once."""
        if self._store.clock.monotonic() >= self.deadline - self.margin:
            raise self._lost("it was not renewed in time")
        with self._store.reading() as connection:
            epoch = connection.execute(
                sa.select(tables.lease.c.epoch).where(tables.lease.c.workspace == self.workspace)
            ).scalar()
        if epoch != self.epoch:
            raise self._lost("another process took it")

    def release(self) -> None:
        """Give it back, so that another process need not wait; harmless if it is lost already."""
        with self._store.begin("release") as tx:
            tx.execute(tables.lease.update().where(self._mine()).values(expires=0.0))
        self.deadline = float("-inf")

    def _mine(self) -> sa.ColumnElement[bool]:
        return (tables.lease.c.workspace == self.workspace) & (tables.lease.c.epoch == self.epoch)

    def _lost(self, why: str) -> LeaseLost:
        return LeaseLost(f"{self.workspace}: the lease of epoch {self.epoch} is lost: {why}; nothing more is written")
