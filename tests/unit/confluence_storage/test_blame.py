"""A value belongs to who introduced it; edits elsewhere, and moves, change nothing about that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot_confluence.storage import Version, blame, blocks
from tests.unit.confluence_storage.pages import macro, table, task, tasks

START = datetime(2027, 1, 4, 9, tzinfo=UTC)


def history(*bodies: str) -> list[Version]:
    """Versions by "bot", then "a", "b", …, newest first."""
    authors = ["bot", *"abcdefgh"]
    made = [
        Version(number, authors[number - 1], START + timedelta(hours=number), body)
        for number, body in enumerate(bodies, 1)
    ]
    return made[::-1]


def authors(*bodies: str) -> list[tuple[str, str | None]]:
    """Words and author of the blocks of the last body."""
    found = blame(blocks(bodies[-1], page="7", names={}), history(*bodies), names={})
    return [(block.text, block.author) for block in found]


P = "<p>{}</p>".format


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        pytest.param([P("a")], [("a", "bot")], id="one version"),
        pytest.param([P("Name:"), P("Name: Ben")], [("Name: Ben", "a")], id="a line filled"),
        pytest.param([P("Name:") + P("x"), P("Name: Ben") + P("x"), P("Name: Ben") + P("y")], [("Name: Ben", "a"), ("y", "b")], id="an edit elsewhere"),
        pytest.param([P("x"), P("x") + P("Ben"), P("Ben") + P("x")], [("Ben", "a"), ("x", "bot")], id="moved"),
        pytest.param([P("x"), P("Ben"), P("<b>Be</b>n<br/>y")], [("Ben", "a"), ("y", "b")], id="another look, a line more"),
        pytest.param([P("Ben"), P("Anna"), P("Ben")], [("Ben", "b")], id="changed and changed back"),
        pytest.param([P("Ben"), "", P("Ben")], [("Ben", "b")], id="taken out and put back"),
        pytest.param([P("x"), P("x") + P("x")], [("x", "bot"), ("x", "a")], id="the same words twice"),
        pytest.param([P("x") + P("x"), P("x"), P("x") + P("x")], [("x", "bot"), ("x", "b")], id="one of two taken out and put back"),
        pytest.param([P("x"), "<h1>x</h1>"], [("x", "a")], id="another kind"),
        pytest.param([tasks(task(1, "x")), tasks(task(1, "x", done=True)), tasks(task(5, "x", done=True))], [("x", "a")], id="a tick, then another number"),
        pytest.param([tasks(task(1, "x", done=True)), tasks(task(1, "x")), tasks(task(1, "x", done=True))], [("x", "b")], id="ticked again"),
        pytest.param([table("<td>a</td><td />"), table("<td>a</td><td>Ben</td>")], [("a | Ben", "a")], id="a cell"),
        pytest.param([table("<td>a</td><td>b</td>"), table("<td>a | b</td>")], [("a | b", "a")], id="cells that read alike"),
        pytest.param([P("x"), macro("info", P("x"))], [("x", "bot")], id="put into a panel"),
        pytest.param(["<p>", P("x")], [("x", None)], id="back to a version that cannot be read"),
        pytest.param(["<p>", P("y"), P("x") + P("y")], [("x", "b"), ("y", None)], id="only where the run reaches it"),
    ],
)  # fmt: skip
def test_a_block_belongs_to_who_introduced_it(bodies: list[str], expected: list[tuple[str, str | None]]) -> None:
    assert authors(*bodies) == expected


def test_the_time_is_that_of_the_version() -> None:
    [block] = blame(blocks(P("b"), page="7", names={}), history(P("a"), P("b"), P("b")), names={})
    assert (block.author, block.at, block.id) == ("a", START + timedelta(hours=2), "7:line-1")


def test_a_version_without_an_author_tells_the_time_alone() -> None:
    [block] = blame(blocks(P("b"), page="7", names={}), [Version(1, None, START, P("b"))], names={})
    assert (block.author, block.at) == (None, START)


def test_a_block_that_the_newest_version_does_not_hold_is_nobodys() -> None:
    [block] = blame(blocks(P("newer"), page="7", names={}), history(P("a")), names={})
    assert (block.author, block.at) == (None, None)


def test_names_of_mentioned_people_do_not_matter() -> None:
    person = P('<ac:link><ri:user ri:account-id="a" /></ac:link>')
    names = {"a": "Anna"}
    [block] = blame(blocks(person, page="7", names=names), history(person, person), names=names)
    assert (block.text, block.author) == ("Anna", "bot")


def test_versions_are_asked_for_only_as_far_as_needed() -> None:
    asked: list[int] = []

    def lazily() -> Iterator[Version]:
        for version in history(P("a"), P("a"), P("b"), P("c"), P("c")):
            asked.append(version.number)
            yield version

    [block] = blame(blocks(P("c"), page="7", names={}), lazily(), names={})
    assert (block.author, asked) == ("c", [5, 4, 3, 2])
    assert blame((), lazily(), names={}) == ()


BODIES = st.lists(st.lists(st.sampled_from("xyz"), max_size=4), min_size=1, max_size=6)


@given(BODIES)
def test_the_author_is_the_oldest_of_the_unbroken_run(bodies: list[list[str]]) -> None:
    found = authors(*("".join(map(P, body)) for body in bodies))
    expected = []
    for place, word in enumerate(bodies[-1]):
        wanted = bodies[-1][: place + 1].count(word)
        run = len(bodies)
        while run > 0 and bodies[run - 1].count(word) >= wanted:
            run -= 1
        expected.append((word, ["bot", *"abcdefgh"][run]))
    assert found == expected
