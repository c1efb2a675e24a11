"""What a request about databases and data sources may contain."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion.grammar import COVER, ICON, OPTION_COLOR, RICH_TEXT
from isms_bot.sandbox.notion.validation import (
    Check,
    Problem,
    anything,
    array,
    boolean,
    keyed,
    mapping,
    nullable,
    one_of,
    record,
    text,
    typed,
    uuid,
)

_EMPTY = record()
_OPTION = record({"name": text()}, {"color": OPTION_COLOR, "description": nullable(text())})
# `group` of a status option came in June 2026; it is in the changelog, not yet in the types.
_STATUS_OPTION = record({"name": text()}, {"color": OPTION_COLOR, "description": nullable(text()), "group": anything})
_KNOWN_OPTION = keyed(
    {"name": text(), "id": text()},
    {"color": OPTION_COLOR, "description": nullable(text()), "id": text(), "name": text(), "group": anything},
    typed=False,
)
ROLLUPS = [
    "count",
    "count_values",
    "empty",
    "not_empty",
    "unique",
    "show_unique",
    "percent_empty",
    "percent_not_empty",
    "sum",
    "average",
    "median",
    "min",
    "max",
    "range",
    "earliest_date",
    "latest_date",
    "date_range",
    "checked",
    "unchecked",
    "percent_checked",
    "percent_unchecked",
    "count_per_group",
    "percent_per_group",
    "show_original",
]
_ROLLUP = record(
    {"function": one_of(*ROLLUPS)},
    {
        "relation_property_name": text(),
        "relation_property_id": text(),
        "rollup_property_name": text(),
        "rollup_property_id": text(),
    },
)
_RELATION = keyed(
    {
        "dual_property": record({}, {"synced_property_id": text(), "synced_property_name": text()}),
        "single_property": _EMPTY,
    },
    {"data_source_id": uuid, "database_id": uuid},
)
PLAIN_TYPES = [
    "title",
    "rich_text",
    "url",
    "people",
    "files",
    "email",
    "phone_number",
    "date",
    "checkbox",
    "created_by",
    "created_time",
    "last_edited_by",
    "last_edited_time",
    "place",
]
CREATE_ONLY_TYPES = ("button", "location", "verification", "last_visited_time")


def _relation(value: Any, path: str) -> list[Problem]:
    problems = _RELATION(value, path)
    if problems:
        return problems
    return [] if "data_source_id" in value else [Problem(f"{path}.data_source_id", ("defined",))]


def _configs(option: Check, status_option: Check) -> dict[str, Check]:
    return {
        "number": record({}, {"format": text()}),
        "formula": record({}, {"expression": text()}),
        "select": record({}, {"options": array(option)}),
        "multi_select": record({}, {"options": array(option)}),
        "status": record({}, {"options": array(status_option)}),
        "relation": _relation,
        "rollup": _ROLLUP,
        "unique_id": record({}, {"prefix": nullable(text())}),
        **dict.fromkeys(PLAIN_TYPES, _EMPTY),
    }


_DESCRIPTION = {"description": nullable(text())}
_NEW = keyed({**_configs(_OPTION, _STATUS_OPTION), **dict.fromkeys(CREATE_ONLY_TYPES, _EMPTY)}, _DESCRIPTION)
_CHANGED = keyed(_configs(_KNOWN_OPTION, _KNOWN_OPTION), {**_DESCRIPTION, "name": text()})
_RENAMED = record({"name": text()})


def _change(value: Any, path: str) -> list[Problem]:
    if value is None:
        return []
    if isinstance(value, dict) and set(value) == {"name"}:
        return _RENAMED(value, path)
    return _CHANGED(value, path)


SCHEMA = mapping(_NEW)
_PAGE_OR_WORKSPACE = typed({"page_id": {"page_id": uuid}, "workspace": {"workspace": one_of(True)}})
DATABASE_CREATE = record(
    {"parent": _PAGE_OR_WORKSPACE},
    {
        "title": RICH_TEXT,
        "description": RICH_TEXT,
        "is_inline": boolean,
        "initial_data_source": record({}, {"properties": SCHEMA}),
        "icon": nullable(ICON),
        "cover": nullable(COVER),
    },
)
_DATABASE_UPDATE: dict[str, Check] = {
    "parent": _PAGE_OR_WORKSPACE,
    "title": RICH_TEXT,
    "description": RICH_TEXT,
    "is_inline": boolean,
    "icon": nullable(ICON),
    "cover": nullable(COVER),
    "in_trash": boolean,
    "is_locked": boolean,
}
_DATABASE_PARENT = record({"database_id": uuid}, {"type": one_of("database_id")})
DATA_SOURCE_CREATE = record(
    {"parent": _DATABASE_PARENT, "properties": SCHEMA}, {"title": RICH_TEXT, "icon": nullable(ICON)}
)
_DATA_SOURCE_UPDATE: dict[str, Check] = {
    "title": RICH_TEXT,
    "icon": nullable(ICON),
    "properties": mapping(_change),
    "in_trash": boolean,
    "parent": _DATABASE_PARENT,
}


def _archived(old: bool) -> dict[str, Check]:
    return {"archived": boolean} if old else {}


def database_update(old: bool) -> Check:
    return record({}, {**_DATABASE_UPDATE, **_archived(old)})


def data_source_update(old: bool) -> Check:
    return record({}, {**_DATA_SOURCE_UPDATE, **_archived(old)})
