"""What belongs into a workspace: a row per person, a page per page of the pack, as drafts. Nothing is asked and nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from isms_bot.connector import AccountInfo, Draft
from isms_bot.document import Document
from isms_bot.errors import Misconfigured
from isms_bot.layout import BY_SOURCE, Layout
from isms_bot.markdown import Filling, fill, link_codes, parse
from isms_bot.model import Link, Page, PageRef, Source, Value
from isms_bot.packs import Pack, PackPage
from isms_bot.workspace import Workspace

_SOURCE_OF_KIND: Mapping[str, Source] = {
    "objective": Source.POLICIES,
    "page": Source.POLICIES,
    "policy": Source.POLICIES,
    "procedure": Source.PROCEDURES,
}


def pack_of(workspace: Workspace) -> Pack:
    """The workspace's pack. Raises Misconfigured if it names none."""
    pack = workspace.config.pack
    if pack is None:
        raise Misconfigured(f'workspace {workspace.name} names no pack; add pack = "lightweight" to its configuration')
    return pack


def people_of(workspace: Workspace) -> list[AccountInfo]:
    """The accounts of people who are there; one question to the wiki."""
    return [account for account in workspace.connector.accounts() if account.is_person and account.active]


def accounts_of(row: Page) -> tuple[str, ...]:
    """The accounts that a row of the roster names."""
    value = row.fields.get("account")
    return value if isinstance(value, tuple) else ()


def existing(workspace: Workspace) -> dict[str, Page]:
    """Rows of the pack's sources by key; rows of people by their account as well, whoever made them."""
    found: dict[str, Page] = {}
    for source in (Source.POLICIES, Source.PROCEDURES, Source.USERS):
        for page in workspace.connector.observe(source, None).pages:
            if page.mark is not None and page.is_original:
                found[page.mark.key] = page
            for account in accounts_of(page) if source is Source.USERS else ():
                found.setdefault(f"person/{account}", page)
    return found


@lru_cache(maxsize=256)
def written(body: str) -> Document:
    """The text of a page of a pack, placeholders and codes as they stand there."""
    return parse(body)


def drafts(
    workspace: Workspace, pack: Pack, layout: Layout, existing: Mapping[str, Page], accounts: Sequence[AccountInfo]
) -> Iterator[Draft]:
    """Everything that belongs there, in an order in which links lead to what exists already."""
    for account in accounts:
        if f"person/{account.id}" not in existing:
            yield person(workspace, account)
    for page in pack.pages:
        yield _page(page, layout, existing, manager(workspace, accounts))


def manager(workspace: Workspace, accounts: Sequence[AccountInfo]) -> str:
    """The product manager's name as the wiki shows it; as configured where the account cannot be told."""
    return next(
        (account.name for account in accounts if _is(account, workspace.config.product_manager)),
        workspace.config.product_manager,
    )


def roles(workspace: Workspace, account: AccountInfo) -> tuple[str, ...]:
    """The roles that a person begins with."""
    named = {"product-manager": workspace.config.product_manager, "deputy": workspace.config.deputy}
    return ("team-member", *(role for role, who in named.items() if _is(account, who)))


def _is(account: AccountInfo, named: str | None) -> bool:
    known = {name.casefold() for name in (account.id, account.mail, account.name) if name}
    return named is not None and named.casefold() in known


def person(workspace: Workspace, account: AccountInfo) -> Draft:
    """The row of somebody in the roster."""
    fields: dict[str, Value] = {"account": (account.id,), "roles": roles(workspace, account)}
    if account.mail:
        fields["mail"] = account.mail
    return Draft(Source.USERS, f"person/{account.id}", account.name, fields)


def _page(page: PackPage, layout: Layout, existing: Mapping[str, Page], manager: str) -> Draft:
    source = _SOURCE_OF_KIND[page.kind]
    container = layout.sources[Source.POLICIES]
    objective = existing.get("pack/objective")
    values: dict[str, Filling] = {
        "product_manager": manager,
        "objective": Link(objective.title, objective.url) if objective else "our objective",
        "policy": Link(BY_SOURCE[Source.POLICIES].title, container.url) if container.url else "our policy",
    }
    fields: dict[str, Value] = {}
    if source is Source.POLICIES:
        fields = {"item": page.id, "applies": "Yes"} if page.kind == "policy" else {"item": page.id}
    else:
        fields = {
            "procedure": page.id,
            "role": page.text("role"),
            "minutes": int(page.text("minutes") or 0) or None,
            "evidence": page.text("evidence"),
            "policy": _policy(page, existing),
        }
    given = {name: value for name, value in fields.items() if value not in (None, "", ())}
    # A page names others by their ids; those that are there already are a click away.
    there = {key.removeprefix("pack/"): row.url for key, row in existing.items() if key.startswith("pack/") and row.url}
    return Draft(source, f"pack/{page.id}", page.title, given, link_codes(fill(written(page.body), values), there))


def _policy(page: PackPage, existing: Mapping[str, Page]) -> tuple[PageRef, ...]:
    item = existing.get(f"pack/{page.text('policy')}")
    return (item.ref,) if item else ()
