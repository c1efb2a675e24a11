"""Whatever is wrong with the configuration is said by file and line with exit code 2, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from isms_bot.cli import main

SOUND = """\
[workspaces.acme]
connector = "notion"
root = "https://wiki.example.com/ISMS-0123456789abcdef0123456789abcdef"
api = "http://127.0.0.1:9"
token = { env = "PLANTED_TOKEN" }
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "lightweight"
schedules = ["own.toml"]
product_manager = "mira@example.com"
"""
OWN = """\
[[schedule]]
id = "visitor-book"
procedure = "Visitor book check"
assign = "role:operations"
every = "1 month"
start = 2027-01-05
"""
CASES = {
    "broken TOML": ("config.toml", 'connector = "notion"', 'connector = "notion', "config.toml:2"),
    "unknown key": ("config.toml", "timezone =", "timezon =", 'did you mean "timezone"?'),
    "wrong type": ("config.toml", 'timezone = "Europe/Amsterdam"', "timezone = 7", "config.toml:6"),
    "unknown connector": ("config.toml", '"notion"', '"notoin"', 'did you mean "notion"?'),
    "unknown zone": ("config.toml", "Europe/Amsterdam", "Europe/Amsterdm", 'did you mean "Europe/Amsterdam"?'),
    "token in clear": ("config.toml", '{ env = "PLANTED_TOKEN" }', '"ntn_in_clear_and_planted"', "config.toml:5"),
    "no such pack": ("config.toml", '"lightweight"', '"lightwait"', 'did you mean "lightweight"?'),
    "impossible date": ("own.toml", "2027-01-05", "2027-02-30", "own.toml:6"),
    "duplicate id": ("own.toml", OWN, OWN + OWN, "visitor-book"),
    "unknown role": ("own.toml", "role:operations", "role:operatons", 'did you mean "operations"?'),
    "finer than a day": ("own.toml", '"1 month"', '"1 hour"', "own.toml:5"),
    "lead and grace too long": ("own.toml", "start =", 'lead = "3 weeks"\ngrace = "3 weeks"\nstart =', "= 42 days"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands are given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANTED_TOKEN", "ntn_planted_token_of_nobody")
    return tmp_path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_a_broken_configuration_is_exit_code_2_and_writes_nothing(
    case: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, old, new, sentence = CASES[case]
    texts = {"config.toml": SOUND, "own.toml": OWN}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert main(["init", "--yes"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert f"{file}:" in said.err
    assert "ntn_in_clear" not in said.err
    assert sorted(path.name for path in folder.iterdir()) == ["config.toml", "own.toml"]


def test_the_sound_configuration_is_sound(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "config.toml").write_text(SOUND, encoding="utf-8")
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    assert main(["config", "check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "config.toml is sound."
