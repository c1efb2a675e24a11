"""v1: copy, move, archive, labels, restoring a version, content state, long tasks."""

from __future__ import annotations

from isms_bot.sandbox.confluence import accounts, errors, wire
from isms_bot.sandbox.confluence.api import Call, Reply, route
from isms_bot.sandbox.confluence.cloud import v1_shapes as shapes
from isms_bot.sandbox.confluence.contents import RESERVING, current
from isms_bot.sandbox.confluence.model import Json, WikiJob, WikiPage, WikiSpace, mint

CONTENT = "write:confluence-content"
_FLAGS: Json = dict.fromkeys(
    ["copyAttachments", "copyPermissions", "copyProperties", "copyLabels", "copyCustomContents"], bool
)
_VALUE: Json = {"value*": str, "representation*": str}
STATES = (
    {"id": 1, "name": "Rough draft", "color": "#FFC400"},
    {"id": 2, "name": "Ready for review", "color": "#57D9A3"},
)


def _flags(body: Json) -> Json:
    return {
        "attachments": bool(body.get("copyAttachments")),
        "permissions": bool(body.get("copyPermissions")),
        "properties": bool(body.get("copyProperties")),
        "labels": bool(body.get("copyLabels")),
    }


def _destination(call: Call, wanted: Json, page: WikiPage) -> tuple[WikiSpace, WikiPage | None, WikiPage | None]:
    """(space, parent, page to overwrite). Raises Trouble."""
    site, kind, value = call.site, wanted["type"], wanted["value"]
    if kind == "space":
        space = site.space_by_key(value)
        if space is None:
            raise errors.invalid(f"No space found with key {value}")
        return space, None, None
    if kind not in {"existing_page", "parent_page", "parent_content"}:
        raise errors.invalid(f"{kind} is no type of destination")
    found = site.find(value)
    if found is None or found.status != "current" or not site.may(call.bot, "read", found):
        raise errors.invalid(f"No content found with id {value}")
    if kind == "parent_page" and found.kind != "page":
        raise errors.invalid(f"{value} is not a page")
    space = site.space(found.space_id) or site.space(page.space_id)
    if space is None:
        raise errors.invalid("the space is gone")
    return space, (None if kind == "existing_page" else found), (found if kind == "existing_page" else None)


@route("v1", "POST", "/rest/api/content/{id}/copy", query="expand", scope="write:confluence-content")
def copy(call: Call) -> Json:
    call.check(
        {
            **_FLAGS,
            "destination*": {"type*": str, "value*": str},
            "pageTitle": str,
            "body": {"storage": _VALUE, "editor2": _VALUE},
        }
    )
    page, body, site = call.page(call.params["id"], statuses=RESERVING), call.body, call.site
    space, parent, over = _destination(call, body["destination"], page)
    if site.access.permission != "write":
        raise errors.forbidden()
    storage = _storage(body.get("body"))
    title = body.get("pageTitle", page.title)
    if over is not None:
        site.require(call.bot, "update", over)
        made = site.publish(call.bot, over, title=title, body=page.storage if storage is None else storage)
    else:
        made = site.copy(call.bot, page, space, parent, title, body=storage, **_flags(body))
    expand = _expand(call) or {"space", "history", "version"}
    return shapes.content(site, site.fresh(made), expand)


def _storage(body: Json | None) -> str | None:
    for name, inner in (body or {}).items():
        if name != "storage" or inner["representation"] != "storage":
            raise errors.invalid("The sandbox takes bodies in the storage representation only.")
        return str(inner["value"])
    return None


def _expand(call: Call) -> set[str]:
    return set(call.many("expand"))


@route("v1", "POST", "/rest/api/content/{id}/pagehierarchy/copy", scope=CONTENT)
def copy_tree(call: Call) -> Reply:
    options: Json = {"prefix": str, "replace": str, "search": str}
    call.check({**_FLAGS, "copyDescendants": bool, "destinationPageId*": str, "titleOptions": options})
    body, site = call.body, call.site
    top = call.page(call.params["id"], statuses=("current",))
    target = call.page(body["destinationPageId"], operation="update", statuses=("current",))
    space = site.space(target.space_id)
    if space is None:
        raise errors.missing("space", target.space_id)
    names = body.get("titleOptions") or {}

    def named(title: str) -> str:
        if names.get("search"):
            title = title.replace(names["search"], names.get("replace", ""))
        return f"{names.get('prefix', '')}{title}"

    def copied(page: WikiPage, parent: WikiPage) -> WikiPage:
        made = site.copy(call.bot, page, space, parent, named(page.title), body=None, **_flags(body))
        if body.get("copyDescendants", True):
            for child in site.children(page.id):
                if child.id != made.id:
                    copied(child, made)
        return made

    made = copied(top, target)
    return _job(call, "com.atlassian.confluence.longrunning.copy.page.tree", made.id)


