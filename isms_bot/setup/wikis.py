"""Which wiki an address belongs to, asked of every connector that is installed, and what is still to be asked about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from isms_bot import registry
from isms_bot.connector import Place
from isms_bot.errors import ConfigError
from isms_bot.setup.asking import Wrong


@dataclass(frozen=True, slots=True)
class Candidate:
    """A connector that knows the address: its id, and what it told."""

    connector: str
    place: Place


def candidates(address: str) -> tuple[Candidate, ...]:
    """All wikis that the address may be of. Raises Wrong if there is none."""
    found = []
    for name in registry.connectors():
        try:
            place = registry.connector_class(name).recognise(address)
        except ConfigError:
            continue  # it cannot be loaded; `check` says so once it is configured
        if place is not None:
            found.append(Candidate(name, place))
    if not found:
        raise Wrong(
            f'no wiki knows "{address}" as the address of a page; open the page under which the ISMS is to live and copy its address '
            "from the browser: it has to hold the page's id (in Confluence ••• → Page information shows an address that does)"
        )
    return tuple(found)


def missing(connector: str, settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(key, what it is) of everything that the connector needs and the address did not tell."""
    return tuple(
        (key, field.description or key)
        for key, field in _model(connector).model_fields.items()
        if field.is_required() and key not in settings
    )


def offered(connector: str) -> tuple[tuple[str, str], ...]:
    """(key, what it is) of what the connector can do without and nobody should miss for not having been asked."""
    return tuple(
        (key, field.description or key)
        for key, field in _model(connector).model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("asked")
    )


def checked(connector: str, settings: Mapping[str, Any], key: str) -> None:
    """Raises Wrong with what is wrong with one key of the settings."""
    try:
        _model(connector).model_validate(settings)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            if one["loc"][:1] == (key,):
                raise Wrong(str(one["msg"]).removeprefix("Value error, ")) from error


def validated(connector: str, settings: Mapping[str, Any]) -> Any:
    """The settings as the connector takes them. Raises Wrong."""
    try:
        return _model(connector).model_validate(settings)
    except ValidationError as error:
        words = "; ".join(str(one["msg"]).removeprefix("Value error, ") for one in error.errors(include_url=False))
        raise Wrong(words) from error


def _model(connector: str) -> type[BaseModel]:
    model: type[BaseModel] = registry.connector_class(connector).settings_model()
    return model


def optional(connector: str) -> tuple[str, ...]:
    """Keys of the connector that nobody has to set."""
    return tuple(key for key, field in _model(connector).model_fields.items() if not field.is_required())
