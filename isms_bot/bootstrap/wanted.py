"""What belongs into a workspace: a row per person, a page per page of the pack, as drafts. Nothing is asked and nothing written."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from isms_bot import keeping
from isms_bot.bootstrap.reviewing import first_review
from isms_bot.connector import AccountInfo, Draft
from isms_bot.document import Document
from isms_bot.errors import Denied, Gone, Misconfigured
from isms_bot.layout import BY_SOURCE, Layout
from isms_bot.markdown import Filling, codes, fill, link_codes, parse, placeholders
from isms_bot.model import Account, Key, Link, Page, PageRef, PageState, Source, Span, Value, WorkCalendar
from isms_bot.packs import Pack, PackPage
from isms_bot.workspace import Workspace

_SOURCE_OF_KIND: Mapping[str, Source] = {
    "objective": Source.POLICIES,
    "page": Source.POLICIES,
    "policy": Source.POLICIES,
    "procedure": Source.PROCEDURES,
}


INIT = "init"
"""Kind of the intents of pages that are made."""


def pack_of(workspace: Workspace) -> Pack:
    """The workspace's pack. Raises Misconfigured if it names none."""
    pack = workspace.config.pack
    if pack is None:
        raise Misconfigured(f'workspace {workspace.name} names no pack; add pack = "lightweight" to its configuration')
    return pack


def people_of(workspace: Workspace) -> list[AccountInfo]:
    """The accounts of people who are there; one question to the wiki."""
    return [account for account in workspace.connector.accounts() if account.is_person and account.active]


def team(workspace: Workspace, people: Sequence[AccountInfo]) -> list[AccountInfo]:
    """Which of these `init` puts on Users of the ISMS: all of them or, the first time, those whom `team` of the configuration names,
    with product manager and deputy; later the roster in the wiki alone says who belongs to it.

    Raises Misconfigured for a name that nobody has.
    """
    config = workspace.config
    if config.team is None:
        return list(people)
    if workspace.store.meta_get(f"installed/{workspace.name}"):
        return []
    strangers = [name for name in config.team if not any(_is(account, name) for account in people)]
    if strangers:
        raise Misconfigured(
            f"workspace {workspace.name}: team names {', '.join(strangers)}, and no account that the token sees is called so; write "
            "the e-mail address, account id or name as the wiki has it"
        )
    named = [name for name in (*config.team, config.product_manager, config.deputy) if name is not None]
    return [account for account in people if any(_is(account, name) for name in named)]


def accounts_of(row: Page) -> tuple[str, ...]:
    """The accounts that a row of the roster names."""
    value = row.fields.get("account")
    return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a workspace holds already: rows by key, rows of people by their account as well, whoever made them. `away`: keys whose
    page was made once and is not where it was; people took it away, so it is not made again."""

    rows: dict[Key, Page]
    away: frozenset[Key] = frozenset()

    def lacks(self, key: Key) -> bool:
        """True if a page with this key is still to be made."""
        return key not in self.rows and key not in self.away

    def renamed(self, pack: Pack) -> Mapping[Key, Page]:
        """Pages of another pack, or of an earlier version, that go on as pages of this one, by their key here."""
        former = {f"pack/{name}": [f"pack/{old}" for old in olds] for name, olds in pack.was.items()}
        return {
            key: self.rows[old]
            for key, olds in former.items()
            if self.lacks(key)
            for old in reversed(olds)
            if old in self.rows
        }


def found(workspace: Workspace) -> Found:
    """Rows of the pack's sources, and what became of those that an earlier `init` made."""
    rows: dict[Key, Page] = {}
    for source in (Source.POLICIES, Source.PROCEDURES, Source.USERS):
        for page in workspace.connector.observe(source, None).pages:
            if page.mark is not None and page.is_original:
                rows[page.mark.key] = page
            for account in accounts_of(page) if source is Source.USERS else ():
                rows.setdefault(f"person/{account}", page)
    away: set[Key] = set()
    for intent, result in workspace.store.outcomes(workspace.name, INIT).items():
        key = intent.removeprefix("init:")
        if key in rows or not key.startswith(("pack/", "person/")):
            continue
        known = _looked_up(workspace, str(result.get("page")))
        if known is not None and known.state is PageState.LIVE:
            # A list may lag behind; a page that is asked for by its id does not.
            rows[key] = known
        else:
            away.add(key)
    return Found(rows, frozenset(away))


def _looked_up(workspace: Workspace, ref: PageRef) -> Page | None:
    try:
        return workspace.connector.page(ref)
    except (Gone, Denied):
        return None


