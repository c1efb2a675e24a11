"""A pack is read whole and sound, or refused with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from isms_bot.errors import ConfigError, UsageError
from isms_bot.packs import available, copy_pack, load_pack

Build = Callable[..., Path]
PAGE = "pages/restore-test.md"


def test_a_sound_pack_holds_roles_pages_and_schedules(build: Build) -> None:
    folder = build()
    pack = load_pack(folder)
    assert (pack.name, pack.title, pack.version, pack.language) == ("small", "Small", "1", "en")
    assert pack.roles == {"operations": "Operations", "archivist": "Keeper of the archive"}
    assert (pack.policy, pack.practice) == (("backups",), True)
    assert [(page.kind, page.id, page.title) for page in pack.pages] == [
        ("policy", "backups", "Backups"),
        ("procedure", "restore-test", "Restore test"),
    ]
    assert [(one.id, one.procedure, one.practice) for one in pack.schedules] == [("restore-test", "restore-test", True)]
    assert {file.relative_to(folder).as_posix() for file in pack.files} == {
        "pack.toml",
        "schedules.toml",
        "pages/backups.md",
        PAGE,
    }


def test_front_matter_has_types_and_the_body_begins_below_it(build: Build) -> None:
    page = load_pack(build()).page("restore-test")
    assert page.front == {
        "kind": "procedure",
        "id": "restore-test",
        "title": "Restore test",
        "role": "operations",
        "cadence": "quarterly",
        "evidence": "the output of the restore",
        "policy": "backups",
        "controls": ("A.8.13", "A.8.14"),
        "minutes": 30,
        "private": False,
    }
    assert page.body.startswith("- [ ] Restore one file.\n")
    assert page.body.endswith("Name:\nDate:\nSignature:\n")
    assert (page.text("controls"), page.text("trigger")) == ("A.8.13, A.8.14", "")


def test_a_procedure_may_name_who_has_a_second_look(build: Build) -> None:
    page = load_pack(build((PAGE, "private: false", "reviewer: role:archivist"))).page("restore-test")
    assert page.text("reviewer") == "archivist"


def test_a_procedure_for_an_event_says_how_soon_and_how_urgently(build: Build) -> None:
    edit = (PAGE, "cadence: quarterly", "trigger: a fire\ndue: 10 Working Days\nladder: urgent")
    page = load_pack(build(edit)).page("restore-test")
    assert (page.text("due"), page.text("ladder")) == ("10 working days", "urgent")


def test_a_colon_in_a_value_belongs_to_the_value(build: Build) -> None:
    pack = load_pack(build((PAGE, "title: Restore test", "title: Restore: the test")))
    assert pack.page("restore-test").title == "Restore: the test"


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("**Name:** \n\n**Date:** ____\n\nSignature: \n", id="bold, spaced, a line to write on"),
        pytest.param("| Name | Date | Signature |\n|---|---|---|\n| | | |\n", id="a table to sign"),
        pytest.param("Name:\nDate:\nSignature:\n\nAnything unclear, wrong or a pain?\n", id="a question below"),
    ],
)
def test_a_form_may_be_written_in_several_ways(build: Build, form: str) -> None:
    assert load_pack(build((PAGE, "Name:\nDate:\nSignature:\n", form))).page("restore-test")


def test_a_form_in_the_language_of_the_pack_is_a_form(build: Build) -> None:
    dutch = "Naam:\nDatum:\nHandtekening:\n"
    edit = (PAGE, "Name:\nDate:\nSignature:\n", dutch)
    assert load_pack(build(edit, ("pack.toml", 'version = "1"', 'version = "1"\nlanguage = "nl"'))).language == "nl"
    with pytest.raises(ConfigError, match="the form is missing"):
        load_pack(build(edit))


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "path", "part"),
    [
        pytest.param("pack.toml", "policy =", "polcy =", 3, "polcy", 'did you mean "policy"?', id="unknown key of the pack"),
        pytest.param("pack.toml", 'title = "Small"', "title = 1", 1, "title", "must be text in quotes", id="wrong type"),
        pytest.param("pack.toml", '["backups"]', '["backups", "backup"]', 3, "policy[1]", 'did you mean "backups"?', id="policy page missing"),
        pytest.param("pack.toml", 'archivist = "K', 'Archi_vist = "K', 7, "roles.Archi_vist", "is no id", id="charset of a role"),
        pytest.param("schedules.toml", 'procedure = "restore-test"', 'procedure = "restore"', 3, "schedule[restore-test].procedure", 'did you mean "restore-test"?', id="schedule without its procedure"),
        pytest.param("schedules.toml", 'policy = "backups"', 'policy = "backup"', 7, "schedule[restore-test].policy", 'did you mean "backups"?', id="schedule without its policy item"),
        pytest.param("schedules.toml", "role:archivist", "role:archvist", 4, "schedule[restore-test].assign", 'did you mean "archivist"?', id="unknown role of a schedule"),
        pytest.param("schedules.toml", "every", "replaces = true\nevery", 5, "schedule[restore-test].replaces", "a pack replaces nothing", id="a pack replaces nothing"),
        pytest.param(PAGE, "minutes: 30", "minuts: 30", 10, "minuts", 'did you mean "minutes"?', id="unknown key of a page"),
        pytest.param(PAGE, "minutes: 30", "minutes: half an hour", 10, "minutes", "whole number of minutes", id="minutes in words"),
        pytest.param(PAGE, "private: false", "private: no", 11, "private", "true or false", id="private"),
        pytest.param(PAGE, "private: false", "level: strong", 11, "level", "no level is called", id="unknown level"),
        pytest.param(PAGE, "private: false", "minutes: 20", 11, "minutes", "stands already on line 10", id="a key twice"),
        pytest.param(PAGE, "private: false", "just words", 11, "", "write key: value", id="no key"),
        pytest.param(PAGE, "id: restore-test\n", "", 1, "id", "is missing; add a line id:", id="missing id"),
        pytest.param(PAGE, "id: restore-test", "id: Restore Test", 3, "id", 'write "restore-test"', id="charset of an id"),
        pytest.param(PAGE, "kind: procedure", "kind: procedur", 2, "kind", 'did you mean "procedure"?', id="unknown kind"),
        pytest.param(PAGE, "role: operations", "role: operatons", 5, "role", 'did you mean "operations"?', id="unknown role of a page"),
        pytest.param(PAGE, "role: operations\n", "", 1, "role", "a procedure names the role", id="procedure without role"),
        pytest.param(PAGE, "private: false", "due: 3 days", 11, "due", "is said by the schedule", id="due beside a cadence"),
        pytest.param(PAGE, "cadence: quarterly", "trigger: a fire\ndue: soon", 7, "due", "is no duration", id="due that is no time"),
        pytest.param(PAGE, "cadence: quarterly", "trigger: a fire\ndue: soon", 7, "due", "is no duration", id="due in words"),
        pytest.param(PAGE, "cadence: quarterly", "trigger: a fire\nladder: urgnt", 7, "ladder", 'did you mean "urgent"?', id="unknown ladder"),
        pytest.param(PAGE, "private: false", "reviewer: archvist", 11, "reviewer", 'did you mean "archivist"?', id="unknown second person"),
        pytest.param(PAGE, "private: false", "reviewer: operations", 11, "reviewer", "nobody has a second look at own work", id="second person is the first"),
        pytest.param(PAGE, "policy: backups", "policy: backup", 8, "policy", 'did you mean "backups"?', id="page without its policy item"),
        pytest.param(PAGE, "cadence: quarterly\n", "", 1, "cadence", "either a cadence", id="neither cadence nor trigger"),
        pytest.param(PAGE, "cadence: quarterly", "cadence: quarterly\ntrigger: a fire", 7, "cadence", "either a cadence", id="cadence and trigger"),
        pytest.param(PAGE, "- [ ] ", "- ", 13, "", "a procedure needs steps", id="procedure without steps"),
        pytest.param(PAGE, "Signature:\n", "", 19, "", "the form is missing; end the page with the lines Name:, Date:, Signature:", id="procedure without form"),
        pytest.param(PAGE, "---\nkind", "kind", 1, "", "begins without front matter", id="no front matter"),
    ],
)  # fmt: skip
def test_a_pack_with_one_thing_wrong_says_so_by_file_and_line(
    build: Build, file: str, old: str, new: str, line: int, path: str, part: str
) -> None:
    folder = build((file, old, new))
    with pytest.raises(ConfigError) as caught:
        load_pack(folder)
    assert [(one.where, one.path) for one in caught.value.problems] == [(f"{folder / file}:{line}", path)]
    assert part in caught.value.problems[0].what


STEPS = "- [ ] Restore one file.\n- [ ] Compare it.\n"


def _steps(first: str, second: str) -> tuple[str, str, str]:
    return (PAGE, STEPS, f"- [ ] Restore one file.{first}\n- [ ] Compare it.{second}\n")


def test_ids_of_steps_stand_in_the_pack_and_never_on_a_page(build: Build) -> None:
    page = load_pack(build(_steps(" {#restored}", "  {#compared} "))).page("restore-test")
    assert page.steps == ("restored", "compared")
    assert page.body.startswith(STEPS)


def test_steps_without_ids_have_none(build: Build) -> None:
    assert load_pack(build()).page("restore-test").steps == ()


@pytest.mark.parametrize(
    ("first", "second", "line", "part"),
    [
        pytest.param(" {#a}", "", 15, "this step has no id, and others on the page have", id="one without"),
        pytest.param(" {#a}", " {#a}", 15, 'the id "a" is that of the step on line 14', id="one twice"),
        pytest.param(" {#a}", " {#Not one}", 15, 'write "not-one"', id="charset"),
    ],
)
def test_ids_of_steps_that_cannot_be_counted_by_are_told(
    build: Build, first: str, second: str, line: int, part: str
) -> None:
    folder = build(_steps(first, second))
    with pytest.raises(ConfigError) as caught:
        load_pack(folder)
    (problem,) = caught.value.problems
    assert problem.where == f"{folder / PAGE}:{line}"
    assert part in problem.what


def test_a_page_that_is_to_say_what_applies_has_to_be_there(build: Build) -> None:
    standing = (
        "---\nkind: page\nid: standing\ntitle: Where we are\nkept: true\nanswers: choise\n---\n| 4.3 | {state} |\n"
    )
    folder = build()
    (folder / "pages" / "standing.md").write_text(standing)
    with pytest.raises(ConfigError, match='answers: no page of this pack is called "choise"'):
        load_pack(folder)


TOLD = """
[applicability]
backups = "Nothing is kept."

