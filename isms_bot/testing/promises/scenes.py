"""Small scenes that many promises start from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from isms_bot.connector import Connector, Draft
from isms_bot.document import Document, Node, Paragraph, Run, Runs, Step
from isms_bot.model import Block, BlockKind, Content, Key, Page, PageRef, Source, Span, Value
from isms_bot.testing.under_test import WikiUnderTest

KEY = "restore-test/2027-01-31"
FORM = (
    "## Restore test",
    "Bring one file back from the backup.",
    "- [ ] Choose a file",
    "  - [ ] not older than a week",
    "  - [x] not yours",
    "- [ ] Restore it",
    "- Where did you put it?",
    "Name:",
    "Date:",
    "Signature:",
)


def words(text: str) -> Runs:
    """One plain run."""
    return (Run(text),)


def document(*texts: str) -> Document:
    """Paragraphs."""
    return Document(tuple(Paragraph(words(text)) for text in texts))


def steps(count: int, levels: int) -> Document:
    """`count` steps, nested `levels` deep over and over."""
    nodes: list[Node] = []
    for start in range(0, count, levels):
        node: Step | None = None
        for number in reversed(range(start, min(start + levels, count))):
            node = Step(words(f"step {number}"), checked=number % 3 == 0, children=(node,) if node else ())
        if node is not None:
            nodes.append(node)
    return Document(tuple(nodes))


def job(connector: Connector, key: Key = KEY, body: Document | None = None, **fields: Value) -> Page:
    """A job, made and with its mark complete."""
    page = connector.create(
        Draft(Source.JOBS, key, "Restore test, January", fields, body or document("Name:", "Signature:"))
    )
    return connector.update(page, {"status": "Open"})


def later(wiki: WikiUnderTest, **by: float) -> None:
    """Let time pass in the wiki: `later(wiki, minutes=5)`."""
    wiki.set_now(wiki.now + timedelta(**by))


def day(number: int) -> Span:
    """A day of January 2027 as a field holds it."""
    return Span(date(2027, 1, number))


def refs(pages: Iterable[Page]) -> list[PageRef]:
    """Their references, sorted."""
    return sorted(page.ref for page in pages)


def texts(content: Content, *kinds: BlockKind) -> list[str]:
    """The words of the blocks, of these kinds if any are given, blank ones left out."""
    return [block.text for block in content.blocks if block.text.strip() and (not kinds or block.kind in kinds)]


def block(content: Content, text: str) -> Block:
    """The first block that contains `text`. Raises StopIteration if there is none."""
    return next(one for one in content.blocks if text in one.text)


def silent(_: str) -> None:
    """A report that nobody reads."""
