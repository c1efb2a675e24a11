"""What changed in a source since a cursor: complete, or an error. The cursor is a watermark in JSON.

Notion floors times to the minute and promises nothing about how soon a query shows an edit, so every look reaches back behind
its watermark, and the watermark keeps behind the present; a page may come again unchanged, but none is lost.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from isms_bot.connector import Observation
from isms_bot.errors import Permanent
from isms_bot.layout import BY_SOURCE, SourceLayout
from isms_bot.model import Page, PageRef, Source
from isms_bot_notion import blocks, fields
from isms_bot_notion.client import PAGE_SIZE, Json, Wire
from isms_bot_notion.reading import Reader, live

OVERLAP = timedelta(minutes=2)
"""How far every look reaches back behind its watermark, because times are floored."""

_NAMES = ("watermark", "private")
"""The watermarks of a cursor: of the container, and of its twin in the private area."""

LAG = timedelta(minutes=5)
"""A watermark never comes nearer to the present than this, unless rows were seen there: late rows are not lost."""


def observe(reader: Reader, source: Source, cursor: str | None) -> Observation:
    """Rows edited since the watermark in `cursor` (less two minutes), oldest edit first.

    One request per 100 rows, of the container and of its private twin, each with a watermark of its own. Notion ends any query after 10,000 rows; the next one then starts at the last row's minute.
    Raises Permanent if more than 10,000 rows were edited within one minute.
    """
    marks = _watermarks(cursor)
    seen = [_look(reader, source, place, mark) for place, mark in zip(reader.places(source), marks, strict=False)]
    pages = tuple(page for one in seen for page in one.pages)
    problems = tuple(dict.fromkeys(problem for one in seen for problem in one.problems))
    after = json.dumps({"v": 1} | {name: one.cursor for name, one in zip(_NAMES, seen, strict=False)})
    return Observation(source, pages, after, seen[0].at, problems)


def _look(reader: Reader, source: Source, place: SourceLayout, watermark: datetime | None) -> Observation:
    """The same of one data source; its cursor is the watermark alone."""
    spec = BY_SOURCE[source]
    since = watermark - OVERLAP if watermark else None
    rows: dict[PageRef, Json] = {}
    at: datetime | None = None
    while True:
        complete, seen, started = _query(reader.wire, place.ref, since)
        at = at or started
        rows |= {str(row["id"]): row for row in seen}
        if complete:
            break
        last = blocks.moment(seen[-1]["last_edited_time"]) if seen else None
        if last is None or (since is not None and last <= since):
            raise Permanent(
                f'more than 10,000 rows of "{spec.title}" were edited in one minute; Notion does not show them all'
            )
        since = last
    if at is None:
        raise Permanent("Notion's answers carry no Date header; the bot cannot tell its time")
    first = next(iter(rows.values()), None)
    problems = fields.problems(spec, place, first["properties"]) if first else ()
    pages = live(reader.page(row, source) for row in rows.values())
    return Observation(source, pages, _cursor(at, watermark, pages), at, problems)


def _query(wire: Wire, data_source: str, since: datetime | None) -> tuple[bool, list[Json], datetime | None]:
    """(whether that was all, rows by time of edit, the time of the first answer)."""
    body: Json = {"page_size": PAGE_SIZE, "sorts": [{"timestamp": "last_edited_time", "direction": "ascending"}]}
    if since is not None:
        body["filter"] = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": since.isoformat()}}
    rows: list[Json] = []
    at: datetime | None = None
    while True:
        answer = wire.ask(f"data_sources/{data_source}/query", "looking for changes", body)
        at = at or wire.now
        rows += [row for row in answer["results"] if row.get("object") == "page" and "properties" in row]
        if (answer.get("request_status") or {}).get("type") == "incomplete":
            return False, rows, at
        if not answer.get("has_more") or not answer.get("next_cursor"):
            return True, rows, at
        body = {**body, "start_cursor": answer["next_cursor"]}


def _watermarks(cursor: str | None) -> tuple[datetime | None, datetime | None]:
    """The times in a cursor, of the container and of its private twin; None for a twin that was not there then. Raises Permanent
    for a text that is no cursor of this connector."""
    if cursor is None:
        return None, None
    try:
        held = json.loads(cursor)
        twin = held.get(_NAMES[1])
        return datetime.fromisoformat(held[_NAMES[0]]), datetime.fromisoformat(twin) if twin else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Permanent(f"{cursor!r} is no cursor of this connector; observe without one") from error


def _cursor(at: datetime, before: datetime | None, pages: tuple[Page, ...]) -> str:
    """The next watermark: the latest edit seen, at least `at` less a margin for late rows, never beyond `at`."""
    edits = [page.edited_at for page in pages if page.edited_at]
    latest = max([at - LAG, *edits, *([before] if before else [])])
    return min(at, latest).isoformat()
