"""What a request about views and file uploads may contain."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion.grammar_queries import FILTER, SORTS
from isms_bot.sandbox.notion.validation import (
    Problem,
    anything,
    array,
    boolean,
    mapping,
    nullable,
    number,
    one_of,
    record,
    text,
    uuid,
)

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
