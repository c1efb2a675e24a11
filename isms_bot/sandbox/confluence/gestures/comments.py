"""Gestures on comments."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from isms_bot.sandbox.confluence import storage
from isms_bot.sandbox.confluence.gestures.registry import gesture, page_of, spot_of
from isms_bot.sandbox.confluence.model import Json, WikiComment
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.confluence.xhtml import escape, quote
from isms_bot.sandbox.world import Misuse, Person


@gesture
def comment(
    site: Site,
    who: Person,
    page: str,
    text: str | None = None,
    rich_text: list[Json] | None = None,
    block: str | None = None,
    mention: list[str] | str | None = None,
    reply_to: str | None = None,
) -> Json:
    """A footer comment; with `block` an inline one; with `reply_to` (a comment's id) an answer."""
    found = page_of(site, page)
    if not site.may(who.id, "read", found):
        raise Misuse(f"{who.name} cannot see this page")
    words = _runs(rich_text) if rich_text is not None else escape(text or "").replace("\n", "<br />")
    for name in [mention] if isinstance(mention, str) else mention or []:
        words += " " + storage.mentioned(site.account(site.world.person(name).id), site.flavor)
    if not words:
        raise Misuse("comment: text or rich_text is needed")
    answers = _comment(site, reply_to) if reply_to else None
    if block is not None:
        runs = re.split(r"<[^>]+>", found.storage[slice(*spot_of(site, block))])
        selection = html.unescape(max(runs, key=len))
        made = site.comment(who.id, found, f"<p>{words}</p>", location="inline", selection=selection)
    else:
        made = site.comment(who.id, found, f"<p>{words}</p>", answers=answers)
    return {"comment": made.id, "discussion": thread_of(site, made)}


def _runs(rich_text: list[Json]) -> str:
    """Runs as the Notion part takes them: {text: {content, link: {url}}}."""
    shown = ""
    for run in rich_text:
        words = escape(run["text"]["content"])
        link = (run["text"].get("link") or {}).get("url")
        shown += f'<a href="{quote(link)}">{words}</a>' if link else words
    return shown


def _comment(site: Site, comment_id: str) -> WikiComment:
    found = site.world.get(WikiComment, str(comment_id))
    if found is None or found.site != site.flavor:
        raise Misuse(f"there is no comment with the id {comment_id}")
    return found


def thread_of(site: Site, found: WikiComment) -> str:
    """The id of the comment that began the thread."""
    while found.parent_id and (above := site.world.get(WikiComment, found.parent_id)):
        found = above
    return found.id


@gesture
def edit_comment(site: Site, who: Person, comment: str, text: str) -> Json:
    found = _comment(site, comment)
    if found.created_by != who.id:
        raise Misuse("edit_comment: only the author can edit a comment")
    stamps: Json = {"number": found.number + 1, "edited_at": site.world.now_ms(), "edited_by": who.id}
    site.world.put(replace(found, storage=site.kept(f"<p>{escape(text)}</p>"), **stamps))
    return {"comment": found.id}


@gesture
def delete_comment(site: Site, who: Person, comment: str) -> Json:  # noqa: ARG001 - every gesture takes who does it
    found = _comment(site, comment)
    site.world.drop(found.id)
    return {"comment": found.id}


@gesture
def resolve(site: Site, who: Person, discussion: str, resolved: bool = True) -> Json:
    """Of a footer comment the API does not tell; people see it."""
    found = _comment(site, thread_of(site, _comment(site, discussion)))
    return {"discussion": site.resolve(who.id, found, resolved).id}
