"""The lightweight pack keeps what it says about cadence, time and people."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from isms_bot.errors import Problem
from isms_bot.forecast import Expected, anchors, forecast
from isms_bot.history import History
from isms_bot.model import Completion, Duration, Ladder, RelativeStart, Schedule, Shift, Unit, WorkCalendar
from isms_bot.packs import Pack, load_pack
from isms_bot.packs.schedules import in_days, read_schedules
from isms_bot.packs.tomlfile import TomlFile
from isms_bot.recurrence import shortest_gap

ITEMS = [
    "purpose-and-review", "location-of-information", "application-vulnerabilities", "system-vulnerabilities",
    "hosting-location", "production-data", "backups", "disaster-recovery", "workplace", "authentication",
    "personal-data", "supplier-policy", "awareness",
]  # fmt: skip
EACH, ANY, ALL = Completion.EACH, Completion.ANY, Completion.ALL
GENTLE = (Ladder.GENTLE, 10, 10)
CHORE = (Ladder.CHORE, 5, 5)
PM, DEPUTY, TEAM = "product-manager", "deputy", "team-member"

PROMISES = {
    "inventory-review": (6, 2, GENTLE, PM, ANY, DEPUTY, "location-of-information"),
    "policy-review": (3, 5, GENTLE, TEAM, EACH, PM, "purpose-and-review"),
    "backup-restore-test": (3, 7, GENTLE, "operations", ANY, PM, "backups"),
    "access-review": (3, 9, GENTLE, "operations", ANY, PM, "authentication"),
    "system-upkeep": (1, 11, CHORE, "operations", ANY, PM, "system-vulnerabilities"),
    "app-vulnerability-check": (1, 13, CHORE, "developer", ANY, PM, "application-vulnerabilities"),
    "look-back": (3, 13, GENTLE, PM, ANY, DEPUTY, "purpose-and-review"),
    "computer-check": (6, 16, GENTLE, TEAM, EACH, PM, "workplace"),
    "awareness-study": (6, 20, (Ladder.GENTLE, 20, 15), TEAM, EACH, PM, "awareness"),
    "recovery-exercise": (12, 26, (Ladder.YEARLY, 20, 15), "recovery-team", ALL, PM, "disaster-recovery"),
}
"""Schedule: months, week of the first due day, ladder with lead and grace in working days, who, how many sign, the second person,
the item that records go to."""

TEN = {"team-member": 10, "developer": 5, "operations": 2, "recovery-team": 3, "product-manager": 1}
"""A team of ten: a product manager, five developers, two in operations, two others. Three take part in the recovery exercise."""
SECOND_LOOKS = {
    "system-upkeep": 5,
    "app-vulnerability-check": 5,
    "backup-restore-test": 10,
    "access-review": 10,
    "recovery-exercise": 15,
}
"""Minutes for which the product manager looks at a result."""  # fmt: skip
DUTCH = WorkCalendar(holidays="NL")
START = date(2027, 1, 4)
STARTS = [START + timedelta(days=17 * number) for number in range(60)]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("lightweight")


@pytest.fixture(scope="module")
def schedules(pack: Pack) -> dict[str, Schedule]:
    return {schedule.id: schedule for schedule in pack.schedules}


def expected(pack: Pack, start: date, years: int, since: int = 0) -> tuple[Expected, ...]:
    """What `simulate` shows of the years from `since` to `years` after an activation on `start`."""
    starts, assumed = anchors(pack.schedules, History(), otherwise=start)
    assert len(assumed) == len(pack.schedules)
    minutes = {page.id: int(page.text("minutes")) for page in pack.of_kind("procedure")}
    first, last = (start.replace(year=start.year + count) for count in (since, years))
    return forecast(
        pack.schedules, starts, DUTCH, start=first, until=last - timedelta(days=1), minutes=minutes, team=TEN
    ).expected


def test_the_ten_schedules_are_there(schedules: dict[str, Schedule]) -> None:
    assert set(schedules) == set(PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_each_promise_has_its_cadence_and_people(schedules: dict[str, Schedule], name: str) -> None:
    months, week, (ladder, lead, grace), role, completion, second, item = PROMISES[name]
    one = schedules[name]
    calm = Shift.CALM_CHORE if ladder is Ladder.CHORE else Shift.CALM
    assert (one.rule.every, one.rule.start, one.rule.shift) == (Duration(months, Unit.MONTH), RelativeStart(week), calm)
    assert (one.role, one.completion, one.owner, one.policy) == (role, completion, second, item)
    assert (one.ladder, one.lead, one.grace) == (
        ladder,
        Duration(lead, Unit.WORKING_DAY),
        Duration(grace, Unit.WORKING_DAY),
    )
    assert one.rotate is (ladder is Ladder.CHORE)
    assert one.practice is (completion is EACH)
    assert one.role != one.owner
    assert in_days(one.lead) + in_days(one.grace) <= shortest_gap(one.rule)


def test_policy_items_come_in_their_order(pack: Pack) -> None:
    assert [page.id for page in pack.of_kind("policy")] == ITEMS
    assert pack.page("policy-review").title == "Information Security Policy Review"


def test_every_procedure_states_its_minutes(pack: Pack) -> None:
    scheduled = {one.procedure for one in pack.schedules}
    minutes = {page.id: page.front.get("minutes") for page in pack.of_kind("procedure")}
    assert [one for one in scheduled if one != "recovery-exercise" and minutes[one] not in range(20, 91)] == []
    assert minutes["recovery-exercise"] == 180
    assert all(isinstance(one, int) and 20 <= one <= 180 for one in minutes.values()), minutes


def test_two_years_show_every_schedule_with_its_occurrences(pack: Pack) -> None:
    counted = Counter(one.schedule for one in expected(pack, START, 2))
    assert counted == {
        "policy-review": 8, "backup-restore-test": 8, "access-review": 8, "look-back": 7, "inventory-review": 4,
        "computer-check": 4, "awareness-study": 4, "system-upkeep": 21, "app-vulnerability-check": 21, "recovery-exercise": 2,
    }  # fmt: skip


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_nothing_falls_due_in_the_quiet_weeks(pack: Pack, start: date) -> None:
    for one in expected(pack, start, 2):
        at = (one.due.month, one.due.day)
        assert (1, 6) < at < (12, 18), one
        if PROMISES[one.schedule][2][0] is not Ladder.CHORE:
            assert not (7, 15) <= at <= (8, 31), one


def test_the_inventory_comes_first_and_everything_has_begun_within_half_a_year(pack: Pack) -> None:
    first: dict[str, date] = {}
    for one in expected(pack, START, 1):
        first.setdefault(one.schedule, one.due)
    assert min(first, key=lambda name: first[name]) == "inventory-review"
    assert max(first.values()) <= START + timedelta(weeks=27)


def test_a_team_of_ten_has_119_jobs_in_a_year_that_runs(pack: Pack) -> None:
    counted = Counter(one.schedule for one in expected(pack, START, 2, since=1))
    each = {one.id for one in pack.schedules if one.completion is EACH}
    assert sum(count * (TEN["team-member"] if name in each else 1) for name, count in counted.items()) == 119


@pytest.mark.parametrize("name", SECOND_LOOKS)
def test_the_time_of_a_second_look_is_stated_by_the_item(pack: Pack, name: str) -> None:
    item = pack.page(PROMISES[name][-1])
    title = pack.page(name).title
    costs = next(line for line in item.body.split("\n") if line.startswith(f"- {title}: "))
    assert re.search(rf" {SECOND_LOOKS[name]} minutes (?:each time )?for a look by the product manager\.$", costs)


def hours(pack: Pack) -> dict[str, float]:
    """Hours of one person of each kind in a year that runs, the team's look-back included."""
    of: Counter[str] = Counter()
    looks = 0
    together = int(pack.page("look-back").text("minutes"))
    for one in expected(pack, START, 2, since=1):
        looks += SECOND_LOOKS.get(one.schedule, 0)
        if one.schedule == "look-back":
            of["everyone"] += together
        elif one.role == "team-member":
            of["everyone"] += one.minutes // TEN["team-member"]
        else:
            of[one.schedule] += one.minutes
    developer = of["app-vulnerability-check"] / 5 + of["recovery-exercise"] / 3 / 5
    operations = (
        of["backup-restore-test"] + of["access-review"] + of["system-upkeep"] + of["inventory-review"]
    ) / 2 + of["recovery-exercise"] / 3
    return {
        "developer": (of["everyone"] + developer) / 60,
        "operations": (of["everyone"] + operations) / 60,
        "product-manager": (of["everyone"] + of["inventory-review"] + looks) / 60,
        "others": of["everyone"] / 60,
    }


def test_the_hours_of_a_person_are_those_that_the_pack_is_described_by(pack: Pack) -> None:
    assert {who: round(count) for who, count in hours(pack).items()} == {
        "developer": 9,
        "operations": 19,
        "product-manager": 13,
        "others": 7,
    }


def test_what_is_off_until_asked_for_can_be_copied_as_it_stands(pack: Pack, tmp_path: Path) -> None:
    text = (pack.path / "schedules.toml").read_text(encoding="utf-8").partition("# Off until asked for.")[2]
    copied = tmp_path / "own.toml"
    copied.write_text(re.sub(r"(?m)^# ?", "", text[text.index("#\n") :]), encoding="utf-8")
    problems: list[Problem] = []
    found = read_schedules(TomlFile.read(copied), problems)
    assert problems == []
    assert [one.schedule.id for one in found] == [
        "external-security-test",
        "privacy-rehearsal",
        "production-data-check",
    ]
    for one in found:
        page = pack.page(one.schedule.procedure)
        assert (page.kind, page.text("policy")) == ("procedure", one.schedule.policy)
        assert one.schedule.id not in PROMISES
