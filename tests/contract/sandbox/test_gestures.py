"""People act in the wiki, and what the API then says about it."""

from __future__ import annotations

from typing import Any

import pytest
from notion_client import APIResponseError, Client

from isms_bot.sandbox.client import Refused, Sandbox

FORM = [
    "# Review",
    "- [ ] Read the policy",
    "- [ ] Note what changed",
    "  - [ ] Ask the owner",
    "---",
    "Name:",
    "Date:",
    "Signature:",
]
MIRA, TOMASZ = "mira@example.com", "tomasz@example.com"


@pytest.fixture
def job(new_jobs: Any, sandbox: Sandbox) -> Any:
    made = sandbox.act(
        TOMASZ, "create_row", data_source=new_jobs.source, properties={"Name": "Job", "Due": "2026-11-30"}, lines=FORM
    )
    new_jobs.page = made["page"]
    sandbox.advance(120)
    return new_jobs


def test_a_tick_is_seen_with_who_and_when(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    sandbox.act(MIRA, "tick", page=job.page, text="Ask the owner")
    blocks = {b["text"]: b for b in sandbox.page(job.page)["blocks"]}
    read: Any = new_notion.blocks.retrieve(blocks["Ask the owner"]["id"])
    assert read["to_do"]["checked"] is True
    assert read["last_edited_by"]["id"] == sandbox.person(MIRA).id
    assert read["last_edited_time"] == "2026-11-02T09:32:00.000Z"
    other: Any = new_notion.blocks.retrieve(blocks["Read the policy"]["id"])
    assert other["last_edited_by"]["id"] == sandbox.person(TOMASZ).id
    page: Any = new_notion.pages.retrieve(job.page)
    assert page["last_edited_by"]["id"] == sandbox.person(MIRA).id
    sandbox.act(MIRA, "tick", page=job.page, all=True)
    assert [line for line in sandbox.page(job.page)["text"] if "[ ]" in line] == []
    sandbox.act(MIRA, "tick", page=job.page, all=True, checked=False)
    assert [line for line in sandbox.page(job.page)["text"] if "[x]" in line] == []


def test_a_form_line_is_filled_in_by_its_label(job: Any, sandbox: Sandbox) -> None:
    sandbox.act(MIRA, "write", page=job.page, label="Name:", text="Mira Lindqvist")
    sandbox.act(MIRA, "write", page=job.page, label="Name:", text="M. Lindqvist")
    assert sandbox.page(job.page)["text"][5] == "Name: M. Lindqvist"
    with pytest.raises(Refused, match="no line on this page starts with 'Naam:'"):
        sandbox.act(MIRA, "write", page=job.page, label="Naam:", text="x")


def test_an_act_in_the_past_leaves_the_clock_alone(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    clock = sandbox.clock()
    made = sandbox.act(MIRA, "comment", page=job.page, text="Approved", at="2026-11-01T08:00:00Z")
    assert new_notion.comments.retrieve(made["comment"])["created_time"] == "2026-11-01T08:00:00.000Z"  # type: ignore[index]
    assert sandbox.clock() == clock
    with pytest.raises(Refused, match="after the sandbox's clock"):
        sandbox.act(MIRA, "comment", page=job.page, text="Approved", at="2027-01-01T00:00:00Z")


def test_a_comment_can_mention_and_stand_on_a_block(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    block = sandbox.page(job.page)["blocks"][1]["id"]
    made = sandbox.act(MIRA, "comment", page=job.page, text="Can you?", block=block, mention=TOMASZ)
    read: Any = new_notion.comments.retrieve(made["comment"])
    assert read["parent"] == {"type": "block_id", "block_id": block}
    assert read["rich_text"][-1]["mention"]["user"]["id"] == sandbox.person(TOMASZ).id
    assert read["created_by"]["id"] == sandbox.person(MIRA).id
    assert new_notion.comments.list(block_id=job.page)["results"] == []  # type: ignore[index]


VALUES: list[tuple[str, Any, str]] = [
    ("Key", "k", "k"),
    ("Status", "Done", "Done"),
    ("Kind", "Another", "Another"),
    ("Tags", ["a", "b"], "a, b"),
    ("Due", "2027-01-31", "2027-01-31"),
    ("Due", None, ""),
    ("Assignee", [MIRA], "Mira Lindqvist"),
    ("Ticked", True, "Yes"),
    ("Count", 4, "4"),
    ("Link", "https://example.com", "https://example.com"),
]


@pytest.mark.parametrize(("name", "value", "shown"), VALUES, ids=[f"{v[0]} {v[1]}" for v in VALUES])
def test_a_property_is_set_from_a_plain_value(job: Any, sandbox: Sandbox, name: str, value: Any, shown: str) -> None:
    sandbox.act(MIRA, "set", page=job.page, property=name, value=value)
    assert sandbox.page(job.page)["properties"][name] == shown


def test_a_duplicate_is_another_page_by_the_person(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    copy = sandbox.act(MIRA, "duplicate", page=job.page)["page"]
    read: Any = new_notion.pages.retrieve(copy)
    assert read["created_by"]["id"] == sandbox.person(MIRA).id
    assert read["properties"]["Name"]["title"][0]["plain_text"] == "Job (1)"
    assert read["properties"]["Due"]["date"]["start"] == "2026-11-30"
    assert read["properties"]["Number"]["unique_id"]["number"] == 2
    assert sandbox.page(copy)["text"] == sandbox.page(job.page)["text"]


def test_trash_restore_and_purge(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    sandbox.act(MIRA, "trash", page=job.page)
    assert new_notion.pages.retrieve(job.page)["in_trash"] is True  # type: ignore[index]
    with pytest.raises(APIResponseError, match="unarchive the block before editing"):
        new_notion.pages.update(job.page, properties={"Count": {"number": 1}})
    sandbox.act(MIRA, "restore", page=job.page)
    new_notion.pages.update(job.page, properties={"Count": {"number": 1}})
    sandbox.act(MIRA, "purge", page=job.page)
    with pytest.raises(APIResponseError) as refused:
        new_notion.pages.retrieve(job.page)
    assert refused.value.status == 404
    assert job.names() == []


def test_a_trashed_parent_takes_its_children_along(new_notion: Client, sandbox: Sandbox) -> None:
    parent = sandbox.act(MIRA, "create_page", parent=sandbox.root_page_id, title="P", lines=["x"])["page"]
    child = sandbox.act(MIRA, "create_page", parent=parent, title="C", lines=["y"])["page"]
    sandbox.act(MIRA, "trash", page=parent)
    assert new_notion.pages.retrieve(child)["in_trash"] is True  # type: ignore[index]
    with pytest.raises(APIResponseError, match="archived ancestor"):
        new_notion.blocks.children.append(child, children=[])


def test_a_row_moved_out_keeps_its_title_only(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    sandbox.act(MIRA, "move", page=job.page, to=sandbox.root_page_id)
    read: Any = new_notion.pages.retrieve(job.page)
    assert read["parent"] == {"type": "page_id", "page_id": sandbox.root_page_id}
    assert list(read["properties"]) == ["title"]
    assert job.names() == []
    sandbox.act(MIRA, "move", page=job.page, to=job.source)
    assert job.names() == ["Job"]


def test_columns_and_options_change_under_the_bot(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    before: Any = new_notion.data_sources.retrieve(job.source)
    sandbox.act(MIRA, "set", page=job.page, property="Status", value="Open")
    sandbox.act(MIRA, "rename_option", data_source=job.source, property="Status", option="Open", to="To do")
    sandbox.act(MIRA, "rename_property", data_source=job.source, property="Status", to="State")
    sandbox.act(MIRA, "retype_property", data_source=job.source, property="Count", to="rich_text")
    sandbox.act(MIRA, "delete_property", data_source=job.source, property="Due")
    after: Any = new_notion.data_sources.retrieve(job.source)
    assert after["properties"]["State"]["id"] == before["properties"]["Status"]["id"]
    assert after["properties"]["Count"]["type"] == "rich_text"
    assert "Due" not in after["properties"]
    read: Any = new_notion.pages.retrieve(job.page)
    old = before["properties"]["Status"]["status"]["options"][0]
    assert read["properties"]["State"]["status"] == {"id": old["id"], "name": "To do", "color": old["color"]}


def test_a_body_is_replaced_and_extended(job: Any, sandbox: Sandbox) -> None:
    sandbox.act(MIRA, "replace_body", page=job.page, lines=["one", "three"])
    first = sandbox.page(job.page)["blocks"][0]["id"]
    sandbox.act(MIRA, "append", page=job.page, text="two", after=first)
    made = sandbox.act(MIRA, "append", page=job.page, blocks=[{"divider": {}}])
    assert len(made["blocks"]) == 1
    sandbox.act(MIRA, "edit_block", block=first, text="ONE")
    assert sandbox.page(job.page)["text"] == ["ONE", "two", "three", "---"]


def test_flags_and_titles(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    sandbox.act(MIRA, "title", page=job.page, text="Another")
    sandbox.act(MIRA, "lock", page=job.page)
    read: Any = new_notion.pages.update(job.page, properties={"Count": {"number": 2}})
    assert (read["is_locked"], read["properties"]["Name"]["title"][0]["plain_text"]) == (True, "Another")
    sandbox.act(MIRA, "unlock", page=job.page)
    sandbox.act(MIRA, "archive", page=job.page)
    assert new_notion.pages.retrieve(job.page)["is_archived"] is True  # type: ignore[index]


def test_a_deleted_view_is_gone(job: Any, new_notion: Client, sandbox: Sandbox) -> None:
    view = new_notion.views.list(data_source_id=job.source)["results"][0]["id"]  # type: ignore[index]
    sandbox.act(MIRA, "delete_view", view=view)
    assert new_notion.views.list(data_source_id=job.source)["results"] == []  # type: ignore[index]


def test_of_a_list_of_gestures_all_or_none_happen(job: Any, sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="no to-do 'nothing'"):
        sandbox.act_all(
            [
                {"as": MIRA, "do": "title", "page": job.page, "text": "changed"},
                {"as": MIRA, "do": "tick", "page": job.page, "text": "nothing"},
            ]
        )
    assert sandbox.page(job.page)["title"] == "Job"


SENTENCES: list[tuple[dict[str, Any], str]] = [
    ({"as": MIRA, "do": "dance"}, "there is no gesture 'dance'"),
    ({"as": "nobody", "do": "tick"}, "there is nobody called 'nobody'"),
    ({"as": MIRA, "do": "tick"}, "missing a required argument: 'page'"),
    ({"as": MIRA, "do": "tick", "page": "x", "all": True}, "there is no page with the id x"),
    ({"as": MIRA, "do": "tick", "page": "{page}"}, "say which: text, block or all"),
    ({"as": MIRA, "do": "set", "page": "{page}", "property": "Nope", "value": 1}, "there is no property 'Nope'"),
    ({"as": MIRA, "do": "set", "page": "{page}", "property": "Status", "value": "Nope"}, "does not exist"),
    ({"as": MIRA, "do": "set", "page": "{page}", "property": "Count", "value": "many"}, "should be a number"),
    ({"as": MIRA, "do": "set", "page": "{page}", "property": "Due", "value": "soon"}, "ISO 8601"),
    ({"as": MIRA, "do": "set", "page": "{page}", "property": "Number", "value": 7}, "nobody can set it"),
    ({"do": "tick"}, 'a gesture is an object with "as"'),
]


@pytest.mark.parametrize(("wanted", "sentence"), SENTENCES, ids=[s[1] for s in SENTENCES])
def test_what_cannot_be_done_is_said_in_a_sentence(
    job: Any, sandbox: Sandbox, wanted: dict[str, Any], sentence: str
) -> None:
    filled = {k: job.page if v == "{page}" else v for k, v in wanted.items()}
    with pytest.raises(Refused, match=sentence):
        sandbox.act_all([filled])


def test_people_come_change_and_leave(new_notion: Client, job: Any, sandbox: Sandbox) -> None:
    mira = sandbox.person(MIRA)
    sandbox.act(MIRA, "set", page=job.page, property="Assignee", value=[MIRA])
    sandbox.users({"name": "Ada New", "email": "ada@example.com"}, {"user": MIRA, "email": "m.lindqvist@example.com"})
    assert new_notion.users.retrieve(mira.id)["person"] == {"email": "m.lindqvist@example.com"}  # type: ignore[index]
    sandbox.users({"user": mira.id, "remove": True})
    with pytest.raises(APIResponseError) as refused:
        new_notion.users.retrieve(mira.id)
    assert refused.value.status == 404
    read: Any = new_notion.pages.retrieve(job.page)
    assert read["properties"]["Assignee"]["people"] == [{"object": "user", "id": mira.id}]
    with pytest.raises(Refused, match="has left the workspace"):
        sandbox.act(mira.id, "title", page=job.page, text="x")
    assert [p.name for p in sandbox.people() if p.active][-1] == "Ada New"
