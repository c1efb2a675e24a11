# ruff: noqa: ARG001 - every gesture takes who does it, also where nothing records that
"""Gestures on the body of a page and its comments."""

from __future__ import annotations

from dataclasses import replace

from isms_bot.sandbox.notion import richtext
from isms_bot.sandbox.notion.gestures.registry import (
    find,
    gesture,
    page_of,
    sprouts_of,
    text_of,
)
from isms_bot.sandbox.notion.grammar import RICH_TEXT
from isms_bot.sandbox.notion.model import Block, Comment, Discussion, Json
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import canonical, require
from isms_bot.sandbox.world import Misuse, Person


@gesture
def tick(
    space: Space,
    who: Person,
    page: str,
    text: str | None = None,
    block: str | None = None,
    all: bool = False,  # noqa: A002 - the word of the control API
    checked: bool = True,
) -> Json:
    boxes = [b for b in space.walk(page_of(space, page)) if b.type == "to_do"]
    if block is not None:
        boxes = [b for b in boxes if b.id == canonical(block)]
    elif text is not None:
        boxes = [b for b in boxes if text in text_of(space, b)]
    elif not all:
        raise Misuse("tick: say which: text, block or all")
    if not boxes and not all:
        raise Misuse(f"tick: no to-do {text or block!r} on this page")
    changed = [b for b in boxes if b.content["checked"] != checked]
    for box in changed:
        space.edit_block(box, {**box.content, "checked": checked}, who.id)
    return {"blocks": [b.id for b in changed]}


@gesture
def write(space: Space, who: Person, page: str, label: str, text: str) -> Json:
    for block in space.walk(page_of(space, page)):
        if "rich_text" in block.content and text_of(space, block).strip().startswith(label):
            content = {**block.content, "rich_text": richtext.of(f"{label} {text}".rstrip())}
            return {"block": space.edit_block(block, content, who.id).id}
    raise Misuse(f"write: no line on this page starts with {label!r}")


@gesture
def edit_block(space: Space, who: Person, block: str, text: str) -> Json:
    found: Block = find(space, Block, block, "block")
    if "rich_text" not in found.content:
        raise Misuse(f"edit_block: a {found.type} has no text")
    return {"block": space.edit_block(found, {**found.content, "rich_text": richtext.of(text)}, who.id).id}


@gesture
def append(
    space: Space,
    who: Person,
    page: str,
    text: str | None = None,
    blocks: list[Json] | None = None,
    lines: list[str] | None = None,
    after: str | None = None,
) -> Json:
    sprouts = sprouts_of(space, blocks, [text] if text is not None else lines)
    place = canonical(after) if after else None
    return {"blocks": space.append(page_of(space, page), sprouts, who.id, after=place)}


@gesture
def replace_body(
    space: Space, who: Person, page: str, blocks: list[Json] | None = None, lines: list[str] | None = None
) -> Json:
    sprouts = sprouts_of(space, blocks, lines)
    space.erase(page_of(space, page), who.id)
    return {"blocks": space.append(page_of(space, page), sprouts, who.id)}


@gesture
def comment(
    space: Space,
    who: Person,
    page: str,
    text: str | None = None,
    rich_text: list[Json] | None = None,
    block: str | None = None,
    mention: list[str] | str | None = None,
) -> Json:
    found = page_of(space, page)
    if rich_text is not None:
        require(RICH_TEXT, rich_text, "rich_text")
    items = richtext.store(rich_text) if rich_text is not None else richtext.of(text or "")
    for name in [mention] if isinstance(mention, str) else mention or []:
        items += [richtext.run(" "), *richtext.store([{"mention": {"user": {"id": space.world.person(name).id}}}])]
    if not items:
        raise Misuse("comment: text or rich_text is needed")
    anchor = find(space, Block, block, "block") if block else found
    made = space.make_comment(who.id, space.thread_on(anchor, found), items)
    return {"comment": made.id, "discussion": made.discussion_id}


@gesture
def edit_comment(space: Space, who: Person, comment: str, text: str) -> Json:
    found: Comment = find(space, Comment, comment, "comment")
    if found.created_by != who.id:
        raise Misuse("edit_comment: only the author can edit a comment")
    return {"comment": space.edited(found, who.id, rich_text=richtext.of(text)).id}


@gesture
def delete_comment(space: Space, who: Person, comment: str) -> Json:
    found: Comment = find(space, Comment, comment, "comment")
    space.world.drop(found.id)
    return {"comment": found.id}


@gesture
def resolve(space: Space, who: Person, discussion: str, resolved: bool = True) -> Json:
    thread: Discussion = find(space, Discussion, discussion, "discussion")
    space.world.put(replace(thread, resolved=resolved))
    return {"discussion": thread.id}
