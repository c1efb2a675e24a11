"""Blocks of a page as a tree; from it the port's blocks, the canonical text and its digest, and out of documents. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from isms_bot.document import Callout, Divider, Document, Heading, Item, Paragraph, Quote, Run, Runs, Step, Table
from isms_bot.document import Node as DocumentNode
from isms_bot.model import Account, Block, BlockKind
from isms_bot_notion import richtext

CANON_VERSION = 1

HEADINGS = ("heading_1", "heading_2", "heading_3", "heading_4")
MEDIA = ("image", "video", "pdf", "file", "audio")
CLOSED = ("child_page", "child_database", "link_preview", "unsupported", "meeting_notes", "transcription", "template")
"""Blocks whose children, if any, are not content of this page."""

_TRANSPARENT = ("synced_block", "table", "column_list", "column", "tab")
"""Blocks that people see as their children: no block of the port, no depth of their own."""

_PREFIX = {
    "heading_1": "# ", "heading_2": "## ", "heading_3": "### ", "heading_4": "#### ", "bulleted_list_item": "- ",
    "numbered_list_item": "1. ", "quote": "> ", "callout": "! ", "toggle": "+ ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One block with its children: `body` is Notion's content under the block's type, without children.

    `sha`: digest of a hosted file's bytes (or its stable address where they could not be had). `owned`: made by the bot for
    itself (a linked view), not content of the page. Nodes of a payload have no id, author and time.
    """

    type: str
    body: Mapping[str, Any]
    children: tuple[Node, ...] = ()
    id: str = ""
    author: Account | None = None
    at: datetime | None = None
    sha: str = ""
    owned: bool = False


Tree = tuple[Node, ...]


def parse(block: Mapping[str, Any], children: Tree = ()) -> Node:
    """A block of an answer, with its children."""
    kind = str(block["type"])
    return Node(
        type=kind,
        body=block.get(kind) or {},
        children=children,
        id=str(block["id"]),
        author=(block.get("last_edited_by") or {}).get("id"),
        at=moment(block.get("last_edited_time")),
    )


def has_content_below(block: Mapping[str, Any]) -> bool:
    """True if the block's children must be read to have read the page whole."""
    return bool(block.get("has_children")) and block["type"] not in CLOSED


def moment(text: str | None) -> datetime | None:
    """An aware time of an answer; pages, blocks and comments are floored to the minute by Notion."""
    return datetime.fromisoformat(text) if text else None


def walk(tree: Iterable[Node]) -> Iterator[Node]:
    """Every node, parents first."""
    for node in tree:
        yield node
        yield from walk(node.children)


# --- the port's blocks --------------------------------------------------------------------------------------------


def to_blocks(tree: Tree, depth: int = 0) -> tuple[Block, ...]:
    """The page in reading order. Tables, columns, tabs and synced blocks appear as what they hold."""
    return tuple(_blocks(tree, depth))


def _blocks(tree: Tree, depth: int) -> Iterator[Block]:
    for node in tree:
        if node.type in _TRANSPARENT:
            yield from _blocks(node.children, depth)
            continue
        cells = tuple(richtext.plain(cell) for cell in node.body.get("cells") or ())
        yield Block(
            id=node.id,
            kind=kind(node),
            text=" | ".join(cells) if cells else words(node),
            depth=depth,
            checked=bool(node.body.get("checked")),
            cells=cells,
            author=node.author,
            at=node.at,
        )
        yield from _blocks(node.children, depth + 1)


def kind(node: Node) -> BlockKind:
    """What the block is for sign-off."""
    if node.type == "to_do":
        return BlockKind.STEP
    if node.type in HEADINGS:
        return BlockKind.HEADING
    if node.type == "table_row":
        return BlockKind.ROW
    return BlockKind.TEXT if "rich_text" in node.body else BlockKind.OTHER


def words(node: Node) -> str:
    """What people read in the block itself."""
    body = node.body
    if "rich_text" in body:
        return richtext.plain(body["rich_text"])
    if node.type in MEDIA:
        return richtext.plain(body.get("caption") or ()) or file_name(node)
    return str(body.get("title") or body.get("expression") or body.get("url") or "")


def hosted(node: Node) -> str | None:
    """The signed address of a file that lies with Notion, None for everything else."""
    return str(node.body["file"]["url"]) if node.type in MEDIA and node.body.get("file") else None


