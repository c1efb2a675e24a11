"""Which procedures can be used: found once by id, title or address, then known by their page; released and with a form.

Released means: unchanged for an hour and not marked as being rewritten. Pages that the bot wrote itself need no waiting.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from isms_bot import signoff
from isms_bot.calendars import parse_duration
from isms_bot.errors import Denied, Gone
from isms_bot.ledger import Draft as Row
from isms_bot.lifecycle import Procedure, ProcedureState
from isms_bot.lifecycle.openings import EVENTS
from isms_bot.model import (
    Account,
    Completion,
    Duration,
    Ladder,
    Level,
    Page,
    PageRef,
    PageState,
    Rule,
    Schedule,
    Source,
    Unit,
)
from isms_bot.observatory import Observatory
from isms_bot.packs import Pack
from isms_bot.workspace import Workspace

RELEASED_AFTER = timedelta(minutes=60)
_ID = re.compile(r"[a-z0-9-]+")


def first_word(trigger: str) -> str:
    """The event that a trigger begins with: "leaver" of "leaver, ten working days before the last day"."""
    found = re.match(r"[a-z]+", trigger)
    return found[0] if found else ""


def for_an_occasion(name: str, page: Page, pack: Pack | None) -> Schedule:
    """A schedule lent for one job of the procedure on `page`, with what the pack's page of this id says about time, ladder,
    level, item and second person."""
    pages = pack.of_kind("procedure") if pack is not None else ()
    written = next((one for one in pages if one.id == name), None)
    role = page.fields.get("role")

    def said(key: str) -> str:
        return written.text(key) if written is not None else ""

    return Schedule(
        id=name,
        procedure=page.ref,
        rule=Rule(every=Duration(1, Unit.YEAR)),
        role=role if isinstance(role, str) and role else "product-manager",
        completion=Completion.ANY,
        lead=parse_duration(said("due") or "5 working days"),
        grace=Duration(1, Unit.WORKING_DAY),
        ladder=Ladder(said("ladder") or Ladder.CHORE),
        level=Level(said("level") or Level.AT_OWN_ACCOUNT),
        policy=said("policy"),
        owner=said("reviewer") or "product-manager",
    )


class Procedures:
    """The procedures of one pass; a page is read again only after it changed."""

    def __init__(self, workspace: Workspace, watch: Observatory, now: datetime) -> None:
        self._workspace, self._watch, self._now = workspace, watch, now
        self.closed = True
        """The private area can be used; otherwise private procedures are held."""
        self._states: dict[PageRef, ProcedureState] = {}
        self._forms: dict[str, list[str]] = workspace.store.cache_items(workspace.name, "form/")

    def states(self, schedules: Iterable[Schedule], bot: Account | None) -> dict[str, Procedure]:
        """Per schedule id its procedure; schedules whose procedure cannot be found have state MISSING."""
        return {one.id: self._state(one, bot) for one in schedules}

    def called(self, named: str) -> Schedule | None:
        """The schedule lent for a job of the procedure with this id, title or page; None if there is no such page."""
        for page in self._watch.live(Source.PROCEDURES):
            given = page.fields.get("procedure")
            if named in (given, page.title, page.ref):
                name = given if isinstance(given, str) and _ID.fullmatch(given) else "procedure"
                return for_an_occasion(name, page, self._workspace.config.pack)
        return None

    def occasions(self, asked: Container[str] = ()) -> tuple[dict[str, Schedule], dict[str, Schedule]]:
        """(event to the schedule that is lent for its jobs, id to schedule for all that no rule names and that are needed now).

        Events are those that the roster tells, as the first word of a procedure's trigger: `trigger: leaver, …`. A job of a
        procedure without a schedule that was cut off while it was opened is gone on with as well, and so are those that somebody
        `asked` for.
        """
        history, config = self._workspace.history, self._workspace.config
        named = {one.id for one in config.schedules}
        begun = {
            contract.schedule
            for key, contract in history.contracts.items()
            if key not in history.pages and contract.schedule not in named
        }
        triggers = {page.id: first_word(page.text("trigger")) for page in config.pack.pages} if config.pack else {}
        events: dict[str, Schedule] = {}
        needed: dict[str, Schedule] = {}
        for page in self._watch.live(Source.PROCEDURES):
            name = page.fields.get("procedure")
            if not isinstance(name, str) or name in named:
                continue
            event = triggers.get(name, "")
            if event in EVENTS or name in begun or name in asked:
                needed[name] = for_an_occasion(name, page, config.pack)
            if event in EVENTS:
                events.setdefault(event, needed[name])
        return events, needed

    def _state(self, schedule: Schedule, bot: Account | None) -> Procedure:
        page = self._page(schedule)
        if page is None:
            state = (
                ProcedureState.HELD
                if self._held(private=self.is_private(schedule.procedure))
                else ProcedureState.MISSING
            )
            return Procedure(schedule.procedure, "", schedule.procedure, state)
        given = page.fields.get("procedure")
        name = given if isinstance(given, str) and given else page.ref
        private = page.private or self.is_private(name)
        adopted = self._workspace.history.adopted.get(page.mark.key, "") if page.mark and page.is_original else ""
        state = self._states.get(page.ref) or self._look(page, bot, adopted)
        self._states[page.ref] = state
        if self._held(private=private) and state in (ProcedureState.READY, ProcedureState.WAITING):
            state = ProcedureState.HELD
        return Procedure(name, page.ref, page.title, state, page.url, adopted, private)

    def _held(self, *, private: bool) -> bool:
        return private and not self.closed

    def is_private(self, name: str) -> bool:
        """True if the pack says of its page with this id or title that it is private."""
        pack = self._workspace.config.pack
        return pack is not None and any(page.private and name in (page.id, page.title) for page in pack.pages)

    def _page(self, schedule: Schedule) -> Page | None:
        """The page of a schedule's procedure: as resolved before, else by id, title, reference or address; then pinned."""
        pages = self._watch.pages[Source.PROCEDURES]
        known = self._workspace.history.procedures.get(schedule.id)
        if known is not None and known in pages:
            return pages[known]
        wanted = schedule.procedure
        live = self._watch.live(Source.PROCEDURES)
        matches = (
            [page for page in live if page.fields.get("procedure") == wanted]
            or [page for page in live if page.title == wanted]
            or [page for page in live if wanted in (page.ref, page.url)]
        )
        if not matches:
            return None
        row = Row("resolved", schedule.id, {"schedule": schedule.id, "page": matches[0].ref})
        self._workspace.append(row, at=self._now)
        return matches[0]

    def _look(self, page: Page, bot: Account | None, adopted: PageRef = "") -> ProcedureState:
        if adopted and page.state is PageState.LIVE and page.fields.get("rewriting") is not True:
            # Its text stands on a page of the team's own, which is in no container and is looked at once per pass.
            try:
                page = self._workspace.connector.page(adopted)
            except (Gone, Denied):
                return ProcedureState.TRASHED
        if page.state in (PageState.TRASHED, PageState.ARCHIVED):
            return ProcedureState.TRASHED
        if page.fields.get("rewriting") is True:
            return ProcedureState.REWRITING
        edited = page.edited_at
        if edited is not None and page.edited_by != bot and self._now - edited < RELEASED_AFTER:
            return ProcedureState.WAITING
        cached = self._forms.get(f"form/{page.ref}")
        stamp = edited.isoformat() if edited else ""
        if cached is not None and cached[0] == stamp:
            return ProcedureState(cached[1])
        state = self._read(page)
        self._forms[f"form/{page.ref}"] = [stamp, state.value]
        if not self._workspace.dry:
            self._workspace.store.cache_put(self._workspace.name, f"form/{page.ref}", [stamp, state.value])
        return state

    def _read(self, page: Page) -> ProcedureState:
        try:
            content = self._workspace.connector.read(page.ref)
        except (Gone, Denied):
            return ProcedureState.TRASHED
        if not any(block.text.strip() for block in content.blocks):
            return ProcedureState.EMPTY
        config = self._workspace.config
        languages = tuple(dict.fromkeys((config.language.partition("-")[0], "en")))
        form = signoff.find_form(content.blocks, signoff.labels(languages, config.labels))
        return ProcedureState.READY if form.known else ProcedureState.NO_FORM
