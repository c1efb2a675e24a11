"""Corners of the dialect that no page of ours walks into, but a person's page may."""

from __future__ import annotations

import pytest

from isms_bot.document import Divider, Document, Node, Paragraph, Run, Table
from isms_bot.markdown import fill, parse, plain

READ: dict[str, tuple[str, Node]] = {
    "four stars are only stars": ("a ****b**** c", Paragraph((Run("a ****b**** c"),))),
    "stars after a blank close nothing": ("*a * b*", Paragraph((Run("a * b", italic=True),))),
    "stars that nothing closes": ("2 *3", Paragraph((Run("2 *3"),))),
    "a bracket inside a bracket is no link": ("[a [b](u)", Paragraph((Run("[a "), Run("b", link="u")))),
    "a row without its last pipe": (
        "| a | b\n|---|---|\n| c | d",
        Table((((Run("a"),), (Run("b"),)), ((Run("c"),), (Run("d"),))), True),
    ),
}


@pytest.mark.parametrize(("markdown", "expected"), READ.values(), ids=READ.keys())
def test_it_reads_as(markdown: str, expected: Node) -> None:
    assert parse(markdown) == Document((expected,))


def test_a_divider_is_filled_as_it_is() -> None:
    assert fill(Document((Divider(),)), {}) == Document((Divider(),))


def test_a_divider_and_a_table_have_plain_words() -> None:
    assert plain(parse("| a | b |\n|---|---|\n| c | d |\n\n---")) == "a | b\nc | d\n---"
