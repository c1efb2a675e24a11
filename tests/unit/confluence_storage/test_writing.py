"""What the bot writes reads back as it was meant, and words from people stay words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.document import Callout, Divider, Document, Heading, Item, Node, Paragraph, Quote, Run, Step, Table
from isms_bot.errors import Permanent
from isms_bot.model import BlockKind
from isms_bot_confluence.storage import COLOURS, Flavor, blocks, canonical, markup, parse, status, to_storage
from isms_bot_confluence.storage.writing import DEEPEST
from tests.unit.confluence_storage.pages import DOCUMENTS, HOSTILE, read, texts


def one(text: str, **style: Any) -> tuple[Run, ...]:
    return (Run(text, **style),)


def storage(*nodes: Node, flavor: Flavor = Flavor.CLOUD) -> str:
    return to_storage(Document(nodes), flavor)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        pytest.param(Heading(2, one("Steps")), "<h2>Steps</h2>", id="heading"),
        pytest.param(Paragraph(one("Do")), "<p>Do</p>", id="paragraph"),
        pytest.param(Paragraph(()), "<p />", id="empty paragraph"),
        pytest.param(Quote(one("Do")), "<blockquote><p>Do</p></blockquote>", id="quote"),
        pytest.param(Divider(), "<hr />", id="divider"),
        pytest.param(
            Callout(one("Do")),
            '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>Do</p></ac:rich-text-body></ac:structured-macro>',
            id="callout is an info panel",
        ),
        pytest.param(
            Table((((Run("Who"),), ()),)), "<table><tbody><tr><th><p>Who</p></th><th><p /></th></tr></tbody></table>", id="header"
        ),
        pytest.param(
            Table((((Run("Who"),),),), header=False), "<table><tbody><tr><td><p>Who</p></td></tr></tbody></table>", id="no header"
        ),
        pytest.param(Paragraph(one("x", bold=True, italic=True, code=True)), "<p><strong><em><code>x</code></em></strong></p>", id="styles"),
        pytest.param(Paragraph(one("", bold=True)), "<p />", id="no words, no style"),
        pytest.param(Paragraph(one("x", link="https://e.com/?a=1&b=2")), '<p><a href="https://e.com/?a=1&amp;b=2">x</a></p>', id="link"),
        pytest.param(Paragraph(one("x", link="javascript:alert(1)")), "<p>x</p>", id="an address that is none"),
        pytest.param(Paragraph(one("a\r\nb\nc\rd")), "<p>a<br />b<br />c<br />d</p>", id="line breaks"),
        pytest.param(Paragraph(one("a   b")), "<p>a&nbsp;&nbsp; b</p>", id="blanks"),
    ],
)  # fmt: skip
def test_every_kind_of_node_has_its_form(node: Node, expected: str) -> None:
    assert storage(node) == expected


@pytest.mark.parametrize(
    ("flavor", "attribute"), [(Flavor.CLOUD, "ri:account-id"), (Flavor.DATACENTER, "ri:userkey")], ids=["cloud", "dc"]
)
def test_people_are_named_by_the_id_of_the_platform(flavor: Flavor, attribute: str) -> None:
    made = storage(Paragraph((Run("For "), Run("ignored", account='5:a"b'))), flavor=flavor)
    assert made == f'<p>For <ac:link><ri:user {attribute}="5:a&quot;b" /></ac:link></p>'
    assert [block.text for block in blocks(made, page="7", names={'5:a"b': "Anna"})] == ["For Anna"]


def test_steps_are_native_tasks_numbered_in_reading_order() -> None:
    made = storage(
        Step(one("a"), True, (Step(one("b")), Step(one("c")))), Step(one("d")), Paragraph(one("x")), Step(one("e"))
    )
    assert [(block.id, block.text, block.depth, block.checked) for block in read(made)] == [
        ("7:task-1", "a", 0, True), ("7:task-2", "b", 1, False), ("7:task-3", "c", 1, False), ("7:task-4", "d", 0, False),
        ("7:line-1", "x", 0, False), ("7:task-5", "e", 0, False),
    ]  # fmt: skip
    assert made.count("<ac:task-list>") == 3
    assert "<ac:task-status>complete</ac:task-status>" in made


def test_lists_of_one_kind_stay_together_and_nest() -> None:
    made = storage(
        Item(one("a"), children=(Item(one("b"), numbered=True),)), Item(one("c")), Item(one("d"), numbered=True)
    )
    assert made == (
        "<ul><li><p>a</p><ol><li><p>b</p></li></ol></li><li><p>c</p></li></ul><ol><li><p>d</p></li></ol>"
    )  # fmt: skip


def nested(levels: int, kind: type[Step | Item]) -> Node:
    node: Node = kind(one("innermost"))
    for _ in range(levels - 1):
        node = kind(one("x"), children=(node,))
    return node


@pytest.mark.parametrize("kind", [Step, Item])
def test_as_deep_as_can_be_written_can_be_read(kind: type[Step | Item]) -> None:
    [*_, last] = read(storage(nested(DEEPEST, kind)))
    assert (last.text, last.depth) == ("innermost", DEEPEST - 1)


@pytest.mark.parametrize("levels", [DEEPEST + 1, 500])
@pytest.mark.parametrize("kind", [Step, Item])
def test_deeper_is_refused(kind: type[Step | Item], levels: int) -> None:
    with pytest.raises(Permanent, match="flatten it"):
        storage(nested(levels, kind))


@pytest.mark.parametrize("text", HOSTILE)
def test_words_from_people_stay_words(text: str) -> None:
    made = storage(
        Paragraph(one(text)), Step(one(text)), Item(one(text)), Heading(2, one(text)), Table(((one(text),),))
    )
    assert [block.kind for block in read(made)] == [
        BlockKind.TEXT, BlockKind.STEP, BlockKind.TEXT, BlockKind.HEADING, BlockKind.ROW,
    ]  # fmt: skip
    assert texts(made) == [text] * 5
    assert {element.name for element in parse(made).elements()} <= {
        "p", "ul", "li", "h2", "span", "table", "tbody", "tr", "th",
        "ac:task-list", "ac:task", "ac:task-id", "ac:task-status", "ac:task-body",
    }  # fmt: skip


def spoken(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Table(rows):
                yield from (" | ".join("".join(run.text for run in cell) for cell in row) for row in rows)
            case Divider():
                yield ""
            case Step(runs, _, children) | Item(runs, _, children):
                yield "".join(run.text for run in runs)
                yield from spoken(children)
            case Heading(_, runs) | Paragraph(runs) | Quote(runs) | Callout(runs):
                yield "".join(run.text for run in runs)


@given(DOCUMENTS)
def test_blocks_keep_the_words_of_any_document(document: Document) -> None:
    made = to_storage(document, Flavor.CLOUD)
    assert texts(made) == list(spoken(document.nodes))
    assert len({block.id for block in read(made)}) == len(read(made))


@given(DOCUMENTS)
def test_the_canonical_text_is_the_same_on_both_platforms_without_mentions(document: Document) -> None:
    assert canonical(to_storage(document, Flavor.CLOUD)) == canonical(to_storage(document, Flavor.DATACENTER))


# --- pieces -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colour", COLOURS)
def test_a_lozenge_has_a_colour(colour: str) -> None:
    assert status("Open", colour) == (
        f'<ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">{colour}</ac:parameter>'
        '<ac:parameter ac:name="title">Open</ac:parameter></ac:structured-macro>'
    )


@pytest.mark.parametrize("colour", ["", "grey", '"><p>'])
def test_a_lozenge_without_one_of_the_colours_is_grey(colour: str) -> None:
    assert status("a <b>", colour) == (
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">a &lt;b&gt;</ac:parameter></ac:structured-macro>'
    )


def test_a_day_is_one_that_people_can_pick() -> None:
    assert markup.day(date(2027, 1, 31)) == '<time datetime="2027-01-31" />'


@given(st.text(max_size=20))
def test_any_text_survives_in_cdata_and_attributes(text: str) -> None:
    made = f'<ac:x ac:name="{markup.attribute(text)}">{markup.cdata(text)}</ac:x>'
    [element] = parse(made).children
    kept = markup.sane(text)
    assert element.attribute("ac:name") == kept
    assert element.text == kept.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("url", ["https://e.com/x", "HTTP://e.com", "mailto:a@b.example"])
def test_addresses_of_the_web_and_of_mail_become_links(url: str) -> None:
    assert markup.usable(url) == url


@pytest.mark.parametrize(
    "url", [None, "", "javascript:x", "data:text/html,x", "//e.com", "https://", "https://a b", "x"]
)
def test_other_addresses_do_not(url: str | None) -> None:
    assert markup.usable(url) is None
