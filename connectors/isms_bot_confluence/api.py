"""What both platforms answer, as plain values, and the protocol that hides which one it was.

`cloud.Cloud` and `datacenter.DataCenter` are the two implementations. None of their methods tries anything twice or decides
anything; all raise `isms_bot.errors.ConnectorError` and its children only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from isms_bot.connector import AccountInfo
from isms_bot.model import Account
from isms_bot_confluence.client import Wire

PROPERTY = "isms-bot"
"""Key of the content property that holds what the bot knows of its own page."""


@dataclass(frozen=True, slots=True)
class Property:
    """The bot's content property. `id` is what the vendor addresses it by, `version` what the next write must follow."""

    id: str
    version: int
    value: Any


@dataclass(frozen=True, slots=True)
class Raw:
    """A page as answered. `parent` None: top of the space, or trashed. `folder`: the parent is a folder. `live_doc`: a page
    without a publish step. `property` is None where there is none, or where it did not come along."""

    id: str
    title: str
    status: str
    parent: str | None
    author: Account
    created_at: datetime
    version: int
    edited_by: Account
    edited_at: datetime
    storage: str
    property: Property | None = None
    folder: bool = False
    live_doc: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page in a tree: `parent` is the page above it, folders between them left out. `edited_at` where the listing tells."""

    id: str
    title: str
    parent: str
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A page that was edited, without its body."""

    id: str
    version: int
    parent: str | None
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A completed task of a page, by whom and when; `local_id` is the id that stands in the page's body."""

    page: str
    local_id: str
    by: Account | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RawVersion:
    """One version of a page with its body."""

    number: int
    author: Account
    at: datetime
    storage: str


@dataclass(frozen=True, slots=True)
class RawComment:
    """An open comment on a page, in its text, or below another comment."""

    id: str
    author: Account
    at: datetime
    storage: str
    discussion: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a page; `path` is where its bytes are, below the base address."""

    id: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Space:
    """The space that the ISMS lives in."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    account: Account
    name: str
    username: str = ""


class Api(Protocol):
    """Requests to one platform."""

    wire: Wire
    site: str
    ticks_tell_who: bool
    """True where the platform's list of tasks says who completed which."""

    def whoami(self) -> Me:
        """The account behind the token."""
        ...

    def space(self) -> Space:
        """The space of the settings. Raises Denied if the account may not see it."""
        ...

    def page(self, page: str) -> Raw:
        """A page with body and property, whatever its status: current, archived or trashed."""
        ...

    def pages(self, ids: Sequence[str]) -> tuple[Raw, ...]:
        """Current ones among these pages, with body, in no order; with property only where it came along."""
        ...

    def property_of(self, page: str) -> Property | None:
        """The bot's property of one page."""
        ...

    def everything(self, space: Space) -> Iterable[Raw]:
        """All current pages of the space with body; with property only where it came along."""
        ...

    def titled(self, space: Space, title: str) -> str | None:
        """The id of the current page with this title."""
        ...

    def changed(self, space: Space, since: datetime) -> tuple[Change, ...]:
        """Current pages edited at `since` or later, newest edit first."""
        ...

    def ticked(self, space: Space, since: datetime) -> tuple[Tick, ...]:
        """Tasks of the space completed at `since` or later."""
        ...

    def ticks(self, page: str) -> tuple[Tick, ...]:
        """Completed tasks of one page."""
        ...

    def below(self, page: str, depth: int) -> tuple[Leaf, ...]:
        """Pages below a page, `depth` levels of pages down."""
        ...

    def ancestors(self, page: str) -> tuple[str, ...]:
        """Ids of everything above a page, the root first."""
        ...

    def create(self, space: Space, parent: str, title: str, storage: str) -> Raw:
        """A new page. Raises TitleTaken."""
        ...

    def copy(self, origin: str, parent: str, title: str, storage: str) -> Raw:
        """A new page with the attachments of `origin` and this body. Raises TitleTaken."""
        ...

    def put(self, raw: Raw, *, title: str | None = None, storage: str | None = None, parent: str | None = None) -> Raw:
        """The next version of a page. Raises Conflict if `raw` is not the present one, TitleTaken."""
        ...

    def retitle(self, raw: Raw, title: str) -> Raw:
        """Another title for the page, its body not sent. Raises TitleTaken, and Conflict where the platform can tell."""
        ...

    def put_property(self, page: str, before: Property | None, value: Mapping[str, Any]) -> Property:
        """Write the bot's property. Raises Conflict if `before` is not the present one."""
        ...

    def label(self, page: str, names: Sequence[str]) -> None:
        """Add labels."""
        ...

    def comments(self, page: str) -> tuple[RawComment, ...]:
        """Open comments on the page and in its text, with everything said below them."""
        ...

    def comment(self, page: str, storage: str) -> RawComment:
        """A new comment at the foot of the page."""
        ...

    def versions(self, raw: Raw) -> tuple[RawVersion, ...]:
        """All versions, newest first, the present one included."""
        ...

    def authors(self, page: str) -> frozenset[Account]:
        """Everybody who has ever made a version of the page."""
        ...

    def draft(self, raw: Raw) -> str | None:
        """The body of an edit that is not published, None if there is none."""
        ...

    def attachments(self, page: str) -> tuple[Attachment, ...]:
        """Files of the page."""
        ...

    def attach(self, page: str, name: str, data: bytes) -> None:
        """Add a file, or the next version of the file with this name."""
        ...

    def restrict(self, page: str, me: Me) -> bool:
        """Let nobody but the bot edit the page; False where the platform cannot. Who may read stays as it is."""
        ...

    def admit(self, page: str, me: Me, accounts: Collection[Account]) -> None:
        """Let exactly these accounts and the bot read the page; who may edit it stays as it is. Raises Denied where the platform
        cannot restrict pages."""
        ...

    def closed(self, page: str, me: Me) -> bool:
        """True if restrictions let nobody but the bot read the page."""
        ...

    def readers(self, page: str, accounts: Collection[Account]) -> Mapping[Account, bool | None]:
        """Who of these can read the page; None where the platform does not tell."""
        ...

    def trash(self, page: str) -> None:
        """Put the page into the trash."""
        ...

    def accounts(self) -> tuple[AccountInfo, ...]:
        """People and bots."""
        ...

    def who(self, accounts: Iterable[Account]) -> Mapping[Account, AccountInfo]:
        """What is known of these accounts; those that nobody knows (any more) are left out."""
        ...

    def watchers(self) -> frozenset[Account]:
        """Everybody who watches the space of the settings. Raises Denied if the bot may not know."""
        ...

    def stop_watching(self, page: str) -> None:
        """Take the bot off the watchers of a page, where the platform puts there who makes one."""
        ...

    def may(self, page: str, operation: str) -> bool | None:
        """True if the bot may `update` or `delete` the page; None: the platform does not tell."""
        ...

    def guards(self, page: str) -> bool:
        """True if the platform has restrictions on single pages."""
        ...
