"""Pages that a team has already, in the place of pages of the pack: found by title, chosen by a person, never changed.

The pack's page is made all the same, as the row that carries fields and mark, is linked to, and gets the records; in the place of
the pack's text it says where the team's text stands. Which page that is stands in the Register, and in the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from isms_bot import texts
from isms_bot.bootstrap.wanted import Found
from isms_bot.connector import Candidate
from isms_bot.document import Document
from isms_bot.errors import Denied, Gone, UsageError
from isms_bot.markdown import fill, parse
from isms_bot.model import Key, Link, Page, PageRef, PageState, Source
from isms_bot.packs import Pack, PackPage
from isms_bot.packs.checking import unknown_name
from isms_bot.signoff.folding import flat
from isms_bot.workspace import Workspace

ADOPTED = "adopted/"
"""Keys of the register's rows that say which page of the team's own stands for a page of the pack begin with it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A page of the pack that is still to be made, and a page of the team's own with the same title."""

    id: str
    title: str
    candidate: Candidate

    def as_json(self) -> dict[str, Any]:
        """JSON-compatible data."""
        one = self.candidate
        return {"id": self.id, "page": one.ref, "title": one.title, "url": one.url, "where": list(one.where)}

    def sentence(self) -> str:
        """What people read."""
        where = " / ".join((*self.candidate.where, self.candidate.title))
        return f'"{where}" ({self.candidate.url}) may be your own "{self.title}" ({self.id})'


def matches(pages: Iterable[PackPage], candidates: Iterable[Candidate]) -> tuple[Match, ...]:
    """Pages of the team's own whose title is that of a page of the pack, as people compare titles. Pure."""
    titled: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        titled.setdefault(_folded(candidate.title), []).append(candidate)
    return tuple(
        Match(page.id, page.title, candidate)
        for page in pages
        for name in dict.fromkeys((_folded(page.title), _folded(page.title.partition(": ")[2]), _folded(page.id)))
        for candidate in (titled.get(name, ()) if name else ())
    )


def _folded(title: str) -> str:
    """A title without case, accents and whatever is neither letter nor digit."""
    return " ".join(re.findall(r"[^\W_]+", flat(title)))


def chosen(workspace: Workspace, pack: Pack, found: Found, adopt: Mapping[str, str]) -> dict[Key, Page]:
    """The pages that a person has chosen, by key, each read once. Raises UsageError for a choice that makes no sense."""
    made: dict[Key, Page] = {}
    for name, ref in adopt.items():
        if name not in {page.id for page in pack.pages}:
            raise UsageError(
                f"--adopt {name}={ref}: {unknown_name('page of the pack', name, (p.id for p in pack.pages))}"
            )
        key = f"pack/{name}"
        known = workspace.history.adopted.get(key)
        if not found.lacks(key) and known is None:
            raise UsageError(f"--adopt {name}={ref}: this page is there already; adopt before it is made")
        try:
            page = workspace.connector.page(ref)
        except (Denied, Gone) as error:
            raise UsageError(f"--adopt {name}={ref}: the page cannot be read: {error}") from error
        if page.state in (PageState.TRASHED, PageState.ARCHIVED):
            raise UsageError(f'--adopt {name}={ref}: "{page.title}" lies in the {page.state.value}; take it out first')
        if page.mark is not None:
            raise UsageError(f'--adopt {name}={ref}: "{page.title}" is a page of the bot already')
        if known not in (None, page.ref):
            raise UsageError(f"--adopt {name}={ref}: another page was adopted for it already ({known})")
        if any(other.ref == page.ref for other in made.values()):
            raise UsageError(f'--adopt {name}={ref}: "{page.title}" cannot stand for two pages')
        made[key] = page
    return made


def remembered(workspace: Workspace) -> dict[Key, PageRef]:
    """What was adopted, by key: of the ledger; after the loss of a store of the register, which is asked until `init` is done."""
    known = dict(workspace.history.adopted)
    if not workspace.store.meta_get(f"installed/{workspace.name}"):
        for row in workspace.connector.observe(Source.REGISTER, None).pages:
            ref = row.fields.get("ref")
            if row.mark is not None and row.mark.key.startswith(ADOPTED) and isinstance(ref, str):
                known.setdefault(row.mark.key.removeprefix(ADOPTED), ref)
    return known


def stand_in(page: Page, language: str) -> Document:
    """What the pack's page says in the place of its own text."""
    said = parse(texts.say("page.adopted", language, page="{page}"))
    return fill(said, {"page": Link(page.title or page.ref, page.url)})
