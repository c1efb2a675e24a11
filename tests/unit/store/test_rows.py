"""Cache, passes and texts keep what they are given, on both engines alike."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from isms_bot.errors import StoreError
from isms_bot.store import PassAction, PassRow, Store

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": [1, 2.5, None, True, "x"]}, id="every kind"),
        pytest.param("Żółć 日本語 🗝", id="beyond latin"),
        pytest.param("nul \x00 and lone \ud800 surrogate", id="what PostgreSQL refuses in clear"),
        pytest.param([], id="empty list"),
        pytest.param(0, id="zero"),
        pytest.param("", id="empty text"),
    ],
)
def test_a_cached_value_comes_back_as_it_was(store: Store, value: Any) -> None:
    store.cache_put("acme", "page/P1", value)
    assert store.cache_get("acme", "page/P1") == value


def test_a_cached_value_is_replaced(store: Store) -> None:
    store.cache_put("acme", "cursor", 1)
    store.cache_put_many("acme", {"cursor": 2, "other": 3})
    store.cache_put_many("acme", {})
    assert store.cache_items("acme") == {"cursor": 2, "other": 3}


def test_what_was_never_cached_is_none(store: Store) -> None:
    assert store.cache_get("acme", "page/P1") is None


def test_a_family_of_names_is_told_by_its_prefix_case_and_wildcards_included(store: Store) -> None:
    names = ["page/b", "page/a", "Page/c", "pageX", "p_ge/d", "p%ge/e"]
    store.cache_put_many("acme", {name: name for name in names})
    store.cache_put("umbra", "page/z", "other workspace")
    assert list(store.cache_items("acme", "page/")) == ["page/a", "page/b"]
    assert list(store.cache_items("acme", "p_")) == ["p_ge/d"]
    assert list(store.cache_items("acme", "p%")) == ["p%ge/e"]


def test_a_family_and_a_whole_cache_can_be_dropped(store: Store) -> None:
    store.cache_put_many("acme", {"page/a": 1, "page/b": 2, "cursor": 3})
    store.cache_put("umbra", "page/a", 4)
    store.cache_delete("acme", "page/")
    assert store.cache_items("acme") == {"cursor": 3}
    store.drop_cache("acme")
    assert store.cache_items("acme") == {}
    assert store.cache_items("umbra") == {"page/a": 4}


def test_a_pass_that_was_cut_short_does_not_count_as_completed(store: Store) -> None:
    assert store.last_completed_pass("acme") is None
    first = store.begin_pass("acme", NOON)
    store.complete_pass(first, NOON + timedelta(minutes=1), 17, {"opened": 2})
    second = store.begin_pass("acme", NOON + timedelta(hours=1))
    third = store.begin_pass("umbra", NOON)
    done = PassRow(first, "acme", NOON, NOON + timedelta(minutes=1), 17, {"opened": 2})
    cut_short = PassRow(second, "acme", NOON + timedelta(hours=1), None, 0, {})
    assert store.last_completed_pass("acme") == done
    assert store.passes("acme") == [cut_short, done]
    assert store.passes("acme", 1) == [cut_short]
    assert len({first, second, third}) == 3


def test_a_pass_that_never_began_cannot_be_completed(store: Store) -> None:
    with pytest.raises(StoreError, match="no pass 7"):
        store.complete_pass(7, NOON, 0, {})


def test_times_come_back_as_the_same_instant(store: Store) -> None:
    at = datetime(2026, 11, 2, 13, 0, 0, 250, tzinfo=timezone(timedelta(hours=1)))
    store.begin_pass("acme", at)
    assert store.passes("acme")[0].at == at


def test_what_a_pass_did_is_listed_in_order(store: Store) -> None:
    done = store.begin_pass("acme", NOON)
    store.note_action(done, "open", "b/2026-11-01", "P2", {"due": "2026-11-16"})
    store.note_action(done, "file", "a/2026-10-01", "P1", {})
    assert store.actions_of(done) == [
        PassAction(done, "open", "b/2026-11-01", "P2", {"due": "2026-11-16"}),
        PassAction(done, "file", "a/2026-10-01", "P1", {}),
    ]
    assert store.actions_of(done + 1) == []


def test_an_action_belongs_to_a_pass(store: Store) -> None:
    with pytest.raises(StoreError, match=r"(?i)foreign key"):
        store.note_action(99, "open", "b/2026-11-01", "P2", {})


def test_a_released_text_is_kept_once(store: Store) -> None:
    store.keep_text("d1", "# Restore test\n\n- [ ] Żółć 🗝 \x00")
    store.keep_text("d1", "something else")
    assert store.text("d1") == "# Restore test\n\n- [ ] Żółć 🗝 \x00"
    assert store.text("d2") is None
