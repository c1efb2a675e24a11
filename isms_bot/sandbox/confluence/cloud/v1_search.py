"""v1: search by CQL, over pages and over people."""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import urlencode

from isms_bot.sandbox.confluence import cql, errors, wire
from isms_bot.sandbox.confluence.api import Call, encode, route
from isms_bot.sandbox.confluence.cloud import v1_shapes as shapes
from isms_bot.sandbox.confluence.cloud.shapes import key_of
from isms_bot.sandbox.confluence.cloud.tasks import visible_email
from isms_bot.sandbox.confluence.model import Json, WikiPage
from isms_bot.sandbox.world import Person

SEARCH = "search:confluence"
# `start` is taken and ignored, as it was measured: only the cursor goes on.
_QUERY = "cql cqlcontext cursor next prev limit start includeArchivedSpaces excludeCurrentSpaces excerpt sitePermissionTypeFilter _ expand"


def _asked(call: Call) -> str:
    found = call.one("cql")
    if not found:
        raise errors.invalid("cql is required")
    if "user.fullname" in found or "user.accountid" in found:
        raise errors.invalid("Fields of users are not allowed here; use /rest/api/search/user")
    return found


def _window(call: Call, found: list[WikiPage]) -> tuple[list[WikiPage], str | None, int]:
    """(page of results, the cursor after it, the limit)."""
    limit, start, cursor = call.number("limit", 25, 0, 1000), 0, call.one("cursor")
    if any(part.startswith("content.body.export_view") for part in call.many("expand")):
        limit = min(limit, 25)
    if cursor:
        try:
            start = int(json.loads(base64.b64decode(cursor.removeprefix("_sa_")))["at"])
        except (binascii.Error, ValueError, KeyError, TypeError) as error:
            raise errors.invalid("The cursor is invalid.") from error
    size = max(1, limit // 2) if call.site.access.short_searches else limit
    shown = found[start : start + size]
    following = None
    if start + size < len(found):
        following = "_sa_" + base64.b64encode(encode({"at": start + size})).decode()
    return shown, following, limit


@route("v1", "GET", "/rest/api/search", query=_QUERY, scope=SEARCH)
def search(call: Call) -> Json:
    asked = _asked(call)
    found = cql.search(call.site, asked)
    shown, following, limit = _window(call, found)
    expand = {part.removeprefix("content.") for part in call.many("expand")}
    results = [_result(call, page, expand) for page in shown]
    links: Json = {
        "base": call.site.base,
        "context": "/wiki",
        "self": f"{call.site.base}{call.path}?{urlencode(call.query)}",
    }
    if following:
        # Without /wiki, and without what was asked for besides the query: so it was measured.
        links["next"] = "/rest/api/search?" + urlencode(
            {"next": "true", "cursor": following, "limit": limit, "start": 0, "cql": asked}
        )
    return {
        "results": results,
        "start": 0,
        "limit": limit,
        "size": len(results),
        "totalSize": len(found) + 7 if call.site.access.short_searches else len(found),
        "cqlQuery": asked,
        "searchDuration": 12,
        "_links": links,
    }


def _result(call: Call, page: WikiPage, expand: set[str]) -> Json:
    site = call.site
    live = site.find(page.id) or page
    space = site.space(page.space_id)
    key = key_of(site, page)
    return {
        "content": shapes.content(site, live, expand),
        "title": page.title,
        "excerpt": "",
        "url": wire.webui(key, page.id, page.title),
        "resultGlobalContainer": {"title": space.name if space else "", "displayUrl": f"/spaces/{key}"},
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": wire.moment(page.edited_at),
        "friendlyLastModified": wire.friendly(page.edited_at),
        "score": 0.0,
    }


@route("v1", "GET", "/rest/api/content/search", query="cql cqlcontext expand cursor limit", scope=SEARCH)
def content_search(call: Call) -> Json:
    asked = _asked(call)
    shown, following, limit = _window(call, cql.search(call.site, asked))
    expand = set(call.many("expand"))
    listed = [shapes.content(call.site, call.site.find(page.id) or page, expand) for page in shown]
    answer = shapes.listed(call.site, listed, call.path, limit=limit)
    if following:
        answer["_links"]["next"] = "/rest/api/content/search?" + urlencode(
            {"next": "true", "cursor": following, "limit": limit, "start": 0, "cql": asked}
        )
    return answer


@route("v1", "GET", "/rest/api/search/user", query="cql start limit expand sitePermissionTypeFilter", scope=SEARCH)
def user_search(call: Call) -> Json:
    asked = call.one("cql") or ""
    site, start, limit = call.site, call.number("start", 0), call.number("limit", 25, 0, 200)
    found = [site.world.get(Person, person_id) for person_id in cql.users(site, asked)]
    people = [person for person in found if person]
    results = [
        {
            "user": shapes.user(site, person, visible_email(call, person)),
            "title": person.name,
            "excerpt": "",
            "url": f"/people/{site.account(person.id)}",
            "breadcrumbs": [],
            "entityType": "user",
            "iconCssClass": "aui-icon content-type-profile",
            "lastModified": wire.moment(0),
            "score": 0.0,
        }
        for person in people[start : start + limit]
    ]
    return {
        "results": results,
        "start": start,
        "limit": limit,
        "size": len(results),
        "totalSize": len(people),
        "cqlQuery": asked,
        "searchDuration": 7,
        "_links": {"base": site.base, "context": "/wiki"},
    }
