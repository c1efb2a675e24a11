"""Requests bent at random: what the vendor's types refuse, the sandbox refuses too, and it never breaks on one."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from isms_bot.sandbox import app
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.notion.api import Api
from isms_bot.sandbox.notion.space import Space

JUNK: list[Any] = [None, True, 1, -1, "", "x", [], {}, {"a": 1}, [1], "2026-01-01", 1.5]
KEYS = [
    "type",
    "object",
    "id",
    "archived",
    "name",
    "text",
    "children",
    "rich_text",
    "paragraph",
    "color",
    "has_children",
    "url",
    "start",
]
TEXT = [
    {"type": "text", "text": {"content": "x", "link": {"url": "https://example.com"}}, "annotations": {"bold": True}}
]
TODO = {"to_do": {"rich_text": TEXT, "checked": True, "children": [{"quote": {"rich_text": TEXT}}]}}
BLOCKS: list[dict[str, Any]] = [
    {"object": "block", "type": "paragraph", "paragraph": {"rich_text": TEXT, "color": "default", "children": [TODO]}},
    {"heading_1": {"rich_text": TEXT, "is_toggleable": True, "children": [{"divider": {}}]}},
    {"callout": {"rich_text": TEXT, "icon": {"type": "emoji", "emoji": "x"}}},
    {"code": {"rich_text": TEXT, "language": "python"}},
    {"table": {"table_width": 1, "children": [{"table_row": {"cells": [TEXT]}}]}},
    {"column_list": {"children": [{"column": {"children": [TODO]}}]}},
    {"image": {"type": "external", "external": {"url": "https://example.com"}}},
    {"synced_block": {"synced_from": None, "children": [{"divider": {}}]}},
]


class Target:
    """A world in this process, and good requests to bend: (method, path, types, path parameters, body)."""

    def __init__(self) -> None:
        assert app.HANDLERS  # importing the application registers the routes
        self.world = open_world(seed=1)
        self.api = Api(Space(self.world))
        root, user = self.world.settings["root_page_id"], self.world.people()[0].id
        columns = {
            "Name": {"title": {}},
            "S": {"status": {"options": [{"name": "O"}]}},
            "K": {"select": {}},
            "D": {"date": {}},
            "P": {"people": {}},
            "N": {"number": {}},
        }
        made = self.call(
            "POST",
            "/v1/databases",
            {"parent": {"type": "page_id", "page_id": root}, "initial_data_source": {"properties": columns}},
        )
        database, source = made["id"], made["data_sources"][0]["id"]
        values = {
            "Name": {"title": TEXT},
            "S": {"status": {"name": "O"}},
            "K": {"select": {"name": "R"}},
            "D": {"date": {"start": "2026-01-01", "end": None}},
            "P": {"people": [{"object": "user", "id": user}]},
            "N": {"number": 1},
        }
        page = self.call(
            "POST", "/v1/pages", {"parent": {"data_source_id": source}, "properties": values, "children": BLOCKS}
        )["id"]
        wanted = {
            "and": [
                {"property": "S", "status": {"equals": "O"}},
                {
                    "or": [
                        {"property": "D", "date": {"before": "2026-01-01"}},
                        {"property": "N", "number": {"greater_than": 1}},
                    ]
                },
            ]
        }
        self.good: list[tuple[str, str, str, dict[str, str], dict[str, Any]]] = [
            ("POST", "/v1/pages", "CreatePageParameters", {}, {"parent": {"data_source_id": source}, "properties": values, "children": BLOCKS}),
            ("PATCH", f"/v1/pages/{page}", "UpdatePageParameters", {"page_id": page}, {"properties": values, "is_locked": False, "icon": None}),
            ("PATCH", f"/v1/blocks/{page}/children", "AppendBlockChildrenParameters", {"block_id": page}, {"children": BLOCKS, "position": {"type": "start"}}),
            ("POST", f"/v1/data_sources/{source}/query", "QueryDataSourceParameters", {"data_source_id": source}, {"filter": wanted, "page_size": 10}),
            ("PATCH", f"/v1/data_sources/{source}", "UpdateDataSourceParameters", {"data_source_id": source}, {"properties": {"K": {"select": {"options": [{"name": "R"}]}}}}),
            ("POST", "/v1/databases", "CreateDatabaseParameters", {}, {"parent": {"type": "page_id", "page_id": root}, "title": TEXT, "initial_data_source": {"properties": columns}}),
            ("PATCH", f"/v1/databases/{database}", "UpdateDatabaseParameters", {"database_id": database}, {"title": TEXT, "is_locked": True}),
            ("POST", "/v1/comments", "CreateCommentParameters", {}, {"parent": {"page_id": page}, "rich_text": TEXT}),
            ("POST", "/v1/search", "SearchParameters", {}, {"query": "x", "filter": {"property": "object", "value": "page"}}),
        ]  # fmt: skip

    def call(self, method: str, path: str, body: Any) -> Any:
        headers = {"authorization": f"Bearer {self.world.integration.token}", "notion-version": "2026-03-11"}
        answer = self.api.answer(method, path, [], headers, json.dumps(body).encode())
        return json.loads(answer.body)


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*at, key))


def _bent(body: Any, dice: random.Random) -> Any:
    body = copy.deepcopy(body)
    at = dice.choice(list(_places(body)))
    holder = body
    for key in at[:-1]:
        holder = holder[key]
    throw = dice.random()
    if throw < 0.3:
        del holder[at[-1]]
    elif throw < 0.65 or isinstance(holder, list):
        holder[at[-1]] = copy.deepcopy(dice.choice(JUNK))
    else:
        holder[dice.choice(KEYS)] = copy.deepcopy(dice.choice(JUNK))
    return body


def test_good_requests_are_accepted() -> None:
    target = Target()
    for method, path, _types, _params, body in target.good:
        assert target.call(method, path, body)["object"] != "error", (method, path)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_the_types_refuse_is_refused(judge: Any, seed: int) -> None:
    if judge is None:
        pytest.skip(
            "no .contracts/ here: run make contracts FROM=DIR; requests were not held against the vendor's types"
        )
    target, dice = Target(), random.Random(seed)
    validators = {
        types: Draft7Validator({**judge.schemas["2026-03-11"], "$ref": f"#/definitions/{types}"})
        for _, _, types, _, _ in target.good
    }
    accepted = []
    for _ in range(150):
        method, path, types, params, body = dice.choice(target.good)
        bent = _bent(body, dice)
        answer = target.call(method, path, bent)
        if answer["object"] != "error" and not validators[types].is_valid({**bent, **params}):
            accepted.append((method, path, bent))
    assert accepted == []
