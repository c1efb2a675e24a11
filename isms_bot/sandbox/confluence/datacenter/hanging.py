"""What hangs on a page: properties, labels, restrictions, attachments."""

from __future__ import annotations

import base64
import json
from typing import Any

from isms_bot.sandbox.confluence import accounts, errors, files, multipart
from isms_bot.sandbox.confluence.api import Call, Reply, route
from isms_bot.sandbox.confluence.datacenter import shapes
from isms_bot.sandbox.confluence.model import Json, WikiAttachment, WikiPage, WikiProperty

VALUE_LIMIT = 32 * 1024
_VERSION: Json = {"number*": int, "message": str, "minorEdit": bool}


# -- properties


def _require_value(value: Any) -> None:
    if value is None:
        raise errors.invalid("The value is missing.")
    if len(json.dumps(value, separators=(",", ":")).encode()) > VALUE_LIMIT:
        raise errors.Trouble("too_large", "The value of a content property cannot be longer than 32768 characters.")


def _property(call: Call) -> WikiProperty:
    page, key = call.page(call.params["id"]), call.params["key"]
    found = next((one for one in call.site.properties(page) if one.key == key), None)
    if found is None:
        raise errors.missing("property", key)
    return found


@route("dc", "GET", "/rest/api/content/{id}/property", query="expand start limit")
def properties(call: Call) -> Json:
    page = call.page(call.params["id"])
    found = [shapes.content_property(call.site, one) for one in call.site.properties(page)]
    return shapes.listed(call, found, limit=10)


def _create(call: Call, key: str) -> Json:
    page = call.page(call.params["id"], operation="update")
    _require_value(call.body.get("value"))
    return shapes.content_property(call.site, call.site.set_property(call.bot, page, key, call.body["value"]))


@route("dc", "POST", "/rest/api/content/{id}/property")
def create_property(call: Call) -> Json:
    call.check({"key*": str, "value": Any})
    return _create(call, call.body["key"])


@route("dc", "GET", "/rest/api/content/{id}/property/{key}", query="expand limit")
def read_property(call: Call) -> Json:
    return shapes.content_property(call.site, _property(call))


@route("dc", "POST", "/rest/api/content/{id}/property/{key}")
def create_named_property(call: Call) -> Json:
    call.check({"key": str, "value": Any})
    return _create(call, call.params["key"])


@route("dc", "PUT", "/rest/api/content/{id}/property/{key}", query="expand")
def update_property(call: Call) -> Json:
    """Version 1 makes one that is not there yet."""
    call.check({"key": str, "value": Any, "version*": _VERSION, "id": str})
    page, key = call.page(call.params["id"], operation="update"), call.params["key"]
    if call.body.get("key", key) != key:
        raise errors.invalid("The key in the body is not the key in the path.")
    _require_value(call.body.get("value"))
    version, there = call.body["version"], any(one.key == key for one in call.site.properties(page))
    if not there and version["number"] != 1:
        raise errors.missing("property", key)
    number, message = (version["number"] if there else None), version.get("message", "")
    made = call.site.set_property(call.bot, page, key, call.body["value"], number=number, message=message)
    return shapes.content_property(call.site, made)


@route("dc", "DELETE", "/rest/api/content/{id}/property/{key}")
def delete_property(call: Call) -> Reply:
    found = _property(call)
    call.page(found.page_id, operation="update")
    call.site.world.drop(found.id)
    return Reply(None, 204)


# -- labels


def _labels(call: Call, page: WikiPage) -> Json:
    prefix = call.one("prefix")
    found = [shapes.label(one) for one in call.site.fresh(page).labels if prefix is None or one["prefix"] == prefix]
    return shapes.listed(call, found, limit=200)


@route("dc", "GET", "/rest/api/content/{id}/label", query="prefix start limit")
def labels(call: Call) -> Json:
    return _labels(call, call.page(call.params["id"]))


@route("dc", "POST", "/rest/api/content/{id}/label")
def add_labels(call: Call) -> Json:
    sent = call.body if isinstance(call.body, list) else [call.body]
    for one in sent:
        if not isinstance(one, dict) or set(one) - {"prefix", "name", "id", "label"} or not one.get("name"):
            raise errors.invalid("a label is {prefix, name}")
        if " " in one["name"] or len(one["name"]) > 255:
            raise errors.invalid(f"The label {one['name']} is not valid.")
    page = call.page(call.params["id"], operation="update")
    return _labels(call, call.site.label(page, sent))


def _unlabel(call: Call, name: str) -> Reply:
    page = call.page(call.params["id"], operation="update")
    call.site.change(page, labels=tuple(one for one in page.labels if one["name"] != name.lower()))
    return Reply(None, 204)


@route("dc", "DELETE", "/rest/api/content/{id}/label", query="name")
def remove_label(call: Call) -> Reply:
    return _unlabel(call, call.one("name") or "")


@route("dc", "DELETE", "/rest/api/content/{id}/label/{label}")
def remove_named_label(call: Call) -> Reply:
    return _unlabel(call, call.params["label"])


# -- restrictions


@route("dc", "GET", "/rest/api/content/{id}/restriction/byOperation", query="expand")
def by_operation(call: Call) -> Json:
    page = call.page(call.params["id"])
    return {one: shapes.restriction(call.site, page, one) for one in shapes.OPERATIONS}


