"""What the bot keeps of its own page in the content property: its mark, and the values of its fields. Pure.

A value is the property's as long as the cell on the page reads as it did when the bot wrote the value; once a person has changed
the cell it is the cell's. So the body of a page in which people work is never written, and what they write there counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from isms_bot.errors import Permanent
from isms_bot.layout import BY_SOURCE, FieldKind, FieldSpec, SourceSpec
from isms_bot.model import Mark, Source, Span, Value
from isms_bot_confluence.storage import shown

LARGEST = 32_000
"""Bytes of JSON that a content property takes (32 KB by the vendor's pages; what is above is refused here)."""

CONTAINER = "source:"
"""Keys of containers begin with it."""


@dataclass(frozen=True, slots=True)
class Record:
    """The property of a page. `seen`: per field the fingerprint of its cell when the bot last wrote the field. `text`: digest of
    the page's canonical text as the bot handed it over, before anybody worked in it."""

    mark: Mark
    source: Source
    fields: Mapping[str, Value] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def fingerprint(cell: str | None) -> str:
    """A short digest of the canonical text of a cell; a row that is not there has none."""
    return "" if cell is None else hashlib.sha256(cell.encode()).hexdigest()[:16]


# --- the property -------------------------------------------------------------------------------------------------


def write(record: Record, title: str) -> dict[str, Any]:
    """The property's value. Raises Permanent if it is larger than Confluence keeps."""
    mark = record.mark
    held = {
        "v": mark.v,
        "installation": mark.installation,
        "workspace": mark.workspace,
        "key": mark.key,
        "page": mark.page,
        "source": record.source.value,
        "fields": {name: _plain(value) for name, value in record.fields.items()},
        "seen": dict(record.seen),
        "text": record.text,
    }
    if len(json.dumps(held, ensure_ascii=False).encode()) > LARGEST:
        raise Permanent(
            f'the fields of "{title}" are larger than the 32 KB that Confluence keeps with a page; shorten them'
        )
    return held


def read(held: object) -> Record | None:
    """The record in a property's value, None for anything else (whoever may edit the page may write it)."""
    mark = mark_of(held)
    if mark is None or not isinstance(held, dict) or held.get("source") not in Source._value2member_map_:
        return None
    source = Source(held["source"])
    fields, seen = held.get("fields"), held.get("seen")
    if not isinstance(fields, dict) or not isinstance(seen, dict):
        return None
    known = {one.id: one for one in BY_SOURCE[source].fields}
    try:
        values = {name: _value(known[name], value) for name, value in fields.items() if name in known}
    except (ValueError, TypeError, KeyError, Permanent):
        return None
    return Record(
        mark, source, values, {str(name): str(print_) for name, print_ in seen.items()}, str(held.get("text", ""))
    )


def mark_of(held: object) -> Mark | None:
    """The mark in a property's value."""
    if not isinstance(held, dict) or type(held.get("v")) is not int:
        return None
    parts = [held.get(name) for name in ("installation", "workspace", "key", "page")]
    if not all(isinstance(part, str) for part in parts):
        return None
    installation, workspace, key, page = map(str, parts)
    return Mark(installation, workspace, key, page, held["v"])


def read_mark(text: str) -> Mark | None:
    """The mark in the JSON text of a property."""
    try:
        return mark_of(json.loads(text))
    except ValueError:
        return None


def _plain(value: Value) -> Any:
    if isinstance(value, Span):
        return {"start": value.start.isoformat(), "end": value.end.isoformat() if value.end else None}
    return list(value) if isinstance(value, tuple) else value


def _value(spec: FieldSpec, held: Any) -> Value:
    """Raises ValueError, TypeError or KeyError for what the field cannot hold."""
    if held is None:
        return None
    if spec.kind is FieldKind.DATE:
        end = held["end"]
        return Span(date.fromisoformat(held["start"]), date.fromisoformat(end) if end else None)
    value = tuple(map(str, held)) if isinstance(held, list) else held
    return checked(spec, value, "")


# --- values -------------------------------------------------------------------------------------------------------


def checked(spec: FieldSpec, value: Value, where: str) -> Value:
    """The value as this field keeps it: empty is None (False for a box), a moment is its day, a span of one day has no end.

    Raises Permanent for what the field cannot hold.
    """
    match spec.kind, value:
        case FieldKind.CHECKBOX, (None | bool()):
            return bool(value)
        case _, None | "" | ():
            return None
        case FieldKind.DATE, Span():
            return Span(value.start) if value.end == value.start else value
        case FieldKind.DATE, datetime():
            return Span(value.date())
        case FieldKind.NUMBER, int() | float() if not isinstance(value, bool):
            return value
        case ((FieldKind.OPTIONS | FieldKind.PEOPLE | FieldKind.RELATION), tuple()):
            return value
        case ((FieldKind.TITLE | FieldKind.TEXT | FieldKind.OPTION | FieldKind.MAIL | FieldKind.URL), str()):
            return value
    raise Permanent(f'"{spec.name}"{where} ({spec.kind.value}) cannot hold {value!r}')


def all_checked(spec: SourceSpec, values: Mapping[str, Value]) -> dict[str, Value]:
    """Values by field id, each as its field keeps it. Raises Permanent for unknown fields and for what a field cannot hold."""
    made: dict[str, Value] = {}
    for name, value in values.items():
        try:
            one = spec.field(name)
        except KeyError as error:
            raise Permanent(f'"{spec.title}" has no field {name!r}') from error
        made[name] = checked(one, value, f' of "{spec.title}"')
    return made


def merged(record: Record, cells: Mapping[str, str | None], parsed: Mapping[str, Value]) -> dict[str, Value]:
    """The values of a page with a record: a field's cell where a person has changed it, else what the record holds.

    `cells`: canonical text per field id, None where the table has no such row; a row that was taken away changes nothing.
    `parsed`: what the cells say.
    """
    values: dict[str, Value] = {}
    for one in shown(BY_SOURCE[record.source]):
        cell = cells.get(one.id)
        changed = cell is not None and fingerprint(cell) != record.seen.get(one.id, fingerprint(None))
        values[one.id] = parsed.get(one.id) if changed else record.fields.get(one.id, checked(one, None, ""))
    return values
