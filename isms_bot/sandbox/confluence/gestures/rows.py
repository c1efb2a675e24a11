"""Gestures on page properties: what a column is in Notion is a row of the table of a page here."""

from __future__ import annotations

import re
from typing import Any

from isms_bot.sandbox.confluence import lines as short
from isms_bot.sandbox.confluence import storage
from isms_bot.sandbox.confluence.gestures.registry import edit, editable, gesture, page_of, place_of
from isms_bot.sandbox.confluence.model import Json, WikiPage
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.confluence.xhtml import escape, splice
from isms_bot.sandbox.world import Misuse, Person

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@gesture
def set_(site: Site, who: Person, page: str, property: str, value: Any) -> Json:  # noqa: A002
    """Write the cell of a label (none yet: a row more), or with the label "title" the title."""
    found = editable(site, who, page)
    if property == "title":
        return {"page": site.publish(who.id, found, title=str(value)).id}
    return {"page": edit(site, who, found, _written(site, found.storage, property, value)).id}


def _written(site: Site, body: str, label: str, value: Any) -> str:
    row = next((r for r in short.rows(body, site.name) if r.label == label), None)
    shown = cell(site, value)
    return splice(body, [(*row.spot, shown)]) if row else short.with_row(body, label, shown)


def cell(site: Site, value: Any) -> str:
    """A plain value as a person leaves it in a cell."""
    if value is None or value in ("", []):
        return "<p></p>"
    if isinstance(value, bool):
        return f"<p>{'Yes' if value else 'No'}</p>"
    if isinstance(value, dict):
        ends = [_one(site, value[key]) for key in ("start", "end") if value.get(key)]
        return f"<p>{' – '.join(ends)}</p>"
    if isinstance(value, list):
        shown = [_one(site, item, named=True) for item in value]
        return f"<p>{(' ' if all(one.startswith('<') for one in shown) else ', ').join(shown)}</p>"
    return f"<p>{_one(site, value)}</p>"


def _one(site: Site, value: Any, *, named: bool = False) -> str:
    said = str(value)
    if _DAY.fullmatch(said):
        return f'<time datetime="{said}" />'
    for person in site.world.people():
        keys = {person.id, person.email, site.account(person.id)} | ({person.name} if named else set())
        if said and said in keys:
            return storage.mentioned(site.account(person.id), site.flavor)
    linked = site.find(said)
    return storage.page_link(linked.title) if linked is not None else escape(said)


@gesture
def create_row(
    site: Site,
    who: Person,
    data_source: str,
    properties: Json,
    lines: list[str] | None = None,
    title: str | None = None,
    body: str | None = None,
) -> Json:
    """A page below a container, with a table of page properties. Its title: `title`, else the property "title", else the first."""
    space, parent = place_of(site, data_source)
    key = None if title is not None else next((k for k in ("title", *properties) if k in properties), None)
    name = title if title is not None else str(properties[key]) if key else ""
    shown = [
        f"<tr><th><p>{escape(label)}</p></th><td>{cell(site, value)}</td></tr>"
        for label, value in properties.items()
        if label != key
    ]
    rest = body if body is not None else short.to_storage(lines or [])
    made = site.create(who.id, space, parent, name, (short.details(shown) if shown else "") + rest, editor=True)
    return {"page": made.id}


def _pages(site: Site, data_source: str | None, page: str | None) -> list[WikiPage]:
    if page is not None:
        return [page_of(site, page)]
    if data_source is None:
        raise Misuse("say where: data_source (all pages of a container) or page")
    return [p for p in site.children(page_of(site, data_source).id) if p.kind == "page"]


@gesture
def rename_property(
    site: Site,
    who: Person,
    property: str,  # noqa: A002 - the word of the control API
    to: str,
    data_source: str | None = None,
    page: str | None = None,
) -> Json:
    """Write another label, on one page or on every page of a container that has it."""
    changed = []
    for found in _pages(site, data_source, page):
        row = next((r for r in short.rows(found.storage, site.name) if r.label == property), None)
        if row is not None:
            edit(site, who, found, splice(found.storage, [(*row.label_spot, f"<p>{escape(to)}</p>")]))
            changed.append(found.id)
    return {"property": to, "pages": changed}


@gesture
def delete_property(
    site: Site,
    who: Person,
    property: str,  # noqa: A002 - the word of the control API
    data_source: str | None = None,
    page: str | None = None,
) -> Json:
    """Delete the row of a label, on one page or on every page of a container that has it."""
    changed = []
    for found in _pages(site, data_source, page):
        row = next((r for r in short.rows(found.storage, site.name) if r.label == property), None)
        if row is not None:
            edit(site, who, found, splice(found.storage, [(*row.all, "")]))
            changed.append(found.id)
    return {"property": property, "pages": changed}
