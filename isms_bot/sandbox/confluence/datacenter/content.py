"""Pages and comments: list, read, create, update, trash; children and history."""

from __future__ import annotations

from dataclasses import replace

from isms_bot.sandbox.confluence import errors
from isms_bot.sandbox.confluence.api import Call, Reply, route
from isms_bot.sandbox.confluence.contents import current
from isms_bot.sandbox.confluence.datacenter import shapes
from isms_bot.sandbox.confluence.model import Json, WikiAttachment, WikiComment, WikiPage, WikiSpace

_BODY: Json = {"storage": {"value*": str, "representation*": str, "webresource": dict, "content": dict}}
_REF: Json = {"id*": (str, int), "type": str, "title": str, "status": str}
CONTENT: Json = {
    "id": (str, int),
    "type*": str,
    "status": str,
    "title": str,
    "space": {"key*": str, "id": int, "name": str},
    "ancestors": [_REF],
    "container": {**_REF, "key": str},
    "body": _BODY,
    "version": {"number*": int, "minorEdit": bool, "message": str},
    "metadata": dict,
    "extensions": dict,
    "position": int,
}
WITH_BODIES = 200  # results at once where bodies are asked for


def most(asked: frozenset[str]) -> int:
    return WITH_BODIES if "body" in asked else 500


def space_of(call: Call, key: str) -> WikiSpace:
    found = call.site.space_by_key(key)
    if found is None or call.site.access.permission == "none":
        raise errors.missing("space", key)
    return found


def _statuses(call: Call) -> tuple[str, ...]:
    found = call.one("status") or "current"
    if found == "any":
        return ("current", "trashed")
    if found not in {"current", "trashed", "draft", "historical"}:
        raise errors.invalid(f"{found} is no status")
    return (found,)


@route("dc", "GET", "/rest/api/content", query="type spaceKey title status postingDay expand start limit ids")
def content_list(call: Call) -> Json:
    site, title, statuses = call.site, call.one("title"), _statuses(call)
    kind, key, ids = call.one("type") or "page", call.one("spaceKey"), call.many("ids")
    space = site.space_by_key(key) if key else None
    if key and space is None:
        raise errors.missing("space", key)
    found = [
        page
        for page in site.pages()
        if page.status in statuses
        and kind == "page"
        and (space is None or page.space_id == space.id)
        and (title is None or page.title.lower() == title.lower())
        and (not ids or page.id in ids)
        and site.may(call.bot, "read", page)
    ]
    asked = shapes.expand(call)
    return _listed(call, found, asked)


def _listed(call: Call, found: list[WikiPage], asked: frozenset[str]) -> Json:
    return shapes.listed(call, found, lambda page: shapes.content(call.site, page, asked), most=most(asked))


@route("dc", "GET", "/rest/api/content/scan", query="spaceKey status expand limit cursor type")
def scan(call: Call) -> Json:
    """By cursor: the last id that was shown."""
    space = space_of(call, call.one("spaceKey") or "")
    asked, limit = shapes.expand(call), call.number("limit", 25, 1)
    last = (call.one("cursor") or "").rpartition(":")[2]
    found = [
        page
        for page in call.site.pages()
        if page.space_id == space.id
        and page.status in _statuses(call)
        and (not last or int(page.id) > int(last))
        and call.site.may(call.bot, "read", page)
    ]
    limit = min(limit, most(asked))
    shown = [shapes.content(call.site, page, asked) for page in found[:limit]]
    answer = {"results": shown, "limit": limit, "size": len(shown), "cursor": call.one("cursor") or ""}
    if len(found) > limit:
        answer["nextCursor"] = f"content:false:{found[limit - 1].id}"
    return {**answer, "_links": {"base": call.site.base, "context": call.site.context}}


# -- one


def _record(call: Call) -> WikiPage | WikiComment | WikiAttachment:
    found = call.site.world.records.get(call.params["id"])
    if not isinstance(found, WikiPage | WikiComment | WikiAttachment) or found.site != call.site.flavor:
        raise errors.missing("content", call.params["id"])
    call.page(found.id if isinstance(found, WikiPage) else found.page_id)
    return found


