"""`init`: bring the ISMS into an empty or half-made workspace. Plan first; resumable after a kill anywhere; a rerun changes nothing.

Pages are made once per key; what exists is left as people have it. The team is taken from the accounts that the token sees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from isms_bot.areas import Seclusion, roles_of, seclusion
from isms_bot.connector import AccountInfo, Draft, Report
from isms_bot.effects.once import Result, Unsettled, once
from isms_bot.errors import Misconfigured, Reopen, StoreError
from isms_bot.layout import BY_SOURCE, PRIVATE, SOURCES, Layout, SourceSpec
from isms_bot.ledger import Draft as Row
from isms_bot.markdown import Filling, fill, link_codes, parse
from isms_bot.model import Link, Page, PageRef, Source, Value
from isms_bot.packs import Pack, PackPage
from isms_bot.workspace import INSTALLATION, Workspace

_SOURCE_OF_KIND: Mapping[str, Source] = {
    "objective": Source.POLICIES,
    "page": Source.POLICIES,
    "policy": Source.POLICIES,
    "procedure": Source.PROCEDURES,
}


@dataclass(frozen=True, slots=True)
class InitPlan:
    """What `init` would make: titles of containers, of pages (with their kind), of people; `adopted` is there already."""

    containers: tuple[str, ...]
    pages: tuple[str, ...]
    people: tuple[str, ...]
    adopted: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """Sentences about what is not made, and what to do."""

    @property
    def changes(self) -> bool:
        """True if anything would be made."""
        return bool(self.containers or self.pages or self.people)

    @property
    def new_pages(self) -> int:
        """How many pages would be made: where containers and people are pages as well, they count."""
        return len(self.containers) + len(self.pages) + len(self.people)

    def as_json(self) -> dict[str, Any]:
        """JSON-compatible data."""
        return {
            "containers": list(self.containers),
            "pages": list(self.pages),
            "people": list(self.people),
            "adopted": list(self.adopted),
            "held": list(self.held),
        }

    def as_text(self) -> str:
        """Lines for a terminal."""
        if not self.changes:
            return "\n".join(self.held) or "Nothing to make: the workspace is complete."
        lines = [f"make container: {title}" for title in self.containers]
        lines += [f"make page: {title}" for title in self.pages]
        lines += [f"add to Users of the ISMS: {name}" for name in self.people]
        lines += [f"there already: {title}" for title in self.adopted]
        lines += self.held
        return "\n".join(lines)


def plan_init(workspace: Workspace) -> InitPlan:
    """What is missing, found by reading only."""
    layout = workspace.layout()
    pack = _pack(workspace)
    people = [account for account in workspace.connector.accounts() if account.is_person and account.active]
    today = (workspace.connector.now() or workspace.clock.now()).date()
    held = _held(workspace, pack, () if layout is None else _existing(workspace), today)
    twins = _twins(workspace, pack)
    if layout is None:
        return InitPlan(
            tuple(spec.title for spec in (*SOURCES, *twins)),
            tuple(_told(page) for page in pack.pages if not (held and page.private)),
            tuple(account.name for account in people),
            held=held,
        )
    existing = _existing(workspace)
    pages = [page for page in pack.pages if f"pack/{page.id}" not in existing and not (held and page.private)]
    there = {account for row in existing.values() for account in _accounts(row)}
    return InitPlan(
        tuple(spec.title for spec in SOURCES if spec.source not in layout.sources)
        + tuple(spec.title for spec in twins if spec.source not in layout.private),
        tuple(_told(page) for page in pages),
        tuple(account.name for account in people if account.id not in there),
        tuple(page.title for page in existing.values()),
        held,
    )


def _told(page: PackPage) -> str:
    """A page of the plan: of which kind, and of a private one who alone will see it."""
    if not page.private:
        return f"{page.title} ({page.kind})"
    roles = dict.fromkeys(("product-manager", "deputy", *sorted(roles_of(page))))
    return f"{page.title} ({page.kind}, private: only {', '.join(roles)})"


def _twins(workspace: Workspace, pack: Pack) -> tuple[SourceSpec, ...]:
    """The places of the private area, if the pack has private pages and they can be put somewhere."""
    wanted = any(page.private for page in pack.pages)
    return PRIVATE if wanted and workspace.connector.secludes() else ()


def _held(workspace: Workspace, pack: Pack, existing: Collection[str], today: date) -> tuple[str, ...]:
    """What is said of private pages that cannot be made now; nothing if there are none."""
    private = [page for page in pack.pages if page.private and f"pack/{page.id}" not in existing]
    if not private:
        return ()
    titles = ", ".join(page.title for page in private)
    match seclusion(workspace, today):
        case Seclusion.READY:
            return ()
        case Seclusion.UNATTESTED:
            return (
                f"not made yet, since nobody has attested that outsiders cannot open the private area: {titles}. Look at its share "
                "menu, then `isms-bot decide attest-private` and `isms-bot init` again.",
            )
        case Seclusion.NOWHERE if workspace.connector.capabilities.restrictions:
            return _unrestricted(page.title for page in private)
        case Seclusion.NOWHERE:
            return (
                f"not made, since they are private and no page is named for them: {titles}. Make one outside of the ISMS that only "
                "product manager, deputy, the roles concerned and the integration can open, name it as private_root in the "
                "configuration, and run `isms-bot init` again; or keep these papers elsewhere.",
            )


def init(workspace: Workspace, report: Report, *, at: datetime | None = None, take_over: bool = False) -> int:
    """Make what is missing; returns how many pages were made. `at`: the business time, the vendor's if not given.

    Raises HeldElsewhere if another installation keeps this workspace, Reopen if this store has just taken over from one whose
    store is lost: open everything again and call once more.
    """
    connector = workspace.connector
    pack = _pack(workspace)
    accounts = [account for account in connector.accounts() if account.is_person and account.active]
    now = at or connector.now() or workspace.clock.now()
    workspace.hold(take_over=take_over)
    if workspace.layout() is not None and not take_over:
        workspace.vouch()
    layout = connector.ensure(SOURCES, workspace.layout(), report, _twins(workspace, pack))
    workspace.keep_layout(layout)
    connector.bind(layout)
    _claim_installation(workspace, now, take_over=take_over)
    existing = _existing(workspace)
    if not workspace.history.contracts and connector.observe(Source.JOBS, None).pages and not workspace.history.people:
        # Jobs without a ledger: it was lost. Nobody is held to what it promised.
        workspace.append(Row("ledger_lost", "", {"before": now.date().isoformat()}), at=now)
    for key, row in existing.items():
        # Made by a run that was cut off: its id comes first, so that ids follow the order of the team.
        if row.source is Source.USERS and row.mark is not None and row.mark.key == key:
            workspace.give_roster_id(row.ref, now)
    made, held = 0, _held(workspace, pack, existing, now.date())
    if not layout.private and not held and any(page.private for page in pack.pages):
        # The wiki turned out not to restrict pages although it did not say so when it was asked.
        held = _unrestricted(page.title for page in pack.pages if page.private)
    for sentence in held:
        report(sentence)
    insiders = [
        one.id for one in accounts if _is(one, workspace.config.product_manager) or _is(one, workspace.config.deputy)
    ]
    for draft in _drafts(workspace, pack, layout, existing, accounts):
        if draft.key in existing or (draft.private and held):
            continue
        page = _make(workspace, draft, now)
        if draft.private:
            # Roles are given later: the next pass lets their holders in.
            page = connector.admit(page, insiders)
        if draft.source is Source.USERS:
            workspace.give_roster_id(page.ref, now)
        existing[draft.key] = page
        made += 1
        report(f"{BY_SOURCE[draft.source].title}: {draft.title}")
    if not workspace.store.meta_get(f"installed/{workspace.name}"):
        body = {"installation": workspace.store.installation(), "pack": pack.name, "version": pack.version}
        workspace.append(Row("installed", INSTALLATION, body), at=now)
        workspace.store.meta_put(f"installed/{workspace.name}", True)
    return made


def _pack(workspace: Workspace) -> Pack:
    pack = workspace.config.pack
    if pack is None:
        raise Misconfigured(f'workspace {workspace.name} names no pack; add pack = "lightweight" to its configuration')
    return pack


def _accounts(row: Page) -> tuple[str, ...]:
    value = row.fields.get("account")
    return value if isinstance(value, tuple) else ()


def _existing(workspace: Workspace) -> dict[str, Page]:
    """Rows of the pack's sources by key; rows of people by their account as well, whoever made them."""
    found: dict[str, Page] = {}
    for source in (Source.POLICIES, Source.PROCEDURES, Source.USERS):
        for page in workspace.connector.observe(source, None).pages:
            if page.mark is not None and page.is_original:
                found[page.mark.key] = page
            for account in _accounts(page) if source is Source.USERS else ():
                found.setdefault(f"person/{account}", page)
    return found


