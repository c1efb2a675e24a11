"""The store as the rest of the bot knows it: opened, locked, closed; its parts stand in the modules beside this one."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from isms_bot.clock import Clock, SystemClock
from isms_bot.errors import StoreError
from isms_bot.store import schema, tables
from isms_bot.store.commitments import Commitments
from isms_bot.store.database import connect, database_file, parse
from isms_bot.store.history import History
from isms_bot.store.intents import Intents
from isms_bot.store.leases import Leases
from isms_bot.store.locking import StateLock, state_lock
from isms_bot.store.observations import Cache


class Store(Leases, Intents, Cache, History, Commitments):
    """Cache, intents, leases, passes, texts and the rows of the ledger of one installation. Threads may share it."""

    def __init__(self, url: URL, engine: Engine, clock: Clock) -> None:
        super().__init__(url, engine)
        self.clock = clock
        self._lock = state_lock(database_file(url))
        self._installation: str | None = None

    @classmethod
    def open(cls, url: str, *, create: bool = False, clock: Clock | None = None) -> Store:
        """The store at `url` (`sqlite:///PATH` or `postgresql+psycopg://…`).

        `create` makes file, tables and installation id where they are missing. Older tables are upgraded on SQLite, with the old
        file kept beside; on PostgreSQL that is a person's decision. Raises StoreError (missing, too old, too new, unreachable).
        """
        parsed = parse(url)
        engine = connect(parsed)
        try:
            schema.make_ready(parsed, engine, create=create)
            store = cls(parsed, engine, clock or SystemClock())
            store.installation()
        except BaseException:
            engine.dispose()
            raise
        return store

    def close(self) -> None:
        """Release the state folder and all connections."""
        self._lock.release()
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exit: object) -> None:
        self.close()

    def lock(self) -> StateLock:
        """Take the state folder for this process, until the result is released or the store closed.

        Every verb that writes does so; reading needs no lock. HeldElsewhere if another process has it. On PostgreSQL there is no
        folder: the lease alone decides.
        """
        self._lock.acquire()
        return self._lock

    def installation(self) -> str:
        """The id of this installation: a UUID, minted once and kept."""
        if self._installation is None:
            found = self.meta_get("installation")
            if found is None:
                minted = (
                    self.insert(tables.meta)
                    .values(key="installation", value=str(uuid.uuid4()))
                    .on_conflict_do_nothing()
                )
                with self.begin("installation") as tx:
                    tx.execute(minted)
                found = self.meta_get("installation")
            self._installation = str(found)
        return self._installation

    def continue_installation(self, installation: str) -> None:
        """Go on as `installation`, whose own store is lost. Raises StoreError if this store has a ledger of its own: its rows
        are bound to the id that they were written under."""
        with self.reading() as connection:
            rows = connection.execute(sa.select(sa.func.count()).select_from(tables.ledger)).scalar_one()
        if rows:
            raise StoreError(
                "this store has a ledger of its own and cannot continue another installation; use a new store"
            )
        self.meta_put("installation", installation)
        self._installation = installation

    def meta_get(self, key: str) -> Any:
        """A JSON value about the installation as a whole; None if it was never put."""
        with self.reading() as connection:
            return connection.execute(
                sa.select(tables.meta.c.value).where(tables.meta.c.key == key)
            ).scalar_one_or_none()

    def meta_put(self, key: str, value: Any, *, tx: Connection | None = None) -> None:
        """Keep a JSON value about the installation, in place of an earlier one."""
        statement = (
            self.insert(tables.meta)
            .values(key=key, value=value)
            .on_conflict_do_update(index_elements=[tables.meta.c.key], set_={"value": value})
        )
        with self.begin(f"meta {key}", tx=tx) as connection:
            connection.execute(statement)
