"""Promises about pages whose text is the bot's alone: brought up to date as often as it takes, never over people's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isms_bot.document import Callout, Document, Heading, Item, Node, Paragraph, Run, Table
from isms_bot.errors import Conflict, ConnectorError
from isms_bot.model import BlockKind, Page
from isms_bot.testing.faults import Fault
from isms_bot.testing.promises.scenes import job, later, texts, words
from isms_bot.testing.under_test import WikiUnderTest


def _table(*rows: tuple[str, str]) -> Table:
    return Table(tuple(tuple(words(cell) for cell in row) for row in (("What", "State"), *rows)))


def _kept(*rows: tuple[str, str], heading: str = "Where we are", more: tuple[Node, ...] = ()) -> Document:
    return Document((Callout(words("Kept by the bot.")), Heading(2, words(heading)), _table(*rows), *more))


OLD = _kept(("scope", "planned"), ("policy", "planned"), ("objectives", "planned"))
NEW = _kept(
    ("scope", "in force"),
    ("policy", "planned"),
    ("risks", "planned"),
    ("objectives", "with records"),
    more=(
        Heading(2, words("What is new")),
        Item(words("a list"), children=(Item(words("and what is below")),)),
        Paragraph((Run("read "), Run("this", link="https://wiki.example/1"))),
    ),
)
SHORT = _kept(("policy", "with records"))
OTHER = Document((Paragraph(words("All of it anew.")), _table(("scope", "in force"))))
LONG = _kept(*((f"row {number}", "planned") for number in range(130)))
LONGER = _kept(*((f"row {number}", "in force" if number == 7 else "planned") for number in range(260)))


def _shown(page: Page) -> tuple[object, ...]:
    return page.title, page.fields, page.mark, page.state


class RewritingPromises:
    """`rewrite`."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [(OLD, NEW), (NEW, OLD), (NEW, SHORT), (OLD, OTHER), (OTHER, NEW), (LONG, LONGER), (LONGER, SHORT)],
        ids=["more", "less", "few", "all other", "all other again", "long", "short"],
    )
    def test_a_rewritten_page_reads_like_one_that_was_made_so(
        self, wiki: WikiUnderTest, before: Document, after: Document
    ) -> None:
        """Whatever stood there, the text is the one that was given; title, fields and mark stay."""
        connector = wiki.connector()
        page = job(connector, body=before)
        wanted = connector.read(job(connector, "made/2027-01-31", body=after).ref)

        rewritten = connector.rewrite(page, after)

        content = connector.read(page.ref)
        assert texts(content) == texts(wanted)
        assert (content.text, content.digest) == (wanted.text, wanted.digest)
        assert _shown(rewritten) == _shown(content.page) == _shown(page)

    def test_what_stands_there_already_is_not_written(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector, body=OLD)
        page = connector.rewrite(page, NEW)
        later(wiki, minutes=5)

        assert connector.rewrite(page, NEW) == connector.page(page.ref) == page

    @pytest.mark.parametrize("touch", ["a line below", "a word", "a heading", "a line, and a field set afterwards"])
    def test_a_text_in_which_a_person_has_written_is_left_alone(self, wiki: WikiUnderTest, touch: str) -> None:
        """Also if the bot was the last to edit the page."""
        connector = wiki.connector()
        page = connector.rewrite(job(connector, body=OLD), NEW)
        later(wiki, minutes=5)
        ben = wiki.people[1].id
        touches: dict[str, Callable[[], object]] = {
            "a line below": lambda: wiki.append(page.ref, "I disagree.", who=ben),
            "a word": lambda: wiki.edit_text(page.ref, "a list", "no list", who=ben),
            "a heading": lambda: wiki.edit_text(page.ref, "What is new", "What is old", who=ben),
            "a line, and a field set afterwards": lambda: wiki.append(page.ref, "I disagree.", who=ben),
        }
        touches[touch]()
        if "afterwards" in touch:
            later(wiki, minutes=5)
            page = connector.update(connector.page(page.ref), {"status": "Recorded"})
        before = connector.read(page.ref)

        with pytest.raises(Conflict):
            connector.rewrite(page, SHORT)
        assert connector.read(page.ref).text == before.text

    def test_fields_that_a_person_sets_and_comments_on_the_page_hinder_nobody(self, wiki: WikiUnderTest) -> None:
        """They are not the text, and they stay as people left them."""
        connector = wiki.connector()
        page = job(connector, body=OLD)
        later(wiki, minutes=5)
        wiki.set_field(page.ref, "status", "Missed", who=wiki.people[1].id)
        wiki.comment(page.ref, "What is this?", who=wiki.people[1].id)

        connector.rewrite(page, NEW)

        content = connector.read(page.ref)
        assert "in force" in content.text
        assert content.page.fields["status"] == "Missed"
        assert [comment.text for comment in content.comments] == ["What is this?"]

    def test_what_people_said_about_a_line_can_still_be_read(self, wiki: WikiUnderTest) -> None:
        """A line that somebody has commented on either stays, or takes nothing with it."""
        connector = wiki.connector()
        page = job(connector, body=NEW)
        later(wiki, minutes=5)
        wiki.comment(page.ref, "Since when?", on="What is new", who=wiki.people[1].id)

        try:
            connector.rewrite(page, SHORT)
        except Conflict:
            assert "What is new" in connector.read(page.ref).text
        else:
            assert [comment.text for comment in connector.read(page.ref).comments] == ["Since when?"]

    @pytest.mark.parametrize("kind", [Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER])
    def test_a_rewriting_that_was_cut_off_anywhere_is_gone_on_with(self, wiki: WikiUnderTest, kind: Fault) -> None:
        """With the same text or with another one: what was left half done is never taken for a person's words."""
        connector = wiki.connector()
        wanted = [connector.read(job(connector, f"made-{number}/2027-01-31", body=body).ref).digest
                  for number, body in enumerate((NEW, SHORT))]  # fmt: skip
        connector.rewrite(job(connector, "first/2027-01-31", body=OLD), NEW)
        whole = job(connector, "whole/2027-01-31", body=OLD)
        before = connector.calls
        connector.rewrite(whole, NEW)
        cut = 0
        for number in range(connector.calls - before):
            page = job(connector, f"cut-{number}/2027-01-31", body=OLD)
            wiki.fault(kind, after=number)
            try:
                connector.rewrite(page, NEW)
            except ConnectorError:
                cut += 1
            later(wiki, minutes=5)

            connector.rewrite(connector.page(page.ref), (NEW, SHORT)[number % 2])

            assert connector.read(page.ref).digest == wanted[number % 2], number
        assert cut

    def test_rows_keep_their_kind(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = connector.rewrite(job(connector, body=OLD), NEW)

        rows = [one.cells for one in connector.read(page.ref).blocks if one.kind is BlockKind.ROW]
        assert rows[:2] == [("What", "State"), ("scope", "in force")]
