"""Blocks: lines of Markdown to the nodes of a document and back. What stands inside a line is the matter of `inline`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from isms_bot.document import Callout, Divider, Document, Heading, Item, Node, Paragraph, Quote, Runs, Step, Table
from isms_bot.markdown.inline import parse_runs, render_runs

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?")
_STEP = re.compile(r"[-*+][ \t]+\[([ xX])\](?:[ \t]+(.*))?")
_BULLET = re.compile(r"[-*+](?:[ \t]+(.*))?")
_NUMBER = re.compile(r"(\d{1,9})[.)](?:[ \t]+(.*))?")
_QUOTE = re.compile(r">[ \t]?(.*)")
_CALLOUT = re.compile(r"\[![A-Za-z]+\][ \t]*")
_DIVIDER = re.compile(r"-{3,}|\*{3,}")
_DELIMITER = re.compile(r"\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?")
_LABEL = re.compile(r"[^\W\d_][^\W_]*(?:[ \t][^\W_]+){0,3}[ \t]?:")
_LOOKS_LIKE_BLOCK = re.compile(r"[#>|+-]|(?=\d{1,9}[.)](?:[ \t]|$))")
_EMPTY = "&nbsp;"


def parse(markdown: str) -> Document:
    """The document that a Markdown text describes. Front matter is not known here; give the text below it."""
    lines = markdown.replace("\r\n", "\n").split("\n")
    return Document(_blocks([_untabbed(line) for line in lines]))


def render(document: Document) -> str:
    """The Markdown of a document; it ends with a line break unless the document is empty."""
    lines = _rendered(document.nodes)
    return "\n".join(lines) + "\n" if lines else ""


def plain(document: Document) -> str:
    """The words of a document, a line per block: for mail, digests and diffs. Links are their words, people `@account`."""
    return "\n".join(_plain(document.nodes, ""))


# --- reading -----------------------------------------------------------------------------------------------------------


def _untabbed(line: str) -> str:
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].expandtabs(4) + text.rstrip(" \t")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _blocks(lines: list[str]) -> tuple[Node, ...]:
    nodes: list[Node] = []
    at = 0
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        node, at = _block(lines, at)
        nodes.append(node)
    return tuple(nodes)


def _block(lines: list[str], at: int) -> tuple[Node, int]:
    """The block that begins at line `at`, and the line after it."""
    line = lines[at].lstrip(" ")
    if _DIVIDER.fullmatch(line):
        return Divider(), at + 1
    if heading := _HEADING.fullmatch(line):
        return Heading(min(len(heading[1]), 3), parse_runs(heading[2] or "")), at + 1
    if line.startswith(">"):
        return _quote(lines, at)
    if line.startswith("|"):
        return _table(lines, at)
    if _BULLET.fullmatch(line) or _NUMBER.fullmatch(line):
        return _item(lines, at)
    if line == _EMPTY:
        return Paragraph(()), at + 1
    text, at = _text(lines, at + 1, line)
    return Paragraph(parse_runs(text)), at


def _text(lines: list[str], at: int, text: str) -> tuple[str, int]:
    """`text` with the lines from `at` on that continue it. A label line stands alone."""
    if _LABEL.fullmatch(text):
        return text, at
    while at < len(lines) and lines[at] and not _interrupts(lines[at].lstrip(" ")):
        text = f"{text} {lines[at].lstrip(' ')}"
        at += 1
    return text, at


def _interrupts(line: str) -> bool:
    """True if a line begins something new although no blank line stands before it. "2026. " in running text does not."""
    number = _NUMBER.fullmatch(line)
    return bool(
        _DIVIDER.fullmatch(line)
        or _HEADING.fullmatch(line)
        or line.startswith((">", "|"))
        or line == _EMPTY
        or _LABEL.fullmatch(line)
        or ((bullet := _BULLET.fullmatch(line)) and bullet[1])
        or (number and number[1] == "1" and number[2])
    )


def _quote(lines: list[str], at: int) -> tuple[Node, int]:
    inside: list[str] = []
    while at < len(lines) and (quoted := _QUOTE.fullmatch(lines[at].lstrip(" "))):
        inside.append(quoted[1].strip(" \t"))
        at += 1
    callout = _CALLOUT.match(inside[0])
    if callout:
        inside[0] = inside[0][callout.end() :]
    runs = parse_runs(" ".join(part for part in inside if part))
    return (Callout(runs) if callout else Quote(runs)), at


def _table(lines: list[str], at: int) -> tuple[Node, int]:
    rows: list[tuple[Runs, ...]] = []
    header = False
    while at < len(lines) and (line := lines[at].lstrip(" ")).startswith("|"):
        if len(rows) == 1 and not header and _DELIMITER.fullmatch(line):
            header = True
        else:
            rows.append(tuple(parse_runs(cell) for cell in _cells(line)))
        at += 1
    width = max(len(row) for row in rows)
    return Table(tuple(row + ((),) * (width - len(row)) for row in rows), header), at


def _cells(line: str) -> Iterator[str]:
    # A backslash before a pipe belongs to the table, even inside `code`: it is taken away before the cell is read.
    cells = re.split(r"(?<!\\)\|", line[1:])
    if len(cells) > 1 and not cells[-1].strip(" \t"):
        cells.pop()
    for cell in cells:
        yield cell.replace("\\|", "|").strip(" \t")


def _item(lines: list[str], at: int) -> tuple[Node, int]:
    """A step or an item with everything that is indented below it."""
    own = _indent(lines[at])
    line = lines[at][own:]
    step, number, bullet = _STEP.fullmatch(line), _NUMBER.fullmatch(line), _BULLET.fullmatch(line)
    text = (step[2] if step else number[2] if number else bullet[1] if bullet else "") or ""
    at += 1
    first = at
    while at < len(lines) and (not lines[at] or _indent(lines[at]) > own):
        at += 1
    below = lines[first:at]
    if below and below[0]:
        text, taken = _text(below, 0, text) if text else (text, 0)
        below = below[taken:]
    margin = next((_indent(line) for line in below if line), 0)
    children = _blocks([line[min(_indent(line), margin) :] for line in below])
    if step:
        return Step(parse_runs(text), step[1] != " ", children), at
    return Item(parse_runs(text), number is not None, children), at


# --- writing -----------------------------------------------------------------------------------------------------------


def _rendered(nodes: tuple[Node, ...]) -> list[str]:
    lines: list[str] = []
    number = 0
    before: Node | None = None
    for node in nodes:
        if before is not None and not _same_list(before, node):
            lines.append("")
        number = number + 1 if isinstance(node, Item) and node.numbered else 0
        lines += _block_lines(node, number)
        before = node
    return lines


def _same_list(before: Node, node: Node) -> bool:
    if isinstance(before, Item) and isinstance(node, Item):
        return before.numbered == node.numbered
    return isinstance(before, Step) and isinstance(node, Step)


def _block_lines(node: Node, number: int) -> list[str]:
    match node:
        case Heading(level, runs):
            return [f"{'#' * level} {render_runs(runs)}".rstrip(" ")]
        case Paragraph(()):
            return [_EMPTY]
        case Paragraph(runs):
            text = render_runs(runs)
            if _LOOKS_LIKE_BLOCK.match(text):
                return [re.sub(r"^(\d*)", r"\1\\", text, count=1)]
            return [text]
        case Quote(runs):
            return [f"> {render_runs(runs)}".rstrip(" ")]
        case Callout(runs):
            return ["> [!note]", f"> {render_runs(runs)}".rstrip(" ")]
        case Divider():
            return ["---"]
        case Table(rows, header):
            table = [_row(row) for row in rows]
            return [table[0], "|" + " --- |" * len(rows[0]), *table[1:]] if header and table else table
        case Step(runs, checked, children):
            return _with_children(f"- [{'x' if checked else ' '}]", runs, children, 2)
        case Item(runs, numbered, children):
            mark = f"{number}." if numbered else "-"
            return _with_children(mark, runs, children, len(mark) + 1)
        case _:
            assert_never(node)


def _row(row: tuple[Runs, ...]) -> str:
    line = "| " + " | ".join(render_runs(cell).replace("|", "\\|") for cell in row) + " |"
    return line.replace("-", "\\-", 1) if _DELIMITER.fullmatch(line) else line


def _with_children(mark: str, runs: Runs, children: tuple[Node, ...], indent: int) -> list[str]:
    lines = [f"{mark} {render_runs(runs)}".rstrip(" ")]
    if children and not (isinstance(children[0], Step | Item) and children[0].runs):
        lines.append("")
    return lines + [" " * indent + line if line else "" for line in _rendered(children)]


def _words(runs: Runs) -> str:
    return "".join(f"@{run.account}" if run.account is not None else run.text for run in runs)


def _plain(nodes: tuple[Node, ...], margin: str) -> Iterator[str]:
    for node in nodes:
        match node:
            case Step(runs, checked, children):
                yield f"{margin}[{'x' if checked else ' '}] {_words(runs)}"
                yield from _plain(children, margin + "  ")
            case Item(runs, _, children):
                yield f"{margin}- {_words(runs)}"
                yield from _plain(children, margin + "  ")
            case Table(rows, _):
                for row in rows:
                    yield margin + " | ".join(_words(cell) for cell in row)
            case Divider():
                yield margin + "---"
            case Heading(_, runs) | Paragraph(runs) | Quote(runs) | Callout(runs):
                yield margin + _words(runs)
            case _:
                assert_never(node)
