"""The form of the configuration file, for pydantic. Only `isms_bot.config.loading` reads it; everyone else gets `Config`."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, Field, InstanceOf, WithJsonSchema, create_model

from isms_bot import calendars
from isms_bot.config.secrets import SECRET_SCHEMA, Secret, SecretRef, reference
from isms_bot.packs.checking import Strict
from isms_bot.packs.fields import Day, DurationText, Slug, Text
from isms_bot.signoff.words import KINDS

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_STORES = ("sqlite", "postgresql")


def _zone(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError('must be text in quotes, as "Europe/Amsterdam"')  # noqa: TRY004
    if not calendars.known_zone(value):
        raise ValueError(f'"{value}" is no time zone{_near_zone(value)}')
    return value


def _calendar(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError('must be text in quotes, as "NL"')  # noqa: TRY004
    if value and not calendars.known_calendar(value):
        what = f'there is no calendar "{value}"; write a country, or country and region, as "NL" or "DE-BY", or "" for none'
        raise ValueError(what)
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError('must be the code of a language, as "en", "nl" or "en-US"')
    return value


def _labels(value: object) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else [value]
    words = tuple(text.strip().rstrip(": ") for text in texts if isinstance(text, str))
    if not words or len(words) < len(texts) or "" in words:
        raise ValueError('must be the words of a label, as "Naam", or a list of them')
    return words


def _url(value: object) -> str | SecretRef:
    if isinstance(value, dict):
        return reference(value)
    if not isinstance(value, str) or "://" not in value:
        raise ValueError(
            'must be an address as "postgresql+psycopg://host/name", or { env = "NAME" } if it has a password'
        )
    parts = urlsplit(value)
    if parts.password or "password=" in parts.query:
        raise ValueError(
            'a password does not stand in this file; write url = { env = "NAME" } and put the address there'
        )
    if parts.scheme.partition("+")[0] not in _STORES:
        raise ValueError("the store is SQLite (sqlite:///…) or PostgreSQL (postgresql+psycopg://…)")
    return value


Zone = Annotated[
    str, BeforeValidator(_zone), WithJsonSchema({"type": "string", "description": "a time zone, as Europe/Amsterdam"})
]
Calendar = Annotated[
    str,
    BeforeValidator(_calendar),
    WithJsonSchema({"type": "string", "description": 'public holidays: "NL", "DE-BY", "" for none'}),
]
Language = Annotated[
    str, BeforeValidator(_language), WithJsonSchema({"type": "string", "pattern": f"^{_LANGUAGE.pattern}$"})
]
_WORDS: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
Words = Annotated[tuple[str, ...], BeforeValidator(_labels), WithJsonSchema(_WORDS)]
Url = Annotated[
    str | InstanceOf[SecretRef],
    BeforeValidator(_url),
    WithJsonSchema({"anyOf": [{"type": "string"}, SECRET_SCHEMA]}),
]
DateOrder = Literal["dmy", "mdy", "ymd"]


_FORM_WORDS: dict[str, Any] = dict.fromkeys(KINDS, (Words, ()))
LabelsModel: type[BaseModel] = create_model(
    "LabelsModel",
    __base__=Strict,
    __doc__="Own words of the form, beside those of the language; the keys are those of `isms_bot.signoff.words`.",
    **_FORM_WORDS,
)


class MailModel(Strict):
    """`[workspaces.NAME.mail]`: notices go out by mail as well. `server` leads to an address of Apprise."""

    server: Secret
    sender: Text = "isms-bot"


class WindowModel(Strict):
    """One of `windows`: a time set aside for work beside the product, and how often it comes again."""

    first: Day = Field(alias="from")
    until: Day
    every: DurationText | None = None


class WorkspaceModel(Strict):
    """The keys of `[workspaces.NAME]` that every connector shares."""

    connector: Text
    token: Secret
    token_expires: Day | None = None
    timezone: Zone
    calendar: Calendar = ""
    language: Language = "en"
    date_order: DateOrder | None = None
    pack: Text | None = None
    schedules: list[Text] = Field(default_factory=list)
    roles: list[Slug] = Field(default_factory=list)
    product_manager: Text
    deputy: Text | None = None
    team: list[Text] | None = None
    introduction: Day | None = None
    pass_minutes: int = Field(default=5, ge=1, le=1440)
    night_minutes: int = Field(default=60, ge=1, le=1440)
    sweep: int | None = Field(default=None, ge=1, le=10_000)
    settle_seconds: int = Field(default=180, ge=0, le=86_400)
    most_open_jobs: int | None = Field(default=None, ge=1, le=100)
    windows: list[WindowModel] = Field(default_factory=list)
    labels: LabelsModel = Field(default_factory=LabelsModel)  # type: ignore[valid-type]
    mail: MailModel | None = None


class StoreModel(Strict):
    """`[store]`."""

    url: Url | None = None


class ServiceModel(Strict):
    """`[service]`: how `run` shows itself to those who operate it."""

    health_host: Text = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)
    log_format: Literal["auto", "text", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class ConfigModel(Strict):
    """The whole file. Workspaces are looked at one by one, with the keys of their connector."""

    workspaces: dict[Slug, dict[str, Any]] = Field(min_length=1)
    store: StoreModel = StoreModel()
    service: ServiceModel = ServiceModel()


def _near_zone(value: str) -> str:
    close = get_close_matches(value, sorted(available_timezones()), n=1)
    return f', did you mean "{close[0]}"?' if close else '; write a name as "Europe/Amsterdam"'
