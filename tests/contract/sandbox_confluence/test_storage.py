"""What the sites make of storage, and how it is shown."""

from __future__ import annotations

from itertools import count

import pytest

from isms_bot.sandbox.confluence import lines, storage, xhtml
from isms_bot.sandbox.confluence.model import CLOUD, DATACENTER, Flavor


def kept(sent: str, flavor: Flavor = CLOUD, *, editor: bool = False) -> str:
    numbers = count(1)
    return storage.rewritten(sent, flavor, lambda: f"u{next(numbers)}", editor=editor)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "plain words",
        "<p>a &amp; b &nbsp; &ldquo;c&rdquo; ü 😀</p>\n<p/>".replace("<p/>", "<p />"),
        '<p style="x">  spaces\tand <em>tags</em> </p>',
        "<ac:structured-macro ac:name='x' ac:schema-version='1' ac:macro-id='m'><ac:plain-text-body>"
        "<![CDATA[<br/> <b>]]></ac:plain-text-body></ac:structured-macro>",
        '<p><a href="https://e.x/?a=1&amp;b=<2>">x</a></p>'.replace("<2>", "&lt;2&gt;"),
        "<!-- a <comment/> --><hr />",
    ],
)
def test_what_needs_no_ids_is_kept_byte_for_byte(sent: str) -> None:
    assert kept(sent) == sent


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("<p>a<br/>b</p>", "<p>a<br />b</p>"),
        ('<ri:user ri:account-id="1"/>', '<ri:user ri:account-id="1" />'),
        (
            '<ac:structured-macro ac:name="toc"/>',
            '<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="u1" />',
        ),
        (
            "<ac:task><ac:task-id>7</ac:task-id><ac:task-body>x</ac:task-body></ac:task>",
            "<ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>u1</ac:task-uuid><ac:task-body>x</ac:task-body></ac:task>",
        ),
        (
            "<ac:task><ac:task-body>x</ac:task-body></ac:task>",
            "<ac:task><ac:task-id>1</ac:task-id><ac:task-uuid>u1</ac:task-uuid><ac:task-body>x</ac:task-body></ac:task>",
        ),
    ],
    ids=["break", "empty element", "macro", "task", "task without a number"],
)
def test_cloud_adds_ids_and_spaces(sent: str, stored: str) -> None:
    assert kept(sent) == stored
    assert kept(stored) == stored


def test_data_center_gives_tasks_no_uuid() -> None:
    sent = "<ac:task><ac:task-id>7</ac:task-id><ac:task-body>x</ac:task-body></ac:task>"
    assert kept(sent, DATACENTER) == sent


def test_the_editor_of_cloud_adds_local_ids() -> None:
    assert kept("<p>a</p>", editor=True) == '<p local-id="u1">a</p>'
    assert kept("<p>a</p>", DATACENTER, editor=True) == "<p>a</p>"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("<p>", "mismatched tag"),
        ("<p><b></p></b>", "mismatched tag"),
        ("a & b", "not well-formed"),
        ("<p>&unknown;</p>", "undefined entity"),
        ("<x:p>a</x:p>", "unbound prefix"),
        ('<p a="1" a="2"/>', "duplicate attribute"),
        ("</r><r>", "junk after document element"),
    ],
)
def test_storage_that_is_not_well_formed_is_refused(sent: str, said: str) -> None:
    with pytest.raises(xhtml.Malformed, match=said):
        kept(sent)


def test_a_place_is_told_by_row_and_column() -> None:
    with pytest.raises(xhtml.Malformed, match=r"\[2,6\]"):
        kept("<p>fine</p>\n<p></b>")


