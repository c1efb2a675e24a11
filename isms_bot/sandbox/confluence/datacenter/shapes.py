"""What Data Center answers with. Everything beyond the names of a thing must be asked for with `expand`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from isms_bot.sandbox.confluence import accounts, wire
from isms_bot.sandbox.confluence.api import Call
from isms_bot.sandbox.confluence.contents import current
from isms_bot.sandbox.confluence.model import (
    Json,
    WikiAttachment,
    WikiComment,
    WikiPage,
    WikiProperty,
    WikiSpace,
    WikiVersion,
)
from isms_bot.sandbox.confluence.rendering import view
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.world import Person

DEFAULT = frozenset({"history", "space", "version"})
_EXPANDABLE = [
    "container",
    "metadata",
    "operations",
    "children",
    "restrictions",
    "history",
    "ancestors",
    "body",
    "version",
    "descendants",
    "space",
]
OPERATIONS = ("read", "update")


def expand(call: Call, default: frozenset[str] = DEFAULT) -> frozenset[str]:
    """What is asked for, and everything above it: `body.storage` asks for `body` too."""
    asked = call.many("expand")
    if not asked:
        return default
    return frozenset(".".join(parts[: n + 1]) for one in asked for parts in [one.split(".")] for n in range(len(parts)))


def user(site: Site, found: Person) -> Json:
    return {
        "type": "known",
        "username": accounts.username(site.world, found),
        "userKey": site.account(found.id),
        "profilePicture": {
            "path": f"{site.context}/images/icons/profilepics/default.svg",
            "width": 48,
            "height": 48,
            "isDefault": True,
        },
        "displayName": found.name,
        "_links": {"self": f"{site.base}/rest/api/user?key={site.account(found.id)}"},
        "_expandable": {"status": ""},
    }


def known(site: Site, person_id: str) -> Json:
    found = site.world.get(Person, person_id)
    return user(site, found) if found else {"type": "anonymous", "displayName": "Anonymous", "profilePicture": None}


def space(site: Site, found: WikiSpace, asked: frozenset[str] = frozenset()) -> Json:
    home = site.find(found.homepage_id)
    shape: Json = {"id": int(found.id), "key": found.key, "name": found.name, "status": "CURRENT", "type": "global"}
    if "homepage" in asked and home:
        shape["homepage"] = content(site, home, frozenset())
    shape["_links"] = {"webui": f"/display/{found.key}", "self": f"{site.base}/rest/api/space/{found.key}"}
    shape["_expandable"] = {
        "metadata": "",
        "icon": "",
        "description": "",
        "retentionPolicy": "",
        "homepage": f"/rest/api/content/{found.homepage_id}",
    }
    return shape


def version(site: Site, found: WikiVersion | WikiComment | WikiAttachment) -> Json:
    minor = found.minor if not isinstance(found, WikiComment) else False
    message = found.comment if isinstance(found, WikiAttachment) else found.message
    about = found.page_id if isinstance(found, WikiVersion) else found.id
    return {
        "by": known(site, found.edited_by),
        "when": wire.offset(found.edited_at),
        "message": message,
        "number": found.number,
        "minorEdit": minor,
        "hidden": False,
        "_links": {"self": f"{site.base}/rest/experimental/content/{about}/version/{found.number}"},
        "_expandable": {"content": f"/rest/api/content/{about}"},
    }


def history(site: Site, page: WikiPage, asked: frozenset[str]) -> Json:
    shape: Json = {
        "latest": True,
        "createdBy": known(site, page.created_by),
        "createdDate": wire.offset(page.created_at),
    }
    if "lastUpdated" in asked:
        shape["lastUpdated"] = version(site, current(page))
    earlier = site.version(page, page.number - 1)
    if "previousVersion" in asked and earlier is not None:
        shape["previousVersion"] = version(site, earlier)
    if "contributors" in asked:
        people = {one.edited_by for one in site.versions(page)}
        found = [known(site, person) for person in sorted(people)]
        keys = [site.account(person) for person in sorted(people)]
        shape["contributors"] = {"publishers": {"users": found, "userKeys": keys}}
    shape["_links"] = {"self": f"{site.base}/rest/api/content/{page.id}/history"}
    names = ("lastUpdated", "previousVersion", "contributors", "nextVersion")
    shape["_expandable"] = {name: "" for name in names if name not in shape}
    return shape


def _within(asked: frozenset[str], name: str) -> frozenset[str]:
    """What is asked for inside `name`."""
    return frozenset(one[len(name) + 1 :] for one in asked if one.startswith(f"{name}."))


def content(site: Site, page: WikiPage, asked: frozenset[str], seen: WikiVersion | None = None) -> Json:
    """A page; `seen`: one of its versions."""
    shown = seen or current(page)
    place = site.space(page.space_id)
    earlier = shown.number != page.number
    shape: Json = {
        "id": page.id,
        "type": "page",
        "status": "historical" if earlier else page.status,
        "title": shown.title,
        "position": page.position,
    }
    if "space" in asked and place:
        shape["space"] = space(site, place, _within(asked, "space"))
    if "history" in asked:
        shape["history"] = {**history(site, page, _within(asked, "history")), "latest": not earlier}
    if "version" in asked:
        shape["version"] = version(site, shown)
    if "ancestors" in asked:
        above = [] if page.status == "trashed" else site.ancestors(page)
        shape["ancestors"] = [content(site, one, frozenset()) for one in above]
    shape |= _bodies(site, page.id, shown.storage, asked, page)
    if "container" in asked and place:
        shape["container"] = space(site, place)
    if "metadata" in asked:
        shape["metadata"] = _metadata(site, page, _within(asked, "metadata"))
    if "operations" in asked:
        able = [one for one in (*OPERATIONS, "delete") if site.may(site.world.bot.id, one, page)]
        shape["operations"] = [{"operation": one, "targetType": "page"} for one in able]
    if "restrictions" in asked:
        shape["restrictions"] = {one: restriction(site, page, one) for one in OPERATIONS}
    if "children" in asked:
        shape["children"] = children(site, page, _within(asked, "children"))
    shape["extensions"] = {"position": page.position}
    key = place.key if place else ""
    shape["_links"] = {
        "webui": f"/display/{key}/{quote(shown.title, safe='').replace('%20', '+')}"
        if not earlier
        else _action(page.id),
        "edit": f"/pages/resumedraft.action?draftId={page.id}",
        "tinyui": wire.tiny(page.id),
        "self": f"{site.base}/rest/api/content/{page.id}",
    }
    paths = {"space": f"/rest/api/space/{key}", "container": f"/rest/api/space/{key}"}
    shape["_expandable"] = {
        name: paths.get(name, f"/rest/api/content/{page.id}/history" if name == "history" else "")
        for name in _EXPANDABLE
        if name not in shape
    }
    return shape


def _action(page_id: str) -> str:
    return f"/pages/viewpage.action?pageId={page_id}"


def _bodies(site: Site, record_id: str, storage: str, asked: frozenset[str], page: WikiPage | None) -> Json:
    wanted = sorted(_within(asked, "body"))
    if not wanted:
        return {}
    return {
        "body": {
            one: {
                "value": storage if one == "storage" else view(site, storage, page),
                "representation": one,
                "_expandable": {"content": f"/rest/api/content/{record_id}"},
            }
            for one in wanted
        }
    }


def _metadata(site: Site, page: WikiPage, asked: frozenset[str]) -> Json:
    shape: Json = {}
    if "labels" in asked:
        shape["labels"] = {
            "results": [label(one) for one in page.labels],
            "start": 0,
            "limit": 200,
            "size": len(page.labels),
        }
    keys = _within(asked, "properties")
    if keys:
        shape["properties"] = {p.key: content_property(site, p) for p in site.properties(page) if p.key in keys}
    shape["_expandable"] = {"currentuser": "", "properties": "", "frontend": "", "editorHtml": ""}
    return shape


def children(site: Site, page: WikiPage, asked: frozenset[str]) -> Json:
    """Maps of children by kind, as far as they are asked for."""
    shape: Json = {}
    found: dict[str, list[Json]] = {
        "page": [content(site, one, _within(asked, "page")) for one in site.children(page.id)]
        if "page" in asked
        else [],
        "comment": [
            comment(site, one, _within(asked, "comment")) for one in site.comments(page) if one.parent_id is None
        ]
        if "comment" in asked
        else [],
        "attachment": [attachment(site, one, _within(asked, "attachment")) for one in site.attachments(page)]
        if "attachment" in asked
        else [],
    }
    for kind, listed in found.items():
        if kind in asked:
            links = {"self": f"{site.base}/rest/api/content/{page.id}/child/{kind}"}
            shape[kind] = {"results": listed, "start": 0, "limit": 25, "size": len(listed), "_links": links}
    shape["_links"] = {"self": f"{site.base}/rest/api/content/{page.id}/child"}
    shape["_expandable"] = {k: f"/rest/api/content/{page.id}/child/{k}" for k in found if k not in asked}
    return shape


def comment(site: Site, found: WikiComment, asked: frozenset[str]) -> Json:
    about = site.find(found.page_id)
    shape: Json = {
        "id": found.id,
        "type": "comment",
        "status": "current",
        "title": f"Re: {about.title}" if about else "",
    }
    if "version" in asked:
        shape["version"] = version(site, found)
    if "history" in asked:
        shape["history"] = {
            "latest": True,
            "createdBy": known(site, found.created_by),
            "createdDate": wire.offset(found.created_at),
            "_links": {"self": f"{site.base}/rest/api/content/{found.id}/history"},
            "_expandable": {"lastUpdated": "", "previousVersion": "", "contributors": "", "nextVersion": ""},
        }
    if "ancestors" in asked:
        above = site.world.get(WikiComment, found.parent_id or "")
        shape["ancestors"] = [comment(site, above, frozenset())] if above else []
    if "container" in asked and about:
        shape["container"] = content(site, about, frozenset())
    shape |= _bodies(site, found.id, found.storage, asked, about)
    shape["extensions"] = _extensions(site, found, _within(asked, "extensions"))
    shape["_links"] = {
        "webui": f"{_action(found.page_id)}&focusedCommentId={found.id}#comment-{found.id}",
        "self": f"{site.base}/rest/api/content/{found.id}",
    }
    shape["_expandable"] = {name: "" for name in _EXPANDABLE if name not in shape}
    return shape


def _extensions(site: Site, found: WikiComment, asked: frozenset[str]) -> Json:
    shape: Json = {"location": found.location}
    if found.location == "inline" and "inlineProperties" in asked:
        shape["inlineProperties"] = {"originalSelection": found.selection, "markerRef": found.marker}
    if "resolution" in asked:
        shape["resolution"] = {"status": found.resolution if found.location == "inline" else "open"}
        if found.resolved_at and found.location == "inline":
            shape["resolution"] |= {
                "lastModifier": known(site, found.resolved_by),
                "lastModifiedDate": wire.offset(found.resolved_at),
            }
    shape["_expandable"] = {name: "" for name in ("inlineProperties", "resolution") if name not in shape}
    return shape


def attachment(site: Site, found: WikiAttachment, asked: frozenset[str]) -> Json:
    size = len(found.contents[-1]) * 3 // 4
    shape: Json = {"id": found.id, "type": "attachment", "status": found.status, "title": found.title}
    if "version" in asked:
        shape["version"] = version(site, found)
    about = site.find(found.page_id)
    if "container" in asked and about:
        shape["container"] = content(site, about, frozenset())
    shape["metadata"] = {"comment": found.comment, "mediaType": found.media_type, "_expandable": {"labels": ""}}
    shape["extensions"] = {"mediaType": found.media_type, "fileSize": size, "comment": found.comment}
    query = urlencode({"version": found.number, "modificationDate": found.edited_at, "api": "v2"})
    shape["_links"] = {
        "webui": f"{_action(found.page_id)}&preview=/{found.page_id}/{found.id}",
        "download": f"/download/attachments/{found.page_id}/{quote(found.title)}?{query}",
        "self": f"{site.base}/rest/api/content/{found.id}",
    }
    shape["_expandable"] = {name: "" for name in _EXPANDABLE if name not in shape}
    return shape


def label(found: Json) -> Json:
    return {"prefix": found["prefix"], "name": found["name"], "id": found["id"]}


def content_property(site: Site, found: WikiProperty) -> Json:
    path = f"/rest/api/content/{found.page_id}"
    return {
        "id": found.id,
        "key": found.key,
        "value": found.value,
        "version": {
            "when": wire.offset(found.edited_at),
            "message": found.message,
            "number": found.number,
            "minorEdit": False,
            "hidden": False,
        },
        "_links": {"self": f"{site.base}{path}/property/{quote(found.key)}"},
        "_expandable": {"content": path},
    }


def restriction(site: Site, page: WikiPage, operation: str) -> Json:
    limited = page.restrictions.get(operation) or {"users": [], "groups": []}
    users = [known(site, person_id) for person_id in limited["users"]]
    groups = [{"type": "group", "name": name, "_links": {}, "_expandable": {}} for name in limited["groups"]]
    return {
        "operation": operation,
        "restrictions": {
            "user": {"results": users, "start": 0, "limit": 200, "size": len(users)},
            "group": {"results": groups, "start": 0, "limit": 200, "size": len(groups)},
        },
        "_links": {"self": f"{site.base}/rest/api/content/{page.id}/restriction/byOperation/{operation}"},
        "_expandable": {"content": f"/rest/api/content/{page.id}"},
    }


def listed(
    call: Call, items: list[Any], shape: Callable[[Any], Json] | None = None, *, limit: int = 25, most: int = 500
) -> Json:
    """One page of results by `start` and `limit`; the next one by its address below the context path. Only what is shown is shaped."""
    start, size = call.number("start", 0), min(call.number("limit", limit), most)
    shown: list[Json] = [shape(item) if shape else item for item in items[start : start + size]]
    site = call.site
    kept = [(key, value) for key, value in call.query if key not in {"start", "limit"}]

    def link(place: int) -> str:
        return f"{call.path}?{urlencode([*kept, ('limit', size), ('start', place)])}"

    links = {"self": f"{site.base}{call.path}", "base": site.base, "context": site.context}
    if start + size < len(items) and size:
        links["next"] = link(start + size)
    if start:
        links["prev"] = link(max(0, start - size))
    return {"results": shown, "start": start, "limit": size, "size": len(shown), "_links": links}
