"""How a copy is cut into requests: whole, in order, within the grammar, and never more writes than the bound."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isms_bot.model import Content, Page, Snapshot, Source
from isms_bot_notion import clone
from isms_bot_notion.blocks import Node, Tree
from isms_bot_notion.clone import ARRAY, BLOCKS, Placed, lower_bound, plan, render, writes
from isms_bot_notion.payload import Payload
from tests.contract import contracts

Json = dict[str, Any]


def rich(text: str) -> list[Json]:
    return [{"type": "text", "text": {"content": text}}]


def node(kind: str, text: str = "", *children: Node) -> Node:
    """A block of a payload."""
    match kind:
        case "table":
            return Node(kind, {"table_width": 1, "has_column_header": False, "has_row_header": False}, children)
        case "table_row":
            return Node(kind, {"cells": [rich(text)]})
        case "divider" | "column_list" | "column" | "tab":
            return Node(kind, {}, children)
    return Node(kind, {"rich_text": rich(text)}, children)


def nested(levels: int, width: int, path: str = "") -> Node:
    """A list item with `width` children on each of `levels` levels."""
    children = [nested(levels - 1, width, f"{path}.{number}") for number in range(width)] if levels else []
    return node("bulleted_list_item", f"item{path}", *children)


def rows(count: int) -> tuple[Node, ...]:
    return tuple(node("table_row", f"row {number}") for number in range(count))


def items(count: int) -> tuple[Node, ...]:
    return tuple(node("to_do", f"step {number}") for number in range(count))


def table(count: int) -> Node:
    return node("table", "", *rows(count))


def bag(*sizes: int) -> Node:
    """A toggle of so many blocks per branch, itself and the branches' heads not counted."""
    return node("toggle", "bag", *(node("toggle", "branch", *items(size)) for size in sizes))


def snapshot(tree: Tree) -> Snapshot:
    page = Page("p", Source.PROCEDURES, "Procedure")
    return Snapshot(page, Content(page, (), (), "", ""), "", Payload(tree))


def sent(tree: Tree) -> list[tuple[str, list[Json]]]:
    """(parent, children) of every write, in the order in which the connector sends them; "" is the new page."""
    log: list[tuple[str, list[Json]]] = []

    def follow(placed: Placed) -> None:
        for child in placed.inline:
            follow(child)
        for request in placed.rest:
            log.append((name(placed.node), [render(one) for one in request]))
            for one in request:
                follow(one)

    for request in plan(tree):
        log.append(("", [render(one) for one in request]))
        for one in request:
            follow(one)
    return log


def name(of: Node) -> str:
    """A name for a block that its parent's requests can be told by."""
    return f"{of.type}#{id(of)}"


def rebuilt(tree: Tree) -> list[Json]:
    """What stands on the page after all writes, from the requests alone."""

    def follow(placed: Placed) -> Json:
        made = [follow(child) for child in placed.inline]
        made += [follow(one) for request in placed.rest for one in request]
        return {"type": placed.node.type, "body": dict(placed.node.body), "children": made}

    return [follow(placed) for request in plan(tree) for placed in request]


def wanted(tree: Tree) -> list[Json]:
    return [{"type": one.type, "body": dict(one.body), "children": wanted(one.children)} for one in tree]


COUNTEREXAMPLE: Tree = (
    node("bulleted_list_item", "branch", *(table(count) for count in (65, 69, 75, 124))),
    node("column_list", "", node("column", "", table(34)), node("column", "", *items(2), table(106))),
    node(
        "column_list",
        "",
        node("column"),
        node("column", "", *items(1), table(8)),
        node("column", "", table(66), table(118)),
    ),
    node(
        "column_list",
        "",
        node("column", "", *items(2), table(130)),
        node("column", "", *items(1), table(52)),
        node("column", "", *items(1), table(122), table(129)),
    ),
)
"""Filled to the brim, the first request would hold more than 1,000 blocks; the six long tables need an append each anyway."""

