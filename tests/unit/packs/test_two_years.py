"""Both packs over two years, from many first days: every promise has its occurrences, people get the load that the packs are
described by, and the quiet weeks are quiet."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from isms_bot.calendars import add_months
from isms_bot.forecast import Expected, anchors, forecast
from isms_bot.history import History
from isms_bot.lifecycle.activation import floors
from isms_bot.load import Load, Team, costs, counted, load, minutes, preview
from isms_bot.model import Completion, Ladder, Schedule, Unit, WorkCalendar
from isms_bot.packs import Pack, load_pack

DUTCH = WorkCalendar(holidays="NL")
STARTS = [date(2026, 1, 5) + timedelta(days=61 * number) for number in range(66)]
"""Every second month of 2026 to 2036, on all days of the week and of the month."""
LIGHTWEIGHT, ISO = load_pack("lightweight"), load_pack("iso27001")
PACKS = [pytest.param(LIGHTWEIGHT, id="lightweight"), pytest.param(ISO, id="iso27001")]


def people(*groups: tuple[int, str]) -> Team:
    return [frozenset(roles.split("+")) for count, roles in groups for _ in range(count)]


TEN = people(
    (1, "product-manager"), (4, "developer"), (1, "developer+recovery-team"), (2, "operations+recovery-team"), (2, "team-member")
)  # fmt: skip
"""A product manager, five developers, two in operations, two others."""
THIRTY = people(
    (1, "product-manager"), (2, "top-management+risk-owner"), (1, "security-officer"), (1, "data-protection-officer+legal-contact"),
    (1, "it-administrator+technical-staff"), (3, "operations+technical-staff+remote-worker"), (1, "internal-auditor"),
    (1, "incident-lead+operations+continuity-team+technical-staff"), (7, "developer+technical-staff+remote-worker"),
    (2, "senior-developer+technical-staff+remote-worker"), (1, "head-of-development+continuity-team"), (1, "human-resources"),
    (1, "office-manager+asset-owner+records-owner+contract-owner"), (1, "change-reviewer"), (2, "system-owner+key-custodian"),
    (4, "remote-worker"),
)  # fmt: skip
"""A company of thirty in which the offices of the standard are shared out."""


def expected(pack: Pack, start: date, team: Team, first: int, last: int) -> tuple[Expected, ...]:
    """What falls due from so many months after everything came into force on `start` until so many."""
    starts, _ = anchors(pack.schedules, History(activated={"all": start}))
    begin, until = add_months(start, first), add_months(start, last) - timedelta(days=1)
    time = minutes(costs(pack))
    return forecast(
        pack.schedules, starts, DUTCH, start=begin, until=until, minutes=time, team=counted(team)
    ).expected  # fmt: skip


def year(pack: Pack, team: Team, start: date) -> Load:
    """The load of the second year, in which everything runs."""
    return load(expected(pack, start, team, 12, 24), pack.schedules, team, costs(pack))


def every(schedule: Schedule) -> int:
    """Months between two occurrences; 0 for one that comes once."""
    rule = schedule.rule.every
    assert rule is None or rule.unit is Unit.MONTH
    return rule.count if rule else 0


@pytest.mark.parametrize("start", STARTS[:12], ids=str)
@pytest.mark.parametrize("pack", PACKS)
def test_every_promise_has_its_occurrences_by_its_cadence(pack: Pack, start: date) -> None:
    """None is left out and none comes twice: as many nominal dates lie in two years as the cadence has after its first one."""
    first, _ = anchors(pack.schedules, History(activated={"all": start}))
    # A due day lies up to seven weeks behind its nominal date, so that two years are seen whole only from a little later.
    seen = Counter(
        one.schedule
        for one in expected(pack, start, TEN, 0, 27)
        if one.key.partition("/")[2] < str(add_months(start, 24))
    )
    for schedule in pack.schedules:
        months = every(schedule)
        wanted = (
            1
            if not months
            else sum(add_months(first[schedule.id], count * months) < add_months(start, 24) for count in range(25))
        )
        assert seen[schedule.id] == wanted, schedule.id
        assert wanted >= (1 if months in (0, 12) else 24 // months - 3)


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("pack", PACKS)
def test_nothing_falls_due_in_the_quiet_weeks(pack: Pack, start: date) -> None:
    """Neither 18 December to 6 January, nor 15 July to 31 August; the monthly rounds go on in summer."""
    chores = {one.id for one in pack.schedules if one.ladder is Ladder.CHORE}
    for one in expected(pack, start, TEN, 0, 24):
        at = (one.due.month, one.due.day)
        assert (1, 6) < at < (12, 18), one
        assert one.schedule in chores or not (7, 15) <= at <= (8, 31), one


@pytest.mark.parametrize("start", STARTS[::6], ids=str)
def test_a_team_of_ten_has_the_load_that_the_lightweight_pack_is_described_by(start: date) -> None:
    """119 jobs a year, and in hours a year 9 for a developer, 19 in operations, 13 for the product manager, 7 for others. A due day
    that is moved over the end of the year makes one occurrence more or less of a cadence: within two jobs and 1.1 hours."""
    found = year(LIGHTWEIGHT, TEN, start)
    assert abs(found.jobs - 119) <= 2
    for role, hours in {"developer": 9, "operations": 19, "product-manager": 13, "team-member": 7}.items():
        assert abs(found.of(role).hours_each - hours) <= 1.1, (role, found.of(role))


def test_on_average_these_figures_hold_to_the_hour() -> None:
    found = [year(LIGHTWEIGHT, TEN, start) for start in STARTS]
    assert Counter(one.jobs for one in found).most_common(1)[0][0] == 119
    assert round(sum(one.jobs for one in found) / len(found)) == 119
    for role, hours in {"developer": 9, "operations": 19, "product-manager": 13, "team-member": 7}.items():
        assert round(sum(one.of(role).hours_each for one in found) / len(found)) == hours, role


def test_a_single_week_asks_nobody_for_a_working_day_of_the_lightweight_pack() -> None:
    for start in STARTS[::6]:
        week = year(LIGHTWEIGHT, TEN, start).busiest
        assert week is not None
        assert week.hours < 7.5, week


def test_the_offices_of_the_standard_have_some_72_jobs_a_year_and_each_person_four_to_eight() -> None:
    """72 without the second look a year at critical suppliers, which makes 73. What everyone has: 8 in development and operations,
    4 elsewhere, 2 for whoever neither is technical nor works remotely."""
    each = {one.id for one in ISO.schedules if one.completion is Completion.EACH}
    offices = [sum(one.schedule not in each for one in expected(ISO, start, THIRTY, 12, 24)) for start in STARTS]
    assert Counter(offices).most_common(1)[0][0] == 73
    assert all(abs(count - 73) <= 5 for count in offices), offices
    personal = Counter(one.role for one in expected(ISO, date(2027, 1, 4), THIRTY, 12, 24) if one.schedule in each)
    assert personal == {"technical-staff": 4, "team-member": 2, "remote-worker": 2}


@pytest.mark.parametrize(("pack", "team"), [(LIGHTWEIGHT, TEN), (ISO, THIRTY)], ids=["lightweight", "iso27001"])
def test_each_role_of_a_fitting_team_is_held(pack: Pack, team: Team) -> None:
    """What nobody holds would fall to the product manager and make these figures worth nothing."""
    held = {role for roles in team for role in roles} | {"team-member"}
    assert {one.role for one in pack.schedules} <= held


@pytest.mark.parametrize(
    ("pack", "team", "weeks"), [(LIGHTWEIGHT, TEN, 1), (ISO, THIRTY, 2)], ids=["lightweight", "iso27001"]
)
def test_one_item_after_the_other_ends_with_the_load_of_all_at_once(pack: Pack, team: Team, weeks: int) -> None:
    """The load never jumps back, each item brings what it has, no first date comes before its lead, and in the end everything is in
    force."""
    history, on, total = History(), date(2027, 1, 4), 0
    for item in pack.rollout:
        shown = preview(item, on, pack.schedules, history, DUTCH, team, costs(pack))
        within = {one.id for one in pack.schedules if one.policy == item}
        assert {one.schedule for one in shown.first} <= within
        assert shown.before.jobs <= shown.after.jobs
        assert all(one.opens >= on - timedelta(days=5) for one in shown.first), (
            "holidays may draw an opening a few days forward"
        )
        history.activated[item] = on
        history.floors.update(floors(item, on, pack.schedules))
        total, on = shown.after.jobs, on + timedelta(weeks=weeks)
    later = preview("all", on, pack.schedules, history, DUTCH, team, costs(pack))
    assert later.first == ()
    assert later.before == later.after
    assert total > 0
    firsts, _ = anchors(pack.schedules, history)
    assert max(firsts.values()) <= date(2027, 1, 4) + timedelta(weeks=60)
