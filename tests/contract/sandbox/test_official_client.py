"""The unmodified official client works against the sandbox, at both versions of the API."""

from __future__ import annotations

from typing import Any

import pytest
from notion_client import APIResponseError, Client
from notion_client.helpers import collect_paginated_api

from isms_bot.sandbox.client import Sandbox


def rich(content: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": content}}]


def to_do(content: str) -> dict[str, Any]:
    return {"type": "to_do", "to_do": {"rich_text": rich(content)}}


def paragraph(content: str, **extra: Any) -> dict[str, Any]:
    return {"paragraph": {"rich_text": rich(content), **extra}}


def test_the_contract_is_at_hand(judge: Any) -> None:
    if judge is None:
        pytest.skip(
            "no .contracts/ here: run make contracts FROM=DIR; answers were not held against the vendor's types"
        )
    assert len(judge.endpoints) == 76


def test_the_judge_sees_a_wrong_answer(judge: Any, new_notion: Client, recorder: Any) -> None:
    if judge is None:
        pytest.skip(
            "no .contracts/ here: run make contracts FROM=DIR; answers were not held against the vendor's types"
        )
    new_notion.users.me()
    good = recorder.exchanges[-1]
    bad = type(good)(**{**good.__dict__, "answer": {**good.answer, "surprise": 1}})
    assert judge.problems(good) == []
    assert len(judge.problems(bad)) == 1


def test_a_database_a_row_and_its_body_are_made_and_read(jobs: Any, notion: Client, sandbox: Sandbox) -> None:
    mira = sandbox.people()[0]
    page = jobs.row(
        "Policy review",
        {
            "Status": {"status": {"name": "Open"}},
            "Kind": {"select": {"name": "New kind"}},
            "Tags": {"multi_select": [{"name": "a"}, {"name": "b"}]},
            "Due": {"date": {"start": "2026-11-30"}},
            "Assignee": {"people": [{"id": mira.id}]},
            "Count": {"number": 3},
            "Link": {"url": "https://example.com/x"},
        },
        [to_do("Read it"), paragraph("Name:"), {"divider": {}}],
    )
    properties = page["properties"]
    assert properties["Status"]["status"]["name"] == "Open"
    assert properties["Kind"]["select"]["name"] == "New kind"
    assert [t["name"] for t in properties["Tags"]["multi_select"]] == ["a", "b"]
    assert properties["Assignee"]["people"][0]["person"]["email"] == "mira@example.com"
    assert properties["Number"]["unique_id"] == {"prefix": "JOB", "number": 1}
    assert properties["Maker"]["created_by"]["id"] == sandbox.bot_id
    assert page["created_time"] == "2026-11-02T09:30:00.000Z"
    assert page["url"].startswith("https://app.notion.com/p/Policy-review-")
    listed: Any = notion.blocks.children.list(page["id"])
    assert [b["type"] for b in listed["results"]] == ["to_do", "paragraph", "divider"]
    assert notion.pages.retrieve(page["id"])["properties"] == properties  # type: ignore[index]


def test_old_answers_say_archived_and_new_ones_only_in_trash(jobs: Any, notion: Client) -> None:
    page = jobs.row("A row")
    old = notion.options.notion_version == "2025-09-03"
    assert ("archived" in page) is old
    trashed: Any = notion.pages.update(page["id"], **({"archived": True} if old else {"in_trash": True}))
    assert trashed["in_trash"] is True
    assert jobs.names() == []
    notion.pages.update(page["id"], in_trash=False)
    assert jobs.names() == ["A row"]


def test_a_query_filters_sorts_and_pages(jobs: Any, notion: Client) -> None:
    for day in range(1, 8):
        jobs.row(f"Job {day}", {"Due": {"date": {"start": f"2026-11-{day:02d}"}}, "Count": {"number": day}})
    query = {
        "filter": {"property": "Due", "date": {"on_or_after": "2026-11-03"}},
        "sorts": [{"property": "Count", "direction": "descending"}],
        "page_size": 2,
    }
    first: Any = notion.data_sources.query(jobs.source, **query)
    assert first["next_cursor"].startswith("s:")
    rows = collect_paginated_api(notion.data_sources.query, data_source_id=jobs.source, **query)
    assert [r["properties"]["Count"]["number"] for r in rows] == [7, 6, 5, 4, 3]


def test_appending_after_a_block_answers_with_the_following_siblings_too(jobs: Any, notion: Client) -> None:
    page = jobs.row("A row", children=[paragraph("one"), paragraph("two"), paragraph("three")])
    first = notion.blocks.children.list(page["id"])["results"][0]["id"]  # type: ignore[index]
    old = notion.options.notion_version == "2025-09-03"
    where: Any = {"after": first} if old else {"position": {"type": "after_block", "after_block": {"id": first}}}
    answer: Any = notion.blocks.children.append(page["id"], children=[paragraph("new")], **where)
    words = [b["paragraph"]["rich_text"][0]["plain_text"] for b in answer["results"]]
    assert words == ["new", "two", "three"]
    answer = notion.blocks.children.append(page["id"], children=[paragraph("end")])
    assert len(answer["results"]) == 1


def test_blocks_are_updated_and_deleted(jobs: Any, notion: Client, sandbox: Sandbox) -> None:
    page = jobs.row("A row", children=[to_do("Read it")])
    box = notion.blocks.children.list(page["id"])["results"][0]["id"]  # type: ignore[index]
    updated: Any = notion.blocks.update(box, to_do={"checked": True})
    assert updated["to_do"]["checked"] is True
    assert updated["to_do"]["rich_text"][0]["plain_text"] == "Read it"
    deleted: Any = notion.blocks.delete(box)
    assert deleted["in_trash"] is True
    assert notion.blocks.children.list(page["id"])["results"] == []  # type: ignore[index]
    with pytest.raises(APIResponseError, match="unarchive the block before editing"):
        notion.blocks.update(box, to_do={"checked": False})


def test_page_comments_share_one_discussion_and_only_open_ones_are_listed(
    jobs: Any, notion: Client, sandbox: Sandbox
) -> None:
    page = jobs.row("A row", children=[paragraph("x")])["id"]
    first: Any = notion.comments.create(parent={"page_id": page}, rich_text=rich("first"))
    second = sandbox.act("mira@example.com", "comment", page=page, text="Approved")
    assert second["discussion"] == first["discussion_id"]
    listed: Any = notion.comments.list(block_id=page)
    assert [c["created_by"]["id"] for c in listed["results"]] == [sandbox.bot_id, sandbox.people()[0].id]
    notion.comments.update(first["id"], rich_text=rich("changed"))
    with pytest.raises(APIResponseError):
        notion.comments.update(second["comment"], rich_text=rich("not mine"))
    sandbox.act("mira@example.com", "resolve", discussion=first["discussion_id"])
    assert notion.comments.list(block_id=page)["results"] == []  # type: ignore[index]
    assert notion.comments.retrieve(second["comment"])["id"] == second["comment"]  # type: ignore[index]
    third: Any = notion.comments.create(parent={"page_id": page}, rich_text=rich("anew"))
    assert third["discussion_id"] != first["discussion_id"]
    notion.comments.delete(third["id"])
    assert notion.comments.list(block_id=page)["results"] == []  # type: ignore[index]


def test_columns_are_added_renamed_and_removed(jobs: Any, notion: Client) -> None:
    page = jobs.row("A row", {"Key": {"rich_text": rich("k1")}})
    source: Any = notion.data_sources.update(
        jobs.source, properties={"Key": {"name": "Mark"}, "Extra": {"checkbox": {}}}
    )
    assert {"Mark", "Extra"} <= set(source["properties"])
    read: Any = notion.pages.retrieve(page["id"])
    assert read["properties"]["Mark"]["rich_text"][0]["plain_text"] == "k1"
    source = notion.data_sources.update(jobs.source, properties={"Extra": None})
    assert "Extra" not in source["properties"]


def test_option_lists_replace_and_do_not_rename(jobs: Any, notion: Client) -> None:
    source: Any = notion.data_sources.retrieve(jobs.source)
    kind = source["properties"]["Kind"]["select"]["options"][0]
    page = jobs.row("A row", {"Kind": {"select": {"name": "Review"}}})
    changed: Any = notion.data_sources.update(
        jobs.source,
        properties={"Kind": {"select": {"options": [{"id": kind["id"], "name": "Renamed"}, {"name": "More"}]}}},
    )
    assert [o["name"] for o in changed["properties"]["Kind"]["select"]["options"]] == ["Review", "More"]
    notion.data_sources.update(jobs.source, properties={"Kind": {"select": {"options": [{"name": "More"}]}}})
    assert notion.pages.retrieve(page["id"])["properties"]["Kind"]["select"] is None  # type: ignore[index]


def test_a_linked_view_is_put_on_a_page(jobs: Any, notion: Client, sandbox: Sandbox) -> None:
    page: Any = notion.pages.create(
        parent={"page_id": sandbox.root_page_id}, properties={"title": {"title": rich("Policy")}}
    )
    view: Any = notion.views.create(
        data_source_id=jobs.source,
        name="Records",
        type="table",
        create_database={"parent": {"type": "page_id", "page_id": page["id"]}},
        filter={"property": "Status", "status": {"equals": "Done"}},
        sorts=[{"property": "Due", "direction": "descending"}],
    )
    blocks: Any = notion.blocks.children.list(page["id"])
    assert [b["type"] for b in blocks["results"]] == ["child_database"]
    database = blocks["results"][0]["id"]
    assert view["parent"] == {"type": "database_id", "database_id": database}
    assert notion.views.list(database_id=database)["results"] == [{"object": "view", "id": view["id"]}]  # type: ignore[index]
    assert notion.views.retrieve(view["id"])["name"] == "Records"  # type: ignore[index]
    assert notion.views.update(view["id"], name="Filed")["name"] == "Filed"  # type: ignore[index]
    notion.views.delete(view["id"])
    with pytest.raises(APIResponseError, match="Could not find view"):
        notion.views.retrieve(view["id"])


def test_pages_move_and_are_found_by_title(notion: Client, sandbox: Sandbox) -> None:
    root = sandbox.root_page_id
    first: Any = notion.pages.create(parent={"page_id": root}, properties={"title": {"title": rich("Alpha")}})
    second: Any = notion.pages.create(parent={"page_id": root}, properties={})
    moved: Any = notion.pages.move(first["id"], parent={"page_id": second["id"]})
    assert moved["parent"]["page_id"] == second["id"]
    found: Any = notion.search(query="alpha", filter={"property": "object", "value": "page"})
    assert [p["id"] for p in found["results"]] == [first["id"]]


def test_long_relations_are_cut_at_25_and_whole_at_the_property_endpoint(jobs: Any, notion: Client) -> None:
    notion.data_sources.update(
        jobs.source,
        properties={
            "Linked": {"relation": {"data_source_id": jobs.source, "type": "dual_property", "dual_property": {}}}
        },
    )
    rows = [jobs.row(f"Row {i}")["id"] for i in range(30)]
    page: Any = notion.pages.update(rows[0], properties={"Linked": {"relation": [{"id": r} for r in rows[1:]]}})
    value = page["properties"]["Linked"]
    assert (len(value["relation"]), value["has_more"]) == (25, True)
    items: Any = notion.pages.properties.retrieve(rows[0], value["id"], page_size=20)
    assert (len(items["results"]), items["has_more"]) == (20, True)
    rest: Any = notion.pages.properties.retrieve(rows[0], value["id"], start_cursor=items["next_cursor"])
    assert len(rest["results"]) == 9
    other: Any = notion.pages.retrieve(rows[1])
    back = next(v for k, v in other["properties"].items() if k.startswith("Related to"))
    assert back["relation"] == [{"id": rows[0]}]


def test_only_the_asked_properties_come_back(jobs: Any, notion: Client) -> None:
    jobs.row("A row", {"Kind": {"select": {"name": "Review"}}})
    source: Any = notion.data_sources.retrieve(jobs.source)
    escaped = source["properties"]["Kind"]["id"]
    from urllib.parse import unquote

    found: Any = notion.data_sources.query(jobs.source, filter_properties=[unquote(escaped)])
    assert list(found["results"][0]["properties"]) == ["Kind"]


def test_a_file_is_uploaded_attached_and_fetched_through_a_signed_address(jobs: Any, notion: Client) -> None:
    import httpx

    made: Any = notion.file_uploads.create(filename="plan.txt", content_type="text/plain")
    notion.file_uploads.send(made["id"], file=("plan.txt", b"secret plan", "text/plain"))
    page = jobs.row("A row", {"Files": {"files": [{"type": "file_upload", "file_upload": {"id": made["id"]}}]}})
    value = page["properties"]["Files"]["files"][0]
    assert value["name"] == "plan.txt"
    assert httpx.get(value["file"]["url"]).content == b"secret plan"


def test_every_creatable_block_comes_back_as_the_types_say(jobs: Any, notion: Client, sandbox: Sandbox) -> None:
    kinds: list[dict[str, Any]] = [
        *({k: {"rich_text": rich(k)}} for k in ("heading_1", "heading_2", "heading_3", "heading_4", "quote")),
        {"toggle": {"rich_text": rich("t"), "children": [paragraph("in")]}},
        {"heading_2": {"rich_text": rich("h"), "is_toggleable": True, "children": [to_do("in")]}},
        {
            "bulleted_list_item": {
                "rich_text": rich("b"),
                "children": [{"numbered_list_item": {"rich_text": rich("n")}}],
            }
        },
        {"callout": {"rich_text": rich("c"), "icon": {"type": "emoji", "emoji": "⚠️"}, "color": "red_background"}},
        {"code": {"rich_text": rich("x = 1"), "language": "python"}},
        {"equation": {"expression": "a+b"}},
        {"divider": {}},
        {"breadcrumb": {}},
        {"table_of_contents": {}},
        {"bookmark": {"url": "https://example.com"}},
        {"embed": {"url": "https://example.com"}},
        {"image": {"type": "external", "external": {"url": "https://example.com/a.png"}}},
        {"file": {"type": "external", "external": {"url": "https://example.com/a.txt"}, "name": "a.txt"}},
        {"link_to_page": {"type": "page_id", "page_id": sandbox.root_page_id}},
        {"table": {"table_width": 2, "children": [{"table_row": {"cells": [rich("a"), rich("b")]}}]}},
        {
            "column_list": {
                "children": [{"column": {"children": [paragraph("l")]}}, {"column": {"children": [paragraph("r")]}}]
            }
        },
        {"synced_block": {"synced_from": None, "children": [paragraph("shared")]}},
        {
            "paragraph": {
                "rich_text": [
                    {"mention": {"user": {"id": sandbox.people()[0].id}}},
                    {"mention": {"date": {"start": "2026-11-30"}}},
                    {"mention": {"page": {"id": sandbox.root_page_id}}},
                    {
                        "text": {"content": "link", "link": {"url": "https://example.com/#t"}},
                        "annotations": {"bold": True},
                    },
                ]
            }
        },
    ]
    page = jobs.row("All kinds", children=kinds)
    listed: Any = notion.blocks.children.list(page["id"])
    assert [b["type"] for b in listed["results"]] == [next(iter(k)) for k in kinds]
    for block in listed["results"]:
        if block["has_children"]:
            assert notion.blocks.children.list(block["id"])["results"]  # type: ignore[index]
    mentions = listed["results"][-1]["paragraph"]["rich_text"]
    assert [m["plain_text"] for m in mentions] == ["@Mira Lindqvist", "2026-11-30", "Information Security", "link"]
    original = next(b for b in listed["results"] if b["type"] == "synced_block")
    copy: Any = notion.blocks.children.append(
        page["id"], children=[{"synced_block": {"synced_from": {"type": "block_id", "block_id": original["id"]}}}]
    )
    shown: Any = notion.blocks.children.list(copy["results"][0]["id"])
    assert shown["results"][0]["paragraph"]["rich_text"][0]["plain_text"] == "shared"


def test_users_are_listed_as_the_capability_allows(notion: Client, sandbox: Sandbox) -> None:
    me: Any = notion.users.me()
    assert (me["id"], me["type"]) == (sandbox.bot_id, "bot")
    listed: Any = notion.users.list(page_size=3)
    assert len(listed["results"]) == 3
    rest: Any = notion.users.list(start_cursor=listed["next_cursor"])
    assert len(rest["results"]) == 4
    sandbox.integration(user_info="no_email")
    assert notion.users.retrieve(sandbox.people()[0].id)["person"] == {}  # type: ignore[index]
    sandbox.integration(user_info="none")
    with pytest.raises(APIResponseError) as refused:
        notion.users.list()
    assert refused.value.status == 403
