"""`check` says who can open what: what all need, the own jobs, and that nobody opens what is not theirs."""

from __future__ import annotations

from isms_bot import access
from isms_bot.connector import CheckLine
from isms_bot.model import Source
from isms_bot.testing import MemoryWiki
from tests.e2e.engine.harness import Stage
from tests.e2e.private.test_private import KEY, incident


def said(stage: Stage) -> dict[str, CheckLine]:
    """The lines, by what they are about."""
    return {line.what: line for line in access.lines(stage.workspace, stage.today)}


def test_everybody_has_a_line_and_every_private_page_has_one(restricting: Stage) -> None:
    incident(restricting)
    lines = said(restricting)
    assert all(line.ok for line in lines.values()), lines
    assert "1 open jobs" in lines["Gus can open"].sentence
    assert "0 open jobs" in lines["Chris can open"].sentence
    assert lines[f"private {KEY}"].sentence == "Open to Anna, Ben, Gus alone."
    assert "private register" in lines


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

    assert (lines["Gus can open"].ok, KEY in lines["Gus can open"].sentence) == (False, True)
    assert (lines[f"private {KEY}"].ok, "Gus" in lines[f"private {KEY}"].sentence) == (False, True)
    assert lines["Chris can open"].ok


def test_where_the_wiki_does_not_tell_that_is_said(closed_by_people: Stage) -> None:
    [line] = said(closed_by_people).values()
    assert line.ok
    assert "who-can-open-what" in line.sentence
    assert closed_by_people.rows(Source.USERS), "the roster is there all the same"
