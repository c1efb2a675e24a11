"""Guarding records on Confluence: only editing is restricted, the bot is never left out, and who cannot be guarded is said."""

from __future__ import annotations

from typing import Any

import pytest

from isms_bot.connector import Draft
from isms_bot.model import Source
from isms_bot.sandbox.client import Refused
from isms_bot.testing.promises.scenes import job
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki, DataCenterWiki


def limits(wiki: ConfluenceWiki, page: str) -> dict[str, Any]:
    found: dict[str, Any] = wiki.seen(page)["restrictions"]
    return found


def bot(wiki: ConfluenceWiki) -> str:
    """The sandbox's id of the bot."""
    return str(wiki.sandbox.summary()["notion"]["bot_id"])


def test_nobody_but_the_bot_edits_a_guarded_record_and_everybody_reads_and_comments(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)

    assert connector.protect(page)

    assert limits(wiki, page.ref)["update"]["users"] == [bot(wiki)]
    with pytest.raises(Refused):
        wiki.append(page.ref, "Not so fast")
    assert wiki.comment(page.ref, "Still here")
    assert connector.update(connector.page(page.ref), {"status": "Recorded"}).fields["status"] == "Recorded"


def test_who_may_read_stays_as_it_was_with_the_bot_among_them(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    readers = [wiki.people[0].name, wiki.people[1].name]
    wiki.act(None, "restrict", page=page.ref, operation="read", people=[*readers, bot(wiki)])
    before = sorted(limits(wiki, page.ref)["read"]["users"])

    assert connector.protect(page)

    assert sorted(limits(wiki, page.ref)["read"]["users"]) == before
    assert limits(wiki, page.ref)["update"]["users"] == [bot(wiki)]


def test_guarding_again_changes_nothing(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    connector.protect(page)
    before = limits(wiki, page.ref)

    assert connector.protect(page)
    assert limits(wiki, page.ref) == before


def test_the_free_plan_cannot_guard_and_says_so(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    page = job(connector)
    cloud.access(plan="free")

    assert connector.protect(page) is False
    assert not limits(cloud, page.ref)


def test_data_center_before_8_8_cannot_guard_and_says_so(datacenter: DataCenterWiki) -> None:
    connector = datacenter.connector()
    page = job(connector)
    datacenter.access(dc_version="8.5.4")

    assert connector.protect(page) is False
    lines = {line.what: line for line in connector.check()}
    assert (lines["guard records"].ok, "8.8" in lines["guard records"].sentence) == (True, True)
    assert (lines["private pages"].ok, "nothing private" in lines["private pages"].sentence) == (True, True)


def test_a_record_being_prepared_is_not_guarded_by_somebody_elses_connector(wiki: ConfluenceWiki) -> None:
    made = wiki.connector().create(Draft(Source.JOBS, "a/1", "Job"))

    with pytest.raises(Exception, match="left alone"):
        wiki.other_installation().protect(made)
    assert not limits(wiki, made.ref)
