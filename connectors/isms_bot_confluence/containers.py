"""The pages under the root that hold the sources: made or adopted, marked, never doubled.

A container is known by the layout given, else by its own property, else by its exact title directly under the root. Every step
looks before it makes, so a run that was cut off anywhere is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from isms_bot.connector import Candidate, LayoutProblem, Report
from isms_bot.document import Document, Paragraph, Run
from isms_bot.errors import ConnectorError, Denied, Misconfigured
from isms_bot.layout import BY_SOURCE, Layout, SourceLayout, SourceSpec
from isms_bot.model import Mark, PageRef, Source
from isms_bot_confluence import fields, titles
from isms_bot_confluence.api import Raw, Space
from isms_bot_confluence.fields import CONTAINER, Record
from isms_bot_confluence.reading import ANTECHAMBER, Reader
from isms_bot_confluence.storage import render_mark, to_storage, with_details
from isms_bot_confluence.writing import first_free

LEVELS = 4
"""Levels of pages under the root that are looked through for pages that people keep."""


@dataclass(frozen=True, slots=True)
class _Below:
    """Pages directly under a page: those that carry the mark of a container by its name, those without one by title."""

    marked: Mapping[str, Raw]
    titled: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A page that is to be there: the name in its key, its title, a sentence for people, and the source in its record."""

    name: str
    title: str
    about: str
    source: Source


_AREA = _Wanted(
    "private", "Private area",
    "What is not everybody's business: each page below opens for those alone whom it concerns.", Source.REGISTER,
)  # fmt: skip
_ANTECHAMBER = _Wanted(
    "private/antechamber", "Private pages in the making",
    "Pages are made here, where nobody but the bot can open them. Please leave this page as it is.", Source.REGISTER,
)  # fmt: skip


