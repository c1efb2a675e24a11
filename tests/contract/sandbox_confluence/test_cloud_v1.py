"""What is left of v1 on Cloud: copy, move, archive, restrictions, search."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.sandbox_confluence.conftest import BOXES, MIRA, TOMASZ, Refused, Site


def copy(cloud: Site, page: str, title: str, **more: object) -> Any:
    body = {"destination": {"type": "parent_page", "value": cloud.root}, "pageTitle": title}
    return cloud("POST", f"/rest/api/content/{page}/copy", {**body, **more})


@pytest.fixture
def source(cloud: Site) -> str:
    """A page with ticks, a label, a property, an attachment and a restriction."""
    page = cloud.page("Procedure", storage=BOXES)
    for do, args in (
        ("tick", {"text": "First"}),
        ("label", {"name": "procedure"}),
        ("attach", {"name": "form.txt"}),
        ("restrict", {"people": [MIRA, TOMASZ]}),
    ):
        cloud.sandbox.act(MIRA, do, page=page, **args)
    cloud.sandbox.act(MIRA, "restrict", page=page)  # open again, so that the bot may write the property
    cloud("POST", f"/api/v2/pages/{page}/properties", {"key": "isms-bot", "value": {"page": page}})
    return page


def test_a_copy_takes_the_body_with_its_ticks_and_nothing_else(cloud: Site, source: str) -> None:
    made = copy(cloud, source, "Copy")["id"]
    seen = cloud.sandbox.page(made)
    assert seen["storage"] == cloud.storage(source)
    assert [task["status"] for task in seen["tasks"]] == ["complete", "incomplete"]
    assert (seen["labels"], seen["attachments"], seen["content_properties"]) == ([], [], {})


def test_a_copy_takes_what_it_is_told_to(cloud: Site, source: str) -> None:
    made = copy(cloud, source, "Copy", copyLabels=True, copyAttachments=True, copyProperties=True)["id"]
    seen = cloud.sandbox.page(made)
    assert seen["labels"] == ["procedure"]
    assert [file["title"] for file in seen["attachments"]] == ["form.txt"]
    assert seen["content_properties"] == {"isms-bot": {"page": source}}


def test_a_copy_can_be_given_another_body_in_the_same_call(cloud: Site, source: str) -> None:
    body = {"storage": {"value": "<p>New</p>", "representation": "storage"}}
    made = copy(cloud, source, "Copy", body=body, copyAttachments=True)
    assert cloud.storage(made["id"]) == "<p>New</p>"
    assert [file["title"] for file in cloud.sandbox.page(made["id"])["attachments"]] == ["form.txt"]


def test_a_copy_needs_a_free_title_and_a_place(cloud: Site, source: str) -> None:
    with pytest.raises(Refused) as refused:
        copy(cloud, source, "procedure")
    assert refused.value.status == 400
    with pytest.raises(Refused) as refused:
        copy(cloud, source, "Copy", destination={"type": "parent_page", "value": "424242"})
    assert refused.value.status == 400


def test_a_copy_can_overwrite_a_page(cloud: Site, source: str) -> None:
    other = cloud.page("Other")
    made = copy(cloud, source, "Overwritten", destination={"type": "existing_page", "value": other})
    assert (made["id"], made["version"]["number"]) == (other, 2)


def test_a_tree_is_copied_as_a_long_task(cloud: Site, source: str) -> None:
    cloud.page("Step", source)
    target = cloud.page("Target")
    path = f"/rest/api/content/{source}/pagehierarchy/copy"
    told = {"destinationPageId": target, "titleOptions": {"prefix": "New "}}
    job = cloud("POST", path, told)
    done = cloud("GET", f"/rest/api/longtask/{job['id']}")
    assert (done["finished"], done["successful"]) == (True, True)
    below = cloud("GET", f"/api/v2/pages/{target}/descendants")["results"]
    assert [one["title"] for one in below] == ["New Procedure", "New Step"]
    with pytest.raises(Refused) as refused:
        cloud("POST", path, {"destinationPageId": target})
    assert refused.value.status == 400
    with pytest.raises(Refused):
        cloud("GET", "/rest/api/longtask/424242")


@pytest.mark.parametrize(
    ("position", "order"),
    [("before", ["C", "A", "B"]), ("after", ["A", "C", "B"]), ("append", ["A", "B"])],
)
def test_a_page_is_moved(cloud: Site, position: str, order: list[str]) -> None:
    first, _, third = (cloud.page(title) for title in ("A", "B", "C"))
    assert cloud("PUT", f"/rest/api/content/{third}/move/{position}/{first}") == {"pageId": third}
    found = cloud("GET", f"/api/v2/pages/{cloud.root}/direct-children")["results"]
    assert [one["title"] for one in found] == order
    seen = cloud("GET", f"/api/v2/pages/{third}")
    assert seen["parentId"] == (first if position == "append" else cloud.root)
    assert seen["version"]["number"] == 1


def test_a_page_is_not_moved_below_itself(cloud: Site) -> None:
    above = cloud.page("Above")
    below = cloud.page("Below", above)
    with pytest.raises(Refused) as refused:
        cloud("PUT", f"/rest/api/content/{above}/move/append/{below}")
    assert refused.value.status == 400


def test_pages_are_archived_in_a_long_task(cloud: Site) -> None:
    page = cloud.page("Old")
    job = cloud("POST", "/rest/api/content/archive", {"pages": [{"id": int(page)}]})
    assert cloud.last.status_code == 202
    assert cloud("GET", f"/rest/api/longtask/{job['id']}")["finished"] is True
    seen = cloud("GET", f"/api/v2/pages/{page}")
    assert (seen["status"], seen["parentId"]) == ("archived", cloud.root)


# -- restrictions


def known(account: str) -> Any:
    return {"type": "known", "accountId": account}


def users(answer: dict[str, Any], operation: str = "update") -> list[str]:
    found = next(one for one in answer["results"] if one["operation"] == operation)
    return [one["accountId"] for one in found["restrictions"]["user"]["results"]]


def test_restrictions_are_told_for_both_operations_also_where_all_is_open(cloud: Site) -> None:
    found = cloud("GET", f"/rest/api/content/{cloud.root}/restriction")
    assert [one["operation"] for one in found["results"]] == ["read", "update"]
    assert users(found) == []


def test_putting_restrictions_replaces_all_of_them(cloud: Site) -> None:
    page, path = cloud.page("Record"), ""
    path = f"/rest/api/content/{page}/restriction"
    mira = cloud.sandbox.person(MIRA).account_id
    both = {"user": [known(cloud.bot), known(mira)]}
    cloud("PUT", path, [{"operation": "read", "restrictions": both}, {"operation": "update", "restrictions": both}])
    answer = cloud("PUT", path, [{"operation": "update", "restrictions": {"user": [known(cloud.bot)]}}])
    assert (users(answer), users(answer, "read")) == ([cloud.bot], [])
    answer = cloud("POST", path, [{"operation": "update", "restrictions": {"user": [known(mira)]}}])
    assert users(answer) == [cloud.bot, mira]
    assert users({"results": [cloud("GET", f"{path}/byOperation/update")]}) == [cloud.bot, mira]
    assert set(cloud("GET", f"{path}/byOperation")) == {"read", "update"}
    cloud("GET", f"{path}/byOperation/update/user", query={"accountId": mira})
    with pytest.raises(Refused) as refused:
        cloud("GET", f"{path}/byOperation/update/user", query={"accountId": "nobody"})
    assert refused.value.status == 404
    assert users(cloud("DELETE", path)) == []


def test_who_is_not_named_can_no_longer_edit(cloud: Site) -> None:
    page = cloud.page("Record", storage=BOXES)
    only = {"user": [known(cloud.bot)], "group": []}
    cloud("PUT", f"/rest/api/content/{page}/restriction", [{"operation": "update", "restrictions": only}])
    for do, args in (("tick", {"all": True}), ("append", {"text": "more"}), ("trash", {})):
        with pytest.raises(Exception, match="may not edit this page"):
            cloud.sandbox.act(MIRA, do, page=page, **args)
    cloud.sandbox.act(MIRA, "comment", page=page, text="Still possible")


def test_the_bot_locks_itself_out_where_it_does_not_name_itself(cloud: Site) -> None:
    page = cloud.page("Record")
    mira = cloud.sandbox.person(MIRA).account_id
    only = {"user": [known(mira)], "group": []}
    cloud("PUT", f"/rest/api/content/{page}/restriction", [{"operation": "update", "restrictions": only}])
    body = {"id": page, "status": "current", "title": "Record", "version": {"number": 2}}
    with pytest.raises(Refused) as refused:
        cloud("PUT", f"/api/v2/pages/{page}", {**body, "body": {"representation": "storage", "value": ""}})
    assert refused.value.status == 404
    assert cloud("GET", f"/api/v2/pages/{page}")["title"] == "Record"


def test_what_the_bot_may_not_see_is_not_there_for_it_nor_what_lies_below(cloud: Site) -> None:
    page = cloud.page("Secret")
    below = cloud.page("Below", page)
    cloud.sandbox.act(MIRA, "restrict", page=page, operation="read", people=[MIRA])
    for hidden in (page, below):
        with pytest.raises(Refused) as refused:
            cloud("GET", f"/api/v2/pages/{hidden}")
        assert refused.value.status == 404
    listed = cloud("GET", "/api/v2/pages", query={"space-id": cloud.space_id})["results"]
    assert [one["id"] for one in listed] == [cloud.root]
    assert cloud("GET", "/rest/api/search", query={"cql": "space = ISMS and type = page"})["size"] == 1


def test_a_free_plan_has_no_restrictions(cloud: Site) -> None:
    cloud.sandbox.confluence(site="cloud", plan="free")
    only = [{"operation": "update", "restrictions": {"user": [known(cloud.bot)]}}]
    with pytest.raises(Refused) as refused:
        cloud("PUT", f"/rest/api/content/{cloud.root}/restriction", only)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "body",
    [
        [{"operation": "delete", "restrictions": {}}],
        [{"operation": "update", "restrictions": {"user": [{"type": "known", "username": "mira"}]}}],
        [{"operation": "update", "restrictions": {"group": [{"type": "group", "name": "confluence-users"}]}}],
        {"operation": "update"},
    ],
    ids=["operation", "username", "group by name", "no list"],
)
def test_restrictions_name_accounts_and_group_ids(cloud: Site, body: object) -> None:
    with pytest.raises(Refused) as refused:
        cloud("PUT", f"/rest/api/content/{cloud.root}/restriction", body)
    assert refused.value.status == 400


def test_a_group_is_named_by_its_id(cloud: Site) -> None:
    group = cloud("GET", "/rest/api/group")["results"][0]["id"]
    only = [{"operation": "update", "restrictions": {"group": [{"type": "group", "id": group}]}}]
    answer = cloud("PUT", f"/rest/api/content/{cloud.root}/restriction", only)
    found = answer["results"][1]["restrictions"]["group"]["results"]
    assert [one["name"] for one in found] == ["confluence-users"]


# -- versions, state, permissions


def test_an_earlier_version_is_restored_as_a_new_one(cloud: Site) -> None:
    page = cloud.page("Job", storage="<p>One</p>")
    cloud.sandbox.act(MIRA, "storage", page=page, body="<p>Two</p>")
    told = {"operationKey": "restore", "params": {"versionNumber": 1, "message": "back"}}
    assert cloud("POST", f"/rest/api/content/{page}/version", told)["number"] == 3
    assert cloud.storage(page) == "<p>One</p>"


def test_a_content_state_makes_a_version(cloud: Site) -> None:
    path = f"/rest/api/content/{cloud.root}/state"
    assert cloud("GET", path) == {}
    state = cloud("PUT", path, {"name": "Signed", "color": "#2684ff"}, query={"status": "current"})
    assert state["contentState"]["name"] == "Signed"
    assert cloud("GET", f"/api/v2/pages/{cloud.root}")["version"]["number"] == 2
    cloud("DELETE", path)
    assert cloud("GET", path) == {}
    with pytest.raises(Refused):
        cloud("PUT", path, {"name": "x" * 21, "color": "#2684ff"}, query={"status": "current"})


def test_what_somebody_may_is_told(cloud: Site) -> None:
    path = f"/rest/api/content/{cloud.root}/permission/check"
    cloud.sandbox.act(MIRA, "restrict", page=cloud.root, people=[MIRA])

    def may(account: str, operation: str) -> bool:
        body = {"subject": {"type": "user", "identifier": account}, "operation": operation}
        return bool(cloud("POST", path, body)["hasPermission"])

    assert may(cloud.bot, "read")
    assert not may(cloud.bot, "update")
    assert may(cloud.sandbox.person(MIRA).account_id, "update")


# -- search


@pytest.mark.parametrize(
    ("cql", "titles"),
    [
        ('space = "ISMS" and type = page', {"ISMS", "Access review", "Backup test"}),
        ('title = "access review"', {"Access review"}),
        ('title ~ "review"', {"Access review"}),
        ('text ~ "restore"', {"Backup test"}),
        ('label = "isms-bot"', {"Access review"}),
        ('label not in ("isms-bot", "other") and title != "ISMS"', {"Backup test"}),
        ("ancestor = {root}", {"Access review", "Backup test"}),
        ("parent = {root} and not label = isms-bot", {"Backup test"}),
        ("id in ({root})", {"ISMS"}),
        ('lastmodified >= now("-30m")', {"Backup test"}),
        ('lastmodified < "2026-11-02 10:00"', {"ISMS", "Access review"}),
        ('created >= "2026-11-02" and (title ~ backup or title ~ access)', {"Access review", "Backup test"}),
        ("creator = currentUser()", set()),
        ("space = NONE", set()),
        ("type = blogpost", set()),
    ],
)
def test_a_query_finds_what_it_says(cloud: Site, cql: str, titles: set[str]) -> None:
    review = cloud.page("Access review")
    cloud.sandbox.act(MIRA, "label", page=review, name="isms-bot")
    cloud.sandbox.advance(3600)
    cloud.page("Backup test", storage="<p>Restore a file</p>")
    found = cloud("GET", "/rest/api/search", query={"cql": cql.format(root=cloud.root)})
    assert {one["content"]["title"] for one in found["results"]} == titles
    listed = cloud("GET", "/rest/api/content/search", query={"cql": cql.format(root=cloud.root)})
    assert {one["title"] for one in listed["results"]} == titles


@pytest.mark.parametrize(
    "cql",
    [
        "status = current",
        "space =",
        'title = "a" b"',
        "space = ISMS or",
        "title > x",
        "f()",
        'text ~ "a',
        "order title",
    ],
)
def test_a_query_that_cannot_be_read_is_refused(cloud: Site, cql: str) -> None:
    with pytest.raises(Refused) as refused:
        cloud("GET", "/rest/api/search", query={"cql": cql})
    assert refused.value.status == 400


def test_a_search_goes_on_by_cursor_only_and_the_next_address_leaves_out_the_context(cloud: Site) -> None:
    for number in range(3):
        cloud.page(f"Page {number}")
    query = {"cql": "type = page order by id", "limit": 2, "start": 2, "excerpt": "none"}
    first = cloud("GET", "/rest/api/search", query=query)
    assert [one["content"]["title"] for one in first["results"]] == ["ISMS", "Page 0"]
    following = first["_links"]["next"]
    assert following.startswith("/rest/api/search?next=true&cursor=")
    assert "excerpt" not in following
    rest = cloud("GET", following)
    assert [one["content"]["title"] for one in rest["results"]] == ["Page 1", "Page 2"]
    assert "next" not in rest["_links"]


def test_archived_and_trashed_pages_are_invisible_to_a_query(cloud: Site) -> None:
    gone, old = cloud.page("Gone"), cloud.page("Old")
    cloud.sandbox.act(MIRA, "trash", page=gone)
    cloud.sandbox.act(MIRA, "archive", page=old)
    assert cloud("GET", "/rest/api/search", query={"cql": "parent = " + cloud.root})["size"] == 0


def test_people_are_found_by_name_and_not_in_the_search_for_pages(cloud: Site) -> None:
    found = cloud("GET", "/rest/api/search/user", query={"cql": 'user.fullname ~ "mira"'})["results"]
    assert [one["user"]["accountId"] for one in found] == [cloud.sandbox.person(MIRA).account_id]
    with pytest.raises(Refused, match="search/user"):
        cloud("GET", "/rest/api/search", query={"cql": 'user.fullname ~ "mira"'})


# -- what v1 has no more


def test_operations_that_left_the_document_still_answer_unless_told_otherwise(cloud: Site) -> None:
    page = cloud.page("Jobs")
    paths = (
        f"/rest/api/content/{page}",
        f"/rest/api/content/{cloud.root}/child/page",
        "/rest/api/space/ISMS",
        f"/rest/api/content/{page}/child/attachment",
    )
    for path in paths:
        cloud("GET", path, judged=False)
    cloud.sandbox.confluence(site="cloud", v1_legacy="gone410")
    for path in paths:
        with pytest.raises(Refused) as refused:
            cloud("GET", path, judged=False)
        assert refused.value.status == 410


def test_a_search_may_give_less_than_asked_for_and_a_total_that_is_a_guess(cloud: Site) -> None:
    cloud.sandbox.confluence(site="cloud", short_searches=True)
    for number in range(3):
        cloud.page(f"Page {number}")
    path, titles, sizes = "/rest/api/search?cql=type=page%20order%20by%20id&limit=3", [], []
    while path:
        answer = cloud("GET", path)
        titles += [one["title"] for one in answer["results"]]
        sizes.append(answer["size"])
        path = answer["_links"].get("next", "")
    assert titles == ["ISMS", "Page 0", "Page 1", "Page 2"]
    assert sizes == [1, 1, 1, 1]
    assert answer["totalSize"] == 11


def test_everybody_is_found_by_kind(cloud: Site) -> None:
    cloud.sandbox.users({"user": TOMASZ, "remove": True})
    found = cloud("GET", "/rest/api/search/user", query={"cql": "type=user", "limit": 4})
    assert (found["size"], found["totalSize"]) == (4, 6)
    with pytest.raises(Refused) as refused:
        cloud("GET", "/rest/api/search/user", query={"cql": "user.shoesize = 42"})
    assert refused.value.status == 400
