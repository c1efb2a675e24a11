"""The configuration that `setup` writes: sound, commented, whole or not at all, and kind to what stands there already."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from isms_bot.config import SecretRef, load
from isms_bot.connector import AccountInfo, Place
from isms_bot.errors import ConfigError
from isms_bot.setup.answers import Answers, Kept
from isms_bot.setup.writing import OWNER_ONLY, difference, document, rendered, write_config, write_whole

ROOT = "https://app.notion.com/p/ISMS-0123456789abcdef0123456789abcdef"
SECRET = "ntn_planted_token_of_nobody"
MIRA = AccountInfo("acc-1", "Mira", "mira@example.com", is_person=True)
NOAH = AccountInfo("acc-2", "Noah", None, is_person=True)


def answers(**changes: object) -> Answers:
    made = Answers(
        "isms", "notion", Place("Notion", {}, "", "NOTION_TOKEN"), {"root": ROOT}, Kept(SecretRef(file="isms.token"), SECRET),
        (MIRA, NOAH), "NL", "NL", "Europe/Amsterdam", "en", MIRA, NOAH, (MIRA, NOAH), "lightweight",
        Kept(SecretRef(env="MAIL"), "mailto://localhost"),
    )  # fmt: skip
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_config(path, rendered(answers(), None))

    one = load(path).workspace()

    assert (one.name, one.connector, one.token) == ("isms", "notion", SecretRef(file="isms.token"))
    assert (one.product_manager, one.deputy, one.team) == ("mira@example.com", "acc-2", ("mira@example.com", "acc-2"))
    assert one.mail is not None
    assert one.mail.server == SecretRef(env="MAIL")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["config.toml"]


def test_no_secret_stands_in_it_and_each_line_says_what_it_is() -> None:
    text = rendered(answers(), None)
    lines = [line for line in text.splitlines() if " = " in line and not line.startswith("#")]

    assert SECRET not in text
    plain = (
        "connector",
        "timezone",
        "language",
        "team",
    )  # they say it themselves; what team is stands behind its last line
    assert [line for line in lines if "  # " not in line and not line.startswith(plain)] == []
    assert "# Noah" in text, "an account id tells nobody who that is"


def test_what_was_left_out_stands_there_as_a_comment() -> None:
    text = rendered(answers(deputy=None, team=None, mail=None), None)

    assert "\n# deputy = " in text
    assert "\n# team = " in text
    assert "\n# introduction = " in text


PRESENT = """\
# ours
[workspaces.isms]
connector = "notion"       # the wiki
root = "0123456789abcdef0123456789abcdee"
token = { env = "OLD" }
timezone = "UTC"           # Greenwich
pass_minutes = 7           # we are slow
product_manager = "someone@example.com"
deputy = "other@example.com"

[store]
url = "sqlite:///elsewhere.sqlite3"
"""


def test_a_file_that_is_there_keeps_its_comments_and_what_nobody_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    text = rendered(answers(deputy=None), document(PRESENT, path))
    write_config(path, text)

    config = load(path)
    for kept in (
        "# ours",
        "# the wiki",
        "# Greenwich",
        "pass_minutes = 7           # we are slow",
        "elsewhere.sqlite3",
    ):
        assert kept in text
    assert config.workspace().timezone == "Europe/Amsterdam"
    assert config.workspace().deputy is None
    assert "other@example.com" not in text


def test_another_workspace_is_added_beside_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_config(path, rendered(answers(workspace="two"), document(PRESENT, path)))

    assert list(load(path).workspaces) == ["isms", "two"]
    assert load(path).workspace("isms").product_manager == "someone@example.com"


def test_the_same_answers_change_nothing() -> None:
    first = rendered(answers(), None)

    assert rendered(answers(), document(first, Path("config.toml"))) == first
    assert difference(first, first, Path("config.toml")) == ""


def test_a_difference_shows_both_sides() -> None:
    shown = difference(PRESENT, rendered(answers(), document(PRESENT, Path("config.toml"))), Path("config.toml"))

    assert '-timezone = "UTC"           # Greenwich' in shown
    assert '+timezone = "Europe/Amsterdam"           # Greenwich' in shown


def test_a_file_that_is_no_toml_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: is no TOML"):
        document("[workspaces", Path("config.toml"))


def test_a_configuration_that_is_not_sound_never_takes_the_place_of_one_that_is(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_config(path, rendered(answers(), None))
    before = path.read_text(encoding="utf-8")

    with pytest.raises(ConfigError):
        write_config(path, before.replace('"lightweight"', '"heavyweight"'))

    assert path.read_text(encoding="utf-8") == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["config.toml"]


def test_a_secret_is_readable_by_its_owner_alone_from_the_first_byte(tmp_path: Path) -> None:
    file = tmp_path / "isms.token"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)

    write_whole(file, SECRET, mode=OWNER_ONLY)

    assert stat.S_IMODE(file.stat().st_mode) == OWNER_ONLY
    assert file.read_text(encoding="utf-8") == SECRET


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text("old", encoding="utf-8")

    def broken(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(ConfigError, match="No space left on device"):
        write_whole(file, "new")

    assert file.read_text(encoding="utf-8") == "old"


def test_a_link_stays_one(tmp_path: Path) -> None:
    file, link = tmp_path / "real.toml", tmp_path / "config.toml"
    file.write_text("old", encoding="utf-8")
    link.symlink_to(file)

    write_whole(link, "new")

    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be written"):
        write_whole(tmp_path / "file" / "config.toml", "x")
