"""The table of gestures, how one is done, and how a gesture finds what it is about."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from isms_bot.sandbox.notion import blocks, schema
from isms_bot.sandbox.notion.errors import Refusal
from isms_bot.sandbox.notion.grammar import CHILDREN
from isms_bot.sandbox.notion.model import Block, DataSource, Json, Page
from isms_bot.sandbox.notion.space import Space, Sprout
from isms_bot.sandbox.notion.validation import canonical, is_uuid, require
from isms_bot.sandbox.world import Misuse

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


def find(space: Space, kind: Any, record_id: Any, noun: str) -> Any:
    found = space.world.get(kind, canonical(record_id)) if is_uuid(record_id) else None
    if found is None:
        raise Misuse(f"there is no {noun} with the id {record_id}")
    return found


def page_of(space: Space, page_id: Any) -> Page:
    return find(space, Page, page_id, "page")  # type: ignore[no-any-return]


def source_of(space: Space, source_id: Any) -> DataSource:
    return find(space, DataSource, source_id, "data source")  # type: ignore[no-any-return]


def column_of(source: DataSource, name: str) -> Json:
    column = schema.find(source, name)
    if column is None:
        names = ", ".join(p["name"] for p in source.properties.values())
        raise Misuse(f"there is no property {name!r}; there are {names}")
    return column


def sprouts_of(space: Space, requested: list[Json] | None, lines: list[str] | None) -> list[Sprout]:
    if lines is not None:
        return blocks.from_lines(space, lines)
    require(CHILDREN, requested or [], "blocks")
    return blocks.sprouts(space, requested or [])


def text_of(space: Space, block: Block) -> str:
    return space.plain(block.content.get("rich_text", []))


def anything_of(space: Space, record_id: str) -> Any:
    """Pages, but also blocks and databases can be trashed."""
    found = space.find(canonical(record_id)) if is_uuid(record_id) else None
    if found is None:
        raise Misuse(f"there is no page with the id {record_id}")
    return found