def shown(call: Call, found: WikiPage | WikiComment | WikiAttachment, asked: frozenset[str]) -> Json:
    if isinstance(found, WikiComment):
        return shapes.comment(call.site, found, asked)
    if isinstance(found, WikiAttachment):
        return shapes.attachment(call.site, found, asked)
    return shapes.content(call.site, found, asked)


def based(call: Call, shape: Json) -> Json:
    links = {**shape["_links"], "base": call.site.base, "context": call.site.context}
    return {**shape, "_links": links}


@route("dc", "GET", "/rest/api/content/{id}", query="status expand version")
def read(call: Call) -> Json:
    found, asked = _record(call), shapes.expand(call)
    if not isinstance(found, WikiPage):
        return based(call, shown(call, found, asked))
    if call.one("version") is not None or call.one("status") == "historical":
        seen = call.site.version(found, call.number("version", found.number))
        if seen is None:
            raise errors.missing("content", found.id)
        return based(call, shapes.content(call.site, found, asked, seen))
    if call.one("status") == "draft" and found.draft is not None:
        # Unverified: an edit that waits is read by the id of its page.
        kept = {"title": found.draft["title"], "storage": found.draft["storage"], "number": 1, "message": ""}
        seen = replace(current(found), edited_at=found.draft["at"], edited_by=found.draft["by"], **kept)
        return based(call, {**shapes.content(call.site, found, asked, seen), "status": "draft"})
    if found.status not in _statuses(call):
        raise errors.missing("content", found.id)
    return based(call, shapes.content(call.site, found, asked))


def storage_of(body: Json | None) -> str | None:
    """Raises Trouble where it is in another representation."""
    inner = (body or {}).get("storage")
    if inner is None:
        return None
    if inner["representation"] != "storage":
        raise errors.invalid("The sandbox takes bodies in the storage representation only.")
    return str(inner["value"])


def _parent(call: Call, ancestors: list[Json] | None) -> WikiPage | None:
    """The last of the ancestors sent."""
    if not ancestors:
        return None
    return call.page(str(ancestors[-1]["id"]), statuses=("current",))


@route("dc", "POST", "/rest/api/content", query="status expand")
def create(call: Call) -> Json:
    call.check(CONTENT)
    body, site = call.body, call.site
    asked = shapes.expand(call, shapes.DEFAULT | {"body", "body.storage", "ancestors", "container"})
    if body["type"] == "comment":
        return based(call, shapes.comment(site, _comment(call), asked))
    if body["type"] != "page" or not body.get("space") or not body.get("title"):
        raise errors.invalid("a page needs a type, a title and a space")
    space = space_of(call, body["space"]["key"])
    if site.access.permission != "write":
        raise errors.forbidden()
    parent = _parent(call, body.get("ancestors"))
    made = site.create(call.bot, space, parent, body["title"], storage_of(body.get("body")) or "")
    _properties(call, made)
    return based(call, shapes.content(site, site.fresh(made), asked))


def _properties(call: Call, page: WikiPage) -> None:
    """Properties that came with the page itself: metadata.properties.<key>.value."""
    there = {one.key: one for one in call.site.properties(page)}
    for key, sent in (call.body.get("metadata") or {}).get("properties", {}).items():
        value = sent.get("value") if isinstance(sent, dict) else sent
        number = there[key].number + 1 if key in there else None
        call.site.set_property(call.bot, page, key, value, number=number)


def _comment(call: Call) -> WikiComment:
    body, site = call.body, call.site
    if not body.get("container"):
        raise errors.invalid("a comment needs a container")
    page = call.page(str(body["container"]["id"]), operation="comment", statuses=("current",))
    answers = None
    if body.get("ancestors"):
        answers = site.world.get(WikiComment, str(body["ancestors"][-1]["id"]))
        if answers is None or answers.page_id != page.id:
            raise errors.missing("content", str(body["ancestors"][-1]["id"]))
    storage = storage_of(body.get("body"))
    if not storage:
        raise errors.invalid("a comment needs a body")
    return site.comment(call.bot, page, storage, answers=answers)


