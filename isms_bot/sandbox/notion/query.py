"""Filters and sorts of a data source query, evaluated over stored values.

Date-only values are UTC days; created and edited times are the minute-floored ones that the API shows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from isms_bot.sandbox.notion import schema
from isms_bot.sandbox.notion.errors import invalid
from isms_bot.sandbox.notion.grammar_queries import RELATIVE
from isms_bot.sandbox.notion.model import DataSource, Json, Page
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import canonical

Test = Callable[[Page], bool]
TEXTS = ("title", "rich_text", "url", "email", "phone_number")
MINUTE = 60_000


def compile_filter(space: Space, source: DataSource, wanted: Json | None) -> Test:
    """A test of a row. Raises the Refusal for unknown columns and for conditions of another type."""
    if wanted is None:
        return lambda _row: True
    for key, fold in (("and", all), ("or", any)):
        if key in wanted:
            tests = [compile_filter(space, source, inner) for inner in wanted[key]]
            return lambda row, tests=tests, fold=fold: fold(t(row) for t in tests)  # type: ignore[misc]
    if "timestamp" in wanted:
        kind = wanted["timestamp"]
        return _dates(space, wanted[kind], lambda row: _stamp(row, kind))
    column = schema.find(source, wanted["property"])
    if column is None:
        raise invalid(f"Could not find property with name or id: {wanted['property']}")
    kind = next(key for key in wanted if key not in {"property", "type"})
    condition = wanted[kind]
    if kind != column["type"] and not (kind in TEXTS and column["type"] in TEXTS):
        raise invalid(f"database property {column['type']} does not match filter {kind}")
    return _condition(space, column, kind, condition)


def _stamp(row: Page, kind: str) -> str:
    ms = row.created_at if kind == "created_time" else row.edited_at
    return datetime.fromtimestamp(ms // MINUTE * MINUTE / 1000, UTC).isoformat()


def _condition(space: Space, column: Json, kind: str, condition: Json) -> Test:
    key = column["id"]
    if kind in TEXTS:
        return _text(condition, lambda row: _words(space, column, row))
    if kind in {"number", "unique_id"}:
        return _number(condition, lambda row: row.values.get(key))
    if kind == "checkbox":
        return _checkbox(condition, lambda row: bool(row.values.get(key)))
    if kind in {"select", "status", "multi_select"}:
        return _choice(column, condition)
    if kind in {"created_time", "last_edited_time"}:
        return _dates(space, condition, lambda row: _stamp(row, kind))
    if kind == "date":
        return _dates(space, condition, lambda row: (row.values.get(key) or {}).get("start"))
    if kind == "created_by":
        return _members(condition, lambda row: [row.created_by])
    if kind == "last_edited_by":
        return _members(condition, lambda row: [row.edited_by])
    if kind in {"people", "relation", "files"}:
        return _members(condition, lambda row: row.values.get(key) or [])
    if kind == "verification":
        return _verification(condition, key)
    if kind == "formula":
        raise invalid("Unable to filter based on a formula of unknown type")
    raise invalid(f"The sandbox cannot filter by {kind} properties.")


def _words(space: Space, column: Json, row: Page) -> str:
    value = row.values.get(column["id"])
    if column["type"] in {"title", "rich_text"}:
        return space.plain(value or [])
    return value or ""


def _existence(condition: Json, empty: Callable[[Page], bool]) -> Test | None:
    if "is_empty" in condition:
        return empty
    if "is_not_empty" in condition:
        return lambda row: not empty(row)
    return None


def _text(condition: Json, of: Callable[[Page], str]) -> Test:
    existence = _existence(condition, lambda row: not of(row))
    if existence:
        return existence
    ((how, raw),) = condition.items()
    wanted = raw.lower()
    tests: dict[str, Callable[[str], bool]] = {
        "equals": lambda s: s == wanted,
        "does_not_equal": lambda s: s != wanted,
        "contains": lambda s: wanted in s,
        "does_not_contain": lambda s: wanted not in s,
        "starts_with": lambda s: s.startswith(wanted),
        "ends_with": lambda s: s.endswith(wanted),
    }
    test = tests[how]
    return lambda row: test(of(row).lower())


def _number(condition: Json, of: Callable[[Page], Any]) -> Test:
    existence = _existence(condition, lambda row: of(row) is None)
    if existence:
        return existence
    ((how, wanted),) = condition.items()
    tests: dict[str, Callable[[float], bool]] = {
        "equals": lambda n: n == wanted,
        "does_not_equal": lambda n: n != wanted,
        "greater_than": lambda n: n > wanted,
        "less_than": lambda n: n < wanted,
        "greater_than_or_equal_to": lambda n: n >= wanted,
        "less_than_or_equal_to": lambda n: n <= wanted,
    }
    test = tests[how]
    return lambda row: (of(row) is None and how == "does_not_equal") or (of(row) is not None and test(of(row)))


def _checkbox(condition: Json, of: Callable[[Page], bool]) -> Test:
    if "equals" in condition:
        return lambda row: of(row) == condition["equals"]
    return lambda row: of(row) != condition["does_not_equal"]


def _choice(column: Json, condition: Json) -> Test:
    key, names = column["id"], {o["id"]: o["name"] for o in column["config"]["options"]}

    def of(row: Page) -> list[str]:
        value = row.values.get(key)
        chosen = value if isinstance(value, list) else [value]
        return [names[v] for v in chosen if v in names]

    existence = _existence(condition, lambda row: not of(row))
    if existence:
        return existence
    ((how, raw),) = condition.items()
    wanted = set(raw if isinstance(raw, list) else [raw])
    if how in {"equals", "contains"}:
        return lambda row: bool(wanted & set(of(row)))
    return lambda row: not wanted & set(of(row))


def _members(condition: Json, of: Callable[[Page], list[Any]]) -> Test:
    existence = _existence(condition, lambda row: not of(row))
    if existence:
        return existence
    ((how, raw),) = condition.items()
    # "me" matches nothing for an internal integration.
    wanted = None if raw == "me" else canonical(raw)
    if how == "contains":
        return lambda row: wanted in of(row)
    return lambda row: wanted not in of(row)


def _verification(condition: Json, key: str) -> Test:
    def of(row: Page) -> str:
        value = row.values.get(key)
        return "verified" if value and value["state"] == "verified" else "none"

    if "status" in condition:
        return lambda row: of(row) == condition["status"]
    return lambda row: of(row) != condition["does_not_equal"]


# -- dates


def _dates(space: Space, condition: Json, of: Callable[[Page], str | None]) -> Test:
    existence = _existence(condition, lambda row: not of(row))
    if existence:
        return existence
    ((how, raw),) = condition.items()
    now = space.world.now()
    if how in {"equals", "before", "after", "on_or_before", "on_or_after"}:
        compare = _comparison(how, _relative(raw, now.date()) if raw in RELATIVE else raw)
        return lambda row: (value := of(row)) is not None and compare(value)
    first, last = _window(how, now.date())
    return lambda row: (value := of(row)) is not None and first <= _day(value) <= last


def _relative(word: str, today: date) -> str:
    days = {"today": 0, "tomorrow": 1, "yesterday": -1, "one_week_ago": -7, "one_week_from_now": 7}
    if word in days:
        return (today + timedelta(days=days[word])).isoformat()
    return _months(today, -1 if word == "one_month_ago" else 1).isoformat()


def _months(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    return date(year, month, 28)


def _window(how: str, today: date) -> tuple[date, date]:
    if how == "this_week":
        start = today - timedelta(days=(today.weekday() + 1) % 7)
        return start, start + timedelta(days=6)
    ends = {
        "past_week": today - timedelta(days=7),
        "past_month": _months(today, -1),
        "past_year": _months(today, -12),
        "next_week": today + timedelta(days=7),
        "next_month": _months(today, 1),
        "next_year": _months(today, 12),
    }
    other = ends[how]
    return (other, today) if other < today else (today, other)


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value.replace("Z", "+00:00").replace(" ", "T"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(value: str) -> date:
    return _moment(value).astimezone(UTC).date()


def _comparison(how: str, wanted: str) -> Callable[[str], bool]:
    """Days are compared with days; as soon as the filter names a time, instants with instants."""
    read: Callable[[str], Any] = _day if len(wanted) == 10 else _moment
    try:
        goal = read(wanted)
    except ValueError as error:
        raise invalid(f"Invalid date in filter: {wanted}") from error
    tests: dict[str, Callable[[Any], bool]] = {
        "equals": lambda v: v == goal,
        "before": lambda v: v < goal,
        "after": lambda v: v > goal,
        "on_or_before": lambda v: v <= goal,
        "on_or_after": lambda v: v >= goal,
    }
    test = tests[how]
    return lambda value: test(read(value))


# -- sorts


def sort_rows(space: Space, source: DataSource, rows: list[Page], sorts: list[Json]) -> list[Page]:
    """Rows in the asked order; empty values last in either direction, ties in order of creation."""
    for wanted in reversed(sorts):
        key = _sort_key(space, source, wanted)
        filled = [row for row in rows if key(row) is not None]
        empty = [row for row in rows if key(row) is None]
        rows = sorted(filled, key=key, reverse=wanted["direction"] == "descending") + empty
    return rows


def _sort_key(space: Space, source: DataSource, wanted: Json) -> Callable[[Page], Any]:
    if "timestamp" in wanted:
        return lambda row: _stamp(row, wanted["timestamp"])
    column = schema.find(source, wanted["property"])
    if column is None:
        raise invalid(f"Could not find sort property with name or id: {wanted['property']}")
    key, kind = column["id"], column["type"]
    if kind in {"created_time", "last_edited_time"}:
        return lambda row: _stamp(row, kind)
    if kind in {"number", "unique_id"}:
        return lambda row: row.values.get(key)
    if kind == "checkbox":
        return lambda row: bool(row.values.get(key))
    if kind in {"select", "status"}:
        order = {o["id"]: i for i, o in enumerate(column["config"]["options"])}
        return lambda row: order.get(row.values.get(key))
    if kind == "date":
        return lambda row: _moment(row.values[key]["start"]) if row.values.get(key) else None
    if kind in {"created_by", "last_edited_by"}:
        return lambda row: space.name("user", row.created_by if kind == "created_by" else row.edited_by)
    return lambda row: schema.words_of(space, column, row.values.get(key)).lower() or None
