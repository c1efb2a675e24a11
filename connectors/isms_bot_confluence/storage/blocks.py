"""The port's blocks of a body: what sign-off reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from isms_bot.model import Account, Block, BlockKind, PageRef
from isms_bot_confluence.storage.inline import Lookup, Pieces, line_words
from isms_bot_confluence.storage.outline import Line, outline
from isms_bot_confluence.storage.parse import parse

_TASK = ":task-"


def blocks(
    storage: str, *, page: PageRef, names: Mapping[Account, str], titles: Mapping[PageRef, str] | None = None
) -> tuple[Block, ...]:
    """The page in reading order, without the bot's two macros; authors and times are None (see `blame`).

    `names` are those of mentioned accounts and `titles` those of pages linked by id; both are asked only for what occurs, so they
    may look up lazily. Ids are the page's id with the task's id, with table and row, or with the number among the remaining lines: they
    stay the same while only texts change. Empty paragraphs are no blocks; a row's cells stand in its columns, "" where a merged
    cell goes on. Raises Permanent for a body that `parse` refuses.
    """
    known = Lookup(names=names, titles=titles or {})
    return from_lines(outline(parse(storage)), page, known)


def from_lines(lines: Iterable[Line], page: PageRef, known: Lookup) -> tuple[Block, ...]:
    """Blocks of lines that were read already."""
    made: list[Block] = []
    tasks: Counter[str] = Counter()
    number = 0
    for line in lines:
        if line.form == "mark":
            continue
        if line.kind is BlockKind.ROW:
            own = f"{page}:row-{line.place[0]}.{line.place[1]}"
        elif line.task:
            # Task ids are unique on a page once an editor has saved it, not before.
            tasks[line.task] += 1
            again = f"~{tasks[line.task]}" if tasks[line.task] > 1 else ""
            own = f"{page}{_TASK}{_plain(line.task)}{again}"
        else:
            number += 1
            own = f"{page}:line-{number}"
        cells = tuple(text(cell, known) for cell in line.cells)
        shown = " | ".join(cells) if line.kind is BlockKind.ROW else line_words(line.pieces, known)
        made.append(Block(own, line.kind, shown, line.depth, line.checked, cells))
    return tuple(made)


def task_of(block_id: str) -> str | None:
    """The task's id on its page (`localId` in the vendor's list of tasks) of a step's block, None for every other block."""
    _, found, task = block_id.partition(_TASK)
    return task if found else None


def text(lines: Sequence[Line], known: Lookup) -> str:
    """What people read in lines, a line of text each; of rows the cells side by side."""
    read = (
        " | ".join(text(cell, known) for cell in line.cells) if line.cells else line_words(line.pieces, known)
        for line in lines
        if line.form != "mark" and not line.echo
    )
    return "\n".join(part for part in read if part)


def mentions(storage: str) -> tuple[Account, ...]:
    """The accounts that a body mentions, each once, in order: those whose names `blocks` will ask for."""
    found = dict.fromkeys(account for line in outline(parse(storage)) for account in _accounts(line))
    return tuple(found)


def _accounts(line: Line) -> Iterable[Account]:
    yield from accounts(line.pieces)
    for cell in line.cells:
        for inner in cell:
            yield from _accounts(inner)


def accounts(pieces: Pieces) -> Iterable[Account]:
    """The accounts that are mentioned, in order."""
    return (piece.text for piece in pieces if piece.kind == "user")


def _plain(task: str) -> str:
    """The task's id without what divides it from a number behind it."""
    return task.replace("~", "~~")
