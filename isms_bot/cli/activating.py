"""What a decision to activate would mean, shown before it is made: first due days, and what the coming year asks of whom."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from isms_bot.cli.call import Call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isms_bot.load import Load, Preview, Team
    from isms_bot.model import Person
    from isms_bot.outlook import Outlook


def show(call: Call, outlook: Outlook, about: str, start: date | None) -> dict[str, Any]:
    """Tell what it would mean to bring `about` into force, and return it. `in_force_since` is None unless there is nothing to
    decide, because it is in force."""
    from isms_bot.lifecycle.activation import about_since, begins
    from isms_bot.load import costs, preview
    from isms_bot.model import WorkCalendar

    workspace, view = outlook.workspace, outlook.view()
    history, config = workspace.history, workspace.config
    since = about_since(about, config.schedules, history.activated)
    on = begins(start, outlook.today, history.activated)
    if since is not None and since <= on:
        said_so = f"comes into force on {since}" if since > outlook.today else f"is in force since {since}"
        call.say(f"{about} {said_so}; nothing is to be decided.")
        return {"in_force_since": since.isoformat()}
    schedules = [one for one in config.schedules if one.id not in view.stopped]
    team = team_of(view.roster.values(), outlook.today)
    found = preview(about, on, schedules, history, WorkCalendar(holidays=config.calendar), team, costs(config.pack))
    _tell(call, about, on, found, team)
    return {
        "in_force_since": None,
        "on": on.isoformat(),
        "first_due": [
            {"schedule": one.schedule, "key": one.key, "role": one.role, "opens": one.opens.isoformat(), "due": one.due.isoformat()}
            for one in found.first
        ],
        "load": {"before": found.before.as_json(), "after": found.after.as_json()},
    }  # fmt: skip


def team_of(roster: Iterable[Person], today: date) -> Team:
    """The roles of the people who are in the team today."""
    return tuple(person.roles for person in roster if person.active(today))


def said(load: Load, *, known: bool = True) -> list[str]:
    """A load as lines: the jobs of each role, what one person in it has to do, and the week that asks most."""
    lines = []
    for one in load.roles:
        if not one.jobs and not one.people:
            continue
        people = f"{one.people} {'person' if one.people == 1 else 'people'}" if known else "counted as one person"
        if one.role == "team-member":
            people = f"all {one.people}" if known else "everybody"
        who = one.role if one.people else f"{one.role}, which nobody holds"
        lines.append(
            f"{who} ({people}): {_jobs(one.jobs)}; {'whoever has no other role' if one.others else 'one of them'} has "
            f"{_jobs(one.jobs_each)} and {_number(one.hours_each)} hours in all"
        )
    lines.append(f"Together: {_jobs(load.jobs)}, {_number(load.hours)} hours")
    week = load.busiest
    if week is not None:
        lines.append(
            f"Most in one week: {_number(week.hours)} hours for one person ({week.role}), in the week of {week.monday}"
        )
    return lines


def _tell(call: Call, about: str, on: date, found: Preview, team: Team) -> None:
    call.say(f"In force from {on}: {about}. First due:")
    for one in found.first:
        call.say(f"  {one.due}  {one.schedule} for {one.role}, opens {one.opens}")
    if not found.first:
        call.say("  nothing by the calendar; its procedures are for events")
    before, after = found.before, found.after
    call.say(
        f"The year from then asks for {_jobs(after.jobs)} and {_number(after.hours)} hours of all together "
        f"(without this: {before.jobs} and {_number(before.hours)}):"
    )
    for role in after.roles:
        was = before.of(role.role)
        if (role.jobs, role.hours_each) == (was.jobs, was.hours_each):
            continue
        who = "everybody" if role.role == "team-member" else role.role
        call.say(
            f"  {who}: {_jobs(role.jobs)} (before: {was.jobs}), for one person {_number(role.hours_each)} hours in all "
            f"(before: {_number(was.hours_each)})"
        )
    if after.busiest is not None:
        week, then = after.busiest, before.busiest
        called = f"{_number(then.hours)} hours before" if then is not None else "none before"
        call.say(
            f"  The fullest week of one person: {_number(week.hours)} hours ({week.role}) in the week of {week.monday}; {called}"
        )
    if not team:
        call.say("  Nobody is in Users of the ISMS yet: every role is counted as one person.")


def _jobs(count: float) -> str:
    return f"{_number(count)} {'job' if count == 1 else 'jobs'}"


def _number(value: float) -> str:
    return f"{value:g}"