def _unrestricted(titles: Iterable[str]) -> tuple[str, ...]:
    return (
        f"not made, since this wiki cannot restrict who opens a page: {', '.join(titles)}. Upgrade it and run `isms-bot init` again, "
        "or keep these papers elsewhere.",
    )


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


def _drafts(
    workspace: Workspace, pack: Pack, layout: Layout, existing: Mapping[str, Page], accounts: list[AccountInfo]
) -> Iterator[Draft]:
    """Everything that belongs there, in an order in which links lead to what exists already."""
    for account in accounts:
        if f"person/{account.id}" not in existing:
            yield _person(workspace, account)
    for page in pack.pages:
        yield _page(page, layout, existing, _manager(workspace, accounts))


def _manager(workspace: Workspace, accounts: list[AccountInfo]) -> str:
    """The product manager's name as the wiki shows it; as configured where the account cannot be told."""
    return next(
        (account.name for account in accounts if _is(account, workspace.config.product_manager)),
        workspace.config.product_manager,
    )


def _is(account: AccountInfo, named: str | None) -> bool:
    known = {name.casefold() for name in (account.id, account.mail, account.name) if name}
    return named is not None and named.casefold() in known


def _person(workspace: Workspace, account: AccountInfo) -> Draft:
    config = workspace.config
    roles = ["team-member"]
    if _is(account, config.product_manager):
        roles.append("product-manager")
    if _is(account, config.deputy):
        roles.append("deputy")
    fields: dict[str, Value] = {"account": (account.id,), "roles": tuple(roles)}
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
    body = link_codes(fill(parse(page.body), values), there)
    return Draft(source, f"pack/{page.id}", page.title, given, body, private=page.private)


def _policy(page: PackPage, existing: Mapping[str, Page]) -> tuple[PageRef, ...]:
    item = existing.get(f"pack/{page.text('policy')}")
    return (item.ref,) if item else ()
