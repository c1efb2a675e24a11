"""One request to a site: who asks, for what, in which order it is judged. No sockets here.

Order of the checks: route, credential, scope, query, body, meaning. What the vendor's document does not know is refused here,
also where the vendor would look away: nothing that is built on the sandbox can lean on it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlencode

from isms_bot.sandbox.confluence import accounts, errors, refusals
from isms_bot.sandbox.confluence.errors import Trouble
from isms_bot.sandbox.confluence.model import CLOUD, DATACENTER, Json, WikiPage
from isms_bot.sandbox.confluence.site import Site

Api = Literal["v2", "v1", "dc"]
JSON_TYPE = "application/json"
_EDGE = re.compile(r"/ex/confluence/[^/]+(?=/wiki/)")


@dataclass(frozen=True)
class Answer:
    """What goes back. `body` None: no content."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What a handler answers besides plain JSON with a 200."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass
class Call:
    """A judged request and what a handler needs to answer it."""

    site: Site
    api: Api
    path: str
    params: dict[str, str]
    query: list[tuple[str, str]]
    body: Any
    raw: bytes
    headers: Mapping[str, str]

    @property
    def bot(self) -> str:
        return self.site.world.bot.id

    # -- the query

    def one(self, name: str) -> str | None:
        return next((value for key, value in self.query if key == name), None)

    def many(self, name: str, *, allowed: Sequence[str] = ()) -> list[str]:
        """A list, sent as a repeated parameter or with commas. Raises Trouble."""
        found = [part for key, value in self.query if key == name for part in value.split(",") if part]
        for value in found:
            if allowed and value not in allowed:
                raise errors.invalid(f"Provided value {{{value}}} for '{name}' is not the correct type.")
        return found

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        found = self.one(name)
        if found is not None and found not in allowed:
            raise errors.invalid(f"Provided value {{{found}}} for '{name}' is not one of {', '.join(allowed)}.")
        return found or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        found = self.one(name)
        if found is None:
            return default
        if found not in {"true", "false"}:
            raise errors.invalid(f"Provided value {{{found}}} for '{name}' is not a boolean.")
        return found == "true"

    def number(self, name: str, default: int, least: int = 0, most: int = 2**31) -> int:
        found = self.one(name)
        if found is None:
            return default
        if not re.fullmatch(r"-?\d+", found) or not least <= int(found) <= most:
            raise errors.invalid(f"Provided value {{{found}}} for '{name}' must be between {least} and {most}.")
        return int(found)

    # -- the body

    def check(self, shape: Any) -> None:
        """Judge the body by `shape`. Raises Trouble."""
        judge(self.body, shape, "body", strict=self.site.access.strict)

    # -- what it is about

    def page(self, page_id: str, *, operation: str = "read", statuses: Sequence[str] = ()) -> WikiPage:
        """A page that the bot may see (or edit). Raises Trouble."""
        found = self.site.find(page_id)
        if found is None or found.kind != "page" or (statuses and found.status not in statuses):
            raise errors.missing("page", page_id)
        self.site.require(self.bot, operation, found)
        return found


def judge(value: Any, shape: Any, path: str, *, strict: bool = True) -> None:
    """`shape`: a type, a tuple of types, [shape of items], or {key: shape} (`key*`: required). Raises Trouble.

    Not `strict`: keys that nobody knows are passed over, as the sites do it.
    """
    if isinstance(shape, dict):
        _judge_object(value, shape, path, strict=strict)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise errors.invalid(f"{path} must be a list")
        for item in value:
            judge(item, shape[0], f"{path}[]", strict=strict)
    elif shape is not Any and (not isinstance(value, shape) or (shape is int and isinstance(value, bool))):
        raise errors.invalid(f"{path} has the wrong type")


def _judge_object(value: Any, shape: dict[str, Any], path: str, *, strict: bool) -> None:
    if not isinstance(value, dict):
        raise errors.invalid(f"{path} must be an object")
    known = {key.rstrip("*"): inner for key, inner in shape.items()}
    for key in value:
        if strict and key not in known:
            raise errors.invalid(f"{path} has an unknown key '{key}'")
    for key in shape:
        if key.endswith("*") and value.get(key[:-1]) is None:
            raise errors.invalid(f"{path}.{key[:-1]} is required")
    for key, inner in known.items():
        if value.get(key) is not None:
            judge(value[key], inner, f"{path}.{key}", strict=strict)


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    """`legacy`: v1 operations that are no longer in the vendor's document."""

    api: Api
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    query: frozenset[str]
    scope: str
    legacy: bool
    multipart: bool


ROUTES: list[Route] = []


