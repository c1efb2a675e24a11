"""From the text that stands on a page of the bot's own to the text that shall stand there: what has to change, block by block. Pure.

Blocks that stay keep their ids, and with them what people have commented on them. The comparison starts from what is there, so a
rewriting that was cut off is gone on with by making the comparison again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from isms_bot_notion import blocks, richtext
from isms_bot_notion.blocks import Node, Tree


@dataclass(frozen=True, slots=True)
class Change:
    """One change below `parent`: `patched` is a block that stays and says something else from now on; `new` blocks stand behind
    the block `after` (None: at the beginning); `gone` go, once the new ones are there, since a table is never without a row."""

    parent: str
    patched: Node | None = None
    after: str | None = None
    new: Tree = ()
    gone: Tree = ()


def changes(parent: str, there: Tree, wanted: Tree) -> tuple[Change, ...]:
    """What makes `there` say what `wanted` says. Blocks of the bot's that are no text (linked views) are left where they are."""
    return tuple(_changes(parent, tuple(node for node in there if not node.owned), wanted))


def position(after: str | None) -> dict[str, Any]:
    """Where an append begins, as its request says it."""
    if after is None:
        return {"position": {"type": "start"}}
    return {"position": {"type": "after_block", "after_block": {"id": after}}}


def _changes(parent: str, there: Tree, wanted: Tree) -> Iterator[Change]:
    matching = SequenceMatcher(None, [_same(node) for node in there], [_same(node) for node in wanted], autojunk=False)
    for how, first, last, begin, end in matching.get_opcodes():
        if how == "equal":
            for old, new in zip(there[first:last], wanted[begin:end], strict=True):
                if _says(old) != _says(new):
                    yield Change(parent, patched=replace(new, id=old.id, children=()))
                yield from _changes(old.id, old.children, new.children)
            continue
        after = there[first - 1].id if first else None
        yield Change(parent, after=after, new=wanted[begin:end], gone=there[first:last])


def _same(node: Node) -> tuple[str, ...]:
    """What two blocks have in common that may become each other: kind, words of a heading, width of a table, first cell of a row."""
    match node.type:
        case "table":
            return (node.type, str(node.body.get("table_width")))
        case "table_row":
            cells = node.body.get("cells") or ()
            return (node.type, richtext.plain(cells[0]) if cells else "")
        case kind if kind in blocks.HEADINGS:
            return (kind, richtext.plain(node.body["rich_text"]))
        case kind:
            return (kind,)


def _says(node: Node) -> str:
    return blocks.canonical((replace(node, children=()),))
