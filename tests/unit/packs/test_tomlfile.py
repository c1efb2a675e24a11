"""Every value of a TOML file has its line, and a file that cannot be read says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from isms_bot.errors import ConfigError
from isms_bot.packs.tomlfile import Loc, TomlFile, line_of

TEXT = '''\
# a comment
top = 1

[workspaces.acme]   # with a remark
token = { env = "A" }
long = """
a
"""
list = [
  "a",
  "b",
]
a.b.c = 3

[workspaces.acme.labels]
name = "N"

[[schedule]]
id = "a"

[[schedule]]
id = "b"
pause = [{ from = 2027-07-01, until = 2027-07-31 },
  { from = 2028-07-01, until = 2028-07-31 }]

["quoted key"]
z = 1
[workspaces.beta]
r = 1
'''


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        pytest.param((), 1, id="the file"),
        pytest.param(("top",), 2, id="a key"),
        pytest.param(("workspaces",), 4, id="a table only implied"),
        pytest.param(("workspaces", "acme"), 4, id="a table with a remark"),
        pytest.param(("workspaces", "acme", "token", "env"), 5, id="a key of an inline table"),
        pytest.param(("workspaces", "acme", "long"), 6, id="a text of several lines"),
        pytest.param(("workspaces", "acme", "list", 1), 11, id="an element of a list"),
        pytest.param(("workspaces", "acme", "a", "b"), 13, id="a dotted key"),
        pytest.param(("workspaces", "acme", "missing"), 4, id="a missing key: its table"),
        pytest.param(("workspaces", "acme", "token", "missing"), 5, id="a missing key of an inline table"),
        pytest.param(("workspaces", "acme", "labels", "name"), 16, id="a key of a table in a table"),
        pytest.param(("schedule",), 18, id="an array of tables: its first"),
        pytest.param(("schedule", 1), 21, id="the second of an array of tables"),
        pytest.param(("schedule", 1, "pause", 1, "from"), 24, id="an inline table in a list"),
        pytest.param(("quoted key", "z"), 27, id="a quoted key"),
        pytest.param(("workspaces", "beta", "r"), 29, id="a table continued later"),
    ],
)
def test_every_value_has_its_line(loc: Loc, line: int) -> None:
    assert line_of(TEXT, loc) == line


@pytest.mark.parametrize(
    ("written", "where", "path", "part"),
    [
        pytest.param("a = 1\nb = 2026-02-30\n", 2, "b", "2026-02-30 is no day of the calendar", id="30 February"),
        pytest.param("[x]\nb = 2026-13-01\n", 2, "x.b", "2026-13-01 is no day of the calendar", id="month 13"),
        pytest.param(
            "b = [2026-1-5]\n", 1, "b[0]", "2026-1-5 is no day of the calendar", id="digits missing, in a list"
        ),
    ],
)
def test_an_impossible_day_is_a_sentence_and_the_rest_is_still_read(
    tmp_path: Path, written: str, where: int, path: str, part: str
) -> None:
    file = tmp_path / "x.toml"
    file.write_text(written)
    (problem,) = TomlFile.read(file).impossible
    assert (problem.where, problem.path) == (f"{file}:{where}", path)
    assert part in problem.what


def test_two_impossible_days_are_two_problems(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("a = 2026-02-30\nb = 2026-02-30\nc = 2027-11-31")
    assert [(one.where, one.path) for one in TomlFile.read(file).impossible] == [
        (f"{file}:{line}", key) for line, key in ((1, "a"), (2, "b"), (3, "c"))
    ]


@pytest.mark.parametrize(
    ("raw", "line", "part"),
    [
        pytest.param(b"[x]\na 1\n", 2, "this is not TOML: Expected '='", id="syntax"),
        pytest.param(b"a = 1\na = 2\n", 2, "this is not TOML: Cannot overwrite a value", id="a key twice"),
        pytest.param(b"a = [1,\n", 2, "this is not TOML", id="the end comes too early"),
        pytest.param(b"a = 1\nb = '\xff'\n", 2, "is not UTF-8 text", id="not UTF-8"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, raw: bytes, line: int, part: str) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        TomlFile.read(file)
    (problem,) = caught.value.problems
    assert problem.where == f"{file}:{line}"
    assert part in problem.what


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        TomlFile.read(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        TomlFile.read(tmp_path)


def test_windows_line_ends_count_once(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(b"a = 1\r\n[t]\r\nb = 2\r\n")
    assert TomlFile.read(file).where(("t", "b")) == f"{file}:3"