@route("dc", "GET", "/rest/api/content/{id}/restriction/byOperation/{operation}", query="expand start limit")
def of_operation(call: Call) -> Json:
    if call.params["operation"] not in shapes.OPERATIONS:
        raise errors.invalid("operation is read or update")
    return shapes.restriction(call.site, call.page(call.params["id"]), call.params["operation"])


@route("dc", "PUT", "/rest/api/content/{id}/restriction", query="expand start limit")
def restrict(call: Call) -> Json:
    """Operations that are not named stay, and so do users or groups that are left out. Nobody can take themselves out."""
    if tuple(int(part) for part in call.site.access.dc_version.split(".")[:2]) < (8, 8):
        raise errors.Trouble("method", "Method Not Allowed")
    page = call.page(call.params["id"], operation="update")
    call.check([{"operation*": str, "restrictions*": {"user": [dict], "group": [dict]}, "content": dict}])
    new = dict(page.restrictions)
    for one in call.body:
        if one["operation"] not in shapes.OPERATIONS:
            raise errors.invalid("operation is read or update")
        kept = dict(new.get(one["operation"]) or {"users": [], "groups": []})
        if "user" in one["restrictions"]:
            kept["users"] = [_user(call, sent) for sent in one["restrictions"]["user"]]
        if "group" in one["restrictions"]:
            kept["groups"] = [_group(sent) for sent in one["restrictions"]["group"]]
        new[one["operation"]] = kept
    changed = call.site.change(page, restrictions=new)
    if not call.site.may(call.bot, "update", changed):
        raise errors.invalid("You cannot revoke your own access.")
    found = [shapes.restriction(call.site, changed, one) for one in shapes.OPERATIONS]
    return shapes.listed(call, found, limit=100)


def _user(call: Call, sent: Json) -> str:
    found = accounts.by_username(call.site.world, str(sent.get("username", "")))
    if found is None or sent.get("type") != "known":
        raise errors.invalid("a user is {type: known, username}")
    return found.id


def _group(sent: Json) -> str:
    if sent.get("name") not in accounts.GROUPS or sent.get("type") != "group":
        raise errors.invalid("a group is {type: group, name}")
    return str(sent["name"])


# -- attachments

_PATH = "/rest/api/content/{id}/child/attachment"


@route("dc", "GET", _PATH, query="expand start limit filename mediaType")
def attachments(call: Call) -> Json:
    page, name, media = call.page(call.params["id"]), call.one("filename"), call.one("mediaType")
    asked = shapes.expand(call, frozenset())
    found = [
        shapes.attachment(call.site, file, asked)
        for file in call.site.attachments(page)
        if (name is None or file.title == name) and (media is None or file.media_type == media)
    ]
    return shapes.listed(call, found, limit=50)


def _put(call: Call, page: WikiPage, form: multipart.Form, name: str, media: str, content: bytes) -> WikiAttachment:
    comment, minor = form.words.get("comment", ""), form.words.get("minorEdit") == "true"
    encoded = base64.b64encode(content)
    return files.attach(call.site, call.bot, page, name, media, encoded, comment=comment, minor=minor)


@route("dc", "POST", _PATH, query="status allowDuplicated expand", multipart=True)
def upload(call: Call) -> Json:
    page, form = call.page(call.params["id"], operation="update"), multipart.read(call)
    for name, _, _ in form.files:
        if call.one("allowDuplicated") != "true" and files.named(call.site, page, name):
            raise errors.invalid(f"Cannot add a new attachment with same file name as an existing attachment: {name}")
    made = [_put(call, page, form, *one) for one in form.files]
    shown = [shapes.attachment(call.site, one, frozenset({"version", "container"})) for one in made]
    return shapes.listed(call, shown, limit=len(shown))


def _file(call: Call) -> WikiAttachment:
    page = call.page(call.params["id"])
    found = next((file for file in call.site.attachments(page) if file.id == call.params["file"]), None)
    if found is None:
        raise errors.missing("content", call.params["file"])
    return found


@route("dc", "POST", _PATH + "/{file}/data", multipart=True)
def new_version(call: Call) -> Json:
    found, form = _file(call), multipart.read(call)
    page = call.page(found.page_id, operation="update")
    _, media, content = form.files[0]
    made = _put(call, page, form, found.title, media, content)
    return shapes.attachment(call.site, made, frozenset({"version", "container"}))


@route("dc", "DELETE", _PATH + "/{file}")
def delete_attachment(call: Call) -> Reply:
    found = _file(call)
    call.page(found.page_id, operation="update")
    call.site.world.drop(found.id)
    return Reply(None, 204)


@route("dc", "GET", "/download/attachments/{id}/{name}", query="version modificationDate cacheVersion api download")
def download(call: Call) -> Reply:
    page = call.page(call.params["id"])
    found = files.named(call.site, page, call.params["name"])
    if found is None:
        raise errors.missing("content", call.params["name"])
    number = call.number("version", found.number, 1, found.number)
    content = base64.b64decode(found.contents[number - 1])
    return Reply(None, 200, {"content-type": found.media_type}, content)
