"""From a procedure as read to what can be made anew, and sentences for what cannot. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isms_bot_notion import richtext
from isms_bot_notion.blocks import HEADINGS, MEDIA, Node, Tree, hosted, walk

Json = dict[str, Any]

_TEXTS = ("paragraph", "bulleted_list_item", "numbered_list_item", "quote", "toggle", "to_do", "callout", *HEADINGS)


@dataclass(frozen=True, slots=True)
class Payload:
    """What a snapshot carries for its copies: the tree to be made."""

    tree: Tree


@dataclass(slots=True)
class Losses:
    """What a copy loses, counted per kind."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str) -> None:
        """Note one more loss of this kind."""
        self.counts[kind] += 1

    def sentences(self) -> tuple[str, ...]:
        """One sentence per kind, in a fixed order."""
        return tuple(_say(kind, self.counts[kind]) for kind in _SENTENCES if self.counts[kind])


_SENTENCES = {
    "button": "buttons cannot be made through Notion's API; people find them in the procedure itself",
    "child_page": "sub-pages stay with the procedure and are not copied",
    "child_database": "databases and linked views stay with the procedure and are not copied",
    "meeting_notes": "meeting notes cannot be copied",
    "template": "old template buttons cannot be copied",
    "unsupported": "blocks of kinds that Notion's API does not show cannot be copied",
    "link_preview": "link previews became plain links",
    "mention": "pasted-link mentions became plain links",
    "file": "files that lie with Notion could not be uploaded again; people find them in the procedure itself",
    "inside": "links to places inside the procedure lead to the procedure, not to the copy",
    "synced": "synced blocks were copied as they are now and no longer follow their original",
    "hidden": "synced blocks that are empty, or whose original is not shared with the bot, could not be copied",
    "style": "paragraphs lost their styles, because they hold more stretches of text than Notion takes",
    "words": "paragraphs were cut after 200,000 characters",
}


def _say(kind: str, count: int) -> str:
    return f"{_SENTENCES[kind][0].upper()}{_SENTENCES[kind][1:]} ({count})."


def creatable(tree: Tree, page: str, upload: Callable[[Node], str | None], losses: Losses) -> Tree:
    """The tree as it can be made anew: boxes unticked, synced blocks inlined, hosted files as uploads, the rest counted.

    `page` is the id of the procedure; `upload` returns the id of an upload of a hosted file, None if there is none to be had.
    """
    copier = _Copier(page.replace("-", "").lower(), {node.id.replace("-", "") for node in walk(tree)}, upload, losses)
    return copier.all(tree)


@dataclass(frozen=True, slots=True)
class _Copier:
    page: str
    inside: set[str]
    upload: Callable[[Node], str | None]
    losses: Losses

    def all(self, tree: Tree) -> Tree:
        return tuple(made for node in tree for made in self.one(node))

    def one(self, node: Node) -> Tree:
        if node.owned:
            return ()
        if node.type == "synced_block":
            self.losses.add("synced" if node.children else "hidden")
            return self.all(node.children)
        if node.type == "link_preview":
            self.losses.add("link_preview")
            url = str(node.body.get("url", ""))
            return (Node("paragraph", {"rich_text": richtext.text_items(url, link=richtext.usable(url))}),)
        if node.type in MEDIA:
            return self.media(node)
        body = self.body(node)
        if body is None:
            self.losses.add(_lost_kind(node))
            return ()
        children = self.all(node.children)
        if node.type in HEADINGS and children:
            body = {**body, "is_toggleable": True}
        if node.type == "table" and not children:
            return ()
        return (Node(node.type, body, children),)

    def body(self, node: Node) -> Json | None:
        """The content of a creatable block, None for a kind that cannot be made."""
        body = node.body
        if node.type in _TEXTS:
            return self.text(node)
        match node.type:
            case "code":
                rest = {"language": body.get("language") or "plain text"}
                return {"rich_text": self.rich(body["rich_text"]), **rest, **self.caption(body)}
            case "equation":
                return {"expression": body["expression"]}
            case "divider" | "breadcrumb" | "column_list" | "tab":
                return {}
            case "column":
                return {"width_ratio": body["width_ratio"]} if body.get("width_ratio") else {}
            case "table_of_contents":
                return _color(body)
            case "table":
                return {key: body[key] for key in ("table_width", "has_column_header", "has_row_header") if key in body}
            case "table_row":
                return {"cells": [self.rich(cell) for cell in body["cells"]]}
            case "bookmark" | "embed":
                return {"url": body["url"], **self.caption(body)}
            case "link_to_page":
                key = next((key for key in ("page_id", "database_id", "comment_id") if body.get(key)), None)
                if key == "page_id" and self.is_inside(str(body[key])):
                    self.losses.add("inside")
                return {"type": key, key: body[key]} if key else None
        return None

    def text(self, node: Node) -> Json:
        made: Json = {"rich_text": self.rich(node.body["rich_text"]), **_color(node.body)}
        if node.type == "to_do":
            made["checked"] = False
        if node.type in HEADINGS and node.body.get("is_toggleable"):
            made["is_toggleable"] = True
        if node.type in ("callout", "paragraph") and (icon := _icon(node.body.get("icon"))):
            made["icon"] = icon
        return made

    def media(self, node: Node) -> Tree:
        name = {"name": node.body["name"]} if node.type == "file" and node.body.get("name") else {}
        if hosted(node) is None:
            url = (node.body.get("external") or {}).get("url")
            if not url:
                self.losses.add("file")
                return ()
            place: Json = {"type": "external", "external": {"url": url}}
            return (Node(node.type, {**place, **self.caption(node.body), **name}),)
        upload = self.upload(node)
        if upload is None:
            self.losses.add("file")
            return ()
        place = {"type": "file_upload", "file_upload": {"id": upload}}
        return (Node(node.type, {**place, **self.caption(node.body), **name}, sha=node.sha),)

    def caption(self, body: Mapping[str, Any]) -> Json:
        caption = self.rich(body.get("caption") or ())
        return {"caption": caption} if caption else {}

    def rich(self, items: Sequence[Mapping[str, Any]]) -> list[Json]:
        made, lost = richtext.creatable(items)
        for kind in lost:
            self.losses.add(kind)
        for url in richtext.links(made):
            inside = richtext.internal(url)
            if inside and (self.is_inside(inside[0]) or inside[1] in self.inside):
                self.losses.add("inside")
        return made

    def is_inside(self, page: str) -> bool:
        return page.replace("-", "").lower() in (self.page, *self.inside)


def _lost_kind(node: Node) -> str:
    if node.type == "unsupported":
        return "button" if node.body.get("block_type") == "button" else "unsupported"
    if node.type == "transcription":
        return "meeting_notes"
    return node.type if node.type in _SENTENCES else "unsupported"


def _color(body: Mapping[str, Any]) -> Json:
    return {"color": body["color"]} if body.get("color") not in (None, "default") else {}


def _icon(icon: Mapping[str, Any] | None) -> Json | None:
    """An icon as it may be sent; one that lies with Notion is left out (its address expires)."""
    if not icon:
        return None
    match icon.get("type"):
        case "emoji":
            return {"type": "emoji", "emoji": icon["emoji"]}
        case "external":
            return {"type": "external", "external": {"url": icon["external"]["url"]}}
        case "custom_emoji":
            return {"type": "custom_emoji", "custom_emoji": {"id": icon["custom_emoji"]["id"]}}
        case "icon":
            return {"type": "icon", "icon": dict(icon["icon"])}
    return None
