"""Pydantic at the edge of files: its complaints become sentences of ours, with the line and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from isms_bot.errors import Problem
from isms_bot.packs.tomlfile import Loc, TomlFile

ModelT = TypeVar("ModelT", bound=BaseModel)

# Values are never repeated in these sentences: the wrong value may be a secret in the wrong place.
_SENTENCES = {
    "string_type": 'must be text in quotes, as "…"',
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "list_type": 'must be a list in square brackets, as ["…"]',
    "tuple_type": 'must be a list in square brackets, as ["…"]',
    "dict_type": "must be a table, as { … }",
    "model_type": "must be a table, as { … }",
    "mapping_type": "must be a table, as { … }",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


# The step that pydantic adds when the key of a table is wrong, not its value.
_OF_A_KEY = "[key]"


class Strict(BaseModel):
    """What every model of a file is: unknown keys and near misses of a type are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def checked(
    model: type[ModelT],
    data: object,
    source: TomlFile,
    loc: Loc,
    problems: list[Problem],
) -> ModelT | None:
    """`data`, which stands at `loc` of `source`, as an instance of `model`; None if something is wrong.

    Everything wrong is added to `problems`, not only the first thing.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            at = (*loc, *_inside(data, detail["loc"]))
            problems.append(source.problem(at, sentence(detail, model)))
        return None


def sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """One complaint of pydantic in our words."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_key(str(detail["loc"][-1]), keys_at(model, detail["loc"][:-1]))
    if kind == "missing":
        return "is missing here; add it"
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        return f"must be one of {context['expected']}"
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
        return "must be " + " and ".join(f"{words[key]} {bound}" for key, bound in context.items())
    return _SENTENCES.get(kind) or f"{detail['msg'][:1].lower()}{detail['msg'][1:]}; correct the value"


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The sentence about a key that nobody knows, with the nearest known one."""
    names = tuple(dict.fromkeys(known))
    close = get_close_matches(key, names, n=1, cutoff=0.55)
    if close:
        return f'unknown key, did you mean "{close[0]}"?'
    return f"unknown key; known here: {', '.join(sorted(names))}"


def unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence about a `what` (role, pack ...) that nobody declares, with the nearest known one or all of them."""
    names = tuple(dict.fromkeys(known))
    close = get_close_matches(name, names, n=1, cutoff=0.55)
    if close:
        return f'no {what} is called "{name}", did you mean "{close[0]}"?'
    return f'no {what} is called "{name}"; known: {", ".join(sorted(names)) or "none"}'


def keys(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a model reads, as they are written in the file."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def keys_at(model: type[BaseModel], steps: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys known in the table that `steps` lead to; empty if no model stands there."""
    here: type[BaseModel] | None = model
    for step in steps:
        if here is None:
            return ()
        if isinstance(step, int):
            continue
        named = {info.alias or name: info.annotation for name, info in here.model_fields.items()}
        here = _model_in(named.get(step))
    return keys(here) if here is not None else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, BaseModel) else None
    if get_origin(annotation) in (Union, UnionType, list, tuple, dict, Mapping):
        for inner in get_args(annotation):
            if (found := _model_in(inner)) is not None:
                return found
    return None


def _inside(data: object, loc: tuple[int | str, ...]) -> Loc:
    """`loc` without the steps that pydantic adds for its own validators; the last step stays, it may be a missing key."""
    kept: list[int | str] = []
    here: Any = data
    for number, step in enumerate(loc):
        known = (isinstance(here, Mapping) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        )
        if known:
            here = here[step]
            kept.append(step)
        elif number == len(loc) - 1 and isinstance(here, Mapping) and step != _OF_A_KEY:
            kept.append(step)
    return tuple(kept)
