"""What there is of a private area in one workspace: its places, its pages, what their audience follows from, who was let in.

Who was let in last stands in the cache: losing it costs a call per private page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

from isms_bot import roster as rosters
from isms_bot.lifecycle import PrivateArea, PrivatePage, View
from isms_bot.lifecycle.privacy import usable
from isms_bot.model import Account, Key, Page, PageRef, PageState, Source, WorkCalendar
from isms_bot.observatory import Observatory
from isms_bot.packs import PackPage
from isms_bot.workspace import Workspace

_ADMITTED = "admitted/"
_PACK = "pack/"


class Area:
    """The private area of one workspace as a pass sees it. Layout, pack and what is remembered are looked up once."""

    def __init__(self, workspace: Workspace, watch: Observatory) -> None:
        self._workspace, self._watch = workspace, watch
        pack, layout = workspace.config.pack, workspace.layout()
        self._written = {_PACK + page.id: page for page in pack.pages if page.private} if pack is not None else {}
        self._there = layout is not None and bool(layout.private)
        self._restricts = workspace.connector.capabilities.restrictions
        self._installation = workspace.store.installation()
        self._admitted = _admitted(workspace) if self._there and self._restricts else {}
        self._named = frozenset(role for page in self._written.values() for role in roles_of(page))

    def seen(self) -> PrivateArea:
        """What there is of it now; no call is made."""
        if not self._written and not self._there:
            return PrivateArea(restricts=self._restricts)
        standing, jobs = dict(self._standing()), dict(self._jobs())
        pages = {**standing, **jobs}
        return PrivateArea(
            wanted=bool(self._written),
            there=self._there,
            restricts=self._restricts,
            roles=self._named.union(*(self._roles(key, page) for key, page in standing.items() if page.private)),
            missing=sum(key not in standing for key in self._written),
            exposed=tuple(
                sorted(key for key, page in pages.items() if not page.private and (key in jobs or key in self._written))
            ),
            pages=tuple(self._entitled(key, page) for key, page in sorted(pages.items()) if page.private),
            admitted=self._admitted,
        )

    def _standing(self) -> Iterator[tuple[Key, Page]]:
        """This installation's registers and procedures by key."""
        for source in (Source.POLICIES, Source.PROCEDURES):
            for page in self._watch.pages[source].values():
                mark = page.mark
                ours = mark is not None and mark.installation == self._installation
                if mark is not None and ours and page.is_original and page.state is PageState.LIVE:
                    yield mark.key, page

    def _jobs(self) -> Iterator[tuple[Key, Page]]:
        """Private jobs and records by key."""
        history, pages = self._workspace.history, self._watch.pages[Source.JOBS]
        for key, contract in history.contracts.items():
            page = pages.get(history.pages.get(key, "")) if contract.private else None
            if page is not None and page.state is PageState.LIVE:
                yield key, page

    def _entitled(self, key: Key, page: Page) -> PrivatePage:
        """Roles and people that a private page is for: those of the job, or roles of what its procedure or register names."""
        history = self._workspace.history
        if key not in history.contracts:
            return PrivatePage(page.ref, key, self._roles(key, page))
        contract = history.promise(key)
        roles = frozenset(role for role in (contract.role, contract.owner) if role)
        return PrivatePage(page.ref, key, roles, contract.people)

    def _roles(self, key: Key, page: Page) -> frozenset[str]:
        """The roles that the pack names for a page, else what its column says."""
        if key in self._written:
            return roles_of(self._written[key])
        role = page.fields.get("role")
        return frozenset({role} if isinstance(role, str) and role else ())


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
        deputy=rosters.named(config.deputy, roster.values()), area=Area(workspace, watch).seen(),
    )  # fmt: skip


def _admitted(workspace: Workspace) -> dict[PageRef, frozenset[Account]]:
    kept = workspace.store.cache_items(workspace.name, _ADMITTED)
    return {name.removeprefix(_ADMITTED): frozenset(accounts) for name, accounts in kept.items()}


def remember(workspace: Workspace, ref: PageRef, accounts: Iterable[Account]) -> None:
    """Remember who was let in to a page."""
    workspace.store.cache_put(workspace.name, _ADMITTED + ref, sorted(accounts))
