"""`run`: the process that makes passes by itself."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from isms_bot.sandbox.client import Sandbox
from isms_bot.store import Store
from tests.e2e.cli.conftest import CONFIG, PROGRAM, Home, settle

pytestmark = pytest.mark.slow

TRIES = 100


def _until(url: str, wanted: str, value: object) -> dict[str, object]:
    """Ask until the answer says so; fails after ten seconds or so."""
    transport = httpx.HTTPTransport(retries=5)
    with httpx.Client(transport=transport, timeout=5) as client:
        said: dict[str, object] = {}
        for _ in range(TRIES):
            try:
                said = client.get(url).json()
            except httpx.TransportError:
                said = {}
            if said.get(wanted) == value:
                return said
            signal.sigtimedwait([], 0.1)
    raise AssertionError(f"{url} never said {wanted} = {value}; last: {said}")


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        number: int = sock.getsockname()[1]
        return number


@pytest.fixture
def running_home(furnished: Home, sandbox: Sandbox, port: int) -> Iterator[tuple[Home, subprocess.Popen[str]]]:
    """`run` at work in the furnished folder, with health on `port`."""
    home = settle(furnished.folder, sandbox, f"\n[service]\nhealth_port = {port}\n")
    process = home.begin("run")
    try:
        yield home, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=20)


def test_run_makes_passes_follows_edits_and_ends_on_sigterm(
    running_home: tuple[Home, subprocess.Popen[str]], port: int
) -> None:
    home, process = running_home
    base = f"http://127.0.0.1:{port}"
    ready = _until(f"{base}/readyz", "ready", True)
    assert ready["troubles"] == []
    assert 'isms_bot_passes_total{workspace="acme"} 1' in httpx.get(f"{base}/metrics", trust_env=False).text
    assert httpx.get(f"{base}/livez", trust_env=False).status_code == 200

    second = home.call("run")
    assert second.code == 75
    assert "held by pid" in second.err

    sound = home.config.read_text(encoding="utf-8")
    home.config.write_text(sound.replace("timezone", "timezon"), encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    assert _until(f"{base}/readyz", "last_good_configuration_kept", True)["ready"] is True
    home.config.write_text(sound + "# a comment\n", encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    _until(f"{base}/readyz", "last_good_configuration_kept", False)

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in lines] == [
        "health_answers", "service_started", "pass_completed", "configuration_refused", "configuration_read",
        "service_stopping", "service_stopped",
    ]  # fmt: skip
    assert home.token not in err


def test_while_run_holds_the_store_it_does_what_other_calls_ask_for(
    running_home: tuple[Home, subprocess.Popen[str]], port: int
) -> None:
    home, process = running_home
    _until(f"http://127.0.0.1:{port}/readyz", "ready", True)

    begin = ("--json", "decide", "activate", "--about", "all", "--why", "we begin")
    asked = home.call(*begin)
    assert asked.code == 2, asked.out
    assert "say --yes" in asked.err
    decided = home.call(*begin, "--yes")
    assert decided.code == 0, decided.err
    assert decided.json["counts"] is True
    assert "asking that process" in decided.err

    wrong = home.call("decide", "skip", "--about", "no-such-thing")
    assert wrong.code == 2
    assert "no-such-thing" in wrong.err

    begun = home.call("--json", "start", "computer-check", "--for", "saanvi@example.com", "--key", "lost-laptop")
    assert begun.code == 0, begun.err
    key = "computer-check/lost-laptop/p03"
    assert begun.json["opened"] == [key]

    number = str(begun.json["pass"])
    shown = home.call("undo", number)
    assert shown.code == 2
    assert f"trash {key}" in shown.out
    assert "say --yes" in shown.err
    undone = home.call("--json", "undo", number, "--yes")
    assert undone.code == 0, undone.err
    assert undone.json["undone"] == [key]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert home.call("--json", "status").json["introduction"]["on"] is True
    assert not list(home.state.glob("requests/*"))


def test_run_refuses_a_first_pass_over_a_real_wiki_that_nobody_has_seen(tmp_path: Path) -> None:
    home = Home(tmp_path)
    root = "https://app.notion.com/p/ISMS-0123456789abcdef0123456789abcdef"
    real = "".join(line for line in CONFIG.splitlines(keepends=True) if not line.startswith("api"))
    home.config.write_text(real.format(root=root), encoding="utf-8")
    Store.open(f"sqlite:///{home.state / 'isms-bot.sqlite3'}", create=True).close()
    said = home.call("run")
    assert said.code == 2
    assert "`isms-bot plan`, then `isms-bot apply`" in said.err


def test_apply_takes_no_other_day_on_a_real_wiki(tmp_path: Path) -> None:
    home = Home(tmp_path)
    real = "".join(line for line in CONFIG.splitlines(keepends=True) if not line.startswith("api"))
    home.config.write_text(real.format(root="0123456789abcdef0123456789abcdef"), encoding="utf-8")
    said = home.call("apply", "--at", "2027-01-05")
    assert said.code == 2
    assert "sandbox only" in said.err


def test_sandbox_says_in_its_first_line_where_it_is_and_ends_on_sigterm(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [PROGRAM, "sandbox", "--json", "--state", "world"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        assert httpx.get(f"{facts['url']}/_sandbox/", trust_env=False).json()["url"] == facts["url"]
        assert facts["notion"]["token"]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=20)