@route("dc", "PUT", "/rest/api/content/{id}", query="status conflictPolicy asyncReconciliation")
def update(call: Call) -> Json:
    call.check({**CONTENT, "version*": CONTENT["version"]})
    found, body, site = _record(call), call.body, call.site
    if str(body.get("id", found.id)) != found.id:
        raise errors.invalid("The id in the body is not the id in the path.")
    number = body["version"]["number"]
    if isinstance(found, WikiAttachment):
        raise errors.invalid("Attachments are changed below child/attachment.")
    if number != found.number + 1:
        raise errors.version(found.number, number)
    asked = shapes.DEFAULT | {"body", "body.storage", "ancestors"}
    if isinstance(found, WikiComment):
        return based(call, shapes.comment(site, _edited(call, found), asked))
    if body["type"] != "page":
        raise errors.invalid("The type of content cannot be changed.")
    page = call.page(found.id, operation="update")
    if page.status == "trashed":
        if body.get("status") != "current":
            raise errors.missing("content", page.id)
        site.restore(page)
    new = site.publish(
        call.bot,
        page,
        title=body.get("title"),
        body=storage_of(body.get("body")),
        parent=_parent(call, body.get("ancestors")),
        message=body["version"].get("message", ""),
        minor=body["version"].get("minorEdit", False),
    )
    _properties(call, new)
    return based(call, shapes.content(site, new, asked))


def _edited(call: Call, found: WikiComment) -> WikiComment:
    storage = storage_of(call.body.get("body"))
    stamps: Json = {"edited_at": call.site.world.now_ms(), "edited_by": call.bot, "number": found.number + 1}
    kept = found.storage if storage is None else call.site.kept(storage)
    new = replace(found, storage=kept, message=call.body["version"].get("message", ""), **stamps)
    call.site.world.put(new)
    return new


@route("dc", "DELETE", "/rest/api/content/{id}", query="status")
def delete(call: Call) -> Reply:
    found = _record(call)
    if not isinstance(found, WikiPage):
        call.page(found.page_id, operation="update" if isinstance(found, WikiAttachment) else "comment")
        call.site.world.drop(found.id)
        return Reply(None, 204)
    page = call.page(found.id, operation="update")
    if call.one("status") == "trashed":
        if page.status != "trashed":
            raise errors.missing("content", page.id)
        call.site.purge(page)
        return Reply(None, 204)
    if page.status != "current":
        raise errors.missing("content", page.id)
    call.site.trash(page)
    return Reply(None, 200)


@route("dc", "GET", "/rest/api/content/{id}/history", query="expand")
def history(call: Call) -> Json:
    page = call.page(call.params["id"])
    return shapes.history(
        call.site, page, shapes.expand(call, frozenset({"previousVersion", "nextVersion", "lastUpdated"}))
    )


# -- below a page


@route("dc", "GET", "/rest/api/content/{id}/child", query="expand start limit parentVersion")
def children(call: Call) -> Json:
    return shapes.children(call.site, call.page(call.params["id"]), shapes.expand(call, frozenset()))


@route("dc", "GET", "/rest/api/content/{id}/child/page", query="expand start limit parentVersion")
def child_pages(call: Call) -> Json:
    page = call.page(call.params["id"], statuses=("current",))
    found = [child for child in call.site.children(page.id) if call.site.may(call.bot, "read", child)]
    return _listed(call, found, shapes.expand(call, frozenset()))


def _comments(call: Call) -> Json:
    page, asked = call.page(call.params["id"], statuses=("current",)), shapes.expand(call, frozenset())
    places, deep = call.many("location"), call.one("depth") == "all"
    found = [
        one
        for one in call.site.comments(page)
        if (deep or one.parent_id is None)
        and (not places or one.location in places or ("resolved" in places and one.resolution == "resolved"))
    ]
    return shapes.listed(call, [shapes.comment(call.site, one, asked) for one in found])


_COMMENTS = "expand start limit location depth parentVersion"
route("dc", "GET", "/rest/api/content/{id}/child/comment", query=_COMMENTS)(_comments)


@route("dc", "GET", "/rest/api/content/{id}/descendant/comment", query="expand start limit")
def descendant_comments(call: Call) -> Json:
    page, asked = call.page(call.params["id"], statuses=("current",)), shapes.expand(call, frozenset())
    return shapes.listed(call, [shapes.comment(call.site, one, asked) for one in call.site.comments(page)])
