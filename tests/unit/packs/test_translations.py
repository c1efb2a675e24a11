"""Pages of a pack in another language: beside the original, held against it, and chosen by the workspace's language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from isms_bot.errors import ConfigError
from isms_bot.packs import available, copy_pack, load_pack
from isms_bot.signoff.form import find_form
from isms_bot.signoff.words import labels
from tests.unit.pages.reading import blocks

Build = Callable[..., Path]
NL = "pages.nl/restore-test.md"
DUTCH = """\
---
id: restore-test
title: Terugzetten oefenen
evidence: de uitvoer van het terugzetten
---

- [ ] Zet één bestand terug.
- [ ] Vergelijk het.

Naam:
Datum:
Handtekening:
"""
ORIGINAL = "pages/restore-test.md"


def test_a_translation_says_title_text_and_evidence_and_keeps_the_rest(build: Build) -> None:
    page = load_pack(build(files={NL: DUTCH}), language="nl").page("restore-test")
    assert (page.title, page.language, page.text("evidence")) == (
        "Terugzetten oefenen",
        "nl",
        "de uitvoer van het terugzetten",
    )
    assert page.body.startswith("- [ ] Zet één bestand terug.\n")
    assert (page.kind, page.text("role"), page.text("controls"), page.text("minutes")) == (
        "procedure",
        "operations",
        "A.8.13, A.8.14",
        "30",
    )
    assert page.original is not None
    assert page.original.title == "Restore test"


def test_a_page_that_nobody_translated_is_the_original(build: Build) -> None:
    page = load_pack(build(files={NL: DUTCH}), language="nl").page("backups")
    assert (page.title, page.language, page.original) == ("Backups", "en", None)


def test_a_text_that_a_translation_leaves_out_is_that_of_the_original(build: Build) -> None:
    page = load_pack(build(files={NL: DUTCH.partition("\n\n")[0] + "\n"}), language="nl").page("restore-test")
    assert (page.title, page.language) == ("Terugzetten oefenen", "en")
    assert page.body.startswith("- [ ] Restore one file.\n")


@pytest.mark.parametrize(
    ("language", "taken"),
    [
        pytest.param("nl", "nl", id="its language"),
        pytest.param("nl-BE", "nl", id="its language as another country speaks it"),
        pytest.param("de", "", id="a language without translation"),
        pytest.param("en", "", id="the language of the originals"),
        pytest.param("en-US", "", id="the language of the originals, spoken elsewhere"),
        pytest.param("", "", id="no language"),
    ],
)
def test_a_workspace_reads_the_pack_in_its_language(build: Build, language: str, taken: str) -> None:
    assert load_pack(build(files={NL: DUTCH}), language=language).translation == taken


def test_a_translation_for_one_country_goes_before_that_for_all(build: Build) -> None:
    flemish = DUTCH.replace("Terugzetten oefenen", "Terugzetproef")
    folder = build(files={NL: DUTCH, "pages.nl-BE/restore-test.md": flemish})
    assert load_pack(folder, language="nl-BE").page("restore-test").title == "Terugzetproef"


def test_the_files_of_a_translation_count_among_those_that_were_read(build: Build) -> None:
    folder = build(files={NL: DUTCH})
    assert folder / NL in load_pack(folder, language="nl").files
    assert folder / ORIGINAL in load_pack(folder, language="nl").files
    assert folder / NL not in load_pack(folder).files


def test_steps_of_a_translation_bear_the_ids_of_the_original(build: Build) -> None:
    ids = (ORIGINAL, "file.\n- [ ] Compare it.", "file. {#restored}\n- [ ] Compare it. {#compared}")
    page = load_pack(build(ids, files={NL: DUTCH}), language="nl").page("restore-test")
    assert page.steps == ("restored", "compared")


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "part"),
    [
        pytest.param("id: restore-test\n", "", 1, "id", "is missing; add a line id:", id="without an id"),
        pytest.param("id: restore-test", "id: restore-tst", 2, "id", 'did you mean "restore-test"?', id="unknown id"),
        pytest.param("evidence", "minutes: 20\nevidence", 4, "minutes", "is said by the original", id="another promise"),
        pytest.param("evidence", "evidnce", 4, "evidnce", 'did you mean "evidence"?', id="slip of the pen"),
        pytest.param("- [ ] Vergelijk het.\n", "", 6, "", "has 1 steps, the original has 2", id="a step too few"),
        pytest.param("Handtekening:\n", "", 6, "", "Naam:, Datum:, Handtekening:", id="no form"),
        pytest.param("Vergelijk het.", "Vraag {policy}.", 6, "", "has placeholders that the original has not: policy", id="placeholder"),
        pytest.param("Vergelijk het.", "Lees `backups`.", 6, "", "has ids of pages that the original has not: backups", id="link"),
        pytest.param("terug.\n- [ ] Vergelijk het.", "terug. {#a}\n- [ ] Vergelijk het. {#b}", 6, "", "have those of the original", id="ids of its own"),
        pytest.param("Naam:", "| a |\n| --- |\n| b |\n\nNaam:", 6, "", "has tables of 2 × 1, the original has none", id="table"),
        pytest.param("---\nid", "id", 1, "", "begins without front matter", id="no front matter"),
    ],
)  # fmt: skip
def test_a_translation_with_one_thing_wrong_says_so_by_file_and_line(
    build: Build, old: str, new: str, line: int, path: str, part: str
) -> None:
    folder = build((NL, old, new), files={NL: DUTCH})
    with pytest.raises(ConfigError) as caught:
        load_pack(folder, language="nl")
    assert [(one.where, one.path) for one in caught.value.problems] == [(f"{folder / NL}:{line}", path)]
    assert part in caught.value.problems[0].what


def test_what_the_original_names_must_not_be_lost_on_the_way(build: Build) -> None:
    folder = build((ORIGINAL, "Compare it.", "Compare it, see `backups` and {objective}."), files={NL: DUTCH})
    with pytest.raises(ConfigError) as caught:
        load_pack(folder, language="nl")
    assert [one.what for one in caught.value.problems] == [
        "lacks placeholders that the original has: objective",
        "lacks ids of pages that the original has: backups",
    ]


def test_a_page_that_is_translated_twice_is_told_with_both_places(build: Build) -> None:
    folder = build(files={NL: DUTCH, "pages.nl/second.md": DUTCH})
    with pytest.raises(ConfigError, match="is translated already at") as caught:
        load_pack(folder, language="nl")
    assert [one.where for one in caught.value.problems] == [f"{folder / 'pages.nl/second.md'}:2"]


@pytest.mark.parametrize("name", available())
def test_every_translation_that_is_shipped_is_sound(name: str) -> None:
    """Loading holds it against its original; sign-off knows its form."""
    pack = load_pack(name)
    for language in pack.translations:
        found = [page for page in load_pack(name, language=language).pages if page.language == language]
        assert found, language
        for page in found:
            assert page.original is not None
            if page.kind == "procedure":
                form = find_form(blocks(page), labels((language,)))
                assert (form.known, len(form.steps), form.feedback) == (True, len(page.original.steps), "")


def test_the_lightweight_pack_speaks_dutch_where_everybody_meets_it() -> None:
    """The confirmation of the policy that everyone gives each quarter, and the promise that it stands on."""
    pack = load_pack("lightweight", language="nl")
    dutch = {page.id: page.title for page in pack.pages if page.language == "nl"}
    assert dutch == {
        "purpose-and-review": "Doel en onderhoud van dit beleid",
        "policy-review": "Informatiebeveiligingsbeleid doornemen",
    }


def test_a_copied_pack_can_be_edited_translated_and_used_by_its_path(tmp_path: Path) -> None:
    """`packs copy`, an edit of a page, of a schedule and of a translation: all of it counts, and the shipped pack stays as it is."""
    folder = copy_pack("lightweight", tmp_path / "own")
    before = load_pack("lightweight", language="nl")
    for file, old, new in (
        ("pages/backups.md", "every day", "every hour"),
        ("schedules.toml", 'id = "policy-review"\nprocedure = "policy-review"\nassign = "role:team-member"\ncompletion = "each"\nevery = "3 months"',
         'id = "policy-review"\nprocedure = "policy-review"\nassign = "role:team-member"\ncompletion = "each"\nevery = "6 months"'),
        ("pages.nl/policy-review.md", "title: Informatiebeveiligingsbeleid doornemen", "title: Beleid doornemen"),
    ):  # fmt: skip
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, file
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")

    own = load_pack("./own", tmp_path, "nl")

    assert "backed up every hour" in own.page("backups").body
    assert own.page("policy-review").title == "Beleid doornemen"
    assert [str(one.rule.every) for one in own.schedules if one.id == "policy-review"] == ["6 months"]
    assert load_pack("lightweight", language="nl") == before
