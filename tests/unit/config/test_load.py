"""A sound configuration is read whole; everything wrong with another is told at once, by file and line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from isms_bot.config import Config, load
from isms_bot.errors import ConfigError, Problem
from isms_bot.model import Duration, Unit, Window

Build = Callable[..., Path]
CONFIG, OWN = "config.toml", "schedules/own.toml"


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.exit_code == 2
    return caught.value.problems


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_a_sound_configuration_is_read_whole(build: Build) -> None:
    path = build()
    config = load(path)
    acme = config.workspaces["acme"]
    assert (acme.name, acme.connector, acme.timezone, acme.calendar) == ("acme", "paper", "Europe/Amsterdam", "NL")
    assert (acme.product_manager, acme.deputy, acme.introduction) == ("pm@example.com", None, None)
    assert (acme.language, acme.date_order, acme.labels) == ("en", "dmy", {})
    assert (acme.pass_minutes, acme.night_minutes, acme.sweep, acme.settle_seconds) == (5, 60, None, 180)
    assert acme.most_open_jobs is None
    assert (acme.settings.root, acme.settings.api, acme.settings.shelf) == ("https://wiki.example.com/isms", None, 1)
    assert [one.id for one in acme.schedules] == ["restore-test", "visitor-book"]
    assert acme.pack is not None
    assert (acme.pack.name, acme.pack.version) == ("pack", "7")
    assert acme.roles["archivist"] == "Keeper of the archive"
    assert acme.declared["visitor-book"].where == f"{path.parent / OWN}:1"
    assert config.workspace() is acme
    assert config.path == path


def test_every_key_arrives(build: Build) -> None:
    more = """\
token_expires = 2027-06-01
language = "nl"
date_order = "ymd"
deputy = "deputy@example.com"
introduction = 2027-03-31
roles = ["office"]
pass_minutes = 2
night_minutes = 30
sweep = 40
settle_seconds = 0
most_open_jobs = 3
api = "http://127.0.0.1:8765"
shelf = 3

[workspaces.acme.labels]
name = "Wie"
sign = ["gezien", "akkoord"]

[store]
url = "postgresql+psycopg://db.example.com/isms"

