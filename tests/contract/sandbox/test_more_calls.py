"""The rarer calls, and what the official client does by itself."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from notion_client import APIResponseError, Client
from notion_client.client import RetryOptions
from notion_client.errors import HTTPResponseError

from isms_bot.sandbox.client import Sandbox


def rich(content: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": content}}]


def paragraph(content: str) -> dict[str, Any]:
    return {"paragraph": {"rich_text": rich(content)}}


def words(notion: Client, page: str) -> list[str]:
    listed: Any = notion.blocks.children.list(page)
    return [b[b["type"]].get("title") or b["paragraph"]["rich_text"][0]["plain_text"] for b in listed["results"]]


def new_page(notion: Client, parent: str, title: str, **more: Any) -> dict[str, Any]:
    page: Any = notion.pages.create(parent={"page_id": parent}, properties={"title": {"title": rich(title)}}, **more)
    return page  # type: ignore[no-any-return]


def test_pages_and_blocks_go_where_they_are_asked_to(new_notion: Client, sandbox: Sandbox) -> None:
    top = new_page(new_notion, sandbox.root_page_id, "Top", children=[paragraph("a"), paragraph("b")])["id"]
    first = new_notion.blocks.children.list(top)["results"][0]["id"]  # type: ignore[index]
    new_page(new_notion, top, "First", position={"type": "page_start"})
    new_page(new_notion, top, "Last")
    new_page(new_notion, top, "After a", position={"type": "after_block", "after_block": {"id": first}})
    new_notion.blocks.children.append(top, children=[paragraph("0")], position={"type": "start"})
    assert words(new_notion, top) == ["0", "First", "a", "After a", "b", "Last"]


def test_erased_content_is_gone_and_child_pages_are_in_the_trash(new_notion: Client, sandbox: Sandbox) -> None:
    top = new_page(new_notion, sandbox.root_page_id, "Top", children=[paragraph("a")])["id"]
    block = new_notion.blocks.children.list(top)["results"][0]["id"]  # type: ignore[index]
    child = new_page(new_notion, top, "Child")["id"]
    new_notion.pages.update(top, erase_content=True)
    assert words(new_notion, top) == []
    assert new_notion.pages.retrieve(child)["in_trash"] is True  # type: ignore[index]
    with pytest.raises(APIResponseError, match="Could not find block"):
        new_notion.blocks.retrieve(block)


def test_children_are_paged_in_order(new_notion: Client, sandbox: Sandbox) -> None:
    top = new_page(new_notion, sandbox.root_page_id, "Top", children=[paragraph(str(i)) for i in range(7)])["id"]
    seen, cursor = [], None
    while True:
        listed: Any = new_notion.blocks.children.list(top, page_size=3, **({"start_cursor": cursor} if cursor else {}))
        seen += [b["paragraph"]["rich_text"][0]["plain_text"] for b in listed["results"]]
        cursor = listed["next_cursor"]
        if not listed["has_more"]:
            break
    assert seen == [str(i) for i in range(7)]


def test_databases_are_changed_moved_and_trashed_as_blocks(new_jobs: Any, new_notion: Client, sandbox: Sandbox) -> None:
    database = new_jobs.database["id"]
    elsewhere = new_page(new_notion, sandbox.root_page_id, "Elsewhere")["id"]
    changed: Any = new_notion.databases.update(
        database, title=rich("Renamed"), is_locked=True, parent={"type": "page_id", "page_id": elsewhere}
    )
    assert changed["parent"] == {"type": "page_id", "page_id": elsewhere}
    assert changed["created_time"] == "2026-11-02T09:30:12.000+00:00"
    assert words(new_notion, elsewhere) == ["Renamed"]
    deleted: Any = new_notion.blocks.delete(database)
    assert (deleted["type"], deleted["in_trash"]) == ("child_database", True)
    assert new_notion.databases.retrieve(database)["in_trash"] is True  # type: ignore[index]
    assert new_notion.blocks.update(database, in_trash=False)["in_trash"] is False  # type: ignore[index]


def test_a_database_holds_several_data_sources_and_gives_them_away(
    new_jobs: Any, new_notion: Client, sandbox: Sandbox
) -> None:
    database = new_jobs.database["id"]
    made: Any = new_notion.data_sources.create(
        parent={"type": "database_id", "database_id": database},
        properties={"Name": {"title": {}}},
        title=rich("Second"),
    )
    assert made["id"][14] == "8"
    held: Any = new_notion.databases.retrieve(database)
    assert [s["name"] for s in held["data_sources"]] == ["Jobs", "Second"]
    with pytest.raises(APIResponseError, match="multiple data sources"):
        new_notion.pages.create(parent={"database_id": database}, properties={})
    other: Any = new_notion.databases.create(parent={"type": "page_id", "page_id": sandbox.root_page_id})
    assert other["title"][0]["plain_text"] == "New database"
    moved: Any = new_notion.data_sources.update(made["id"], parent={"type": "database_id", "database_id": other["id"]})
    assert moved["parent"]["database_id"] == other["id"]
    trashed: Any = new_notion.data_sources.update(made["id"], in_trash=True)
    assert trashed["in_trash"] is True


def test_status_groups_follow_the_options(new_jobs: Any, new_notion: Client) -> None:
    changed: Any = new_notion.data_sources.update(new_jobs.source, properties={"Flow": {"status": {}}})
    flow = changed["properties"]["Flow"]["status"]
    assert [o["name"] for o in flow["options"]] == ["Not started", "In progress", "Done"]
    assert [(g["name"], len(g["option_ids"])) for g in flow["groups"]] == [
        ("To-do", 1),
        ("In progress", 1),
        ("Complete", 1),
    ]


def test_templates_are_listed_without_an_object(new_jobs: Any, new_notion: Client) -> None:
    assert new_notion.data_sources.list_templates(new_jobs.source) == {
        "templates": [],
        "has_more": False,
        "next_cursor": None,
    }


def test_single_properties_of_every_kind_are_read(new_jobs: Any, new_notion: Client, sandbox: Sandbox) -> None:
    page = new_jobs.row("Row", {"Due": {"date": {"start": "2026-11-30T08:00:00+01:00"}}})
    for value in page["properties"].values():
        item: Any = new_notion.pages.properties.retrieve(page["id"], value["id"])
        if item["object"] == "property_item":
            assert item[item["type"]] == value[item["type"]]
        else:
            assert [r[value["type"]] for r in item["results"]] == value[value["type"]]
    assert page["properties"]["Due"]["date"]["start"] == "2026-11-30T08:00:00.000+01:00"


def test_a_broken_upload_is_refused(new_notion: Client, raw: httpx.Client, sandbox: Sandbox) -> None:
    made: Any = new_notion.file_uploads.create(filename="a.txt")
    with pytest.raises(APIResponseError, match="Could not find file_upload"):
        new_page(new_notion, sandbox.root_page_id, "P", icon={"type": "file_upload", "file_upload": {"id": made["id"]}})
    new_notion.file_uploads.send(made["id"], file=("a.txt", b"x", "text/plain"))
    page = new_page(
        new_notion, sandbox.root_page_id, "P", icon={"type": "file_upload", "file_upload": {"id": made["id"]}}
    )
    url = page["icon"]["file"]["url"]
    assert httpx.get(url).status_code == 200
    assert httpx.get(url[:-1] + "x").status_code == 403
    sandbox.advance(3601)
    assert httpx.get(url).status_code == 403


# (effect, method of the call, attempts with the client's own patience)
PATIENCE = [
    ("rate_limited", "POST", 3),
    ("unavailable", "GET", 3),
    ("unavailable", "POST", 1),
    ("conflict", "GET", 1),
    ("overload", "GET", 1),
]


@pytest.mark.parametrize(("effect", "method", "attempts"), PATIENCE, ids=[f"{e} {m}" for e, m, _ in PATIENCE])
def test_the_clients_own_patience_is_known(
    make_client: Any, sandbox: Sandbox, effect: str, method: str, attempts: int
) -> None:
    sandbox.clear_requests()
    for retry, expected in ((RetryOptions(max_retries=2, initial_retry_delay_ms=1), attempts), (False, 1)):
        client = make_client("2026-03-11", retry=retry)
        sandbox.faults({"effect": effect, "times": None, "retry_after": None})
        with pytest.raises(HTTPResponseError):
            client.search() if method == "POST" else client.users.me()
        assert sandbox.request_count() == expected
        sandbox.faults()
        sandbox.clear_requests()


def test_the_client_drops_what_it_does_not_know(new_notion: Client, sandbox: Sandbox) -> None:
    page = new_page(new_notion, sandbox.root_page_id, "P")
    read: Any = new_notion.pages.update(page["id"], is_archived=True, colour="red")
    assert read["is_archived"] is False
