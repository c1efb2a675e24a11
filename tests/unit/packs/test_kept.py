"""Pages of a pack that the bot keeps: what such a page may say is checked when the pack is loaded, with the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from isms_bot.errors import Problem
from isms_bot.packs import kept
from isms_bot.packs.pages import read_page

ROOT = Path(__file__).parents[3]
HEAD = "---\nkind: {kind}\nid: standing\ntitle: Where we are\nkept: {kept}\n---\n"


def read(tmp_path: Path, body: str, *, kind: str = "page", marked: str = "true") -> tuple[bool, list[str]]:
    """(could the page be used, what is wrong with it by line)."""
    path = tmp_path / "standing.md"
    path.write_text(HEAD.format(kind=kind, kept=marked) + body)
    problems: list[Problem] = []
    page = read_page(path, problems)
    return page is not None, [str(one).removeprefix(f"{path}:") for one in problems]


def test_a_page_with_placeholders_in_their_places_is_kept(tmp_path: Path) -> None:
    body = "For {product_manager}.\n\n| Clause | State |\n| --- | --- |\n| 4.3 | {state} |\n\n{work}\n"
    assert read(tmp_path, body) == (True, [])


def test_nothing_is_asked_of_a_page_that_is_not_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "Words.\n", marked="false") == (True, [])


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("Words only.\n", "1:", "nothing here for the bot to keep"),
        ("| 4.3 | {stat} |\n", "7:", 'did you mean "state"?'),
        ("Now: {state}\n", "7:", "stands in a cell of a table; move it there"),
        ("Words.\n\n| 4.3 | {work} |\n", "9:", "stands in a paragraph of its own; move it there"),
    ],
    ids=["no placeholder", "misspelt", "outside a table", "in a table"],
)
def test_what_a_kept_page_cannot_say_is_told_with_its_line(tmp_path: Path, body: str, line: str, said: str) -> None:
    usable, problems = read(tmp_path, body)
    assert not usable
    assert problems[0].startswith(line)
    assert said in problems[0]


def test_only_a_kept_page_has_a_page_that_says_what_of_it_does_not_apply(tmp_path: Path) -> None:
    assert read(tmp_path, "| 4.3 | {state} |\n", marked="true\nanswers: choice") == (True, [])
    usable, [problem] = read(tmp_path, "Words.\n", marked="false\nanswers: choice")
    assert not usable
    assert problem.startswith("6: answers: names the page")


def test_only_a_page_of_its_own_can_be_the_bots(tmp_path: Path) -> None:
    usable, problems = read(tmp_path, "| 4.3 | {state} |\n", kind="policy")
    assert not usable
    assert "only a page of the kind page" in problems[0]


@pytest.mark.parametrize("name", [*kept.OF_A_ROW, *kept.OF_THE_PAGE])
def test_every_placeholder_is_described(name: str) -> None:
    assert f"`{{{name}}}`" in (ROOT / "docs" / "kept-pages.md").read_text(encoding="utf-8")
