"""From what was observed to what the rules look at: the roster, decisions, rules, outages and readings of one pass.

Whatever is accepted here for the first time goes to the ledger: roster ids, decisions, rule versions, outages, activations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from isms_bot import areas, items, records
from isms_bot import roster as rosters
from isms_bot.calendars import add_working_days, local_date
from isms_bot.history import activated_body, decision_body
from isms_bot.ledger import Draft as Row
from isms_bot.lifecycle import Job, PrivateArea, ProcedureState, View, activation
from isms_bot.lifecycle.actions import Find
from isms_bot.lifecycle.ending import NOTICE
from isms_bot.lifecycle.occasions import pending
from isms_bot.lifecycle.people import confirmers, deciders, may_decide, role_of
from isms_bot.lifecycle.privacy import all_inside, circle, usable
from isms_bot.model import (
    Account,
    Decision,
    DecisionKind,
    Key,
    Page,
    PageRef,
    PageState,
    Person,
    RosterId,
    Schedule,
    Source,
    Span,
    WorkCalendar,
)
from isms_bot.observatory import Observatory
from isms_bot.outlook.accepting import Accepting
from isms_bot.procedures import Procedures
from isms_bot.reading import Reader
from isms_bot.workspace import Workspace, token_of

APART = timedelta(minutes=2)
"""Host clock and vendor clock further apart than this: nobody is held to anything."""
REREAD = timedelta(hours=1)
"""A job is not read again within this time unless it changed."""
SOON, REREAD_SOON = 2, timedelta(minutes=10)
"""A job that is overdue or due within this many working days is read again after this time: a signing comment alone may not
change the time of its page."""
LONG_UNREAD = timedelta(hours=12)
"""A job that was not read for this long goes before all others, so that no number of urgent ones keeps it waiting for ever."""


class Outlook:
    """One pass's picture of one workspace."""

    def __init__(self, workspace: Workspace, watch: Observatory, now: datetime, found: list[Find]) -> None:
        self.workspace, self.watch, self.now = workspace, watch, now
        self._found = found
        self._history = workspace.history
        config = workspace.config
        self.today = local_date(now, config.timezone)
        self._defaults = rosters.RosterDefaults(config.timezone, config.calendar, config.language)
        self.roster: dict[RosterId, Person] = {}
        self.product_manager: RosterId | None = None
        self.deputy: RosterId | None = None
        self._bot: Account | None = None
        self._held_back: frozenset[str] = frozenset()
        self.procedures = Procedures(workspace, watch, now)
        self._own, self._copies = watch.jobs(workspace.store.installation(), workspace.name)
        self._read_now: set[Key] = set()
        self._private = areas.Area(workspace, watch)
        self._accepting = Accepting(workspace, watch, now, found)
        vendor = workspace.connector.now()
        self._trusted = workspace.on_sandbox or vendor is None or abs(workspace.clock.now() - vendor) <= APART

    # --- accepting -----------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Take in roster, rules, outages and decisions; what is new goes to the ledger."""
        self._bot = next((page.created_by for page in self._marked() if page.created_by), None)
        self._accept_roster()
        self._accepting.to = tuple(person for person in (self.product_manager,) if person)
        self._held_back = self._accepting.rules()
        self.procedures.closed = usable(self._bare_view())
        self._accepting.outage()
        self._accept_decisions()
        self._accepting.items(self.roster)

    def _marked(self) -> Iterable[Page]:
        installation = self.workspace.store.installation()
        for source in (Source.POLICIES, Source.PROCEDURES, Source.JOBS):
            for page in self.watch.pages[source].values():
                if page.mark is not None and page.is_original and page.mark.installation == installation:
                    yield page

    def _accept_roster(self) -> None:
        accepted = {page.ref: page for page in self.watch.accepted()}
        self._name_people({**accepted} or {page.ref: page for page in self.watch.live(Source.USERS)})
        entitled = frozenset(
            account
            for account in (self._bot, *(self._account(person) for person in (self.product_manager, self.deputy)))
            if account
        )
        rows = [page for page in self.watch.live(Source.USERS) if page.title.strip() or page.fields.get("account")]
        counting, refused = rosters.accept(rows, accepted, entitled)
        for ref in sorted(counting, key=lambda ref: (str(counting[ref].created_at), ref)):
            self.workspace.give_roster_id(ref, self.now)
        self.watch.accept(counting.values())
        self._name_people(counting)
        for change in refused:
            to = tuple(person for person in (self.product_manager,) if person)
            values = {"author": self._name(change.by), "details": ", ".join(change.fields), "role": "product-manager"}
            self._found.append(Find("roster-change-not-allowed", change.page.ref, to, values))
        for account, people in rosters.shared_accounts(
            rosters.people(counting.values(), self._history, self._defaults)
        ).items():
            values = {"account": account, "items": ", ".join(people)}
            self._found.append(Find("duplicate-account", token_of(account), (), values))

    def _name_people(self, rows: dict[str, Page]) -> None:
        self.roster = rosters.unique_accounts(rosters.people(rows.values(), self._history, self._defaults))
        config = self.workspace.config
        self.product_manager = self._person(config.product_manager)
        self.deputy = self._person(config.deputy)

    def _person(self, named: str | None) -> RosterId | None:
        """Who the configuration means: by account, mail address or name."""
        return rosters.named(named, self.roster.values())

    def _account(self, person: RosterId | None) -> Account | None:
        return self.roster[person].account if person in self.roster else None

    def _name(self, account: Account | None) -> str:
        return next((person.name for person in self.roster.values() if person.account == account), "somebody")

    def _accept_decisions(self) -> None:
        keys = {ref: key for key, ref in self._history.pages.items()}
        for row in self.watch.live(Source.DECISIONS):
            if row.ref in self._history.decisions:
                self._compare(row, self._history.decisions[row.ref], keys)
                continue
            if row.edited_at is not None and self.now - row.edited_at < rosters.ROW_WAIT:
                continue
            decision = rosters.decision(row, self.roster, keys)
            if decision is None:
                continue
            if decision.kind is DecisionKind.ACTIVATE:
                if decision.about not in items.can_activate(self.workspace, self.watch):
                    to = tuple(person for person in (self.product_manager,) if person)
                    self._found.append(Find("activation-unknown", row.ref, to, {"about": decision.about}))
                    continue
                if decision.about == activation.NEXT:
                    decision = replace(
                        decision, about=items.coming(self.workspace, self.watch, self.today) or activation.NEXT
                    )
            if decision.kind is DecisionKind.START:
                meant = self.called(decision.about)
                if meant is None:
                    to = tuple(person for person in (decision.by,) if person)
                    self._found.append(Find("start-unknown", row.ref, to, {"about": decision.about}))
                    continue
                decision = replace(decision, about=meant.id)
            self.decide(decision)

    def called(self, named: str) -> Schedule | None:
        """What a job of this name is opened by: the schedule with this id, or whose procedure has this id or title, else the one
        that is lent for the procedure; None if there is no such procedure in the wiki."""
        schedules = [one for one in self.workspace.config.schedules if one.id not in self._held_back]
        used = self.procedures.states(schedules, self._bot)
        for schedule in schedules:
            procedure = used[schedule.id]
            if named in (schedule.id, procedure.id, procedure.title) and procedure.state is not ProcedureState.MISSING:
                return schedule
        return self.procedures.called(named)

    def _compare(self, row: Page, decided: Decision, keys: Mapping[PageRef, str]) -> None:
        """A row that somebody changed after it was taken in is a finding: what was decided holds."""
        if not rosters.says_something_else(row, decided, keys):
            return
        days = (("from", decided.start), ("until", decided.until))
        said = ", ".join([decided.kind.value, decided.about, *(f"{word} {day}" for word, day in days if day)])
        values = {"author": self._name(row.edited_by), "details": said}
        to = tuple(person for person in (self.product_manager,) if person)
        self._found.append(Find("decision-changed", row.ref, to, values))

    def decide(self, decision: Decision) -> bool:
        """Accept a decision if its author may make it: True, and it is in the ledger. Else a finding says whose it is."""
        view = self.view()
        counts, alone = may_decide(decision, view)
        if not counts:
            author = self.roster[decision.by].name if decision.by in self.roster else "somebody"
            to = deciders(decision, view)[:1]
            role = role_of(to[0] if to else None, view)
            values = {"author": author, "decision": decision.kind.value, "role": role}
            self._found.append(Find("decision-not-allowed", decision.id, to, values))
            return False
        if alone:
            decision = replace(decision, no_second_person=True)
            self._found.append(Find("no-second-person", decision.id, (), {"page": decision.about}))
        why = self.workspace.commit(decision.why, rule="decisions", subject=decision.by, on=self.today)
        rows = [Row("decided", decision.about, decision_body(decision, why))]
        if decision.kind is DecisionKind.ACTIVATE and decision.about != activation.NEXT:
            rows.extend(self._activated(decision))
        if decision.kind is DecisionKind.END_INTRODUCTION:
            rows.append(Row("introduction", "", {"last_day": self._last_day(decision).isoformat()}))
        if decision.kind is DecisionKind.ATTEST_PRIVATE:
            view = self.view()
            inside, by_role = (list(people) for people in (all_inside(view), circle(view)))
            rows.append(Row("attested", "", {"on": self.today.isoformat(), "inside": inside, "by_role": by_role}))
        self.workspace.append(*rows, at=self.now)
        self.procedures.closed = usable(self._bare_view())
        return True

    def _activated(self, decision: Decision) -> Iterator[Row]:
        """The row that brings something into force, unless it is: what is in force keeps its dates."""
        schedules, activated = self.workspace.config.schedules, self._history.activated
        on = activation.begins(decision.start, self.today, activated)
        since = activation.about_since(decision.about, schedules, activated)
        if since is None or since > on:
            floors = activation.floors(decision.about, on, schedules)
            yield Row("activated", decision.about, activated_body(decision.about, on, floors))

    def _last_day(self, decision: Decision) -> date:
        """The last day of the introduction: as decided, never without the notice that the team gets, nor before the
        configured earliest end."""
        made = local_date(decision.made_at, self.workspace.config.timezone) if decision.made_at else self.today
        notice = add_working_days(made, NOTICE, WorkCalendar(holidays=self.workspace.config.calendar))
        wanted = decision.until or decision.start or notice
        return max(day for day in (wanted, notice, self.workspace.config.introduction) if day)

    # --- reading -------------------------------------------------------------------------------------------------------

    def _reader(self) -> Reader:
        view = self._bare_view()
        return Reader(
            self.workspace, self.watch, self.roster, self._bot, self.now, lambda contract: confirmers(contract, view)
        )

    def _bare_view(self) -> View:
        """Who is who today, without schedules, procedures and jobs: enough to tell who may do what."""
        config = self.workspace.config
        return View(
            now=self.now, zone=config.timezone, calendar=WorkCalendar(holidays=config.calendar), schedules={}, anchors={},
            procedures={}, roster=self.roster, jobs={}, history=self._history, product_manager=self.product_manager,
            deputy=self.deputy, bot=self._bot, area=self._area(),
        )  # fmt: skip

    def read_changed(self) -> None:
        """Read jobs that changed since they were read, then others within the budget, see `_stale`."""
        reader, history = self._reader(), self._history
        installation, name = self.workspace.store.installation(), self.workspace.name
        to = tuple(person for person in (self.product_manager,) if person)
        for key, page in sorted(self.watch.twice(installation, name).items()):
            contract = history.contracts.get(key)
            title = contract.title if contract is not None and contract.private else page.title
            self._found.append(Find("mark-twice", key, to, {"job": title}))
        unfinished = [key for key in history.unfinished() if key in history.pages]
        changed = {key for key in unfinished if self._changed(key)}
        for key in sorted(changed):
            self._read(reader, key)
        connector = self.workspace.connector
        budget = connector.calls + self.workspace.sweep
        for number, key in enumerate(self._stale(key for key in unfinished if key not in changed)):
            # However small the budget is, one job is read: else none ever would be.
            if number and connector.calls + connector.capabilities.calls_per_read > budget:
                break
            self._read(reader, key)
        if reader.unreadable:
            self._found.append(Find("comments-off", "wiki", to))
        self._own, self._copies = self.watch.jobs(installation, name)

    def watch_records(self) -> None:
        """A record that a person edited after it was filed is pointed out, with who, when and what; nothing is put back."""
        to = tuple(person for person in (self.product_manager,) if person)
        self._found += records.altered(
            self.workspace, self.watch, bot=self._bot, roster=self.roster, to=to, now=self.now
        )

    def _changed(self, key: Key) -> bool:
        page = self.watch.pages[Source.JOBS].get(self._history.pages[key])
        refs = {copy.ref for copy in self._copies.get(key, ())}
        if page is not None and page.edited_by != self._bot:
            refs.add(page.ref)
        return bool(refs & self.watch.changed)

    def _stale(self, keys: Iterable[Key]) -> list[Key]:
        """Jobs that are to be read again: those unread for very long, then those that are due soon or overdue, then others; in
        each group the one that was not read for longest first."""
        soon = add_working_days(self.today, SOON, WorkCalendar(holidays=self.workspace.config.calendar))
        found: list[tuple[int, str, Key]] = []
        for key in keys:
            reading = self.watch.readings.get(key)
            age = self.now - reading.at if reading is not None else timedelta.max
            urgent = key not in self._history.missed and self._history.promise(key).due <= soon
            if age >= (REREAD_SOON if urgent else REREAD):
                group = 0 if age >= LONG_UNREAD else 1 if urgent else 2
                found.append((group, reading.at.isoformat() if reading is not None else "", key))
        return [key for _, _, key in sorted(found)]

    def read_fresh(self, keys: Iterable[Key]) -> None:
        """Read these jobs now, whatever it costs: something that people could feel depends on it."""
        reader = self._reader()
        for key in keys:
            self._read(reader, key)
        self._own, self._copies = self.watch.jobs(self.workspace.store.installation(), self.workspace.name)

    def _read(self, reader: Reader, key: Key) -> None:
        ref = self._history.pages.get(key)
        if ref is None:
            return
        reading = reader.read(self._history.promise(key), ref, self._copies.get(key, ()))
        page = self.watch.pages[Source.JOBS].get(ref)
        if reading is not None or (page is not None and page.state is not PageState.LIVE):
            # A page that could not be read now is as it was: nothing that people could feel may rest on it.
            self._read_now.add(key)

    def team(self) -> int:
        """How many people are in the team today."""
        return sum(1 for person in self.roster.values() if person.active(self.today))

    # --- the view ------------------------------------------------------------------------------------------------------

    def view(self) -> View:
        """What the rules look at."""
        config, history = self.workspace.config, self._history
        schedules = {one.id: one for one in config.schedules if one.id not in self._held_back}
        asked = {one.about for one in pending(self._bare_view())}
        events, occasions = self.procedures.occasions(asked)
        return View(
            now=self.now,
            zone=config.timezone,
            calendar=WorkCalendar(holidays=config.calendar),
            schedules=schedules,
            anchors=self._anchors(schedules.values()),
            rollout=items.order(self.workspace, self.watch, self.today),
            clean_cycles=config.pack.clean_cycles if config.pack else 1,
            most_open=config.most_open_jobs,
            procedures=self.procedures.states([*schedules.values(), *occasions.values()], self._bot),
            events=events,
            occasions=occasions,
            roster=self.roster,
            jobs={key: self._job(key) for key in history.unfinished()},
            history=history,
            product_manager=self.product_manager,
            deputy=self.deputy,
            bot=self._bot,
            stopped=items.stopped([*schedules.values(), *events.values()], self.watch, history, self.today),
            trusted=self._trusted,
            introductions=self._introductions(),
            nonconformities=self._nonconformities(),
            earliest_end=config.introduction,
            roles=frozenset(config.roles),
            questions=self.watch.live(Source.QUESTIONS),
            kept=(*self.watch.live(Source.POLICIES), *self.watch.live(Source.PROCEDURES)),
            token_expires=config.token_expires,
            area=self._area(),
        )

    def _area(self) -> PrivateArea:
        """What there is of a private area, and who was let in where."""
        return self._private.seen()

    def _job(self, key: Key) -> Job:
        history = self._history
        ref = history.pages.get(key)
        page = self.watch.pages[Source.JOBS].get(ref) if ref else None
        reading = self.watch.readings.get(key)
        read_at = self.now if key in self._read_now else reading.at if reading else None
        return Job(
            history.promise(key),
            history.contracts[key],
            page,
            reading.verdict if reading else None,
            read_at,
            reading.copies_filled if reading else False,
            reading.fuller_draft if reading else False,
        )

    def _anchors(self, schedules: Iterable[Schedule]) -> dict[str, date]:
        """First nominal dates of what is in force today."""
        history = self._history
        anchors = {}
        for schedule in schedules:
            on, first = (
                activation.since(schedule, history.activated),
                activation.anchor(schedule, history.activated, history.floors),
            )
            if first is not None and (on is None or on <= self.today):
                anchors[schedule.id] = first
        return anchors

    def _nonconformities(self) -> dict[str, Page]:
        pages = self.watch.pages[Source.NONCONFORMITIES]
        return {number: pages[ref] for number, ref in self._history.raised.items() if ref in pages}

    def _introductions(self) -> dict[str, date]:
        return {
            str(page.fields["item"]): span.start
            for page in self.watch.live(Source.POLICIES)
            if isinstance(span := page.fields.get("introduction"), Span) and page.fields.get("item")
        }
