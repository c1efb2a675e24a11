"""Puts values into the {placeholders} of a document. Values are never read as Markdown: what they hold is text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from isms_bot.document import Callout, Divider, Document, Heading, Item, Node, Paragraph, Quote, Run, Runs, Step, Table
from isms_bot.errors import ConfigError, Problem
from isms_bot.model import Link, Mention, Message, Text

Filling = str | Link | Mention | Message | Document
"""What may stand for a placeholder: text, a link, a person, a message, or (alone in its paragraph) whole blocks."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def fill(document: Document, mapping: Mapping[str, Filling]) -> Document:
    """The document with every `{name}` replaced; a value takes on the style of the words around it.

    `{name}` works in text and in the address of a link (text, or a Link whose address is taken), not in `code`. A paragraph that
    is nothing but `{name}` may become blocks (Document); with an empty text it disappears. Raises ConfigError that names every
    placeholder without a value.
    """
    missing = sorted(placeholders(document) - mapping.keys())
    if missing:
        problems = (
            Problem("", f"{{{name}}}", "has no value here; correct the placeholder on the page") for name in missing
        )
        raise ConfigError(*problems)
    return Document(_filled(document.nodes, mapping))


def link_codes(document: Document, addresses: Mapping[str, str]) -> Document:
    """The document with every `code` that is a key of `addresses` made a link there; code that is linked already stays."""

    def change(runs: Runs) -> Runs:
        return tuple(
            replace(run, link=addresses[run.text]) if run.code and run.link is None and run.text in addresses else run
            for run in runs
        )

    return Document(tuple(_with_runs(node, change) for node in document.nodes))


def codes(document: Document) -> frozenset[str]:
    """Every `code` of a document that is no link."""
    found: set[str] = set()

    def note(runs: Runs) -> Runs:
        found.update(run.text for run in runs if run.code and run.link is None)
        return runs

    for node in document.nodes:
        _with_runs(node, note)
    return frozenset(found)


def placeholders(document: Document) -> frozenset[str]:
    """The names of all placeholders of a document."""
    names: set[str] = set()

    def note(runs: Runs) -> Runs:
        for run in runs:
            if not run.code:
                names.update(_PLACEHOLDER.findall(run.text))
            names.update(_PLACEHOLDER.findall(run.link or ""))
        return runs

    for node in document.nodes:
        _with_runs(node, note)
    return frozenset(names)


def _filled(nodes: tuple[Node, ...], mapping: Mapping[str, Filling]) -> tuple[Node, ...]:
    found: list[Node] = []
    for node in nodes:
        alone = _alone(node)
        value = mapping.get(alone) if alone is not None else None
        if isinstance(value, Document):
            found.extend(value.nodes)
        elif value is None or value != "":
            found.append(_with_runs(node, lambda runs: tuple(_filled_runs(runs, mapping))))
    return tuple(found)


def _alone(node: Node) -> str | None:
    if not isinstance(node, Paragraph) or len(node.runs) != 1 or node.runs[0].code:
        return None
    match = _PLACEHOLDER.fullmatch(node.runs[0].text)
    return match[1] if match else None


def _with_runs(node: Node, change: Callable[[Runs], Runs]) -> Node:
    match node:
        case Divider():
            return node
        case Table(rows, header):
            return Table(tuple(tuple(change(cell) for cell in row) for row in rows), header)
        case Step(runs, _, children) | Item(runs, _, children):
            return replace(node, runs=change(runs), children=tuple(_with_runs(child, change) for child in children))
        case Heading(_, runs) | Paragraph(runs) | Quote(runs) | Callout(runs):
            return replace(node, runs=change(runs))
        case _:
            assert_never(node)


def _filled_runs(runs: Runs, mapping: Mapping[str, Filling]) -> Iterator[Run]:
    for run in runs:
        if run.link is not None:
            run = replace(run, link=_PLACEHOLDER.sub(lambda match: _address(mapping[match[1]]), run.link))  # noqa: PLW2901
        if run.code:
            yield run
            continue
        at = 0
        for match in _PLACEHOLDER.finditer(run.text):
            if match.start() > at:
                yield replace(run, text=run.text[at : match.start()])
            yield from _runs_of(mapping[match[1]], run)
            at = match.end()
        if at < len(run.text) or run.account is not None:
            yield replace(run, text=run.text[at:])


def _runs_of(value: Filling, style: Run) -> Iterator[Run]:
    match value:
        case Document():
            what = (
                "a value that is made of blocks needs a paragraph of its own, outside lists; move the placeholder there"
            )
            raise ConfigError(Problem("", style.text, what))
        case str():
            parts: Message = (Text(value),) if value else ()
        case Link() | Mention():
            parts = (value,)
        case _:
            parts = value
    for part in parts:
        match part:
            case Text(text):
                yield replace(style, text=text)
            case Link(text, url):
                yield replace(style, text=text, link=url if style.link is None else style.link)
            case Mention(account):
                yield replace(style, text="", link=None, account=account)
            case _:
                assert_never(part)


def _address(value: Filling) -> str:
    match value:
        case str():
            return value
        case Link(_, url):
            return url
        case _:
            raise ConfigError(
                Problem("", "", "a link on a page can lead to an address only, not to a person or to blocks")
            )
