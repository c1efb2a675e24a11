"""Every request that leaves these tests is held against the vendor's own types, where they are at hand.

A year makes thousands of requests of a few hundred shapes: one of each shape is judged, since what the types can tell does not
depend on the words inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from notion_client import Client

from tests.contract import contracts

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def shape(value: Any) -> Any:
    """What is left of a body when words and numbers are taken out: keys, kinds, and the words that name kinds."""
    if isinstance(value, dict):
        return tuple((key, value[key] if key in ("type", "property") else shape(value[key])) for key in sorted(value))
    if isinstance(value, list):
        return tuple(sorted({shape(item) for item in value}, key=repr))
    return type(value).__name__


_SEEN: set[Any] = set()


@pytest.fixture(scope="module", autouse=True)
def judged() -> Iterator[list[str]]:
    """What the types refuse of the requests of a module; nothing, or its last test fails."""
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
    assert problems == []
