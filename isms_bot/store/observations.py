"""The cache: what was seen of pages, by name. Disposable: losing it costs slower passes, never a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from isms_bot.store import tables
from isms_bot.store.database import Database


class Cache(Database):
    """JSON values by workspace and name. Names are free; "page/…" prefixes make families."""

    def cache_get(self, workspace: str, name: str) -> Any:
        """The value, or None."""
        row = tables.cache.c
        with self.reading() as connection:
            return connection.execute(
                sa.select(row.value).where(row.workspace == workspace, row.name == name)
            ).scalar_one_or_none()

    def cache_put(self, workspace: str, name: str, value: Any, *, tx: Connection | None = None) -> None:
        """Keep `value` under `name`, in place of an earlier one."""
        self.cache_put_many(workspace, {name: value}, tx=tx)

    def cache_put_many(self, workspace: str, mapping: Mapping[str, Any], *, tx: Connection | None = None) -> None:
        """Keep several values at the price of one commit."""
        if not mapping:
            return
        insert = self.insert(tables.cache)
        statement = insert.on_conflict_do_update(
            index_elements=[tables.cache.c.workspace, tables.cache.c.name], set_={"value": insert.excluded.value}
        )
        rows = [{"workspace": workspace, "name": name, "value": value} for name, value in mapping.items()]
        with self.begin("cache", tx=tx) as connection:
            connection.execute(statement, rows)

    def cache_items(self, workspace: str, prefix: str = "") -> dict[str, Any]:
        """All values whose names begin with `prefix` (case counts), by name in order."""
        row = tables.cache.c
        statement = sa.select(row.name, row.value).where(self._family(workspace, prefix))
        with self.reading() as connection:
            found = connection.execute(statement).all()
        return {one.name: one.value for one in sorted(found, key=lambda one: one.name)}

    def cache_delete(self, workspace: str, prefix: str, *, tx: Connection | None = None) -> None:
        """Drop all values whose names begin with `prefix`."""
        with self.begin("cache", tx=tx) as connection:
            connection.execute(tables.cache.delete().where(self._family(workspace, prefix)))

    def drop_cache(self, workspace: str) -> None:
        """Drop the whole cache of `workspace`: the next pass observes everything anew."""
        self.cache_delete(workspace, "")

    def _family(self, workspace: str, prefix: str) -> sa.ColumnElement[bool]:
        # LIKE ignores case on SQLite and the order of text depends on the server's collation; a comparison does neither.
        begins = sa.func.substr(tables.cache.c.name, 1, len(prefix)) == prefix
        return (tables.cache.c.workspace == workspace) & begins
