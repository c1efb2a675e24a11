"""What a pass may do, as values: decided by the rules, ordered and braked by `isms_bot.plan`, carried out by `isms_bot.effects`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from isms_bot.document import Document
from isms_bot.model import Contract, Key, Outcome, PageRef, RosterId, Value, Verdict


class Effect(StrEnum):
    """Classes of action, for the brakes: only accusing and destroying classes are braked by number."""

    CREATE = "create"
    NOTICE = "notice"
    SET = "set"
    RECORD = "record"
    NONCONFORMITY = "nonconformity"
    DISCUSS = "discuss"
    CLOSE = "close"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Open:
    """Open a job: freeze its contract, clone the procedure, hand it to its people. `person` for jobs of one person."""

    contract: Contract
    person: RosterId | None
    effect = Effect.CREATE

    @property
    def key(self) -> Key:
        """The occurrence key."""
        return self.contract.key


@dataclass(frozen=True, slots=True)
class Wait:
    """Write down that an occurrence waits, since those of its people who are `full` have as many open jobs as is allowed.
    `known`: that was written down before."""

    contract: Contract
    full: tuple[RosterId, ...]
    known: bool = False
    effect = Effect.SET

    @property
    def key(self) -> Key:
        """The occurrence key."""
        return self.contract.key


@dataclass(frozen=True, slots=True)
class Conclude:
    """Give an occurrence an outcome that needs no page of its own (waived, paused, cancelled, withdrawn, left)."""

    key: Key
    outcome: Outcome
    why: str
    schedule: str = ""
    nominal: date | None = None
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Amend:
    """Change a contract in the people's favour, or hand it over; `cause` happens once. `reply`: a sentence for the page."""

    key: Key
    cause: str
    due: date
    grace_end: date
    people: tuple[RosterId, ...]
    reply: str = ""
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Notify:
    """One message to one person: all steps that are due now, (key, step) each, the most urgent job first."""

    person: RosterId
    steps: tuple[tuple[Key, str], ...]
    day: date
    exempt: bool
    """Does not count for the weekly cap (a last warning, an urgent job)."""
    effect = Effect.NOTICE

    @property
    def key(self) -> Key:
        """The job on whose page the message is posted."""
        return self.steps[0][0]


@dataclass(frozen=True, slots=True)
class Reply:
    """One comment on a job's page, said once per `cause`. `to`: who is mentioned."""

    key: Key
    cause: str
    sentence: str
    to: tuple[RosterId, ...] = ()
    values: Mapping[str, str | date | tuple[str, ...]] = field(default_factory=dict, hash=False)
    effect = Effect.NOTICE


@dataclass(frozen=True, slots=True)
class Show:
    """Make fields of the bot's own page say what the ledger says; `values` as of `isms_bot.layout`, people as roster ids."""

    key: Key
    values: Mapping[str, Value] = field(hash=False)
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Record:
    """File a signed job under its policy item."""

    key: Key
    verdict: Verdict
    outcome: Outcome
    effect = Effect.RECORD


@dataclass(frozen=True, slots=True)
class Raise:
    """Raise a non-conformity for a missed occurrence. `to`: those concerned, and last the role that must act.
    `not_validly_signed`: everything was ticked and only the signature does not hold."""

    key: Key
    to: tuple[RosterId, ...]
    not_validly_signed: bool = False
    effect = Effect.NONCONFORMITY


@dataclass(frozen=True, slots=True)
class Discuss:
    """Put a miss of the introduction on its line of the discussion page."""

    key: Key
    line: str
    effect = Effect.DISCUSS


@dataclass(frozen=True, slots=True)
class Supersede:
    """Close the page of a missed job since the next occurrence has opened."""

    key: Key
    by: Key
    effect = Effect.CLOSE


@dataclass(frozen=True, slots=True)
class Read:
    """Read the job whole and fresh before anything is decided that somebody could feel."""

    key: Key
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Find:
    """Something that a person must look at. `about` identifies it within its kind; `to` are told."""

    kind: str
    about: str
    to: tuple[RosterId, ...] = ()
    values: Mapping[str, str | date] = field(default_factory=dict, hash=False)
    effect = Effect.FINDING

    @property
    def key(self) -> Key:
        """Identity of the finding, `<kind>/<about>`."""
        return f"{self.kind}/{self.about}"


@dataclass(frozen=True, slots=True)
class Admit:
    """Let these people, and nobody else, open a page of the private area. `key` of its mark."""

    key: Key
    page: PageRef
    people: tuple[RosterId, ...]
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Retract:
    """Say once that a non-conformity was our mistake; its number is kept and counts nowhere."""

    number: str
    key: Key
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Ask:
    """Turn what somebody wrote under the closing question into a row of Questions and ideas."""

    key: Key
    text: str
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Improve:
    """Propose to the owner of a procedure to improve it, as a row of Questions and ideas: `count` of `of` were not signed in
    time, people of one date (`together`) or occurrences of late. No names, not even roster ids."""

    key: str
    schedule: str
    nominal: date
    count: int
    of: int
    together: bool
    effect = Effect.SET


