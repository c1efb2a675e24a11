"""Sign-off reads a page as people see it: lines in order, boxes, rows; whatever the editor wraps them in."""

from __future__ import annotations

import pytest
from hypothesis import given

from isms_bot.errors import Permanent
from isms_bot.layout import BY_SOURCE
from isms_bot.model import BlockKind, Source
from isms_bot_confluence.storage import blocks, canonical, fresh, mentions, render_details, render_mark, task_of
from isms_bot_confluence.storage.markup import Flavor
from isms_bot_confluence.storage.parse import DEEPEST
from tests.unit.confluence_storage.pages import STORAGE, macro, read, table, task, tasks, texts

MENTION = '<ac:link><ri:user ri:account-id="557058:a" ri:local-id="1" /></ac:link>'


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("loose", ["loose"], id="words without an element"),
        pytest.param("<p>a</p><p />\n<p> &nbsp; </p><p>\u200b</p><p>b</p>", ["a", "b"], id="empty paragraphs are no blocks"),
        pytest.param("<p>Name:<br />Date:<br/><br/>Signature: x<br/></p>", ["Name:", "Date:", "Signature: x"], id="a line after a break"),
        pytest.param("<p><strong>Name:<br/>Date</strong>: 1</p>", ["Name:", "Date: 1"], id="a break inside a style"),
        pytest.param("<p>a\n\t b&nbsp;&nbsp;c <em> d</em></p>", ["a b  c d"], id="white space as a browser shows it"),
        pytest.param("<p>Na<b>me</b>: <u><s>A</s></u>nna</p>", ["Name: Anna"], id="runs are joined"),
        pytest.param("<blockquote><p>a</p><p>b</p></blockquote>", ["a", "b"], id="quote"),
        pytest.param("<h1>A<br/>B</h1>", ["A", "B"], id="heading on two lines"),
        pytest.param("<pre>a\n  b<br/>c</pre>", ["a\n  b\nc"], id="preformatted"),
        pytest.param(macro("code", title="x").replace("</ac:structured-macro>", "<ac:plain-text-body><![CDATA[a\n <p>]]></ac:plain-text-body></ac:structured-macro>"), ["x", "a\n <p>"], id="code"),
        pytest.param("<p>a</p><hr/><p>b</p>", ["a", "", "b"], id="a rule has no words"),
        pytest.param("<div><p>a</p>b<div>c</div></div>", ["a", "b", "c"], id="divisions"),
        pytest.param("<p>a<span>b<p>c</p></span></p>", ["a", "b", "c"], id="a paragraph inside a style"),
        pytest.param('<a href="https://e.com"><p>c</p></a>', ["c"], id="a paragraph inside a link"),
        pytest.param("<ul>a<li>b</li></ul><ac:task-list>c</ac:task-list><table><caption>d</caption><tr><td>e</td></tr></table>", ["a", "b", "c", "d", "e"], id="words where none belong"),
        pytest.param("<p>a <ac:task-id>9</ac:task-id><ac:task-status>complete</ac:task-status>b</p>", ["a b"], id="parts of a task that got lost"),
        pytest.param("<dl><dt>Name:</dt><dd>Anna</dd></dl>", ["Name:", "Anna"], id="definitions"),
        pytest.param('<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>a</p></ac:layout-cell><ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>', ["a", "b"], id="columns"),
        pytest.param(macro("info", "<p>a</p>"), ["a"], id="panel"),
        pytest.param(macro("frobnicate", "<p>a</p>" + macro("x", "<p>b</p>")), ["a", "b"], id="unknown macros"),
        pytest.param("<p>a</p>" + macro("toc", maxLevel="2"), ["a", ""], id="a macro without words"),
        pytest.param("<p>Due " + macro("status", title="OPEN", colour="Blue") + "!</p>", ["Due OPEN!"], id="lozenge"),
        pytest.param("<p>See " + macro("jira", key="A-1", server="x") + "</p>", ["See A-1"], id="issue"),
        pytest.param('<p>By <time datetime="2027-01-31" /></p>', ["By 2027-01-31"], id="date"),
        pytest.param("<p>Name: <ac:placeholder>your name</ac:placeholder></p>", ["Name:"], id="a hint is nothing written"),
        pytest.param('<p>a <ac:emoticon ac:name="blue-star" ac:emoji-shortname=":x:" ac:emoji-fallback="👩🏽‍💻" /></p>', ["a 👩🏽‍💻"], id="emoji"),
        pytest.param('<p><ac:emoticon ac:name="tick" /><ac:emoticon ac:name="smile" ac:emoji-fallback=":smile:" /></p>', ["✓:smile:"], id="emoticons"),
        pytest.param('<p>a<ac:inline-comment-marker ac:ref="1">b</ac:inline-comment-marker>c</p>', ["abc"], id="words with a comment beside them"),
        pytest.param("<p>a <ac:unknown><b>b</b></ac:unknown></p>", ["a b"], id="unknown element in a line"),
        pytest.param("<ac:unknown><p>b</p></ac:unknown>", ["b"], id="unknown element around lines"),
        pytest.param(
            '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
            "<ac:adf-content><p>a</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>a</p></ac:adf-fallback></ac:adf-extension>",
            ["a"], id="a panel of the new editor, once",
        ),
    ],
)  # fmt: skip
def test_lines_read_as_people_see_them(storage: str, expected: list[str]) -> None:
    assert texts(storage) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param('<a href="https://e.com">words</a>', "words", id="web"),
        pytest.param("<a>words</a>", "words", id="leading nowhere"),
        pytest.param('<ac:link><ri:page ri:content-title="T" /></ac:link>', "T", id="page by title"),
        pytest.param('<ac:link><ri:page ri:content-title="T" /><ac:plain-text-link-body><![CDATA[a <b>]]></ac:plain-text-link-body></ac:link>', "a <b>", id="page, plain words"),
        pytest.param('<ac:link ac:anchor="x"><ri:page ri:content-title="T" /><ac:link-body>a <b>b</b></ac:link-body></ac:link>', "a b", id="page, styled words"),
        pytest.param('<ac:link><ri:content-entity ri:content-id="12" /></ac:link>', "Title of 12", id="page by id"),
        pytest.param('<ac:link><ri:content-entity ri:content-id="13" /></ac:link>', "13", id="page by id, unknown"),
        pytest.param('<ac:link><ri:attachment ri:filename="a.pdf" /></ac:link>', "a.pdf", id="file"),
        pytest.param('<ac:link ac:anchor="top"><ac:link-body> </ac:link-body></ac:link>', "top", id="anchor"),
        pytest.param('<ac:link><ri:shortcut ri:key="jira" ri:parameter="A-1"/></ac:link>', "ri:key=jira ri:parameter=A-1", id="shortcut"),
        pytest.param(MENTION, "Anna", id="person"),
        pytest.param('<ac:link><ri:user ri:userkey="k1" /></ac:link>', "k1", id="person without a known name"),
        pytest.param('<ac:link><ri:user /></ac:link>', "", id="person who is gone"),
        pytest.param('<ac:image ac:alt="A chart"><ri:attachment ri:filename="a.png" /></ac:image>', "A chart", id="image with a description"),
        pytest.param('<ac:image><ri:attachment ri:filename="a.png" /></ac:image>', "a.png", id="attached image"),
        pytest.param('<ac:image><ri:url ri:value="https://e.com/x/b%20c.png?v=1" /></ac:image>', "b c.png", id="image of the web"),
        pytest.param('<ac:image><ri:url ri:value="https://[e.com/b.png" /><ac:caption><p>Ours</p></ac:caption></ac:image>', "Ours", id="image with a caption"),
        pytest.param('<ac:image />', "", id="image of nothing"),
    ],
)  # fmt: skip
def test_what_leads_elsewhere_reads_as_its_words(link: str, expected: str) -> None:
    found = blocks(f"<p>to {link}</p>", page="7", names={"557058:a": "Anna"}, titles={"12": "Title of 12"})
    assert [block.text for block in found] == [f"to {expected}".strip()]


