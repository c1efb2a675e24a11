"""The vocabulary: values that every other module speaks in. Standard library only; no clock, no I/O, no vendor.

Two kinds of identity occur and never mix: a *roster id* (`p07`) names a person inside keys, ledger, logs and metrics; an
*account* is the vendor's id of a person and lives in pages and in the roster only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

RosterId = str
Account = str
Key = str
PageRef = str


# --- time ----------------------------------------------------------------------------------------------------------


class Unit(StrEnum):
    """Units of a duration; a working day is one of the person it applies to."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration:
    """`count` of `unit`: "10 working days", "3 months". `count` is never negative."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit.value}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included; `end` None is open."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """True if `day` lies in the span."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class RelativeStart:
    """The day that lies `weeks` weeks after the item came into force; resolved once, by activation."""

    weeks: int


class Shift(StrEnum):
    """What happens to a nominal due day that is not convenient. The key of an occurrence keeps the nominal date."""

    NONE = "none"
    NEXT = "next working day"
    PREVIOUS = "previous working day"
    CALM = "calm day"
    """Next Tuesday to Thursday that is no month end and outside 15 July-31 August and 18 December-6 January."""
    CALM_CHORE = "calm day, summer too"
    """The same without the summer rule, for monthly chores."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a promise falls due, as nominal dates.

    Exactly one of `every`, `rrule` and `cron` is set. With `every`, occurrence k is the anchor plus k times `every`, clamped to
    the month's end and never iterated from the one before; `on` then moves it inside its month ("first working day", "last
    friday", "last day", "15"). `start` None or relative means: no occurrence before an activation has given the anchor.
    """

    every: Duration | None = None
    start: date | RelativeStart | None = None
    on: str | None = None
    shift: Shift = Shift.NONE
    rrule: str | None = None
    cron: str | None = None
    until: date | None = None
    pauses: tuple[Span, ...] = ()


# --- people --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Whose working days: weekdays worked (Monday is 0) and a calendar of public holidays ("NL", "DE-BY", "" for none)."""

    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    holidays: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One row of *Users of the ISMS*. `page` is the identity that gave the roster id; everything else may change."""

    id: RosterId
    page: PageRef
    name: str
    account: Account | None = None
    mail: str | None = None
    roles: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    works: WorkCalendar = WorkCalendar()
    zone: str = "UTC"
    language: str = "en"
    manager: RosterId | None = None
    stand_in: RosterId | None = None
    away: tuple[Span, ...] = ()
    lacks: tuple[str, ...] = ()
    """Names of columns in which the row says nothing that can be used although the rules need it."""

    def active(self, day: date) -> bool:
        """True if the person belongs to the team on `day` (both ends included)."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def is_away(self, day: date) -> bool:
        """True if an absence covers `day`."""
        return any(span.covers(day) for span in self.away)


# --- promises ------------------------------------------------------------------------------------------------------


class Completion(StrEnum):
    """How many signatures an occurrence needs."""

    EACH = "each"
    ANY = "any"
    ALL = "all"
    QUORUM = "quorum"


class Level(StrEnum):
    """What was seen of a signature, weakest first. Compare with `reaches`."""

    TYPED = "typed"
    AT_OWN_ACCOUNT = "at own account"
    BY_OWN_ACCOUNT = "by own account"

    def reaches(self, required: Level) -> bool:
        """True if this level is at least `required`."""
        order = list(Level)
        return order.index(self) >= order.index(required)


class Ladder(StrEnum):
    """Names of the ladders of notices; their steps stand in `isms_bot.lifecycle`."""

    GENTLE = "gentle"
    CHORE = "chore"
    YEARLY = "yearly"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A promise with a cadence. `procedure` is the id of a procedure page's front matter, its title, page id or address."""

    id: str
    procedure: str
    rule: Rule
    role: str
    rotate: bool = False
    completion: Completion = Completion.EACH
    quorum: int = 1
    lead: Duration = Duration(10, Unit.WORKING_DAY)
    grace: Duration = Duration(10, Unit.WORKING_DAY)
    ladder: Ladder = Ladder.GENTLE
    level: Level = Level.AT_OWN_ACCOUNT
    policy: str = ""
    owner: str = "product-manager"
    practice: bool = False
    """A person's first run is practice: a miss is discussed, never recorded."""
    was: tuple[str, ...] = ()


