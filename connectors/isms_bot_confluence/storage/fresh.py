"""A procedure's body as that of a new job: all boxes empty, tasks numbered anew, everything else byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from isms_bot_confluence.storage.outline import MACROS
from isms_bot_confluence.storage.parse import Element, Tree, parse

Edit = tuple[int, int, str]

_LIST_ID = re.compile(rb"""\sac:task-list-id\s*=\s*(?:"[^"]*"|'[^']*')""")

OF_THE_PAGE_ITSELF = frozenset(
    ("attachments", "change-history", "children", "contributors", "contributors-summary", "gallery", "pagetree", "pagetreesearch")
)  # fmt: skip
"""Macros that show what belongs to the page that they stand on, so that a copy shows something else."""


def fresh(storage: str) -> tuple[str, tuple[str, ...]]:
    """(the body with every task incomplete, numbered 1 to n in reading order and without ids of the vendor's, sentences for what a
    copy of this body cannot carry over). Raises Permanent for a body that `parse` refuses."""
    tree = parse(storage)
    return tree.spliced(_edits(tree)), tuple(dict.fromkeys(_losses(tree)))


def _edits(tree: Tree) -> Iterator[Edit]:
    numbers = count(1)
    for element in tree.elements():
        if element.name == "ac:task-list":
            found = _LIST_ID.search(tree.source, element.start, element.inner)
            if found:
                yield found.start(), found.end(), ""
        elif element.name == "ac:task":
            yield from _of_task(element, next(numbers))


def _of_task(task: Element, number: int) -> Iterator[Edit]:
    for uuid in task.elements("ac:task-uuid"):
        yield uuid.start, uuid.end, ""
    for status in task.elements("ac:task-status"):
        if status.text.strip() != "incomplete":
            yield status.start, status.end, "<ac:task-status>incomplete</ac:task-status>"
    wanted = f"<ac:task-id>{number}</ac:task-id>"
    own = task.child("ac:task-id")
    if own is not None:
        yield own.start, own.end, wanted
    elif task.inner < task.end:
        yield task.inner, task.inner, wanted


def _losses(tree: Tree) -> Iterator[str]:
    for element in tree.elements():
        if element.name == "ac:inline-comment-marker":
            yield "comments beside words of the text stay with the procedure"
        elif element.name in MACROS and element.attribute("ac:name") in OF_THE_PAGE_ITSELF:
            name = element.attribute("ac:name")
            yield f'the macro "{name}" shows what belongs to the page that it stands on: in the copy that is not the procedure'