def _job(call: Call, key: str, destination: str = "") -> Reply:
    """A long task that is over already."""
    site = call.site
    job = WikiJob(
        id=mint(site.world, site.flavor),
        site=site.flavor,
        key=key,
        made_at=site.world.now_ms(),
        destination=destination,
    )
    site.world.put(job)
    return Reply({"ari": _ari(job), "id": job.id, "links": {"status": f"/rest/api/longtask/{job.id}"}}, 202)


def _ari(job: WikiJob) -> str:
    return f"ari:cloud:confluence::long-running-task/{job.id}"


@route("v1", "GET", "/rest/api/longtask/{id}", scope="read:confluence-content.summary")
def long_task(call: Call) -> Json:
    found = call.site.world.get(WikiJob, call.params["id"])
    if found is None or found.site != call.site.flavor:
        raise errors.missing("task", call.params["id"])
    shape: Json = {
        "ari": _ari(found),
        "id": found.id,
        "name": {"key": found.key, "args": []},
        "elapsedTime": call.site.world.now_ms() - found.made_at,
        "percentageComplete": 100,
        "successful": True,
        "finished": True,
        "messages": [],
        "status": "SUCCESS",
        "errors": [],
        "_links": {"self": f"{call.site.base}/rest/api/longtask/{found.id}"},
    }
    if found.destination:
        shape["additionalDetails"] = {"destinationId": found.destination}
    return shape


@route("v1", "PUT", "/rest/api/content/{id}/move/{position}/{target}", scope=CONTENT)
def move(call: Call) -> Json:
    page = call.page(call.params["id"], operation="update", statuses=("current",))
    target = call.site.find(call.params["target"])
    if target is None or not call.site.may(call.bot, "read", target):
        raise errors.missing("content", call.params["target"])
    if call.params["position"] not in {"before", "after", "append"}:
        raise errors.invalid(f"{call.params['position']} is no position")
    call.site.move(page, call.params["position"], target)
    return {"pageId": page.id}


@route("v1", "POST", "/rest/api/content/archive", scope=CONTENT)
def archive(call: Call) -> Reply:
    call.check({"pages*": [{"id*": int}]})
    asked = [str(one["id"]) for one in call.body["pages"]]
    if not 1 <= len(asked) <= 300:
        raise errors.invalid("between 1 and 300 pages can be archived at once")
    if call.site.access.plan == "free" and len(asked) > 1:
        raise errors.invalid("Archiving more than one page needs another plan.")
    for page_id in asked:
        page = call.page(page_id, operation="update", statuses=("current",))
        call.site.change(page, status="archived")
    return _job(call, "com.atlassian.confluence.longrunning.archive.pages")


# -- labels


@route("v1", "POST", "/rest/api/content/{id}/label", scope=CONTENT)
def add_labels(call: Call) -> Json:
    page = call.page(call.params["id"], operation="update")
    sent = call.body if isinstance(call.body, list) else [call.body]
    for one in sent:
        if not isinstance(one, dict) or set(one) - {"prefix", "name"} or not one.get("name"):
            raise errors.invalid("Could not parse Labels from request")
        if len(one["name"]) > 255 or " " in one["name"]:
            raise errors.invalid(f"The label {one['name']} is not valid.")
    return shapes.labels(call.site.label(page, sent))


def _unlabel(call: Call, name: str) -> Reply:
    page = call.page(call.params["id"], operation="update")
    call.site.change(page, labels=tuple(one for one in page.labels if one["name"] != name.lower()))
    return Reply(None, 204)


@route("v1", "DELETE", "/rest/api/content/{id}/label", query="name", scope=CONTENT)
def remove_label(call: Call) -> Reply:
    name = call.one("name")
    if not name:
        raise errors.invalid("name is required")
    return _unlabel(call, name)


@route("v1", "DELETE", "/rest/api/content/{id}/label/{label}", scope=CONTENT)
def remove_named_label(call: Call) -> Reply:
    return _unlabel(call, call.params["label"])


