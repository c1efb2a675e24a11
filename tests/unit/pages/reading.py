"""Pages of the shipped packs as tests look at them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from isms_bot.document import Document, Heading, Node, Paragraph, Run, Step, Table
from isms_bot.markdown import parse, plain
from isms_bot.model import Block, BlockKind
from isms_bot.packs import PackPage

VERBS = {
    "Accept", "Accompany", "Add", "Agree", "Answer", "Archive", "Ask", "Attach", "Book", "Build", "Buy", "Call",
    "Change", "Check", "Choose", "Close", "Collect", "Compare", "Confirm", "Connect", "Copy", "Correct", "Count",
    "Decide", "Delete", "Describe", "Destroy", "Dial", "Disable", "Do", "Draw", "Encrypt", "Enter", "Erase",
    "Estimate", "Export", "Fetch", "Find", "Follow", "Get", "Give", "Go", "Group", "Hand", "Have", "Install",
    "Judge", "Keep", "Learn", "List", "Lock", "Look", "Make", "Mark", "Move", "Name", "Narrow", "Note", "Offer",
    "Open", "Pack", "Pass", "Play", "Present", "Pull", "Put", "Raise", "Read", "Recall", "Redirect", "Refuse",
    "Remind", "Remove", "Repair", "Replace", "Report", "Restore", "Ring", "Run", "Save", "Say", "Scan", "Search",
    "See", "Send", "Set", "Show", "Shut", "Sit", "Sort", "Stand", "Start", "Stop", "Store", "Study", "Suggest",
    "Switch", "Take", "Tell", "Test", "Thank", "Throw", "Trace", "Trigger", "Try", "Turn", "Walk", "Warm", "Work",
    "Write",
}  # fmt: skip
"""What steps begin with."""


@cache
def _parsed(body: str) -> Document:
    return parse(body)


def document(page: PackPage) -> Document:
    """The page, read once."""
    return _parsed(page.body)


def lines(page: PackPage) -> list[str]:
    """The words of a page, a line per block."""
    return plain(document(page)).split("\n")


def steps(page: PackPage) -> list[str]:
    """The words of its steps."""
    return ["".join(run.text for run in node.runs) for node in document(page).nodes if isinstance(node, Step)]


def headings(page: PackPage) -> list[str]:
    """The words of its headings."""
    return ["".join(run.text for run in node.runs) for node in document(page).nodes if isinstance(node, Heading)]


def runs(nodes: tuple[Node, ...]) -> Iterator[Run]:
    """Every run, those in cells and below items included."""
    for node in nodes:
        if isinstance(node, Table):
            yield from (run for row in node.rows for cell in row for run in cell)
        yield from getattr(node, "runs", ())
        yield from runs(getattr(node, "children", ()))


def codes(page: PackPage) -> list[str]:
    """What the page sets as code, in its order."""
    return [run.text for run in runs(document(page).nodes) if run.code]


def tables(page: PackPage) -> list[list[dict[str, str]]]:
    """Every table with a header: its rows as words by the words of the header."""
    return [_rows(node) for node in document(page).nodes if isinstance(node, Table) and node.header]


def _rows(table: Table) -> list[dict[str, str]]:
    head, *rows = [["".join(run.text for run in cell) for cell in row] for row in table.rows]
    return [dict(zip(head, row, strict=True)) for row in rows]


def blocks(page: PackPage) -> list[Block]:
    """The page as a wiki would give it back."""
    found: list[Block] = []
    for number, node in enumerate(document(page).nodes):
        kinds = {Step: BlockKind.STEP, Heading: BlockKind.HEADING, Paragraph: BlockKind.TEXT}
        text = plain(Document((node,)))
        if isinstance(node, Table):
            rows = (tuple(row.split(" | ")) for row in text.split("\n"))
            found += (Block(f"{number}.{at}", BlockKind.ROW, "", cells=cells) for at, cells in enumerate(rows))
            continue
        if isinstance(node, Step):
            text = "".join(run.text for run in node.runs)
        found.append(Block(str(number), kinds.get(type(node), BlockKind.OTHER), text))
    return found
