"""Pages as Confluence answers them as the port's pages: whose mark, which source, where it stands, which values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from isms_bot.connector import AccountInfo
from isms_bot.errors import Denied, Misconfigured, Permanent
from isms_bot.layout import BY_SOURCE, Layout, SourceLayout, SourceSpec
from isms_bot.model import Account, Mark, Page, PageRef, PageState, Source, Value
from isms_bot_confluence import fields
from isms_bot_confluence.api import Api, Me, Raw, Space
from isms_bot_confluence.fields import Record
from isms_bot_confluence.settings import page_id
from isms_bot_confluence.storage import Cell, Details, Flavor, details, shown

ANTECHAMBER = "antechamber"
"""In the layout of a place of the private area: the page below which its pages are made."""

COPIED = "?"
"""The page of a mark that stands in a page which its maker did not mark: a copy made by hand."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a page holds of the bot's: record of the property, the two tables, and the mark that follows from them."""

    record: Record | None
    details: Details | None
    mark: Mark | None


class Reader:
    """Reads for one workspace. Remembers accounts, titles, and where a page was at home."""

    def __init__(self, api: Api, flavor: Flavor, installation: str, workspace: str) -> None:
        self.api = api
        self.flavor = flavor
        self.installation = installation
        self.workspace = workspace
        self.layout: Layout | None = None
        self.titles: dict[PageRef, str] = {}
        self._me: Account | None = None
        self._bot: Me | None = None
        self._space: Space | None = None
        self._known: dict[Account, AccountInfo] = {}
        self._home: dict[PageRef, Source] = {}
        self._private: set[PageRef] = set()
        self._by_title = Titles(self)

    # --- where things are

    def bind(self, layout: Layout) -> None:
        """Use these containers."""
        self.layout = layout
        place = next(iter(layout.sources.values()), None)
        if place is not None and {"space", "space_key", "bot"} <= set(place.extra):
            self._me = place.extra["bot"]
            self._space = Space(place.extra["space"], place.extra["space_key"], place.extra["space_key"])

    def place(self, source: Source, *, private: bool = False) -> SourceLayout:
        """The container of a source, or its twin in the private area. Raises Misconfigured before `ensure` or `bind`."""
        found = self.layout.place(source, private=private) if self.layout else None
        if found is None:
            title = BY_SOURCE[source].title
            where = f'no private area for "{title}"' if private else f'no page for "{title}"'
            raise Misconfigured(f"there is {where} yet; run `isms-bot init`")
        return found

    def source_of(self, container: str | None) -> Source | None:
        """The source whose container, or the twin of whose container, this page is."""
        for places in (self.layout.sources, self.layout.private) if self.layout else ():
            for source, place in places.items():
                if place.ref == container:
                    return source
        return None

    @property
    def antechamber(self) -> PageRef | None:
        """The page that nobody but the bot can open, below which private pages are made; None without a private area."""
        places = self.layout.private.values() if self.layout else ()
        return next((place.extra[ANTECHAMBER] for place in places), None)

    def is_private(self, container: str | None) -> bool:
        """True for places of the private area."""
        places = self.layout.private.values() if self.layout else ()
        return container is not None and container in {self.antechamber, *(place.ref for place in places)}

    def homes(self, source: Source) -> tuple[PageRef, ...]:
        """Pages below which pages of the source stand: its container, and in the private area its twin and the antechamber."""
        twin = self.layout.place(source, private=True) if self.layout else None
        private = (twin.ref, twin.extra[ANTECHAMBER]) if twin is not None else ()
        return (self.place(source).ref, *private)

    def address(self, ref: PageRef) -> str:
        """The address of a page; it holds whatever its title becomes."""
        if self.flavor is Flavor.CLOUD:
            return f"{self.api.site}/spaces/{self.space.key}/pages/{ref}"
        return f"{self.api.site}/pages/viewpage.action?pageId={ref}"

    @property
    def me(self) -> Account:
        """The bot's own account, as the layout knows it, else asked for once."""
        if self._me is None:
            self._me = self.bot.account
        return self._me

    @property
    def bot(self) -> Me:
        """Who the token belongs to, asked for once."""
        if self._bot is None:
            self._bot = self.api.whoami()
        return self._bot

    @property
    def space(self) -> Space:
        """The space of the ISMS, as the layout knows it, else asked for once."""
        if self._space is None:
            self._space = self.api.space()
        return self._space

    @property
    def by_title(self) -> Mapping[str, PageRef]:
        """Ids of pages by title; looked up once each, when they are asked for."""
        return self._by_title

    # --- people

    def accounts(self) -> tuple[AccountInfo, ...]:
        """All accounts that the token sees; the bot's own is a bot, whatever kind of account it has."""
        listed, me = self.api.accounts(), self.me
        found = tuple(replace(one, is_person=False) if one.id == me else one for one in listed)
        if me not in {one.id for one in found}:
            found = (*found, AccountInfo(me, "isms-bot", None, is_person=False))
        self._known |= {one.id: one for one in found}
        return found

    def learn(self, accounts: Iterable[Account]) -> None:
        """Look up those of these accounts that are not known yet, together."""
        missing = {one for one in accounts if one} - set(self._known)
        if missing:
            self._known |= self.api.who(missing)
            # Who has left is unknown to Confluence: a person, as far as anybody can tell.
            unknown = {one: AccountInfo(one, one, None, is_person=True, active=False) for one in missing}
            self._known = unknown | self._known

    def is_person(self, account: Account) -> bool:
        """True for everybody but the bot itself and other apps."""
        if account == self.me or not account:
            return False
        self.learn((account,))
        return self._known[account].is_person

    def names(self, accounts: Iterable[Account]) -> dict[Account, str]:
        """Names by account."""
        wanted = set(accounts)
        self.learn(wanted)
        return {one: self._known[one].name for one in wanted if one in self._known}

    def known_names(self) -> dict[Account, str]:
        """Names of the accounts that were looked up before; no request."""
        return {one.id: one.name for one in self._known.values()}

    # --- pages

    def held(self, raw: Raw) -> Held:
        """What a page holds of the bot's.

        The property is the truth: it carries the id of its page, so that a copy made with its properties shows. A page without
        one that was made by the bot itself is still being prepared; made by anybody else it is a copy.
        """
        record = fields.read(raw.property.value) if raw.property else None
        try:
            found = details(raw.storage)
        except Permanent:
            found = None
        if record is not None:
            return Held(record, found, record.mark)
        rows = found.mark if found is not None else None
        if rows is None or not rows.key or rows.source not in Source._value2member_map_:
            return Held(None, found, None)
        page = "" if raw.author == self.me else COPIED
        return Held(None, found, Mark(rows.installation, rows.workspace, rows.key, page))

    def page(self, raw: Raw, source: Source | None = None) -> Page:
        """A page of an answer. `source`: it was found in this one's container."""
        held = self.held(raw)
        home, state, private = self._stands(raw, held, source)
        self.titles[raw.id] = raw.title
        return Page(
            ref=raw.id,
            source=home,
            title=raw.title,
            url=self.address(raw.id),
            state=state,
            fields=self.values(home, held),
            mark=held.mark,
            created_by=raw.author or None,
            created_at=raw.created_at,
            edited_by=raw.edited_by or None,
            edited_at=raw.edited_at,
            private=private,
        )

    def values(self, source: Source, held: Held) -> dict[str, Value]:
        """Values by field id; the key is the mark's. Empty is None."""
        spec = BY_SOURCE[source]
        cells = self.cells(spec, held)
        parsed = {
            name: cell.value(spec.field(name), pages=self.by_title).value
            for name, cell in cells.items()
            if cell is not None and _asked(held, source, name, cell)
        }
        if held.record is not None and held.record.source is source:
            texts = {name: None if cell is None else cell.text for name, cell in cells.items()}
            values = fields.merged(held.record, texts, parsed)
        else:
            values = {name: fields.checked(spec.field(name), parsed.get(name), "") for name in cells}
        return {**values, "key": held.mark.key if held.mark else None}

    def cells(self, spec: SourceSpec, held: Held) -> dict[str, Cell | None]:
        """The cells of the visible table by field id, None where there is no such row."""
        found = (held.details.cells if held.details else None) or {}
        return {one.id: found.get(one.name) for one in shown(spec)}

    def _stands(self, raw: Raw, held: Held, source: Source | None) -> tuple[Source, PageState, bool]:
        """(source, state, whether in the private area). Trashed and archived pages are as private as they were seen last."""
        said = self.said(held)
        lives = source or self.source_of(raw.parent) or (said if raw.parent == self.antechamber else None)
        own = held.record.source if held.record and held.record.mark.page == raw.id else None
        home = own or lives or said or self._home.get(raw.id)
        if raw.status in ("trashed", "deleted"):
            return home or Source.JOBS, PageState.TRASHED, raw.id in self._private
        if home is not None:
            self._home[raw.id] = home
        if raw.status == "archived":
            return home or Source.JOBS, PageState.ARCHIVED, raw.id in self._private
        if home is not None and lives is home:
            return home, PageState.LIVE, self._noted(raw.id, private=self.is_private(raw.parent))
        if home is Source.JOBS and self._filed(raw, held):
            return home, PageState.LIVE, self._noted(raw.id, private=False)
        return self._by_ancestors(raw, home)

    def _noted(self, ref: PageRef, *, private: bool) -> bool:
        (self._private.add if private else self._private.discard)(ref)
        return private

    def said(self, held: Held) -> Source | None:
        """The source that a page says it is of, in its property or else in its text."""
        return (held.record.source if held.record else None) or self._said(held)

    def _said(self, held: Held) -> Source | None:
        rows = held.details.mark if held.details else None
        return Source(rows.source) if rows is not None and rows.source in Source._value2member_map_ else None

    @staticmethod
    def _filed(raw: Raw, held: Held) -> bool:
        """True for a record under the policy item that it was filed under."""
        policy = held.record.fields.get("policy") if held.record else None
        return isinstance(policy, tuple) and raw.parent in policy

    def _by_ancestors(self, raw: Raw, home: Source | None) -> tuple[Source, PageState, bool]:
        """The page stands under no container directly: in a folder, below another page, or somewhere else altogether."""
        if raw.parent is None or self.layout is None:
            return home or Source.JOBS, PageState.MOVED, False
        above = self.api.ancestors(raw.id)
        within = next((found for one in reversed(above) if (found := self.source_of(one))), None)
        private = self._noted(raw.id, private=any(self.is_private(one) for one in above))
        if home is None:
            return within or Source.JOBS, PageState.LIVE if within else PageState.MOVED, private
        stays = within is home or (home is Source.JOBS and within is Source.POLICIES)
        return home, PageState.LIVE if stays else PageState.MOVED, private


class Titles(Mapping[str, PageRef]):
    """Ids of pages by title, asked for when somebody looks; a title that nobody has may be given later."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._found: dict[str, PageRef] = {}

    def __getitem__(self, title: str) -> PageRef:
        if title not in self._found:
            found = self._reader.api.titled(self._reader.space, title)
            if found is None:
                raise KeyError(title)
            self._found[title] = found
        return self._found[title]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __bool__(self) -> bool:
        """Nothing asked for yet is not nothing there."""
        return True


def _asked(held: Held, source: Source, name: str, cell: Cell) -> bool:
    """False where the record's value counts anyway: what a cell means may cost a look-up."""
    record = held.record
    if record is None or record.source is not source:
        return True
    return fields.fingerprint(cell.text) != record.seen.get(name, fields.fingerprint(None))


def ref_of(text: str) -> PageRef:
    """A page reference from an id or an address. Raises Denied for anything else, as for a page that is not there."""
    try:
        return page_id(text)
    except ValueError as error:
        raise Denied(f"{text!r} is no page of Confluence") from error


def live(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Those that stand where they belong."""
    return tuple(page for page in pages if page.state is PageState.LIVE)
