"""The canonical text of a body and its digest: what a record is watched by and a copy is compared with.

Left out: ids of tasks, macros and nodes, versions that the server writes beside them, how words look, layout, empty paragraphs,
marks of inline comments, and the bot's own two macros. Kept: words and their order, boxes, where links lead, who is mentioned,
dates, files by name, macros with parameters and bodies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from isms_bot.model import PageRef
from isms_bot_confluence.storage import inline
from isms_bot_confluence.storage.inline import Lookup
from isms_bot_confluence.storage.outline import Line, outline
from isms_bot_confluence.storage.parse import parse

CANON_VERSION = 1

_PREFIX = {"ul": "- ", "ol": "1. ", "quote": "> "} | {f"h{level}": "#" * level + " " for level in range(1, 7)}
_LOOKS_LIKE_A_PREFIX = ("[", "#", "-", ">", "|", "1.")


def canonical(storage: str, *, unticked: bool = False, pages: Mapping[str, PageRef] | None = None) -> tuple[str, str]:
    """(canonical text, its digest). The text has a line per line of the page, indented by depth; the digest is its sha256 with
    the version of the canon in front.

    `unticked`: as if no box were ticked. `pages`: ids by title of pages that links name by title, asked for lazily, so that
    renaming such a page changes nothing. Raises Permanent for a body that `parse` refuses.
    """
    text = of_lines(outline(parse(storage)), Lookup(pages=pages or {}), unticked=unticked)
    return text, digest(text)


def digest(text: str) -> str:
    """sha256 of a canonical text, the version of the canon in front."""
    return hashlib.sha256(f"canon confluence {CANON_VERSION}\n{text}".encode()).hexdigest()


def of_lines(lines: Iterable[Line], known: Lookup = inline.NOTHING_KNOWN, *, unticked: bool = False) -> str:
    """The canonical text of lines that were read already."""
    said = (
        "  " * line.depth + _line(line, known, unticked) for line in lines if not line.echo and line.form != "title"
    )
    return "\n".join(said)


def _line(line: Line, known: Lookup, unticked: bool) -> str:
    if line.note:
        return line.note
    if line.form == "hr":
        return "{hr}"
    if line.form == "row":
        return "".join(f"| {_cell(cell, known, unticked)} " for cell in line.cells) + "|"
    said = inline.canonical(line.pieces, known)
    if line.form == "task":
        return f"[{'x' if line.checked and not unticked else ' '}] {said}"
    if line.form == "p" and said.startswith(_LOOKS_LIKE_A_PREFIX):
        return f"\\{said}"
    return _PREFIX.get(line.form, "") + said


def _cell(lines: Iterable[Line], known: Lookup, unticked: bool) -> str:
    """A cell in one line. Bars are escaped: they would move words from one cell to the next."""
    return of_lines(lines, known, unticked=unticked).replace("\n", "\\n").replace("|", "\\|")
