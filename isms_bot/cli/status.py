"""`status`: how things stand, from what is remembered; the wiki is not called."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from isms_bot.cli.call import Call, call_of

if TYPE_CHECKING:
    from isms_bot.model import Contract, Phase
    from isms_bot.workspace import Workspace

NEXT = 10
"""How many of the coming openings are shown."""
WEEK = timedelta(days=7)


def status(context: typer.Context) -> int:
    """Show phases and counts per schedule, findings, notices, what opens next, and how the bot itself is."""
    from isms_bot.cli import opening
    from isms_bot.clock import SystemClock
    from isms_bot.store import Store

    call = call_of(context)
    config, one = opening.configured(call)
    with Store.open(config.store.url) as store:
        facts = standing(opening.offline(config, one, store, SystemClock()))
    _tell(call, facts)
    call.answer(facts)
    return 0


def standing(workspace: Workspace) -> dict[str, Any]:
    """How a workspace stands, JSON-compatible. Counts are per schedule, never per person."""
    from isms_bot.calendars import local_date
    from isms_bot.cli.looking import last_known_time
    from isms_bot.forecast import anchors, upcoming
    from isms_bot.lifecycle.activation import since
    from isms_bot.model import WorkCalendar

    history, store, config = workspace.history, workspace.store, workspace.config
    now = last_known_time(workspace)
    today = local_date(now, config.timezone)
    last = store.last_completed_pass(workspace.name)
    starts, _ = anchors(config.schedules, history)
    begun = {one.id: since(one, history.activated) for one in config.schedules}
    running = {name for name in starts if (on := begun[name]) is None or on <= today}
    coming = upcoming(config.schedules, starts, WorkCalendar(holidays=config.calendar), history, today)
    seq, digest = workspace.ledger.head()
    return {
        "workspace": workspace.name,
        "as_of": now.isoformat(),
        "set_up": workspace.layout() is not None,
        "schedules": _counts(workspace, now),
        "not_in_force": sorted(one.id for one in config.schedules if one.id not in running),
        "items": _items(workspace, today),
        "waiting": dict(sorted(Counter(one.schedule for one in history.still_waiting().values()).items())),
        "most_open_jobs": config.most_open_jobs,
        "outcomes": dict(sorted(Counter(outcome.value for outcome in history.outcomes.values()).items())),
        "findings": dict(sorted(Counter(key.partition("/")[0] for key in history.findings).items())),
        "notices": _notices(workspace, today),
        "next": [{"key": one.key, "opens": one.opens.isoformat(), "due": one.due.isoformat()} for one in coming[:NEXT]],
        "introduction": {
            "on": history.introduction_end is None or today <= history.introduction_end,
            "last_day": history.introduction_end.isoformat() if history.introduction_end else None,
            "decided": history.decided_end.isoformat() if history.decided_end else None,
        },
        "last_pass": None
        if last is None
        else {"id": last.id, "at": last.at.isoformat(), "calls": last.calls, "done": last.summary},
        "sweep": {"set": workspace.sweep, "needed": workspace.sweep_needed()},
        "held_by": store.lease_holder(workspace.name),
        "ledger": {"rows": seq, "head": digest},
    }


def _items(workspace: Workspace, today: date) -> dict[str, Any]:
    """Which policy items are in force and since when, which have a day on which they will be, and which comes next."""
    from isms_bot import items
    from isms_bot.cli.looking import remembered
    from isms_bot.lifecycle.activation import in_order, item_since

    history, config = workspace.history, workspace.config
    watch, _ = remembered(workspace)
    without = items.applying_no(watch) | items.decided_no(history, today)
    everything = in_order(config.pack.rollout if config.pack else (), config.schedules, without)
    days = {item: item_since(item, config.schedules, history.activated) for item in everything}
    known = [(item, day) for item, day in days.items() if day is not None]
    return {
        "in_force": {item: day.isoformat() for item, day in known if day <= today},
        "to_come": {item: day.isoformat() for item, day in known if day > today},
        "left": [item for item in items.order(workspace, watch, today) if days[item] is None],
        "next": items.coming(workspace, watch, today) or None,
    }


def _counts(workspace: Workspace, now: datetime) -> dict[str, dict[str, int]]:
    from isms_bot.calendars import local_date
    from isms_bot.cli.looking import remembered
    from isms_bot.model import Signing

    history = workspace.history
    watch, roster = remembered(workspace)
    counts: dict[str, Counter[str]] = {one.id: Counter() for one in workspace.config.schedules}
    for key in history.unfinished():
        contract = history.promise(key)
        someone = roster.get(contract.people[0]) if contract.people else None
        today = local_date(now, someone.zone if someone else workspace.config.timezone)
        reading = watch.readings.get(key)
        signed = reading is not None and reading.verdict.signing is Signing.SIGNED
        where = "waiting for filing" if signed else phase(contract, today, missed=key in history.missed).value
        counts.setdefault(contract.schedule, Counter())[where] += 1
    return {schedule: dict(sorted(found.items())) for schedule, found in sorted(counts.items())}


def phase(contract: Contract, today: date, *, missed: bool) -> Phase:
    """Where an open job stands on a day of its person; `missed`: its miss was noted already."""
    from isms_bot.model import Phase

    if missed or today > contract.grace_end:
        return Phase.MISSED
    return Phase.OPEN if today <= contract.due else Phase.OVERDUE


def _notices(workspace: Workspace, today: date) -> dict[str, int]:
    sent = [one for listed in workspace.history.notices.values() for one in listed]
    return {
        "last_7_days": sum(1 for one in sent if today - WEEK < one.day <= today),
        "not_delivered": sum(1 for one in sent if one.delivered is False),
        "not_known": sum(1 for one in sent if one.delivered is None),
    }


def _tell(call: Call, facts: dict[str, Any]) -> None:
    call.say(f"{facts['workspace']}, as of {facts['as_of'][:16]}")
    if not facts["set_up"]:
        call.say("Not set up yet: run `isms-bot init`.")
    for schedule, counts in facts["schedules"].items():
        said = ", ".join(f"{count} {phase}" for phase, count in counts.items()) or "nothing open"
        off = "  (not in force)" if schedule in facts["not_in_force"] else ""
        call.say(f"  {schedule}: {said}{off}")
    _tell_items(call, facts["items"])
    for schedule, count in facts["waiting"].items():
        call.say(
            f"Waiting: {count} of {schedule}, until those who do it have fewer than {facts['most_open_jobs']} open jobs"
        )
    for name in ("outcomes", "findings"):
        said = ", ".join(f"{count} {kind}" for kind, count in facts[name].items()) or "none"
        call.say(f"{name.capitalize()}: {said}")
    notices = facts["notices"]
    call.say(
        f"Notices: {notices['last_7_days']} in 7 days, {notices['not_delivered']} not delivered, "
        f"{notices['not_known']} not known"
    )
    for one in facts["next"]:
        call.say(f"Next: {one['key']} opens {one['opens']}, due {one['due']}")
    introduction = facts["introduction"]
    until = introduction["last_day"]
    if introduction["on"]:
        decided = introduction["decided"]
        undecided = f"to end on {decided} once the team was told" if decided else "its end is not decided"
        call.say(f"Introduction: on, {f'until {until}' if until else undecided}")
    else:
        call.say(f"Introduction: over since {until}")
    last = facts["last_pass"]
    call.say(
        f"Last pass: {last['id']} at {last['at'][:16]}, {last['calls']} calls" if last else "No pass was made yet."
    )
    sweep = facts["sweep"]
    if sweep["needed"] > sweep["set"]:
        call.say(f"Open jobs are not all read once a day: set sweep = {sweep['needed']} (now {sweep['set']}).")
    call.say(f"Held by: {facts['held_by'] or 'nobody'}")
    call.say(f"Ledger: {facts['ledger']['rows']} rows, head {facts['ledger']['head']}")


def _tell_items(call: Call, items: dict[str, Any]) -> None:
    by_day: dict[str, list[str]] = {}
    for item, since in items["in_force"].items():
        by_day.setdefault(since, []).append(item)
    for since, listed in sorted(by_day.items()):
        call.say(f"In force since {since}: {', '.join(listed)}")
    for item, day in items["to_come"].items():
        call.say(f"Comes into force on {day}: {item}")
    if items["next"]:
        call.say(
            f"Next: {items['next']}, of {len(items['left'])} not in force (`isms-bot decide activate --about next`)"
        )
