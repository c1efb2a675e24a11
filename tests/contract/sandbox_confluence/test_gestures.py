"""People act on both sites in the same words."""

from __future__ import annotations

from typing import Any

import pytest

from isms_bot.sandbox.client import Refused, Sandbox
from tests.contract.sandbox_confluence.conftest import BOXES, MIRA, TOMASZ, Site


def act(site: Site, do: str, who: str = TOMASZ, **args: Any) -> dict[str, Any]:
    return site.sandbox.act(who, do, **args)


def see(site: Site, page: str) -> dict[str, Any]:
    return site.sandbox.page(page)


def account(site: Site, who: str) -> str:
    person = site.sandbox.person(who)
    return person.account_id if site.context == "/wiki" else person.user_key


@pytest.fixture
def jobs(site: Site) -> str:
    return site.page("Jobs")


@pytest.fixture
def job(site: Site, jobs: str) -> str:
    properties = {"title": "Access review", "Assignee": [MIRA], "Due": "2026-11-30", "Status": "Open"}
    lines = ["# Steps", "- [ ] One", "- [ ] Two", "  - [ ] Two and a half", "- a", "1. b", "> q", "---", "Name:"]
    return str(act(site, "create_row", data_source=jobs, properties=properties, lines=lines, who=MIRA)["page"])


def test_a_row_is_a_page_with_page_properties_and_lines(site: Site, jobs: str, job: str) -> None:
    seen = see(site, job)
    assert (seen["title"], seen["parent"], seen["data_source"]) == ("Access review", jobs, jobs)
    assert seen["properties"] == {"Assignee": "@Mira Lindqvist", "Due": "2026-11-30", "Status": "Open"}
    assert seen["text"] == [
        *("# Steps", "- [ ] One", "- [ ] Two", "  - [ ] Two and a half", "- a", "1. b", "> q", "---", "Name:"),
    ]
    assert account(site, MIRA) in seen["storage"]
    assert '<time datetime="2026-11-30" />' in seen["storage"]


@pytest.mark.parametrize(
    ("given", "title"),
    [({"title": "A"}, "A"), ({"Job": "B", "Status": "Open"}, "B")],
    ids=["by the word title", "by the first property"],
)
def test_a_row_takes_its_title_from_its_properties(site: Site, jobs: str, given: dict[str, Any], title: str) -> None:
    made = act(site, "create_row", data_source=jobs, properties=given)["page"]
    assert see(site, made)["title"] == title


def test_a_row_may_be_titled_beside_its_properties(site: Site, jobs: str) -> None:
    made = act(site, "create_row", data_source=jobs, properties={"Name": "Ann"}, title="Row")["page"]
    assert (see(site, made)["title"], see(site, made)["properties"]) == ("Row", {"Name": "Ann"})


def test_ticking_names_the_boxes_that_changed(site: Site, job: str) -> None:
    done = act(site, "tick", page=job, text="One")["blocks"]
    assert done == [f"{job}:1"]
    assert act(site, "tick", page=job, text="One")["blocks"] == []
    assert act(site, "tick", page=job, block=f"{job}:3")["blocks"] == [f"{job}:3"]
    assert len(act(site, "tick", page=job, all=True)["blocks"]) == 1
    checked = {b["text"]: b["checked"] for b in see(site, job)["blocks"] if b["type"] == "to_do"}
    assert checked == {"One": True, "Two": True, "Two and a half": True}
    act(site, "tick", page=job, all=True, checked=False)
    assert "<ac:task-status>complete</ac:task-status>" not in site.storage(job)


def test_a_line_is_filled_in_and_has_its_author(site: Site, job: str) -> None:
    act(site, "write", page=job, label="Name:", text="Tomasz & co")
    line = see(site, job)["blocks"][-1]
    tomasz = site.sandbox.person(TOMASZ).id
    assert (line["text"], line["author"]) == ("Name: Tomasz & co", tomasz)
    act(site, "write", page=job, label="Name:", text="Mira", who=MIRA)
    assert see(site, job)["text"][-1] == "Name: Mira"
    assert see(site, job)["blocks"][0]["author"] == site.sandbox.person(MIRA).id


def test_a_label_keeps_its_looks_and_may_have_a_cell_of_its_own(site: Site) -> None:
    body = "<p><strong>Name:</strong> </p><table><tbody><tr><th>Date</th><td></td></tr></tbody></table>"
    page = site.page("Form", storage=body)
    act(site, "write", page=page, label="Name:", text="Mira")
    act(site, "write", page=page, label="Date", text="today")
    stored = site.storage(page)
    assert "<strong>Name:</strong> Mira</p>" in stored
    assert see(site, page)["text"] == ["Name: Mira", "Date | today"]


