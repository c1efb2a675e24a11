"""What is known now: the state that rows of the ledger are folded into, and the questions that rules ask of it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from isms_bot.history.rows import Body
from isms_bot.model import (
    Contract,
    Decision,
    Key,
    Outcome,
    PageRef,
    RosterId,
    Span,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One step of a ladder that was sent. `delivered`: True posted, False not posted, None not known (never sent again)."""

    step: str
    person: RosterId
    day: date
    delivered: bool | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of a contract in the person's favour, or of the people it is with; `cause` makes it happen only once."""

    cause: str
    due: date
    grace_end: date
    people: tuple[RosterId, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The status that people gave a non-conformity, and since when."""

    status: str
    since: date
    by: RosterId | None = None


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """The rules of a workspace as accepted on a day: schedule id to its canonical form."""

    day: date
    digest: str
    schedules: Mapping[str, Body]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An occurrence that could not open when it was to: its schedule and nominal date, the day on which it would have been due, and
    whose it is if it is personal."""

    schedule: str
    nominal: date
    due: date
    person: RosterId | None = None


@dataclass(frozen=True, slots=True)
class Attestation:
    """That somebody attested on a day that outsiders cannot open the private area. `inside`: who was to be able to open it then,
    `by_role`: those of them who were so by a role and not by a job alone."""

    day: date
    inside: tuple[RosterId, ...]
    by_role: tuple[RosterId, ...]


@dataclass(slots=True)
class History:
    """The fold. Every mapping is keyed by the occurrence key unless its name says otherwise."""

    people: dict[PageRef, RosterId] = field(default_factory=dict)
    rules: list[RuleVersion] = field(default_factory=list)
    rule_since: dict[str, date] = field(default_factory=dict)
    """Schedule id to the day after which nominal dates count for its present rule."""
    activated: dict[str, date] = field(default_factory=dict)
    """Schedule, policy item or "all" to the day on which it came or comes into force."""
    floors: dict[str, date] = field(default_factory=dict)
    """Schedule id to the day before which nothing of it is due, settled when it came into force by itself."""
    procedures: dict[str, PageRef] = field(default_factory=dict)
    """Schedule id to the page of its procedure, resolved once."""
    adopted: dict[Key, PageRef] = field(default_factory=dict)
    """Key of a page of the pack to the page of the team's own that holds its text."""
    decided_end: date | None = None
    """Last day of the introduction as it was decided; it has its effect once the team was told."""
    announced_for: date | None = None
    """The decided end that the team was told."""
    introduction_end: date | None = None
    """Last day of the introduction, as announced."""
    contracts: dict[Key, Contract] = field(default_factory=dict)
    latest: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    """Schedule id to the nominal dates opened so far, ascending."""
    dates: dict[tuple[str, date], list[Key]] = field(default_factory=lambda: defaultdict(list))
    """(schedule, nominal date) to the jobs that were opened for it."""
    ran: Counter[tuple[str, RosterId]] = field(default_factory=Counter)
    """(procedure, person) to the number of runs; what was waived, paused, cancelled or withdrawn was none."""
    waiting: dict[Key, Waiting] = field(default_factory=dict)
    """Occurrences that had to wait because their people had enough to do, whatever came of them."""
    pages: dict[Key, PageRef] = field(default_factory=dict)
    policies: dict[Key, Mapping[str, str]] = field(default_factory=dict)
    """Which text (digest) of which policy item a job asks its people to confirm."""
    amendments: dict[Key, list[Amendment]] = field(default_factory=dict)
    outcomes: dict[Key, Outcome] = field(default_factory=dict)
    missed: dict[Key, Outcome] = field(default_factory=dict)
    """Keys whose miss was noted (nonconformity or introduction), whatever came of the occurrence afterwards."""
    superseded: dict[Key, Key] = field(default_factory=dict)
    numbers: dict[Key, str] = field(default_factory=dict)
    """Key of a missed occurrence to the number of its non-conformity."""
    raised: dict[str, PageRef] = field(default_factory=dict)
    """Number of a non-conformity to its page."""
    raised_on: dict[str, date] = field(default_factory=dict)
    retracted: set[str] = field(default_factory=set)
    standing: dict[str, Standing] = field(default_factory=dict)
    """Number of a non-conformity to what people made of it; one that nobody has touched is open and not in here."""
    notices: dict[Key, list[Sent]] = field(default_factory=dict)
    messages: dict[RosterId, list[date]] = field(default_factory=lambda: defaultdict(list))
    """Person to the days on which a message went out, last warnings left out."""
    told: dict[RosterId, date] = field(default_factory=dict)
    """Person to the last day on which any message went out."""
    owed_mail: dict[str, Body] = field(default_factory=dict)
    """Token of a notice that was not mailed for sure, to its row: it may still go out on its day."""
    unsure_mail: set[RosterId] = field(default_factory=set)
    """People of whose last mail nobody knows whether the server took it."""
    replies: set[tuple[Key, str]] = field(default_factory=set)
    observed: dict[Key, list[Body]] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    """Id of a decision to the commitment of its reason."""
    outages: list[Span] = field(default_factory=list)
    findings: dict[str, PageRef] = field(default_factory=dict)
    """Open findings: `<kind>/<subject>` to the page that says so ("" until it is made)."""
    questions: dict[str, PageRef] = field(default_factory=dict)
    improvements: dict[str, PageRef] = field(default_factory=dict)
    """Key of a proposal to improve a procedure to its row of Questions and ideas."""
    improved: dict[str, date] = field(default_factory=dict)
    """Schedule id to the latest nominal date that such a proposal is about."""
    discussion: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    """`<schedule>/<nominal>` to the occurrences on that line of the discussion page."""
    records: dict[Key, str] = field(default_factory=dict)
    """Key of a record to the canonical digest it was filed with."""
    signed: dict[Key, datetime] = field(default_factory=dict)
    """Key of a record to the moment at which it was signed."""
    altered: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Key of a record to the digests it was seen with after it was filed."""
    items: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Policy item that was noted not to apply, or to apply again, to (what its row said, whether a reason was given)."""
    set_by: dict[str, tuple[RosterId | None, date | None]] = field(default_factory=dict)
    """Such an item to who set it so (None: nobody of the roster) and the day on which that was noted (None: an older row)."""
    kept: dict[Key, str] = field(default_factory=dict)
    """The commitment of a record's words as they were read last."""
    digests: dict[date, PageRef] = field(default_factory=dict)
    """Monday to the page with what that week left to whoever looks after the ISMS; "" where nothing was left."""
    previews: dict[str, PageRef] = field(default_factory=dict)
    """Key of a look ahead at the end of the introduction to its page."""
    attested: Attestation | None = None
    """The latest attestation that outsiders cannot open the private area."""
    lost_before: date | None = None
    """Nothing due before this day is ever held against anybody: the ledger does not know what was promised then."""
    seq: int = 0

    def promise(self, key: Key) -> Contract:
        """The contract with its amendments applied. Raises KeyError for a key that was never opened."""
        contract = self.contracts[key]
        amendments = self.amendments.get(key)
        if not amendments:
            return contract
        last = amendments[-1]
        # A day that moved leaves nothing of a moment: it ends at midnight, in the people's favour.
        due_at = contract.due_at if last.due == contract.due else None
        return replace(contract, due=last.due, grace_end=last.grace_end, people=last.people, due_at=due_at)

    def causes(self, key: Key) -> frozenset[str]:
        """Causes of amendments that have had their effect already."""
        return frozenset(amendment.cause for amendment in self.amendments.get(key, ()))

    def unfinished(self) -> Iterable[Key]:
        """Occurrences that still matter: without an outcome, or missed and still signable."""
        for key in self.contracts:
            outcome = self.outcomes.get(key)
            if outcome is None or (key in self.missed and outcome == self.missed[key] and key not in self.superseded):
                yield key

    def still_waiting(self) -> dict[Key, Waiting]:
        """Occurrences that wait now: neither opened nor concluded, for themselves or for everybody."""
        return {
            key: one
            for key, one in self.waiting.items()
            if key not in self.contracts
            and not {key, f"{one.schedule}/{one.nominal.isoformat()}"} & self.outcomes.keys()
        }

    def outcome(self, key: Key) -> Outcome:
        """The outcome of an occurrence, OPEN while it has none."""
        return self.outcomes.get(key, Outcome.OPEN)
