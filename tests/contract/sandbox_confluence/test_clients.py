"""Clients of other houses, as they are, play a small tree on the sandbox.

`confluence.js` (npm) and `markdown-to-confluence` (PyPI) are looked for in `.contracts/clients/`; neither is part of the project.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from atlassian import ConfluenceServer, ConfluenceV2

from tests.contract.sandbox_confluence.conftest import BOXES, MIRA, Site

CLIENTS = Path(__file__).parents[3] / ".contracts" / "clients"
NODE = shutil.which("node")
CONFLUENCE_JS = CLIENTS / "js" / "node_modules" / "confluence.js" / "dist" / "index.js"
MD2CONF = CLIENTS / "python"
TABLE = "<table><tbody><tr><th>Key</th><td>Value</td></tr></tbody></table>"


# -- atlassian-python-api, which the project itself uses as transport


def opened(cloud: Site) -> Any:
    """The client, without the types that its package promises and does not keep."""
    with pytest.warns(DeprecationWarning, match="V1 methods are deprecated"):  # it says so whatever one does
        return ConfluenceV2(url=f"{cloud.sandbox.url}/wiki", username=cloud.user, password=cloud.token)


def test_the_python_client_plays_on_cloud(cloud: Site) -> None:
    client = opened(cloud)

    def ask(method: str, path: str, **more: Any) -> Any:
        answer = client.request(method, path, advanced_mode=True, **more)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    body = {"representation": "storage", "value": BOXES + TABLE}
    sent = {"spaceId": cloud.space_id, "parentId": cloud.root, "title": "Job", "body": body}
    page = ask("POST", "api/v2/pages", json=sent)
    read = ask("GET", f"api/v2/pages/{page['id']}", params={"body-format": "storage"})
    assert TABLE in read["body"]["storage"]["value"]
    new = {"id": page["id"], "status": "current", "title": "Job two", "version": {"number": 2}}
    new["body"] = {"representation": "storage", "value": read["body"]["storage"]["value"]}
    assert ask("PUT", f"api/v2/pages/{page['id']}", json=new)["version"]["number"] == 2
    comment = {"pageId": page["id"], "body": {"representation": "storage", "value": "<p>Done</p>"}}
    ask("POST", "api/v2/footer-comments", json=comment)
    listed = ask("GET", "api/v2/pages", params={"space-id": cloud.space_id, "status": ["current", "archived"]})
    assert [one["title"] for one in listed["results"]] == ["ISMS", "Job two"]
    headers = {"X-Atlassian-Token": "no-check"}
    path = f"rest/api/content/{page['id']}/child/attachment"
    ask("POST", path, files={"file": ("log.txt", b"x")}, data={"minorEdit": "true"}, headers=headers)
    assert [one["status"] for one in cloud.sandbox.page(page["id"])["tasks"]] == ["incomplete", "incomplete"]
    missing = client.request("GET", "api/v2/pages/424242", advanced_mode=True)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/json")
    client.close()


def test_its_own_methods_work_as_far_as_they_work_on_cloud(cloud: Site) -> None:
    client = opened(cloud)
    page = client.create_page(cloud.space_id, "Job", BOXES, parent_id=cloud.root, representation="storage")
    assert client.get_page_by_id(page["id"])["title"] == "Job"
    client.update_page(
        page["id"], "Job two", BOXES, body_format="storage", status="current", representation="storage", version=1
    )
    assert [one["number"] for one in client.get_page_versions(page["id"])["results"]] == [2, 1]
    assert {one["localId"] for one in client.get_tasks(page_ids=[page["id"]])} == {"1", "2"}
    client.delete_page(page["id"])
    assert cloud.sandbox.page(page["id"])["in_trash"]
    client.close()


def test_the_python_client_plays_on_data_center(datacenter: Site) -> None:
    client = ConfluenceServer(url=f"{datacenter.sandbox.url}/confluence", token=datacenter.token)
    page = client.create_page(datacenter.space, "Job", BOXES + TABLE, parent_id=datacenter.root)
    assert client.get_page_by_id(page["id"], expand="body.storage")["body"]["storage"]["value"] == BOXES + TABLE
    client.update_page(page["id"], "Job two", "<p>New</p>", minor_edit=True)
    assert datacenter.storage(page["id"]) == "<p>New</p>"
    client.add_comment(page["id"], "<p>Done</p>")
    client.set_page_label(page["id"], "isms-bot")
    client.set_page_property(page["id"], {"key": "isms-bot", "value": {"v": 1}})
    assert client.get_page_property(page["id"], "isms-bot")["value"] == {"v": 1}
    assert client.cql('label = "isms-bot"')["results"][0]["content"]["id"] == page["id"]
    assert client.get_page_id(datacenter.space, "Job two") == page["id"]
    assert [one["id"] for one in client.get_page_child_by_type(datacenter.root)] == [page["id"]]
    assert [one["text"] for one in datacenter.sandbox.page(page["id"])["comments"]] == ["Done"]
    client.remove_page(page["id"])
    assert datacenter.sandbox.page(page["id"])["in_trash"]
    client.close()


# -- npm confluence.js: Cloud v2 and v1, every answer judged by its own schemas


@pytest.mark.skipif(NODE is None, reason="node is not installed; confluence.js needs it")
@pytest.mark.skipif(not CONFLUENCE_JS.exists(), reason="npm confluence.js is not in .contracts/clients/js")
def test_confluence_js_plays_a_small_tree(cloud: Site) -> None:
    script = Path(__file__).with_name("tree.mjs")
    told = [str(NODE), str(script), CONFLUENCE_JS.as_uri(), cloud.sandbox.url]
    told += [cloud.user, cloud.token, cloud.space_id, cloud.root]
    done = subprocess.run(told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert TABLE in seen.pop("storage")
    assert seen.pop("ancestors")[0] == cloud.root
    assert seen == {
        "space": cloud.space_id,
        "title": "Job one, renamed",
        "version": 2,
        "property": {"a": 2},
        "tasks": [["1", "incomplete"], ["2", "incomplete"]],
        "ticked": ["complete", True],
        "comments": ["<p>Done</p>"],
        "versions": [2, 1],
        "children": ["Job one, renamed"],
        "descendants": [["Jobs", 1], ["Job one, renamed", 2]],
        "labels": ["isms-bot"],
        "found": ["Job one, renamed", "Job two"],
        "restrictions": ["read", "update"],
        "trashed": ["trashed", None],
    }


# -- PyPI markdown-to-confluence: Cloud v2


@pytest.mark.skipif(
    not (MD2CONF / "md2conf").exists(), reason="PyPI markdown-to-confluence is not in .contracts/clients/python"
)
def test_markdown_to_confluence_publishes_a_small_tree_and_publishes_it_again(cloud: Site, tmp_path: Path) -> None:
    # It sends `minorEdit`, which works on the sites and stands in no document.
    cloud.sandbox.confluence(site="cloud", strict=False)
    (tmp_path / "sub").mkdir()
    index = tmp_path / "index.md"
    text = "# Access control\n\n- [ ] First\n- [x] Second\n\n| Key | Value |\n| --- | --- |\n| a | b |\n\n[Child](sub/child.md)\n"
    index.write_text(text)
    (tmp_path / "sub" / "child.md").write_text("# Child page\n\nText.\n")

    def publish() -> None:
        told = [sys.executable, "-m", "md2conf", str(tmp_path), "-d", "sandbox.example", "-p", "/wiki/"]
        told += ["--api-url", f"{cloud.sandbox.url}/wiki/", "-u", cloud.user, "-a", cloud.token, "-s", cloud.space]
        told += ["--root-page", cloud.root, "--no-generated-by"]
        environment = {"PYTHONPATH": str(MD2CONF), "PYTHONWARNINGS": "ignore"}
        done = subprocess.run(told, capture_output=True, text=True, timeout=60, check=False, env=environment)
        assert done.returncode == 0, done.stderr

    publish()
    top = cloud.sandbox.tree("cloud")[0]["children"][0]["children"]
    assert [(one["title"], [child["title"] for child in one["children"]]) for one in top] == [
        ("Access control", ["Child page"])
    ]
    page = top[0]["id"]
    seen = cloud.sandbox.page(page)
    assert [(one["text"], one["checked"]) for one in seen["blocks"] if one["type"] == "to_do"] == [
        ("First", False),
        ("Second", True),
    ]
    assert "a | b" in seen["text"]
    cloud.sandbox.act(MIRA, "tick", page=page, text="First")
    index.write_text(index.read_text().replace("| b |", "| changed |"))
    publish()
    again = cloud.sandbox.page(page)
    assert again["version"] == seen["version"] + 1
    assert "a | changed" in again["text"]
