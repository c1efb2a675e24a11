"""How kept pages say things: days, lists of links, yes and not yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from isms_bot import texts
from isms_bot.document import Document, Paragraph, Runs, Table
from isms_bot.keeping.facts import Facts
from isms_bot.markdown import fill, parse
from isms_bot.model import Key, Link, Message, Text
from isms_bot.packs import PackPage

LISTED = 8
"""So many are named one by one; a cell is no place for more."""


def link(facts: Facts, page: PackPage) -> Message:
    """A page of the pack by its title, a link where it is in the wiki."""
    there = facts.pages.get(page.id)
    return (Link(there.title, there.url),) if there is not None and there.url else (Text(page.title),)


def record(facts: Facts, procedure: PackPage, key: Key) -> Message:
    """A record by the day on which it was signed, as a link; a private one by its key beside the day, without one."""
    day = texts.day(facts.day_of(key), facts.language)
    if facts.is_private(procedure):
        return texts.message("kept.record.private", facts.language, record=key, date=day)
    url = facts.jobs.get(key)
    return (Link(day, url),) if url else (Text(day),)


def listed(facts: Facts, items: Sequence[Message]) -> Message:
    """A list in one line; what is beyond `LISTED` is counted."""
    shown = texts.joined(*items[:LISTED], between=" · ")
    if len(items) <= LISTED:
        return shown
    more = texts.message("kept.more", facts.language, count=len(items) - LISTED)
    return texts.joined(shown, more, between=" · ")


def answer(facts: Facts, missing: Sequence[Message]) -> Message:
    """Yes if nothing is missing, else "not yet" and what."""
    if not missing:
        return texts.message("kept.yes", facts.language)
    return texts.message("kept.not_yet", facts.language, items=listed(facts, missing))


def runs(message: Message) -> Runs:
    """A message as it stands in a document."""
    node = fill(parse("{line}\n\nx"), {"line": message}).nodes[0] if message else None
    found: Runs = getattr(node, "runs", ())
    return found


def paragraph(message: Message) -> Paragraph:
    """A message as a paragraph of its own."""
    return Paragraph(runs(message))


def table(facts: Facts, head: Sequence[str], rows: Iterable[Sequence[Message]]) -> Document:
    """A table headed by sentences of the catalogue; a sentence that there is nothing where it would have no rows."""
    body = [tuple(runs(cell) for cell in row) for row in rows]
    if not body:
        return parse(texts.say("kept.nothing", facts.language))
    first = tuple(runs(texts.message(name, facts.language)) for name in head)
    return Document((Table((first, *body)),))
