"""Words in, exit code and sentences out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from isms_bot.cli import main
from isms_bot.cli.answering import hoisted
from isms_bot.cli.decide import KINDS, MEANINGS, kind_of
from isms_bot.errors import UsageError
from isms_bot.model import DecisionKind


@pytest.mark.parametrize(
    ("words", "arranged"),
    [
        (["plan", "--json"], ["--json", "plan"]),
        (["plan", "--config", "a.toml", "--at", "2027-01-01"], ["--config", "a.toml", "plan", "--at", "2027-01-01"]),
        (["--debug", "packs", "list", "--workspace=acme"], ["--debug", "--workspace=acme", "packs", "list"]),
        (["decide", "skip", "--", "--json"], ["decide", "skip", "--", "--json"]),
        (["plan", "--config"], ["--config", "plan"]),
        ([], []),
    ],
    ids=["flag-behind", "value-behind", "both-sides", "after-two-dashes", "value-missing", "nothing"],
)
def test_global_options_may_stand_anywhere(words: list[str], arranged: list[str]) -> None:
    assert hoisted(words) == arranged


def test_a_wrong_command_is_exit_code_2_with_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verifi"]) == 2
    assert "Did you mean 'verify'?" in capsys.readouterr().err


def test_with_json_a_refusal_is_an_object_on_the_last_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["status", "--json"]) == 2
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    begin = "there is no such file; check the path, or begin with `isms-bot config example > config.toml`"
    assert said == {"error": f"config.toml: {begin}", "exit_code": 2}


@pytest.mark.parametrize("words", [["plan", "--at", "tomorrow"], ["simulate"], ["undo", "last"], ["plan", "--at"]])
def test_words_that_cannot_be_read_are_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "Try `isms-bot --help`." in capsys.readouterr().err


def test_help_names_every_verb_and_asks_nothing_of_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    verbs = [line.split()[0] for line in said.partition("Commands:")[2].splitlines() if line.startswith("  ")]
    assert {"init", "check", "plan", "apply", "undo", "run", "status", "simulate", "start", "people"} <= set(verbs)
    assert {"decide", "verify", "doctor", "sandbox", "demo", "db", "packs", "config"} <= set(verbs)


@pytest.mark.parametrize("kind", list(DecisionKind), ids=lambda kind: str(kind.value))
def test_every_kind_of_decision_has_a_word_and_a_meaning(kind: DecisionKind) -> None:
    word = next(word for word, value in KINDS.items() if value == kind.value)
    assert (kind_of(word), kind_of(kind.value)) == (kind, kind)
    assert MEANINGS[kind.value].endswith(".")


def test_an_unknown_kind_of_decision_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="end-introduction"):
        kind_of("fire")


def test_packs_are_listed_and_copied_into_new_folders_only(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["packs", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["packs"]
    assert "lightweight" in [pack["name"] for pack in listed]
    assert main(["packs", "copy", "lightweight", "mine"]) == 0
    assert (tmp_path / "mine" / "pack.toml").is_file()
    assert main(["packs", "copy", "lightweight", "mine"]) == 2


def test_the_example_configuration_is_printed_as_it_ships(capsys: pytest.CaptureFixture[str]) -> None:
    from isms_bot.config import example

    assert main(["config", "example"]) == 0
    assert capsys.readouterr().out == example()


def test_the_schema_names_the_keys_of_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "schema", "--json"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "product_manager" in schema["$defs"]["WorkspaceModel"]["properties"]
