"""What a query or a search may contain: filters of every type, two levels of groups, sorts, paging."""

from __future__ import annotations

from typing import Any

from isms_bot.sandbox.notion.grammar import iso_date
from isms_bot.sandbox.notion.validation import (
    Check,
    Problem,
    array,
    boolean,
    keyed,
    nullable,
    number,
    one_of,
    page_size,
    record,
    text,
    uuid,
)

_EMPTY = record()


def _archived(old: bool) -> dict[str, Check]:
    return {"archived": boolean} if old else {}


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
