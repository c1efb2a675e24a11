"""Storage format as a tree with places in the text, so that an edit leaves every other byte as it was.

The parser of the standard library judges well-formedness; a scanner of our own knows where everything stands.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import name2codepoint
from xml.parsers import expat

_ENTITIES = "".join(f'<!ENTITY {name} "&#{code};">' for name, code in name2codepoint.items() if code > 127)
_ROOT = '<r xmlns:ac="ac" xmlns:ri="ri" xmlns:at="at">'
# Declaring all names of HTML takes longer than reading a page; most pages use none.
_NAMED = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w")
_WITH_NAMES = f'<?xml version="1.0"?><!DOCTYPE r [{_ENTITIES}]>{_ROOT}'
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->|<(?P<close>/)?(?P<tag>[\w:.-]+)(?P<rest>(?:[^<>\"'/]|/(?!>)|\"[^\"]*\"|'[^']*')*)(?P<empty>/)?>",
    re.S,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


class Malformed(Exception):  # noqa: N818 - what a person sent
    """Storage that is no well-formed XML; the message says where."""


@dataclass
class Node:
    """An element, by its place in the storage: `start` to `end` is all of it, `inner` to `outer` what it contains."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    start: int = 0
    inner: int = 0
    outer: int = 0
    end: int = 0
    parent: Node | None = None
    children: list[Node | Text] = field(default_factory=list)

    def elements(self) -> Iterator[Node]:
        return (child for child in self.children if isinstance(child, Node))

    def walk(self) -> Iterator[Node]:
        """Everything below, in the order of the text."""
        for child in self.elements():
            yield child
            yield from child.walk()

    def first(self, tag: str) -> Node | None:
        return next((node for node in self.elements() if node.tag == tag), None)

    def text(self) -> str:
        """The plain text in it, entities resolved."""
        return "".join(child.text() for child in self.children)

    @property
    def macro(self) -> str:
        """The name of a structured macro, else ""."""
        return self.attributes.get("ac:name", "") if self.tag in {"ac:structured-macro", "ac:macro"} else ""

    def parameter(self, name: str) -> str:
        """The value of a macro's parameter, "" where there is none."""
        for child in self.elements():
            if child.tag == "ac:parameter" and child.attributes.get("ac:name") == name:
                return child.text()
        return ""


@dataclass
class Text:
    """Text between tags; `raw` as it stands there."""

    raw: str
    start: int
    end: int
    literal: bool = False

    def text(self) -> str:
        return self.raw if self.literal else html.unescape(self.raw)


def check(storage: str) -> None:
    """Raises Malformed with the parser's complaint, row and column."""
    parser = expat.ParserCreate(namespace_separator=" ")
    head = _WITH_NAMES if _NAMED.search(storage) else _ROOT
    try:
        parser.Parse(f"{head}{storage}</r>", True)
    except expat.ExpatError as error:
        row, column = error.lineno, error.offset - (len(head) if error.lineno == 1 else 0)
        raise Malformed(f"{expat.errors.messages[error.code]} at [row,col]: [{row},{column + 1}]") from error


@functools.lru_cache(maxsize=256)
def parse(storage: str) -> Node:
    """The tree below a root without a tag; nobody changes it. Raises Malformed."""
    check(storage)
    root = Node("", outer=len(storage), end=len(storage))
    current, place = root, 0
    for found in _TOKEN.finditer(storage):
        if found.start() > place:
            current.children.append(Text(storage[place : found.start()], place, found.start()))
        place = found.end()
        if found["cdata"] is not None:
            current.children.append(Text(found["cdata"], found.start(), found.end(), literal=True))
        if found["tag"] is None:
            continue
        if found["close"]:
            current.outer, current.end = found.start(), found.end()
            current = current.parent or root
            continue
        attributes = {name: html.unescape(value[1:-1]) for name, value in _ATTRIBUTE.findall(found["rest"])}
        node = Node(found["tag"], attributes, found.start(), found.end(), found.end(), found.end(), current)
        current.children.append(node)
        if not found["empty"]:
            current = node
    if place < len(storage):
        root.children.append(Text(storage[place:], place, len(storage)))
    return root


def splice(storage: str, edits: list[tuple[int, int, str]]) -> str:
    """The storage with these stretches replaced; they do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        storage = storage[:start] + new + storage[end:]
    return storage


def tags(storage: str) -> Iterator[re.Match[str]]:
    """Every tag outside of CDATA and comments; groups `close`, `tag`, `rest`, `empty`."""
    return (found for found in _TOKEN.finditer(storage) if found["tag"] is not None)


def escape(text: str) -> str:
    return html.escape(text, quote=False)


def quote(text: str) -> str:
    return html.escape(text, quote=True)
