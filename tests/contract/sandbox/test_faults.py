"""The sandbox is unkind on request, and only then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from notion_client import APIResponseError, Client
from notion_client.errors import HTTPResponseError, UnknownHTTPResponseError

from isms_bot.sandbox.client import Refused, Sandbox


def rich(content: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": content}}]


SIMPLE: list[tuple[str, int, str]] = [
    ("rate_limited", 429, "rate_limited"),
    ("conflict", 409, "conflict_error"),
    ("internal_error", 500, "internal_server_error"),
    ("unavailable", 503, "service_unavailable"),
    ("gateway_timeout", 504, "gateway_timeout"),
    ("overload", 529, "service_overload"),
]


@pytest.mark.parametrize(("effect", "status", "code"), SIMPLE, ids=[s[0] for s in SIMPLE])
def test_a_fault_answers_before_anything_is_done(
    new_jobs: Any, raw: httpx.Client, sandbox: Sandbox, effect: str, status: int, code: str
) -> None:
    sandbox.faults({"effect": effect, "method": "POST", "path": "^/v1/pages$"})
    body = {"parent": {"data_source_id": new_jobs.source}, "properties": {}}
    answer = raw.post("/v1/pages", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert sandbox.requests()[-1]["status"] == status
    assert raw.post(f"/v1/data_sources/{new_jobs.source}/query", json={}).json()["results"] == []
    assert raw.post("/v1/pages", json=body).status_code == 200


def test_retry_after_is_there_or_not(raw: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults({"effect": "rate_limited", "retry_after": 7}, {"effect": "rate_limited", "retry_after": None})
    answer = raw.get("/v1/users/me")
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["additional_data"] == {
        "rate_limit_reason": "public_api_request_rate_limit",
        "retry_after": "7",
    }
    assert "retry-after" not in raw.get("/v1/users/me").headers


def test_skip_and_times_choose_the_request(raw: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults({"effect": "conflict", "path": "/users", "skip": 1, "times": 2})
    assert [raw.get("/v1/users/me").status_code for _ in range(5)] == [200, 409, 409, 200, 200]


def test_a_gateway_answers_html(new_notion: Client, sandbox: Sandbox) -> None:
    sandbox.faults({"effect": "bad_gateway"})
    with pytest.raises(UnknownHTTPResponseError) as refused:
        new_notion.users.me()
    assert refused.value.status == 502
    assert "<html>" in refused.value.body


def test_a_503_after_the_commit_names_what_was_made(new_jobs: Any, new_notion: Client, sandbox: Sandbox) -> None:
    sandbox.faults({"effect": "unavailable_after_commit", "method": "POST", "path": "^/v1/pages$"})
    with pytest.raises(HTTPResponseError) as refused:
        new_jobs.row("Made")
    assert refused.value.status == 503
    made: Any = refused.value.additional_data
    assert new_notion.pages.retrieve(made["committed_resource_id"])["in_trash"] is False  # type: ignore[index]
    assert new_jobs.names() == ["Made"]
    sandbox.faults({"effect": "unavailable_after_commit", "method": "PATCH"})
    with pytest.raises(HTTPResponseError) as refused:
        new_notion.blocks.children.append(made["committed_resource_id"], children=[{"divider": {}}])
    children: Any = refused.value.additional_data
    assert children["committed_resource_id"] == made["committed_resource_id"]
    listed: Any = new_notion.blocks.children.list(made["committed_resource_id"])
    assert children["committed_child_ids"] == [b["id"] for b in listed["results"]]


@pytest.mark.parametrize(("effect", "done"), [("drop", []), ("drop_after_commit", ["Row"])])
def test_a_dropped_connection_leaves_the_client_in_doubt(
    new_jobs: Any, sandbox: Sandbox, effect: str, done: list[str]
) -> None:
    sandbox.faults({"effect": effect, "path": "^/v1/pages$"})
    with pytest.raises(httpx.RemoteProtocolError):
        new_jobs.row("Row")
    assert sandbox.requests()[-1]["status"] == "dropped"
    assert new_jobs.names() == done


def test_a_timeout_may_have_committed(new_jobs: Any, sandbox: Sandbox) -> None:
    sandbox.faults({"effect": "gateway_timeout", "path": "^/v1/pages$", "commit": True})
    with pytest.raises(APIResponseError) as refused:
        new_jobs.row("Row")
    assert refused.value.status == 504
    assert new_jobs.names() == ["Row"]


def test_a_slow_answer_is_still_right(raw: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults({"effect": "delay", "seconds": 0.3})
    with pytest.raises(httpx.ReadTimeout):
        raw.get("/v1/users/me", timeout=0.05)
    assert raw.get("/v1/users/me").status_code == 200


def test_the_limiter_counts_when_it_is_on(raw: httpx.Client, sandbox: Sandbox) -> None:
    assert {raw.get("/v1/users/me").status_code for _ in range(5)} == {200}
    sandbox.limits(rate_limit=True, requests_per_minute=3)
    answers = [raw.get("/v1/users/me") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [({"effect": "explode"}, "needs an effect"), ({"effect": "drop", "when": 1}, "no key when"), ({"effect": "drop", "path": "("}, "regular expression")],
    ids=["effect", "key", "path"],
)  # fmt: skip
def test_a_wrong_rule_is_said_in_a_sentence(sandbox: Sandbox, rule: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        sandbox.faults(rule)
    sandbox.faults()


def test_body_edits_can_leave_the_page_time_alone(new_jobs: Any, new_notion: Client, sandbox: Sandbox) -> None:
    page = new_jobs.row("Row", children=[{"to_do": {"rich_text": rich("x")}}])
    sandbox.advance(600)
    sandbox.limits(body_edits_move_page_time=False)
    sandbox.act("mira@example.com", "tick", page=page["id"], all=True)
    read: Any = new_notion.pages.retrieve(page["id"])
    assert read["last_edited_time"] == page["last_edited_time"]
    sandbox.limits(body_edits_move_page_time=True)
    sandbox.act("mira@example.com", "tick", page=page["id"], all=True, checked=False)
    assert new_notion.pages.retrieve(page["id"])["last_edited_time"] == "2026-11-02T09:40:00.000Z"  # type: ignore[index]


def test_a_full_plan_refuses_what_makes_blocks_and_nothing_else(
    new_jobs: Any, new_notion: Client, raw: httpx.Client, sandbox: Sandbox
) -> None:
    """The write that reaches the limit succeeds; then reading, editing and trashing go on."""
    paid = raw.get("/v1/users/me").json()["bot"]["workspace_limits"]
    row = new_jobs.row("Row")
    here = sum(1 for one in _below(sandbox.tree()) if one["kind"] != "DataSource")
    sandbox.limits(block_quota=here + 1)

    last = new_jobs.row("Last", children=[{"to_do": {"rich_text": rich("x")}}, {"to_do": {"rich_text": rich("y")}}])
    with pytest.raises(APIResponseError) as refused:
        new_jobs.row("One too many")

    assert (refused.value.status, refused.value.code) == (403, "restricted_resource")
    assert json.loads(refused.value.body)["additional_data"] == {"block_limit": "block_creation"}
    assert new_jobs.names() == ["Last", "Row"]
    new_notion.pages.update(row["id"], in_trash=True)
    new_notion.pages.retrieve(last["id"])
    assert raw.get("/v1/users/me").json()["bot"]["workspace_limits"] != paid
    sandbox.limits(block_quota=None)
    new_jobs.row("Room again")


def _below(tree: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in tree:
        yield one
        yield from _below(one["children"])
