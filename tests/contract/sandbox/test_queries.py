"""Filters, sorts, cursors and caps of queries."""

from __future__ import annotations

from typing import Any

import pytest
from notion_client import APIResponseError, Client

from isms_bot.sandbox.client import Sandbox


def rich(content: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": content}}]


@pytest.fixture
def filled(new_jobs: Any, sandbox: Sandbox) -> Any:
    mira, tomasz = sandbox.people()[:2]
    new_jobs.mira = mira.id
    new_jobs.row(
        "A",
        {
            "Key": {"rich_text": rich("x/1")},
            "Status": {"status": {"name": "Open"}},
            "Kind": {"select": {"name": "Review"}},
            "Tags": {"multi_select": [{"name": "p"}, {"name": "q"}]},
            "Due": {"date": {"start": "2026-11-01"}},
            "Assignee": {"people": [{"id": mira.id}]},
            "Ticked": {"checkbox": True},
            "Count": {"number": 1},
        },
    )
    sandbox.advance(days=1)
    new_jobs.row(
        "B",
        {
            "Key": {"rich_text": rich("x/2")},
            "Status": {"status": {"name": "Done"}},
            "Tags": {"multi_select": [{"name": "q"}]},
            "Due": {"date": {"start": "2026-11-03T10:00:00+01:00"}},
            "Assignee": {"people": [{"id": tomasz.id}]},
            "Count": {"number": 2},
        },
    )
    sandbox.advance(days=1)
    new_jobs.row("C")
    return new_jobs


def prop(name: str, kind: str, **condition: Any) -> dict[str, Any]:
    return {"property": name, kind: condition}


FILTERS: list[tuple[str, dict[str, Any], str]] = [
    ("text equals", prop("Key", "rich_text", equals="X/1"), "A"),
    ("text contains", prop("Name", "title", contains="b"), "B"),
    ("text starts", prop("Key", "rich_text", starts_with="x/"), "AB"),
    ("text empty", prop("Key", "rich_text", is_empty=True), "C"),
    ("number", prop("Count", "number", greater_than=1), "B"),
    ("number does not equal", prop("Count", "number", does_not_equal=1), "BC"),
    ("unique id", prop("Number", "unique_id", less_than_or_equal_to=2), "AB"),
    ("checkbox", prop("Ticked", "checkbox", equals=False), "BC"),
    ("status", prop("Status", "status", equals="Open"), "A"),
    ("status of several", prop("Status", "status", equals=["Open", "Done"]), "AB"),
    ("status is not", prop("Status", "status", does_not_equal="Open"), "BC"),
    ("select empty", prop("Kind", "select", is_empty=True), "BC"),
    ("multi select", prop("Tags", "multi_select", contains="q"), "AB"),
    ("multi select lacks", prop("Tags", "multi_select", does_not_contain="p"), "BC"),
    ("date before", prop("Due", "date", before="2026-11-02"), "A"),
    ("date on", prop("Due", "date", equals="2026-11-03"), "B"),
    ("date with time", prop("Due", "date", on_or_after="2026-11-03T09:00:00Z"), "B"),
    ("date relative", prop("Due", "date", before="yesterday"), "A"),
    ("date window", prop("Due", "date", past_week={}), "AB"),
    ("date empty", prop("Due", "date", is_not_empty=True), "AB"),
    ("people", prop("Assignee", "people", contains="{mira}"), "A"),
    ("people me", prop("Assignee", "people", contains="me"), ""),
    ("created time property", prop("Made", "created_time", after="2026-11-02"), "BC"),
    ("created by", prop("Maker", "created_by", contains="{mira}"), ""),
    ("timestamp", {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": "2026-11-03T09:30:00Z"}}, "BC"),
    ("timestamp floored", {"timestamp": "created_time", "created_time": {"on_or_after": "2026-11-03T09:30:10Z"}}, "C"),
    ("and", {"and": [prop("Tags", "multi_select", contains="q"), prop("Count", "number", equals=2)]}, "B"),
    (
        "or in and",
        {"and": [prop("Key", "rich_text", is_not_empty=True), {"or": [prop("Count", "number", equals=1)]}]},
        "A",
    ),
    ("files", prop("Files", "files", is_empty=True), "ABC"),
]


@pytest.mark.parametrize(("case", "wanted", "expected"), FILTERS, ids=[f[0] for f in FILTERS])
def test_a_filter_finds_these_rows(filled: Any, case: str, wanted: dict[str, Any], expected: str) -> None:
    import json

    wanted = json.loads(json.dumps(wanted).replace("{mira}", filled.mira))
    assert "".join(sorted(filled.names(filter=wanted))) == expected


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("unknown column", {"filter": prop("Nope", "checkbox", equals=True)}, "Could not find property with name or id: Nope"),
    ("unknown sort", {"sorts": [{"property": "Nope", "direction": "ascending"}]}, "Could not find sort property with name or id: Nope"),
    ("other type", {"filter": prop("Kind", "status", equals="x")}, "database property select does not match filter status"),
    ("cursor", {"start_cursor": "bogus"}, "The start_cursor provided is invalid: bogus"),
    ("page size", {"page_size": 101}, "body failed validation: body.page_size should be ≤ `100` or `undefined`, instead was `101`."),
]  # fmt: skip


@pytest.mark.parametrize(("case", "query", "message"), WRONG, ids=[w[0] for w in WRONG])
def test_a_wrong_query_is_refused(new_jobs: Any, new_notion: Client, case: str, query: Any, message: str) -> None:
    with pytest.raises(APIResponseError) as refused:
        new_notion.data_sources.query(new_jobs.source, **query)
    assert str(refused.value) == message


def test_three_levels_of_groups_are_refused(new_jobs: Any, new_notion: Client) -> None:
    deep = {"and": [{"or": [{"and": [prop("Ticked", "checkbox", equals=True)]}]}]}
    with pytest.raises(APIResponseError, match="body failed validation"):
        new_notion.data_sources.query(new_jobs.source, filter=deep)


def test_columns_are_found_by_id_after_a_rename(filled: Any, new_notion: Client, sandbox: Sandbox) -> None:
    source: Any = new_notion.data_sources.retrieve(filled.source)
    key = source["properties"]["Key"]["id"]
    sandbox.act("mira@example.com", "rename_property", data_source=filled.source, property="Key", to="Mark")
    assert filled.names(filter=prop(key, "rich_text", equals="x/1")) == ["A"]


def test_empty_values_sort_last(filled: Any) -> None:
    assert filled.names(sorts=[{"property": "Count", "direction": "ascending"}]) == ["A", "B", "C"]
    assert filled.names(sorts=[{"property": "Count", "direction": "descending"}]) == ["B", "A", "C"]
    assert filled.names(sorts=[{"timestamp": "created_time", "direction": "descending"}]) == ["C", "B", "A"]


def test_a_row_that_leaves_between_two_pages_does_not_break_the_cursor(filled: Any, new_notion: Client) -> None:
    query: dict[str, Any] = {"sorts": [{"timestamp": "created_time", "direction": "ascending"}], "page_size": 1}
    first: Any = new_notion.data_sources.query(filled.source, **query)
    second: Any = new_notion.data_sources.query(filled.source, **query, start_cursor=first["next_cursor"])
    new_notion.pages.update(second["results"][0]["id"], in_trash=True)
    again: Any = new_notion.data_sources.query(filled.source, **query, start_cursor=first["next_cursor"])
    assert again["results"][0]["properties"]["Name"]["title"][0]["plain_text"] == "C"


def test_the_cap_ends_a_query_without_saying_there_is_more(filled: Any, new_notion: Client, sandbox: Sandbox) -> None:
    sandbox.limits(query_cap=2)
    found: Any = new_notion.data_sources.query(filled.source)
    assert (len(found["results"]), found["has_more"]) == (2, False)
    assert found["request_status"] == {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    sandbox.limits(query_cap=3)
    whole: Any = new_notion.data_sources.query(filled.source)
    assert "request_status" not in whole


def test_a_lagging_index_shows_rows_as_they_were(new_jobs: Any, new_notion: Client, sandbox: Sandbox) -> None:
    before = new_jobs.row("Before", {"Count": {"number": 1}})
    sandbox.advance(600)
    sandbox.limits(query_lag=300, search_lag=300)
    new_jobs.row("After", {"Count": {"number": 1}})
    new_notion.pages.update(before["id"], properties={"Count": {"number": 9}})
    assert new_jobs.names(filter=prop("Count", "number", equals=1)) == ["Before"]
    assert new_notion.search(query="After")["results"] == []  # type: ignore[index]
    sandbox.advance(301)
    assert new_jobs.names(filter=prop("Count", "number", equals=9)) == ["Before"]
    assert len(new_notion.search(query="After")["results"]) == 1  # type: ignore[index]


def test_a_lag_switched_off_and_on_remembers_nothing_old(new_jobs: Any, new_notion: Client, sandbox: Sandbox) -> None:
    row = new_jobs.row("Row", {"Count": {"number": 1}})
    sandbox.limits(query_lag=60)
    new_notion.pages.update(row["id"], properties={"Count": {"number": 2}})
    sandbox.limits(query_lag=0)
    new_notion.pages.update(row["id"], properties={"Count": {"number": 3}})
    sandbox.advance(3600)
    sandbox.limits(query_lag=60)
    assert new_jobs.names(filter=prop("Count", "number", equals=3)) == ["Row"]


def test_archived_and_trashed_rows_are_asked_for_by_name(filled: Any, new_notion: Client, sandbox: Sandbox) -> None:
    rows: Any = new_notion.data_sources.query(filled.source, sorts=[{"property": "Name", "direction": "ascending"}])
    first, second = rows["results"][0]["id"], rows["results"][1]["id"]
    sandbox.act("mira@example.com", "trash", page=first)
    sandbox.act("mira@example.com", "archive", page=second)
    assert filled.names() == ["C"]
    assert filled.names(in_trash=True) == ["A"]
    assert new_notion.pages.retrieve(first)["in_trash"] is True  # type: ignore[index]
    assert new_notion.pages.retrieve(second)["is_archived"] is True  # type: ignore[index]
