"""Cloud v2: pages come, change and go as the vendor has it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.sandbox_confluence.conftest import MIRA, TOMASZ, Refused, Site


def create(cloud: Site, title: str, value: str = "", **more: object) -> Any:
    body: dict[str, Any] = {"spaceId": cloud.space_id, "title": title, "parentId": cloud.root, "status": "current"}
    body["body"] = {"representation": "storage", "value": value}
    return cloud("POST", "/api/v2/pages", {**body, **more})


def update(cloud: Site, page: dict[str, Any], number: int, value: str, **more: object) -> Any:
    body = {"id": page["id"], "status": "current", "title": page["title"], "version": {"number": number}}
    body["body"] = {"representation": "storage", "value": value}
    return cloud("PUT", f"/api/v2/pages/{page['id']}", {**body, **more})


def test_a_page_is_created_with_one_request_and_read_back(cloud: Site) -> None:
    made = create(cloud, "Jobs", "<p>Hello</p>")
    assert made["parentId"] == cloud.root
    assert made["version"]["number"] == 1
    assert made["authorId"] == cloud.bot
    read = cloud("GET", f"/api/v2/pages/{made['id']}", query={"body-format": "storage"})
    assert read["body"]["storage"] == {"representation": "storage", "value": "<p>Hello</p>"}
    assert read["_links"]["base"] == f"{cloud.sandbox.url}/wiki"


def test_without_a_format_no_body_is_told(cloud: Site) -> None:
    made = create(cloud, "Jobs", "<p>Hello</p>")
    assert cloud("GET", f"/api/v2/pages/{made['id']}")["body"] == {}


def test_a_body_may_be_nested_by_its_representation(cloud: Site) -> None:
    nested = {"storage": {"representation": "storage", "value": "<p>Nested</p>"}}
    made = create(cloud, "Jobs", body=nested)
    assert cloud.storage(made["id"]) == "<p>Nested</p>"


def test_a_page_without_a_parent_lies_below_the_home_page_or_at_the_top_of_the_space(cloud: Site) -> None:
    body = {"spaceId": cloud.space_id, "title": "Below home"}
    assert cloud("POST", "/api/v2/pages", body)["parentId"] == cloud.root
    top = cloud("POST", "/api/v2/pages", {**body, "title": "Top"}, query={"root-level": "true"})
    assert (top["parentId"], top["parentType"]) == (None, None)


@pytest.mark.parametrize("status", ["current", "archived"])
def test_a_title_is_taken_whatever_its_case_and_also_by_archived_pages(cloud: Site, status: str) -> None:
    made = create(cloud, "Access review")
    if status == "archived":
        cloud.sandbox.act(MIRA, "archive", page=made["id"])
    with pytest.raises(Refused) as refused:
        create(cloud, "ACCESS review")
    assert refused.value.status == 400
    assert refused.value.title == (
        "A page with this title already exists: A page already exists with the same TITLE in this space"
    )


def test_a_title_in_the_trash_is_free(cloud: Site) -> None:
    made = create(cloud, "Access review")
    cloud("DELETE", f"/api/v2/pages/{made['id']}")
    assert create(cloud, "Access review")["id"] != made["id"]
    with pytest.raises(Refused) as refused:
        update(cloud, made, 2, "")  # back out of the trash
    assert refused.value.status == 400


def test_an_update_keeps_the_version_before_it(cloud: Site) -> None:
    made = create(cloud, "Jobs", "<p>One</p>")
    cloud.sandbox.advance(60)
    new = update(cloud, made, 2, "<p>Two</p>", version={"number": 2, "message": "second"})
    assert (new["version"]["number"], new["version"]["message"]) == (2, "second")
    assert new["version"]["createdAt"] > made["version"]["createdAt"]
    old = cloud("GET", f"/api/v2/pages/{made['id']}", query={"version": 1, "body-format": "storage"})
    assert old["body"]["storage"]["value"] == "<p>One</p>"
    listed = cloud("GET", f"/api/v2/pages/{made['id']}/versions", query={"body-format": "storage"})["results"]
    assert [(v["number"], v["page"]["body"]["storage"]["value"]) for v in listed] == [
        (2, "<p>Two</p>"),
        (1, "<p>One</p>"),
    ]
    detail = cloud("GET", f"/api/v2/pages/{made['id']}/versions/2")
    assert (detail["prevVersion"], detail["collaborators"]) == (1, [cloud.bot])


@pytest.mark.parametrize("number", [1, 3], ids=["the same again", "one too many"])
def test_any_version_but_the_next_is_a_conflict(cloud: Site, number: int) -> None:
    made = create(cloud, "Jobs")
    with pytest.raises(Refused) as refused:
        update(cloud, made, number, "")
    assert refused.value.status == 409
    error = refused.value.answer.json()["errors"][0]
    assert error["status"] == "409"  # recorded as text
    assert error["title"] == (
        f"Version must be incremented when updating a page. Current Version: [1]. Provided version: [{number}]"
    )


def test_an_update_can_hang_a_page_below_another(cloud: Site) -> None:
    made, other = create(cloud, "Job"), create(cloud, "Done")
    assert update(cloud, made, 2, "", parentId=other["id"])["parentId"] == other["id"]
    with pytest.raises(Refused) as refused:
        update(cloud, made, 3, "", parentId="424242")
    assert refused.value.status == 404


@pytest.mark.parametrize("missing", ["id", "status", "title", "body", "version"])
def test_an_update_needs_everything_every_time(cloud: Site, missing: str) -> None:
    made = create(cloud, "Jobs")
    body = {"id": made["id"], "status": "current", "title": "Jobs", "version": {"number": 2}}
    body["body"] = {"representation": "storage", "value": ""}
    del body[missing]
    with pytest.raises(Refused, match=f"body.{missing} is required"):
        cloud("PUT", f"/api/v2/pages/{made['id']}", body)


def test_a_title_alone_can_change(cloud: Site) -> None:
    made = create(cloud, "Jobs", "<p>Kept</p>")
    new = cloud("PUT", f"/api/v2/pages/{made['id']}/title", {"status": "current", "title": "All jobs"})
    assert (new["title"], new["version"]["number"], new["body"]["storage"]["value"]) == ("All jobs", 2, "<p>Kept</p>")


def test_a_trashed_page_is_still_told_and_a_purged_one_is_not(cloud: Site) -> None:
    made = create(cloud, "Jobs")
    assert cloud("DELETE", f"/api/v2/pages/{made['id']}") is None
    assert cloud.last.status_code == 204
    seen = cloud("GET", f"/api/v2/pages/{made['id']}")
    assert (seen["status"], seen["parentId"], seen["position"]) == ("trashed", None, None)
    cloud("DELETE", f"/api/v2/pages/{made['id']}", query={"purge": "true"})
    with pytest.raises(Refused) as refused:
        cloud("GET", f"/api/v2/pages/{made['id']}")
    assert (refused.value.status, refused.value.title) == (404, f"Cannot find a page with id [{made['id']}]")


def test_only_what_is_in_the_trash_can_be_purged(cloud: Site) -> None:
    made = create(cloud, "Jobs")
    with pytest.raises(Refused) as refused:
        cloud("DELETE", f"/api/v2/pages/{made['id']}", query={"purge": "true"})
    assert refused.value.status == 400


def test_an_update_of_a_trashed_page_brings_it_back_as_it_was(cloud: Site) -> None:
    made = create(cloud, "Jobs", "<p>Kept</p>")
    cloud("DELETE", f"/api/v2/pages/{made['id']}")
    back = update(cloud, made, 2, "<p>ignored</p>")
    assert (back["status"], back["parentId"], back["version"]["number"]) == ("current", cloud.root, 2)
    assert cloud.storage(made["id"]) == "<p>Kept</p>"


def test_children_of_a_trashed_page_move_up(cloud: Site) -> None:
    made = create(cloud, "Above")
    child = create(cloud, "Below", parentId=made["id"])
    cloud("DELETE", f"/api/v2/pages/{made['id']}")
    assert cloud("GET", f"/api/v2/pages/{child['id']}")["parentId"] == cloud.root


# -- lists


def test_the_newest_change_comes_first_when_asked_for(cloud: Site) -> None:
    ids = []
    for title in ("One", "Two", "Three"):
        cloud.sandbox.advance(60)
        ids.append(create(cloud, title)["id"])
    cloud.sandbox.advance(60)
    update(cloud, {"id": ids[0], "title": "One"}, 2, "<p>x</p>")
    listed = cloud("GET", "/api/v2/pages", query={"space-id": cloud.space_id, "sort": "-modified-date"})["results"]
    assert [page["id"] for page in listed][:3] == [ids[0], ids[2], ids[1]]
    assert listed[0]["body"] == {}


def test_every_page_is_met_once_by_the_cursor_in_body_and_header(cloud: Site) -> None:
    made = {create(cloud, f"Page {n}")["id"] for n in range(5)}
    seen, path = [], f"/api/v2/pages?space-id={cloud.space_id}&limit=2&sort=id&body-format=storage"
    while path:
        answer = cloud("GET", path)
        seen += [page["id"] for page in answer["results"]]
        following = answer["_links"].get("next")
        header = cloud.last.headers["link"]
        assert ('rel="next"' in header) == (following is not None)
        if following:
            assert following.startswith("/wiki/api/v2/pages?")
            assert f"<{following}>" in header
        path = following.removeprefix("/wiki") if following else ""
    assert seen == [cloud.root, *sorted(made, key=int)]


def test_a_list_takes_current_and_archived_pages_unless_told(cloud: Site) -> None:
    kept, archived, trashed = (create(cloud, t)["id"] for t in ("Kept", "Archived", "Trashed"))
    cloud.sandbox.act(MIRA, "archive", page=archived)
    cloud("DELETE", f"/api/v2/pages/{trashed}")

    def listed(**query: object) -> set[str]:
        return {page["id"] for page in cloud("GET", "/api/v2/pages", query=query)["results"]} - {cloud.root}

    assert listed() == {kept, archived}
    assert listed(status="current") == {kept}
    assert listed(status="trashed") == {trashed}
    assert listed(status=["current", "trashed"]) == listed(status="current,trashed") == {kept, trashed}
    with pytest.raises(Refused):
        listed(status="draft")


def test_a_title_is_found_whatever_its_case_and_only_as_a_whole(cloud: Site) -> None:
    made = create(cloud, "Access review")["id"]

    def found(title: str) -> list[str]:
        query = {"space-id": cloud.space_id, "title": title}
        return [page["id"] for page in cloud("GET", "/api/v2/pages", query=query)["results"]]

    assert found("access REVIEW") == [made]
    assert found("Access") == []


def test_a_page_tells_what_is_included_on_request(cloud: Site) -> None:
    made = create(cloud, "Jobs")
    cloud("POST", f"/rest/api/content/{made['id']}/label", [{"prefix": "global", "name": "isms-bot"}])
    cloud("POST", f"/api/v2/pages/{made['id']}/properties", {"key": "isms-bot", "value": {"v": 1}})
    names = ("labels", "properties", "versions", "operations", "likes")
    seen = cloud("GET", f"/api/v2/pages/{made['id']}", query={f"include-{name}": "true" for name in names})
    assert [one["name"] for one in seen["labels"]["results"]] == ["isms-bot"]
    assert {one["key"]: one["value"] for one in seen["properties"]["results"]}["isms-bot"] == {"v": 1}
    assert [one["number"] for one in seen["versions"]["results"]] == [1]
    assert {one["operation"] for one in seen["operations"]["results"]} == {"read", "update"}
    assert "version" not in cloud("GET", f"/api/v2/pages/{made['id']}", query={"include-version": "false"})


# -- drafts


def test_an_edit_that_waits_is_told_only_when_asked_for(cloud: Site) -> None:
    page = cloud.page("Job", storage="<p>Name:</p>")
    cloud.sandbox.act(MIRA, "draft", page=page, label="Name:", text="Mira")
    query = {"body-format": "storage"}
    assert "Mira" not in cloud("GET", f"/api/v2/pages/{page}", query=query)["body"]["storage"]["value"]
    draft = cloud("GET", f"/api/v2/pages/{page}", query={**query, "get-draft": "true"})
    assert draft["status"] == "draft"
    assert "Name: Mira" in draft["body"]["storage"]["value"]
    cloud.sandbox.act(MIRA, "publish", page=page)
    seen = cloud("GET", f"/api/v2/pages/{page}", query={**query, "get-draft": "true"})
    assert (seen["status"], seen["version"]["number"]) == ("current", 2)


def test_a_draft_of_the_bot_becomes_a_page_with_version_1(cloud: Site) -> None:
    draft = create(cloud, "Later", status="draft")
    assert draft["status"] == "draft"
    with pytest.raises(Refused):
        cloud("GET", f"/api/v2/pages/{draft['id']}")
    published = update(cloud, draft, 1, "<p>Now</p>")
    assert (published["status"], published["version"]["number"]) == ("current", 1)


# -- strictness


@pytest.mark.parametrize(
    ("method", "path", "body", "query"),
    [
        ("GET", "/api/v2/pages", None, {"expand": "body"}),
        ("GET", "/api/v2/pages", None, {"limit": "251"}),
        ("GET", "/api/v2/pages", None, {"sort": "newest"}),
        ("GET", "/api/v2/pages/{root}", None, {"body-format": "html"}),
        ("POST", "/api/v2/pages", {"spaceId": "{space}", "title": "x", "ancestors": []}, {}),
        ("POST", "/api/v2/pages", {"spaceId": 7, "title": "x"}, {}),
        ("POST", "/api/v2/pages", {"title": "x"}, {}),
        ("POST", "/api/v2/pages", {"spaceId": "{space}", "body": {"value": "x"}, "title": "x"}, {}),
    ],
    ids=["unknown parameter", "limit", "sort", "format", "unknown key", "type", "missing", "no representation"],
)
def test_what_the_document_does_not_know_is_refused(
    cloud: Site, method: str, path: str, body: dict[str, Any] | None, query: dict[str, Any]
) -> None:
    filled = {k: cloud.space_id if v == "{space}" else v for k, v in body.items()} if body else None
    with pytest.raises(Refused) as refused:
        cloud(method, path.format(root=cloud.root), filled, query=query)
    assert refused.value.status == 400


def test_a_sandbox_that_is_not_strict_passes_over_it(cloud: Site) -> None:
    cloud.sandbox.confluence(site="cloud", strict=False)
    cloud("GET", "/api/v2/pages", query={"expand": "body"}, judged=False)
    body = {"spaceId": cloud.space_id, "title": "x", "ancestors": []}
    assert cloud("POST", "/api/v2/pages", body, judged=False)["title"] == "x"


def test_a_version_names_those_who_were_in_the_editor_too(cloud: Site) -> None:
    page = cloud.page("Job", storage="<p>Name:</p>")
    cloud.sandbox.act(MIRA, "write", page=page, label="Name:", text="x")
    cloud.sandbox.act(MIRA, "coedit", page=page, people=[TOMASZ])
    people = [cloud.sandbox.person(one).account_id for one in (MIRA, TOMASZ)]
    assert cloud("GET", f"/api/v2/pages/{page}/versions/2")["collaborators"] == people
    cloud.sandbox.act(MIRA, "write", page=page, label="Name:", text="y")
    assert cloud("GET", f"/api/v2/pages/{page}/versions/2")["collaborators"] == people
    assert cloud("GET", f"/api/v2/pages/{page}/versions/3")["collaborators"] == people[:1]


def test_a_body_of_more_than_5_megabytes_is_too_large(cloud: Site) -> None:
    with pytest.raises(Refused) as refused:
        create(cloud, "Large", "x" * (5 * 1024 * 1024 + 1))
    assert refused.value.status == 413
