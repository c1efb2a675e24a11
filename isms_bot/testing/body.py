"""Bodies of in-memory pages: a tree of blocks, made from lines or from a document, read as the port wants it. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from isms_bot.document import (
    Callout,
    Divider,
    Document,
    Heading,
    Item,
    Node,
    Paragraph,
    Quote,
    Run,
    Runs,
    Step,
    Table,
)
from isms_bot.model import Account, Block, BlockKind

CANON_VERSION = 1
UNCOPYABLE = "uncopyable"
"""Stands for whatever a vendor's API can show but not make (a button, an embedded app)."""

_LINE = re.compile(
    r"(?P<step>- \[(?P<tick>[ xX])\] ?)|(?P<heading>#{1,3}) |(?P<item>- )|(?P<number>\d+\. )|(?P<quote>> )|(?P<divider>---$)"
)
_KINDS = {
    "step": BlockKind.STEP,
    "heading1": BlockKind.HEADING,
    "heading2": BlockKind.HEADING,
    "heading3": BlockKind.HEADING,
    "row": BlockKind.ROW,
    "divider": BlockKind.OTHER,
    UNCOPYABLE: BlockKind.OTHER,
}
_PREFIX = {
    "heading1": "# ",
    "heading2": "## ",
    "heading3": "### ",
    "item": "- ",
    "number": "1. ",
    "quote": "> ",
    "callout": "! ",
}


@dataclass(slots=True)
class MemoryBlock:
    """One block with its children. A table is a block of type `table` whose children are rows."""

    type: str
    runs: Runs = ()
    checked: bool = False
    cells: tuple[Runs, ...] = ()
    children: list[MemoryBlock] = field(default_factory=list)
    id: str = ""
    author: Account | None = None
    at: datetime | None = None


Body = list[MemoryBlock]


def walk(body: Iterable[MemoryBlock], depth: int = 0) -> Iterator[tuple[MemoryBlock, int]]:
    """Every block with its depth, in reading order; a table adds no depth to its rows."""
    for block in body:
        yield block, depth
        yield from walk(block.children, depth if block.type == "table" else depth + 1)


def from_lines(lines: Iterable[str]) -> Body:
    """The body of a page as somebody types it: `- [ ] step`, `# heading`, `- item`, `1. item`, `> quote`, `---`, `| a | b |`,
    else a paragraph; two spaces of indent nest."""
    body: Body = []
    open_at: list[Body] = [body]
    for line in lines:
        bare = line.lstrip(" ")
        depth = min((len(line) - len(bare)) // 2, len(open_at) - 1)
        del open_at[depth + 1 :]
        siblings = open_at[depth]
        if bare.startswith("| ") and bare.endswith(" |"):
            if not siblings or siblings[-1].type != "table":
                siblings.append(MemoryBlock("table"))
            cells = tuple((Run(cell.strip()),) for cell in bare[2:-2].split("|"))
            siblings[-1].children.append(MemoryBlock("row", cells=cells))
            continue
        block = _from_line(bare)
        siblings.append(block)
        open_at.append(block.children)
    return body


def _from_line(line: str) -> MemoryBlock:
    match = _LINE.match(line)
    if match is None:
        return MemoryBlock("paragraph", _text(line))
    runs = _text(line[match.end() :])
    if match["step"]:
        return MemoryBlock("step", runs, checked=match["tick"] != " ")
    if match["heading"]:
        return MemoryBlock(f"heading{len(match['heading'])}", runs)
    return MemoryBlock(next(name for name in ("item", "number", "quote", "divider") if match[name]), runs)


def _text(text: str) -> Runs:
    return (Run(text),) if text else ()


def from_document(document: Document) -> Body:
    """The body that a document renders to."""
    return [_from_node(node) for node in document.nodes]


def _from_node(node: Node) -> MemoryBlock:
    match node:
        case Heading(level, runs):
            return MemoryBlock(f"heading{level}", runs)
        case Paragraph(runs):
            return MemoryBlock("paragraph", runs)
        case Step(runs, checked, children):
            return MemoryBlock("step", runs, checked, children=[_from_node(child) for child in children])
        case Item(runs, numbered, children):
            return MemoryBlock(
                "number" if numbered else "item", runs, children=[_from_node(child) for child in children]
            )
        case Quote(runs):
            return MemoryBlock("quote", runs)
        case Callout(runs):
            return MemoryBlock("callout", runs)
        case Divider():
            return MemoryBlock("divider")
        case Table(rows):
            return MemoryBlock("table", children=[MemoryBlock("row", cells=row) for row in rows])


def copied(body: Iterable[MemoryBlock], *, unticked: bool, drop: frozenset[str] = frozenset()) -> Body:
    """A deep copy without ids and authors, boxes unticked if asked, without the types in `drop`."""
    return [
        replace(
            block, checked=block.checked and not unticked, children=copied(block.children, unticked=unticked, drop=drop),
            id="", author=None, at=None,
        )
        for block in body
        if block.type not in drop
    ]  # fmt: skip


def stamp(body: Body, new_id: Callable[[], str], author: Account, at: datetime) -> Body:
    """Give every block that has none an id, an author and a time; the body itself is returned."""
    for block, _ in walk(body):
        if not block.id:
            block.id, block.author, block.at = new_id(), author, at
    return body


def plain(runs: Runs, names: Mapping[Account, str]) -> str:
    """What people read: mentions as `@name`."""
    return "".join(f"@{names.get(run.account, run.account)}" if run.account else run.text for run in runs)


def blocks(body: Body, names: Mapping[Account, str]) -> tuple[Block, ...]:
    """The body in reading order as blocks of the port; tables appear as their rows."""
    found = []
    for block, depth in walk(body):
        if block.type == "table":
            continue
        cells = tuple(plain(cell, names) for cell in block.cells)
        text = " | ".join(cells) if cells else plain(block.runs, names)
        kind = _KINDS.get(block.type, BlockKind.TEXT)
        found.append(Block(block.id, kind, text, depth, block.checked, cells, block.author, block.at))
    return tuple(found)


def canonical(body: Body) -> str:
    """The canonical text: runs merged, people by account, links by address, no ids, no times."""
    return "\n".join("  " * depth + _canonical_line(block) for block, depth in walk(body))


def _canonical_line(block: MemoryBlock) -> str:
    if block.type == "row":
        return "| " + " | ".join(_canonical_runs(cell) for cell in block.cells) + " |"
    if block.type == "step":
        return f"[{'x' if block.checked else ' '}] {_canonical_runs(block.runs)}"
    if block.type in ("table", "divider", UNCOPYABLE):
        return f"<{block.type}>"
    return _PREFIX.get(block.type, "") + _canonical_runs(block.runs)


def _canonical_runs(runs: Runs) -> str:
    parts = (
        f"@{run.account}" if run.account else f"[{run.text}]({run.link})" if run.link else run.text for run in runs
    )
    return "".join(parts).replace("\\", "\\\\").replace("\n", "\\n")


def digest(text: str) -> str:
    """sha256 of a canonical text, with the version of the canon in front."""
    return hashlib.sha256(f"canon {CANON_VERSION}\n{text}".encode()).hexdigest()


def portioned(body: Body, room_of_call: int) -> list[Body]:
    """The body in pieces that one call can carry; a page is always made with the first, be it empty."""
    portions: list[Body] = [[]]
    room = room_of_call
    for block in body:
        size = sum(1 for _ in walk([block]))
        if size > room and portions[-1]:
            portions.append([])
            room = room_of_call
        portions[-1].append(block)
        room -= size
    return portions
