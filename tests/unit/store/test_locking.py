"""One process works on a state folder; the system frees it when that process dies, however it dies."""

from pathlib import Path

import pytest

from isms_bot.errors import HeldElsewhere
from isms_bot.store import Store
from isms_bot.store.database import database_file, parse
from isms_bot.store.locking import state_lock
from tests.unit.store.databases import kill, start

HOLD = """
import sys
from isms_bot.store import Store
store = Store.open(sys.argv[1], create=True)
store.lock()
lease = store.acquire("acme", "first", 3600)
store.cache_put("acme", "page", 1)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/store.sqlite"


def test_the_process_that_holds_the_folder_is_named_and_its_death_frees_it(url: str) -> None:
    process = start(HOLD, url)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with Store.open(url) as second:
            with pytest.raises(HeldElsewhere, match=rf"held by pid {process.pid};"):
                second.lock()
            assert second.cache_get("acme", "page") == 1, "reading needs no lock"
            assert second.acquire("acme", "second", 30) is None
            kill(process)
            second.lock()
            lease = second.acquire("acme", "second", 30)
            assert lease is not None, "the lease of a process that had the folder before is nobody's"
            assert lease.epoch == 2
    finally:
        kill(process)


def test_a_lock_is_given_back_by_leaving_releasing_or_closing(url: str) -> None:
    with Store.open(url, create=True) as first, Store.open(url) as second:
        with first.lock(), pytest.raises(HeldElsewhere):
            second.lock()
        second.lock().release()
        first.lock()
        first.lock()
        first.close()
        with second.lock() as lock:
            assert lock.held


def test_the_holder_of_the_folder_waits_for_leases_of_its_own_threads(url: str) -> None:
    with Store.open(url, create=True) as store:
        store.lock()
        assert store.acquire("acme", "one", 3600) is not None
        assert store.acquire("acme", "two", 3600) is None


def test_postgresql_has_no_folder_to_lock(server: str) -> None:
    nowhere = state_lock(database_file(parse(server)))
    with nowhere as first, state_lock(None) as second:
        assert (first.held, second.held) == (False, False)
