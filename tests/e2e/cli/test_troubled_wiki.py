"""A wiki that refuses: a sentence with what to do, an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from isms_bot.sandbox.client import Sandbox
from tests.e2e.cli.conftest import Answer, Home


@contextmanager
def _setting(sandbox: Sandbox, **changes: Any) -> Iterator[None]:
    sandbox.integration(**changes)
    try:
        yield
    finally:
        back = {"token_revoked": False, "read_comments": True, "insert_comments": True}
        sandbox.integration(**back, share=[sandbox.root_page_id])


def test_a_wrong_token_is_one_sentence(furnished: Home) -> None:
    wrong = replace(furnished, token="ntn_planted_and_wrong")
    checked, applied = wrong.call("check"), wrong.call("apply")
    assert (checked.code, applied.code) == (1, 1)
    assert "!!  token:" in checked.out
    assert "secret" in checked.out
    assert len(applied.err.strip().splitlines()) == 1


def test_a_revoked_token_is_said_and_deletes_nothing(furnished: Home, sandbox: Sandbox) -> None:
    with _setting(sandbox, token_revoked=True):
        planned = furnished.call("plan", "--json")
    assert planned.code == 1
    assert planned.json["exit_code"] == 1
    assert not [one for one in sandbox.requests() if one["method"] == "DELETE"]


def test_a_page_that_is_not_shared_is_said_with_the_remedy(furnished: Home, sandbox: Sandbox) -> None:
    with _setting(sandbox, unshare=[sandbox.root_page_id]):
        checked = furnished.call("check")
        applied = furnished.call("apply")
    assert checked.code == 1
    assert "!!  root:" in checked.out
    assert "Connections" in checked.out
    assert applied.code == 1
    assert len(applied.err.strip().splitlines()) == 1


def test_a_capability_that_is_off_is_named(furnished: Home, sandbox: Sandbox) -> None:
    with _setting(sandbox, read_comments=False, insert_comments=False):
        checked = furnished.call("check")
    assert checked.code == 1
    assert '!!  read comments: The integration lacks the capability "read comments".' in checked.out
    assert "Capabilities" in checked.out


@pytest.fixture(scope="module")
def checked(furnished: Home, sandbox: Sandbox) -> Answer:
    """What `check` says after people have renamed, retyped and deleted columns of the jobs, the policies and the decisions."""
    for gesture, source, column, more in (
        ("rename_property", "Jobs and records", "Grace until", {"to": "Last day"}),
        ("retype_property", "Information Security Policy", "In force since", {"to": "rich_text"}),
        ("delete_property", "Decisions", "Why", {}),
    ):
        sandbox.act("mira@example.com", gesture, data_source=_data_source(sandbox, source), property=column, **more)
    return furnished.call("check", "--json")


def _data_source(sandbox: Sandbox, title: str) -> str:
    left = list(sandbox.tree())
    while left:
        node = left.pop()
        if (node["title"], node["kind"]) == (title, "DataSource"):
            return str(node["id"])
        left.extend(node.get("children", ()))
    raise LookupError(title)


@pytest.mark.parametrize(
    ("source", "ok", "word"),
    [("jobs", True, "Last day"), ("policies", False, "In force since"), ("decisions", False, "Why")],
    ids=["renamed-is-harmless", "retyped", "deleted"],
)
def test_a_changed_column_is_said_by_check(checked: Answer, source: str, ok: bool, word: str) -> None:
    line = next(line for line in checked.json["workspaces"]["acme"] if line["what"] == source)
    assert checked.code == 1
    assert line["ok"] is ok
    assert word in line["sentence"]
    assert bool(line["todo"]) is not ok
