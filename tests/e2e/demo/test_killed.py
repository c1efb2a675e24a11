"""A demo that is killed in the middle of opening a job leaves a workspace that goes on without a double."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from isms_bot.config import load
from isms_bot.demo import place
from isms_bot.model import PageState, Source
from isms_bot.sandbox.client import Sandbox
from tests.e2e.demo.playing import Playing, playing, snapshot

pytestmark = pytest.mark.slow

TRIES = 4000
PAUSE = 0.05


def opening(folder: Path) -> bool:
    """True while the bot is between the intent to open a job and its outcome."""
    with sqlite3.connect(f"file:{folder / 'state' / 'isms-bot.sqlite3'}?mode=ro", uri=True) as store:
        found = store.execute("SELECT count(*) FROM intent WHERE state = 'claimed' AND key LIKE 'open:%'").fetchone()
    store.close()
    return bool(found[0])


def wait_for(happened: object, demo: Playing) -> None:
    assert callable(happened)
    for _ in range(TRIES):
        if happened():
            return
        assert demo.process.poll() is None, "\n".join(demo.err)
        time.sleep(PAUSE)
    raise AssertionError("it did not happen")


def answers(box: Sandbox) -> list[object]:
    """What was answered to the requests for a page so far; None to one that hangs."""
    return [one["status"] for one in box.requests() if (one["method"], one["path"]) == ("POST", "/v1/pages")]


@pytest.mark.parametrize(
    ("month", "after_the_page"),
    [
        pytest.param("March", True, id="page made, outcome unknown"),
        pytest.param("January", False, id="page not made", marks=pytest.mark.long),
    ],
)
def test_a_killed_demo_goes_on_without_a_double(tmp_path: Path, month: str, after_the_page: bool) -> None:
    folder = tmp_path / "kept"
    with playing("demo", "--no-serve", "--state", folder, temporary=tmp_path) as demo:
        demo.line(f"{month} 2027: ")
        with Sandbox(load(folder / place.CONFIG).workspace(place.NAME).settings.api) as box:
            # The request for a page hangs two seconds: time to see to it that nothing is answered after it.
            effect = {"effect": "gateway_timeout", "commit": True} if after_the_page else {"effect": "delay"}
            box.clear_requests()
            box.faults({**effect, "method": "POST", "path": "^/v1/pages$", "seconds": 2, "times": None})
            wait_for(lambda: opening(folder) and answers(box)[-1:] == [None], demo)
            if after_the_page:
                box.faults({"effect": "delay", "path": "^/v1/", "seconds": 60, "times": None})
                wait_for(lambda: 504 in answers(box), demo)
            assert opening(folder)
        demo.kill()
        assert demo.ended() != 0

    before = snapshot(folder)
    with playing("demo", "--no-serve", "--state", folder, temporary=tmp_path) as again:
        assert again.ended() == 1
        assert "did not come to its end" in "\n".join(again.out)
    assert snapshot(folder) == before

    with playing("sandbox", "--state", folder, "--json", temporary=tmp_path) as sandbox:
        facts = json.loads(sandbox.line("{"))
        assert facts["url"] == load(folder / place.CONFIG).workspace(place.NAME).settings.api
        with Sandbox(facts["url"]) as box:
            for _ in range(2):
                with playing("--config", folder / place.CONFIG, "apply", temporary=tmp_path) as apply:
                    assert apply.ended() in (0, 4), "\n".join(apply.err)
                following = datetime.combine(box.clock().date(), datetime.min.time(), UTC) + timedelta(days=1, hours=8)
                box.set_clock(following + timedelta(minutes=5))
            with playing("--config", folder / place.CONFIG, "apply", temporary=tmp_path) as apply:
                assert apply.ended() == 0, "\n".join([*apply.out, *apply.err])
            with place.opened(load(folder / place.CONFIG)) as (workspace, _):
                history = workspace.history
                keys = Counter(
                    page.mark.key
                    for page in workspace.connector.observe(Source.JOBS, None).pages
                    if page.mark and page.state is PageState.LIVE
                )
                unfinished = set(history.unfinished())
                assert unfinished
                assert unfinished <= set(keys)
                assert set(keys.values()) == {1}
                assert set(keys) <= set(history.contracts)
                assert unfinished <= set(history.pages)
                assert workspace.ledger.verify().problems == ()
