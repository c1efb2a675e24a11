"""Cloud: what hangs on a page: properties, labels, comments, tasks, attachments, people."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.sandbox_confluence.conftest import BOXES, MIRA, NO_TLS, TOMASZ, Refused, Site

FILE: dict[str, Any] = {"headers": {"X-Atlassian-Token": "no-check"}}


# -- properties


def test_a_property_is_created_read_by_key_and_updated_by_version(cloud: Site) -> None:
    path = f"/api/v2/pages/{cloud.root}/properties"
    made = cloud("POST", path, {"key": "isms-bot", "value": {"v": 1}})
    new = {"key": "isms-bot", "value": {"v": 2}, "version": {"number": 2, "message": "again"}}
    assert cloud("PUT", f"{path}/{made['id']}", new)["version"]["number"] == 2
    found = cloud("GET", path, query={"key": "isms-bot"})["results"]
    assert [(one["id"], one["value"]) for one in found] == [(made["id"], {"v": 2})]
    assert cloud("GET", f"{path}/{made['id']}")["value"] == {"v": 2}
    with pytest.raises(Refused) as refused:
        cloud("PUT", f"{path}/{made['id']}", new)
    assert refused.value.status == 409
    cloud("DELETE", f"{path}/{made['id']}")
    assert cloud("GET", path, query={"key": "isms-bot"})["results"] == []


def test_a_key_exists_once(cloud: Site) -> None:
    path = f"/api/v2/pages/{cloud.root}/properties"
    cloud("POST", path, {"key": "isms-bot", "value": 1})
    with pytest.raises(Refused) as refused:
        cloud("POST", path, {"key": "isms-bot", "value": 1})
    assert (refused.value.status, refused.value.title) == (409, "Property with key [isms-bot] already exists")


def test_the_site_keeps_properties_of_its_own_on_every_page(cloud: Site) -> None:
    keys = {one["key"] for one in cloud("GET", f"/api/v2/pages/{cloud.root}/properties")["results"]}
    assert keys == {"editor", "content-appearance-published"}


def test_a_property_holds_no_more_than_32_kilobytes(cloud: Site) -> None:
    with pytest.raises(Refused) as refused:
        cloud("POST", f"/api/v2/pages/{cloud.root}/properties", {"key": "k", "value": "x" * 33_000}, judged=False)
    assert refused.value.status == 413


def test_a_property_makes_no_version_of_the_page(cloud: Site) -> None:
    cloud("POST", f"/api/v2/pages/{cloud.root}/properties", {"key": "k", "value": 1})
    assert cloud("GET", f"/api/v2/pages/{cloud.root}")["version"]["number"] == 1


# -- labels


def test_labels_are_written_through_v1_and_read_through_v2(cloud: Site) -> None:
    path = f"/rest/api/content/{cloud.root}/label"
    added = cloud("POST", path, [{"prefix": "global", "name": "isms-bot"}, {"prefix": "global", "name": "Jobs"}])
    assert [one["name"] for one in added["results"]] == ["isms-bot", "jobs"]
    cloud("POST", path, {"prefix": "global", "name": "jobs"})
    cloud("DELETE", path, query={"name": "isms-bot"})
    cloud("DELETE", f"{path}/none")
    found = cloud("GET", f"/api/v2/pages/{cloud.root}/labels")["results"]
    assert [(one["prefix"], one["name"]) for one in found] == [("global", "jobs")]


def test_a_label_without_a_name_cannot_be_read(cloud: Site) -> None:
    with pytest.raises(Refused, match="Could not parse Labels"):
        cloud("POST", f"/rest/api/content/{cloud.root}/label", [{"prefix": "global"}])


# -- comments


def body(value: str) -> Any:
    return {"representation": "storage", "value": value}


def test_a_footer_comment_is_written_changed_answered_and_deleted(cloud: Site) -> None:
    made = cloud("POST", "/api/v2/footer-comments", {"pageId": cloud.root, "body": body("<p>One</p>")})
    assert cloud.last.status_code == 201
    assert made["version"]["authorId"] == cloud.bot
    reply = cloud("POST", "/api/v2/footer-comments", {"parentCommentId": made["id"], "body": body("<p>Two</p>")})
    assert reply["parentCommentId"] == made["id"]
    listed = cloud("GET", f"/api/v2/pages/{cloud.root}/footer-comments", query={"body-format": "storage"})["results"]
    assert [one["body"]["storage"]["value"] for one in listed] == ["<p>One</p>"]
    below = cloud("GET", f"/api/v2/footer-comments/{made['id']}/children", query={"body-format": "storage"})["results"]
    assert [one["body"]["storage"]["value"] for one in below] == ["<p>Two</p>"]
    path = f"/api/v2/footer-comments/{made['id']}"
    cloud("PUT", path, {"version": {"number": 2}, "body": body("<p>Three</p>")})
    read = cloud("GET", path, query={"body-format": "storage"})
    assert (read["version"]["number"], read["body"]["storage"]["value"]) == (2, "<p>Three</p>")
    with pytest.raises(Refused) as refused:
        cloud("PUT", path, {"version": {"number": 2}, "body": body("")})
    assert refused.value.status == 409
    cloud("DELETE", path)
    with pytest.raises(Refused):
        cloud("GET", path)


def test_who_wrote_a_comment_and_when_is_the_sites_word(cloud: Site) -> None:
    cloud.sandbox.advance(60)
    cloud.sandbox.act(TOMASZ, "comment", page=cloud.root, text="Approved", mention=[MIRA])
    found = cloud("GET", f"/api/v2/pages/{cloud.root}/footer-comments", query={"body-format": "storage"})["results"][0]
    assert found["version"]["authorId"] == cloud.sandbox.person(TOMASZ).account_id
    assert found["version"]["createdAt"] == "2026-11-02T09:31:12.000Z"
    mira = cloud.sandbox.person(MIRA).account_id
    assert found["body"]["storage"]["value"] == (
        f'<p>Approved <ac:link><ri:user ri:account-id="{mira}" /></ac:link></p>'
    )


def test_an_inline_comment_marks_its_words_and_can_be_resolved(cloud: Site) -> None:
    page = cloud.page("Job", storage="<p>Check the list twice</p>")
    selected = {"textSelection": "the list", "textSelectionMatchCount": 1, "textSelectionMatchIndex": 0}
    sent = {"pageId": page, "body": body("<p>Which?</p>"), "inlineCommentProperties": selected}
    made = cloud("POST", "/api/v2/inline-comments", sent)
    marker = made["properties"]["inlineMarkerRef"]
    assert cloud.storage(page) == (
        f'<p>Check <ac:inline-comment-marker ac:ref="{marker}">the list</ac:inline-comment-marker> twice</p>'
    )
    path = f"/api/v2/pages/{page}/inline-comments"
    cloud("PUT", f"/api/v2/inline-comments/{made['id']}", {"version": {"number": 2}, "resolved": True})
    assert cloud("GET", path, query={"resolution-status": "open"})["results"] == []
    found = cloud("GET", path, query={"resolution-status": "resolved"})["results"]
    assert [one["resolutionStatus"] for one in found] == ["resolved"]
    single = cloud("GET", f"/api/v2/inline-comments/{made['id']}")
    assert single["resolutionLastModifierId"] == cloud.bot
    cloud.sandbox.act(MIRA, "resolve", discussion=made["id"], resolved=False)
    assert cloud("GET", f"/api/v2/inline-comments/{made['id']}")["resolutionStatus"] == "reopened"


def test_an_inline_comment_needs_words_that_are_there(cloud: Site) -> None:
    sent = {"pageId": cloud.root, "body": body("<p>?</p>"), "inlineCommentProperties": {"textSelection": "absent"}}
    with pytest.raises(Refused) as refused:
        cloud("POST", "/api/v2/inline-comments", sent)
    assert refused.value.status == 400


# -- tasks


def test_tasks_tell_who_ticked_and_when(cloud: Site) -> None:
    page = cloud.page("Job", storage=BOXES)
    cloud.sandbox.advance(3600)
    cloud.sandbox.act(TOMASZ, "tick", page=page, text="Second")
    query = {"space-id": cloud.space_id, "status": "complete", "body-format": "storage"}
    found = cloud("GET", "/api/v2/tasks", query=query)["results"]
    assert [(one["localId"], one["pageId"], one["body"]["storage"]["value"]) for one in found] == [
        ("2", page, "Second")
    ]
    assert found[0]["completedBy"] == cloud.sandbox.person(TOMASZ).account_id
    assert found[0]["completedAt"] == "2026-11-02T10:30:12.000Z"
    assert "<ac:task-status>complete</ac:task-status>" in cloud.storage(page)
    cloud.sandbox.act(TOMASZ, "tick", page=page, text="Second", checked=False)
    task = cloud("GET", f"/api/v2/tasks/{found[0]['id']}")
    assert (task["status"], task["completedBy"], task["completedAt"]) == ("incomplete", None, None)


def test_tasks_are_found_by_the_time_of_their_completion(cloud: Site) -> None:
    page = cloud.page("Job", storage=BOXES)
    cloud.sandbox.act(MIRA, "tick", page=page, text="First")
    cloud.sandbox.advance(60)
    cloud.sandbox.act(MIRA, "tick", page=page, text="Second")
    since = int(cloud.sandbox.clock().timestamp() * 1000) - 30_000
    query = {"space-id": cloud.space_id, "status": "complete", "completed-at-from": since}
    assert [one["localId"] for one in cloud("GET", "/api/v2/tasks", query=query)["results"]] == ["2"]


def test_the_first_person_mentioned_is_the_assignee_and_the_first_date_is_when_it_is_due(cloud: Site) -> None:
    mira = cloud.sandbox.person(MIRA).account_id
    inner = f'<ac:link><ri:user ri:account-id="{mira}" /></ac:link> by <time datetime="2026-12-01" />'
    cloud.page("Job", storage=BOXES.replace("First", inner))
    found = cloud("GET", "/api/v2/tasks", query={"assigned-to": mira})["results"]
    assert [(one["localId"], one["dueAt"]) for one in found] == [("1", "2026-12-01T00:00:00.000Z")]


def test_the_bot_can_tick_and_is_named_for_it(cloud: Site) -> None:
    page = cloud.page("Job", storage=BOXES)
    task = cloud("GET", "/api/v2/tasks", query={"page-id": page})["results"][0]
    assert cloud("PUT", f"/api/v2/tasks/{task['id']}", {"status": "complete"})["completedBy"] == cloud.bot


@pytest.mark.parametrize("makes_versions", [False, True])
def test_whether_a_tick_makes_a_version_is_a_knob(cloud: Site, makes_versions: bool) -> None:
    cloud.sandbox.confluence(site="cloud", ticks_make_versions=makes_versions)
    page = cloud.page("Job", storage=BOXES)
    cloud.sandbox.advance(60)
    cloud.sandbox.act(TOMASZ, "tick", page=page, all=True)
    version = cloud("GET", f"/api/v2/pages/{page}")["version"]
    author = cloud.sandbox.person(TOMASZ if makes_versions else MIRA).account_id
    assert (version["number"], version["authorId"]) == (1 + makes_versions, author)


def test_a_box_that_changes_with_the_body_was_changed_by_the_one_who_saved(cloud: Site) -> None:
    page = cloud.page("Job", storage=BOXES)
    changed = cloud.storage(page).replace("incomplete", "complete", 1)
    cloud.sandbox.act(TOMASZ, "storage", page=page, body=changed)
    found = cloud("GET", "/api/v2/tasks", query={"page-id": page, "status": "complete"})["results"]
    assert [one["completedBy"] for one in found] == [cloud.sandbox.person(TOMASZ).account_id]


def test_the_list_of_tasks_learns_of_new_ones_late_if_asked_to(cloud: Site) -> None:
    cloud.sandbox.confluence(site="cloud", task_lag=30)
    page = cloud.page("Job", storage=BOXES)
    assert cloud("GET", "/api/v2/tasks", query={"page-id": page})["results"] == []
    cloud.sandbox.advance(31)
    assert len(cloud("GET", "/api/v2/tasks", query={"page-id": page})["results"]) == 2


# -- attachments


def upload(cloud: Site, method: str = "POST", name: str = "log.txt", content: bytes = b"hello") -> Any:
    path = f"/rest/api/content/{cloud.root}/child/attachment"
    fields = {"minorEdit": "true", "comment": "from the test"}
    return cloud(method, path, files={"file": (name, content, "text/plain")}, data=fields, **FILE)["results"]


def test_a_file_is_uploaded_listed_and_downloaded_from_another_address(cloud: Site) -> None:
    made = upload(cloud)[0]
    found = cloud("GET", f"/api/v2/pages/{cloud.root}/attachments")["results"]
    assert [(one["id"], one["title"], one["fileSize"] > 0) for one in found] == [(made["id"], "log.txt", True)]
    assert not found[0]["downloadLink"].startswith("/wiki")
    cloud("GET", found[0]["downloadLink"])
    assert cloud.last.status_code == 302
    where = cloud.last.headers["location"]
    assert httpx.get(where, verify=NO_TLS).content == b"hello"
    # The address is its own key; one who hands it the bot's credential as well is refused.
    assert httpx.get(where, auth=(cloud.user, cloud.token), verify=NO_TLS).status_code == 400


def test_a_name_is_attached_once_unless_a_new_version_is_meant(cloud: Site) -> None:
    made = upload(cloud)[0]
    with pytest.raises(Refused) as refused:
        upload(cloud)
    assert refused.value.status == 400
    assert upload(cloud, "PUT", content=b"again")[0]["version"]["number"] == 2
    path = f"/rest/api/content/{cloud.root}/child/attachment/{made['id']}/data"
    third = cloud("POST", path, files={"file": ("log.txt", b"third")}, data={"minorEdit": "true"}, **FILE)
    assert third["version"]["number"] == 3
    assert cloud("GET", f"/api/v2/attachments/{made['id']}")["version"]["number"] == 3
    cloud("DELETE", f"/api/v2/attachments/{made['id']}")
    assert cloud("GET", f"/api/v2/pages/{cloud.root}/attachments")["results"] == []


def test_an_upload_needs_the_header_against_forgery(cloud: Site) -> None:
    path = f"/rest/api/content/{cloud.root}/child/attachment"
    with pytest.raises(Refused, match="XSRF"):
        cloud("POST", path, files={"file": ("log.txt", b"x")})


# -- people


def test_people_are_found_by_account(cloud: Site) -> None:
    mira = cloud.sandbox.person(MIRA).account_id
    found = cloud("POST", "/api/v2/users-bulk", {"accountIds": [mira, "nobody"]})["results"]
    assert [(one["accountId"], one["displayName"], one["email"]) for one in found] == [(mira, "Mira Lindqvist", MIRA)]
    assert cloud("GET", "/rest/api/user", query={"accountId": mira})["displayName"] == "Mira Lindqvist"
    both = cloud("GET", "/rest/api/user/bulk", query=[("accountId", mira), ("accountId", cloud.bot)])["results"]
    assert [one["accountId"] for one in both] == [mira, cloud.bot]
    with pytest.raises(Refused) as refused:
        cloud("GET", "/rest/api/user", query={"accountId": "nobody"})
    assert refused.value.status == 404


def test_people_may_keep_their_addresses_to_themselves(cloud: Site) -> None:
    cloud.sandbox.confluence(site="cloud", emails_visible=False)
    mira = cloud.sandbox.person(MIRA).account_id
    assert cloud("POST", "/api/v2/users-bulk", {"accountIds": [mira]})["results"][0]["email"] == ""
    assert cloud("GET", "/rest/api/user/current")["email"] == cloud.user


def test_groups_tell_their_members(cloud: Site) -> None:
    groups = cloud("GET", "/rest/api/group")["results"]
    assert [one["name"] for one in groups] == ["confluence-users", "confluence-administrators"]
    members = cloud("GET", f"/rest/api/group/{groups[0]['id']}/membersByGroupId", query={"limit": 3})
    assert (members["size"], members["totalSize"]) == (3, 7)


def test_somebody_who_left_is_inactive(cloud: Site) -> None:
    cloud.sandbox.users({"user": MIRA, "remove": True})
    mira = cloud.sandbox.person(MIRA).account_id
    found = cloud("POST", "/api/v2/users-bulk", {"accountIds": [mira]})["results"][0]
    assert found["accountStatus"] == "inactive"


def test_a_page_is_watched(cloud: Site) -> None:
    path = f"/rest/api/user/watch/content/{cloud.root}"
    assert cloud("GET", path) == {"watching": False}
    cloud("POST", path)
    assert cloud("GET", path) == {"watching": True}
    cloud("DELETE", path, **FILE)
    assert cloud("GET", path) == {"watching": False}


def test_who_watches_a_space_is_listed_place_by_place(cloud: Site) -> None:
    path = f"/rest/api/space/{cloud.space.lower()}/watch"
    assert cloud("GET", path)["results"] == []
    for person in (MIRA, TOMASZ):
        cloud.sandbox.act(person, "watch_space", space=cloud.space_id)
    [first] = cloud("GET", path, query={"start": 0, "limit": 1})["results"]
    [second] = cloud("GET", path, query={"start": 1, "limit": 1})["results"]
    accounts = [cloud.sandbox.person(one).account_id for one in (MIRA, TOMASZ)]
    assert [one["watcher"]["accountId"] for one in (first, second)] == accounts
    assert (first["type"], first["spaceKey"]) == ("space", cloud.space)
    with pytest.raises(Refused) as refused:
        cloud("GET", "/rest/api/space/NONE/watch")
    assert refused.value.status == 404


def test_an_inline_comment_is_answered_and_deleted(cloud: Site) -> None:
    page = cloud.page("Job", storage="<p>Check the list</p>")
    thread = cloud.sandbox.act(MIRA, "comment", page=page, text="Which?", block=f"{page}:0")["comment"]
    sent = {"parentCommentId": thread, "body": body("<p>That one</p>")}
    reply = cloud("POST", "/api/v2/inline-comments", sent)
    found = cloud("GET", f"/api/v2/inline-comments/{thread}/children")["results"]
    assert [one["id"] for one in found] == [reply["id"]]
    cloud("DELETE", f"/api/v2/inline-comments/{reply['id']}")
    assert cloud("GET", f"/api/v2/inline-comments/{thread}/children")["results"] == []


def test_a_file_is_found_by_its_name_too(cloud: Site) -> None:
    upload(cloud)
    upload(cloud, "PUT", content=b"again")
    path = f"/wiki/download/attachments/{cloud.root}/log.txt"
    answer = cloud.http.get(path, params={"version": 1})
    assert answer.status_code == 302
    assert httpx.get(answer.headers["location"], verify=NO_TLS).content == b"hello"
    assert cloud.http.get(path.replace("log", "none")).status_code == 404
