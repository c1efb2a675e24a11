"""Placeholders of pages get their values, and values stay values."""

from __future__ import annotations

import pytest

from isms_bot.document import Document, Item, Paragraph, Run
from isms_bot.errors import ConfigError
from isms_bot.markdown import Filling, codes, fill, link_codes, parse, placeholders, render
from isms_bot.model import Link, Mention, Text

VALUES: dict[str, tuple[str, Filling, str]] = {
    "text": ("Ask {x}.", "Ada", "Ask Ada."),
    "text keeps the style around it": ("**Ask {x}**", "Ada", "**Ask Ada**"),
    "a link": ("See {x}.", Link("Policy", "https://x.example"), "See [Policy](https://x.example)."),
    "a link in bold": ("**{x}**", Link("Policy", "u"), "**[Policy](u)**"),
    "a person": ("Ask {x}.", Mention("u1"), "Ask [@](mention:u1)."),
    "a message": ("{x}", (Text("ask "), Mention("u1")), "ask [@](mention:u1)"),
    "an address as text": ("[why]({x})", "https://x.example", "[why](https://x.example)"),
    "an address of a link": ("[why]({x})", Link("Objective", "u"), "[why](u)"),
    "in a step and below": ("- [ ] {x}\n  - {x}", "a", "- [ ] a\n  - a"),
    "in a table": ("| {x} |\n|---|\n| b |", "a", "| a |\n|---|\n| b |"),
    "blocks alone in a paragraph": ("a\n\n{x}\n\nb", parse("- [ ] c\n- d"), "a\n\n- [ ] c\n- d\n\nb"),
    "an empty text takes its paragraph away": ("a\n\n{x}\n\nb", "", "a\n\nb"),
    "an empty text inside a sentence": ("a{x}b", "", "ab"),
}


@pytest.mark.parametrize(("markdown", "value", "expected"), VALUES.values(), ids=VALUES.keys())
def test_a_value_takes_the_place_of_its_name(markdown: str, value: Filling, expected: str) -> None:
    filled = fill(parse(markdown), {"x": value, "unused": "never seen"})
    assert render(filled) == render(parse(expected))


def test_a_value_is_never_read_as_markup() -> None:
    """A title that a person chose cannot make boxes, links or further placeholders."""
    filled = fill(parse("{x}"), {"x": "**a** [b](c) {y}", "y": "no"})
    assert filled == Document((Paragraph((Run("**a** [b](c) {y}"),)),))


def test_code_is_left_alone() -> None:
    document = parse("Write `{x}` here")
    assert placeholders(document) == frozenset()
    assert fill(document, {}) == document


def test_placeholders_are_found_wherever_they_stand() -> None:
    markdown = "# {a}\n\n- [ ] {b}\n  - [c]({c})\n\n| {d} |\n|---|\n| {e} {f} |\n\n> [!note]\n> {g}\n\n---"
    assert placeholders(parse(markdown)) == frozenset("abcdefg")


def test_every_placeholder_without_a_value_is_named() -> None:
    with pytest.raises(ConfigError, match=r"(?s)\{b\}.*\{c\}"):
        fill(parse("{a} {b} {c}"), {"a": "1"})


@pytest.mark.parametrize("markdown", ["so {x}", "- {x}", "[a]({x})"])
def test_blocks_cannot_stand_inside_a_line(markdown: str) -> None:
    with pytest.raises(ConfigError):
        fill(parse(markdown), {"x": Document((Item((Run("a"),)),))})


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("See `a`.", "See [`a`](u).", id="in text"),
        pytest.param("- [ ] See `a`\n  - `a`", "- [ ] See [`a`](u)\n  - [`a`](u)", id="in a step and below"),
        pytest.param("| `a` |\n|---|\n| `b` |", "| [`a`](u) |\n|---|\n| `b` |", id="in a table"),
        pytest.param("See a, `a b` and `b`.", "See a, `a b` and `b`.", id="only whole codes that have an address"),
        pytest.param("See [`a`](v).", "See [`a`](v).", id="a link that is there stays"),
    ],
)
def test_code_that_has_an_address_leads_there(markdown: str, expected: str) -> None:
    assert link_codes(parse(markdown), {"a": "u"}) == parse(expected)


def test_what_is_set_as_code_is_found_wherever_it_stands() -> None:
    document = parse("See `a` and b.\n\n- [ ] `c`\n  - `d`\n\n| `e` | f |\n|---|---|\n| g | `h` |\n\n---\n")
    assert codes(document) == {"a", "c", "d", "e", "h"}
