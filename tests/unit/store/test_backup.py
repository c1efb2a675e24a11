"""A backup is whole, is taken while the store is in use, and never overwrites anything."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from isms_bot.errors import StoreError
from isms_bot.ledger import Ledger
from isms_bot.store import Store
from isms_bot.store.backup import backup

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/store.sqlite"


def test_a_backup_of_a_store_in_use_opens_and_verifies(url: str, tmp_path: Path) -> None:
    with Store.open(url, create=True) as store:
        store.lock()
        ledger = Ledger(store, "acme")
        ledger.append("opened", "a/2026-10-01", {"page": "P1"}, at=NOON)
        head = ledger.head()
        with store.begin():
            ledger.append("opened", "b/2026-10-01", {"page": "P2"}, at=NOON)
            made = backup(url, tmp_path / "elsewhere" / "copy.sqlite")
        installation = store.installation()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    with Store.open(f"sqlite:///{made}") as copy:
        found = Ledger(copy, "acme").verify(expected_head=head)
        assert (copy.installation(), found.rows, found.problems) == (installation, 1, ())
    assert [file.name for file in made.parent.iterdir() if file.name.endswith(".part")] == []


def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    Store.open(url, create=True).close()
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        backup(url, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_store_that_is_not_there_cannot_be_backed_up(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store to back up"):
        backup(url, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_gives_no_backup(url: str, tmp_path: Path) -> None:
    with Store.open(url, create=True) as store:
        Ledger(store, "acme").append("opened", "a", {"x": "y" * 200_000}, at=NOON)
    file = tmp_path / "state" / "store.sqlite"
    content = bytearray(file.read_bytes())
    content[4096 : 4096 * 12] = b"\xff" * (4096 * 11)
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"could not be written|damaged"):
        backup(url, tmp_path / "copy")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["state"]


def test_postgresql_is_backed_up_by_its_own_tool(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        backup("postgresql+psycopg://host/isms", tmp_path / "copy")