def test_a_task_in_a_table_can_be_ticked(site: Site) -> None:
    page = site.page("Table", storage=f"<table><tbody><tr><td>{BOXES}</td></tr></tbody></table>")
    act(site, "tick", page=page, text="First")
    boxes = [(b["text"], b["checked"]) for b in see(site, page)["blocks"] if b["type"] == "to_do"]
    assert boxes == [("First", True), ("Second", False)]


def test_lines_are_changed_added_and_replaced(site: Site, job: str) -> None:
    act(site, "edit_block", block=f"{job}:1", text="One & only")
    made = act(site, "append", page=job, lines=["Added", "- [ ] Three"])["blocks"]
    assert made == [f"{job}:9", f"{job}:10"]
    assert see(site, job)["text"][1] == "- [ ] One & only"
    assert "<ac:task-id>4</ac:task-id>" in site.storage(job)
    act(site, "replace_body", page=job, lines=["All new"])
    assert see(site, job)["text"] == ["All new"]
    assert see(site, job)["properties"] == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("In progress", "In progress"),
        ("2026-12-24", "2026-12-24"),
        ({"start": "2026-12-01", "end": "2026-12-05"}, "2026-12-01 – 2026-12-05"),
        ([MIRA, TOMASZ], "@Mira Lindqvist @Tomasz Wolny"),
        (["Mon", "Tue"], "Mon, Tue"),
        (True, "Yes"),
        (False, "No"),
        (None, ""),
        (MIRA, "@Mira Lindqvist"),
        (7, "7"),
    ],
)
def test_a_cell_is_written_as_a_person_leaves_it(site: Site, job: str, value: object, text: str) -> None:
    act(site, "set", page=job, property="Status", value=value)
    assert see(site, job)["properties"]["Status"] == text
    act(site, "set", page=job, property="New one", value=value)
    assert see(site, job)["properties"]["New one"] == text


def test_a_cell_may_lead_to_a_page_and_follows_its_title(site: Site, jobs: str, job: str) -> None:
    act(site, "set", page=job, property="Container", value=jobs)
    assert see(site, job)["properties"]["Container"] == "Jobs"
    before = see(site, job)["version"]
    act(site, "title", page=jobs, text="All jobs")
    assert see(site, job)["properties"]["Container"] == "All jobs"
    assert see(site, job)["version"] == before


def test_a_page_without_properties_gets_a_table_of_them(site: Site) -> None:
    page = site.page("Plain", storage="<p>Text</p>")
    act(site, "set", page=page, property="Status", value="Open")
    assert see(site, page)["properties"] == {"Status": "Open"}
    assert see(site, page)["text"] == ["Text"]


def test_labels_of_properties_are_renamed_and_deleted_everywhere(site: Site, jobs: str, job: str) -> None:
    changed = act(site, "rename_property", data_source=jobs, property="Due", to="Until")["pages"]
    assert changed == [job]
    act(site, "delete_property", page=job, property="Status")
    assert see(site, job)["properties"] == {"Assignee": "@Mira Lindqvist", "Until": "2026-11-30"}


def test_hidden_properties_are_the_mark_and_no_text(site: Site) -> None:
    hidden = (
        '<ac:structured-macro ac:name="details"><ac:parameter ac:name="hidden">true</ac:parameter>'
        '<ac:parameter ac:name="id">isms-bot</ac:parameter><ac:rich-text-body><table><tbody>'
        "<tr><th>Key</th><td>acme/p07/2026-11</td></tr></tbody></table></ac:rich-text-body></ac:structured-macro>"
    )
    page = site.page("Marked", storage=f"{hidden}<p>Text</p>")
    seen = see(site, page)
    assert (seen["mark"], seen["properties"], seen["text"]) == ({"Key": "acme/p07/2026-11"}, {}, ["Text"])


