"""Every request that leaves these tests is held against the vendors' own descriptions, where they are at hand.

A year makes thousands of requests of a few hundred shapes: one of each shape is judged, since what the types can tell does not
depend on the words inside.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from notion_client import Client

from tests.contract import contracts, exchanges
from tests.contract.exchanges import shape

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


_SEEN: set[Any] = set()


_WIKIS = ("notion", "cloud", "confluence", "datacenter")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is played in several wikis over HTTP takes turns: `make check` plays it in memory and in one of them, the same one for all of
    a file, whose tests share what was set up, and `make long` in the others. What is slow and played in memory is played there only in `make check`."""
    turns: dict[str, list[pytest.Item]] = defaultdict(list)
    in_memory: set[str] = set()
    for item in items:
        test, parts = item.nodeid.partition("[")[0], _parts(item)
        wiki = next((one for one in _WIKIS if one in parts), None)
        if wiki is not None and item.get_closest_marker("long") is None:
            turns["-".join(part for part in (test, *parts) if part != wiki)].append(item)
        if "memory" in parts and item.get_closest_marker("slow") is not None:
            in_memory.add(test)
    for promise, same in turns.items():
        turn = zlib.crc32(promise.partition("::")[0].encode()) % len(same)
        for place, item in enumerate(same):
            if place != turn or item.nodeid.partition("[")[0] in in_memory:
                item.add_marker(pytest.mark.long)


def _parts(item: pytest.Item) -> list[str]:
    """What a test is played with, by the ids of its parameters."""
    return item.callspec.id.split("-") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else []


@pytest.fixture(scope="module", autouse=True)
def judged() -> Iterator[list[str]]:
    """What the vendors' descriptions refuse of the requests of a module; nothing, or its last test fails."""
    with exchanges.judged(all_requests=False) as confluence, _notion() as notion:
        yield confluence
    assert [*confluence, *notion] == []


@contextmanager
def _notion() -> Iterator[list[str]]:
    problems: list[str] = []
    if not contracts.available():
        yield problems
        return
    send = Client.request

    def judging(self: Client, path: str, method: str, *args: Any, **sent: Any) -> Any:
        query, form = sent.get("query") or {}, sent.get("form_data") or {}
        kind = (method, _ID.sub("id", path), shape(sent.get("body")), tuple(sorted(query)), tuple(sorted(form)))
        if kind not in _SEEN:
            _SEEN.add(kind)
            problems.extend(contracts.validate_request(method, path, sent.get("body"), query or (), form or ()))
        return send(self, path, method, *args, **sent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", judging)
        yield problems
