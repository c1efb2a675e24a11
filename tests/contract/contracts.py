"""Judges requests by the vendor's own types, where they are at hand: the git-ignored `.contracts/` at the project's root.

    problems = validate_request("POST", "/v1/pages", {...})     # sentences, none if the request is valid

Only requests that the bot sends are judged here, and strictly: an unknown key is a problem, and so is an unknown path.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

CONTRACTS = Path(__file__).parents[2] / ".contracts"
_SCHEMA = CONTRACTS / "notion-5.26.0.schema.json"
_ENDPOINTS = CONTRACTS / "notion-5.26.0.endpoints.json"

MISSING = "no contracts at hand; run make contracts FROM=DIR"


def available() -> bool:
    """True if the vendor's types are there to judge by."""
    return _SCHEMA.exists() and _ENDPOINTS.exists()


def validate_request(
    method: str, path: str, body: Mapping[str, Any] | None = None, query: Iterable[str] = (), form: Iterable[str] = ()
) -> list[str]:
    """What is wrong with a request to Notion: `path` with or without /v1/, `query` and `form` the names of their parameters.

    Raises FileNotFoundError without contracts (ask `available` first).
    """
    endpoint, ids = _endpoint(method, "/" + path.strip("/"))
    if endpoint is None:
        return [f"{method} {path}: there is no such endpoint"]
    problems = [
        f"{method} {path}: {kind} parameter {name!r} is unknown"
        for kind, names, known in (
            ("query", query, endpoint["queryParams"]),
            ("form", form, endpoint["formDataParams"]),
        )
        for name in names
        if name not in known
    ]
    if form or method == "GET":
        # Parameters of the query string and of forms are judged by their names only.
        return problems
    judge = _judge(endpoint["parameters"])
    for error in judge.iter_errors({**(body or {}), **ids}):
        where = "/".join(map(str, error.absolute_path))
        problems.append(f"{method} {path}: {where}: {error.message[:400]}")
    return problems


def _endpoint(method: str, path: str) -> tuple[Mapping[str, Any] | None, dict[str, str]]:
    path = path if path.startswith("/v1/") else f"/v1{path}"
    for endpoint, pattern in _endpoints():
        match = pattern.fullmatch(path)
        if endpoint["method"] == method and match:
            return endpoint, match.groupdict()
    return None, {}


@functools.cache
def _endpoints() -> list[tuple[Mapping[str, Any], re.Pattern[str]]]:
    listed = json.loads(_ENDPOINTS.read_text(encoding="utf-8"))
    found = [(one, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one["path"]))) for one in listed]
    # Fixed paths win over those with ids (users/me over users/{user_id}).
    return sorted(found, key=lambda pair: pair[0]["path"].count("{"))


@functools.cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    definitions = schema["definitions"]
    # The generator left filters of views empty; the vendor's guide gives them the shape of a query's filter.
    definitions["ViewFilterRequest"] = definitions["QueryDataSourceParameters"]["properties"]["filter"]
    return schema


@functools.cache
def _judge(definition: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"#/definitions/{definition}", "definitions": _schema()["definitions"]})
