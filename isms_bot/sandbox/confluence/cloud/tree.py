"""v2: what lies below and above a page, and folders."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.confluence import errors, wire
from isms_bot.sandbox.confluence.api import Call, Reply, paged, route
from isms_bot.sandbox.confluence.cloud import shapes
from isms_bot.sandbox.confluence.cloud.pages import parent_of, space_of
from isms_bot.sandbox.confluence.contents import RESERVING, current
from isms_bot.sandbox.confluence.model import Json, WikiComment, WikiPage

TREE = "read:hierarchical-content:confluence"
_SORTS = ("created-date", "id", "modified-date", "child-position", "title")


def _node(call: Call, kind: str) -> WikiPage:
    found = call.site.find(call.params["id"])
    if found is None or found.kind != kind or not call.site.may(call.bot, "read", found):
        raise errors.missing(kind, call.params["id"])
    return found


def _below(call: Call, parent: WikiPage) -> list[WikiPage]:
    listed = call.site.children(parent.id, statuses=RESERVING)
    return [child for child in listed if call.site.may(call.bot, "read", child)]


def _child(found: WikiPage) -> Json:
    return {
        "id": found.id,
        "status": found.status,
        "title": found.title,
        "type": found.kind,
        "childPosition": found.position,
    }


def _children(call: Call, parent: WikiPage) -> Reply:
    sort = call.choice("sort", [*_SORTS, *(f"-{one}" for one in _SORTS)], "child-position")
    keys: dict[str, Any] = {
        "id": lambda p: int(p.id),
        "created-date": lambda p: p.created_at,
        "modified-date": lambda p: p.edited_at,
        "title": lambda p: p.title.lower(),
        "child-position": lambda p: p.position,
    }
    found = sorted(_below(call, parent), key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
    return paged(call, found, _child, limit=call.number("limit", 25, 1, 250))


@route("v2", "GET", "/api/v2/pages/{id}/direct-children", query="cursor limit sort", scope=TREE)
def children(call: Call) -> Reply:
    return _children(call, _node(call, "page"))


@route("v2", "GET", "/api/v2/folders/{id}/direct-children", query="cursor limit sort", scope=TREE)
def children_of_folder(call: Call) -> Reply:
    return _children(call, _node(call, "folder"))


@route("v2", "GET", "/api/v2/pages/{id}/children", query="cursor limit sort", scope="read:page:confluence")
def old_children(call: Call) -> Reply:
    """Deprecated by the vendor: pages only, without a word about folders and what is in them."""
    found = [child for child in _below(call, _node(call, "page")) if child.kind == "page"]
    return paged(
        call,
        found,
        lambda p: {
            "id": p.id,
            "status": p.status,
            "title": p.title,
            "spaceId": p.space_id,
            "childPosition": p.position,
        },
        limit=call.number("limit", 25, 1, 250),
    )


def _descendants(call: Call, top: WikiPage) -> Reply:
    depth = call.number("depth", 2, 1, 10)
    found: list[tuple[WikiPage, int]] = []
    level = [top]
    for number in range(1, depth + 1):
        level = [child for parent in level for child in _below(call, parent)]
        found += [(child, number) for child in level]
    depths = {child.id: number for child, number in found}
    return paged(
        call,
        [child for child, _ in found],
        lambda p: {
            "id": p.id,
            "status": p.status,
            "title": p.title,
            "type": p.kind,
            "parentId": p.parent_id,
            "depth": depths[p.id],
            "childPosition": p.position,
        },
        limit=call.number("limit", 25, 1, 250),
    )


@route("v2", "GET", "/api/v2/pages/{id}/descendants", query="limit depth cursor", scope=TREE)
def descendants(call: Call) -> Reply:
    return _descendants(call, _node(call, "page"))


@route("v2", "GET", "/api/v2/folders/{id}/descendants", query="limit depth cursor", scope=TREE)
def descendants_of_folder(call: Call) -> Reply:
    return _descendants(call, _node(call, "folder"))


def _ancestors(call: Call, found: WikiPage) -> Json:
    line = [{"id": above.id, "type": above.kind} for above in call.site.ancestors(found)]
    return {"results": line[-call.number("limit", 25, 1, 250) :], "_links": {"base": call.site.base}}


@route("v2", "GET", "/api/v2/pages/{id}/ancestors", query="limit", scope="read:content.metadata:confluence")
def ancestors(call: Call) -> Json:
    found = _node(call, "page")
    if found.status == "trashed":
        return {"results": [], "_links": {"base": call.site.base}}
    return _ancestors(call, found)


@route("v2", "GET", "/api/v2/folders/{id}/ancestors", query="limit", scope="read:content.metadata:confluence")
def ancestors_of_folder(call: Call) -> Json:
    return _ancestors(call, _node(call, "folder"))


# -- folders


def _folder(call: Call, found: WikiPage) -> Json:
    site, parent = call.site, call.site.find(found.parent_id or "")
    key = shapes.key_of(site, found)
    return {
        "id": found.id,
        "type": "folder",
        "status": found.status,
        "title": found.title,
        "parentId": parent.id if parent else None,
        "parentType": parent.kind if parent else None,
        "position": found.position,
        "authorId": site.account(found.created_by),
        "ownerId": site.account(found.owner),
        "createdAt": wire.moment(found.created_at),
        "spaceId": found.space_id,
        "version": shapes.version(site, current(found)),
        "_links": {"webui": f"/spaces/{key}/folder/{found.id}", "base": site.base},
    }


@route("v2", "POST", "/api/v2/folders", scope="write:folder:confluence")
def create_folder(call: Call) -> Json:
    call.check({"spaceId*": str, "title": str, "parentId": str})
    place = space_of(call, call.body["spaceId"])
    above = parent_of(call, call.body.get("parentId") or place.homepage_id)
    if call.site.access.permission != "write":
        raise errors.missing("space", place.id)
    made = call.site.create(call.bot, place, above, call.body.get("title", ""), kind="folder")
    return _folder(call, made)


@route(
    "v2",
    "GET",
    "/api/v2/folders/{id}",
    query="include-collaborators include-direct-children include-operations include-properties",
    scope="read:folder:confluence",
)
def folder(call: Call) -> Json:
    return _folder(call, _node(call, "folder"))


@route("v2", "DELETE", "/api/v2/folders/{id}", scope="delete:folder:confluence")
def delete_folder(call: Call) -> Reply:
    found = _node(call, "folder")
    call.site.require(call.bot, "update", found)
    call.site.trash(found)
    return Reply(None, 204)


@route("v2", "POST", "/api/v2/content/convert-ids-to-types", scope="read:content.metadata:confluence")
def kinds(call: Call) -> Json:
    call.check({"contentIds*": [(str, int)]})
    shown: Json = {}
    for sent in call.body["contentIds"]:
        record = call.site.world.records.get(str(sent))
        if isinstance(record, WikiPage) and record.site == call.site.flavor:
            shown[str(sent)] = record.kind
        elif isinstance(record, WikiComment) and record.site == call.site.flavor:
            shown[str(sent)] = f"{record.location}-comment"
        else:
            shown[str(sent)] = None
    return {"results": shown}
