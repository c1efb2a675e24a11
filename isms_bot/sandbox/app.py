"""The ASGI application: the vendor's API, the control API and the pages on one port.

Every answer's `Date` follows the world's clock. Requests are answered one after another in the event loop, so each is
atomic without locks.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from isms_bot.sandbox.confluence.control import Confluence
from isms_bot.sandbox.confluence.serving import Serving, serves
from isms_bot.sandbox.faults import Faults, Rule
from isms_bot.sandbox.notion import (
    handlers_blocks,
    handlers_data,
    handlers_pages,
    handlers_people,
    handlers_views,
)
from isms_bot.sandbox.notion.api import Answer, Api, encode, refused
from isms_bot.sandbox.notion.errors import Refusal
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.world import World

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Importing them registers their routes.
HANDLERS = (handlers_pages, handlers_blocks, handlers_data, handlers_views, handlers_people)
WINDOW = 60.0  # seconds, Notion's fixed window
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class App:
    """One world served."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.space = Space(world)
        self.notion = Api(self.space)
        self.confluence = Confluence(world)
        self.sites = Serving(*self.confluence.sites.values())
        self.faults = Faults()
        self.log: deque[dict[str, Any]] = deque(maxlen=20_000)
        self.count = 0
        self._window = (0.0, 0)
        self.pages: Asgi | None = None  # control API and UI

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        dated = self._dated(send)
        path: str = scope["raw_path"].decode("latin-1") if scope.get("raw_path") else scope["path"]
        if path == "/v1" or path.startswith("/v1/") or serves(path.split("?", maxsplit=1)[0]):
            await self._vendor(scope, path.split("?", maxsplit=1)[0], receive, send, dated)
        elif self.pages is not None:
            await self.pages(scope, receive, dated)

    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self.world.now(), usegmt=True)
                message["headers"] = [*message.get("headers", []), (b"date", date.encode())]
            await send(message)

        return dated

    async def _vendor(
        self, scope: MutableMapping[str, Any], path: str, receive: Receive, send: Send, dated: Send
    ) -> None:
        raw = await _body(receive)
        method = scope["method"]
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        entry = {
            "n": self.count + 1,
            "method": method,
            "path": path,
            "query": _shown(query) if serves(path) else dict(query),
            "status": None,
            "at": self.world.now().isoformat(),
        }
        self.count += 1
        self.log.append(entry)
        rule = self.faults.take(method, path)
        if rule is not None and rule.seconds:
            await asyncio.sleep(rule.seconds)
        vendor = self.sites.answer if serves(path) else self._answer
        answer = vendor(rule, method, path, query, headers, raw)
        if answer is None:
            entry["status"] = "dropped"
            await _drop(send, receive)
            return
        entry["status"] = answer.status
        await dated(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [
                    (b"content-length", str(len(answer.body)).encode()),
                    *((k.encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers.items()),
                ],
            }
        )
        await dated({"type": "http.response.body", "body": answer.body})

    def _answer(
        self,
        rule: Rule | None,
        method: str,
        path: str,
        query: list[tuple[str, str]],
        headers: dict[str, str],
        raw: bytes,
    ) -> Answer | None:
        """None: drop the connection."""
        before = self._before(rule)
        if before is not None:
            return before
        if rule is not None and rule.effect == "drop":
            return None
        limited = self._limited()
        if limited is not None:
            return limited
        answer = self.notion.answer(method, path, query, headers, raw)
        if rule is None or answer.status != 200:
            return answer
        if rule.effect == "drop_after_commit":
            return None
        if rule.effect == "unavailable_after_commit":
            return self._committed(answer)
        if rule.effect == "gateway_timeout":
            return self._refused("gateway_timeout", "Notion timed out while processing the request.")
        return answer

    def _before(self, rule: Rule | None) -> Answer | None:
        if rule is None:
            return None
        simple = {
            "conflict": ("conflict_error", "Conflict occurred while saving. Please try again."),
            "internal_error": ("internal_server_error", "Unexpected error occurred."),
            "unavailable": ("service_unavailable", "Notion is unavailable, please try again later."),
            "overload": ("service_overload", "Notion is overloaded, please try again later."),
        }
        if rule.effect in simple:
            return self._refused(*simple[rule.effect])
        if rule.effect == "rate_limited":
            return self._rate_limited(rule.retry_after, rule.reason)
        if rule.effect == "bad_gateway":
            return Answer(502, _BAD_GATEWAY, {"content-type": "text/html"})
        if rule.effect == "gateway_timeout" and not rule.commit:
            return self._refused("gateway_timeout", "Notion timed out while processing the request.")
        return None

    def _refused(self, code: str, message: str, **extra: Any) -> Answer:
        return refused(Refusal(code, message, **extra), self.world.new_call_id())

    def _rate_limited(self, retry_after: float | None, reason: str) -> Answer:
        data: dict[str, Any] = {"rate_limit_reason": reason}
        headers = {}
        if retry_after is not None:
            data["retry_after"] = f"{retry_after:g}"
            headers["retry-after"] = f"{retry_after:g}"
        return self._refused(
            "rate_limited",
            "You have been rate limited. Please try again in a few minutes.",
            additional_data=data,
            headers=headers,
        )

    def _committed(self, answer: Answer) -> Answer:
        data: dict[str, Any] = {"retry_guidance": "The request may have been committed. Check before retrying."}
        if answer.committed_id:
            data["committed_resource_id"] = answer.committed_id
        if answer.committed_children:
            data["committed_child_ids"] = list(answer.committed_children)
        return self._refused(
            "service_unavailable", "Notion is unavailable, please try again later.", additional_data=data
        )

    def _limited(self) -> Answer | None:
        """Notion's limiter: a fixed window of real time per connection."""
        limits = self.world.limits
        if not limits.rate_limit:
            return None
        started, used = self._window
        now = time.monotonic()
        if now - started >= WINDOW:
            started, used = now, 0
        self._window = (started, used + 1)
        if used < limits.requests_per_minute:
            return None
        return self._rate_limited(max(1, int(WINDOW - (now - started))), "public_api_request_rate_limit")


def _shown(query: list[tuple[str, str]]) -> dict[str, Any]:
    """A query for the log: what came more than once as a list."""
    shown: dict[str, Any] = {}
    for key, value in query:
        shown[key] = (
            value if key not in shown else [*(shown[key] if isinstance(shown[key], list) else [shown[key]]), value]
        )
    return shown


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _drop(send: Send, receive: Receive) -> None:
    """Cut the connection. `send` is a method of uvicorn's cycle, which holds the transport."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        continue


def sentence(status: int, message: str) -> Answer:
    return Answer(status, encode({"error": message}), {"content-type": "application/json"})
