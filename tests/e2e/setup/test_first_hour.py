"""The first hour, driven by a script as people start it: from nothing to the first open job, killed in the middle, at a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from isms_bot.connector import TEST_PAGE
from tests.e2e.cli.conftest import PROGRAM
from tests.e2e.setup.conftest import DEPUTY, MANAGER, Line, SetUp, Wiki

pytestmark = pytest.mark.slow

OPENING = "2027-01-27T08:30:00+00:00"
"""A day on which the lead of the first policy review has begun."""


def typed(*lines: Line) -> str:
    """Lines as they come on standard input."""
    return "".join(f"{line}\n" for line in lines)


def reviews(wiki: Wiki) -> list[str]:
    """Keys of the jobs that were opened for the first policy review."""
    left, keys = list(wiki.sandbox.tree(wiki.site)), []
    while left:
        one = left.pop()
        left.extend(one["children"])
        if one["kind"] in ("Page", "page") and "Policy Review" in one["title"] and not one["in_trash"]:
            page = wiki.sandbox.page(one["id"])
            keys.append(str(page.get("properties", {}).get("Key") or (page.get("mark") or {}).get("Key")))
    return sorted(key for key in keys if key.startswith("policy-review/"))


def test_a_script_gets_from_nothing_to_the_first_open_job(wiki: Wiki, tmp_path: Path) -> None:
    """setup, init, decide, apply; on one platform init is a command of its own, on the others setup's offer is taken. Nobody but
    those who were picked gets a job."""
    home, at_once = wiki.home(tmp_path), wiki.part != "notion"
    team = [MANAGER, DEPUTY, "Saanvi Rao", "Joost van Dalen"]

    done = home.call("setup", "--json", said=typed(*wiki.lines(), "y" if at_once else "n"))

    assert done.code == 0, done.err
    said = done.json
    assert (said["ok"], said["mention"], said["mail"], said["people"]) == (True, True, None, team)
    assert said["made"] == (len(said["pages"]) + len(team) if at_once else None)
    assert said["blocks"] > 0
    assert said["calls"] > 0
    assert said["minutes"] > 0
    assert said["load"]["roles"]
    assert {"read", "write", "comment", "trash"} <= {line["what"] for line in said["checks"] if line["ok"]}
    assert not [title for title in wiki.titles() if title.startswith(TEST_PAGE)]
    assert stat.S_IMODE((tmp_path / "isms.token").stat().st_mode) == 0o600
    assert home.token not in home.config.read_text(encoding="utf-8")

    if not at_once:
        made = home.call("init", "--yes", "--json")
        assert (made.code, made.json["people"]) == (0, team), made.err
    assert home.call("decide", "activate", "--about", "all", "--why", "we begin", "--yes").code == 0
    wiki.sandbox.set_clock(OPENING)
    assert home.call("apply").code == 0
    assert reviews(wiki) == [f"policy-review/2027-02-08/p0{number}" for number in (1, 2, 3, 4)]


def test_killed_in_the_middle_it_leaves_no_half_configuration_and_no_test_page_after_the_next_run(
    wiki: Wiki, tmp_path: Path, set_up: SetUp
) -> None:
    """Killed while the test page with the mention stands and the question is open."""
    home = wiki.home(tmp_path)
    running = subprocess.Popen(
        [PROGRAM, "setup"], cwd=tmp_path, env=home.environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stderr is not None
    running.stdin.write(typed(*wiki.lines()[:-1]).encode())
    running.stdin.flush()
    heard = ""
    while "Did it arrive?" not in heard:
        assert select.select([running.stderr], [], [], 60)[0], heard
        heard += os.read(running.stderr.fileno(), 65536).decode()
        assert running.poll() is None, heard
    running.kill()
    running.communicate()
    assert [title for title in wiki.titles() if title.startswith(TEST_PAGE)]
    assert list(tmp_path.iterdir()) == []

    done = set_up(said=[*wiki.lines(), "n"])

    assert done.code == 0, done.err
    assert "The test page of an earlier run was put into the trash." in done.err
    assert not [title for title in wiki.titles() if title.startswith(TEST_PAGE)]


def test_a_person_at_a_terminal_sees_no_secret_and_can_stop(notion: Wiki, tmp_path: Path) -> None:
    home = notion.home(tmp_path)
    pid, terminal = pty.fork()
    if pid == 0:  # the child becomes the program
        os.chdir(tmp_path)
        # Whoever runs these tests in the background has Ctrl-C ignored, and would leave that to the program.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.execve(PROGRAM, [str(PROGRAM), "setup"], home.environment())
    heard = ""

    def until(words: str) -> None:
        nonlocal heard
        while words not in heard:
            assert select.select([terminal], [], [], 60)[0], heard
            heard += os.read(terminal, 65536).decode()

    for question, said in (
        ("to live", notion.address),
        ("Or none for now", "none"),
        ("be kept", ""),
        ("of the file", ""),
        ("not shown", home.token),
    ):
        until(question)
        os.write(terminal, f"{said}\n".encode())
    until("Where is the team?")
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)

    assert os.waitstatus_to_exitcode(status) == 130
    assert home.token not in heard
    assert notion.address in heard
    assert list(tmp_path.iterdir()) == []
