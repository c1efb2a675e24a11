# ruff: noqa: ARG001 - every gesture takes who does it, also where nothing records that
"""Gestures on a page as a whole: its properties, its place, its life."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion import richtext, schema, values
from isms_bot.sandbox.notion.gestures.registry import (
    anything_of,
    column_of,
    gesture,
    page_of,
    source_of,
    sprouts_of,
)
from isms_bot.sandbox.notion.grammar_pages import VALUES
from isms_bot.sandbox.notion.model import Block, DataSource, Json, Page, Sharing
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import require
from isms_bot.sandbox.world import Misuse, Person


@gesture
def set_(space: Space, who: Person, page: str, property: str, value: Any) -> Json:  # noqa: A002
    row = page_of(space, page)
    if row.data_source_id is None:
        raise Misuse("set: this page is not a row of a data source; use title")
    source = source_of(space, row.data_source_id)
    stored = _stored(space, source, {property: value}, who)
    row = page_of(space, page)
    new = space.edited(row, who.id, values={**row.values, **stored})
    values.mirror_relations(space, new, row.values)
    return {"page": row.id}


def _stored(space: Space, source: DataSource, plain: Json, who: Person) -> Json:
    sent = {}
    for name, value in plain.items():
        column = column_of(source, name)
        if column["type"] not in VALUES:
            raise Misuse(f"set: {name} is a {column['type']} property; nobody can set it")
        sent[name] = _request(space, column, value)
        require(VALUES[column["type"]], sent[name][column["type"]], name)
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
    found = page_of(space, page)
    source = space.world.get(DataSource, found.data_source_id or "")
    key = schema.title_key(source) if source else "title"
    space.edited(found, who.id, values={**found.values, key: richtext.of(text)})
    return {"page": found.id}


@gesture
def duplicate(space: Space, who: Person, page: str) -> Json:
    found = page_of(space, page)
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
    return {"page": space.set_trash(anything_of(space, page), True, who.id).id}


@gesture
def restore(space: Space, who: Person, page: str) -> Json:
    return {"page": space.set_trash(anything_of(space, page), False, who.id).id}


@gesture
def purge(space: Space, who: Person, page: str) -> Json:
    found = page_of(space, page)
    space.purge(found)
    return {"page": found.id}


def _flag(name: str, key: str, value: bool) -> None:
    def change(space: Space, who: Person, page: str) -> Json:
        return {"page": space.edited(page_of(space, page), who.id, **{key: value}).id}

    change.__name__ = name
    gesture(change)


_flag("archive", "is_archived", True)
_flag("unarchive", "is_archived", False)
_flag("lock", "is_locked", True)
_flag("unlock", "is_locked", False)


@gesture
def move(space: Space, who: Person, page: str, to: str) -> Json:
    target = anything_of(space, to)
    found = page_of(space, page)
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
    source = source_of(space, data_source)
    stored = _stored(space, source, properties, who)
    source = source_of(space, data_source)
    made = space.make_page(who.id, source, stored, sprouts=sprouts_of(space, blocks, lines))
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
    above = page_of(space, parent) if parent is not None else None
    body = sprouts_of(space, blocks, lines)
    return {"page": space.make_page(who.id, above, {"title": richtext.of(title)}, sprouts=body).id}


@gesture
def share(space: Space, who: Person, page: str, people: list[str] | None = None) -> Json:
    """Let only these people open the page and what lies below it; nobody named: everybody again."""
    found = page_of(space, page)
    named = tuple(space.world.person(one).id for one in people or [])
    with space.world.change():
        if people is None:
            space.world.drop(f"sharing:{found.id}")
        else:
            space.world.put(Sharing(f"sharing:{found.id}", named))
    return {"page": found.id}
