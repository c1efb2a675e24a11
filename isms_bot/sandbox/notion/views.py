"""The content in plain form, for the control API: a tree of what exists, and one page as text."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion import schema
from isms_bot.sandbox.notion.contents import Node
from isms_bot.sandbox.notion.model import Block, Comment, Database, DataSource, Discussion, Json, Page
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import canonical, is_uuid
from isms_bot.sandbox.world import Misuse


def tree(space: Space) -> list[Json]:
    """Everything below the workspace: {id, kind, title, in_trash, children}."""
    return [_branch(space, page) for page in space.world.all(Page) if page.parent_id is None]


def _branch(space: Space, node: Node) -> Json:
    title = space.title(node) if isinstance(node, Page) else getattr(node, "title", [])
    return {
        "id": node.id,
        "kind": type(node).__name__,
        "title": space.plain(title),
        "in_trash": node.in_trash,
        "children": [_branch(space, child) for child in below(space, node)],
    }


def below(space: Space, node: Node) -> list[Node]:
    """Pages, databases and data sources in it, at any depth of blocks."""
    if isinstance(node, Page | Block):
        found: list[Node] = []
        for child_id in node.children:
            child = space.find(child_id)
            if isinstance(child, Block):
                found += below(space, child)
            elif child is not None:
                found.append(child)
        return found
    if isinstance(node, Database):
        own = [] if node.linked else [space.find(s) for s in node.data_sources]
        return [source for source in own if source is not None]
    return [space.world.records[row] for row in space.rows.get(node.id, {})]


def page(space: Space, page_id: str) -> Json:
    """One page as a person reads it; also pages in the trash. Raises Misuse when there is none."""
    found = space.world.get(Page, canonical(page_id)) if is_uuid(page_id) else None
    if found is None:
        raise Misuse(f"there is no page with the id {page_id}")
    return {
        "id": found.id,
        "title": space.plain(space.title(found)),
        "parent": found.parent_id,
        "data_source": found.data_source_id,
        "in_trash": space.trashed(found),
        "is_archived": found.is_archived,
        "is_locked": found.is_locked,
        "created_by": found.created_by,
        "edited_by": found.edited_by,
        "properties": properties(space, found),
        "text": [line for _, line in lines(space, found)],
        "blocks": [_block(space, block) for block in space.walk(found)],
        "comments": comments(space, found),
    }


def properties(space: Space, row: Page) -> Json:
    """Plain values by column name."""
    source = space.world.get(DataSource, row.data_source_id or "")
    if source is None:
        return {}
    return {c["name"]: schema.words_of(space, c, row.values.get(key)) for key, c in source.properties.items()}


def _block(space: Space, block: Block) -> Json:
    return {
        "id": block.id,
        "type": block.type,
        "text": text(space, block),
        "checked": block.content.get("checked"),
        "edited_by": block.edited_by,
        "parent": block.parent_id,
    }


def text(space: Space, block: Block) -> str:
    if "cells" in block.content:
        return " | ".join(space.plain(cell) for cell in block.content["cells"])
    return space.plain(block.content.get("rich_text", []))


_MARKS = {
    "heading_1": "# ",
    "heading_2": "## ",
    "heading_3": "### ",
    "bulleted_list_item": "- ",
    "numbered_list_item": "1. ",
    "quote": "> ",
}


def lines(space: Space, node: Page | Block, depth: int = 0) -> list[tuple[str, str]]:
    """(block id, line) in the notation of gestures."""
    found: list[tuple[str, str]] = []
    for child in space.children(node):
        if not isinstance(child, Block):
            continue
        mark = _MARKS.get(child.type, "")
        if child.type == "to_do":
            mark = "- [x] " if child.content["checked"] else "- [ ] "
        line = "---" if child.type == "divider" else f"{mark}{text(space, child)}"
        found.append((child.id, "  " * depth + line))
        found += lines(space, child, depth + 1)
    return found


def comments(space: Space, found: Page) -> list[Json]:
    """All comments on the page and its blocks, resolved ones too, oldest first."""
    result: list[Any] = []
    for thread in space.world.all(Discussion):
        if thread.page_id != found.id:
            continue
        for comment_id in space.comments.get(thread.id, []):
            comment = space.world.records[comment_id]
            result.append(_comment(space, thread, comment))
    return sorted(result, key=lambda c: c["at"])


def _comment(space: Space, thread: Discussion, comment: Comment) -> Json:
    return {
        "id": comment.id,
        "discussion": thread.id,
        "anchor": thread.anchor_id,
        "resolved": thread.resolved,
        "by": comment.created_by,
        "at": comment.created_at,
        "text": space.plain(comment.rich_text),
    }
