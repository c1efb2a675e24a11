"""What v1 of Cloud answers with."""

from __future__ import annotations

from isms_bot.sandbox.confluence import wire
from isms_bot.sandbox.confluence.cloud.shapes import key_of
from isms_bot.sandbox.confluence.contents import current
from isms_bot.sandbox.confluence.model import Json, WikiAttachment, WikiPage, WikiSpace, WikiVersion
from isms_bot.sandbox.confluence.rendering import view
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.world import Person

_EXPANDABLE = (
    *("container", "metadata", "restrictions", "history", "body", "version", "descendants", "space", "childTypes"),
    *("schedulePublishInfo", "operations", "schedulePublishDate", "children", "macroRenderedOutput", "ancestors"),
)


def user(site: Site, found: Person, email: str) -> Json:
    return {
        "type": "known",
        "accountId": site.account(found.id),
        "accountType": "atlassian",
        "email": email,
        "publicName": found.name,
        "profilePicture": {"path": "/wiki/aa-avatar/default", "width": 48, "height": 48, "isDefault": True},
        "displayName": found.name,
        "timeZone": "UTC",
        "isExternalCollaborator": False,
        "isGuest": False,
        "_expandable": {"operations": "", "personalSpace": ""},
        "_links": {"self": f"{site.base}/rest/api/user?accountId={site.account(found.id)}"},
    }


def _known(site: Site, person_id: str) -> Json:
    person = site.world.get(Person, person_id)
    return user(site, person, "") if person else {"type": "unknown", "displayName": "Unknown User"}


def space(site: Site, found: WikiSpace) -> Json:
    parts = "settings metadata operations lookAndFeel identifiers permissions icon description theme history homepage"
    return {
        "id": int(found.id),
        "key": found.key,
        "alias": found.key,
        "name": found.name,
        "type": "global",
        "status": "current",
        "_expandable": dict.fromkeys(parts.split(), ""),
        "_links": {"webui": f"/spaces/{found.key}", "self": f"{site.base}/rest/api/space/{found.key}"},
    }


def version(site: Site, found: WikiVersion) -> Json:
    return {
        "by": _known(site, found.edited_by),
        "when": wire.moment(found.edited_at),
        "friendlyWhen": wire.friendly(found.edited_at),
        "message": found.message,
        "number": found.number,
        "minorEdit": found.minor,
        "contentTypeModified": False,
        "_expandable": {"collaborators": "", "content": ""},
        "_links": {"self": f"{site.base}/rest/api/content/{found.page_id}/version/{found.number}"},
    }


def content(site: Site, page: WikiPage, expand: set[str]) -> Json:
    """A page; what is not in `expand` is named under `_expandable`."""
    key, place = key_of(site, page), site.space(page.space_id)
    shape: Json = {
        "id": page.id,
        "type": page.kind,
        "status": page.status,
        "title": page.title,
        "macroRenderedOutput": {},
        "extensions": {"position": page.position},
    }
    if "space" in expand and place:
        shape["space"] = space(site, place)
    if "history" in expand:
        shape["history"] = {
            "latest": True,
            "createdBy": _known(site, page.created_by),
            "createdDate": wire.moment(page.created_at),
            "_expandable": {"lastUpdated": "", "previousVersion": "", "contributors": "", "nextVersion": ""},
            "_links": {"self": f"{site.base}/rest/api/content/{page.id}/history"},
        }
    if "version" in expand:
        shape["version"] = version(site, current(page))
    if "ancestors" in expand:
        shape["ancestors"] = [content(site, above, set()) for above in site.ancestors(page)]
    bodies = {part.split(".")[1] for part in expand if part.startswith("body.")}
    if bodies:
        shape["body"] = {
            one: {
                "value": page.storage if one == "storage" else view(site, page.storage, page),
                "representation": one,
                "embeddedContent": [],
                "_expandable": {"content": f"/rest/api/content/{page.id}"},
            }
            for one in sorted(bodies)
        }
    if "metadata.labels" in expand:
        shape["metadata"] = {"labels": labels(page)}
    shape["_expandable"] = {name: "" for name in _EXPANDABLE if name not in shape}
    shape["_links"] = {
        "webui": wire.webui(key, page.id, page.title),
        "self": f"{site.base}/rest/api/content/{page.id}",
        "tinyui": wire.tiny(page.id),
    }
    return shape


def labels(page: WikiPage) -> Json:
    found = [{**one, "label": one["name"]} for one in page.labels]
    return {"results": found, "start": 0, "limit": 200, "size": len(found), "_links": {}}


def attachment(site: Site, found: WikiAttachment) -> Json:
    size = len(found.contents[-1]) * 3 // 4
    return {
        "id": found.id,
        "type": "attachment",
        "status": found.status,
        "title": found.title,
        "version": {
            "by": _known(site, found.edited_by),
            "when": wire.moment(found.edited_at),
            "friendlyWhen": wire.friendly(found.edited_at),
            "message": found.comment,
            "number": found.number,
            "minorEdit": found.minor,
        },
        "metadata": {"mediaType": found.media_type, "comment": found.comment},
        "extensions": {"mediaType": found.media_type, "fileSize": size, "comment": found.comment, "fileId": found.id},
        "_expandable": {"container": f"/rest/api/content/{found.page_id}"},
        "_links": {
            "webui": f"/pages/viewpageattachments.action?pageId={found.page_id}",
            "self": f"{site.base}/rest/api/content/{found.id}",
            "download": f"/download/attachments/{found.page_id}/{found.title}?version={found.number}&api=v2",
        },
    }


def listed(site: Site, results: list[Json], path: str, *, limit: int = 25) -> Json:
    """The envelope of v1."""
    links = {"base": site.base, "context": site.context, "self": f"{site.base}{path}"}
    return {"results": results, "start": 0, "limit": limit, "size": len(results), "_links": links}
