"""`init` at work: makes what is missing. Resumable after a kill anywhere; a rerun changes nothing.

Pages are made once per key; what exists is left as people have it. A page whose text leads to pages that are still to be made is
made empty, and gets its text once they are there. Its mark is completed last, so a page without a complete mark is one on which a
run was cut off: the next run goes on with it, unless somebody has written there meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from isms_bot.bootstrap.adopting import ADOPTED, chosen, remembered, stand_in
from isms_bot.bootstrap.secluding import held, held_after_all, twins
from isms_bot.bootstrap.updating import Update, remember, updates
from isms_bot.bootstrap.wanted import (
    INIT,
    Found,
    Pages,
    found,
    insiders,
    later,
    manager,
    pack_of,
    people_of,
    person,
    team,
)
from isms_bot.connector import Draft, Report
from isms_bot.document import Document
from isms_bot.effects.once import Result, Unsettled, once
from isms_bot.errors import Conflict, Reopen, StoreError
from isms_bot.layout import BY_SOURCE, SOURCES
from isms_bot.ledger import Draft as Row
from isms_bot.model import Account, Key, Page, Source
from isms_bot.workspace import INSTALLATION, Workspace


def init(
    workspace: Workspace,
    report: Report,
    *,
    at: datetime | None = None,
    take_over: bool = False,
    stop: Callable[[], bool] = lambda: False,
    adopt: Mapping[str, str] = MappingProxyType({}),
    keep: Collection[str] = (),
) -> int:
    """Make what is missing, and let pages say what a newer version of the pack says where nobody has written; returns how many pages
    were made or rewritten. `at`: the business time, the vendor's if not given. `stop` is asked
    before each page; what is missing then is made by the next call. `adopt`: ids of pages of the pack to references of pages of the
    team's own that a person has chosen to stand for them. `keep`: ids of pages whose text stays as it is whatever the pack says now.

    Raises HeldElsewhere if another installation keeps this workspace, Reopen if this store has just taken over from one whose
    store is lost: open everything again and call once more. Raises StoreError, once all else is made, for a page that an earlier
    run may just have made; UsageError, before anything is written into the wiki, for a page that cannot be adopted.
    """
    connector = workspace.connector
    pack = pack_of(workspace)
    accounts = people_of(workspace)
    now = at or connector.now() or workspace.clock.now()
    workspace.hold(take_over=take_over)
    if workspace.layout() is not None and not take_over:
        workspace.vouch()
    taken = chosen(workspace, pack, found(workspace) if workspace.layout() else Found({}), adopt) if adopt else {}
    layout = connector.ensure(SOURCES, workspace.layout(), report, twins(workspace))
    workspace.keep_layout(layout)
    connector.bind(layout)
    _claim_installation(workspace, now, take_over=take_over)
    there = found(workspace)
    if not workspace.history.contracts and connector.observe(Source.JOBS, None).pages and not workspace.history.people:
        # Jobs without a ledger: it was lost. Nobody is held to what it promised.
        workspace.append(Row("ledger_lost", "", {"before": now.date().isoformat()}), at=now)
    work = _Work(workspace, there, report, now, stop, insiders(workspace, accounts))
    for account in team(workspace, accounts):
        work.roster_row(person(workspace, account))
    pages = Pages(workspace, pack, layout, manager(workspace, accounts, there.rows), now.date())
    for key, row in there.renamed(pack).items():
        work.rename(key, row)
    stand_ins = work.adopted(taken)
    for sentence in (said := held(workspace, there.rows, now.date()) or held_after_all(pack, layout)):
        report(sentence)
    making = [page for page in pack.pages if not (said and page.private)]
    for page in making:
        draft = pages.draft(page, there.rows)
        if there.lacks(draft.key):
            remember(workspace, pack, page)
        if draft.key in stand_ins:
            work.page(replace(draft, body=stand_ins[draft.key]), whole=True)
        else:
            work.page(draft, whole=not later(page, pack, there.rows))
    for page in making:
        draft = pages.draft(page, there.rows)
        work.finish(replace(draft, body=stand_ins.get(draft.key, draft.body)))
    for update in updates(workspace, pack, there.rows):
        page = pack.page(update.id)
        if update.id in keep or work.rewritten(pages.draft(page, there.rows), update):
            remember(workspace, pack, page)
    if work.unsettled:
        raise StoreError(
            f"{', '.join(work.unsettled)}: an earlier run may just have made this; run the command again in a few minutes"
        )
    if not stop() and not workspace.store.meta_get(f"installed/{workspace.name}"):
        body = {"installation": workspace.store.installation(), "pack": pack.name, "version": pack.version}
        workspace.append(Row("installed", INSTALLATION, body), at=now)
        workspace.store.meta_put(f"installed/{workspace.name}", True)
    return work.made


class _Work:
    """One run: what is there grows with every page that is made."""

    def __init__(
        self,
        workspace: Workspace,
        there: Found,
        report: Report,
        now: datetime,
        stop: Callable[[], bool],
        insiders: Sequence[Account] = (),
    ) -> None:
        self._workspace, self._there, self._report, self._now, self._stop = workspace, there, report, now, stop
        self._insiders = insiders
        self._cut_off = {one.key for one in workspace.store.unresolved(workspace.name) if one.kind == INIT}
        self.made = 0
        self.unsettled: list[str] = []

    def roster_row(self, draft: Draft) -> None:
        """Somebody's row. One that was made by a run that was cut off is gone on with; one that a person made is left alone."""
        row = self._there.rows.get(draft.key)
        if row is None:
            row = self.page(draft, whole=True)
        elif row.mark is None or row.mark.key != draft.key:
            return
        if row is not None:
            # In the order of the team, whichever run made the row.
            self._workspace.give_roster_id(row.ref, self._now)
            self._complete(row)

    def adopted(self, taken: Mapping[Key, Page]) -> dict[Key, Document]:
        """What the pages say whose text stands on pages of the team's own; a new choice is written down first, so that a run
        that is cut off knows of it."""
        workspace, language = self._workspace, self._workspace.language
        for key, page in taken.items():
            if key not in workspace.history.adopted:
                workspace.append(Row("adopted", key, {"page": page.ref}), at=self._now)
        found_: dict[Key, Document] = {}
        for key, ref in remembered(workspace).items():
            if key not in workspace.history.adopted:
                workspace.append(Row("adopted", key, {"page": ref}), at=self._now)
            row = self._there.rows.get(key)
            if row is not None and row.mark is not None and row.mark.page:
                continue
            page = taken.get(key) or workspace.connector.page(ref)
            note = Draft(Source.REGISTER, f"{ADOPTED}{key}", page.title, {"ref": ref})
            try:
                _make(workspace, note, self._now)
            except Unsettled:
                self.unsettled.append(f"register: {page.title}")
                continue
            found_[key] = stand_in(page, language)
        return found_

    def page(self, draft: Draft, *, whole: bool) -> Page | None:
        """Make a page that is missing; not `whole`: without its text and its complete mark, for `finish`."""
        if self._stop() or not (self._there.lacks(draft.key) or self._still_closed(draft)):
            return None
        # Roles are given later: the next pass lets their holders into a private page.
        admit = self._insiders if draft.private else None
        try:
            page = _make(
                self._workspace, draft if whole else replace(draft, body=None), self._now, complete=whole, admit=admit
            )
        except Unsettled:
            self.unsettled.append(draft.title)
            return None
        self._there.rows[draft.key] = page
        self.made += 1
        self._report(f"{BY_SOURCE[draft.source].title}: {draft.title}")
        return page

    def _still_closed(self, draft: Draft) -> bool:
        """True for a private page of a run that was cut off before anybody was let in."""
        return draft.private and f"init:{draft.key}" in self._cut_off and draft.key in self._there.rows

    def rename(self, key: Key, row: Page) -> None:
        """Let a page that is there go on under the id that this pack knows it by; its mark and its text stay."""
        column, name = "procedure" if row.source is Source.PROCEDURES else "item", key.removeprefix("pack/")
        if row.fields.get(column) != name and not self._stop():
            try:
                row = self._workspace.connector.update(row, {column: name})
            except Conflict as said:
                self._report(f"{row.title}: {said}")
                return
        self._there.rows[key] = row

    def finish(self, draft: Draft) -> None:
        """Give a page whose mark is not complete its text, if nobody has written there, and then its mark."""
        row = self._there.rows.get(draft.key)
        if row is None or row.mark is None or row.mark.page or self._stop():
            return
        if draft.body is not None:
            try:
                row = self._workspace.connector.rewrite(row, draft.body)
            except Conflict as said:
                self._report(f"{draft.title}: {said}")
        self._there.rows[draft.key] = self._complete(row)

    def rewritten(self, draft: Draft, update: Update) -> bool:
        """Let a page say what the pack says now. False if somebody has written there, and if it is the bot's no more."""
        row = self._there.rows[draft.key]
        if self._stop() or row.mark is None or row.mark.key != draft.key or draft.body is None:
            return False
        try:
            self._there.rows[draft.key] = self._workspace.connector.rewrite(row, draft.body)
        except Conflict:
            self._report(
                f"{row.title}: somebody has written there, so it stays as it is. What the pack says differently, to take over by "
                f"hand (`isms-bot init --keep {update.id}` when done):\n{update.difference}"
            )
            return False
        self.made += 1
        self._report(f"{BY_SOURCE[draft.source].title}: {row.title}, new text")
        return True

    def _complete(self, row: Page) -> Page:
        if row.mark is None or row.mark.page:
            return row
        return self._workspace.connector.update(row, {})


