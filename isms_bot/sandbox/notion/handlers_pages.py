"""Pages: create, retrieve, update, move, one property."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from isms_bot.sandbox.notion import blocks, errors, grammar_pages, richtext, values
from isms_bot.sandbox.notion.api import Call, route
from isms_bot.sandbox.notion.model import DataSource, Json, Page
from isms_bot.sandbox.notion.validation import canonical

LISTS = ("title", "rich_text", "relation", "people")


@route("POST", "/v1/pages")
def create(call: Call) -> Json:
    call.check(grammar_pages.PAGE_CREATE)
    call.need("insert_content")
    body = call.body
    parent = _parent(call, body.get("parent"))
    _supported(body)
    children = body.get("children") or body.get("content") or []
    requested = body.get("properties", {})
    if isinstance(parent, DataSource):
        stored = values.store_row(call.space, parent, requested, call.bot)
    else:
        stored = _title_only(requested)
    after, first = _position(call, parent, body.get("position"))
    page = call.space.make_page(
        call.bot,
        call.space.world.records[parent.id],
        stored,
        sprouts=blocks.sprouts(call.space, children),
        after=after,
        first=first,
        icon=blocks.icon(call.space, body.get("icon")),
        cover=blocks.icon(call.space, body.get("cover")),
    )
    values.mirror_relations(call.space, page, {})
    call.committed_id = page.id
    return shown(call, page)


def _supported(body: Json) -> None:
    if "markdown" in body or body.get("template", {}).get("type", "none") != "none":
        raise errors.invalid("The sandbox does not emulate markdown and templates on pages.")


def shown(call: Call, page: Page) -> Json:
    """The page as it is now; only its id without the capability to read."""
    if not call.space.world.integration.read_content:
        return {"object": "page", "id": page.id}
    return call.shapes.page(call.space.world.records[page.id], _only(call, page))


def _parent(call: Call, wanted: Json | None) -> Page | DataSource:
    if wanted is None or "workspace" in wanted:
        raise errors.invalid(
            "Provide a `parent.page_id` or `parent.database_id` parameter to create a page, or use a public integration."
        )
    if "page_id" in wanted:
        parent: Page | DataSource = call.page(wanted["page_id"])
    elif "data_source_id" in wanted:
        parent = call.data_source(wanted["data_source_id"])
    else:
        parent = call.sole_source(call.database(wanted["database_id"]))
    call.space.require_editable(parent)
    return parent


def _title_only(requested: Json) -> Json:
    for name in requested:
        if name != "title":
            raise errors.invalid(f"{name} is not a property that exists.")
    sent = requested.get("title", [])
    items = sent if isinstance(sent, list) else sent.get("title")
    if items is None:
        raise errors.invalid("title is expected to be title.")
    return {"title": richtext.store(items)}


def _position(call: Call, parent: Any, wanted: Json | None) -> tuple[str | None, bool]:
    if wanted is None:
        return None, False
    if isinstance(parent, DataSource):
        raise errors.invalid("position is only supported for pages whose parent is a page.")
    if wanted["type"] == "after_block":
        after = canonical(wanted["after_block"]["id"])
        if after not in parent.children:
            raise call.missing("block", after)
        return after, False
    return None, wanted["type"] == "page_start"


@route("GET", "/v1/pages/{page_id}")
def retrieve(call: Call) -> Json:
    call.need("read_content")
    return shown(call, call.page(call.params["page_id"]))


def _only(call: Call, page: Page) -> set[str] | None:
    wanted = call.many("filter_properties")
    if not wanted:
        return None
    for key in wanted:
        if call.shapes.property_column(page, key) is None:
            raise errors.invalid(f"Could not find property with name or id: {key}")
    return set(wanted)


@route("PATCH", "/v1/pages/{page_id}")
def update(call: Call) -> Json:
    call.check(grammar_pages.page_update(call.old))
    call.need("update_content")
    page = call.page(call.params["page_id"])
    body = dict(call.body)
    trash = body.pop("in_trash", body.pop("archived", None))
    body.pop("archived", None)
    _supported(body)
    if trash is False and page.in_trash:
        page = call.space.set_trash(page, False, call.bot)
    if body or trash is None:
        call.space.require_editable(page)
    _change(call, page, body)
    if trash:
        call.space.set_trash(call.space.world.records[page.id], True, call.bot)
    return shown(call, page)


def _change(call: Call, page: Page, body: Json) -> None:
    space = call.space
    if body.get("erase_content"):
        space.erase(page, call.bot)
    changes: Json = {key: body[key] for key in ("is_locked", "is_archived") if key in body}
    changes |= {key: blocks.icon(call.space, body[key]) for key in ("icon", "cover") if key in body}
    if body.get("properties"):
        source = space.world.get(DataSource, page.data_source_id or "")
        sent = body["properties"]
        new = values.store_row(space, source, sent, call.bot) if source else _title_only(sent)
        changes["values"] = {**page.values, **new}
    if not changes:
        return
    current = space.world.records[page.id]
    values.mirror_relations(space, space.edited(current, call.bot, **changes), page.values)


@route("POST", "/v1/pages/{page_id}/move")
def move(call: Call) -> Json:
    call.check(grammar_pages.PAGE_MOVE)
    call.need("update_content")
    page = call.page(call.params["page_id"])
    wanted = call.body["parent"]
    to = call.page(wanted["page_id"]) if "page_id" in wanted else call.data_source(wanted["data_source_id"])
    call.space.require_editable(page)
    call.space.require_editable(to)
    if page in call.space.line(to):
        raise errors.invalid("Cannot move a page into itself or one of its descendants.")
    return shown(call, call.space.move_page(page, to, call.bot))


@route("GET", "/v1/pages/{page_id}/properties/{property_id}")
def one_property(call: Call) -> Json:
    call.need("read_content")
    page = call.page(call.params["page_id"])
    key = call.params["property_id"]
    column = call.shapes.property_column(page, key)
    if column is None:
        raise errors.invalid(f"Could not find property with name or id: {key}")
    size = call.size()
    shown_id = quote(column["id"], safe="")
    kind = column["type"]
    value = call.shapes.values.raw(column, page)
    if kind not in LISTS:
        return {"object": "property_item", "type": kind, "id": shown_id, kind: value}
    start = _offset(call)
    items = [{"object": "property_item", "type": kind, "id": shown_id, kind: v} for v in value[start : start + size]]
    more = len(value) > start + size
    cursor = _cursor(page, start + size) if more else None
    base = call.space.world.settings.get("base_url", "")
    next_url = f"{base}/v1/pages/{page.id}/properties/{shown_id}?start_cursor={cursor}" if cursor else None
    return {
        "object": "list",
        "results": items,
        "next_cursor": cursor,
        "has_more": more,
        "type": "property_item",
        "property_item": {"id": shown_id, "next_url": next_url, "type": kind, kind: {}},
    }


def _cursor(page: Page, offset: int) -> str:
    return f"{page.id[:24]}{offset:012x}"


def _offset(call: Call) -> int:
    cursor = call.one("start_cursor")
    if cursor is None:
        return 0
    call.uuid_query("start_cursor")
    if cursor[:24] != canonical(call.params["page_id"])[:24]:
        raise errors.bad_cursor(cursor)
    return int(cursor[24:], 16)