@pytest.mark.parametrize(
    ("storage", "kind"),
    [
        pytest.param("<p>a</p>", BlockKind.TEXT, id="text"),
        pytest.param("<h4>a</h4>", BlockKind.HEADING, id="heading"),
        pytest.param("<hr />", BlockKind.OTHER, id="rule"),
        pytest.param('<p> <ac:image><ri:attachment ri:filename="a.png" /></ac:image></p>', BlockKind.OTHER, id="only an image"),
        pytest.param('<p>a <ac:image><ri:attachment ri:filename="a.png" /></ac:image></p>', BlockKind.TEXT, id="an image in a text"),
        pytest.param(macro("toc"), BlockKind.OTHER, id="a macro without words"),
        pytest.param(macro("status", title="OPEN"), BlockKind.TEXT, id="a lozenge"),
        pytest.param(f"<p>{MENTION}</p>", BlockKind.TEXT, id="a mention"),
        pytest.param("<p><ac:placeholder>x</ac:placeholder></p>", BlockKind.OTHER, id="a hint"),
        pytest.param(tasks(task(1, "a")), BlockKind.STEP, id="step"),
        pytest.param(table("<td>a</td>"), BlockKind.ROW, id="row"),
        pytest.param("<ul><li>a</li></ul>", BlockKind.TEXT, id="item"),
    ],
)  # fmt: skip
def test_kinds_are_told_apart(storage: str, kind: BlockKind) -> None:
    assert [block.kind for block in read(storage)] == [kind]


