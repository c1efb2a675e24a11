"""v1: restrictions, people, groups and watchers."""

from __future__ import annotations

from collections.abc import Callable

from isms_bot.sandbox.confluence import accounts, errors
from isms_bot.sandbox.confluence.api import Call, Reply, route
from isms_bot.sandbox.confluence.cloud import v1_shapes as shapes
from isms_bot.sandbox.confluence.cloud.tasks import visible_email
from isms_bot.sandbox.confluence.model import Json, WikiPage
from isms_bot.sandbox.world import Person

OPERATIONS = ("read", "update")
PERMISSION, CONTENT, USER = "read:confluence-content.permission", "write:confluence-content", "read:confluence-user"


def _user(call: Call, person: Person) -> Json:
    return shapes.user(call.site, person, visible_email(call, person))


def _group(name: str) -> Json:
    return {"type": "group", "name": name, "id": accounts.group_id(name), "_links": {}}


# -- restrictions


def _restriction(call: Call, page: WikiPage, operation: str) -> Json:
    limited = page.restrictions.get(operation) or {"users": [], "groups": []}
    people = [call.site.world.get(Person, person_id) for person_id in limited["users"]]
    users = [_user(call, person) for person in people if person]
    groups = [_group(name) for name in limited["groups"]]
    return {
        "operation": operation,
        "restrictions": {
            "user": {"results": users, "start": 0, "limit": 200, "size": len(users)},
            "group": {"results": groups, "start": 0, "limit": 200, "size": len(groups)},
            "_expandable": {},
        },
        "_expandable": {"restrictions": "", "content": f"/rest/api/content/{page.id}"},
        "_links": {"self": f"{call.site.base}/rest/api/content/{page.id}/restriction/byOperation/{operation}"},
    }


def _all(call: Call, page: WikiPage) -> Json:
    page = call.site.fresh(page)
    found = [_restriction(call, page, operation) for operation in OPERATIONS]
    return {
        "results": found,
        "start": 0,
        "limit": 100,
        "size": len(found),
        "restrictionsHash": "",
        "_links": {"self": f"{call.site.base}{call.path}", "base": call.site.base, "context": "/wiki"},
    }


def _writable(call: Call) -> WikiPage:
    page = call.page(call.params["id"], operation="update")
    if call.site.access.plan == "free":
        raise errors.forbidden("Restrictions are not available on this plan.")
    return page


@route("v1", "GET", "/rest/api/content/{id}/restriction", query="expand start limit", scope=PERMISSION)
def restrictions(call: Call) -> Json:
    return _all(call, call.page(call.params["id"]))


@route("v1", "GET", "/rest/api/content/{id}/restriction/byOperation", query="expand", scope=PERMISSION)
def by_operation(call: Call) -> Json:
    page = call.page(call.params["id"])
    return {operation: _restriction(call, page, operation) for operation in OPERATIONS}


@route(
    "v1",
    "GET",
    "/rest/api/content/{id}/restriction/byOperation/{operation}",
    query="expand start limit",
    scope=PERMISSION,
)
def of_operation(call: Call) -> Json:
    if call.params["operation"] not in OPERATIONS:
        raise errors.invalid("operation is read or update")
    return _restriction(call, call.page(call.params["id"]), call.params["operation"])


@route(
    "v1",
    "GET",
    "/rest/api/content/{id}/restriction/byOperation/{operation}/user",
    query="key username accountId",
    scope=PERMISSION,
)
def is_restricted(call: Call) -> Reply:
    """204 words: the person is named; 404: is not."""
    page, person = call.page(call.params["id"]), call.site.person(call.one("accountId") or "")
    limited = page.restrictions.get(call.params["operation"]) or {"users": []}
    if person is None or person.id not in limited["users"]:
        raise errors.missing("restriction", call.one("accountId") or "")
    return Reply(None, 200)


def _asked(call: Call) -> dict[str, Json]:
    """The restrictions in the body, by operation. Raises Trouble."""
    sent = call.body.get("results") if isinstance(call.body, dict) else call.body
    if not isinstance(sent, list):
        raise errors.invalid("restrictions are a list")
    found: dict[str, Json] = {}
    for one in sent:
        if not isinstance(one, dict) or one.get("operation") not in OPERATIONS or "restrictions" not in one:
            raise errors.invalid("a restriction has an operation (read or update) and restrictions")
        if unknown := (set(one) - {"operation", "restrictions", "content"}) | (
            set(one["restrictions"]) - {"user", "group"}
        ):
            raise errors.invalid(f"a restriction has no key {', '.join(sorted(unknown))}")
        users = [_person(call, user) for user in one["restrictions"].get("user") or []]
        groups = [_group_name(group) for group in one["restrictions"].get("group") or []]
        found[one["operation"]] = {"users": users, "groups": groups}
    return found


def _person(call: Call, sent: Json) -> str:
    found = call.site.person(str(sent.get("accountId", "")))
    if found is None or sent.get("type") != "known":
        raise errors.invalid("a user is {type: known, accountId}")
    return found.id


