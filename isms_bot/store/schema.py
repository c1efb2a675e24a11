"""Which version the tables have, and how they reach the present one. Alembic is only loaded when there is something to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from isms_bot.errors import HeldElsewhere, StoreError
from isms_bot.store.copying import copy_sqlite
from isms_bot.store.database import connect, database_file, name_of, parse, translated
from isms_bot.store.locking import one_at_a_time, state_lock

MIGRATIONS = Path(__file__).with_name("migrations")
VERSION_TABLE = "isms_bot_schema"
ADVISORY_LOCK = 4_726_002_027_001
"""The number under which replicas on PostgreSQL queue up for an upgrade."""


class Standing(StrEnum):
    """How the tables of a database relate to this program."""

    ABSENT = "absent"
    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"


def known() -> tuple[str, ...]:
    """The revisions that this program knows, oldest first (a file `NNNN_words.py` each)."""
    return tuple(sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")))


def version(engine: Engine) -> str | None:
    """The revision of the tables; None if there are none."""
    with translated(name_of(engine.url)), engine.connect() as connection:
        if not sa.inspect(connection).has_table(VERSION_TABLE):
            return None
        found: str | None = connection.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
        return found


def standing(found: str | None) -> Standing:
    """What the revision `found` means for this program."""
    if found is None:
        return Standing.ABSENT
    if found == known()[-1]:
        return Standing.CURRENT
    return Standing.OLD if found in known() else Standing.NEWER


def refuse_newer(engine: Engine, found: str | None) -> None:
    """StoreError if a newer isms-bot has written the database."""
    if standing(found) is Standing.NEWER:
        raise StoreError(
            f"{name_of(engine.url)}: written by a newer isms-bot (schema {found}, this one knows {known()[-1]}); "
            "install that version, or restore the backup beside it"
        )


def make_ready(url: URL, engine: Engine, *, create: bool) -> None:
    """Pass if the tables are the present ones, after making or upgrading them where that needs nobody's decision.

    StoreError if they are missing and `create` is False, if they are newer, or if they are older on PostgreSQL, where other
    replicas may be at work.
    """
    file = database_file(url)
    if file is not None and not file.exists():  # looking into it would make an empty file
        if not create:
            raise StoreError(f"{file}: there is no store yet; `isms-bot init` makes it, or correct store.url")
        migrate(url, engine)
        return
    found = version(engine)
    refuse_newer(engine, found)
    match standing(found):
        case Standing.ABSENT if not create:
            raise StoreError(f"{name_of(url)}: the tables of isms-bot are not there yet; `isms-bot init` makes them")
        case Standing.OLD if file is None:
            raise StoreError(
                f"{name_of(url)}: the tables are of an older version ({found}); stop all replicas, back up, "
                "then run `isms-bot db upgrade`"
            )
        case Standing.ABSENT | Standing.OLD:
            migrate(url, engine)
        case _:
            pass


def upgrade(url: str) -> str:
    """Create the tables of the database at `url`, or bring them to the present version; several processes may do so at once.

    On SQLite the old file is kept beside the new one first. Returns the revision reached. Raises StoreError for a database that
    cannot be reached or is newer, HeldElsewhere if a running isms-bot of an older version has it.
    """
    parsed = parse(url)
    engine = connect(parsed)
    try:
        migrate(parsed, engine)
    finally:
        engine.dispose()
    return known()[-1]


def migrate(url: URL, engine: Engine) -> None:
    """`upgrade` on an engine that is open already."""
    file = database_file(url)
    if file is None:
        refuse_newer(engine, version(engine))
        _run(engine)
        return
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{file.parent}: {error.strerror}; name a folder for the store that can be made") from error
    with one_at_a_time(file):
        file.touch(mode=0o600)
        found = version(engine)
        refuse_newer(engine, found)
        if standing(found) is Standing.CURRENT:
            return
        # Whoever holds the folder opened the store with the old tables and is still at work on them.
        with _unheld(file):
            if standing(found) is Standing.OLD:
                _keep_old(file, f"before-{known()[-1]}")
            _run(engine)


@contextmanager
def _unheld(file: Path) -> Iterator[None]:
    try:
        with state_lock(file):
            yield
    except HeldElsewhere as error:
        raise HeldElsewhere(f"the store must be upgraded first, but {error}") from error


def _keep_old(file: Path, suffix: str) -> Path:
    """Copies the database beside itself; an older copy of the same name stays and the new one gets a number."""
    target, number = file.with_name(f"{file.name}.{suffix}"), 1
    while target.exists():
        number += 1
        target = file.with_name(f"{file.name}.{suffix}-{number}")
    copy_sqlite(file, target)
    return target


def _run(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with translated(name_of(engine.url)), engine.connect() as bare:
        config.attributes["connection"] = bare.execution_options(isms_writes=True)
        command.upgrade(config, "head")
