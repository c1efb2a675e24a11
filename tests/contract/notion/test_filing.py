"""Filing: a relation, one linked view per policy page, and no second one whatever happens."""

from __future__ import annotations

from typing import Any

import pytest

from isms_bot.errors import ConnectorError
from isms_bot.layout import SOURCES
from isms_bot.model import Page, Source
from isms_bot.testing.promises.scenes import job
from isms_bot_notion import NotionConnector
from tests.contract.notion.wiki import NotionWiki


def views(wiki: NotionWiki) -> list[dict[str, Any]]:
    """Views of the records on pages."""
    wire = wiki.open()._wire
    place = wiki.layout.sources[Source.JOBS]
    listed = [
        wire.get(f"views/{one['id']}", "looking")
        for one in wire.pages("views", "looking", {"data_source_id": place.ref})
    ]
    return [view for view in listed if view["parent"]["database_id"] != place.extra["database"]]


def jobs(connector: NotionConnector, count: int) -> list[Page]:
    return [job(connector, f"restore-test/2027-01-{number + 1:02}") for number in range(count)]


def test_the_first_filing_makes_a_view_and_the_next_only_write_the_relation(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    records = jobs(connector, 3)
    costs = []

    for record in records:
        before = connector.calls
        connector.file(record, item)
        costs.append(connector.calls - before)

    [view] = views(wiki)
    assert costs == [5, 1, 1]
    assert view["filter"] == {"property": view["filter"]["property"], "relation": {"contains": item}}
    assert wiki.sandbox.page(item)["properties"]["Promise"] == "We keep backups"


def test_filing_what_is_filed_costs_nothing(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    filed = connector.file(job(connector), item)
    before = connector.calls

    assert connector.file(filed, item) == filed
    assert connector.calls == before


def test_another_process_finds_the_view_in_the_register(wiki: NotionWiki) -> None:
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    first = wiki.connector()
    first.file(job(first, "a/2027-01-01"), item)

    second = wiki.connector()
    record = job(second, "b/2027-01-01")
    before = second.calls
    second.file(record, item)

    assert second.calls - before == 2
    assert len(views(wiki)) == 1


def test_a_fresh_layout_knows_the_views(wiki: NotionWiki) -> None:
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    first = wiki.connector()
    first.file(job(first, "a/2027-01-01"), item)

    layout = wiki.open().ensure(SOURCES, None, lambda _: None)

    [view] = views(wiki)
    assert layout.sources[Source.JOBS].extra[f"view:{item}"] == view["id"]


@pytest.mark.parametrize("effect", ["drop", "drop_after_commit"])
@pytest.mark.parametrize("step", range(5))
def test_a_filing_cut_off_anywhere_is_finished_by_the_next_with_one_view(
    wiki: NotionWiki, step: int, effect: str
) -> None:
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    connector = wiki.connector()
    record = job(connector)
    wiki.sandbox.faults({"effect": effect, "path": "^/v1/", "skip": step, "times": 1})
    with pytest.raises(ConnectorError):
        connector.file(record, item)

    again = wiki.connector()
    filed = again.file(again.page(record.ref), item)

    assert filed.fields["policy"] == (item,)
    assert len(views(wiki)) == 1
    assert len(wiki.connector().find(Source.REGISTER, f"view:{item}")) == 1


def test_where_views_cannot_be_made_the_relation_alone_is_written(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    first, second = jobs(connector, 2)
    wiki.sandbox.integration(insert_content=False)

    filed = connector.file(first, item)
    before = connector.calls
    connector.file(second, item)

    assert filed.fields["policy"] == (item,)
    assert views(wiki) == []
    assert connector.calls - before == 1


def test_the_view_is_no_change_of_the_policy_page(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups", lines=["Every night."])
    before = connector.read(item)

    connector.file(job(connector), item)

    after = connector.read(item)
    assert (after.digest, after.text) == (before.digest, "Every night.")
