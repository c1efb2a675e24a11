"""A body as lines in reading order: the one walk over storage that blocks, canonical text and tables are made from.

How storage becomes lines: every paragraph is a line, and so is what follows a `<br />` in one, because people press shift and
enter in forms. What has no line of its own (layouts, columns, panels, expands) appears as what it holds. Lists, tasks and titled
macros nest. Task lists nest inside a task's body (which is how the bot writes them) or stand beside the tasks of a list; both
read alike. A row of a table is one line whose cells hold lines; steps and rows inside cells follow the table again as lines of
their own (`echo`), so that they can be ticked and found without tearing the table apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby

from isms_bot.model import BlockKind
from isms_bot_confluence.storage import inline
from isms_bot_confluence.storage.inline import Piece, Pieces
from isms_bot_confluence.storage.parse import Element, Node, Tree

VISIBLE = "isms"
"""The `id` of the details macro that shows a page's fields."""
HIDDEN = "isms-bot"
"""The `id` of the hidden details macro that says whose page it is."""

MACROS = ("ac:structured-macro", "ac:macro")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WRAPPERS = frozenset(("p", "div", "span", "dt", "dd"))
"""Elements whose beginning can be the words of the item that they stand in."""
_TRANSPARENT = frozenset((
    "div", "span", "section", "article", "header", "footer", "address", "center", "fieldset", "form", "figure",
    "dl", "dt", "dd", "tbody", "thead", "tfoot", "tr", "td", "th", "li", "ac:layout",
    "ac:layout-section", "ac:layout-cell", "ac:rich-text-body", "ac:adf-extension", "ac:adf-content",
    "ac:inline-comment-marker", "strong", "em", "b", "i", "u", "code", "sub", "sup", "small", "big", "font",
))  # fmt: skip
_PARTS = frozenset(("tr", "tbody", "thead", "tfoot"))
_WIDEST = 64
"""Columns in which merged cells are followed: what claims to span more would only cost memory."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    `form`: p, h1 to h6, task, ul, ol, quote, code, hr, row, title (of a macro; said by its mark already) or mark (the
    beginning or end of a macro, no line that people see; `note` says which unless `pieces` do). `task`: its id on the page. `place`: number of
    the table and of the row in it.
    """

    kind: BlockKind
    form: str
    depth: int
    pieces: Pieces = ()
    cells: tuple[tuple[Line, ...], ...] = ()
    checked: bool = False
    task: str = ""
    place: tuple[int, int] = (0, 0)
    note: str = ""
    echo: bool = False


def outline(tree: Tree) -> tuple[Line, ...]:
    """The lines of a body, without the two macros in which the bot keeps fields and mark."""
    return of_nodes(tree.children)


def of_nodes(nodes: Iterable[Node]) -> tuple[Line, ...]:
    """The lines of a part of a body: a cell, a comment."""
    walker = _Walker(count(1))
    walker.flow(nodes, 0)
    return tuple(walker.lines)


def is_ours(element: Element, name: str | None = None) -> bool:
    """True for the details macro with our id `name` (either of the two if None)."""
    if element.name not in MACROS or element.attribute("ac:name") != "details":
        return False
    own = inline.parameter(element, "id")
    return own in (VISIBLE, HIDDEN) if name is None else own == name


