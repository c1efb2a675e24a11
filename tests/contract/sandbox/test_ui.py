"""The pages show the workspace as people know it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from notion_client import Client

from isms_bot.sandbox.client import Sandbox

MIRA = "mira@example.com"


def rich(content: str, link: str | None = None) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": content, "link": {"url": link} if link else None}}]


def look(sandbox: Sandbox, record: str) -> str:
    answer = httpx.get(f"{sandbox.url}/p/{record}")
    assert answer.status_code == 200
    return answer.text


def test_the_start_leads_to_the_shared_page(sandbox: Sandbox) -> None:
    answer = httpx.get(sandbox.url, follow_redirects=True)
    assert answer.status_code == 200
    assert "<h1>Information Security</h1>" in answer.text
    assert "2 Nov 2026, 09:30 UTC" in answer.text
    assert sandbox.root_url.endswith(f"/p/{sandbox.root_page_id}")


def test_a_row_shows_properties_body_and_comments(new_jobs: Any, sandbox: Sandbox) -> None:
    page = sandbox.act(
        MIRA,
        "create_row",
        data_source=new_jobs.source,
        properties={"Name": "Access review", "Status": "Open", "Assignee": [MIRA], "Due": "2026-11-30"},
        lines=["# Steps", "- [x] One", "- [ ] Two", "Name: Mira"],
    )["page"]
    sandbox.act(MIRA, "comment", page=page, text="Approved")
    shown = look(sandbox, page)
    for expected in (
        "<h1>Access review</h1>",
        "2026-11-30",
        ">Open<",
        "Name: Mira",
        'aria-label="done"',
        'aria-label="to do"',
        "Approved",
    ):
        assert expected in shown
    table = look(sandbox, new_jobs.database["id"])
    assert f'href="/p/{page}"' in table
    assert ">Access review<" in table.replace("Access review</a>", "Access review<")


def test_a_linked_view_shows_what_its_filter_lets_through(new_jobs: Any, new_notion: Client, sandbox: Sandbox) -> None:
    new_jobs.row("Open one", {"Status": {"status": {"name": "Open"}}})
    new_jobs.row("Done one", {"Status": {"status": {"name": "Done"}}})
    page = sandbox.act(MIRA, "create_page", parent=sandbox.root_page_id, title="Policy")["page"]
    view = {
        "data_source_id": new_jobs.source,
        "name": "Records",
        "type": "table",
        "create_database": {"parent": {"type": "page_id", "page_id": page}},
        "filter": {"property": "Status", "status": {"equals": "Done"}},
    }
    new_notion.views.create(**view)
    shown = look(sandbox, page)
    assert "Done one" in shown
    assert "Open one" not in shown
    sandbox.act(MIRA, "delete_property", data_source=new_jobs.source, property="Status")
    assert "This view no longer works" in look(sandbox, page)


def test_text_is_escaped_and_only_plain_links_are_links(new_jobs: Any, sandbox: Sandbox) -> None:
    page = new_jobs.row(
        "<script>alert(1)</script>",
        children=[
            {"paragraph": {"rich_text": rich("bad", "javascript:alert(1)")}},
            {"paragraph": {"rich_text": rich("good", "https://example.com/#t")}},
        ],
    )["id"]
    shown = look(sandbox, page)
    assert "<script>" not in shown
    assert "javascript:" not in shown
    assert '<a href="https://example.com/#t" rel="noreferrer">good</a>' in shown


@pytest.mark.parametrize("flag", ["trash", "archive", "lock"])
def test_a_flag_is_shown_on_the_page(new_jobs: Any, sandbox: Sandbox, flag: str) -> None:
    page = new_jobs.row("Row")["id"]
    assert "banner" not in look(sandbox, page)
    sandbox.act(MIRA, flag, page=page)
    assert "banner" in look(sandbox, page)


def test_every_block_can_be_looked_at(new_jobs: Any, sandbox: Sandbox) -> None:
    kinds: list[dict[str, Any]] = [
        {"quote": {"rich_text": rich("q")}},
        {"callout": {"rich_text": rich("c")}},
        {"toggle": {"rich_text": rich("t"), "children": [{"paragraph": {"rich_text": rich("inside")}}]}},
        {"code": {"rich_text": rich("x = 1"), "language": "python"}},
        {
            "table": {
                "table_width": 1,
                "has_column_header": True,
                "children": [{"table_row": {"cells": [rich("head")]}}],
            }
        },
        {"column_list": {"children": [{"column": {"children": [{"divider": {}}]}}]}},
        {"synced_block": {"synced_from": None, "children": [{"bulleted_list_item": {"rich_text": rich("b")}}]}},
        {"numbered_list_item": {"rich_text": rich("n")}},
        {"bookmark": {"url": "https://example.com"}},
        {"image": {"type": "external", "external": {"url": "https://example.com/a.png"}}},
        {"equation": {"expression": "a"}},
        {"paragraph": {"rich_text": [{"mention": {"user": {"id": sandbox.people()[0].id}}}, *rich("x")]}},
    ]
    shown = look(sandbox, new_jobs.row("Row", children=kinds)["id"])
    for expected in ("<th>head</th>", "inside", "x = 1", "@Mira Lindqvist", "1."):
        assert expected in shown


def test_an_unknown_address_is_a_404_with_words(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}/p/00000000000000000000000000000000")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
