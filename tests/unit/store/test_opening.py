"""A store is made once, found again, brought up to date, and never opened by a program that does not understand it."""

import sqlite3
import stat
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from isms_bot.errors import HeldElsewhere, StoreError
from isms_bot.store import Store, database, schema, tables
from isms_bot.store.backup import upgrade
from isms_bot.store.database import parse
from tests.unit.store.databases import ENGINES, closing_engine, execute, finish, on_sqlite, scalar, start

NEXT_VERSION = """
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("passes", sa.Column("note", sa.Text))
"""
BROKEN_VERSION = NEXT_VERSION + "    raise ValueError('in the middle')\n"


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations that the program then uses, to be given another version."""
    copy = tmp_path / "migrations"
    for file in sorted(schema.MIGRATIONS.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            target = copy / file.relative_to(schema.MIGRATIONS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    monkeypatch.setattr(schema, "MIGRATIONS", copy)
    return copy / "versions"


def test_a_missing_store_is_not_made_by_verbs_that_only_read(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"isms-bot init"):
        Store.open(url)
    assert list(tmp_path.iterdir()) == []


def test_the_id_of_an_installation_is_minted_once_and_kept(url: str) -> None:
    with Store.open(url, create=True) as first:
        minted = first.installation()
    with Store.open(url, create=True) as again:
        assert again.installation() == minted
    with Store.open(url) as later:
        assert later.installation() == minted
    assert len(minted) == 36


def test_two_installations_have_different_ids(tmp_path: Path) -> None:
    with (
        Store.open(f"sqlite:///{tmp_path}/a", create=True) as one,
        Store.open(f"sqlite:///{tmp_path}/b", create=True) as two,
    ):
        assert one.installation() != two.installation()


def test_opening_what_is_up_to_date_loads_nothing_for_upgrades_or_for_the_other_engine(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    Store.open(url, create=True).close()
    script = (
        "import sys; from isms_bot.store import Store; Store.open(sys.argv[1]).close(); "
        "print([name for name in ('alembic', 'psycopg', 'sqlalchemy.orm') if name in sys.modules])"
    )
    assert finish(start(script, url)) == "[]"


def test_values_about_the_installation_are_kept_and_replaced(store: Store) -> None:
    assert store.meta_get("config") is None
    store.meta_put("config", {"digest": "a"})
    store.meta_put("config", {"digest": "b"})
    assert store.meta_get("config") == {"digest": "b"}


def test_the_migrations_make_the_tables_that_the_statements_expect(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        assert compare_metadata(context, tables.metadata) == []


def test_a_newer_store_is_left_alone(url: str) -> None:
    Store.open(url, create=True).close()
    execute(url, f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer isms-bot"):
        Store.open(url, create=True)
    with pytest.raises(StoreError, match="newer isms-bot"):
        upgrade(url)
    assert scalar(url, f"SELECT version_num FROM {schema.VERSION_TABLE}") == "9999"


def test_an_older_store_is_upgraded_with_the_old_one_kept_beside_or_on_request(url: str, migrations: Path) -> None:
    with Store.open(url, create=True) as old:
        installation = old.installation()
    (migrations / "0002_later.py").write_text(NEXT_VERSION)
    if not on_sqlite(url):
        with pytest.raises(StoreError, match="isms-bot db upgrade"):
            Store.open(url)
        assert upgrade(url) == "0002"
    with Store.open(url) as opened:
        assert opened.installation() == installation
    assert scalar(url, "SELECT count(*) FROM later") == 0
    if on_sqlite(url):
        beside = Path(parse(url).database or "").with_name("store.sqlite.before-0002")
        assert scalar(f"sqlite:///{beside}", f"SELECT version_num FROM {schema.VERSION_TABLE}") == "0001"


def test_an_upgrade_that_breaks_off_changes_nothing(url: str, migrations: Path) -> None:
    Store.open(url, create=True).close()
    (migrations / "0002_later.py").write_text(BROKEN_VERSION)
    with pytest.raises(ValueError, match="in the middle"):
        upgrade(url)
    assert scalar(url, f"SELECT version_num FROM {schema.VERSION_TABLE}") == "0001"
    with closing_engine(url) as engine:
        assert not sa.inspect(engine).has_table("later")


def test_an_upgrade_waits_for_nobody_who_is_at_work(tmp_path: Path, migrations: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    with Store.open(url, create=True) as running:
        running.lock()
        (migrations / "0002_later.py").write_text(NEXT_VERSION)
        with pytest.raises(HeldElsewhere, match=r"must be upgraded first, but .* held by pid"):
            Store.open(url)
    Store.open(url).close()
    assert scalar(url, f"SELECT version_num FROM {schema.VERSION_TABLE}") == "0002"


def test_two_processes_that_make_the_store_at_once_agree_on_it(url: str) -> None:
    script = "import sys; from isms_bot.store import Store; print(Store.open(sys.argv[1], create=True).installation())"
    processes = [start(script, url) for _ in range(2)]
    assert len({finish(process) for process in processes}) == 1


UPGRADE_WITH = """
import sys, pathlib
from isms_bot.store import schema
schema.MIGRATIONS = pathlib.Path(sys.argv[2])
from isms_bot.store.backup import upgrade
print(upgrade(sys.argv[1]))
"""


def test_three_processes_that_upgrade_at_once_all_succeed(url: str, migrations: Path) -> None:
    Store.open(url, create=True).close()
    (migrations / "0002_later.py").write_text(NEXT_VERSION)
    processes = [start(UPGRADE_WITH, url, str(migrations.parent)) for _ in range(3)]
    assert [finish(process) for process in processes] == ["0002"] * 3


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("state/store.sqlite", "not an address", id="a bare path"),
        pytest.param("mysql://host/db", "mysql is not supported", id="another engine"),
        pytest.param("sqlite://", "needs a file", id="memory"),
        pytest.param("sqlite:///:memory:", "needs a file", id="memory by name"),
    ],
)
def test_an_address_that_cannot_hold_a_ledger_is_refused_with_the_remedy(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        Store.open(url, create=True)


def test_a_server_that_is_away_is_named_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(f"postgresql://bot:planted-secret@/isms?host={tmp_path}")
    assert "bot:***@" in str(caught.value)
    assert "planted-secret" not in str(caught.value)


def test_a_missing_driver_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"the driver psycopg is missing; install isms-bot\[postgres\]"):
        Store.open("postgresql://host/isms")


def test_a_writer_that_waits_too_long_says_what_to_look_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1)
    url = f"sqlite:///{tmp_path}/store.sqlite"
    with Store.open(url, create=True) as first, Store.open(url) as second, first.begin():
        assert second.cache_items("acme") == {}, "readers wait for nobody"
        with pytest.raises(StoreError, match="locked; another process writes"):
            second.cache_put("acme", "page", 1)


def test_an_earlier_copy_beside_the_store_is_not_overwritten(tmp_path: Path, migrations: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    Store.open(url, create=True).close()
    (tmp_path / "store.sqlite.before-0002").write_text("precious")
    (migrations / "0002_later.py").write_text(NEXT_VERSION)
    Store.open(url).close()
    assert (tmp_path / "store.sqlite.before-0002").read_text() == "precious"
    assert (
        scalar(f"sqlite:///{tmp_path}/store.sqlite.before-0002-2", f"SELECT version_num FROM {schema.VERSION_TABLE}")
        == "0001"
    )


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_text("words, and no database at all\n" * 100)
    with pytest.raises(StoreError, match=r"store\.sqlite: file is not a database"):
        Store.open(f"sqlite:///{tmp_path}/store.sqlite", create=True)


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        pytest.param("state", "state: .*name a folder", id="the folder is a file"),
        pytest.param("state/lock/x", r"lock: .*able to write its state folder", id="the lock is a folder"),
        pytest.param(
            "state/store.sqlite.upgrade/x", r"upgrade: .*able to write its state folder", id="so is the other lock"
        ),
    ],
)
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, taken: str, words: str) -> None:
    (tmp_path / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / taken).touch()
    with pytest.raises(StoreError, match=words):
        Store.open(f"sqlite:///{tmp_path}/state/store.sqlite", create=True)


def test_an_empty_file_left_by_a_crash_is_made_into_a_store(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").touch()
    url = f"sqlite:///{tmp_path}/store.sqlite"
    with pytest.raises(StoreError, match="isms-bot init"):
        Store.open(url)
    with Store.open(url, create=True) as made:
        assert made.installation()


def test_nobody_else_can_read_the_state(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/state/store.sqlite", create=True) as opened:
        opened.lock()
        opened.cache_put("acme", "page", {})
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "state").iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000), ("secure_delete", 1)],
)
def test_sqlite_keeps_what_it_was_told_to_keep(tmp_path: Path, pragma: str, value: object) -> None:
    with Store.open(f"sqlite:///{tmp_path}/store.sqlite", create=True) as opened, opened.reading() as connection:
        assert connection.execute(sa.text(f"PRAGMA {pragma}")).scalar() == value


def test_what_the_database_refuses_is_a_sentence_that_names_it(store: Store) -> None:
    with (
        pytest.raises(StoreError, match=r"no such table: nowhere|relation \"nowhere\" does not exist") as caught,
        store.begin() as tx,
    ):
        tx.execute(sa.text("INSERT INTO nowhere VALUES (1)"))
    assert store.name in str(caught.value)


def test_both_engines_are_under_test() -> None:
    assert ENGINES == ("sqlite", "postgresql")
    assert sqlite3.sqlite_version_info >= (3, 35)
