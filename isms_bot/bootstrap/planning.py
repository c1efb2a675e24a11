"""What `init` is going to make, what that costs, and what the ISMS will ask of people afterwards: found by reading only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isms_bot.bootstrap.adopting import Match, matches
from isms_bot.bootstrap.secluding import held, told, twins
from isms_bot.bootstrap.updating import Update, updates
from isms_bot.bootstrap.wanted import Found, accounts_of, found, later, pack_of, people_of, roles, team, written
from isms_bot.calendars import local_date
from isms_bot.connector import AccountInfo
from isms_bot.layout import SOURCES
from isms_bot.load import costs
from isms_bot.model import Key, Page, Source
from isms_bot.pacing import PER_SECOND
from isms_bot.packs import PackPage
from isms_bot.workspace import Workspace
from isms_bot.year import Year, usual_year


@dataclass(frozen=True, slots=True)
class InitPlan:
    """What `init` would make: titles of containers, of pages (with their kind), of people; `adopted` is there already.

    `candidates` are pages of the team's own that a person may choose to adopt; `taken_away`: titles of pages that an earlier run
    made, that people have taken away since, and that are not made again; `held`: sentences about what is not made, and what to do;
    `updates`: pages that the pack says differently by now.
    `blocks` of the pages together, as Notion's plans count them. `calls` that making it takes, about; `load` of a usual year.
    """

    containers: tuple[str, ...]
    pages: tuple[str, ...]
    people: tuple[str, ...]
    adopted: tuple[str, ...] = ()
    blocks: int = 0
    calls: int = 0
    load: Year = field(default_factory=Year)
    candidates: tuple[Match, ...] = ()
    taken_away: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    updates: tuple[Update, ...] = ()

    @property
    def changes(self) -> bool:
        """True if anything would be made or written."""
        return bool(self.containers or self.pages or self.people or self.updates)

    @property
    def new_pages(self) -> int:
        """How many pages would be made: where containers and people are pages as well, they count."""
        return len(self.containers) + len(self.pages) + len(self.people)

    @property
    def minutes(self) -> int:
        """How long making it takes at the pace that a wiki allows, rounded up."""
        return math.ceil(self.calls / PER_SECOND / 60)

    def as_json(self) -> dict[str, Any]:
        """JSON-compatible data."""
        return {
            "containers": list(self.containers),
            "pages": list(self.pages),
            "people": list(self.people),
            "adopted": list(self.adopted),
            "blocks": self.blocks,
            "calls": self.calls,
            "minutes": self.minutes,
            "load": self.load.as_json(),
            "candidates": [one.as_json() for one in self.candidates],
            "taken_away": list(self.taken_away),
            "held": list(self.held),
            "updates": [one.as_json() for one in self.updates],
        }

    def as_text(self) -> str:
        """Lines for a terminal."""
        if not self.changes:
            return "\n".join(self.held) or "Nothing to make: the workspace is complete."
        lines = [f"make container: {title}" for title in self.containers]
        lines += [f"make page: {title}" for title in self.pages]
        lines += [f"add to Users of the ISMS: {name}" for name in self.people]
        lines += [f"there already: {title}" for title in self.adopted]
        lines += [f"taken away by people, not made again: {title}" for title in self.taken_away]
        lines += [f"to adopt or not: {one.sentence()}" for one in self.candidates]
        lines += [f"new text: {one.sentence()}" for one in self.updates]
        lines += ["A page in which somebody has written stays as it is."] if self.updates else []
        lines += self.held
        return "\n".join([*lines, "", self._sum(), "", self.load.as_text()])

    def _sum(self) -> str:
        parts = (
            _count(len(self.containers), "container"),
            f"{_count(len(self.pages), 'page')} of {_count(self.blocks, 'block')}",
            _count(len(self.people), "row of people", "rows of people"),
        )
        return (
            f"In all {parts[0]}, {parts[1]} and {parts[2]}: about {_count(self.calls, 'call')} to the wiki, "
            f"{_count(self.minutes, 'minute')} at {PER_SECOND:g} calls a second."
        )


def plan_init(workspace: Workspace) -> InitPlan:
    """What is missing, found by reading only."""
    layout = workspace.layout()
    pack = pack_of(workspace)
    accounts = people_of(workspace)
    seen = found(workspace) if layout is not None else Found({})
    there = {**seen.rows, **seen.renamed(pack)}
    known = {account for row in there.values() for account in accounts_of(row)}
    now = workspace.connector.now() or workspace.clock.now()
    said = held(workspace, there, now.date())
    newer = updates(workspace, pack, there)
    containers = tuple(spec.title for spec in SOURCES if layout is None or spec.source not in layout.sources)
    secluded = tuple(spec.title for spec in twins(workspace) if layout is None or spec.source not in layout.private)
    pages = tuple(
        page
        for page in pack.pages
        if seen.lacks(f"pack/{page.id}") and f"pack/{page.id}" not in there and not (said and page.private)
    )
    people = tuple(
        account
        for account in team(workspace, accounts)
        if account.id not in known and seen.lacks(f"person/{account.id}")
    )
    return InitPlan(
        (*containers, *secluded),
        tuple(told(page) for page in pages),
        tuple(account.name for account in people),
        tuple(page.title for page in seen.rows.values()),
        blocks=sum(written(page.body).size for page in pages),
        calls=_calls(workspace, len(containers), len(secluded), pages, len(people), there, len(newer)),
        load=_year(workspace, people, there),
        candidates=matches(pages, workspace.connector.candidates()) if pages else (),
        taken_away=tuple(page.title for page in pack.pages if f"pack/{page.id}" in seen.away),
        held=said,
        updates=newer,
    )


def _calls(
    workspace: Workspace,
    containers: int,
    secluded: int,
    pages: Sequence[PackPage],
    people: int,
    there: Mapping[Key, Page],
    newer: int,
) -> int:
    """Requests that making all this takes, about."""
    each, pack = workspace.connector.capabilities.costs, pack_of(workspace)
    made, texts = set(there), 0
    for page in pages:
        texts += later(page, pack, made)
        made.add(f"pack/{page.id}")
    return round(
        each.looking
        + (containers + secluded) * each.container
        + secluded * each.seclusion
        + (len(pages) + people) * each.page
        + (texts + newer) * each.text
        + newer * each.page
        + sum(page.private for page in pages) * each.private
        + len(there) * each.row
    )


def _year(workspace: Workspace, people: Sequence[AccountInfo], there: Mapping[Key, Page]) -> Year:
    """A usual year of those who are in the roster, and of those who are going to be."""
    config = workspace.config
    rows = {page.ref: page.fields.get("roles") for page in there.values() if page.source is Source.USERS}
    held = [*rows.values(), *(roles(workspace, account) for account in people)]
    team = tuple(frozenset(given) if isinstance(given, tuple) else frozenset[str]() for given in held)
    now = workspace.connector.now() or workspace.clock.now()
    return usual_year(
        config.schedules, costs(pack_of(workspace)), config.calendar, team, local_date(now, config.timezone)
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
