"""What happens in a Notion workspace: pages, blocks, databases, comments come, change and go. No HTTP.

Each operation takes the acting user; the API acts as the bot, gestures act as people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from isms_bot.sandbox.notion import errors
from isms_bot.sandbox.notion.contents import Contents, Node
from isms_bot.sandbox.notion.model import (
    Block,
    Comment,
    Database,
    DataSource,
    Discussion,
    Json,
    Page,
    View,
)

# A block to be made: (type, content, children).
Sprout = tuple[str, Json, list[Any]]


class Space(Contents):
    """A workspace in which things can be done."""

    # -- stamps

    def born(self, actor: str) -> Json:
        now = self.world.now_ms()
        return {"created_at": now, "created_by": actor, "edited_at": now, "edited_by": actor}

    def edited(self, record: Any, actor: str, **changes: Any) -> Any:
        """Put the record with these changes, stamped; returns it."""
        # The caller's copy may be older than what the world holds by now.
        current = self.world.records.get(record.id, record)
        new = replace(current, **changes, edited_at=self.world.now_ms(), edited_by=actor)
        self.world.put(new)
        return new

    def _touch_page(self, node: Node, actor: str) -> None:
        """An edit in a body moves the page's time (a switch, because Notion is not reliable there)."""
        page = self.page_of(node)
        if page is not None and self.world.limits.body_edits_move_page_time:
            self.edited(page, actor)

    def require_editable(self, node: Node) -> None:
        if node.in_trash:
            raise errors.in_trash()
        if self.trashed(node):
            raise errors.ancestor_in_trash()

    # -- pages

    def make_page(
        self,
        actor: str,
        parent: Page | Block | DataSource | None,
        values: Json,
        *,
        sprouts: Sequence[Sprout] = (),
        after: str | None = None,
        first: bool = False,
        **extra: Any,
    ) -> Page:
        """A page below a page or block, or a row of a data source, with its body."""
        source = parent if isinstance(parent, DataSource) else None
        page = Page(
            id=self.world.new_id(),
            parent_id=parent.id if parent else None,
            data_source_id=source.id if source else None,
            values=values,
            **self.born(actor),
            **extra,
        )
        self.world.put(page)
        if source is not None:
            self._number(source, page)
        elif isinstance(parent, Page | Block):
            self._attach(parent, [page.id], after=after, first=first)
        if sprouts:
            self._grow(page.id, page.id, sprouts, actor)
        return self.world.get(Page, page.id) or page

    def _number(self, source: DataSource, page: Page) -> None:
        keys = [p["id"] for p in source.properties.values() if p["type"] == "unique_id"]
        if not keys:
            return
        current = self.world.get(DataSource, source.id) or source
        self.world.put(replace(page, values={**page.values, **dict.fromkeys(keys, current.next_number)}))
        self.world.put(replace(current, next_number=current.next_number + 1))

    def _attach(self, parent: Page | Block, ids: list[str], *, after: str | None = None, first: bool = False) -> None:
        current = self.find(parent.id)
        if not isinstance(current, Page | Block):
            return
        old = list(current.children)
        at = 0 if first else (old.index(after) + 1 if after in old else len(old))
        self.world.put(replace(current, children=(*old[:at], *ids, *old[at:])))

    def _detach(self, node: Node) -> None:
        parent = self.parent(node)
        if isinstance(parent, Page | Block):
            self.world.put(replace(parent, children=tuple(c for c in parent.children if c != node.id)))

    def move_page(self, page: Page, to: Page | DataSource, actor: str) -> Page:
        self._detach(page)
        source = to if isinstance(to, DataSource) else None
        values = page.values
        if (source.id if source else None) != page.data_source_id:
            # Only the title survives between different schemas.
            key = (
                next((p["id"] for p in source.properties.values() if p["type"] == "title"), "title")
                if source
                else "title"
            )
            values = {key: self.title(page)}
        moved = self.edited(page, actor, parent_id=to.id, data_source_id=source.id if source else None, values=values)
        if isinstance(to, Page):
            self._attach(to, [page.id])
        return moved  # type: ignore[no-any-return]

    # -- blocks

    def append(
        self,
        parent: Page | Block,
        sprouts: Sequence[Sprout],
        actor: str,
        *,
        after: str | None = None,
        first: bool = False,
    ) -> list[str]:
        """Ids of the new first-level blocks."""
        ids = self._grow(parent.id, self._page_id(parent), sprouts, actor, after=after, first=first)
        self._touch_page(parent, actor)
        return ids

    def _page_id(self, node: Page | Block) -> str:
        return node.id if isinstance(node, Page) else node.page_id

    def _grow(
        self,
        parent_id: str,
        page_id: str,
        sprouts: Sequence[Sprout],
        actor: str,
        *,
        after: str | None = None,
        first: bool = False,
    ) -> list[str]:
        ids = []
        stamps = self.born(actor)
        for kind, content, children in sprouts:
            block = Block(
                id=self.world.new_id(), type=kind, parent_id=parent_id, page_id=page_id, content=content, **stamps
            )
            self.world.put(block)
            if children:
                self._grow(block.id, page_id, children, actor)
            ids.append(block.id)
        parent = self.find(parent_id)
        if isinstance(parent, Page | Block):
            self._attach(parent, ids, after=after, first=first)
        return ids

    def edit_block(self, block: Block, content: Json, actor: str) -> Block:
        new = self.edited(block, actor, content=content)
        self._touch_page(new, actor)
        return new  # type: ignore[no-any-return]

    def erase(self, page: Page, actor: str) -> None:
        """Remove the body for good; child pages and databases go to the trash."""
        for child in self.children(page):
            if isinstance(child, Block):
                self._purge(child)
            else:
                self.edited(child, actor, in_trash=True)
        current = self.world.get(Page, page.id)
        if current is not None:
            kept = tuple(c for c in current.children if self.find(c) is not None)
            self.edited(current, actor, children=kept)

    def sprout(self, block: Block) -> Sprout:
        """The block and what is in it, as something to be made again."""
        return (block.type, block.content, [self.sprout(c) for c in self.children(block) if isinstance(c, Block)])

    # -- trash

    def set_trash(self, node: Node, trashed: bool, actor: str) -> Any:
        new = self.edited(node, actor, in_trash=trashed)
        if isinstance(node, Block):
            self._touch_page(new, actor)
        return new

    def purge(self, page: Page) -> None:
        """Delete for good, with everything on and below it."""
        self._detach(page)
        self._purge(page)

    def _purge(self, node: Node) -> None:
        if isinstance(node, Page | Block):
            for child_id in node.children:
                if (child := self.find(child_id)) is not None:
                    self._purge(child)
        if isinstance(node, Database):
            for view_id in list(self.views.get(node.id, [])):
                self.world.drop(view_id)
            if not node.linked:
                for source_id in node.data_sources:
                    if (source := self.find(source_id)) is not None:
                        self._purge(source)
        if isinstance(node, DataSource):
            for row_id in list(self.rows.get(node.id, {})):
                if (row := self.find(row_id)) is not None:
                    self._purge(row)
        for thread in list(self.threads.get(node.id, [])):
            for comment in list(self.comments.get(thread, [])):
                self.world.drop(comment)
            self.world.drop(thread)
        self.world.drop(node.id)

    # -- databases

    def make_database(
        self,
        actor: str,
        parent: Page | Block | None,
        *,
        title: list[Json],
        properties: dict[str, Json] | None = None,
        linked_to: DataSource | None = None,
        after: str | None = None,
        **extra: Any,
    ) -> Database:
        """A database with its first data source, or a linked one, with its default view."""
        stamps = self.born(actor)
        database_id = self.world.new_id(random_looking=True)
        source_id = linked_to.id if linked_to else self.world.new_id(random_looking=True)
        database = Database(
            id=database_id,
            parent_id=parent.id if parent else None,
            title=title,
            data_sources=(source_id,),
            linked=linked_to is not None,
            **stamps,
            **extra,
        )
        self.world.put(database)
        if parent is not None:
            self._attach(parent, [database_id], after=after)
        if linked_to is None:
            self.world.put(
                DataSource(id=source_id, database_id=database_id, title=title, properties=properties or {}, **stamps)
            )
            self.make_view(actor, database, source_id, "Default view", "table")
        return database

    def make_data_source(
        self, actor: str, database: Database, title: list[Json], properties: dict[str, Json], **extra: Any
    ) -> DataSource:
        source = DataSource(
            id=self.world.new_id(),
            database_id=database.id,
            title=title,
            properties=properties,
            **self.born(actor),
            **extra,
        )
        self.world.put(source)
        self.edited(database, actor, data_sources=(*database.data_sources, source.id))
        return source

    def make_view(self, actor: str, database: Database, source_id: str, name: str, kind: str, **extra: Any) -> View:
        view = View(
            id=self.world.new_id(),
            database_id=database.id,
            data_source_id=source_id,
            name=name,
            type=kind,
            **{"configuration": {"type": kind}, **extra},
            **self.born(actor),
        )
        self.world.put(view)
        return view

    def relocate(self, database: Database, to: Page) -> None:
        """Take a database out of where it is and put it at the end of a page."""
        self._detach(database)
        self._attach(to, [database.id])

    def move_data_source(self, source: DataSource, to: Database, actor: str) -> str:
        """Into another database; returns its id."""
        old = self.world.get(Database, source.database_id)
        if old is not None:
            self.edited(old, actor, data_sources=tuple(s for s in old.data_sources if s != source.id))
        to = self.world.get(Database, to.id) or to
        self.edited(to, actor, data_sources=(*(s for s in to.data_sources if s != source.id), source.id))
        return to.id

    # -- comments

    def thread_on(self, anchor: Node, page: Page) -> Discussion:
        """All comments on a page as a whole join one open discussion (recorded); here those on a block do too."""
        for thread_id in self.threads.get(anchor.id, []):
            thread = self.world.get(Discussion, thread_id)
            if thread is not None and not thread.resolved:
                return thread
        return self.open_thread(anchor.id, page.id)

    def open_thread(self, anchor_id: str, page_id: str) -> Discussion:
        thread = Discussion(id=self.world.new_id(), anchor_id=anchor_id, page_id=page_id)
        self.world.put(thread)
        return thread

    def make_comment(self, actor: str, thread: Discussion, items: list[Json], **extra: Any) -> Comment:
        comment = Comment(
            id=self.world.new_id(),
            discussion_id=thread.id,
            anchor_id=thread.anchor_id,
            page_id=thread.page_id,
            rich_text=items,
            **self.born(actor),
            **extra,
        )
        self.world.put(comment)
        return comment
