"""Where the wiki lets nobody restrict a page, `setup` asks for one that people have closed; what cannot be is said, and asked again."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.setup.conftest import DEPUTY, MANAGER, SetUp, Wiki


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
    assert "(7 private pages)" in done.out


def test_none_is_an_answer_and_says_what_waits(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    done = set_up(said=[*notion.lines(), "n"])

    assert done.code == 0, done.err
    assert "private_root" not in config(tmp_path)
    assert "# private_root = " in (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert "no page is named for them" in done.out


def inside(notion: Wiki) -> str:
    return page(notion, notion.facts["root_page_id"])


def not_shared(notion: Wiki) -> str:
    return page(notion, None)


def trashed(notion: Wiki) -> str:
    made = page(notion, None)
    notion.sandbox.integration(share=[made])
    notion.sandbox.act("Mira Lindqvist", "trash", page=made)
    return made


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (inside, "private_root lies below the root"),
        (not_shared, "add the integration"),
        (trashed, "is in the trash"),
    ],
)
def test_a_page_that_is_no_private_one_gets_a_sentence_and_a_second_try(
    notion: Wiki, apart: str, wrong: Callable[[Wiki], str], sentence: str, set_up: SetUp, tmp_path: Path
) -> None:
    said = notion.lines(before=(notion.address, wrong(notion)), token=(notion.facts["token"], apart))

    done = set_up(said=[*said, "n"])

    assert done.code == 0, done.err
    assert "!!  private_root:" in done.err
    assert sentence in done.err
    assert config(tmp_path)["private_root"] == apart


def test_a_page_that_the_isms_itself_lies_in_is_none_either(
    notion: Wiki, apart: str, set_up: SetUp, tmp_path: Path
) -> None:
    around = page(notion, None)
    notion.sandbox.integration(share=[around])
    address = f"{notion.sandbox.url}/p/{page(notion, around)}"

    done = set_up(said=[*notion.lines(before=(address, around), token=(notion.facts["token"], apart)), "n"])

    assert done.code == 0, done.err
    assert "the root lies below private_root" in done.err
    assert config(tmp_path)["private_root"] == apart


def test_what_was_put_right_meanwhile_is_looked_at_again(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    made = not_shared(notion)

    def shared() -> str:
        notion.sandbox.integration(share=[made])
        return ""

    done = set_up(said=[*notion.lines(before=(notion.address, made), token=(notion.facts["token"], shared)), "n"])

    assert done.code == 0, done.err
    assert config(tmp_path)["private_root"] == made


def test_none_is_a_second_try_too(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    said = notion.lines(before=(notion.address, inside(notion)), token=(notion.facts["token"], "none"))

    done = set_up(said=[*said, "n"])

    assert done.code == 0, done.err
    assert "private_root" not in config(tmp_path)


def answers(notion: Wiki, folder: Path, private: str) -> Path:
    """All that `setup` asks for, in a file."""
    (folder / "isms.token").write_text(notion.facts["token"] + "\n", encoding="utf-8")
    file = folder / "answers.toml"
    file.write_text(
        f'address = "{notion.address}"\nprivate_root = "{private}"\ntoken = {{ file = "isms.token" }}\ncountry = "NL"\n'
        f'product_manager = "{MANAGER}"\ndeputy = "{DEPUTY}"\nmail = "none"\nsend = false\n',
        encoding="utf-8",
    )
    return file


def test_a_file_of_answers_names_it(notion: Wiki, apart: str, set_up: SetUp, tmp_path: Path) -> None:
    done = set_up("--answers", str(answers(notion, tmp_path, apart)), "--yes")

    assert done.code == 0, done.err
    assert config(tmp_path)["private_root"] == apart


def test_a_file_that_names_a_wrong_one_is_told_so_and_nothing_is_written(
    notion: Wiki, set_up: SetUp, tmp_path: Path
) -> None:
    done = set_up("--answers", str(answers(notion, tmp_path, inside(notion))), "--yes")

    assert done.code == 2
    assert "answers.toml: private_root: private_root lies below the root" in done.err
    assert not (tmp_path / "config.toml").exists()


def test_a_second_setup_keeps_it_and_none_takes_it_out(notion: Wiki, apart: str, set_up: SetUp, tmp_path: Path) -> None:
    assert set_up(said=[*notion.lines(before=(notion.address, apart)), "n"]).code == 0
    kept = [line for line in notion.lines(before=(notion.address, "")) if line != notion.facts["token"]]
    assert set_up(said=[*kept, "n"]).code == 0
    assert config(tmp_path)["private_root"] == apart

    gone = [line for line in notion.lines(before=(notion.address, "none")) if line != notion.facts["token"]]
    assert set_up(said=[*gone, "y", "n"]).code == 0
    assert "private_root" not in config(tmp_path)
