"""What is said and decided: messages, decisions; and a procedure as it is copied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from isms_bot.model.identity import Account, RosterId
from isms_bot.model.pages import Content, Page


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words of a message."""

    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, notified by the wiki."""

    account: Account


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere. A comment's token travels as the fragment of its last link."""

    text: str
    url: str


Message = tuple[Text | Mention | Link, ...]


class DecisionKind(StrEnum):
    """What a person can decide, as a row of *Decisions* or with `isms-bot decide`."""

    START = "start"
    POSTPONE = "postpone"
    SKIP = "skip once"
    PAUSE = "pause until"
    WAIVE = "waive until"
    DOES_NOT_APPLY = "does not apply"
    ACTIVATE = "activate"
    END_INTRODUCTION = "end introduction"
    ACCEPT_LATE = "accept late"
    KEEP_AWAY = "keep away"
    RETRACT = "retract a non-conformity"
    EVIDENCE = "evidence for a period"
    ATTEST_PRIVATE = "attest private area"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that somebody made. `about`: key of a job, id of a schedule or policy item, number of a nonconformity.
    `by` is the roster id read from the vendor's author of the row, None if that account is nobody of the roster."""

    id: str
    kind: DecisionKind
    about: str
    by: RosterId | None
    why: str = ""
    start: date | None = None
    until: date | None = None
    made_at: datetime | None = None
    no_second_person: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A procedure as it is now, with the vendor's own payload for cloning. `body` is opaque outside its connector.

    `digest` is the canonical digest with all boxes unticked, so that a fresh, complete clone reads back with the same
    `Content.digest`; `losses` are sentences about what
    a clone could not carry over.
    """

    page: Page
    content: Content
    digest: str
    body: object = None
    losses: tuple[str, ...] = ()
