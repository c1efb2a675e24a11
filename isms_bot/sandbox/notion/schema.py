"""The columns of a data source: what a request's configuration becomes, and how columns and options change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from isms_bot.sandbox.notion import richtext
from isms_bot.sandbox.notion.errors import invalid, not_found
from isms_bot.sandbox.notion.model import DataSource, Json, Page
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import canonical

# Ids of columns are short and hold characters that must be escaped in a URL, as Notion's do.
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;<=>?@[]^_`{|}~"
_COLORS = ("default", "blue", "green", "yellow", "orange", "red", "purple", "pink", "brown", "gray")
_STATUS = (("To-do", "gray", "Not started"), ("In progress", "blue", "In progress"), ("Complete", "green", "Done"))
READ_ONLY = (
    "formula",
    "rollup",
    "created_time",
    "created_by",
    "last_edited_time",
    "last_edited_by",
    "unique_id",
    "button",
    "location",
    "last_visited_time",
)


def find(source: DataSource, name_or_id: str) -> Json | None:
    """A column by name, id, or id as it stands in an answer (escaped)."""
    by_name = next((p for p in source.properties.values() if p["name"] == name_or_id), None)
    return by_name or source.properties.get(name_or_id) or source.properties.get(unquote(name_or_id))


def title_key(source: DataSource) -> str:
    return next(key for key, p in source.properties.items() if p["type"] == "title")


def new_key(space: Space, taken: Iterable[str] = ()) -> str:
    used = set(taken)
    while True:
        number = int(space.world.new_id().replace("-", "")[16:], 16)
        key = "".join(_ALPHABET[(number >> (7 * i)) % len(_ALPHABET)] for i in range(4))
        if key not in used:
            return key


def columns(space: Space, requested: dict[str, Json]) -> dict[str, Json]:
    """The columns of a new data source; without a title column one called Name is added."""
    built: dict[str, Json] = {}
    for name, wanted in requested.items():
        column = column_of(space, name, wanted, built)
        if column["type"] == "title" and any(p["type"] == "title" for p in built.values()):
            raise invalid("Cannot create new title property")
        built[column["id"]] = column
    if not any(p["type"] == "title" for p in built.values()):
        built = {"title": {"id": "title", "name": "Name", "type": "title", "config": {}, "description": None}, **built}
    return built


def column_of(space: Space, name: str, wanted: Json, taken: Iterable[str]) -> Json:
    kind = next(key for key in wanted if key not in {"type", "name", "description"})
    key = "title" if kind == "title" else new_key(space, taken)
    return {
        "id": key,
        "name": name,
        "type": kind,
        "config": config_of(space, kind, wanted[kind]),
        "description": wanted.get("description"),
    }


def config_of(space: Space, kind: str, wanted: Json, old: Json | None = None) -> Json:
    if kind == "number":
        return {"format": wanted.get("format", "number")}
    if kind in {"select", "multi_select"}:
        return {"options": options_of(space, wanted.get("options", []), (old or {}).get("options", []))}
    if kind == "status":
        return _status(space, wanted, old)
    if kind == "formula":
        return {"expression": wanted.get("expression", "")}
    if kind == "unique_id":
        return {"prefix": wanted.get("prefix")}
    if kind == "relation":
        return _relation(space, wanted)
    return dict(wanted)


def options_of(space: Space, wanted: list[Json], old: list[Json]) -> list[Json]:
    """The new list replaces the old one; an option is recognised by id, else by name. Its name is not changed by this:
    renaming through the API does nothing."""
    result: list[Json] = []
    for option in wanted:
        known = next((o for o in old if o["id"] == option.get("id") or o["name"] == option.get("name")), None)
        if known:
            result.append({**known, **({"color": option["color"]} if "color" in option else {})})
            continue
        result.append(option_of(space, option, len(result)))
    return result


def option_of(space: Space, wanted: Json, position: int) -> Json:
    name = wanted.get("name")
    if not name:
        raise invalid(f"Could not find select option with id: {wanted.get('id')}")
    if "," in name:
        raise invalid(f"Invalid select option, commas not allowed: {name}")
    return {
        "id": space.world.new_id(random_looking=True),
        "name": name,
        "color": wanted.get("color", _COLORS[position % len(_COLORS)]),
        "description": wanted.get("description"),
    }


def _status(space: Space, wanted: Json, old: Json | None) -> Json:
    requested = wanted.get("options") or []
    if not requested and old:
        return old
    if not requested:
        options = [option_of(space, {"name": name, "color": color}, 0) for _, color, name in _STATUS]
        members = [[option["id"]] for option in options]
    else:
        options = options_of(space, requested, (old or {}).get("options", []))
        members = [
            [o["id"] for o in options if _group_of(o["name"], o["id"], requested, old) == group]
            for group, _, _ in _STATUS
        ]
    groups = (old or {}).get("groups") or [
        {"id": space.world.new_id(random_looking=True), "name": name, "color": color} for name, color, _ in _STATUS
    ]
    return {
        "options": options,
        "groups": [{**g, "option_ids": ids} for g, ids in zip(groups, members, strict=True)],
    }


def _group_of(name: str, option_id: str | None, requested: list[Json], old: Json | None) -> str:
    """The group that the request names, else the one it had, else the first."""
    names = [group for group, _, _ in _STATUS]
    for option in requested:
        said = option.get("group")
        label = said.get("name") if isinstance(said, dict) else said
        if option.get("name") == name and label:
            plain = str(label).lower().replace("_", "-")
            return next((n for n in names if n.lower().replace(" ", "-") == plain.replace(" ", "-")), names[0])
    for group in (old or {}).get("groups", []):
        if option_id in group["option_ids"]:
            return str(group["name"])
    return names[0]


def _relation(space: Space, wanted: Json) -> Json:
    target = canonical(wanted["data_source_id"])
    if space.world.get(DataSource, target) is None:
        integration = space.world.integration
        raise not_found("database", target, integration.name, integration.id)
    if "dual_property" in wanted:
        return {
            "type": "dual_property",
            "data_source_id": target,
            "synced_name": wanted["dual_property"].get("synced_property_name"),
            "synced_id": None,
        }
    return {"type": "single_property", "data_source_id": target}


def connect_relations(space: Space, source: DataSource, actor: str) -> DataSource:
    """Give every two-way relation that has no other side yet its column in the target."""
    for key, column in list(source.properties.items()):
        config = column["config"]
        if column["type"] != "relation" or config["type"] != "dual_property" or config["synced_id"]:
            continue
        target = (
            source if config["data_source_id"] == source.id else space.world.get(DataSource, config["data_source_id"])
        )
        if target is None:
            continue
        other = new_key(space, target.properties)
        name = config["synced_name"] or f"Related to {space.plain(source.title) or 'Untitled'} ({column['name']})"
        back = {
            "id": other,
            "name": name,
            "type": "relation",
            "config": {
                "type": "dual_property",
                "data_source_id": source.id,
                "synced_name": column["name"],
                "synced_id": key,
            },
            "description": None,
        }
        target = space.edited(target, actor, properties={**target.properties, other: back})
        source = space.world.get(DataSource, source.id) or source
        mine = {**column, "config": {**config, "synced_id": other, "synced_name": name}}
        source = space.edited(source, actor, properties={**source.properties, key: mine})
    return source


def rename(space: Space, source: DataSource, column: Json, name: str, actor: str) -> DataSource:
    if any(p["name"] == name and p["id"] != column["id"] for p in source.properties.values()):
        raise invalid(f"Cannot update property to duplicate name: {name}")
    properties = {**source.properties, column["id"]: {**source.properties[column["id"]], "name": name}}
    return space.edited(source, actor, properties=properties)  # type: ignore[no-any-return]


def remove(space: Space, source: DataSource, column: Json, actor: str) -> DataSource:
    if column["type"] == "title":
        raise invalid("Cannot delete title property")
    properties = {key: p for key, p in source.properties.items() if key != column["id"]}
    source = space.edited(source, actor, properties=properties)
    for row_id in space.rows.get(source.id, {}):
        row = space.world.records[row_id]
        if column["id"] in row.values:
            space.world.put(replace(row, values={k: v for k, v in row.values.items() if k != column["id"]}))
    return source


def retype(space: Space, source: DataSource, column: Json, kind: str, wanted: Json, actor: str) -> DataSource:
    """Change a column's type; values survive where plain text makes sense in the new type."""
    if "title" in {column["type"], kind} and column["type"] != kind:
        raise invalid("Cannot change the type of the title property")
    same = column["type"] == kind
    config = config_of(space, kind, wanted, column["config"] if same else None)
    new = {**column, "type": kind, "config": config}
    rows = [space.world.records[row_id] for row_id in space.rows.get(source.id, {})]
    if not same:
        for row in rows:
            if column["id"] in row.values:
                words = words_of(space, column, row.values[column["id"]])
                value, new = _from_words(space, new, words)
                kept = {k: v for k, v in row.values.items() if k != column["id"]}
                space.world.put(replace(row, values={**kept, **({column["id"]: value} if value is not None else {})}))
    elif "options" in config:
        for row in rows:
            _drop_unknown_options(space, row, new)
    return space.edited(source, actor, properties={**source.properties, column["id"]: new})  # type: ignore[no-any-return]


