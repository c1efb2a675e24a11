"""The kinds of value that packs, schedules and configuration share, as types that pydantic checks in our words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, InstanceOf, WithJsonSchema

from isms_bot import calendars, recurrence
from isms_bot.model import Completion, Duration, Ladder, Level, RelativeStart, Shift

SLUG = re.compile(r"[a-z0-9-]+")
_ROLE_PREFIX = "role:"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who does it: holders of `role`, all of them or (rotate) one after the other."""

    role: str
    rotate: bool = False


@dataclass(frozen=True, slots=True)
class Signatures:
    """How many signatures: the completion and, for a quorum, how many."""

    completion: Completion
    quorum: int = 1


def slug(value: object) -> str:
    """An id: letters a to z, digits, hyphens; it becomes part of keys. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError('must be text in quotes, as "backup-restore-test"')  # noqa: TRY004 - pydantic asks for ValueError
    if not SLUG.fullmatch(value):
        usable = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-") or "backup-restore-test"
        raise ValueError(f'"{value}" is no id: only a-z, 0-9 and hyphens; write "{usable}"')
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError('must be text in quotes, as "…"')  # noqa: TRY004
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _role(value: object) -> str:
    return slug(_text(value).removeprefix(_ROLE_PREFIX))


def _day(value: object) -> date:
    if isinstance(value, datetime):
        raise ValueError("must be a day without a time, as 2027-03-31")  # noqa: TRY004
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueError("must be a day that exists, as 2027-03-31") from error


def _start(value: object) -> date | RelativeStart:
    if isinstance(value, date):
        return _day(value)
    return recurrence.parse_start(_text(value))


def _duration(value: object) -> Duration:
    return calendars.parse_duration(_text(value))


def _assignment(value: object) -> Assignment:
    if isinstance(value, dict):
        if set(value) != {"rotate"}:
            raise ValueError('must be "role:…" or { rotate = "role:…" }')
        return Assignment(_role(value["rotate"]), rotate=True)
    text = _text(value)
    if not text.startswith(_ROLE_PREFIX):
        raise ValueError(f'must name a role: write "role:{text}" or {{ rotate = "role:{text}" }}')
    return Assignment(_role(text))


def _signatures(value: object) -> Signatures:
    text = _text(value)
    if text in ("each", "any", "all"):
        return Signatures(Completion(text))
    match = re.fullmatch(r"quorum (\d{1,3})", text)
    if match is None or int(match[1]) < 1:
        raise ValueError(f'"{text}" is no completion; write "each", "any", "all" or "quorum 2"')
    return Signatures(Completion.QUORUM, int(match[1]))


EnumT = TypeVar("EnumT", bound=StrEnum)


def _one_of(options: type[EnumT]) -> Callable[[object], EnumT]:
    names = [option.value for option in options]

    def choose(value: object) -> EnumT:
        text = _text(value)
        if text in names:
            return options(text)
        close = get_close_matches(text, names, n=1)
        hint = f', did you mean "{close[0]}"?' if close else ""
        listed = ", ".join(f'"{name}"' for name in names)
        raise ValueError(f'"{text}" is unknown{hint or f"; write one of {listed}"}')

    return choose


def _schema(description: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": description, **more})


Slug = Annotated[str, BeforeValidator(slug), _schema("an id", pattern="^[a-z0-9-]+$")]
Text = Annotated[str, BeforeValidator(_text), _schema("text", minLength=1)]
Role = Annotated[str, BeforeValidator(_role), _schema('a role, "product-manager" or "role:product-manager"')]
Day = Annotated[InstanceOf[date], BeforeValidator(_day), WithJsonSchema({"description": "a day, as 2027-03-31"})]
Start = Annotated[
    InstanceOf[date] | InstanceOf[RelativeStart],
    BeforeValidator(_start),
    WithJsonSchema({"description": 'a day, as 2027-03-31, or "week 5 after activation"'}),
]
DurationText = Annotated[
    InstanceOf[Duration], BeforeValidator(_duration), _schema('a count and a unit, "10 working days", "3 months"')
]
AssignmentText = Annotated[
    InstanceOf[Assignment],
    BeforeValidator(_assignment),
    WithJsonSchema(
        {
            "description": 'who does it: "role:…" or { rotate = "role:…" }',
            "anyOf": [
                {"type": "string", "pattern": "^role:[a-z0-9-]+$"},
                {
                    "type": "object",
                    "properties": {"rotate": {"type": "string", "pattern": "^(role:)?[a-z0-9-]+$"}},
                    "required": ["rotate"],
                    "additionalProperties": False,
                },
            ],
        }
    ),
]
SignaturesText = Annotated[
    InstanceOf[Signatures],
    BeforeValidator(_signatures),
    _schema("how many sign", pattern="^(each|any|all|quorum [0-9]{1,3})$"),
]
ShiftText = Annotated[Shift, BeforeValidator(_one_of(Shift)), _schema("where a due day moves", enum=[*Shift])]
LadderText = Annotated[Ladder, BeforeValidator(_one_of(Ladder)), _schema("the ladder of notices", enum=[*Ladder])]
LevelText = Annotated[Level, BeforeValidator(_one_of(Level)), _schema("required of a signature", enum=[*Level])]
