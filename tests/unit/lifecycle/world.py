"""A small ISMS as the rules see it: four people, two schedules, jobs with their pages, and a ledger that remembers.

`World` builds views in a line or two, and `step` carries actions out the way the effects do, as far as the ledger and the
fields of a page are concerned, so that days can be played through without a wiki.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from isms_bot.history import History, contract_body, decision_body, fold
from isms_bot.lifecycle import Job, PrivateArea, Procedure, ProcedureState, View, decide
from isms_bot.lifecycle.actions import (
    Action,
    Amend,
    Announce,
    Ask,
    Conclude,
    Discuss,
    Find,
    Improve,
    Monday,
    Notify,
    Open,
    Preview,
    PutBack,
    Raise,
    Read,
    Record,
    Reply,
    Retract,
    Settle,
    Show,
    Supersede,
    Tell,
    Wait,
)
from isms_bot.model import (
    Completion,
    Contract,
    Decision,
    DecisionKind,
    Duration,
    Outcome,
    Page,
    PageState,
    Person,
    Regime,
    Rule,
    Schedule,
    Signing,
    Source,
    Span,
    Unit,
    Value,
    Verdict,
    WorkCalendar,
)

MON, TUE, WED, THU, FRI = (date(2027, 3, day) for day in (1, 2, 3, 4, 5))
"""The first week of March 2027; no public holidays are known in these worlds."""
BOT = "u-bot"


def wd(count: int) -> Duration:
    """So many working days."""
    return Duration(count, Unit.WORKING_DAY)


def day(text: str) -> date:
    """A day of 2027 from "mm-dd"."""
    return date.fromisoformat(f"2027-{text}")


def someone(roster_id: str, **given: Any) -> Person:
    """A person with an account."""
    facts = {"roles": frozenset({"team-member"}), "account": f"u-{roster_id}", **given}
    return Person(roster_id, f"row-{roster_id}", roster_id.upper(), **facts)


def team() -> dict[str, Person]:
    """p01 manages, p02 is the deputy, p03 and p04 operate."""
    roles = {"p01": {"product-manager"}, "p02": set(), "p03": {"operations"}, "p04": {"operations"}}
    return {name: someone(name, roles=frozenset({"team-member", *held})) for name, held in roles.items()}


REVIEW = Schedule(
    "review", "review", Rule(every=Duration(3, Unit.MONTH)), "team-member", lead=wd(10), grace=wd(10), policy="rules"
)
RESTORE = Schedule(
    "restore", "restore", Rule(every=Duration(1, Unit.MONTH)), "operations",
    completion=Completion.ANY, lead=wd(5), grace=wd(5), policy="backups",
)  # fmt: skip


@dataclass
class World:
    """One workspace; `now` moves when a test says so."""

    now: datetime = datetime(2027, 3, 1, 10, tzinfo=UTC)
    zone: str = "UTC"
    roster: dict[str, Person] = field(default_factory=team)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    anchors: dict[str, date] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    history: History = field(default_factory=History)
    pages: dict[str, Page] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    read: dict[str, datetime] = field(default_factory=dict)
    copies: set[str] = field(default_factory=set)
    drafts: set[str] = field(default_factory=set)
    stopped: frozenset[str] = frozenset()
    trusted: bool = True
    product_manager: str | None = "p01"
    deputy: str | None = "p02"
    introductions: dict[str, date] = field(default_factory=dict)
    events: dict[str, Schedule] = field(default_factory=dict)
    occasions: dict[str, Schedule] = field(default_factory=dict)
    nonconformities: dict[str, Page] = field(default_factory=dict)
    earliest_end: date | None = None
    roles: frozenset[str] = frozenset()
    questions: tuple[Page, ...] = ()
    kept: tuple[Page, ...] = ()
    token_expires: date | None = None
    rollout: tuple[str, ...] = ()
    clean_cycles: int = 1
    most_open: int | None = None
    area: PrivateArea = field(default_factory=PrivateArea)
    undeliverable: bool = False
    unreadable: bool = False
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    mondays: bool = False
    """Whether Mondays sum up the week: most tests begin on one and are about something else."""
    seq: int = 0

    # --- building ------------------------------------------------------------------------------------------------------

    def row(self, kind: str, key: str, /, **body: Any) -> None:
        """Fold one row of the ledger."""
        self.seq += 1
        fold(self.history, [SimpleNamespace(seq=self.seq, kind=kind, key=key, body=body)])

    def at(self, when: date, hour: int = 10) -> World:
        """Go to a time of a day."""
        self.now = datetime.combine(when, time(hour), tzinfo=UTC)
        return self

    def people(self, **changes: dict[str, Any]) -> World:
        """Change people: `world.people(p03={"until": ...})`."""
        for name, given in changes.items():
            self.roster[name] = replace(self.roster[name], **given)
        return self

    def plan(self, schedule: Schedule, anchor: date | None = MON, since: date | None = None, **given: Any) -> Schedule:
        """Put a schedule in force."""
        schedule = replace(schedule, **given)
        self.schedules[schedule.id] = schedule
        if anchor is not None:
            self.anchors[schedule.id] = anchor
        if since is not None:
            self.history.rule_since[schedule.id] = since
        self.procedures[schedule.id] = Procedure(
            schedule.id, f"page-{schedule.id}", schedule.id.title(), ProcedureState.READY
        )
        return schedule

    def procedure(self, schedule: str, state: ProcedureState) -> None:
        """Let the procedure of a schedule be in a state."""
        self.procedures[schedule] = replace(self.procedures[schedule], state=state)

    def job(
        self, person: str | None = "p03", *, schedule: str = "review", nominal: date = MON, opened: date = MON,
        due: date = FRI, grace_end: date | None = None, delivered: bool = True, told: bool = True, **given: Any,
    ) -> str:  # fmt: skip
        """An opened job, personal unless `person` is None; its opening has been sent (`told`). An `event` stands in the key
        instead of the date. Returns the key."""
        personal = person is not None
        people = given.pop("people", (person,) if personal else ("p03", "p04"))
        event = given.pop("event", None)
        key = f"{schedule}/{event or nominal.isoformat()}" + (f"/{person}" if personal else "")
        facts: dict[str, Any] = {
            "regime": Regime.RECORDING,
            "procedure": schedule,
            "title": schedule.title(),
            "completion": Completion.EACH if personal else Completion.ANY,
            "role": "team-member" if personal else "operations",
            "policy": "rules" if personal else "backups",
            "nominal_due": due,
            **given,
        }
        end = grace_end if grace_end is not None else due + timedelta(days=7)
        contract = Contract(key, schedule, nominal, opened, due=due, grace_end=end, people=people, **facts)
        self.row("opened", key, **contract_body(contract))
        if delivered:
            self.deliver(key)
        if told:
            for one in people:
                self.sent(key, "opened", opened, one)
        return key

    def deliver(self, key: str) -> None:
        """Make the page of a job, as an opening does."""
        contract = self.history.promise(key)
        self.row("delivered", key, page=f"page-{key}")
        fields: dict[str, Value] = {
            "status": "Open",
            "due": Span(contract.due),
            "grace_end": Span(contract.grace_end),
            "assignee": self.accounts(contract.people),
        }
        made = datetime.combine(contract.opened, time(8), tzinfo=UTC)
        self.pages[key] = Page(
            f"page-{key}", Source.JOBS, key, fields=fields, edited_by=BOT, edited_at=made, created_by=BOT
        )
        self.verdicts[key] = Verdict(Signing.NOTHING, steps_total=2)

    def accounts(self, people: tuple[str, ...]) -> tuple[str, ...]:
        """The accounts of people who have one."""
        return tuple(
            account for one in people if one in self.roster and (account := self.roster[one].account) is not None
        )

    def sent(
        self, key: str, step: str, on: date, person: str = "p03", *, delivered: bool | None = True, exempt: bool = False
    ) -> None:
        """A step of a ladder went out."""
        self.row(
            "noticed", key, person=person, day=on.isoformat(), steps=[[key, step]], exempt=exempt, delivered=delivered
        )

    def warned(self, key: str, on: date, *people: str) -> None:
        """The last warning for the present end of grace went out."""
        end = self.history.promise(key).grace_end
        for one in people or self.history.promise(key).people:
            self.sent(key, f"last:{end.isoformat()}", on, one, exempt=True)

    def missed(self, key: str, outcome: Outcome = Outcome.NONCONFORMITY, number: str = "NC-001") -> None:
        """The miss was noted."""
        self.row("outcome", key, outcome=outcome.value, number=number)
        self.gesture(key, by=BOT, status="Missed")

    def nonconformity(self, key: str, number: str = "NC-001") -> str:
        """The miss of a job was noted today, and its page is there. Returns the number."""
        self.missed(key, number=number)
        self.row("raised", key, number=number, page=f"page-{number}", day=self.now.date().isoformat())
        page = Page(f"page-{number}", Source.NONCONFORMITIES, number, fields={"status": "Open"})
        self.nonconformities[number] = replace(page, edited_by=BOT, edited_at=self.now)
        return number

    def status(self, number: str, status: str | None, by: str | None = "u-p01", **given: Any) -> None:
        """Somebody sets the status of a non-conformity."""
        page = self.nonconformities[number]
        self.nonconformities[number] = replace(page, fields={"status": status}, edited_by=by, **given)

    def verdict(self, key: str, signing: Signing, *, at: datetime | None = None, **given: Any) -> None:
        """What the page amounts to."""
        steps = 2 if signing not in (Signing.NOTHING, Signing.PARTIAL) else 0
        self.verdicts[key] = Verdict(signing, **{"steps_done": steps, "steps_total": 2, "at": at, **given})

    def gesture(self, key: str, by: str | None = "u-p03", state: PageState | None = None, **fields: Any) -> None:
        """Somebody edits the job's page."""
        page = self.pages[key]
        self.pages[key] = replace(
            page, fields={**page.fields, **fields}, edited_by=by, edited_at=self.now, state=state or page.state
        )

    def decided(self, kind: DecisionKind, about: str, *, by: str | None = "p01", row: str = "d1", **given: Any) -> None:
        """A decision that counts."""
        decision = Decision(row, kind, about, by, made_at=given.pop("made_at", self.now), **given)
        self.row("decided", about, **decision_body(decision, ""))

    def outage(self, start: date, end: date) -> None:
        """The bot or the wiki could not be reached."""
        self.row("outage", "", **{"from": start.isoformat(), "to": end.isoformat()})

    def fresh(self) -> World:
        """All jobs have been read whole just now."""
        self.read = dict.fromkeys(self.pages, self.now)
        return self

    # --- looking -------------------------------------------------------------------------------------------------------

    def view(self) -> View:
        """What the rules look at."""
        return View(
            now=self.now, zone=self.zone, calendar=self.calendar, schedules=self.schedules, anchors=self.anchors,
            procedures=self.procedures, roster=self.roster,
            jobs={key: self._job(key) for key in self.history.unfinished()}, history=self.history,
            product_manager=self.product_manager, deputy=self.deputy, bot=BOT, stopped=self.stopped,
            trusted=self.trusted, introductions=self.introductions, nonconformities=self.nonconformities,
            events=self.events, occasions=self.occasions,
            earliest_end=self.earliest_end, roles=self.roles, questions=self.questions, kept=self.kept, token_expires=self.token_expires,
            rollout=self.rollout, clean_cycles=self.clean_cycles, most_open=self.most_open,
            area=self.area,
        )  # fmt: skip

    def _job(self, key: str) -> Job:
        return Job(
            self.history.promise(key),
            self.history.contracts[key],
            self.pages.get(key),
            self.verdicts.get(key),
            self.read.get(key),
            key in self.copies,
            key in self.drafts,
        )

    def decide(self) -> tuple[Action, ...]:
        """What the rules say now."""
        return tuple(one for one in decide(self.view()) if self.mondays or not isinstance(one, Monday))

    def of(self, *kinds: type[Any]) -> list[Any]:
        """The actions of these kinds."""
        return [action for action in self.decide() if isinstance(action, kinds)]

    def only(self, kind: type[Any]) -> Any:
        """The one action of this kind."""
        (found,) = self.of(kind)
        return found

    def findings(self) -> list[tuple[str, tuple[str, ...]]]:
        """(key, who is told) of the findings that stand."""
        return [(one.key, one.to) for one in self.of(Find)]

    def letters(self) -> dict[str, list[str]]:
        """Person to the kinds of step of the message that goes out now, everything having been read."""
        self.fresh()
        return {one.person: [step.partition(":")[0] for _, step in one.steps] for one in self.of(Notify)}

    # --- playing -------------------------------------------------------------------------------------------------------

    def step(self) -> tuple[Action, ...]:
        """One pass: decide, read what is asked for, decide again, and carry out."""
        actions = self.decide()
        for _ in range(2):
            wanted = [action.key for action in actions if isinstance(action, Read)]
            if not wanted:
                break
            if not self.unreadable:
                self.read.update(dict.fromkeys(wanted, self.now))
            actions = self.decide()
        for action in actions:
            self._carry_out(action)
        return actions

    def _carry_out(self, action: Action) -> None:
        key = action.key
        match action:
            case Open():
                if key not in self.history.contracts:
                    self.row("opened", key, **contract_body(action.contract))
                self.deliver(key)
            case Wait() if not action.known:
                contract = action.contract
                person = contract.people[0] if contract.completion is Completion.EACH else None
                self.row(
                    "waiting", key, schedule=contract.schedule, nominal=str(contract.nominal),
                    due=str(contract.nominal_due), person=person, full=list(action.full),
                )  # fmt: skip
            case Amend():
                self.row(
                    "amended", key, cause=action.cause, due=action.due.isoformat(),
                    grace_end=action.grace_end.isoformat(), people=list(action.people),
                )  # fmt: skip
                if key in self.pages:
                    self._show(key, due=Span(action.due), grace_end=Span(action.grace_end))
                    self._show(key, assignee=self.accounts(action.people))
                if action.reply:
                    self._reply(key, action.cause)
            case Conclude():
                nominal = {"schedule": action.schedule, "nominal": str(action.nominal)} if action.nominal else {}
                self.row("outcome", key, outcome=action.outcome.value, **nominal)
            case Notify():
                self._notify(action)
            case Reply():
                self._reply(key, action.cause)
            case Show():
                people = action.values.get("assignee")
                shown = {"assignee": self.accounts(people)} if isinstance(people, tuple) else {}
                self._show(key, **{**action.values, **shown})
            case Record():
                self.row("outcome", key, outcome=action.outcome.value)
            case Raise():
                number = f"NC-{len(self.history.numbers) + 1:03d}"
                self.row("outcome", key, outcome="nonconformity", number=number)
                self.row("raised", key, number=number, page=f"page-{number}")
            case Discuss():
                self.row("outcome", key, outcome="introduction", line=action.line)
            case Supersede():
                self.row("superseded", key, by=action.by)
            case Find():
                self.row("finding", key, state="open", page=f"page-{key}")
            case Retract():
                self.row("retracted", key, number=action.number)
            case Ask():
                self.row("question", key, page=f"page-{key}")
            case Tell():
                if not self.undeliverable:
                    self.row("replied", key, cause=action.cause, delivered=True)
            case Settle():
                self.row(
                    "standing", action.job, number=key, status=action.status, by=action.by,
                    day=self.now.date().isoformat(),
                )  # fmt: skip
            case PutBack():
                self.status(key, action.status, BOT)
            case Monday():
                self.row("digest", key, week=action.week.isoformat(), page=f"page-{key}" if action.count else "")
            case Preview():
                self.row("preview", key, page=f"page-{key}")
            case Announce():
                self.row("announced", key, decided=action.decided.isoformat(), last_day=action.last_day.isoformat())
            case Improve():
                of = {"schedule": action.schedule, "nominal": action.nominal.isoformat()}
                self.row("improvement", key, page=f"page-{key}", **of)

    def _show(self, key: str, **fields: Any) -> None:
        page = self.pages[key]
        self.pages[key] = replace(page, fields={**page.fields, **fields}, edited_by=BOT)

    def _reply(self, key: str, cause: str) -> None:
        if not self.undeliverable:
            self.row("replied", key, cause=cause, delivered=True)

    def _notify(self, action: Notify) -> None:
        steps = [list(step) for step in action.steps]
        self.row(
            "noticed", "", person=action.person, day=action.day.isoformat(), steps=steps, exempt=action.exempt,
            delivered=None if self.undeliverable else True,
        )  # fmt: skip
