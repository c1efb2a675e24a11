"""What was about to be added is written down first, so that a crash leaves a question and never a second page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from isms_bot.errors import LeaseLost, StoreError
from isms_bot.store import Claim, ClaimState, Store
from tests.unit.store.databases import execute

KEY = "policy-review/2026-10-31/p07"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def epoch(store: Store) -> int:
    lease = store.acquire("acme", "one", 3600)
    assert lease is not None
    return lease.epoch


def claim(store: Store, epoch: int, after: float = 0, payload: dict[str, Any] | None = None, key: str = KEY) -> Claim:
    at = NOON + timedelta(seconds=after)
    return store.claim("acme", key, epoch=epoch, kind="clone", payload=payload or {"token": "a"}, settle=60, at=at)


def test_the_first_claim_goes_on(store: Store, epoch: int) -> None:
    assert claim(store, epoch) == Claim(ClaimState.NEW, 1, {"token": "a"})
    [left] = store.unresolved("acme")
    assert (left.key, left.kind, left.payload, left.epoch, left.attempts, left.at) == (
        KEY,
        "clone",
        {"token": "a"},
        epoch,
        1,
        NOON,
    )


@pytest.mark.parametrize(
    ("after", "state", "attempts"),
    [
        pytest.param(0, ClaimState.SETTLING, 1, id="at once"),
        pytest.param(59, ClaimState.SETTLING, 1, id="just before the settle time"),
        pytest.param(60, ClaimState.RETRY, 2, id="at the settle time"),
        pytest.param(86400, ClaimState.RETRY, 2, id="next day"),
    ],
)
def test_a_claim_without_outcome_is_looked_for_after_the_settle_time(
    store: Store, epoch: int, after: float, state: ClaimState, attempts: int
) -> None:
    claim(store, epoch)
    again = claim(store, epoch, after, {"token": "b"})
    assert (again.state, again.attempts) == (state, attempts)
    assert again.payload == {"token": "a"}, "what has to be found is what the first call sent"


def test_a_retry_settles_anew(store: Store, epoch: int) -> None:
    claim(store, epoch)
    claim(store, epoch, 60)
    assert claim(store, epoch, 119).state is ClaimState.SETTLING
    assert claim(store, epoch, 120).attempts == 3


def test_business_time_that_ran_backwards_falls_back_on_the_clock_of_the_store(
    store: Store, epoch: int, url: str
) -> None:
    claim(store, epoch)
    assert claim(store, epoch, -86400).state is ClaimState.SETTLING
    execute(url, "UPDATE intent SET claimed = claimed - 61")
    assert claim(store, epoch, -86400).state is ClaimState.RETRY


def test_an_outcome_is_handed_to_whoever_asks_again(store: Store, epoch: int) -> None:
    claim(store, epoch)
    store.resolve("acme", KEY, {"page": "P1"})
    assert claim(store, epoch, 3600) == Claim(ClaimState.DONE, 1, {"token": "a"}, {"page": "P1"})
    assert store.unresolved("acme") == []


def test_a_later_outcome_takes_the_place_of_an_earlier_one(store: Store, epoch: int) -> None:
    claim(store, epoch)
    store.resolve("acme", KEY, {"page": "P1"})
    store.resolve("acme", KEY, {"page": "P2"})
    assert claim(store, epoch).result == {"page": "P2"}


def test_a_call_that_wrote_nothing_may_be_made_again_at_once_and_stays_counted(store: Store, epoch: int) -> None:
    claim(store, epoch)
    store.forget("acme", KEY)
    assert store.unresolved("acme") == []
    assert claim(store, epoch, 0, {"token": "b"}) == Claim(ClaimState.NEW, 2, {"token": "b"})


def test_an_outcome_is_never_forgotten(store: Store, epoch: int) -> None:
    claim(store, epoch)
    store.resolve("acme", KEY, {"page": "P1"})
    store.forget("acme", KEY)
    assert claim(store, epoch).state is ClaimState.DONE


def test_an_outcome_needs_a_claim(store: Store) -> None:
    with pytest.raises(StoreError, match="an outcome without a claim"):
        store.resolve("acme", KEY, {"page": "P1"})


def test_a_process_whose_lease_was_taken_claims_nothing(store: Store, epoch: int) -> None:
    new = store.acquire("acme", "two", 30, take_over=True)
    assert new is not None
    with pytest.raises(LeaseLost, match="epoch 2, this process had 1"):
        claim(store, epoch)
    assert store.unresolved("acme") == []
    assert claim(store, new.epoch).state is ClaimState.NEW


def test_a_claim_without_any_lease_is_refused(store: Store) -> None:
    with pytest.raises(LeaseLost):
        claim(store, 1)


def test_keys_and_workspaces_do_not_meet(store: Store, epoch: int) -> None:
    claim(store, epoch)
    assert claim(store, epoch, key="restore-test/2026-10-31").state is ClaimState.NEW
    other = store.acquire("umbra", "one", 30)
    assert other is not None
    apart = store.claim("umbra", KEY, epoch=other.epoch, kind="clone", payload={}, settle=60, at=NOON)
    assert apart.state is ClaimState.NEW
    assert [left.key for left in store.unresolved("acme")] == [KEY, "restore-test/2026-10-31"]


def test_a_time_without_zone_is_refused(store: Store, epoch: int) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        store.claim("acme", KEY, epoch=epoch, kind="clone", payload={}, settle=60, at=naive)


def test_what_was_promised_is_known_with_and_without_an_outcome_but_not_if_nothing_was_written(
    store: Store, epoch: int
) -> None:
    for key in ("nc/a", "nc/b", "nc/c"):
        store.claim("acme", key, epoch=epoch, kind="nonconformities", payload={"number": key}, settle=0, at=NOON)
    store.claim("acme", "finding/d", epoch=epoch, kind="findings", payload={"number": "d"}, settle=0, at=NOON)
    store.resolve("acme", "nc/a", {"page": "1"})
    store.forget("acme", "nc/c")
    assert sorted(one["number"] for one in store.promised("acme", "nonconformities")) == ["nc/a", "nc/b"]
    assert store.promised("other", "nonconformities") == []
