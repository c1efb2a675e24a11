"""Copies of the store that are known to be whole. The ledger cannot be made again; the rest of the store can."""

from __future__ import annotations

from pathlib import Path

from isms_bot.errors import StoreError
from isms_bot.store.copying import copy_sqlite
from isms_bot.store.database import database_file, parse
from isms_bot.store.schema import upgrade

__all__ = ["backup", "upgrade"]


def backup(store_url: str, target: Path) -> Path:
    """Copy the store to `target` while it is in use, check the copy, and return its path.

    Raises StoreError if there is no store, if `target` exists, if the copy is not whole, and on PostgreSQL, whose own tool does
    this better.
    """
    file = database_file(parse(store_url))
    if file is None:
        raise StoreError(
            "this store is on PostgreSQL: back it up with pg_dump (pg_dump --format=custom --file=FILE DATABASE)"
        )
    if not file.exists():
        raise StoreError(f"{file}: there is no store to back up")
    if target.exists():
        raise StoreError(f"{target}: exists already; name a file that does not")
    copy_sqlite(file, target)
    return target
