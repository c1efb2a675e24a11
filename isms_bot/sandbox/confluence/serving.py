"""A site as the application serves it: the API with faults around it, and the addresses that people click."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from isms_bot.sandbox.confluence import accounts, api, links
from isms_bot.sandbox.confluence.api import Answer, encode
from isms_bot.sandbox.confluence.cloud import (
    comments,
    hanging,
    pages,
    tasks,
    tree,
    v1_access,
    v1_content,
    v1_files,
    v1_search,
)
from isms_bot.sandbox.confluence.datacenter import content as dc_content
from isms_bot.sandbox.confluence.datacenter import hanging as dc_hanging
from isms_bot.sandbox.confluence.datacenter import people as dc_people
from isms_bot.sandbox.confluence.model import CLOUD, DATACENTER
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.faults import Rule

# Importing them registers their routes.
CLOUD_HANDLERS = (pages, tree, hanging, comments, tasks, v1_content, v1_access, v1_files, v1_search)
DATACENTER_HANDLERS = (dc_content, dc_hanging, dc_people)
WINDOW = 60.0  # seconds of real time
_PREFIX = re.compile(r"/(?:wiki|confluence|ex/confluence/[^/]+/wiki)(?:/|$)")
_EDGE = "/_edge/tenant_info"
_HTML = {"content-type": "text/html"}


def serves(path: str) -> bool:
    """Whether a path is one of a Confluence site."""
    return path == _EDGE or _PREFIX.match(path) is not None


class Serving:
    """Both sites under one address."""

    def __init__(self, cloud: Site, datacenter: Site) -> None:
        self.cloud = cloud
        self.datacenter = datacenter
        self._windows: dict[str, tuple[float, int]] = {CLOUD: (0.0, 0), DATACENTER: (0.0, 0)}

    def answer(
        self,
        rule: Rule | None,
        method: str,
        path: str,
        query: list[tuple[str, str]],
        headers: Mapping[str, str],
        raw: bytes,
    ) -> Answer | None:
        """None: drop the connection."""
        site = self.datacenter if path.startswith("/confluence") else self.cloud
        if path == _EDGE:
            return _json(200, {"cloudId": accounts.cloud_id(site.world.seed)})
        clicked = links.page_of(site, path, query) if method == "GET" else None
        if clicked is not None:
            return Answer(302, b"", {"location": f"{site.world.settings.get('base_url', '')}/p/{clicked}"})
        if rule is not None and rule.effect == "drop":
            return None
        early = before(site, rule, path) or self._limited(site)
        if early is not None:
            return early
        answer = api.answer(site, method, path, query, headers, raw)
        if rule is None or answer.status >= 300:
            return answer
        if rule.effect == "drop_after_commit":
            return None
        if rule.effect == "unavailable_after_commit":
            return _page(503, "Service Unavailable")
        if rule.effect == "gateway_timeout":
            return _page(504, "Gateway Timeout")
        return answer

    def _limited(self, site: Site) -> Answer | None:
        access = site.access
        if not access.rate_limit:
            return None
        started, used = self._windows[site.flavor]
        now = time.monotonic()
        if now - started >= WINDOW:
            started, used = now, 0
        self._windows[site.flavor] = (started, used + 1)
        if used < access.requests_per_minute:
            return None
        return rate_limited(site, max(1, int(WINDOW - (now - started))), "confluence-burst-based")


def before(site: Site, rule: Rule | None, path: str) -> Answer | None:
    """What a fault answers in place of the site, nothing being done."""
    if rule is None:
        return None
    if rule.effect == "rate_limited":
        return rate_limited(site, rule.retry_after, rule.reason)
    if rule.effect == "conflict":
        return _conflict(path)
    if rule.effect == "internal_error":
        return _json(500, {"statusCode": 500, "message": "Internal server error"})
    if rule.effect in {"unavailable", "overload"}:
        return _page(503, "Service Unavailable")
    if rule.effect == "bad_gateway":
        return _page(502, "Bad Gateway")
    if rule.effect == "gateway_timeout" and not rule.commit:
        return _page(504, "Gateway Timeout")
    return None


def _conflict(path: str) -> Answer:
    words = "Conflict occurred while saving. Please try again."
    if "/api/v2/" in path:
        return _json(409, {"errors": [{"status": "409", "code": "CONFLICT", "title": words, "detail": None}]})
    data = {"authorized": True, "valid": True, "errors": [], "successful": False}
    return _json(409, {"statusCode": 409, "data": data, "message": words, "reason": "Conflict"})


def rate_limited(site: Site, retry_after: float | None, reason: str) -> Answer:
    """429 with the headers of the platform."""
    headers: dict[str, str] = {"retry-after": f"{retry_after:g}"} if retry_after is not None else {}
    if site.flavor == CLOUD:
        named = reason if reason.startswith("confluence-") else "confluence-burst-based"
        headers |= {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "ratelimit-reason": named}
    else:
        headers |= {
            "x-ratelimit-limit": "10",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-interval-seconds": "1",
            "x-ratelimit-fillrate": "10",
        }
    return _json(429, {"code": 429, "message": "Rate limit exceeded."}, headers)


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, encode(body), {"content-type": "application/json", **(headers or {})})


def _page(status: int, words: str) -> Answer:
    shown = f"<html><head><title>{status} {words}</title></head><body><h1>{status} {words}</h1></body></html>"
    return Answer(status, shown.encode(), _HTML)
