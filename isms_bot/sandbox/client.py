"""A small typed client of the control API, for the demo and for tests."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, cast
from urllib.parse import quote

import httpx


class Refused(Exception):  # noqa: N818 - what the sandbox answered
    """The sandbox did not do it; the message is its sentence."""


@dataclass(frozen=True)
class Member:
    """A person of the workspace."""

    id: str
    name: str
    email: str
    active: bool
    account_id: str = ""  # on the Confluence Cloud site
    user_key: str = ""  # on the Data Center site
    username: str = ""


class Sandbox:
    """A running sandbox, by its address."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # An empty TLS context: a sandbox is plain HTTP on the loopback, and reading the machine's certificates is slow.
        self._http = httpx.Client(
            base_url=f"{self.url}/_sandbox", timeout=30, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, path, json=body) if body is not None else self._http.request(method, path)
        if answer.status_code >= 400:
            raise Refused(answer.json().get("error", answer.text))
        return answer.json()

    # -- what is there

    def summary(self) -> dict[str, Any]:
        return cast(dict[str, Any], self._ask("GET", "/"))

    @property
    def token(self) -> str:
        return str(self.summary()["notion"]["token"])

    @property
    def root_page_id(self) -> str:
        return str(self.summary()["notion"]["root_page_id"])

    @property
    def root_url(self) -> str:
        return str(self.summary()["notion"]["root_url"])

    @property
    def bot_id(self) -> str:
        return str(self.summary()["notion"]["bot_id"])

    def people(self) -> list[Member]:
        return [Member(**p) for p in self.summary()["people"]]

    def person(self, who: str) -> Member:
        """By id, e-mail or name; KeyError when there is nobody."""
        for person in self.people():
            if who in {person.id, person.email, person.name, person.account_id, person.user_key}:
                return person
        raise KeyError(who)

    def tree(self, site: str = "") -> list[dict[str, Any]]:
        """What there is in Notion, or on the site `cloud` or `datacenter`."""
        return cast(list[dict[str, Any]], self._ask("GET", f"/tree/{site}" if site else "/tree"))

    def page(self, page: str) -> dict[str, Any]:
        """The page as a person reads it, also from the trash."""
        return cast(dict[str, Any], self._ask("GET", f"/pages/{page}"))

    def opens(self, page: str, who: str) -> bool:
        """True if this person (id or e-mail) can open the page."""
        try:
            self._ask("GET", f"/pages/{page}?as={quote(who)}")
        except Refused:
            return False
        return True

    # -- time

    def clock(self) -> datetime:
        return datetime.fromisoformat(self._ask("GET", "/clock")["now"])

    def set_clock(self, now: datetime | str) -> datetime:
        """Stand still at `now`."""
        sent = now.isoformat() if isinstance(now, datetime) else now
        return datetime.fromisoformat(self._ask("PUT", "/clock", {"now": sent})["now"])

    def advance(self, seconds: float = 0, *, days: float = 0) -> datetime:
        sent = {"advance_seconds": seconds + days * 86_400}
        return datetime.fromisoformat(self._ask("PUT", "/clock", sent)["now"])

    def real_time(self) -> datetime:
        return datetime.fromisoformat(self._ask("PUT", "/clock", {"now": None})["now"])

    # -- people act

    def act(self, who: str, do: str, **args: Any) -> dict[str, Any]:
        """One gesture (docs/sandbox.md); returns the ids made. Raises Refused."""
        return cast(dict[str, Any], self._ask("POST", "/act", {"as": who, "do": do, **args}))

    def act_all(self, gestures: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """All of them, or none."""
        return cast(list[dict[str, Any]], self._ask("POST", "/act", gestures))

    def users(self, *changes: dict[str, Any]) -> list[Member]:
        """Add {name, email}; change {user, name, email, active}; {user, remove: true}."""
        people = self._ask("POST", "/users", list(changes))
        return [Member(**{key: value for key, value in p.items() if key != "kind"}) for p in people]

    # -- unkindness

    def faults(self, *rules: dict[str, Any]) -> None:
        """These rules in place of all others."""
        self._ask("PUT", "/faults", list(rules))

    def limits(self, **limits: Any) -> dict[str, Any]:
        return cast(dict[str, Any], self._ask("PUT", "/limits", limits))

    def confluence(self, **knobs: Any) -> dict[str, Any]:
        """Knobs of the Confluence sites (docs/sandbox.md); `site` is cloud or datacenter, left out: both."""
        return cast(dict[str, Any], self._ask("PUT", "/confluence", knobs))

    def integration(self, **changes: Any) -> dict[str, Any]:
        return cast(dict[str, Any], self._ask("PUT", "/integration", changes))

    # -- the log

    def requests(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self._ask("GET", "/requests")["requests"])

    def request_count(self) -> int:
        return int(self._ask("GET", "/requests")["count"])

    def clear_requests(self) -> None:
        self._ask("DELETE", "/requests")

    def reset(
        self, *, seed: int = 1, people: list[dict[str, str]] | None = None, now: str | None = None
    ) -> dict[str, Any]:
        body: dict[str, Any] = {"seed": seed}
        if people is not None:
            body["people"] = people
        if now is not None:
            body["now"] = now
        return cast(dict[str, Any], self._ask("POST", "/reset", body))
