"""How the bot sees what changed on Confluence: whose page it is, where it stands, and what a look costs."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from isms_bot.connector import Draft
from isms_bot.errors import Misconfigured, Permanent
from isms_bot.model import PageState, Source
from isms_bot.testing.promises.scenes import KEY, day, document, job, later, refs
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki, DataCenterWiki

FORM = ("- [ ] Restore it", "- [ ] Compare it", "Name:", "Signature:")


def cost(connector: object, act: object) -> int:
    """Requests of an act."""
    before = connector.calls  # type: ignore[attr-defined]
    act()  # type: ignore[operator]
    return connector.calls - before  # type: ignore[attr-defined, no-any-return]


# --- whose page ---


def test_the_creating_call_carries_the_key_so_that_a_lost_answer_is_found_again(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    wiki.sandbox.clear_requests()

    page = connector.create(Draft(Source.JOBS, KEY, "Job"))

    assert [one["method"] for one in wiki.sandbox.requests()] == ["POST"]
    assert wiki.seen(page.ref)["content_properties"] == {}
    [found] = wiki.connector().find(Source.JOBS, KEY)
    assert (found.ref, found.mark.page, found.is_original) == (page.ref, "", True)


def test_the_property_carries_the_id_of_its_page(wiki: ConfluenceWiki) -> None:
    page = job(wiki.connector())

    held = wiki.seen(page.ref)["content_properties"]["isms-bot"]

    assert (held["page"], held["key"], held["source"], held["v"]) == (page.ref, KEY, "jobs", 1)


@pytest.mark.parametrize("properties", [False, True], ids=["without its property", "with its property"])
@pytest.mark.parametrize("finished", [False, True], ids=["being prepared", "open"])
def test_a_copy_made_by_hand_is_no_job_of_the_bot(wiki: ConfluenceWiki, properties: bool, finished: bool) -> None:
    connector = wiki.connector()
    page = job(connector) if finished else connector.create(Draft(Source.JOBS, KEY, "Job"))

    copy = wiki.duplicate(page.ref, properties=properties)

    seen = {one.ref: one for one in connector.observe(Source.JOBS, None).pages}
    assert (seen[copy].is_original, seen[copy].mark.key) == (False, KEY)
    assert seen[page.ref].is_original
    with pytest.raises(Permanent, match="left alone"):
        connector.update(seen[copy], {"status": "Overdue"})


def test_a_mark_survives_a_person_who_deletes_both_tables(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector, due=day(20))
    wiki.act(None, "replace_body", page=page.ref, lines=["Signed"])

    seen = connector.page(page.ref)

    assert (seen.mark, seen.fields["due"], seen.fields["status"]) == (page.mark, day(20), "Open")
    assert refs(connector.find(Source.JOBS, KEY)) == [page.ref]


def test_nonsense_in_the_property_is_no_mark_and_no_error(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    api = connector._api
    api.put_property(page.ref, api.property_of(page.ref), {"v": 1, "installation": "x", "source": "nowhere"})

    seen = connector.page(page.ref)

    assert (seen.mark.page, seen.mark.key) == ("", KEY)


# --- where it stands ---


def test_a_row_in_a_folder_of_the_container_is_a_row(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    place = cloud.layout.sources[Source.QUESTIONS].ref
    folder = cloud.act(None, "create_folder", parent=place, title="Old ones")["page"]
    row = cloud.create_row(Source.QUESTIONS, "Why?")
    later(cloud, hours=1)
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    later(cloud, hours=1)
    cloud.move(row, folder)
    cloud.set_title(row, "Why so often?")

    assert refs(connector.observe(Source.QUESTIONS, None).pages) == [row]
    assert refs(connector.observe(Source.QUESTIONS, cursor).pages) == [row]
    assert connector.page(row).state is PageState.LIVE


def test_a_page_below_a_row_is_no_row(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    row = wiki.create_row(Source.QUESTIONS, "Why?")
    later(wiki, hours=1)
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    later(wiki, hours=1)
    below = wiki.act(None, "create_page", parent=row, title="Notes")["page"]

    assert refs(connector.observe(Source.QUESTIONS, None).pages) == [row]
    assert connector.observe(Source.QUESTIONS, cursor).pages == ()
    assert connector.page(below).state is PageState.LIVE


def test_a_filed_record_is_seen_as_a_job_wherever_one_looks(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    page = connector.file(job(connector), item)
    later(wiki, hours=1)
    cursors = {source: connector.observe(source, None).cursor for source in (Source.JOBS, Source.POLICIES)}
    later(wiki, hours=1)
    wiki.act(None, "append", page=page.ref, text="By the way")

    assert wiki.seen(page.ref)["parent"] == item
    assert refs(connector.observe(Source.JOBS, cursors[Source.JOBS]).pages) == [page.ref]
    assert connector.observe(Source.POLICIES, cursors[Source.POLICIES]).pages == ()
    assert refs(connector.observe(Source.JOBS, None).pages) == [page.ref]
    assert refs(connector.observe(Source.POLICIES, None).pages) == [item]


def test_a_job_dragged_into_another_container_has_moved(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)

    wiki.move(page.ref, Source.QUESTIONS)

    assert (connector.page(page.ref).source, connector.page(page.ref).state) == (Source.JOBS, PageState.MOVED)
    assert connector.observe(Source.QUESTIONS, None).pages == ()


def test_a_container_in_the_trash_is_said(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    wiki.trash(wiki.layout.sources[Source.DECISIONS].ref)

    with pytest.raises(Misconfigured, match="restore it"):
        connector.observe(Source.DECISIONS, None)


# --- what a look costs ---


def test_a_look_costs_one_request_and_one_per_page_that_changed(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    rows = cloud.create_rows(Source.QUESTIONS, [f"question {number}" for number in range(300)])
    later(cloud, hours=1)
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    later(cloud, hours=1)
    assert cost(connector, lambda: connector.observe(Source.QUESTIONS, cursor)) == 1

    cloud.set_title(rows[7], "Another question")

    assert cost(connector, lambda: connector.observe(Source.QUESTIONS, cursor)) == 2
    assert cost(connector, lambda: connector.observe(Source.QUESTIONS, cursor)) == 1


def test_three_hundred_rows_cost_no_request_each(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    cloud.create_rows(Source.QUESTIONS, [f"question {number}" for number in range(300)])

    # Two for the tree, three for the bodies.
    assert cost(connector, lambda: connector.observe(Source.QUESTIONS, None)) == 5


def test_pages_elsewhere_in_the_space_are_read_once_for_all_sources(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    later(wiki, hours=1)
    cursors = {source: connector.observe(source, None).cursor for source in Source}
    later(wiki, hours=1)
    wiki.act(None, "create_page", parent=wiki.root, title="Minutes")
    quiet = {source: cost(connector, lambda source=source: connector.observe(source, cursors[source])) for source in Source}  # type: ignore[misc]  # fmt: skip

    again = cost(connector, lambda: connector.observe(Source.JOBS, cursors[Source.JOBS]))

    ask = 2 if isinstance(wiki, CloudWiki) else 1
    # After a pause Data Center is asked twice: how long it was only the first answer tells.
    first = {} if isinstance(wiki, CloudWiki) else {next(iter(Source)): 2}
    assert {source: spent for source, spent in quiet.items() if spent != 1} in (
        {**first, Source.JOBS: ask + 1},
        {**first, Source.JOBS: ask + 2},
    )
    assert again == ask


def test_edits_of_the_bot_to_the_property_alone_cost_no_reading(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    page = job(connector)
    later(cloud, hours=1)
    cursor = connector.observe(Source.JOBS, None).cursor
    later(cloud, hours=1)
    connector.update(connector.page(page.ref), {"status": "Overdue"})

    assert cost(connector, lambda: connector.observe(Source.JOBS, cursor)) == 2
    assert connector.observe(Source.JOBS, None).pages[0].fields["status"] == "Overdue"


# --- ticks ---


def test_a_tick_that_makes_no_version_is_seen_with_who_ticked(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    procedure = cloud.create_procedure("Restore test", FORM)
    page, _ = connector.clone(connector.snapshot(procedure), Draft(Source.JOBS, KEY, "Job"))
    page = connector.update(page, {"status": "Open"})
    later(cloud, hours=1)
    cursor = connector.observe(Source.JOBS, None).cursor
    later(cloud, hours=1)
    ben = cloud.people[1].id
    version = cloud.seen(page.ref)["version"]

    cloud.tick(page.ref, "Restore it", who=ben)

    assert cloud.seen(page.ref)["version"] == version
    [seen] = connector.observe(Source.JOBS, cursor).pages
    assert (seen.ref, seen.edited_by, seen.edited_at) == (page.ref, ben, cloud.now)
    assert connector.update(seen, {"status": "Overdue"}).fields["status"] == "Overdue"


# --- cursors, lag ---


@pytest.mark.parametrize("cursor", ["", "yesterday", "[]", "{}", '{"v":1,"watermark":"soon"}'])
def test_a_cursor_of_somebody_else_is_refused_before_anything_is_asked(wiki: ConfluenceWiki, cursor: str) -> None:
    connector = wiki.connector()

    with pytest.raises(Permanent, match="observe without one"):
        connector.observe(Source.JOBS, cursor)
    assert connector.calls == 0


def test_an_index_that_lags_loses_nothing(datacenter: DataCenterWiki) -> None:
    connector = datacenter.connector()
    datacenter.access(index_lag=1200.0)
    row = datacenter.create_row(Source.QUESTIONS, "Why?")
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    later(datacenter, minutes=2)
    datacenter.set_title(row, "Why so often?")
    unseen = connector.observe(Source.QUESTIONS, cursor)
    later(datacenter, minutes=21)

    seen = connector.observe(Source.QUESTIONS, unseen.cursor)

    assert [page.title for page in unseen.pages] in ([], ["Why?"], ["Why so often?"])
    assert [page.title for page in seen.pages] == ["Why so often?"]


def test_a_look_after_a_long_pause_reaches_back_to_the_one_before(datacenter: DataCenterWiki) -> None:
    """The bot asks for the last so many minutes, and what time it is it knows from its latest answer."""
    connector = datacenter.connector()
    row = datacenter.create_row(Source.QUESTIONS, "Why?")
    before = connector.observe(Source.QUESTIONS, None)
    later(datacenter, minutes=10)
    datacenter.set_title(row, "Why so often?")
    later(datacenter, hours=5)

    assert [page.title for page in connector.observe(Source.QUESTIONS, before.cursor).pages] == ["Why so often?"]


def test_what_the_index_never_showed_is_seen_within_a_day(datacenter: DataCenterWiki) -> None:
    connector = datacenter.connector()
    row = datacenter.create_row(Source.QUESTIONS, "Why?")
    later(datacenter, hours=1)
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    later(datacenter, hours=1)
    datacenter.access(index_lag=timedelta(days=30).total_seconds())
    datacenter.set_title(row, "Why so often?")
    titles: list[str] = []
    for _ in range(25):
        later(datacenter, hours=1)
        seen = connector.observe(Source.QUESTIONS, cursor)
        cursor = seen.cursor
        titles += [page.title for page in seen.pages]

    assert "Why so often?" in titles


def test_a_page_dragged_into_a_container_is_seen_within_a_day(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    page = cloud.act(None, "create_page", parent=cloud.root, title="Why?")["page"]
    later(cloud, hours=1)
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    later(cloud, hours=1)
    cloud.move(page, Source.QUESTIONS)
    later(cloud, hours=24)

    seen = connector.observe(Source.QUESTIONS, cursor)
    later(cloud, hours=1)

    assert refs(seen.pages) == [page]
    assert connector.observe(Source.QUESTIONS, seen.cursor).pages == ()


def test_a_cursor_stays_small(wiki: ConfluenceWiki) -> None:
    wiki.create_rows(Source.QUESTIONS, [f"question {number}" for number in range(100)])

    cursor = wiki.connector().observe(Source.QUESTIONS, None).cursor

    assert len(cursor) < 1500
    assert json.loads(cursor)["v"] == 1


# --- titles ---


def test_a_title_that_somebody_has_taken_is_kept_from_the_bot_and_nothing_is_overwritten(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    theirs = wiki.act(None, "create_page", parent=wiki.root, title="restore TEST", lines=["Mine"])["page"]

    pages = [
        connector.create(Draft(Source.JOBS, f"restore/2027-01-31/p0{number}", "Restore test", body=document("Do it")))
        for number in (1, 1, 2)
    ]

    assert [page.title for page in pages] == [
        "Restore test · p01", "Restore test · p01 (2)", "Restore test · p02",
    ]  # fmt: skip
    assert (wiki.seen(theirs)["title"], wiki.seen(theirs)["text"]) == ("restore TEST", ["Mine"])


def test_an_archived_page_still_owns_its_title(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    theirs = cloud.act(None, "create_page", parent=cloud.root, title="Restore test")["page"]
    cloud.archive(theirs)

    assert connector.create(Draft(Source.JOBS, KEY, "Restore test")).title == "Restore test · 2027-01-31"


def test_another_title_that_is_taken_gets_the_end_of_the_key_too(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    wiki.act(None, "create_page", parent=wiki.root, title="Practice")
    page = job(connector)

    assert connector.update(page, {"title": "Practice"}).title == "Practice · 2027-01-31"
