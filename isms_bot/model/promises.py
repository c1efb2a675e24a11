"""What is promised and what becomes of it: schedules, contracts, phases, outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from isms_bot.model.durations import Duration, Rule, Unit
from isms_bot.model.identity import Key, RosterId

_TEN_WORKING_DAYS = Duration(10, Unit.WORKING_DAY)


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
    lead: Duration = _TEN_WORKING_DAYS
    grace: Duration = _TEN_WORKING_DAYS
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
    private: bool = False
    """The job and its record stay in the private area, and nothing elsewhere says more of them than procedure, key and dates."""
    opened_at: datetime | None = None
    due_at: datetime | None = None
    """The exact moment at which a job is due that counts in hours, and the one at which it opened; else None. Its `due` and
    `grace_end` are the day of that moment: it has no grace."""
