"""When kept pages are written: at most once a day, and only if they would say something else.

What was written last is remembered in the cache. Losing it costs one look at each of them: writing what stands there already writes
nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from isms_bot.calendars import local_date
from isms_bot.keeping.gathering import PREFIX, kept_pages, observed
from isms_bot.keeping.rendering import render
from isms_bot.lifecycle import View
from isms_bot.lifecycle.actions import Find, Keep
from isms_bot.lifecycle.people import managers
from isms_bot.lifecycle.view import FILING_WAIT
from isms_bot.markdown import render as markdown
from isms_bot.model import Page, Source
from isms_bot.observatory import Observatory
from isms_bot.workspace import Workspace

EDITED = "kept-page-edited"
"""The kind of finding about a page in which people have written."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is remembered of a kept page: digest of what it was to say and the day on which that was tried, until which edit people's
    doings were looked at, and whether they were found to have written in it."""

    digest: str = ""
    day: date | None = None
    seen: datetime | None = None
    edited: bool = False


_WRITTEN: TypeAdapter[Written] = TypeAdapter(Written)


def remembered(workspace: Workspace, page_id: str) -> Written:
    """What is remembered of a page; nothing if the cache was lost."""
    value: Any = workspace.store.cache_get(workspace.name, f"kept/{page_id}")
    return _WRITTEN.validate_python(value) if value is not None else Written()


def remember(workspace: Workspace, page_id: str, written: Written) -> None:
    """Remember it until the next time."""
    workspace.store.cache_put(workspace.name, f"kept/{page_id}", _WRITTEN.dump_python(written, mode="json"))


def due(workspace: Workspace, watch: Observatory, view: View) -> Iterator[Keep | Find]:
    """Kept pages that are to be written in this pass, and findings about those that people have written in."""
    pack = workspace.config.pack
    pages = kept_pages(pack)
    there = watch.by_key(Source.POLICIES)
    if pack is None or not any(f"{PREFIX}{page.id}" in there for page in pages):
        return
    facts = observed(workspace, watch, view, pack, local_date(view.now, view.zone))
    for written in pages:
        page = there.get(f"{PREFIX}{written.id}")
        if page is None:
            # People took it away: it stays away.
            continue
        document = render(written, facts)
        digest = hashlib.sha256(markdown(document).encode()).hexdigest()
        last = remembered(workspace, written.id)
        other = digest != last.digest or last.edited
        if _touched(page, last, view) or (other and last.day != facts.today):
            yield Keep(written.id, page.ref, document, digest)
        elif last.edited:
            yield finding(page, written.id, view)


def finding(page: Page, page_id: str, view: View) -> Find:
    """Somebody has written in a kept page."""
    return Find(EDITED, page_id, managers(view)[:1], {"page": page.title})


def _touched(page: Page, last: Written, view: View) -> bool:
    """True if a person has edited the page since that was looked at, and has stopped by now: the bot then looks whether lines of
    its own went, or words of theirs."""
    if page.edited_by is None or page.edited_by == view.bot or page.edited_at is None:
        return False
    return (last.seen is None or page.edited_at > last.seen) and view.now - page.edited_at >= FILING_WAIT