def file_name(node: Node) -> str:
    """A name for a file block: its own, else the last part of its address."""
    if node.body.get("name"):
        return str(node.body["name"])
    place = node.body.get("file") or node.body.get("external") or {}
    return unquote(urlsplit(str(place.get("url", ""))).path.rpartition("/")[2])


def attachments(tree: Tree) -> tuple[str, ...]:
    """Names of the files on the page."""
    return tuple(file_name(node) for node in walk(tree) if node.type in MEDIA)


# --- canonical text -----------------------------------------------------------------------------------------------


def canonical(tree: Tree, *, unticked: bool = False) -> str:
    """The text that a record is watched by, one line per block, indented by depth.

    Left out: ids of blocks, times, colours, icons, signed addresses, the bot's own blocks, and whether a synced block is
    synced. `unticked`: as if no box were ticked.
    """
    return "\n".join(_lines(tree, 0, unticked))


def digest(text: str) -> str:
    """sha256 of a canonical text, the version of the canon in front."""
    return hashlib.sha256(f"canon notion {CANON_VERSION}\n{text}".encode()).hexdigest()


def _lines(tree: Tree, depth: int, unticked: bool) -> Iterator[str]:
    for node in tree:
        if node.owned:
            continue
        if node.type == "synced_block":
            yield from _lines(node.children, depth, unticked)
            continue
        yield "  " * depth + _line(node, unticked)
        yield from _lines(node.children, depth + 1, unticked)


def _line(node: Node, unticked: bool) -> str:
    body = node.body
    if node.type == "to_do":
        box = "x" if body.get("checked") and not unticked else " "
        return f"[{box}] {richtext.canonical(body['rich_text'])}"
    if node.type == "table_row":
        return "".join(f"| {richtext.canonical(cell)} " for cell in body["cells"]) + "|"
    if node.type == "code":
        return f"{{code {body.get('language', '')}}} {richtext.canonical(body['rich_text'])}"
    if "rich_text" in body and node.type != "template":
        return _PREFIX.get(node.type, "") + richtext.canonical(body["rich_text"])
    return f"{{{' '.join(part for part in (node.type, _detail(node), _caption(body)) if part)}}}"


def _detail(node: Node) -> str:
    body = node.body
    if node.type in MEDIA:
        name = richtext.escape(str(body.get("name") or ""))
        external = body.get("external")
        return " ".join(part for part in (name, node.sha or richtext.address(external and external["url"])) if part)
    if node.type in ("child_page", "child_database"):
        return node.id.replace("-", "")
    if node.type == "link_to_page":
        target = next((body[key] for key in ("page_id", "database_id", "comment_id") if body.get(key)), "")
        return str(target).replace("-", "")
    if node.type == "equation":
        return richtext.escape(str(body.get("expression", "")))
    if node.type == "unsupported":
        return str(body.get("block_type", ""))
    return richtext.address(body.get("url"))


def _caption(body: Mapping[str, Any]) -> str:
    return richtext.canonical(body.get("caption") or ())


# --- documents ----------------------------------------------------------------------------------------------------


def from_document(document: Document) -> Tree:
    """The bot's own document as a payload. Raises Permanent for a paragraph that Notion cannot hold."""
    return tuple(_from_node(node) for node in document.nodes)


def _from_node(node: DocumentNode) -> Node:
    match node:
        case Heading(level, runs):
            return _text(f"heading_{level}", runs)
        case Paragraph(runs):
            return _text("paragraph", runs)
        case Step(runs, checked, children):
            made = _text("to_do", runs, children)
            return replace(made, body={**made.body, "checked": checked})
        case Item(runs, numbered, children):
            return _text("numbered_list_item" if numbered else "bulleted_list_item", runs, children)
        case Quote(runs):
            return _text("quote", runs)
        case Callout(runs):
            return _text("callout", runs)
        case Divider():
            return Node("divider", {})
        case Table(rows, header):
            width = max((len(row) for row in rows), default=1)
            body = {"table_width": width, "has_column_header": header, "has_row_header": False}
            return Node("table", body, tuple(_row(row, width) for row in rows or ((),)))


def _text(kind: str, runs: Runs, children: Sequence[DocumentNode] = ()) -> Node:
    return Node(kind, {"rich_text": richtext.from_runs(runs)}, tuple(_from_node(child) for child in children))


def _row(cells: Sequence[tuple[Run, ...]], width: int) -> Node:
    filled = [richtext.from_runs(cell) for cell in cells] + [[] for _ in range(width - len(cells))]
    return Node("table_row", {"cells": filled})