def _drop_unknown_options(space: Space, row: Page, column: Json) -> None:
    known = {o["id"] for o in column["config"]["options"]}
    value = row.values.get(column["id"])
    if isinstance(value, list):
        kept: Any = [v for v in value if v in known]
    else:
        kept = value if value in known else None
    if kept != value:
        space.world.put(replace(row, values={**row.values, column["id"]: kept}))


def words_of(space: Space, column: Json, value: Any) -> str:
    """A stored value as a person would read it."""
    kind = column["type"]
    if value is None:
        return ""
    if kind in {"title", "rich_text"}:
        return space.plain(value)
    if kind in {"select", "status", "multi_select"}:
        names = {o["id"]: o["name"] for o in column["config"]["options"]}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(names[v] for v in chosen if v in names)
    if kind == "people":
        return ", ".join(space.name("user", v)[1:] for v in value)
    if kind == "relation":
        return ", ".join(space.name("page", v) for v in value)
    if kind == "date":
        return " → ".join(filter(None, (value["start"], value.get("end"))))
    if kind == "files":
        return ", ".join(f["name"] for f in value)
    if kind == "checkbox":
        return "Yes" if value else "No"
    if kind == "verification":
        return str(value["state"])
    return str(value)


def _from_words(space: Space, column: Json, words: str) -> tuple[Any, Json]:
    kind = column["type"]
    if kind == "rich_text":
        return richtext.of(words), column
    if kind in {"url", "email", "phone_number"}:
        return words or None, column
    if kind == "number":
        try:
            return (float(words) if words else None), column
        except ValueError:
            return None, column
    if kind == "checkbox":
        return words in {"Yes", "true"}, column
    if kind in {"select", "multi_select"} and words:
        names = words.split(", ") if kind == "multi_select" else [words.replace(",", "")]
        ids = []
        for name in names:
            option = next((o for o in column["config"]["options"] if o["name"] == name), None)
            if option is None:
                option = option_of(space, {"name": name}, len(column["config"]["options"]))
                column = {**column, "config": {**column["config"], "options": [*column["config"]["options"], option]}}
            ids.append(option["id"])
        return (ids if kind == "multi_select" else ids[0]), column
    return None, column
