"""Data Center: one API, `expand` for everything, offsets, versions that must fit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.sandbox_confluence.conftest import BOXES, MIRA, TOMASZ, Refused, Site

CONTENT = "/rest/api/content"
FILE: dict[str, Any] = {"headers": {"X-Atlassian-Token": "no-check"}}


def storage(value: str) -> Any:
    return {"storage": {"value": value, "representation": "storage"}}


def create(dc: Site, title: str, value: str = "", parent: str | None = None) -> Any:
    body = {"type": "page", "title": title, "space": {"key": dc.space}, "ancestors": [{"id": parent or dc.root}]}
    return dc("POST", CONTENT, {**body, "body": storage(value)})


def update(dc: Site, page: str, number: int, **more: object) -> Any:
    return dc("PUT", f"{CONTENT}/{page}", {"id": page, "type": "page", "version": {"number": number}, **more})


def test_a_page_is_created_and_told_only_as_far_as_it_is_asked_for(datacenter: Site) -> None:
    made = create(datacenter, "Jobs", "<p>x<br/></p>")
    assert made["body"]["storage"]["value"] == "<p>x<br /></p>"
    plain = datacenter("GET", f"{CONTENT}/{made['id']}")
    assert set(plain) >= {"history", "space", "version"}
    assert "body" not in plain
    assert set(plain["_expandable"]) >= {"body", "ancestors", "children"}
    asked = (
        "body.storage,ancestors,metadata.labels,restrictions.update.restrictions.user,children.page,history.lastUpdated"
    )
    full = datacenter("GET", f"{CONTENT}/{made['id']}", query={"expand": asked})
    assert [one["id"] for one in full["ancestors"]] == [datacenter.root]
    assert full["metadata"]["labels"]["results"] == []
    assert full["restrictions"]["update"]["restrictions"]["user"]["results"] == []
    assert full["history"]["lastUpdated"]["number"] == 1
    assert "version" not in full


def test_no_answer_names_an_account_of_cloud(datacenter: Site) -> None:
    create(datacenter, "Jobs")
    datacenter("GET", CONTENT, query={"spaceKey": "ISMS", "type": "page", "expand": "version,history"})
    assert "accountId" not in datacenter.last.text
    me = datacenter("GET", "/rest/api/user/current")
    assert (me["username"], me["userKey"]) == (datacenter.user, datacenter.bot)
    assert "email" not in me


def test_a_title_is_taken_once_in_a_space(datacenter: Site) -> None:
    create(datacenter, "Jobs")
    with pytest.raises(Refused) as refused:
        create(datacenter, "JOBS")
    assert (refused.value.status, refused.value.answer.json()["reason"]) == (400, "Bad Request")


def test_an_update_may_leave_out_the_body_and_says_whether_it_is_minor(datacenter: Site) -> None:
    page = create(datacenter, "Job", "<p>Kept</p>")["id"]
    new = update(datacenter, page, 2, title="Renamed", version={"number": 2, "minorEdit": True, "message": "m"})
    assert (new["title"], new["version"]["minorEdit"], new["version"]["message"]) == ("Renamed", True, "m")
    assert datacenter.storage(page) == "<p>Kept</p>"


def test_a_version_that_does_not_fit_is_a_conflict(datacenter: Site) -> None:
    page = create(datacenter, "Job")["id"]
    with pytest.raises(Refused) as refused:
        update(datacenter, page, 1, title="Job")
    said = refused.value.answer.json()
    assert (said["statusCode"], said["reason"]) == (409, "Conflict")
    assert said["message"] == "Version must be incremented on update. Current version is: 1"
    with pytest.raises(Refused) as refused:
        datacenter("PUT", f"{CONTENT}/{page}", {"id": page, "type": "page", "title": "Job"})
    assert refused.value.status == 400


def test_an_update_can_hang_a_page_below_another(datacenter: Site) -> None:
    page, other = create(datacenter, "Job")["id"], create(datacenter, "Done")["id"]
    update(datacenter, page, 2, title="Job", ancestors=[{"id": other}])
    below = datacenter("GET", f"{CONTENT}/{other}/child/page")["results"]
    assert [one["id"] for one in below] == [page]


def test_earlier_versions_are_read_by_number(datacenter: Site) -> None:
    page = create(datacenter, "Job", "<p>One</p>")["id"]
    datacenter.sandbox.act(TOMASZ, "storage", page=page, body="<p>Two</p>")
    query = {"status": "historical", "version": 1, "expand": "body.storage,version"}
    old = datacenter("GET", f"{CONTENT}/{page}", query=query)
    assert (old["status"], old["body"]["storage"]["value"]) == ("historical", "<p>One</p>")
    assert old["version"]["by"]["userKey"] == datacenter.bot
    history = datacenter("GET", f"{CONTENT}/{page}/history")
    assert history["lastUpdated"]["by"]["username"] == "tomasz"
    assert history["previousVersion"]["number"] == 1
    with pytest.raises(Refused):
        datacenter("GET", f"{CONTENT}/{page}", query={"status": "historical", "version": 9})


def test_a_deletion_goes_to_the_trash_then_for_good(datacenter: Site) -> None:
    page = create(datacenter, "Job", "<p>Kept</p>")["id"]
    datacenter("DELETE", f"{CONTENT}/{page}")
    with pytest.raises(Refused) as refused:
        datacenter("GET", f"{CONTENT}/{page}")
    assert refused.value.status == 404
    assert datacenter("GET", f"{CONTENT}/{page}", query={"status": "any"})["status"] == "trashed"
    listed = datacenter("GET", CONTENT, query={"spaceKey": "ISMS", "status": "any", "title": "job"})["results"]
    assert [one["id"] for one in listed] == [page]
    back = update(datacenter, page, 2, title="Job", status="current")
    assert (back["status"], back["version"]["number"]) == ("current", 2)
    datacenter("DELETE", f"{CONTENT}/{page}")
    datacenter("DELETE", f"{CONTENT}/{page}", query={"status": "trashed"})
    assert datacenter.last.status_code == 204
    with pytest.raises(Refused):
        datacenter("GET", f"{CONTENT}/{page}", query={"status": "any"})


def test_a_list_goes_on_by_offset_and_its_next_address_leaves_out_the_context(datacenter: Site) -> None:
    ids = [create(datacenter, f"Page {number}")["id"] for number in range(4)]
    seen, path = [], f"{CONTENT}?spaceKey=ISMS&type=page&limit=2&expand=body.storage,version"
    while path:
        answer = datacenter("GET", path)
        seen += [one["id"] for one in answer["results"]]
        assert answer["_links"]["context"] == "/confluence"
        path = answer["_links"].get("next", "")
        assert not path.startswith("/confluence")
    assert seen == [datacenter.root, *ids]


def test_a_scan_goes_on_by_cursor(datacenter: Site) -> None:
    ids = [create(datacenter, f"Page {number}")["id"] for number in range(3)]
    first = datacenter("GET", f"{CONTENT}/scan", query={"spaceKey": "ISMS", "limit": 2})
    rest = datacenter("GET", f"{CONTENT}/scan", query={"spaceKey": "ISMS", "cursor": first["nextCursor"]})
    assert [one["id"] for one in first["results"] + rest["results"]] == [datacenter.root, *ids]


def test_children_come_in_the_order_of_the_tree(datacenter: Site) -> None:
    ids = [create(datacenter, f"Page {number}")["id"] for number in (2, 1, 3)]
    answer = datacenter("GET", f"{CONTENT}/{datacenter.root}/child/page", query={"limit": 2, "expand": "version"})
    assert [one["id"] for one in answer["results"]] == ids[:2]
    assert answer["_links"]["next"].startswith(f"{CONTENT}/{datacenter.root}/child/page?")
    kinds = datacenter("GET", f"{CONTENT}/{datacenter.root}/child", query={"expand": "page"})
    assert kinds["page"]["size"] == 3


# -- what hangs on a page


def test_a_property_is_kept_by_key_and_version(datacenter: Site) -> None:
    path = f"{CONTENT}/{datacenter.root}/property"
    datacenter("POST", path, {"key": "isms-bot", "value": {"v": 1}})
    with pytest.raises(Refused) as refused:
        datacenter("POST", path, {"key": "isms-bot", "value": {"v": 1}})
    assert refused.value.status == 400
    new = {"key": "isms-bot", "value": {"v": 2}, "version": {"number": 2}}
    assert datacenter("PUT", f"{path}/isms-bot", new)["version"]["number"] == 2
    with pytest.raises(Refused) as refused:
        datacenter("PUT", f"{path}/isms-bot", new)
    assert refused.value.status == 409
    assert datacenter("GET", f"{path}/isms-bot")["value"] == {"v": 2}
    assert [one["key"] for one in datacenter("GET", path)["results"]] == ["isms-bot"]
    datacenter("DELETE", f"{path}/isms-bot")
    with pytest.raises(Refused) as refused:
        datacenter("GET", f"{path}/isms-bot")
    assert refused.value.status == 404


def test_a_property_can_come_with_the_page_itself(datacenter: Site) -> None:
    body = {"type": "page", "title": "Job", "space": {"key": "ISMS"}, "body": storage("")}
    made = datacenter("POST", CONTENT, {**body, "metadata": {"properties": {"isms-bot": {"value": {"v": 1}}}}})
    assert datacenter("GET", f"{CONTENT}/{made['id']}/property/isms-bot")["value"] == {"v": 1}


def test_labels_are_added_as_a_list(datacenter: Site) -> None:
    path = f"{CONTENT}/{datacenter.root}/label"
    datacenter("POST", path, [{"prefix": "global", "name": "isms-bot"}, {"prefix": "global", "name": "jobs"}])
    datacenter("DELETE", path, query={"name": "jobs"})
    datacenter("DELETE", f"{path}/none")
    assert [one["name"] for one in datacenter("GET", path)["results"]] == ["isms-bot"]


def test_comments_are_content(datacenter: Site) -> None:
    page = create(datacenter, "Job")["id"]
    body = {"type": "comment", "container": {"id": page, "type": "page"}, "body": storage("<p>One</p>")}
    made = datacenter("POST", CONTENT, body)
    datacenter("POST", CONTENT, {**body, "ancestors": [{"id": made["id"]}], "body": storage("<p>Two</p>")})
    datacenter.sandbox.act(MIRA, "comment", page=page, text="Approved")
    query = {"expand": "body.storage,history,version,extensions.resolution,ancestors", "depth": "all"}
    found = datacenter("GET", f"{CONTENT}/{page}/child/comment", query=query)["results"]
    assert [(one["body"]["storage"]["value"], one["history"]["createdBy"]["username"]) for one in found] == [
        ("<p>One</p>", datacenter.user),
        ("<p>Two</p>", datacenter.user),
        ("<p>Approved</p>", "mira"),
    ]
    assert [len(one["ancestors"]) for one in found] == [0, 1, 0]
    assert datacenter("GET", f"{CONTENT}/{page}/child/comment")["size"] == 2
    new = {"type": "comment", "version": {"number": 2}, "body": storage("<p>New</p>")}
    assert datacenter("PUT", f"{CONTENT}/{made['id']}", new)["body"]["storage"]["value"] == "<p>New</p>"
    datacenter("DELETE", f"{CONTENT}/{made['id']}")
    with pytest.raises(Refused):
        datacenter("GET", f"{CONTENT}/{made['id']}")
    assert datacenter("GET", f"{CONTENT}/{page}/descendant/comment")["size"] == 2


def test_an_inline_comment_tells_its_words(datacenter: Site) -> None:
    page = create(datacenter, "Job", "<p>Check the list</p>")["id"]
    made = datacenter.sandbox.act(MIRA, "comment", page=page, block=f"{page}:0", text="Which?")["comment"]
    datacenter.sandbox.act(MIRA, "resolve", discussion=made)
    query = {"expand": "extensions.inlineProperties,extensions.resolution", "location": "inline"}
    found = datacenter("GET", f"{CONTENT}/{page}/child/comment", query=query)["results"][0]["extensions"]
    assert found["inlineProperties"]["originalSelection"] == "Check the list"
    assert found["resolution"]["status"] == "resolved"


def test_files_are_attached_and_fetched_with_the_same_credential(datacenter: Site) -> None:
    path = f"{CONTENT}/{datacenter.root}/child/attachment"
    made = datacenter("POST", path, files={"file": ("log 1.txt", b"hello", "text/plain")}, **FILE)["results"][0]
    with pytest.raises(Refused):
        datacenter("POST", path, files={"file": ("log 1.txt", b"hello")}, **FILE)
    datacenter("POST", f"{path}/{made['id']}/data", files={"file": ("x", b"again", "text/plain")}, **FILE)
    found = datacenter("GET", path, query={"expand": "version", "filename": "log 1.txt"})["results"][0]
    assert found["version"]["number"] == 2
    download = datacenter.http.get(f"/confluence{found['_links']['download']}")
    assert (download.content, download.headers["content-type"]) == (b"again", "text/plain")
    datacenter("DELETE", f"{path}/{made['id']}")
    assert datacenter("GET", path)["size"] == 0


# -- restrictions


def known(name: str) -> Any:
    return {"type": "known", "username": name}


def test_restrictions_change_only_what_they_name(datacenter: Site) -> None:
    page = create(datacenter, "Record")["id"]
    path = f"{CONTENT}/{page}/restriction"
    both = {"user": [known(datacenter.user), known("mira")]}
    datacenter("PUT", path, [{"operation": "update", "restrictions": both}])
    datacenter(
        "PUT", path, [{"operation": "read", "restrictions": {"group": [{"type": "group", "name": "confluence-users"}]}}]
    )
    seen = datacenter.sandbox.page(page)["restrictions"]
    assert len(seen["update"]["users"]) == 2
    assert seen["read"]["groups"] == ["confluence-users"]
    datacenter("PUT", path, [{"operation": "update", "restrictions": {"user": []}}])
    assert datacenter.sandbox.page(page)["restrictions"]["update"]["users"] == []
    found = datacenter("GET", f"{path}/byOperation")
    assert set(found) == {"read", "update"}
    assert datacenter("GET", f"{path}/byOperation/read")["operation"] == "read"


def test_nobody_can_take_themselves_out(datacenter: Site) -> None:
    path = f"{CONTENT}/{datacenter.root}/restriction"
    with pytest.raises(Refused) as refused:
        datacenter("PUT", path, [{"operation": "update", "restrictions": {"user": [known("mira")]}}])
    assert refused.value.status == 400
    assert datacenter.sandbox.page(datacenter.root)["restrictions"] == {}


def test_before_8_8_restrictions_cannot_be_written(datacenter: Site) -> None:
    datacenter.sandbox.confluence(site="datacenter", dc_version="8.7.2")
    assert datacenter("GET", "/rest/api/server-information")["version"] == "8.7.2"
    with pytest.raises(Refused) as refused:
        datacenter("PUT", f"{CONTENT}/{datacenter.root}/restriction", [])
    assert refused.value.status == 405


# -- people, search, server


def test_people_are_found_by_key_name_list_and_group(datacenter: Site) -> None:
    mira = datacenter.sandbox.person(MIRA)
    assert datacenter("GET", "/rest/api/user", query={"key": mira.user_key})["displayName"] == "Mira Lindqvist"
    assert datacenter("GET", "/rest/api/user", query={"username": "mira"})["userKey"] == mira.user_key
    names = [one["username"] for one in datacenter("GET", "/rest/api/user/list")["results"]]
    assert names == ["mira", "tomasz", "saanvi", "joost", "elena", "noah", "isms-bot"]
    group = datacenter("GET", "/rest/api/group/confluence-administrators/member")["results"]
    assert [one["username"] for one in group] == ["mira"]
    assert datacenter("GET", "/rest/api/group")["size"] == 2
    with pytest.raises(Refused):
        datacenter("GET", "/rest/api/user", query={"username": "nobody"})


def test_a_search_goes_on_by_offset(datacenter: Site) -> None:
    for number in range(3):
        create(datacenter, f"Page {number}")
    query = {"cql": "space = ISMS and type = page order by id", "limit": 2, "start": 2}
    found = datacenter("GET", "/rest/api/search", query=query)
    assert [one["content"]["title"] for one in found["results"]] == ["Page 1", "Page 2"]
    assert (found["totalSize"], "prev" in found["_links"]) == (4, True)
    listed = datacenter("GET", f"{CONTENT}/search", query={"cql": "creator = isms-bot", "expand": "version"})
    assert listed["size"] == 3


@pytest.mark.parametrize(("path", "status"), [("/rest/api/search", 400), (f"{CONTENT}/search", 404)])
def test_a_query_that_cannot_be_read_is_refused_in_two_ways(datacenter: Site, path: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        datacenter("GET", path, query={"cql": "status = current"})
    assert refused.value.status == status


def test_the_space_and_the_server_tell_of_themselves(datacenter: Site) -> None:
    found = datacenter("GET", f"/rest/api/space/{datacenter.space}", query={"expand": "homepage"})
    assert found["homepage"]["id"] == datacenter.root
    assert datacenter("GET", "/rest/api/space", query={"spaceKey": "isms"})["size"] == 1
    assert datacenter("GET", "/rest/api/accessmode") == "READ_WRITE"


def test_a_page_is_watched(datacenter: Site) -> None:
    path = f"/rest/api/user/watch/content/{datacenter.root}"
    datacenter("POST", path)
    assert datacenter("GET", path)["watching"] is True
    datacenter("DELETE", path)
    assert datacenter("GET", path)["watching"] is False


def test_who_makes_a_page_watches_it_from_then_on(datacenter: Site) -> None:
    page = create(datacenter, "Job")["id"]
    path = f"/rest/api/user/watch/content/{page}"
    assert datacenter("GET", path) == {"watching": True}
    datacenter("DELETE", path)
    datacenter("GET", f"{CONTENT}/{page}")
    assert datacenter("GET", path) == {"watching": False}


def test_who_watches_a_space_is_told_to_its_administrators_page_by_page(datacenter: Site) -> None:
    path = f"/rest/api/space/{datacenter.space}/watchers"
    for person in (MIRA, TOMASZ):
        datacenter.sandbox.act(person, "watch_space", space=datacenter.space_id)
    found = datacenter("GET", path, query={"limit": 1})
    assert ([one["username"] for one in found["results"]], found["totalCount"]) == (["mira"], 2)
    following = datacenter("GET", path, query={"limit": 1, "start": 1})
    assert [one["username"] for one in following["results"]] == ["tomasz"]
    assert ("next" in found["_links"], "next" in following["_links"]) == (True, False)

    datacenter.sandbox.confluence(site="datacenter", space_admin=False)
    with pytest.raises(Refused) as refused:
        datacenter("GET", path)
    assert refused.value.status == 403


def test_there_is_no_list_of_tasks_and_a_tick_is_a_version_of_the_one_who_ticked(datacenter: Site) -> None:
    page = create(datacenter, "Job", BOXES)["id"]
    datacenter.sandbox.act(TOMASZ, "tick", page=page, text="First")
    seen = datacenter("GET", f"{CONTENT}/{page}", query={"expand": "version,body.storage"})
    assert (seen["version"]["by"]["username"], seen["version"]["number"]) == ("tomasz", 2)
    assert "task-uuid" not in seen["body"]["storage"]["value"]
    with pytest.raises(Refused):
        datacenter("GET", "/api/v2/tasks", judged=False)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CONTENT, {"type": "page", "title": "x", "space": {"key": "ISMS"}, "parentId": "1"}),
        (CONTENT, {"title": "x", "space": {"key": "ISMS"}}),
        (f"{CONTENT}/{{root}}/label", [{"name": "two words"}]),
        (f"{CONTENT}/{{root}}/property", {"key": "k"}),
    ],
    ids=["unknown key", "no type", "label", "no value"],
)
def test_what_the_document_does_not_know_is_refused(datacenter: Site, path: str, body: object) -> None:
    with pytest.raises(Refused) as refused:
        datacenter("POST", path.format(root=datacenter.root), body)
    assert refused.value.status == 400


def test_an_edit_that_waits_is_read_by_the_id_of_its_page(datacenter: Site) -> None:
    page = create(datacenter, "Job", "<p>Name:</p>")["id"]
    query = {"status": "draft", "expand": "body.storage,version"}
    with pytest.raises(Refused):
        datacenter("GET", f"{CONTENT}/{page}", query=query)
    datacenter.sandbox.act(MIRA, "draft", page=page, label="Name:", text="Mira")
    seen = datacenter("GET", f"{CONTENT}/{page}", query=query)
    assert (seen["status"], seen["body"]["storage"]["value"]) == ("draft", "<p>Name: Mira</p>")
    assert seen["version"]["by"]["username"] == "mira"


def test_a_property_can_be_created_by_its_address(datacenter: Site) -> None:
    path = f"{CONTENT}/{datacenter.root}/property"
    # The document gives this operation the body of its own wrapper and no status of its own.
    datacenter("POST", f"{path}/one", {"value": 1}, judged=False)
    datacenter("PUT", f"{path}/two", {"key": "two", "value": 2, "version": {"number": 1}})
    assert {one["key"]: one["value"] for one in datacenter("GET", path)["results"]} == {"one": 1, "two": 2}
    with pytest.raises(Refused) as refused:
        datacenter("PUT", f"{path}/three", {"key": "three", "value": 3, "version": {"number": 2}})
    assert refused.value.status == 404
