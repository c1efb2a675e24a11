"""Rich text as Notion stores it. Names in mentions are looked up when it is read, not when it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from isms_bot.sandbox.notion.errors import invalid
from isms_bot.sandbox.notion.validation import canonical

Json = dict[str, Any]
_PLAIN: Json = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}
_LINK = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:|/|#)\S*$")
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")


def run(content: str, *, link: str | None = None) -> Json:
    """One piece of text without style."""
    return {
        "type": "text",
        "text": {"content": content, "link": {"url": link} if link else None},
        "annotations": dict(_PLAIN),
        "plain_text": content,
        "href": link,
    }


def of(content: str) -> list[Json]:
    """Text of any length as runs of at most 2,000 characters; empty text has no runs."""
    return [run(content[i : i + 2000]) for i in range(0, len(content), 2000)]


def store(items: Iterable[Json]) -> list[Json]:
    """A valid request's rich text with every default filled in."""
    return [_store(item) for item in items]


def _store(item: Json) -> Json:
    annotations = {**_PLAIN, **item.get("annotations", {})}
    if "text" in item:
        link = item["text"].get("link")
        url = link["url"] if link else None
        if url is not None and not _LINK.match(url):
            raise invalid("Invalid URL for link.")
        content = item["text"]["content"]
        return {
            "type": "text",
            "text": {"content": content, "link": {"url": url} if url else None},
            "annotations": annotations,
            "plain_text": content,
            "href": url,
        }
    if "equation" in item:
        expression = item["equation"]["expression"]
        return {
            "type": "equation",
            "equation": {"expression": expression},
            "annotations": annotations,
            "plain_text": expression,
            "href": None,
        }
    return {
        "type": "mention",
        "mention": _mention(item["mention"]),
        "annotations": annotations,
        "plain_text": "",
        "href": None,
    }


def _mention(mention: Json) -> Json:
    kind = next(k for k in mention if k != "type")
    body = mention[kind]
    if kind == "date":
        return {"type": "date", "date": date(body, midnight=True)}
    if kind == "template_mention":
        inner = next(k for k in body if k != "type")
        return {"type": kind, kind: {"type": inner, inner: body[inner]}}
    return {"type": kind, kind: {**body, "id": canonical(body["id"])}}


def date(value: Json, *, midnight: bool = False) -> Json:
    """A date as it is read back: date-times with milliseconds and offset; in mentions also dates."""
    return {
        "start": _moment(value["start"], midnight),
        "end": _moment(value["end"], midnight) if value.get("end") else None,
        "time_zone": value.get("time_zone"),
    }


def _moment(value: str, midnight: bool) -> str:
    if len(value) == 10:
        return f"{value}T00:00:00.000+00:00" if midnight else value
    value = value.replace(" ", "T")
    offset = _OFFSET.search(value)
    clock, zone = (value[: offset.start()], offset.group()) if offset else (value, "+00:00")
    zone = "+00:00" if zone == "Z" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    if clock.count(":") == 1:
        clock += ":00"
    seconds, _, fraction = clock.partition(".")
    return f"{seconds}.{(fraction + '000')[:3]}{zone}"


def plain(items: Iterable[Json], name: Callable[[str, str], str] | None = None) -> str:
    """The text without style; `name(kind, id)` says what a mention is called."""
    return "".join(_plain(item, name) for item in items)


def _plain(item: Json, name: Callable[[str, str], str] | None) -> str:
    if item["type"] != "mention":
        return str(item["plain_text"])
    mention = item["mention"]
    kind = mention["type"]
    if kind == "date":
        start = mention["date"]["start"]
        return str(start[:10] if "T00:00:00.000+00:00" in start else start)
    if kind in {"user", "page", "database"}:
        return name(kind, mention[kind]["id"]) if name else f"@{mention[kind]['id']}"
    return ""


def mentioned(items: Iterable[Json]) -> list[str]:
    """Ids of the users mentioned, in order."""
    return [
        item["mention"]["user"]["id"]
        for item in items
        if item["type"] == "mention" and item["mention"]["type"] == "user"
    ]
