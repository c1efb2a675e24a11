"""What there is of a private area in one workspace: its places, its pages, what their audience follows from, who was let in.

Who was let in last stands in the cache: losing it costs a call per private page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

from isms_bot import roster as rosters
from isms_bot.lifecycle import PrivateArea, PrivatePage, View
from isms_bot.lifecycle.privacy import usable
from isms_bot.model import Account, Page, PageRef, RosterId, Source, WorkCalendar
from isms_bot.observatory import Observatory
from isms_bot.packs import PackPage
from isms_bot.workspace import Workspace

_ADMITTED = "admitted/"
_PACK = "pack/"


def area(workspace: Workspace, watch: Observatory) -> PrivateArea:
    """The private area as last seen; no call is made."""
    layout, pack = workspace.layout(), workspace.config.pack
    restricts = workspace.connector.capabilities.restrictions
    wanted = [page for page in pack.pages if page.private] if pack is not None else []
    there = layout is not None and bool(layout.private)
    if not wanted and not there:
        return PrivateArea(restricts=restricts)
    found = _pages(workspace, watch)
    known = {page.mark.key for source in Source for page in watch.live(source) if page.mark is not None}
    roles = {role for page in found if page.key.startswith(_PACK) for role in page.roles}
    return PrivateArea(
        wanted=bool(wanted),
        there=there,
        restricts=restricts,
        roles=frozenset(roles.union(*(roles_of(page) for page in wanted))),
        missing=sum(_PACK + page.id not in known for page in wanted),
        exposed=_exposed(workspace, watch, {_PACK + page.id for page in wanted}),
        pages=found,
        admitted=_admitted(workspace),
    )


def roles_of(page: PackPage) -> frozenset[str]:
    """The roles that a page of a pack names: whose it is, and who has a second look."""
    return frozenset(role for role in (page.text("role"), page.text("reviewer")) if role)


class Seclusion(StrEnum):
    """Whether private pages can be put somewhere."""

    READY = "ready"
    NOWHERE = "nowhere"
    """The platform cannot restrict pages, and no page is named for what is private."""
    UNATTESTED = "unattested"
    """There is a place that people close, and nobody has attested that outsiders cannot open it, or not lately."""


def seclusion(workspace: Workspace, today: date) -> Seclusion:
    """Whether private pages can be made now, by the roster as it was last accepted."""
    connector = workspace.connector
    if not connector.secludes():
        return Seclusion.NOWHERE
    if connector.capabilities.restrictions:
        return Seclusion.READY
    view = as_remembered(workspace, today)
    return Seclusion.READY if usable(replace(view, area=replace(view.area, there=True))) else Seclusion.UNATTESTED


def as_remembered(workspace: Workspace, today: date) -> View:
    """Who is who today and what there is of a private area, by what was seen last; no call is made. Without schedules and jobs."""
    watch, config = Observatory(workspace.store, workspace.name, writes=False), workspace.config
    defaults = rosters.RosterDefaults(config.timezone, config.calendar, config.language)
    roster = rosters.unique_accounts(rosters.people(watch.accepted(), workspace.history, defaults))
    return View(
        now=datetime.combine(today, time(12), UTC), zone="UTC", calendar=WorkCalendar(), schedules={}, anchors={},
        procedures={}, roster=roster, jobs={}, history=workspace.history,
        product_manager=rosters.named(config.product_manager, roster.values()),
        deputy=rosters.named(config.deputy, roster.values()), area=area(workspace, watch),
    )  # fmt: skip


def _pages(workspace: Workspace, watch: Observatory) -> tuple[PrivatePage, ...]:
    """Pages of this installation in the private area, by reference."""
    ours = (workspace.store.installation(), workspace.name)
    return tuple(
        PrivatePage(page.ref, page.mark.key, *_entitled(workspace, page, page.mark.key))
        for source in (Source.POLICIES, Source.PROCEDURES, Source.JOBS)
        for page in watch.live(source)
        if page.private and page.mark is not None and page.is_original
        if (page.mark.installation, page.mark.workspace) == ours
    )


def _exposed(workspace: Workspace, watch: Observatory, wanted: Collection[str]) -> tuple[str, ...]:
    """Keys of this installation's pages that are private and stand where everybody can open them."""
    contracts, installation = workspace.history.contracts, workspace.store.installation()
    return tuple(
        sorted(
            page.mark.key
            for source in (Source.POLICIES, Source.PROCEDURES, Source.JOBS)
            for page in watch.live(source)
            if page.mark is not None
            and page.mark.installation == installation
            and page.is_original
            and not page.private
            if page.mark.key in wanted or (page.mark.key in contracts and contracts[page.mark.key].private)
        )
    )


def _entitled(workspace: Workspace, page: Page, key: str) -> tuple[frozenset[str], tuple[RosterId, ...]]:
    """(roles, people) that a private page is for: those of the job, else of the page of the pack, else what its column says."""
    history, pack = workspace.history, workspace.config.pack
    if key in history.contracts:
        contract = history.promise(key)
        return frozenset(role for role in (contract.role, contract.owner) if role), contract.people
    written = next((one for one in pack.pages if key == _PACK + one.id), None) if pack is not None else None
    if written is not None:
        return roles_of(written), ()
    role = page.fields.get("role")
    return frozenset({role} if isinstance(role, str) and role else ()), ()


def _admitted(workspace: Workspace) -> dict[PageRef, frozenset[Account]]:
    kept = workspace.store.cache_items(workspace.name, _ADMITTED)
    return {name.removeprefix(_ADMITTED): frozenset(accounts) for name, accounts in kept.items()}


def remember(workspace: Workspace, ref: PageRef, accounts: Iterable[Account]) -> None:
    """Remember who was let in to a page."""
    workspace.store.cache_put(workspace.name, _ADMITTED + ref, sorted(accounts))
