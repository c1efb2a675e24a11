"""What an in-memory wiki is made of: people, containers, pages, one clock that stands still until it is set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from isms_bot.connector import AccountInfo
from isms_bot.errors import Denied, Gone, Permanent
from isms_bot.layout import FieldKind, FieldSpec, SourceSpec
from isms_bot.model import Account, PageRef, PageState, Source, Span, Value
from isms_bot.testing.body import Body
from isms_bot.testing.faults import FaultPlan

ELSEWHERE = "elsewhere"
TOKEN = "token-of-the-bot"  # noqa: S105 - opens nothing but a dictionary in memory
BOT: Account = "acc-bot"
START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
PEOPLE = tuple(
    AccountInfo(f"acc-{name.lower()}", name, f"{name.lower()}@example.com", is_person=True)
    for name in ("Anna", "Ben", "Chris", "Dana")
)


@dataclass(slots=True)
class MemoryField:
    """A column: `spec` is the field id it was made or adopted for, `options` maps option ids to the names shown now."""

    id: str
    spec: str
    name: str
    kind: FieldKind
    options: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class MemoryContainer:
    """A place where pages of one kind live, with its columns by id. `installation`: who made or adopted it. `private`: it is the
    twin for private pages."""

    ref: str
    source: Source
    title: str
    installation: str
    fields: dict[str, MemoryField] = field(default_factory=dict)
    private: bool = False

    def column(self, name: str) -> MemoryField:
        """The column for a field id, or with that name. Raises LookupError."""
        for column in self.fields.values():
            if name in (column.spec, column.name):
                return column
        raise LookupError(f"{self.title} has no column {name!r}")


@dataclass(slots=True)
class MemoryComment:
    """A comment; `block` is empty for one on the page itself."""

    id: str
    text: str
    author: Account
    at: datetime
    discussion: str
    links: tuple[str, ...] = ()
    block: str = ""
    open: bool = True


@dataclass(slots=True)
class MemoryPage:
    """A page: `home` is the container it was made in, `place` where it is now. `values` by column id, options by option id."""

    ref: PageRef
    home: str
    place: str
    title: str
    created_by: Account
    created_at: datetime
    edited_by: Account
    edited_at: datetime
    born: datetime
    changed: datetime
    values: dict[str, Value] = field(default_factory=dict)
    body: Body = field(default_factory=list)
    comments: list[MemoryComment] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    trashed: bool = False
    archived: bool = False
    protected: bool = False
    shared: bool = True
    draft: bool = False
    """Somebody has more in an unpublished draft of it."""
    audience: frozenset[Account] | None = None
    """Who may open it beside the bot; None: whoever may open its place."""

    @property
    def state(self) -> PageState:
        """Where the page stands; trash outranks all else."""
        if self.trashed:
            return PageState.TRASHED
        if self.archived:
            return PageState.ARCHIVED
        return PageState.LIVE if self.place == self.home else PageState.MOVED


class World:
    """The state behind any number of connectors. Everything in it is deterministic: ids count up, the clock is set by tests.

    `floor_to_minute`: report times as Notion does. `index_lag`: how long new pages and edits stay invisible to `find` and to
    `observe` since a cursor. `tells_of_purge`: a purged page answers Gone instead of the bare Denied.
    """

    def __init__(
        self,
        people: Sequence[AccountInfo] = PEOPLE,
        *,
        now: datetime = START,
        floor_to_minute: bool = False,
        index_lag: timedelta = timedelta(),
        tells_of_purge: bool = False,
    ) -> None:
        bot = AccountInfo(BOT, "isms-bot", None, is_person=False)
        self.accounts: dict[Account, AccountInfo] = {account.id: account for account in (*people, bot)}
        self.now = now
        self.floor_to_minute = floor_to_minute
        self.index_lag = index_lag
        self.tells_of_purge = tells_of_purge
        self.token = TOKEN
        self.restricts = True
        """Single pages can be restricted, if this kind of wiki can do that at all."""
        self.closed_place: frozenset[Account] | None = None
        """Who can open the place for private pages that people close by hand; None: there is none."""
        self.root = "root"
        self.room: int | None = None
        """Blocks that the plan of this wiki holds."""
        self.unknown_ref: PageRef = "page-none"
        self.faults = FaultPlan()
        self.calls = 0
        self.containers: dict[str, MemoryContainer] = {}
        self.pages: dict[PageRef, MemoryPage] = {}
        self.purged: set[PageRef] = set()
        self._numbers: Counter[str] = Counter()

    # --- clock and ids ---

    def set_now(self, now: datetime) -> None:
        """Set the clock of the wiki; it stands still until it is set again."""
        self.now = now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock and return the new time."""
        self.now += by
        return self.now

    def stamp(self, moment: datetime | None = None) -> datetime:
        """A moment (default: now) as this wiki reports times."""
        moment = self.now if moment is None else moment
        return moment.replace(second=0, microsecond=0) if self.floor_to_minute else moment

    def new_id(self, kind: str) -> str:
        """`page-0001`, `page-0002`, …"""
        self._numbers[kind] += 1
        return f"{kind}-{self._numbers[kind]:04d}"

    # --- people ---

    @property
    def people(self) -> tuple[AccountInfo, ...]:
        """The accounts that are people, in the order given."""
        return tuple(account for account in self.accounts.values() if account.is_person)

    def account(self, who: str | None) -> Account:
        """The account of a person by id or name, the first person by default. Raises LookupError."""
        if who is None:
            return self.people[0].id
        for account in self.accounts.values():
            if who in (account.id, account.name):
                return account.id
        raise LookupError(f"nobody here is called {who!r}")

    def names(self) -> dict[Account, str]:
        """Display names by account."""
        return {account.id: account.name for account in self.accounts.values()}

    def may_open(self, page: PageRef, who: str) -> bool:
        """True if this person can open the page."""
        stored, account = self.pages[page], self.account(who)
        place = self.containers.get(stored.place)
        if place is not None and place.private and self.closed_place is not None:
            return account in self.closed_place
        return stored.audience is None or account in stored.audience

    # --- containers and pages ---

    def container(self, source: Source) -> MemoryContainer:
        """The container of a source. Raises LookupError before `ensure`."""
        for container in self.containers.values():
            if container.source is source and not container.private:
                return container
        raise LookupError(f"there is no container for {source.value} yet")

    def add_container(self, spec: SourceSpec, installation: str, *, private: bool = False) -> MemoryContainer:
        """Make an empty container."""
        container = MemoryContainer(self.new_id("container"), spec.source, spec.title, installation, private=private)
        self.containers[container.ref] = container
        return container

    def add_column(self, container: MemoryContainer, spec: FieldSpec) -> MemoryField:
        """Make a column with the options it starts with."""
        column = MemoryField(self.new_id("field"), spec.id, spec.name, spec.kind)
        for name in spec.options:
            self.option(column, name)
        container.fields[column.id] = column
        return column

    def option(self, column: MemoryField, name: str) -> str:
        """The id of an option by id or name, made if it does not exist."""
        for option, shown in column.options.items():
            if name in (option, shown):
                return option
        option = self.new_id("option")
        column.options[option] = name
        return option

    def stored(self, ref: PageRef) -> MemoryPage:
        """The page whatever its state. Raises Gone or Denied as a vendor would."""
        page = self.pages.get(ref)
        if page is not None and page.shared:
            return page
        if ref in self.purged and self.tells_of_purge:
            raise Gone(f"page {ref} was deleted for good")
        raise Denied(f"page {ref} does not exist or is not shared with the bot")

    def live(self, ref: PageRef) -> MemoryPage:
        """The page if it can be written to. Raises Gone if it is in the trash."""
        page = self.stored(ref)
        if page.trashed:
            raise Gone(f"page {ref} is in the trash")
        return page

    def rows(self, container: str) -> Iterator[MemoryPage]:
        """Live pages of a container, oldest first."""
        return (
            page
            for page in self.pages.values()
            if page.place == container and page.state is PageState.LIVE and page.shared
        )

    def add_page(self, container: MemoryContainer, title: str, author: Account) -> MemoryPage:
        """A new, empty page."""
        at = self.stamp()
        ref = self.new_id("page")
        page = MemoryPage(ref, container.ref, container.ref, title, author, at, author, at, self.now, self.now)
        self.pages[ref] = page
        return page

    # --- the test page of `prove` ---

    def add_test_page(self, title: str, key: str) -> MemoryPage:
        """A page of the bot directly under the root, marked with `key`."""
        at, ref = self.stamp(), self.new_id("page")
        page = MemoryPage(ref, self.root, self.root, title, BOT, at, BOT, at, self.now, self.now, {"mark": key})
        self.pages[ref] = page
        return page

    def test_pages(self) -> tuple[MemoryPage, ...]:
        """Live pages of the bot directly under the root that carry a mark."""
        return tuple(
            page for page in self.rows(self.root) if page.created_by == BOT and page.values.get("mark") is not None
        )

    def trash_test_page(self, page: MemoryPage) -> bool:
        """Put it into the trash; False, and it stays, if somebody else has written in it."""
        if {page.edited_by, *(one.author for one in page.comments)} - {BOT}:
            return False
        page.trashed = True
        return True

    def add_comment(self, page: MemoryPage, text: str) -> MemoryComment:
        """A comment of the bot."""
        ids = self.new_id("comment"), self.new_id("discussion")
        page.comments.append(MemoryComment(ids[0], text, BOT, self.stamp(), ids[1]))
        return page.comments[-1]

    def touch(self, page: MemoryPage, author: Account) -> None:
        """Note who changed the page last, and when."""
        page.edited_by, page.edited_at, page.changed = author, self.stamp(), self.now

    def value(self, column: MemoryField, value: Value) -> Value:
        """A value as the column keeps it (options as option ids). Raises Permanent if it does not fit the kind."""
        if value is None or value in ("", ()):
            return None
        match column.kind, value:
            case FieldKind.OPTION, str():
                return self.option(column, value)
            case FieldKind.OPTIONS, tuple():
                return tuple(self.option(column, name) for name in value)
            case (FieldKind.PEOPLE, tuple()) if all(account in self.accounts for account in value):
                return value
            case (FieldKind.RELATION, tuple()) if all(ref in self.pages for ref in value):
                return value
            case ((FieldKind.TITLE | FieldKind.TEXT | FieldKind.MAIL | FieldKind.URL), str()):
                return value
            case FieldKind.CHECKBOX, bool():
                return value
            case (FieldKind.NUMBER, int() | float()) if not isinstance(value, bool):
                return value
            case FieldKind.DATE, Span() | datetime():
                return value
        raise Permanent(f"column {column.name!r} ({column.kind.value}) cannot hold {value!r}")
