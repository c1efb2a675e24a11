"""Values of the port to properties of a row and back, by property id and option id: renaming a column changes nothing. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from isms_bot.connector import LayoutProblem
from isms_bot.errors import Permanent
from isms_bot.layout import FieldKind, FieldSpec, SourceLayout, SourceSpec
from isms_bot.model import Mark, Span, Value
from isms_bot_notion import richtext

Json = dict[str, Any]

TYPES: Mapping[FieldKind, str] = {
    FieldKind.TITLE: "title",
    FieldKind.TEXT: "rich_text",
    FieldKind.OPTION: "select",
    FieldKind.OPTIONS: "multi_select",
    FieldKind.PEOPLE: "people",
    FieldKind.DATE: "date",
    FieldKind.NUMBER: "number",
    FieldKind.CHECKBOX: "checkbox",
    FieldKind.RELATION: "relation",
    FieldKind.MAIL: "email",
    FieldKind.URL: "url",
}
"""How each kind of field is kept. An option is a select: a status column cannot be given its options reliably."""

REFERENCES = 25
"""People, related pages and mentions that a page shows inline; the property endpoint has the rest."""

_LISTS = ("title", "rich_text", "people", "relation")


# --- columns ------------------------------------------------------------------------------------------------------


def configuration(spec: FieldSpec, target: str | None = None) -> Json:
    """The configuration that creates a column; `target` is the data source that a relation leads to."""
    if spec.kind is FieldKind.RELATION:
        return {
            "type": "relation",
            "relation": {"data_source_id": target, "type": "single_property", "single_property": {}},
        }
    if spec.kind in (FieldKind.OPTION, FieldKind.OPTIONS):
        kind = TYPES[spec.kind]
        return {"type": kind, kind: {"options": [{"name": name} for name in spec.options]}}
    if spec.kind is FieldKind.NUMBER:
        return {"type": "number", "number": {"format": "number"}}
    return {"type": TYPES[spec.kind], TYPES[spec.kind]: {}}


@lru_cache(maxsize=4096)
def decoded(column: str) -> str:
    """The id of a column as it is; answers and views percent-encode it. A workspace has some hundred of them, met with every row."""
    return unquote(column)


def by_id(columns: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Columns or properties, which Notion keys by name, keyed by id (decoded: answers percent-encode ids)."""
    return {decoded(str(column["id"])): {"name": name, **column} for name, column in columns.items()}


def problems(
    spec: SourceSpec, layout: SourceLayout, columns: Mapping[str, Mapping[str, Any]]
) -> tuple[LayoutProblem, ...]:
    """What people changed about the columns (of a schema or of a row), each with the sentence how to repair it."""
    known = by_id(columns)
    return tuple(
        problem
        for field in spec.fields
        if (column_id := layout.fields.get(field.id))
        if (problem := _problem(spec, field, known.get(decoded(column_id))))
    )


def _problem(spec: SourceSpec, field: FieldSpec, column: Mapping[str, Any] | None) -> LayoutProblem | None:
    wanted = TYPES[field.kind]
    if column is None:
        sentence = (
            f'The column "{field.name}" of "{spec.title}" is gone: restore it in Notion (••• → Properties → Deleted properties), '
            f"or run `isms-bot init` to add an empty one."
        )
        return LayoutProblem(spec.source, field.id, "deleted", sentence)
    if column["type"] != wanted:
        sentence = (
            f'The column "{column["name"]}" of "{spec.title}" was turned into {column["type"]}: turn it back into {wanted}; '
            f"until then the bot neither reads nor writes it."
        )
        return LayoutProblem(spec.source, field.id, "retyped", sentence)
    if column["name"] != field.name and field.kind is not FieldKind.TITLE:
        sentence = (
            f'The column "{field.name}" of "{spec.title}" is called "{column["name"]}" now. The bot finds it by its id; '
            f"nothing needs to be done."
        )
        return LayoutProblem(spec.source, field.id, "renamed", sentence)
    return None


# --- rows ---------------------------------------------------------------------------------------------------------


def truncated(prop: Mapping[str, Any]) -> bool:
    """True if the page shows only a part of the property."""
    kind = str(prop["type"])
    if kind not in _LISTS:
        return False
    return bool(prop.get("has_more")) or (kind != "relation" and len(prop[kind]) >= REFERENCES)


def read(spec: SourceSpec, layout: SourceLayout, properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    """Values by field id. Deleted and retyped columns are left out, and so are title and mark; empty is None."""
    known = by_id(properties)
    values: dict[str, Value] = {}
    for field in spec.fields:
        prop = known.get(decoded(layout.fields.get(field.id, "")))
        if prop is None or prop["type"] != TYPES[field.kind] or field.id == "mark" or field.kind is FieldKind.TITLE:
            continue
        values[field.id] = value(field, prop, layout.options.get(field.id, {}))
    return values


def value(field: FieldSpec, prop: Mapping[str, Any], options: Mapping[str, str]) -> Value:
    """One value. Options answer to the names of the spec, whatever people call them now."""
    kind = TYPES[field.kind]
    held = prop[kind]
    match field.kind:
        case FieldKind.TITLE | FieldKind.TEXT:
            return richtext.plain(held) or None
        case FieldKind.OPTION:
            return _option(held, options) if held else None
        case FieldKind.OPTIONS:
            return tuple(_option(item, options) for item in held) or None
        case FieldKind.PEOPLE | FieldKind.RELATION:
            return tuple(str(item["id"]) for item in held) or None
        case FieldKind.DATE:
            return _span(held) if held else None
        case FieldKind.CHECKBOX:
            return bool(held)
        case FieldKind.NUMBER:
            return None if held is None else float(held) if held % 1 else int(held)
    return str(held) if held else None


def _option(held: Mapping[str, Any], options: Mapping[str, str]) -> str:
    for name, option in options.items():
        if option == held["id"]:
            return name
    return str(held["name"])


def _span(held: Mapping[str, Any]) -> Span:
    """Days as they were written: a time of day is dropped in its own offset."""
    end = held.get("end")
    return Span(_day(held["start"]), _day(end) if end else None)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)


