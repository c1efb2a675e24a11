"""Storage is read with every position known, whatever stands in it, or refused with line and column."""

from __future__ import annotations

import pytest
from hypothesis import given

from isms_bot.errors import Permanent
from isms_bot_confluence.storage import Element, parse
from isms_bot_confluence.storage.parse import DEEPEST
from tests.unit.confluence_storage.pages import STORAGE


def slices(storage: str) -> list[tuple[str, str, str]]:
    tree = parse(storage)
    return [
        (one.name, tree.source[one.start : one.end].decode(), tree.source[one.inner : one.close].decode())
        for one in tree.elements()
    ]


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("only words", [], id="no element"),
        pytest.param("<p>é</p>", [("p", "<p>é</p>", "é")], id="bytes, not characters"),
        pytest.param("a<br/>b", [("br", "<br/>", "")], id="empty tag"),
        pytest.param("<p></p>", [("p", "<p></p>", "")], id="empty element"),
        pytest.param("<p >x</p >", [("p", "<p >x</p >", "x")], id="blanks in tags"),
        pytest.param("<p><br/></p>", [("p", "<p><br/></p>", "<br/>"), ("br", "<br/>", "")], id="empty tag at the end"),
        pytest.param("<a x='>' y=\">/>\">z</a>", [("a", "<a x='>' y=\">/>\">z</a>", "z")], id="brackets in attributes"),
        pytest.param("<a x='/'>z</a>", [("a", "<a x='/'>z</a>", "z")], id="a slash before the end of a tag"),
        pytest.param("<ac:b><![CDATA[<p>]]></ac:b>", [("ac:b", "<ac:b><![CDATA[<p>]]></ac:b>", "<![CDATA[<p>]]>")], id="CDATA"),
        pytest.param("<!-- <p> --><p/>", [("p", "<p/>", "")], id="comment"),
    ],
)  # fmt: skip
def test_positions_of_elements_are_those_in_the_text(storage: str, expected: list[tuple[str, str, str]]) -> None:
    assert slices(storage) == expected


def test_entities_of_html_and_characters_by_number_are_read() -> None:
    tree = parse("&nbsp;&rsquo;&amp;&lt;&gt;&quot;&#8217;&#x1F469;<![CDATA[&amp;]]>")
    assert "".join(str(node) for node in tree.children) == '\u00a0’&<>"’\U0001f469&amp;'


def test_prefixes_need_no_declaration_and_belong_to_names() -> None:
    [one] = parse('<ac:link at:x="1"><ri:user ri:userkey="k&quot;" /></ac:link>').children
    assert isinstance(one, Element)
    assert (one.name, one.attributes) == ("ac:link", {"at:x": "1"})
    user = one.child("ri:user")
    assert user is not None
    assert (user.attribute("ri:userkey"), user.attribute("ri:other"), one.child("p")) == ('k"', "", None)


@pytest.mark.parametrize(
    ("storage", "where"),
    [
        pytest.param("<p>", "line 1, column", id="not closed"),
        pytest.param("<p>a</b>", "line 1, column 7", id="closed by another"),
        pytest.param("<p>a</p>\n\n <b></i>", "line 3, column 7", id="on a later line"),
        pytest.param("</storage><storage>", "line 1", id="out of the root"),
        pytest.param("</storage>", "line 1", id="the root closed"),
        pytest.param("a &frobnicate; b", "line 1, column 3", id="unknown entity"),
        pytest.param("a & b", "line 1, column", id="bare ampersand"),
        pytest.param('<p a="1" a="2"/>', "line 1, column", id="attribute twice"),
        pytest.param("\x01", "line 1, column 1", id="control character"),
        pytest.param("\ud83d", "line 1, column 1", id="half of a surrogate pair"),
        pytest.param("<!DOCTYPE x [<!ENTITY a 'b'>]>", "line 1", id="entities of its own"),
        pytest.param("<p><![CDATA[", "line 1", id="open CDATA"),
    ],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused_with_its_place(storage: str, where: str) -> None:
    with pytest.raises(Permanent, match=f"no well-formed storage format: .+ at {where}"):
        parse(storage)


def test_five_hundred_levels_are_refused_with_their_place() -> None:
    with pytest.raises(Permanent, match=f"nests more than {DEEPEST} levels deep at line 1, column {DEEPEST * 5 + 1}"):
        parse("<div>" * 500 + "</div>" * 500)


def test_as_many_levels_as_are_allowed_are_read() -> None:
    tree = parse("<div>" * DEEPEST + "x" + "</div>" * DEEPEST)
    assert len(list(tree.elements())) == DEEPEST


@given(STORAGE)
def test_whatever_is_cut_out_and_put_back_leaves_the_text_as_it_was(storage: str) -> None:
    tree = parse(storage)
    edits = [(one.start, one.end, tree.source[one.start : one.end].decode()) for one in tree.elements()]
    assert tree.spliced(edits) == tree.spliced(()) == storage


def test_edits_are_put_in_by_place_and_one_within_another_is_left_out() -> None:
    tree = parse("<p>a</p><p>b<br/></p>")
    first, second, inner = tree.elements()
    edits = [(inner.start, inner.end, "?"), (second.start, second.end, "2"), (first.inner, first.close, "ü")]
    assert tree.spliced(edits) == "<p>ü</p>2"
