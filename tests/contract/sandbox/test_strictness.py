"""Requests are refused as the real service refuses them: same order of checks, same codes, same words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from isms_bot.sandbox.client import Sandbox

NIL = "00000000-0000-0000-0000-000000000000"


def text_block(size: int = 1, **children: Any) -> dict[str, Any]:
    return {"paragraph": {"rich_text": [{"text": {"content": "x" * size}}], **children}}


def nested(levels: int) -> dict[str, Any]:
    block: dict[str, Any] = {"bulleted_list_item": {"rich_text": []}}
    for _ in range(levels):
        block = {"bulleted_list_item": {"rich_text": [], "children": [block]}}
    return block


def row(*cells: str) -> dict[str, Any]:
    return {"table_row": {"cells": [[{"text": {"content": c}}] for c in cells]}}


TABLE = {"table": {"table_width": 1, "children": [row("a")]}}

# (id, method, path with {root}, body, status, code, message or its start with …)
REFUSED: list[tuple[str, str, str, Any, int, str, str]] = [
    ("unknown path", "GET", "/v1/nothing/here", None, 400, "invalid_request_url", "Invalid request URL."),
    ("wrong method", "PUT", "/v1/users/me", None, 400, "invalid_request_url", "Invalid request URL."),
    ("old query", "POST", f"/v1/databases/{NIL}/query", {}, 400, "invalid_request_url", "Invalid request URL."),
    (
        "bad id",
        "GET",
        "/v1/pages/AAA",
        None,
        400,
        "validation_error",
        'path failed validation: path.page_id should be a valid uuid, instead was `"AAA"`.',
    ),
    (
        "bad variant nibble",
        "GET",
        "/v1/blocks/12345678-1234-1234-1234-123456789abc",
        None,
        400,
        "validation_error",
        'path failed validation: path.block_id should be a valid uuid, instead was `"12345678-1234-1234-1234-123456789abc"`.',
    ),
    ("absent page", "GET", f"/v1/pages/{NIL}", None, 404, "object_not_found", f"Could not find page with ID: {NIL}. Make sure the relevant pages and databases are shared with your integration \"isms-bot\"."),
    ("absent data source", "GET", f"/v1/data_sources/{NIL}", None, 404, "object_not_found", f"Could not find database with ID: {NIL}.…"),
    ("101 children", "PATCH", "/v1/blocks/{root}/children", {"children": [text_block()] * 101}, 400, "validation_error", "body failed validation: body.children.length should be ≤ `100`, instead was `101`."),
    ("2,001 characters", "PATCH", "/v1/blocks/{root}/children", {"children": [text_block(2001)]}, 400, "validation_error", "body failed validation: body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`."),
    ("third level of children", "PATCH", "/v1/blocks/{root}/children", {"children": [nested(3)]}, 400, "validation_error", "body failed validation: body.children[0].bulleted_list_item.children[0].bulleted_list_item.children[0].bulleted_list_item.children should be not present, instead was `[{\"bulleted_list_item\":{\"rich_text\":[]}}]`."),
    ("table at the third level", "PATCH", "/v1/blocks/{root}/children", {"children": [text_block(children=[text_block(children=[TABLE])])]}, 400, "validation_error", "body failed validation. Fix one:\n…"),
    ("table without rows", "PATCH", "/v1/blocks/{root}/children", {"children": [{"table": {"table_width": 1}}]}, 400, "validation_error", "body failed validation: body.children[0].table.children should be defined, instead was `undefined`."),
    ("row of another width", "PATCH", "/v1/blocks/{root}/children", {"children": [{"table": {"table_width": 2, "children": [row("a")]}}]}, 400, "validation_error", "Number of cells in table row must match the table width of the parent table"),
    ("children of a plain heading", "PATCH", "/v1/blocks/{root}/children", {"children": [{"heading_1": {"rich_text": [], "children": [text_block()]}}]}, 400, "validation_error", "heading_1 blocks can only have children when is_toggleable is true."),
    ("more than 1,000 blocks", "PATCH", "/v1/blocks/{root}/children", {"children": [text_block(children=[text_block()] * 100)] * 10}, 400, "validation_error", "…1010…"),
    ("echoed block", "PATCH", "/v1/blocks/{root}/children", {"children": [{**text_block(), "archived": False}]}, 400, "validation_error", "body failed validation: body.children[0].archived should be not present, instead was `false`."),
    ("icon null", "PATCH", "/v1/blocks/{root}/children", {"children": [text_block(icon=None)]}, 400, "validation_error", "body failed validation: body.children[0].paragraph.icon should be an object or `undefined`, instead was `null`."),
    ("after since 2026-03-11", "PATCH", "/v1/blocks/{root}/children", {"children": [], "after": NIL}, 400, "validation_error", f"body failed validation: body.after should be not present, instead was `\"{NIL}\"`."),
    ("archived since 2026-03-11", "PATCH", "/v1/pages/{root}", {"archived": True}, 400, "validation_error", "body failed validation: body.archived should be not present, instead was `true`."),
    ("unknown key", "PATCH", "/v1/pages/{root}", {"colour": "x"}, 400, "validation_error", 'body failed validation: body.colour should be not present, instead was `"x"`.'),
    ("unknown property", "POST", "/v1/pages", {"parent": {"page_id": "{root}"}, "properties": {"Due": {"checkbox": True}}}, 400, "validation_error", "Due is not a property that exists."),
    ("parent of no kind", "POST", "/v1/pages", {"parent": {}}, 400, "validation_error", "body failed validation. Fix one:\nbody.parent.page_id should be defined, instead was `undefined`.\n…"),
    ("position named as in append", "POST", "/v1/pages", {"parent": {"page_id": "{root}"}, "position": {"type": "start"}}, 400, "validation_error", "body failed validation: body.position.type should be `\"after_block\"`, `\"page_start\"`, or `\"page_end\"`, instead was `\"start\"`."),
    ("body that is no object", "POST", "/v1/pages", [], 400, "validation_error", "body failed validation: body should be an object, instead was `[]`."),
    ("filter null", "POST", "/v1/search", {"filter": None}, 400, "validation_error", "body failed validation: body.filter should be an object or `undefined`, instead was `null`."),
    ("comments of no block", "GET", "/v1/comments", None, 400, "validation_error", "query failed validation: query.block_id should be defined, instead was `undefined`."),
    ("101 comments", "GET", "/v1/comments?block_id={root}&page_size=101", None, 400, "validation_error", "query failed validation: query.page_size should be ≤ `100` or `undefined`, instead was `101`."),
    ("no comments", "GET", "/v1/comments?block_id={root}&page_size=0", None, 400, "validation_error", "query failed validation: query.page_size should be ≥ `1` or `undefined`, instead was `0`."),
    ("cursor that is no id", "GET", "/v1/blocks/{root}/children?start_cursor=x", None, 400, "validation_error", 'query failed validation: query.start_cursor should be a valid uuid or `undefined`, instead was `"x"`.'),
    ("cursor of nobody", "GET", "/v1/users?start_cursor=bogus", None, 400, "validation_error", "The start_cursor provided is invalid: bogus"),
    ("comment with two texts", "POST", "/v1/comments", {"parent": {"page_id": "{root}"}, "rich_text": [], "markdown": "x"}, 400, "validation_error", 'body failed validation: body.markdown should be not present, instead was `"x"`.'),
    ("link that is none", "POST", "/v1/comments", {"parent": {"page_id": "{root}"}, "rich_text": [{"text": {"content": "x", "link": {"url": "no link"}}}]}, 400, "validation_error", "Invalid URL for link."),
    ("database at the top", "POST", "/v1/databases", {"parent": {"type": "workspace", "workspace": True}}, 400, "validation_error", "Internal integrations…"),
    ("page as database", "GET", "/v1/databases/{root}", None, 400, "validation_error", "Provided database_id {root} is a page, not a database.…"),
]  # fmt: skip


def _fill(value: Any, root: str) -> Any:
    if isinstance(value, str):
        return value.replace("{root}", root)
    if isinstance(value, dict):
        return {k: _fill(v, root) for k, v in value.items()}
    return [_fill(v, root) for v in value] if isinstance(value, list) else value


def _says(expected: str, message: str) -> bool:
    parts = expected.split("…")
    at = 0
    for part in parts:
        at = message.find(part, at)
        if at < 0:
            return False
    return "…" in expected or expected == message


@pytest.mark.parametrize(
    ("case", "method", "path", "body", "status", "code", "message"), REFUSED, ids=[r[0] for r in REFUSED]
)
def test_a_wrong_request_is_refused_in_the_vendors_words(
    raw: httpx.Client,
    sandbox: Sandbox,
    case: str,
    method: str,
    path: str,
    body: Any,
    status: int,
    code: str,
    message: str,
) -> None:
    root = sandbox.root_page_id
    before = sandbox.tree()
    answer = raw.request(method, _fill(path, root), json=_fill(body, root) if body is not None else None)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code)
    assert _says(_fill(message, root), said["message"]), said["message"]
    assert said["request_id"]
    assert sandbox.tree() == before


HEADERS: list[tuple[str, dict[str, str], str, int, str, str]] = [
    ("no token", {"notion-version": "2026-03-11"}, "/v1/users/me", 401, "unauthorized", 'Authorization header must use the format "Bearer <token>".'),
    ("wrong token", {"authorization": "Bearer ntn_wrong", "notion-version": "2026-03-11"}, "/v1/users/me", 401, "unauthorized", "API token is invalid."),
    ("route before token", {"notion-version": "2026-03-11"}, "/v1/nothing", 400, "invalid_request_url", "Invalid request URL."),
    ("token before version", {"authorization": "Bearer ntn_wrong"}, "/v1/users/me", 401, "unauthorized", "API token is invalid."),
    ("no version", {"authorization": "Bearer {token}"}, "/v1/users/me", 400, "missing_version", "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`."),
    ("version before id", {"authorization": "Bearer {token}"}, "/v1/pages/AAA", 400, "missing_version", "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`."),
]  # fmt: skip


@pytest.mark.parametrize(("case", "headers", "path", "status", "code", "message"), HEADERS, ids=[h[0] for h in HEADERS])
def test_headers_are_judged_in_the_recorded_order(
    sandbox: Sandbox, case: str, headers: dict[str, str], path: str, status: int, code: str, message: str
) -> None:
    sent = {k: v.replace("{token}", sandbox.token) for k, v in headers.items()}
    answer = httpx.get(sandbox.url + path, headers=sent)
    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (status, code, message)


def test_broken_json_comes_before_the_token(sandbox: Sandbox) -> None:
    answer = httpx.post(f"{sandbox.url}/v1/pages", content=b"{bad")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")
    assert answer.json()["message"] == "Error parsing JSON body."


def test_a_bare_title_and_echoed_plain_text_are_accepted(raw: httpx.Client, sandbox: Sandbox) -> None:
    title = [{"text": {"content": "T"}, "plain_text": "T", "href": None}]
    answer = raw.post("/v1/pages", json={"parent": {"page_id": sandbox.root_page_id}, "properties": {"title": title}})
    assert answer.status_code == 200


CAPABILITIES: list[tuple[str, str, str, Any]] = [
    ("read_content", "GET", "/v1/blocks/{root}", None),
    ("insert_content", "PATCH", "/v1/blocks/{root}/children", {"children": []}),
    ("update_content", "PATCH", "/v1/pages/{root}", {}),
    ("read_comments", "GET", "/v1/comments?block_id={root}", None),
    ("insert_comments", "POST", "/v1/comments", {"parent": {"page_id": "{root}"}, "rich_text": []}),
]


@pytest.mark.parametrize(("capability", "method", "path", "body"), CAPABILITIES, ids=[c[0] for c in CAPABILITIES])
def test_a_missing_capability_is_a_403(
    raw: httpx.Client, sandbox: Sandbox, capability: str, method: str, path: str, body: Any
) -> None:
    root = sandbox.root_page_id
    url, sent = _fill(path, root), _fill(body, root) if body is not None else None
    assert raw.request(method, url, json=sent).status_code == 200
    sandbox.integration(**{capability: False})
    answer = raw.request(method, url, json=sent)
    assert (answer.status_code, answer.json()["code"]) == (403, "restricted_resource")


def test_what_is_not_shared_is_not_found(raw: httpx.Client, sandbox: Sandbox) -> None:
    private = sandbox.act("mira@example.com", "create_page", parent=None, title="Private")["page"]
    answer = raw.get(f"/v1/pages/{private}")
    assert (answer.status_code, answer.json()["code"]) == (404, "object_not_found")
    assert answer.json()["additional_data"]["integration_id"]
    sandbox.integration(share=private)
    assert raw.get(f"/v1/pages/{private}").status_code == 200
    sandbox.integration(unshare=private)
    assert raw.get(f"/v1/pages/{private}").status_code == 404


def test_a_revoked_token_is_a_401(raw: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.integration(token_revoked=True)
    assert raw.get("/v1/users/me").json()["message"] == "API token is invalid."
    sandbox.integration(token_revoked=False)
    assert raw.get("/v1/users/me").status_code == 200


def test_insert_only_shows_no_more_than_an_id(raw: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.integration(read_content=False)
    made = raw.post("/v1/pages", json={"parent": {"page_id": sandbox.root_page_id}, "properties": {}}).json()
    assert set(made) == {"object", "id", "request_id"}


def test_old_versions_are_served_as_far_as_they_go(raw: httpx.Client, sandbox: Sandbox) -> None:
    old = {"notion-version": "2022-06-28"}
    made = raw.post(
        "/v1/databases",
        headers=old,
        json={"parent": {"type": "page_id", "page_id": sandbox.root_page_id}, "properties": {"Name": {"title": {}}}},
    ).json()
    assert list(made["properties"]) == ["Name"]
    assert "data_sources" not in made
    page = raw.post("/v1/pages", headers=old, json={"parent": {"database_id": made["id"]}, "properties": {}}).json()
    assert page["parent"] == {"type": "database_id", "database_id": made["id"]}
    found = raw.post(f"/v1/databases/{made['id']}/query", headers=old, json={}).json()
    assert [p["id"] for p in found["results"]] == [page["id"]]
    assert raw.get(f"/v1/data_sources/{NIL}", headers=old).json()["code"] == "invalid_request_url"
