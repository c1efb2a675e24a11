"""Times and addresses as Notion writes them."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

_HOST = "https://app.notion.com/p/"


def minute(ms: int) -> str:
    """Pages, blocks, data sources, comments, uploads: floored to the minute."""
    return datetime.fromtimestamp(ms // 60_000 * 60, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def exact(ms: int) -> str:
    """Databases and views: milliseconds and an offset."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}+00:00"


def page_url(page_id: str, title: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")
    compact = page_id.replace("-", "")
    return f"{_HOST}{slug}-{compact}" if slug else f"{_HOST}{compact}"


def url(record_id: str) -> str:
    return _HOST + record_id.replace("-", "")


def signature(seed: int, upload_id: str, expires: int) -> str:
    return hashlib.sha256(f"{seed}/{upload_id}/{expires}".encode()).hexdigest()[:32]
