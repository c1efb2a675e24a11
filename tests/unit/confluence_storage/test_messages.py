"""Comments carry their words, mentions and token, and read as people see them."""

from __future__ import annotations

import pytest
from hypothesis import given

from isms_bot.errors import Permanent
from isms_bot.model import Link, Mention, Message, Text
from isms_bot_confluence.storage import Flavor, comment_text, message_storage
from tests.unit.confluence_storage.pages import HOSTILE, LINES, table, task, tasks

PAGE = "https://s.example/wiki/spaces/K/pages/12"
NAMES = {"5:a": "Anna Jansen"}


def said(*message: Text | Mention | Link, flavor: Flavor = Flavor.CLOUD) -> tuple[str, tuple[str, ...]]:
    return comment_text(message_storage(message, PAGE, "n-1f", flavor), NAMES)


@pytest.mark.parametrize("flavor", Flavor)
def test_a_message_reads_as_it_was_said(flavor: Flavor) -> None:
    message = (Text("This is for "), Mention("5:a"), Text(" <b>by</b> 31 January.\n"), Link("How", "https://e.com/how"))
    assert said(*message, flavor=flavor) == (
        "This is for Anna Jansen <b>by</b> 31 January.\nHow", ("https://e.com/how#n-1f",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("message", "links"),
    [
        pytest.param((Text("Hi"),), (f"{PAGE}#n-1f",), id="without a link one is added"),
        pytest.param((), (f"{PAGE}#n-1f",), id="without anything"),
        pytest.param((Link("a", "https://e.com/a#x"), Link("b", "https://e.com/b#x")), ("https://e.com/a#x", "https://e.com/b#n-1f"), id="the last of two, in place of a fragment"),
        pytest.param((Link("a", "https://e.com/a"), Link("b", "javascript:x")), ("https://e.com/a#n-1f",), id="the last that can be followed"),
        pytest.param((Link("b", "nowhere"),), (f"{PAGE}#n-1f",), id="none that can be followed"),
    ],
)  # fmt: skip
def test_the_token_is_the_fragment_of_the_last_link(message: Message, links: tuple[str, ...]) -> None:
    assert said(*message)[1] == links


@pytest.mark.parametrize("text", HOSTILE)
def test_words_from_people_stay_words(text: str) -> None:
    words, links = said(Text(text), Text(" "), Link(text, "https://e.com"))
    assert (words, links) == (f"{text} {text}", ("https://e.com#n-1f",))


@given(LINES, LINES)
def test_any_words_read_back(text: str, linked: str) -> None:
    assert said(Text(text + ": "), Link(linked, PAGE))[0] == f"{text}: {linked}"


@pytest.mark.parametrize(
    ("storage", "text", "links"),
    [
        pytest.param("", "", (), id="nothing"),
        pytest.param("<p>a</p><p /><ul><li>b</li></ul>", "a\nb", (), id="lines"),
        pytest.param("<p><a href='https://e.com/#7'>se<b>e</b> <i>there</i></a></p>", "see there", ("https://e.com/#7",), id="a link in several styles"),
        pytest.param("<p><a href='https://e.com/'>a</a><a href='https://e.com/'>b</a></p>", "ab", ("https://e.com/", "https://e.com/"), id="two links to the same place"),
        pytest.param('<p><ac:link><ri:page ri:content-title="T" /></ac:link></p>', "T", (), id="a page by title is no address"),
        pytest.param(table("<td><a href='https://e.com'>a</a></td><td>b</td>"), "a | b", ("https://e.com",), id="a table"),
        pytest.param(table(f"<td>{tasks(task(1, '<a href=&quot;x&quot;>a</a>'))}</td>").replace("&quot;", '"'), "a", ("x",), id="a step in a table"),
        pytest.param('<p>Signed <ac:link><ri:user ri:account-id="x" /></ac:link></p>', "Signed x", (), id="somebody without a known name"),
    ],
)  # fmt: skip
def test_comments_of_people_read_as_they_look(storage: str, text: str, links: tuple[str, ...]) -> None:
    assert comment_text(storage, NAMES) == (text, links)


def test_a_comment_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(Permanent):
        comment_text("<p>", {})