def test_comments_come_in_threads_with_links_and_names(site: Site, job: str) -> None:
    first = act(site, "comment", page=job, text="Approved", mention=[MIRA])
    linked = [{"text": {"content": "here", "link": {"url": "https://example.com/#token"}}}]
    second = act(site, "comment", page=job, rich_text=linked, reply_to=first["comment"])
    assert second["discussion"] == first["discussion"]
    inline = act(site, "comment", page=job, text="Why?", block=f"{job}:1")
    act(site, "resolve", discussion=inline["discussion"])
    act(site, "edit_comment", comment=inline["comment"], text="Why not?")
    found = {c["id"]: c for c in see(site, job)["comments"]}
    assert found[first["comment"]]["text"] == "Approved @Mira Lindqvist"
    assert found[first["comment"]]["author"] == site.sandbox.person(TOMASZ).id
    assert found[second["comment"]]["links"] == ["https://example.com/#token"]
    told = found[inline["comment"]]
    assert (told["text"], told["anchor"], told["resolved"], told["location"]) == ("Why not?", "One", True, "inline")
    assert see(site, job)["text"][1] == "- [ ] One"
    with pytest.raises(Refused, match="only the author"):
        act(site, "edit_comment", comment=first["comment"], text="x", who=MIRA)
    act(site, "delete_comment", comment=first["comment"])
    assert first["comment"] not in {c["id"] for c in see(site, job)["comments"]}


def test_a_duplicate_takes_body_labels_and_files_and_properties_only_if_asked(site: Site, job: str) -> None:
    act(site, "label", page=job, name="isms-job")
    act(site, "attach", page=job, name="log.txt", content="x")
    copies = [see(site, act(site, "duplicate", page=job)["page"]) for _ in range(2)]
    assert [one["title"] for one in copies] == ["Copy of Access review", "Copy (2) of Access review"]
    assert copies[0]["storage"] == site.storage(job)
    assert copies[0]["labels"] == ["isms-job"]
    assert [file["title"] for file in copies[0]["attachments"]] == ["log.txt"]
    assert copies[0]["parent"] == see(site, job)["parent"]
    act(site, "unlabel", page=job, name="isms-job")
    assert see(site, job)["labels"] == []


def test_a_page_goes_to_the_trash_and_comes_back_or_goes_for_good(site: Site, jobs: str, job: str) -> None:
    act(site, "trash", page=job)
    assert see(site, job)["in_trash"]
    with pytest.raises(Refused, match="in the trash"):
        act(site, "append", page=job, text="x")
    act(site, "restore", page=job)
    assert (see(site, job)["in_trash"], see(site, job)["parent"]) == (False, jobs)
    act(site, "purge", page=job)
    with pytest.raises(Refused, match="no page with the id"):
        see(site, job)


def test_a_page_whose_parent_is_gone_comes_back_below_the_home_page(site: Site, jobs: str, job: str) -> None:
    act(site, "trash", page=job)
    act(site, "trash", page=jobs)
    act(site, "restore", page=job)
    assert see(site, job)["parent"] == site.root


def test_a_page_is_archived_on_cloud_only(site: Site, job: str) -> None:
    if site.context != "/wiki":
        with pytest.raises(Refused, match="no archive"):
            act(site, "archive", page=job)
        return
    act(site, "archive", page=job)
    assert see(site, job)["archived"]
    act(site, "unarchive", page=job)
    assert see(site, job)["status"] == "current"
    with pytest.raises(Refused, match="not archived"):
        act(site, "unarchive", page=job)


def test_a_page_moves_below_another_or_to_the_top(site: Site, job: str) -> None:
    act(site, "move", page=job, to=site.root)
    assert see(site, job)["parent"] == site.root
    act(site, "move", page=job, to=site.space_id)
    assert see(site, job)["parent"] is None
    with pytest.raises(Refused, match="below itself"):
        act(site, "move", page=site.root, to=site.page("Child"))


def test_a_whole_storage_is_written_as_an_app_does_it(site: Site, job: str) -> None:
    act(site, "storage", page=job, body="<p>As it is</p>")
    assert site.storage(job) == "<p>As it is</p>"
    with pytest.raises(Refused, match="Error parsing xhtml"):
        act(site, "storage", page=job, body="<p>")


def test_an_edit_may_wait(site: Site, job: str) -> None:
    act(site, "draft", page=job, text="Later")
    assert see(site, job)["draft"]["by"] == site.sandbox.person(TOMASZ).id
    assert "Later" not in site.storage(job)
    act(site, "draft", page=job, label="Name:", text="Tomasz")
    act(site, "publish", page=job)
    assert see(site, job)["text"][-2:] == ["Name: Tomasz", "Later"]
    act(site, "draft", page=job, body="<p>x</p>")
    act(site, "draft", page=job)
    assert see(site, job)["draft"] is None
    with pytest.raises(Refused, match="nothing waits"):
        act(site, "publish", page=job)


def test_who_may_not_see_a_page_cannot_comment_on_it(site: Site, job: str) -> None:
    act(site, "restrict", page=job, operation="read", people=[MIRA], who=MIRA)
    with pytest.raises(Refused, match="cannot see"):
        act(site, "comment", page=job, text="x")
    act(site, "restrict", page=job, operation="read", who=MIRA)
    act(site, "comment", page=job, text="x")