# --- nesting ----------------------------------------------------------------------------------------------------------


def depths(storage: str) -> list[tuple[str, int]]:
    return [(block.text, block.depth) for block in read(storage)]


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        pytest.param("<ul><li>a<ul><li>b</li></ul></li>\n<li>c</li></ul>", [("a", 0), ("b", 1), ("c", 0)], id="a list in an item"),
        pytest.param("<ul><li>a</li><ul><li>b</li></ul></ul>", [("a", 0), ("b", 1)], id="a list beside the item"),
        pytest.param("<ol><li><p>a<br/>b</p><p>c</p></li></ol>", [("a", 0), ("b", 1), ("c", 1)], id="more lines in an item"),
        pytest.param("<ul><li><ul><li>b</li></ul></li></ul>", [("", 0), ("b", 1)], id="an item without words"),
        pytest.param("<ul><li> <p/><p>b</p></li></ul>", [("", 0), ("b", 1)], id="an item that begins with an empty line"),
        pytest.param("<ul><li><div><p>a</p></div><hr/></li></ul>", [("a", 0), ("", 1)], id="wrapped words"),
        pytest.param(tasks(task(1, "a", more=tasks(task(2, "b", more=tasks(task(3, "c")))))), [("a", 0), ("b", 1), ("c", 2)], id="tasks in the body of a task"),
        pytest.param(tasks(task(1, "a"), tasks(task(2, "b"), tasks(task(3, "c"))), task(4, "d")), [("a", 0), ("b", 1), ("c", 2), ("d", 0)], id="tasks beside a task"),
        pytest.param(tasks(task(1, "a<br/>n/a: none", more="<p>b</p>")), [("a", 0), ("n/a: none", 1), ("b", 1)], id="lines under a step"),
        pytest.param(tasks("<ac:task><ac:task-body>a <span>b<ac:task-list><ac:task /></ac:task-list></span></ac:task-body></ac:task>"), [("a", 0), ("b", 1), ("", 1)], id="a list inside a style"),
        pytest.param(task(1, "a", more="<p>b</p>"), [("a", 0), ("b", 1)], id="a task outside a list"),
        pytest.param(macro("expand", "<p>a</p>", title="More"), [("More", 0), ("a", 1)], id="under a title"),
        pytest.param(macro("expand", "<p>a</p>", title=" "), [("a", 0)], id="under an empty title"),
        pytest.param("<blockquote><ul><li>a</li></ul></blockquote>", [("a", 0)], id="a quote is no level"),
    ],
)  # fmt: skip
def test_what_stands_in_an_item_is_deeper(storage: str, expected: list[tuple[str, int]]) -> None:
    assert depths(storage) == expected


def test_a_step_is_ticked_if_the_editor_says_complete() -> None:
    storage = tasks(task(1, "a", done=True), task(2, "b"), "<ac:task><ac:task-body>c</ac:task-body></ac:task>")
    assert [(block.text, block.checked) for block in read(storage)] == [("a", True), ("b", False), ("c", False)]


# --- tables -----------------------------------------------------------------------------------------------------------


