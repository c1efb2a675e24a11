"""What v2 answers with: one function per thing, keys in the recorded order."""

from __future__ import annotations

from collections.abc import Sequence

from isms_bot.sandbox.confluence import errors, wire
from isms_bot.sandbox.confluence.contents import current
from isms_bot.sandbox.confluence.model import (
    Json,
    WikiAttachment,
    WikiComment,
    WikiPage,
    WikiProperty,
    WikiSpace,
    WikiTask,
    WikiVersion,
)
from isms_bot.sandbox.confluence.rendering import view
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.world import Person

BULK_BODIES = ("storage", "atlas_doc_format")
SINGLE_BODIES = (*BULK_BODIES, "view", "export_view", "anonymous_export_view", "styled_view", "editor")
INCLUDED = 50  # of each kind inside a page
# Properties that the site itself keeps on every page.
OWN_PROPERTIES = (("editor", "v2"), ("content-appearance-published", "default"))


def version(site: Site, found: WikiVersion | WikiComment | WikiProperty) -> Json:
    minor = found.minor if isinstance(found, WikiVersion) else False
    return {
        "number": found.number,
        "message": found.message,
        "minorEdit": minor,
        "authorId": site.account(found.edited_by),
        "createdAt": wire.moment(found.edited_at),
    }


def body(site: Site, storage: str, wanted: str, page: WikiPage | None = None) -> Json:
    """The body in the asked representation. Raises Trouble for the vendor's own document format."""
    if wanted == "atlas_doc_format":
        raise errors.invalid("The sandbox keeps storage format only; it has no atlas_doc_format.")
    if not wanted:
        return {}
    value = storage if wanted in {"storage", "editor"} else view(site, storage, page)
    return {wanted: {"representation": wanted, "value": value}}


def key_of(site: Site, page: WikiPage) -> str:
    space = site.space(page.space_id)
    return space.key if space else ""


def links(site: Site, page: WikiPage) -> Json:
    key = key_of(site, page)
    return {
        "editui": f"/pages/resumedraft.action?draftId={page.id}",
        "webui": wire.webui(key, page.id, page.title),
        "edituiv2": f"/spaces/{key}/pages/edit-v2/{page.id}",
        "tinyui": wire.tiny(page.id),
    }


def page(site: Site, found: WikiPage, wanted: str = "", seen: WikiVersion | None = None) -> Json:
    """A page in a list; `seen`: an earlier version of it."""
    shown = seen or current(found)
    lost = found.status == "trashed"
    parent = site.find(found.parent_id or "") if not lost else None
    return {
        "id": found.id,
        "status": found.status if shown.number == found.number else "historical",
        "title": shown.title,
        "spaceId": found.space_id,
        "parentId": parent.id if parent else None,
        "parentType": parent.kind if parent else None,
        "position": None if lost else found.position,
        "authorId": site.account(found.created_by),
        "ownerId": site.account(found.owner),
        "lastOwnerId": None,
        "subtype": found.subtype,
        "createdAt": wire.moment(found.created_at),
        "version": version(site, shown),
        "body": body(site, shown.storage, wanted, found),
        "_links": links(site, found),
    }


def based(site: Site, shape: Json) -> Json:
    """With the site's address, as single things have it."""
    return {**shape, "_links": {**shape["_links"], "base": site.base}}


def included(path: str, items: Sequence[Json]) -> Json:
    """Things inside another: at most fifty, and whether there are more."""
    meta: Json = {"hasMore": len(items) > INCLUDED}
    if len(items) > INCLUDED:
        meta["cursor"] = str(INCLUDED)
    return {"results": list(items[:INCLUDED]), "meta": meta, "_links": {"self": f"/wiki/api/v2{path}"}}


def properties(site: Site, found: WikiPage) -> list[WikiProperty]:
    """The properties of a page with those that the site itself keeps there."""
    own = [
        WikiProperty(
            id=f"{int(found.id) * 10 + number}",
            site=site.flavor,
            page_id=found.id,
            key=key,
            value=value,
            number=1,
            message="",
            edited_at=found.created_at,
            edited_by=found.created_by,
        )
        for number, (key, value) in enumerate(OWN_PROPERTIES)
    ]
    return [*own, *site.properties(found)]


