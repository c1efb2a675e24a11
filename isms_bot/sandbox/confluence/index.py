"""Where records of both sites are found, and what a search index that lags has seen of pages."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from isms_bot.sandbox.confluence.model import (
    Access,
    Flavor,
    WikiAttachment,
    WikiComment,
    WikiPage,
    WikiProperty,
    WikiTask,
    WikiVersion,
)
from isms_bot.sandbox.world import World

_ON_PAGES = (WikiVersion, WikiProperty, WikiComment, WikiTask, WikiAttachment)


class Index:
    """Follows the world's changes. Ids in the order in which things were made."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pages: dict[str, dict[str, None]] = defaultdict(dict)  # by site
        self.children: dict[str | None, dict[str, None]] = defaultdict(dict)
        self.titles: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)  # by space and lower title
        self.on: dict[tuple[type, str], dict[str, None]] = defaultdict(dict)  # by kind and page
        self.restricted: set[str] = set()  # pages that not everybody may see
        self.past: dict[str, list[tuple[int, WikiPage | None]]] = {}
        world.listen(self.follow)

    def follow(self, old: Any, new: Any) -> None:
        if isinstance(old, WikiPage) or isinstance(new, WikiPage):
            self._page(old, new)
        elif isinstance(old or new, _ON_PAGES):
            record = new or old
            place = self.on[type(record), record.page_id]
            if new is None:
                place.pop(record.id, None)
            else:
                place[record.id] = None

    def _page(self, old: WikiPage | None, new: WikiPage | None) -> None:
        page = new or old
        if page is None:
            return
        if old is not None and (new is None or old.parent_id != new.parent_id):
            self.children[old.parent_id].pop(old.id, None)
        if old is not None and (new is None or old.title.lower() != new.title.lower()):
            self.titles[old.space_id, old.title.lower()].pop(old.id, None)
        if new is not None and new.restrictions.get("read"):
            self.restricted.add(page.id)
        else:
            self.restricted.discard(page.id)
        if new is None:
            self.pages[page.site].pop(page.id, None)
        else:
            self.pages[new.site][new.id] = None
            self.children[new.parent_id][new.id] = None
            self.titles[new.space_id, new.title.lower()][new.id] = None
        self._remember(page, old, new)

    def _remember(self, page: WikiPage, old: WikiPage | None, new: WikiPage | None) -> None:
        access = self.world.get(Access, f"access-{page.site}")
        if access is None or not access.index_lag:
            return
        seen = self.past.setdefault(page.id, [(0, old)])
        now = self.world.now_ms()
        seen.append((now, new))
        horizon = now - int(access.index_lag * 1000)
        while len(seen) > 1 and seen[1][0] <= horizon:
            seen.pop(0)

    def found(self, site: Flavor, lag: float) -> list[WikiPage]:
        """Pages as the search index knows them."""
        if not lag:
            return [self.world.records[page_id] for page_id in self.pages[site]]
        horizon = self.world.now_ms() - int(lag * 1000)
        result = []
        for page_id in [*self.pages[site], *(i for i in self.past if i not in self.pages[site])]:
            known: WikiPage | None = self.world.records.get(page_id)
            for at, page in self.past.get(page_id, []):
                if at <= horizon:
                    known = page
            if known is not None and known.site == site:
                result.append(known)
        return result

    def of(self, kind: type, page_id: str) -> list[Any]:
        """The versions, properties, comments, tasks or attachments of a page, oldest first."""
        return [self.world.records[record_id] for record_id in self.on.get((kind, page_id), {})]
