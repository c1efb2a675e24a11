"""Where the wiki lets nobody restrict a page, `setup` asks for one that people have closed; what cannot be is said, and asked again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.setup.conftest import SetUp, Wiki


def config(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))["workspaces"]["isms"]
    return found


def page(notion: Wiki, parent: str | None) -> str:
    """A page that somebody makes."""
    return str(notion.sandbox.act("Mira Lindqvist", "create_page", parent=parent, title="Private papers")["page"])


@pytest.fixture
def apart(notion: Wiki) -> str:
    """A page outside of the root that the bot can read."""
    made = page(notion, None)
    notion.sandbox.integration(share=[made])
    return made


def test_a_page_that_people_have_closed_waits_for_somebody_to_attest_that(
    notion: Wiki, apart: str, set_up: SetUp, tmp_path: Path
) -> None:
    root = notion.facts["root_page_id"]

    done = set_up(said=[*notion.lines(before=(notion.address, root, "nonsense", apart)), "n"])

    assert done.code == 0, done.err
    assert "private_root is the root itself" in done.err
    assert "nonsense" in done.err
    assert config(tmp_path)["private_root"] == apart
    assert "ok  private_root:" in done.err
    assert "decide attest-private" in done.out


def test_none_is_an_answer_and_says_what_waits(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    done = set_up(said=[*notion.lines(), "n"])

    assert done.code == 0, done.err
    assert "private_root" not in config(tmp_path)
    assert "# private_root = " in (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert "no page is named for them" in done.out


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [(True, "lies below the root"), (False, "add the integration")],
    ids=["inside", "not shared"],
)
def test_a_page_that_is_no_private_one_gets_a_sentence_and_a_second_try(
    notion: Wiki, apart: str, inside: bool, sentence: str, set_up: SetUp, tmp_path: Path
) -> None:
    wrong = page(notion, notion.facts["root_page_id"] if inside else None)
    again = ("address", notion.address, apart)

    done = set_up(said=[*notion.lines(before=(notion.address, wrong), token=(notion.facts["token"], *again)), "n"])

    assert done.code == 0, done.err
    assert "!!  private_root:" in done.err
    assert sentence in done.err
    assert config(tmp_path)["private_root"] == apart


def test_a_second_setup_keeps_it_and_none_takes_it_out(notion: Wiki, apart: str, set_up: SetUp, tmp_path: Path) -> None:
    assert set_up(said=[*notion.lines(before=(notion.address, apart)), "n"]).code == 0
    kept = [line for line in notion.lines(before=(notion.address, "")) if line != notion.facts["token"]]
    assert set_up(said=[*kept, "n"]).code == 0
    assert config(tmp_path)["private_root"] == apart

    gone = [line for line in notion.lines(before=(notion.address, "none")) if line != notion.facts["token"]]
    assert set_up(said=[*gone, "y", "n"]).code == 0
    assert "private_root" not in config(tmp_path)