def _claim_installation(workspace: Workspace, now: datetime, *, take_over: bool) -> None:
    """One installation per workspace: the newest seat in the register says which.

    Taking over from an installation whose store is lost means to go on as that installation: its marks stay good. Raises
    Reopen then, since everything that is open knows the old id.
    """
    store, seat = workspace.store, workspace.newest_seat()
    if seat is not None and seat.ref == workspace.seat:
        return
    if seat is None:
        _seat(workspace, workspace.seat, now)
        return
    if not take_over:
        workspace.vouch()
    taken = f"{seat.installation}/{seat.number + 1}"
    if seat.installation != store.installation():
        store.continue_installation(seat.installation)
        store.meta_put(f"seat/{workspace.name}", taken)
        raise Reopen(f"this store now continues the installation {seat.installation}")
    store.meta_put(f"seat/{workspace.name}", taken)
    _seat(workspace, taken, now, intent=f"init:seat:{taken}")


def _seat(workspace: Workspace, seat: str, now: datetime, intent: str = "") -> None:
    """Take a seat in the register. Raises StoreError if an earlier run may just have done so."""
    draft = Draft(Source.REGISTER, INSTALLATION, "Installation of isms-bot", {"ref": seat})
    try:
        _make(workspace, draft, now, intent)
    except Unsettled:
        raise StoreError(
            f"{draft.title}: an earlier run may just have written this row; run the command again in a few minutes"
        ) from None


