"""The configuration of a running service: edits are followed, broken ones are refused and the last good one stays."""

from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from isms_bot.store import Store
from tests.unit.service.conftest import Stage, begin


def test_a_sound_edit_counts_from_the_next_tick_on(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    stage.path.write_text(stage.path.read_text(encoding="utf-8") + "pass_minutes = 7\n", encoding="utf-8")
    with capture_logs() as logs:
        service.tick()
    assert "configuration_read" in [line["event"] for line in logs]
    assert service.config.workspace("acme").pass_minutes == 7
    assert not service.health().config_kept


def test_a_broken_edit_is_said_once_and_the_last_good_configuration_stays(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    sound = stage.path.read_text(encoding="utf-8")
    stage.path.write_text(sound.replace("timezone", "timezon"), encoding="utf-8")
    with capture_logs() as logs:
        service.tick()
        service.tick()
    refused = [line for line in logs if line["event"] == "configuration_refused"]
    assert len(refused) == 1
    assert 'did you mean "timezone"?' in refused[0]["why"]
    assert service.config.workspace("acme").timezone == "Europe/Amsterdam"
    assert service.beats["acme"].counters["passes"] == 1
    assert service.health().config_kept
    stage.path.write_text(sound, encoding="utf-8")
    service.tick()
    assert service.config.path == stage.path


def test_a_workspace_that_is_taken_out_gets_no_more_passes(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme", "beta"))
    service = begin(stage, store)
    service.tick()
    stage.names = ("beta",)
    stage.write()
    stage.clock.go_on(300)
    service.tick()
    assert list(service.beats) == ["beta"]
    assert service.beats["beta"].counters["passes"] == 2


def test_settings_that_need_a_new_start_are_said(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    stage.write("\n[service]\nhealth_port = 18080\n")
    with capture_logs() as logs:
        service.tick()
    assert "restart_needed" in [line["event"] for line in logs]
