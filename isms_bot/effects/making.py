"""Making a page of the bot's own, once per key, with a mark that is complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from isms_bot.connector import Draft
from isms_bot.effects.context import Pass
from isms_bot.effects.once import Result, once
from isms_bot.model import Page, PageRef, Source


def make(
    run: Pass,
    source: Source,
    key: str,
    draft: Callable[[Mapping[str, Any]], Draft],
    payload: Mapping[str, Any] | None = None,
    *,
    intent: str = "",
) -> tuple[Page, Mapping[str, Any]]:
    """The page of `source` with `key`, made now or by an earlier pass, and the payload it was made from.

    `draft` is asked for only if the page has to be made. A mark without the page's own id would take a copy for the original:
    it is completed before anything else relies on the page. `intent`: what it is made once for, if that is not the key. Raises
    what `once` raises.
    """
    connector = run.workspace.connector

    def add(given: Mapping[str, Any]) -> Result:
        page = connector.create(draft(given))
        run.observatory.keep([page])
        return {"page": page.ref, "from": dict(given)}

    def look(given: Mapping[str, Any]) -> Result | None:
        found = [page for page in connector.find(source, key) if page.is_original]
        run.observatory.keep(found[:1])
        return {"page": found[0].ref, "from": dict(given)} if found else None

    result = once(run.workspace, intent or key, source.value, payload or {}, add=add, look=look, at=run.now)
    page = run.show(known(run, source, result["page"]), {})
    return page, result["from"]


def known(run: Pass, source: Source, ref: PageRef) -> Page:
    """A page as last seen, looked at now if it was never seen."""
    page = run.observatory.pages[source].get(ref)
    if page is None:
        page = run.workspace.connector.page(ref)
        run.observatory.keep([page])
    return page


def fresh(run: Pass, ref: PageRef) -> Page:
    """A page as it is now: nobody watches these sources, and people may have written in the page since it was made."""
    page = run.workspace.connector.page(ref)
    run.observatory.keep([page])
    return page