def test_a_gesture_can_lie_in_the_past_but_not_ahead(site: Site, job: str) -> None:
    act(site, "append", page=job, text="x", at="2026-11-01T00:00:00Z")
    assert see(site, job)["edited_at"] == 1_793_491_200_000
    with pytest.raises(Refused, match="after the sandbox's clock"):
        act(site, "append", page=job, text="x", at="2027-01-01T00:00:00Z")


def test_of_a_list_of_gestures_all_are_done_or_none_and_no_id_is_lost(site: Site, job: str) -> None:
    good = {"as": MIRA, "do": "create_page", "parent": site.root, "title": "New"}
    with pytest.raises(Refused):
        site.sandbox.act_all([good, {"as": MIRA, "do": "tick", "page": job, "text": "absent"}])
    made = site.sandbox.act_all([good])[0]["page"]
    assert see(site, made)["title"] == "New"
    with pytest.raises(Refused, match="TITLE"):
        site.sandbox.act_all([good])


@pytest.mark.parametrize(
    ("do", "args", "said"),
    [
        ("dance", {}, "no gesture 'dance' in Confluence"),
        ("tick", {}, "say which"),
        ("tick", {"text": "absent"}, "no task"),
        ("tick", {"nonsense": 1}, "unexpected keyword"),
        ("write", {"label": "Absent:", "text": "x"}, "no line"),
        ("comment", {}, "text or rich_text"),
        ("restrict", {"operation": "delete"}, "read or update"),
        ("edit_block", {"block": "{job}:99"}, "missing a required argument"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(site: Site, job: str, do: str, args: dict[str, Any], said: str) -> None:
    filled = {key: value.format(job=job) if isinstance(value, str) else value for key, value in args.items()}
    where = {} if do == "edit_block" else {"page": job}
    with pytest.raises(Refused, match=said):
        act(site, do, **where, **filled)


def test_a_block_that_is_not_there_cannot_be_changed(site: Site, job: str) -> None:
    with pytest.raises(Refused, match="no block"):
        act(site, "edit_block", block=f"{job}:99", text="x")


def test_a_page_becomes_a_live_doc(cloud: Site) -> None:
    page = cloud.page("Notes")
    act(cloud, "live", page=page)
    assert cloud("GET", f"/api/v2/pages/{page}")["subtype"] == "live"
    found = cloud("GET", "/api/v2/pages", query={"subtype": "live"})["results"]
    assert [one["id"] for one in found] == [page]


def test_the_editor_of_cloud_leaves_ids_of_its_own_unless_told_not_to(cloud: Site) -> None:
    page = cloud.page("Job", storage="<p>Name:</p>")
    act(cloud, "write", page=page, label="Name:", text="x")
    assert "<p local-id=" in cloud.storage(page)
    cloud.sandbox.confluence(site="cloud", editor_adds_local_ids=False)
    page = cloud.page("Other", storage="<p>Name:</p>")
    act(cloud, "write", page=page, label="Name:", text="x")
    assert cloud.storage(page) == "<p>Name: x</p>"


def test_people_who_join_have_accounts_on_both_sites(sandbox: Sandbox) -> None:
    joined = sandbox.users({"name": "Zoe", "email": "zoe@example.com"})[-1]
    assert (joined.username, bool(joined.account_id), bool(joined.user_key)) == ("zoe", True, True)
    assert sandbox.person(joined.user_key) == joined


def watchers(site: Site) -> list[str]:
    """Accounts of who watches the space."""
    if site.context == "/wiki":
        found = site("GET", f"/rest/api/space/{site.space}/watch")["results"]
        return [one["watcher"]["accountId"] for one in found]
    return [one["userKey"] for one in site("GET", f"/rest/api/space/{site.space}/watchers")["results"]]


def test_people_watch_a_space_once_and_stop(site: Site) -> None:
    for _ in range(2):
        act(site, "watch_space", space=site.space_id)
    act(site, "watch_space", who=MIRA, space=site.space_id)
    assert watchers(site) == [account(site, TOMASZ), account(site, MIRA)]

    act(site, "watch_space", space=site.space_id, watch=False)
    assert watchers(site) == [account(site, MIRA)]


def test_who_has_left_watches_nothing(site: Site) -> None:
    act(site, "watch_space", who=MIRA, space=site.space_id)
    site.sandbox.users({"user": MIRA, "remove": True})
    assert watchers(site) == []


def test_only_a_space_is_watched_as_one(site: Site) -> None:
    with pytest.raises(Refused, match="no space with the id"):
        act(site, "watch_space", space=site.root)
