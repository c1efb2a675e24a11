"""Clock, determinism, the log, and state that survives being killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from notion_client import Client

from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from isms_bot.sandbox.world import Person

NOW = "2026-11-02T09:30:12+00:00"


def start(state: Path, *more: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "isms_bot.sandbox", "--state", str(state), "--json", *more],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def finish(process: subprocess.Popen[str], sign: int) -> int:
    process.send_signal(sign)
    code = process.wait(10)
    if process.stdout is not None:
        process.stdout.close()
    return code


def test_the_date_header_follows_the_clock(sandbox: Sandbox) -> None:
    for path in ("/v1/users/me", "/_sandbox/", "/"):
        answer = httpx.get(sandbox.url + path)
        assert answer.headers.get_list("date") == ["Mon, 02 Nov 2026 09:30:12 GMT"]
    sandbox.set_clock("2031-01-01T00:00:00Z")
    assert httpx.get(f"{sandbox.url}/v1/users/me").headers["date"] == "Wed, 01 Jan 2031 00:00:00 GMT"
    assert sandbox.advance(90).isoformat() == "2031-01-01T00:01:30+00:00"
    assert sandbox.clock().isoformat() == "2031-01-01T00:01:30+00:00"
    assert sandbox.real_time().year < 2031


def test_the_same_seed_and_calls_give_the_same_bytes() -> None:
    def play(seed: int) -> list[bytes]:
        with running(seed=seed, now=NOW) as sandbox:
            headers = {"authorization": f"Bearer {sandbox.token}", "notion-version": "2026-03-11"}
            # The address is part of some answers; it is the one thing that may differ.
            with httpx.Client(base_url=sandbox.url, headers=headers) as http:
                root = sandbox.root_page_id
                body = {
                    "parent": {"type": "page_id", "page_id": root},
                    "initial_data_source": {"properties": {"S": {"status": {}}}},
                }
                made = http.post("/v1/databases", json=body)
                source = made.json()["data_sources"][0]["id"]
                failed = http.get("/v1/pages/AAA")
                row = http.post("/v1/pages", json={"parent": {"data_source_id": source}, "properties": {}})
                sandbox.act("mira@example.com", "duplicate", page=row.json()["id"])
                found = http.post(f"/v1/data_sources/{source}/query", json={})
                return [r.content for r in (made, failed, row, found)]

    assert play(5) == play(5)
    assert play(5) != play(6)


def test_ids_look_like_the_vendors(new_jobs: Any, sandbox: Sandbox) -> None:
    page = new_jobs.row("Row")["id"]
    assert page[:13] == sandbox.root_page_id[:13]
    assert page[14] == "8"
    assert new_jobs.source[14] == "4"


def test_the_log_counts_vendor_requests_only(sandbox: Sandbox, raw: httpx.Client) -> None:
    sandbox.clear_requests()
    raw.get("/v1/users/me")
    raw.get("/v1/pages/AAA?x=1")
    logged = sandbox.requests()
    assert sandbox.request_count() == 2
    assert [(r["method"], r["path"], r["status"]) for r in logged] == [
        ("GET", "/v1/users/me", 200),
        ("GET", "/v1/pages/AAA", 400),
    ]
    assert logged[1]["query"] == {"x": "1"}
    sandbox.clear_requests()
    assert sandbox.request_count() == 0


def test_reset_takes_other_people(sandbox: Sandbox) -> None:
    sandbox.reset(seed=3, people=[{"name": "Only One", "email": "one@example.com"}], now=NOW)
    assert [p.name for p in sandbox.people()] == ["Only One"]


def test_a_kill_loses_no_answered_request(tmp_path: Path) -> None:
    process, facts = start(tmp_path / "state", "--seed", "9")
    assert process.pid == facts["pid"]
    made = []
    try:
        sandbox = Sandbox(facts["url"])
        sandbox.set_clock(NOW)
        http = httpx.Client()
        notion = Client(client=http, auth=facts["notion"]["token"], base_url=facts["url"], retry=False)
        root = facts["notion"]["root_page_id"]
        for i in range(30):
            children = [{"to_do": {"rich_text": [{"text": {"content": f"step {i}"}}]}}]
            page: Any = notion.pages.create(
                parent={"page_id": root}, properties={"title": {"title": []}}, children=children
            )
            made.append(page["id"])
        sandbox.act("mira@example.com", "tick", page=made[0], all=True)
        sandbox.limits(query_cap=77)
        sandbox.close()
        http.close()
    finally:
        finish(process, signal.SIGKILL)
    again, new_facts = start(tmp_path / "state")
    try:
        assert {k: v for k, v in new_facts.items() if k != "pid"} == {k: v for k, v in facts.items() if k != "pid"}
        with Sandbox(new_facts["url"]) as sandbox:
            assert sandbox.clock().isoformat() == NOW
            assert [child["id"] for child in sandbox.tree()[0]["children"]] == made
            assert sandbox.page(made[0])["text"] == ["- [x] step 0"]
            assert sandbox.page(made[29])["text"] == ["- [ ] step 29"]
            assert sandbox.limits()["query_cap"] == 77
            new = sandbox.act("mira@example.com", "create_page", parent=root, title="new")["page"]
            assert new not in made
    finally:
        assert finish(again, signal.SIGTERM) == 0


def test_a_kill_in_the_middle_of_writing_loses_no_answered_request(tmp_path: Path) -> None:
    process, facts = start(tmp_path / "state")
    headers = {"authorization": f"Bearer {facts['notion']['token']}", "notion-version": "2026-03-11"}
    body = {
        "parent": {"page_id": facts["notion"]["root_page_id"]},
        "properties": {},
        "children": [{"divider": {}}] * 20,
    }
    answered = []
    killer = threading.Timer(0.5, process.kill)
    try:
        with httpx.Client(base_url=facts["url"], headers=headers) as http, contextlib.suppress(httpx.TransportError):
            killer.start()
            while True:
                answered.append(http.post("/v1/pages", json=body).json()["id"])
    finally:
        killer.join()
        finish(process, signal.SIGKILL)
    again, _ = start(tmp_path / "state")
    try:
        with Sandbox(facts["url"]) as sandbox:
            kept = [child["id"] for child in sandbox.tree()[0]["children"]]
            # One more may have been done without its answer arriving.
            assert answered
            assert kept[: len(answered)] == answered
            assert len(kept) <= len(answered) + 1
            assert {len(sandbox.page(page)["blocks"]) for page in kept[-3:]} == {20}
    finally:
        assert finish(again, signal.SIGTERM) == 0


def test_a_taken_port_is_said_in_a_sentence(sandbox: Sandbox) -> None:
    port = sandbox.url.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "isms_bot.sandbox", "--port", port],
        capture_output=True,
        text=True,
        timeout=20,
        env=dict(os.environ),
    )
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr


def test_a_failed_change_leaves_no_trace(tmp_path: Path) -> None:
    world = open_world(tmp_path, seed=1)
    before = dict(world.records)
    counter = world.counter
    with pytest.raises(ZeroDivisionError), world.change():
        world.add_person("Ghost", "ghost@example.com")
        raise ZeroDivisionError
    assert world.records == before
    assert world.counter == counter
    world.close()
    again = open_world(tmp_path)
    assert [p.name for p in again.all(Person) if p.name == "Ghost"] == []
    again.close()
