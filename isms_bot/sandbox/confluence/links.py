"""Addresses of pages as people click them: which page they lead to."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_plus

from isms_bot.sandbox.confluence.site import Site

_PAGES = re.compile(r"/spaces/[^/]+/(?:pages|folder)/(?:edit-v2/)?(\d+)(?:/|$)")
_SPACE = re.compile(r"/(?:spaces|display)/([^/]+)(?:/overview)?/?")
_TITLE = re.compile(r"/display/([^/]+)/([^/]+)/?")


def page_of(site: Site, path: str, query: list[tuple[str, str]]) -> str | None:
    """The id of the page, None where this is no such address."""
    inner = path.removeprefix(site.context)
    if inner == path or inner.startswith(("/api/", "/rest/", "/download/")):
        return None
    if found := _PAGES.match(inner):
        return found[1]
    if inner.startswith("/pages/"):
        return next((value for key, value in query if key in {"pageId", "draftId"}), None)
    if inner.startswith("/x/"):
        return _tiny(inner[3:])
    if found := _TITLE.fullmatch(inner):
        return _titled(site, found[1], unquote_plus(found[2]))
    if found := _SPACE.fullmatch(inner):
        space = site.space_by_key(found[1])
        return space.homepage_id if space else None
    return site.spaces()[0].homepage_id if inner in {"", "/"} else None


def _titled(site: Site, key: str, title: str) -> str | None:
    space = site.space_by_key(key)
    listed = site.index.titles.get((space.id, title.lower()), {}) if space else {}
    return next((page_id for page_id in listed if site.world.records[page_id].status == "current"), None)


def _tiny(said: str) -> str | None:
    try:
        packed = base64.b64decode(said + "A" * (-len(said) % 4), b"-_")
    except binascii.Error:
        return None
    return str(int.from_bytes(packed, "little"))
