"""v2: spaces and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from isms_bot.sandbox.confluence import errors
from isms_bot.sandbox.confluence.api import Call, Reply, paged, route
from isms_bot.sandbox.confluence.cloud import shapes
from isms_bot.sandbox.confluence.contents import current
from isms_bot.sandbox.confluence.model import Json, WikiPage, WikiSpace

READ, WRITE = "read:page:confluence", "write:page:confluence"
SORTS = ("id", "created-date", "modified-date", "title")
BODY: Json = {"representation": str, "value": str, "storage": {"representation": str, "value*": str}}
_INCLUDES = "labels properties operations likes versions version favorited-by-current-user-status webresources collaborators direct-children"


@route(
    "v2",
    "GET",
    "/api/v2/spaces",
    query="ids keys type status labels favorited-by not-favorited-by sort description-format include-icon cursor limit",
    scope="read:space:confluence",
)
def spaces(call: Call) -> Reply:
    ids, keys = call.many("ids"), [key.lower() for key in call.many("keys")]
    found = [s for s in call.site.spaces() if (not ids or s.id in ids) and (not keys or s.key.lower() in keys)]
    if call.site.access.permission == "none":
        found = []
    return paged(call, found, lambda s: shapes.space(call.site, s), limit=call.number("limit", 25, 1, 250))


def space_of(call: Call, space_id: str) -> WikiSpace:
    found = call.site.space(space_id)
    if found is None or call.site.access.permission == "none":
        raise errors.missing("space", space_id)
    return found


@route(
    "v2",
    "GET",
    "/api/v2/spaces/{id}",
    query="description-format include-icon include-operations include-properties include-permissions include-role-assignments include-labels",
    scope="read:space:confluence",
)
def space(call: Call) -> Json:
    return shapes.based(call.site, shapes.space(call.site, space_of(call, call.params["id"])))


def sorted_pages(pages: list[WikiPage], sort: str) -> list[WikiPage]:
    """By the vendor's words for an order; the id decides between equals."""
    keys: dict[str, Any] = {
        "id": lambda p: (int(p.id),),
        "created-date": lambda p: (p.created_at, int(p.id)),
        "modified-date": lambda p: (p.edited_at, int(p.id)),
        "title": lambda p: (p.title.lower(), int(p.id)),
    }
    return sorted(pages, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))


def order(call: Call, default: str = "id") -> str:
    return call.choice("sort", [*SORTS, *(f"-{one}" for one in SORTS)], default)


@route("v2", "GET", "/api/v2/pages", query="id space-id sort status title body-format subtype cursor limit", scope=READ)
def pages(call: Call) -> Reply:
    return listed(call, call.many("space-id"))


@route("v2", "GET", "/api/v2/spaces/{id}/pages", query="depth sort status title body-format cursor limit", scope=READ)
def pages_of_space(call: Call) -> Reply:
    return listed(call, [space_of(call, call.params["id"]).id])


def listed(call: Call, space_ids: list[str]) -> Reply:
    """Pages of spaces (none named: of all) that fit the query."""
    ids, title, subtype = call.many("id"), call.one("title"), call.one("subtype")
    statuses = call.many("status", allowed=("current", "archived", "deleted", "trashed")) or ["current", "archived"]
    wanted = call.choice("body-format", shapes.BULK_BODIES, "")
    ordered, limit = order(call), call.number("limit", 25, 1, 250)
    found = [
        page
        for page in call.site.pages()
        if page.kind == "page"
        and page.status in statuses
        and (not ids or page.id in ids)
        and (not space_ids or page.space_id in space_ids)
        and (title is None or page.title.lower() == title.lower())
        and (subtype is None or (page.subtype == "live") == (subtype == "live"))
        and call.site.may(call.bot, "read", page)
    ]
    return paged(call, sorted_pages(found, ordered), lambda p: shapes.page(call.site, p, wanted), limit=limit)


