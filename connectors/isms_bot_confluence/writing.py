"""What the bot writes: new pages, its property, its table on pages that nobody works in, and where a record stands.

Invariants: a page is made in one request that carries its key; the body of a job in which people may be working is never sent;
every body that is sent follows the version that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from isms_bot.connector import Draft
from isms_bot.errors import Ambiguous, Conflict, ConnectorError, Denied, Gone, Permanent, Transient
from isms_bot.layout import BY_SOURCE, FieldKind
from isms_bot.model import Account, Key, Link, Mark, Page, PageRef, Snapshot, Source, Value
from isms_bot_confluence import fields, titles
from isms_bot_confluence.api import Raw
from isms_bot_confluence.contents import Payload
from isms_bot_confluence.errors import TitleTaken
from isms_bot_confluence.fields import Record
from isms_bot_confluence.reading import ANTECHAMBER, Held, Reader
from isms_bot_confluence.storage import canonical, details, render_details, render_mark, shown, with_details

CLOSED = frozenset(
    ("Recorded", "Recorded late", "Superseded", "Waived", "Paused", "Cancelled", "Withdrawn", "Left")
)  # fmt: skip
"""Status of a job in which nobody works any more."""

LABEL = "isms-bot"
COLOURS: Mapping[str, str] = {
    "Preparing": "", "Open": "Blue", "Overdue": "Yellow", "Missed": "Yellow", "Recorded": "Green", "Recorded late": "Green",
    "Superseded": "", "Waived": "", "Paused": "", "Cancelled": "", "Withdrawn": "", "Left": "", "Resolved": "Green",
    "Answered": "Green", "Under discussion": "Blue", "Stands": "", "Reworded": "", "Retracted": "", "Closed": "Green",
}  # fmt: skip
"""Lozenges of the status, by the words that stand in them. None is red: nothing here is an alarm."""


class Writer:
    """Writes for one workspace."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._api = reader.api

    # --- new pages

    def new(self, draft: Draft, body: str, origin: Snapshot | None = None) -> Page:
        """A page with the draft's fields and this body; `origin` is the procedure that it is a copy of."""
        spec, parent = BY_SOURCE[draft.source], self._birthplace(draft)
        values = fields.all_checked(spec, draft.fields)
        # As every later table shows them, an empty box as "No" among them: the page need not be written again for that.
        kept = {one.id: fields.checked(one, values.get(one.id), "") for one in shown(spec)}
        storage = with_details(body, self._table(draft.source, kept), self._mark(draft.source, draft.key))
        taken = origin.page.title if origin else ""
        raw = first_free(
            titles.tries(draft.title, draft.key, taken), lambda title: self._made(parent, title, storage, origin)
        )
        if origin is not None and isinstance(origin.body, Payload):
            self._upload(raw, origin.body)
        return replace(
            self._reader.page(replace(raw, storage="", parent=parent), draft.source),
            mark=Mark(self._reader.installation, self._reader.workspace, draft.key),
            fields={**kept, "key": draft.key},
        )

    def _birthplace(self, draft: Draft) -> PageRef:
        """Below which page a page is made: private ones where nobody but the bot can open them, until they are admitted."""
        place = self._reader.place(draft.source, private=draft.private)
        if not draft.private:
            return place.ref
        chamber = place.extra[ANTECHAMBER]
        me = self._reader.bot
        if not self._api.closed(chamber, me):
            self._api.admit(chamber, me, ())
        return chamber

    def admit(self, page: Page, accounts: Collection[Account]) -> Page:
        """First who may open the page, then its place: below the antechamber nobody could."""
        raw, _ = self._present(page)
        home = self._reader.place(page.source, private=True).ref
        self._api.admit(page.ref, self._reader.bot, accounts)
        if raw.parent == self._reader.antechamber:
            raw = self._api.put(raw, parent=home)
        return self._reader.page(raw)

    def _made(self, parent: str, title: str, storage: str, origin: Snapshot | None) -> Raw:
        payload = origin.body if origin else None
        if origin is not None and isinstance(payload, Payload) and payload.attachments and not payload.files:
            return self._api.copy(origin.page.ref, parent, title, storage)
        return self._api.create(self._reader.space, parent, title, storage)

    def _upload(self, raw: Raw, payload: Payload) -> None:
        try:
            for name, data in payload.files:
                self._api.attach(raw.id, name, data)
        except ConnectorError as error:
            # The page exists: whoever tries again without looking would double it.
            raise Ambiguous(f"{error}; page {raw.id} stands there without all its files", (raw.id,)) from error

    # --- own pages

    def update(self, page: Page, values: Mapping[str, Value]) -> Page:
        """Fields into the property, and into the table where nobody works in the page; the first time also its labels."""
        spec = BY_SOURCE[page.source]
        wanted = fields.all_checked(spec, values)
        name = next(one.id for one in spec.fields if one.kind is FieldKind.TITLE)
        title = wanted.pop(name, None)
        if not wanted and title is None and page.mark is not None and page.mark.page:
            return page
        raw, held = self._present(page)
        record = self._record(page, raw, held)
        changed = replace(record, fields={**record.fields, **wanted})
        retitled = title if isinstance(title, str) and title and title != raw.title else None
        if self._nobody_works_in(page, raw, held, wanted):
            raw = self._rendered(page, raw, changed, title=retitled)
        elif retitled is not None:
            present = raw
            raw = first_free(titles.tries(retitled, record.mark.key), lambda free: self._api.retitle(present, free))
        return self._kept(page, raw, held, changed)

    def file(self, page: Page, under: PageRef) -> Page:
        """The page below its policy item, and its table brought up to date: nobody works in it any more."""
        if page.private:
            raise Permanent(f'page {page.ref} ("{page.title}") is private; its record stays in the private area')
        raw, held = self._present(page)
        record = self._record(page, raw, held)
        changed = replace(record, fields={**record.fields, "policy": (under,)})
        if raw.parent == under and record.fields.get("policy") == (under,) and held.record is not None:
            return self._reader.page(raw)
        raw = self._rendered(page, raw, changed, parent=under)
        return self._kept(page, raw, held, changed)

    def rewrite(self, page: Page, body: str, written_by_others: Callable[[Raw], bool]) -> Page:
        """The page with this body below its table. What was handed over is remembered after the page is written: a death between
        the two leaves a page whose last version is the bot's, which is told by its versions."""
        raw, held = self._there(page)
        if written_by_others(raw):
            raise Conflict(f'somebody has written in page {page.ref} ("{page.title}"); its text stays')
        record, wanted = self._record(page, raw, held), canonical(body)[1]
        if canonical(raw.storage)[1] != wanted:
            # The mark in the text goes with the same request: a page that has no property yet is known by nothing else.
            table, mark = self._table(page.source, record.fields, ask=True), self._mark(page.source, record.mark.key)
            raw = self._api.put(raw, storage=with_details(body, table, mark))
        elif held.record is not None and record.text == wanted:
            return self._reader.page(raw)
        return self._kept(page, raw, held, replace(record, text=canonical(raw.storage)[1]))

    def own(self, page: Page) -> Mark:
        """The mark of a page that the bot may write. Raises Permanent for any other page."""
        mark = page.mark
        if mark is None or mark.installation != self._reader.installation or not page.is_original:
            raise Permanent(
                f'page {page.ref} ("{page.title}") does not carry the mark of this installation; it is left alone'
            )
        return mark

    def _present(self, page: Page) -> tuple[Raw, Held]:
        """The page as it is now. Raises Gone if it is in the trash, Conflict if a person has edited it since it was read."""
        raw, held = self._there(page)
        if _newer(raw, page) and self._reader.is_person(raw.edited_by):
            raise Conflict(f'page {page.ref} ("{page.title}") was edited since it was read; read it again')
        return raw, held

    def _there(self, page: Page) -> tuple[Raw, Held]:
        """The page as it is now, still the bot's. Raises Gone if it is in the trash, Conflict if it was archived."""
        self.own(page)
        raw = self._api.page(page.ref)
        held = self._reader.held(raw)
        if raw.status in ("trashed", "deleted"):
            raise Gone(f'page {page.ref} ("{page.title}") is in the trash')
        if raw.status == "archived":
            raise Conflict(f'page {page.ref} ("{page.title}") was archived; restore it if it is still wanted')
        self.own(replace(page, mark=held.mark))
        return raw, held

    def _record(self, page: Page, raw: Raw, held: Held) -> Record:
        """The record as it stands, or the first one of a page that has none, with the mark complete.

        A value that a person wrote into a cell is the record's from now on, so that what is written next does not undo it.
        """
        assert held.mark is not None
        mark = replace(held.mark, page=raw.id)
        as_read = page.fields if raw.edited_at == page.edited_at else {}
        values = {**self._reader.values(page.source, held), **(as_read if held.record is None else {})}
        values = {one.id: values.get(one.id) for one in shown(BY_SOURCE[page.source])}
        if held.record is None:
            return Record(mark, page.source, values, text=canonical(raw.storage)[1])
        return Record(mark, page.source, values, held.record.seen, held.record.text)

    def _nobody_works_in(self, page: Page, raw: Raw, held: Held, wanted: Mapping[str, Value]) -> bool:
        """True if the table may be written: the bot has edited the page last, and it is no job that is open. On other pages a
        cell that a person has set, and that the bot sets back, is written as well: only our table, all else byte for byte."""
        if raw.edited_by != self._reader.me:
            return page.source is not Source.JOBS and self._set_by_hand(page.source, held, wanted)
        if page.source is not Source.JOBS:
            return True
        return held.record is None or wanted.get("status") in CLOSED

    def _set_by_hand(self, source: Source, held: Held, wanted: Mapping[str, Value]) -> bool:
        """True if a person has changed the cell of a field that is to be written."""
        if held.record is None:
            return False
        seen, cells = held.record.seen, self._reader.cells(BY_SOURCE[source], held)
        return any(
            cell is not None and fields.fingerprint(cell.text) != seen.get(name, fields.fingerprint(None))
            for name, cell in cells.items()
            if name in wanted
        )

    # --- steps

    def _rendered(
        self, page: Page, raw: Raw, record: Record, *, title: str | None = None, parent: PageRef | None = None
    ) -> Raw:
        """The page with its table, title and place as wanted; nothing is sent if all of it stands there already."""
        storage = with_details(raw.storage, self._table(page.source, record.fields, ask=True), None)
        same = self._texts(page.source, storage) == self._texts(page.source, raw.storage)
        if same and title is None and parent in (None, raw.parent):
            return raw
        if title is None:
            return self._api.put(raw, storage=storage, parent=parent)
        return first_free(
            titles.tries(title, record.mark.key),
            lambda free: self._api.put(raw, title=free, storage=storage, parent=parent),
        )

    def _kept(self, page: Page, raw: Raw, held: Held, record: Record) -> Page:
        """The record on the page, all cells seen: what people wrote in them is part of the record now. The first time labels
        follow, and the bot stops watching the page."""
        first = held.record is None
        texts = self._texts(page.source, raw.storage)
        record = replace(record, seen={name: fields.fingerprint(cell) for name, cell in texts.items()})
        value = fields.write(record, raw.title)
        mine = raw.property
        if mine is None or mine.value != value:
            mine = self._api.put_property(raw.id, mine, value)
        if first:
            self._labelled(raw.id, page.source)
            self._unwatched(raw.id)
        return self._reader.page(replace(raw, property=mine))

    def _labelled(self, ref: PageRef, source: Source) -> None:
        """Labels are for people who look for pages; where the bot may not write them nothing is lost."""
        try:
            self._api.label(ref, (LABEL, f"isms-{source.value}"))
        except (Denied, Permanent):
            return

    def _unwatched(self, ref: PageRef) -> None:
        """Mails about its pages are of no use to the bot. All that had to be written stands by now, so trouble on the way is
        none of the caller's: nothing but the bot's mailbox suffers."""
        try:
            self._api.stop_watching(ref)
        except (Ambiguous, Conflict, Denied, Permanent, Transient):
            return

    def _texts(self, source: Source, storage: str) -> dict[str, str | None]:
        cells = self._reader.cells(BY_SOURCE[source], Held(None, details(storage), None))
        return {name: None if cell is None else cell.text for name, cell in cells.items()}

    def _table(self, source: Source, values: Mapping[str, Value], *, ask: bool = False) -> str:
        """The visible table. `ask`: titles of related pages that are not known are looked up."""
        spec = BY_SOURCE[source]
        related = {
            ref
            for one in spec.fields
            if one.kind is FieldKind.RELATION and isinstance(found := values.get(one.id), tuple)
            for ref in found
        }
        missing = sorted(related - set(self._reader.titles))
        if ask and missing:
            self._reader.titles |= {raw.id: raw.title for raw in self._api.pages(missing)}
        links = {ref: Link(self._reader.titles.get(ref, ref), self._reader.address(ref)) for ref in related}
        held = {one.id: values.get(one.id) for one in shown(spec)}
        return render_details(spec, held, self._reader.flavor, links=links, colours={"status": COLOURS})

    def _mark(self, source: Source, key: Key) -> str:
        return render_mark(
            key=key,
            workspace=self._reader.workspace,
            installation=self._reader.installation,
            source=source.value,
        )


def first_free(tries: Iterable[str], act: Callable[[str], Raw]) -> Raw:
    """What comes of `act` with the first title that nobody has. Raises TitleTaken if all are taken."""
    taken: TitleTaken | None = None
    for title in tries:
        try:
            return act(title)
        except TitleTaken as error:
            taken = error
    raise taken or TitleTaken("there was no title to try")


def _newer(raw: Raw, page: Page) -> bool:
    """True if `raw` holds an edit that `page` does not; an edit of the same moment is told by its author."""
    if page.edited_at is None or raw.edited_at > page.edited_at:
        return True
    return raw.edited_at == page.edited_at and raw.edited_by != page.edited_by
