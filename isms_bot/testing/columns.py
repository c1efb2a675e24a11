"""What stands in the columns of the wiki in memory, as the port shows it and as the wiki keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from isms_bot.layout import FieldKind
from isms_bot.model import Mark, Page, Value
from isms_bot.testing.world import MemoryField


def restored(text: str) -> Mark | None:
    """The mark that a text is; None if it is none."""
    try:
        parts = json.loads(text)
        words = [parts[name] for name in ("installation", "workspace", "key", "page")]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if parts.get("v") != 1 or not all(isinstance(word, str) for word in words):
        return None
    return Mark(*words)


def mark_text(mark: Mark) -> str:
    """A mark as text."""
    parts = {
        "v": mark.v,
        "installation": mark.installation,
        "workspace": mark.workspace,
        "key": mark.key,
        "page": mark.page,
    }
    return json.dumps(parts, separators=(",", ":"))


def shown(column: MemoryField, value: Value, known: Mapping[str, str]) -> Value:
    """A stored value as the port shows it: options by the name they were made with, so that renaming breaks nothing."""
    if column.kind is FieldKind.CHECKBOX:
        return bool(value)
    names = {**column.options, **{option: name for name, option in known.items()}}
    if column.kind is FieldKind.OPTION and isinstance(value, str):
        return names[value]
    if column.kind is FieldKind.OPTIONS and isinstance(value, tuple):
        return tuple(names[one] for one in value)
    return value


def with_ids(value: Value, known: Mapping[str, str]) -> Value:
    """Names of options replaced by the ids they were made with."""
    if isinstance(value, str):
        return known.get(value, value)
    return tuple(known.get(one, one) for one in value) if isinstance(value, tuple) else value


def same(fresh: Page, known: Page) -> bool:
    """True if nobody has changed a page since it was known so."""
    return (fresh.edited_at, fresh.edited_by, fresh.title, fresh.fields) == (
        known.edited_at, known.edited_by, known.title, known.fields,
    )  # fmt: skip