def write(spec: SourceSpec, layout: SourceLayout, values: Mapping[str, Value]) -> dict[str, Json]:
    """Properties by property id. Raises Permanent for a value that its column cannot hold."""
    made: dict[str, Json] = {}
    for field_id, wanted in values.items():
        try:
            field = spec.field(field_id)
        except KeyError as error:
            raise Permanent(f'"{spec.title}" has no field {field_id!r}') from error
        column = layout.fields.get(field_id)
        if column is None:
            raise Permanent(f'"{spec.title}" has no column for "{field.name}" yet; run `isms-bot init`')
        made[column] = _property(spec, field, wanted, layout.options.get(field_id, {}))
    return made


def _property(spec: SourceSpec, field: FieldSpec, wanted: Value, options: Mapping[str, str]) -> Json:
    kind = TYPES[field.kind]
    where = f'"{field.name}" of "{spec.title}"'
    match field.kind, wanted:
        case ((FieldKind.TITLE | FieldKind.TEXT), (None | str())):
            return {kind: richtext.plain_value(wanted or "", where)}
        case ((FieldKind.OPTIONS | FieldKind.PEOPLE | FieldKind.RELATION), None):
            return {kind: []}
        case FieldKind.CHECKBOX, (None | bool()):
            return {kind: bool(wanted)}
        case _, None | "":
            return {kind: None}
        case FieldKind.OPTION, str():
            return {kind: _chosen(wanted, options)}
        case FieldKind.OPTIONS, tuple():
            return {kind: [_chosen(name, options) for name in _few(wanted, where)]}
        case FieldKind.PEOPLE, tuple():
            return {kind: [{"object": "user", "id": account} for account in _few(wanted, where)]}
        case FieldKind.RELATION, tuple():
            return {kind: [{"id": ref} for ref in _few(wanted, where)]}
        case FieldKind.DATE, Span():
            end = {"end": wanted.end.isoformat()} if wanted.end and wanted.end != wanted.start else {}
            return {kind: {"start": wanted.start.isoformat(), **end}}
        case FieldKind.DATE, datetime():
            return {kind: {"start": wanted.isoformat()}}
        case FieldKind.NUMBER, int() | float() if not isinstance(wanted, bool):
            return {kind: wanted}
        case ((FieldKind.MAIL | FieldKind.URL), str()):
            return {kind: wanted}
    raise Permanent(f"{where} ({field.kind.value}) cannot hold {wanted!r}")


def _few(items: tuple[str, ...], where: str) -> tuple[str, ...]:
    if len(items) > richtext.MOST:
        raise Permanent(f"{where} would hold {len(items)} entries, Notion takes {richtext.MOST} at once")
    return items


def _chosen(name: str, options: Mapping[str, str]) -> Json:
    """An option by id; one that is not known yet by name, and Notion makes it (commas are not allowed in names)."""
    return {"id": options[name]} if name in options else {"name": name.replace(",", ";")}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose column does not hold what was written; `missing`: the answer does not know the column at all."""

    field: FieldSpec
    missing: bool


def differences(
    spec: SourceSpec, layout: SourceLayout, sent: Mapping[str, Value], properties: Mapping[str, Mapping[str, Any]]
) -> tuple[Difference, ...]:
    """Where an answer does not hold what was sent: Notion has been seen to answer 200 to columns that do not exist."""
    known = by_id(properties)
    found = []
    for field_id, wanted in sent.items():
        field = spec.field(field_id)
        prop = known.get(decoded(layout.fields[field_id]))
        if prop is None or prop["type"] != TYPES[field.kind]:
            found.append(Difference(field, missing=True))
        elif not truncated(prop) and not _same(value(field, prop, layout.options.get(field_id, {})), wanted):
            found.append(Difference(field, missing=False))
    return tuple(found)


def _same(held: Value, wanted: Value) -> bool:
    if isinstance(wanted, datetime):
        return isinstance(held, Span) and held.start == wanted.date()
    if isinstance(wanted, Span) and wanted.end == wanted.start:
        wanted = Span(wanted.start)
    if isinstance(held, tuple) and isinstance(wanted, tuple):
        return sorted(map(_plain_id, held)) == sorted(map(_plain_id, wanted))
    return (held or None) == (wanted or None)


def _plain_id(text: str) -> str:
    return text.replace("-", "").replace(",", ";")


# --- marks --------------------------------------------------------------------------------------------------------


def mark_text(mark: Mark) -> str:
    """A mark as its property holds it."""
    held = {
        "v": mark.v,
        "installation": mark.installation,
        "workspace": mark.workspace,
        "key": mark.key,
        "page": mark.page,
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def read_mark(text: str) -> Mark | None:
    """The mark in a text, None for anything else (people may write into the column)."""
    try:
        held = json.loads(text)
    except ValueError:
        return None
    if not isinstance(held, dict) or not isinstance(held.get("v"), int):
        return None
    parts = [held.get(name) for name in ("installation", "workspace", "key", "page")]
    if not all(isinstance(part, str) for part in parts):
        return None
    installation, workspace, key, page = map(str, parts)
    return Mark(installation, workspace, key, page, held["v"])


def texts(properties: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """The plain text of every text column of a row."""
    return (richtext.plain(prop["rich_text"]) for prop in properties.values() if prop["type"] == "rich_text")