def content_property(site: Site, found: WikiProperty) -> Json:
    return {"id": found.id, "key": found.key, "value": found.value, "version": version(site, found)}


def label(found: Json) -> Json:
    return {"id": found["id"], "name": found["name"], "prefix": found["prefix"]}


def space(site: Site, found: WikiSpace) -> Json:
    return {
        "id": found.id,
        "key": found.key,
        "name": found.name,
        "type": "global",
        "status": "current",
        "authorId": site.account(found.created_by),
        "spaceOwnerId": site.account(found.created_by),
        "createdAt": wire.moment(found.created_at),
        "homepageId": found.homepage_id,
        "currentActiveAlias": found.key,
        "_links": {"webui": f"/spaces/{found.key}"},
    }


def comment(site: Site, found: WikiComment, wanted: str, *, single: bool = False) -> Json:
    """A comment of either kind, in a list or (`single`) alone."""
    about = site.find(found.page_id)
    key = key_of(site, about) if about else ""
    shape: Json = {
        "id": found.id,
        "status": "current",
        "title": f"Re: {about.title}" if about else "",
        "pageId": found.page_id,
        "version": version(site, found),
        "body": body(site, found.storage, wanted),
        "_links": {"webui": f"/spaces/{key}/pages/{found.page_id}?focusedCommentId={found.id}"},
    }
    if found.parent_id:
        shape["parentCommentId"] = found.parent_id
    if found.location == "inline":
        shape["resolutionStatus"] = found.resolution
        shape["properties"] = {"inlineMarkerRef": found.marker, "inlineOriginalSelection": found.selection}
        if single and found.resolved_at:
            shape["resolutionLastModifierId"] = site.account(found.resolved_by)
            shape["resolutionLastModifiedAt"] = wire.moment(found.resolved_at)
    return based(site, shape) if single else shape


def task(site: Site, found: WikiTask, wanted: str) -> Json:
    about = site.find(found.page_id)
    return {
        "id": found.id,
        "localId": found.local_id,
        "spaceId": about.space_id if about else "",
        "pageId": found.page_id,
        "status": found.status,
        "body": body(site, found.body, wanted),
        "createdBy": site.account(found.created_by),
        "assignedTo": site.account(found.assigned_to) or None,
        "completedBy": site.account(found.completed_by) or None,
        "createdAt": wire.moment(found.created_at),
        "updatedAt": wire.moment(found.edited_at),
        "dueAt": wire.moment(found.due_at) if found.due_at else None,
        "completedAt": wire.moment(found.completed_at) if found.completed_at else None,
    }


def attachment(site: Site, found: WikiAttachment) -> Json:
    download = f"/download/attachments/{found.page_id}/{found.title}?version={found.number}&api=v2"
    about = site.find(found.page_id)
    webui = f"/spaces/{key_of(site, about) if about else ''}/pages/{found.page_id}?preview=/{found.page_id}/{found.id}"
    return {
        "id": found.id,
        "status": found.status,
        "title": found.title,
        "createdAt": wire.moment(found.created_at),
        "pageId": found.page_id,
        "mediaType": found.media_type,
        "mediaTypeDescription": found.media_type,
        "comment": found.comment,
        "fileId": found.id,
        "fileSize": len(found.contents[-1]) * 3 // 4,
        "webuiLink": webui,
        "downloadLink": f"/rest/api/content/{found.page_id}/child/attachment/{found.id}/download",
        "version": {
            "number": found.number,
            "message": found.comment,
            "minorEdit": found.minor,
            "authorId": site.account(found.edited_by),
            "createdAt": wire.moment(found.edited_at),
        },
        "_links": {"webui": webui, "download": download},
    }


def user(site: Site, found: Person, email: str) -> Json:
    return {
        "displayName": found.name,
        "timeZone": "UTC",
        "isExternalCollaborator": False,
        "accountStatus": "active" if found.active else "inactive",
        "accountId": site.account(found.id),
        "email": email,
        "accountType": "atlassian",
        "publicName": found.name,
        "profilePicture": {"path": "/wiki/aa-avatar/default", "isDefault": True},
    }