def route(
    api: Api,
    method: str,
    path: str,
    *,
    query: str = "",
    scope: str = "",
    legacy: bool = False,
    multipart: bool = False,
) -> Callable[[Handler], Handler]:
    """Register a handler for a path below the site's context; `query` lists the parameters, `scope` what a scoped token needs."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "/?")

    def register(handler: Handler) -> Handler:
        known = frozenset(query.split())
        ROUTES.append(Route(api, method, pattern, handler, known, scope, legacy, multipart))
        # Fixed paths win over those with ids (content/search over content/{id}).
        ROUTES.sort(key=lambda one: one.pattern.groups)
        return handler

    return register


def answer(
    site: Site, method: str, path: str, query: list[tuple[str, str]], headers: Mapping[str, str], raw: bytes
) -> Answer:
    """The whole answer to a request below `/wiki`, the gateway or `/confluence`; a refusal changes nothing."""
    gateway = _EDGE.match(path) is not None
    inner = _EDGE.sub("", path).removeprefix(site.context)
    api: Api = "dc" if site.flavor == DATACENTER else "v2" if inner.startswith("/api/v2") else "v1"
    call_id = site.world.new_call_id()
    try:
        found, params = _route(api, method, inner)
        _authorise(site, headers, found, gateway=gateway)
        _require(site, found, query)
        body = _read(raw, method) if not found.multipart else None
        call = Call(site, api, inner, params, query, body, raw, headers)
        with site.world.change():
            result = found.handler(call)
    except Trouble as trouble:
        return _shown(refusals.reply(api, trouble), call_id)
    return _shown(result if isinstance(result, Reply) else Reply(result), call_id)


def _shown(reply: Reply | refusals.Refused, call_id: str) -> Answer:
    headers = {"atl-request-id": call_id, **reply.headers}
    if reply.raw is not None:
        return Answer(reply.status, reply.raw, headers)
    if reply.body is None:
        return Answer(reply.status, b"", headers)
    return Answer(reply.status, encode(reply.body), {"content-type": JSON_TYPE, **headers})


def encode(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _route(api: Api, method: str, path: str) -> tuple[Route, dict[str, str]]:
    allowed = False
    for candidate in ROUTES:
        if candidate.api == api and (match := candidate.pattern.fullmatch(path)):
            if candidate.method == method:
                return candidate, {key: unquote(value) for key, value in match.groupdict().items()}
            allowed = True
    raise Trouble("method" if allowed else "no_route", f"null for uri: {path}")


def _read(raw: bytes, method: str) -> Any:
    if not raw.strip():
        return None
    if method in {"GET", "DELETE"}:
        raise errors.invalid("this operation takes no body")
    try:
        return json.loads(raw)
    except ValueError as error:
        raise errors.invalid("Error parsing JSON body.") from error


def _require(site: Site, found: Route, query: list[tuple[str, str]]) -> None:
    if found.legacy and site.access.v1_legacy == "gone410":
        raise Trouble("gone", "This deprecated endpoint has been removed.")
    for name, _ in query:
        if site.access.strict and name not in found.query:
            raise errors.invalid(f"'{name}' is not a parameter of this operation")


def _authorise(site: Site, headers: Mapping[str, str], found: Route, *, gateway: bool) -> None:
    sent, access = headers.get("authorization", ""), site.access
    if not _known(site, sent) or access.token_revoked:
        raise Trouble("credential", "Current user not permitted to use Confluence")
    if site.flavor != CLOUD or access.confluence_scopes is None:
        return
    if not gateway:
        raise Trouble("scoped_on_site", "Unauthorized")
    if found.scope and not set(found.scope.split()) <= set(access.confluence_scopes):
        raise Trouble("scope", "Unauthorized; scope does not match")


def _known(site: Site, sent: str) -> bool:
    """Cloud: Basic e-mail:token, or a bearer on the gateway. Data Center: a personal access token, or Basic with it."""
    kind, _, value = sent.partition(" ")
    if kind == "Bearer":
        return value == site.access.token
    if kind != "Basic":
        return False
    try:
        user, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    bot = site.world.bot
    name = accounts.BOT_MAIL if site.flavor == CLOUD else accounts.username(site.world, bot)
    return user == name and secret == site.access.token


# -- pages of results


def paged(call: Call, items: list[Any], shape: Callable[[Any], Json], *, limit: int) -> Reply:
    """One page of v2 results, with the next in the body and in the Link header. A cursor goes on after the last item shown."""
    start, cursor = 0, call.one("cursor")
    if cursor is not None:
        start = _start(items, cursor)
    shown = items[start : start + limit]
    links, header = {"base": call.site.base}, f'<{call.site.base}>; rel="base"'
    if start + limit < len(items):
        token = base64.b64encode(encode({"id": shown[-1].id, "at": start + limit})).decode()
        kept = [(key, value) for key, value in call.query if key != "cursor"]
        following = f"/wiki{call.path}?{urlencode([*kept, ('cursor', token)])}"
        links["next"] = following
        header = f'<{following}>; rel="next", {header}'
    return Reply({"results": [shape(item) for item in shown], "_links": links}, headers={"link": header})


def _start(items: list[Any], cursor: str) -> int:
    try:
        told = json.loads(base64.b64decode(cursor))
        last, at = str(told["id"]), int(told["at"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise errors.invalid("The cursor is invalid.") from error
    place = next((n for n, item in enumerate(items) if item.id == last), None)
    return at if place is None else place + 1
