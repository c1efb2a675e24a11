"""What a request about pages and comments may contain."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion.grammar import CHILDREN, COVER, DATE, ICON, OPTION_COLOR, RICH_TEXT, position
from isms_bot.sandbox.notion.validation import (
    Check,
    Problem,
    array,
    boolean,
    keyed,
    mapping,
    nullable,
    number,
    one_of,
    record,
    text,
    typed,
    union,
    uuid,
)

_OPTION_EXTRAS: dict[str, Check] = {"color": OPTION_COLOR, "description": nullable(text())}
_CHOICE = keyed(
    {"name": text(populated=True), "id": text(populated=True)},
    {**_OPTION_EXTRAS, "id": text(populated=True), "name": text(populated=True)},
    typed=False,
)
_PERSON = record({"id": uuid}, {"object": one_of("user", "group"), "name": nullable(text())})
_FILE_VALUE = keyed(
    {
        "external": record({"url": text(2000, populated=True)}),
        "file": record({"url": text()}, {"expiry_time": text()}),
        "file_upload": record({"id": uuid}),
    },
    {"name": text(populated=True)},
)


def _file_value(value: Any, path: str) -> list[Problem]:
    """Only an upload brings its name along."""
    problems = _FILE_VALUE(value, path)
    if problems or "file_upload" in value or "name" in value:
        return problems
    return [Problem(f"{path}.name", ("defined",))]


VALUES: dict[str, Check] = {
    "title": RICH_TEXT,
    "rich_text": RICH_TEXT,
    "number": nullable(number),
    "url": nullable(text(2000, populated=True)),
    "select": nullable(_CHOICE),
    "multi_select": array(_CHOICE),
    "people": array(_PERSON),
    "email": nullable(text(200, populated=True)),
    "phone_number": nullable(text(200, populated=True)),
    "date": nullable(DATE),
    "checkbox": boolean,
    "relation": array(record({"id": uuid})),
    "files": array(_file_value),
    "status": nullable(_CHOICE),
    "place": nullable(
        record(
            {"lat": number, "lon": number},
            {key: nullable(text()) for key in ("name", "address", "aws_place_id", "google_place_id")},
        )
    ),
    "verification": record({"state": one_of("verified", "unverified")}, {"date": nullable(DATE)}),
}
_VALUE = union(VALUES)


def _value(value: Any, path: str) -> list[Problem]:
    # `"title": [...]`, a bare array, is accepted (recorded).
    if path.endswith(".title") and isinstance(value, list):
        return RICH_TEXT(value, path)
    return _VALUE(value, path)


PROPERTIES = mapping(_value)
_ZONE: dict[str, Check] = {"timezone": text()}
TEMPLATE = typed(
    {"none": {}, "default": {}, "template_id": {"template_id": uuid}}, {"default": _ZONE, "template_id": _ZONE}
)
NEW_TEMPLATE = typed({"default": {}, "template_id": {"template_id": uuid}}, {"default": _ZONE, "template_id": _ZONE})
PARENT = union({"page_id": uuid, "database_id": uuid, "data_source_id": uuid, "workspace": one_of(True)})

PAGE_CREATE = record(
    {},
    {
        "parent": PARENT,
        "properties": PROPERTIES,
        "icon": nullable(ICON),
        "cover": nullable(COVER),
        "content": CHILDREN,
        "children": CHILDREN,
        "markdown": text(),
        "allow_async": boolean,
        "template": TEMPLATE,
        "position": position("page_start", "page_end"),
    },
)
_PAGE_UPDATE = {
    "properties": PROPERTIES,
    "icon": nullable(ICON),
    "cover": nullable(COVER),
    "is_locked": boolean,
    "template": NEW_TEMPLATE,
    "erase_content": boolean,
    "in_trash": boolean,
    "is_archived": boolean,
}
PAGE_MOVE = record({"parent": union({"page_id": uuid, "data_source_id": uuid})})


def page_update(old: bool) -> Check:
    """`archived` was the name of `in_trash` before 2026-03-11."""
    return record({}, {**_PAGE_UPDATE, **({"archived": boolean} if old else {})})


# -- comments

_COMMENT_EXTRAS = {
    "attachments": array(record({"file_upload_id": text()}, {"type": one_of("file_upload")}), limit=3),
    "display_name": typed({"integration": {}, "user": {}, "custom": {"custom": record({"name": text()})}}),
}
_COMMENT_BODY = {"rich_text": RICH_TEXT, "markdown": text()}
_COMMENT_PLACE = {"parent": union({"page_id": uuid, "block_id": uuid}), "discussion_id": uuid}


def comment_create(value: Any, path: str) -> list[Problem]:
    """Exactly one place and exactly one kind of text."""
    checked = record({}, {**_COMMENT_PLACE, **_COMMENT_BODY, **_COMMENT_EXTRAS})(value, path)
    if checked:
        return checked
    return _exactly_one(value, path, _COMMENT_PLACE) or _exactly_one(value, path, _COMMENT_BODY)


def comment_update(value: Any, path: str) -> list[Problem]:
    return record({}, _COMMENT_BODY)(value, path) or _exactly_one(value, path, _COMMENT_BODY)


def _exactly_one(value: dict[str, Any], path: str, keys: dict[str, Check]) -> list[Problem]:
    present = [key for key in keys if key in value]
    if not present:
        return [Problem(f"{path}.{key}", ("defined",)) for key in keys]
    return [Problem(f"{path}.{key}", ("not present",), value[key]) for key in present[1:]]
