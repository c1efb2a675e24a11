"""One request of the Notion API: who asks, for what, in which order it is judged. No sockets here.

Order of the checks: route, JSON, token, version, ids in the path, query and body, capability, sharing, meaning. Route and
JSON come before the token (recorded on 2026-10-08 without a token).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from isms_bot.sandbox.notion import errors
from isms_bot.sandbox.notion.contents import Node
from isms_bot.sandbox.notion.errors import Refusal
from isms_bot.sandbox.notion.model import Block, Database, DataSource, Json, Page
from isms_bot.sandbox.notion.shapes import Shapes
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import Check, Problem, canonical, is_uuid, page_size, refuse, require

VERSIONS = ("2022-06-28", "2025-09-03", "2026-03-11")
MAX_BODY = 500 * 1024
JSON_TYPE = "application/json; charset=utf-8"


@dataclass
class Call:
    """A judged request and everything a handler needs to answer it."""

    space: Space
    shapes: Shapes
    version: str
    params: dict[str, str]
    query: list[tuple[str, str]]
    body: Any
    raw: bytes = b""
    content_type: str = ""
    committed_id: str | None = None
    committed_children: list[str] = field(default_factory=list)

    @property
    def old(self) -> bool:
        """Before 2026-03-11: `archived` and `after`."""
        return self.version < "2026-03-11"

    @property
    def bot(self) -> str:
        return self.space.world.bot.id

    def check(self, check: Check) -> None:
        require(check, self.body)

    def need(self, *capabilities: str) -> None:
        """Raises 403 when the integration lacks one."""
        integration = self.space.world.integration
        if not all(getattr(integration, capability) for capability in capabilities):
            raise errors.no_capability()

    def one(self, name: str) -> str | None:
        return next((value for key, value in self.query if key == name), None)

    def many(self, name: str) -> list[str]:
        return [value for key, value in self.query if key in {name, f"{name}[]"}]

    def size(self, least: int = 0) -> int:
        """`page_size` of the query string; 100 when absent or 0."""
        sent = self.one("page_size")
        if sent is None:
            return 100
        value: Any = int(sent) if re.fullmatch(r"-?\d+", sent) else sent
        problems = page_size(value, "query.page_size", least=least)
        if problems:
            raise refuse([Problem(p.path, (*p.expected, "`undefined`"), p.got) for p in problems], "query")
        return value or 100

    def uuid_query(self, name: str, *, required: bool = False) -> str | None:
        sent = self.one(name)
        if sent is None and required:
            raise refuse([Problem(f"query.{name}", ("defined",))], "query")
        if sent is None:
            return None
        if not is_uuid(sent):
            words = ("a valid uuid",) if required else ("a valid uuid", "`undefined`")
            raise refuse([Problem(f"query.{name}", words, sent)], "query")
        return canonical(sent)

    # -- what is shared

    def shared(self, node: Node) -> bool:
        roots = set(self.space.world.integration.shared)
        return any(above.id in roots for above in self.space.line(node))

    def missing(self, noun: str, record_id: str) -> Refusal:
        integration = self.space.world.integration
        return errors.not_found(noun, record_id, integration.name, self.space.world.settings["integration_id"])

    def page(self, record_id: str) -> Page:
        found = self.space.find(canonical(record_id))
        if isinstance(found, Database | DataSource) and self.shared(found):
            raise errors.invalid(
                f"Provided ID {canonical(record_id)} is a database, not a page. Use the retrieve database API instead: "
                "https://developers.notion.com/reference/retrieve-a-database"
            )
        if not isinstance(found, Page) or not self.shared(found):
            raise self.missing("page", canonical(record_id))
        return found

    def block(self, record_id: str) -> Page | Block | Database:
        """Pages and databases are blocks too."""
        found = self.space.find(canonical(record_id))
        if found is None or isinstance(found, DataSource) or not self.shared(found):
            raise self.missing("block", canonical(record_id))
        return found

    def database(self, record_id: str) -> Database:
        found = self.space.find(canonical(record_id))
        if isinstance(found, Page) and self.shared(found):
            raise errors.invalid(
                f"Provided database_id {canonical(record_id)} is a page, not a database. Use the pages API instead, "
                "or pass the ID of the database itself."
            )
        if not isinstance(found, Database) or not self.shared(found):
            raise self.missing("database", canonical(record_id))
        return found

    def data_source(self, record_id: str) -> DataSource:
        found = self.space.find(canonical(record_id))
        if not isinstance(found, DataSource) or not self.shared(found):
            raise self.missing("database", canonical(record_id))
        return found

    def sole_source(self, database: Database) -> DataSource:
        """For the callers that still name a database: it must have one data source."""
        if len(database.data_sources) != 1:
            raise errors.invalid("Databases with multiple data sources are not supported in this API version.")
        return self.data_source(database.data_sources[0])


Handler = Callable[[Call], Json]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    versions: tuple[str, ...]
    multipart: bool
    writes: bool


ROUTES: list[Route] = []


def route(
    method: str, path: str, *, versions: tuple[str, ...] = VERSIONS, multipart: bool = False, writes: bool | None = None
) -> Callable[[Handler], Handler]:
    """Register a handler for `/v1/things/{thing_id}`."""
    pattern = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "/?$")

    def register(handler: Handler) -> Handler:
        changing = method != "GET" if writes is None else writes
        ROUTES.append(Route(method, pattern, handler, versions, multipart, changing))
        return handler

    return register


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]
    committed_id: str | None = None
    committed_children: tuple[str, ...] = ()


def encode(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


class Api:
    """Answers requests of one workspace."""

    def __init__(self, space: Space) -> None:
        self.space = space

    def answer(
        self, method: str, path: str, query: list[tuple[str, str]], headers: Mapping[str, str], raw: bytes
    ) -> Answer:
        """The whole answer; a refusal changes nothing."""
        request_id = self.space.world.new_call_id()
        call: Call | None = None
        try:
            found, params = _route(method, path)
            body = _read(raw) if not found.multipart else None
            self._authorise(headers)
            version = _version(headers)
            if version not in found.versions:
                raise errors.invalid_url()
            call = Call(
                self.space,
                Shapes(self.space, version),
                version,
                params,
                query,
                body,
                raw,
                headers.get("content-type", ""),
            )
            _ids(params)
            with self.space.world.change(), self._within_plan():
                result = found.handler(call)
        except Refusal as refusal:
            return refused(refusal, request_id)
        if "templates" not in result:
            result = {**result, "request_id": request_id}
        return Answer(200, encode(result), _headers(request_id), call.committed_id, tuple(call.committed_children))

    @contextmanager
    def _within_plan(self) -> Iterator[None]:
        """Raises 403 for a request that makes blocks once the plan holds no more; the one that reaches the limit still succeeds."""
        world = self.space.world
        quota = world.limits.block_quota
        before = 0 if quota is None else self._blocks()
        yield
        if quota is not None and before >= quota and self._blocks() > before:
            raise errors.no_room()

    def _blocks(self) -> int:
        """Blocks that there are, in the trash as well: pages and databases are some."""
        return sum(1 for kind in (Block, Page, Database) for _ in self.space.world.all(kind))

    def _authorise(self, headers: Mapping[str, str]) -> None:
        sent = headers.get("authorization", "")
        if not sent.startswith("Bearer "):
            raise Refusal("unauthorized", 'Authorization header must use the format "Bearer <token>".')
        integration = self.space.world.integration
        if sent[7:] != integration.token or integration.token_revoked:
            raise Refusal("unauthorized", "API token is invalid.")


def refused(refusal: Refusal, request_id: str) -> Answer:
    return Answer(refusal.status, encode(refusal.body(request_id)), {**_headers(request_id), **refusal.headers})


def _headers(request_id: str) -> dict[str, str]:
    return {"content-type": JSON_TYPE, "x-notion-request-id": request_id}


def _route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    for candidate in ROUTES:
        if candidate.method == method and (match := candidate.pattern.match(path)):
            return candidate, {key: unquote(value) for key, value in match.groupdict().items()}
    raise errors.invalid_url()


def _read(raw: bytes) -> Any:
    if len(raw) > MAX_BODY:
        raise errors.invalid(f"Request body too large: {len(raw)} bytes, the limit is {MAX_BODY}.")
    if not raw.strip():
        return {}
    try:
        return json.loads(raw)
    except ValueError as error:
        raise Refusal("invalid_json", "Error parsing JSON body.") from error


def _version(headers: Mapping[str, str]) -> str:
    sent = headers.get("notion-version")
    if sent is None:
        raise Refusal(
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.",
        )
    if sent not in VERSIONS:
        words = ", ".join(f'`"{v}"`' for v in VERSIONS)
        raise errors.invalid(
            f'Notion-Version header failed validation: Notion-Version header should be {words}, instead was `"{sent}"`.'
        )
    return sent


def _ids(params: dict[str, str]) -> None:
    for name, value in params.items():
        if name.endswith("_id") and name != "property_id" and not is_uuid(value):
            raise refuse([Problem(f"path.{name}", ("a valid uuid",), value)], "path")


def paged(items: list[Any], cursor: str | None, size: int, *, strict: bool = True) -> tuple[list[Any], str | None]:
    """One page of things with an id; the cursor is the id of the next thing."""
    start = 0
    if cursor is not None:
        ids = [item.id for item in items]
        if cursor in ids:
            start = ids.index(cursor)
        elif strict:
            raise errors.bad_cursor(cursor)
        else:
            start = len(ids)
    page = items[start : start + size]
    following = items[start + size : start + size + 1]
    return page, following[0].id if following else None