def _make(
    workspace: Workspace,
    draft: Draft,
    now: datetime,
    intent: str = "",
    *,
    complete: bool = True,
    admit: Sequence[Account] | None = None,
) -> Page:
    """A page that is made once, ever; `admit`: who is let into a private one. Raises Unsettled if an earlier run may just have made it
    and it cannot be seen yet."""
    connector, intent = workspace.connector, intent or f"init:{draft.key}"
    kept: list[Page] = []

    def add(_payload: Mapping[str, Any]) -> Result:
        page = connector.create(draft)
        if admit is not None:
            page = connector.admit(page, admit)
        if complete and page.mark is not None and not page.mark.page:
            page = connector.update(page, {})
        kept.append(page)
        return {"page": page.ref}

    def look(_payload: Mapping[str, Any]) -> Result | None:
        pages = [page for page in connector.find(draft.source, draft.key) if page.is_original]
        kept.extend(page if admit is None else connector.admit(page, admit) for page in pages[:1])
        return {"page": pages[0].ref} if pages else None

    try:
        result = once(workspace, intent, INIT, {}, add=add, look=look, at=now)
    except Unsettled:
        # A run that was cut off just now: its page is found by key, authoritatively, so there is no need to wait.
        seen = look({})
        if seen is None:
            raise
        workspace.store.resolve(workspace.name, intent, seen)
        result = seen
    return kept[0] if kept else connector.page(result["page"])
