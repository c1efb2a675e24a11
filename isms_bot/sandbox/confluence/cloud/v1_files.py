"""v1: uploads and downloads of attachments."""

from __future__ import annotations

import base64

from isms_bot.sandbox.confluence import errors, files, multipart
from isms_bot.sandbox.confluence.api import Call, Reply, route
from isms_bot.sandbox.confluence.cloud import v1_shapes as shapes
from isms_bot.sandbox.confluence.model import Json, WikiAttachment, WikiPage

FILE, READ = "write:confluence-file", "readonly:content.attachment:confluence"
_PATH = "/rest/api/content/{id}/child/attachment"


def _upload(call: Call, *, replacing: bool) -> Json:
    page, form = call.page(call.params["id"], operation="update"), multipart.read(call)
    made = []
    for name, media_type, content in form.files:
        if not replacing and files.named(call.site, page, name):
            raise errors.invalid(f"Cannot add a new attachment with same file name as an existing attachment: {name}")
        made.append(_put(call, page, form, name, media_type, content))
    shown = [shapes.attachment(call.site, one) for one in made]
    return shapes.listed(call.site, shown, call.path, limit=len(shown))


def _put(
    call: Call, page: WikiPage, form: multipart.Form, name: str, media_type: str, content: bytes
) -> WikiAttachment:
    comment, minor = form.words.get("comment", ""), form.words.get("minorEdit") == "true"
    encoded = base64.b64encode(content)
    return files.attach(call.site, call.bot, page, name, media_type, encoded, comment=comment, minor=minor)


@route("v1", "POST", _PATH, query="status", scope=FILE, multipart=True)
def upload(call: Call) -> Json:
    return _upload(call, replacing=False)


@route("v1", "PUT", _PATH, query="status", scope=FILE, multipart=True)
def upsert(call: Call) -> Json:
    return _upload(call, replacing=True)


def _file(call: Call) -> WikiAttachment:
    page = call.page(call.params["id"])
    found = next((f for f in call.site.attachments(page) if f.id == call.params["file"]), None)
    if found is None:
        raise errors.missing("attachment", call.params["file"])
    return found


@route("v1", "POST", _PATH + "/{file}/data", scope=FILE, multipart=True)
def new_version(call: Call) -> Json:
    found, form = _file(call), multipart.read(call)
    page = call.page(found.page_id, operation="update")
    _, media_type, content = form.files[0]
    return shapes.attachment(call.site, _put(call, page, form, found.title, media_type, content))


@route("v1", "GET", _PATH, query="expand start limit filename mediaType", legacy=True, scope=READ)
def legacy_list(call: Call) -> Json:
    page, name = call.page(call.params["id"]), call.one("filename")
    found = [f for f in call.site.attachments(page) if name is None or f.title == name]
    shown = [shapes.attachment(call.site, one) for one in found]
    return shapes.listed(call.site, shown, call.path, limit=50)


@route("v1", "GET", _PATH + "/{file}/download", query="version status", scope=READ)
def download(call: Call) -> Reply:
    """To another address, which wants no credential (it carries its own)."""
    found = _file(call)
    number = call.number("version", found.number, 1, found.number)
    where = f"{call.site.world.settings.get('base_url', '')}/media/{found.id}/{number}?token={_token(call, found)}"
    return Reply(None, 302, {"location": where})


def _token(call: Call, found: WikiAttachment) -> str:
    return files.media_token(call.site.world.seed, found)


@route("v1", "GET", "/download/attachments/{id}/{name}", query="version api modificationDate cacheVersion", scope=READ)
def old_download(call: Call) -> Reply:
    page = call.page(call.params["id"])
    found = files.named(call.site, page, call.params["name"])
    if found is None:
        raise errors.missing("attachment", call.params["name"])
    number = call.number("version", found.number, 1, found.number)
    where = f"{call.site.world.settings.get('base_url', '')}/media/{found.id}/{number}?token={_token(call, found)}"
    return Reply(None, 302, {"location": where})
