"""The tables of the store, and the few column types that make both database engines hold exactly the same values.

Three parts, named (ARCHITECTURE.md): *cache* (disposable), *intents* (loss costs one settle wait), *ledger* (irreplaceable).
The migrations create these tables from frozen words of their own; a test holds both descriptions together.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class dbnow(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it stands for
    """Seconds since 1970 by the clock of the database, fractions included: the only clock that all replicas share."""

    name = "dbnow"
    inherit_cache = True
    type = Float()


@compiles(dbnow, "sqlite")
def _dbnow_sqlite(_element: dbnow, _compiler: Any, **_kw: Any) -> str:
    # unixepoch('subsec') needs SQLite 3.42; Debian 12 has 3.40.
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(dbnow, "postgresql")
def _dbnow_postgresql(_element: dbnow, _compiler: Any, **_kw: Any) -> str:
    # now() stands still inside a transaction; a lease must not.
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"


def instant_text(at: datetime) -> str:
    """`at` as text that sorts by time: UTC, microseconds. ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as UTC text: SQLite has no type for it, and the ledger hashes the text itself."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value as ASCII text. ASCII, because PostgreSQL refuses NUL and neither engine takes a lone surrogate in clear."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


metadata = MetaData()

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Json, nullable=False))

lease = Table(
    "lease",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("expires", Float, nullable=False),
    Column("session", Text, nullable=False),  # which holding of the state lock took it; "" without one
)

intent = Table(
    "intent",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Instant, nullable=False),  # business time of the last claim
    Column("claimed", Float, nullable=False),  # store time of the same
    Column("result", Json, nullable=False),
)

cache = Table(
    "cache",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("started", Instant, nullable=False),
    Column("completed", Instant),
    Column("calls", Integer, nullable=False),
    Column("summary", Json, nullable=False),
    Index("passes_by_workspace", "workspace", "id"),
)

pass_actions = Table(
    "pass_actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pass_id", Integer, ForeignKey("passes.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Index("pass_actions_by_pass", "pass_id", "id"),
)

texts = Table("texts", metadata, Column("digest", Text, primary_key=True), Column("text", Json, nullable=False))

ledger = Table(
    "ledger",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("pass_id", Integer),  # no foreign key: the ledger outlives the rows of a pass
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

commitments = Table(
    "commitments",
    metadata,
    Column("token", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("subject", Text),
    Column("kept_on", Date),
    Column("salt", LargeBinary),
    Column("text", Text),  # JSON text of a string; NULL once erased
    Column("erased_on", Date),
    Column("erased_rule", Text),
    Index("commitments_by_subject", "workspace", "subject"),
)
