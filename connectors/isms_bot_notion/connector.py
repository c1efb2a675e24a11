"""The port over Notion. Every page that the bot makes is a row of one of its data sources; only rows carry columns.

Invariants: ids, never names; properties that the bot owns and blocks of its own pages are all it writes; nothing is tried twice
here and nothing waits; search is never asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
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
from isms_bot.errors import Ambiguous, Conflict, Denied, Gone, Permanent, Transient
from isms_bot.layout import BY_SOURCE, Layout, SourceLayout, SourceSpec
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
from isms_bot_notion import blocks, changes, clone, fields, payload, rewriting, richtext
from isms_bot_notion.blocks import Node, Tree
from isms_bot_notion.candidates import Candidates
from isms_bot_notion.checks import Checks
from isms_bot_notion.client import PAGE_SIZE, Json, Wire
from isms_bot_notion.clone import Placed
from isms_bot_notion.containers import Containers
from isms_bot_notion.filing import Filing
from isms_bot_notion.proof import Proof
from isms_bot_notion.reading import Reader, form_lines, live, ref_of
from isms_bot_notion.settings import NotionSettings, recognised

PRECISION = 60
"""Seconds by which Notion floors the times of pages, blocks and comments."""

CREDENTIAL = (
    "Make an internal integration under notion.so/profile/integrations with all content and comment capabilities and user "
    "information with e-mail addresses; share the page with it (••• → Connections); its secret is the token."
)

UPLOAD_LIFE = timedelta(minutes=45)
"""How long an upload may be attached; Notion drops unattached ones after an hour."""


class NotionConnector:
    """One workspace of Notion."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        "notion", linked_views=True, time_precision=PRECISION, costs=Costs(looking=10, container=3, page=2, text=4)
    )

    def __init__(
        self, wire: Wire, root: str, installation: str, workspace: str, private_root: str | None = None
    ) -> None:
        self._wire = wire
        self._private_root = private_root
        self._installation = installation
        self._workspace = workspace
        self._reader = Reader(wire)
        self._containers = Containers(self._reader, root, installation, workspace, private_root)
        self._candidates = Candidates(self._reader, root)
        self._filing = Filing(self._reader, self._containers)
        self._checks = Checks(self._reader, self._containers, self._filing, root, private_root)
        self._proof = Proof(self._reader, root, Mark(installation, workspace, TEST_KEY))
        self._uploads: dict[str, tuple[str, datetime | None]] = {}

    # --- connection

    @classmethod
    def settings_model(cls) -> type[Any]:
        """Keys of the configuration: `root`, `private_root`, `api`."""
        return NotionSettings

    @classmethod
    def recognise(cls, address: str) -> Place | None:
        """A page on notion.so or notion.com, or in a sandbox on this machine."""
        found = recognised(address)
        return None if found is None else Place("Notion", found, CREDENTIAL, "NOTION_TOKEN")

    @classmethod
    def open(cls, settings: Any, *, token: str, installation: str, workspace: str) -> Self:
        """A connector; no request is sent."""
        wire = Wire(token, settings.api)
        return cls(wire, settings.root, installation, workspace, settings.private_root)

    def close(self) -> None:
        """Close the connections; the connector is of no use afterwards."""
        self._wire.close()

    @property
    def calls(self) -> int:
        """Requests sent so far, downloads of hosted files included."""
        return self._wire.calls

    @calls.setter
    def calls(self, count: int) -> None:
        self._wire.calls = count

    def bind(self, layout: Layout) -> None:
        """Use these containers."""
        self._reader.layout = layout
        self._filing.forget()

    def now(self) -> datetime | None:
        """The `Date` of Notion's latest answer."""
        return self._wire.now

    # --- the workspace

    def check(self) -> tuple[CheckLine, ...]:
        """Token, root, capabilities, and if bound: columns and views."""
        return self._checks.lines()

    def prove(self, report: Report, meanwhile: Meanwhile) -> tuple[CheckLine, ...]:
        """A page directly under the root, in nine requests as a rule."""
        return self._proof.lines(report, meanwhile)

    def room(self) -> int | None:
        """The blocks of the free plan, as far as the plan can be told."""
        return self._proof.room()

    def accounts(self) -> tuple[AccountInfo, ...]:
        """People and bots of the workspace (one request per 100)."""
        return self._reader.accounts()

    def watchers(self) -> int:
        """0: on Notion nobody is told of a new row unless it mentions them. No request is sent."""
        return 0

    def candidates(self) -> tuple[Candidate, ...]:
        """Sub-pages and rows of other databases: a request per page that holds more, two per database, at most 100 looked into."""
        return self._candidates.all()

    def ensure(
        self,
        specs: tuple[SourceSpec, ...],
        known: Layout | None,
        report: Report,
        private: tuple[SourceSpec, ...] = (),
    ) -> Layout:
        """One database with one data source per spec, under the root; the twins under the page that people close."""
        layout = self._containers.ensure(specs, known, report, private)
        self.bind(layout)
        return layout

    def secludes(self) -> bool:
        """True if a page is named for what is private. No request is sent."""
        return self._private_root is not None

    # --- looking

    def observe(self, source: Source, cursor: str | None) -> Observation:
        """Rows edited since `cursor`, oldest edit first; one request per 100 rows. Policies looked at whole are looked at with
        the views of their records: one request per 100 views more."""
        seen = changes.observe(self._reader, source, cursor)
        if source is not Source.POLICIES or cursor is not None:
            return seen
        return replace(seen, problems=(*seen.problems, *self._filing.problems()))

    def find(self, source: Source, key: Key) -> tuple[Page, ...]:
        """Rows whose key is exactly `key`, by a query of the data source."""
        found = [page for place in self._reader.places(source) for page in self._keyed(source, place, key)]
        return tuple(page for page in live(found) if page.fields.get("key") == key)

    def _keyed(self, source: Source, place: SourceLayout, key: Key) -> list[Page]:
        column = place.fields.get("key")
        if column is None:
            raise Permanent(f'"{BY_SOURCE[source].title}" has no column for keys; run `isms-bot init`')
        body: Json = {"page_size": PAGE_SIZE, "filter": {"property": column, "rich_text": {"equals": key}}}
        found: list[Page] = []
        while True:
            answer = self._wire.ask(f"data_sources/{place.ref}/query", f"looking for {key}", body)
            found += [self._reader.page(row, source) for row in answer["results"] if "properties" in row]
            if not answer.get("has_more") or not answer.get("next_cursor"):
                return found
            body = {**body, "start_cursor": answer["next_cursor"]}

    def page(self, ref: PageRef) -> Page:
        """The row as it is, in the trash too. A page that was deleted for good answers 404 like one that is not shared."""
        ref = ref_of(ref)
        return self._reader.page(self._wire.get(f"pages/{ref}", f"reading page {ref}"))

    def read(self, ref: PageRef) -> Content:
        """Page, body, open comments. Comments on blocks are asked for on the lines of the form alone, on the bot's own jobs once
        no step is open: at most four requests more."""
        content, _ = self._read(ref_of(ref))
        return content

    def _read(self, ref: PageRef, *, with_comments: bool = True) -> tuple[Content, Tree]:
        page = self.page(ref)
        if page.state is PageState.TRASHED:
            raise Gone(f'page {ref} ("{page.title}") is in the trash')
        tree = self._reader.tree(ref)
        comments = self._comments(page, tree) if with_comments else ()
        text = blocks.canonical(tree)
        content = Content(
            page=page,
            blocks=blocks.to_blocks(tree),
            comments=comments,
            text=text,
            digest=blocks.digest(text),
            precision=PRECISION,
            attachments=blocks.attachments(tree),
        )
        return content, tree

    def _comments(self, page: Page, tree: Tree) -> tuple[Comment, ...]:
        found = list(self._reader.comments(page.ref))
        if page.mark is not None and page.source is Source.JOBS:
            for line in form_lines(tree):
                found += self._reader.comments(line)
        return tuple(sorted(found, key=lambda comment: comment.at))

    # --- copying

    def snapshot(self, ref: PageRef) -> Snapshot:
        """A procedure ready to be copied. Hosted files are downloaded and uploaded once, here; an upload serves many copies."""
        with self._reader.keeping_files():
            content, tree = self._read(ref_of(ref), with_comments=False)
            losses = payload.Losses()
            made = payload.creatable(tree, content.page.ref, self._upload, losses)
        digest = blocks.digest(blocks.canonical(made, unticked=True))
        return Snapshot(content.page, content, digest, payload.Payload(made), losses.sentences())

    def _upload(self, node: Node) -> str | None:
        """The id of an upload of a hosted file; None if it is too large or uploads are not to be had."""
        known, at = self._uploads.get(node.sha, ("", None))
        now = self._wire.now
        if known and at and now and now - at < UPLOAD_LIFE:
            return known
        data = self._reader.file(node)
        if data is None:
            return None
        name = blocks.file_name(node) or "file"
        try:
            upload = self._wire.upload(name, data, f"uploading {name}")
        except (Denied, Permanent):
            return None
        self._uploads[node.sha] = (upload, self._wire.now)
        return upload

    def clone(self, snapshot: Snapshot, draft: Draft) -> tuple[Page, Loss]:
        """A copy in as few writes as one request's grammar allows (`clone.lower_bound`)."""
        if not isinstance(snapshot.body, payload.Payload):
            raise Permanent("this snapshot was not taken by the connector for Notion")
        return self._new(draft, snapshot.body.tree), Loss(snapshot.losses)

    def create(self, draft: Draft) -> Page:
        """A row with the bot's own text."""
        return self._new(draft, blocks.from_document(draft.body or Document()))

    def _new(self, draft: Draft, tree: Tree) -> Page:
        spec, place = BY_SOURCE[draft.source], self._reader.place(draft.source, private=draft.private)
        mark = Mark(self._installation, self._workspace, draft.key)
        title = next(field.id for field in spec.fields if field.kind.value == "title")
        values: dict[str, Value] = {
            **draft.fields,
            title: draft.title,
            "key": draft.key,
            "mark": fields.mark_text(mark),
        }
        requests = clone.plan(tree)
        body: Json = {
            "parent": {"type": "data_source_id", "data_source_id": place.ref},
            "properties": fields.write(spec, place, values),
        }
        if requests:
            body["children"] = [clone.render(placed) for placed in requests[0]]
        answer = self._wire.post("pages", f'making "{draft.title}"', body)
        page = self._answered(answer, draft.source, values, private=draft.private)
        try:
            for number, request in enumerate(requests):
                if number == 0:
                    self._extend(page.ref, request)
                else:
                    self._append(page.ref, request)
        except (Transient, Ambiguous) as error:
            # The page exists: whoever tries again without looking would double it.
            raise Ambiguous(f"{error}; page {page.ref} stands there half written", (page.ref,)) from error
        return page

    def _append(self, parent: str, request: tuple[Placed, ...], position: Json | None = None) -> list[str]:
        """Append siblings, at the end or at a position, and everything below them; returns the new blocks' ids, with which the
        answer starts, in order."""
        body: Json = {"children": [clone.render(placed) for placed in request], **(position or {})}
        answer = self._wire.patch(f"blocks/{parent}/children", f"writing below {parent}", body)
        ids = [str(block["id"]) for block in answer["results"][: len(request)]]
        self._extend(parent, request, ids)
        return ids

    def _extend(self, parent: str, request: tuple[Placed, ...], ids: list[str] | None = None) -> None:
        """Append what did not travel with `request`; ids that no answer told are looked up once per parent."""
        if not any(placed.open for placed in request):
            return
        if ids is None:
            listed = self._wire.pages(f"blocks/{parent}/children", f"looking up what was written below {parent}")
            ids = [str(block["id"]) for block in listed]
        for placed, block in zip(request, ids, strict=False):
            self._extend(block, placed.inline)
            for further in placed.rest:
                self._append(block, further)

    # --- writing

    def update(self, page: Page, fields_: Mapping[str, Value]) -> Page:
        """Columns of the bot's own row, and the page's id into its mark. Raises Conflict if the answer holds something else."""
        mark = self._own(page)
        values = dict(fields_)
        if mark.page == "":
            values["mark"] = fields.mark_text(replace(mark, page=page.ref))
        if not values:
            return page
        return self._patched(page, values)

    def _patched(self, page: Page, values: Mapping[str, Value]) -> Page:
        spec, place = BY_SOURCE[page.source], self._reader.place(page.source, private=page.private)
        body = {"properties": fields.write(spec, place, values)}
        answer = self._wire.patch(f"pages/{page.ref}", f'writing "{page.title}"', body)
        return self._answered(answer, page.source, values, private=page.private)

    def _answered(self, answer: Json, source: Source, sent: Mapping[str, Value], *, private: bool) -> Page:
        """The page of an answer that must hold what was sent."""
        if "properties" not in answer:
            return self.page(str(answer["id"]))
        spec, place = BY_SOURCE[source], self._reader.place(source, private=private)
        for difference in fields.differences(spec, place, sent, answer["properties"]):
            name = difference.field.name
            if difference.missing:
                raise Permanent(f'"{spec.title}" has no column "{name}" of its kind any more; run `isms-bot check`')
            raise Conflict(f'"{name}" of page {answer["id"]} does not hold what was written; read it again')
        return self._reader.page(answer, source)

    def rewrite(self, page: Page, body: Document) -> Page:
        """Only blocks that differ: one request for each that changed or goes (two: its comments would go with it), one and more
        for new ones side by side, besides reading page and body. Nothing but the blocks says how far it came."""
        self._own(page)
        fresh = self.page(page.ref)
        if fresh.state is PageState.TRASHED:
            raise Gone(f'page {page.ref} ("{page.title}") is in the trash')
        self._own(fresh)
        tree = self._reader.tree(page.ref)
        if {node.author for node in blocks.walk(tree) if not node.owned} - {self._reader.me}:
            raise Conflict(f'somebody has written in page {page.ref} ("{page.title}"); its text stays')
        changes_ = rewriting.changes(page.ref, tree, blocks.from_document(body))
        for change in changes_:
            if any(self._reader.comments(node.id) for node in blocks.walk(change.gone)):
                raise Conflict(f'somebody has commented on a line of page {page.ref} ("{page.title}") that would go')
        for change in changes_:
            self._change(page, change)
        return self.page(page.ref) if changes_ else fresh

    def _change(self, page: Page, change: rewriting.Change) -> None:
        what = f'writing in "{page.title}"'
        if change.patched is not None:
            self._wire.patch(f"blocks/{change.patched.id}", what, {change.patched.type: dict(change.patched.body)})
        after = change.after
        for request in clone.plan(change.new) if change.new else ():
            after = self._append(change.parent, request, rewriting.position(after))[-1]
        for node in change.gone:
            self._wire.delete(f"blocks/{node.id}", what)

    def file(self, page: Page, under: PageRef) -> Page:
        """The relation to the policy item; the item's page shows its records by a linked view."""
        self._own(page)
        if page.private:
            raise Permanent(f'page {page.ref} ("{page.title}") is private; its record stays in the private area')
        under = ref_of(under)
        self._filing.show_records(under)
        if page.fields.get("policy") == (under,):
            return page
        return self._patched(page, {"policy": (under,)})

    def protect(self, page: Page) -> bool:
        """False: a lock binds nobody on Notion, and the bot does not lock pages in which people have written."""
        self._own(page)
        return False

    def admit(self, page: Page, accounts: Collection[Account]) -> Page:  # noqa: ARG002 - of the port
        """Nothing: the API knows no restrictions; the private area is a page that people close. No request is sent."""
        self._own(page)
        if not page.private:
            raise Permanent(
                f'page {page.ref} ("{page.title}") is not private; who can open it is not the bot\'s to say'
            )
        return page

    def readers(self, ref: PageRef, accounts: Collection[Account]) -> Mapping[Account, bool | None]:  # noqa: ARG002
        """Not told by the API. No request is sent."""
        return dict.fromkeys(accounts)

    def comment(self, ref: PageRef, message: Message, token: str) -> Comment:
        """A comment on the page; people mentioned are notified. All comments on a page share one thread."""
        ref = ref_of(ref)
        body: Json = {"parent": {"type": "page_id", "page_id": ref}, "rich_text": richtext.message(message, ref, token)}
        answer = self._wire.post("comments", f"commenting on page {ref}", body)
        if "rich_text" not in answer:
            at = self._wire.now
            if at is None:
                raise Permanent("Notion's answers carry no Date header; the bot cannot tell its time")
            text = richtext.plain(body["rich_text"])
            return Comment(str(answer["id"]), text, None, False, at, links=richtext.links(body["rich_text"]))
        return self._reader.comment(answer, own=True)

    def attach(self, ref: PageRef, name: str, data: bytes) -> None:
        """Refused: a file on Notion is a block of the text, and the bot does not write into the text of a page."""
        raise Permanent(
            f'"{name}" ({len(data)} bytes) cannot be attached to {ref}: on Notion files stand in the text of a page'
        )

    def trash(self, page: Page) -> None:
        """Trash an own page that nobody else has edited, ticked or commented. Raises Conflict otherwise."""
        self._own(page)
        fresh = self.page(page.ref)
        if fresh.state is PageState.TRASHED:
            return
        if (fresh.edited_by, fresh.edited_at) != (page.edited_by, page.edited_at) or fresh.edited_by != self._reader.me:
            raise Conflict(f'page {page.ref} ("{page.title}") was edited since it was read; it stays')
        tree = self._reader.tree(page.ref)
        touched: set[Account | None] = {node.author for node in blocks.walk(tree)}
        touched |= {comment.author for comment in self._reader.comments(page.ref)}
        if touched - {self._reader.me}:
            raise Conflict(f'somebody has written in page {page.ref} ("{page.title}"); it stays')
        self._wire.patch(f"pages/{page.ref}", f'trashing "{page.title}"', {"in_trash": True})

    def restore_mark(self, text: str) -> Mark | None:
        """The mark in the text of a mark column."""
        return fields.read_mark(text)

    def _own(self, page: Page) -> Mark:
        """The mark of a page that the bot may write. Raises Permanent for any other page."""
        mark = page.mark
        if mark is None or mark.installation != self._installation or not page.is_original:
            raise Permanent(
                f'page {page.ref} ("{page.title}") does not carry the mark of this installation; it is left alone'
            )
        return mark
