"""The digest of a page changes with what it says, and with nothing that the wiki changes by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.errors import Permanent
from isms_bot.layout import BY_SOURCE
from isms_bot.model import Source
from isms_bot_confluence.storage import CANON_VERSION, Flavor, canonical, render_details, render_mark, with_details
from tests.unit.confluence_storage.pages import STORAGE, macro, table, task, tasks


def text(storage: str) -> str:
    return canonical(storage)[0]


def digest(storage: str) -> str:
    return canonical(storage)[1]


PAGE = (
    "<h2>Restore</h2><p>See <a href='https://e.com/a'>the manual</a>.</p>"
    + tasks(task(1, "Choose", done=True, more=tasks(task(2, "old"))), task(3, "Restore it"))
    + "<ul><li>where</li></ul><ol><li>how</li></ol><blockquote><p>why</p></blockquote><hr />"
    + table("<th>Who</th><th>Signed</th>", f"<td>Anna</td><td>{tasks(task(4, 'read', done=True))}</td>")
    + macro("info", "<p>not on a Friday</p>", title="Mind")
    + '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sh</ac:parameter>'
    + "<ac:plain-text-body><![CDATA[a\n  b]]></ac:plain-text-body></ac:structured-macro>"
    + '<p>By <ac:link><ri:user ri:account-id="5:a" /></ac:link> on <time datetime="2027-01-31" />: <s>late</s></p>'
    + '<p><ac:image ac:width="300"><ri:attachment ri:filename="a.png" ri:version-at-save="2" /></ac:image></p>'
)


def test_the_text_shows_what_the_page_says_line_by_line() -> None:
    assert text(PAGE).split("\n") == [
        "## Restore",
        "See {the manual|https://e.com/a}.",
        "[x] Choose",
        "  [ ] old",
        "[ ] Restore it",
        "- where",
        "1. how",
        "> why",
        "{hr}",
        "| Who | Signed |",
        "| Anna | [x] read |",
        "{macro info title=Mind}",
        "  not on a Friday",
        "{/macro}",
        "{macro code language=sh}",
        "a\\n  b",
        "{/macro}",
        "By {user 5:a} on {date 2027-01-31}: {~late~}",
        "{image a.png}",
    ]


def test_the_digest_is_that_of_the_text_with_the_version_of_the_canon() -> None:
    assert digest("<p>a</p>") == sha256(f"canon confluence {CANON_VERSION}\na".encode()).hexdigest()


def test_a_body_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(Permanent):
        canonical("<p>")


# --- noise ------------------------------------------------------------------------------------------------------------


def outside_cdata(change: Callable[[str], str]) -> Callable[[str], str]:
    """Changes markup, not words that look like it."""
    return lambda storage: "".join(
        part if part.startswith("<![CDATA[") else change(part)
        for part in re.split(r"(<!\[CDATA\[.*?\]\]>)", storage, flags=re.DOTALL)
    )


NOISE = {
    "ids of macros and their version": lambda s: s.replace("<ac:structured-macro", '<ac:structured-macro ac:macro-id="9" ac:local-id="3"').replace('ac:schema-version="1"', 'ac:schema-version="2"').replace(' ac:macro-id="1f-2e"', ""),
    "ids of nodes": lambda s: s.replace("<p>", '<p local-id="1f">').replace("<table>", '<table data-layout="default" ac:local-id="2e">'),
    "ids of tasks": lambda s: re.sub(r"<ac:task-id>(\d*)</ac:task-id>", r"<ac:task-id>10\1</ac:task-id><ac:task-uuid>3d</ac:task-uuid>", s),
    "ids of lists": lambda s: s.replace("<ac:task-list>", '<ac:task-list ac:task-list-id="4c">'),
    "ids of mentions": lambda s: s.replace("<ri:user ", '<ri:user ri:local-id="5b" '),
    "the way breaks are written": lambda s: s.replace("<br/>", "<br />"),
    "empty paragraphs": lambda s: f"<p />{s}<p class='auto-cursor-target'><br /></p>",
    "line breaks in the markup": lambda s: s.replace("</p>", "</p>\n\n").replace("</td>", "</td>\n "),
    "how words look": lambda s: s.replace("words", "wo<strong>rd</strong><em><span style='color: red'>s</span></em>"),
    "unbreakable blanks": lambda s: s.replace("loose words", "loose&nbsp;words"),
    "characters that nobody sees": lambda s: s.replace("<p>", "<p>\u200b"),
    "comments beside words": lambda s: s.replace("words", '<ac:inline-comment-marker ac:ref="9">wor</ac:inline-comment-marker>ds'),
    "layout": lambda s: f'<ac:layout><ac:layout-section ac:type="single"><ac:layout-cell>{s}</ac:layout-cell></ac:layout-section></ac:layout>',
    "a task's words in a span or not": lambda s: s.replace('<span class="placeholder-inline-tasks">', "<span>"),
    "the bot's macros": lambda s: with_details(s, render_details(BY_SOURCE[Source.JOBS], {"status": "Open"}, Flavor.CLOUD), render_mark(key="k", workspace="w", installation="i", source="jobs")),
}  # fmt: skip
AROUND = ("layout", "empty paragraphs", "the bot's macros")
"""Kinds that are put around a whole body."""


@given(STORAGE, st.lists(st.sampled_from(sorted(NOISE)), max_size=4, unique=True))
def test_noise_changes_nothing(storage: str, kinds: list[str]) -> None:
    noisy = storage
    for kind in kinds:
        noisy = NOISE[kind](noisy) if kind in AROUND else outside_cdata(NOISE[kind])(noisy)
    assert canonical(noisy) == canonical(storage)


@pytest.mark.parametrize("kind", sorted(NOISE))
def test_no_kind_of_noise_changes_anything(kind: str) -> None:
    page = PAGE + "<p>loose words</p>" + macro("x", "<p>words<br/>y</p>")
    noisy = NOISE[kind](page)
    assert noisy != page
    assert canonical(noisy) == canonical(page)


def test_parameters_are_told_by_name_whatever_their_order() -> None:
    one, other = macro("x", "<p>a</p>", b="1", a="2"), macro("x", "<p>a</p>", a="2", b="1")
    assert canonical(one) == canonical(other)
    assert "{macro x a=2 b=1}" in text(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("<ul><li>a</li></ul>", "<ul><li><p>a</p></li></ul>", id="a paragraph in an item"),
        pytest.param("<p>a</p><p>b</p>", "<p>a<br/>b</p>", id="a line or a paragraph"),
        pytest.param("<table><tr><td>a</td></tr></table>", table("<td><p>a</p></td>"), id="the frame of a table"),
        pytest.param("<p>a <s>b</s><s>c</s></p>", "<p>a <s>b<b>c</b></s></p>", id="struck runs"),
        pytest.param("<p><a href='https://e.com/'>b</a><a href='https://e.com'>c</a></p>", "<p><a href='https://e.com'>bc</a></p>", id="runs of a link"),
        pytest.param("<p><del>a</del></p>", "<p><span style='text-decoration: line-through;'>a</span></p>", id="ways to strike"),
        pytest.param("<a href='https://s/wiki/spaces/K/pages/12/Old+title?x=1'>a</a>", "<a href='https://s/wiki/spaces/K/pages/12/New#'>a</a>", id="the title in the address of a page"),
        pytest.param("<a href='https://s/pages/viewpage.action?spaceKey=K&amp;pageId=12'>a</a>", "<a href='https://s/pages/12'>a</a>", id="a page by parameter"),
        pytest.param("<ac:link><ri:page ri:content-title='T' ri:version-at-save='3' /></ac:link>", "<ac:link><ri:page ri:content-title='T' /></ac:link>", id="versions of links"),
        pytest.param(
            '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="local-id">1</ac:adf-attribute><ac:adf-content>a</ac:adf-content></ac:adf-node><ac:adf-fallback>b</ac:adf-fallback></ac:adf-extension>',
            '<ac:adf-node type="panel"><ac:adf-content>a</ac:adf-content></ac:adf-node>', id="fallbacks",
        ),
    ],
)  # fmt: skip
def test_what_says_the_same_is_the_same(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


# --- what counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Choose", "Chose", id="a word"),
        pytest.param("<ac:task-status>complete", "<ac:task-status>incomplete", id="a tick taken off"),
        pytest.param("https://e.com/a", "https://e.com/b", id="where a link leads"),
        pytest.param('"5:a"', '"5:b"', id="who is mentioned"),
        pytest.param("2027-01-31", "2027-02-01", id="a date"),
        pytest.param("<s>late</s>", "late", id="what is struck out"),
        pytest.param("a.png", "b.png", id="an image"),
        pytest.param('ac:name="info"', 'ac:name="warning"', id="the name of a macro"),
        pytest.param(">sh<", ">py<", id="a parameter"),
        pytest.param("a\n  b", "a\n b", id="white space in code"),
        pytest.param("<h2>Restore</h2>", "<h1>Restore</h1>", id="the level of a heading"),
        pytest.param("<ul><li>where</li></ul>", "<ol><li>where</li></ol>", id="the kind of a list"),
        pytest.param("<ul><li>where</li></ul><ol><li>how</li></ol>", "<ol><li>how</li></ol><ul><li>where</li></ul>", id="the order"),
        pytest.param("<td>Anna</td>", "<td /><td>Anna</td>", id="the column"),
        pytest.param("<hr />", "", id="a rule"),
        pytest.param("<blockquote><p>why</p></blockquote>", "<p>why</p>", id="a quotation"),
        pytest.param("not on a Friday</p>", "</p><p>not on a Friday</p><p>or Monday</p>", id="a line"),
    ],
)  # fmt: skip
def test_what_the_page_says_is_part_of_the_digest(old: str, new: str) -> None:
    assert old in PAGE
    assert digest(PAGE.replace(old, new)) != digest(PAGE)


def test_a_digest_without_ticks_does_not_depend_on_them() -> None:
    other = PAGE.replace("<ac:task-status>complete", "<ac:task-status>incomplete")
    assert digest(other) != digest(PAGE)
    assert canonical(other, unticked=True) == canonical(PAGE, unticked=True) == canonical(other)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param('<ac:link><ri:page ri:content-title="T" /></ac:link>', "{T|page 12}", id="page by title"),
        pytest.param('<ac:link ac:anchor="x"><ri:page ri:content-title="T" /></ac:link>', "{T|page 12#x}", id="page and anchor"),
        pytest.param('<ac:link><ri:page ri:space-key="K" ri:content-title="U" /></ac:link>', "{U|page K U}", id="page that is not known"),
        pytest.param('<ac:link><ri:content-entity ri:content-id="12" /><ac:link-body>T</ac:link-body></ac:link>', "{T|page 12}", id="page by id"),
        pytest.param('<ac:link><ri:blog-post ri:content-title="B" /></ac:link>', "{B|post B}", id="post"),
        pytest.param('<ac:link><ri:attachment ri:filename="a.pdf" /></ac:link>', "{a.pdf|file a.pdf}", id="file"),
        pytest.param('<ac:link><ri:space ri:space-key="K" /></ac:link>', "{K|space K}", id="space"),
        pytest.param('<ac:link ac:anchor="x"><ac:link-body>up</ac:link-body></ac:link>', "{up|anchor x}", id="anchor"),
        pytest.param('<ac:link><ri:url ri:value="https://e.com" /></ac:link>', "{https://e.com|https://e.com}", id="address"),
        pytest.param('<ac:link><ri:shortcut ri:key="j" ri:parameter="1" /></ac:link>', "{ri:key=j ri:parameter=1|shortcut ri:key=j ri:parameter=1}", id="shortcut"),
        pytest.param('<a href="/pages/12#s">x</a>', "{x|/pages/12#s}", id="address within the site"),
        pytest.param('<a href="">x</a>', "x", id="address that is none"),
        pytest.param("<a href='https://e.com'><p>x</p></a>", "{a href=https://e.com}\nx\n{/a}", id="around a paragraph"),
        pytest.param('<ac:image><ri:url ri:value="https://e.com/b.png" /></ac:image>', "{image https://e.com/b.png}", id="image of the web"),
        pytest.param('<ac:image ac:alt="A"><ri:attachment ri:filename="a.png" /><ac:caption><p>C</p></ac:caption></ac:image>', "{image a.png A C}", id="image with words"),
        pytest.param('<p>a <ac:placeholder>your {name}</ac:placeholder></p>', "a {hint your \\{name\\}}", id="hint"),
        pytest.param('<p>a <ac:odd ac:x="1" ac:local-id="2">b</ac:odd></p>', "a {ac:odd ac:x=1}b", id="unknown element in a line"),
        pytest.param('<ac:odd ac:name="1"><p>b</p></ac:odd>', "{ac:odd ac:name=1}\nb\n{/ac:odd}", id="unknown element around lines"),
        pytest.param('<at:var at:name="x" />', "{at:var at:name=x}", id="variable of a template"),
        pytest.param(macro("include").replace("></ac:s", '><ac:parameter ac:name=""><ac:link><ri:page ri:content-title="T" /></ac:link></ac:parameter></ac:s'), "{macro include ={T|page 12}}", id="a page in a parameter"),
        pytest.param(macro("include").replace("></ac:s", '><ac:parameter ac:name="page"><ri:page ri:content-title="T" /></ac:parameter></ac:s'), "{macro include page={T|page 12}}", id="a page alone in a parameter"),
        pytest.param("<p>" + macro("x", title="a<br/>b") + "</p>", "{macro x title=a\\nb}", id="lines in a parameter"),
        pytest.param('<p><ac:link /><ac:link ac:anchor="" />a</p>', "a", id="links without words"),
        pytest.param('<ac:macro ac:name="old"><ac:default-parameter>x</ac:default-parameter></ac:macro>', "{macro old =x}", id="a macro as it used to be"),
        pytest.param("<p>see " + macro("status", title="OPEN", colour="Red") + "</p>", "see {macro status colour=Red title=OPEN}", id="lozenge"),
        pytest.param('<ac:adf-node type="decision"><ac:adf-attribute key="state">DECIDED</ac:adf-attribute><ac:adf-content>a</ac:adf-content></ac:adf-node>', "{node decision state=DECIDED}\na\n{/node}", id="a node of the new editor"),
    ],
)  # fmt: skip
def test_what_is_no_word_has_a_mark(link: str, expected: str) -> None:
    assert canonical(link, pages={"T": "12"})[0] == expected


@pytest.mark.parametrize(
    ("storage", "other"),
    [
        pytest.param("<p>[x] a</p>", tasks(task(1, "a", done=True)), id="a box"),
        pytest.param("<p># a</p>", "<h1>a</h1>", id="a heading"),
        pytest.param("<p>- a</p>", "<ul><li>a</li></ul>", id="an item"),
        pytest.param("<p>1. a</p>", "<ol><li>a</li></ol>", id="a numbered item"),
        pytest.param("<p>&gt; a</p>", "<blockquote>a</blockquote>", id="a quote"),
        pytest.param("<p>| a |</p>", table("<td>a</td>"), id="a row"),
        pytest.param("<p>{user 5}</p>", '<p><ac:link><ri:user ri:userkey="5" /></ac:link></p>', id="a mention"),
        pytest.param("<p>{~a~}</p>", "<p><s>a</s></p>", id="words struck out"),
        pytest.param("<p>\\# a</p>", "<p># a</p>", id="an escaped heading"),
        pytest.param("<pre>a\nb</pre>", "<pre>a\\nb</pre>", id="a line break"),
        pytest.param(table("<td>a | b</td>"), table("<td>a</td><td>b</td>"), id="a cell"),
        pytest.param("<p>{hr}</p>", "<hr/>", id="a rule"),
    ],
)  # fmt: skip
def test_words_cannot_pose_as_something_else(storage: str, other: str) -> None:
    assert digest(storage) != digest(other)
