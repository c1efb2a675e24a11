"""Pages of the bot that are lists: headings with lines below them, written once and never again, since people may write there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from isms_bot import texts
from isms_bot.document import Document, Heading, Item, Node, Runs
from isms_bot.effects.context import Pass
from isms_bot.effects.making import fresh
from isms_bot.errors import Denied, Gone, Permanent
from isms_bot.markdown import fill, parse
from isms_bot.model import Message, PageRef


def listed(run: Pass, sections: Iterable[tuple[str, Sequence[Message]]]) -> Document:
    """A heading (by the id of its sentence) and a line per message; sections without lines are left out."""
    nodes: list[Node] = []
    for heading, lines in sections:
        if lines:
            nodes.append(Heading(2, _runs(texts.message(heading, run.language))))
            nodes.extend(Item(_runs(line)) for line in lines)
    return Document(tuple(nodes))


def _runs(message: Message) -> Runs:
    node = fill(parse("{line}\n\nx"), {"line": message}).nodes[0]
    runs: Runs = node.runs  # type: ignore[union-attr]
    return runs


def close(run: Pass, ref: PageRef) -> None:
    """Let a page of this kind say that it is over; one that people have taken away is over as well."""
    try:
        run.show(fresh(run, ref), {"status": "Resolved"})
    except (Denied, Gone, Permanent) as refusal:
        run.unsettled.append(f"an earlier page: {refusal}")
