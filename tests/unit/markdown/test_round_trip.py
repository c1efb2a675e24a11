"""What the bot writes about a page and what it reads of it are the same document."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isms_bot.document import Callout, Divider, Document, Heading, Item, Node, Paragraph, Quote, Run, Runs, Step, Table
from isms_bot.markdown import parse, plain, render

# Control characters cannot stand in a line; the rest may, markup most of all.
MARKUP = "*`[]()<>|\\#-+.:_!&{}~\"' 1"
letters = st.one_of(st.sampled_from(MARKUP), st.characters(exclude_categories=("Cc", "Cs")))
words = st.text(letters, min_size=1, max_size=12)
addresses = st.one_of(
    st.text(st.one_of(st.sampled_from(MARKUP), st.sampled_from("abc/é?=%")), max_size=10),
    st.sampled_from(["https://wiki.example/a_(b)", "{policy}", "#", "https://x.example/?a=1&b=2"]),
).filter(lambda url: not url.startswith("mention:"))
accounts = st.text("abc0123456789:-", min_size=1, max_size=8)


def _trimmed(text: str) -> str:
    return text.strip(" \t")


@st.composite
def runs(draw: st.DrawFn) -> Runs:
    """Runs in normal form: none is empty, neighbours differ in style, nothing begins or ends with blanks."""
    found: list[Run] = []
    for _ in range(draw(st.integers(0, 5))):
        bold, italic = draw(st.booleans()), draw(st.booleans())
        kind = draw(st.sampled_from(["text", "text", "break", "code", "link", "code link", "mention"]))
        if kind == "mention":
            run = Run("", bold=bold, italic=italic, account=draw(accounts))
        else:
            text = draw(words) if kind != "break" else draw(words) + "\n" + draw(words)
            run = Run(
                text.replace("\n", " ") if "code" in kind else text, bold=bold, italic=italic, code="code" in kind
            )
            if "link" in kind:
                run = replace(run, link=draw(addresses))
        if run.account is None and not run.code and run.link is None and (bold or italic):
            run = replace(run, text=_trimmed(run.text))
        if run.account is None and not run.text:
            continue
        if found and run.account is None and replace(found[-1], text=run.text) == run:
            continue
        found.append(run)
    return _without_edges(found)


def _without_edges(found: list[Run]) -> Runs:
    for end in (0, -1):
        while found and (run := found[end]).account is None and not run.code and run.link is None:
            text = run.text.lstrip(" \t") if end == 0 else run.text.rstrip(" \t")
            if text:
                found[end] = replace(run, text=text)
                break
            found.pop(end)
    return tuple(found)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 3))
    rows = st.lists(st.tuples(*[runs()] * width), min_size=1, max_size=3)
    return Table(tuple(draw(rows)), draw(st.booleans()))


leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Heading, st.integers(1, 3), runs()),
    st.builds(Paragraph, runs()),
    st.builds(Quote, runs()),
    st.builds(Callout, runs()),
    st.just(Divider()),
    tables(),
    st.builds(Step, runs(), st.booleans()),
    st.builds(Item, runs(), st.booleans()),
)
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Step, runs(), st.booleans(), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Item, runs(), st.booleans(), st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
documents = st.lists(nodes, max_size=5).map(tuple).map(Document)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents)
def test_a_document_survives_being_written_and_read(document: Document) -> None:
    assert parse(render(document)) == document


@settings(max_examples=100, deadline=None)
@given(st.text(st.one_of(st.sampled_from(MARKUP + "\n\n"), st.characters(codec="utf-8")), max_size=120))
def test_any_text_is_readable_and_settles_after_one_rewriting(text: str) -> None:
    """Whatever a person writes into a pack page can be read, and rewriting it once more changes nothing."""
    once = render(parse(text))
    assert render(parse(once)) == once


@settings(max_examples=100, deadline=None)
@given(documents)
def test_plain_words_hold_every_word_of_the_document(document: Document) -> None:
    shown = plain(document)
    for node in document.nodes:
        if isinstance(node, Paragraph):
            for run in node.runs:
                assert (run.text if run.account is None else f"@{run.account}") in shown
