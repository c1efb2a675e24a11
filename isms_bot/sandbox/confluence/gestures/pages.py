"""Gestures on a page as a whole: its name, its place, its life."""

from __future__ import annotations

import base64

from isms_bot.sandbox.confluence import lines as short
from isms_bot.sandbox.confluence.files import attach as put_file
from isms_bot.sandbox.confluence.gestures.registry import editable, gesture, page_of, place_of
from isms_bot.sandbox.confluence.model import CLOUD, Json
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.world import Misuse, Person


@gesture
def title(site: Site, who: Person, page: str, text: str) -> Json:
    return {"page": site.publish(who.id, editable(site, who, page), title=text).id}


@gesture
def retitle(site: Site, who: Person, page: str, text: str) -> Json:
    return title(site, who, page, text)


@gesture
def duplicate(site: Site, who: Person, page: str, properties: bool = False) -> Json:
    """Copy beside the page, with attachments and labels; with content properties if they are asked for."""
    found = page_of(site, page)
    space, parent = place_of(site, found.parent_id or found.space_id)
    name, number = f"Copy of {found.title}", 1
    taken = {p.title.lower() for p in site.pages() if p.space_id == space.id and p.status != "trashed"}
    while name.lower() in taken:
        number += 1
        name = f"Copy ({number}) of {found.title}"
    made = site.copy(who.id, found, space, parent, name, attachments=True, labels=True, properties=properties)
    return {"page": made.id}


@gesture
def trash(site: Site, who: Person, page: str) -> Json:
    return {"page": site.trash(editable(site, who, page)).id}


@gesture
def restore(site: Site, who: Person, page: str) -> Json:  # noqa: ARG001 - every gesture takes who does it
    return {"page": site.restore(page_of(site, page)).id}


@gesture
def purge(site: Site, who: Person, page: str) -> Json:  # noqa: ARG001
    found = page_of(site, page)
    site.purge(found)
    return {"page": found.id}


@gesture
def archive(site: Site, who: Person, page: str) -> Json:
    if site.flavor != CLOUD:
        raise Misuse("archive: Data Center has no archive for pages; there is trash")
    return {"page": site.change(editable(site, who, page), status="archived").id}


@gesture
def unarchive(site: Site, who: Person, page: str) -> Json:  # noqa: ARG001
    found = page_of(site, page)
    if found.status != "archived":
        raise Misuse("unarchive: this page is not archived")
    return {"page": site.restore(found).id}


@gesture
def move(site: Site, who: Person, page: str, to: str) -> Json:
    """Below a page or a folder, or (the id of a space) to the top."""
    space, parent = place_of(site, to)
    return {"page": site.move(editable(site, who, page), "append", parent or space).id}


@gesture
def create_page(
    site: Site, who: Person, parent: str, title: str, lines: list[str] | None = None, body: str | None = None
) -> Json:
    space, above = place_of(site, parent)
    storage = body if body is not None else short.to_storage(lines or [])
    return {"page": site.create(who.id, space, above, title, storage, editor=body is None).id}


@gesture
def create_folder(site: Site, who: Person, parent: str, title: str, kind: str = "folder") -> Json:
    """A folder, or (`kind`) a whiteboard, a database or an embed: things in the tree that are no pages."""
    if site.flavor != CLOUD or kind not in {"folder", "whiteboard", "database", "embed"}:
        raise Misuse("create_folder: kind is folder, whiteboard, database or embed, and only Cloud has them")
    space, above = place_of(site, parent)
    return {"page": site.create(who.id, space, above, title, kind=kind).id}


@gesture
def live(site: Site, who: Person, page: str, subtype: str = "live") -> Json:
    """Turn a page into a live doc ("" turns it back)."""
    return {"page": site.change(editable(site, who, page), subtype=subtype).id}


@gesture
def watch_space(site: Site, who: Person, space: str, watch: bool = True) -> Json:
    """Get a mail of every new page in the space; `watch` false: no longer."""
    found = site.space(space)
    if found is None:
        raise Misuse(f"there is no space with the id {space}")
    return {"space": site.watch_space(who.id, found, watch=watch).id}


@gesture
def label(site: Site, who: Person, page: str, name: str) -> Json:
    return {"page": site.label(editable(site, who, page), [{"prefix": "global", "name": name}]).id}


@gesture
def unlabel(site: Site, who: Person, page: str, name: str) -> Json:
    found = editable(site, who, page)
    return {"page": site.change(found, labels=tuple(x for x in found.labels if x["name"] != name)).id}


@gesture
def restrict(site: Site, who: Person, page: str, operation: str = "update", people: list[str] | None = None) -> Json:
    """Restrict reading or editing to these people; nobody named: to everybody again."""
    if operation not in {"read", "update"}:
        raise Misuse("restrict: operation is read or update")
    found = editable(site, who, page)
    named = [site.world.person(one).id for one in people or []]
    limited = {**found.restrictions, operation: {"users": named, "groups": []}}
    return {"page": site.change(found, restrictions=limited).id}


@gesture
def attach(site: Site, who: Person, page: str, name: str, content: str = "", media_type: str = "") -> Json:
    """Attach a file of this name (again: a new version of it)."""
    made = put_file(site, who.id, editable(site, who, page), name, media_type, base64.b64encode(content.encode()))
    return {"attachment": made.id}
