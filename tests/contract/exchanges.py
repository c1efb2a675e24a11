"""Holds what the connectors for Confluence send and get against the vendor's documents, whatever test they work in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from atlassian.rest_client import AtlassianRestAPI

from tests.contract import openapi

_GATEWAY = re.compile(r"^/ex/confluence/[^/]+")
_ID = re.compile(r"\d{2,}")
_SEEN: set[Any] = set()


def shape(value: Any) -> Any:
    """What is left of a body when words and numbers are taken out: keys, kinds, and the words that name kinds."""
    if isinstance(value, dict):
        return frozenset((key, item if key in ("type", "property") else shape(item)) for key, item in value.items())
    if isinstance(value, list):
        return ("list", frozenset(map(shape, value)))
    return type(value)


@contextmanager
def judged(*, all_requests: bool) -> Iterator[list[str]]:
    """What the documents refuse while the block lasts; nothing where they are not at hand.

    One answer of each shape is judged, since what a document can tell does not depend on the words inside; of requests every
    single one (`all_requests`) or one of each shape.
    """
    problems: list[str] = []
    if not openapi.available():
        yield problems
        return
    send = AtlassianRestAPI.request

    def judging(self: AtlassianRestAPI, method: str = "GET", path: str = "/", **sent: Any) -> Any:
        where = _GATEWAY.sub("", urlsplit(path if sent.get("absolute") else f"{self.url}/{path}").path)
        if where.startswith("/_edge/") or "/download" in where:
            return send(self, method, path, **sent)
        params, body, files = sent.get("params") or {}, sent.get("json"), sent.get("files") or ()
        kind = (method, _ID.sub("n", where), tuple(sorted(params)), shape(body), tuple(sorted(files)))
        platform = openapi.platform_of(where)
        if all_requests or kind not in _SEEN:
            _SEEN.add(kind)
            problems.extend(openapi.validate_request(platform, method, where, params, body, files))
        answer = send(self, method, path, **sent)
        told = _json(answer)
        answered = (*kind[:2], answer.status_code, shape(told))
        if "json" in answer.headers.get("Content-Type", "json") and answered not in _SEEN:
            _SEEN.add(answered)
            found = openapi.validate_response(platform, method, where, answer.status_code, told)
            # Tests order trouble that no document lists for a call; what the sandbox refuses by itself is judged by its own tests.
            problems.extend(one for one in found if answer.status_code < 400 or "the document knows" not in one)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AtlassianRestAPI, "request", judging)
        yield problems


def _json(answer: Any) -> Any:
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        return None
