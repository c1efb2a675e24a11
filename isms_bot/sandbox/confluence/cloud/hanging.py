"""v2: what hangs on a page: properties, labels, versions, attachments."""

from __future__ import annotations

import json
from typing import Any

from isms_bot.sandbox.confluence import errors
from isms_bot.sandbox.confluence.api import Call, Reply, paged, route
from isms_bot.sandbox.confluence.cloud import shapes
from isms_bot.sandbox.confluence.cloud.pages import READ, WRITE
from isms_bot.sandbox.confluence.model import Json, WikiAttachment, WikiPage, WikiProperty, WikiVersion

VALUE_LIMIT = 32 * 1024
BODIES_AT_ONCE = 50  # versions with their bodies in one page of results
ATTACHMENTS = "read:attachment:confluence"


# -- properties


@route("v2", "GET", "/api/v2/pages/{id}/properties", query="key sort cursor limit", scope=READ)
def properties(call: Call) -> Reply:
    page, key = call.page(call.params["id"]), call.one("key")
    found = [one for one in shapes.properties(call.site, page) if key is None or one.key == key]
    sort = call.choice("sort", ("key", "-key"), "key")
    found.sort(key=lambda one: one.key, reverse=sort == "-key")
    limit = call.number("limit", 25, 1, 250)
    return paged(call, found, lambda one: shapes.content_property(call.site, one), limit=limit)


def _require_value(value: Any) -> None:
    if len(json.dumps(value, separators=(",", ":")).encode()) > VALUE_LIMIT:
        raise errors.Trouble("too_large", "The value of a content property cannot be larger than 32 KB.")


@route("v2", "POST", "/api/v2/pages/{id}/properties", scope=WRITE)
def create_property(call: Call) -> Json:
    call.check({"key*": str, "value": Any})
    page = call.page(call.params["id"], operation="update")
    _require_value(call.body.get("value"))
    key = call.body["key"]
    if key in dict(shapes.OWN_PROPERTIES):
        raise errors.exists(f"Property with key [{key}] already exists")
    made = call.site.set_property(call.bot, page, key, call.body.get("value"))
    return shapes.content_property(call.site, made)


def _property(call: Call, page: WikiPage) -> WikiProperty:
    wanted = call.params["property"]
    found = next((one for one in shapes.properties(call.site, page) if one.id == wanted), None)
    if found is None:
        raise errors.missing("property", wanted)
    return found


@route("v2", "GET", "/api/v2/pages/{id}/properties/{property}", scope=READ)
def read_property(call: Call) -> Json:
    return shapes.content_property(call.site, _property(call, call.page(call.params["id"])))


@route("v2", "PUT", "/api/v2/pages/{id}/properties/{property}", scope=WRITE)
def update_property(call: Call) -> Json:
    call.check({"key*": str, "value": Any, "version*": {"number*": int, "message": str}})
    page = call.page(call.params["id"], operation="update")
    found, body = _property(call, page), call.body
    if body["key"] != found.key:
        raise errors.invalid("The key of a property cannot be changed.")
    _require_value(body.get("value"))
    version = body["version"]
    made = call.site.set_property(
        call.bot, page, found.key, body.get("value"), number=version["number"], message=version.get("message", "")
    )
    return shapes.content_property(call.site, made)


@route("v2", "DELETE", "/api/v2/pages/{id}/properties/{property}", scope=WRITE)
def delete_property(call: Call) -> Reply:
    found = _property(call, call.page(call.params["id"], operation="update"))
    if found.key not in dict(shapes.OWN_PROPERTIES):  # the site puts its own back at once
        call.site.world.drop(found.id)
    return Reply(None, 204)


# -- labels


class _Item:
    """Something with an id, for the pager."""

    def __init__(self, record_id: str, shape: Json) -> None:
        self.id = record_id
        self.shape = shape


@route("v2", "GET", "/api/v2/pages/{id}/labels", query="prefix sort cursor limit", scope="read:label:confluence")
def labels(call: Call) -> Reply:
    page, prefix = call.page(call.params["id"]), call.one("prefix")
    found = [_Item(x["id"], shapes.label(x)) for x in page.labels if prefix is None or x["prefix"] == prefix]
    return paged(call, found, lambda item: item.shape, limit=call.number("limit", 25, 1, 250))


# -- versions


@route("v2", "GET", "/api/v2/pages/{id}/versions", query="body-format cursor limit sort", scope=READ)
def versions(call: Call) -> Reply:
    page, site = call.page(call.params["id"]), call.site
    wanted = call.choice("body-format", shapes.BULK_BODIES, "")
    limit = call.number("limit", 25, 1, 250)
    found = site.versions(page)
    if call.choice("sort", ("modified-date", "-modified-date"), "-modified-date") == "modified-date":
        found = found[::-1]

    def shape(version: WikiVersion) -> Json:
        about: Json = {"id": page.id, "title": version.title}
        if wanted:
            about["body"] = shapes.body(site, version.storage, wanted, page)
        return {**shapes.version(site, version), "page": about}

    return paged(call, found, shape, limit=min(limit, BODIES_AT_ONCE) if wanted else limit)


@route("v2", "GET", "/api/v2/pages/{id}/versions/{number}", scope=READ)
def version(call: Call) -> Json:
    page, sent = call.page(call.params["id"]), call.params["number"]
    found = call.site.version(page, int(sent)) if sent.isdigit() else None
    if found is None:
        raise errors.missing("version", sent)
    authors = [found.edited_by, *(p for p in found.collaborators if p != found.edited_by)]
    shape = {
        **shapes.version(call.site, found),
        "contentTypeModified": False,
        "collaborators": [call.site.account(person) for person in authors],
    }
    if found.number > 1:
        shape["prevVersion"] = found.number - 1
    if found.number < page.number:
        shape["nextVersion"] = found.number + 1
    return shape


# -- attachments


@route(
    "v2",
    "GET",
    "/api/v2/pages/{id}/attachments",
    query="sort cursor status mediaType filename limit",
    scope=ATTACHMENTS,
)
def attachments(call: Call) -> Reply:
    page, name, media = call.page(call.params["id"]), call.one("filename"), call.one("mediaType")
    statuses = call.many("status", allowed=("current", "archived", "trashed")) or ["current", "archived"]
    found = [
        file
        for file in call.site.attachments(page)
        if file.status in statuses
        and (name is None or file.title == name)
        and (media is None or file.media_type == media)
    ]
    limit = call.number("limit", 50, 1, 250)
    return paged(call, found, lambda file: shapes.attachment(call.site, file), limit=limit)


def _file(call: Call) -> WikiAttachment:
    found = call.site.world.get(WikiAttachment, call.params["id"])
    if found is None or found.site != call.site.flavor:
        raise errors.missing("attachment", call.params["id"])
    call.page(found.page_id)
    return found


@route(
    "v2",
    "GET",
    "/api/v2/attachments/{id}",
    query="version include-labels include-properties include-operations include-versions include-version include-collaborators",
    scope=ATTACHMENTS,
)
def attachment(call: Call) -> Json:
    return shapes.based(call.site, shapes.attachment(call.site, _file(call)))


@route("v2", "DELETE", "/api/v2/attachments/{id}", query="purge", scope="delete:attachment:confluence")
def delete_attachment(call: Call) -> Reply:
    found = _file(call)
    call.page(found.page_id, operation="update")
    call.site.world.drop(found.id)
    return Reply(None, 204)
