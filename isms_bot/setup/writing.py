"""The configuration as text, with a comment on each line, and files that are there whole or not at all."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, Item, Table

from isms_bot.config import SecretRef, example, load
from isms_bot.connector import AccountInfo
from isms_bot.errors import ConfigError, Problem
from isms_bot.setup.answers import Answers
from isms_bot.setup.people import written

OWNER_ONLY = 0o600
COLUMN = 47
"""Where comments begin, as in the example."""
HEAD = """\
# The configuration of isms-bot, as `isms-bot setup` wrote it. Change what you like; `isms-bot check` says what is wrong, line by
# line, and a broken edit never replaces the last good configuration. Lines that begin with # say what else there is.
#
# What people decide (who has which role, who is away, what is postponed) is kept in the wiki, not here. Secrets never stand here.
"""
_TOKEN_COMMENT = "where the token is kept; it never stands here"  # noqa: S105 - what is said of it
_MAIL_COMMENT = "where the address of the mail server is kept, its password in it"
_COMMENTED = re.compile(r"^\s*(?:#\s*)?(?P<key>[a-z_]+) = (?P<value>.+?)(?:\s{2,}# (?P<comment>.+))?$")
_LEFT_OUT = (
    "token_expires",
    "date_order",
    "schedules",
    "roles",
    "introduction",
    "pass_minutes",
    "night_minutes",
    "sweep",
    "settle_seconds",
)
"""Keys that nobody is asked for; they stand in the file as comments, so that they are found."""


@dataclass(frozen=True, slots=True)
class Example:
    """What config.example.toml says: comments and example values by key."""

    comments: Mapping[str, str]
    values: Mapping[str, str]

    @classmethod
    def read(cls) -> Example:
        """The example that comes along."""
        found = [match for line in example().splitlines() if (match := _COMMENTED.match(line))]
        comments: dict[str, str] = {}
        values: dict[str, str] = {}
        for match in found:
            if match["comment"]:
                comments.setdefault(match["key"], match["comment"].removeprefix("yours: ").removeprefix("yours"))
            values.setdefault(match["key"], match["value"])
        return cls(comments, values)

    def about(self, answers: Answers) -> Example:
        """The same with what the example cannot know: who an account id is, and where secrets are."""
        comments = {**self.comments, "token": _TOKEN_COMMENT, "server": _MAIL_COMMENT}
        for key, person in (("product_manager", answers.manager), ("deputy", answers.deputy)):
            if person is not None and written(person) == person.id:
                comments[key] = f"{person.name}, by the account id, which no rename changes"
        return Example(comments, self.values)


def document(text: str | None, path: Path) -> tomlkit.TOMLDocument | None:
    """What the file holds; None if there is no file. Raises ConfigError if it is no TOML."""
    if text is None:
        return None
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        what = f"is no TOML ({error}); correct it, or move it away to begin anew. Nothing was written"
        raise ConfigError(Problem(str(path), "", what)) from error


def rendered(answers: Answers, before: tomlkit.TOMLDocument | None) -> str:
    """The whole file. What stood there before keeps its place, its comments and everything that nobody was asked about."""
    values = dict(_values(answers))
    known = Example.read().about(answers)
    if before is None:
        body = tomlkit.document()
        super_table = tomlkit.table(is_super_table=True)
        super_table.add(answers.workspace, _table(values, known))
        body.add("workspaces", super_table)
        return HEAD + "\n" + tomlkit.dumps(body)
    after = tomlkit.parse(tomlkit.dumps(before))
    workspaces = after.get("workspaces")
    if not isinstance(workspaces, Mapping):
        after["workspaces"] = tomlkit.table(is_super_table=True)
        workspaces = after["workspaces"]
    table = workspaces.get(answers.workspace)
    if isinstance(table, Table | Container) and table.get("connector") == answers.connector:
        _updated(table, values, known)
    else:
        workspaces[answers.workspace] = _table(values, known)  # type: ignore[index]
    return tomlkit.dumps(after)


def difference(before: str, after: str, path: Path) -> str:
    """What would change in a file, for people; "" if nothing."""
    lines = unified_diff(before.splitlines(), after.splitlines(), f"{path} (now)", f"{path} (after)", lineterm="")
    return "\n".join(lines)


def write_whole(path: Path, text: str, *, mode: int | None = None) -> None:
    """Put a file in its place in one step: whoever looks finds the old one or the new one, also after a crash.

    `mode`: who may read it, from the first byte on; None: as the file that is replaced, else as usual. Raises ConfigError.
    """
    path = path.resolve()  # a link stays one: what it leads to is replaced
    aside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        wanted = mode if mode is not None else stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, wanted)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise ConfigError(
            Problem(str(path), "", f"cannot be written ({error.strerror}); nothing was changed")
        ) from error


def write_config(path: Path, text: str) -> None:
    """The configuration in one step, read before it takes its place. Raises ConfigError; the old one stays then."""
    aside = path.resolve().with_name(f".{path.name}.tried")
    write_whole(aside, text)
    try:
        load(aside)
    finally:
        aside.unlink(missing_ok=True)
    write_whole(path, text)


# --- parts ----------------------------------------------------------------------------------------------------------


def _values(answers: Answers) -> Iterator[tuple[str, Any]]:
    """Keys and values in the order of the file; None: it does not stand there."""
    assert answers.token is not None and answers.manager is not None
    yield "connector", answers.connector
    yield from answers.settings.items()
    yield "token", _reference(answers.token.ref)
    yield "timezone", answers.timezone
    yield "calendar", answers.calendar
    yield "language", answers.language
    yield "pack", answers.pack
    yield "product_manager", written(answers.manager)
    yield "deputy", written(answers.deputy) if answers.deputy else None
    yield "team", _listed(answers.team) if answers.team is not None else None
    yield "mail", {"server": _reference(answers.mail.ref)} if answers.mail else None


def _reference(ref: SecretRef) -> Any:
    made = tomlkit.inline_table()
    made.update({"env": ref.env} if ref.env else {"file": ref.file})
    return made


def _listed(team: Sequence[AccountInfo]) -> Array:
    """A person per line; an account id, which tells nobody anything, with the name beside it."""
    made = tomlkit.array()
    for one in team:
        made.add_line(written(one), comment=one.name if written(one) == one.id else "")
    made.add_line(indent="")
    return made


def _table(values: Mapping[str, Any], known: Example) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        if value is None and key in known.values and key != "mail":
            table.add(_left_out(key, known))
        elif value is not None and key != "mail":
            table.add(key, _line(key, value, known))
    for key in _LEFT_OUT:
        if key in known.values and key not in values:
            table.add(_left_out(key, known))
    if values.get("mail") is not None:
        table.add(tomlkit.nl())
        mail = tomlkit.table()
        for key, value in values["mail"].items():
            mail.add(key, _line(key, value, known))
        table.add("mail", mail)
    return table


def _updated(table: Any, values: Mapping[str, Any], known: Example) -> None:
    """Values in their places, comments beside them; what is no longer said goes, the rest stays as it is."""
    for key, value in values.items():
        if key == "mail" and value is not None and isinstance(table.get("mail"), Mapping):
            table["mail"]["server"] = value["server"]
        elif value is None:
            table.pop(key, None)
        elif key == "mail":
            table["mail"] = value
        elif key not in table:
            table.add(key, _line(key, value, known))
        elif table[key] != value:
            table[key] = value


def _line(key: str, value: Any, known: Example) -> Item:
    item: Item = tomlkit.item(value)
    said = known.comments.get(key, "")
    if said:
        item.comment(said)
        last = item.as_string().rsplit("\n", 1)[-1]
        item.trivia.comment_ws = " " * max(2, COLUMN - len(last if "\n" in item.as_string() else f"{key} = {last}"))
    return item


def _left_out(key: str, known: Example) -> Any:
    line = f"{key} = {known.values[key]}"
    said = known.comments.get(key, "")
    return tomlkit.comment(f"{line}{' ' * max(2, COLUMN - 2 - len(line))}# {said}" if said else line)
