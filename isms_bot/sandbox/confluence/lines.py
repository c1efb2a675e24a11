"""A body as people see it: lines in short notation, blocks with their places, and the table of page properties."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from isms_bot.sandbox.confluence.storage import words
from isms_bot.sandbox.confluence.xhtml import Node, Text, escape, parse, splice

Names = Callable[[str], str]
_MARKS = (
    ("- [ ] ", "to_do", "ac:task-list"),
    ("- [x] ", "to_do", "ac:task-list"),
    ("### ", "h3", ""),
    ("## ", "h2", ""),
    ("# ", "h1", ""),
    ("- ", "li", "ul"),
    ("1. ", "li", "ol"),
    ("> ", "quote", ""),
)
_HEADINGS = {f"h{n}": f"heading_{n}" for n in range(1, 7)}
_CALLOUTS = {"info", "note", "tip", "warning", "panel"}
_LISTS = {"ul", "ol", "ac:task-list"}
_SHOWN = {
    "heading_1": "# ",
    "heading_2": "## ",
    "heading_3": "### ",
    "bulleted_list_item": "- ",
    "numbered_list_item": "1. ",
    "quote": "> ",
    "divider": "---",
}


@dataclass(frozen=True)
class Block:
    """A line of a body. `spot`: where its own words stand in the storage, without what is nested in it."""

    type: str
    text: str
    depth: int
    spot: tuple[int, int]
    checked: bool | None = None
    local_id: str = ""

    @property
    def line(self) -> str:
        mark = ("- [x] " if self.checked else "- [ ] ") if self.type == "to_do" else _SHOWN.get(self.type, "")
        return "  " * self.depth + mark + self.text


@dataclass
class _Line:
    mark: str
    kind: str
    group: str
    text: str
    inner: list[_Line]


def to_storage(lines: list[str], first_task: int = 1) -> str:
    """Storage from short notation; tasks are numbered from `first_task`."""
    roots: list[_Line] = []
    stack: list[tuple[int, list[_Line]]] = [(-1, roots)]
    for line in lines:
        depth = (len(line) - len(line.lstrip(" "))) // 2
        made = _line(line.strip())
        while stack[-1][0] >= depth:
            stack.pop()
        stack[-1][1].append(made)
        stack.append((depth, made.inner))
    return _render(roots, iter(range(first_task, first_task + len(lines))))


def _line(line: str) -> _Line:
    if line == "---":
        return _Line(line, "hr", "", "", [])
    for mark, kind, group in _MARKS:
        if line.startswith(mark):
            return _Line(mark, kind, group, line[len(mark) :], [])
    return _Line("", "p", "", line, [])


def _render(lines: list[_Line], numbers: Iterator[int]) -> str:
    shown, group = "", ""
    for line in lines:
        if line.group != group:
            shown += (f"</{group}>" if group else "") + (f"<{line.group}>" if line.group else "")
            group = line.group
        shown += _one(line, numbers)
    return shown + (f"</{group}>" if group else "")


def _one(line: _Line, numbers: Iterator[int]) -> str:
    text = escape(line.text)
    if line.kind == "hr":
        return "<hr />"
    if line.kind == "to_do":
        number, status = next(numbers), "complete" if line.mark == "- [x] " else "incomplete"
        body = f'<span class="placeholder-inline-tasks">{text}</span>{_render(line.inner, numbers)}'
        return (
            f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
            f"<ac:task-body>{body}</ac:task-body></ac:task>"
        )
    inner = _render(line.inner, numbers)
    if line.kind == "li":
        return f"<li><p>{text}</p>{inner}</li>"
    if line.kind == "quote":
        return f"<blockquote><p>{text}</p></blockquote>{inner}"
    return f"<{line.kind}>{text}</{line.kind}>{inner}"


def next_task(storage: str) -> int:
    """The first number that no task of the page has."""
    return max(map(int, re.findall(r"<ac:task-id>(\d+)</ac:task-id>", storage)), default=0) + 1


# -- reading


def hidden(macro: Node) -> bool:
    return macro.parameter("hidden") == "true"


def blocks(storage: str, names: Names) -> list[Block]:
    """The lines of a body without page properties, hidden or shown."""
    return list(_blocks(parse(storage), names, 0))


def _blocks(node: Node, names: Names, depth: int) -> Iterator[Block]:
    for child in node.children:
        if isinstance(child, Text):
            if not node.tag and child.text().strip():
                yield Block("paragraph", child.text().strip(), depth, (child.start, child.end))
            continue
        yield from _element(child, names, depth)


def _element(node: Node, names: Names, depth: int) -> Iterator[Block]:
    if node.tag == "p" or node.tag in _HEADINGS:
        spot = (node.inner, node.outer)
        yield Block(_HEADINGS.get(node.tag, "paragraph"), words(node, names).strip(), depth, spot)
    elif node.tag in _LISTS:
        for item in node.elements():
            yield from _item(node.tag, item, names, depth)
    elif node.tag == "blockquote":
        yield Block("quote", words(node, names).strip(), depth, _words_of(node))
    elif node.tag == "table":
        for row in table_rows(node):
            yield from _row(row, names, depth)
    elif node.tag == "hr":
        yield Block("divider", "", depth, (node.start, node.end))
    elif node.macro:
        yield from _macro(node, names, depth)
    elif node.tag not in {"ac:parameter", "colgroup"}:
        yield from _blocks(node, names, depth)


def _item(group: str, item: Node, names: Names, depth: int) -> Iterator[Block]:
    if item.tag in _LISTS:
        for inner in item.elements():
            yield from _item(item.tag, inner, names, depth + 1)
        return
    body = item.first("ac:task-body") if item.tag == "ac:task" else item
    if body is None:
        return
    nested = [child for child in body.elements() if child.tag in _LISTS]
    text = "".join(words(child, names) for child in body.children if child not in nested).strip()
    spot = _words_of(body)
    if item.tag == "ac:task":
        status, number = item.first("ac:task-status"), item.first("ac:task-id")
        done = status is not None and status.text().strip() == "complete"
        yield Block("to_do", text, depth, spot, done, number.text() if number else "")
    else:
        yield Block("numbered_list_item" if group == "ol" else "bulleted_list_item", text, depth, spot)
    for child in nested:
        for inner in child.elements():
            yield from _item(child.tag, inner, names, depth + 1)


def _row(row: Node, names: Names, depth: int) -> Iterator[Block]:
    cells = [cell for cell in row.elements() if cell.tag in {"th", "td"}]
    said = [words(cell, names).strip() for cell in cells]
    yield Block("table_row", " | ".join(said), depth, _words_of(cells[-1]) if cells else (row.inner, row.outer))
    for cell in cells:
        for child in _inside(cell):
            yield from _element(child, names, depth + 1)


def table_rows(table: Node) -> list[Node]:
    """The rows of a table, without those of tables in its cells."""
    parts = [part for part in table.elements() if part.tag in {"tbody", "thead", "tfoot"}]
    return [row for part in [table, *parts] for row in part.elements() if row.tag == "tr"]


def _inside(node: Node) -> Iterator[Node]:
    """Lists of tasks and tables anywhere in it, not those within one another."""
    for child in node.elements():
        if child.tag in {"ac:task-list", "table"}:
            yield child
        else:
            yield from _inside(child)


def _macro(node: Node, names: Names, depth: int) -> Iterator[Block]:
    body = node.first("ac:rich-text-body")
    if node.macro == "details" and (hidden(node) or node.parameter("id") == "isms"):
        return
    if node.macro == "code":
        plain = node.first("ac:plain-text-body")
        yield Block("code", plain.text() if plain else "", depth, (node.start, node.end))
    elif node.macro in _CALLOUTS and body is not None:
        yield Block("callout", words(body, names).strip(), depth, (body.inner, body.outer))
        yield from (b for b in _blocks(body, names, depth + 1) if b.type == "to_do")
    elif node.macro == "expand" and body is not None:
        yield Block("toggle", node.parameter("title"), depth, (node.start, node.start))
        yield from _blocks(body, names, depth + 1)
    elif node.macro == "status":
        yield Block("paragraph", node.parameter("title"), depth, (node.start, node.end))
    elif body is not None:
        yield from _blocks(body, names, depth)
    else:
        yield Block("macro", node.macro, depth, (node.start, node.end))


def _words_of(node: Node) -> tuple[int, int]:
    """Where the own words of an item or a cell stand: its first paragraph or span, else all before a nested list."""
    for child in node.elements():
        if child.tag in {"p", "span"}:
            return (child.inner, child.outer)
        if child.tag in _LISTS:
            return (node.inner, child.start)
    return (node.inner, node.outer)


def filled(storage: str, spot: tuple[int, int], label: str, text: str) -> str:
    """The line with the label kept as it is formatted, and the text after it."""
    inner = storage[slice(*spot)]
    place = inner.find(escape(label))
    if place < 0:
        return splice(storage, [(*spot, f"{escape(label)} {escape(text)}".rstrip())])
    kept = inner[: place + len(escape(label))]
    stack: list[str] = []
    for found in re.finditer(r"<(/?)([\w:-]+)[^<>]*?(/?)>", kept):
        if found[1]:
            stack.pop()
        elif not found[3]:
            stack.append(found[2])
    kept += "".join(f"</{tag}>" for tag in reversed(stack))
    return splice(storage, [(*spot, f"{kept} {escape(text)}".rstrip())])


# -- page properties


@dataclass(frozen=True)
class Row:
    """A row of the table of page properties. `spot`: the inside of its cell; `label_spot`: of its heading; `all`: of the row."""

    label: str
    text: str
    spot: tuple[int, int]
    label_spot: tuple[int, int]
    all: tuple[int, int]


def rows(storage: str, names: Names, *, of_mark: bool = False) -> list[Row]:
    """The rows of page properties that people see, or (`of_mark`) those of the hidden ones."""
    found = []
    for macro in parse(storage).walk():
        if macro.macro != "details" or hidden(macro) != of_mark:
            continue
        body = macro.first("ac:rich-text-body")
        tables = [n for n in _inside(body) if n.tag == "table"] if body else []
        for row in (one for table in tables for one in table_rows(table)):
            cells = [c for c in row.elements() if c.tag in {"th", "td"}]
            if len(cells) >= 2:
                label, cell = cells[0], cells[1]
                text = words(cell, names).strip()
                spots = ((cell.inner, cell.outer), (label.inner, label.outer), (row.start, row.end))
                found.append(Row(words(label, names).strip(), text, *spots))
    return found


def with_row(storage: str, label: str, cell: str) -> str:
    """The storage with one more row in the shown properties; with a table of its own where there was none."""
    row = f"<tr><th><p>{escape(label)}</p></th><td>{cell}</td></tr>"
    for macro in parse(storage).walk():
        if macro.macro == "details" and not hidden(macro):
            table = next((n for n in macro.walk() if n.tag == "tbody"), None)
            if table is not None:
                return splice(storage, [(table.outer, table.outer, row)])
    return details([row]) + storage


def details(shown: list[str]) -> str:
    """A table of page properties out of rows."""
    return (
        '<ac:structured-macro ac:name="details" ac:schema-version="1"><ac:parameter ac:name="id">isms</ac:parameter>'
        f"<ac:rich-text-body><table><tbody>{''.join(shown)}</tbody></table></ac:rich-text-body></ac:structured-macro>"
    )
