"""What was last seen of the wiki: pages by source, cursors, and what reading each job gave. A cache: losing it costs calls only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from isms_bot.connector import Connector, LayoutProblem
from isms_bot.errors import Denied, Gone
from isms_bot.model import Key, Page, PageRef, PageState, Source, Verdict
from isms_bot.store import Store

_PAGES: TypeAdapter[Page] = TypeAdapter(Page)
VIEW_DELETED = "view deleted"
SMALL = (Source.USERS, Source.DECISIONS, Source.POLICIES, Source.PROCEDURES)
"""Sources that are read whole once a day, so that trashed rows are missed in a day at the latest."""
WHOLE_EVERY = timedelta(hours=24)
NOW_AND_THEN = (Source.QUESTIONS,)
"""Sources in which nothing is urgent: they are asked once an hour."""
GLANCE_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a job gave, and when. `copies_filled`: a copy held what the original lacks; `fuller_draft`: so does a draft."""

    at: datetime
    verdict: Verdict
    copies_filled: bool = False
    fuller_draft: bool = False


_READINGS: TypeAdapter[Reading] = TypeAdapter(Reading)
_PROBLEMS: TypeAdapter[tuple[LayoutProblem, ...]] = TypeAdapter(tuple[LayoutProblem, ...])


class Observatory:
    """Pages and readings of one workspace, in memory, written to the store's cache by `flush` (unless `writes` is off)."""

    def __init__(self, store: Store, workspace: str, *, writes: bool = True) -> None:
        self._store, self._workspace, self._writes = store, workspace, writes
        cached = store.cache_items(workspace, "page/")
        self.pages: dict[Source, dict[PageRef, Page]] = {source: {} for source in Source}
        for value in cached.values():
            page = _PAGES.validate_python(value)
            self.pages[page.source][page.ref] = page
        self._cursors: dict[str, list[str]] = store.cache_items(workspace, "cursor/")
        self.readings: dict[Key, Reading] = {
            name.removeprefix("read/"): _READINGS.validate_python(value)
            for name, value in store.cache_items(workspace, "read/").items()
        }
        self._glances: dict[str, str] = store.cache_items(workspace, "glance/")
        self._pending: dict[str, object] = {}
        self._accepted: dict[PageRef, Page] = {
            name.removeprefix("accepted/"): _PAGES.validate_python(value)
            for name, value in store.cache_items(workspace, "accepted/").items()
        }
        self._problems: dict[str, tuple[LayoutProblem, ...]] = {
            name: _PROBLEMS.validate_python(value) for name, value in store.cache_items(workspace, "problems/").items()
        }
        self.changed: set[PageRef] = set(store.cache_get(workspace, "changed") or ())
        """Pages that came differently since the last pass that came to its end."""

    def observe(self, connector: Connector, source: Source) -> tuple[datetime, tuple[LayoutProblem, ...]]:
        """Ask for what changed in `source`; returns the vendor's time and what is wrong with the container.

        Once a day small sources are read whole; rows that are no longer there are looked at one by one.
        """
        cursor, whole_at = self._cursors.get(f"cursor/{source.value}", [None, None])
        at_last = datetime.fromisoformat(whole_at) if whole_at else None
        now = connector.now()
        whole = source in SMALL and at_last is not None and now is not None and now - at_last >= WHOLE_EVERY
        seen = connector.observe(source, None if whole else cursor)
        if whole:
            self._missing(connector, source, {page.ref for page in seen.pages})
        known = self.pages[source]
        changed = [page for page in seen.pages if known.get(page.ref) != page]
        if changed:
            self.changed.update(page.ref for page in changed)
            self._write({"changed": sorted(self.changed)})
        self.keep(changed)
        since = seen.at if whole or at_last is None else at_last
        self._cursors[f"cursor/{source.value}"] = [seen.cursor, since.isoformat()]
        self._write({f"cursor/{source.value}": [seen.cursor, since.isoformat()]})
        problems = seen.problems if seen.pages or seen.problems else self._standing(connector, source)
        if cursor is not None and not whole:
            # Views are looked at with the whole source only.
            before = self._problems.get(f"problems/{source.value}", ())
            problems = (*problems, *(one for one in before if one.kind == VIEW_DELETED and one not in problems))
        if self._problems.get(f"problems/{source.value}", ()) != problems:
            self._problems[f"problems/{source.value}"] = problems
            self._write({f"problems/{source.value}": _PROBLEMS.dump_python(problems, mode="json")})
        return seen.at, problems

    def glance(self, connector: Connector, now: datetime) -> tuple[LayoutProblem, ...]:
        """Ask what changed in the sources that are looked at now and then, if it is time to; returns what is wrong with them."""
        found: list[LayoutProblem] = []
        for source in NOW_AND_THEN:
            name = f"glance/{source.value}"
            last = self._glances.get(name)
            if last is None or now - datetime.fromisoformat(last) >= GLANCE_EVERY:
                self.observe(connector, source)
                self._glances[name] = now.isoformat()
                self._write({name: now.isoformat()})
            found.extend(self._problems.get(f"problems/{source.value}", ()))
        return tuple(found)

    def _standing(self, connector: Connector, source: Source) -> tuple[LayoutProblem, ...]:
        """Problems of before that still stand. An observation without pages may tell nothing about columns: a page that is
        known does, since columns that cannot be read are not among its fields."""
        problems = self._problems.get(f"problems/{source.value}", ())
        page = next(iter(self.live(source)), None)
        if not problems or page is None:
            return problems
        try:
            fresh = connector.page(page.ref)
        except (Gone, Denied):
            return problems
        return tuple(one for one in problems if one.kind == "renamed" or one.field not in fresh.fields)

    def _missing(self, connector: Connector, source: Source, found: set[PageRef]) -> None:
        for ref, page in list(self.pages[source].items()):
            if ref in found or page.state is not PageState.LIVE:
                continue
            try:
                self.keep([replace(page, state=connector.page(ref).state)])
            except Gone:
                self.keep([replace(page, state=PageState.TRASHED)])
            except Denied:
                # A bare 404 is no deletion: the token may have lost the page. The row stays as it was.
                continue

    def keep(self, pages: Iterable[Page]) -> None:
        """Remember these pages as last seen."""
        rows = {}
        for page in pages:
            self.pages[page.source][page.ref] = page
            rows[f"page/{page.source.value}/{page.ref}"] = _PAGES.dump_python(page, mode="json")
        self._write(rows)

    def _write(self, rows: Mapping[str, object]) -> None:
        self._pending.update(rows)

    def settled(self) -> None:
        """A pass came to its end: what had changed was dealt with. One that is cut short leaves it to the next process."""
        if self.changed:
            self.changed.clear()
            self._write({"changed": []})
        self.flush()

    def flush(self) -> None:
        """Write what was seen since the last flush, in one transaction: a cursor never without its pages."""
        if self._pending and self._writes:
            self._store.cache_put_many(self._workspace, self._pending)
        self._pending = {}

    def note(self, key: Key, reading: Reading) -> None:
        """Remember what reading a job gave."""
        self.readings[key] = reading
        self._write({f"read/{key}": _READINGS.dump_python(reading, mode="json")})

    def forget(self, key: Key) -> None:
        """A job that is over need not be remembered."""
        self._pending.pop(f"read/{key}", None)
        if self.readings.pop(key, None) is not None and self._writes:
            self._store.cache_delete(self._workspace, f"read/{key}")

    def accepted(self) -> tuple[Page, ...]:
        """Rows of the roster as they were accepted last."""
        return tuple(page for _, page in sorted(self._accepted.items()))

    def accept(self, rows: Iterable[Page]) -> None:
        """Remember rows of the roster as accepted."""
        new = {row.ref: row for row in rows if self._accepted.get(row.ref) != row}
        self._accepted.update(new)
        self._write({f"accepted/{ref}": _PAGES.dump_python(row, mode="json") for ref, row in new.items()})

    def live(self, source: Source) -> tuple[Page, ...]:
        """Rows of a source that are there, in the order of their references."""
        return tuple(
            page for _, page in sorted(self.pages[source].items()) if page.state in (PageState.LIVE, PageState.MOVED)
        )

    def jobs(self, installation: str, workspace: str) -> tuple[dict[Key, Page], dict[Key, list[Page]]]:
        """(own job pages by key, copies by key): a copy carries a mark that was written for another page."""
        own: dict[Key, Page] = {}
        copies: dict[Key, list[Page]] = defaultdict(list)
        for page in self.pages[Source.JOBS].values():
            mark = page.mark
            if mark is None or (mark.installation, mark.workspace) != (installation, workspace):
                continue
            if page.is_original and mark.page:
                own[mark.key] = page
            elif page.is_original:
                own.setdefault(mark.key, page)
            elif page.state is PageState.LIVE:
                copies[mark.key].append(page)
        return own, copies

    def twice(self, installation: str, workspace: str) -> dict[Key, Page]:
        """Keys of jobs that more than one live page carries as its own, with one of these pages."""
        seen: dict[Key, Page] = {}
        found: dict[Key, Page] = {}
        for page in self.live(Source.JOBS):
            mark = page.mark
            if mark is None or (mark.installation, mark.workspace) != (installation, workspace) or not page.is_original:
                continue
            if mark.key in seen:
                found[mark.key] = page
            seen[mark.key] = page
        return found

    def by_key(self, source: Source) -> Mapping[Key, Page]:
        """Marked rows of a source by key, originals only."""
        return {page.mark.key: page for page in self.live(source) if page.mark is not None and page.is_original}
