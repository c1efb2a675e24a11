"""Promises about reading a page whole: what stands there, in which order, by whom; and when two pages are the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from isms_bot.document import Document, Paragraph, Run, Table
from isms_bot.model import BlockKind, PageRef, Source
from isms_bot.testing.promises.scenes import FORM, block, document, job, later, texts, words
from isms_bot.testing.under_test import WikiUnderTest


class ReadingPromises:
    """`read` and the canonical digest."""

    def test_a_page_reads_in_reading_order(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = wiki.create_procedure("Restore test", FORM)

        content = connector.read(page)

        assert texts(content) == [
            "Restore test", "Bring one file back from the backup.", "Choose a file", "not older than a week", "not yours",
            "Restore it", "Where did you put it?", "Name:", "Date:", "Signature:",
        ]  # fmt: skip
        assert content.page.ref == page

    def test_steps_nest_and_tell_whether_they_are_ticked(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = wiki.create_procedure("Restore test", FORM)

        steps = [one for one in connector.read(page).blocks if one.kind is BlockKind.STEP]

        assert [(one.text, one.depth, one.checked) for one in steps] == [
            ("Choose a file", 0, False), ("not older than a week", 1, False), ("not yours", 1, True), ("Restore it", 0, False),
        ]  # fmt: skip

    def test_headings_and_lines_are_told_apart(self, wiki: WikiUnderTest) -> None:
        content = wiki.connector().read(wiki.create_procedure("Restore test", FORM))

        assert texts(content, BlockKind.HEADING) == ["Restore test"]
        assert "Name:" in texts(content, BlockKind.TEXT)

    def test_a_table_reads_as_rows_of_cells(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        rows = ((words("Who"), words("Signed")), (words("Anna"), ()), (words("Ben"), words("4 January | late")))
        page = job(
            connector, body=Document((Paragraph(words("Sign here")), Table(rows), Paragraph(words("Thank you"))))
        )

        content = connector.read(page.ref)

        cells = [one.cells for one in content.blocks if one.kind is BlockKind.ROW]
        assert cells == [("Who", "Signed"), ("Anna", ""), ("Ben", "4 January | late")]
        assert content.blocks[0].text == "Sign here"
        assert content.blocks[-1].text == "Thank you"

    def test_more_blocks_than_a_vendor_shows_at_once_are_all_read(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = wiki.create_procedure("Long", [f"- [ ] step {number}" for number in range(130)])
        wiki.append(page, *(f"line {number}" for number in range(130)))

        wanted = [f"step {number}" for number in range(130)] + [f"line {number}" for number in range(130)]
        assert texts(connector.read(page)) == wanted

    def test_the_author_of_a_value_is_the_person_who_wrote_it(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = wiki.create_procedure("Restore test", FORM)
        later(wiki, hours=1)
        wiki.tick(page, "Restore it", who=wiki.people[1].id)
        wiki.write(page, "Name:", wiki.people[2].name, who=wiki.people[2].id)

        content = connector.read(page)

        tick, name, untouched = block(content, "Restore it"), block(content, "Name:"), block(content, "Date:")
        assert (tick.checked, tick.author) == (True, wiki.people[1].id)
        assert (name.text, name.author) == (f"Name: {wiki.people[2].name}", wiki.people[2].id)
        assert untouched.author != wiki.people[2].id
        assert tick.at is not None
        assert timedelta(0) <= wiki.now - tick.at <= timedelta(seconds=content.precision)

    def test_what_the_bot_wrote_is_nobodys(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        people = {person.id for person in wiki.people}

        content = connector.read(job(connector).ref)

        assert content.blocks
        assert not {one.author for one in content.blocks} & people

    def test_the_precision_of_times_is_told(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()

        assert connector.read(job(connector).ref).precision == connector.capabilities.time_precision

    # --- comments ---

    def test_comments_on_page_and_blocks_are_read_with_author_and_time(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        on_page = wiki.comment(page.ref, "Signed", who=wiki.people[1].id)
        on_block = wiki.comment(page.ref, "What do I write here?", on="Signature:", who=wiki.people[2].id)

        content = connector.read(page.ref)

        seen = {one.id: (one.text, one.author, one.by_person) for one in content.comments}
        assert seen == {
            on_page: ("Signed", wiki.people[1].id, True),
            on_block: ("What do I write here?", wiki.people[2].id, True),
        }
        ages = [wiki.now - one.at for one in content.comments]
        assert all(timedelta(0) <= age <= timedelta(seconds=content.precision) for age in ages)

    def test_resolved_comments_are_not_read(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        closed = wiki.comment(page.ref, "Which file?", on="Name:")
        kept = wiki.comment(page.ref, "Signed")
        wiki.resolve(page.ref, closed)

        assert [one.id for one in connector.read(page.ref).comments] == [kept]

    def test_more_comments_than_a_vendor_shows_at_once_are_all_read(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        made = [wiki.comment(page.ref, f"comment {number}") for number in range(103)]

        assert sorted(one.id for one in connector.read(page.ref).comments) == sorted(made)

    def test_links_of_a_comment_are_read(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.comment(page.ref, "see there", link="https://example.com/ticket#7")

        [comment] = connector.read(page.ref).comments

        assert (comment.text, comment.links) == ("see there", ("https://example.com/ticket#7",))

    def test_a_comment_is_no_edit_of_the_text(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        before = connector.read(page.ref).digest
        wiki.comment(page.ref, "Signed")

        assert connector.read(page.ref).digest == before

    # --- the canonical digest ---

    def test_the_same_text_has_the_same_digest_in_any_page_at_any_time(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        first = wiki.create_procedure("One", FORM)
        later(wiki, days=3)
        second = wiki.create_procedure("Another", FORM, who=wiki.people[1].id)

        one, other = connector.read(first), connector.read(second)

        assert (one.digest, one.text) == (other.digest, other.text)
        assert not {block.id for block in one.blocks} & {block.id for block in other.blocks}

    def test_the_digest_does_not_depend_on_how_runs_are_split(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = wiki.create_procedure("One", FORM)
        before = connector.read(page)
        wiki.split_runs(page, "Bring one file back")

        after = connector.read(page)

        assert (after.digest, texts(after)) == (before.digest, texts(before))

    def test_reading_changes_nothing(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector).ref

        assert connector.read(page) == connector.read(page)

    def test_fields_of_the_bot_are_no_part_of_the_digest(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        before = connector.read(page.ref).digest
        connector.update(page, {"status": "Recorded", "evidence": "comment of 4 January"})

        assert connector.read(page.ref).digest == before

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda wiki, page: wiki.tick(page, "Restore it"), id="a tick"),
            pytest.param(lambda wiki, page: wiki.tick(page, "not yours", checked=False), id="a tick taken off"),
            pytest.param(lambda wiki, page: wiki.edit_text(page, "one file", "two files"), id="another word"),
            pytest.param(lambda wiki, page: wiki.write(page, "Name:", "Ben"), id="a line filled"),
            pytest.param(lambda wiki, page: wiki.append(page, "By the way"), id="a line added"),
        ],
    )
    def test_the_digest_changes_with_the_text(
        self, wiki: WikiUnderTest, change: Callable[[WikiUnderTest, PageRef], None]
    ) -> None:
        connector = wiki.connector()
        page = wiki.create_procedure("One", FORM)
        before = connector.read(page)

        change(wiki, page)

        after = connector.read(page)
        assert (after.digest == before.digest, after.text == before.text) == (False, False)

    def test_a_tick_taken_back_restores_the_digest(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = wiki.create_procedure("One", FORM)
        before = connector.read(page).digest
        wiki.tick(page, "Restore it")
        wiki.tick(page, "Restore it", checked=False)

        assert connector.read(page).digest == before

    def test_where_a_link_leads_and_who_is_mentioned_is_part_of_the_digest(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        runs = (
            (Run("here", link="https://example.com/a"),), (Run("here", link="https://example.com/b"),),
            (Run("", account=wiki.people[0].id),), (Run("", account=wiki.people[1].id),),
        )  # fmt: skip
        pages = [
            job(connector, f"a/2027-01-0{number}", Document((Paragraph(run),))) for number, run in enumerate(runs, 1)
        ]

        assert len({connector.read(page.ref).digest for page in pages}) == 4

    def test_order_is_part_of_the_digest(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        pages = [job(connector, "a/2027-01-01", document("a", "b")), job(connector, "a/2027-01-02", document("b", "a"))]

        assert len({connector.read(page.ref).digest for page in pages}) == 2

    def test_pages_without_a_mark_are_read_too(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        row = wiki.create_row(Source.QUESTIONS, "Why?", None, ["Because"])

        assert texts(connector.read(row)) == ["Because"]
