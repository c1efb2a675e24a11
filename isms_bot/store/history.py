"""Passes, what each of them did (for `undo`), and the released texts that jobs were made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from isms_bot.errors import StoreError
from isms_bot.store import tables
from isms_bot.store.database import Database


@dataclass(frozen=True, slots=True)
class PassRow:
    """One pass. `at` and `completed` are business times; `completed` None: it was cut short. `calls`: requests to the wiki."""

    id: int
    workspace: str
    at: datetime
    completed: datetime | None
    calls: int
    summary: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PassAction:
    """One thing that a pass did. `page` is the page's reference, "" if it concerned none."""

    pass_id: int
    kind: str
    key: str
    page: str
    detail: dict[str, Any] = field(default_factory=dict)


class History(Database):
    """Passes and texts."""

    def begin_pass(self, workspace: str, at: datetime) -> int:
        """Note that a pass begins; returns its id."""
        statement = (
            tables.passes.insert()
            .values(workspace=workspace, started=at, calls=0, summary={})
            .returning(tables.passes.c.id)
        )
        with self.begin("begin pass") as tx:
            pass_id: int = tx.execute(statement).scalar_one()
        return pass_id

    def complete_pass(
        self, pass_id: int, at: datetime, calls: int, summary: dict[str, Any], *, tx: Connection | None = None
    ) -> None:
        """Note that the pass came to its end. StoreError if there is no such pass."""
        statement = (
            tables.passes.update()
            .where(tables.passes.c.id == pass_id)
            .values(completed=at, calls=calls, summary=summary)
        )
        with self.begin("complete pass", tx=tx) as connection:
            if not connection.execute(statement).rowcount:
                raise StoreError(f"there is no pass {pass_id}")

    def passes(self, workspace: str, limit: int = 50) -> list[PassRow]:
        """The latest passes, newest first."""
        return self._passes(tables.passes.c.workspace == workspace, limit)

    def last_completed_pass(self, workspace: str) -> PassRow | None:
        """The latest pass that came to its end."""
        row = tables.passes.c
        found = self._passes((row.workspace == workspace) & row.completed.is_not(None), 1)
        return found[0] if found else None

    def note_action(
        self, pass_id: int, kind: str, key: str, page: str, detail: dict[str, Any], *, tx: Connection | None = None
    ) -> None:
        """Note what the pass did. StoreError if there is no such pass."""
        statement = tables.pass_actions.insert().values(pass_id=pass_id, kind=kind, key=key, page=page, detail=detail)
        with self.begin(f"note {kind} {key}", tx=tx) as connection:
            connection.execute(statement)

    def actions_of(self, pass_id: int) -> list[PassAction]:
        """What the pass did, in order."""
        row = tables.pass_actions.c
        statement = (
            sa.select(row.pass_id, row.kind, row.key, row.page, row.detail)
            .where(row.pass_id == pass_id)
            .order_by(row.id)
        )
        with self.reading() as connection:
            return [PassAction(*found) for found in connection.execute(statement)]

    def keep_text(self, digest: str, text: str, *, tx: Connection | None = None) -> None:
        """Keep a released text under its digest, once."""
        statement = self.insert(tables.texts).values(digest=digest, text=text).on_conflict_do_nothing()
        with self.begin("keep text", tx=tx) as connection:
            connection.execute(statement)

    def text(self, digest: str) -> str | None:
        """The released text of this digest; None if it was never kept."""
        with self.reading() as connection:
            return connection.execute(
                sa.select(tables.texts.c.text).where(tables.texts.c.digest == digest)
            ).scalar_one_or_none()

    def _passes(self, which: sa.ColumnElement[bool], limit: int) -> list[PassRow]:
        row = tables.passes.c
        statement = (
            sa.select(row.id, row.workspace, row.started, row.completed, row.calls, row.summary)
            .where(which)
            .order_by(row.id.desc())
            .limit(limit)
        )
        with self.reading() as connection:
            return [PassRow(*found) for found in connection.execute(statement)]
