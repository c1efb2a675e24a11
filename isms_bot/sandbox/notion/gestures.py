# ruff: noqa: ARG001 - every gesture takes who does it, also where nothing records that
"""What people do in a wiki: one function per gesture, each as the person, at the world's clock.

A gesture goes through the same operations as the API, with another actor; it is not bound by what the API can't do.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from isms_bot.sandbox.notion import blocks, richtext, schema, values
from isms_bot.sandbox.notion.errors import Refusal
from isms_bot.sandbox.notion.grammar import CHILDREN, RICH_TEXT
from isms_bot.sandbox.notion.model import Block, Comment, DataSource, Discussion, Json, Page, View
from isms_bot.sandbox.notion.space import Space, Sprout
from isms_bot.sandbox.notion.validation import canonical, is_uuid, require
from isms_bot.sandbox.world import Misuse, Person

GESTURES: dict[str, Callable[..., Json]] = {}


def gesture(function: Callable[..., Json]) -> Callable[..., Json]:
    GESTURES[function.__name__.removesuffix("_")] = function
    return function


def act(space: Space, wanted: Any) -> Json:
    """Do one gesture; returns the ids made. Raises Misuse with a sentence."""
    if not isinstance(wanted, dict) or "as" not in wanted or "do" not in wanted:
        raise Misuse('a gesture is an object with "as" (user id or e-mail) and "do"')
    args = {key: value for key, value in wanted.items() if key not in {"as", "do", "at"}}
    function = GESTURES.get(wanted["do"])
    if function is None:
        raise Misuse(f"there is no gesture {wanted['do']!r}; there are {', '.join(sorted(GESTURES))}")
    person = space.world.person(str(wanted["as"]))
    if not person.active:
        raise Misuse(f"{person.name} has left the workspace")
    try:
        inspect.signature(function).bind(space, person, **args)
    except TypeError as error:
        raise Misuse(f"{wanted['do']}: {error}") from error
    try:
        return function(space, person, **args)
    except Refusal as refusal:
        raise Misuse(f"{wanted['do']}: {refusal.message}") from refusal


# -- finding things


def _find(space: Space, kind: Any, record_id: Any, noun: str) -> Any:
    found = space.world.get(kind, canonical(record_id)) if is_uuid(record_id) else None
    if found is None:
        raise Misuse(f"there is no {noun} with the id {record_id}")
    return found


def _page(space: Space, page_id: Any) -> Page:
    return _find(space, Page, page_id, "page")  # type: ignore[no-any-return]


def _source(space: Space, source_id: Any) -> DataSource:
    return _find(space, DataSource, source_id, "data source")  # type: ignore[no-any-return]


def _column(source: DataSource, name: str) -> Json:
    column = schema.find(source, name)
    if column is None:
        names = ", ".join(p["name"] for p in source.properties.values())
        raise Misuse(f"there is no property {name!r}; there are {names}")
    return column


def _sprouts(space: Space, requested: list[Json] | None, lines: list[str] | None) -> list[Sprout]:
    if lines is not None:
        return blocks.from_lines(space, lines)
    require(CHILDREN, requested or [], "blocks")
    return blocks.sprouts(space, requested or [])


def _text(space: Space, block: Block) -> str:
    return space.plain(block.content.get("rich_text", []))


# -- on the body


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
    boxes = [b for b in space.walk(_page(space, page)) if b.type == "to_do"]
    if block is not None:
        boxes = [b for b in boxes if b.id == canonical(block)]
    elif text is not None:
        boxes = [b for b in boxes if text in _text(space, b)]
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
    for block in space.walk(_page(space, page)):
        if "rich_text" in block.content and _text(space, block).strip().startswith(label):
            content = {**block.content, "rich_text": richtext.of(f"{label} {text}".rstrip())}
            return {"block": space.edit_block(block, content, who.id).id}
    raise Misuse(f"write: no line on this page starts with {label!r}")


@gesture
def edit_block(space: Space, who: Person, block: str, text: str) -> Json:
    found: Block = _find(space, Block, block, "block")
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
    sprouts = _sprouts(space, blocks, [text] if text is not None else lines)
    place = canonical(after) if after else None
    return {"blocks": space.append(_page(space, page), sprouts, who.id, after=place)}


@gesture
def replace_body(
    space: Space, who: Person, page: str, blocks: list[Json] | None = None, lines: list[str] | None = None
) -> Json:
    sprouts = _sprouts(space, blocks, lines)
    space.erase(_page(space, page), who.id)
    return {"blocks": space.append(_page(space, page), sprouts, who.id)}


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
    found = _page(space, page)
    if rich_text is not None:
        require(RICH_TEXT, rich_text, "rich_text")
    items = richtext.store(rich_text) if rich_text is not None else richtext.of(text or "")
    for name in [mention] if isinstance(mention, str) else mention or []:
        items += [richtext.run(" "), *richtext.store([{"mention": {"user": {"id": space.world.person(name).id}}}])]
    if not items:
        raise Misuse("comment: text or rich_text is needed")
    anchor = _find(space, Block, block, "block") if block else found
    made = space.make_comment(who.id, space.thread_on(anchor, found), items)
    return {"comment": made.id, "discussion": made.discussion_id}


@gesture
def edit_comment(space: Space, who: Person, comment: str, text: str) -> Json:
    found: Comment = _find(space, Comment, comment, "comment")
    if found.created_by != who.id:
        raise Misuse("edit_comment: only the author can edit a comment")
    return {"comment": space.edited(found, who.id, rich_text=richtext.of(text)).id}


@gesture
def delete_comment(space: Space, who: Person, comment: str) -> Json:
    found: Comment = _find(space, Comment, comment, "comment")
    space.world.drop(found.id)
    return {"comment": found.id}


@gesture
def resolve(space: Space, who: Person, discussion: str, resolved: bool = True) -> Json:
    thread: Discussion = _find(space, Discussion, discussion, "discussion")
    space.world.put(replace(thread, resolved=resolved))
    return {"discussion": thread.id}


# -- on the page


@gesture
def set_(space: Space, who: Person, page: str, property: str, value: Any) -> Json:  # noqa: A002
    row = _page(space, page)
    if row.data_source_id is None:
        raise Misuse("set: this page is not a row of a data source; use title")
    source = _source(space, row.data_source_id)
    stored = _stored(space, source, {property: value}, who)
    row = _page(space, page)
    new = space.edited(row, who.id, values={**row.values, **stored})
    values.mirror_relations(space, new, row.values)
    return {"page": row.id}


def _stored(space: Space, source: DataSource, plain: Json, who: Person) -> Json:
    sent = {name: _request(space, _column(source, name), value) for name, value in plain.items()}
    return values.store_row(space, source, sent, who.id)


def _request(space: Space, column: Json, value: Any) -> Json:
    """A plain value as the API would be sent it."""
    kind = column["type"]
    if kind in {"title", "rich_text"}:
        return {kind: richtext.of(str(value)) if value is not None else []}
    if kind in {"people", "relation", "multi_select", "files"} and value is None:
        return {kind: []}
    listed = value if isinstance(value, list) else [value]
    if kind == "people":
        return {kind: [{"id": space.world.person(v).id} for v in listed]}
    if kind == "relation":
        return {kind: [{"id": v} for v in listed]}
    if kind == "multi_select":
        return {kind: [{"name": v} for v in listed]}
    if kind in {"select", "status"}:
        return {kind: {"name": value} if value is not None else None}
    if kind == "date":
        return {kind: {"start": value} if isinstance(value, str) else value}
    if kind == "checkbox":
        return {kind: bool(value)}
    if kind == "verification":
        return {kind: {"state": "verified" if value else "unverified"}}
    return {kind: value}


@gesture
def title(space: Space, who: Person, page: str, text: str) -> Json:
    found = _page(space, page)
    source = space.world.get(DataSource, found.data_source_id or "")
    key = schema.title_key(source) if source else "title"
    space.edited(found, who.id, values={**found.values, key: richtext.of(text)})
    return {"page": found.id}


@gesture
def duplicate(space: Space, who: Person, page: str) -> Json:
    found = _page(space, page)
    parent = space.parent(found)
    if parent is not None and not isinstance(parent, Page | Block | DataSource):
        raise Misuse("duplicate: this page lies in something that cannot hold a copy")
    source = space.world.get(DataSource, found.data_source_id or "")
    key = schema.title_key(source) if source else "title"
    copied = {**found.values, key: richtext.of(f"{space.plain(space.title(found))} (1)")}
    body = [space.sprout(b) for b in space.children(found) if isinstance(b, Block)]
    made = space.make_page(who.id, parent, copied, sprouts=body, after=found.id, icon=found.icon, cover=found.cover)
    values.mirror_relations(space, made, {})
    return {"page": made.id}


@gesture
def trash(space: Space, who: Person, page: str) -> Json:
    return {"page": space.set_trash(_any(space, page), True, who.id).id}


@gesture
def restore(space: Space, who: Person, page: str) -> Json:
    return {"page": space.set_trash(_any(space, page), False, who.id).id}


def _any(space: Space, record_id: str) -> Any:
    """Pages, but also blocks and databases can be trashed."""
    found = space.find(canonical(record_id)) if is_uuid(record_id) else None
    if found is None:
        raise Misuse(f"there is no page with the id {record_id}")
    return found


@gesture
def purge(space: Space, who: Person, page: str) -> Json:
    found = _page(space, page)
    space.purge(found)
    return {"page": found.id}


def _flag(name: str, key: str, value: bool) -> None:
    def change(space: Space, who: Person, page: str) -> Json:
        return {"page": space.edited(_page(space, page), who.id, **{key: value}).id}

    change.__name__ = name
    gesture(change)


_flag("archive", "is_archived", True)
_flag("unarchive", "is_archived", False)
_flag("lock", "is_locked", True)
_flag("unlock", "is_locked", False)


@gesture
def move(space: Space, who: Person, page: str, to: str) -> Json:
    target = _any(space, to)
    found = _page(space, page)
    if not isinstance(target, Page | DataSource):
        raise Misuse("move: to is the id of a page or a data source")
    if found in space.line(target):
        raise Misuse("move: a page cannot be moved into itself")
    return {"page": space.move_page(found, target, who.id).id}


@gesture
def create_row(
    space: Space,
    who: Person,
    data_source: str,
    properties: Json,
    blocks: list[Json] | None = None,
    lines: list[str] | None = None,
) -> Json:
    source = _source(space, data_source)
    stored = _stored(space, source, properties, who)
    source = _source(space, data_source)
    made = space.make_page(who.id, source, stored, sprouts=_sprouts(space, blocks, lines))
    values.mirror_relations(space, made, {})
    return {"page": made.id}


@gesture
def create_page(
    space: Space,
    who: Person,
    parent: str | None,
    title: str,
    blocks: list[Json] | None = None,
    lines: list[str] | None = None,
) -> Json:
    above = _page(space, parent) if parent is not None else None
    body = _sprouts(space, blocks, lines)
    return {"page": space.make_page(who.id, above, {"title": richtext.of(title)}, sprouts=body).id}


# -- on the columns and views


@gesture
def rename_property(space: Space, who: Person, data_source: str, property: str, to: str) -> Json:  # noqa: A002
    source = _source(space, data_source)
    column = _column(source, property)
    schema.rename(space, source, column, to, who.id)
    return {"property": column["id"]}


@gesture
def delete_property(space: Space, who: Person, data_source: str, property: str) -> Json:  # noqa: A002
    source = _source(space, data_source)
    column = _column(source, property)
    schema.remove(space, source, column, who.id)
    return {"property": column["id"]}


@gesture
def retype_property(space: Space, who: Person, data_source: str, property: str, to: str) -> Json:  # noqa: A002
    source = _source(space, data_source)
    column = _column(source, property)
    schema.retype(space, source, column, to, {}, who.id)
    return {"property": column["id"]}


@gesture
def rename_option(space: Space, who: Person, data_source: str, property: str, option: str, to: str) -> Json:  # noqa: A002
    source = _source(space, data_source)
    column = _column(source, property)
    options = column["config"].get("options", [])
    found = next((o for o in options if o["name"] == option), None)
    if found is None:
        raise Misuse(f"rename_option: {property} has no option {option!r}")
    config = {**column["config"], "options": [{**o, "name": to} if o is found else o for o in options]}
    changed = {**source.properties, column["id"]: {**column, "config": config}}
    space.edited(source, who.id, properties=changed)
    return {"option": found["id"]}


@gesture
def delete_view(space: Space, who: Person, view: str) -> Json:
    found: View = _find(space, View, view, "view")
    space.world.drop(found.id)
    return {"view": found.id}
