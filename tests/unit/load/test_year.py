"""What a usual year asks for: the figures that answer "won't this cost too much?"."""

from __future__ import annotations

from datetime import date

import pytest

from isms_bot.load import Team, costs
from isms_bot.packs import load_pack
from isms_bot.year import Share, Year, usual_year

TEAM: Team = tuple(
    frozenset(roles)
    for roles in (
        {"product-manager"}, {"deputy"}, set(), *[{"developer"}] * 5, *[{"operations"}] * 2,
    )
)  # fmt: skip
SIX: Team = (frozenset({"product-manager"}), *[frozenset[str]()] * 5)
TODAY = date(2027, 1, 4)


def _by_role(found: Year) -> dict[str, Share]:
    return {one.role: one for one in found.roles}


def _year(name: str, team: Team, today: date = TODAY) -> Year:
    pack = load_pack(name)
    return usual_year(pack.schedules, costs(pack), "NL", team, today)


def test_ten_people_do_119_jobs_a_year_with_the_lightweight_pack() -> None:
    """As the design of the pack reckons: one product manager, five developers, two in operations, two others."""
    found = _year("lightweight", TEAM)
    assert found.jobs == 119
    assert {role: one.jobs for role, one in _by_role(found).items()} == {
        "team-member": 80, "operations": 20, "developer": 12, "product-manager": 6, "recovery-team": 1,
    }  # fmt: skip


def test_hours_are_those_that_the_procedures_state() -> None:
    """Four policy reviews of 20 minutes, two computer checks of 20 and two hours of study are four hours for everybody."""
    pack, everybody = load_pack("lightweight"), _by_role(_year("lightweight", TEAM))["team-member"]
    stated = {page.id: int(page.text("minutes")) for page in pack.of_kind("procedure")}
    yearly = 4 * stated["policy-review"] + 2 * stated["computer-check"] + 2 * stated["awareness-study"]
    assert everybody.each == pytest.approx(yearly / 60, abs=0.1)
    assert everybody.hours == pytest.approx(10 * yearly / 60, abs=0.1)


def test_a_role_that_nobody_holds_yet_counts_as_one_person_and_says_so() -> None:
    found = _by_role(_year("lightweight", SIX))
    assert (found["operations"].people, found["operations"].assumed) == (1, True)
    assert (found["team-member"].people, found["team-member"].assumed) == (6, False)
    text = _year("lightweight", SIX).as_text()
    assert "operations (counted as one person): 20 jobs" in text
    assert "product-manager (1 person): 6 jobs" in text
    assert "recovery-team (counted as one person): 1 job, " in text


@pytest.mark.parametrize("today", [date(2027, 1, 4), date(2027, 7, 30), date(2028, 2, 29)], ids=str)
def test_the_day_of_asking_changes_no_figure_of_the_offices(today: date) -> None:
    """72 jobs of offices a year, whenever the year begins; a shift over its edge may move one."""
    offices = _year("iso27001", TEAM, today)
    personal = {"team-member", "technical-staff", "remote-worker"}
    assert sum(one.jobs for one in offices.roles if one.role not in personal) == pytest.approx(72, abs=3)


def test_the_figures_add_up_in_text_and_json() -> None:
    found = _year("iso27001", TEAM)
    told = found.as_json()
    assert told["jobs"] == sum(one["jobs"] for one in told["roles"])
    # Second looks are nobody's jobs and take time all the same.
    assert told["hours"] >= sum(one["hours"] for one in told["roles"]) - 0.1
    assert found.as_text().startswith(f"A usual year asks for {told['jobs']} jobs, {told['hours']:g} hours")