@lru_cache(maxsize=256)
def written(body: str) -> Document:
    """The text of a page of a pack, placeholders and codes as they stand there."""
    return parse(body)


def manager(workspace: Workspace, accounts: Sequence[AccountInfo], rows: Mapping[Key, Page]) -> Filling:
    """The product manager's name as the wiki shows it, leading to the row in the roster; as configured where the account cannot
    be told."""
    for account in accounts:
        if _is(account, workspace.config.product_manager):
            row = rows.get(f"person/{account.id}")
            return Link(account.name, row.url) if row and row.url else account.name
    return workspace.config.product_manager


def roles(workspace: Workspace, account: AccountInfo) -> tuple[str, ...]:
    """The roles that a person begins with."""
    named = {"product-manager": workspace.config.product_manager, "deputy": workspace.config.deputy}
    return ("team-member", *(role for role, who in named.items() if _is(account, who)))


def insiders(workspace: Workspace, accounts: Sequence[AccountInfo]) -> tuple[Account, ...]:
    """The accounts of product manager and deputy, who may open everything in the private area."""
    config = workspace.config
    return tuple(one.id for one in accounts if _is(one, config.product_manager) or _is(one, config.deputy))


def _is(account: AccountInfo, named: str | None) -> bool:
    known = {name.casefold() for name in (account.id, account.mail, account.name) if name}
    return named is not None and named.casefold() in known


def person(workspace: Workspace, account: AccountInfo) -> Draft:
    """The row of somebody in the roster."""
    fields: dict[str, Value] = {"account": (account.id,), "roles": roles(workspace, account)}
    if account.mail:
        fields["mail"] = account.mail
    return Draft(Source.USERS, f"person/{account.id}", account.name, fields)


def named(page: PackPage, pack: Pack) -> frozenset[str]:
    """Ids of other pages of the pack that the text of a page leads to, as codes or as placeholder."""
    text = written(page.body)
    found_ = codes(text) | ({"objective"} & placeholders(text))
    return (found_ & {one.id for one in pack.pages}) - {page.id}


def later(page: PackPage, pack: Pack, made: Container[Key]) -> bool:
    """True if the text of a page leads to pages that are still to be made, or is the bot's own: it is written once they are there."""
    return page in keeping.kept_pages(pack) or any(f"pack/{name}" not in made for name in named(page, pack))


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a pack as they shall stand in a workspace on a day. `manager`: the product manager's name, or a link to the
    row."""

    workspace: Workspace
    pack: Pack
    layout: Layout
    manager: Filling
    day: date

    def draft(self, page: PackPage, rows: Mapping[Key, Page]) -> Draft:
        """A page with its fields and its text, in which the ids of pages that are there are a click away."""
        source = _SOURCE_OF_KIND[page.kind]
        fields, text = self._fields(page, source, rows), self.text(page, rows)
        return Draft(source, f"pack/{page.id}", page.title, fields, text, private=page.private)

    def text(self, page: PackPage, rows: Mapping[Key, Page]) -> Document:
        """The text of a page, with links to what is there; of one that the bot keeps, what is known by now."""
        if page in keeping.kept_pages(self.pack):
            return keeping.first(self.workspace, page, self.pack, rows, self.day)
        container = self.layout.sources[Source.POLICIES]
        objective = rows.get("pack/objective")
        values: dict[str, Filling] = {
            "product_manager": self.manager,
            "objective": Link(objective.title, objective.url) if objective else "our objective",
            "policy": Link(BY_SOURCE[Source.POLICIES].title, container.url) if container.url else "our policy",
        }
        there = {name: row.url for name in named(page, self.pack) if (row := rows.get(f"pack/{name}")) and row.url}
        return link_codes(fill(written(page.body), values), there)

    def _fields(self, page: PackPage, source: Source, rows: Mapping[Key, Page]) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        if source is Source.POLICIES:
            fields = {"item": page.id, "applies": "Yes" if page.kind == "policy" else None}
        else:
            fields = {
                "procedure": page.id,
                "role": page.text("role"),
                "minutes": int(page.text("minutes") or 0) or None,
                "evidence": page.text("evidence"),
                "policy": _policy(page, rows),
            }
        if page not in keeping.kept_pages(self.pack):
            holidays = WorkCalendar(holidays=self.workspace.config.calendar)
            fields["review"] = Span(first_review(page.id, self.day, holidays))
        return {name: value for name, value in fields.items() if value not in (None, "", ())}


def _policy(page: PackPage, rows: Mapping[Key, Page]) -> tuple[PageRef, ...]:
    item = rows.get(f"pack/{page.text('policy')}")
    return (item.ref,) if item else ()
