"""Judges exchanges with Confluence by Atlassian's own OpenAPI documents, where they are at hand: the git-ignored `.contracts/`.

    problems = validate_request("cloud-v2", "POST", "/wiki/api/v2/pages", {}, {"spaceId": "1"})   # sentences, none if valid
    problems = validate_response("datacenter", "GET", "/rest/api/content/1", 200, {...})

Requests are judged strictly: an unknown path, parameter or key is a problem, also where the vendor would look away. Answers may carry
more than the document knows. Where the documents are known to be wrong they are set right one by one, with the reason beside it.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl

from jsonschema import Draft7Validator

CONTRACTS = Path(__file__).parents[2] / ".contracts"
Platform = Literal["cloud-v2", "cloud-v1", "datacenter"]
Query = Mapping[str, Any] | Iterable[tuple[str, str]] | str

FILES: Mapping[Platform, str] = {
    "cloud-v2": "confluence-cloud-v2.openapi.json",
    "cloud-v1": "confluence-cloud-v1.openapi.json",
    "datacenter": "confluence-datacenter-10.0.3.openapi.json",
}
MISSING = "no contracts at hand; run make contracts FROM=DIR"
VALIDATED: Counter[tuple[Platform, str, str]] = (
    Counter()
)  # (platform, request or response, METHOD template) -> how many

_NULL = {"nullable": True}
# What the documents say against what the sites were seen to do: place in the document, what is set there, why.
CORRECTIONS: Mapping[Platform, tuple[tuple[str, Mapping[str, Any], str], ...]] = {
    "cloud-v2": (
        ("PageSingle.parentId", _NULL, "a page at the top of a space or in the trash has no parent"),
        ("PageBulk.parentId", _NULL, "the same"),
        ("PageSingle.parentType", {"enum": ["page", "whiteboard", "database", "embed", "folder", None]}, "the same"),
        ("PageBulk.parentType", {"enum": ["page", "whiteboard", "database", "embed", "folder", None]}, "the same"),
        ("Task.assignedTo", _NULL, "a task that names nobody is assigned to nobody"),
        ("Task.completedBy", _NULL, "an open task was completed by nobody"),
        ("Task.completedAt", _NULL, "the same"),
        ("Task.dueAt", _NULL, "a task without a date is never due"),
        ("FolderSingle.parentId", _NULL, "a folder at the top of a space has no parent"),
        ("FolderSingle.parentType", {"enum": ["page", "whiteboard", "database", "embed", "folder", None]}, "the same"),
        ("SpaceBulk.spaceOwnerId", _NULL, "a space need not have an owner"),
        (
            "ContentIdToContentTypeResponse.results",
            {"additionalProperties": {"type": "string", "nullable": True}},
            "what cannot be seen is null, and folders are content too",
        ),
        ("User.personalSpaceId", _NULL, "people without a space of their own"),
    ),
    "cloud-v1": (),
    "datacenter": (
        (
            "JsonContentProperty.value",
            {"$ref": None, "type": None},
            "a value is any JSON, not the document's wrapper of it",
        ),
        ("ContentWatch.contentId", {"writeOnly": None}, "it stands in answers"),
    ),
}
# Answers that the document does not list but the sites give.
UNLISTED: Mapping[tuple[Platform, str, str], Mapping[int, str]] = {
    ("cloud-v2", "PUT", "/pages/{id}"): {409: "another version came between"},
    ("cloud-v2", "POST", "/pages/{page-id}/properties"): {409: "the key is taken"},
    ("cloud-v2", "PUT", "/pages/{page-id}/properties/{property-id}"): {409: "another version came between"},
    ("cloud-v2", "PUT", "/footer-comments/{comment-id}"): {409: "another version came between"},
    ("cloud-v2", "PUT", "/inline-comments/{comment-id}"): {409: "another version came between"},
    ("cloud-v1", "PUT", "/wiki/rest/api/content/{id}/restriction"): {
        400: "a body that names nobody",
        403: "the plan has none",
    },
    ("cloud-v1", "POST", "/wiki/rest/api/content/{id}/restriction"): {
        400: "a body that names nobody",
        403: "the plan has none",
    },
    ("datacenter", "PUT", "/rest/api/content/{id}/restriction"): {405: "before 8.8 nothing could be written there"},
    ("datacenter", "PUT", "/rest/api/content/{contentId}"): {409: "another version came between", 403: "restricted"},
    ("datacenter", "POST", "/rest/api/content"): {
        400: "the title is taken, or the body is no XML",
        403: "no permission",
    },
    ("datacenter", "DELETE", "/rest/api/content/{id}"): {403: "restricted"},
    ("datacenter", "GET", "/rest/api/content/{id}/child/attachment"): {
        200: "what the site answers; the document says 201"
    },
    ("datacenter", "DELETE", "/rest/api/user/watch/content/{contentId}"): {200: "a deletion without content"},
    ("datacenter", "POST", "/rest/api/user/watch/content/{contentId}"): {204: "the document's prose says no content"},
}
_ALWAYS = {400, 401, 404, 410, 429, 500, 502, 503, 504}  # refusals that any operation gives


def available() -> bool:
    """True if all three documents are there to judge by."""
    return all((CONTRACTS / name).exists() for name in FILES.values())


def platform_of(path: str) -> Platform:
    """Which document a path on the wire belongs to. Raises ValueError."""
    if "/api/v2/" in path:
        return "cloud-v2"
    if path.startswith("/wiki/rest/"):
        return "cloud-v1"
    if "/rest/" in path:
        return "datacenter"
    raise ValueError(f"{path} is no path of a Confluence API")


def validate_request(
    platform: Platform, method: str, path: str, query: Query = (), body: Any = None, form: Iterable[str] = ()
) -> list[str]:
    """What is wrong with a request. `path` on the wire or from the document's root; `form`: the names in a multipart body.

    Raises FileNotFoundError without contracts (ask `available` first).
    """
    operation = _operation(platform, method, path)
    if operation is None:
        return [f"{method} {path}: there is no such operation"]
    VALIDATED[platform, "request", f"{method} {operation.template}"] += 1
    where = f"{method} {operation.template}"
    problems = [f"{where}: {said}" for said in _query_problems(platform, operation, query)]
    content = operation.body.get("content", {})
    if form:
        known = _resolve(platform, content.get("multipart/form-data", {}).get("schema", {})).get("properties", {})
        return problems + [f"{where}: form field {name!r} is unknown" for name in form if name not in known]
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return problems + ([f"{where}: takes no body"] if body is not None else [])
    if body is None:
        return problems + ([f"{where}: a body is required"] if operation.body.get("required") else [])
    if platform == "datacenter" and operation.template.endswith("/label"):
        # The document gives the shape of one; its own prose, and the site, take a list.
        schema = {"anyOf": [schema, {"type": "array", "items": schema}]}
    return problems + [f"{where}: body {said}" for said in _judged(platform, schema, body, strict=True)]


def validate_response(platform: Platform, method: str, path: str, status: int, body: Any) -> list[str]:
    """What is wrong with an answer: its status, its JSON body (None: it has none). Raises FileNotFoundError without contracts."""
    operation = _operation(platform, method, path)
    if operation is None:
        return [f"{method} {path}: there is no such operation"]
    VALIDATED[platform, "response", f"{method} {operation.template}"] += 1
    where = f"{method} {operation.template} → {status}"
    answer = operation.responses.get(str(status)) or operation.responses.get("default")
    unlisted = UNLISTED.get((platform, method, operation.template), {})
    if answer is None and status not in unlisted and status not in _ALWAYS:
        return [f"{where}: the document knows {', '.join(sorted(operation.responses))}"]
    if status >= 400:
        return [f"{where}: {said}" for said in _error_problems(platform, status, body)]
    if answer is None:
        answer = next(r for code, r in operation.responses.items() if code.startswith("2"))
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema is None or body is None:
        return []
    return [f"{where}: {said}" for said in _judged(platform, schema, body, strict=False)]


def query_parameters(platform: Platform, method: str, path: str) -> set[str] | None:
    """The names of the parameters that an operation takes; None where the document has no such operation."""
    operation = _operation(platform, method, path)
    return set(operation.parameters) if operation is not None else None


def counts() -> dict[str, int]:
    """How many exchanges were judged, by platform and direction."""
    summed: Counter[str] = Counter()
    for (platform, direction, _), number in VALIDATED.items():
        summed[f"{platform} {direction}"] += number
    return dict(summed)


@dataclass(frozen=True)
class _Operation:
    template: str
    parameters: Mapping[str, Mapping[str, Any]]
    body: Mapping[str, Any]
    responses: Mapping[str, Any]


def _operation(platform: Platform, method: str, path: str) -> _Operation | None:
    path = path.split("?", maxsplit=1)[0]
    if platform == "cloud-v2":
        path = re.sub(r"^(/ex/confluence/[^/]+)?(/wiki)?/api/v2", "", path)
    elif platform == "cloud-v1":
        path = re.sub(r"^(/wiki)?/rest", "/wiki/rest", path)
    else:
        path = re.sub(r"^.*?/rest/", "/rest/", path)
    for pattern, operations in _paths(platform):
        if pattern[1].fullmatch(path) and method.lower() in operations:
            return _made(platform, pattern[0], operations, method.lower())
    return None


@functools.cache
def _paths(platform: Platform) -> list[tuple[tuple[str, re.Pattern[str]], Mapping[str, Any]]]:
    found = [
        ((template, re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)))), operations)
        for template, operations in _document(platform)["paths"].items()
    ]
    # Fixed paths win over those with ids (content/search over content/{id}).
    return sorted(found, key=lambda pair: pair[0][0].count("{"))


def _made(platform: Platform, template: str, operations: Mapping[str, Any], method: str) -> _Operation:
    operation = operations[method]
    listed = [_resolve(platform, p) for p in (*operations.get("parameters", ()), *operation.get("parameters", ()))]
    known = {p["name"]: p for p in listed if p["in"] == "query"}
    body = _resolve(platform, operation.get("requestBody", {}))
    responses = {code: _resolve(platform, answer) for code, answer in operation["responses"].items()}
    return _Operation(template, known, body, responses)


def _resolve(platform: Platform, node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        found: Any = _document(platform)
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


@functools.cache
def _document(platform: Platform) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CONTRACTS / FILES[platform]).read_text(encoding="utf-8"))
    for place, setting, _why in CORRECTIONS[platform]:
        schema, key = place.split(".")
        known = document["components"]["schemas"][schema]["properties"]
        if key not in known:
            raise KeyError(f"{FILES[platform]} has no {place}; is the correction still needed?")
        if "enum" in setting:
            known[key] = dict(setting)
        else:
            known[key] = {k: v for k, v in {**known[key], **setting}.items() if v is not None}
    return document


def _query_problems(platform: Platform, operation: _Operation, query: Query) -> list[str]:
    pairs = _pairs(query)
    problems = []
    for name, value in pairs:
        if name not in operation.parameters:
            problems.append(f"query parameter {name!r} is unknown")
            continue
        if platform == "datacenter":
            continue  # start, limit and others are typed wrongly there: twice, and once as text
        schema = operation.parameters[name].get("schema", {})
        judged = _judged(platform, schema, _typed(platform, schema, value), strict=True)
        problems += [f"query parameter {name!r}: {said}" for said in judged]
    sent = {name for name, _ in pairs}
    problems += [
        f"query parameter {name!r} is required"
        for name, p in operation.parameters.items()
        if p.get("required") and name not in sent
    ]
    return problems


def _pairs(query: Query) -> list[tuple[str, str]]:
    if isinstance(query, str):
        return parse_qsl(query, keep_blank_values=True)
    if not isinstance(query, Mapping):
        return list(query)
    return [
        (name, str(one).lower() if isinstance(one, bool) else str(one))
        for name, value in query.items()
        for one in (value if isinstance(value, list | tuple) else [value])
    ]


def _typed(platform: Platform, schema: Mapping[str, Any], value: str) -> Any:
    """A parameter's text as what its schema calls for."""
    schema = _resolve(platform, schema)
    kind = schema.get("type")
    if kind == "array":
        # Lists are sent both ways: the parameter again and again, or once with commas.
        return [_typed(platform, schema.get("items", {}), one) for one in value.split(",")]
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _judged(platform: Platform, schema: Mapping[str, Any], value: Any, *, strict: bool) -> list[str]:
    judge = _judge(platform, json.dumps(schema, sort_keys=True), strict)
    return [
        f"{'/'.join(map(str, error.absolute_path)) or '(whole)'}: {error.message[:300]}"
        for error in judge.iter_errors(value)
    ]


