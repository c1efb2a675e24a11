"""People, groups, spaces, search and the server itself."""

from __future__ import annotations

from isms_bot.sandbox.confluence import accounts, cql, errors, wire
from isms_bot.sandbox.confluence.api import Call, Reply, route
from isms_bot.sandbox.confluence.datacenter import shapes
from isms_bot.sandbox.confluence.datacenter.content import most, space_of
from isms_bot.sandbox.confluence.errors import Trouble
from isms_bot.sandbox.confluence.model import Json, WikiPage
from isms_bot.sandbox.world import Person


@route("dc", "GET", "/rest/api/user/current", query="expand")
def current_user(call: Call) -> Json:
    return shapes.user(call.site, call.site.world.bot)


def _asked(call: Call) -> Person:
    key, name = call.one("key"), call.one("username")
    found = call.site.person(key) if key else accounts.by_username(call.site.world, name or "")
    if found is None:
        raise errors.missing("user", key or name or "")
    return found


@route("dc", "GET", "/rest/api/user", query="key username expand")
def user(call: Call) -> Json:
    return shapes.user(call.site, _asked(call))


@route("dc", "GET", "/rest/api/user/list", query="expand start limit")
def users(call: Call) -> Json:
    listed = [shapes.user(call.site, person) for person in call.site.world.all(Person) if person.active]
    return shapes.listed(call, listed, limit=100)


def _group(call: Call, name: str) -> Json:
    return {"type": "group", "name": name, "_links": {"self": f"{call.site.base}/rest/api/group/{name}"}}


@route("dc", "GET", "/rest/api/group", query="expand start limit")
def groups(call: Call) -> Json:
    return shapes.listed(call, [_group(call, name) for name in accounts.GROUPS], limit=200)


@route("dc", "GET", "/rest/api/group/{name}/member", query="expand start limit")
def members(call: Call) -> Json:
    if call.params["name"] not in accounts.GROUPS:
        raise errors.missing("group", call.params["name"])
    found = accounts.members(call.site.world, call.params["name"])
    return shapes.listed(call, [shapes.user(call.site, person) for person in found], limit=200)


# -- watchers

_WATCH = "/rest/api/user/watch/content/{id}"


def _watcher(call: Call) -> str:
    asked = call.one("key") or call.one("username")
    return _asked(call).id if asked else call.site.world.bot.id


@route("dc", "GET", _WATCH, query="key username")
def watching(call: Call) -> Json:
    return {"watching": _watcher(call) in call.page(call.params["id"]).watchers}


@route("dc", "POST", _WATCH, query="key username")
def watch(call: Call) -> Reply:
    page, person = call.page(call.params["id"]), _watcher(call)
    call.site.change(page, watchers=(*(one for one in page.watchers if one != person), person))
    return Reply(None, 204)


@route("dc", "DELETE", _WATCH, query="key username")
def unwatch(call: Call) -> Reply:
    page, person = call.page(call.params["id"]), _watcher(call)
    call.site.change(page, watchers=tuple(one for one in page.watchers if one != person))
    return Reply(None, 204)


@route("dc", "GET", "/rest/api/space/{key}/watchers", query="start limit")
def space_watchers(call: Call) -> Json:
    found = space_of(call, call.params["key"])
    if not call.site.access.space_admin:
        raise errors.forbidden("Only a Confluence Administrator or Space Administrator can perform this action.")
    watching = call.site.watching(found)
    listed = shapes.listed(call, watching, lambda person: shapes.user(call.site, person))
    return {**listed, "totalCount": len(watching)}


# -- spaces and the server


@route(
    "dc",
    "GET",
    "/rest/api/space",
    query="spaceKey spaceKeys spaceIds spaceId spaceKeySingle type status label contentLabel favourite hasRetentionPolicy expand start limit",
)
def spaces(call: Call) -> Json:
    keys = [key.lower() for key in (*call.many("spaceKey"), *call.many("spaceKeys"))]
    asked = shapes.expand(call, frozenset())
    found = [shapes.space(call.site, s, asked) for s in call.site.spaces() if not keys or s.key.lower() in keys]
    return shapes.listed(call, found)


@route("dc", "GET", "/rest/api/space/{key}", query="expand")
def space(call: Call) -> Json:
    return shapes.space(call.site, space_of(call, call.params["key"]), shapes.expand(call, frozenset()))


@route("dc", "GET", "/rest/api/server-information")
def server(call: Call) -> Json:
    number = call.site.access.dc_version
    return {"baseUrl": call.site.base, "version": number, "buildNumber": 10301, "buildDate": "2025-06-30"}


@route("dc", "GET", "/rest/api/accessmode")
def mode(_call: Call) -> Reply:
    return Reply("READ_WRITE")


# -- search


@route("dc", "GET", "/rest/api/search", query="cql cqlcontext excerpt expand start limit includeArchivedSpaces")
def search(call: Call) -> Json:
    asked = call.one("cql") or ""
    expand = shapes.expand(call, frozenset())
    inner = frozenset(one.removeprefix("content.") for one in expand if one.startswith("content."))
    found = cql.search(call.site, asked)
    answer = shapes.listed(call, found, lambda page: _result(call, page, inner), most=most(inner))
    return {**answer, "totalSize": len(found), "cqlQuery": asked, "searchDuration": 15}


def _result(call: Call, page: WikiPage, expand: frozenset[str]) -> Json:
    site, place = call.site, call.site.space(page.space_id)
    key, shape = (place.key if place else ""), shapes.content(call.site, site.find(page.id) or page, expand)
    return {
        "content": shape,
        "title": page.title,
        "excerpt": "",
        "url": shape["_links"]["webui"],
        "resultGlobalContainer": {"title": place.name if place else "", "displayUrl": f"/display/{key}"},
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": wire.offset(page.edited_at),
        "friendlyLastModified": wire.friendly(page.edited_at),
        "timestamp": page.edited_at,
    }


@route("dc", "GET", "/rest/api/content/search", query="cql cqlcontext expand start limit")
def content_search(call: Call) -> Json:
    """A query that cannot be read is a 404 here, as the document has it."""
    expand = shapes.expand(call)
    try:
        found = cql.search(call.site, call.one("cql") or "")
    except Trouble as trouble:
        raise Trouble("missing", trouble.words) from trouble
    site = call.site
    return shapes.listed(
        call, found, lambda page: shapes.content(site, site.find(page.id) or page, expand), most=most(expand)
    )
