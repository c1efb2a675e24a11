"""docs/coverage.md names every requirement once, and nothing that is not there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from isms_bot.packs import available, load_pack

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "coverage.md"
NUMBERS = [f"S{number}" for number in (*range(1, 73), *range(99, 173))]
_ROW = re.compile(r"\| (S\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")


def rows() -> list[tuple[str, str, str, list[str]]]:
    """Number, what is asked for, the sentence and what is named, of each row."""
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    found = [_ROW.fullmatch(line) for line in lines if line.startswith("| S")]
    assert None not in found, "a row is torn"
    return [(row[1], row[2], row[3], re.findall(r"`([^`]+)`", row[4])) for row in found if row is not None]


@cache
def schedules() -> frozenset[str]:
    return frozenset(f"{name}: {one.id}" for name in available() for one in load_pack(name).schedules)


def there(named: str) -> bool:
    """True for a schedule, a verb or a path that exists; a module may be a file or a package."""
    if named.startswith("isms-bot "):
        return (ROOT / "isms_bot" / "cli" / f"{named.removeprefix('isms-bot ')}.py").is_file()
    if ": " in named:
        return named in schedules()
    return (ROOT / named).exists() or (ROOT / f"{named}.py").is_file()


def test_every_requirement_stands_there_once_and_in_its_order() -> None:
    assert [number for number, *_ in rows()] == NUMBERS


def test_each_has_one_sentence_and_something_that_serves_it() -> None:
    for number, asked, sentence, named in rows():
        assert 3 <= len(asked) <= 60, number
        assert re.fullmatch(r"[A-Z].+\.", sentence), number
        assert ". " not in sentence, f"{number}: one sentence"
        assert named, number


def test_whatever_is_named_is_there() -> None:
    assert {number: gone for number, *_, named in rows() if (gone := [one for one in named if not there(one)])} == {}


def test_a_name_that_is_gone_would_be_noticed() -> None:
    gone = ("schedules/lightweight/pages/gone.md", "lightweight: gone", "isms-bot gone", "isms_bot/gone")
    assert [one for one in gone if there(one)] == []


def test_every_item_procedure_and_schedule_of_the_larger_pack_serves_something() -> None:
    """The 23 procedures, what to do and what to check, are there for a reason."""
    named = {one for *_, served in rows() for one in served}
    pack = load_pack("iso27001")
    items = {f"schedules/iso27001/pages/{item}.md" for item in pack.policy if item.startswith("sop-")}
    assert items - named == set()
    main = {f"iso27001: {one.id}" for one in pack.schedules if one.policy.startswith("sop-")}
    assert main - named == set()


def test_every_schedule_of_the_lightweight_pack_serves_something() -> None:
    named = {one for *_, served in rows() for one in served}
    assert {f"lightweight: {one.id}" for one in load_pack("lightweight").schedules} - named == set()
