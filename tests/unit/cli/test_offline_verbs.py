"""Verbs that call nobody: what they say from configuration and store alone."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from isms_bot import config
from isms_bot.cli import main
from isms_bot.cli.check import _expiry, _language
from isms_bot.ledger import Draft, Ledger
from isms_bot.store import Store

CONFIG = """\
[workspaces.acme]
connector = "notion"
root = "0123456789abcdef0123456789abcdef"
token = { env = "PLANTED_NOWHERE" }
timezone = "Europe/Amsterdam"
pack = "lightweight"
product_manager = "mira@example.com"
"""
NOON = datetime(2027, 1, 4, 11, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands are given."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def database(folder: Path) -> Path:
    """A store with two rows in its ledger."""
    file = folder / "state" / "isms-bot.sqlite3"
    with Store.open(f"sqlite:///{file}", create=True) as store:
        rows = [
            Draft("person", "p01", {"roster": "p01", "page": "a"}),
            Draft("person", "p02", {"roster": "p02", "page": "b"}),
        ]
        Ledger(store, "acme").append_many(rows, at=NOON)
    return file


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    said: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return said


def test_simulate_needs_nothing_but_the_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", "--from", "2027-01-04", "--until", "2027-03-31", "--end-introduction", "2027-02-28"]
    assert main(words) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Not in force yet, counted as if activated on 2027-01-04: policy-review")
    assert "2027-02-09  policy-review for team-member: opens 2027-01-26, grace until 2027-02-23, 20 minutes" in said
    assert "From 2027-01-04 to 2027-03-31:" in said
    assert "  operations (counted as one person): 3 jobs; one of them has 4 jobs and 4 hours in all" in said
    assert said[-1] == "  nothing would have been noted so far"
    assert not (folder / "state").exists()


TEN = "product-manager, 4 developer, developer+recovery-team, 2 operations + recovery-team, 2"


def test_simulate_says_what_a_year_asks_of_one_person_in_each_role(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures by which the pack is described, for a team of ten that is not in any wiki yet."""
    words = ["simulate", "--from", "2027-01-04", "--until", "2029-01-03", "--team", TEN]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "  developer (5 people): 12 jobs; one of them has 10.6 jobs and 9.2 hours in all" in said
    assert "  team-member (all 10): 80 jobs; whoever has no other role has 8 jobs and 7 hours in all" in said
    assert "  Together: 119 jobs, 110.6 hours" in said
    assert main([*words, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out.splitlines()[-1])["years"]
    assert (first["from"], first["until"], second["until"]) == ("2027-01-04", "2028-01-03", "2029-01-03")
    assert second["roles"]["operations"] == {
        "people": 2,
        "jobs": 20,
        "hours": 18.3,
        "jobs_each": 19.0,
        "hours_each": 19.0,
    }
    assert set(second["busiest_week"]) == {"monday", "role", "jobs", "hours"}


@pytest.mark.parametrize(
    ("people", "what"),
    [
        ("2 oprations", 'no role "oprations"; did you mean "operations"?'),
        ("operations,,2", '"" is no group of people'),
        ("two operations", '"two operations" is no group of people'),
    ],
)
def test_simulate_says_what_is_wrong_with_a_team(
    folder: Path, people: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "--until", "2029-01-03", "--team", people]) == 2
    assert what in capsys.readouterr().err


