"""A copy of a SQLite database that is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from isms_bot.errors import StoreError


def copy_sqlite(file: Path, target: Path) -> None:
    """Copy the database `file` to `target`, which appears only when the copy is whole and on the disk."""
    half = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        with closing(sqlite3.connect(file)) as source:
            # VACUUM INTO reads one state of the database, however much is written meanwhile.
            source.execute("VACUUM INTO ?", (str(half),))
        with closing(sqlite3.connect(half)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if found != ["ok"]:
            raise StoreError(f"{file}: the copy is damaged ({found[0]}); restore an earlier backup before going on")
        descriptor = os.open(half, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        half.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target}: the backup could not be written: {error}") from error
    finally:
        half.unlink(missing_ok=True)
