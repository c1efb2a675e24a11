"""Runs migrations on the connection that `isms_bot.store.schema` hands over. There is no other way to run them."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from isms_bot.store import tables
from isms_bot.store.schema import ADVISORY_LOCK, VERSION_TABLE

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # Several replicas start at once: without this, all but one fail on the catalogue's unique keys.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
    context.run_migrations()
