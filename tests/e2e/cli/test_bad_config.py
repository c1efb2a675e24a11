"""A configuration that cannot be used: said by file and line, and nothing is written. All that may be wrong: tests/unit/cli."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.cli.conftest import CONFIG, Home

SOUND = CONFIG.format(root="https://wiki.example.com/ISMS-0123456789abcdef0123456789abcdef", api="http://127.0.0.1:9")


def test_a_broken_configuration_is_exit_code_2_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SOUND.replace("timezone =", "timezon ="), encoding="utf-8")
    said = Home(tmp_path).call("init", "--yes")
    assert said.code == 2
    assert 'config.toml:6: workspaces.acme.timezon: unknown key, did you mean "timezone"?' in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_token_that_is_not_there_is_said_before_a_store_is_made(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SOUND.replace("PLANTED_TOKEN", "PLANTED_NOWHERE"), encoding="utf-8")
    said = Home(tmp_path).call("apply", "--json")
    assert said.code == 2
    assert said.json["exit_code"] == 2
    assert "config.toml:5: workspaces.acme.token: PLANTED_NOWHERE is not set" in said.json["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
