"""v2: footer and inline comments."""

from __future__ import annotations

from dataclasses import replace

from isms_bot.sandbox.confluence import errors
from isms_bot.sandbox.confluence.api import Call, Reply, paged, route
from isms_bot.sandbox.confluence.cloud import shapes
from isms_bot.sandbox.confluence.cloud.pages import BODY, storage_of
from isms_bot.sandbox.confluence.model import Json, WikiComment

READ, WRITE, DELETE = "read:comment:confluence", "write:comment:confluence", "delete:comment:confluence"
_SORTS = ("created-date", "-created-date", "modified-date", "-modified-date")
_SINGLE = "body-format version include-properties include-operations include-likes include-versions include-version"
_STATES = ("resolved", "open", "dangling", "reopened")


def _listed(call: Call, found: list[WikiComment]) -> Reply:
    wanted = call.choice("body-format", shapes.BULK_BODIES, "")
    sort = call.choice("sort", _SORTS, "created-date")
    found.sort(
        key=lambda c: (c.edited_at if "modified" in sort else c.created_at, int(c.id)), reverse=sort.startswith("-")
    )
    limit = call.number("limit", 25, 1, 250)
    return paged(call, found, lambda c: shapes.comment(call.site, c, wanted), limit=limit)


def _of_page(call: Call, location: str) -> list[WikiComment]:
    page = call.page(call.params["id"])
    call.many("status", allowed=("current", "archived", "trashed", "deleted", "historical", "draft"))
    return [c for c in call.site.comments(page) if c.location == location and c.parent_id is None]


@route("v2", "GET", "/api/v2/pages/{id}/footer-comments", query="body-format status sort cursor limit", scope=READ)
def footer_of_page(call: Call) -> Reply:
    return _listed(call, _of_page(call, "footer"))


@route(
    "v2",
    "GET",
    "/api/v2/pages/{id}/inline-comments",
    query="body-format status resolution-status sort cursor limit",
    scope=READ,
)
def inline_of_page(call: Call) -> Reply:
    states = call.many("resolution-status", allowed=_STATES)
    return _listed(call, [c for c in _of_page(call, "inline") if not states or c.resolution in states])


def _comment(call: Call, location: str, comment_id: str | None = None) -> WikiComment:
    wanted = comment_id or call.params["id"]
    found = call.site.world.get(WikiComment, wanted)
    if found is None or found.site != call.site.flavor or found.location != location:
        raise errors.missing("comment", wanted)
    call.page(found.page_id)
    return found


def _single(call: Call, location: str) -> Json:
    found = _comment(call, location)
    if call.number("version", found.number) != found.number:
        raise errors.missing("version", call.one("version") or "")
    return shapes.comment(call.site, found, call.choice("body-format", shapes.SINGLE_BODIES, ""), single=True)


@route("v2", "GET", "/api/v2/footer-comments/{id}", query=_SINGLE, scope=READ)
def footer(call: Call) -> Json:
    return _single(call, "footer")


@route("v2", "GET", "/api/v2/inline-comments/{id}", query=_SINGLE, scope=READ)
def inline(call: Call) -> Json:
    return _single(call, "inline")


def _children(call: Call, location: str) -> Reply:
    above = _comment(call, location)
    page = call.page(above.page_id)
    return _listed(call, [c for c in call.site.comments(page) if c.parent_id == above.id])


@route("v2", "GET", "/api/v2/footer-comments/{id}/children", query="body-format sort cursor limit", scope=READ)
def footer_children(call: Call) -> Reply:
    return _children(call, "footer")


@route("v2", "GET", "/api/v2/inline-comments/{id}/children", query="body-format sort cursor limit", scope=READ)
def inline_children(call: Call) -> Reply:
    return _children(call, "inline")


def _create(call: Call, location: str) -> Reply:
    body, site = call.body, call.site
    answers = _comment(call, location, body["parentCommentId"]) if body.get("parentCommentId") else None
    about = answers.page_id if answers else body.get("pageId")
    if about is None:
        raise errors.invalid("One of pageId and parentCommentId is required.")
    page = call.page(about, operation="comment", statuses=("current",))
    selected = body.get("inlineCommentProperties") or {}
    if location == "inline" and answers is None and not selected.get("textSelection"):
        raise errors.invalid("inlineCommentProperties.textSelection is required.")
    made = site.comment(
        call.bot,
        page,
        storage_of(body["body"]),
        location=location,
        answers=answers,
        selection=selected.get("textSelection", ""),
        index=selected.get("textSelectionMatchIndex", 0),
    )
    where = f"{site.base}/api/v2/{location}-comments/{made.id}"
    return Reply(shapes.comment(site, made, "storage", single=True), 201, {"location": where})


@route("v2", "POST", "/api/v2/footer-comments", scope=WRITE)
def create_footer(call: Call) -> Reply:
    call.check(
        {
            "pageId": str,
            "parentCommentId": str,
            "blogPostId": str,
            "attachmentId": str,
            "customContentId": str,
            "body*": BODY,
        }
    )
    return _create(call, "footer")


@route("v2", "POST", "/api/v2/inline-comments", scope=WRITE)
def create_inline(call: Call) -> Reply:
    selection: Json = {"textSelection": str, "textSelectionMatchCount": int, "textSelectionMatchIndex": int}
    call.check(
        {
            "pageId": str,
            "parentCommentId": str,
            "blogPostId": str,
            "body*": BODY,
            "inlineCommentProperties": selection,
        }
    )
    return _create(call, "inline")


def _update(call: Call, location: str) -> Json:
    found, version = _comment(call, location), call.body["version"]
    if version["number"] != found.number + 1:
        raise errors.version(found.number, version["number"])
    call.page(found.page_id, operation="comment")
    if call.body.get("resolved") is not None:
        found = call.site.resolve(call.bot, found, call.body["resolved"])
    kept = call.site.kept(storage_of(call.body["body"])) if call.body.get("body") else found.storage
    new = replace(
        found,
        storage=kept,
        number=version["number"],
        message=version.get("message", ""),
        edited_at=call.site.world.now_ms(),
        edited_by=call.bot,
    )
    call.site.world.put(new)
    return shapes.comment(call.site, new, "storage", single=True)


@route("v2", "PUT", "/api/v2/footer-comments/{id}", scope=WRITE)
def update_footer(call: Call) -> Json:
    call.check({"version*": {"number*": int, "message": str}, "body*": BODY})
    return _update(call, "footer")


@route("v2", "PUT", "/api/v2/inline-comments/{id}", scope=WRITE)
def update_inline(call: Call) -> Json:
    call.check({"version*": {"number*": int, "message": str}, "body": BODY, "resolved": bool})
    return _update(call, "inline")


def _delete(call: Call, location: str) -> Reply:
    found = _comment(call, location)
    call.page(found.page_id, operation="comment")
    call.site.world.drop(found.id)
    return Reply(None, 204)


@route("v2", "DELETE", "/api/v2/footer-comments/{id}", scope=DELETE)
def delete_footer(call: Call) -> Reply:
    return _delete(call, "footer")


@route("v2", "DELETE", "/api/v2/inline-comments/{id}", scope=DELETE)
def delete_inline(call: Call) -> Reply:
    return _delete(call, "inline")