def _group_name(sent: Json) -> str:
    found = next((name for name in accounts.GROUPS if accounts.group_id(name) == sent.get("id")), None)
    if found is None or sent.get("type") != "group":
        raise errors.invalid("a group is {type: group, id}")
    return found


@route("v1", "PUT", "/rest/api/content/{id}/restriction", query="expand", scope=CONTENT)
def replace_restrictions(call: Call) -> Json:
    """All of them: an operation that is not named is open again."""
    page, asked = _writable(call), _asked(call)
    return _all(call, call.site.change(page, restrictions=asked))


@route("v1", "POST", "/rest/api/content/{id}/restriction", query="expand", scope=CONTENT)
def add_restrictions(call: Call) -> Json:
    page, asked = _writable(call), _asked(call)
    kept = dict(page.restrictions)
    for operation, new in asked.items():
        old = kept.get(operation) or {"users": [], "groups": []}
        kept[operation] = {key: [*old[key], *(x for x in new[key] if x not in old[key])] for key in new}
    return _all(call, call.site.change(page, restrictions=kept))


@route("v1", "DELETE", "/rest/api/content/{id}/restriction", query="expand", scope=CONTENT)
def clear_restrictions(call: Call) -> Json:
    return _all(call, call.site.change(_writable(call), restrictions={}))


# -- people


@route("v1", "GET", "/rest/api/user/current", query="expand", scope=USER)
def current_user(call: Call) -> Json:
    return _user(call, call.site.world.bot)


@route("v1", "GET", "/rest/api/user", query="accountId expand", scope=USER)
def user(call: Call) -> Json:
    found = call.site.person(call.one("accountId") or "")
    if found is None:
        raise errors.missing("user", call.one("accountId") or "")
    return _user(call, found)


@route("v1", "GET", "/rest/api/user/bulk", query="accountId expand", scope=USER)
def users(call: Call) -> Json:
    asked = [value for key, value in call.query if key == "accountId"]
    if not 1 <= len(asked) <= 100:
        raise errors.invalid("between 1 and 100 accounts can be asked for")
    found = [_user(call, person) for account in asked if (person := call.site.person(account))]
    return shapes.listed(call.site, found, call.path, limit=100)


def _slice(call: Call, items: list[Json], limit: int) -> Json:
    start, size = call.number("start", 0), call.number("limit", limit, 0, 200)
    shown = items[start : start + size]
    base = shapes.listed(call.site, shown, call.path, limit=size)
    return {**base, "start": start, "totalSize": len(items)}


@route("v1", "GET", "/rest/api/group", query="start limit accessType", scope="read:confluence-groups")
def groups(call: Call) -> Json:
    return _slice(call, [_group(name) for name in accounts.GROUPS], 200)


@route(
    "v1",
    "GET",
    "/rest/api/group/{id}/membersByGroupId",
    query="start limit shouldReturnTotalSize expand",
    scope="read:confluence-groups",
)
def members(call: Call) -> Json:
    name = next((one for one in accounts.GROUPS if accounts.group_id(one) == call.params["id"]), None)
    if name is None:
        raise errors.missing("group", call.params["id"])
    return _slice(call, [_user(call, person) for person in accounts.members(call.site.world, name)], 200)


# -- watchers


def _watcher(call: Call) -> str:
    asked = call.one("accountId")
    person = call.site.person(asked) if asked else call.site.world.bot
    if person is None:
        raise errors.missing("user", asked or "")
    return person.id


def _watch(change: Callable[[tuple[str, ...], str], tuple[str, ...]]) -> Callable[[Call], Reply]:
    def changed(call: Call) -> Reply:
        page, person = call.page(call.params["id"]), _watcher(call)
        call.site.change(page, watchers=change(page.watchers, person))
        return Reply(None, 204)

    return changed


_PATH, _WHO = "/rest/api/user/watch/content/{id}", "key username accountId"
route("v1", "POST", _PATH, query=_WHO, scope=CONTENT)(_watch(lambda there, one: (*(p for p in there if p != one), one)))
route("v1", "DELETE", _PATH, query=_WHO, scope=CONTENT)(_watch(lambda there, one: tuple(p for p in there if p != one)))


@route(
    "v1",
    "GET",
    "/rest/api/space/{key}/watch",
    query="start limit",
    scope="read:watcher:confluence read:user:confluence",
)
def space_watchers(call: Call) -> Json:
    found = call.site.space_by_key(call.params["key"])
    if found is None or call.site.access.permission == "none":
        raise errors.missing("space", call.params["key"])
    return _slice(call, [_space_watch(call, found.key, one) for one in call.site.watching(found)], 200)


def _space_watch(call: Call, key: str, person: Person) -> Json:
    """A watcher is written like a user, but with everything in it and nothing to expand."""
    watcher = {name: value for name, value in _user(call, person).items() if name not in {"_expandable", "_links"}}
    more = {"operations": None, "personalSpace": None, "externalCollaborator": False}
    return {"type": "space", "watcher": {**watcher, **more}, "spaceKey": key}


@route("v1", "GET", _PATH, query=_WHO, scope="read:confluence-content.summary")
def watching(call: Call) -> Json:
    return {"watching": _watcher(call) in call.page(call.params["id"]).watchers}
