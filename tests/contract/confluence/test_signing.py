"""Who did it: ticks, versions, comments and drafts on Confluence."""

from __future__ import annotations

from datetime import datetime

import pytest

from isms_bot.connector import Draft
from isms_bot.errors import Conflict
from isms_bot.model import Page, Source, Text
from isms_bot.testing.promises.scenes import KEY, block, job, later
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki, DataCenterWiki

FORM = ("- [ ] Restore it", "- [ ] Compare it", "Name:", "Signature:")


def opened(wiki: ConfluenceWiki) -> Page:
    """A job with two steps and a form, open."""
    connector = wiki.connector()
    snapshot = connector.snapshot(wiki.create_procedure("Restore test", FORM))
    page, _ = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Restore test, January"))
    opened: Page = connector.update(page, {"status": "Open", "assignee": (wiki.people[0].id,)})
    return opened


def who(wiki: ConfluenceWiki, page: Page, text: str) -> tuple[bool, str | None, datetime | None]:
    """(ticked, by whom, when) of the block with these words."""
    one = block(wiki.connector().read(page.ref), text)
    return one.checked, one.author, one.at


# --- ticks ---


def test_a_step_tells_who_ticked_it_whoever_it_is_assigned_to(cloud: CloudWiki) -> None:
    page = opened(cloud)
    later(cloud, hours=1)
    cloud.tick(page.ref, "Restore it", who=cloud.people[1].id)
    at = cloud.now
    later(cloud, hours=1)
    cloud.write(page.ref, "Name:", "Anna", who=cloud.people[0].id)

    assert who(cloud, page, "Restore it") == (True, cloud.people[1].id, at)
    assert who(cloud, page, "Compare it")[:2] == (False, cloud.facts["bot_id"])
    assert who(cloud, page, "Name:")[1] == cloud.people[0].id


def test_a_tick_that_was_taken_back_leaves_no_trace(wiki: ConfluenceWiki) -> None:
    page = opened(wiki)
    before = wiki.connector().read(page.ref).digest
    later(wiki, hours=1)
    wiki.tick(page.ref, "Restore it", who=wiki.people[1].id)
    assert wiki.connector().read(page.ref).digest != before

    later(wiki, hours=1)
    wiki.tick(page.ref, "Restore it", checked=False, who=wiki.people[1].id)

    content = wiki.connector().read(page.ref)
    assert content.digest == before
    assert not block(content, "Restore it").checked


def test_a_tick_that_the_list_of_tasks_does_not_know_yet_is_nobodys(cloud: CloudWiki) -> None:
    cloud.access(task_lag=3600.0)
    page = opened(cloud)
    cloud.tick(page.ref, "Restore it", who=cloud.people[1].id)

    assert who(cloud, page, "Restore it") == (True, None, None)
    later(cloud, hours=2)
    assert who(cloud, page, "Restore it")[:2] == (True, cloud.people[1].id)


def test_where_a_tick_makes_no_version_data_center_does_not_tell_who_it_was(datacenter: DataCenterWiki) -> None:
    datacenter.access(ticks_make_versions=False)
    page = opened(datacenter)

    datacenter.tick(page.ref, "Restore it", who=datacenter.people[1].id)

    assert who(datacenter, page, "Restore it") == (True, None, None)


@pytest.mark.parametrize("versions", [False, True], ids=["no version", "a version"])
def test_a_page_with_a_tick_is_not_trashed_whether_it_made_a_version_or_not(
    wiki: ConfluenceWiki, versions: bool
) -> None:
    wiki.access(ticks_make_versions=versions)
    page = opened(wiki)
    wiki.tick(page.ref, "Restore it", who=wiki.people[1].id)
    connector = wiki.connector()

    with pytest.raises(Conflict):
        connector.trash(connector.page(page.ref))


# --- versions ---


def test_a_value_belongs_to_the_version_that_introduced_it(wiki: ConfluenceWiki) -> None:
    page = opened(wiki)
    written = []
    for label, words, person in (("Name:", "Anna", 0), ("Signature:", "Anna", 1), ("Name:", "Anna", 2)):
        later(wiki, hours=1)
        wiki.write(page.ref, label, words, who=wiki.people[person].id)
        written.append(wiki.now)

    assert who(wiki, page, "Name:") == (False, wiki.people[0].id, written[0])
    assert who(wiki, page, "Signature:") == (False, wiki.people[1].id, written[1])


def test_filing_a_record_makes_nothing_in_it_the_bots(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = opened(wiki)
    later(wiki, hours=1)
    wiki.write(page.ref, "Name:", "Anna", who=wiki.people[0].id)
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    later(wiki, hours=1)

    connector.file(connector.page(page.ref), item)

    assert who(wiki, page, "Name:")[1] == wiki.people[0].id


# --- comments ---


def test_an_answer_below_a_comment_is_read(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    asked = connector.comment(page.ref, (Text("Is it signed?"),), "t1")
    later(wiki, hours=1)
    wiki.act(wiki.people[1].id, "comment", page=page.ref, text="Signed", reply_to=asked.id)

    question, answer = connector.read(page.ref).comments

    assert (question.by_person, question.id) == (False, asked.id)
    assert (answer.text, answer.author, answer.at, answer.discussion) == (
        "Signed", wiki.people[1].id, wiki.now, asked.id,
    )  # fmt: skip


def test_words_that_were_changed_later_are_not_older_than_the_change(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    ben = wiki.people[1].id
    comment = wiki.comment(page.ref, "On it", who=ben)
    later(wiki, hours=5)
    wiki.act(ben, "edit_comment", comment=comment, text="Signed")

    [seen] = connector.read(page.ref).comments

    assert (seen.text, seen.author, seen.at) == ("Signed", ben, wiki.now)


def test_a_comment_by_somebody_who_left_is_still_a_persons(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    wiki.comment(page.ref, "Signed", who=wiki.people[1].id)
    wiki.sandbox.users({"user": wiki.person(wiki.people[1].id), "active": False})

    [comment] = connector.read(page.ref).comments

    assert (comment.by_person, comment.author) == (True, wiki.people[1].id)


# --- drafts ---


def test_a_fuller_draft_is_told(wiki: ConfluenceWiki) -> None:
    page = opened(wiki)
    assert not wiki.connector().read(page.ref).fuller_draft

    wiki.act(wiki.people[0].id, "draft", page=page.ref, label="Name:", text="Anna")

    assert wiki.connector().read(page.ref).fuller_draft
    wiki.act(wiki.people[0].id, "publish", page=page.ref)
    assert not wiki.connector().read(page.ref).fuller_draft


def test_a_draft_with_less_in_it_is_no_fuller_draft(wiki: ConfluenceWiki) -> None:
    page = opened(wiki)
    wiki.act(wiki.people[0].id, "draft", page=page.ref, body="<p>Name:</p>")

    assert not wiki.connector().read(page.ref).fuller_draft


# --- what reading costs ---


def test_a_job_in_which_nobody_wrote_yet_is_read_without_its_versions(wiki: ConfluenceWiki) -> None:
    page = opened(wiki)
    connector = wiki.connector()
    connector.read(page.ref)
    before = connector.calls
    connector.read(page.ref)
    untouched = connector.calls - before
    wiki.write(page.ref, "Name:", "Anna", who=wiki.people[0].id)
    connector.read(page.ref)
    before = connector.calls

    connector.read(page.ref)

    assert untouched == (5 if isinstance(wiki, CloudWiki) else 4)
    assert connector.calls - before == (untouched + 1 if isinstance(wiki, CloudWiki) else untouched)
