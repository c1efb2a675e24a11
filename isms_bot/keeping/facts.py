"""What kept pages speak of: promises, procedures, records and decisions of one workspace as values, and questions about them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from isms_bot.calendars import local_date
from isms_bot.history import History
from isms_bot.model import Key, Page, Person, RosterId, Schedule
from isms_bot.packs import Pack, PackPage

ALL = "all"
"""What is put into force when everything is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One workspace on one day.

    `pages` are the live pages of the pack by id; `jobs` the addresses of jobs by key; `reasons` the words of decisions by their
    id; `nonconformities` the pages of non-conformities by number; `holidays` those of the workspace.
    """

    today: date
    zone: str
    language: str
    pack: Pack
    history: History
    schedules: Mapping[str, Schedule]
    pages: Mapping[str, Page] = field(default_factory=dict)
    jobs: Mapping[Key, str] = field(default_factory=dict)
    roster: Mapping[RosterId, Person] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    nonconformities: Mapping[str, Page] = field(default_factory=dict)
    product_manager: str = ""
    holidays: str = ""
    left_out: frozenset[str] = frozenset()
    """Controls that people have said do not apply, on a page of their own."""

    # --- procedures and what they are promised by --------------------------------------------------------------------

    @property
    def procedures(self) -> tuple[PackPage, ...]:
        """The procedures of the pack, in its order."""
        return self.pack.of_kind("procedure")

    def procedure(self, page_id: str) -> PackPage | None:
        """A procedure by its id."""
        return next((page for page in self.procedures if page.id == page_id), None)

    @staticmethod
    def serves(procedure: PackPage, clauses: frozenset[str]) -> bool:
        """True if the procedure names one of these clauses or controls in its front matter."""
        controls = procedure.front.get("controls", ())
        return isinstance(controls, tuple) and bool(clauses.intersection(controls))

    def promised_by(self, procedure: PackPage) -> tuple[Schedule, ...]:
        """Schedules by which the procedure falls due; none for one that waits for an event."""
        names = {procedure.id, procedure.title}
        if procedure.id in self.pages:
            page = self.pages[procedure.id]
            names |= {page.ref, page.url}
        return tuple(one for _, one in sorted(self.schedules.items()) if one.procedure in names)

    # --- in force ------------------------------------------------------------------------------------------------------

    def applies(self, item: str) -> bool:
        """False for a policy item that people set to "No" or took away."""
        return self.history.items.get(item, ("Yes", True))[0] not in ("No", "taken away")

    def since(self, *names: str) -> date | None:
        """The day since which the first of these (schedules, policy items) that was activated is in force; None if none is yet."""
        activated = self.history.activated
        on = next((activated[name] for name in (*names, ALL) if name and name in activated), None)
        return on if on is not None and on <= self.today else None

    def in_force(self, procedure: PackPage) -> date | None:
        """The day since which somebody is promised to do the procedure, None if nobody is."""
        found = [
            on
            for one in self.promised_by(procedure)
            if self.applies(one.policy) and (on := self.since(one.id, *one.was, one.policy)) is not None
        ]
        if not found and procedure.text("trigger") and self.applies(procedure.text("policy")):
            on = self.since(procedure.text("policy"))
            return on
        return min(found, default=None)

    # --- records -------------------------------------------------------------------------------------------------------

    def records(self, procedure: PackPage) -> tuple[tuple[date, Key], ...]:
        """The records of a procedure with the day on which they were signed, the oldest first."""
        page = self.pages.get(procedure.id)
        names = {procedure.id, page.ref if page else procedure.id}
        found = (
            (self.day_of(key), key)
            for key in self.history.records
            if (contract := self.history.contracts.get(key)) is not None and contract.procedure in names
        )
        return tuple(sorted(found))

    def day_of(self, key: Key) -> date:
        """The day on which a record was signed; its due day where the ledger does not say."""
        signed = self.history.signed.get(key)
        return local_date(signed, self.zone) if signed is not None else self.history.promise(key).due

    def is_private(self, procedure: PackPage) -> bool:
        """True if records of the procedure are nobody else's business: they are named by key, day and outcome only."""
        return procedure.front.get("private") is True

    # --- people --------------------------------------------------------------------------------------------------------

    def holders(self, role: str) -> tuple[Person, ...]:
        """Who holds a role today; everybody of the team is a team member."""
        return tuple(
            person
            for _, person in sorted(self.roster.items())
            if person.active(self.today) and (role == "team-member" or role in person.roles)
        )

    def name(self, person: RosterId | None) -> str | None:
        """The name of somebody of the roster."""
        return self.roster[person].name if person is not None and person in self.roster else None

    def role(self, role: str) -> str:
        """A role in words."""
        return self.roles.get(role, role).lower()

    def items(self) -> Iterator[tuple[str, str]]:
        """(id, title) of the policy items, in the order of the pack; the title is what people see."""
        for page in self.pack.of_kind("policy"):
            yield page.id, self.pages[page.id].title if page.id in self.pages else page.title