def storage_of(body: Any) -> str:
    """The storage in either form of a body. Raises Trouble where it is in another representation."""
    if body is None:
        return ""
    inner = body.get("storage", body)
    if inner.get("representation", "storage" if "storage" in body else None) != "storage":
        raise errors.invalid("The sandbox takes bodies in the storage representation only.")
    return str(inner.get("value", ""))


def parent_of(call: Call, parent_id: str) -> WikiPage:
    """What a page can lie below: a page or a folder that the bot can see and that is current. Raises Trouble."""
    found = call.site.find(parent_id)
    if found is None or found.status != "current" or not call.site.may(call.bot, "read", found):
        raise errors.missing("parent", parent_id)
    return found


@route("v2", "POST", "/api/v2/pages", query="embedded private root-level", scope=WRITE)
def create(call: Call) -> Json:
    shape: Json = {"spaceId*": str, "status": str, "title": str, "parentId": str, "body": BODY, "subtype": str}
    call.check(shape)
    body, site = call.body, call.site
    place, draft = space_of(call, body["spaceId"]), body.get("status") == "draft"
    if body.get("status", "current") not in {"current", "draft"}:
        raise errors.invalid("status must be current or draft")
    if not body.get("title") and not draft:
        raise errors.invalid("Title is required when creating a non-draft page")
    at_root = call.flag("root-level")
    if at_root and body.get("parentId"):
        raise errors.invalid("parentId cannot be given together with root-level")
    parent = None if at_root else parent_of(call, body.get("parentId") or place.homepage_id)
    if site.access.permission != "write":
        raise errors.missing("space", place.id)
    made = site.create(
        call.bot,
        place,
        parent,
        body.get("title", ""),
        storage_of(body.get("body")),
        status="draft" if draft else "current",
        subtype=body.get("subtype", ""),
    )
    if call.flag("private"):
        site.change(made, restrictions={"read": {"users": [call.bot], "groups": []}})
    return whole(call, made)


def whole(call: Call, page: WikiPage) -> Json:
    """A page as a write answers it, with its storage."""
    return shapes.based(call.site, shapes.page(call.site, call.site.fresh(page), "storage"))


@route(
    "v2",
    "GET",
    "/api/v2/pages/{id}",
    query="body-format get-draft status version " + " ".join(f"include-{one}" for one in _INCLUDES.split()),
    scope=READ,
)
def read(call: Call) -> Json:
    site, draft = call.site, call.flag("get-draft")
    found = call.page(call.params["id"])
    statuses = call.many("status", allowed=("current", "archived", "trashed", "deleted", "historical", "draft"))
    if (found.status == "draft" and not draft) or (statuses and found.status not in statuses):
        raise errors.missing("page", found.id)
    wanted = call.choice("body-format", shapes.SINGLE_BODIES, "")
    seen = None
    if call.one("version") is not None:
        seen = site.version(found, call.number("version", 0))
        if seen is None:
            raise errors.missing("page", found.id)
    shape = shapes.based(site, shapes.page(site, found, wanted, seen))
    if draft and found.draft is not None:
        shape |= _draft(call, found, wanted)
    if not call.flag("include-version", default=True):
        del shape["version"]
    return shape | _includes(call, found)


def _draft(call: Call, page: WikiPage, wanted: str) -> Json:
    waiting = page.draft or {}
    mine = replace(current(page), number=1, edited_at=waiting["at"], edited_by=waiting["by"], message="")
    seen = shapes.version(call.site, mine)
    body = shapes.body(call.site, waiting["storage"], wanted, page)
    return {"status": "draft", "title": waiting["title"], "version": seen, "body": body}


