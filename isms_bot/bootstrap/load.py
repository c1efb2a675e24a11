"""What the ISMS asks of people in a usual year: jobs and hours per role. Answers "won't this cost too much?" before anything is made.

Reckoned from the schedules and from the minutes that each procedure states, as if everything came into force today; the first
year is left out, since work begins in the course of it, and the four years after it are averaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from isms_bot.forecast import anchors, forecast
from isms_bot.model import Completion, Schedule, WorkCalendar
from isms_bot.packs import Pack

YEARS = 4
"""Years that are averaged."""
EVERYBODY = "team-member"


@dataclass(frozen=True, slots=True)
class RoleLoad:
    """A role's part: `jobs` and `hours` a year of all its holders together. `assumed`: nobody is known to hold it yet, and it is
    counted as held by one person."""

    role: str
    people: int
    assumed: bool
    jobs: int
    hours: float

    @property
    def each(self) -> float:
        """Hours a year of one holder, to a tenth."""
        return round(self.hours / self.people, 1)


@dataclass(frozen=True, slots=True)
class Load:
    """A usual year, busiest role first."""

    roles: tuple[RoleLoad, ...] = ()

    @property
    def jobs(self) -> int:
        """Jobs of everybody."""
        return sum(one.jobs for one in self.roles)

    @property
    def hours(self) -> float:
        """Hours of everybody, to a tenth."""
        return round(sum(one.hours for one in self.roles), 1)

    def as_json(self) -> dict[str, Any]:
        """JSON-compatible data."""
        roles = [
            {
                "role": one.role, "people": one.people, "assumed": one.assumed, "jobs": one.jobs, "hours": one.hours,
                "hours_each": one.each,
            }
            for one in self.roles
        ]  # fmt: skip
        return {"jobs": self.jobs, "hours": self.hours, "roles": roles}

    def as_text(self) -> str:
        """Lines for a terminal."""
        lines = [f"A usual year asks for {self.jobs} jobs, {self.hours:g} hours of all people together:"]
        for one in self.roles:
            who = "counted as one person" if one.assumed else "1 person" if one.people == 1 else f"{one.people} people"
            each = f", {one.each:g} each" if one.people > 1 else ""
            jobs = "1 job" if one.jobs == 1 else f"{one.jobs} jobs"
            lines.append(f"  {one.role} ({who}): {jobs}, {one.hours:g} hours{each}")
        if any(one.assumed for one in self.roles):
            lines.append("  Who holds which role is said in Users of the ISMS later; the hours of a person add up.")
        return "\n".join(lines)


def load(schedules: Sequence[Schedule], pack: Pack, holidays: str, team: Mapping[str, int], today: date) -> Load:
    """The load of a usual year. `team`: how many people hold a role; a role that is not in it is counted as held by one."""
    last = today.year + YEARS + 1
    found = forecast(
        schedules,
        anchors(schedules, {}, otherwise=today)[0],
        WorkCalendar(holidays=holidays),
        start=_same_day(today, today.year + 1),
        until=_same_day(today, last),
        minutes=pack.minutes,
        team=team,
    )
    personal = {one.id for one in schedules if one.completion is Completion.EACH and not one.rotate}
    jobs: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    for one in found.expected:
        jobs[one.role] += max(1, team.get(one.role, 1)) if one.schedule in personal else 1
        minutes[one.role] += one.minutes
    roles = [
        RoleLoad(
            role, max(1, team.get(role, 1)), not team.get(role), round(jobs[role] / YEARS),
            round(minutes[role] / 60 / YEARS, 1),
        )
        for role in jobs
    ]  # fmt: skip
    return Load(tuple(sorted(roles, key=lambda one: (-one.hours, one.role))))


def _same_day(day: date, year: int) -> date:
    """This day in another year; 28 February for a day that it does not have."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
