"""Promises about copies: a clone is the procedure, unticked and whole, or an error; and what is lost is said."""

from __future__ import annotations

from isms_bot.connector import Draft
from isms_bot.document import Callout, Divider, Document, Heading, Item, Paragraph, Quote, Run, Step, Table
from isms_bot.model import BlockKind, Source, Value
from isms_bot.testing.promises.scenes import FORM, KEY, day, later, steps, texts, words
from isms_bot.testing.under_test import WikiUnderTest

RICH = Document(
    (
        Heading(1, words("Restore test")),
        Paragraph((Run("Bring "), Run("one", bold=True), Run(" file back, see "), Run("the manual", link="https://example.com/m"))),
        Callout(words("Not on a Friday")),
        Step(words("Choose"), checked=True, children=(Step(words("old"), children=(Item(words("a week")),)),)),
        Item(words("first"), numbered=True, children=(Item(words("nested"), numbered=True),)),
        Quote(words("Backups nobody restores are no backups")),
        Divider(),
        Table(((words("Who"), words("Signed")), (words("Anna"), ()))),
        Paragraph(words("Signature:")),
    )
)  # fmt: skip


class CopyingPromises:
    """`snapshot` and `clone`."""

    def test_a_clone_reads_like_the_procedure_with_all_boxes_empty(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        snapshot = connector.snapshot(wiki.create_procedure("Restore test", FORM))

        page, loss = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Restore test, January"))
        copy = connector.read(page.ref)

        assert copy.digest == snapshot.digest
        assert texts(copy) == texts(snapshot.content)
        assert [one.checked for one in copy.blocks if one.kind is BlockKind.STEP] == [False] * 4
        assert loss.sentences == ()

    def test_the_procedure_keeps_its_ticks_and_its_place(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = wiki.create_procedure("Restore test", FORM)
        before = connector.read(procedure)

        connector.clone(connector.snapshot(procedure), Draft(Source.JOBS, KEY, "Restore test, January"))

        assert connector.read(procedure) == before

    def test_a_clone_has_the_fields_title_and_mark_of_its_draft(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = wiki.create_procedure("Restore test", FORM)
        fields: dict[str, Value] = {
            "status": "Preparing",
            "due": day(31),
            "procedure": (procedure,),
            "assignee": (wiki.people[1].id,),
        }

        made, _ = connector.clone(
            connector.snapshot(procedure), Draft(Source.JOBS, KEY, "Restore test, January", fields)
        )
        page = connector.page(made.ref)

        assert (page.source, page.title) == (Source.JOBS, "Restore test, January")
        assert {name: page.fields[name] for name in fields} == fields
        assert page.mark is not None
        assert (page.mark.key, page.is_original) == (KEY, True)
        assert [one.ref for one in connector.find(Source.JOBS, KEY)] == [page.ref]

    def test_comments_of_the_procedure_stay_there(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = wiki.create_procedure("Restore test", FORM)
        wiki.comment(procedure, "Could be shorter")

        page, _ = connector.clone(connector.snapshot(procedure), Draft(Source.JOBS, KEY, "Restore test, January"))

        assert connector.read(page.ref).comments == ()

    def test_a_snapshot_is_the_procedure_of_that_moment(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = wiki.create_procedure("Restore test", FORM)
        snapshot = connector.snapshot(procedure)
        wiki.edit_text(procedure, "one file", "two files")

        page, _ = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Restore test, January"))

        assert connector.read(page.ref).digest == snapshot.digest
        assert "Bring one file back from the backup." in texts(connector.read(page.ref))

    def test_the_digest_of_a_snapshot_does_not_depend_on_ticks(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = wiki.create_procedure("Restore test", FORM)
        before = connector.snapshot(procedure)
        wiki.tick(procedure)

        after = connector.snapshot(procedure)

        assert after.digest == before.digest
        assert after.content.digest != before.content.digest

    def test_every_kind_of_content_is_copied(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = connector.create(Draft(Source.PROCEDURES, "procedure/restore-test", "Restore test", body=RICH))
        snapshot = connector.snapshot(procedure.ref)

        page, loss = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Restore test, January"))
        copy = connector.read(page.ref)

        assert loss.sentences == ()
        assert copy.digest == snapshot.digest
        assert texts(copy) == texts(snapshot.content)
        assert [one.cells for one in copy.blocks if one.kind is BlockKind.ROW] == [("Who", "Signed"), ("Anna", "")]
        assert [one.depth for one in copy.blocks if one.text in ("Choose", "old", "a week")] == [0, 1, 2]

    def test_a_clone_can_be_cloned(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        first = connector.snapshot(wiki.create_procedure("Restore test", FORM))
        page, _ = connector.clone(first, Draft(Source.PROCEDURES, "procedure/a", "Copy"))

        second = connector.snapshot(page.ref)

        assert second.digest == first.digest == second.content.digest

    def test_two_hundred_and_fifty_blocks_on_four_levels_are_copied_whole(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = connector.create(Draft(Source.PROCEDURES, "procedure/long", "Long", body=steps(250, 4)))
        snapshot = connector.snapshot(procedure.ref)

        page, _ = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Long, January"))
        copy = connector.read(page.ref)

        assert [one.text for one in copy.blocks] == [f"step {number}" for number in range(250)]
        assert [one.depth for one in copy.blocks] == [number % 4 for number in range(250)]
        assert copy.digest == snapshot.digest

    def test_what_a_copy_cannot_carry_over_is_said_and_the_rest_is_copied(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        procedure = wiki.create_procedure("Restore test", FORM)
        wiki.append_uncopyable(procedure)
        wiki.append(procedure, "After it")
        snapshot = connector.snapshot(procedure)

        page, loss = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Restore test, January"))
        copy = connector.read(page.ref)

        assert snapshot.losses
        assert loss.sentences
        assert set(snapshot.losses) <= set(loss.sentences)
        assert len(set(loss.sentences)) == len(loss.sentences)
        assert copy.digest == snapshot.digest
        assert [text for text in ("Restore it", "Signature:", "After it") if text not in texts(copy)] == []

    def test_one_snapshot_serves_many_clones(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        snapshot = connector.snapshot(wiki.create_procedure("Restore test", FORM))
        pages = []
        for number in (1, 2, 3):
            later(wiki, minutes=5)
            pages.append(connector.clone(snapshot, Draft(Source.JOBS, f"{KEY}/p0{number}", "Restore test"))[0])
        wiki.tick(pages[0].ref)

        digests = [connector.read(page.ref).digest for page in pages]

        assert digests[0] != snapshot.digest
        assert digests[1:] == [snapshot.digest, snapshot.digest]

    def test_an_empty_procedure_can_be_cloned(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        snapshot = connector.snapshot(wiki.create_procedure("Nothing yet", []))

        page, _ = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Nothing yet, January"))

        assert connector.read(page.ref).digest == snapshot.digest