def _includes(call: Call, page: WikiPage) -> Json:
    site, path = call.site, f"/pages/{page.id}"
    found: Json = {}
    parts: dict[str, Callable[[], list[Json]]] = {
        "labels": lambda: [shapes.label(one) for one in page.labels],
        "properties": lambda: [shapes.content_property(site, p) for p in shapes.properties(site, page)],
        "versions": lambda: [shapes.version(site, v) for v in site.versions(page)],
        "operations": lambda: [
            {"operation": one, "targetType": "page"} for one in ("read", "update") if site.may(call.bot, one, page)
        ],
        "likes": list,
    }
    for name, items in parts.items():
        if call.flag(f"include-{name}"):
            found[name] = shapes.included(f"{path}/{name}", items())
    if call.flag("include-favorited-by-current-user-status"):
        found["isFavoritedByCurrentUser"] = False
    return found


@route("v2", "PUT", "/api/v2/pages/{id}", scope=WRITE)
def update(call: Call) -> Json:
    version: Json = {"number*": int, "message": str}
    call.check(
        {
            "id*": str,
            "status*": str,
            "title*": str,
            "body*": BODY,
            "version*": version,
            "spaceId": str,
            "parentId": str,
            "ownerId": str,
        }
    )
    body, site = call.body, call.site
    found = call.page(call.params["id"], operation="update")
    if body["id"] != found.id:
        raise errors.invalid("The id in the body is not the id in the path.")
    if body["status"] not in {"current", "draft"}:
        raise errors.invalid("status must be current or draft")
    if body.get("spaceId", found.space_id) != found.space_id:
        raise errors.invalid("A page cannot be moved to another space with this operation.")
    if body["status"] == "draft":
        kept = site.kept(storage_of(body["body"]))
        draft = {"title": body["title"], "storage": kept, "by": call.bot, "at": site.world.now_ms()}
        return whole(call, site.change(found, draft=draft))
    if found.status == "draft":
        return whole(call, _first(call, found))
    number = body["version"]["number"]
    if number != found.number + 1:
        raise errors.version(found.number, number)
    if found.status == "trashed":
        # The document: a restoration changes the status only.
        site.restore(found)
        return whole(call, site.publish(call.bot, found))
    parent = parent_of(call, body["parentId"]) if body.get("parentId") not in {None, found.parent_id} else None
    new = site.publish(
        call.bot,
        found,
        title=body["title"],
        body=storage_of(body["body"]),
        parent=parent,
        message=body["version"].get("message", ""),
        # In no document, but apps send it; only a sandbox that is not strict lets it through.
        minor=bool(body["version"].get("minorEdit")),
        status=found.status,
    )
    if body.get("ownerId") and (owner := site.person(body["ownerId"])):
        new = site.change(new, owner=owner.id)
    return whole(call, new)


def _first(call: Call, draft: WikiPage) -> WikiPage:
    """Publish a page that was never published; its first version is number 1."""
    if call.body["version"]["number"] != 1:
        raise errors.version(0, call.body["version"]["number"])
    site, title = call.site, call.body["title"]
    site.require_title(draft.space_id, title, draft.id)
    site.change(draft, status="current", title=title)
    return site.change(draft, storage=site.kept(storage_of(call.body["body"])))


@route("v2", "PUT", "/api/v2/pages/{id}/title", scope=WRITE)
def retitle(call: Call) -> Json:
    call.check({"status*": str, "title*": str})
    found = call.page(call.params["id"], operation="update", statuses=("current", "archived", "draft"))
    return whole(call, call.site.publish(call.bot, found, title=call.body["title"], status=found.status))


@route("v2", "DELETE", "/api/v2/pages/{id}", query="purge draft", scope="delete:page:confluence")
def delete(call: Call) -> Reply:
    found = call.page(call.params["id"], operation="update")
    if call.flag("draft"):
        if found.status == "draft":
            call.site.purge(found)
        else:
            call.site.change(found, draft=None)
    elif call.flag("purge"):
        if found.status != "trashed":
            raise errors.invalid("Only a page in the trash can be purged.")
        call.site.purge(found)
    elif found.status == "trashed":
        raise errors.missing("page", found.id)
    else:
        call.site.trash(found)
    return Reply(None, 204)
