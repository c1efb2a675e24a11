"""The port over a wiki in memory: each verb as one vendor call or several, which pass the wiki's plan of faults."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from isms_bot.connector import (
    Capabilities,
    Draft,
    LayoutProblem,
    Loss,
    Observation,
    Place,
)
from isms_bot.document import Document
from isms_bot.errors import Ambiguous, Conflict, Denied, Permanent, Transient
from isms_bot.layout import BY_SOURCE, SourceLayout
from isms_bot.model import (
    Account,
    Comment,
    Content,
    Key,
    Link,
    Mark,
    Mention,
    Message,
    Page,
    PageRef,
    PageState,
    Snapshot,
    Source,
    Value,
)
from isms_bot.testing.body import (
    UNCOPYABLE,
    Body,
    blocks,
    canonical,
    copied,
    digest,
    from_document,
    portioned,
    stamp,
    walk,
)
from isms_bot.testing.columns import mark_text, restored, same, shown, with_ids
from isms_bot.testing.containers import Containers
from isms_bot.testing.gestures import Gestures
from isms_bot.testing.world import BOT, MemoryComment, MemoryPage

ROWS_PER_CALL = 100
BLOCKS_PER_CALL = 100


class MemorySettings(BaseModel):
    """Configuration keys of the in-memory connector: the wiki itself."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    wiki: Gestures