class _Walker:
    """Collects lines. `tables` numbers the tables of a whole body; `within` a cell."""

    def __init__(self, tables: Iterator[int], *, within: bool = False) -> None:
        self.lines: list[Line] = []
        self.tables = tables
        self.within = within

    # --- text

    def flow(self, nodes: Iterable[Node], depth: int, kind: BlockKind = BlockKind.TEXT, form: str = "p") -> None:
        """Nodes one after the other; what stands inside a line is collected up to the next that begins one."""
        pending: list[Node] = []
        for node in nodes:
            if isinstance(node, str) or not node.block:
                pending.append(node)
                continue
            self.text(pending, depth, kind, form)
            pending = []
            self.block(node, depth, kind, form)
        self.text(pending, depth, kind, form)

    def text(self, nodes: Sequence[Node], depth: int, kind: BlockKind, form: str) -> None:
        for pieces in inline.lines(inline.gather(nodes)):
            worded = any(map(_worded, pieces))
            self.lines.append(Line(kind if worded else BlockKind.OTHER, form, depth, pieces))

    def headed(
        self, nodes: Iterable[Node], depth: int, kind: BlockKind, form: str, *, checked: bool = False, task: str = ""
    ) -> None:
        """An item: a line of its first words; everything else stands one level deeper."""
        lead, rest = _lead(list(nodes))
        first, *more = inline.lines(inline.gather(lead)) or [()]
        self.lines.append(Line(kind, form, depth, first, checked=checked, task=task))
        self.lines += (Line(BlockKind.TEXT, "p", depth + 1, pieces) for pieces in more)
        self.flow(rest, depth + 1)

    # --- elements

    def block(self, element: Element, depth: int, kind: BlockKind, form: str) -> None:
        name = element.name
        if name == "p" or name in _TRANSPARENT:
            self.flow(element.children, depth, kind, form)
        elif name in _HEADINGS:
            self.flow(element.children, depth, BlockKind.HEADING, name)
        elif name in ("ul", "ol"):
            self.list(element, depth)
        elif name == "ac:task-list":
            self.task_list(element, depth)
        elif name == "ac:task":
            self.task(element, depth)
        elif name == "table":
            self.table(element, depth)
        elif name == "blockquote":
            self.flow(element.children, depth, BlockKind.TEXT, "quote")
        elif name in ("pre", "ac:plain-text-body"):
            self.lines.append(Line(BlockKind.TEXT, "code", depth, inline.verbatim(element.children)))
        elif name == "hr":
            self.lines.append(Line(BlockKind.OTHER, "hr", depth))
        elif name in MACROS:
            self.macro(element, depth)
        elif name == "ac:adf-node":
            self.node(element, depth)
        elif name != "ac:adf-fallback":
            # Nothing is known of it but that it holds lines: what it is stays part of the canonical text.
            attributes = sorted((key, value) for key, value in element.attributes.items() if key in ("href", "ac:name"))
            note = " ".join((name, *(f"{key}={inline.escape(value)}" for key, value in attributes)))
            self.marked(note, element.children, depth)

    def list(self, element: Element, depth: int) -> None:
        for node in element.children:
            if isinstance(node, Element) and node.name == "li":
                self.headed(node.children, depth, BlockKind.TEXT, element.name)
            else:
                self.flow((node,), depth + 1)

    def task_list(self, element: Element, depth: int) -> None:
        for node in element.children:
            self.flow((node,), depth if isinstance(node, Element) and node.name == "ac:task" else depth + 1)

    def task(self, element: Element, depth: int) -> None:
        status, number, body = (element.child(f"ac:task-{part}") for part in ("status", "id", "body"))
        checked = status is not None and status.text.strip() == "complete"
        task = number.text.strip() if number is not None else ""
        inside = body.children if body is not None else ()
        self.headed(inside, depth, BlockKind.STEP, "task", checked=checked, task=task)

    def macro(self, element: Element, depth: int) -> None:
        if is_ours(element):
            return
        bodies = [
            one
            for one in element.children
            if isinstance(one, Element) and one.name in ("ac:rich-text-body", "ac:plain-text-body")
        ]
        title = inline.lines((Piece("text", inline.parameter(element, "title")),))
        self.lines += (Line(BlockKind.TEXT, "title", depth, pieces) for pieces in title)
        self.lines.append(Line(BlockKind.OTHER, "mark", depth, (inline.macro(element),)))
        self.flow(bodies, depth + len(title))
        self.lines.append(Line(BlockKind.OTHER, "mark", depth, note="{/macro}"))

    def node(self, element: Element, depth: int) -> None:
        """A node of the editor's own model: a panel, a decision."""
        told = sorted(
            (one.attribute("key"), one.text) for one in element.elements("ac:adf-attribute") if "local-id" not in one.attribute("key")
        )  # fmt: skip
        note = " ".join(("node", element.attribute("type"), *(f"{key}={inline.escape(value)}" for key, value in told)))
        held = [one for one in element.children if isinstance(one, str) or one.name != "ac:adf-attribute"]
        self.marked(note, held, depth)

    def marked(self, note: str, nodes: Iterable[Node], depth: int) -> None:
        """Lines between two marks of what holds them."""
        self.lines.append(Line(BlockKind.OTHER, "mark", depth, note=f"{{{note}}}"))
        self.flow(nodes, depth)
        self.lines.append(Line(BlockKind.OTHER, "mark", depth, note=f"{{/{note.partition(' ')[0]}}}"))

    # --- tables

    def table(self, element: Element, depth: int) -> None:
        self.flow((part for part in element.children if isinstance(part, str) or part.name not in _PARTS), depth)
        number = next(self.tables)
        rows = [
            Line(BlockKind.ROW, "row", depth, cells=tuple(map(self.cell, row)), place=(number, at))
            for at, row in enumerate(_grid(_rows(element)), 1)
        ]
        self.lines += rows
        if not self.within:
            _repeat(rows, depth + 1, self.lines)

    def cell(self, element: Element | None) -> tuple[Line, ...]:
        inside = _Walker(self.tables, within=True)
        inside.flow(element.children if element is not None else (), 0)
        return tuple(inside.lines)


