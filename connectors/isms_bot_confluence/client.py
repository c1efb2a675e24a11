"""One gate to Confluence: every request is counted, its time remembered, its errors ours. Nothing here waits or tries again.

The clients of atlassian-python-api serve as authenticated transport only: many of their methods call endpoints that are not
there, their pager loses the context path and repeated parameters, and their own retries would post twice.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from atlassian import ConfluenceServer, ConfluenceV2
from atlassian.rest_client import AtlassianRestAPI
from requests.utils import parse_header_links

from isms_bot.errors import Ambiguous, Misconfigured, Permanent, Transient
from isms_bot_confluence.errors import VENDOR_ERRORS, Unscoped, of_answer, of_exception
from isms_bot_confluence.gateway import Gateway

Json = dict[str, Any]
Query = Mapping[str, Any]
"""Parameters: text, numbers, or sequences of them, which are sent as the name repeated."""

TIMEOUT = 60

# At level DEBUG the transport logs whole pages, with the names of people.
logging.getLogger("atlassian.rest_client").setLevel(logging.WARNING)


class Wire:
    """Requests for one workspace. `calls` counts what was sent, `now` is the latest `Date` header."""

    def __init__(
        self,
        base: str,
        *,
        cloud: bool,
        user: str | None,
        token: str,
        ca: str | None = None,
        proxy: str | None = None,
        gateway: Gateway | None = None,
    ) -> None:
        self.calls = 0
        self.now: datetime | None = None
        self.base = base.rstrip("/")
        options: dict[str, Any] = {
            "timeout": TIMEOUT,
            "backoff_and_retry": False,
            "retry_with_header": False,
            "verify_ssl": ca or True,
            "proxies": {"http": proxy, "https": proxy} if proxy else None,
        }
        self._login = {"username": user, "password": token} if user else {"token": token}
        self._options = options
        self._kind = ConfluenceV2 if cloud else ConfluenceServer
        self._gateway = gateway if gateway is not None and gateway.choice != "never" else None
        self._client = self._connected()

    def _connected(self) -> AtlassianRestAPI:
        with warnings.catch_warnings():
            # The client announces that its old methods will go; none of its methods is used here.
            warnings.simplefilter("ignore", DeprecationWarning)
            client: AtlassianRestAPI = self._kind(self.base, **self._login, **self._options)
        # The environment is asked for proxies and certificates once, and not for every request anew.
        session = client.session
        found = session.merge_environment_settings(self.base, dict(client.proxies or {}), None, client.verify_ssl, None)
        client.proxies, client.verify_ssl, session.trust_env = found["proxies"], found["verify"], False
        return client

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _through_gateway(self, gateway: Gateway, what: str) -> None:
        """Send everything through the gateway from now on."""
        self._gateway = None
        answer = self._answer("GET", gateway.asks, what, absolute=True)
        cloud_id = self._json(answer, what, write=False).get("cloudId")
        if not cloud_id:
            raise Misconfigured(f"{what}: {gateway.asks} names no site of Confluence Cloud; check `site`")
        self._client.close()
        self.base = gateway.base(str(cloud_id))
        self._client = self._connected()

    # --- requests

    def get(self, path: str, what: str, query: Query | None = None) -> Json:
        """The answer of a GET. `what` says in an error what was going on."""
        return self._json(self._send("GET", path, what, query=query), what, write=False)

    def ask(self, path: str, what: str, body: Any) -> Json:
        """The answer of a POST that only reads."""
        return self._json(self._send("POST", path, what, body=body), what, write=False)

    def post(self, path: str, what: str, body: Any = None, query: Query | None = None) -> Json:
        """The answer of a POST that writes."""
        return self._json(self._send("POST", path, what, body=body, query=query, write=True), what, write=True)

    def put(self, path: str, what: str, body: Any, query: Query | None = None) -> Json:
        """The answer of a PUT."""
        return self._json(self._send("PUT", path, what, body=body, query=query, write=True), what, write=True)

    def delete(self, path: str, what: str, query: Query | None = None) -> None:
        """DELETE, whose answer is empty."""
        self._send("DELETE", path, what, query=query, write=True)

    def upload(self, method: str, path: str, what: str, name: str, data: bytes, **form: str) -> Json:
        """The answer of an upload of one file."""
        files = {"file": (name, data), **{key: (None, value) for key, value in form.items()}}
        return self._json(self._send(method, path, what, files=files, write=True), what, write=True)

    def download(self, path: str, what: str) -> bytes:
        """The bytes of an attachment; the store of files that it redirects to never gets the credentials."""
        return self._send("GET", path, what, follow=True).content

    def results(self, path: str, what: str, query: Query | None = None) -> Iterator[Json]:
        """All results of a paged GET.

        The next page is named by `_links.next` of the body, else by the `Link` header; its address is taken for its parameters
        only, so base and context path stay ours, and parameters that it leaves out are sent again.
        """
        asked = _pairs(query)
        while True:
            answer = self._send("GET", path, what, query=asked)
            body = self._json(answer, what, write=False)
            yield from body.get("results") or ()
            following = (body.get("_links") or {}).get("next") or _link(answer)
            if not following:
                return
            named = parse_qsl(urlsplit(following).query, keep_blank_values=True)
            names = {name for name, _ in named}
            asked = [*((name, value) for name, value in asked if name not in names), *named]

    def _send(self, method: str, path: str, what: str, *, write: bool = False, **sent: Any) -> requests.Response:
        gateway = self._gateway
        if gateway is not None and gateway.choice == "always":
            self._through_gateway(gateway, what)
        try:
            answer = self._answer(method, path, what, write=write, **sent)
        except Unscoped:
            if gateway is None or self._gateway is None:
                raise
            # Nothing was done: the site does not know tokens with scopes, the gateway does.
            self._through_gateway(gateway, what)
            return self._answer(method, path, what, write=write, **sent)
        self._gateway = None
        return answer

    def _answer(
        self,
        method: str,
        path: str,
        what: str,
        *,
        query: Query | Sequence[tuple[str, str]] | None = None,
        body: Any = None,
        files: Any = None,
        write: bool = False,
        follow: bool = False,
        absolute: bool = False,
    ) -> requests.Response:
        """One request. Raises what its answer means."""
        self.calls += 1
        try:
            answer: requests.Response = self._client.request(
                method,
                path,
                json=body,
                params=_repeated(_pairs(query)),
                files=files,
                headers={"X-Atlassian-Token": "no-check", "Accept": "application/json"} if files else None,
                absolute=absolute,
                advanced_mode=True,
                allow_redirects=follow,
            )
        except VENDOR_ERRORS as error:
            raise of_exception(error, what, write=write) from error
        self._remember(answer)
        if answer.status_code >= 300:
            raise of_answer(answer, what, write=write)
        return answer

    def _remember(self, answer: requests.Response) -> None:
        try:
            self.now = parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return

    def time(self) -> datetime:
        """The latest `Date`. Raises Permanent if Confluence sends none."""
        if self.now is None:
            raise Permanent("Confluence's answers carry no Date header; the bot cannot tell its time")
        return self.now

    @staticmethod
    def _json(answer: requests.Response, what: str, *, write: bool) -> Json:
        if not answer.content:
            return {}
        try:
            body = answer.json()
        except ValueError as error:
            raise (Ambiguous if write else Transient)(f"{what}: the answer was no JSON") from error
        if isinstance(body, list):
            return {"results": body}
        if not isinstance(body, dict):
            raise (Ambiguous if write else Transient)(f"{what}: Confluence answered something that is no object")
        return body


def _pairs(query: Query | Sequence[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """Parameters in order; several values of one name are sent as the name repeated."""
    if query is None:
        return []
    if not isinstance(query, Mapping):
        return list(query)
    made: list[tuple[str, str]] = []
    for name, value in query.items():
        values = [value] if isinstance(value, str | int) else value
        made += [(name, str(one).lower() if isinstance(one, bool) else str(one)) for one in values]
    return made


def _repeated(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Parameters as the client takes them."""
    made: dict[str, list[str]] = {}
    for name, value in pairs:
        made.setdefault(name, []).append(value)
    return made


def _link(answer: requests.Response) -> str:
    """The address of the next page in the `Link` header, "" without one."""
    links = parse_header_links(answer.headers.get("Link", "")) if answer.headers.get("Link") else []
    return next((str(link["url"]) for link in links if link.get("rel") == "next"), "")