def test_status_says_which_items_are_in_force_and_which_comes_next(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def in_force(about: str, on: str) -> None:
        with Store.open(f"sqlite:///{database}") as store:
            Ledger(store, "acme").append("activated", about, {"about": about, "on": on}, at=NOON)

    assert main(["status"]) == 0
    assert "Next: location-of-information, of 13 not in force" in capsys.readouterr().out
    in_force("location-of-information", "2026-11-02")
    in_force("backups", "2026-11-09")
    in_force("authentication", "2099-01-05")
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    assert "In force since 2026-11-02: location-of-information\nIn force since 2026-11-09: backups" in said
    assert "Comes into force on 2099-01-05: authentication" in said
    assert "Next: purpose-and-review, of 10 not in force (`isms-bot decide activate --about next`)" in said
    assert "  access-review: nothing open  (not in force)" in said
    assert "  backup-restore-test: nothing open\n" in said
    assert main(["status", "--json"]) == 0
    items = answer(capsys)["items"]
    assert isinstance(items, dict)
    assert (items["next"], len(items["left"])) == ("purpose-and-review", 10)


def test_simulate_refuses_a_period_that_ends_before_it_begins(folder: Path) -> None:
    assert main(["simulate", "--from", "2027-02-01", "--until", "2027-01-01"]) == 2


def test_status_says_what_is_remembered_without_a_token(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    assert "Not set up yet: run `isms-bot init`." in said
    assert "  policy-review: nothing open  (not in force)" in said
    assert "Introduction: on, its end is not decided" in said
    assert "Ledger: 2 rows" in said


def test_verify_holds_and_says_the_head_to_keep(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--json"]) == 0
    said = answer(capsys)
    head = said["head"]
    assert isinstance(head, dict)
    assert head["rows"] == 2
    assert main(["verify", "--head", f"{head['rows']}:{head['hash']}"]) == 0


def test_verify_finds_a_row_that_was_changed(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(database) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE ledger SET key = 'p09' WHERE seq = 2")
    connection.close()
    assert main(["verify"]) == 5
    assert "!! " in capsys.readouterr().out


def test_verify_finds_a_tail_that_was_cut_off_by_a_head_kept_elsewhere(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--head", f"3:{'0' * 64}", "--json"]) == 5
    assert answer(capsys)["ok"] is False


def test_verify_takes_a_head_only_as_it_says_it(database: Path) -> None:
    assert main(["verify", "--head", "tail"]) == 2


def test_a_ledger_of_a_newer_version_is_a_sentence(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(f"sqlite:///{database}") as store:
        Ledger(store, "acme").append("of-tomorrow", "x", {}, at=NOON)
    assert main(["status"]) == 1
    assert "install that version" in capsys.readouterr().err


def test_a_backup_is_made_once_and_never_over_another_file(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "backup", "copy.sqlite3", "--json"]) == 0
    assert answer(capsys) == {"path": "copy.sqlite3", "bytes": Path("copy.sqlite3").stat().st_size}
    assert main(["db", "backup", "copy.sqlite3"]) == 1


def test_an_upgrade_says_the_version_reached(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "upgrade", "--json"]) == 0
    assert answer(capsys)["schema"]


@pytest.mark.parametrize("words", [["db", "upgrade"], ["db", "backup", "x"], ["status"], ["verify"], ["run"]])
def test_without_a_store_a_verb_that_needs_one_says_who_makes_it(
    folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTED_NOWHERE", "planted")
    assert main(words) == 1
    assert "no store" in capsys.readouterr().err
    assert not (folder / "state").exists()


@pytest.mark.parametrize(
    ("expires", "ok"),
    [(None, []), (date(2027, 1, 4), [False]), (date(2027, 1, 20), [False]), (date(2027, 6, 1), [True])],
    ids=["not-said", "over", "soon", "later"],
)
def test_check_says_in_time_that_a_token_runs_out(expires: date | None, ok: list[bool]) -> None:
    assert [line.ok for line in _expiry(expires, date(2027, 1, 4))] == ok


def test_packs_tell_what_they_answer_and_in_which_languages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "packs", "list"]) == 0
    packs = {one["name"]: one["translations"] for one in answer(capsys)["packs"]}  # type: ignore[attr-defined]
    assert packs == {"iso27001": {}, "lightweight": {"nl": 2}}
    assert main(["packs", "show", "lightweight"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Lightweight information security, version 1, pages in nl: 2 of 56"
    assert "  backups: applies to everyone" in said
    assert "  production-data: Nothing is in use yet, so there is no production data." in said
    assert "OWASP Top 10:2025 (owasp):" in said
    assert "  A07: authentication, app-vulnerability-check" in said
    assert main(["--json", "packs", "show", "iso27001"]) == 0
    told = answer(capsys)["mappings"]["controls"]  # type: ignore[index]
    assert told["refers_to"].startswith("ISO/IEC 27001:2022")
    assert told["schedules"]["A.8.13"] == ["backup-restore-test"]
    assert "sop-04-operational-security" in told["pages"]["A.8.13"]


def test_a_pack_is_copied_shown_and_used_by_its_path(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`packs copy`, then a page of one's own: the configuration names the folder, and every verb takes it."""
    assert main(["packs", "copy", "lightweight", "own"]) == 0
    assert 'pack = "./own"' in capsys.readouterr().out
    page = folder / "own" / "pages" / "backups.md"
    page.write_text(page.read_text(encoding="utf-8").replace("title: Backups", "title: Copies"), encoding="utf-8")
    assert main(["packs", "show", "./own"]) == 0
    capsys.readouterr()
    config = folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"lightweight"', '"./own"'), encoding="utf-8")
    assert main(["simulate", "--from", "2027-01-04", "--until", "2027-02-28"]) == 0
    assert main(["packs", "copy", "lightweight", "own"]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", ["2 of 56 pages of lightweight come in nl, the others in en."]),
        ("de", ["0 of 56 pages of lightweight come in de, the others in en."]),
        ("en-US", []),
    ],
)
def test_check_says_in_which_language_pages_will_come(folder: Path, language: str, said: list[str]) -> None:
    path = folder / "config.toml"
    path.write_text(CONFIG + f'language = "{language}"\n', encoding="utf-8")
    assert [line.sentence for line in _language(config.load(path).workspace())] == said
