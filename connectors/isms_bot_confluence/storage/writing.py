"""The bot's own documents and messages as storage format."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, groupby

from isms_bot.document import Callout, Divider, Document, Heading, Item, Node, Paragraph, Quote, Run, Runs, Step
from isms_bot.errors import Permanent
from isms_bot_confluence.storage import markup
from isms_bot_confluence.storage.markup import Flavor

DEEPEST = 40
"""Levels of steps and items; what is written must be readable again (`parse.DEEPEST`, three elements a level)."""


def to_storage(document: Document, flavor: Flavor) -> str:
    """A document as the body of a page. Steps become native tasks, numbered 1 to n; nested ones stand in their parent's task.

    Raises Permanent for a document that nests deeper than `DEEPEST`.
    """
    return _Writer(flavor).nodes(document.nodes, 1)


def runs(content: Runs, flavor: Flavor) -> str:
    """Words in their styles."""
    return "".join(_run(run, flavor) for run in content)


def _run(run: Run, flavor: Flavor) -> str:
    if run.account:
        return markup.mention(run.account, flavor)
    words = markup.escape(run.text)
    for styled, tag in ((run.code, "code"), (run.italic, "em"), (run.bold, "strong")):
        words = f"<{tag}>{words}</{tag}>" if styled and words else words
    url = markup.usable(run.link)
    return f'<a href="{markup.attribute(url)}">{words}</a>' if url else words


class _Writer:
    """Writes nodes; counts tasks over the whole page."""

    def __init__(self, flavor: Flavor) -> None:
        self.flavor = flavor
        self.tasks = count(1)

    def nodes(self, nodes: Sequence[Node], level: int) -> str:
        """Nodes in order; neighbouring steps and items share a list."""
        if nodes and level > DEEPEST:
            raise Permanent(f"the document nests deeper than {DEEPEST} levels; flatten it")
        return "".join(self.group(list(group), level) for _, group in groupby(nodes, _list_of))

    def group(self, nodes: Sequence[Node], level: int) -> str:
        inside = "".join(self.node(node, level) for node in nodes)
        tag = _list_of(nodes[0])
        return f"<{tag}>{inside}</{tag}>" if tag else inside

    def node(self, node: Node, level: int) -> str:
        match node:
            case Heading(size, content):
                return f"<h{size}>{self.runs(content)}</h{size}>"
            case Paragraph(content):
                return self.paragraph(content)
            case Step(content, checked, children):
                return self.step(content, checked, children, level)
            case Item(content, _, children):
                return f"<li>{self.paragraph(content)}{self.nodes(children, level + 1)}</li>"
            case Quote(content):
                return f"<blockquote>{self.paragraph(content)}</blockquote>"
            case Callout(content):
                return markup.macro("info", body=self.paragraph(content))
            case Divider():
                return "<hr />"
        return self.table(node.rows, node.header)

    def runs(self, content: Runs) -> str:
        return runs(content, self.flavor)

    def paragraph(self, content: Runs) -> str:
        words = self.runs(content)
        return f"<p>{words}</p>" if words else "<p />"

    def step(self, content: Runs, checked: bool, children: Sequence[Node], level: int) -> str:
        # The number is taken before the children take theirs.
        number = next(self.tasks)
        status = "complete" if checked else "incomplete"
        body = f'<span class="placeholder-inline-tasks">{self.runs(content)}</span>{self.nodes(children, level + 1)}'
        return (
            f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
            f"<ac:task-body>{body}</ac:task-body></ac:task>"
        )

    def table(self, rows: Sequence[Sequence[Runs]], header: bool) -> str:
        made = (
            "".join(f"<{tag}>{self.paragraph(cell)}</{tag}>" for cell in row)
            for row, tag in ((row, "th" if header and at == 0 else "td") for at, row in enumerate(rows))
        )
        return f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in made)}</tbody></table>"


def _list_of(node: Node) -> str:
    """The element that holds neighbours of this kind, "" for none."""
    match node:
        case Step():
            return "ac:task-list"
        case Item(_, numbered, _):
            return "ol" if numbered else "ul"
    return ""