class MemoryConnector(Containers):
    """The port over a `MemoryWiki`; one vendor call at a time passes the wiki's plan of faults."""

    capabilities: ClassVar[Capabilities] = Capabilities("memory", optimistic_lock=True, restrictions=True)

    @classmethod
    def settings_model(cls) -> type[Any]:
        return MemorySettings

    @classmethod
    def recognise(cls, address: str) -> Place | None:
        """Addresses of pages as this connector tells them; the wiki itself no address can tell."""
        known = address.startswith("https://wiki.invalid/")
        return Place("A wiki in memory", {}, "Any wiki in memory knows its token.", "MEMORY_TOKEN") if known else None

    @classmethod
    def open(cls, settings: Any, *, token: str, installation: str, workspace: str) -> Self:
        return cls(settings.wiki, token=token, installation=installation, workspace=workspace)

    # --- reading ---

    def observe(self, source: Source, cursor: str | None) -> Observation:
        layout, since = self._source(source), self._since(cursor)
        places = self._places(source)

        def query() -> tuple[tuple[Page, ...], tuple[LayoutProblem, ...], str]:
            settled = self._wiki.now - self._wiki.index_lag
            rows = [page for place in places for page in self._wiki.rows(place.ref) if page.born <= settled]
            if since is not None:
                rows = [page for page in rows if since <= page.edited_at and page.changed <= settled]
            cursor = self._wiki.stamp(settled).isoformat()
            return tuple(self._page(page) for page in rows), self.problems(source, layout), cursor

        pages, problems, then = self._call("observe", query)
        for _ in range(ROWS_PER_CALL, len(pages), ROWS_PER_CALL):
            self._call("observe", lambda: None)
        return Observation(source, pages, then, self._wiki.now.replace(microsecond=0), problems)

    def _places(self, source: Source) -> list[SourceLayout]:
        """Where pages of a source live: in its container, and in its twin if it has one."""
        twin = self._layout.place(source, private=True) if self._layout else None
        return [self._source(source), *([twin] if twin is not None else [])]

    def _since(self, cursor: str | None) -> datetime | None:
        if cursor is None:
            return None
        try:
            return datetime.fromisoformat(cursor)
        except ValueError as error:
            raise Permanent(f"{cursor!r} is no cursor of this connector; observe without one") from error

    def find(self, source: Source, key: Key) -> tuple[Page, ...]:
        places = self._places(source)

        def query() -> tuple[Page, ...]:
            settled = self._wiki.now - self._wiki.index_lag
            return tuple(
                self._page(page)
                for place in places
                for page in self._wiki.rows(place.ref)
                if page.born <= settled and page.values.get(place.fields["key"]) == key
            )

        return self._call("find", query)

    def page(self, ref: PageRef) -> Page:
        return self._call("page", lambda: self._page(self._wiki.stored(ref)))

    def read(self, ref: PageRef) -> Content:
        page = self._call("read", lambda: self._page(self._wiki.live(ref)))
        body = self._call("read", lambda: self._wiki.live(ref).body)
        text = canonical(body)
        return Content(
            page,
            blocks(body, self._wiki.names()),
            self._call("read", lambda: tuple(self._comment(one) for one in self._wiki.live(ref).comments if one.open)),
            text,
            digest(text),
            self.capabilities.time_precision,
            tuple(sorted(self._wiki.live(ref).files)),
            self._wiki.live(ref).draft,
        )

    def snapshot(self, ref: PageRef) -> Snapshot:
        content = self.read(ref)
        body = self._wiki.live(ref).body
        kept = copied(body, unticked=True, drop=frozenset({UNCOPYABLE}))
        lost = sum(block.type == UNCOPYABLE for block, _ in walk(body))
        losses = (f"{lost} embedded piece(s) could not be copied; open the procedure to see them.",) if lost else ()
        return Snapshot(content.page, content, digest(canonical(kept)), kept, losses)

    # --- writing ---

    def clone(self, snapshot: Snapshot, draft: Draft) -> tuple[Page, Loss]:
        body: Body = copied(snapshot.body, unticked=True)  # type: ignore[arg-type]  # opaque outside, a body here
        return self._add("clone", draft, body), Loss(snapshot.losses)

    def create(self, draft: Draft) -> Page:
        return self._add("create", draft, from_document(draft.body or Document()))

    def _add(self, verb: str, draft: Draft, body: Body) -> Page:
        layout = self._source(draft.source, private=draft.private)
        portions = portioned(body, BLOCKS_PER_CALL)

        def make() -> MemoryPage:
            container = self._wiki.containers[layout.ref]
            mark = Mark(self._installation, self._workspace, draft.key)
            fields = {name: value for name, value in draft.fields.items() if name != "title"}
            written = {**fields, "key": draft.key, "mark": mark_text(mark)}
            values = self._values(draft.source, written, private=draft.private)
            page = self._wiki.add_page(container, draft.title, BOT)
            if draft.private and self.capabilities.restrictions:
                page.audience = frozenset()
            page.values.update(values)
            page.body = self._stamped(portions[0])
            return page

        page = self._call(verb, make, writes=True)
        for portion in portions[1:]:
            try:
                self._call(verb, partial(self._extend, page.ref, portion), writes=True)
            except (Transient, Ambiguous) as error:
                # The page stands already: whoever tries again would make a second one.
                raise Ambiguous(f"page {page.ref} was made in part: {error}", (page.ref,)) from error
        return self._page(page)

    def update(self, page: Page, fields: Mapping[str, Value]) -> Page:
        mark = self._ours(page)

        def write() -> Page:
            stored = self._wiki.live(page.ref)
            fresh = self._page(stored)
            wanted = {name: value for name, value in fields.items() if name != "title"}
            written = {**wanted, "mark": mark_text(replace(mark, page=page.ref))}
            values = self._values(page.source, written, private=fresh.private)
            title = fields.get("title", stored.title)
            if self.capabilities.optimistic_lock and not same(fresh, page):
                as_wanted = stored.title == title and all(
                    stored.values.get(name) == value for name, value in values.items()
                )
                if not as_wanted:
                    raise Conflict(f"page {page.ref} was changed since it was read; read it again")
                return fresh
            stored.values.update(values)
            stored.title = str(title)
            self._wiki.touch(stored, BOT)
            return self._page(stored)

        return self._call("update", write, writes=True)

    def rewrite(self, page: Page, body: Document) -> Page:
        self._ours(page)
        wanted = from_document(body)

        def look() -> bool:
            stored = self._wiki.live(page.ref)
            lines = {block.id for block, _ in walk(stored.body)}
            if {block.author for block, _ in walk(stored.body)} - {BOT} or lines & {
                one.block for one in stored.comments
            }:
                raise Conflict(f"a person has written in page {page.ref}; its text stays")
            return canonical(stored.body) == canonical(wanted)

        def write() -> Page:
            look()
            stored = self._wiki.live(page.ref)
            stored.body = self._stamped(wanted)
            self._wiki.touch(stored, BOT)
            return self._page(stored)

        return self.page(page.ref) if self._call("read", look) else self._call("rewrite", write, writes=True)

    def file(self, page: Page, under: PageRef) -> Page:
        self._ours(page)
        if page.private:
            raise Permanent(f"page {page.ref} is private; its record stays in the private area")

        def write() -> Page:
            stored = self._wiki.live(page.ref)
            self._wiki.live(under)
            values = self._values(page.source, {"policy": (under,)})
            if any(stored.values.get(name) != value for name, value in values.items()):
                stored.values.update(values)
                self._wiki.touch(stored, BOT)
            return self._page(stored)

        return self._call("file", write, writes=True)

    def protect(self, page: Page) -> bool:
        self._ours(page)

        def write() -> bool:
            self._wiki.live(page.ref).protected = self.capabilities.restrictions
            return self.capabilities.restrictions

        return self._call("protect", write, writes=True)

    def admit(self, page: Page, accounts: Collection[Account]) -> Page:
        self._ours(page)
        if not page.private:
            raise Permanent(f"page {page.ref} is not in the private area; who can open it is not the bot's to say")

        def write() -> Page:
            stored = self._wiki.live(page.ref)
            if not self._wiki.restricts:
                raise Denied("this wiki restricts no single pages on its present plan")
            stored.audience = frozenset(accounts)
            return self._page(stored)

        return self._call("admit", write, writes=True) if self.capabilities.restrictions else page

    def readers(self, ref: PageRef, accounts: Collection[Account]) -> Mapping[Account, bool | None]:
        if not self.capabilities.restrictions:
            return dict.fromkeys(accounts)
        if ref in self._wiki.containers:
            return self._call("readers", lambda: dict.fromkeys(accounts, True))
        self._call("readers", lambda: self._wiki.stored(ref))
        return {account: self._wiki.may_open(ref, account) for account in accounts}

    def comment(self, ref: PageRef, message: Message, token: str) -> Comment:
        names = self._wiki.names()
        urls = [part.url for part in message if isinstance(part, Link)] or [f"https://wiki.invalid/{ref}"]
        urls[-1] = f"{urls[-1].partition('#')[0]}#{token}"
        text = "".join(
            f"@{names.get(part.account, part.account)}" if isinstance(part, Mention) else part.text for part in message
        )

        def write() -> Comment:
            page = self._wiki.live(ref)
            ids = self._wiki.new_id("comment"), self._wiki.new_id("discussion")
            page.comments.append(MemoryComment(ids[0], text, BOT, self._wiki.stamp(), ids[1], tuple(urls)))
            return self._comment(page.comments[-1])

        return self._call("comment", write, writes=True)

    def attach(self, ref: PageRef, name: str, data: bytes) -> None:
        def write() -> None:
            self._wiki.live(ref).files[name] = data

        self._call("attach", write, writes=True)

    def trash(self, page: Page) -> None:
        self._ours(page)
        if self._call("trash", lambda: self._wiki.stored(page.ref).trashed):
            return

        def write() -> None:
            stored = self._wiki.stored(page.ref)
            people = (
                {block.author for block, _ in walk(stored.body)}
                | {one.author for one in stored.comments}
                | {stored.edited_by}
            )
            if people - {BOT}:
                raise Conflict(f"a person has written in page {page.ref}; it stays")
            stored.trashed = True
            self._wiki.touch(stored, BOT)

        self._call("trash", write, writes=True)

    def restore_mark(self, text: str) -> Mark | None:
        return restored(text)

    # --- inside ---

    def _ours(self, page: Page) -> Mark:
        if page.mark is None or page.mark.installation != self._installation or not page.is_original:
            raise Permanent(f"page {page.ref} does not carry the mark of this installation; the bot leaves it alone")
        return page.mark

    def _values(self, source: Source, fields: Mapping[str, Value], *, private: bool = False) -> dict[str, Value]:
        """Values by column id. Raises Permanent for a field that does not exist (any more) or a value that does not fit."""
        layout = self._source(source, private=private)
        container = self._wiki.containers[layout.ref]
        values: dict[str, Value] = {}
        for name, value in fields.items():
            column = container.fields.get(layout.fields.get(name, ""))
            if column is None:
                raise Permanent(f"{container.title} has no field {name!r}")
            values[column.id] = self._wiki.value(column, with_ids(value, layout.options.get(name, {})))
        return values

    def _page(self, stored: MemoryPage) -> Page:
        container = self._wiki.containers[stored.home]
        fields: dict[str, Value] = {}
        mark = None
        layout = self._layout.place(container.source, private=container.private) if self._layout else None
        if layout is not None and stored.state is not PageState.MOVED:
            fields = {
                name: shown(container.fields[column], stored.values.get(column), layout.options.get(name, {}))
                for name, column in layout.fields.items()
                if column in container.fields
                and container.fields[column].kind is BY_SOURCE[container.source].field(name).kind
            }
            mark = self.restore_mark(str(fields.pop("mark", None)))
        return Page(
            stored.ref, container.source, stored.title, f"https://wiki.invalid/{stored.ref}", stored.state, fields, mark,
            stored.created_by, stored.created_at, stored.edited_by, stored.edited_at, container.private,
        )  # fmt: skip

    def _comment(self, stored: MemoryComment) -> Comment:
        person = self._wiki.accounts[stored.author].is_person
        return Comment(stored.id, stored.text, stored.author, person, stored.at, stored.discussion, stored.links)

    def _extend(self, ref: PageRef, portion: Body) -> None:
        self._wiki.live(ref).body.extend(self._stamped(portion))

    def _stamped(self, body: Body) -> Body:
        return stamp(body, lambda: self._wiki.new_id("block"), BOT, self._wiki.stamp())


class CoarseMemoryConnector(MemoryConnector):
    """The other family: no lock, no restrictions, times floored to the minute. Use it with `floor_to_minute`."""

    capabilities: ClassVar[Capabilities] = Capabilities("coarse memory", time_precision=60)
