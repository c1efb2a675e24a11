"""Connections and transactions: what every part of the store stands on.

SQLite: WAL, every commit on the disk (`synchronous=FULL`), writers queue up at BEGIN IMMEDIATE. PostgreSQL: psycopg, read
committed. The same statements run on both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url

from isms_bot.errors import StoreError

BUSY_TIMEOUT_MS = 5000
"""How long a writer of SQLite waits for another one."""

CONNECT_TIMEOUT_S = 10


def parse(url: str) -> URL:
    """`url` with its driver named. StoreError if it is not SQLite with a file, or PostgreSQL."""
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        # The text is not repeated: it may hold a password.
        raise StoreError(
            "store.url: not an address of a database; expected sqlite:///PATH or postgresql+psycopg://…"
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError(f"store.url: {url}: the ledger needs a file; expected sqlite:///PATH")
        return parsed.set(drivername="sqlite")
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"store.url: {backend} is not supported; use sqlite:///PATH or postgresql+psycopg://…")


def database_file(url: URL) -> Path | None:
    """The file of a SQLite database; None on PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def name_of(url: URL) -> str:
    """How the database is called in messages: the file, or the address without its password."""
    return str(database_file(url) or url.render_as_string(hide_password=True))


def connect(url: URL) -> Engine:
    """An engine for `url`. StoreError if the driver is not installed; no connection is made yet."""
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, max_overflow=20)
        sa.event.listen(engine, "connect", _configure_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return sa.create_engine(
            url, pool_pre_ping=True, max_overflow=20, connect_args={"connect_timeout": CONNECT_TIMEOUT_S}
        )
    except ModuleNotFoundError as error:
        raise StoreError(f"{name_of(url)}: the driver {error.name} is missing; install isms-bot[postgres]") from error


def _configure_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver begins no transaction by itself; _begin_sqlite does
    cursor = raw.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not merely unlinked
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a transaction that reads first and upgrades later fails without waiting.
    writes = connection.get_execution_options().get("isms_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turns what the database refuses into StoreError; `where` names the database."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        said = (
            str(error.orig).strip().splitlines()[0] if error.orig and str(error.orig).strip() else type(error).__name__
        )
        if "database is locked" in said:
            said += "; another process writes for long: see which one with `isms-bot doctor`"
        raise StoreError(f"{where}: {said}") from error
    except sa.exc.StatementError as error:
        # A value that cannot be kept is the caller's mistake, not the database's.
        raise (error.orig or error) from error
    except sa.exc.TimeoutError as error:
        raise StoreError(f"{where}: no free connection; too much runs at once") from error


class Database:
    """One open database. Threads may share it; a transaction belongs to the thread that began it."""

    on_write: Callable[[str], None] | None = None
    """Called with "before LABEL" and "after LABEL" around every commit. For tests that end the process there."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self.url = url
        self.name = name_of(url)
        self.engine = engine
        self._open = threading.local()

    @contextmanager
    def begin(self, label: str = "write", *, tx: Connection | None = None) -> Iterator[Connection]:
        """A transaction for writing: all of it is kept, or nothing.

        Inside another `begin` of the same thread (or with its `tx`) it joins that one, so that rows of several parts of the
        store commit together. Raises StoreError for whatever the database refuses.
        """
        joined = tx if tx is not None else self._current()
        if joined is not None:
            with translated(self.name):
                yield joined
            return
        with translated(self.name), self.engine.connect() as bare:
            connection = bare.execution_options(isms_writes=True)
            with connection.begin():
                self._open.connection = connection
                try:
                    yield connection
                finally:
                    self._open.connection = None
                self._tell(f"before {label}")
        self._tell(f"after {label}")

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """A transaction for reading, or the one that this thread has begun. `snapshot`: nothing changes while it lasts."""
        joined = self._current()
        if joined is not None:
            with translated(self.name):
                yield joined
            return
        with translated(self.name), self.engine.connect() as connection:
            if snapshot and self.engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT with the `on_conflict_…` of the engine in use."""
        return postgresql.insert(table) if self.engine.dialect.name == "postgresql" else sqlite.insert(table)

    def _current(self) -> Connection | None:
        current: Connection | None = getattr(self._open, "connection", None)
        return current

    def _tell(self, moment: str) -> None:
        if self.on_write is not None:
            self.on_write(moment)
