"""Promises about looking: complete, cheap, exact, and never a minute lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isms_bot.connector import Draft
from isms_bot.model import Mark, PageState, Source
from isms_bot.testing.promises.scenes import KEY, day, job, later, refs
from isms_bot.testing.under_test import WikiUnderTest


class ObservingPromises:
    """`observe`, `find`, `page`, marks."""

    def test_the_first_look_shows_all_pages(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        made = [job(connector, f"a/2027-01-0{number}").ref for number in (1, 2, 3)]
        by_hand = wiki.create_row(Source.JOBS, "Somebody's own")

        assert refs(connector.observe(Source.JOBS, None).pages) == sorted([*made, by_hand])

    def test_an_empty_container_is_no_error(self, wiki: WikiUnderTest) -> None:
        assert wiki.connector().observe(Source.DECISIONS, None).pages == ()

    def test_nothing_changed_costs_two_calls_at_most_however_many_pages_there_are(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        costs = []
        for number in range(1, 7):
            job(connector, f"a/2027-01-0{number}")
            if number % 3:
                continue
            later(wiki, hours=1)
            cursor = connector.observe(Source.JOBS, None).cursor
            later(wiki, hours=1)
            before = connector.calls
            assert connector.observe(Source.JOBS, cursor).pages == ()
            costs.append(connector.calls - before)

        assert costs[0] == costs[1] <= 2

    def test_a_change_since_the_cursor_comes_with_its_author_and_time(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page, _quiet = job(connector), job(connector, "b/2027-01-01")
        later(wiki, hours=1)
        cursor = connector.observe(Source.JOBS, None).cursor
        later(wiki, hours=1)
        wiki.set_field(page.ref, "due", day(20), who=wiki.people[1].id)

        [seen] = connector.observe(Source.JOBS, cursor).pages

        assert (seen.ref, seen.fields["due"], seen.edited_by) == (page.ref, day(20), wiki.people[1].id)
        assert seen.edited_at is not None
        assert timedelta(0) <= wiki.now - seen.edited_at <= timedelta(seconds=connector.capabilities.time_precision)

    def test_an_edit_in_the_minute_of_the_cursor_is_not_lost(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.set_now(wiki.now.replace(second=5))
        cursor = connector.observe(Source.JOBS, None).cursor
        later(wiki, seconds=20)
        wiki.set_title(page.ref, "Renamed in the same minute")
        later(wiki, minutes=3)

        assert "Renamed in the same minute" in [seen.title for seen in connector.observe(Source.JOBS, cursor).pages]

    def test_an_edit_of_the_body_is_a_change_of_the_page(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        later(wiki, hours=1)
        cursor = connector.observe(Source.JOBS, None).cursor
        later(wiki, hours=1)
        wiki.write(page.ref, "Name:", "Ben", who=wiki.people[1].id)

        assert refs(connector.observe(Source.JOBS, cursor).pages) == [page.ref]

    def test_a_cursor_outlives_the_process(self, wiki: WikiUnderTest) -> None:
        page = job(wiki.connector())
        later(wiki, hours=1)
        cursor = wiki.connector().observe(Source.JOBS, None).cursor
        later(wiki, hours=1)
        wiki.set_title(page.ref, "Later")

        assert [seen.title for seen in wiki.connector().observe(Source.JOBS, cursor).pages] == ["Later"]

    def test_more_than_a_hundred_rows_are_all_seen_once(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        before = connector.observe(Source.QUESTIONS, None).cursor
        rows = wiki.create_rows(Source.QUESTIONS, [f"question {number}" for number in range(230)])

        assert refs(connector.observe(Source.QUESTIONS, None).pages) == sorted(rows)
        assert refs(connector.observe(Source.QUESTIONS, before).pages) == sorted(rows)

    def test_a_field_with_many_values_is_whole(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        items = wiki.create_rows(Source.POLICIES, [f"promise {number}" for number in range(30)])
        procedure = wiki.create_procedure("Everything at once", [], {"policy": items})

        [seen] = connector.observe(Source.PROCEDURES, None).pages

        for page in (seen, connector.page(procedure), connector.read(procedure).page):
            value = page.fields["policy"]
            assert isinstance(value, tuple)
            assert sorted(map(str, value)) == sorted(items)

    @pytest.mark.parametrize(("gesture", "state"), [("trash", PageState.TRASHED), ("move", PageState.MOVED)])
    def test_a_page_taken_away_is_not_observed_and_says_where_it_stands(
        self, wiki: WikiUnderTest, gesture: str, state: PageState
    ) -> None:
        taken_away(wiki, gesture, state)

    def test_a_page_restored_from_the_trash_goes_on_with_its_key(self, wiki: WikiUnderTest) -> None:
        restored(wiki, "trash")

    def test_observe_tells_the_time_of_the_wiki(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        later(wiki, days=400)

        at = connector.observe(Source.JOBS, None).at

        assert at.tzinfo is not None
        assert abs(at - wiki.now) < timedelta(seconds=1)

    def test_now_follows_the_clock_of_the_wiki_and_makes_no_call(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        later(wiki, days=400)
        connector.accounts()
        calls, now = connector.calls, connector.now()

        assert now is not None
        assert abs(now - wiki.now) < timedelta(seconds=1)
        assert connector.calls == calls

    # --- find ---

    def test_find_is_exact(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        wanted = job(connector, "review/2027-01-31")
        for near in ("review/2027-01-31/p07", "review/2027-01-3", "Review/2027-01-31", "policy-review/2027-01-31"):
            job(connector, near)

        assert refs(connector.find(Source.JOBS, "review/2027-01-31")) == [wanted.ref]
        assert connector.find(Source.JOBS, "review/2027-02-28") == ()
        assert connector.find(Source.NONCONFORMITIES, "review/2027-01-31") == ()

    def test_find_sees_what_was_made_a_moment_ago_by_another_instance(self, wiki: WikiUnderTest) -> None:
        made = wiki.connector().create(Draft(Source.JOBS, KEY, "Just made"))

        assert refs(wiki.connector().find(Source.JOBS, KEY)) == [made.ref]

    def test_find_shows_copies_and_only_one_is_the_original(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        copy = wiki.duplicate(page.ref)

        found = connector.find(Source.JOBS, KEY)

        assert refs(found) == sorted([page.ref, copy])
        assert [one.ref for one in found if one.is_original] == [page.ref]

    # --- marks ---

    def test_a_page_made_by_the_bot_carries_its_mark(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        made = connector.create(Draft(Source.JOBS, KEY, "New"))

        for page in (made, connector.page(made.ref), *connector.find(Source.JOBS, KEY)):
            assert page.mark is not None
            assert (page.mark.key, page.is_original, page.mark.page in ("", page.ref)) == (KEY, True, True)

    def test_update_completes_the_mark(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)

        assert page.mark is not None
        assert page.mark == Mark(page.mark.installation, page.mark.workspace, KEY, page.ref)
        assert connector.page(page.ref).mark == page.mark

    def test_what_people_make_carries_no_mark(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        row = wiki.create_row(Source.JOBS, "By hand", {"key": KEY}, ["restore-test/2027-01-31"])

        assert connector.page(row).mark is None
        assert not connector.page(row).is_original

    def test_marks_of_two_installations_differ(self, wiki: WikiUnderTest) -> None:
        ours, theirs = job(wiki.connector()), job(wiki.other_installation())

        seen = {page.ref: page.mark for page in wiki.connector().find(Source.JOBS, KEY)}

        first, second = seen[ours.ref], seen[theirs.ref]
        assert first is not None
        assert second is not None
        assert first.installation != second.installation

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "hello",
            "{}",
            "[]",
            "null",
            "1",
            '"x"',
            '{"v": 1}',
            '{"v":1,"installation":7,"workspace":[],"key":{},"page":""}',
        ],
    )
    def test_no_other_text_is_taken_for_a_mark(self, wiki: WikiUnderTest, text: str) -> None:
        connector = wiki.unbound()

        assert connector.restore_mark(text) is None
        assert connector.calls == 0


class ArchivePromises:
    """The same for pages that people archive, on platforms that have an archive."""

    def test_an_archived_page_is_not_observed_and_says_where_it_stands(self, wiki: WikiUnderTest) -> None:
        taken_away(wiki, "archive", PageState.ARCHIVED)

    def test_a_page_restored_from_the_archive_goes_on_with_its_key(self, wiki: WikiUnderTest) -> None:
        restored(wiki, "archive")


def taken_away(wiki: WikiUnderTest, gesture: str, state: PageState) -> None:
    """A page is taken away by this gesture, another one stays."""
    connector = wiki.connector()
    page, kept = job(connector), job(connector, "b/2027-01-01")

    getattr(wiki, gesture)(page.ref)

    assert connector.page(page.ref).state is state
    assert refs(connector.observe(Source.JOBS, None).pages) == [kept.ref]
    assert connector.find(Source.JOBS, KEY) == ()


def restored(wiki: WikiUnderTest, gesture: str) -> None:
    """A page is taken away by this gesture and comes back; a day later at the latest it is seen again."""
    connector = wiki.connector()
    page = job(connector)
    later(wiki, hours=1)
    getattr(wiki, gesture)(page.ref)
    cursor = connector.observe(Source.JOBS, None).cursor
    later(wiki, hours=1)

    wiki.restore(page.ref)

    later(wiki, hours=24)
    [seen] = connector.observe(Source.JOBS, cursor).pages
    assert (seen.ref, seen.state, seen.mark) == (page.ref, PageState.LIVE, page.mark)
    assert refs(connector.find(Source.JOBS, KEY)) == [page.ref]
