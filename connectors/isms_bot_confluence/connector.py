"""The port over Confluence. Every page that the bot makes is a child page of one of its containers, told by a content property.

Invariants: ids, never titles; a page is made by one request that carries its key; the body of an open job is never written;
nothing is tried twice here and nothing waits; the search index is never asked whether a page exists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Self

from isms_bot.connector import (
    TEST_KEY,
    AccountInfo,
    Candidate,
    Capabilities,
    CheckLine,
    Costs,
    Draft,
    Loss,
    Meanwhile,
    Observation,
    Place,
    Report,
)
from isms_bot.document import Document
from isms_bot.errors import Conflict, Gone, Permanent
from isms_bot.layout import Layout, SourceSpec
from isms_bot.model import (
    Account,
    Comment,
    Content,
    Key,
    Mark,
    Message,
    Page,
    PageRef,
    PageState,
    Snapshot,
    Source,
    Value,
)
from isms_bot_confluence import fields
from isms_bot_confluence.api import Api
from isms_bot_confluence.changes import CLOUD_REACH, DATACENTER_REACH, Changes, Reach
from isms_bot_confluence.checks import Checks
from isms_bot_confluence.client import Wire
from isms_bot_confluence.cloud import Cloud
from isms_bot_confluence.containers import Containers
from isms_bot_confluence.contents import Contents, Payload
from isms_bot_confluence.datacenter import DataCenter
from isms_bot_confluence.errors import Absent
from isms_bot_confluence.gateway import Gateway
from isms_bot_confluence.proof import Proof
from isms_bot_confluence.reading import Reader, ref_of
from isms_bot_confluence.settings import CloudSettings, DataCenterSettings, of_cloud, of_datacenter
from isms_bot_confluence.storage import Flavor, to_storage
from isms_bot_confluence.writing import Writer


class _Confluence:
    """One workspace; what both platforms have in common."""

    capabilities: ClassVar[Capabilities]
    flavor: ClassVar[Flavor]
    reach: ClassVar[Reach]
    copies: ClassVar[bool]
    credential_advice: ClassVar[str]

    def __init__(
        self, api: Api, root: PageRef, installation: str, workspace: str, *, until: date | None = None
    ) -> None:
        self._api = api
        self._root = root
        self._reader = Reader(api, self.flavor, installation, workspace)
        self._containers = Containers(self._reader, root)
        self._contents = Contents(self._reader, copies=self.copies)
        self._changes = Changes(self._reader, self.reach)
        self._writer = Writer(self._reader)
        self._proof = Proof(self._reader, self._contents, root, Mark(installation, workspace, TEST_KEY))
        self._checks = Checks(self._reader, self._containers, root, advice=self.credential_advice, until=until)

    # --- connection

    def close(self) -> None:
        """Close the connections; the connector is of no use afterwards."""
        self._api.wire.close()

    @property
    def calls(self) -> int:
        """Requests sent so far, downloads included."""
        return self._api.wire.calls

    @calls.setter
    def calls(self, count: int) -> None:
        self._api.wire.calls = count

    def bind(self, layout: Layout) -> None:
        """Use these containers."""
        self._reader.bind(layout)

    def now(self) -> datetime | None:
        """The `Date` of Confluence's latest answer."""
        return self._api.wire.now

    # --- the workspace

    def check(self) -> tuple[CheckLine, ...]:
        """Token, space, root, what the bot may do, and if bound: containers."""
        return self._checks.lines()

    def prove(self, report: Report, meanwhile: Meanwhile) -> tuple[CheckLine, ...]:
        """A page directly under the root, in fifteen to twenty requests as a rule."""
        return self._proof.lines(report, meanwhile)

    def room(self) -> int | None:
        """None: no plan of Confluence counts pages. No request is sent."""
        return None

    def accounts(self) -> tuple[AccountInfo, ...]:
        """People and bots of the site."""
        return self._reader.accounts()

    def watchers(self) -> int:
        """People who watch the space, the bot left out: they get a mail of every new page in it."""
        return len(self._api.watchers() - {self._reader.me})

    def candidates(self) -> tuple[Candidate, ...]:
        """Pages under the root, four levels down."""
        return self._containers.candidates()

    def ensure(
        self,
        specs: tuple[SourceSpec, ...],
        known: Layout | None,
        report: Report,
        private: tuple[SourceSpec, ...] = (),
    ) -> Layout:
        """One page per spec, under the root; the twins and an antechamber that nobody else can open under one more page."""
        layout = self._containers.ensure(specs, known, report, private)
        self.bind(layout)
        return layout

    def secludes(self) -> bool:
        """True if this plan or server restricts pages."""
        return self._api.guards(self._root)

    # --- looking

    def observe(self, source: Source, cursor: str | None) -> Observation:
        """Pages edited since `cursor`, newest edit first; a request more per changed page."""
        return self._changes.observe(source, cursor)

    def find(self, source: Source, key: Key) -> tuple[Page, ...]:
        """Pages whose key is exactly `key`, by looking through the space (one request per 250 pages on Cloud, 50 on Data Center)."""
        return self._changes.find(source, key)

    def page(self, ref: PageRef) -> Page:
        """The page as it is, in the trash too."""
        return self._reader.page(self._api.page(ref_of(ref)))

    def read(self, ref: PageRef) -> Content:
        """Page, body, open comments with what was said below them, files, and whether a draft holds more."""
        return self._contents.read(ref_of(ref))

    # --- copying

    def snapshot(self, ref: PageRef) -> Snapshot:
        """A procedure ready to be copied; on Data Center its files are downloaded here, once for many copies."""
        return self._contents.snapshot(ref_of(ref))

    def clone(self, snapshot: Snapshot, draft: Draft) -> tuple[Page, Loss]:
        """A copy in one request; on Data Center one more per file, two if the page has one of that name."""
        if not isinstance(snapshot.body, Payload):
            raise Permanent("this snapshot was not taken by the connector for Confluence")
        return self._writer.new(draft, snapshot.body.storage, snapshot), Loss(snapshot.losses)

    def create(self, draft: Draft) -> Page:
        """A page with the bot's own text, in one request unless its title is taken."""
        return self._writer.new(draft, to_storage(draft.body or Document(), self.flavor))

    # --- writing

    def update(self, page: Page, fields_: Mapping[str, Value]) -> Page:
        """Fields of the bot's own page. Raises Conflict if a person has edited the page since `page` was read."""
        self._writer.own(page)
        self._changes.forget(page.ref)
        return self._writer.update(page, fields_)

    def rewrite(self, page: Page, body: Document) -> Page:
        """The next version of the page, with its table as it is: one request to look, and if the text differs two to write.
        Comments on lines that went stay, as comments without a place."""
        self._writer.own(page)
        self._changes.forget(page.ref)
        return self._writer.rewrite(page, to_storage(body, self.flavor), self._contents.written_by_others)

    def file(self, page: Page, under: PageRef) -> Page:
        """The page below its policy item."""
        self._writer.own(page)
        self._changes.forget(page.ref)
        return self._writer.file(page, ref_of(under))

    def protect(self, page: Page) -> bool:
        """Nobody but the bot edits the page from now on; everybody who could may still read it and comment on it."""
        self._writer.own(page)
        return self._api.restrict(page.ref, self._reader.bot)

    def admit(self, page: Page, accounts: Collection[Account]) -> Page:
        """Restrictions on reading, and the page leaves the antechamber that it was made in."""
        self._writer.own(page)
        if not page.private:
            raise Permanent(
                f'page {page.ref} ("{page.title}") is not private; who can open it is not the bot\'s to say'
            )
        self._changes.forget(page.ref)
        return self._writer.admit(page, accounts)

    def readers(self, ref: PageRef, accounts: Collection[Account]) -> Mapping[Account, bool | None]:
        """Cloud is asked per account; on Data Center restrictions are read."""
        return self._api.readers(ref_of(ref), accounts)

    def comment(self, ref: PageRef, message: Message, token: str) -> Comment:
        """A comment at the foot of the page; people mentioned are notified."""
        ref = ref_of(ref)
        try:
            return self._contents.post(ref, message, token)
        except Absent as error:
            # The vendor says the same of a page in the trash.
            if self.page(ref).state is PageState.TRASHED:
                raise Gone(f"page {ref} is in the trash") from error
            raise

    def attach(self, ref: PageRef, name: str, data: bytes) -> None:
        """A file on one of the bot's own pages, or its next version."""
        page = self.page(ref)
        self._writer.own(page)
        self._api.attach(page.ref, name, data)

    def trash(self, page: Page) -> None:
        """Trash an own page that nobody else has edited, ticked or commented on. Raises Conflict otherwise."""
        self._writer.own(page)
        raw = self._api.page(page.ref)
        fresh = self._reader.page(raw)
        if fresh.state is PageState.TRASHED:
            return
        self._writer.own(fresh)
        if self._contents.touched(raw, self._reader.me):
            raise Conflict(f'somebody has written in page {page.ref} ("{page.title}"); it stays')
        self._changes.forget(page.ref)
        self._api.trash(page.ref)

    def restore_mark(self, text: str) -> Mark | None:
        """The mark in the JSON text of a content property."""
        return fields.read_mark(text)


