"""Intents: what the bot was about to add, written down before the call. One without outcome is what a crash leaves.

The rule (ARCHITECTURE.md, effects): claim → fence → call → resolve. Who finds a claim without outcome looks for the key first,
and only after a settle time that is longer than a request may hang and an index may lag.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from isms_bot.errors import LeaseLost, StoreError
from isms_bot.store import tables
from isms_bot.store.database import Database
from isms_bot.store.tables import dbnow


class ClaimState(StrEnum):
    """What a claim allows."""

    NEW = "new"
    """Nobody has tried, or what was tried wrote nothing for sure: go on and call."""
    RETRY = "retry"
    """An earlier call may have written: look for the key first."""
    SETTLING = "settling"
    """The same, but too early to look: leave it for a later pass."""
    DONE = "done"
    """It has an outcome."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Answer to `claim`. `attempts` counts calls allowed so far, this one included.

    `payload` is the one to go on with: of a RETRY it is the earlier call's, because that is what a look-up has to find.
    `result` is what `resolve` was given, if DONE.
    """

    state: ClaimState
    attempts: int
    payload: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent without outcome. `at` is the business time of its last claim."""

    workspace: str
    key: str
    kind: str
    payload: dict[str, Any]
    epoch: int
    attempts: int
    at: datetime


class Intents(Database):
    """Intents of workspaces; one per key."""

    def claim(
        self,
        workspace: str,
        key: str,
        *,
        epoch: int,
        kind: str,
        payload: dict[str, Any],
        settle: float,
        at: datetime,
        tx: Connection | None = None,
    ) -> Claim:
        """Ask whether the call for `key` may be made, and write down that it is made.

        `epoch` of the lease held; `settle` in seconds, measured between the business times `at` of the claims (by the store's
        clock where business time ran backwards). LeaseLost if the lease of `workspace` has another epoch by now.
        """
        with self.begin(f"claim {key}", tx=tx) as connection:
            self._fence(connection, workspace, epoch)
            row = connection.execute(
                sa.select(tables.intent).where(_is(workspace, key)).with_for_update()
            ).one_or_none()
            fresh = {"kind": kind, "epoch": epoch, "state": "claimed", "at": at, "claimed": dbnow()}
            if row is None:
                connection.execute(
                    tables.intent.insert().values(
                        workspace=workspace, key=key, payload=payload, attempts=1, result=None, **fresh
                    )
                )
                return Claim(ClaimState.NEW, 1, payload)
            if row.state == "done":
                return Claim(ClaimState.DONE, row.attempts, row.payload, row.result)
            attempts = row.attempts + 1
            if row.state == "forgotten":
                connection.execute(
                    tables.intent.update()
                    .where(_is(workspace, key))
                    .values(payload=payload, attempts=attempts, **fresh)
                )
                return Claim(ClaimState.NEW, attempts, payload)
            if not self._settled(connection, row, settle, at):
                return Claim(ClaimState.SETTLING, row.attempts, row.payload)
            connection.execute(tables.intent.update().where(_is(workspace, key)).values(attempts=attempts, **fresh))
            return Claim(ClaimState.RETRY, attempts, row.payload)

    def resolve(self, workspace: str, key: str, result: dict[str, Any], *, tx: Connection | None = None) -> None:
        """Write down the outcome of `key`; a later outcome takes the place of an earlier one. StoreError without a claim."""
        statement = tables.intent.update().where(_is(workspace, key)).values(state="done", result=result)
        with self.begin(f"resolve {key}", tx=tx) as connection:
            if not connection.execute(statement).rowcount:
                raise StoreError(f"{workspace}: {key}: an outcome without a claim; claim it before calling")

    def forget(self, workspace: str, key: str, *, tx: Connection | None = None) -> None:
        """The call of `key` wrote nothing for sure: the next claim is NEW. Attempts stay counted; outcomes stay."""
        statement = (
            tables.intent.update()
            .where(_is(workspace, key), tables.intent.c.state == "claimed")
            .values(state="forgotten")
        )
        with self.begin(f"forget {key}", tx=tx) as connection:
            connection.execute(statement)

    def promised(self, workspace: str, kind: str) -> list[dict[str, Any]]:
        """Payloads of all intents of a kind, with an outcome or still without; those that wrote nothing for sure are left out."""
        row = tables.intent.c
        statement = sa.select(row.payload).where(row.workspace == workspace, row.kind == kind, row.state != "forgotten")
        with self.reading() as connection:
            return list(connection.execute(statement).scalars())

    def outcomes(self, workspace: str, kind: str) -> dict[str, dict[str, Any]]:
        """What came of the intents of a kind, by key; those without outcome are left out."""
        row = tables.intent.c
        statement = sa.select(row.key, row.result).where(
            row.workspace == workspace, row.kind == kind, row.state == "done", row.result.is_not(None)
        )
        with self.reading() as connection:
            return {found.key: found.result for found in connection.execute(statement)}

    def unresolved(self, workspace: str) -> list[Intent]:
        """Intents without outcome, oldest claim first."""
        row = tables.intent.c
        statement = (
            sa.select(tables.intent)
            .where(row.workspace == workspace, row.state == "claimed")
            .order_by(row.claimed, row.key)
        )
        with self.reading() as connection:
            return [
                Intent(found.workspace, found.key, found.kind, found.payload, found.epoch, found.attempts, found.at)
                for found in connection.execute(statement)
            ]

    def _fence(self, tx: Connection, workspace: str, epoch: int) -> None:
        # Locked for sharing: a take-over waits until this claim is written, and then finds it.
        statement = (
            sa.select(tables.lease.c.epoch).where(tables.lease.c.workspace == workspace).with_for_update(read=True)
        )
        current = tx.execute(statement).scalar_one_or_none()
        if current != epoch:
            raise LeaseLost(
                f"{workspace}: the lease has epoch {current}, this process had {epoch}; nothing more is written"
            )

    def _settled(self, tx: Connection, row: sa.Row[Any], settle: float, at: datetime) -> bool:
        if at >= row.at:
            return bool(at - row.at >= timedelta(seconds=settle))
        waited: float = tx.execute(sa.select(dbnow() - row.claimed)).scalar_one()
        return waited >= settle


def _is(workspace: str, key: str) -> sa.ColumnElement[bool]:
    return (tables.intent.c.workspace == workspace) & (tables.intent.c.key == key)
