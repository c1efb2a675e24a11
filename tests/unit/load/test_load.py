"""What promises cost one person in each role, and what a decision to activate would change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from isms_bot.forecast import Expected
from isms_bot.history import History
from isms_bot.load import Cost, Load, RoleLoad, Team, Week, counted, load, one_of_each, preview
from isms_bot.model import Completion, Duration, RelativeStart, Rule, Schedule, Unit, WorkCalendar

JAN = date(2027, 1, 4)
"""A Monday."""
ONE = Schedule(
    "check", "check", Rule(every=Duration(3, Unit.MONTH), start=RelativeStart(5)), "operations", completion=Completion.ANY,
    policy="backups",
)  # fmt: skip
PM, OPS, DEV = frozenset({"product-manager"}), frozenset({"operations"}), frozenset({"developer"})
NOBODY: frozenset[str] = frozenset()
TEAM: Team = (PM, OPS, OPS, NOBODY)


def due(schedule: Schedule = ONE, day: date = JAN, index: int = 0) -> Expected:
    return Expected(
        f"{schedule.id}/{day}", schedule.id, schedule.procedure, schedule.role, day, day, day, 0, index=index
    )


def each(found: Load) -> dict[str, tuple[float, float]]:
    """Jobs and hours of one person, by role."""
    return {one.role: (one.jobs_each, one.hours_each) for one in found.roles}


SHARES = [
    ("any: shared by those who may", {}, Cost(60), (1, 0.5, 0.5)),
    ("rotate: one after the other", {"rotate": True}, Cost(60), (1, 0.5, 0.5)),
    ("each: one job per person", {"completion": Completion.EACH}, Cost(60), (2, 1.0, 1.0)),
    ("all: one job for all", {"completion": Completion.ALL}, Cost(60), (1, 1.0, 1.0)),
    ("quorum of one", {"completion": Completion.QUORUM, "quorum": 1}, Cost(60), (1, 0.5, 0.5)),
    ("quorum of more than there are", {"completion": Completion.QUORUM, "quorum": 5}, Cost(60), (1, 1.0, 1.0)),
]


@pytest.mark.parametrize(("given", "cost", "expected"), [row[1:] for row in SHARES], ids=[row[0] for row in SHARES])
def test_what_a_job_asks_of_one_person(
    given: dict[str, object], cost: Cost, expected: tuple[int, float, float]
) -> None:
    schedule = replace(ONE, **given)  # type: ignore[arg-type]
    found = load([due(schedule)], [schedule], TEAM, {"check": cost}).of("operations")
    assert (found.jobs, found.jobs_each, found.hours_each) == expected


def test_whoever_takes_part_or_looks_spends_time_and_has_no_job() -> None:
    beside = load([due()], [ONE], TEAM, {"check": Cost(60, "product-manager", every=False, look=30)})
    assert each(beside) == {"operations": (0.5, 0.5), "product-manager": (0.0, 1.5), "team-member": (0.0, 0.0)}
    together = load([due()], [ONE], TEAM, {"check": Cost(60, "team-member", every=True)})
    assert each(together) == {"operations": (0.5, 1.0), "product-manager": (0.0, 1.0), "team-member": (0.0, 1.0)}
    assert (together.jobs, together.hours, together.of("operations").hours) == (1, 4.0, 4.0)


def test_team_members_are_told_by_those_who_are_nothing_else() -> None:
    everybody = replace(ONE, role="team-member", completion=Completion.EACH)
    found = load([due(everybody)], [everybody], TEAM, {"check": Cost(60)}).of("team-member")
    assert found == RoleLoad("team-member", 4, 4, 4.0, 1.0, 1.0, others=1)
    assert load([due(everybody)], [everybody], (PM, OPS), {}).of("team-member").others == 0


def test_what_nobody_holds_falls_to_the_product_manager() -> None:
    found = load([due()], [ONE], (PM, DEV), {"check": Cost(60)})
    assert (found.of("operations").people, found.of("product-manager").hours_each) == (0, 1.0)
    assert load([due()], [ONE], (DEV,), {"check": Cost(60, look=5)}).hours == 0.0


def test_a_procedure_that_says_nothing_takes_half_an_hour_and_a_role_without_jobs_none() -> None:
    found = load([due()], [ONE], (OPS,), {})
    assert found.hours == 0.5
    assert found.of("nobody") == RoleLoad("nobody", 0, 0, 0.0, 0.0, 0.0)


def test_the_fullest_week_is_that_of_whose_turn_it_is_or_may_be() -> None:
    turn = replace(ONE, rotate=True)
    listed = [
        due(turn, JAN, 0),
        due(turn, date(2027, 1, 6), 1),
        due(turn, date(2027, 1, 12), 2),
        due(turn, date(2027, 1, 14), 4),
    ]
    assert load(listed, [turn], TEAM, {"check": Cost(60)}).busiest == Week(date(2027, 1, 11), "operations", 2, 2.0)
    asked = [due(ONE, JAN), due(ONE, date(2027, 1, 8))]
    assert load(asked, [ONE], TEAM, {"check": Cost(60)}).busiest == Week(JAN, "operations", 2, 2.0)
    assert load([], [ONE], TEAM, {}).busiest is None
    everybody = replace(ONE, role="team-member", completion=Completion.EACH)
    found = load([due(everybody)], [everybody], (NOBODY,), {}).as_json()
    assert found["busiest_week"] == {"monday": "2027-01-04", "role": "team-member", "jobs": 1, "hours": 0.5}


def test_where_nobody_is_known_each_role_is_one_person_s() -> None:
    looked = {"check": Cost(30, "developer", every=False, look=5)}
    assert one_of_each([replace(ONE, owner="deputy")], looked) == tuple(
        frozenset({role}) for role in ("deputy", "developer", "operations", "product-manager")
    )
    assert counted(TEAM) == {"product-manager": 1, "operations": 2, "team-member": 4}
    assert counted(()) == {}


def test_a_preview_shows_first_dates_and_the_year_before_and_after() -> None:
    second = replace(ONE, id="second", procedure="second", policy="awareness")
    history = History(activated={"backups": JAN}, floors={"check": date(2027, 1, 18)})
    on = date(2027, 6, 7)
    found = preview("awareness", on, [ONE, second], history, WorkCalendar(), TEAM, {"second": Cost(60)})
    assert [(one.schedule, one.due) for one in found.first] == [("second", date(2027, 6, 21))], (
        "its lead after its own day"
    )
    assert (found.before.jobs, found.after.jobs) == (4, 8)
    assert (found.before.of("operations").hours_each, found.after.of("operations").hours_each) == (1.0, 3.0)
    assert history.activated == {"backups": JAN}, "nothing is decided by looking"
    again = preview("backups", on, [ONE, second], history, WorkCalendar(), (), {})
    assert (again.first, again.before) == ((), again.after)