[mappings]
iso22301 = "ISO 22301:2019"
"""


def test_a_pack_says_when_an_item_need_not_apply_and_what_its_pages_answer(build: Build) -> None:
    edits = (("pack.toml", "[roles]", f"{TOLD}\n[roles]"), (PAGE, "minutes", "iso22301: 8.5, 8.4.10, 8.4.2\nminutes"))
    pack = load_pack(build(*edits))
    assert pack.applicability == {"backups": "Nothing is kept."}
    assert pack.mappings == {"iso22301": "ISO 22301:2019", "controls": "ISO/IEC 27001"}
    named = {
        key: {entry: [page.id for page in pages] for entry, pages in pack.mapped(key).items()} for key in pack.mappings
    }
    assert named == {
        "iso22301": {"8.4.2": ["restore-test"], "8.4.10": ["restore-test"], "8.5": ["restore-test"]},
        "controls": {"A.8.13": ["restore-test"], "A.8.14": ["restore-test"]},
    }
    assert list(named["iso22301"]) == ["8.4.2", "8.4.10", "8.5"], "by number"


@pytest.mark.parametrize(
    ("old", "new", "path", "part"),
    [
        pytest.param("backups =", "backup =", "applicability.backup", 'did you mean "backups"?', id="an item it has not"),
        pytest.param("iso22301 =", "iso9001 =", "mappings.iso9001", "maps nothing: no page has a line iso9001", id="nothing mapped"),
    ],
)  # fmt: skip
def test_what_a_pack_says_about_itself_must_hold(build: Build, old: str, new: str, path: str, part: str) -> None:
    told = TOLD.replace(old, new)
    edits = [("pack.toml", "[roles]", f"{told}\n[roles]")]
    if "iso22301" in told:
        edits.append((PAGE, "minutes", "iso22301: 8.5\nminutes"))
    with pytest.raises(ConfigError) as caught:
        load_pack(build(*edits))
    assert [one.path for one in caught.value.problems] == [path]
    assert part in caught.value.problems[0].what


def test_a_list_that_the_pack_does_not_know_is_a_slip_of_the_pen(build: Build) -> None:
    with pytest.raises(ConfigError, match='did you mean "controls"'):
        load_pack(build((PAGE, "controls:", "control:")))


def test_two_pages_of_one_id_are_told_with_both_places(build: Build) -> None:
    folder = build(files={"pages/second.md": "---\nkind: page\nid: backups\ntitle: Again\n---\n"})
    with pytest.raises(ConfigError) as caught:
        load_pack(folder)
    (problem,) = caught.value.problems
    assert problem.where == f"{folder / 'pages/second.md'}:3"
    assert f"{folder / 'pages/backups.md'}:3" in problem.what


def test_a_policy_page_without_a_place_in_the_order_is_told(build: Build) -> None:
    folder = build(files={"pages/new.md": "---\nkind: policy\nid: new\ntitle: New\n---\n"})
    with pytest.raises(ConfigError, match='add "new" to policy in'):
        load_pack(folder)


def test_a_page_that_cannot_be_read_is_one_problem_and_not_one_more_for_what_points_to_it(build: Build) -> None:
    folder = build((PAGE, "minutes: 30", "minutes: x"), ("schedules.toml", "3 months", "3 moons"))
    with pytest.raises(ConfigError) as caught:
        load_pack(folder)
    assert sorted(one.path for one in caught.value.problems) == ["minutes", "schedule[restore-test].every"]


def test_pages_come_as_people_read_them(build: Build) -> None:
    head = "---\nkind: {}\nid: {}\ntitle: T\n---\n"
    folder = build(
        ("pack.toml", '["backups"]', '["workplace", "backups"]'),
        files={
            "pages/a.md": head.format("page", "a"),
            "pages/w.md": head.format("policy", "workplace"),
            "pages/z.md": head.format("objective", "z"),
        },
    )
    pack = load_pack(folder)
    assert [page.id for page in pack.pages] == ["z", "workplace", "backups", "restore-test", "a"]
    assert [page.id for page in pack.of_kind("policy")] == ["workplace", "backups"]


def test_pages_that_the_pack_does_not_choose_are_left_out(build: Build) -> None:
    folder = build(
        ("pack.toml", "[roles]", 'pages = ["[br]*.md"]\n\n[roles]'), files={"pages/draft.md": "no front matter yet"}
    )
    assert len(load_pack(folder).pages) == 2


def test_a_pack_is_found_by_a_path_beside_the_configuration(build: Build) -> None:
    folder = build()
    assert load_pack("./small", folder.parent).path == folder
    assert load_pack(str(folder)).path == folder


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("lightwieght", 'did you mean "lightweight"?', id="a name nearly right"),
        pytest.param("./nowhere", "there is no pack.toml here", id="a path without a pack"),
    ],
)
def test_an_unknown_pack_is_told_with_what_there_is(tmp_path: Path, name: str, part: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_pack(name, tmp_path)
    assert part in str(caught.value)


def test_a_pack_without_schedules_file_is_told(build: Build) -> None:
    folder = build()
    (folder / "schedules.toml").unlink()
    with pytest.raises(ConfigError, match="there is no such file"):
        load_pack(folder)


def test_a_copied_pack_is_the_same_pack(tmp_path: Path) -> None:
    folder = copy_pack("lightweight", tmp_path / "own" / "mine")
    original = load_pack("lightweight")
    copied = load_pack(folder)
    assert copied.name == "mine"
    assert (copied.schedules, copied.roles) == (original.schedules, original.roles)
    assert [page.digest for page in copied.pages] == [page.digest for page in original.pages]


def test_a_pack_is_never_copied_over_something(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        copy_pack("lightweight", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_the_shipped_packs_are_listed() -> None:
    assert "lightweight" in available()


ALARMS = {"pages/alarms.md": "---\nkind: policy\nid: alarms\ntitle: Alarms\n---\n\nWe hear of it.\n"}
BOTH = ("pack.toml", 'policy = ["backups"]', 'policy = ["backups", "alarms"]\nrollout = ["alarms", "backups"]')


def test_items_come_into_force_in_an_order_of_their_own_or_in_that_of_the_pages(build: Build) -> None:
    assert load_pack(build()).rollout == ("backups",)
    pack = load_pack(build(BOTH, files=ALARMS))
    assert (pack.policy, pack.rollout, pack.clean_cycles) == (("backups", "alarms"), ("alarms", "backups"), 1)


@pytest.mark.parametrize(
    ("order", "path", "what"),
    [
        pytest.param('["alarms", "bakups", "backups"]', "rollout[1]", 'did you mean "backups"?', id="unknown"),
        pytest.param('["alarms", "backups", "alarms"]', "rollout[2]", '"alarms" stands here twice', id="twice"),
        pytest.param('["alarms"]', "rollout", "add backups, or leave rollout out", id="one is missing"),
    ],
)
def test_an_order_names_every_item_once(build: Build, order: str, path: str, what: str) -> None:
    folder = build((BOTH[0], BOTH[1], f'policy = ["backups", "alarms"]\nrollout = {order}'), files=ALARMS)
    with pytest.raises(ConfigError) as refused:
        load_pack(folder)
    (problem,) = refused.value.problems
    assert (problem.where, problem.path) == (f"{folder / 'pack.toml'}:4", path)
    assert what in problem.what


@pytest.mark.parametrize("name", ["lightweight", "iso27001"])
def test_the_shipped_packs_begin_with_what_there_is_to_protect(name: str) -> None:
    """A good first policy is the inventory: it shows what the rest is about."""
    first = {"lightweight": "location-of-information", "iso27001": "sop-03-asset-management"}
    assert load_pack(name).rollout[0] == first[name]


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ("with: archivits", "with", 'did you mean "archivist"?'),
        ("with: every archivits", "with", 'did you mean "archivist"?'),
        ("look: soon", "look", "must be a whole number of minutes"),
    ],
)
def test_who_else_takes_part_and_looks_is_a_role_and_a_number(build: Build, line: str, key: str, what: str) -> None:
    folder = build((PAGE, "minutes: 30", f"minutes: 30\n{line}"))
    with pytest.raises(ConfigError) as refused:
        load_pack(folder)
    (problem,) = refused.value.problems
    assert (problem.where, problem.path) == (f"{folder / PAGE}:11", key)
    assert what in problem.what
