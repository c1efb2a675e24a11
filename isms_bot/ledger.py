"""The ledger of a workspace: append-only, hash-chained, with erasable words beside it.

Each row's hash covers everything in the row, its place, the workspace, the installation and the hash before it; so a changed,
exchanged or missing row is found. The chain alone cannot show that its tail was cut off: compare with a head kept elsewhere.
Names and free text enter as commitments only: the words lie in a table of their own and can be erased after their retention.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from isms_bot.errors import LedgerBroken
from isms_bot.store import Store, tables
from isms_bot.store.commitments import PREFIX, Commitment
from isms_bot.store.tables import instant_text

GENESIS = "0" * 64
"""`prev` of the first row."""

ERASURE = "erasure"
"""Kind of the row that tells which commitments were erased, when and under which rule."""

CHUNK = 1000
MOST_PROBLEMS = 20

Head = tuple[int, str]
Row = dict[str, Any] | RowMapping


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


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found. `texts`: commitments whose words are there and match; `erased`: (token, day, rule).

    `problems` are sentences, first row first; `first` is the seq of the first row that differs, None if none does.
    """

    rows: int
    head: Head
    texts: int
    erased: tuple[tuple[str, date, str], ...] = ()
    problems: tuple[str, ...] = ()
    first: int | None = None

    @property
    def holds(self) -> bool:
        """True if nothing differs."""
        return not self.problems

    def demand(self) -> None:
        """LedgerBroken with all problems, if there are any."""
        if self.problems:
            raise LedgerBroken("\n".join(self.problems), self.first)


def canonical(value: Any) -> str:
    """JSON with one spelling: keys sorted, no spaces, ASCII. TypeError for floats (several spellings) and anything not JSON."""
    _refuse_ambiguous(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _refuse_ambiguous(value: Any) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the ledger takes text as keys, not {key!r}")
            _refuse_ambiguous(inner)
        return
    if isinstance(value, list | tuple):
        for inner in value:
            _refuse_ambiguous(inner)
        return
    raise TypeError(f"the ledger takes no {type(value).__name__}: {value!r}")


def _no_float(spelling: str) -> NoReturn:
    raise ValueError(f"{spelling} is a float")


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
                seq += 1
                row = {
                    "workspace": self.workspace,
                    "seq": seq,
                    "at": written,
                    "kind": draft.kind,
                    "key": draft.key,
                    "body": canonical(draft.body),
                    "pass_id": pass_id,
                    "prev": prev,
                }
                prev = row["hash"] = self._digest(row, draft.body)
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
        check = _Check(self, expected_head)
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

    def _digest(self, row: Row, body: Any) -> str:
        signed = {
            "at": row["at"],
            "body": body,
            "installation": self.store.installation(),
            "key": row["key"],
            "kind": row["kind"],
            "pass": row["pass_id"],
            "prev": row["prev"],
            "seq": row["seq"],
            "workspace": self.workspace,
        }
        return hashlib.sha256(json.dumps(signed, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def _entry(row: Row, body: dict[str, Any]) -> Entry:
    at = datetime.fromisoformat(row["at"])
    return Entry(row["seq"], at, row["kind"], row["key"], body, row["prev"], row["hash"], row["pass_id"])


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(PREFIX):
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _tokens(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _tokens(inner)


@dataclass(slots=True)
class _Check:
    """One run of `verify`: fed with rows in order, then with the commitments."""

    ledger: Ledger
    expected: Head | None
    rows: int = 0
    head: Head = (0, GENESIS)
    texts: int = 0
    first: int | None = None
    problems: list[str] = field(default_factory=list)
    mentioned: dict[str, int] = field(default_factory=dict)
    declared: dict[str, tuple[date, str]] = field(default_factory=dict)
    erased: list[tuple[str, date, str]] = field(default_factory=list)

    def row(self, row: Row) -> None:
        seq, (last, prev) = row["seq"], self.head
        self.rows += 1
        if seq != last + 1:
            self._problem(last + 1, f"row {last + 1} is missing; after row {last} comes row {seq}")
        elif row["prev"] != prev:
            self._problem(seq, f"row {seq} does not continue row {last}")
        self.head = (seq, row["hash"])
        try:
            body = json.loads(row["body"], parse_float=_no_float, parse_constant=_no_float)
        except ValueError:
            self._problem(
                seq, f"row {seq} ({row['kind']} {row['key']}) cannot be read: it was changed after it was written"
            )
            return
        if self.ledger._digest(row, body) != row["hash"]:
            self._problem(seq, f"row {seq} ({row['kind']} {row['key']}) was changed after it was written")
            return
        if PREFIX in row["body"]:
            self._note_tokens(seq, row["kind"], body)
        if self.expected is not None and seq == self.expected[0] and row["hash"] != self.expected[1]:
            self._problem(seq, f"row {seq} is not the row whose hash was kept elsewhere: the ledger was written anew")

    def commitments(self, kept: Iterable[Commitment]) -> None:
        found = {one.token: one for one in kept}
        for token, seq in self.mentioned.items():
            self._token(token, seq, found.get(token))

    def result(self, noted: Head) -> Verification:
        if noted != self.head:
            self._problem(self.head[0] + 1, f"the ledger ends at row {self.head[0]}, but row {noted[0]} was its last")
        if self.expected is not None and self.rows < self.expected[0]:
            self._problem(
                self.head[0] + 1,
                f"the ledger ends at row {self.head[0]}, but row {self.expected[0]} was kept elsewhere: its end was cut off",
            )
        return Verification(self.rows, self.head, self.texts, tuple(self.erased), tuple(self.problems), self.first)

    def _note_tokens(self, seq: int, kind: str, body: dict[str, Any]) -> None:
        if kind != ERASURE:
            for token in _tokens(body):
                self.mentioned.setdefault(token, seq)
            return
        day, rule = date.fromisoformat(body["on"]), body["rule"]
        for token in body["tokens"]:
            self.mentioned.setdefault(token, seq)
            self.declared[token] = (day, rule)

    def _token(self, token: str, seq: int, kept: Commitment | None) -> None:
        short = token[:19]
        if kept is None:
            self._problem(seq, f"row {seq}: the words of {short}… are gone, and no rule took them")
        elif kept.text is not None:
            if kept.whole:
                self.texts += 1
            else:
                self._problem(seq, f"row {seq}: the words of {short}… were changed")
        elif token in self.declared:
            self.erased.append((token, *self.declared[token]))
        else:
            self._problem(seq, f"row {seq}: the words of {short}… were erased without a row of the ledger that says so")

    def _problem(self, seq: int, sentence: str) -> None:
        self.first = seq if self.first is None else min(self.first, seq)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{self.ledger.workspace}: {sentence}")