def cells(storage: str) -> list[tuple[str, ...]]:
    return [block.cells for block in read(storage) if block.kind is BlockKind.ROW]


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        pytest.param(table("<th>A</th><th>B</th>", "<td><p>1</p></td><td />"), [("A", "B"), ("1", "")], id="plain"),
        pytest.param("<table><thead><tr><th>A</th></tr></thead><tr><td>1</td></tr><tfoot><tr><td>2</td></tr></tfoot></table>", [("A",), ("1",), ("2",)], id="parts of a table"),
        pytest.param(table("<td><p>1</p><ul><li>2</li><li>3<br/>4</li></ul></td>"), [("1\n2\n3\n4",)], id="lines in a cell"),
        pytest.param(table("<td>a | b</td><td>c</td>"), [("a | b", "c")], id="a bar in a cell"),
        pytest.param(table('<td colspan="2">a</td><td>b</td>'), [("a", "", "b")], id="over columns"),
        pytest.param(table('<td rowspan="2">a</td><td>b</td>', "<td>c</td>", "<td>d</td><td>e</td>"), [("a", "b"), ("", "c"), ("d", "e")], id="over rows"),
        pytest.param(table('<td>a</td><td rowspan="3">b</td>', "<td>c</td>", "<td>d</td>"), [("a", "b"), ("c", ""), ("d", "")], id="over rows at the end"),
        pytest.param(table('<td rowspan="2" colspan="2">a</td><td>b</td>', "<td>c</td>"), [("a", "", "b"), ("", "", "c")], id="over both"),
        pytest.param(table('<td colspan="x">a</td><td rowspan="-1">b</td><td colspan="0">c</td>'), [("a", "b", "c")], id="spans that are none"),
        pytest.param(table("<td>a" + table("<td>b</td><td>c</td>") + "</td><td>d</td>"), [("a\nb | c", "d"), ("b", "c")], id="a table in a cell"),
        pytest.param("<table>\n<tbody>\n<tr>\n<td>a</td>\n</tr>\n</tbody>\n</table>", [("a",)], id="white space between"),
        pytest.param("<table><tbody><tr /></tbody></table>", [()], id="a row without cells"),
    ],
)  # fmt: skip
def test_rows_are_cells_in_their_columns(storage: str, expected: list[tuple[str, ...]]) -> None:
    assert cells(storage) == expected


def test_a_cell_that_claims_to_span_the_world_costs_nothing() -> None:
    storage = table(*['<td colspan="9999" rowspan="9999">a</td><td rowspan="9">b</td>'] * 1000)
    found = cells(storage)
    assert (found[0][0], found[0][-1], len(found[0])) == ("a", "b", 65)
    assert {row[-2:] for row in found[1:]} == {("a", "b")}
    assert sum(map(len, found)) < 70_000


def test_steps_in_cells_follow_the_table_so_that_its_rows_stay_together() -> None:
    storage = table(
        "<th>Name</th><th>Done</th>", f"<td>Anna</td><td>{tasks(task(4, 'read', done=True))}</td>", "<td>Ben</td><td />"
    )
    assert [(block.kind.value, block.text, block.depth, block.checked, block.id) for block in read(storage + "<p>x</p>")] == [
        ("row", "Name | Done", 0, False, "7:row-1.1"),
        ("row", "Anna | read", 0, False, "7:row-1.2"),
        ("row", "Ben | ", 0, False, "7:row-1.3"),
        ("step", "read", 1, True, "7:task-4"),
        ("text", "x", 0, False, "7:line-1"),
    ]  # fmt: skip


def test_tables_in_cells_follow_it_each_with_its_rows_together() -> None:
    inner = table("<td>c</td>", f"<td>{tasks(task(1, 'd'))}</td>")
    storage = table(
        f"<td>a{table(f'<td>b{inner}</td>', '<td>e</td>')}</td>",
        f"<td>{tasks(task(2, 'f', more=tasks(task(3, 'g'))))}</td>",
    )
    found = [(block.kind.value, block.text.replace("\n", "/"), block.depth) for block in read(storage)]
    assert found == [
        ("row", "a/b/c/d/e", 0), ("row", "f/g", 0),
        ("row", "b/c/d", 1), ("row", "e", 1), ("row", "c", 2), ("row", "d", 2), ("step", "d", 3),
        ("step", "f", 1), ("step", "g", 2),
    ]  # fmt: skip


# --- ids --------------------------------------------------------------------------------------------------------------


def test_ids_tell_page_and_task_and_stay_when_texts_change() -> None:
    storage = "<p>a</p>" + tasks(task(12, "b")) + table("<td>c</td>") + "<p>d</p>"
    ids = ["7:line-1", "7:task-12", "7:row-1.1", "7:line-2"]
    assert [block.id for block in read(storage)] == ids
    assert [block.id for block in read(storage.replace(">c<", ">other<").replace("<p>a", "<p>other"))] == ids
    assert [task_of(one) for one in ids] == [None, "12", None, None]


