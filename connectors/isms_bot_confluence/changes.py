"""What changed in a source since a cursor: complete, or an error. The cursor is a watermark in JSON.

Cloud lists pages by time of edit, at once and exactly; ticks may leave a page's time as it was (Unverified), so jobs cost a second
request for completed tasks. Data Center can only be asked through its index, which lags: every look reaches half an hour back.
Pages that come back from trash or archive, or are dragged into a container, may keep their time of edit on both (Unverified):
once a day the tree is listed as well, and rows that were not there the day before are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from isms_bot.connector import Observation
from isms_bot.errors import Misconfigured, Permanent
from isms_bot.model import Account, Page, PageRef, Source
from isms_bot_confluence.api import PROPERTY, Change, Leaf, Raw, Tick
from isms_bot_confluence.errors import Absent
from isms_bot_confluence.reading import Held, Reader, live

_PLAIN = re.compile(r"[A-Za-z0-9/:._-]+")
"""Keys that stand in a body as they are, whatever Confluence does to quotes and umlauts."""

LISTED_EVERY = timedelta(hours=24)
MOST_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a look reaches back behind its watermark. `lags`: what was edited may be missing even then."""

    back: timedelta
    lags: bool


CLOUD_REACH = Reach(timedelta(minutes=2), lags=False)
DATACENTER_REACH = Reach(timedelta(minutes=30), lags=True)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to when everything was seen; when the tree was listed last, and the rows that the container had then."""

    watermark: datetime
    listed: datetime
    rows: tuple[PageRef, ...]

    def __str__(self) -> str:
        held = {
            "v": 1,
            "watermark": self.watermark.isoformat(),
            "listed": self.listed.isoformat(),
            "rows": " ".join(self.rows),
        }
        return json.dumps(held)


class Changes:
    """Observes for one workspace. Pages are remembered by version, so that ten sources do not read one page ten times."""

    def __init__(self, reader: Reader, reach: Reach) -> None:
        self._reader = reader
        self._api = reader.api
        self._reach = reach
        self._read: dict[PageRef, Raw] = {}

    def forget(self, ref: PageRef) -> None:
        """The bot has written this page itself."""
        self._read.pop(ref, None)

    # --- observing

    def observe(self, source: Source, cursor: str | None) -> Observation:
        """Live pages of the source edited since the cursor, all of them without one.

        One request if nothing changed, two for jobs on Cloud; one more per changed page.
        """
        self._reader.place(source)
        before = _cursor(cursor)
        pages, after = self._whole(source) if before is None else self._since(source, before)
        return Observation(source, live(pages), str(after), after.watermark)

    def _whole(self, source: Source) -> tuple[list[Page], Cursor]:
        rows, at = self._rows(source)
        if not rows:
            self._look_at(self._reader.place(source).ref)
        leaves = [*rows, *self._records(source)]
        pages = self._pages(source, self._fetched([leaf.id for leaf in leaves]))
        return pages, Cursor(at, at, tuple(leaf.id for leaf in rows))

    def _since(self, source: Source, before: Cursor) -> tuple[list[Page], Cursor]:
        since = before.watermark - self._reach.back
        changes = [one for one in self._api.changed(self._reader.space, since) if self._concerns(source, one)]
        after = replace(before, watermark=self._api.wire.time())
        ticks = self._ticks(source, since)
        ids = dict.fromkeys([*(one.id for one in changes), *ticks])
        if after.watermark - before.listed >= LISTED_EVERY:
            found, rows = self._daily(source, before)
            ids |= dict.fromkeys(found)
            after = replace(after, listed=after.watermark, rows=rows)
        versions = {one.id: one.version for one in changes}
        known = [raw for ref in ids if (raw := self._read.get(ref)) and raw.version == versions.get(ref)]
        raws = [*known, *self._fetched([ref for ref in ids if ref not in {raw.id for raw in known}])]
        order = {ref: number for number, ref in enumerate(ids)}
        raws.sort(key=lambda raw: order[raw.id])
        return [_as_ticked(page, ticks.get(page.ref)) for page in self._pages(source, raws)], after

    def _daily(self, source: Source, before: Cursor) -> tuple[list[PageRef], tuple[PageRef, ...]]:
        """(pages that may have been missed since the tree was listed last, the rows that the container has now)."""
        rows, _ = self._rows(source)
        missed = [leaf for leaf in rows if leaf.id not in before.rows]
        if self._reach.lags:
            recent = before.listed - self._reach.back
            missed += [leaf for leaf in (*rows, *self._records(source)) if leaf.edited_at and leaf.edited_at >= recent]
        return [leaf.id for leaf in missed], tuple(leaf.id for leaf in rows)

    def _rows(self, source: Source) -> tuple[list[Leaf], datetime]:
        """The pages of a source's container and of its private twin, and the time of the first answer."""
        found: list[Leaf] = []
        at: datetime | None = None
        for home in self._reader.homes(source):
            try:
                listed = self._api.below(home, 1)
            except Absent:
                self._look_at(home)
                raise
            at = at or self._api.wire.time()
            found += [leaf for leaf in listed if leaf.parent == home]
        return found, at or self._api.wire.time()

    def _records(self, source: Source) -> list[Leaf]:
        """Jobs that were filed as records below the items of the policy."""
        if source is not Source.JOBS:
            return []
        policies = self._reader.place(Source.POLICIES).ref
        return [leaf for leaf in self._api.below(policies, 2) if leaf.parent != policies]

    def _look_at(self, container: PageRef) -> None:
        """An empty container may be one that is in the trash: its tree does not tell. Raises Misconfigured."""
        try:
            raw = self._api.page(container)
        except Absent as error:
            raise Misconfigured(f"{error}; the bot keeps its pages below it: restore it, or share it again") from error
        if raw.status != "current":
            raise Misconfigured(f'the page "{raw.title}" is {raw.status}; restore it, the bot keeps its pages there')

    def _ticks(self, source: Source, since: datetime) -> dict[PageRef, Tick]:
        """The latest tick per page; only jobs have steps that matter."""
        if source is not Source.JOBS or not self._api.ticks_tell_who:
            return {}
        found: dict[PageRef, Tick] = {}
        for tick in self._api.ticked(self._reader.space, since):
            known = found.get(tick.page)
            if known is None or (known.at or since) < (tick.at or since):
                found[tick.page] = tick
        return found

    def _concerns(self, source: Source, change: Change) -> bool:
        """False if the page certainly stands in another source; pages elsewhere can be records that were filed."""
        home = self._reader.source_of(change.parent)
        if home is not None:
            return home is source
        new = change.parent is not None and change.parent == self._reader.antechamber
        return new or change.folder or source is Source.JOBS

    # --- pages

    def _fetched(self, ids: Sequence[PageRef]) -> list[Raw]:
        """Current pages with what the bot keeps of them; remembered by version."""
        if len(ids) == 1:
            try:
                found = [self._api.page(ids[0])]
            except Absent:
                found = []  # deleted a moment ago
        else:
            found = [self._with_property(raw) for raw in self._api.pages(ids)] if ids else []
        if len(self._read) > MOST_REMEMBERED:
            self._read.clear()
        self._read |= {raw.id: raw for raw in found}
        return found

    def _with_property(self, raw: Raw) -> Raw:
        """The page with its property, which only pages of the bot and copies of them have: one request for those alone."""
        if raw.property is not None or (raw.author != self._reader.me and PROPERTY not in raw.storage):
            return raw
        return replace(raw, property=self._api.property_of(raw.id))

    def _pages(self, source: Source, raws: Iterable[Raw]) -> list[Page]:
        found = []
        for raw in raws:
            if raw.status != "current":
                continue
            held = self._reader.held(raw)
            if not self._belongs(source, raw, held):
                continue
            found.append(self._reader.page(raw))
        return found

    def _belongs(self, source: Source, raw: Raw, held: Held) -> bool:
        """True for pages in the source's container (a folder in it counts), and for records wherever they are filed."""
        own = held.record.source if held.record and held.record.mark.page == raw.id else None
        parent = self._reader.source_of(raw.parent)
        if raw.parent is not None and raw.parent == self._reader.antechamber:
            parent = self._reader.said(held)
        if parent is None and raw.folder:
            parent = self._above_folders(raw)
        if own is not None:
            return own is source and (parent is source or source is Source.JOBS)
        return parent is source

    def _above_folders(self, raw: Raw) -> Source | None:
        """The source in whose container a folder stands that holds the page."""
        above = self._api.ancestors(raw.id)
        return next((found for one in reversed(above) if (found := self._reader.source_of(one))), None)

    # --- finding

    def find(self, source: Source, key: str) -> tuple[Page, ...]:
        """Live pages of the source with this key, by looking through the bodies of the whole space, newest first."""
        self._reader.place(source)
        found = []
        for raw in self._api.everything(self._reader.space):
            if self._may_carry(raw, key):
                found.append(self._with_property(raw))
        pages = live(self._pages(source, found))
        return tuple(page for page in pages if page.mark is not None and page.mark.key == key)

    def _may_carry(self, raw: Raw, key: str) -> bool:
        """True for pages whose text says the key, and for the bot's own pages whose text says none any more."""
        if _PLAIN.fullmatch(key) and key not in raw.storage:
            return raw.author == self._reader.me and PROPERTY not in raw.storage
        rows = self._reader.held(raw).details
        return rows is not None and rows.mark is not None and rows.mark.key == key


def _as_ticked(page: Page, tick: Tick | None) -> Page:
    """The page as edited by who ticked a step, where that is later than its version."""
    if tick is None or tick.at is None or (page.edited_at is not None and tick.at <= page.edited_at):
        return page
    by: Account | None = tick.by or page.edited_by
    return replace(page, edited_by=by, edited_at=tick.at)


def _cursor(text: str | None) -> Cursor | None:
    """Raises Permanent for a text that is no cursor of this connector."""
    if text is None:
        return None
    try:
        held = json.loads(text)
        watermark, listed = (datetime.fromisoformat(held[name]) for name in ("watermark", "listed"))
        return Cursor(watermark, listed, tuple(str(held["rows"]).split()))
    except (ValueError, KeyError, TypeError) as error:
        raise Permanent(f"{text!r} is no cursor of this connector; observe without one") from error
