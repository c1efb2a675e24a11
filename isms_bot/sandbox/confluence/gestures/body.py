"""Gestures on the body of a page."""

from __future__ import annotations

from isms_bot.sandbox.confluence import lines as short
from isms_bot.sandbox.confluence.gestures.registry import blocks_of, edit, editable, gesture, spot_of
from isms_bot.sandbox.confluence.model import Json
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.confluence.xhtml import escape, splice
from isms_bot.sandbox.world import Misuse, Person


@gesture
def tick(
    site: Site,
    who: Person,
    page: str,
    text: str | None = None,
    block: str | None = None,
    all: bool = False,  # noqa: A002 - the word of the control API
    checked: bool = True,
) -> Json:
    """Tick boxes while reading; the answer names the blocks that changed."""
    found = editable(site, who, page)
    listed = [(f"{found.id}:{n}", b) for n, b in enumerate(blocks_of(site, found)) if b.type == "to_do"]
    if block is not None:
        listed = [(key, b) for key, b in listed if key == block]
    elif text is not None:
        listed = [(key, b) for key, b in listed if text in b.text]
    elif not all:
        raise Misuse("tick: say which: text, block or all")
    if not listed and not all:
        raise Misuse(f"tick: no task {text or block!r} on this page")
    changed = site.tick(who.id, found, {b.local_id for _, b in listed}, checked)
    return {"blocks": [key for key, b in listed if b.local_id in changed]}


@gesture
def write(site: Site, who: Person, page: str, label: str, text: str) -> Json:
    """Fill in a line of the form, also one whose label stands in a cell of its own."""
    found = editable(site, who, page)
    for number, block in enumerate(blocks_of(site, found)):
        if block.type == "table_row" and block.text.split(" | ")[0].rstrip(":") == label.rstrip(":"):
            edit(site, who, found, splice(found.storage, [(*block.spot, escape(text))]))
            return {"block": f"{found.id}:{number}"}
        if block.text.startswith(label):
            edit(site, who, found, short.filled(found.storage, block.spot, label, text))
            return {"block": f"{found.id}:{number}"}
    raise Misuse(f"write: no line on this page starts with {label!r}")


@gesture
def edit_block(site: Site, who: Person, block: str, text: str) -> Json:
    page = editable(site, who, block.partition(":")[0])
    edit(site, who, page, splice(page.storage, [(*spot_of(site, block), escape(text))]))
    return {"block": block}


@gesture
def append(site: Site, who: Person, page: str, text: str | None = None, lines: list[str] | None = None) -> Json:
    found = editable(site, who, page)
    before = len(blocks_of(site, found))
    made = short.to_storage([text] if text is not None else lines or [], short.next_task(found.storage))
    after = edit(site, who, found, found.storage + made)
    return {"blocks": [f"{found.id}:{n}" for n in range(before, len(blocks_of(site, after)))]}


@gesture
def replace_body(site: Site, who: Person, page: str, lines: list[str]) -> Json:
    """Everything goes, page properties too."""
    found = editable(site, who, page)
    after = edit(site, who, found, short.to_storage(lines))
    return {"blocks": [f"{found.id}:{n}" for n in range(len(blocks_of(site, after)))]}


@gesture
def storage(site: Site, who: Person, page: str, body: str) -> Json:
    """The whole storage at once, as an app or an importer writes it: without ids of the editor."""
    found = editable(site, who, page)
    return {"page": site.publish(who.id, found, body=body).id}


@gesture
def draft(
    site: Site, who: Person, page: str, text: str | None = None, body: str | None = None, label: str | None = None
) -> Json:
    """An edit that is not published: a line more, a line of the form (`label`), or a whole `body`. null in all: discard it."""
    found = editable(site, who, page)
    if text is None and body is None:
        site.change(found, draft=None)
        return {"page": found.id}
    base = found.draft["storage"] if found.draft else found.storage
    if body is None and label is not None:
        spot = next((b.spot for b in short.blocks(base, site.name) if b.text.startswith(label)), None)
        if spot is None:
            raise Misuse(f"draft: no line on this page starts with {label!r}")
        body = short.filled(base, spot, label, text or "")
    kept = site.kept(body if body is not None else base + short.to_storage([text or ""]), editor=True)
    site.change(found, draft={"title": found.title, "storage": kept, "by": who.id, "at": site.world.now_ms()})
    return {"page": found.id}


@gesture
def coedit(site: Site, who: Person, page: str, people: list[str]) -> Json:
    """Others were in the editor as well when the current version was made: it names them as collaborators."""
    found = editable(site, who, page)
    others = tuple(site.world.person(one).id for one in people)
    return {"page": site.change(found, collaborators=others).id}


@gesture
def publish(site: Site, who: Person, page: str) -> Json:
    """Publish the edit that waits."""
    found = editable(site, who, page)
    if found.draft is None:
        raise Misuse("publish: nothing waits to be published on this page")
    done = site.publish(who.id, found, title=found.draft["title"], body=found.draft["storage"])
    return {"page": site.change(done, draft=None).id}