def names(account: str) -> str:
    return {"1": "Mira"}.get(account, "?")


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("a &amp; b&nbsp;c", "a & b c"),
        ('<ac:link><ri:user ri:account-id="1" /></ac:link>', "@Mira"),
        ('<ac:link><ri:user ri:userkey="1" /></ac:link>', "@Mira"),
        ('<time datetime="2026-12-01" />', "2026-12-01"),
        ('<ac:link><ri:page ri:content-title="T" /></ac:link>', "T"),
        (
            '<ac:link><ri:page ri:content-title="T" /><ac:plain-text-link-body><![CDATA[a <b>]]></ac:plain-text-link-body></ac:link>',
            "a <b>",
        ),
        (
            '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">Done</ac:parameter></ac:structured-macro>',
            "Done",
        ),
        ('<ac:image><ri:attachment ri:filename="x.png"/></ac:image>', "x.png"),
        ('<ac:inline-comment-marker ac:ref="r">marked</ac:inline-comment-marker> words', "marked words"),
        ("one<br/>two", "one\ntwo"),
    ],
)
def test_a_line_reads_as_people_read_it(inner: str, text: str) -> None:
    assert [block.text for block in lines.blocks(f"<p>{inner}</p>", names)] == [text]


def test_every_kind_of_block_is_a_line() -> None:
    body = (
        "<h2>H</h2><p>P</p><ul><li>U<ul><li><p>V</p></li></ul></li></ul><ol><li>O</li></ol><blockquote>Q</blockquote><hr/>"
        "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>"
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>I</p></ac:rich-text-body></ac:structured-macro>'
        '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">X</ac:parameter>'
        "<ac:rich-text-body><p>Y</p></ac:rich-text-body></ac:structured-macro>"
        '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[C]]></ac:plain-text-body></ac:structured-macro>'
        '<ac:structured-macro ac:name="toc"/>'
        "<ac:layout><ac:layout-section><ac:layout-cell><p>L</p></ac:layout-cell></ac:layout-section></ac:layout>tail"
    )
    found = [(block.type, block.text, block.depth) for block in lines.blocks(body, names)]
    assert found == [
        ("heading_2", "H", 0),
        ("paragraph", "P", 0),
        ("bulleted_list_item", "U", 0),
        ("bulleted_list_item", "V", 1),
        ("numbered_list_item", "O", 0),
        ("quote", "Q", 0),
        ("divider", "", 0),
        ("table_row", "A | B", 0),
        ("table_row", "1 | 2", 0),
        ("callout", "I", 0),
        ("toggle", "X", 0),
        ("paragraph", "Y", 1),
        ("code", "C", 0),
        ("macro", "toc", 0),
        ("paragraph", "L", 0),
        ("paragraph", "tail", 0),
    ]


def test_lines_written_are_the_lines_read() -> None:
    said = ["# One", "## Two", "- [ ] a", "  - [x] b", "- c", "  1. d", "> e", "---", "f"]
    assert [block.line for block in lines.blocks(lines.to_storage(said), names)] == said


def test_tasks_are_numbered_on() -> None:
    first = lines.to_storage(["- [ ] a", "- [ ] b"])
    assert lines.next_task(first) == 3
    assert "<ac:task-id>3</ac:task-id>" in lines.to_storage(["- [ ] c"], lines.next_task(first))


def test_links_by_title_follow_within_their_space_only() -> None:
    link = '<ac:link><ri:page {}ri:content-title="A &amp; B" /></ac:link>'
    here, there = link.format(""), link.format('ri:space-key="OTHER" ')
    renamed = storage.relinked(here + there, "A & B", "C", "ISMS")
    assert renamed == here.replace("A &amp; B", "C") + there


def test_words_are_marked_by_their_count() -> None:
    body = "<p>the list, the list</p>"
    assert storage.marked(body, "the list", "r", 1) == (
        '<p>the list, <ac:inline-comment-marker ac:ref="r">the list</ac:inline-comment-marker></p>'
    )
    assert storage.marked(body, "the list", "r", 2) is None
    assert storage.marked("<p>a <em>b</em></p>", "a b", "r") is None


def test_a_table_in_a_cell_is_no_part_of_the_outer_one() -> None:
    inner = "<table><tbody><tr><th>x</th><td>y</td></tr></tbody></table>"
    outer = f"<table><tbody><tr><th>Label</th><td>{inner}</td></tr></tbody></table>"
    found = [(block.text, block.depth) for block in lines.blocks(outer, names)]
    assert found == [("Label | xy", 0), ("x | y", 1)]
    macro = (
        f'<ac:structured-macro ac:name="details"><ac:rich-text-body>{outer}</ac:rich-text-body></ac:structured-macro>'
    )
    assert [row.label for row in lines.rows(macro, names)] == ["Label"]
