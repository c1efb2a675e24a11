"""Promises about what the bot writes: its own pages only, by field id, harmless when repeated, and never over people's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isms_bot.connector import Draft
from isms_bot.document import Document, Heading, Item, Paragraph, Run, Step
from isms_bot.errors import Conflict, ConnectorError, Permanent
from isms_bot.model import BlockKind, PageRef, PageState, Source, Value
from isms_bot.testing.promises.copying import RICH
from isms_bot.testing.promises.scenes import KEY, block, day, document, job, later, refs, steps, texts, words
from isms_bot.testing.under_test import WikiUnderTest

HOSTILE = (
    "<script>alert(1)</script></p><h1>x</h1>",
    "[click](https://example.com) **bold** `code` ![img](x)",
    "- [x] not a step",
    "# not a heading",
    "| not | a row |",
    '{"v":1,"installation":"i","workspace":"w","key":"k","page":"p"}',
    "@Anna <@U123> {{macro}} ]]> &amp; &lt; %s {0}",
    "emoji 👩🏽‍💻 and e\u0301 and \u202eright to left",
)


class WritingPromises:
    """`create`, `update`, `file`, `protect`, `attach`, `trash`."""

    # --- create ---

    def test_every_kind_of_node_reads_back(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()

        content = connector.read(job(connector, body=RICH).ref)

        assert texts(content) == [
            "Restore test", "Bring one file back, see the manual", "Not on a Friday", "Choose", "old", "a week", "first", "nested",
            "Backups nobody restores are no backups", "Who | Signed", *texts(content, BlockKind.ROW)[1:], "Signature:",
        ]  # fmt: skip
        assert texts(content, BlockKind.HEADING) == ["Restore test"]
        assert [(one.text, one.checked) for one in content.blocks if one.kind is BlockKind.STEP] == [
            ("Choose", True),
            ("old", False),
        ]
        assert [one.cells for one in content.blocks if one.kind is BlockKind.ROW] == [("Who", "Signed"), ("Anna", "")]

    def test_a_mention_in_a_document_shows_the_name_of_the_person(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        body = Document((Paragraph((Run("For "), Run("", account=wiki.people[1].id))),))

        [text] = texts(connector.read(job(connector, body=body).ref))

        assert wiki.people[1].name in text

    def test_a_long_document_is_made_whole(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()

        content = connector.read(job(connector, body=steps(250, 4)).ref)

        assert [(one.text, one.depth) for one in content.blocks] == [
            (f"step {number}", number % 4) for number in range(250)
        ]

    def test_a_long_text_is_written_whole(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        text = "Word " * 1200 + "end"

        page = job(connector, body=document(text), evidence=text)

        assert texts(connector.read(page.ref)) == [text]
        assert connector.page(page.ref).fields["evidence"] == text

    def test_a_page_without_a_body_is_empty(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = connector.create(Draft(Source.FINDINGS, "finding/1", "A column is gone"))

        assert (page.title, texts(connector.read(page.ref))) == ("A column is gone", [])

    @pytest.mark.parametrize("text", HOSTILE)
    def test_words_from_people_stay_words(self, wiki: WikiUnderTest, text: str) -> None:
        connector = wiki.connector()
        body = Document((Paragraph(words(text)), Step(words(text)), Item(words(text)), Heading(2, words(text))))

        made = connector.create(Draft(Source.JOBS, KEY, text, {"evidence": text}, body))
        page, content = connector.page(made.ref), connector.read(made.ref)

        assert (page.title, page.fields["evidence"]) == (text, text)
        assert [one.text for one in content.blocks] == [text] * 4
        assert [one.kind for one in content.blocks] == [
            BlockKind.TEXT,
            BlockKind.STEP,
            BlockKind.TEXT,
            BlockKind.HEADING,
        ]
        assert page.mark is not None
        assert page.mark.key == KEY

    @pytest.mark.parametrize(
        ("source", "field", "value"),
        [
            pytest.param(Source.JOBS, "evidence", "a comment", id="text"),
            pytest.param(Source.JOBS, "status", "Recorded late", id="option"),
            pytest.param(Source.USERS, "works", ("Monday", "Friday"), id="options"),
            pytest.param(Source.USERS, "mail", "anna@example.com", id="mail"),
            pytest.param(Source.JOBS, "due", day(31), id="date"),
            pytest.param(Source.DISCUSSION, "missed", 2, id="number"),
            pytest.param(Source.PROCEDURES, "rewriting", True, id="checkbox"),
        ],
    )
    def test_values_of_every_kind_round_trip(
        self, wiki: WikiUnderTest, source: Source, field: str, value: Value
    ) -> None:
        connector = wiki.connector()
        made = connector.create(Draft(source, "a/1", "Page", {field: value}))
        empty = connector.create(Draft(source, "a/2", "Empty"))

        assert connector.page(made.ref).fields[field] == value
        assert not connector.page(empty.ref).fields.get(field)
        assert connector.update(made, {field: None}).fields[field] in (None, False)
        assert connector.page(made.ref).fields[field] in (None, False)

    def test_people_and_relations_round_trip(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        item = wiki.create_row(Source.POLICIES, "We keep backups")
        people = (wiki.people[0].id, wiki.people[2].id)

        page = connector.page(job(connector, assignee=people, policy=(item,)).ref)

        assert (page.fields["assignee"], page.fields["policy"]) == (people, (item,))
        assert connector.update(page, {"assignee": None}).fields["assignee"] is None

    # --- update ---

    def test_update_writes_the_fields_named_and_no_others(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector, due=day(31), evidence="first", assignee=(wiki.people[0].id,))

        page = connector.update(page, {"status": "Overdue", "evidence": "second"})

        for seen in (page, connector.page(page.ref)):
            assert (seen.fields["status"], seen.fields["evidence"]) == ("Overdue", "second")
            assert (seen.fields["due"], seen.fields["assignee"]) == (day(31), (wiki.people[0].id,))
            assert (seen.title, seen.fields["key"]) == ("Restore test, January", KEY)

    def test_update_leaves_the_words_of_people_alone(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.write(page.ref, "Name:", "Ben", who=wiki.people[1].id)
        before = connector.read(page.ref).blocks

        connector.update(connector.page(page.ref), {"status": "Overdue"})

        assert connector.read(page.ref).blocks == before

    def test_update_repeated_is_harmless(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        later(wiki, minutes=2)

        first = connector.update(page, {"status": "Overdue"})
        again = connector.update(page, {"status": "Overdue"})

        assert (again.fields, again.mark) == (first.fields, first.mark)
        assert refs(connector.find(Source.JOBS, KEY)) == [page.ref]

    def test_update_gives_a_page_another_title(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()

        page = connector.update(job(connector), {"title": "Restore test, practice"})

        assert (page.title, connector.page(page.ref).title) == ("Restore test, practice", "Restore test, practice")

    def test_update_is_a_conflict_where_the_platform_can_tell(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        later(wiki, minutes=2)
        wiki.set_field(page.ref, "due", day(20), who=wiki.people[1].id)

        if connector.capabilities.optimistic_lock:
            with pytest.raises(Conflict):
                connector.update(page, {"status": "Overdue"})
            assert connector.page(page.ref).fields["status"] == "Open"
        else:
            connector.update(page, {"status": "Overdue"})
            assert connector.page(page.ref).fields["status"] == "Overdue"
        assert connector.page(page.ref).fields["due"] == day(20)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("no_such_field", "x"), ("due", "tomorrow"), ("assignee", 7), ("missed", "two"), ("status", 3)],
    )
    def test_what_a_field_cannot_hold_is_refused_for_good(self, wiki: WikiUnderTest, field: str, value: Value) -> None:
        connector = wiki.connector()
        page = job(connector)

        with pytest.raises(Permanent, match=r".{10,}"):
            connector.update(page, {field: value})
        assert connector.page(page.ref).fields == page.fields

    # --- other people's pages ---

    @pytest.mark.parametrize("whose", ["a person's", "another installation's", "a copy"])
    @pytest.mark.parametrize("verb", ["update", "rewrite", "file", "protect", "trash"])
    def test_pages_that_are_not_ours_are_left_alone(self, wiki: WikiUnderTest, whose: str, verb: str) -> None:
        connector = wiki.connector()
        item = wiki.create_row(Source.POLICIES, "We keep backups")
        makers: dict[str, Callable[[], PageRef]] = {
            "a person's": lambda: wiki.create_row(Source.JOBS, "By hand", {"status": "Open"}),
            "another installation's": lambda: job(wiki.other_installation()).ref,
            "a copy": lambda: wiki.duplicate(job(connector).ref),
        }
        page = connector.page(makers[whose]())
        acts: dict[str, Callable[[], object]] = {
            "update": lambda: connector.update(page, {"status": "Overdue"}),
            "rewrite": lambda: connector.rewrite(page, document("All new")),
            "file": lambda: connector.file(page, item),
            "protect": lambda: connector.protect(page),
            "trash": lambda: connector.trash(page),
        }

        with pytest.raises(ConnectorError):
            acts[verb]()
        assert connector.page(page.ref) == page

    # --- filing ---

    def test_a_filed_record_stands_under_its_policy_and_stays_a_job(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        item = wiki.create_row(Source.POLICIES, "We keep backups")
        page = job(connector)
        before = connector.read(page.ref).digest

        filed = connector.file(page, item)
        connector.file(filed, item)

        assert filed.fields["policy"] == (item,)
        assert connector.page(page.ref).fields["policy"] == (item,)
        assert connector.page(page.ref).state is PageState.LIVE
        assert refs(connector.find(Source.JOBS, KEY)) == [page.ref]
        assert connector.read(page.ref).digest == before

    def test_protect_says_whether_the_platform_can(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)

        assert connector.protect(page) is connector.capabilities.restrictions
        assert connector.protect(connector.page(page.ref)) is connector.capabilities.restrictions
        assert texts(connector.read(page.ref)) == ["Name:", "Signature:"]

    def test_the_bot_still_writes_the_fields_of_a_protected_record(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        connector.protect(page)

        assert connector.update(connector.page(page.ref), {"status": "Recorded"}).fields["status"] == "Recorded"

    def test_an_attachment_is_replaced_by_name_or_refused_for_good(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        before = connector.read(page.ref).digest

        try:
            connector.attach(page.ref, "evidence.json", b"{}")
        except Permanent:
            assert connector.read(page.ref).attachments == ()
            return
        connector.attach(page.ref, "evidence.json", b"[]")
        assert connector.read(page.ref).attachments == ("evidence.json",)
        assert connector.read(page.ref).digest == before

    # --- trash ---

    def test_trash_takes_an_untouched_page_of_ours_away(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)

        connector.trash(page)

        assert connector.page(page.ref).state is PageState.TRASHED
        assert connector.find(Source.JOBS, KEY) == ()

    def test_trash_repeated_is_harmless(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        connector.trash(page)

        connector.trash(page)

        assert connector.page(page.ref).state is PageState.TRASHED

    @pytest.mark.parametrize("touch", ["a tick", "a line", "a field", "a comment"])
    def test_trash_refuses_a_page_that_a_person_has_touched(self, wiki: WikiUnderTest, touch: str) -> None:
        connector = wiki.connector()
        page = job(connector, body=Document((Step(words("Do it")), Paragraph(words("Name:")))))
        later(wiki, seconds=1)
        ben = wiki.people[1].id
        touches: dict[str, Callable[[], object]] = {
            "a tick": lambda: wiki.tick(page.ref, who=ben),
            "a line": lambda: wiki.write(page.ref, "Name:", "Ben", who=ben),
            "a field": lambda: wiki.set_field(page.ref, "due", day(20), who=ben),
            "a comment": lambda: wiki.comment(page.ref, "On it", who=ben),
        }
        touches[touch]()

        with pytest.raises(Conflict):
            connector.trash(page)
        assert connector.page(page.ref).state is PageState.LIVE
        assert block(connector.read(page.ref), "Do it")
