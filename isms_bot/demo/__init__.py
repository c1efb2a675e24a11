"""`demo`: the main job on a sandbox, no account needed: an empty workspace, six people, a year in seconds, told at the end."""

from __future__ import annotations

import json as jsonlib
import logging
import signal
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

import structlog

from isms_bot import bootstrap
from isms_bot.demo import place
from isms_bot.demo.player import PASS, Player
from isms_bot.demo.story import START, TEAM, Story
from isms_bot.demo.telling import Counts, Telling
from isms_bot.demo.wikis import wiki
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running

__all__ = ["run"]

WIDTH = 110
INTERRUPTED = 1


def run(
    on: str = "notion",
    seed: int = 1,
    serve: bool = True,
    state: Path | None = None,
    json: bool = False,
    out: TextIO | None = None,
) -> int:
    """Play the year and tell it; returns the exit code (0, or 1 where an earlier demo in `state` did not come to its end).

    Story and table go to `out` (default stdout); with `json` they go to stderr, and the last line of `out` is the counts of
    `isms_bot.demo.telling.counts` as one object. Progress goes to stderr. With `serve` the workspace can be looked at until
    SIGINT or SIGTERM. `state`: a folder that keeps configuration, store and sandbox; without it nothing is left behind. A demo
    that is in `state` already is never touched. Raises UsageError for a wiki that has no sandbox here.
    """
    answer = out or sys.stdout
    told = sys.stderr if json else answer
    wiki(on)
    if state is not None:
        found = place.earlier(state)
        if found is not None:
            return _found(state, found, json=json, told=told, answer=answer)
        place.prepare(state)
    with _quiet(), _asked_to_stop():
        try:
            if state is not None:
                _play(state, on, seed, serve=serve, json=json, kept=True, told=told, answer=answer)
            else:
                with tempfile.TemporaryDirectory(prefix="isms-bot-demo-") as folder:
                    _play(Path(folder), on, seed, serve=serve, json=json, kept=False, told=told, answer=answer)
        except KeyboardInterrupt:
            _say(
                told,
                "",
                "Stopped before the end of the year." + (f" What is there is kept in {state}." if state else ""),
            )
            return 130
    return 0


def _play(
    folder: Path, on: str, seed: int, *, serve: bool, json: bool, kept: bool, told: TextIO, answer: TextIO
) -> None:
    people = [{"name": member.name, "email": member.mail} for member in TEAM]
    began = datetime.combine(START, PASS) - timedelta(minutes=5)
    with running(
        state=folder if kept else None, seed=seed, people=people, now=began.astimezone(UTC).isoformat()
    ) as box:
        telling = _year(folder, box, on, seed)
        counts = telling.counts
        if kept:
            place.keep(folder, seed, counts)
        _tell(telling, told)
        if kept:
            _say(told, "", f"It is kept. To serve it again: isms-bot sandbox --state {place.quoted(folder)}")
            _say(told, f"While it is served: isms-bot --config {place.quoted(folder / place.CONFIG)} plan, and so on.")
        if serve:
            _say(told, "", f"Look around at {box.url}/ (tree and pages). Ctrl-C ends it.")
        if json:
            _answer(answer, counts)
        if serve:
            _wait()
            _say(told, "", "Goodbye. Nothing is left running." + ("" if kept else " Nothing was kept either."))


def _year(folder: Path, box: Sandbox, on: str, seed: int) -> Telling:
    config = place.configure(folder, box, wiki(on))
    with place.opened(config) as (workspace, clock):
        _progress("Bringing the ISMS into an empty workspace ...")
        made = bootstrap.init(workspace, lambda _sentence: None)
        calls = workspace.connector.calls
        player = Player(box, config, workspace, clock, Story(seed))
        player.year.set_up_pages, player.year.set_up_calls = made, calls
        year = player.play(_progress)
        return Telling(workspace, year)


def _tell(telling: Telling, out: TextIO) -> None:
    for sentence in telling.sentences():
        _say(out, "", *textwrap.wrap(sentence, WIDTH))
    _say(out, "", *telling.table(), "", telling.cost())


def _found(state: Path, found: place.Finished, *, json: bool, told: TextIO, answer: TextIO) -> int:
    """A demo is there already: say how to look at it, how to go on, how to start anew."""
    folder, config = place.quoted(state), state / place.CONFIG
    if found.counts is None:
        _say(told, f"A demo was begun in {folder} and did not come to its end. It is left as it is.")
        if config.exists():
            _say(told, f"To go on with its workspace: isms-bot sandbox --state {folder}")
            _say(told, f"and, while that runs: isms-bot --config {place.quoted(config)} apply")
    else:
        _say(told, f"A finished demo (seed {found.seed}) is in {folder}. It is left as it is.")
        _say(told, f"To look at it: isms-bot sandbox --state {folder}")
    _say(told, "To start anew: give --state another folder, or remove this one.")
    if found.counts is None:
        return INTERRUPTED
    if json:
        _answer(answer, dict(found.counts))
    return 0


def _answer(out: TextIO, counts: Counts) -> None:
    _say(out, jsonlib.dumps(counts))


def _say(out: TextIO, *lines: str) -> None:
    for line in lines:
        out.write(line + "\n")
    out.flush()


def _progress(sentence: str) -> None:
    _say(sys.stderr, sentence)


def _wait() -> None:
    """Until SIGINT or SIGTERM."""
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


@contextmanager
def _asked_to_stop() -> Iterator[None]:
    """SIGTERM ends a demo as Ctrl-C does, so that nothing is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _quiet() -> Iterator[None]:
    """The demo tells its story itself: passes are not logged meanwhile."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**before)