class Regime(StrEnum):
    """What a miss leads to; decided once, when the job opens."""

    INTRODUCTION = "introduction"
    RECORDING = "recording"


class Phase(StrEnum):
    """planned < open <= due < overdue <= grace end < missed. Ticked, half signed, changed since are facets, not phases."""

    PLANNED = "planned"
    OPEN = "open"
    OVERDUE = "overdue"
    MISSED = "missed"


class Outcome(StrEnum):
    """Exactly one per occurrence. *Superseded* is said of a page, not of an occurrence."""

    OPEN = "open"
    RECORDED = "recorded"
    RECORDED_LATE = "recorded late"
    NONCONFORMITY = "nonconformity"
    INTRODUCTION = "introduction"
    WAIVED = "waived"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Contract:
    """What a job promised when it opened. Frozen in the ledger; the page's copy is display. Later edits only favour people.

    `due` and `grace_end` are days that end at midnight in the zone of the people; `nominal_due` is the shifted nominal date
    before the minimum time to act was given; both are shown.
    """

    key: Key
    schedule: str
    nominal: date
    opened: date
    nominal_due: date
    due: date
    grace_end: date
    regime: Regime
    people: tuple[RosterId, ...]
    procedure: str
    title: str
    completion: Completion = Completion.EACH
    quorum: int = 1
    level: Level = Level.AT_OWN_ACCOUNT
    ladder: Ladder = Ladder.GENTLE
    role: str = ""
    owner: str = "product-manager"
    policy: str = ""
    text: str = ""
    """Digest of the released text of the procedure that the job was made from."""
    opened_at: datetime | None = None
    due_at: datetime | None = None
    """The exact moment at which a job is due that counts in hours, and the one at which it opened; else None. Its `due` and
    `grace_end` are the day of that moment: it has no grace."""


# --- pages ---------------------------------------------------------------------------------------------------------


class Source(StrEnum):
    """The kinds of page that the bot keeps or watches; a data source on Notion, a parent page on Confluence."""

    USERS = "users"
    POLICIES = "policies"
    PROCEDURES = "procedures"
    JOBS = "jobs"
    NONCONFORMITIES = "nonconformities"
    DISCUSSION = "discussion"
    QUESTIONS = "questions"
    DECISIONS = "decisions"
    FINDINGS = "findings"
    REGISTER = "register"


Value = str | bool | int | float | datetime | Span | tuple[str, ...] | None
"""What a field holds: text, option, mail or address: str; checkbox: bool; number: int or float; date: Span (a single day has
no end); people: tuple of accounts; relation: tuple of page refs; several options: tuple of names; empty: None."""


class PageState(StrEnum):
    """Where a page stands. MOVED: it lives, but outside the place where the bot keeps pages of its kind."""

    LIVE = "live"
    TRASHED = "trashed"
    ARCHIVED = "archived"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Mark:
    """How the bot knows its own pages again. A copy made by a person carries the original's `page`, not its own."""

    installation: str
    workspace: str
    key: Key
    page: PageRef = ""
    v: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was observed. `fields` are keyed by the field ids of `isms_bot.layout`; times are the vendor's."""

    ref: PageRef
    source: Source
    title: str
    url: str = ""
    state: PageState = PageState.LIVE
    fields: Mapping[str, Value] = field(default_factory=dict)
    mark: Mark | None = None
    created_by: Account | None = None
    created_at: datetime | None = None
    edited_by: Account | None = None
    edited_at: datetime | None = None

    @property
    def is_original(self) -> bool:
        """True if the mark was written for this very page (a page still being prepared has no `page` in its mark)."""
        return self.mark is not None and self.mark.page in ("", self.ref)


