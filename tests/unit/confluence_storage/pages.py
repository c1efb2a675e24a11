"""Bodies in storage format to test with: by hand, and by the dozen."""

from __future__ import annotations

from hypothesis import strategies as st

from isms_bot.document import Callout, Document, Heading, Item, Paragraph, Quote, Run, Step, Table
from isms_bot_confluence.storage import blocks

HOSTILE = (
    "<script>alert(1)</script></p><h1>x</h1>",
    '<ac:structured-macro ac:name="html"><ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>',
    "]]><p>out</p><![CDATA[",
    "&nbsp; &amp; &lt; &unknown; &#0;",
    "[click](https://example.com) {{macro}} @Anna \\{user x\\}",
    "- [x] not a step",
    "# not a heading",
    "| not | a row |",
    "emoji 👩🏽‍💻 and e\u0301 and \u202eright to left",
    "quotes \" and ' and `ticks`",
)


def task(number: int | str, words: str, *, done: bool = False, more: str = "", uuid: str = "") -> str:
    """A task as the editor writes it; `more` stands in its body behind the words."""
    own = f"<ac:task-uuid>{uuid}</ac:task-uuid>" if uuid else ""
    status = "complete" if done else "incomplete"
    body = f'<span class="placeholder-inline-tasks">{words}</span>{more}'
    return (
        f"<ac:task>\n<ac:task-id>{number}</ac:task-id>{own}\n<ac:task-status>{status}</ac:task-status>\n"
        f"<ac:task-body>{body}</ac:task-body>\n</ac:task>"
    )


def tasks(*inside: str) -> str:
    """A list of tasks."""
    return f"<ac:task-list>\n{''.join(inside)}\n</ac:task-list>"


def macro(name: str, body: str = "", **parameters: str) -> str:
    """A macro with a rich body, as the server hands it out."""
    told = "".join(f'<ac:parameter ac:name="{key}">{value}</ac:parameter>' for key, value in parameters.items())
    held = f"<ac:rich-text-body>{body}</ac:rich-text-body>" if body else ""
    return f'<ac:structured-macro ac:name="{name}" ac:schema-version="1" ac:macro-id="1f-2e">{told}{held}</ac:structured-macro>'


def table(*rows: str) -> str:
    """A table of rows, each the text of its cells' elements."""
    return f"<table><colgroup><col /></colgroup><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def read(storage: str, **names: str):
    """The blocks of page 7."""
    return blocks(storage, page="7", names=names)


def texts(storage: str) -> list[str]:
    """The words of its blocks."""
    return [block.text for block in read(storage)]


# --- by the dozen -----------------------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.sampled_from(["Name:", "Anna Jansen", "a  b", "x < y & z", *HOSTILE]),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "M", "Cc"]), min_size=1, max_size=12),
)


def _plain(text: str) -> str:
    """As a text is read again: without what XML cannot hold, white space as a browser shows it (repeated blanks are kept)."""
    kept = "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 0x20 and not 0xFFFE <= ord(c) <= 0xFFFF))
    return "\n".join(" ".join(line.replace("\t", " ").split(" ")).strip() for line in kept.splitlines())


LINES = WORDS.map(_plain).filter(lambda text: text.isprintable() and "\t" not in text and text.strip() == text != "")
"""Words that are one line and begin and end with no blank."""


def _runs(words):
    return words.map(lambda text: (Run(text[: len(text) // 2], bold=True), Run(text[len(text) // 2 :]))).filter(
        lambda runs: all(run.text == run.text.strip() for run in runs)
    )


RUNS = _runs(LINES)
TEXT_NODES = st.one_of(
    RUNS.map(Paragraph), RUNS.map(Quote), RUNS.map(Callout), st.builds(Heading, st.integers(1, 3), RUNS)
)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(RUNS, min_size=width, max_size=width).map(tuple), min_size=1, max_size=3
    ).map(lambda rows: Table(tuple(rows)))
)  # fmt: skip
NODES = st.recursive(
    st.one_of(TEXT_NODES, TABLES),
    lambda inner: st.one_of(
        st.builds(Step, RUNS, st.booleans(), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Item, RUNS, st.booleans(), st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
DOCUMENTS = st.lists(NODES, max_size=6).map(lambda nodes: Document(tuple(nodes)))

_INLINE = st.sampled_from([
    "words", "&nbsp;", "&rsquo;é", "<br/>", "<br />", "<strong>bold</strong>", '<time datetime="2027-01-31" />', "👩🏽‍💻", "<!-- aside -->",
    '<ac:link><ri:user ri:account-id="557058:a" /></ac:link>', '<a href="https://example.com/?a=1&amp;b=2">there</a>',
    '<ac:image><ri:attachment ri:filename="a.png" /></ac:image>', macro("status", title="DONE"), "<ac:unknown ac:x='1>2' />",
])  # fmt: skip
_PARAGRAPHS = st.lists(_INLINE, max_size=4).map(lambda parts: f"<p>{''.join(parts)}</p>")
_CODE = st.just(
    '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[<p>&nbsp;]]]]><![CDATA[></ac:task>]]>'
    "</ac:plain-text-body></ac:structured-macro>"
)
STORAGE = st.recursive(
    st.one_of(_PARAGRAPHS, _CODE, st.sampled_from(["<hr />", "\n", "loose words ", "<?pi x?>", "<p />"])),
    lambda inner: st.lists(inner, max_size=3).map("".join).flatmap(
        lambda body: st.sampled_from([
            tasks(task(7, "a step", done=True, more=body, uuid="1f")),
            tasks(task(3, "one"), tasks(task(3, "two", uuid="2e", more=body)), task("", "three", done=True)),
            f"<ul><li>{body}</li></ul>", table(f"<td>{body}</td><td colspan='2'>x</td>"), macro("frobnicate", body, shade="π"),
            f'<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell>{body}</ac:layout-cell></ac:layout-section></ac:layout>',
            f"<blockquote>{body}</blockquote>", f"<div class='x'>{body}</div>",
        ])
    ),
    max_leaves=8,
)  # fmt: skip
"""Bodies as other programs and people leave them."""
