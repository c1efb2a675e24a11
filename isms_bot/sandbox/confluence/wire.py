"""Times and addresses as Confluence writes them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import quote_plus


def moment(ms: int) -> str:
    """UTC with milliseconds and Z."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def offset(ms: int) -> str:
    """The same with an offset, as Data Center and parts of v1 write it."""
    return moment(ms)[:-1] + "+00:00"


def friendly(ms: int) -> str:
    found = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{found:%b} {found.day}, {found.year}"


def webui(key: str, page_id: str, title: str) -> str:
    """Cloud: where people read a page, below `/wiki`."""
    return f"/spaces/{key}/pages/{page_id}/{quote_plus(title)}"


def tiny(page_id: str) -> str:
    """The short link: the id in little-endian base 64."""
    number = int(page_id)
    packed = number.to_bytes((number.bit_length() + 7) // 8, "little")
    return "/x/" + base64.b64encode(packed, b"-_").decode().rstrip("=A")
