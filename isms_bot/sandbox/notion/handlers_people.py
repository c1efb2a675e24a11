"""Users, comments and file uploads."""

from __future__ import annotations

import base64
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

from isms_bot.sandbox.notion import blocks, errors, grammar_pages, grammar_views, richtext
from isms_bot.sandbox.notion.api import Call, paged, route
from isms_bot.sandbox.notion.model import Comment, Discussion, FileUpload, Json
from isms_bot.sandbox.notion.shapes import MAX_SINGLE_PART, listing
from isms_bot.sandbox.notion.validation import canonical
from isms_bot.sandbox.world import Person

HOUR = 3_600_000


def _need_users(call: Call) -> None:
    if call.space.world.integration.user_info == "none":
        raise errors.no_capability()


@route("GET", "/v1/users")
def list_users(call: Call) -> Json:
    _need_users(call)
    size = call.size()
    people = [person for person in call.space.world.all(Person) if person.active]
    page, following = paged(people, call.one("start_cursor"), size)
    return listing("user", [call.shapes.user(person.id) for person in page], following)


@route("GET", "/v1/users/me")
def me(call: Call) -> Json:
    shown = call.shapes.user(call.bot)
    return shown if "bot" in shown else {**shown, "name": None, "avatar_url": None, "type": "bot", "bot": {}}


@route("GET", "/v1/users/{user_id}")
def retrieve_user(call: Call) -> Json:
    _need_users(call)
    user_id = canonical(call.params["user_id"])
    person = call.space.world.get(Person, user_id)
    if person is None or not person.active:
        raise call.missing("user", user_id)
    return call.shapes.user(person.id)


# -- comments


@route("POST", "/v1/comments")
def create_comment(call: Call) -> Json:
    call.check(grammar_pages.comment_create)
    call.need("insert_comments")
    body = call.body
    thread = _thread(call, body)
    display = body.get("display_name", {})
    comment = call.space.make_comment(
        call.bot,
        thread,
        _text(body),
        display_name=display["custom"]["name"] if display.get("type") == "custom" else None,
        attachments=tuple(blocks.uploaded(call.space, a["file_upload_id"]).id for a in body.get("attachments", [])),
    )
    call.committed_id = comment.id
    return _shown(call, comment)


def _shown(call: Call, comment: Comment) -> Json:
    if not call.space.world.integration.read_comments:
        return {"object": "comment", "id": comment.id}
    return call.shapes.comment(comment)


def _text(body: Json) -> list[Json]:
    # Markdown in comments is kept as plain text here.
    return richtext.store(body["rich_text"]) if "rich_text" in body else richtext.of(body["markdown"])


def _thread(call: Call, body: Json) -> Discussion:
    if "discussion_id" in body:
        thread_id = canonical(body["discussion_id"])
        thread = call.space.world.get(Discussion, thread_id)
        anchor = call.space.find(thread.anchor_id) if thread else None
        if thread is None or anchor is None or not call.shared(anchor):
            raise call.missing("discussion", thread_id)
        return thread
    parent = body["parent"]
    anchor = call.page(parent["page_id"]) if "page_id" in parent else call.block(parent["block_id"])
    call.space.require_editable(anchor)
    page = call.space.page_of(anchor)
    if page is None:
        raise call.missing("page", anchor.id)
    return call.space.thread_on(anchor, page)


@route("GET", "/v1/comments")
def list_comments(call: Call) -> Json:
    block_id = call.uuid_query("block_id", required=True)
    size = call.size(least=1)
    cursor = call.uuid_query("start_cursor")
    call.need("read_comments")
    block = call.block(block_id or "")
    page, following = paged(call.space.open_comments(block.id), cursor, size)
    return listing("comment", [call.shapes.comment(comment) for comment in page], following)


def _comment(call: Call) -> Comment:
    comment_id = canonical(call.params["comment_id"])
    comment = call.space.world.get(Comment, comment_id)
    anchor = call.space.find(comment.anchor_id) if comment else None
    if comment is None or anchor is None or not call.shared(anchor):
        raise call.missing("comment", comment_id)
    return comment


@route("GET", "/v1/comments/{comment_id}")
def retrieve_comment(call: Call) -> Json:
    call.need("read_comments")
    return call.shapes.comment(_comment(call))


def _own(call: Call) -> Comment:
    comment = _comment(call)
    if comment.created_by != call.bot:
        raise errors.no_capability()
    return comment


@route("PATCH", "/v1/comments/{comment_id}")
def update_comment(call: Call) -> Json:
    call.check(grammar_pages.comment_update)
    call.need("insert_comments")
    return _shown(call, call.space.edited(_own(call), call.bot, rich_text=_text(call.body)))


@route("DELETE", "/v1/comments/{comment_id}")
def delete_comment(call: Call) -> Json:
    call.need("insert_comments")
    comment = _own(call)
    shown = _shown(call, comment)
    call.space.world.drop(comment.id)
    return shown


# -- file uploads


@route("POST", "/v1/file_uploads")
def create_upload(call: Call) -> Json:
    call.check(grammar_views.FILE_UPLOAD_CREATE)
    call.need("insert_content")
    if call.body.get("mode", "single_part") != "single_part":
        raise errors.invalid("The sandbox emulates single_part uploads only.")
    upload = FileUpload(
        id=call.space.world.new_id(),
        filename=call.body.get("filename"),
        content_type=call.body.get("content_type"),
        expires_at=call.space.world.now_ms() + HOUR,
        **call.space.born(call.bot),
    )
    call.space.world.put(upload)
    call.committed_id = upload.id
    return call.shapes.file_upload(upload)


def _upload(call: Call) -> FileUpload:
    upload_id = canonical(call.params["file_upload_id"])
    upload = call.space.world.get(FileUpload, upload_id)
    if upload is None:
        raise call.missing("file_upload", upload_id)
    return upload


@route("GET", "/v1/file_uploads")
def list_uploads(call: Call) -> Json:
    size = call.size()
    status = call.one("status")
    found = [u for u in call.space.world.all(FileUpload) if status in {None, u.status}]
    page, following = paged(found, call.uuid_query("start_cursor"), size)
    return listing("file_upload", [call.shapes.file_upload(upload) for upload in page], following)


@route("GET", "/v1/file_uploads/{file_upload_id}")
def retrieve_upload(call: Call) -> Json:
    return call.shapes.file_upload(_upload(call))


@route("POST", "/v1/file_uploads/{file_upload_id}/send", multipart=True)
def send_upload(call: Call) -> Json:
    call.need("insert_content")
    upload = _upload(call)
    if upload.status != "pending":
        raise errors.invalid(f"File upload with ID {upload.id} has already been uploaded.")
    part = _file_part(call)
    content = part.get_payload(decode=True)
    largest = min(MAX_SINGLE_PART, call.shapes.largest_upload)
    if not isinstance(content, bytes) or len(content) > largest:
        raise errors.invalid(f"The file is larger than {largest} bytes.")
    changed: FileUpload = call.space.edited(
        upload,
        call.bot,
        content=base64.b64encode(content).decode(),
        size=len(content),
        status="uploaded",
        filename=upload.filename or part.get_filename(),
        content_type=upload.content_type or part.get_content_type(),
    )
    return call.shapes.file_upload(changed)


def _file_part(call: Call) -> Message:
    head = f"Content-Type: {call.content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.raw)
    for part in message.iter_parts() if message.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == "file":
            return part
    raise errors.invalid("body failed validation: body.file should be defined, instead was `undefined`.")