SHAPES: dict[str, tuple[Tree, int]] = {
    "empty": ((), 1),
    "one block": (items(1), 1),
    "a hundred": (items(100), 1),
    "a hundred and one": (items(101), 2),
    "three thousand in a row": (items(3000), 30),
    "three levels fit": ((nested(2, 3),), 1),
    "four levels": ((nested(3, 2),), 2),
    "four levels, many branches": ((nested(3, 5),), 2),
    "seven levels in a chain": ((nested(6, 1),), 3),
    "a hundred and one children": ((node("toggle", "t", *items(101)),), 2),
    "two containers of a hundred and one": ((node("toggle", "t", *items(101)), node("toggle", "u", *items(101))), 3),
    "a table with 250 rows": ((node("table", "", *rows(250)),), 3),
    "a table on the top floor": ((node("toggle", "a", node("toggle", "b", node("table", "", *rows(3)))),), 2),
    "a table between texts on the top floor": (
        (node("toggle", "a", node("toggle", "b", *items(2), node("table", "", *rows(3)), *items(2))),),
        2,
    ),
    "columns": (
        (node("column_list", "", node("column", "", nested(1, 2)), node("column", "", node("table", "", *rows(2)))),),
        1,
    ),
    "columns with three levels below": (
        (node("column_list", "", node("column", "", nested(2, 2)), node("column", "", *items(2))),),
        2,
    ),
    "columns in a toggle": ((node("toggle", "t", node("column_list", "", node("column", "", *items(1)))),), 2),
    "a tab": ((node("tab", "", node("paragraph", "one", *items(2)), node("paragraph", "two")),), 1),
    "a tab on the top floor": (
        (node("toggle", "a", node("toggle", "b", node("tab", "", node("paragraph", "one", *items(2))))),),
        2,
    ),
    "three thousand, nested": (tuple(nested(1, 9, str(number)) for number in range(300)), 3),
    "ten tables of 124 rows, each with room in what is appended anyway": (tuple(table(124) for _ in range(10)), 11),
    "one long table among many that just fit": ((table(101), *(table(99) for _ in range(15))), 3),
    "a container in the middle that is worth a request of its own": (
        (bag(99, 99, 99, 99), bag(99, 99, 99, 99, 99, 99), bag(99, 99, 99, 99)),
        2,
    ),
    "columns that are too many blocks for one request": (
        (node("column_list", "", *(node("column", "", *bag(*[99] * 6).children) for _ in range(2))),),
        2,
    ),
}


@pytest.mark.parametrize(("tree", "least"), SHAPES.values(), ids=SHAPES.keys())
def test_a_copy_takes_the_fewest_writes(tree: Tree, least: int) -> None:
    assert (writes(plan(tree)), lower_bound(snapshot(tree)), max(1, len(sent(tree)))) == (least, least, least)


@pytest.mark.parametrize(("tree", "least"), SHAPES.values(), ids=SHAPES.keys())
def test_every_block_is_written_once_and_in_order(tree: Tree, least: int) -> None:
    assert rebuilt(tree) == wanted(tree)


@pytest.mark.parametrize(("tree", "least"), SHAPES.values(), ids=SHAPES.keys())
def test_every_request_is_within_the_limits(tree: Tree, least: int) -> None:
    for _, children in sent(tree):
        assert _counted(children) <= BLOCKS
        assert _longest(children) <= ARRAY


@pytest.mark.skipif(not contracts.available(), reason=contracts.MISSING)
@pytest.mark.parametrize(("tree", "least"), SHAPES.values(), ids=SHAPES.keys())
def test_every_request_is_within_the_grammar_of_the_vendor(tree: Tree, least: int) -> None:
    for _, children in sent(tree):
        path = "/v1/blocks/11111111-1111-4111-8111-111111111111/children"
        if len(str(children)) < 200_000:
            assert contracts.validate_request("PATCH", path, {"children": children[:20]}) == []


def test_a_block_that_is_too_heavy_below_is_split_and_stays_whole() -> None:
    heavy = (node("toggle", "t", *(nested(1, 99, str(number)) for number in range(20))),)

    requests = sent(heavy)

    assert rebuilt(heavy) == wanted(heavy)
    assert max(_counted(children) for _, children in requests) <= BLOCKS
    assert lower_bound(snapshot(heavy)) <= len(requests) <= lower_bound(snapshot(heavy)) + 1


def test_half_a_megabyte_of_text_is_spread_over_requests() -> None:
    long = tuple(Node("paragraph", {"rich_text": rich("x" * 2000) * 10}) for _ in range(60))

    requests = sent(long)

    assert len(requests) >= 3
    assert all(len(str(children)) < 500_000 for _, children in requests)


def test_two_columns_of_long_text_are_made_together_and_filled_one_by_one() -> None:
    long = (Node("paragraph", {"rich_text": rich("x" * 2000) * 10}),) * 15
    columns = (node("column_list", "", node("column", "", *long), node("column", "", *long)),)

    requests = sent(columns)

    assert rebuilt(columns) == wanted(columns)
    assert len(requests) == 2
    assert len(requests[0][1][0]["column_list"]["children"]) == 2
    assert all(len(str(children)) < 500_000 for _, children in requests)


KINDS = ("bulleted_list_item", "to_do", "toggle", "paragraph")


