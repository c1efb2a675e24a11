"""Checks of request bodies that fail in Notion's own words.

A check takes a value and its path and returns its problems, none when the value is fine. The words, the order and the
cut at 55 characters are those seen in answers of the real service (docs/vendors/notion.md, Errors).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from isms_bot.sandbox.notion.errors import Refusal, invalid

MISSING: Any = object()
Check = Callable[[Any, str], "list[Problem]"]

# The variant nibble is checked, the nil id passes (recorded).
UUID = re.compile(r"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[1-8][0-9a-fA-F]{3}-?[89abAB][0-9a-fA-F]{3}-?[0-9a-fA-F]{12}$")
NIL = re.compile(r"^0{8}-?0{4}-?0{4}-?0{4}-?0{12}$")


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    expected: tuple[str, ...]
    got: Any = MISSING

    def __str__(self) -> str:
        return f"{self.path} should be {_alternatives(self.expected)}, instead was {shown(self.got)}."


def _alternatives(items: Sequence[str]) -> str:
    if len(items) < 3:
        return " or ".join(items)
    return ", ".join(items[:-1]) + ", or " + items[-1]


def shown(value: Any) -> str:
    """A value as Notion quotes it: JSON in backticks, cut at 55 characters."""
    if value is MISSING:
        return "`undefined`"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"`{text[:55]}...`" if len(text) > 55 else f"`{text}`"


def refuse(problems: Sequence[Problem], place: str = "body") -> Refusal:
    """The 400 for these problems."""
    if len(problems) == 1:
        return invalid(f"{place} failed validation: {problems[0]}")
    lines = "\n".join(dict.fromkeys(str(p) for p in problems))
    return invalid(f"{place} failed validation. Fix one:\n{lines}")


def require(check: Check, value: Any, path: str = "body") -> None:
    """Raises the Refusal for the first problem."""
    problems = check(value, path)
    if problems:
        raise refuse(problems, path.split(".", maxsplit=1)[0])


def canonical(value: str) -> str:
    """A valid id in its dashed, lower-case form."""
    h = value.replace("-", "").lower()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def is_uuid(value: Any) -> bool:
    return isinstance(value, str) and bool(UUID.match(value) or NIL.match(value))


# -- simple values


def anything(_value: Any, _path: str) -> list[Problem]:
    return []


def text(limit: int | None = None, *, populated: bool = False) -> Check:
    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, str):
            return [Problem(path, ("a string",), value)]
        if populated and not value:
            return [Problem(path, ("populated",), value)]
        if limit is not None and (size := len(value.encode("utf-16-le")) // 2) > limit:
            return [Problem(f"{path}.length", (f"≤ `{limit}`",), size)]
        return []

    return check


def number(value: Any, path: str) -> list[Problem]:
    ok = isinstance(value, int | float) and not isinstance(value, bool)
    return [] if ok else [Problem(path, ("a number",), value)]


def boolean(value: Any, path: str) -> list[Problem]:
    return [] if isinstance(value, bool) else [Problem(path, ("a boolean",), value)]


def uuid(value: Any, path: str) -> list[Problem]:
    return [] if is_uuid(value) else [Problem(path, ("a valid uuid",), value)]


def one_of(*allowed: Any) -> Check:
    words = tuple(f"`{json.dumps(a, ensure_ascii=False)}`" for a in allowed)

    def check(value: Any, path: str) -> list[Problem]:
        # `True == 1` in Python, not in JSON.
        ok = any(value == a and type(value) is type(a) for a in allowed)
        return [] if ok else [Problem(path, words, value)]

    return check


def page_size(value: Any, path: str, *, least: int = 1) -> list[Problem]:
    if number(value, path) or value != int(value):
        return [Problem(path, ("a number",), value)]
    if value > 100:
        return [Problem(path, ("≤ `100`",), value)]
    return [Problem(path, (f"≥ `{least}`",), value)] if value < least else []


# -- composed values


def nullable(inner: Check) -> Check:
    return _or("`null`", inner, lambda value: value is None)


def optional(inner: Check) -> Check:
    """Adds the words; that the key may be absent is the record's doing."""
    return _or("`undefined`", inner, lambda _value: False)


def _or(word: str, inner: Check, accepts: Callable[[Any], bool]) -> Check:
    def check(value: Any, path: str) -> list[Problem]:
        if accepts(value):
            return []
        return [
            replace(p, expected=(*p.expected, word)) if p.path == path and p.got is not MISSING else p
            for p in inner(value, path)
        ]

    return check


def array(item: Check, limit: int | None = 100, *, least: int = 0) -> Check:
    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, list):
            return [Problem(path, ("an array",), value)]
        if limit is not None and len(value) > limit:
            return [Problem(f"{path}.length", (f"≤ `{limit}`",), len(value))]
        if len(value) < least:
            return [Problem(f"{path}.length", (f"≥ `{least}`",), len(value))]
        for i, element in enumerate(value):
            if problems := item(element, f"{path}[{i}]"):
                return problems
        return []

    return check


def mapping(item: Check) -> Check:
    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem(path, ("an object",), value)]
        for key, element in value.items():
            if problems := item(element, f"{path}.{key}"):
                return problems
        return []

    return check


def record(required: Mapping[str, Check] | None = None, maybe: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others."""
    needed = dict(required or {})
    checks = {**needed, **{key: optional(inner) for key, inner in (maybe or {}).items()}}

    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem(path, ("an object",), value)]
        for key in needed:
            if key not in value:
                return [Problem(f"{path}.{key}", ("defined",))]
        for key, element in value.items():
            if key in checks and (problems := checks[key](element, f"{path}.{key}")):
                return problems
        return _stray(value, checks, path)

    return check


def _stray(value: Mapping[str, Any], known: Mapping[str, Any], path: str) -> list[Problem]:
    for key, element in value.items():
        if key not in known:
            return [Problem(f"{path}.{key}", ("not present",), element)]
    return []


def keyed(branches: Mapping[str, Check], common: Mapping[str, Check] | None = None, *, typed: bool = True) -> Check:
    """An object that is one of several kinds, told by which key it has; `type`, where sent, must agree."""
    whole = {
        key: record({key: inner}, {**(common or {}), **({"type": one_of(key)} if typed else {})})
        for key, inner in branches.items()
    }

    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem(path, ("an object",), value)]
        present = [key for key in branches if key in value]
        if not present:
            return [Problem(f"{path}.{key}", ("defined",)) for key in branches]
        said = value.get("type")
        return whole[said if said in present else present[0]](value, path)

    return check


def typed(kinds: Mapping[str, Mapping[str, Check]], maybe: Mapping[str, Mapping[str, Check]] | None = None) -> Check:
    """An object whose `type` says which further keys it needs and may have."""
    known = one_of(*kinds)
    whole = {kind: record({"type": known, **needed}, (maybe or {}).get(kind)) for kind, needed in kinds.items()}

    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem(path, ("an object",), value)]
        if "type" not in value:
            return [Problem(f"{path}.type", ("defined",))]
        return known(value["type"], f"{path}.type") or whole[value["type"]](value, path)

    return check


def union(branches: Mapping[str, Check]) -> Check:
    """Like `keyed` without a common part, but every branch that fails is listed, as recorded for parents and values."""
    whole = {key: record({key: inner}, {"type": one_of(key)}) for key, inner in branches.items()}

    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem(path, ("an object",), value)]
        found: list[Problem] = []
        for key, inner in whole.items():
            problems = inner(value, path)
            if not problems:
                return []
            found += problems if key in value else [Problem(f"{path}.{key}", ("defined",))]
        return found

    return check
