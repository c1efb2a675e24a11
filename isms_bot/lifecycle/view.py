"""What the rules look at: everything known about one workspace at one instant, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from isms_bot.history import History
from isms_bot.model import (
    Account,
    Completion,
    Contract,
    Decision,
    Key,
    Page,
    PageRef,
    PageState,
    Person,
    RosterId,
    Schedule,
    Span,
    Verdict,
    WorkCalendar,
)

FILING_WAIT = timedelta(minutes=15)
"""A signed page is filed after this long without an edit, so that people can finish (people's rule 5)."""


class ProcedureState(StrEnum):
    """Whether jobs may be made from a procedure now. All but READY and WAITING are findings."""

    READY = "ready"
    WAITING = "waiting"
    """Edited less than an hour ago: not released yet, nothing is wrong."""
    REWRITING = "being-rewritten"
    EMPTY = "empty"
    NO_FORM = "no-form"
    TRASHED = "trashed"
    MISSING = "missing"
    HELD = "private-held"
    """Private, and there is no private area, or nobody has attested that it is closed: nothing is made from it in the open."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as far as openings need it. `text`: the page that it is copied from, where that is a page of the team's own."""

    id: str
    page: PageRef
    title: str
    state: ProcedureState
    url: str = ""
    text: PageRef = ""
    private: bool = False
    """Jobs made from it, and their records, are private."""


@dataclass(frozen=True, slots=True)
class Job:
    """An opened occurrence: its contract with amendments applied, its page as last seen, and what was made of it.

    `frozen` is the contract as it was when the job opened. `page` None: not made yet, or not seen since the cache was lost.
    `read_at` equal to the view's `now` means: read whole and fresh in this very pass.
    """

    contract: Contract
    frozen: Contract
    page: Page | None = None
    verdict: Verdict | None = None
    read_at: datetime | None = None
    copies_filled: bool = False
    """A copy made by a person carries what the original lacks."""
    fuller_draft: bool = False
    """Somebody has an unpublished draft of the page with more in it."""

    @property
    def key(self) -> Key:
        """The occurrence key."""
        return self.contract.key

    @property
    def state(self) -> PageState:
        """Where the page stands; LIVE while there is none."""
        return self.page.state if self.page else PageState.LIVE


@dataclass(frozen=True, slots=True)
class PrivatePage:
    """A page of the bot in the private area: what its audience follows from. `key` of its mark."""

    ref: PageRef
    key: str
    roles: frozenset[str]
    people: tuple[RosterId, ...] = ()


@dataclass(frozen=True, slots=True)
class PrivateArea:
    """What there is of a private area. `exposed` are keys of private pages that stand outside of it. `wanted`: the pack has private pages; `there`: it has places; `restricts`: the platform
    restricts single pages; `roles`: those that its pages name; `missing`: how many of the pack's private pages are not there.
    `pages` are the pages in it; `admitted`: page to the accounts that were let in last, as far as that is remembered."""

    wanted: bool = False
    there: bool = False
    restricts: bool = False
    roles: frozenset[str] = frozenset()
    missing: int = 0
    exposed: tuple[str, ...] = ()
    pages: tuple[PrivatePage, ...] = ()
    admitted: Mapping[PageRef, frozenset[Account]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """One workspace at one instant.

    `schedules` are those in force; `anchors` their resolved starts (schedule id to date; absent: not active). `stopped` holds
    ids of schedules whose policy item does not apply. `jobs` are the occurrences that still matter: without an outcome, or
    missed and still signable. `trusted` False: host clock and vendor clock are apart; nobody is held to anything.
    """

    now: datetime
    zone: str
    calendar: WorkCalendar
    schedules: Mapping[str, Schedule]
    anchors: Mapping[str, date]
    procedures: Mapping[str, Procedure]
    """By schedule id."""
    roster: Mapping[RosterId, Person]
    jobs: Mapping[Key, Job]
    history: History
    product_manager: RosterId | None = None
    deputy: RosterId | None = None
    bot: Account | None = None
    stopped: frozenset[str] = frozenset()
    trusted: bool = True
    events: Mapping[str, Schedule] = field(default_factory=dict)
    """Event that the roster tells ("leaver", "joiner") to what its jobs are made by."""
    occasions: Mapping[str, Schedule] = field(default_factory=dict)
    """Id of a procedure without a schedule to the one that is lent for its job, where somebody asks for one."""
    introductions: Mapping[str, date] = field(default_factory=dict)
    """Policy item to the last day of its own introduction, where it has one."""
    nonconformities: Mapping[str, Page] = field(default_factory=dict)
    """Number of a non-conformity to its page as last seen."""
    earliest_end: date | None = None
    """The configured earliest end of the introduction."""
    roles: frozenset[str] = frozenset()
    """Roles that the pack names."""
    questions: tuple[Page, ...] = ()
    """Live rows of Questions and ideas, as last seen."""
    kept: tuple[Page, ...] = ()
    """Live pages of promises and procedures."""
    token_expires: date | None = None
    rollout: tuple[str, ...] = ()
    """Policy items in the order in which they come into force, without those that do not apply or not yet."""
    clean_cycles: int = 1
    """How many completed occurrences of each of its schedules an item has before the next one is proposed."""
    most_open: int | None = None
    """How many open jobs a person has at most before others wait; None for no limit."""
    area: PrivateArea = field(default_factory=PrivateArea)

    def holders(self, role: str, day: date) -> tuple[Person, ...]:
        """Active people with `role` on `day`, by roster id. Everybody of the team is a team member."""
        return tuple(
            person
            for _, person in sorted(self.roster.items())
            if person.active(day) and (role == "team-member" or role in person.roles)
        )

    def calendar_of(self, people: tuple[RosterId, ...]) -> WorkCalendar:
        """Whose working days count for a job: the first person's, the workspace's where nobody is known."""
        for person in people:
            if person in self.roster:
                return self.roster[person].works
        return self.calendar

    def zone_of(self, people: tuple[RosterId, ...]) -> str:
        """In whose zone the days of a job end."""
        for person in people:
            if person in self.roster:
                return self.roster[person].zone
        return self.zone

    def introduction_end(self, policy: str) -> date | None:
        """Last day of the introduction for a policy item: of the ISMS or of the item, the later; None while undecided,
        and until the team was told."""
        end, decided = self.history.introduction_end, self.history.decided_end
        if end is not None and decided is not None:
            end = max(end, decided)
        own = self.introductions.get(policy)
        return max(end, own) if end is not None and own is not None else end

    def decisions(self, *kinds: str) -> tuple[Decision, ...]:
        """Accepted decisions of these kinds, in the order they were made."""
        return tuple(decision for decision in self.history.decisions.values() if decision.kind in kinds)

    def forgiven(self, contract: Contract) -> bool:
        """True for what was promised before the ledger was lost: it is never held against anybody."""
        lost = self.history.lost_before
        return lost is not None and contract.nominal_due < lost


def needed(completion: Completion, quorum: int, people: int) -> int:
    """How many of `people` must sign."""
    wanted = {Completion.ALL: people, Completion.QUORUM: min(quorum, people)}
    return wanted.get(completion, min(1, people))


def overlapping(spans: tuple[Span, ...], day: date) -> Span | None:
    """The first span that covers `day`, if any."""
    return next((span for span in spans if span.covers(day)), None)
