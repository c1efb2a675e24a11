"""Write-through state in one SQLite file.

Every answered request is on disk before its answer leaves. `synchronous = OFF` is enough for that promise: a killed
process loses nothing that was handed to the operating system; only a power cut could.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILE = "sandbox.sqlite"


class Journal:
    """Records and settings of one world on disk. One process, one thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / FILE, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL)"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def settings(self) -> dict[str, Any]:
        """All settings by name; empty for a new folder."""
        return {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM setting")}

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(kind, body) of every record, in the order in which they were first written."""
        for kind, body in self._db.execute("SELECT kind, body FROM record ORDER BY rowid"):
            yield kind, json.loads(body)

    def write(
        self,
        records: Mapping[str, tuple[str, dict[str, Any]] | None],
        settings: Mapping[str, Any],
        *,
        wipe: bool = False,
    ) -> None:
        """One transaction: upsert or (None) delete the records, upsert the settings; `wipe` empties everything first."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            if wipe:
                db.execute("DELETE FROM record")
                db.execute("DELETE FROM setting")
            for record_id, entry in records.items():
                if entry is None:
                    db.execute("DELETE FROM record WHERE id = ?", (record_id,))
                    continue
                kind, body = entry
                # ON CONFLICT keeps the rowid, hence the order of creation.
                db.execute(
                    "INSERT INTO record (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                    (record_id, kind, json.dumps(body, ensure_ascii=False, separators=(",", ":"))),
                )
            db.executemany(
                "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [(name, json.dumps(value)) for name, value in settings.items()],
            )
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