def test_ids_stay_unique_where_the_editor_repeats_itself() -> None:
    storage = tasks(task(1, "a"), task(1, "b"), task("1~2", "c"), task("", "d"), task(1, "e"))
    found = [block.id for block in read(storage)]
    assert found == ["7:task-1", "7:task-1~2", "7:task-1~~2", "7:line-1", "7:task-1~3"]


@given(STORAGE)
def test_ids_are_unique_on_any_page(storage: str) -> None:
    found = [block.id for block in read(storage)]
    assert len(set(found)) == len(found)
    assert not set(found) & {block.id for block in blocks(storage, page="8", names={})}


# --- around it --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("{}<p>a</p>", id="at the top"),
        pytest.param("<p>a</p>{}", id="at the end"),
        pytest.param("<ac:layout><ac:layout-section><ac:layout-cell>{}<p>a</p></ac:layout-cell></ac:layout-section></ac:layout>", id="in a column"),
        pytest.param("<div>{}</div><p>a</p>", id="in a division"),
    ],
)  # fmt: skip
def test_the_bots_own_macros_are_no_text_of_the_page(around: str) -> None:
    ours = render_details(BY_SOURCE[Source.JOBS], {"status": "Open"}, Flavor.CLOUD) + render_mark(
        key="k", workspace="w", installation="i", source="jobs"
    )
    assert texts(around.format(ours)) == ["a"]
    assert texts(around.format(macro("details", id="isms"))) == ["a"]


def test_page_properties_of_people_are_text() -> None:
    assert texts(macro("details", table("<th>Owner</th><td>Ben</td>"), id="other")) == ["Owner | Ben"]


def test_mentions_are_listed_once_in_order() -> None:
    person = '<ac:link><ri:user ri:account-id="{}" /></ac:link>'.format
    inner = table(f"<td>{person('d')}</td>")
    storage = f"<p>{person('b')} {person('a')}</p>" + table(f"<td>{person('c')}{inner}</td>") + person("b")
    assert mentions(storage) == ("b", "a", "c", "d")


def test_a_body_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(Permanent):
        blocks("<p>", page="7", names={})


DEEP = {
    "divisions": ("<div>", "</div>", 1),
    "items": ("<ul><li>", "</li></ul>", 2),
    "steps": ("<ac:task-list><ac:task><ac:task-body>", "</ac:task-body></ac:task></ac:task-list>", 3),
    "lists of steps": ("<ac:task-list>", "</ac:task-list>", 1),
    "tables": ("<table><tr><td>", "</td></tr></table>", 3),
    "quotes": ("<blockquote>", "</blockquote>", 1),
    "styles": ("<s>", "</s>", 1),
    "styles around a paragraph": ("<s>", "<p>x</p></s>", 1),
    "links": ("<ac:link><ac:link-body>", "</ac:link-body></ac:link>", 2),
    "macros": ('<ac:structured-macro ac:name="x"><ac:rich-text-body>', "</ac:rich-text-body></ac:structured-macro>", 2),
    "parameters": ('<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">', "</ac:parameter></ac:structured-macro>", 2),
    "images": ("<ac:image><ac:caption>", "</ac:caption></ac:image>", 2),
    "nodes": ("<ac:adf-node>", "</ac:adf-node>", 1),
    "unknown elements": ("<ac:x>", "</ac:x>", 1),
    "unknown elements around a paragraph": ("<ac:x>", "<p>x</p></ac:x>", 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
def test_the_deepest_nesting_is_read_and_a_deeper_one_refused(kind: str) -> None:
    before, after, elements = DEEP[kind]
    levels = (DEEPEST - 1) // elements
    storage = before * levels + "words" + after * levels
    assert "words" in "".join(texts(storage))
    assert "words" in canonical(storage)[0]
    assert "words" in fresh(storage)[0]
    with pytest.raises(Permanent, match="flatten it"):
        texts(before * 500 + after * 500)


def test_two_hundred_kilobytes_are_read_whole() -> None:
    step = tasks(*(task(number, f"wörd {number} 👩🏽‍💻 " + "und so weiter " * 5) for number in range(730)))
    rows = table(*(f"<td>{number}</td><td><p>ä</p></td>" for number in range(300)))
    storage = step + rows
    assert len(storage.encode()) > 200_000
    found = read(storage)
    assert len(found) == 1030
    assert found[729].text.startswith("wörd 729 👩🏽‍💻 und")
    assert found[-1].cells == ("299", "ä")
