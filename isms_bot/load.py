"""What promises cost people: jobs and hours of one person in each role, and the week that asks most of somebody. Pure.

For `simulate`, and for whoever decides what comes into force. It speaks of roles and never of a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from isms_bot.forecast import DEFAULT_MINUTES, Expected, anchors, forecast
from isms_bot.history import History
from isms_bot.lifecycle.activation import before_force, floors
from isms_bot.model import Completion, Schedule, WorkCalendar
from isms_bot.packs import Pack

EVERYBODY, MANAGER = "team-member", "product-manager"
Team = Sequence[frozenset[str]]
"""The roles of each person. Everybody is a team member, whether it is said or not."""
_EVERY = "every "


@dataclass(frozen=True, slots=True)
class Cost:
    """What one occurrence of a procedure takes: `minutes` of each who signs, as many of whoever takes part (`beside`: a role, of
    which one person comes, or all with `every`), and `look` minutes of the role that has a second look."""

    minutes: int = DEFAULT_MINUTES
    beside: str = ""
    every: bool = False
    look: int = 0


@dataclass(frozen=True, slots=True)
class RoleLoad:
    """One role: how many `people` hold it, how many `jobs` it has and the `hours` of all its people for them; `jobs_each` and
    `hours_each` are all that one of these people has to do, whatever the role, on average. For team members it is what people
    without another role have to do, where there are any."""

    role: str
    people: int
    jobs: int
    hours: float
    jobs_each: float
    hours_each: float
    others: int = 0
    """Of the team members, how many have no other role."""


@dataclass(frozen=True, slots=True)
class Week:
    """The week, by its Monday, that asks most of one person, who holds `role`, if nobody else does what somebody of several is
    to do."""

    monday: date
    role: str
    jobs: int
    hours: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a time asks of people: `jobs` are pages to be signed, `hours` those of all people together."""

    roles: tuple[RoleLoad, ...] = ()
    jobs: int = 0
    hours: float = 0.0
    busiest: Week | None = None

    def of(self, role: str) -> RoleLoad:
        """The load of one role; nothing for one that has no jobs."""
        return next((one for one in self.roles if one.role == role), RoleLoad(role, 0, 0, 0.0, 0.0, 0.0))

    def as_json(self) -> dict[str, Any]:
        """The load as JSON-compatible data."""
        week = self.busiest
        return {
            "jobs": self.jobs,
            "hours": self.hours,
            "roles": {
                one.role: {
                    "people": one.people, "jobs": one.jobs, "hours": one.hours, "jobs_each": one.jobs_each,
                    "hours_each": one.hours_each,
                }
                for one in self.roles
            },
            "busiest_week": week
            and {"monday": week.monday.isoformat(), "role": week.role, "jobs": week.jobs, "hours": week.hours},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision to activate would change in the year from the day on which it holds: the load before and after, and the
    first occurrence of each schedule that it brings into force, by due day."""

    before: Load
    after: Load
    first: tuple[Expected, ...]


def costs(pack: Pack | None) -> dict[str, Cost]:
    """What each procedure of a pack takes, as its page says."""
    found: dict[str, Cost] = {}
    for page in pack.of_kind("procedure") if pack else ():
        beside, minutes, look = page.text("with"), page.text("minutes"), page.text("look")
        found[page.id] = Cost(
            int(minutes) if minutes else DEFAULT_MINUTES,
            beside.removeprefix(_EVERY),
            beside.startswith(_EVERY),
            int(look) if look else 0,
        )
    return found


def minutes(known: Mapping[str, Cost]) -> dict[str, int]:
    """Minutes of each who signs, by procedure, as `isms_bot.forecast` takes them."""
    return {name: cost.minutes for name, cost in known.items()}


def counted(team: Team) -> dict[str, int]:
    """How many people hold each role."""
    found = Counter(role for roles in team for role in roles - {EVERYBODY})
    return {**found, EVERYBODY: len(team)} if team else {}


def one_of_each(schedules: Iterable[Schedule], known: Mapping[str, Cost]) -> Team:
    """A team in which every role that is needed is one person's: what is assumed where nobody is known yet."""
    roles = {MANAGER}
    for schedule in schedules:
        cost = known.get(schedule.procedure, Cost())
        roles |= {schedule.role, schedule.owner if cost.look else "", cost.beside}
    return tuple(frozenset({role}) for role in sorted(roles - {EVERYBODY, ""}))


def load(expected: Iterable[Expected], schedules: Iterable[Schedule], team: Team, known: Mapping[str, Cost]) -> Load:
    """What `expected` asks of `team`. The jobs of a role without a holder fall to the product manager."""
    by_id = {one.id: one for one in schedules}
    jobs, of_jobs, of_hours = Counter[str](), defaultdict[int, float](float), defaultdict[int, float](float)
    role_minutes: defaultdict[str, float] = defaultdict(float)
    weeks: defaultdict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0])
    for one in expected:
        schedule, cost = by_id[one.schedule], known.get(one.procedure, Cost())
        holders = _holders(schedule.role, team)
        jobs[schedule.role] += len(holders) if schedule.completion is Completion.EACH else 1
        monday = one.due - timedelta(days=one.due.weekday())
        for person, share, asked in _signing(schedule, one, holders):
            of_jobs[person] += share
            of_hours[person] += share * cost.minutes
            role_minutes[schedule.role] += share * cost.minutes
            weeks[person, monday][0] += asked
            weeks[person, monday][1] += asked * cost.minutes
        for person, spent, at_most in _besides(schedule, one, cost, team):
            of_hours[person] += spent
            role_minutes[schedule.role] += spent
            weeks[person, monday][1] += at_most
    listed = tuple(
        _of_role(role, jobs[role], role_minutes[role], team, of_jobs, of_hours) for role in _roles(jobs, team)
    )
    return Load(listed, sum(jobs.values()), _hours(sum(of_hours.values())), _busiest(weeks, team))


