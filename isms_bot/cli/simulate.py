"""`simulate`: what the rules will ask of people, week by week."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import day

if TYPE_CHECKING:
    from isms_bot.config import Config, WorkspaceConfig
    from isms_bot.forecast import Forecast
    from isms_bot.history import History
    from isms_bot.load import Load, Team

UntilDay = Annotated[date, typer.Option("--until", parser=day, metavar="DATE", help="The last day to look at.")]
FromDay = Annotated[
    date | None, typer.Option("--from", parser=day, metavar="DATE", help="The first day; default today.")
]
EndDay = Annotated[
    date | None,
    typer.Option(
        "--end-introduction",
        parser=day,
        metavar="DATE",
        help="Say what would have been noted had it ended on this day.",
    ),
]


TeamText = Annotated[
    str | None,
    typer.Option(
        "--team",
        metavar="PEOPLE",
        help='Reckon with these people, as "product-manager, 4 developer, 2 operations+developer, 2"; default: the roster.',
    ),
]
_GROUP = re.compile(r"(?:(\d{1,3})\s*)?([a-z0-9-]*(?:\s*\+\s*[a-z0-9-]+)*)")


def simulate(
    context: typer.Context,
    until: UntilDay,
    start: FromDay = None,
    end_introduction: EndDay = None,
    people: TeamText = None,
) -> int:
    """Show what is to come: opening, due and grace days, jobs and hours of a person in each role, quiet weeks. Calls nobody,
    writes nothing."""
    from isms_bot.cli.opening import configured
    from isms_bot.errors import UsageError
    from isms_bot.forecast import anchors, forecast, noted
    from isms_bot.load import costs, counted, minutes
    from isms_bot.model import WorkCalendar

    call = call_of(context)
    config, one = configured(call)
    history, today, team = _known(config, one)
    if people is not None:
        team = team_said(people, one.roles)
    start = start or today
    if until < start:
        raise UsageError(f"--until {until} lies before {start}")
    starts, assumed = anchors(one.schedules, history, otherwise=start)
    found = forecast(
        one.schedules, starts, WorkCalendar(holidays=one.calendar),
        start=start, until=until, minutes=minutes(costs(one.pack)), team=counted(team), history=history,
    )  # fmt: skip
    years = list(_years(found, one, team))
    answer: dict[str, Any] = {
        "workspace": one.name, "from": start, "until": until, "assumed_active": list(assumed), "hours": found.hours(),
        "quiet_weeks": [str(week) for week in found.quiet], "team_known": bool(team),
        "years": [{"from": first, "until": last, **asked.as_json()} for first, last, asked in years],
        "occurrences": [
            {
                "key": each.key, "procedure": each.procedure, "role": each.role, "opens": each.opens, "due": each.due,
                "grace_end": each.grace_end, "minutes": each.minutes, "opened": each.opened,
            }
            for each in found.expected
        ],
    }  # fmt: skip
    _tell(call, found, assumed, years, known=bool(team))
    if one.most_open_jobs is not None:
        call.say(
            f"Nobody has more than {one.most_open_jobs} open jobs at a time: what waits for its turn falls due later."
        )
    if end_introduction is not None:
        would = noted(history, end_introduction)
        call.say(f"Had the introduction ended on {end_introduction}:")
        for line in would:
            call.say(f"  {line.procedure}: {line.missed} of {line.of} would have been noted")
        if not would:
            call.say("  nothing would have been noted so far")
        answer["noted"] = [{"procedure": line.procedure, "missed": line.missed, "of": line.of} for line in would]
    call.answer(answer)
    return 0


def team_said(text: str, roles: Collection[str]) -> Team:
    """The people that `--team` says: groups with a number and roles. Raises UsageError."""
    from isms_bot.errors import UsageError
    from isms_bot.load import EVERYBODY

    team: list[frozenset[str]] = []
    for group in text.split(","):
        read = _GROUP.fullmatch(group.strip())
        if read is None or not group.strip():
            raise UsageError(f'--team: "{group.strip()}" is no group of people; write it as "2 operations+developer"')
        held = frozenset(role.strip() for role in read[2].split("+") if role.strip())
        for role in sorted(held - set(roles)):
            close = get_close_matches(role, roles, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"roles: {', '.join(sorted(roles))}"
            raise UsageError(f'--team: there is no role "{role}"; {hint}')
        team += [held | {EVERYBODY}] * int(read[1] or 1)
    return tuple(team)


def _years(found: Forecast, one: WorkspaceConfig, team: Team) -> Iterator[tuple[date, date, Load]]:
    """(first day, last day, load) of each twelve months of a forecast; the last ones may be fewer."""
    from isms_bot.calendars import add_months
    from isms_bot.load import costs, load, one_of_each

    known = costs(one.pack)
    for year in range((found.until.year - found.start.year) + 1):
        first, following = add_months(found.start, 12 * year), add_months(found.start, 12 * (year + 1))
        if first > found.until:
            return
        last = min(following - timedelta(days=1), found.until)
        expected = [each for each in found.expected if first <= each.due <= last]
        yield first, last, load(expected, one.schedules, team or one_of_each(one.schedules, known), known)


def _tell(
    call: Call, found: Forecast, assumed: tuple[str, ...], years: list[tuple[date, date, Load]], *, known: bool
) -> None:
    from isms_bot.cli.activating import said

    if assumed:
        call.say(f"Not in force yet, counted as if activated on {found.start}: {', '.join(assumed)}")
    for one in found.expected:
        opened = "  (open already)" if one.opened else ""
        call.say(
            f"{one.due}  {one.schedule} for {one.role}: opens {one.opens}, grace until {one.grace_end}, "
            f"{one.minutes} minutes{opened}"
        )
    if not found.expected:
        call.say("Nothing falls due in this time.")
    for first, last, asked in years:
        call.say(f"From {first} to {last}:")
        for line in said(asked, known=known):
            call.say(f"  {line}")
    call.say(f"Quiet weeks: {len(found.quiet)}" + (f", the first begins {found.quiet[0]}" if found.quiet else ""))


def _known(config: Config, one: WorkspaceConfig) -> tuple[History, date, Team]:
    """(history, today, the roles of each person): from the store if there is one."""
    from isms_bot.calendars import local_date
    from isms_bot.cli import opening
    from isms_bot.cli.activating import team_of
    from isms_bot.cli.looking import last_known_time, remembered
    from isms_bot.clock import SystemClock
    from isms_bot.history import History
    from isms_bot.store import Store

    clock = SystemClock()
    if not opening.store_there(config):
        return History(), local_date(clock.now(), one.timezone), ()
    with Store.open(config.store.url) as store:
        workspace = opening.offline(config, one, store, clock)
        today = local_date(last_known_time(workspace), one.timezone)
        _, roster = remembered(workspace)
        return workspace.history, today, team_of(roster.values(), today)
