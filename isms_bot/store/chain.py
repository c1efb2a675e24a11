"""What a row of the ledger is hashed from, and what it takes for a chain of rows to hold. No database here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from sqlalchemy import RowMapping

from isms_bot.errors import LedgerBroken
from isms_bot.store.commitments import PREFIX, Commitment

GENESIS = "0" * 64
"""`prev` of the first row."""

ERASURE = "erasure"
"""Kind of the row that tells which commitments were erased, when and under which rule."""

MOST_PROBLEMS = 20

Head = tuple[int, str]
Row = dict[str, Any] | RowMapping


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
    if isinstance(value, dict):
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


def digest(installation: str, row: Row, body: Any) -> str:
    """The hash of a row, 64 hex digits: of everything in it, its place, workspace, installation and the hash before it."""
    signed = {
        "at": row["at"],
        "body": body,
        "installation": installation,
        "key": row["key"],
        "kind": row["kind"],
        "pass": row["pass_id"],
        "prev": row["prev"],
        "seq": row["seq"],
        "workspace": row["workspace"],
    }
    return hashlib.sha256(json.dumps(signed, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


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
class Check:
    """One run of `verify`: fed with rows in order, then with the commitments."""

    workspace: str
    installation: str
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
        """Look at the next row."""
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
        if digest(self.installation, row, body) != row["hash"]:
            self._problem(seq, f"row {seq} ({row['kind']} {row['key']}) was changed after it was written")
            return
        if PREFIX in row["body"]:
            self._note_tokens(seq, row["kind"], body)
        if self.expected is not None and seq == self.expected[0] and row["hash"] != self.expected[1]:
            self._problem(seq, f"row {seq} is not the row whose hash was kept elsewhere: the ledger was written anew")

    def commitments(self, kept: Iterable[Commitment]) -> None:
        """Look at the words of every commitment that the rows mention."""
        found = {one.token: one for one in kept}
        for token, seq in self.mentioned.items():
            self._token(token, seq, found.get(token))

    def result(self, noted: Head) -> Verification:
        """What was found; `noted` is the head that the store keeps beside the chain."""
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
            self.problems.append(f"{self.workspace}: {sentence}")