class BlockKind(StrEnum):
    """What a block of a page is, as far as sign-off needs to know."""

    STEP = "step"
    TEXT = "text"
    HEADING = "heading"
    ROW = "row"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page in reading order.

    `author` and `at`: the account whose edit the vendor reports as the one that introduced the present value (on Notion: the
    last editor of the block), None where the vendor does not tell. `cells` only for ROW.
    """

    id: str
    kind: BlockKind
    text: str
    depth: int = 0
    checked: bool = False
    cells: tuple[str, ...] = ()
    author: Account | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as read. `author` is the account that created it, whatever name it displays; `at` is the vendor's time."""

    id: str
    text: str
    author: Account | None
    by_person: bool
    at: datetime
    discussion: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A page read whole: what sign-off, filing and the watch on records need.

    `text` is the canonical text (canon version in the digest), `digest` its sha256 with pages, people and files by id and
    bot-owned regions left out. `precision`: seconds by which the vendor's times may be too early (60 on Notion).
    `fuller_draft`: the platform holds an unpublished draft with more in it.
    """

    page: Page
    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...]
    text: str
    digest: str
    precision: int = 0
    attachments: tuple[str, ...] = ()
    fuller_draft: bool = False


# --- sign-off ------------------------------------------------------------------------------------------------------


class Signing(StrEnum):
    """What the facts of a page amount to."""

    NOTHING = "nothing"
    PARTIAL = "partial"
    """Some steps are ticked or lines filled; nobody's business before the due date."""
    TICKED = "ticked"
    """All steps are answered, no signature at all."""
    HALF_SIGNED = "half signed"
    """A signature is begun, incomplete, or below the required level."""
    UNCLEAR = "unclear"
    """The account behind the signature cannot be told to be the signer's: a polite question, never an accusation."""
    SOMEONE_ELSE = "someone else"
    """A person-made object or another name shows that somebody else signed."""
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Observed:
    """A value of the form, with who introduced it as far as it was seen. `field`: name, date, signature, comment,
    signed_by or signed_on. `own`: the object itself was created by the account (a comment); else blame of an edit."""

    field: str
    value: str
    account: Account | None
    at: datetime | None
    seen: datetime
    own: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """One accepted signature. `at`: the earliest provable moment, read in the signer's favour."""

    signer: RosterId
    level: Level
    at: datetime
    via: str
    done_on: date | None = None
    on_behalf_of: RosterId | None = None
    confirmed_by: RosterId | None = None
    """Who let a signature for somebody else count; None where nobody had to."""
    confirmed_at: datetime | None = None

    @property
    def stands_for(self) -> RosterId:
        """The person asked whose signature it is."""
        return self.on_behalf_of or self.signer


class Given(StrEnum):
    """How it stands with a signature that somebody gave for somebody else."""

    WAITING = "waiting"
    """The role owner has not answered it."""
    DECLINED = "declined"
    PERSONAL = "personal"
    """The job is each person's own: nobody can sign it for another."""


@dataclass(frozen=True, slots=True)
class Behalf:
    """A signature that `writer` gave for `principal` and that does not count, or not yet."""

    writer: RosterId
    principal: RosterId
    given: Given


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `isms_bot.signoff` makes of a page. `missing` and `reasons` are ids of sentences of the catalogue."""

    signing: Signing
    signatures: tuple[Signature, ...] = ()
    steps_done: int = 0
    steps_total: int = 0
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    at: datetime | None = None
    """When the last signature that was needed was given (SIGNED only)."""
    started: bool = False
    """A person has written something into the form."""
    other: RosterId | None = None
    """SOMEONE_ELSE: who it was, if that person is in the roster."""
    feedback: str = ""
    """What was written under the closing question."""
    behalf: tuple[Behalf, ...] = ()
    """Signatures "for …" that do not count, or not yet; none once the job is signed."""


# --- conversation and decisions ------------------------------------------------------------------------------------


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