[service]
health_host = "0.0.0.0"
health_port = 8080
log_format = "json"
log_level = "debug"
"""
    config = load(
        build((CONFIG, 'product_manager = "pm@example.com"\n', f'product_manager = "pm@example.com"\n{more}'))
    )
    acme = config.workspace("acme")
    assert (acme.token_expires, acme.introduction) == (date(2027, 6, 1), date(2027, 3, 31))
    assert (acme.language, acme.date_order, acme.deputy) == ("nl", "ymd", "deputy@example.com")
    assert (acme.pass_minutes, acme.night_minutes, acme.sweep, acme.settle_seconds) == (2, 30, 40, 0)
    assert acme.most_open_jobs == 3
    assert (acme.settings.api, acme.settings.shelf) == ("http://127.0.0.1:8765", 3)
    assert acme.labels == {"name": ("Wie",), "sign": ("gezien", "akkoord")}
    assert "office" in acme.roles
    assert config.store.url == "postgresql+psycopg://db.example.com/isms"
    service = config.service
    assert (service.health_host, service.health_port, service.log_format, service.log_level) == (
        "0.0.0.0",
        8080,
        "json",
        "debug",
    )


@pytest.mark.parametrize(
    ("language", "order"),
    [
        pytest.param("en", "dmy", id="English"),
        pytest.param("en-US", "mdy", id="American"),
        pytest.param("de-AT", "dmy", id="Austrian"),
    ],
)
def test_the_order_of_dates_follows_the_language(build: Build, language: str, order: str) -> None:
    config = load(build((CONFIG, 'calendar = "NL"', f'language = "{language}"')))
    assert config.workspace().date_order == order


def test_the_store_is_beside_the_configuration_unless_said_otherwise_and_is_not_made_by_loading(build: Build) -> None:
    path = build()
    before = files_below(path.parent)
    config = load(path)
    assert config.store.url == f"sqlite:///{path.parent.as_posix()}/state/isms-bot.sqlite3"
    assert files_below(path.parent) == before


def test_a_relative_path_gives_the_same_store(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    path = build()
    monkeypatch.chdir(path.parent)
    config = load(Path("config.toml"))
    assert config.store.url == load(path).store.url
    assert config.digest == load(path).digest
    assert [one.id for one in config.workspace().schedules] == ["restore-test", "visitor-book"]


def test_a_broken_configuration_makes_nothing_either(build: Build) -> None:
    path = build((CONFIG, "connector", "conector"))
    before = files_below(path.parent)
    refused(path)
    assert files_below(path.parent) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "dotted", "part"),
    [
        pytest.param(CONFIG, 'calendar = "NL"', 'calender = "NL"', 6, "workspaces.acme.calender", 'unknown key, did you mean "calendar"?', id="unknown key"),
        pytest.param(CONFIG, 'calendar = "NL"', "shel = 2", 6, "workspaces.acme.shel", 'did you mean "shelf"?', id="unknown key near one of the connector"),
        pytest.param(CONFIG, 'calendar = "NL"', "xyzzy = 2", 6, "workspaces.acme.xyzzy", "unknown key; known here: api, calendar", id="unknown key near nothing"),
        pytest.param(CONFIG, 'calendar = "NL"', "shelf = 0", 6, "workspaces.acme.shelf", "must be at least 1", id="bound of the connector"),
        pytest.param(CONFIG, 'root = "https://wiki.example.com/isms"\n', "", 1, "workspaces.acme.root", "is missing", id="missing key of the connector"),
        pytest.param(CONFIG, 'product_manager = "pm@example.com"\n', "", 1, "workspaces.acme.product_manager", "is missing", id="missing key"),
        pytest.param(CONFIG, 'calendar = "NL"', 'sweep = "20"', 6, "workspaces.acme.sweep", "must be a whole number, without quotes", id="number in quotes"),
        pytest.param(CONFIG, 'calendar = "NL"', "sweep = 0", 6, "workspaces.acme.sweep", "must be at least 1", id="out of bounds"),
        pytest.param(CONFIG, 'calendar = "NL"', "most_open_jobs = 0", 6, "workspaces.acme.most_open_jobs", "must be at least 1", id="a limit that lets nothing open"),
        pytest.param(CONFIG, '["schedules/*.toml"]', '"schedules/*.toml"', 8, "workspaces.acme.schedules", "must be a list", id="no list"),
        pytest.param(CONFIG, '["schedules/*.toml"]', '["own.toml"]', 8, "workspaces.acme.schedules[0]", "there is no file", id="schedule file missing"),
        pytest.param(CONFIG, '"paper"', '"papr"', 2, "workspaces.acme.connector", 'did you mean "paper"? installed: ink, notion, paper', id="unknown connector"),
        pytest.param(CONFIG, '"paper"', '"ink"', 2, "workspaces.acme.connector", "cannot be loaded from ink:InkConnector", id="connector not importable"),
        pytest.param(CONFIG, "Amsterdam", "Amsterdm", 5, "workspaces.acme.timezone", 'did you mean "Europe/Amsterdam"?', id="unknown time zone"),
        pytest.param(CONFIG, '"NL"', '"XX"', 6, "workspaces.acme.calendar", 'there is no calendar "XX"', id="unknown calendar"),
        pytest.param(CONFIG, 'calendar = "NL"', 'language = "english"', 6, "workspaces.acme.language", "code of a language", id="no language"),
        pytest.param(CONFIG, 'calendar = "NL"', 'language = "fi"', 6, "workspaces.acme.language", "add [workspaces.acme.labels]", id="language without words"),
        pytest.param(CONFIG, 'calendar = "NL"', 'date_order = "dd-mm"', 6, "workspaces.acme.date_order", "'dmy', 'mdy' or 'ymd'", id="unknown order of dates"),
        pytest.param(CONFIG, 'calendar = "NL"', "introduction = 2026-02-30", 6, "workspaces.acme.introduction", "2026-02-30 is no day of the calendar", id="impossible day"),
        pytest.param(CONFIG, 'calendar = "NL"', 'token_expires = "soon"', 6, "workspaces.acme.token_expires", "a day that exists", id="no day"),
        pytest.param(CONFIG, 'calendar = "NL"', 'deputy = "PM@example.com"', 6, "workspaces.acme.deputy", "nobody decides for oneself", id="deputy of oneself"),
        pytest.param(CONFIG, 'calendar = "NL"', 'labels = { nme = "Wie" }', 6, "workspaces.acme.labels.nme", 'did you mean "name"?', id="unknown label"),
        pytest.param(CONFIG, 'calendar = "NL"', 'labels = { name = "" }', 6, "workspaces.acme.labels.name", "words of a label", id="empty label"),
        pytest.param(CONFIG, '"./pack"', '"lightwieght"', 7, "workspaces.acme.pack", 'did you mean "lightweight"?', id="unknown pack"),
        pytest.param(CONFIG, '"./pack"', '"./packs"', 7, "workspaces.acme.pack", "there is no pack.toml", id="no pack there"),
        pytest.param(CONFIG, "[workspaces.acme]", "[workspaces.Acme]", 1, "workspaces.Acme", 'write "acme"', id="charset of a workspace"),
        pytest.param(CONFIG, "[workspaces.acme]", "[store]\npath = 1\n[workspaces.acme]", 2, "store.path", "unknown key; known here: url", id="unknown key of the store"),
        pytest.param(CONFIG, "[workspaces.acme]", "[service]\nhealth_prot = 1\n[workspaces.acme]", 2, "service.health_prot", 'did you mean "health_port"?', id="unknown key of the service"),
        pytest.param(CONFIG, "[workspaces.acme]", "[strore]\n[workspaces.acme]", 1, "strore", 'did you mean "store"?', id="unknown table"),
        pytest.param(CONFIG, "[workspaces.acme]", "[store]\nurl = 'mysql://h/d'\n[workspaces.acme]", 2, "store.url", "SQLite", id="another database"),
        pytest.param(OWN, "archivist", "archvist", 4, "schedule[visitor-book].assign", 'did you mean "archivist"?', id="unknown role"),
        pytest.param(OWN, '"1 month"', '"12 hours"', 5, "schedule[visitor-book].every", "finer than a day", id="rule finer than a day"),
        pytest.param(OWN, "every", 'grace = "20 working days"\nevery', 5, "schedule[visitor-book].grace", "lead 5 working days (7 days) + grace 20 working days (28 days) = 35 days is longer than the shortest gap of 28 days", id="lead and grace beyond the cadence"),
        pytest.param(OWN, '"visitor-book"', '"Visitor book"', 2, "schedule[Visitor book].id", 'write "visitor-book"', id="charset of an id"),
        pytest.param(OWN, "every", "replaces = true\nevery", 5, "schedule[visitor-book].replaces", "replaces nothing", id="replaces nothing"),
        pytest.param("pack/schedules.toml", "operations", "operation", 4, "schedule[restore-test].assign", 'did you mean "operations"?', id="in a file of the pack"),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_told_with_file_line_path_and_remedy(
    build: Build, file: str, old: str, new: str, line: int, dotted: str, part: str
) -> None:
    path = build((file, old, new))
    problems = refused(path)
    assert [(one.where, one.path) for one in problems] == [(f"{path.parent / file}:{line}", dotted)]
    assert part in problems[0].what


def test_every_problem_of_all_files_is_told_in_the_order_of_files_and_lines(build: Build) -> None:
    path = build(
        (CONFIG, '"NL"', '"XX"'),
        (CONFIG, "Amsterdam", "Atlantis"),
        (CONFIG, 'product_manager = "pm@example.com"', "introduction = 2027-02-29\nsweep = true"),
        (OWN, "archivist", "archvist"),
        (OWN, '"1 month"', '"1 moon"'),
    )
    folder = path.parent
    assert [(one.where.removeprefix(f"{folder}/"), one.path) for one in refused(path)] == [
        ("config.toml:1", "workspaces.acme.product_manager"),
        ("config.toml:5", "workspaces.acme.timezone"),
        ("config.toml:6", "workspaces.acme.calendar"),
        ("config.toml:9", "workspaces.acme.introduction"),
        ("config.toml:10", "workspaces.acme.sweep"),
        ("schedules/own.toml:5", "schedule[visitor-book].every"),
    ]


def test_a_message_reads_as_file_line_path_sentence(build: Build) -> None:
    path = build((CONFIG, "calendar", "calender"))
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value) == f'{path}:6: workspaces.acme.calender: unknown key, did you mean "calendar"?'


def test_a_syntax_error_is_told_with_its_line(build: Build) -> None:
    path = build((CONFIG, 'pack = "./pack"', 'pack "./pack"'))
    (problem,) = refused(path)
    assert problem.where == f"{path}:7"
    assert problem.what.startswith("this is not TOML: Expected '='")


def test_wrong_types_everywhere_are_problems_and_never_crashes(build: Build) -> None:
    keys = ["connector", "token", "timezone", "calendar", "language", "date_order", "pack", "schedules", "roles", "labels",
            "product_manager", "deputy", "introduction", "token_expires", "sweep", "root", "shelf"]  # fmt: skip
    for value in ("[[]]", "{ a = [1] }", "true", "-1.5", '""', "10:00:00"):
        path = build(files={CONFIG: "[workspaces.acme]\n" + "".join(f"{key} = {value}\n" for key in keys)})
        told = {problem.path.partition("[")[0] for problem in refused(path)}
        assert {"workspaces.acme.token", "workspaces.acme.timezone", "workspaces.acme.introduction"} <= told
    for text in ("workspaces = 1", "workspaces = [1]", "workspaces.acme = 1", "[[workspaces]]", "workspaces = {}"):
        assert refused(build(files={CONFIG: text}))[0].path.startswith("workspaces")


def test_a_slip_in_the_word_connector_is_told_without_blaming_the_other_keys(build: Build) -> None:
    path = build((CONFIG, "connector", "conector"))
    assert [(one.where, one.path, one.what) for one in refused(path)] == [
        (f"{path}:1", "workspaces.acme.connector", "is missing here; add it"),
        (f"{path}:2", "workspaces.acme.conector", 'unknown key, did you mean "connector"?'),
    ]


def test_no_workspace_at_all_is_told(build: Build) -> None:
    path = build(files={CONFIG: ""})
    (problem,) = refused(path)
    assert (problem.path, problem.what) == ("workspaces", "is missing here; add it")


def test_an_own_schedule_takes_the_place_of_the_packs_only_when_it_says_so(build: Build) -> None:
    own = ("schedules/own.toml", 'id = "visitor-book"', 'id = "restore-test"')
    path = build(own)
    (problem,) = refused(path)
    assert problem.where == f"{path.parent / OWN}:2"
    assert f'the id "restore-test" is used already at {path.parent / "pack/schedules.toml"}:1' in problem.what
    assert "replaces = true" in problem.what
    config = load(build(own, (OWN, "every", "replaces = true\nevery")))
    (one,) = config.workspace().schedules
    assert (one.id, one.rule.every) == ("restore-test", Duration(1, Unit.MONTH))


def test_two_own_files_cannot_replace_the_same_schedule(build: Build) -> None:
    replacing = '[[schedule]]\nid = "restore-test"\nprocedure = "P"\nassign = "role:operations"\nevery = "3 months"\nreplaces = true\n'
    path = build(files={"schedules/a.toml": replacing, "schedules/b.toml": replacing})
    (problem,) = refused(path)
    assert problem.where == f"{path.parent / 'schedules/b.toml'}:2"
    assert f"{path.parent / 'schedules/a.toml'}:1" in problem.what


def test_a_file_named_by_two_globs_is_read_once(build: Build) -> None:
    path = build((CONFIG, '["schedules/*.toml"]', '["schedules/*.toml", "./schedules/own.toml"]'))
    assert len(load(path).workspace().schedules) == 2


def test_a_workspace_may_do_without_a_pack(build: Build) -> None:
    config = load(build((CONFIG, 'pack = "./pack"\n', "roles = ['archivist']\n")))
    assert config.workspace().pack is None
    assert [one.id for one in config.workspace().schedules] == ["visitor-book"]


def test_two_workspaces_share_a_pack_and_its_problems_are_told_once(build: Build) -> None:
    second = '\n[workspaces.beta]\nconnector = "paper"\nroot = "r"\ntoken = { env = "B" }\ntimezone = "UTC"\npack = "./pack"\nproduct_manager = "x"\n'
    edit = (CONFIG, 'product_manager = "pm@example.com"\n', f'product_manager = "pm@example.com"\n{second}')
    config = load(build(edit))
    assert list(config.workspaces) == ["acme", "beta"]
    with pytest.raises(ConfigError, match="there are several; name one of acme, beta"):
        config.workspace()
    with pytest.raises(ConfigError, match='no workspace is called "gamma"'):
        config.workspace("gamma")
    path = build(edit, ("pack/schedules.toml", "3 months", "3 moons"))
    assert [one.path for one in refused(path)] == ["schedule[restore-test].every"]


def test_loading_does_not_need_the_token(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLANTED_TOKEN", raising=False)
    assert isinstance(load(build()), Config)


def test_an_own_schedule_belongs_to_the_item_of_its_procedure_unless_it_says_another(build: Build) -> None:
    """Else it would open jobs of an item that is not in force, and file its records under nothing."""
    page = "pack/pages/restore-test.md"
    edits = [
        (page, "cadence: quarterly", "cadence: quarterly\npolicy: backups"),
        (OWN, '"Visitor book check"', '"restore-test"'),
    ]
    assert {one.id: one.policy for one in load(build(*edits)).workspace().schedules} == {
        "restore-test": "backups", "visitor-book": "backups",
    }  # fmt: skip
    said = (OWN, "start = 2027-01-05", 'start = 2027-01-05\npolicy = "other"')
    assert [one.policy for one in load(build(*edits, said)).workspace().schedules] == ["backups", "other"]


WAITING = 'assign = "role:archivist"\nshift = "window"'


def _windowed(build: Build, declared: str, *more: tuple[str, str, str]) -> Path:
    return build(
        ("schedules/own.toml", 'assign = "role:archivist"', WAITING),
        ("config.toml", 'calendar = "NL"', f'calendar = "NL"\n{declared}'),
        *more,
    )


def test_a_schedule_that_waits_for_a_window_knows_those_of_its_workspace(build: Build) -> None:
    declared = 'windows = [{ from = 2027-02-15, until = 2027-02-19, every = "4 weeks" }, { from = 2027-03-01, until = 2027-03-02 }]'
    acme = load(_windowed(build, declared)).workspace("acme")
    windows = {one.id: one.rule.windows for one in acme.schedules}
    assert windows == {
        "restore-test": (),
        "visitor-book": (
            Window(date(2027, 2, 15), date(2027, 2, 19), Duration(4, Unit.WEEK)),
            Window(date(2027, 3, 1), date(2027, 3, 2)),
        ),
    }


@pytest.mark.parametrize(
    ("declared", "where", "said"),
    [
        ("", "schedules/own.toml:5: schedule[visitor-book].shift: ", "waits for a window, and the workspace has none; add windows = "),
        ('windows = [{ from = 2027-02-15, until = 2027-02-19, every = "6 weeks" }]', "schedules/own.toml:5: schedule[visitor-book].shift: ", "windows come every 6 weeks"),
        ("windows = [{ from = 2027-02-15, until = 2027-02-14 }]", "config.toml:7: workspaces.acme.windows", "ends on 2027-02-14"),
        ("windows = [{ from = 2027-02-15 }]", "config.toml:7: workspaces.acme.windows", "until"),
    ],
    ids=["none", "too rare", "ends before it begins", "without an end"],
)  # fmt: skip
def test_windows_that_do_not_fit_are_told_with_their_line(build: Build, declared: str, where: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(_windowed(build, declared))
    (problem,) = caught.value.problems
    assert where in str(problem)
    assert said in str(problem)
