"""Databases, data sources, queries and search."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from isms_bot.sandbox.notion import blocks, errors, grammar_data, grammar_queries, richtext, schema
from isms_bot.sandbox.notion.api import VERSIONS, Call, paged, route
from isms_bot.sandbox.notion.model import Database, DataSource, Json, Page
from isms_bot.sandbox.notion.query import compile_filter, sort_rows
from isms_bot.sandbox.notion.shapes import listing
from isms_bot.sandbox.notion.validation import canonical, mapping, record, require

SINCE_DATA_SOURCES = VERSIONS[1:]
_OLD_CREATE = record(
    {"parent": mapping(lambda _v, _p: []), "properties": grammar_data.SCHEMA},
    dict.fromkeys(("title", "description", "is_inline", "icon", "cover"), lambda _v, _p: []),
)


@route("POST", "/v1/databases")
def create_database(call: Call) -> Json:
    call.check(_OLD_CREATE if call.version == VERSIONS[0] else grammar_data.DATABASE_CREATE)
    call.need("insert_content")
    body = call.body
    if "page_id" not in body["parent"]:
        raise errors.invalid("Internal integrations cannot create databases at the workspace level.")
    parent = call.page(body["parent"]["page_id"])
    call.space.require_editable(parent)
    requested = body.get("properties") or body.get("initial_data_source", {}).get("properties", {})
    title = richtext.store(body["title"]) if "title" in body else richtext.of("New database")
    database = call.space.make_database(
        call.bot,
        parent,
        title=title,
        properties=schema.columns(call.space, requested),
        description=richtext.store(body.get("description", [])),
        is_inline=body.get("is_inline", False),
        icon=blocks.icon(call.space, body.get("icon")),
        cover=blocks.icon(call.space, body.get("cover")),
    )
    schema.connect_relations(call.space, call.space.world.records[database.data_sources[0]], call.bot)
    call.committed_id = database.id
    return call.shapes.database(call.space.world.records[database.id])


@route("GET", "/v1/databases/{database_id}")
def retrieve_database(call: Call) -> Json:
    call.need("read_content")
    return call.shapes.database(call.database(call.params["database_id"]))


@route("PATCH", "/v1/databases/{database_id}", versions=SINCE_DATA_SOURCES)
def update_database(call: Call) -> Json:
    call.check(grammar_data.database_update(call.old))
    call.need("update_content")
    database = call.database(call.params["database_id"])
    body = dict(call.body)
    trash = body.pop("in_trash", body.pop("archived", None))
    body.pop("archived", None)
    if trash is False and database.in_trash:
        database = call.space.set_trash(database, False, call.bot)
    if body:
        call.space.require_editable(database)
        changes: Json = {key: richtext.store(body[key]) for key in ("title", "description") if key in body}
        changes |= {key: body[key] for key in ("is_inline", "is_locked") if key in body}
        changes |= {key: blocks.icon(call.space, body[key]) for key in ("icon", "cover") if key in body}
        if "page_id" in body.get("parent", {}):
            changes["parent_id"] = _moved(call, database, body["parent"]["page_id"])
            database = call.space.world.records[database.id]
        database = call.space.edited(database, call.bot, **changes)
    if trash:
        database = call.space.set_trash(database, True, call.bot)
    return call.shapes.database(database)


def _moved(call: Call, database: Database, to: str) -> str:
    target = call.page(to)
    call.space.relocate(database, target)
    return target.id


@route("POST", "/v1/data_sources", versions=SINCE_DATA_SOURCES)
def create_data_source(call: Call) -> Json:
    call.check(grammar_data.DATA_SOURCE_CREATE)
    call.need("insert_content")
    body = call.body
    database = call.database(body["parent"]["database_id"])
    call.space.require_editable(database)
    source = call.space.make_data_source(
        call.bot,
        database,
        richtext.store(body.get("title", [])),
        schema.columns(call.space, body["properties"]),
        icon=blocks.icon(call.space, body.get("icon")),
    )
    source = schema.connect_relations(call.space, source, call.bot)
    call.committed_id = source.id
    return call.shapes.data_source(source)


@route("GET", "/v1/data_sources/{data_source_id}", versions=SINCE_DATA_SOURCES)
def retrieve_data_source(call: Call) -> Json:
    call.need("read_content")
    return call.shapes.data_source(call.data_source(call.params["data_source_id"]))


@route("GET", "/v1/data_sources/{data_source_id}/templates", versions=SINCE_DATA_SOURCES)
def list_templates(call: Call) -> Json:
    """No object, no results, no request_id (recorded). The sandbox keeps no templates."""
    call.need("read_content")
    call.data_source(call.params["data_source_id"])
    return {"templates": [], "has_more": False, "next_cursor": None}


@route("PATCH", "/v1/data_sources/{data_source_id}", versions=SINCE_DATA_SOURCES)
def update_data_source(call: Call) -> Json:
    call.check(grammar_data.data_source_update(call.old))
    call.need("update_content")
    space, body = call.space, dict(call.body)
    source = call.data_source(call.params["data_source_id"])
    trash = body.pop("in_trash", body.pop("archived", None))
    body.pop("archived", None)
    if trash is False and source.in_trash:
        source = space.set_trash(source, False, call.bot)
    if body:
        space.require_editable(source)
    for name, wanted in body.get("properties", {}).items():
        source = _change_column(call, space.world.records[source.id], name, wanted)
    source = schema.connect_relations(space, space.world.records[source.id], call.bot)
    changes: Json = {"title": richtext.store(body["title"])} if "title" in body else {}
    if "icon" in body:
        changes["icon"] = blocks.icon(call.space, body["icon"])
    if "parent" in body:
        changes["database_id"] = space.move_data_source(source, call.database(body["parent"]["database_id"]), call.bot)
    if changes:
        source = space.edited(space.world.records[source.id], call.bot, **changes)
    if trash:
        source = space.set_trash(source, True, call.bot)
    return call.shapes.data_source(source)


def _change_column(call: Call, source: DataSource, name: str, wanted: Json | None) -> DataSource:
    """Add, rename, remove or re-configure one column."""
    space = call.space
    column = schema.find(source, name)
    if wanted is None:
        if column is None:
            raise errors.invalid(f"{name} is not a property that exists.")
        return schema.remove(space, source, column, call.bot)
    kinds = [key for key in wanted if key not in {"name", "type", "description"}]
    if column is None:
        if not kinds:
            raise errors.invalid(f"{name} is not a property that exists.")
        if kinds[0] == "title":
            raise errors.invalid("Cannot create new title property")
        new = schema.column_of(space, wanted.get("name", name), wanted, source.properties)
        return space.edited(source, call.bot, properties={**source.properties, new["id"]: new})  # type: ignore[no-any-return]
    if kinds:
        source = schema.retype(space, source, column, kinds[0], wanted[kinds[0]], call.bot)
    if "name" in wanted and wanted["name"] != column["name"]:
        source = schema.rename(space, source, column, wanted["name"], call.bot)
    if "description" in wanted:
        described = {**source.properties[column["id"]], "description": wanted["description"]}
        source = space.edited(source, call.bot, properties={**source.properties, column["id"]: described})
    return source


# -- queries


@route("POST", "/v1/databases/{database_id}/query", versions=VERSIONS[:1], writes=False)
def query_database(call: Call) -> Json:
    call.check(grammar_queries.query(call.old))
    call.need("read_content")
    return _query(call, call.sole_source(call.database(call.params["database_id"])), "page_or_database")


@route("POST", "/v1/data_sources/{data_source_id}/query", versions=SINCE_DATA_SOURCES, writes=False)
def query_data_source(call: Call) -> Json:
    call.check(grammar_queries.query(call.old))
    call.need("read_content")
    return _query(call, call.data_source(call.params["data_source_id"]), "page_or_data_source")


def _query(call: Call, source: DataSource, kind: str) -> Json:
    space, body = call.space, call.body
    trashed = bool(body.get("in_trash", body.get("archived", False)))
    only = _columns(source, call.many("filter_properties"))
    test = compile_filter(space, source, body.get("filter"))
    rows = _matching(call, source, test, trashed=trashed, archived=bool(body.get("is_archived")))
    # No order is promised; newest first is what an unsorted query is given here.
    rows = sort_rows(space, source, rows[::-1], body.get("sorts", []))
    cap = space.world.limits.query_cap
    capped, rows = len(rows) > cap, rows[:cap]
    offset = _resume(call, rows)
    end = offset + int(body.get("page_size") or 100)
    page = rows[offset:end]
    cursor = _cursor(call, rows[end], end) if end < len(rows) else None
    extra: Json = {}
    if capped and cursor is None:
        extra = {"request_status": {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}}
    return listing(kind, [call.shapes.page(row, only) for row in page], cursor, **extra)


def _columns(source: DataSource, wanted: list[str]) -> set[str] | None:
    for key in wanted:
        if key not in source.properties:
            raise errors.invalid(f"Could not find property with name or id: {key}")
    return set(wanted) or None


def _matching(call: Call, source: DataSource, test: Any, *, trashed: bool, archived: bool) -> list[Page]:
    space, lag = call.space, call.space.world.limits.query_lag
    found = []
    for row_id in space.rows.get(source.id, {}):
        row: Page = space.world.records[row_id]
        seen = space.indexed(row, lag)
        if seen is not None and seen.in_trash == trashed and seen.is_archived == archived and test(seen):
            found.append(row)
    return found


def _fingerprint(call: Call) -> str:
    said = {key: call.body.get(key) for key in ("filter", "sorts", "in_trash", "archived", "is_archived")}
    return hashlib.sha256(json.dumps([call.params, said], sort_keys=True).encode()).hexdigest()


def _cursor(call: Call, row: Page, offset: int) -> str:
    """`s:<uuid>:<uuid>` as recorded: the query and the place in it, and the next row."""
    f = _fingerprint(call)
    return f"s:{f[:8]}-{f[8:12]}-4{f[12:15]}-8{f[15:18]}-{offset:012x}:{row.id}"


def _resume(call: Call, rows: list[Page]) -> int:
    cursor = call.body.get("start_cursor")
    if cursor is None:
        return 0
    parts = cursor.split(":")
    f = _fingerprint(call)
    if len(parts) != 3 or not parts[1].startswith(f"{f[:8]}-{f[8:12]}-4{f[12:15]}-8{f[15:18]}-"):
        raise errors.bad_cursor(cursor)
    # Where the row has gone meanwhile, its old place is the best that is known.
    return next((i for i, row in enumerate(rows) if row.id == parts[2]), int(parts[1][24:], 16))


# -- search


@route("POST", "/v1/search", writes=False)
def search(call: Call) -> Json:
    """Titles only, of pages and data sources that are shared; the index may lag."""
    require(grammar_queries.SEARCH, call.body)
    call.need("read_content")
    body, wanted = call.body, call.body.get("filter", {})
    space = call.space
    words = body.get("query", "").lower()
    trash = bool(wanted.get("in_trash"))
    found: list[Page | DataSource] = []
    nodes: list[Page | DataSource] = [*space.world.all(Page), *space.world.all(DataSource)]
    for node in nodes:
        kind = "page" if isinstance(node, Page) else "data_source"
        if wanted.get("value", kind) != kind or not call.shared(node) or space.trashed(node) != trash:
            continue
        title = _indexed_title(call, node)
        if title is not None and words in title.lower():
            found.append(node)
    down = body.get("sort", {}).get("direction", "descending") == "descending"
    found.sort(key=lambda node: node.edited_at, reverse=down)
    cursor = body.get("start_cursor")
    page, following = paged(found, canonical(cursor) if cursor else None, int(body.get("page_size") or 100))
    results = [call.shapes.page(n) if isinstance(n, Page) else _source(call, n) for n in page]
    return listing("page_or_data_source" if call.version != VERSIONS[0] else "page_or_database", results, following)


def _source(call: Call, source: DataSource) -> Json:
    if call.version == VERSIONS[0]:
        return call.shapes.database(call.space.world.records[source.database_id])
    return call.shapes.data_source(source)


def _indexed_title(call: Call, node: Page | DataSource) -> str | None:
    lag = call.space.world.limits.search_lag
    if isinstance(node, DataSource):
        fresh = lag and node.created_at > call.space.world.now_ms() - lag * 1000
        return None if fresh else call.space.plain(node.title)
    seen = call.space.indexed(node, lag)
    return call.space.plain(call.space.title(seen)) if seen is not None else None
