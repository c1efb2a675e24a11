# ruff: noqa: ARG001 - every gesture takes who does it, also where nothing records that
"""Gestures on columns, options and views."""

from __future__ import annotations

from isms_bot.sandbox.notion import schema
from isms_bot.sandbox.notion.gestures.registry import (
    column_of,
    find,
    gesture,
    source_of,
)
from isms_bot.sandbox.notion.model import Json, View
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.world import Misuse, Person


@gesture
def rename_property(space: Space, who: Person, data_source: str, property: str, to: str) -> Json:  # noqa: A002
    source = source_of(space, data_source)
    column = column_of(source, property)
    schema.rename(space, source, column, to, who.id)
    return {"property": column["id"]}


@gesture
def delete_property(space: Space, who: Person, data_source: str, property: str) -> Json:  # noqa: A002
    source = source_of(space, data_source)
    column = column_of(source, property)
    schema.remove(space, source, column, who.id)
    return {"property": column["id"]}


@gesture
def retype_property(space: Space, who: Person, data_source: str, property: str, to: str) -> Json:  # noqa: A002
    source = source_of(space, data_source)
    column = column_of(source, property)
    schema.retype(space, source, column, to, {}, who.id)
    return {"property": column["id"]}


@gesture
def rename_option(space: Space, who: Person, data_source: str, property: str, option: str, to: str) -> Json:  # noqa: A002
    source = source_of(space, data_source)
    column = column_of(source, property)
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
    found: View = find(space, View, view, "view")
    space.world.drop(found.id)
    return {"view": found.id}
