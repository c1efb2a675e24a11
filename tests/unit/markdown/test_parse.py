"""What each piece of Markdown becomes."""

from __future__ import annotations

import pytest

from isms_bot.document import Callout, Divider, Document, Heading, Item, Node, Paragraph, Quote, Run, Runs, Step, Table
from isms_bot.markdown import parse, plain, render


def _runs(text: str) -> Runs:
    return (Run(text),)


def _paragraph(text: str) -> Paragraph:
    return Paragraph(_runs(text))


BLOCKS: dict[str, tuple[str, tuple[Node, ...]]] = {
    "heading 1": ("# One", (Heading(1, _runs("One")),)),
    "heading 3": ("### Three", (Heading(3, _runs("Three")),)),
    "deeper headings are level 3": ("##### Five", (Heading(3, _runs("Five")),)),
    "a hash without a blank is text": ("#tag", (_paragraph("#tag"),)),
    "wrapped lines are one paragraph": ("one\ntwo\n\nthree", (_paragraph("one two"), _paragraph("three"))),
    "windows line ends": ("one\r\n\r\ntwo", (_paragraph("one"), _paragraph("two"))),
    "form lines stand alone": (
        "Name:\nDate:\nSigned on:",
        (_paragraph("Name:"), _paragraph("Date:"), _paragraph("Signed on:")),
    ),
    "a year at the start of a wrapped line is no list": (
        "closed in\n2026. Then",
        (_paragraph("closed in 2026. Then"),),
    ),
    "an empty paragraph": ("a\n\n&nbsp;\n\nb", (_paragraph("a"), Paragraph(()), _paragraph("b"))),
    "steps": (
        "- [ ] one\n- [x] two\n* [X] three",
        (Step(_runs("one")), Step(_runs("two"), True), Step(_runs("three"), True)),
    ),
    "a step wrapped": ("- [ ] one\n  two", (Step(_runs("one two")),)),
    "steps nested by indentation": (
        "- [ ] a\n  - [ ] b\n    - c\n- [ ] d",
        (Step(_runs("a"), children=(Step(_runs("b"), children=(Item(_runs("c")),)),)), Step(_runs("d"))),
    ),
    "tabs indent": ("- a\n\t- b", (Item(_runs("a"), children=(Item(_runs("b")),)),)),
    "a paragraph below a step": ("- [ ] a\n\n  why", (Step(_runs("a"), children=(_paragraph("why"),)),)),
    "numbers": ("1. a\n2. b", (Item(_runs("a"), True), Item(_runs("b"), True))),
    "a list right after its sentence": ("We do\n- a", (_paragraph("We do"), Item(_runs("a")))),
    "quote": ("> a\n> b", (Quote(_runs("a b")),)),
    "callout": ("> [!note]\n> a\n> b", (Callout(_runs("a b")),)),
    "callout on one line": ("> [!TIP] a", (Callout(_runs("a")),)),
    "divider": ("a\n\n---\n\nb", (_paragraph("a"), Divider(), _paragraph("b"))),
    "table": (
        "| a | b |\n|---|:-:|\n| 1 | x \\| y |",
        (Table(((_runs("a"), _runs("b")), (_runs("1"), _runs("x | y")))),),
    ),
    "table without a header": ("| a |\n| b |", (Table(((_runs("a"),), (_runs("b"),)), header=False),)),
    "short rows are filled up": ("| a | b |\n|---|---|\n| 1 |", (Table(((_runs("a"), _runs("b")), (_runs("1"), ()))),)),
    "a pipe in code in a table": (
        "| `a\\|b` |\n|---|\n| c |",
        (Table((((Run("a|b", code=True),),), (_runs("c"),))),),
    ),
    "nothing": ("\n\n", ()),
}

LINES: dict[str, tuple[str, Runs]] = {
    "bold": ("a **b** c", (Run("a "), Run("b", bold=True), Run(" c"))),
    "italic": ("*a*b", (Run("a", italic=True), Run("b"))),
    "both": ("***a***", (Run("a", bold=True, italic=True),)),
    "one inside the other": (
        "**a *b* c**",
        (Run("a ", bold=True), Run("b", bold=True, italic=True), Run(" c", bold=True)),
    ),
    "code holds markup": ("`**a** [b](c)`", (Run("**a** [b](c)", code=True),)),
    "code with a backtick": ("`` a`b ``", (Run("a`b", code=True),)),
    "link": ("[a](https://x.example/b_(c))", (Run("a", link="https://x.example/b_(c)"),)),
    "bold in a link": ("[a **b**](u)", (Run("a ", link="u"), Run("b", bold=True, link="u"))),
    "link with blanks": ("[a](<u v>)", (Run("a", link="u v"),)),
    "mention": ("ask [@](mention:u-1).", (Run("ask "), Run("", account="u-1"), Run("."))),
    "line break": ("a<br>b", (Run("a\nb"),)),
    "escapes": (r"\*a\* \[b\] \\", (Run("*a* [b] \\"),)),
    "stars that multiply": ("2 * 3 * 4", (Run("2 * 3 * 4"),)),
    "a lonely star": ("*note", (Run("*note"),)),
    "a bracket that is no link": ("[x] and [y](z", (Run("[x] and [y](z"),)),
    "a lonely backtick": ("5` tall", (Run("5` tall"),)),
    "underscores are letters": ("snake_case_name", (Run("snake_case_name"),)),
}


@pytest.mark.parametrize(("markdown", "nodes"), BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks(markdown: str, nodes: tuple[Node, ...]) -> None:
    assert parse(markdown) == Document(nodes)


@pytest.mark.parametrize(("markdown", "runs"), LINES.values(), ids=LINES.keys())
def test_lines(markdown: str, runs: Runs) -> None:
    assert parse(markdown) == Document((Paragraph(runs),))


def test_what_is_written_reads_well() -> None:
    """The Markdown is what a person would write, not only what a machine can read back."""
    written = (
        "# Title\n\nWords with **weight** and [a link](https://x.example).\n\n"
        "- [ ] First\n  - [x] Below\n- [ ] Second\n\n1. One\n2. Two\n\n"
        "> [!note]\n> Mind this.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n---\n\nName:\n"
    )
    assert render(parse(written)) == written


def test_plain_words_have_a_line_per_block() -> None:
    markdown = "# T\n\n- [x] a\n  - b\n\n| c | d |\n\nsee [here](u), [@](mention:u1)\n\n---"
    assert plain(parse(markdown)) == "T\n[x] a\n  - b\nc | d\nsee here, @u1\n---"


@pytest.mark.parametrize(
    "text",
    [
        "# a",
        "#",
        "- a",
        "-",
        "---",
        "+ a",
        "* a",
        "***",
        "> a",
        "| a |",
        "1. a",
        "12) a",
        "- [ ] a",
        "&nbsp;",
        "[a](b)",
        "<br>",
    ],
)
def test_text_that_looks_like_markup_stays_text(text: str) -> None:
    """A line that a person or a title brings along never becomes a heading, a step or a table."""
    for node in (_paragraph(text), Item(_runs(text)), Step(_runs(text)), Quote(_runs(text)), Heading(2, _runs(text))):
        assert parse(render(Document((node, _paragraph(text))))) == Document((node, _paragraph(text)))


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("cell", ["---", ":-:", "a|b", "a\\", "\\|", "a\nb"])
def test_cells_that_look_like_a_table_stay_cells(cell: str, header: bool) -> None:
    table = Table(((_runs(cell),), (_runs(cell),)), header)
    assert parse(render(Document((table,)))) == Document((table,))
