"""Rows that belong together are kept together, whatever ends the process."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from isms_bot.errors import StoreError
from isms_bot.ledger import Ledger
from isms_bot.store import ClaimState, Store
from tests.unit.store.databases import kill, start

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
KEY = "policy-review/2026-10-31/p07"


class Crash(BaseException):
    """Stands for the end of the process."""


def crash_at(moment: str) -> Callable[[str], None]:
    def hook(told: str) -> None:
        if told == moment:
            raise Crash(moment)

    return hook


def write_outcome(store: Store) -> None:
    """An outcome, its row in the ledger and the note for undo, in one."""
    pass_id = store.begin_pass("acme", NOON)
    with store.begin("outcome"):
        store.resolve("acme", KEY, {"page": "P1"})
        Ledger(store, "acme").append("opened", KEY, {"page": "P1"}, at=NOON, pass_id=pass_id)
        store.note_action(pass_id, "open", KEY, "P1", {})
        store.cache_put("acme", "page/P1", {"key": KEY})


def kept(store: Store) -> tuple[bool, ...]:
    """Of the four things that belong together, which are there."""
    ledger = Ledger(store, "acme")
    assert ledger.verify().holds
    return (
        store.unresolved("acme") == [],
        len(list(ledger.entries())) == 1,
        len(store.actions_of(store.passes("acme")[0].id)) == 1,
        store.cache_get("acme", "page/P1") is not None,
    )


@pytest.fixture
def claimed(store: Store) -> Store:
    lease = store.acquire("acme", "one", 3600)
    assert lease is not None
    made = store.claim("acme", KEY, epoch=lease.epoch, kind="clone", payload={}, settle=60, at=NOON)
    assert made.state is ClaimState.NEW
    return store


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("before outcome", (False,) * 4, id="just before the commit: nothing"),
        pytest.param("after outcome", (True,) * 4, id="just after the commit: everything"),
    ],
)
def test_a_crash_leaves_all_or_nothing(claimed: Store, url: str, moment: str, expected: tuple[bool, ...]) -> None:
    claimed.on_write = crash_at(moment)
    with pytest.raises(Crash):
        write_outcome(claimed)
    claimed.close()
    with Store.open(url) as reopened:
        assert kept(reopened) == expected


def test_an_error_in_the_middle_leaves_nothing_and_the_store_goes_on(claimed: Store) -> None:
    pass_id = claimed.begin_pass("acme", NOON)
    with pytest.raises(StoreError, match="without a claim"), claimed.begin():
        claimed.note_action(pass_id, "open", KEY, "P1", {})
        claimed.resolve("acme", "never/claimed", {})
    assert claimed.actions_of(pass_id) == []
    claimed.note_action(pass_id, "open", KEY, "P1", {})
    assert len(claimed.actions_of(pass_id)) == 1


def test_a_transaction_sees_its_own_rows_and_tells_of_one_commit(store: Store) -> None:
    told: list[str] = []
    store.on_write = told.append
    with store.begin("both") as tx:
        store.cache_put("acme", "a", 1, tx=tx)
        store.cache_put("acme", "b", 2)
        assert store.cache_items("acme") == {"a": 1, "b": 2}
        assert told == []
    assert told == ["before both", "after both"]


def test_every_part_of_the_store_tells_what_it_commits(claimed: Store) -> None:
    told: list[str] = []
    claimed.on_write = told.append
    claimed.resolve("acme", KEY, {})
    Ledger(claimed, "acme").append("opened", KEY, {}, at=NOON)
    assert told == [
        f"before resolve {KEY}",
        f"after resolve {KEY}",
        f"before ledger opened {KEY}",
        f"after ledger opened {KEY}",
    ]


APPEND = """
import sys
from datetime import UTC, datetime
from isms_bot.ledger import Ledger
from isms_bot.store import Store
store = Store.open(sys.argv[1])
while True:
    print(Ledger(store, "acme").append("opened", "a", {}, at=datetime(2026, 11, 2, tzinfo=UTC)).seq, flush=True)
"""


def test_what_was_committed_before_a_kill_is_there_and_the_chain_holds(store: Store, url: str) -> None:
    process = start(APPEND, url)
    try:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(20)]
    finally:
        kill(process)
    found = Ledger(store, "acme").verify()
    assert told == list(range(1, 21))
    assert found.rows >= 20
    assert found.problems == ()