def _repeat(rows: Iterable[Line], depth: int, found: list[Line]) -> None:
    """The steps and rows in the cells of rows, as lines of their own; after the rows of a table what stands in their cells."""
    for cell in (cell for row in rows for cell in row.cells):
        for table, group in groupby(cell, key=lambda line: line.place[0]):
            lines = [line for line in group if line.kind in (BlockKind.STEP, BlockKind.ROW)]
            found += (replace(line, depth=line.depth + depth, echo=True) for line in lines)
            if table:
                _repeat(lines, depth + lines[0].depth + 1, found)


def _worded(piece: Piece) -> bool:
    """True for words that are more than the name of a file."""
    return inline.counts(piece) and bool(piece.text) and piece.kind != "image"


def _lead(nodes: Sequence[Node]) -> tuple[Sequence[Node], list[Node]]:
    """The beginning of an item's content that stands inside a line, and the rest; a first paragraph counts as beginning."""
    at = next((at for at, node in enumerate(nodes) if isinstance(node, Element) and node.block), len(nodes))
    lead, rest = nodes[:at], list(nodes[at:])
    if rest and isinstance(rest[0], Element) and rest[0].name in _WRAPPERS and not inline.lines(inline.gather(lead)):
        inner, behind = _lead(rest[0].children)
        return inner, [*behind, *rest[1:]]
    return lead, rest


def _rows(table: Element) -> Iterator[list[Element]]:
    """Rows of cells of this table, not of those inside it."""
    for part in table.children:
        if isinstance(part, str) or part.name not in _PARTS:
            continue
        for row in (part,) if part.name == "tr" else part.elements("tr"):
            yield [cell for cell in row.children if isinstance(cell, Element) and cell.name in ("td", "th")]


def _grid(rows: Iterable[list[Element]]) -> Iterator[list[Element | None]]:
    """Rows with every cell in its column: where a merged cell goes on there is None, so that its words stand once."""
    carried: dict[int, int] = {}
    for row in rows:
        placed: list[Element | None] = []
        for cell in row:
            _carry(carried, placed)
            room = max(1, _WIDEST - len(placed))
            width, below = min(_span(cell, "colspan"), room), _span(cell, "rowspan") - 1
            if below and len(placed) < _WIDEST:
                carried |= dict.fromkeys(range(len(placed), len(placed) + width), below)
            placed += [cell, *[None] * (width - 1)]
        _carry(carried, placed)
        yield placed


def _carry(carried: dict[int, int], placed: list[Element | None]) -> None:
    """Fill the columns that cells of rows above reach into."""
    while carried.get(len(placed)):
        carried[len(placed)] -= 1
        placed.append(None)


def _span(cell: Element, name: str) -> int:
    text = cell.attribute(name).strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
