"""A TOML file that knows the line of everything in it.

`tomllib` reads the values; `tomlkit` is asked for a line only when there is something to complain about. Reads, never writes.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

import tomlkit
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from isms_bot.errors import ConfigError, Problem

Loc = tuple[str | int, ...]
"""Where a value stands: keys and, in arrays, positions from 0."""

_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")
_DATE = re.compile(r"(?<![\w-])\d{4}-\d{1,2}-\d{1,2}(?![\w-])")
_SENTINEL = "sentinel-of-the-locator"
# Days that stand in for impossible ones while the rest of the file is looked at; nobody plans as far as this.
_FIRST_STAND_IN = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file as read: `data` is what tomllib makes of it, `digest` the sha256 of its bytes.

    `impossible` are the problems with days that no calendar has; the file was read with other days in their place, so that
    everything else wrong with it can be told at the same time.
    """

    path: Path
    text: str = field(repr=False)
    digest: str
    data: Mapping[str, Any] = field(repr=False)
    impossible: tuple[Problem, ...] = field(default=())

    @classmethod
    def read(cls, path: Path) -> Self:
        """The file at `path`. Raises ConfigError if it cannot be read or is not TOML."""
        raw, text = read_text(path)
        data, text, impossible = _parse(path, text)
        return cls(path, text, hashlib.sha256(raw).hexdigest(), data, impossible)

    def where(self, loc: Loc) -> str:
        """`config.toml:14`: the line of the value at `loc`, or of the nearest table around it."""
        return f"{self.path}:{line_of(self.text, loc)}"

    def problem(self, loc: Loc, what: str) -> Problem:
        """The sentence `what`, said of the value at `loc`."""
        return Problem(self.where(loc), self.dotted(loc), what)

    def dotted(self, loc: Loc) -> str:
        """`schedule[policy-review].grace`: the path of `loc`; an element of an array is called by its id if it has one."""
        parts: list[str] = []
        here: Any = self.data
        for step in loc:
            here = _step(here, step)
            if isinstance(step, str):
                parts.append(step if not parts else f".{step}")
                continue
            name = here.get("id") if isinstance(here, Mapping) else None
            parts.append(f"[{name if isinstance(name, str) else step}]")
        return "".join(parts)


def read_text(path: Path) -> tuple[bytes, str]:
    """Bytes and text of a file. Raises ConfigError with what to do if it is missing, unreadable or not UTF-8."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        begin = ", or begin with `isms-bot config example > config.toml`" if path.name == "config.toml" else ""
        raise ConfigError(Problem(str(path), "", f"there is no such file; check the path{begin}")) from error
    except OSError as error:
        what = f"cannot be read ({error.strerror}); check that it is a file and its permissions"
        raise ConfigError(Problem(str(path), "", what)) from error
    try:
        return raw, raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(Problem(f"{path}:{line}", "", "is not UTF-8 text; save the file as UTF-8")) from error


def line_of(text: str, loc: Loc) -> int:
    """The line (from 1) of the value at `loc` in a TOML text; of the nearest table around it if there is no such value."""
    while loc:
        try:
            return _line(text, loc)
        except (LookupError, TypeError, ValueError, StopIteration, TOMLKitError):
            loc = loc[:-1]
    return 1


def _line(text: str, loc: Loc) -> int:
    document: Any = tomlkit.parse(text)
    parent: Any = document
    for step in loc[:-1]:
        parent = parent[step]
    item = parent[loc[-1]]
    if isinstance(item, AoT):
        return _line(text, (*loc, 0))
    if isinstance(item, OutOfOrderTableProxy):
        return _line(text, (*loc, next(iter(item))))
    if isinstance(item, Table):
        item.trivia.comment_ws, item.trivia.comment = " ", f"# {_SENTINEL}"
    else:
        parent[loc[-1]] = _SENTINEL
    before, found, _ = tomlkit.dumps(document).partition(_SENTINEL)
    if found:
        return before.count("\n") + 1
    # A table that is only implied by the tables or dotted keys below it has no line of its own: its first child has.
    return _line(text, (*loc, next(iter(item))))


def _step(here: Any, step: str | int) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def _parse(path: Path, text: str) -> tuple[Mapping[str, Any], str, tuple[Problem, ...]]:
    stand_ins: dict[date, tuple[int, str]] = {}
    while True:
        try:
            data = tomllib.loads(text)
            break
        except tomllib.TOMLDecodeError as error:
            line, column, said = _position(text, str(error))
            bad = _impossible_day(text, line, column)
            if bad is None:
                what = f"this is not TOML: {said} (column {column}); correct the line"
                raise ConfigError(Problem(f"{path}:{line}", "", what)) from error
            day = _FIRST_STAND_IN + timedelta(days=len(stand_ins))
            start, end = bad
            stand_ins[day] = (line, text[start:end])
            text = text[:start] + day.isoformat() + text[end:]
    problems = tuple(
        Problem(
            f"{path}:{line}",
            _path_of(data, day),
            f"{written} is no day of the calendar; write one that exists, as 2027-03-31",
        )
        for day, (line, written) in stand_ins.items()
    )
    return data, text, problems


def _position(text: str, message: str) -> tuple[int, int, str]:
    match = _AT.search(message)
    said = message[: match.start()].strip() if match else message
    if match is None or match[1] is None:
        lines = text.split("\n")
        return len(lines), len(lines[-1]) + 1, said
    return int(match[1]), int(match[2]), said


def _impossible_day(text: str, line: int, column: int) -> tuple[int, int] | None:
    """Start and end of a thing that looks like a day, cannot be one, and that the parser stumbled over."""
    offset = sum(len(one) + 1 for one in text.split("\n")[: line - 1])
    content = text.split("\n")[line - 1]
    for match in _DATE.finditer(content):
        if not match.start() <= column - 1 <= match.end():
            continue
        try:
            date.fromisoformat(match[0])
        except ValueError:
            return offset + match.start(), offset + match.end()
    return None


def _path_of(data: Any, day: date, prefix: str = "") -> str:
    entries = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for step, value in entries:
        here = f"{prefix}[{step}]" if isinstance(step, int) else f"{prefix}.{step}".lstrip(".")
        if value == day:
            return here
        if deeper := _path_of(value, day, here):
            return deeper
    return ""