# -- versions and state


@route("v1", "POST", "/rest/api/content/{id}/version", query="expand", scope=CONTENT)
def restore_version(call: Call) -> Json:
    """An earlier version becomes the newest once more."""
    params: Json = {"versionNumber*": int, "message*": str, "restoreTitle": bool}
    call.check({"operationKey*": str, "params*": params})
    page, wanted = call.page(call.params["id"], operation="update", statuses=("current",)), call.body["params"]
    found = call.site.version(page, wanted["versionNumber"])
    if call.body["operationKey"] != "restore" or found is None:
        raise errors.invalid("there is no such version to restore")
    title = found.title if wanted.get("restoreTitle") else None
    new = call.site.publish(call.bot, page, title=title, body=found.storage, message=wanted["message"])
    return shapes.version(call.site, current(new))


def _state(page: WikiPage) -> Json:
    return {"contentState": page.state, "lastUpdated": wire.moment(page.edited_at)} if page.state else {}


@route("v1", "GET", "/rest/api/content/{id}/state", query="status", scope="read:confluence-content.summary")
def state(call: Call) -> Json:
    return _state(call.page(call.params["id"]))


@route("v1", "PUT", "/rest/api/content/{id}/state", query="status", scope=CONTENT)
def set_state(call: Call) -> Json:
    """Makes a version, as it was seen to do."""
    call.check({"name": str, "color": str, "id": int})
    page, body = call.page(call.params["id"], operation="update", statuses=("current",)), call.body
    known = next((dict(one) for one in STATES if one["id"] == body.get("id")), None)
    if known is None:
        if not body.get("name") or len(body["name"]) > 20 or not body.get("color"):
            raise errors.invalid("A state has a name of at most 20 characters and a color.")
        known = {"id": int(mint(call.site.world, call.site.flavor)), "name": body["name"], "color": body["color"]}
    call.site.publish(call.bot, page)
    return _state(call.site.change(page, state=known))


@route("v1", "DELETE", "/rest/api/content/{id}/state", query="status", scope=CONTENT)
def drop_state(call: Call) -> Json:
    page = call.page(call.params["id"], operation="update", statuses=("current",))
    call.site.publish(call.bot, page)
    return _state(call.site.change(page, state=None))


@route("v1", "POST", "/rest/api/content/{id}/permission/check", scope="read:confluence-content.permission")
def check_permission(call: Call) -> Json:
    call.check({"subject*": {"type*": str, "identifier*": str}, "operation*": str})
    page, subject = call.page(call.params["id"]), call.body["subject"]
    operation = "update" if call.body["operation"] == "delete" else call.body["operation"]
    if subject["type"] == "group":
        asked = [
            p
            for name in accounts.GROUPS
            if accounts.group_id(name) == subject["identifier"]
            for p in accounts.members(call.site.world, name)
        ]
    else:
        person = call.site.person(subject["identifier"])
        asked = [person] if person else []
    return {"hasPermission": bool(asked) and all(call.site.may(p.id, operation, page) for p in asked), "errors": []}


# -- what v1 has no more, though it still answers


@route(
    "v1",
    "GET",
    "/rest/api/content/{id}",
    query="expand status version",
    legacy=True,
    scope="read:confluence-content.all",
)
def legacy_content(call: Call) -> Json:
    page = call.page(call.params["id"], statuses=call.many("status") or ("current",))
    return shapes.content(call.site, page, _expand(call) or {"space", "history", "version"})


@route("v1", "GET", "/rest/api/content/{id}/child/{kind}", query="expand start limit", legacy=True)
def legacy_children(call: Call) -> Json:
    page = call.site.find(call.params["id"])
    if page is None or not call.site.may(call.bot, "read", page):
        raise errors.missing("content", call.params["id"])
    found = [p for p in call.site.children(page.id) if p.kind == call.params["kind"]]
    start, limit = call.number("start", 0), call.number("limit", 25, 0, 250)
    shown = [shapes.content(call.site, p, _expand(call)) for p in found[start : start + limit]]
    return {**shapes.listed(call.site, shown, call.path, limit=limit), "start": start}


@route("v1", "GET", "/rest/api/space/{key}", query="expand", legacy=True)
def legacy_space(call: Call) -> Json:
    found = call.site.space_by_key(call.params["key"])
    if found is None:
        raise errors.missing("space", call.params["key"])
    return shapes.space(call.site, found)