@functools.cache
def _judge(platform: Platform, schema: str, strict: bool) -> Draft7Validator:
    components = _components(platform, strict)
    return Draft7Validator({"allOf": [_translated(json.loads(schema), strict)], "components": components})


@functools.cache
def _components(platform: Platform, strict: bool) -> dict[str, Any]:
    schemas = _document(platform)["components"]["schemas"]
    return {"schemas": {name: _translated(schema, strict) for name, schema in schemas.items()}}


def _translated(schema: Any, strict: bool) -> Any:
    """OpenAPI's dialect as JSON Schema; `strict`: objects take no keys but those named."""
    if isinstance(schema, list):
        return [_translated(one, strict) for one in schema]
    if not isinstance(schema, dict):
        return schema
    new = {
        key: _translated(value, strict)
        for key, value in schema.items()
        if key not in {"example", "discriminator", "xml"}
    }
    if "properties" in schema and isinstance(schema["properties"], dict):
        new["properties"] = {key: _translated(value, strict) for key, value in schema["properties"].items()}
        if strict and "additionalProperties" not in schema:
            new["additionalProperties"] = False
    if isinstance(schema.get("type"), str) and schema.get("nullable") is True:
        new["type"] = [schema["type"], "null"]
        if "enum" in new and None not in new["enum"]:
            new["enum"] = [*new["enum"], None]
    if strict and "allOf" in new:
        # Closed parts would refuse each other's keys: what belongs together is open.
        new["allOf"] = [{k: v for k, v in part.items() if k != "additionalProperties"} for part in new["allOf"]]
    if not isinstance(new.get("required", []), list):
        del new["required"]
    return new


def _error_problems(platform: Platform, status: int, body: Any) -> list[str]:
    """Errors have no schema in the documents of Cloud; these are the shapes that the sites were seen to give."""
    if status in {401, 410, 429, 500, 502, 503, 504}:
        return []
    if platform == "cloud-v2":
        shaped = isinstance(body, dict) and isinstance(body.get("errors"), list) and body["errors"]
        if not shaped or not all({"status", "code", "title", "detail"} <= set(one) for one in body["errors"]):
            return ["an error is {errors: [{status, code, title, detail}]}"]
        return []
    if not isinstance(body, dict) or body.get("statusCode") != status or "message" not in body:
        return ["an error is {statusCode, data, message}"]
    return []