def _trees() -> st.SearchStrategy[Node]:
    leaf = st.builds(lambda kind: node(kind, "leaf"), st.sampled_from(KINDS)) | st.builds(
        lambda count: node("table", "", *rows(count)), st.integers(1, 130)
    )
    return st.recursive(
        leaf,
        lambda below: (
            st.builds(
                lambda kind, children: node(kind, "branch", *children),
                st.sampled_from(KINDS),
                st.lists(below, max_size=6),
            )
            | st.builds(
                lambda columns: node("column_list", "", *(node("column", "", *one) for one in columns)),
                st.lists(st.lists(below, max_size=3), min_size=2, max_size=3),
            )
        ),
        max_leaves=25,
    )


@settings(max_examples=80, deadline=None)
@example(COUNTEREXAMPLE)
@given(st.lists(_trees(), max_size=6).map(tuple))
def test_any_tree_is_written_whole_in_the_fewest_writes(tree: Tree) -> None:
    requests = sent(tree)

    assert rebuilt(tree) == wanted(tree)
    assert max(1, len(requests)) == writes(plan(tree)) == lower_bound(snapshot(tree))
    assert all(_floors(child, 0) for _, children in requests for child in children)
    assert max([0, *(_longest(children) for _, children in requests)]) <= ARRAY
    assert max([0, *(_counted(children) for _, children in requests)]) <= BLOCKS


def _small_trees() -> st.SearchStrategy[Node]:
    leaf = st.just(node("to_do", "leaf")) | st.builds(table, st.integers(1, 6))
    return st.recursive(
        leaf,
        lambda below: (
            st.builds(lambda children: node("toggle", "branch", *children), st.lists(below, max_size=5))
            | st.builds(
                lambda columns: node("column_list", "", *(node("column", "", *one) for one in columns)),
                st.lists(st.lists(below, max_size=3), min_size=1, max_size=4),
            )
        ),
        max_leaves=16,
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(_small_trees(), max_size=5).map(tuple), st.integers(2, 4), st.integers(4, 12))
def test_the_bound_is_what_trying_every_copy_finds(tree: Tree, array: int, blocks: int) -> None:
    """Under limits so small that every way to cut a tree can be tried, and that every tree runs into them."""
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(clone, "ARRAY", array)
        limits.setattr(clone, "BLOCKS", blocks)
        least = min(_every_run(tree, array, blocks)) if tree else 1

        assert (lower_bound(snapshot(tree)), writes(plan(tree))) == (least, least)
        assert rebuilt(tree) == wanted(tree)


def _every_run(siblings: Tree, array: int, blocks: int) -> set[int]:
    """The writes of every way to append siblings to one parent."""
    states = {(0, array, 0)}
    for one in siblings:
        ways = _every_way(one, 0, array, blocks)
        joined = {
            (cost + more, length + 1, held + size)
            for cost, length, held in states
            for more, size in ways
            if cost and length < array and held + size <= blocks
        }
        states = joined | {(cost + 1 + more, 1, size) for cost, _, _ in states for more, size in ways}
    return {cost for cost, _, _ in states}


def _every_way(one: Node, floor: int, array: int, blocks: int) -> set[tuple[int, int]]:
    """(writes besides, blocks that travel) of every way to carry a block on a floor; none if it may not stand there."""
    if floor > {"column_list": 0, "column": 0, "table": 1, "table_row": 3}.get(one.type, 2):
        return set()
    first = min({"table": 1, "column_list": 2}.get(one.type, 0), len(one.children))
    above = floor if one.type in ("column_list", "table") else floor + 1
    ways: set[tuple[int, int]] = set()
    ahead = {(0, 1)}
    for count in range(min(array, len(one.children)) + 1):
        if count:
            further = _every_way(one.children[count - 1], above, array, blocks)
            ahead = {(w + more, s + size) for w, s in ahead for more, size in further if s + size <= blocks}
        if count >= first:
            behind = _every_run(one.children[count:], array, blocks)
            ways |= {(w + more, s) for w, s in ahead for more in behind}
    return ways


def _counted(children: list[Json]) -> int:
    return sum(1 + _counted(child[child["type"]].get("children", [])) for child in children)


def _longest(children: list[Json]) -> int:
    return max([len(children), *(_longest(child[child["type"]].get("children", [])) for child in children)])


def _floors(block: Json, floor: int) -> bool:
    """The grammar, said once more and differently: what may stand on which floor of a request."""
    kind = block["type"]
    body = block[kind]
    if kind == "column_list":
        columns = body["children"]
        return floor == 0 and all(_floors(child, 1) for column in columns for child in column["column"]["children"])
    if kind == "table":
        return floor <= 1 and bool(body["children"]) and all(row["type"] == "table_row" for row in body["children"])
    if kind == "column":
        return floor == 0 and all(_floors(child, 1) for child in body["children"])
    if "children" not in body:
        return True
    return floor < 2 and all(_floors(child, floor + 1) for child in body["children"])
