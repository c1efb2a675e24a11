"""Drives the year: the clock, a pass every day at the same time, and between two passes what people do."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from isms_bot.bootstrap import init
from isms_bot.calendars import add_working_days, is_working_day
from isms_bot.clock import Clock
from isms_bot.config import Config
from isms_bot.demo.story import END, OFFICE, START, TEAM, ZONE, Deed, Do, Once, Story
from isms_bot.engine import run_once
from isms_bot.model import Completion, Key, Level, RosterId, Source, Span
from isms_bot.observatory import Observatory
from isms_bot.sandbox.client import Sandbox
from isms_bot.workspace import Workspace

PASS = time(8, 5, tzinfo=UTC)
"""Every day at this time, so that never more than 24 hours lie between two passes unless the bot is down."""
TEN = time(10)
ATTESTED = START + timedelta(days=1)
"""The day on which what was attested on the first day has been accepted."""

Report = Callable[[str], None]


@dataclass(slots=True)
class Year:
    """What the player knows of the year beside the ledger. `calls` by day; `released`: the days of the product manager's yes
    with the number of non-conformities that had waited for it; `copies` and `signed_for` by the key of the job."""

    story: Story
    set_up_calls: int = 0
    set_up_pages: int = 0
    passes: int = 0
    calls: dict[date, int] = field(default_factory=dict)
    released: list[tuple[date, int]] = field(default_factory=list)
    away: dict[str, tuple[date, date]] = field(default_factory=dict)
    left: dict[str, date] = field(default_factory=dict)
    copies: dict[Key, str] = field(default_factory=dict)
    done: list[tuple[date, Deed]] = field(default_factory=list)

    def when(self, do: Do, about: Key = "") -> date | None:
        """The day on which this was done first, None if it was not."""
        return next((day for day, deed in self.done if deed.do is do and about in ("", deed.about)), None)


class Player:
    """One year of one workspace in one sandbox."""

    def __init__(self, box: Sandbox, config: Config, workspace: Workspace, clock: Clock, story: Story) -> None:
        self._box, self._config, self._clock = box, config, clock
        self._workspace, self._store = workspace, workspace.store
        self._watch = Observatory(workspace.store, workspace.name)
        self._layout = workspace.need_layout()
        self._accounts = {member.name: member.id for member in box.people()}
        self._planned: set[Key] = set()
        self._held_since: date | None = None
        self._queue: list[tuple[datetime, int, Deed]] = []
        self._order = count()
        self.year = Year(story)

    @property
    def _story(self) -> Story:
        return self.year.story

    def play(self, report: Report) -> Year:
        """From the first day to the last; `report` hears a sentence per month."""
        for deed in self._story.opening():
            self._plan(deed)
        day = START
        while day <= END:
            if not self._story.is_down(day):
                self._pass(day)
            if day == ATTESTED and self._closed_by_people:
                init(self._workspace, lambda _sentence: None)
            self._act(day)
            self._review(day)
            following = day + timedelta(days=1)
            if following.month != day.month:
                report(self._month(day))
            day = following
        return self.year

    @property
    def _closed_by_people(self) -> bool:
        """True where people close the private area by hand and say so, and the bot makes its pages afterwards."""
        connector = self._workspace.connector
        return connector.secludes() and not connector.capabilities.restrictions

    # --- the bot -------------------------------------------------------------------------------------------------------

    def _pass(self, day: date) -> None:
        self._box.set_clock(datetime.combine(day, PASS))
        before = self._workspace.connector.calls
        result = run_once(self._workspace, observatory=self._watch)
        if result.plan.held:
            self._release(day)
        else:
            self._held_since = None
        self.year.passes += 1
        self.year.calls[day] = self._workspace.connector.calls - before
        self._look(day)

    def _release(self, day: date) -> None:
        """What is held is seen on one working day; on the next one the product manager says yes to that very plan."""
        if not is_working_day(day, OFFICE):
            return
        if self._held_since is None:
            self._held_since = day
            return
        rehearsal = Workspace.open(
            self._config, self._workspace.name, self._workspace.connector, self._store, self._clock,
            holder=self._workspace.holder, dry=True,
        )  # fmt: skip
        shown = run_once(rehearsal, observatory=Observatory(self._store, self._workspace.name, writes=False))
        released = run_once(self._workspace, release=shown.plan.digest, observatory=self._watch)
        if not released.plan.held:
            self.year.released.append((day, released.done.get("raise", 0)))
            self._held_since = None

    def _month(self, day: date) -> str:
        history = self._workspace.history
        calls = sum(number for on, number in self.year.calls.items() if (on.year, on.month) == (day.year, day.month))
        return (
            f"{day:%B %Y}: {len(history.contracts)} jobs opened so far, {len(history.records)} records, "
            f"{calls} calls this month"
        )

    # --- people --------------------------------------------------------------------------------------------------------

    def _look(self, day: date) -> None:
        """People find the jobs that have reached them since the last look."""
        history = self._workspace.history
        names = self._names()
        for key in [key for key in history.pages if key not in self._planned]:
            self._planned.add(key)
            contract = history.promise(key)
            came = history.latest.get(contract.schedule, ())
            ordinal = came.index(contract.nominal) + 1 if contract.nominal in came else 1
            for deed in self._story.deeds(contract, ordinal, names):
                self._plan(replace(deed, day=max(deed.day, day)))

    def _names(self) -> dict[RosterId, str]:
        rows = self._watch.pages[Source.USERS]
        return {person: rows[ref].title for ref, person in self._workspace.history.people.items() if ref in rows}

    def _plan(self, deed: Deed) -> None:
        day = add_working_days(deed.day, 0, OFFICE)
        span = self.year.away.get(deed.who)
        if deed.do is not Do.GO_AWAY and span is not None and span[0] <= day <= span[1]:
            day = add_working_days(span[1], 1, OFFICE)
        at = datetime.combine(day, TEN, ZoneInfo(ZONE)) + timedelta(minutes=deed.minute)
        heapq.heappush(self._queue, (at.astimezone(UTC), next(self._order), replace(deed, day=day)))

    def _act(self, day: date) -> None:
        """Everything that people do on a day, in the order of the clock."""
        end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(ZONE))
        while self._queue and self._queue[0][0] < end:
            at, _, deed = heapq.heappop(self._queue)
            moved = self._later(deed)
            if moved is not None:
                self._plan(moved)
                continue
            ready = self._by_somebody(deed)
            if ready is None or self._over(ready):
                continue
            self._box.set_clock(at)
            _DEEDS[ready.do](self, ready)
            self.year.done.append((day, ready))

    def _review(self, day: date) -> None:
        """The product manager looks at the pages whose day has come, and says when the next look is due."""
        if not is_working_day(day, OFFICE):
            return
        for page in (*self._watch.live(Source.POLICIES), *self._watch.live(Source.PROCEDURES)):
            due = page.fields.get("review")
            if isinstance(due, Span) and due.start <= day:
                following = add_working_days(due.start.replace(year=due.start.year + 1), 0, OFFICE)
                self._box.act(
                    self._accounts[self._story.cast.manager], "set", page=page.ref, property="Next review",
                    value={"start": following.isoformat()},
                )  # fmt: skip

    def _later(self, deed: Deed) -> Deed | None:
        """The deed a working day later if it is too early for it: what it waits for has not happened, or its person is away."""
        if self._is_away(deed) or not self._happened(deed):
            return replace(deed, day=add_working_days(deed.day, 1, OFFICE))
        return None

    def _is_away(self, deed: Deed) -> bool:
        span = self.year.away.get(deed.who)
        return deed.do is not Do.GO_AWAY and span is not None and span[0] <= deed.day <= span[1]

    def _happened(self, deed: Deed) -> bool:
        history = self._workspace.history
        match deed.once:
            case Once.AT_ONCE:
                return True
            case Once.NOTED:
                return deed.about in history.missed
            case Once.ANSWERED:
                return any(key == deed.about and cause.startswith("someone-else:") for key, cause in history.replies)
            case Once.POINTED_OUT:
                return (deed.about, "copy-filled") in history.replies
            case Once.ASKED:
                return f"job-trashed/{deed.about}" in history.findings

    def _by_somebody(self, deed: Deed) -> Deed | None:
        """A job whose doer has left, or that was handed over, is done by whoever has it now; None if nobody has."""
        if deed.do is not Do.SIGN:
            return deed
        names = self._names()
        contract = self._workspace.history.promise(deed.about)
        people = [names[person] for person in contract.people if person in names]
        people = [name for name in people if deed.day <= self.year.left.get(name, END)]
        present = [name for name in people if not self._is_away(replace(deed, who=name))]
        if deed.who in present:
            return deed
        if contract.completion is Completion.EACH or not present:
            return None
        return replace(deed, who=present[0])

    def _over(self, deed: Deed) -> bool:
        """True if there is nothing left to do about this job."""
        history = self._workspace.history
        if deed.do in (Do.GIVE_ROLES, Do.ACTIVATE, Do.ATTEST, Do.END_INTRODUCTION, Do.GO_AWAY, Do.LEAVE):
            return False
        return deed.about in history.superseded or deed.about not in set(history.unfinished())

    # --- gestures ------------------------------------------------------------------------------------------------------

    def _row(self, name: str) -> str:
        """The page of somebody's row in *Users of the ISMS*."""
        return next(page.ref for page in self._watch.live(Source.USERS) if page.title == name)

    def _page(self, deed: Deed) -> str:
        return self._workspace.history.pages[deed.about]

    def _set(self, who: str, name: str, field_name: str, value: Any) -> None:
        self._box.act(self._accounts[who], "set", page=self._row(name), property=field_name, value=value)

    def _decide(self, deed: Deed, kind: str, about: str, **more: str) -> None:
        properties = {"What": deed.do.value.capitalize(), "Kind": kind, "About": about, "Why": deed.words, **more}
        source = self._layout.sources[Source.DECISIONS].ref
        self._box.act(self._accounts[deed.who], "create_row", data_source=source, properties=properties)

    def give_roles(self, deed: Deed) -> None:
        for member in TEAM:
            self._set(deed.who, member.name, "Roles", list(member.roles))

    def activate(self, deed: Deed) -> None:
        self._decide(deed, "activate", "all", From=str(deed.start))

    def attest(self, deed: Deed) -> None:
        if self._closed_by_people:
            self._decide(deed, "attest private area", "private area")

    def end_introduction(self, deed: Deed) -> None:
        self._decide(deed, "end introduction", "introduction")

    def keep_away(self, deed: Deed) -> None:
        self._decide(deed, "keep away", deed.about)

    def go_away(self, deed: Deed) -> None:
        if deed.start is None or deed.until is None:
            return
        self.year.away[deed.who] = (deed.start, deed.until)
        span = {"start": deed.start.isoformat(), "end": deed.until.isoformat()}
        self._set(deed.who, deed.who, "Away", span)

    def leave(self, deed: Deed) -> None:
        if deed.until is None:
            return
        self.year.left[deed.words] = deed.until
        self._set(deed.who, deed.words, "Until", deed.until.isoformat())

    def trash(self, deed: Deed) -> None:
        self._box.act(self._accounts[deed.who], "trash", page=self._page(deed))

    def sign_for_another(self, deed: Deed) -> None:
        self._fill(deed, self._page(deed), by_comment=False)

    def copy(self, deed: Deed) -> None:
        copied = self._box.act(self._accounts[deed.who], "duplicate", page=self._page(deed))["page"]
        self.year.copies[deed.about] = copied
        self._fill(deed, copied, by_comment=False)

    def sign(self, deed: Deed) -> None:
        contract = self._workspace.history.promise(deed.about)
        # Lines that somebody else has filled in stay as they are: the owner adds a comment of their own.
        commented = deed.by_comment or deed.once is Once.ANSWERED or contract.level is Level.BY_OWN_ACCOUNT
        self._fill(deed, self._page(deed), by_comment=commented)
        copied = self.year.copies.get(deed.about)
        if copied is not None:
            self._box.act(self._accounts[deed.who], "trash", page=copied)

    def _fill(self, deed: Deed, page: str, *, by_comment: bool) -> None:
        """Tick all steps, say what was found, and sign: with a comment or with the three lines."""
        account, lines = self._accounts[deed.who], self._box.page(page)["text"]
        gestures: list[dict[str, Any]] = [{"do": "tick", "all": True}]
        asked = [line.rstrip() for line in lines if line.startswith("What ") and line.rstrip().endswith(":")]
        gestures += [{"do": "write", "label": label, "text": "see the task list"} for label in asked]
        if by_comment or (deed.do is Do.SIGN and "Name:" not in (line.strip() for line in lines)):
            gestures.append({"do": "comment", "text": "Signed"})
        else:
            written = (deed.day.isoformat(), f"{deed.day.day} {deed.day:%B %Y}")[deed.minute % 2]
            values = {"Name:": deed.who, "Date:": written, "Signature:": deed.who}
            gestures += [{"do": "write", "label": label, "text": text} for label, text in values.items()]
        if deed.words:
            gestures.append({"do": "append", "text": deed.words})
        self._box.act_all([{"as": account, "page": page, **gesture} for gesture in gestures])


_DEEDS: dict[Do, Callable[[Player, Deed], None]] = {
    Do.GIVE_ROLES: Player.give_roles,
    Do.ACTIVATE: Player.activate,
    Do.ATTEST: Player.attest,
    Do.END_INTRODUCTION: Player.end_introduction,
    Do.SIGN: Player.sign,
    Do.SIGN_FOR_ANOTHER: Player.sign_for_another,
    Do.COPY: Player.copy,
    Do.TRASH: Player.trash,
    Do.KEEP_AWAY: Player.keep_away,
    Do.GO_AWAY: Player.go_away,
    Do.LEAVE: Player.leave,
}
