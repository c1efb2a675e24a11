"""The neutral document: what the bot writes itself (never what people wrote), as values that any connector can render. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. `link` is an address, `account` a mention of a person (the text is then ignored)."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None
    account: str | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 to 3."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; no runs make an empty line."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Step:
    """A step with a box to tick."""

    runs: Runs
    checked: bool = False
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list."""

    runs: Runs
    numbered: bool = False
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Callout:
    """A remark set apart."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Divider:
    """A line across the page."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, all rows equally long; the first row is the header if `header`."""

    rows: tuple[tuple[Runs, ...], ...]
    header: bool = True


Node = Heading | Paragraph | Step | Item | Quote | Callout | Divider | Table


@dataclass(frozen=True, slots=True)
class Document:
    """Nodes in reading order."""

    nodes: tuple[Node, ...] = ()

    @property
    def size(self) -> int:
        """How many blocks it is, as platforms count them: nested ones and the rows of tables are blocks of their own."""
        return _size(self.nodes)


def _size(nodes: tuple[Node, ...]) -> int:
    within = (
        len(node.rows) if isinstance(node, Table) else _size(node.children) if isinstance(node, Step | Item) else 0
        for node in nodes
    )
    return len(nodes) + sum(within)
