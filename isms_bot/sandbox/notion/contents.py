"""What is in a Notion workspace, and where: look-ups and the indexes that no record holds. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from isms_bot.sandbox.notion import richtext
from isms_bot.sandbox.notion.model import (
    Block,
    Comment,
    Database,
    DataSource,
    Discussion,
    Json,
    Page,
    Sharing,
    View,
)
from isms_bot.sandbox.world import Person, World

Node = Page | Block | Database | DataSource


class Contents:
    """A view of a world's records that follows every change of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: dict[str, dict[str, None]] = {}  # data source → page ids, in order of creation
        self.threads: dict[str, list[str]] = {}  # anchor (page or block) → discussion ids
        self.comments: dict[str, list[str]] = {}  # discussion → comment ids
        self.views: dict[str, list[str]] = {}  # database → view ids
        self.past: dict[str, list[Any]] = {}  # page → its earlier states, kept while an index lags
        world.listen(self._index)

    def _index(self, old: Any, new: Any) -> None:
        record = new if new is not None else old
        if isinstance(record, Page):
            before = old.data_source_id if old is not None else None
            after = new.data_source_id if new is not None else None
            if before and before != after:
                self.rows.get(before, {}).pop(record.id, None)
            if after and before != after:
                self.rows.setdefault(after, {})[record.id] = None
            self._remember(old, new)
        elif isinstance(record, Discussion):
            _entry(self.threads, record.anchor_id, record.id, old is None, new is None)
        elif isinstance(record, Comment):
            _entry(self.comments, record.discussion_id, record.id, old is None, new is None)
        elif isinstance(record, View):
            _entry(self.views, record.database_id, record.id, old is None, new is None)

    def _remember(self, old: Page | None, new: Page | None) -> None:
        """Keep as much of a page's past as a lagging index needs."""
        limits = self.world.limits
        lag = max(limits.query_lag, limits.search_lag)
        if new is None:
            self.past.pop(old.id if old is not None else "", None)
        elif lag:
            states = self.past.get(new.id) or ([(old.edited_at, old)] if old is not None else [])
            horizon = self.world.now_ms() - int(lag * 1000)
            while len(states) > 1 and states[1][0] <= horizon:
                states.pop(0)
            self.past[new.id] = [*states, (self.world.now_ms(), new)]

    # -- look-ups

    def find(self, record_id: str) -> Node | None:
        found = self.world.records.get(record_id)
        return found if isinstance(found, Page | Block | Database | DataSource) else None

    def parent(self, node: Node) -> Node | None:
        if isinstance(node, DataSource):
            return self.find(node.database_id)
        return self.find(node.parent_id) if node.parent_id else None

    def line(self, node: Node) -> Iterator[Node]:
        """The node and everything it lies in, inner to outer."""
        at: Node | None = node
        while at is not None:
            yield at
            at = self.parent(at)

    def trashed(self, node: Node) -> bool:
        """Whether it, or anything it lies in, is in the trash."""
        return any(n.in_trash for n in self.line(node))

    def may_open(self, person_id: str, node: Node) -> bool:
        """Whether the share menus of the page and of all above it let this person in."""
        limits = (self.world.get(Sharing, f"sharing:{above.id}") for above in self.line(node))
        return all(limit is None or person_id in limit.people for limit in limits)

    def page_of(self, node: Node) -> Page | None:
        return next((n for n in self.line(node) if isinstance(n, Page)), None)

    def title(self, page: Page) -> list[Json]:
        if page.data_source_id is None:
            return page.values.get("title", [])  # type: ignore[no-any-return]
        source = self.world.get(DataSource, page.data_source_id)
        key = (
            next((p["id"] for p in source.properties.values() if p["type"] == "title"), "title") if source else "title"
        )
        return page.values.get(key, [])  # type: ignore[no-any-return]

    def name(self, kind: str, record_id: str) -> str:
        """What a mention of it is called."""
        if kind == "user":
            person = self.world.get(Person, record_id)
            return f"@{person.name if person else 'Anonymous'}"
        found = self.world.records.get(record_id)
        title = self.title(found) if isinstance(found, Page) else getattr(found, "title", [])
        return self.plain(title) or "Untitled"

    def plain(self, items: Iterable[Json]) -> str:
        return richtext.plain(items, self.name)

    def children(self, node: Page | Block) -> list[Node]:
        """Live children in visual order."""
        found = (self.find(child) for child in node.children)
        return [child for child in found if child is not None and not child.in_trash]

    def walk(self, node: Page | Block) -> Iterator[Block]:
        """Every live block below, depth first; not into child pages."""
        for child in self.children(node):
            if isinstance(child, Block):
                yield child
                yield from self.walk(child)

    def live_rows(self, source: DataSource) -> list[Page]:
        """Rows not in the trash, in order of creation."""
        found = (self.world.records[row_id] for row_id in self.rows.get(source.id, {}))
        return [row for row in found if not row.in_trash]

    def open_comments(self, anchor_id: str) -> list[Comment]:
        """Comments of unresolved discussions on exactly this page or block, oldest first."""
        found = []
        for thread_id in self.threads.get(anchor_id, []):
            thread = self.world.get(Discussion, thread_id)
            if thread is None or thread.resolved:
                continue
            for comment_id in self.comments.get(thread_id, []):
                if (comment := self.world.get(Comment, comment_id)) is not None:
                    found.append(comment)
        return sorted(found, key=lambda c: c.created_at)

    # -- what an index that lags has seen

    def indexed(self, page: Page, lag: float) -> Page | None:
        """The page as an index that lags `lag` seconds knows it; None when it does not know it yet."""
        if not lag:
            return page
        horizon = self.world.now_ms() - int(lag * 1000)
        known = [state for at, state in self.past.get(page.id, []) if at <= horizon]
        if known:
            return known[-1]  # type: ignore[no-any-return]
        return page if page.id not in self.past and page.created_at <= horizon else None


def _entry(index: dict[str, list[str]], key: str, record_id: str, added: bool, removed: bool) -> None:
    if added:
        index.setdefault(key, []).append(record_id)
    elif removed and record_id in index.get(key, []):
        index[key].remove(record_id)
