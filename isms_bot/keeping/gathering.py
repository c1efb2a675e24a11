"""Facts of a workspace, from what was observed of it, and the documents that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from isms_bot import roster as rosters
from isms_bot.document import Document
from isms_bot.keeping.answers import remembered_or_read
from isms_bot.keeping.facts import Facts
from isms_bot.keeping.rendering import render
from isms_bot.lifecycle import View
from isms_bot.model import Key, Page, Person, RosterId, Schedule, Source
from isms_bot.observatory import Observatory
from isms_bot.packs import Pack, PackPage
from isms_bot.workspace import Workspace

PREFIX = "pack/"
"""Keys of pages of the pack begin with it, their ids follow."""


def kept_pages(pack: Pack | None) -> tuple[PackPage, ...]:
    """The pages of a pack that the bot keeps up to date."""
    return tuple(page for page in pack.pages if page.front.get("kept") is True) if pack is not None else ()


def observed(workspace: Workspace, watch: Observatory, view: View, pack: Pack, today: date) -> Facts:
    """What one pass knows."""
    rows = (*watch.by_key(Source.POLICIES).items(), *watch.by_key(Source.PROCEDURES).items())
    jobs = watch.pages[Source.JOBS]
    history = workspace.history
    names = {f"{PREFIX}{page.text('answers')}" for page in kept_pages(pack) if page.text("answers")}
    answers = (remembered_or_read(workspace, view, row) for key, row in rows if key in names)
    return _facts(
        workspace, pack, today, view.schedules, dict(rows), left_out=frozenset().union(*answers),
        jobs={key: jobs[ref].url for key, ref in history.pages.items() if ref in jobs},
        roster=view.roster, nonconformities=view.nonconformities,
    )  # fmt: skip


def first(workspace: Workspace, page: PackPage, pack: Pack, existing: Mapping[Key, Page], today: date) -> Document:
    """A kept page as it is made: nothing has happened yet; `existing` are the rows that are there already, by key."""
    config = workspace.config
    defaults = rosters.RosterDefaults(config.timezone, config.calendar, config.language)
    users = {row.ref: row for row in existing.values() if row.source is Source.USERS}
    people = rosters.people(users.values(), workspace.history, defaults)
    schedules = {one.id: one for one in config.schedules}
    return render(page, _facts(workspace, pack, today, schedules, existing, roster=people))


def _facts(
    workspace: Workspace,
    pack: Pack,
    today: date,
    schedules: Mapping[str, Schedule],
    rows: Mapping[Key, Page],
    *,
    jobs: Mapping[Key, str] | None = None,
    roster: Mapping[RosterId, Person] | None = None,
    nonconformities: Mapping[str, Page] | None = None,
    left_out: frozenset[str] = frozenset(),
) -> Facts:
    config, history = workspace.config, workspace.history
    return Facts(
        today=today,
        zone=config.timezone,
        language=workspace.language,
        pack=pack,
        history=history,
        schedules=schedules,
        pages={key.removeprefix(PREFIX): row for key, row in rows.items() if key.startswith(PREFIX)},
        jobs=jobs or {},
        roster=roster or {},
        roles=config.roles,
        reasons=_reasons(workspace, history.commitments.items()),
        nonconformities=nonconformities or {},
        product_manager=_product_manager(workspace, roster or {}),
        holidays=config.calendar,
        left_out=left_out,
    )


def _reasons(workspace: Workspace, commitments: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The words of decisions, as far as they are still kept."""
    found = ((decision, workspace.ledger.reveal(token) if token else None) for decision, token in commitments)
    return {decision: words for decision, words in found if words}


def _product_manager(workspace: Workspace, roster: Mapping[RosterId, Person]) -> str:
    named = workspace.config.product_manager
    wanted = named.casefold()
    for _, person in sorted(roster.items()):
        if wanted in {known.casefold() for known in (person.account, person.mail, person.name) if known}:
            return person.name
    return named
