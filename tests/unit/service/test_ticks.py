"""When passes are made, and what becomes of those that do not come to their end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from isms_bot.engine import PassResult, run_once
from isms_bot.errors import HeldElsewhere, Misconfigured, Transient
from isms_bot.service import BACK_OFF_MOST, Beat, Service, interval
from isms_bot.store import Store
from isms_bot.workspace import Workspace
from tests.unit.service.conftest import Stage, begin


@pytest.mark.parametrize(
    ("hour", "minutes"), [(6, 60), (7, 5), (12, 5), (19, 5), (20, 60), (0, 60)],
    ids=["before-seven", "seven", "noon", "last-hour", "evening", "midnight"],
)  # fmt: skip
def test_passes_are_frequent_by_day_and_rare_by_night(tmp_path: Path, hour: int, minutes: int) -> None:
    one = Stage(tmp_path, ("acme",)).write().workspace("acme")
    assert interval(one, hour) == minutes * 60


def test_a_pass_is_made_at_once_and_then_once_per_interval(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    passes = []
    for seconds in (0, 60, 239, 1, 300):
        stage.clock.go_on(seconds)
        service.tick()
        passes.append(service.beats["acme"].counters["passes"])
    assert passes == [1, 1, 1, 2, 3]


def test_at_night_ticks_are_skipped_until_the_night_interval_has_passed(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme",))
    stage.clock.go_on(12 * 3600)
    service = begin(stage, store)
    passes = []
    for seconds in (0, 300, 3000, 300):
        stage.clock.go_on(seconds)
        service.tick()
        passes.append(service.beats["acme"].counters["passes"])
    assert passes == [1, 1, 1, 2]


def test_an_unreachable_wiki_is_tried_again_after_one_minute_then_later_and_later(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    calls = _refusing(monkeypatch, Transient("the wiki does not answer"))
    with capture_logs() as logs:
        service.tick()
        stage.clock.go_on(59)
        service.tick()
        stage.clock.go_on(1)
        service.tick()
    assert len(calls) == 2
    assert [(line["event"], line["next_try_seconds"]) for line in logs] == [
        ("wiki_unreachable", 60.0), ("wiki_unreachable", 120.0),
    ]  # fmt: skip
    assert service.health().troubles == ("acme: the wiki does not answer",)
    monkeypatch.undo()
    stage.clock.go_on(120)
    service.tick()
    assert service.health().ready
    assert service.beats["acme"].failures == 0


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    beat = Beat(0.0)
    assert [beat.fail(0.0, "no") for _ in range(6)] == [60, 120, 240, 480, BACK_OFF_MOST, BACK_OFF_MOST]


def test_a_refused_token_is_read_again_before_the_next_try(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    _refusing(monkeypatch, Misconfigured("the token is not valid"))
    with capture_logs() as logs:
        service.tick()
    assert [line["event"] for line in logs] == ["wiki_misconfigured"]
    assert stage.opened == ["acme", "acme"]


def test_an_error_that_nobody_thought_of_does_not_starve_the_other_workspaces(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, ("acme", "beta"))
    service = begin(stage, store)
    _refusing(monkeypatch, ZeroDivisionError("planted"), only="acme")
    stage.clock.go_on(1)
    with pytest.raises(ZeroDivisionError):
        service.tick()
    stage.clock.go_on(1)
    service.tick()
    assert service.beats["beta"].counters["passes"] == 1
    assert "does not know" in service.beats["acme"].trouble


def test_the_lease_is_given_back_between_passes(tmp_path: Path, store: Store) -> None:
    service = begin(Stage(tmp_path, ("acme",)), store)
    service.tick()
    assert store.lease_holder("acme") is None


def test_a_workspace_is_taken_over_at_the_start_and_never_again(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme",))
    begin(stage, store)
    assert store.acquire("acme", "a process that hangs", 600) is not None
    with pytest.raises(HeldElsewhere):
        Service(stage.write(), store, stage.clock, stage.open).begin()
    service = Service(stage.write(), store, stage.clock, stage.open, take_over=True)
    service.begin()
    assert store.acquire("acme", "its successor", 600) is not None
    with capture_logs() as logs:
        service.tick()
    assert [line["event"] for line in logs] == ["workspace_held_elsewhere"]
    assert store.lease_holder("acme") == "its successor"
    assert not service.health().late


def _refusing(monkeypatch: pytest.MonkeyPatch, error: Exception, *, only: str | None = None) -> list[str]:
    """Make passes end with `error`; returns the workspaces for which one was tried."""
    tried = []

    def refused(workspace: Workspace, **options: Any) -> PassResult:
        tried.append(workspace.name)
        if only is None or workspace.name == only:
            raise error
        return run_once(workspace, **options)

    monkeypatch.setattr("isms_bot.service.run_once", refused)
    return tried