def preview(
    about: str,
    on: date,
    schedules: Sequence[Schedule],
    history: History,
    calendar: WorkCalendar,
    team: Team,
    known: Mapping[str, Cost],
) -> Preview:
    """What it would mean to bring `about` (policy item, schedule or "all") into force on `on`. `schedules` are those that
    apply."""
    team = team or one_of_each(schedules, known)
    activated = {**history.activated, about: min(on, history.activated.get(about, on))}
    then = replace(history, activated=activated, floors={**floors(about, on, schedules), **history.floors})
    until = on + timedelta(days=364)

    def year(of: History) -> tuple[Expected, ...]:
        starts, _ = anchors(schedules, of)
        return forecast(
            schedules, starts, calendar, start=on, until=until, minutes=minutes(known), team=counted(team), history=of
        ).expected  # fmt: skip

    before, after = year(history), year(then)
    in_force = {one.id for one in schedules if before_force(one, history.activated) is not None}
    first: dict[str, Expected] = {}
    for one in after:
        if one.schedule not in in_force:
            first.setdefault(one.schedule, one)
    return Preview(load(before, schedules, team, known), load(after, schedules, team, known), tuple(first.values()))


def _holders(role: str, team: Team) -> list[int]:
    holders = [number for number, roles in enumerate(team) if role == EVERYBODY or role in roles]
    return holders or [number for number, roles in enumerate(team) if MANAGER in roles][:1]


def _signing(schedule: Schedule, one: Expected, holders: list[int]) -> Iterator[tuple[int, float, int]]:
    """(person, expected share of the job, whether it may ask for the person in its week) of those who may sign."""
    if not holders:
        return
    if schedule.rotate:
        turn = holders[one.index % len(holders)]
        yield from ((person, 1 / len(holders), int(person == turn)) for person in holders)
        return
    wanted = {Completion.ANY: 1, Completion.QUORUM: min(schedule.quorum, len(holders))}
    share = wanted.get(schedule.completion, len(holders)) / len(holders)
    yield from ((person, share, 1) for person in holders)


def _besides(schedule: Schedule, one: Expected, cost: Cost, team: Team) -> Iterator[tuple[int, float, int]]:
    """(person, expected minutes, minutes at most) of those who take part or look, and do not sign."""
    signing = {person: share for person, share, _ in _signing(schedule, one, _holders(schedule.role, team))}
    if cost.beside:
        there = _holders(cost.beside, team)
        share = 1.0 if cost.every else 1 / max(len(there), 1)
        for person in there:
            rest = max(share - signing.get(person, 0.0), 0.0)
            yield person, rest * cost.minutes, cost.minutes if rest and person not in signing else 0
    if cost.look:
        looking = _holders(schedule.owner, team)
        yield from ((person, cost.look / len(looking), cost.look) for person in looking)


def _roles(jobs: Mapping[str, int], team: Team) -> list[str]:
    held = {role for roles in team for role in roles} | ({EVERYBODY} if team else set())
    return sorted({*jobs, *held})


def _of_role(
    role: str, jobs: int, spent: float, team: Team, of_jobs: Mapping[int, float], of_hours: Mapping[int, float]
) -> RoleLoad:
    people = [number for number, roles in enumerate(team) if role == EVERYBODY or role in roles]
    alike = [number for number in people if not team[number] - {EVERYBODY}] if role == EVERYBODY else []
    asked = alike or people or _holders(role, team)
    count = max(len(asked), 1)
    return RoleLoad(
        role,
        len(people),
        jobs,
        _hours(spent),
        round(sum(of_jobs.get(number, 0.0) for number in asked) / count, 1),
        _hours(sum(of_hours.get(number, 0.0) for number in asked) / count),
        len(alike),
    )


def _busiest(weeks: Mapping[tuple[int, date], Sequence[int]], team: Team) -> Week | None:
    if not weeks:
        return None
    (person, monday), (jobs, spent) = max(
        weeks.items(), key=lambda pair: (pair[1][1], -pair[0][1].toordinal(), -pair[0][0])
    )
    return Week(monday, "+".join(sorted(team[person] - {EVERYBODY})) or EVERYBODY, jobs, _hours(spent))


def _hours(spent: float) -> float:
    return round(spent / 60, 1)
