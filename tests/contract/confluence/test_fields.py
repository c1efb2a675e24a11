"""Fields on Confluence: the bot's property, the table that people read and edit, and which of the two counts."""

from __future__ import annotations

import pytest

from isms_bot.connector import Draft
from isms_bot.errors import Conflict, Permanent
from isms_bot.layout import BY_SOURCE
from isms_bot.model import Mark, Page, Source, Span, Value
from isms_bot.testing.promises.scenes import KEY, day, document, job, refs
from isms_bot_confluence import fields
from isms_bot_confluence.fields import Record
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki


def shown(wiki: ConfluenceWiki, page: Page | str) -> dict[str, str]:
    """The table as people read it."""
    found: dict[str, str] = wiki.seen(page if isinstance(page, str) else page.ref)["properties"]
    return found


# --- which of the two counts ---


def test_a_cell_that_a_person_changed_counts_instead_of_the_property(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector, due=day(20), assignee=(wiki.people[0].id,))

    wiki.set_field(page.ref, "due", day(25))
    wiki.set_field(page.ref, "assignee", (wiki.people[1].id,))
    seen = connector.page(page.ref)

    assert (seen.fields["due"], seen.fields["assignee"]) == (day(25), (wiki.people[1].id,))
    assert seen.fields["status"] == "Open"


def test_what_the_bot_writes_afterwards_prevails_over_the_cell(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector, due=day(20))
    wiki.set_field(page.ref, "due", day(25))

    connector.update(connector.page(page.ref), {"due": day(28)})

    assert connector.page(page.ref).fields["due"] == day(28)
    assert shown(wiki, page)["Due"] == "2027-01-25"
    wiki.set_field(page.ref, "due", day(29))
    assert connector.page(page.ref).fields["due"] == day(29)


def test_a_status_set_back_on_a_page_that_is_no_job_stands_there_again_and_can_be_set_anew(
    wiki: ConfluenceWiki,
) -> None:
    connector = wiki.connector()
    made = connector.create(
        Draft(Source.NONCONFORMITIES, "nc/1", "NC-001", {"status": "Open"}, document("What happened"))
    )
    page = connector.update(made, {"number": "NC-001"})
    wiki.append(page.ref, "My view of it")
    wiki.set_field(page.ref, "status", "Retracted")

    connector.update(connector.page(page.ref), {"status": "Open"})

    assert shown(wiki, page)["Status"] == "Open"
    assert [line for line in wiki.seen(page.ref)["text"] if line in ("What happened", "My view of it")] == [
        "What happened",
        "My view of it",
    ]
    wiki.set_field(page.ref, "status", "Retracted", who=wiki.people[1].id)
    seen = connector.page(page.ref)
    assert (seen.fields["status"], seen.edited_by) == ("Retracted", wiki.people[1].id)


def test_a_cell_that_a_person_changed_stays_when_the_bot_writes_another_field(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector, due=day(20))
    wiki.set_field(page.ref, "due", day(25))

    page = connector.update(connector.page(page.ref), {"status": "Overdue"})

    for seen in (page, connector.page(page.ref)):
        assert (seen.fields["due"], seen.fields["status"]) == (day(25), "Overdue")


def test_a_cell_that_was_emptied_empties_the_field(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector, assignee=(wiki.people[0].id,))

    wiki.set_field(page.ref, "assignee", None)

    assert connector.page(page.ref).fields["assignee"] is None


def test_a_row_that_was_deleted_or_renamed_changes_nothing(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector, due=day(20), evidence="a comment")
    wiki.act(None, "delete_property", property="Due", page=page.ref)
    wiki.act(None, "rename_property", property="What was seen", to="Seen", page=page.ref)

    seen = connector.page(page.ref)
    connector.update(seen, {"status": "Overdue"})

    for now in (seen, connector.page(page.ref)):
        assert (now.fields["due"], now.fields["evidence"]) == (day(20), "a comment")


