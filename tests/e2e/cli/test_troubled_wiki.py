"""A wiki that refuses: a sentence with what to do, an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from isms_bot.sandbox.client import Sandbox
from tests.e2e.cli.conftest import Home


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
    assert furnished.call("plan").out.strip() == "Nothing to do."


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


@pytest.mark.parametrize(
    ("gesture", "code", "word"),
    [
        ({"do": "rename_property", "property": "Grace end", "to": "Last day"}, 0, "Last day"),
        ({"do": "retype_property", "property": "Due", "to": "rich_text"}, 1, "Due"),
        ({"do": "delete_property", "property": "Status"}, 1, "Status"),
    ],
    ids=["renamed", "retyped", "deleted"],
)
def test_a_changed_column_is_said_by_check(
    furnished: Home, sandbox: Sandbox, gesture: dict[str, str], code: int, word: str, column: Callable[[str], str]
) -> None:
    sandbox.act("mira@example.com", gesture.pop("do"), data_source=column("Jobs and records"), **gesture)
    checked = furnished.call("check", "--json")
    jobs = next(line for line in checked.json["workspaces"]["acme"] if line["what"] == "jobs")
    assert word in jobs["sentence"]
    if code:
        assert (checked.code, jobs["ok"]) == (1, False)
        assert jobs["todo"]
    else:
        assert jobs["ok"] is True


@pytest.fixture
def column(sandbox: Sandbox) -> Callable[[str], str]:
    """The id of a data source by its title."""

    def found(title: str) -> str:
        left = list(sandbox.tree())
        while left:
            node = left.pop()
            if node["title"] == title and node["kind"] == "DataSource":
                return str(node["id"])
            left.extend(node.get("children", ()))
        raise LookupError(title)

    return found
