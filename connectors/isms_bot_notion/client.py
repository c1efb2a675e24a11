"""One gate to Notion: every request is counted, its time remembered, its errors ours. Nothing here waits or tries again.

Requests go through `notion_client.Client.request`, not through its endpoint methods: those drop unknown keys silently.
"""

from __future__ import annotations

import hashlib
import logging
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from notion_client import Client

from isms_bot.errors import Ambiguous, Transient
from isms_bot_notion.errors import VENDOR_ERRORS, translate

VERSION = "2026-03-11"
"""Pinned: the client's own default is older and speaks of `archived` and `after`."""

PAGE_SIZE = 100
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes that one single-part upload takes; a larger file is known by its address and is not copied."""

Json = dict[str, Any]

_SILENT = logging.getLogger("isms_bot_notion")


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are trusted. Reading them takes longer than a request, so all clients of the process share them."""
    return httpx.create_ssl_context()


class Wire:
    """Requests for one workspace. `calls` counts what was sent, `now` is the latest `Date` header."""

    def __init__(self, token: str, api: str | None, *, timeout: float = 60.0) -> None:
        self.calls = 0
        self.now: datetime | None = None
        hooks = {"request": [self._count], "response": [self._remember]}
        options: dict[str, Any] = {"base_url": api} if api else {}
        self._client = Client(
            client=httpx.Client(event_hooks=hooks, verify=_trusted()),  # type: ignore[arg-type]
            auth=token,
            notion_version=VERSION,
            retry=False,
            timeout_ms=int(timeout * 1000),
            logger=_SILENT,
            log_level=logging.CRITICAL,
            **options,
        )
        # Hosted files lie with a third party: their own client carries no token.
        self._files = httpx.Client(
            event_hooks={"request": [self._count]}, timeout=timeout, follow_redirects=True, verify=_trusted()
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._files.close()

    def _count(self, _request: httpx.Request) -> None:
        self.calls += 1

    def _remember(self, response: httpx.Response) -> None:
        stamp = response.headers.get("date")
        if not stamp:
            return
        try:
            self.now = parsedate_to_datetime(stamp).astimezone(UTC)
        except ValueError:
            return

    # --- requests

    def get(self, path: str, what: str, query: Mapping[str, Any] | None = None) -> Json:
        """The answer of a GET. `what` says in an error what was going on."""
        return self._send("GET", path, what, query=query, write=False)

    def ask(self, path: str, what: str, body: Json) -> Json:
        """The answer of a POST that only reads (a query)."""
        return self._send("POST", path, what, body=body, write=False)

    def post(self, path: str, what: str, body: Json | None = None, *, form: Json | None = None) -> Json:
        """The answer of a POST that writes."""
        return self._send("POST", path, what, body=body, form=form, write=True)

    def patch(self, path: str, what: str, body: Json) -> Json:
        """The answer of a PATCH."""
        return self._send("PATCH", path, what, body=body, write=True)

    def delete(self, path: str, what: str) -> Json:
        """The answer of a DELETE: what is deleted lies in the trash."""
        return self._send("DELETE", path, what, write=True)

    def pages(self, path: str, what: str, query: Mapping[str, Any] | None = None) -> Iterator[Json]:
        """All results of a paginated GET."""
        cursor: str | None = None
        while True:
            asked = {**(query or {}), "page_size": PAGE_SIZE, **({"start_cursor": cursor} if cursor else {})}
            answer = self.get(path, what, asked)
            yield from answer.get("results", ())
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or not cursor:
                return

    def _send(
        self, method: str, path: str, what: str, *, write: bool, query: Mapping[str, Any] | None = None,
        body: Json | None = None, form: Json | None = None,
    ) -> Json:  # fmt: skip
        try:
            answer = self._client.request(
                path=path, method=method, query=dict(query) if query else None, body=body, form_data=form
            )
        except VENDOR_ERRORS as error:
            raise translate(error, what, write=write) from error
        if not isinstance(answer, dict):
            raise (Ambiguous if write else Transient)(f"{what}: Notion answered something that is no object")
        return answer

    # --- hosted files

    def download(self, url: str, what: str) -> bytes | None:
        """The bytes of a hosted file, None if it is larger than `LARGEST_FILE` or cannot be had. Raises Transient."""
        parts: list[bytes] = []
        size = 0
        try:
            with self._files.stream("GET", url) as answer:
                if answer.status_code >= 500:
                    raise Transient(f"{what}: the file store answered {answer.status_code}")
                if answer.status_code >= 400:
                    return None
                for part in answer.iter_bytes():
                    size += len(part)
                    if size > LARGEST_FILE:
                        return None
                    parts.append(part)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise translate(error, what, write=False) from error
        return b"".join(parts)

    def upload(self, name: str, data: bytes, what: str) -> str:
        """Upload a file and return the id to attach it by (two requests)."""
        made = self.post("file_uploads", what, {"mode": "single_part", "filename": name})
        upload = str(made["id"])
        self.post(f"file_uploads/{upload}/send", what, form={"file": (name, data)})
        return upload


def stable(url: str) -> str:
    """A hosted file's address without its signature: the same as long as it is the same file."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def sha256(data: bytes) -> str:
    """Hex digest of bytes."""
    return hashlib.sha256(data).hexdigest()