@dataclass(frozen=True, slots=True)
class Tell:
    """One comment on the page of a non-conformity, said once per `cause`. `job`: the key of the occurrence it is about."""

    number: str
    job: Key
    cause: str
    sentence: str
    to: tuple[RosterId, ...] = ()
    values: Mapping[str, str | date | tuple[str, ...]] = field(default_factory=dict, hash=False)
    effect = Effect.NOTICE

    @property
    def key(self) -> str:
        """The non-conformity by its number."""
        return self.number


@dataclass(frozen=True, slots=True)
class Settle:
    """Take in the status that somebody gave a non-conformity. `by`: who, None if that is nobody of the roster; `alone`: no
    second person was there to decide."""

    number: str
    job: Key
    status: str
    by: RosterId | None
    alone: bool = False
    effect = Effect.SET

    @property
    def key(self) -> str:
        """The non-conformity by its number."""
        return self.number


@dataclass(frozen=True, slots=True)
class PutBack:
    """Let a non-conformity show its status of before: what somebody set was not theirs to decide and has been passed on."""

    number: str
    status: str
    effect = Effect.SET

    @property
    def key(self) -> str:
        """The non-conformity by its number."""
        return self.number


@dataclass(frozen=True, slots=True)
class Monday:
    """What the week left with `person`, as of the Monday `week`: jobs long overdue with their working days, brakes that hold and
    other open findings by key, questions without an answer by page, non-conformities without an action by number."""

    person: RosterId
    week: date
    overdue: tuple[tuple[Key, int], ...] = ()
    held: tuple[Key, ...] = ()
    findings: tuple[Key, ...] = ()
    questions: tuple[PageRef, ...] = ()
    nonconformities: tuple[str, ...] = ()
    before: PageRef = ""
    """The page of an earlier week, to be closed; "" if none is open."""
    proposal: str = ""
    """The policy item that could come into force next; "" for none."""
    effect = Effect.NOTICE

    @property
    def silent(self) -> bool:
        """True if nobody sees anything of it: only that there was nothing to say this week is written down."""
        return not self.count and not self.before

    @property
    def key(self) -> Key:
        """Identity of the page."""
        return f"monday/{self.week.isoformat()}"

    @property
    def count(self) -> int:
        """How many lines there are; without one nothing is said, and only the page of an earlier week is closed."""
        lines = (self.overdue, self.held, self.findings, self.questions, self.nonconformities)
        return sum(map(len, lines)) + bool(self.proposal)


@dataclass(frozen=True, slots=True)
class Tally:
    """How the jobs of one procedure went during the introduction."""

    title: str
    in_time: int = 0
    late: int = 0
    missed: int = 0
    open: int = 0
    """Due and not signed yet, neither missed."""

    @property
    def due(self) -> int:
        """All of them."""
        return self.in_time + self.late + self.missed + self.open


@dataclass(frozen=True, slots=True)
class Preview:
    """Show `person` what it would mean if the introduction ended on `end`, `days` working days before. `asked`: how many jobs
    came with a question or complaint; `unanswered`: how many rows wait for an answer."""

    person: RosterId
    days: int
    end: date
    tallies: tuple[Tally, ...]
    asked: int
    unanswered: int
    effect = Effect.NOTICE

    @property
    def key(self) -> Key:
        """Identity of the page."""
        return f"introduction/{self.end.isoformat()}/{self.days}"


@dataclass(frozen=True, slots=True)
class Announce:
    """Give the team notice, on `day`, that the introduction ends: decided was `decided`, it has its effect after `last_day`."""

    decided: date
    last_day: date
    day: date
    people: tuple[RosterId, ...]
    effect = Effect.NOTICE

    @property
    def key(self) -> Key:
        """Identity of the page."""
        return f"introduction/ends/{self.decided.isoformat()}"


@dataclass(frozen=True, slots=True)
class Keep:
    """Let a page of the pack that the bot keeps say what it would say today: `key` is its id, `digest` that of its text."""

    key: str
    page: PageRef
    document: Document = field(hash=False)
    digest: str
    effect = Effect.SET


Action = (
    Open
    | Wait
    | Conclude
    | Amend
    | Notify
    | Reply
    | Show
    | Record
    | Raise
    | Discuss
    | Supersede
    | Read
    | Find
    | Admit
    | Retract
    | Ask
    | Improve
    | Tell
    | Settle
    | PutBack
    | Monday
    | Preview
    | Announce
    | Keep
)
