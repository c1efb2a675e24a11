"""Cloud v2: what lies below and above a page."""

from __future__ import annotations

import pytest

from tests.contract.sandbox_confluence.conftest import MIRA, Refused, Site


@pytest.fixture
def tree(cloud: Site) -> dict[str, str]:
    """root > Jobs > (Job, Folder > Inside, Board)."""
    jobs = cloud.page("Jobs")
    folder = cloud("POST", "/api/v2/folders", {"spaceId": cloud.space_id, "title": "Folder", "parentId": jobs})["id"]
    return {
        "jobs": jobs,
        "folder": folder,
        "job": cloud.page("Job", jobs),
        "inside": cloud.page("Inside", folder),
        "board": cloud.sandbox.act(MIRA, "create_folder", parent=jobs, title="Board", kind="whiteboard")["page"],
    }


def test_direct_children_are_of_every_kind(cloud: Site, tree: dict[str, str]) -> None:
    found = cloud("GET", f"/api/v2/pages/{tree['jobs']}/direct-children")["results"]
    assert [(one["title"], one["type"]) for one in found] == [
        ("Folder", "folder"),
        ("Job", "page"),
        ("Board", "whiteboard"),
    ]


def test_the_old_list_of_children_says_nothing_of_folders(cloud: Site, tree: dict[str, str]) -> None:
    found = cloud("GET", f"/api/v2/pages/{tree['jobs']}/children")["results"]
    assert [one["title"] for one in found] == ["Job"]


def test_descendants_go_as_deep_as_asked_and_through_folders(cloud: Site, tree: dict[str, str]) -> None:
    found = cloud("GET", f"/api/v2/pages/{cloud.root}/descendants", query={"depth": 3})["results"]
    depths = {one["title"]: (one["depth"], one["parentId"]) for one in found}
    assert depths["Jobs"] == (1, cloud.root)
    assert depths["Inside"] == (3, tree["folder"])
    two = cloud("GET", f"/api/v2/pages/{cloud.root}/descendants")["results"]
    assert "Inside" not in {one["title"] for one in two}


def test_ancestors_go_from_the_top_down(cloud: Site, tree: dict[str, str]) -> None:
    found = cloud("GET", f"/api/v2/pages/{tree['inside']}/ancestors")["results"]
    assert found == [
        {"id": cloud.root, "type": "page"},
        {"id": tree["jobs"], "type": "page"},
        {"id": tree["folder"], "type": "folder"},
    ]


def test_a_folder_is_no_page(cloud: Site, tree: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        cloud("GET", f"/api/v2/pages/{tree['folder']}")
    assert refused.value.status == 404
    assert cloud("GET", f"/api/v2/folders/{tree['folder']}")["title"] == "Folder"
    assert cloud("GET", f"/api/v2/pages/{tree['inside']}")["parentType"] == "folder"
    inside = cloud("GET", f"/api/v2/folders/{tree['folder']}/direct-children")["results"]
    assert [one["title"] for one in inside] == ["Inside"]
    below = cloud("GET", f"/api/v2/folders/{tree['folder']}/descendants")["results"]
    assert [one["id"] for one in below] == [tree["inside"]]
    assert cloud("GET", f"/api/v2/folders/{tree['folder']}/ancestors")["results"][-1]["id"] == tree["jobs"]


def test_a_folder_takes_no_title_from_pages(cloud: Site, tree: dict[str, str]) -> None:
    assert cloud.page("Folder") != tree["folder"]


def test_kinds_are_told_by_id(cloud: Site, tree: dict[str, str]) -> None:
    comment = cloud.sandbox.act(MIRA, "comment", page=tree["job"], text="Hello")["comment"]
    asked = [tree["job"], tree["folder"], comment, "424242"]
    found = cloud("POST", "/api/v2/content/convert-ids-to-types", {"contentIds": asked})["results"]
    assert found == {tree["job"]: "page", tree["folder"]: "folder", comment: "footer-comment", "424242": None}


def test_a_folder_can_be_deleted(cloud: Site, tree: dict[str, str]) -> None:
    cloud("DELETE", f"/api/v2/folders/{tree['folder']}")
    assert cloud("GET", f"/api/v2/pages/{tree['inside']}")["parentId"] == tree["jobs"]


def test_the_space_is_found_by_its_key_whatever_the_case(cloud: Site) -> None:
    found = cloud("GET", "/api/v2/spaces", query={"keys": "isms"})["results"]
    assert [(one["id"], one["key"], one["homepageId"]) for one in found] == [(cloud.space_id, "ISMS", cloud.root)]
    assert cloud("GET", f"/api/v2/spaces/{cloud.space_id}")["name"] == "Information Security"
    assert cloud("GET", "/api/v2/spaces", query={"keys": "OTHER"})["results"] == []
    listed = cloud("GET", f"/api/v2/spaces/{cloud.space_id}/pages")["results"]
    assert [page["id"] for page in listed] == [cloud.root]


def test_a_list_goes_on_after_a_page_that_was_moved_away(cloud: Site) -> None:
    parent = cloud.page("Parent")
    ids = [cloud.page(f"Child {n}", parent) for n in range(4)]
    first = cloud("GET", f"/api/v2/pages/{parent}/direct-children", query={"limit": 2})
    cloud.sandbox.act(MIRA, "move", page=ids[3], to=cloud.root)
    rest = cloud("GET", first["_links"]["next"].removeprefix("/wiki"))
    assert [one["id"] for one in first["results"] + rest["results"]] == ids[:3]


def test_people_see_the_tree_of_a_site(cloud: Site, tree: dict[str, str]) -> None:
    space = cloud.sandbox.tree("cloud")[0]
    assert space["key"] == "ISMS"
    jobs = space["children"][0]["children"][0]
    assert [(one["title"], one["kind"]) for one in jobs["children"]] == [
        ("Folder", "folder"),
        ("Job", "page"),
        ("Board", "whiteboard"),
    ]
