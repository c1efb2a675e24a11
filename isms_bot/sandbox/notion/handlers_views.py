"""Views, among them the linked ones: `create_database` puts one on a page."""

from __future__ import annotations

from isms_bot.sandbox.notion import errors, grammar_views
from isms_bot.sandbox.notion.api import VERSIONS, Call, paged, route
from isms_bot.sandbox.notion.model import Database, DataSource, Json, View
from isms_bot.sandbox.notion.query import compile_filter, sort_rows
from isms_bot.sandbox.notion.shapes import listing
from isms_bot.sandbox.notion.validation import canonical

_SINCE = VERSIONS[1:]


def _view(call: Call) -> View:
    view_id = canonical(call.params["view_id"])
    view = call.space.world.get(View, view_id)
    database = call.space.find(view.database_id) if view else None
    if view is None or database is None or not call.shared(database):
        raise call.missing("view", view_id)
    return view


def _judge(call: Call, source: DataSource) -> None:
    """A view's filter and sorts must name columns that exist."""
    compile_filter(call.space, source, call.body.get("filter"))
    sort_rows(call.space, source, [], call.body.get("sorts") or [])


@route("POST", "/v1/views", versions=_SINCE)
def create(call: Call) -> Json:
    call.check(grammar_views.VIEW_CREATE)
    call.need("insert_content")
    body = call.body
    source = call.data_source(body["data_source_id"])
    _judge(call, source)
    if sum(key in body for key in ("database_id", "create_database", "view_id")) != 1:
        raise errors.invalid("Exactly one of database_id, view_id, or create_database must be provided.")
    if "view_id" in body:
        raise errors.invalid("The sandbox does not emulate dashboard views.")
    database = _place(call, source, body)
    kept = {key: body[key] for key in ("filter", "sorts", "quick_filters", "configuration") if key in body}
    view = call.space.make_view(call.bot, database, source.id, body["name"], body["type"], **kept)
    call.committed_id = view.id
    return call.shapes.view(view)


def _place(call: Call, source: DataSource, body: Json) -> Database:
    if "database_id" in body:
        database = call.database(body["database_id"])
        call.space.require_editable(database)
        return database
    wanted = body["create_database"]
    page = call.page(wanted["parent"]["page_id"])
    call.space.require_editable(page)
    after = canonical(wanted["position"]["block_id"]) if "position" in wanted else None
    if after is not None and after not in page.children:
        raise call.missing("block", after)
    return call.space.make_database(call.bot, page, title=[], linked_to=source, after=after, is_inline=True)


@route("GET", "/v1/views", versions=_SINCE)
def list_views(call: Call) -> Json:
    call.need("read_content")
    size, cursor = call.size(), call.uuid_query("start_cursor")
    if database_id := call.uuid_query("database_id"):
        database = call.database(database_id)
        views = [
            v for v in map(call.space.world.records.get, call.space.views.get(database.id, [])) if isinstance(v, View)
        ]
    elif source_id := call.uuid_query("data_source_id"):
        source = call.data_source(source_id)
        views = [v for v in call.space.world.all(View) if v.data_source_id == source.id]
    else:
        raise errors.invalid("Either database_id or data_source_id must be provided.")
    page, following = paged(views, cursor, size)
    return listing("view", [{"object": "view", "id": v.id} for v in page], following)


@route("GET", "/v1/views/{view_id}", versions=_SINCE)
def retrieve(call: Call) -> Json:
    call.need("read_content")
    return call.shapes.view(_view(call))


@route("PATCH", "/v1/views/{view_id}", versions=_SINCE)
def update(call: Call) -> Json:
    call.check(grammar_views.VIEW_UPDATE)
    call.need("update_content")
    view = _view(call)
    _judge(call, call.data_source(view.data_source_id))
    return call.shapes.view(call.space.edited(view, call.bot, **call.body))


@route("DELETE", "/v1/views/{view_id}", versions=_SINCE)
def delete(call: Call) -> Json:
    call.need("update_content")
    view = _view(call)
    call.space.world.drop(view.id)
    return call.shapes.partial_view(view)
