"""The port: what the bot needs of a wiki, in words of the domain.

A connector is whatever passes `isms_bot.testing`'s conformance suite. Every verb is classed

* **read**  may be repeated at will;
* **set**   writes; repeating it is harmless, so it may be retried after an ambiguous answer;
* **add**   writes something new; a connector MUST NOT retry it, the caller looks (`find`, `read`) before trying again.

All verbs raise only `isms_bot.errors.ConnectorError` and its children, never a vendor's exception, and never sleep: patience
and pace are wrappers that are connectors themselves (`isms_bot.pacing`). One instance serves one workspace and one thread.
A connector MUST NOT touch a page that does not carry this installation's mark, except through `ensure` for containers that it
created or that were given to it, and MUST NOT write anything that says that a person did, confirmed or approved something.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, Self

from isms_bot.document import Document
from isms_bot.layout import Layout, SourceSpec
from isms_bot.model import Account, Comment, Content, Key, Mark, Message, Page, PageRef, Snapshot, Source, Value


@dataclass(frozen=True, slots=True)
class Costs:
    """Requests that setting up a workspace takes as a rule: for telling beforehand how long it takes, never for deciding."""

    looking: int = 10
    """Whatever there is to make: containers, accounts and rows looked at, less what follows."""
    container: int = 1
    """A container that is made."""
    page: int = 2
    """A page that is made, with its mark complete."""
    text: int = 1
    """More for a page that is made empty and gets its text afterwards."""
    row: float = 0.01
    """A page that is there already."""
    seclusion: int = 0
    """More for a container of the private area."""
    private: int = 0
    """More for a page of the private area, until those who may open it can."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do; read by plan and texts, never by lifecycle."""

    name: str
    optimistic_lock: bool = False
    restrictions: bool = False
    """Who may open or edit a single page can be set and read. Without it a private area is closed by people, who attest that."""
    task_provenance: bool = False
    linked_views: bool = False
    reparent_on_filing: bool = False
    time_precision: int = 0
    """Seconds by which the vendor's times may be floored."""
    calls_per_read: int = 3
    """Requests that reading one job whole takes as a rule; the budget of a pass is counted in them."""
    costs: Costs = Costs()


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """One account that the token sees. `mail` is None where the vendor hides it."""

    id: Account
    name: str
    mail: str | None
    is_person: bool
    active: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that people keep under the root: `where` are the titles above it, the uppermost first."""

    ref: PageRef
    title: str
    url: str
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of `check`: what was looked at, whether it holds, a sentence, and what to do if it does not."""

    what: str
    ok: bool
    sentence: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What an address that people copy from their browser tells before anything was asked.

    `wiki` is the platform's name for people; `settings` are the keys of the configuration that the address holds. `credential` says
    in a sentence or two how to come by the token; `variable` is the environment variable in which it is usually kept.
    """

    wiki: str
    settings: Mapping[str, str]
    credential: str
    variable: str


@dataclass(frozen=True, slots=True)
class LayoutProblem:
    """A container that people have changed: the sentence how to repair it. `field` empty: the container itself.

    `kind` is renamed (harmless, ids are used) | retyped | deleted | view deleted | unreadable."""

    source: Source
    field: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What changed in one source since a cursor: complete, or the verb raised.

    `pages` are live pages of the source in the vendor's order, marks parsed, edits after the cursor included at least once
    (a page may come again unchanged: times are coarse). `cursor` is opaque, to be given back. `at` is the vendor's own time
    (its `Date` header), aware.
    """

    source: Source
    pages: tuple[Page, ...]
    cursor: str
    at: datetime
    problems: tuple[LayoutProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A page to be made: where, its title, its fields (ids of `isms_bot.layout`), its key and its body (None: empty or cloned).

    `private`: in the private area. From its first moment nobody but the bot can open it (where the platform restricts single
    pages), until `admit` says who may."""

    source: Source
    key: Key
    title: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    body: Document | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """What a copy could not carry over: a sentence per kind of content."""

    sentences: tuple[str, ...] = ()


Report = Callable[[str], None]
"""Told a sentence per step of long work."""

Meanwhile = Callable[[PageRef], None]
"""Called with the test page of `prove` while it stands."""

TEST_PAGE = "isms-bot: test page (it goes away by itself)"
"""Title of the page that `prove` makes."""
TEST_KEY = "test-page"
"""Its key in the mark: what carries another one is no left-over of a test."""


class Connector(Protocol):
    """The verbs. `installation` and `workspace` (for marks) and connection settings are given at construction."""

    capabilities: ClassVar[Capabilities]
    calls: int
    """Vendor requests sent so far, retries included."""

    @classmethod
    def settings_model(cls) -> type[Any]:
        """The pydantic model of the connector's own configuration keys (site, space, root …); unknown keys are refused."""
        ...

    @classmethod
    def recognise(cls, address: str) -> Place | None:
        """What the address of a page tells; None if it cannot be one of this platform. No call is made."""
        ...

    @classmethod
    def open(cls, settings: Any, *, token: str, installation: str, workspace: str) -> Self:
        """A connector for one workspace; `settings` is an instance of `settings_model()`. No call is made."""
        ...

    def bind(self, layout: Layout) -> None:
        """Use these containers from now on. No call is made."""
        ...

    def now(self) -> datetime | None:
        """The vendor's time as of its latest answer (`Date` header), None before the first answer. No call is made."""
        ...

    def check(self) -> tuple[CheckLine, ...]:
        """read. Token, capabilities, root, layout (if bound), each as a sentence. Never raises for what it reports on."""
        ...

    def prove(self, report: Report, meanwhile: Meanwhile) -> tuple[CheckLine, ...]:
        """set. Prove by doing that the token reads, writes, comments and trashes: one page called `TEST_PAGE` is made directly under
        the root, commented on and trashed; `report` hears of each step as it happens, `meanwhile` is called once the comment stands.

        Needs no containers. What an earlier run left behind is known by its mark and trashed first, so a repetition is harmless;
        a page in which somebody else has written stays, and is spoken of. The page is trashed as well when a step before fails or
        `meanwhile` raises. What the token may not do is a line with what to do about it; raises Transient and Ambiguous only, and
        what `meanwhile` raises.
        """
        ...

    def room(self) -> int | None:
        """read. How many blocks the plan of the wiki holds at the most, what is there already included; None if it has no such limit,
        or none that is known. How many are used up no platform tells."""
        ...

    def accounts(self) -> tuple[AccountInfo, ...]:
        """read. All accounts that the token sees, bots included and told apart."""
        ...

    def watchers(self) -> int:
        """read. How many people other than the bot are told by mail of every new page; 0 where the platform tells nobody that
        way. Raises Denied where the bot may not know."""
        ...

    def candidates(self) -> tuple[Candidate, ...]:
        """read. Pages that people keep under the root outside the bot's containers, a few levels down; also before there are
        containers. It is a list to choose from and may be incomplete: what lies deeper is named by a person."""
        ...

    def ensure(
        self,
        specs: tuple[SourceSpec, ...],
        known: Layout | None,
        report: Report,
        private: tuple[SourceSpec, ...] = (),
    ) -> Layout:
        """set. Create missing containers and fields under the root, adopt those that exist, double nothing; bind the result.

        A container is known by `known`, else by the mark in the register, else by its title directly under the root. Text,
        names and options that people changed stay. Raises Misconfigured if the root is unreadable.

        Of `private`, twins of open containers for private pages, `Layout.private` is made where the platform can restrict
        pages, or where the configuration names a place that people close; elsewhere nothing, and a private draft is refused
        with Misconfigured. Twins that are known stay. With them `observe`, `find`, `page` and `read` see both places of a source.
        """
        ...

    def secludes(self) -> bool:
        """read. Whether there can be a private area: the platform restricts single pages, or the configuration names a place for
        it that people close."""
        ...

    def observe(self, source: Source, cursor: str | None) -> Observation:
        """read. Pages of `source` changed since `cursor` (None: all of them), in as few calls as the vendor allows: one if
        nothing changed. MUST be complete or raise; MUST NOT drop edits of the same minute. Deleted or retyped columns
        become problems, not errors."""
        ...

    def find(self, source: Source, key: Key) -> tuple[Page, ...]:
        """read. All live pages of `source` that carry `key`, copies included. Authoritative: never through a search index."""
        ...

    def page(self, ref: PageRef) -> Page:
        """read. The page without its body, whatever its state. Raises Gone if the vendor says that it is deleted for good,
        Denied for a bare 404."""
        ...

    def read(self, ref: PageRef) -> Content:
        """read. The page whole and fresh: body in reading order, open comments (page level and on blocks), canonical text."""
        ...

    def snapshot(self, ref: PageRef) -> Snapshot:
        """read. A procedure with everything that `clone` needs, and sentences for what a clone will lose."""
        ...

    def clone(self, snapshot: Snapshot, draft: Draft) -> tuple[Page, Loss]:
        """add. A new page of `draft.source` with the snapshot's body, boxes unticked, and `draft.fields`; the mark holds
        installation, workspace and key. If a later part of a long copy fails the error is raised and the half page stays:
        the caller compares `read(page).digest` with `snapshot.digest` and trashes or leaves it, never finishes it."""
        ...

    def create(self, draft: Draft) -> Page:
        """add. A new page with the draft's fields, body and mark."""
        ...

    def update(self, page: Page, fields: Mapping[str, Value]) -> Page:
        """set. Write fields of the bot's own page (and, where `page.mark.page` is empty, complete the mark with the page's
        own id in the same call). Raises Conflict where the platform can tell that the page is no longer as in `page`."""
        ...

    def rewrite(self, page: Page, body: Document) -> Page:
        """set. Make the text of the bot's own page, in which nobody else writes, say what `body` says; its fields, its title and
        the comments on it stay. What says it already is left alone, so that repeating it, after a death in its midst as well,
        ends with the same text. MUST raise Conflict, before anything is written, if anybody but the bot has written in the
        text, or has commented on a line that would be lost with it."""
        ...

    def file(self, page: Page, under: PageRef) -> Page:
        """set. Put a record under its policy item, where people look for it. Raises Permanent for a private page."""
        ...

    def protect(self, page: Page) -> bool:
        """set. Guard a record against edits where the platform can; False where it cannot (said in texts, lived with)."""
        ...

    def admit(self, page: Page, accounts: Collection[Account]) -> Page:
        """set. Let exactly these accounts, and the bot, open the bot's own private page. Restrictions on editing stay; there is
        no moment at which anybody else can open it. Returns the page; does nothing else where the platform cannot restrict single pages. Raises
        Permanent for a page that is not private, Denied where the wiki refuses."""
        ...

    def readers(self, ref: PageRef, accounts: Collection[Account]) -> Mapping[Account, bool | None]:
        """read. Who of these can open the page, as the platform tells; None where it does not tell."""
        ...

    def comment(self, ref: PageRef, message: Message, token: str) -> Comment:
        """add. Post a page-level comment; the last link of the message (or a link to the page, added) carries `#token`."""
        ...

    def attach(self, ref: PageRef, name: str, data: bytes) -> None:
        """set. Attach or replace a file by name. Raises Permanent where the platform cannot."""
        ...

    def trash(self, page: Page) -> None:
        """set. Trash a page of our own that nobody touched: raises Conflict if a person edited it since `page` was read."""
        ...

    def restore_mark(self, text: str) -> Mark | None:
        """Parse a mark as this connector stores it; None if it is not one of ours. No call is made."""
        ...
