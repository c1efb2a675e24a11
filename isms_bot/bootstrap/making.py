"""`init`: bring the ISMS into an empty or half-made workspace. Plan first; resumable after a kill anywhere; a rerun changes nothing.

Pages are made once per key; what exists is left as people have it. The team is taken from the accounts that the token sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from isms_bot.bootstrap.wanted import drafts, existing, pack_of, people_of
from isms_bot.connector import Draft, Report
from isms_bot.effects.once import Result, Unsettled, once
from isms_bot.errors import Reopen, StoreError
from isms_bot.layout import BY_SOURCE, SOURCES
from isms_bot.ledger import Draft as Row
from isms_bot.model import Page, Source
from isms_bot.workspace import INSTALLATION, Workspace


def init(workspace: Workspace, report: Report, *, at: datetime | None = None, take_over: bool = False) -> int:
    """Make what is missing; returns how many pages were made. `at`: the business time, the vendor's if not given.

    Raises HeldElsewhere if another installation keeps this workspace, Reopen if this store has just taken over from one whose
    store is lost: open everything again and call once more.
    """
    connector = workspace.connector
    pack = pack_of(workspace)
    accounts = people_of(workspace)
    now = at or connector.now() or workspace.clock.now()
    workspace.hold(take_over=take_over)
    if workspace.layout() is not None and not take_over:
        workspace.vouch()
    layout = connector.ensure(SOURCES, workspace.layout(), report)
    workspace.keep_layout(layout)
    connector.bind(layout)
    _claim_installation(workspace, now, take_over=take_over)
    there = existing(workspace)
    if not workspace.history.contracts and connector.observe(Source.JOBS, None).pages and not workspace.history.people:
        # Jobs without a ledger: it was lost. Nobody is held to what it promised.
        workspace.append(Row("ledger_lost", "", {"before": now.date().isoformat()}), at=now)
    for key, row in there.items():
        # Made by a run that was cut off: its id comes first, so that ids follow the order of the team.
        if row.source is Source.USERS and row.mark is not None and row.mark.key == key:
            workspace.give_roster_id(row.ref, now)
    made = 0
    for draft in drafts(workspace, pack, layout, there, accounts):
        if draft.key in there:
            continue
        page = _make(workspace, draft, now)
        if draft.source is Source.USERS:
            workspace.give_roster_id(page.ref, now)
        there[draft.key] = page
        made += 1
        report(f"{BY_SOURCE[draft.source].title}: {draft.title}")
    if not workspace.store.meta_get(f"installed/{workspace.name}"):
        body = {"installation": workspace.store.installation(), "pack": pack.name, "version": pack.version}
        workspace.append(Row("installed", INSTALLATION, body), at=now)
        workspace.store.meta_put(f"installed/{workspace.name}", True)
    return made


def _claim_installation(workspace: Workspace, now: datetime, *, take_over: bool) -> None:
    """One installation per workspace: the newest seat in the register says which.

    Taking over from an installation whose store is lost means to go on as that installation: its marks stay good. Raises
    Reopen then, since everything that is open knows the old id.
    """
    store, seat = workspace.store, workspace.newest_seat()
    if seat is not None and seat.ref == workspace.seat:
        return
    if seat is None:
        _make(workspace, _seat_row(workspace.seat), now)
        return
    if not take_over:
        workspace.vouch()
    taken = f"{seat.installation}/{seat.number + 1}"
    if seat.installation != store.installation():
        store.continue_installation(seat.installation)
        store.meta_put(f"seat/{workspace.name}", taken)
        raise Reopen(f"this store now continues the installation {seat.installation}")
    store.meta_put(f"seat/{workspace.name}", taken)
    _make(workspace, _seat_row(taken), now, intent=f"init:seat:{taken}")


def _seat_row(seat: str) -> Draft:
    return Draft(Source.REGISTER, INSTALLATION, "Installation of isms-bot", {"ref": seat})


def _make(workspace: Workspace, draft: Draft, now: datetime, intent: str = "") -> Page:
    connector, intent = workspace.connector, intent or f"init:{draft.key}"
    kept: list[Page] = []

    def add(_payload: Mapping[str, Any]) -> Result:
        page = connector.create(draft)
        if page.mark is not None and not page.mark.page:
            page = connector.update(page, {})
        kept.append(page)
        return {"page": page.ref}

    def look(_payload: Mapping[str, Any]) -> Result | None:
        found = [page for page in connector.find(draft.source, draft.key) if page.is_original]
        kept.extend(found[:1])
        return {"page": found[0].ref} if found else None

    try:
        result = once(workspace, intent, "init", {}, add=add, look=look, at=now)
    except Unsettled:
        # A run that was cut off just now: its page is found by key, authoritatively, so there is no need to wait.
        found = look({})
        if found is None:
            raise StoreError(
                f"{draft.title}: an earlier run may just have made this page; run the command again in a few minutes"
            ) from None
        workspace.store.resolve(workspace.name, intent, found)
        result = found
    return kept[0] if kept else connector.page(result["page"])
