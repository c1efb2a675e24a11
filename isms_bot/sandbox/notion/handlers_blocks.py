"""Blocks: retrieve, update, delete, children."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion import blocks, errors, grammar
from isms_bot.sandbox.notion.api import Call, paged, route
from isms_bot.sandbox.notion.model import Block, Json, Page
from isms_bot.sandbox.notion.shapes import listing
from isms_bot.sandbox.notion.validation import canonical


@route("GET", "/v1/blocks/{block_id}")
def retrieve_block(call: Call) -> Json:
    call.need("read_content")
    return call.shapes.block(call.block(call.params["block_id"]))


@route("PATCH", "/v1/blocks/{block_id}")
def update_block(call: Call) -> Json:
    call.check(grammar.block_update(call.old))
    call.need("update_content")
    block = call.block(call.params["block_id"])
    body = {key: value for key, value in call.body.items() if key != "type"}
    trash = body.pop("in_trash", body.pop("archived", None))
    body.pop("archived", None)
    if trash is False and block.in_trash:
        block = call.space.set_trash(block, False, call.bot)
    if body:
        call.space.require_editable(block)
        block = _edit(call, block, body)
    if trash:
        block = call.space.set_trash(block, True, call.bot)
    return call.shapes.block(call.space.world.records[block.id])


def _edit(call: Call, block: Any, body: Json) -> Block:
    expected = block.type if isinstance(block, Block) else call.shapes.block(block)["type"]
    if not isinstance(block, Block) or list(body) != [expected]:
        raise errors.invalid(f"Expected block type {expected} in request body")
    sent = body[expected]
    if expected == "synced_block":
        raise errors.invalid("synced_block content cannot be updated.")
    if expected == "table_row" and len(sent["cells"]) != len(block.content["cells"]):
        raise errors.invalid("Number of cells in table row must match the table width of the parent table")
    return call.space.edit_block(block, blocks.content(call.space, expected, sent, block.content), call.bot)


@route("DELETE", "/v1/blocks/{block_id}")
def delete_block(call: Call) -> Json:
    call.need("update_content")
    block = call.block(call.params["block_id"])
    call.space.require_editable(block)
    call.space.set_trash(block, True, call.bot)
    return call.shapes.block(call.space.world.records[block.id])


@route("GET", "/v1/blocks/{block_id}/children")
def list_children(call: Call) -> Json:
    call.need("read_content")
    block = call.block(call.params["block_id"])
    size = call.size()
    cursor = call.uuid_query("start_cursor")
    if isinstance(block, Block) and block.type == "synced_block" and block.content["synced_from"]:
        original = call.space.find(block.content["synced_from"]["block_id"])
        block = original if isinstance(original, Block) else block
    items = call.space.children(block) if isinstance(block, Page | Block) else []
    page, following = paged(items, cursor, size)
    return _blocks(call, page, following)


def _blocks(call: Call, items: list[Any], cursor: str | None = None) -> Json:
    return listing("block", [call.shapes.block(item) for item in items], cursor)


@route("PATCH", "/v1/blocks/{block_id}/children")
def append(call: Call) -> Json:
    call.check(grammar.append(call.old))
    call.need("insert_content")
    parent = call.block(call.params["block_id"])
    call.space.require_editable(parent)
    sprouts = blocks.sprouts(call.space, call.body["children"])
    if not isinstance(parent, Page | Block) or not _takes(parent, sprouts):
        kind = call.shapes.block(parent)["type"]
        raise errors.invalid(f"Block type {kind} does not support children: {parent.id}")
    after, first = _where(call, parent)
    made = call.space.append(parent, sprouts, call.bot, after=after, first=first)
    call.committed_id, call.committed_children = parent.id, made
    # With `after` the answer holds the new blocks and every sibling that follows them (recorded).
    current = call.space.world.records[parent.id]
    following = call.space.children(current)
    start = next((i for i, node in enumerate(following) if node.id in made), len(following))
    end = None if after is not None else start + len(made)
    return _blocks(call, following[start:end])


def _where(call: Call, parent: Page | Block) -> tuple[str | None, bool]:
    body = call.body
    wanted = body.get("position") or (
        {"type": "after_block", "after_block": {"id": body["after"]}} if "after" in body else None
    )
    if wanted is None or wanted["type"] == "end":
        return None, False
    if wanted["type"] == "start":
        return None, True
    after = canonical(wanted["after_block"]["id"])
    if after not in {child.id for child in call.space.children(parent)}:
        raise call.missing("block", after)
    return after, False


_CHILDLESS = (
    "divider", "breadcrumb", "table_of_contents", "equation", "code", "bookmark", "embed", "link_to_page", "image",
    "video", "pdf", "audio", "file", "table_row", "unsupported", "link_preview",
)  # fmt: skip


def _takes(parent: Page | Block, sprouts: list[Any]) -> bool:
    if isinstance(parent, Page):
        return all(kind not in {"table_row", "column"} for kind, _, _ in sprouts)
    if parent.type == "table":
        width = parent.content["table_width"]
        if any(kind == "table_row" and len(content["cells"]) != width for kind, content, _ in sprouts):
            raise errors.invalid("Number of cells in table row must match the table width of the parent table")
        return all(kind == "table_row" for kind, _, _ in sprouts)
    if parent.type == "column_list":
        return all(kind == "column" for kind, _, _ in sprouts)
    if parent.type in grammar.HEADINGS and not parent.content.get("is_toggleable"):
        return False
    return parent.type not in _CHILDLESS and all(kind not in {"table_row", "column"} for kind, _, _ in sprouts)
