"""What the ISMS asks of people in a usual year: jobs and hours per role. Answers "won't this cost too much?" before anything is made.

Reckoned as `isms_bot.load` reckons, as if everything came into force today; the first year is left out, since work begins in the
course of it, and the four years after it are averaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from isms_bot.forecast import anchors, forecast
from isms_bot.history import History
from isms_bot.load import EVERYBODY, Cost, Team, counted, load, minutes, one_of_each
from isms_bot.model import Schedule, WorkCalendar

YEARS = 4
"""Years that are averaged."""


@dataclass(frozen=True, slots=True)
class Share:
    """A role's part: `jobs` and `hours` a year of all its holders together. `assumed`: nobody is known to hold it yet, and it is
    counted as held by one person."""

    role: str
    people: int
    assumed: bool
    jobs: int
    hours: float

    @property
    def each(self) -> float:
        """Hours a year of one holder for this role, to a tenth."""
        return round(self.hours / self.people, 1)


@dataclass(frozen=True, slots=True)
class Year:
    """A usual year: the roles, the busiest first; `hours` of everybody, second looks at the work of others among them."""

    roles: tuple[Share, ...] = ()
    jobs: int = 0
    hours: float = 0.0

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
            jobs = "1 job" if one.jobs == 1 else f"{one.jobs} jobs"
            each = f", {one.each:g} each" if one.people > 1 else ""
            lines.append(f"  {one.role} ({who}): {jobs}, {one.hours:g} hours{each}")
        if any(one.assumed for one in self.roles):
            lines.append("  Who holds which role is said in Users of the ISMS later; the hours of a person add up.")
        return "\n".join(lines)


def usual_year(
    schedules: Sequence[Schedule], known: Mapping[str, Cost], holidays: str, team: Team, today: date
) -> Year:
    """A usual year of `team`; `known` says what a procedure takes. A role that nobody holds is given to one of them, whoever it will
    be."""
    held = {role for roles in team for role in roles} | {EVERYBODY}
    open_ = sorted({role for roles in one_of_each(schedules, known) for role in roles} - held)
    people = [set(roles) for roles in team] or [set()]
    for number, role in enumerate(open_):
        people[number % len(people)].add(role)
    filled = tuple(frozenset(roles) for roles in people)
    found = forecast(
        schedules,
        anchors(schedules, History(), otherwise=today)[0],
        WorkCalendar(holidays=holidays),
        start=_same_day(today, today.year + 1),
        until=_same_day(today, today.year + YEARS + 1),
        minutes=minutes(known),
        team=counted(filled),
    )
    asked = load(found.expected, schedules, filled, known)
    roles = [
        Share(
            one.role, max(1, one.people), one.role in open_, round(one.jobs / YEARS), round(one.hours / YEARS, 1)
        )
        for one in asked.roles
        if one.jobs
    ]  # fmt: skip
    ordered = tuple(sorted(roles, key=lambda one: (-one.hours, one.role)))
    return Year(ordered, sum(one.jobs for one in ordered), round(asked.hours / YEARS, 1))


def _same_day(day: date, year: int) -> date:
    """This day in another year; 28 February for a day that it does not have."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
