"""`check` says who can open what: what all need, the own jobs, and that nobody opens what is not theirs."""

from __future__ import annotations

import pytest

from isms_bot import access
from isms_bot.connector import CheckLine
from isms_bot.lifecycle import PrivatePage
from isms_bot.model import Source
from isms_bot.testing import MemoryWiki
from tests.e2e.engine.harness import Stage
from tests.e2e.private.test_private import KEY, incident


def said(stage: Stage) -> dict[str, CheckLine]:
    """The lines, by what they are about."""
    return {line.what: line for line in access.lines(stage.workspace, stage.today)}


def test_everybody_has_a_line_and_private_pages_have_one_for_each_circle(restricting: Stage) -> None:
    incident(restricting)
    lines = said(restricting)
    assert all(line.ok for line in lines.values()), lines
    assert "and 1 open job." in lines["access of Gus"].sentence.replace(", as far as restrictions tell", "")
    assert "job" not in lines["access of Chris"].sentence
    sentence = lines["private pages"].sentence
    assert sentence.endswith(": open to Anna, Ben and Gus, and to nobody else of the roster.")
    assert KEY in sentence
    assert "register" in sentence


def test_a_private_page_that_somebody_has_opened_to_others_is_pointed_out(restricting: Stage) -> None:
    incident(restricting)
    ref = restricting.ref(KEY)
    if isinstance(restricting.wiki, MemoryWiki):
        restricting.wiki.pages[ref].audience = None
    else:
        restricting.wiki.act("Anna", "restrict", page=ref, operation="read")

    line = said(restricting)[f"private {KEY}"]

    assert not line.ok
    assert "Chris" in line.sentence


def test_whoever_cannot_open_what_all_need_is_pointed_out(restricting: Stage) -> None:
    incident(restricting)
    ref = restricting.ref(KEY)
    if isinstance(restricting.wiki, MemoryWiki):
        restricting.wiki.pages[ref].audience = frozenset({restricting.account("Anna")})
    else:
        bot = restricting.wiki.sandbox.summary()["notion"]["bot_id"]
        restricting.wiki.act("Anna", "restrict", page=ref, operation="read", people=["anna@example.com", bot])

    lines = said(restricting)

    assert (lines["access of Gus"].ok, KEY in lines["access of Gus"].sentence) == (False, True)
    assert (lines[f"private {KEY}"].ok, "Gus" in lines[f"private {KEY}"].sentence) == (False, True)
    assert lines["access of Chris"].ok


def test_where_the_wiki_does_not_tell_that_is_said(closed_by_people: Stage) -> None:
    line = said(closed_by_people)["who can open what"]
    assert line.ok
    assert "who-can-open-what" in line.sentence
    assert closed_by_people.rows(Source.USERS), "the roster is there all the same"


def test_where_people_close_the_private_area_it_is_told_until_when_and_for_whom(closed_by_people: Stage) -> None:
    stage = closed_by_people
    line = said(stage)["private area"]
    assert line.ok
    assert line.sentence.startswith(f"Closed, as was attested on {stage.today}; that counts until ")
    assert "for Anna, Ben and Gus" in line.sentence

    stage.workspace.history.attested = None
    line = said(stage)["private area"]
    assert not line.ok
    assert "decide attest-private" in line.todo
    assert "for Anna, Ben and Gus" in line.sentence


def test_of_many_pages_with_the_same_circle_five_are_named_and_the_others_counted() -> None:
    pages = [PrivatePage(f"page-{number}", f"pack/p{number}", frozenset()) for number in range(7)]
    [line] = access._circles({"Anna and Ben": [access._named(page) for page in pages]})
    assert line.sentence == "p0, p1, p2, p3, p4 and 2 more: open to Anna and Ben, and to nobody else of the roster."


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([("Anna", True, True), ("Chris", False, False)], None),
        ([("Anna", True, None), ("Chris", False, False)], None),
        ([("Anna", True, True), ("Chris", False, True)], "Open to Chris as well"),
        ([("Anna", True, True), ("Chris", False, None)], "May be open to Chris as well"),
        ([("Anna", True, False), ("Chris", False, False)], "Not open to Anna"),
    ],
)
def test_what_is_not_known_for_sure_is_not_said_to_be_so(
    people: list[tuple[str, bool, bool | None]], said: str | None
) -> None:
    line = access._astray(PrivatePage("page-1", KEY, frozenset()), people)
    assert (line and line.sentence.startswith(said or "?")) is (None if said is None else True)
