"""Edits are noticed in every file that was read, and a broken edit leaves the last good configuration alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from isms_bot.config import changed, load, reload
from isms_bot.errors import ConfigError

Build = Callable[..., Path]


@pytest.mark.parametrize(
    "file",
    ["config.toml", "schedules/own.toml", "pack/pack.toml", "pack/schedules.toml", "pack/pages/restore-test.md"],
)
def test_an_edit_of_any_file_is_noticed(build: Build, file: str) -> None:
    path = build()
    config = load(path)
    assert not changed(config)
    edited = path.parent / file
    edited.write_text(edited.read_text() + "\n")
    assert changed(config)
    again = reload(config)
    assert not changed(again)
    assert again.digest != config.digest


@pytest.mark.parametrize("file", ["schedules/new.toml", "pack/pages/new.md"])
def test_a_new_file_is_noticed(build: Build, file: str) -> None:
    path = build()
    config = load(path)
    (path.parent / file).write_text("")
    assert changed(config)


@pytest.mark.parametrize("file", ["config.toml", "schedules/own.toml", "pack/pages/backups.md", "pack/pack.toml"])
def test_a_file_that_is_gone_is_noticed(build: Build, file: str) -> None:
    path = build()
    config = load(path)
    (path.parent / file).unlink()
    assert changed(config)


DUTCH = ("config.toml", 'calendar = "NL"', 'calendar = "NL"\nlanguage = "nl-BE"')


@pytest.mark.parametrize("folder", ["pages.nl", "pages.nl-BE"])
def test_a_translation_that_comes_and_each_edit_of_it_are_noticed(build: Build, folder: str) -> None:
    path = build(DUTCH)
    config = load(path)
    page = path.parent / "pack" / folder / "backups.md"
    page.parent.mkdir()
    page.write_text("---\nid: backups\ntitle: Kopieën\n---\n", encoding="utf-8")
    assert changed(config)
    translated = reload(config)
    assert not changed(translated)
    assert translated.digest != config.digest
    page.write_text("---\nid: backups\ntitle: Reservekopieën\n---\n", encoding="utf-8")
    assert changed(translated)
    assert reload(translated).workspace().pack.page("backups").title == "Reservekopieën"


def test_a_translation_into_another_language_is_nobodys_business(build: Build) -> None:
    config = load(build(DUTCH, files={"pack/pages.de/backups.md": "not even front matter"}))
    assert not changed(config)


def test_other_files_beside_it_are_nobodys_business(build: Build) -> None:
    path = build()
    config = load(path)
    (path.parent / "notes.txt").write_text("mine")
    (path.parent / "schedules" / ".own.toml.swp").write_text("an editor's")
    (path.parent / "pack" / "pages" / ".draft.md").write_text("an editor's")
    assert not changed(config)
    assert not changed(reload(config))


def test_a_broken_edit_leaves_the_old_configuration_as_it_was(build: Build) -> None:
    path = build()
    config = load(path)
    before = repr(config)
    path.write_text(path.read_text().replace("connector", "conector"))
    with pytest.raises(ConfigError, match="conector"):
        reload(config)
    assert repr(config) == before
    assert changed(config)


def test_touching_a_file_changes_nothing(build: Build) -> None:
    path = build()
    config = load(path)
    path.write_text(path.read_text())
    assert not changed(config)
    assert reload(config).digest == config.digest
