"""The control API under /_sandbox/: clock, people, faults, limits, gestures, the log of requests. No authentication;
it is reachable from this machine only."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from isms_bot.sandbox import bootstrap, faults
from isms_bot.sandbox.app import App
from isms_bot.sandbox.confluence.gestures import concerns
from isms_bot.sandbox.notion import views as plain
from isms_bot.sandbox.notion.gestures import act
from isms_bot.sandbox.notion.validation import canonical, is_uuid
from isms_bot.sandbox.world import Integration, Limits, Misuse, Person

Endpoint = Callable[[Request], Awaitable[Response]]
_CAPABILITIES = {"read_content", "insert_content", "update_content", "read_comments", "insert_comments", "user_info"}


class Control:
    def __init__(self, app: App) -> None:
        self.app = app
        self.world = app.world

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Any], Any]]] = [
            ("GET", "", self.summary),
            ("POST", "reset", self.reset),
            ("GET", "clock", self.clock),
            ("PUT", "clock", self.set_clock),
            ("GET", "requests", self.requests),
            ("DELETE", "requests", self.clear_requests),
            ("GET", "faults", self.show_faults),
            ("PUT", "faults", self.set_faults),
            ("GET", "limits", self.show_limits),
            ("PUT", "limits", self.set_limits),
            ("POST", "users", self.users),
            ("PUT", "integration", self.integration),
            ("POST", "act", self.act),
            ("GET", "tree", self.tree),
            ("GET", "confluence", self.app.confluence.show),
            ("PUT", "confluence", self.confluence),
        ]
        routes = [Route(f"/_sandbox/{path}", _endpoint(call), methods=[method]) for method, path, call in table]
        return [
            *routes,
            Route("/_sandbox/pages/{page_id}", self.page, methods=["GET"]),
            Route("/_sandbox/tree/{site}", self.site_tree, methods=["GET"]),
        ]

    def summary(self, _body: Any = None) -> dict[str, Any]:
        world = self.world
        return {
            "url": world.settings.get("base_url"),
            "notion": {
                "token": world.integration.token,
                "root_page_id": world.settings["root_page_id"],
                "root_url": f"{world.settings.get('base_url')}/p/{world.settings['root_page_id']}",
                "bot_id": world.bot.id,
                "integration": {k: v for k, v in asdict(world.integration).items() if k not in {"id", "token"}},
            },
            **self.app.confluence.summary(),
            "people": [
                {k: getattr(p, k) for k in ("id", "name", "email", "active")} | self.app.confluence.names_of(p)
                for p in world.people()
            ],
            **self.clock(),
            "seed": world.seed,
        }

    def reset(self, body: Any) -> dict[str, Any]:
        _only(body, {"seed", "people", "now"})
        bootstrap.reset(
            self.world,
            seed=int(body.get("seed", 1)),
            people=body.get("people"),
            now=moment(body["now"]) if body.get("now") else None,
        )
        self.app.faults.rules = ()
        self.app.confluence.index.past.clear()
        self.clear_requests()
        return self.summary()

    def clock(self, _body: Any = None) -> dict[str, Any]:
        return {"now": self.world.now().isoformat(), "standing_still": self.world.standing_still}

    def set_clock(self, body: Any) -> dict[str, Any]:
        """`now` (iso; null: real time again), or `advance_seconds`."""
        _only(body, {"now", "advance_seconds"})
        if "now" in body:
            self.world.set_clock(moment(body["now"]) if body["now"] is not None else None)
        if body.get("advance_seconds"):
            self.world.advance(float(body["advance_seconds"]))
        return self.clock()

    def requests(self, _body: Any = None) -> dict[str, Any]:
        return {"count": self.app.count, "requests": list(self.app.log)}

    def clear_requests(self, _body: Any = None) -> dict[str, Any]:
        self.app.log.clear()
        self.app.count = 0
        return {"count": 0, "requests": []}

    def show_faults(self, _body: Any = None) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.app.faults.rules]

    def set_faults(self, body: Any) -> list[dict[str, Any]]:
        self.app.faults.rules = faults.parse(body)
        return self.show_faults()

    def show_limits(self, _body: Any = None) -> dict[str, Any]:
        return asdict(self.world.limits)

    def set_limits(self, body: Any) -> dict[str, Any]:
        _only(body, {f.name for f in fields(Limits)})
        self.world.limits = replace(self.world.limits, **body)
        if not (self.world.limits.query_lag or self.world.limits.search_lag):
            self.app.space.past.clear()
        self.world.save_settings()
        return self.show_limits()

    def users(self, body: Any) -> list[dict[str, Any]]:
        """Add {name, email}, or change {user, name?, email?, active?}, or remove {user, remove: true}."""
        listed = body if isinstance(body, list) else [body]
        with self.world.change():
            for change in listed:
                _only(change, {"user", "name", "email", "active", "remove"})
                self._user(change)
        return [asdict(p) | self.app.confluence.names_of(p) for p in self.world.people()]

    def _user(self, change: dict[str, Any]) -> None:
        if "user" not in change:
            if not change.get("name"):
                raise Misuse("a new person needs a name")
            self.world.add_person(change["name"], change.get("email", ""))
            return
        person: Person = self.world.person(change["user"])
        kept = {key: change[key] for key in ("name", "email", "active") if key in change}
        if change.get("remove"):
            kept["active"] = False
        self.world.put(replace(person, **kept))

    def integration(self, body: Any) -> dict[str, Any]:
        """token_revoked, the capabilities, and share / unshare (page ids)."""
        _only(body, {"token_revoked", "share", "unshare", "name", *_CAPABILITIES})
        current: Integration = self.world.integration
        if body.get("user_info", "email") not in {"none", "no_email", "email"}:
            raise Misuse("user_info is none, no_email or email")
        shared = [s for s in current.shared if s not in map(_id, _list(body.get("unshare")))]
        shared += [s for s in map(_id, _list(body.get("share"))) if s not in shared]
        kept = {key: value for key, value in body.items() if key not in {"share", "unshare"}}
        self.world.configure(**kept, shared=tuple(shared))
        return asdict(self.world.integration)

    def act(self, body: Any) -> Any:
        """One gesture or a list; of a list all or none."""
        listed = body if isinstance(body, list) else [body]
        with self.world.change():
            results = []
            for wanted in listed:
                at = wanted.get("at") if isinstance(wanted, dict) else None
                with self.world.at(moment(at) if at else None):
                    done = self.app.confluence.act(wanted) if concerns(wanted) else act(self.app.space, wanted)
                    results.append(done)
        return results if isinstance(body, list) else results[0]

    def tree(self, _body: Any = None) -> list[dict[str, Any]]:
        return plain.tree(self.app.space)

    def confluence(self, body: Any) -> dict[str, Any]:
        """Knobs of the Confluence sites; `site` says which."""
        _only(body, set(body) if isinstance(body, dict) else set())
        return self.app.confluence.configure(body)

    async def site_tree(self, request: Request) -> Response:
        try:
            return JSONResponse(self.app.confluence.tree(request.path_params["site"]))
        except Misuse as misuse:
            return JSONResponse({"error": str(misuse)}, status_code=404)

    def _may_open(self, person: str, page_id: str) -> bool:
        if self.app.confluence.has(page_id):
            return self.app.confluence.may_open(person, page_id)
        found = self.app.space.find(page_id)
        return found is not None and self.app.space.may_open(person, found)

    async def page(self, request: Request) -> Response:
        """The page as it is; with `?as=` and a person as that person meets it: there is none if it is not open to them."""
        page_id = request.path_params["page_id"]
        reader = request.query_params.get("as")
        try:
            if reader is not None and not self._may_open(self.world.person(reader).id, page_id):
                raise Misuse("this page is not there, or not open to this person")  # noqa: TRY301 - one way to say so
            if self.app.confluence.has(page_id):
                return JSONResponse(self.app.confluence.page(page_id))
            return JSONResponse(plain.page(self.app.space, page_id))
        except Misuse as misuse:
            return JSONResponse({"error": str(misuse)}, status_code=404)


def _endpoint(call: Callable[[Any], Any]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        try:
            return JSONResponse(call(json.loads(raw) if raw.strip() else {}))
        except (Misuse, TypeError, ValueError, KeyError) as error:
            # The control API is for tests and the demo: whatever is wrong with a request is said in one sentence.
            return JSONResponse({"error": str(error) or type(error).__name__}, status_code=400)

    return endpoint


def _only(body: Any, known: set[str]) -> None:
    if not isinstance(body, dict):
        raise Misuse("the body is a JSON object")
    if unknown := set(body) - known:
        raise Misuse(f"unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")


def _list(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _id(value: str) -> str:
    if not is_uuid(value):
        raise Misuse(f"{value!r} is not an id")
    return canonical(value)


def moment(value: str) -> datetime:
    """An ISO time; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except (ValueError, AttributeError) as error:
        raise Misuse(f"{value!r} is not an ISO 8601 time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
