"""A schedule file becomes schedules, or every problem in it with its line and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from isms_bot.errors import Problem
from isms_bot.model import Completion, Duration, Ladder, Level, RelativeStart, Rule, Schedule, Shift, Span, Unit
from isms_bot.packs.schedules import Declared, duplicates, read_file, unknown_roles

HEAD = '[[schedule]]\nid = "x"\nprocedure = "X"\nassign = "role:operations"\n'


def read(tmp_path: Path, text: str, *, practice: bool = False) -> tuple[tuple[Declared, ...], list[Problem]]:
    file = tmp_path / "schedules.toml"
    file.write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    return read_file(file, problems, practice=practice)[1], problems


def test_every_key_arrives_in_the_schedule(tmp_path: Path) -> None:
    declared, problems = read(
        tmp_path,
        """
[[schedule]]
id = "key-inventory"
procedure = "https://example.com/Key-Inventory"
assign = "role:key-custodian"
completion = "quorum 2"
every = "6 months"
start = 2027-01-31
on = "first working day"
shift = "calm day"
until = 2030-12-31
pause = [{ from = 2027-07-01, until = 2027-07-31, why = "office closed" }]
lead = "3 weeks"
grace = "12 days"
ladder = "yearly"
level = "by own account"
policy = "cryptography"
owner = "role:operations"
practice = false
was = ["keys"]
replaces = true
""",
    )
    assert problems == []
    (one,) = declared
    assert one.schedule == Schedule(
        id="key-inventory",
        procedure="https://example.com/Key-Inventory",
        rule=Rule(
            every=Duration(6, Unit.MONTH),
            start=date(2027, 1, 31),
            on="first working day",
            shift=Shift.CALM,
            until=date(2030, 12, 31),
            pauses=(Span(date(2027, 7, 1), date(2027, 7, 31)),),
        ),
        role="key-custodian",
        completion=Completion.QUORUM,
        quorum=2,
        lead=Duration(3, Unit.WEEK),
        grace=Duration(12, Unit.DAY),
        ladder=Ladder.YEARLY,
        level=Level.BY_OWN_ACCOUNT,
        policy="cryptography",
        owner="operations",
        was=("keys",),
    )
    assert (one.replaces, one.whys, one.where) == (True, ("office closed",), f"{tmp_path / 'schedules.toml'}:2")


def test_rotate_gives_it_to_one_person_at_a_time(tmp_path: Path) -> None:
    text = HEAD.replace('"role:operations"', '{ rotate = "role:operations" }') + 'every = "1 month"\n'
    ((one,), problems) = read(tmp_path, text)
    assert problems == []
    assert (one.schedule.role, one.schedule.rotate, one.schedule.completion) == ("operations", True, Completion.ANY)


def test_a_relative_start_stays_relative(tmp_path: Path) -> None:
    ((one,), _) = read(tmp_path, HEAD + 'every = "3 months"\nstart = "week 5 after activation"\n')
    assert one.schedule.rule.start == RelativeStart(5)


@pytest.mark.parametrize(
    ("cadence", "lead", "grace"),
    [
        pytest.param('every = "1 year"', 20, 15, id="yearly"),
        pytest.param('every = "3 months"', 10, 10, id="quarterly"),
        pytest.param('every = "1 month"', 5, 5, id="monthly"),
        pytest.param('every = "1 week"', 2, 2, id="weekly"),
        pytest.param('every = "1 day"', 0, 0, id="daily"),
        pytest.param('rrule = "FREQ=MONTHLY;BYDAY=-1FR"', 5, 5, id="last Friday by rrule"),
        pytest.param('cron = "0 9 1 */3 *"', 10, 10, id="quarterly by cron"),
    ],
)
def test_lead_and_grace_follow_the_cadence_when_left_out(tmp_path: Path, cadence: str, lead: int, grace: int) -> None:
    ((one,), problems) = read(tmp_path, HEAD + cadence + "\n")
    assert problems == []
    assert (one.schedule.lead, one.schedule.grace) == (
        Duration(lead, Unit.WORKING_DAY),
        Duration(grace, Unit.WORKING_DAY),
    )


@pytest.mark.parametrize(
    ("more", "practice"),
    [
        pytest.param("", True, id="each, by default of the pack"),
        pytest.param("practice = false\n", False, id="said otherwise"),
        pytest.param('completion = "any"\n', False, id="nobody's own job"),
        pytest.param('completion = "any"\npractice = true\n', True, id="asked for"),
    ],
)
def test_the_first_run_is_practice_where_the_pack_says_so(tmp_path: Path, more: str, practice: bool) -> None:
    ((one,), _) = read(tmp_path, HEAD + 'every = "3 months"\n' + more, practice=True)
    assert one.schedule.practice is practice


@pytest.mark.parametrize(
    ("more", "line", "path", "part"),
    [
        pytest.param('every = "3 months"\ngrcae = "1 day"', 6, "schedule[x].grcae", 'unknown key, did you mean "grace"?', id="unknown key"),
        pytest.param("every = 3", 5, "schedule[x].every", "must be text in quotes", id="wrong type"),
        pytest.param('every = "3 moons"', 5, "schedule[x].every", '"3 moons" is no duration', id="no duration"),
        pytest.param('every = "6 hours"', 5, "schedule[x].every", "finer than a day", id="finer than a day"),
        pytest.param('cron = "0 * * * *"', 5, "schedule[x].cron", "finer than a day", id="cron finer than a day"),
        pytest.param('rrule = "FREQ=HOURLY"', 5, "schedule[x].rrule", "finer than a day", id="rrule finer than a day"),
        pytest.param("", 1, "schedule[x].every", "exactly one of every, rrule and cron", id="no cadence"),
        pytest.param('every = "1 day"\ncron = "0 9 1 * *"', 5, "schedule[x].every", "exactly one of", id="two cadences"),
        pytest.param('every = "3 months"\nstart = "soon"', 6, "schedule[x].start", '"soon" is no start', id="no start"),
        pytest.param('every = "3 months"\nstart = 2026-02-30', 6, "schedule[0].start", "no day of the calendar", id="30 February"),
        pytest.param('every = "3 months"\nuntil = "2026-02-30"', 6, "schedule[x].until", "a day that exists", id="30 February in quotes"),
        pytest.param('every = "3 months"\nuntil = 2027-01-01T10:00:00', 6, "schedule[x].until", "without a time", id="a moment"),
        pytest.param('every = "3 months"\nstart = 2027-01-01\nuntil = 2026-01-01', 7, "schedule[x].until", "lies before start", id="until before start"),
        pytest.param('every = "3 months"\non = "fryday"', 6, "schedule[x].on", "names no day of a month", id="no day of the month"),
        pytest.param('every = "3 months"\nshift = "calm dya"', 6, "schedule[x].shift", 'did you mean "calm day"?', id="unknown shift"),
        pytest.param('every = "3 months"\nladder = "steep"', 6, "schedule[x].ladder", '"gentle", "chore"', id="unknown ladder"),
        pytest.param('every = "3 months"\nlevel = "typd"', 6, "schedule[x].level", 'did you mean "typed"?', id="unknown level"),
        pytest.param('every = "3 months"\ncompletion = "quorum 0"', 6, "schedule[x].completion", '"quorum 2"', id="quorum of none"),
        pytest.param('every = "3 months"\npractice = "yes"', 6, "schedule[x].practice", "must be true or false", id="no boolean"),
        pytest.param('every = "3 months"\nwas = "old"', 6, "schedule[x].was", "must be a list", id="no list"),
        pytest.param('every = "3 months"\nwas = ["x"]', 6, "schedule[x].was", "is the present id", id="was itself"),
        pytest.param('every = "3 months"\nlead = "72 hours"', 6, "schedule[x].lead", "finer than a day", id="lead in hours"),
        pytest.param(
            'every = "3 months"\npause = [\n{ from = 2027-07-01, until = 2027-07-31 }]', 7, "schedule[x].pause[0].why", "is missing", id="pause without why"
        ),
        pytest.param(
            'every = "3 months"\npause = [{ from = 2027-07-31, until = 2027-07-01, why = "w" }]', 6, "schedule[x].pause", "cannot end before it", id="pause backwards"
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_path_and_remedy(
    tmp_path: Path, more: str, line: int, path: str, part: str
) -> None:
    declared, problems = read(tmp_path, HEAD + more + "\n")
    told = [(one.where, one.path) for one in problems]
    assert told == [(f"{tmp_path / 'schedules.toml'}:{line}", path.replace("schedule[0]", "schedule[x]"))] or told == [
        (f"{tmp_path / 'schedules.toml'}:{line}", path)
    ]
    assert part in problems[0].what
    assert declared == () or "no day of the calendar" in part


@pytest.mark.parametrize(
    ("assign", "part"),
    [
        pytest.param('"operations"', 'write "role:operations" or { rotate = "role:operations" }', id="no role:"),
        pytest.param('{ rota = "role:operations" }', 'must be "role:…" or { rotate = "role:…" }', id="no rotate"),
        pytest.param('"role:Ops Team"', 'write "ops-team"', id="charset"),
    ],
)
def test_assign_names_a_role(tmp_path: Path, assign: str, part: str) -> None:
    _, (problem,) = read(tmp_path, HEAD.replace('"role:operations"', assign) + 'every = "3 months"\n')
    assert (problem.where, problem.path) == (f"{tmp_path / 'schedules.toml'}:4", "schedule[x].assign")
    assert part in problem.what


def test_an_id_of_other_characters_is_refused_with_a_usable_one(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path, HEAD.replace('"x"', '"Policy Review"') + 'every = "3 months"\n')
    assert problem.what == '"Policy Review" is no id: only a-z, 0-9 and hyphens; write "policy-review"'


def test_rotate_and_each_contradict_each_other(tmp_path: Path) -> None:
    text = (
        HEAD.replace('"role:operations"', '{ rotate = "role:operations" }') + 'every = "1 month"\ncompletion = "each"\n'
    )
    _, (problem,) = read(tmp_path, text)
    assert problem.what.startswith("rotate gives each job to one person")


def test_lead_and_grace_beyond_the_cadence_are_refused_with_the_arithmetic(tmp_path: Path) -> None:
    text = HEAD + 'every = "1 month"\non = "15"\nlead = "10 working days"\ngrace = "15 working days"\n'
    _, (problem,) = read(tmp_path, text)
    assert problem.what == (
        "lead 10 working days (14 days) + grace 15 working days (21 days) = 35 days is longer than the shortest gap of "
        "28 days; shorten one of them"
    )
    assert problem.where.endswith(":8")


def test_lead_and_grace_that_fill_the_gap_exactly_are_fine(tmp_path: Path) -> None:
    text = HEAD + 'every = "28 days"\nlead = "10 working days"\ngrace = "14 days"\n'
    assert read(tmp_path, text)[1] == []
    _, (problem,) = read(tmp_path, text.replace("28 days", "27 days"))
    assert (
        "lead 10 working days (14 days) + grace 14 days = 28 days is longer than the shortest gap of 27" in problem.what
    )


def test_every_problem_of_a_file_is_told_not_only_the_first(tmp_path: Path) -> None:
    text = HEAD + 'every = "3 moons"\ngrcae = "x"\n' + HEAD.replace('"x"', '"y"') + 'every = "2 hours"\n[extra]\n'
    declared, problems = read(tmp_path, text)
    assert declared == ()
    assert {problem.path for problem in problems} == {
        "extra",
        "schedule[x].every",
        "schedule[x].grcae",
        "schedule[y].every",
    }


def test_a_single_table_is_told_to_be_an_array(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path, HEAD.replace("[[schedule]]", "[schedule]"))
    assert "[[schedule]]" in problem.what


def test_a_duplicate_id_names_both_lines(tmp_path: Path) -> None:
    body = HEAD + 'every = "3 months"\n'
    declared, problems = read(tmp_path, body + body)
    (problem,) = duplicates(declared)
    file = tmp_path / "schedules.toml"
    assert problems == []
    assert problem.where == f"{file}:7"
    assert f'the id "x" is used already at {file}:1' in problem.what


def test_a_former_id_belongs_to_one_schedule_only(tmp_path: Path) -> None:
    first = HEAD + 'every = "3 months"\nwas = ["old", "z"]\n'
    second = first.replace('"x"', '"y"').replace(', "z"', "")
    third = HEAD.replace('"x"', '"z"') + 'every = "3 months"\n'
    declared, _ = read(tmp_path, first + second + third)
    assert [problem.what.split(" at ")[0] for problem in duplicates(declared)] == [
        '"z" is still in use',
        '"old" is claimed already',
    ]


def test_an_unknown_role_is_told_with_the_nearest(tmp_path: Path) -> None:
    declared, _ = read(tmp_path, HEAD.replace("operations", "operation") + 'every = "3 months"\nowner = "nobody"\n')
    assert [(one.path, one.what) for one in unknown_roles(declared, ["operations", "product-manager"])] == [
        ("schedule[x].assign", 'no role is called "operation", did you mean "operations"?'),
        ("schedule[x].owner", 'no role is called "nobody"; known: operations, product-manager'),
    ]
