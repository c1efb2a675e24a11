"""Blocks: from a valid request into what is kept."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion import richtext
from isms_bot.sandbox.notion.errors import invalid
from isms_bot.sandbox.notion.grammar import HEADINGS
from isms_bot.sandbox.notion.model import FileUpload, Json
from isms_bot.sandbox.notion.space import Space, Sprout
from isms_bot.sandbox.notion.validation import canonical, is_uuid

FILE_TYPES = ("image", "video", "pdf", "audio", "file")
LIMIT = 1000  # blocks in one request


def sprouts(space: Space, requested: list[Json]) -> list[Sprout]:
    """What `children` of a request asks for. Raises the Refusal when it is more than 1,000 blocks."""
    result = [_sprout(space, item) for item in requested]
    if (count := sum(map(_count, result))) > LIMIT:
        raise invalid(f"body failed validation: total number of blocks should be ≤ `{LIMIT}`, instead was `{count}`.")
    return result


def _count(sprout: Sprout) -> int:
    return 1 + sum(map(_count, sprout[2]))


def kind_of(item: Json) -> str:
    said = item.get("type")
    return said if said in item else next(k for k in item if k not in {"object", "type"})


def _sprout(space: Space, item: Json) -> Sprout:
    kind = kind_of(item)
    body = dict(item[kind])
    children = body.pop("children", None) or []
    if kind in HEADINGS and children and not body.get("is_toggleable"):
        raise invalid(f"{kind} blocks can only have children when is_toggleable is true.")
    if kind == "table":
        for row in children:
            if len(row["table_row"]["cells"]) != body["table_width"]:
                raise invalid("Number of cells in table row must match the table width of the parent table")
    return (kind, content(space, kind, body), [_sprout(space, child) for child in children])


def content(space: Space, kind: str, body: Json, old: Json | None = None) -> Json:
    """The type's object as it is kept: every default filled in, absent keys taken from `old` on an update."""
    new: Json = dict(old or {})
    for key, value in body.items():
        if key in {"rich_text", "caption"}:
            new[key] = richtext.store(value)
        elif key == "cells":
            new[key] = [richtext.store(cell) for cell in value]
        elif key == "icon":
            new[key] = icon(space, value)
        elif key not in {"type", "external", "file_upload"}:
            new[key] = value
    if kind in FILE_TYPES:
        return {**new, **_file(space, body, old)}
    for key, default in _defaults(kind).items():
        new.setdefault(key, default)
    if kind == "link_to_page":
        target = next(k for k in body if k != "type")
        return {"type": target, target: canonical(body[target])}
    if kind == "synced_block" and new["synced_from"]:
        return {"synced_from": {"type": "block_id", "block_id": canonical(new["synced_from"]["block_id"])}}
    return new


def _defaults(kind: str) -> Json:
    if kind in {
        "divider",
        "breadcrumb",
        "column_list",
        "tab",
        "table_row",
        "equation",
        "synced_block",
        "column",
        "template",
    }:
        return {}
    if kind in {"bookmark", "embed", "code"}:
        return {"caption": []}
    if kind == "table":
        return {"has_column_header": False, "has_row_header": False}
    extra: dict[str, Any] = {"color": "default"}
    if kind == "table_of_contents":
        return {"color": "gray"}
    if kind == "to_do":
        extra["checked"] = False
    if kind in HEADINGS:
        extra["is_toggleable"] = False
    if kind == "paragraph":
        extra["icon"] = None
    if kind == "callout":
        extra["icon"] = {"type": "emoji", "emoji": "💡"}
    return extra


def icon(space: Space, value: Json | None) -> Json | None:
    """An icon or a cover as it is kept."""
    if value is None:
        return None
    kind = next(k for k in value if k != "type")
    if kind == "file_upload":
        return {"type": "file", "upload": uploaded(space, value[kind]["id"]).id}
    return {"type": kind, kind: value[kind]}


def uploaded(space: Space, upload_id: str) -> FileUpload:
    """The upload, complete. Raises the Refusal when it is not."""
    upload = space.world.get(FileUpload, canonical(upload_id)) if is_uuid(upload_id) else None
    if upload is None or upload.status != "uploaded":
        raise invalid(f"Could not find file_upload with ID: {upload_id}.")
    return upload


def _file(space: Space, body: Json, old: Json | None) -> Json:
    caption = (old or {}).get("caption", [])
    base: Json = {"caption": richtext.store(body["caption"]) if "caption" in body else caption}
    if "external" in body:
        return {**base, "type": "external", "external": {"url": body["external"]["url"]}, "upload": None}
    if "file_upload" in body:
        upload = uploaded(space, body["file_upload"]["id"])
        return {**base, "type": "file", "upload": upload.id, "name": body.get("name") or upload.filename}
    return base


def from_lines(space: Space, lines: list[str]) -> list[Sprout]:
    """Blocks from short notation: `- [ ] `, `- [x] `, `# `, `## `, `### `, `- `, `1. `, `> `, `---`; two spaces nest."""
    roots: list[Sprout] = []
    stack: list[tuple[int, list[Sprout]]] = [(-1, roots)]
    for line in lines:
        depth = (len(line) - len(line.lstrip(" "))) // 2
        sprout = _from_line(space, line.strip())
        while stack[-1][0] >= depth:
            stack.pop()
        stack[-1][1].append(sprout)
        stack.append((depth, sprout[2]))
    return roots


_MARKS: tuple[tuple[str, str, Json], ...] = (
    ("- [ ] ", "to_do", {"checked": False}),
    ("- [x] ", "to_do", {"checked": True}),
    ("### ", "heading_3", {}),
    ("## ", "heading_2", {}),
    ("# ", "heading_1", {}),
    ("- ", "bulleted_list_item", {}),
    ("1. ", "numbered_list_item", {}),
    ("> ", "quote", {}),
)


def _from_line(space: Space, line: str) -> Sprout:
    if line == "---":
        return ("divider", {}, [])
    for mark, kind, extra in _MARKS:
        if line.startswith(mark):
            return (kind, {**content(space, kind, extra), "rich_text": richtext.of(line[len(mark) :])}, [])
    return ("paragraph", {**content(space, "paragraph", {}), "rich_text": richtext.of(line)}, [])
