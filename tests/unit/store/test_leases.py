"""Whoever holds the lease may write; whoever held it before may not, and notices."""

import threading

import pytest

from isms_bot.errors import LeaseLost
from isms_bot.store import Lease, Store
from tests.unit.store.databases import HandClock, execute, finish, start


def acquired(store: Store, holder: str = "one", ttl: float = 30) -> Lease:
    lease = store.acquire("acme", holder, ttl)
    assert lease is not None
    return lease


def run_out(url: str) -> None:
    execute(url, "UPDATE lease SET expires = 1")


def test_a_free_workspace_is_taken_with_the_first_epoch(store: Store) -> None:
    assert acquired(store).epoch == 1
    assert store.lease_holder("acme") == "one"


def test_a_lease_that_is_held_is_given_to_nobody_else(store: Store) -> None:
    acquired(store)
    assert store.acquire("acme", "two", 30) is None


def test_workspaces_have_leases_of_their_own(store: Store) -> None:
    acquired(store)
    other = store.acquire("umbra", "two", 30)
    assert other is not None
    assert other.epoch == 1


def test_a_lease_that_ran_out_is_taken_with_the_next_epoch(store: Store, url: str) -> None:
    acquired(store)
    run_out(url)
    assert store.lease_holder("acme") is None
    assert acquired(store, "two").epoch == 2


def test_a_lease_that_was_given_back_is_free_at_once(store: Store) -> None:
    lease = acquired(store)
    lease.release()
    with pytest.raises(LeaseLost):
        lease.check()
    assert acquired(store, "two").epoch == 2


def test_giving_back_a_lease_that_another_took_harms_nobody(store: Store) -> None:
    lease = acquired(store)
    store.acquire("acme", "two", 30, take_over=True)
    lease.release()
    assert store.lease_holder("acme") == "two"


def test_take_over_fences_off_whoever_is_at_work(store: Store) -> None:
    zombie = acquired(store)
    new = store.acquire("acme", "two", 30, take_over=True)
    assert new is not None
    assert new.epoch == 2
    with pytest.raises(LeaseLost, match="another process took it"):
        zombie.check()
    with pytest.raises(LeaseLost):
        zombie.renew()
    new.check()


def test_a_lease_that_ran_out_cannot_be_renewed_even_if_nobody_took_it(store: Store, url: str) -> None:
    lease = acquired(store)
    run_out(url)
    with pytest.raises(LeaseLost, match="it ran out"):
        lease.renew()


@pytest.mark.parametrize(
    ("margin", "passed", "lost"),
    [
        pytest.param(10, 19, False, id="before the margin"),
        pytest.param(10, 20, True, id="at the margin"),
        pytest.param(None, 19, False, id="a third by default, before"),
        pytest.param(None, 20, True, id="a third by default, at"),
        pytest.param(0, 29, False, id="no margin, before the end"),
        pytest.param(0, 30, True, id="no margin, at the end"),
    ],
)
def test_a_holder_stops_by_its_own_clock_before_the_lease_ends(
    store: Store, clock: HandClock, margin: float | None, passed: float, lost: bool
) -> None:
    lease = store.acquire("acme", "one", 30, margin=margin)
    assert lease is not None
    clock.seconds += passed
    if not lost:
        lease.check()
        return
    with pytest.raises(LeaseLost, match="not renewed in time"):
        lease.check()


def test_renewing_moves_the_deadline(store: Store, clock: HandClock) -> None:
    lease = acquired(store)
    clock.seconds += 15
    lease.renew()
    clock.seconds += 15
    lease.check()


def test_of_sixteen_threads_one_wins(store: Store, url: str) -> None:
    won: list[int] = []
    gate = threading.Barrier(16)

    def race(number: int) -> None:
        gate.wait()
        lease = store.acquire("acme", f"thread {number}", 30)
        if lease is not None:
            won.append(lease.epoch)

    for epoch in (1, 2):
        threads = [threading.Thread(target=race, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert won == list(range(1, epoch + 1))
        run_out(url)


RACE = """
import sys
from isms_bot.store import Store
store = Store.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
lease = store.acquire("acme", "racer", 30)
print(0 if lease is None else lease.epoch)
"""


def test_of_two_processes_one_wins(store: Store, url: str) -> None:
    processes = [start(RACE, url) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert sorted(finish(process) for process in processes) == ["0", "1"]
