"""What a request about databases, data sources, queries, search and views may contain."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion.grammar import COVER, ICON, OPTION_COLOR, RICH_TEXT, iso_date
from isms_bot.sandbox.notion.validation import (
    Check,
    Problem,
    anything,
    array,
    boolean,
    keyed,
    mapping,
    nullable,
    number,
    one_of,
    page_size,
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


# -- filters

_YES = {"is_empty": one_of(True), "is_not_empty": one_of(True)}
_WORDS = {
    **dict.fromkeys(("equals", "does_not_equal", "contains", "does_not_contain", "starts_with", "ends_with"), text()),
    **_YES,
}
_NUMBERS = {
    **dict.fromkeys(
        ("equals", "does_not_equal", "greater_than", "less_than", "greater_than_or_equal_to", "less_than_or_equal_to"),
        number,
    ),
    **_YES,
}
RELATIVE = (
    "today",
    "tomorrow",
    "yesterday",
    "one_week_ago",
    "one_week_from_now",
    "one_month_ago",
    "one_month_from_now",
)
WINDOWS = ("this_week", "past_week", "past_month", "past_year", "next_week", "next_month", "next_year")


def _moment(value: Any, path: str) -> list[Problem]:
    return [] if value in RELATIVE else iso_date(value, path)


def _names(value: Any, path: str) -> list[Problem]:
    return array(text())(value, path) if isinstance(value, list) else text()(value, path)


def _person(value: Any, path: str) -> list[Problem]:
    return [] if value == "me" else uuid(value, path)


def _condition(branches: dict[str, Check]) -> Check:
    return keyed(branches, typed=False)


_DATES = {
    **dict.fromkeys(("equals", "before", "after", "on_or_before", "on_or_after"), _moment),
    **dict.fromkeys(WINDOWS, _EMPTY),
    **_YES,
}
_CONDITIONS: dict[str, Check] = {
    **dict.fromkeys(("title", "rich_text", "url", "email", "phone_number"), _condition(_WORDS)),
    **dict.fromkeys(("number", "unique_id"), _condition(_NUMBERS)),
    "checkbox": _condition({"equals": boolean, "does_not_equal": boolean}),
    **dict.fromkeys(("select", "status"), _condition({"equals": _names, "does_not_equal": _names, **_YES})),
    "multi_select": _condition({"contains": _names, "does_not_contain": _names, **_YES}),
    **dict.fromkeys(("date", "created_time", "last_edited_time"), _condition(_DATES)),
    **dict.fromkeys(
        ("people", "created_by", "last_edited_by"),
        _condition({"contains": _person, "does_not_contain": _person, **_YES}),
    ),
    "relation": _condition({"contains": uuid, "does_not_contain": uuid, **_YES}),
    "files": _condition(_YES),
    "verification": _condition(dict.fromkeys(("status", "does_not_equal"), one_of("verified", "expired", "none"))),
}
_CONDITIONS["formula"] = _condition(
    {
        "string": _condition(_WORDS),
        "checkbox": _CONDITIONS["checkbox"],
        "number": _condition(_NUMBERS),
        "date": _condition(_DATES),
    }
)
_SUB = keyed({k: v for k, v in _CONDITIONS.items() if k not in {"formula", "verification"}}, typed=False)
_CONDITIONS["rollup"] = _condition(
    {"any": _SUB, "every": _SUB, "none": _SUB, "number": _condition(_NUMBERS), "date": _condition(_DATES)}
)
_PROPERTY = keyed(_CONDITIONS, {"property": text()})
_TIMESTAMP = keyed(
    {"created_time": _CONDITIONS["created_time"], "last_edited_time": _CONDITIONS["last_edited_time"]},
    {"timestamp": one_of("created_time", "last_edited_time")},
)


def _single(value: Any, path: str) -> list[Problem]:
    if isinstance(value, dict) and "timestamp" in value:
        return _TIMESTAMP(value, path)
    if isinstance(value, dict) and "property" not in value:
        return [Problem(f"{path}.{key}", ("defined",)) for key in ("or", "and", "property", "timestamp")]
    return _PROPERTY(value, path)


def _group(inner: Check) -> Check:
    def check(value: Any, path: str) -> list[Problem]:
        for key in ("or", "and"):
            if isinstance(value, dict) and key in value:
                return record({key: array(inner)})(value, path)
        return _single(value, path)

    return check


FILTER = _group(_group(_single))
_DIRECTION = one_of("ascending", "descending")


def _sort(value: Any, path: str) -> list[Problem]:
    if isinstance(value, dict) and "timestamp" in value:
        return record({"timestamp": one_of("created_time", "last_edited_time"), "direction": _DIRECTION})(value, path)
    return record({"property": text(), "direction": _DIRECTION})(value, path)


SORTS = array(_sort)


def _size(value: Any, path: str) -> list[Problem]:
    return page_size(value, path, least=0)


def query(old: bool) -> Check:
    return record(
        {},
        {
            "filter": FILTER,
            "sorts": SORTS,
            "start_cursor": nullable(text()),
            "page_size": _size,
            "in_trash": boolean,
            "is_archived": boolean,
            "result_type": one_of("page", "data_source"),
            **_archived(old),
        },
    )


def _search_filter(value: Any, path: str) -> list[Problem]:
    if isinstance(value, dict) and "property" not in value and "in_trash" in value:
        return record({"in_trash": boolean})(value, path)
    return record({"property": one_of("object"), "value": one_of("page", "data_source")}, {"in_trash": boolean})(
        value, path
    )


def _search_sort(value: Any, path: str) -> list[Problem]:
    if isinstance(value, dict) and "property" in value:
        return record({"property": one_of("relevance")})(value, path)
    return record({"timestamp": one_of("last_edited_time"), "direction": _DIRECTION})(value, path)


SEARCH = record(
    {},
    {
        "query": text(),
        "filter": _search_filter,
        "sort": _search_sort,
        "start_cursor": nullable(text()),
        "page_size": _size,
    },
)

# -- views

VIEW_TYPES = ("table", "board", "list", "calendar", "timeline", "gallery", "form", "chart", "map", "dashboard")


def _view_filter(value: Any, path: str) -> list[Problem]:
    # The types leave a view's filter open; the grammar of queries is what the documentation points to.
    return FILTER(value, path)


_COLUMN_LOOK = record(
    {"property_id": text()},
    {
        "visible": boolean,
        "width": number,
        "wrap": boolean,
        "status_show_as": one_of("select", "checkbox"),
        "card_property_width_mode": one_of("full_line", "inline"),
        "date_format": one_of("full", "short", "month_day_year", "day_month_year", "year_month_day", "relative"),
        "time_format": one_of("12_hour", "24_hour", "hidden"),
    },
)
_OBJECT = mapping(anything)
_COLUMN_LOOKS = {"properties": nullable(array(_COLUMN_LOOK, limit=None))}
_TABLE_LOOK = record(
    {"type": one_of("table")},
    {
        **_COLUMN_LOOKS,
        "group_by": nullable(_OBJECT),
        "subtasks": nullable(_OBJECT),
        "wrap_cells": boolean,
        "frozen_column_index": number,
        "show_vertical_lines": boolean,
    },
)


def _configuration(value: Any, path: str) -> list[Problem]:
    """Tables whole; of the other kinds the type and the columns."""
    if isinstance(value, dict) and value.get("type") == "table":
        return _TABLE_LOOK(value, path)
    if not isinstance(value, dict):
        return [Problem(path, ("an object",), value)]
    if "type" not in value:
        return [Problem(f"{path}.type", ("defined",))]
    known = one_of(*VIEW_TYPES[:-1])(value["type"], f"{path}.type")
    return known or record({}, {**dict.fromkeys(value, anything), **_COLUMN_LOOKS})(value, path)


VIEW_CREATE = record(
    {"data_source_id": uuid, "name": text(), "type": one_of(*VIEW_TYPES)},
    {
        "database_id": uuid,
        "view_id": uuid,
        "filter": _view_filter,
        "sorts": SORTS,
        "quick_filters": _OBJECT,
        "create_database": record(
            {"parent": record({"type": one_of("page_id"), "page_id": uuid})},
            {"position": record({"type": one_of("after_block"), "block_id": uuid})},
        ),
        "configuration": _configuration,
        "position": _OBJECT,
        "placement": _OBJECT,
    },
)
VIEW_UPDATE = record(
    {},
    {
        "name": text(),
        "filter": nullable(_view_filter),
        "sorts": nullable(SORTS),
        "quick_filters": nullable(_OBJECT),
        "configuration": _configuration,
    },
)
FILE_UPLOAD_CREATE = record(
    {},
    {
        "mode": one_of("single_part", "multi_part", "external_url"),
        "filename": text(),
        "content_type": text(),
        "number_of_parts": number,
        "external_url": text(),
    },
)