def test_rows_of_people_are_read_from_their_tables(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    manager = wiki.create_row(Source.USERS, "Hana")
    values: dict[str, Value] = {
        "account": (wiki.people[1].id,), "mail": "ben@example.com", "roles": ("developer", "deputy"),
        "since": day(4), "away": Span(day(11).start, day(15).start), "manager": (manager,), "zone": "Europe/Amsterdam",
    }  # fmt: skip

    row = wiki.create_row(Source.USERS, "Ben", values)

    seen = {page.ref: page for page in connector.observe(Source.USERS, None).pages}[row]
    assert {name: seen.fields[name] for name in values} == values
    assert (seen.title, seen.mark, seen.fields["until"]) == ("Ben", None, None)


def test_a_row_without_any_table_has_empty_fields(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    row = wiki.act(None, "create_page", parent=wiki.layout.sources[Source.QUESTIONS].ref, title="Why?")["page"]

    [seen] = connector.observe(Source.QUESTIONS, None).pages

    assert (seen.ref, set(seen.fields.values())) == (row, {None})


# --- the body of an open job ---


def test_the_body_of_an_open_job_is_never_written(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector, due=day(20))
    before = wiki.seen(page.ref)

    for values in ({"status": "Overdue"}, {"due": day(28)}, {"assignee": (wiki.people[1].id,)}, {"status": "Missed"}):
        page = connector.update(page, values)

    after = wiki.seen(page.ref)
    assert (after["storage"], after["version"]) == (before["storage"], before["version"])


def test_opening_a_job_shows_its_people_and_days_before_anybody_works_in_it(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    policy = wiki.create_row(Source.POLICIES, "We keep backups")
    made = connector.create(Draft(Source.JOBS, KEY, "Restore test", {"status": "Preparing", "policy": (policy,)}))

    connector.update(made, {"status": "Open", "assignee": (wiki.people[0].id,), "due": day(31)})

    table = shown(wiki, made)
    assert (table["Status"], table["Due"], table["Policy"]) == ("Open", "2027-01-31", "We keep backups")
    assert wiki.people[0].name in table["Assignee"]
    assert wiki.seen(made.ref)["version"] == 2


def test_a_closing_status_is_shown_on_a_page_that_nobody_touched_and_else_once_it_is_filed(
    wiki: ConfluenceWiki,
) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    untouched, touched = job(connector), job(connector, "b/2027-01-31")
    wiki.write(touched.ref, "Name:", "Ben", who=wiki.people[1].id)

    connector.update(untouched, {"status": "Cancelled"})
    page = connector.update(connector.page(touched.ref), {"status": "Recorded"})

    assert (shown(wiki, untouched)["Status"], shown(wiki, touched)["Status"]) == ("Cancelled", "Open")
    connector.file(page, item)
    assert (shown(wiki, touched)["Status"], shown(wiki, touched)["Policy"]) == ("Recorded", "We keep backups")
    assert "Name: Ben" in wiki.seen(touched.ref)["text"]


def test_pages_of_the_bot_that_nobody_touched_show_what_they_hold(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = connector.create(Draft(Source.FINDINGS, "finding/x", "A page is gone", {"status": "Open"}, document("Look")))
    page = connector.update(page, {})

    connector.update(page, {"status": "Resolved"})

    assert shown(wiki, page)["Status"] == "Resolved"


def test_pages_of_the_bot_in_which_people_wrote_keep_their_body(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = connector.create(Draft(Source.QUESTIONS, "question/x", "Why?", {"status": "Open"}, document("Why?")))
    page = connector.update(page, {})
    wiki.append(page.ref, "Because")
    before = wiki.seen(page.ref)["storage"]

    page = connector.update(connector.page(page.ref), {"status": "Answered"})

    assert wiki.seen(page.ref)["storage"] == before
    assert connector.page(page.ref).fields["status"] == "Answered"


def test_nothing_but_the_table_changes_in_a_body_that_is_written(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    page = job(connector)
    wiki.append(page.ref, "Signed by Ben")
    body = wiki.seen(page.ref)["storage"]

    connector.file(connector.page(page.ref), item)

    after = wiki.seen(page.ref)["storage"]
    tail = body[body.rindex("</ac:structured-macro>") :]
    assert "Signed by Ben" in tail
    assert after.endswith(tail)


# --- writing twice, and at the same time ---


def test_writing_the_same_again_writes_nothing(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    page = connector.update(page, {"status": "Overdue"})
    wiki.sandbox.clear_requests()

    connector.update(page, {"status": "Overdue"})

    assert {one["method"] for one in wiki.sandbox.requests()} == {"GET"}


def test_an_edit_in_the_very_moment_is_a_conflict(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    wiki.write(page.ref, "Name:", "Ben", who=wiki.people[1].id)

    with pytest.raises(Conflict, match="read it again"):
        connector.update(page, {"status": "Overdue"})


def test_two_writers_of_the_property_do_not_undo_each_other(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    api = connector._api
    stale = api.property_of(page.ref)
    connector.update(page, {"status": "Overdue"})

    with pytest.raises(Conflict):
        api.put_property(page.ref, stale, {"v": 1})
    with pytest.raises(Conflict):
        api.put_property(page.ref, None, {"v": 1})
    assert connector.page(page.ref).fields["status"] == "Overdue"


def test_an_archived_page_is_left_as_it_is(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    page = job(connector)
    cloud.archive(page.ref)

    with pytest.raises(Conflict, match="archived"):
        connector.update(page, {"status": "Overdue"})


def test_the_first_update_leaves_labels_for_people_who_look(wiki: ConfluenceWiki) -> None:
    page = job(wiki.connector())

    assert sorted(wiki.seen(page.ref)["labels"]) == ["isms-bot", "isms-jobs"]


def test_a_label_that_could_not_be_written_loses_nothing(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    made = connector.create(Draft(Source.JOBS, KEY, "Job"))
    cloud.sandbox.faults({"effect": "conflict", "path": "/label$", "times": None})

    with pytest.raises(Conflict):
        connector.update(made, {"status": "Open"})
    cloud.sandbox.faults()

    assert connector.page(made.ref).fields["status"] == "Open"
    assert refs(connector.find(Source.JOBS, KEY)) == [made.ref]


# --- the record, without a wiki ---

RECORD = Record(
    Mark("inst", "acme", KEY, "4711"),
    Source.JOBS,
    {"status": "Open", "due": day(20), "assignee": ("a", "b"), "evidence": None},
    {"status": "0123456789abcdef"},
)


def test_a_record_reads_back_as_it_was_written() -> None:
    assert fields.read(fields.write(RECORD, "Job")) == RECORD


@pytest.mark.parametrize(
    "change",
    [
        {"v": "1"}, {"v": True}, {"key": None}, {"page": 4711}, {"source": "nowhere"}, {"fields": []}, {"seen": None},
        {"fields": {"due": "tomorrow"}}, {"fields": {"due": {"start": "x", "end": None}}}, {"fields": {"status": 7}},
    ],
    ids=str,
)  # fmt: skip
def test_a_property_that_somebody_bent_is_no_record(change: dict[str, object]) -> None:
    assert fields.read({**fields.write(RECORD, "Job"), **change}) is None


def test_fields_that_are_larger_than_a_property_are_refused_before_anything_is_sent(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    wiki.sandbox.clear_requests()

    with pytest.raises(Permanent, match="32 KB"):
        connector.update(page, {"evidence": "x" * 40_000})
    assert {one["method"] for one in wiki.sandbox.requests()} <= {"GET"}


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("due", Span(day(5).start, day(5).start), day(5)),
        ("status", "", None),
        ("assignee", (), None),
    ],
)
def test_values_are_kept_in_one_way(field: str, given: Value, kept: Value) -> None:
    assert fields.checked(BY_SOURCE[Source.JOBS].field(field), given, "") == kept


def test_later_changes_of_the_layout_drop_what_is_unknown() -> None:
    held = fields.write(RECORD, "Job")
    held["fields"]["mood"] = "good"

    record = fields.read(held)

    assert record is not None
    assert "mood" not in record.fields
