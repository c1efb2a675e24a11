"""`simulate`: what the rules will ask of people, week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import day

if TYPE_CHECKING:
    from isms_bot.config import Config, WorkspaceConfig
    from isms_bot.forecast import Forecast
    from isms_bot.history import History

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


def simulate(context: typer.Context, until: UntilDay, start: FromDay = None, end_introduction: EndDay = None) -> int:
    """Show what is to come: opening, due and grace days, hours per role, quiet weeks. Calls nobody, writes nothing."""
    from isms_bot.cli.opening import configured
    from isms_bot.errors import UsageError
    from isms_bot.forecast import anchors, forecast, noted
    from isms_bot.model import WorkCalendar

    call = call_of(context)
    config, one = configured(call)
    history, today, team = _known(config, one)
    start = start or today
    if until < start:
        raise UsageError(f"--until {until} lies before {start}")
    starts, assumed = anchors(one.schedules, history, otherwise=start)
    found = forecast(
        one.schedules, starts, WorkCalendar(holidays=one.calendar),
        start=start, until=until, minutes=_minutes(one), team=team, history=history,
    )  # fmt: skip
    answer: dict[str, Any] = {
        "workspace": one.name, "from": start, "until": until, "assumed_active": list(assumed), "hours": found.hours(),
        "quiet_weeks": [str(week) for week in found.quiet],
        "occurrences": [
            {
                "key": each.key, "procedure": each.procedure, "role": each.role, "opens": each.opens, "due": each.due,
                "grace_end": each.grace_end, "minutes": each.minutes, "opened": each.opened,
            }
            for each in found.expected
        ],
    }  # fmt: skip
    _tell(call, found, assumed, team)
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


def _tell(call: Call, found: Forecast, assumed: tuple[str, ...], team: Mapping[str, int]) -> None:
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
    for role, hours in found.hours().items():
        people = f" ({team[role]} people)" if role in team else " (counted as one person)"
        call.say(f"{role}{people}: {hours} hours")
    call.say(f"Quiet weeks: {len(found.quiet)}" + (f", the first begins {found.quiet[0]}" if found.quiet else ""))


def _minutes(one: WorkspaceConfig) -> dict[str, int]:
    """How long each procedure of the pack takes, as its page says."""
    pages = one.pack.of_kind("procedure") if one.pack else ()
    return {page.id: int(page.text("minutes")) for page in pages if page.text("minutes").isdecimal()}


def _known(config: Config, one: WorkspaceConfig) -> tuple[History, date, dict[str, int]]:
    """(history, today, how many people hold each role): from the store if there is one."""
    from isms_bot.calendars import local_date
    from isms_bot.cli import opening
    from isms_bot.cli.looking import last_known_time, remembered
    from isms_bot.clock import SystemClock
    from isms_bot.history import History
    from isms_bot.store import Store

    clock = SystemClock()
    if not opening.store_there(config):
        return History(), local_date(clock.now(), one.timezone), {}
    with Store.open(config.store.url) as store:
        workspace = opening.offline(config, one, store, clock)
        today = local_date(last_known_time(workspace), one.timezone)
        _, roster = remembered(workspace)
        active = [person for person in roster.values() if person.active(today)]
        team = Counter(role for person in active for role in person.roles - {"team-member"})
        if active:
            team["team-member"] = len(active)
        return workspace.history, today, dict(team)
