"""Storage format as a tree that remembers where everything stands in the text, so that edits splice the original.

What is not edited stays byte for byte: macros, layouts, CDATA, entities, comments, white space. Prefixes (`ac:`, `ri:`, `at:`)
are part of names here, because storage declares no namespaces; HTML's entities are declared, because storage uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.entities import name2codepoint
from xml.parsers import expat

from isms_bot.errors import Permanent

DEEPEST = 150
"""Levels of elements that are read; editors make a tenth of it. Whatever walks the tree calls itself a few times a level."""

BLOCK_NAMES = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody",
    "tfoot", "tr", "th", "td", "blockquote", "pre", "hr", "div", "section", "article", "header", "footer",
    "figure", "address", "center", "fieldset", "form", "ac:task-list", "ac:task", "ac:layout",
    "ac:layout-section", "ac:layout-cell", "ac:rich-text-body", "ac:plain-text-body", "ac:adf-extension",
    "ac:adf-node", "ac:adf-content", "ac:adf-fallback",
))  # fmt: skip
"""Elements that begin a line of their own."""

_NEVER_BLOCK = frozenset(("ac:image", "ac:link", "ac:parameter", "ac:default-parameter", "ac:placeholder"))
"""Elements that stand inside a line whatever they hold."""

_PREDEFINED = frozenset(("amp", "lt", "gt", "quot"))
_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{point};">' for name, point in name2codepoint.items() if name not in _PREDEFINED
)
_HEAD = f"<!DOCTYPE storage [{_ENTITIES}]>\n<storage\n>".encode()
_TAIL = b"</storage>"
_HEAD_LINES = 2
_START_TAG = re.compile(rb"""<(?:[^"'>]++|"[^"]*"|'[^']*')*+>""")


@dataclass(frozen=True, slots=True)
class Element:
    """An element. Positions count bytes of the text in UTF-8: `start` of the whole, `inner` and `close` of what it holds
    (equal for an empty tag, then both are `end`), `end` behind it. `block`: it begins a line, or something in it does."""

    name: str
    attributes: Mapping[str, str]
    children: tuple[Node, ...]
    start: int
    inner: int
    close: int
    end: int
    block: bool

    def elements(self, name: str) -> Iterator[Element]:
        """Child elements of this name."""
        return (child for child in self.children if isinstance(child, Element) and child.name == name)

    def child(self, name: str) -> Element | None:
        """The first child element of this name."""
        return next(self.elements(name), None)

    def attribute(self, name: str) -> str:
        """An attribute, "" if it is not there."""
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """All characters in it, as they stand."""
        return "".join(node for node in walk(self.children) if isinstance(node, str))


Node = Element | str
"""An element, or characters between elements (entities resolved, CDATA unpacked)."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed text: `source` is it in UTF-8, what the positions of elements count."""

    source: bytes
    children: tuple[Node, ...]

    def elements(self) -> Iterator[Element]:
        """Every element, in the order of start tags."""
        return (node for node in walk(self.children) if isinstance(node, Element))

    def spliced(self, edits: Iterable[tuple[int, int, str]]) -> str:
        """The text with (start, end, replacement) put in. A span within one that is replaced anyway is left out."""
        parts: list[bytes] = []
        at = 0
        for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
            if start >= at:
                parts += (self.source[at:start], replacement.encode())
                at = end
        return b"".join((*parts, self.source[at:])).decode()


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, parents first."""
    waiting = [iter(nodes)]
    while waiting:
        for node in waiting[-1]:
            yield node
            if isinstance(node, Element):
                waiting.append(iter(node.children))
                break
        else:
            waiting.pop()


@lru_cache(maxsize=64)
def parse(storage: str) -> Tree:
    """The tree of a body in storage format; the latest are remembered, since one reading asks several times.

    Raises Permanent, with line and column, if it is not well-formed or nests deeper than `DEEPEST` elements.
    """
    source = storage.encode("utf-8", "surrogatepass")
    builder = _Builder(source)
    parser = builder.parser
    try:
        parser.Parse(_HEAD, False)
        parser.Parse(source, False)
        builder.inside = False
        parser.Parse(_TAIL, True)
    except expat.ExpatError as error:
        why = expat.errors.messages.get(error.code, "") or str(error)
        raise Permanent(
            f"the body is no well-formed storage format: {why} at {_place(error.lineno, error.offset)}"
        ) from error
    return Tree(source, tuple(builder.open[0].children))


def _place(line: int, offset: int) -> str:
    line -= _HEAD_LINES
    # What stands before the text on its first line is one character long.
    return f"line {line}, column {offset if line == 1 else offset + 1}"


@dataclass(slots=True)
class _Open:
    name: str
    attributes: Mapping[str, str]
    children: list[Node]
    start: int
    inner: int
    block: bool


class _Builder:
    """Hands what expat reports over to a tree."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.open: list[_Open] = []
        self.inside = True
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    @property
    def _at(self) -> int:
        return int(self.parser.CurrentByteIndex) - len(_HEAD)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._at
        if len(self.open) > DEEPEST:
            where = _place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber)
            raise Permanent(f"the body nests more than {DEEPEST} levels deep at {where}; flatten it")
        tag = _START_TAG.match(self.source, start) if self.open else None
        # Page properties stand on a line of their own even while they are empty.
        block = name in BLOCK_NAMES or attributes.get("ac:name") == "details"
        self.open.append(_Open(name, attributes, [], start, tag.end() if tag else 0, block))

    def _end(self, name: str) -> None:
        if len(self.open) == 1:
            # The root is closed by us, behind the text; expat refuses whatever else follows its end.
            return
        one = self.open.pop()
        close = self._at
        if self.source[one.inner - 2 : one.inner] == b"/>":
            close = end = one.inner
        else:
            end = self.source.index(b">", close) + 1
        parent = self.open[-1]
        parent.children.append(
            Element(name, one.attributes, tuple(one.children), one.start, one.inner, close, end, one.block)
        )
        parent.block |= one.block and parent.name not in _NEVER_BLOCK

    def _characters(self, text: str) -> None:
        self.open[-1].children.append(text)
