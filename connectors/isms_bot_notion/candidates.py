"""Pages that people keep under the root: sub-pages, and rows of databases that are not the bot's.

Notion lists one level at a time, a request for each page, so the walk ends after a few levels and a number of requests.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from isms_bot.connector import Candidate
from isms_bot.errors import Denied, Gone, Permanent
from isms_bot_notion import fields, richtext
from isms_bot_notion.client import PAGE_SIZE, Json
from isms_bot_notion.reading import Reader

LEVELS = 4
LISTINGS = 100
"""Pages and databases that are looked into at most."""
_AROUND = ("column_list", "column", "toggle", "synced_block", "callout", "heading_1", "heading_2", "heading_3")
"""Blocks in which people keep sub-pages."""

Where = tuple[str, ...]


class Candidates:
    """One walk under the root."""

    def __init__(self, reader: Reader, root: str) -> None:
        self._reader = reader
        self._wire = reader.wire
        self._root = root

    def all(self) -> tuple[Candidate, ...]:
        """What lies under the root, the nearest first; rows that carry a mark are left out."""
        layout = self._reader.layout
        own = {place.extra.get("database") for place in layout.sources.values()} if layout else set()
        found: list[Candidate] = []
        left: deque[tuple[str, Where, bool]] = deque([(self._root, (), False)])
        for _ in range(LISTINGS):
            if not left:
                break
            place, where, is_database = left.popleft()
            if is_database:
                found += self._rows(place, where)
                continue
            for block in self._blocks(place):
                kind, ref = str(block["type"]), str(block["id"])
                if kind == "child_page":
                    title = str(block["child_page"]["title"])
                    found.append(Candidate(ref, title, _address(ref), where))
                    if block.get("has_children") and len(where) < LEVELS - 1:
                        left.append((ref, (*where, title), False))
                elif kind == "child_database" and ref not in own:
                    left.append((ref, (*where, str(block["child_database"]["title"])), True))
                elif kind in _AROUND and block.get("has_children"):
                    left.append((ref, where, False))
        return tuple(found)

    def _blocks(self, place: str) -> Iterator[Json]:
        try:
            yield from self._wire.pages(f"blocks/{place}/children", "looking for pages under the root")
        except (Denied, Gone):
            if place == self._root:
                raise

    def _rows(self, database: str, where: Where) -> Iterator[Candidate]:
        """The first hundred rows of a database; none of a view whose rows lie elsewhere."""
        what = "looking for pages under the root"
        try:
            sources = self._wire.get(f"databases/{database}", what).get("data_sources") or ()
            for source in sources:
                body: Json = {"page_size": PAGE_SIZE}
                for row in self._wire.ask(f"data_sources/{source['id']}/query", what, body)["results"]:
                    properties: Mapping[str, Json] = row.get("properties") or {}
                    if row.get("in_trash") or any(fields.read_mark(text) for text in fields.texts(properties)):
                        continue
                    titles = (richtext.plain(one["title"]) for one in properties.values() if one["type"] == "title")
                    yield Candidate(str(row["id"]), next(titles, ""), str(row.get("url") or ""), where)
        except (Denied, Gone, Permanent):
            return


def _address(ref: str) -> str:
    return f"https://app.notion.com/p/{ref.replace('-', '')}"
