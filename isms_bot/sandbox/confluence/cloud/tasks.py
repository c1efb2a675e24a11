"""v2: tasks and people."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.confluence import accounts, errors
from isms_bot.sandbox.confluence.api import Call, Reply, paged, route
from isms_bot.sandbox.confluence.cloud import shapes
from isms_bot.sandbox.confluence.contents import RESERVING
from isms_bot.sandbox.confluence.model import Json, WikiTask
from isms_bot.sandbox.world import Person

_QUERY = (
    "body-format include-blank-tasks status task-id space-id page-id blogpost-id created-by assigned-to completed-by "
    "created-at-from created-at-to due-at-from due-at-to completed-at-from completed-at-to cursor limit"
)
_FACTS = [
    "id",
    "localId",
    "spaceId",
    "pageId",
    "blogPostId",
    "createdBy",
    "assignedTo",
    "completedBy",
    "createdAt",
    "updatedAt",
    "dueAt",
    "completedAt",
]


@route("v2", "GET", "/api/v2/tasks", query=_QUERY, scope="read:task:confluence")
def tasks(call: Call) -> Reply:
    """In the order in which they were made; what was made a moment ago may not be there yet (`task_lag`)."""
    site, now = call.site, call.site.world.now_ms()
    wanted = call.choice("body-format", shapes.BULK_BODIES, "")
    status, blank = (
        call.choice("status", ("complete", "incomplete"), ""),
        call.flag("include-blank-tasks", default=True),
    )
    lists = {name: call.many(name) for name in ("task-id", "space-id", "page-id", "blogpost-id")}
    people = {name: call.many(name) for name in ("created-by", "assigned-to", "completed-by")}
    spans = {
        name: (call.number(f"{name}-at-from", 0, 0, 2**53), call.number(f"{name}-at-to", 2**53, 0, 2**53))
        for name in ("created", "due", "completed")
        if call.one(f"{name}-at-from") is not None or call.one(f"{name}-at-to") is not None
    }

    def fits(task: WikiTask) -> bool:
        if task.site != site.flavor or task.visible_at > now or (status and task.status != status):
            return False
        page = site.find(task.page_id)
        if page is None or page.status not in RESERVING:
            return False
        ids = {"task-id": task.id, "space-id": page.space_id, "page-id": page.id, "blogpost-id": ""}
        who = {"created-by": task.created_by, "assigned-to": task.assigned_to, "completed-by": task.completed_by}
        when = {"created": task.created_at, "due": task.due_at, "completed": task.completed_at}
        return (
            (blank or bool(task.body.strip()))
            and all(not listed or ids[name] in listed for name, listed in lists.items())
            and all(not listed or site.account(who[name]) in listed for name, listed in people.items())
            and all(when[name] and low <= when[name] <= high for name, (low, high) in spans.items())
            and site.may(call.bot, "read", page)
        )

    asked = lists["page-id"]
    near: list[WikiTask] = (
        [t for one in asked for t in site.index.of(WikiTask, one)] if asked else site.world.all(WikiTask)
    )
    found = [task for task in near if fits(task)]
    return paged(call, found, lambda t: shapes.task(site, t, wanted), limit=call.number("limit", 25, 1, 250))


def _task(call: Call) -> WikiTask:
    found = call.site.world.get(WikiTask, call.params["id"])
    if found is None or found.site != call.site.flavor or found.visible_at > call.site.world.now_ms():
        raise errors.missing("task", call.params["id"])
    call.page(found.page_id)
    return found


@route("v2", "GET", "/api/v2/tasks/{id}", query="body-format", scope="read:task:confluence")
def task(call: Call) -> Json:
    return shapes.task(call.site, _task(call), call.choice("body-format", shapes.BULK_BODIES, ""))


@route("v2", "PUT", "/api/v2/tasks/{id}", query="body-format", scope="write:task:confluence")
def update_task(call: Call) -> Json:
    shape: dict[str, Any] = {"status*": str, **dict.fromkeys(_FACTS, str)}
    call.check(shape)
    if call.body["status"] not in {"complete", "incomplete"}:
        raise errors.invalid("status must be complete or incomplete")
    found = _task(call)
    page = call.page(found.page_id, operation="update")
    call.site.tick(call.bot, page, {found.local_id}, call.body["status"] == "complete")
    return shapes.task(call.site, _task(call), call.choice("body-format", shapes.BULK_BODIES, ""))


@route("v2", "POST", "/api/v2/users-bulk", scope="read:user:confluence")
def users(call: Call) -> Json:
    call.check({"accountIds*": [str]})
    asked = call.body["accountIds"]
    if not 1 <= len(asked) <= 250:
        raise errors.invalid("accountIds must hold between 1 and 250 ids")
    found = [person for account in asked if (person := call.site.person(account))]
    shown = [shapes.user(call.site, person, visible_email(call, person)) for person in found]
    return {"results": shown, "_links": {"base": call.site.base}}


def visible_email(call: Call, person: Person) -> str:
    """The address, or "" where people keep it to themselves."""
    return accounts.email(person) if call.site.access.emails_visible or person.id == call.bot else ""
