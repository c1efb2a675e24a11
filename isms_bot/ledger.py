"""The ledger of a workspace: append-only, hash-chained, with erasable words beside it.

Each row's hash covers everything in the row, its place, the workspace, the installation and the hash before it; so a changed,
exchanged or missing row is found. The chain alone cannot show that its tail was cut off: compare with a head kept elsewhere.
Names and free text enter as commitments only: the words lie in a table of their own and can be erased after their retention.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from isms_bot.errors import LedgerBroken
from isms_bot.store import Store, tables
from isms_bot.store.chain import ERASURE, GENESIS, Check, Head, Row, Verification, canonical, digest
from isms_bot.store.commitments import Commitment
from isms_bot.store.tables import instant_text

__all__ = ["ERASURE", "GENESIS", "Draft", "Entry", "Head", "Ledger", "Verification", "canonical"]

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `seq` counts from 1 per workspace; `at` is the business time; `prev` and `hash` are 64 hex digits."""

    seq: int
    at: datetime
    kind: str
    key: str
    body: dict[str, Any]
    prev: str
    hash: str
    pass_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What `append_many` takes per row."""

    kind: str
    key: str
    body: Mapping[str, Any]


class Ledger:
    """The ledger of one workspace."""

    def __init__(self, store: Store, workspace: str) -> None:
        self.store = store
        self.workspace = workspace

    def append(
        self,
        kind: str,
        key: str,
        body: Mapping[str, Any],
        *,
        at: datetime,
        pass_id: int | None = None,
        tx: Connection | None = None,
    ) -> Entry:
        """Add one row; inside `store.begin()` it is kept together with the other rows, or not at all.

        TypeError if `body` holds a float or anything that is not JSON; ValueError if `at` has no zone.
        """
        return self.append_many([Draft(kind, key, body)], at=at, pass_id=pass_id, tx=tx)[0]

    def append_many(
        self, drafts: Iterable[Draft], *, at: datetime, pass_id: int | None = None, tx: Connection | None = None
    ) -> list[Entry]:
        """Add several rows at the price of one commit, in order."""
        wanted, written = list(drafts), instant_text(at)
        if not wanted:
            return []
        label = f"ledger {wanted[0].kind} {wanted[0].key}"
        with self.store.begin(label, tx=tx) as connection:
            seq, prev = self._claim_head(connection)
            rows: list[dict[str, Any]] = []
            for draft in wanted:
                seq, body = seq + 1, dict(draft.body)
                row = {
                    "workspace": self.workspace,
                    "seq": seq,
                    "at": written,
                    "kind": draft.kind,
                    "key": draft.key,
                    "body": canonical(body),
                    "pass_id": pass_id,
                    "prev": prev,
                }
                prev = row["hash"] = digest(self.store.installation(), row, body)
                rows.append(row)
            connection.execute(tables.ledger.insert(), rows)
            connection.execute(tables.ledger_head.update().where(self._head_row()).values(seq=seq, hash=prev))
        return [_entry(row, json.loads(row["body"])) for row in rows]

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Rows with a `seq` above `after`, in order, read a thousand at a time. LedgerBroken for a row that cannot be read."""
        while True:
            with self.store.reading() as connection:
                found = connection.execute(self._rows(after)).mappings().all()
            for row in found:
                try:
                    body = json.loads(row["body"])
                    entry = _entry(row, body)
                except ValueError as error:
                    raise LedgerBroken(
                        f"{self.workspace}: row {row['seq']} of the ledger cannot be read", row["seq"]
                    ) from error
                yield entry
                after = entry.seq
            if len(found) < CHUNK:
                return

    def head(self) -> Head:
        """(seq, hash) of the last row; (0, sixty-four zeros) of an empty ledger. Keep it elsewhere: see `verify`."""
        with self.store.reading() as connection:
            found = connection.execute(sa.select(tables.ledger_head).where(self._head_row())).one_or_none()
        return (0, GENESIS) if found is None else (found.seq, found.hash)

    # --- words beside the chain --------------------------------------------------------------------------------------

    def commit(
        self, text: str, *, rule: str, subject: str | None = None, on: date | None = None, tx: Connection | None = None
    ) -> str:
        """Keep `text` beside the chain and return the token that may stand in a body.

        `rule`: the retention rule that will erase it; `subject`: roster id of whom it is about; `on`: the day it dates from.
        """
        return self.store.commitment_keep(self.workspace, text, rule=rule, subject=subject, on=on, tx=tx)

    def reveal(self, token: str) -> str | None:
        """The words of `token`; None if they were erased or never kept."""
        found = self.store.commitment(self.workspace, token)
        return None if found is None else found.text

    def held(
        self, *, subject: str | None = None, rule: str | None = None, before: date | None = None
    ) -> list[Commitment]:
        """Words that are still there: about `subject`, under `rule`, dating from before the day `before`."""
        row = tables.commitments.c
        which: list[sa.ColumnElement[bool]] = [row.text.is_not(None)]
        if subject is not None:
            which.append(row.subject == subject)
        if rule is not None:
            which.append(row.rule == rule)
        if before is not None:
            which.append(row.kept_on < before)
        return list(self.store.commitments(self.workspace, *which))

    def erase(
        self,
        tokens: Iterable[str] = (),
        *,
        on: date,
        rule: str,
        subject: str | None = None,
        dry_run: bool = False,
        at: datetime | None = None,
        tx: Connection | None = None,
    ) -> int:
        """Erase the words of `tokens`, and all about `subject`; a row of the ledger says so, the chain stays whole.

        Returns how many there were to erase; with `dry_run` nothing is touched. `at` of the row defaults to the start of `on`, UTC.
        """
        asked = set(tokens)
        with self.store.begin(f"erase under {rule}", tx=tx) as connection:
            wanted = {
                one.token
                for one in self.held()
                if one.token in asked or (subject is not None and one.subject == subject)
            }
            if dry_run or not wanted:
                return len(wanted)
            listed = sorted(wanted)
            self.store.commitments_erase(self.workspace, listed, on=on, rule=rule, tx=connection)
            body = {"on": on.isoformat(), "rule": rule, "tokens": listed}
            self.append(
                ERASURE, subject or "", body, at=at or datetime(on.year, on.month, on.day, tzinfo=UTC), tx=connection
            )
        return len(wanted)

    # --- verification ------------------------------------------------------------------------------------------------

    def verify(self, expected_head: Head | None = None) -> Verification:
        """Recompute everything. `expected_head` is a head that was kept elsewhere: with it a cut tail is found too."""
        check = Check(self.workspace, self.store.installation(), expected_head)
        with self.store.reading(snapshot=True) as connection:
            seq = 0
            while True:
                found = connection.execute(self._rows(seq)).mappings().all()
                for row in found:
                    check.row(row)
                    seq = row["seq"]
                if len(found) < CHUNK:
                    break
            check.commitments(self.store.commitments(self.workspace))
            return check.result(self.head())

    def _rows(self, after: int) -> sa.Select[Any]:
        row = tables.ledger.c
        return (
            sa.select(tables.ledger)
            .where(row.workspace == self.workspace, row.seq > after)
            .order_by(row.seq)
            .limit(CHUNK)
        )

    def _head_row(self) -> sa.ColumnElement[bool]:
        return tables.ledger_head.c.workspace == self.workspace

    def _claim_head(self, tx: Connection) -> Head:
        # Writers queue up at this row, so that two of them never continue the same one.
        statement = (
            sa.select(tables.ledger_head.c.seq, tables.ledger_head.c.hash).where(self._head_row()).with_for_update()
        )
        found = tx.execute(statement).one_or_none()
        if found is None:
            tx.execute(
                self.store.insert(tables.ledger_head)
                .values(workspace=self.workspace, seq=0, hash=GENESIS)
                .on_conflict_do_nothing()
            )
            found = tx.execute(statement).one()
        return (found.seq, found.hash)


def _entry(row: Row, body: dict[str, Any]) -> Entry:
    at = datetime.fromisoformat(row["at"])
    return Entry(row["seq"], at, row["kind"], row["key"], body, row["prev"], row["hash"], row["pass_id"])