class CloudConnector(_Confluence):
    """One workspace on Confluence Cloud."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        "confluence",
        optimistic_lock=True,
        restrictions=True,
        task_provenance=True,
        reparent_on_filing=True,
        calls_per_read=8,
        costs=Costs(looking=19, container=2, page=4, row=1, seclusion=10, private=5),
    )
    flavor = Flavor.CLOUD
    reach = CLOUD_REACH
    copies = True
    credential_advice = (
        "Log in as the bot's account, make an API token at id.atlassian.com → Security → API tokens (it ends after a year at the "
        "latest), and put it where `token` says; `user` is that account's mail address."
    )

    @classmethod
    def settings_model(cls) -> type[Any]:
        """Keys of the configuration: `site`, `space`, `root`, `user`, `gateway`, `ca`, `proxy`, `token_expires`, `api`."""
        return CloudSettings

    @classmethod
    def recognise(cls, address: str) -> Place | None:
        """A page on atlassian.net, below /wiki of another host, or in a sandbox on this machine."""
        found = of_cloud(address)
        return None if found is None else Place("Confluence Cloud", found, cls.credential_advice, "CONFLUENCE_TOKEN")

    @classmethod
    def open(cls, settings: CloudSettings, *, token: str, installation: str, workspace: str) -> Self:
        """A connector; no request is sent."""
        base = settings.api or settings.site
        gateway = Gateway(settings.site, settings.gateway) if settings.api is None else None
        wire = Wire(
            base, cloud=True, user=settings.user, token=token, ca=settings.ca, proxy=settings.proxy, gateway=gateway
        )
        return cls(
            Cloud(wire, base, settings.space), settings.root, installation, workspace, until=settings.token_expires
        )


class DataCenterConnector(_Confluence):
    """One workspace on Confluence Data Center."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        "confluence",
        optimistic_lock=True,
        restrictions=True,
        reparent_on_filing=True,
        calls_per_read=6,
        costs=Costs(looking=21, container=2, page=6, row=0.6, seclusion=7, private=5),
    )
    flavor = Flavor.DATACENTER
    reach = DATACENTER_REACH
    copies = False
    credential_advice = (
        "Log in as the bot's account, make a personal access token (profile → Settings → Personal access tokens), and put it "
        "where `token` says; leave out `user` unless the token is a password."
    )

    @classmethod
    def settings_model(cls) -> type[Any]:
        """Keys of the configuration: `site`, `space`, `root`, `user`, `ca`, `proxy`, `token_expires`, `api`."""
        return DataCenterSettings

    @classmethod
    def recognise(cls, address: str) -> Place | None:
        """A page on any host but atlassian.net, or in a sandbox on this machine."""
        found = of_datacenter(address)
        return (
            None if found is None else Place("Confluence Data Center", found, cls.credential_advice, "CONFLUENCE_TOKEN")
        )

    @classmethod
    def open(cls, settings: DataCenterSettings, *, token: str, installation: str, workspace: str) -> Self:
        """A connector; no request is sent."""
        base = settings.api or settings.site
        wire = Wire(base, cloud=False, user=settings.user, token=token, ca=settings.ca, proxy=settings.proxy)
        return cls(
            DataCenter(wire, base, settings.space), settings.root, installation, workspace, until=settings.token_expires
        )
