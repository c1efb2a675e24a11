"""What every effect of one pass works with, and the words it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from isms_bot import texts
from isms_bot.calendars import local_date
from isms_bot.document import Document, Quote
from isms_bot.ledger import Draft as Row
from isms_bot.lifecycle import View
from isms_bot.lifecycle.actions import Find
from isms_bot.markdown import fill, parse
from isms_bot.model import (
    Account,
    Contract,
    Key,
    Link,
    Mention,
    Message,
    Page,
    PageRef,
    RosterId,
    Snapshot,
    Source,
    Value,
)
from isms_bot.observatory import Observatory
from isms_bot.workspace import Workspace

OBJECTIVE = "pack/objective"
"""Key of the page that says what all this is for; every notice links to it."""


@dataclass(slots=True)
class Pass:
    """One pass: its id, its business time, the view it decided on, and what its effects found on the way."""

    workspace: Workspace
    observatory: Observatory
    view: View
    id: int
    found: list[Find] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    snapshots: dict[PageRef, Snapshot] = field(default_factory=dict)
    made: set[PageRef] = field(default_factory=set)
    """Pages whose copying was seen to end well in this very pass."""
    done: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The business time of the pass."""
        return self.view.now

    def append(self, kind: str, key: str, body: Mapping[str, Any]) -> None:
        """Add one row to the ledger."""
        self.workspace.append(Row(kind, key, body), at=self.now, pass_id=self.id)

    def note(self, kind: str, key: str, page: Page | None = None, detail: Mapping[str, Any] | None = None) -> None:
        """Remember what the pass did, for `undo` and for the summary."""
        self.done[kind] = self.done.get(kind, 0) + 1
        self.workspace.store.note_action(self.id, kind, key, page.ref if page else "", dict(detail or {}))

    # --- pages -------------------------------------------------------------------------------------------------------

    def job_page(self, key: Key) -> Page | None:
        """The page of a job as last seen."""
        ref = self.workspace.history.pages.get(key)
        return self.observatory.pages[Source.JOBS].get(ref) if ref else None

    def show(self, page: Page, fields: Mapping[str, Value]) -> Page:
        """Write fields of a page of ours that differ from what it shows; no call if none does."""
        differing = {name: value for name, value in fields.items() if page.fields.get(name) != value}
        if not differing and page.mark is not None and page.mark.page:
            return page
        updated = self.workspace.connector.update(page, differing)
        self.observatory.keep([updated])
        return updated

    def policy_page(self, item: str) -> PageRef | None:
        """The page of a policy item by its id."""
        return next(
            (page.ref for page in self.observatory.live(Source.POLICIES) if page.fields.get("item") == item), None
        )

    def accounts(self, people: tuple[RosterId, ...]) -> tuple[Account, ...]:
        """The accounts of these people, those who have one."""
        roster = self.view.roster
        return tuple(
            account for person in people if person in roster and (account := roster[person].account) is not None
        )

    # --- words ---------------------------------------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """The language of pages and messages."""
        return self.workspace.language

    def day(self, day: date) -> str:
        """A day in words, with the year if it is another one."""
        return texts.day(day, self.language, self.now.date())

    def due(self, contract: Contract) -> str:
        """When a job is due, in words: the day, and the time of day where it counts in hours."""
        if contract.due_at is None:
            return self.day(contract.due)
        local = contract.due_at.astimezone(ZoneInfo(self.view.zone_of(contract.people)))
        return texts.moment(local, self.language, self.now.date())

    def name(self, person: RosterId | None) -> str:
        """A person's name; the product manager's, as configured, if nobody is known."""
        if person is not None and person in self.view.roster:
            return self.view.roster[person].name
        return self.workspace.config.product_manager

    @property
    def product_manager(self) -> str:
        """The product manager's name, as text: not every notice shall call that person."""
        return self.name(self.view.product_manager)

    def mention(self, person: RosterId | None) -> Mention | str:
        """The person as a mention where there is an account, else the name. Nobody is called who is away, or no longer in the
        team: what is said stays on the page for when that person looks at it."""
        known = self.view.roster.get(person or "")
        if known is None or known.account is None:
            return self.name(person)
        today = local_date(self.now, known.zone)
        return known.name if known.is_away(today) or not known.active(today) else Mention(known.account)

    def mentions(self, people: tuple[RosterId, ...]) -> Message | str:
        """Several people, as mentions in a list."""
        parts = [(known,) if isinstance(known, Mention) else known for known in map(self.mention, people)]
        if not parts:
            return self.product_manager
        messages = [part if isinstance(part, tuple) else texts.message("title.finding", what=part) for part in parts]
        return texts.joined(*messages, between=", ")

    def role(self, role: str) -> str:
        """A role in words, as the pack calls it."""
        return self.workspace.config.roles.get(role, role).lower()

    def promise_of(self, item: str) -> str:
        """The promise of a policy item in the words of the pack: the first quotation on its page; "" if there is none."""
        pack = self.workspace.config.pack
        page = next((page for page in pack.pages if page.id == item), None) if pack else None
        nodes = parse(page.body).nodes if page else ()
        return next(("".join(run.text for run in node.runs) for node in nodes if isinstance(node, Quote)), "")

    def objective(self) -> Link | str:
        """The page of the objective, as a link."""
        page = self.observatory.by_key(Source.POLICIES).get(OBJECTIVE)
        return Link(page.title, page.url) if page else "the objective of our policy"

    def private(self, key: Key) -> bool:
        """True for a private job."""
        contract = self.workspace.history.contracts.get(key)
        return contract is not None and contract.private

    def job_title(self, contract: Contract) -> str:
        """The title that a job is made with: its procedure and period."""
        return texts.say("title.job", self.language, procedure=contract.title, period=self.period(contract))

    def job_link(self, key: Key) -> Link | str:
        """A job by its title, as a link; a private one by the title that it was made with, whatever people made of it."""
        page = self.job_page(key)
        if page is None:
            return key
        private = self.private(key)
        return Link(self.job_title(self.workspace.history.contracts[key]) if private else page.title, page.url)

    def related(self, name: str, page: Page | None, *, private: bool = False) -> dict[str, Value]:
        """The relation `name` to a page, for a row that is private itself or not: none leads from open rows into the private
        area, since whoever cannot open the page would meet it there."""
        return {name: (page.ref,)} if page is not None and page.private is private else {}

    def procedure_page(self, contract: Contract) -> Page | None:
        """The page of the procedure that a job was made from."""
        ref = self.workspace.history.procedures.get(contract.schedule)
        return self.observatory.pages[Source.PROCEDURES].get(ref) if ref else None

    def minutes(self, contract: Contract) -> int:
        """How long the procedure says that it takes."""
        page = self.procedure_page(contract)
        said = page.fields.get("minutes") if page else None
        return int(said) if isinstance(said, int | float) and not isinstance(said, bool) else 30

    def period(self, contract: Contract) -> str:
        """The period that a job is for, in words."""
        schedule = self.view.schedules.get(contract.schedule)
        return texts.period(contract.nominal, schedule, self.language) if schedule else contract.nominal.isoformat()

    def document(self, page_id: str, values: Mapping[str, Any]) -> Document:
        """A page that the bot writes itself, filled in."""
        document = parse(texts.page(page_id, self.language))
        return fill(document, {"product_manager": self.product_manager, "objective": self.objective(), **values})