class Containers:
    """`ensure`, and what people changed about the containers."""

    def __init__(self, reader: Reader, root: PageRef) -> None:
        self._reader = reader
        self._api = reader.api
        self._root = root

    def ensure(
        self,
        specs: tuple[SourceSpec, ...],
        known: Layout | None,
        report: Report,
        private: tuple[SourceSpec, ...] = (),
    ) -> Layout:
        """The layout with every container of `specs`, and with the twins where pages can be restricted. Raises Misconfigured if
        the root cannot be read."""
        space = self._readable_root()
        found: dict[Source, SourceLayout] = {}
        below: _Below | None = None
        for spec in specs:
            before = known.sources.get(spec.source) if known else None
            if before is not None:
                raw: Raw | None = self._known(spec, before)
            else:
                below = below or self._below(self._root)
                raw = below.marked.get(spec.source.value) or below.titled.get(spec.title.casefold())
            wanted = _Wanted(spec.source.value, spec.title, spec.about, spec.source)
            found[spec.source] = self._located(spec, self._there(wanted, raw, self._root, space, report), space)
        for source, place in (known.sources if known else {}).items():
            found.setdefault(source, place)
        twins = dict(known.private) if known else {}
        missing = tuple(spec for spec in private if spec.source not in twins)
        if missing and self._api.guards(self._root):
            twins |= self._private(missing, space, report)
        return Layout(self._root, found, twins)

    def _there(self, wanted: _Wanted, raw: Raw | None, parent: PageRef, space: Space, report: Report) -> Raw:
        """The page that is wanted, made if it was not found, with its property."""
        if raw is None:
            raw = self._made(wanted, parent, space)
            report(f'Made "{raw.title}".')
        return self._marked(wanted, raw)

    def _private(self, specs: tuple[SourceSpec, ...], space: Space, report: Report) -> dict[Source, SourceLayout]:
        """The places of the private area; none, and no page of it left, where the platform turns out not to restrict pages."""
        area = self._there(_AREA, self._below(self._root).marked.get(_AREA.name), self._root, space, report)
        below = self._below(area.id).marked
        chamber = self._there(_ANTECHAMBER, below.get(_ANTECHAMBER.name), area.id, space, report)
        try:
            self._api.admit(chamber.id, self._api.whoami(), ())
        except Denied as error:
            report(f"There is no private area: pages cannot be restricted here ({error}).")
            for raw in (chamber, area):
                self._api.trash(raw.id)
            return {}
        found = {}
        for spec in specs:
            wanted = _Wanted(f"private/{spec.source.value}", spec.title, spec.about, spec.source)
            raw = self._there(wanted, below.get(wanted.name), area.id, space, report)
            place = self._located(spec, raw, space)
            found[spec.source] = replace(place, extra={**place.extra, ANTECHAMBER: chamber.id})
        return found

    # --- looking

    def _readable_root(self) -> Space:
        try:
            root = self._api.page(self._root)
            space = self._api.space()
        except Denied as error:
            raise Misconfigured(f"{error}; let the bot's account see space and root page, or correct them") from error
        if root.status != "current":
            raise Misconfigured(f'the root page "{root.title}" is {root.status}; restore it, or name another root')
        if root.live_doc:
            raise Misconfigured(
                f'the root page "{root.title}" is a live doc; turn it into a page (••• → Convert to page)'
            )
        return space

    def _known(self, spec: SourceSpec, place: SourceLayout) -> Raw:
        try:
            raw = self._api.page(place.ref)
        except Denied as error:
            raise Misconfigured(f'"{spec.title}" cannot be reached: {error}') from error
        if raw.status != "current":
            raise Misconfigured(f'the page "{raw.title}" is {raw.status}; restore it, the bot keeps its pages there')
        return raw

    def _below(self, parent: PageRef) -> _Below:
        """This installation's own containers go before another's (a lost installation id must not double containers)."""
        marked: dict[str, Raw] = {}
        titled: dict[str, Raw] = {}
        ids = [leaf.id for leaf in self._api.below(parent, 1)]
        for raw in sorted(self._api.pages(ids), key=lambda one: int(one.id)):
            whole = raw if raw.property else replace(raw, property=self._api.property_of(raw.id))
            mark = self._mark(whole)
            if mark is None or mark.workspace != self._reader.workspace:
                titled.setdefault(raw.title.casefold(), whole)
                continue
            name = mark.key.removeprefix(CONTAINER)
            if name not in marked or mark.installation == self._reader.installation:
                marked[name] = whole
        return _Below(marked, titled)

    def _mark(self, raw: Raw) -> Mark | None:
        """The mark of a container: in its property, or, if it was made a moment ago, in its text; None for every other page."""
        record = fields.read(raw.property.value) if raw.property else None
        if record is not None:
            return record.mark if record.mark.page == raw.id and _is_container(record.mark.key) else None
        found = self._reader.held(raw).details
        rows = found.mark if found is not None else None
        if rows is None or raw.author != self._reader.me or not _is_container(rows.key):
            return None
        return Mark(rows.installation, rows.workspace, rows.key)

    def candidates(self) -> tuple[Candidate, ...]:
        """Pages under the root, those of containers left out: one request for the root, then one per page directly below it on
        Cloud, one per page on Data Center."""
        layout = self._reader.layout
        own = {place.ref for place in layout.sources.values()} if layout else set()
        titles_ = {spec.title.casefold() for spec in BY_SOURCE.values()} if not own else set()
        found: list[Candidate] = []
        for top in self._api.below(self._root, 1):
            if top.id in own or top.title.casefold() in titles_:
                continue
            where: dict[PageRef, tuple[str, ...]] = {self._root: ()}
            for leaf in (top, *self._api.below(top.id, LEVELS - 1)):
                above = where.get(leaf.parent, ())
                where[leaf.id] = (*above, leaf.title)
                found.append(Candidate(leaf.id, leaf.title, self._reader.address(leaf.id), above))
        return tuple(found)

    # --- making

    def _made(self, wanted: _Wanted, parent: PageRef, space: Space) -> Raw:
        about = to_storage(Document((Paragraph((Run(wanted.about),)),)), self._reader.flavor)
        mark = render_mark(
            key=CONTAINER + wanted.name,
            workspace=self._reader.workspace,
            installation=self._reader.installation,
            source="container",
        )
        storage = with_details(about, None, mark)
        tries = titles.tries(wanted.title, self._reader.workspace)
        return first_free(tries, lambda title: self._api.create(space, parent, title, storage))

    def _marked(self, wanted: _Wanted, raw: Raw) -> Raw:
        """The container with its property; nobody's text is touched for it."""
        if raw.property is not None and fields.read(raw.property.value) is not None:
            return raw
        key = CONTAINER + wanted.name
        record = Record(Mark(self._reader.installation, self._reader.workspace, key, raw.id), wanted.source)
        return replace(raw, property=self._api.put_property(raw.id, raw.property, fields.write(record, raw.title)))

    def _located(self, spec: SourceSpec, raw: Raw, space: Space) -> SourceLayout:
        return SourceLayout(
            ref=raw.id,
            url=self._reader.address(raw.id),
            fields={one.id: one.name for one in spec.fields},
            extra={"space": space.id, "space_key": space.key, "bot": self._reader.me},
        )

    # --- what people changed

    def problems(self, source: Source) -> tuple[LayoutProblem, ...]:
        """What people changed about a container, asked of Confluence itself (one request)."""
        spec, place = BY_SOURCE[source], self._reader.place(source)
        try:
            raw = self._api.page(place.ref)
        except Denied:
            sentence = (
                f'The page "{spec.title}" is gone, or the bot may not see it any more: restore it, or share it again.'
            )
            return (LayoutProblem(source, "", "deleted", sentence),)
        except ConnectorError as error:
            return (LayoutProblem(source, "", "unreadable", f'"{spec.title}" could not be read: {error}.'),)
        if raw.status != "current":
            sentence = f'The page "{raw.title}" is {raw.status}: restore it, the bot keeps its pages there.'
            return (LayoutProblem(source, "", "deleted", sentence),)
        if raw.title != spec.title:
            sentence = f'The page "{spec.title}" is called "{raw.title}" now. The bot finds it by its id; nothing needs to be done.'
            return (LayoutProblem(source, "", "renamed", sentence),)
        return ()


def _is_container(key: str) -> bool:
    """True for the key of a container, of one in the private area, and of the pages around these."""
    name = key.removeprefix(CONTAINER)
    around = (_AREA.name, _ANTECHAMBER.name)
    return key != name and (name in around or name.removeprefix("private/") in Source._value2member_map_)
