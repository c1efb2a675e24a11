"""What is in force and since when, from which day first due dates count, and what comes next. Pure.

Policy items come into force one after another, or all at once. What is in force stays so, and its first date is settled for ever
by the decision that brought it into force: neither a later decision nor another lead may move the key of an occurrence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from isms_bot.calendars import add, local_date
from isms_bot.lifecycle.view import View
from isms_bot.model import Key, Outcome, RelativeStart, Schedule, Unit, WorkCalendar
from isms_bot.recurrence import resolve_start

ALL = "all"
"""What a decision is about that brings everything into force."""
NEXT = "next"
"""What a decision is about that brings the next policy item of the order into force."""
QUIET = timedelta(weeks=4)
"""After so long an item is no longer waited for that has asked nothing of anybody yet."""
_NO_HOLIDAYS = WorkCalendar()


def since(schedule: Schedule, activated: Mapping[str, date]) -> date | None:
    """The day on which a schedule came or comes into force: its own, its item's, or that of everything, whichever is first."""
    return _first((*_own(schedule), ALL), activated)


def about_since(about: str, schedules: Iterable[Schedule], activated: Mapping[str, date]) -> date | None:
    """The day from which that holds already what a decision is about: item, schedule or everything."""
    names = next((_own(schedule) for schedule in schedules if schedule.id == about), (about,))
    return _first((*names, ALL), activated)


def _own(schedule: Schedule) -> tuple[str, ...]:
    return (schedule.id, *schedule.was, schedule.policy)


def _first(names: Iterable[str], activated: Mapping[str, date]) -> date | None:
    return min((activated[name] for name in names if name in activated), default=None)


def before_force(schedule: Schedule, activated: Mapping[str, date]) -> date | None:
    """The last day before a schedule came into force: what lies up to it was never promised. None if nothing bounds it."""
    on = since(schedule, activated)
    return on - timedelta(days=1) if on is not None else None


def item_since(item: str, schedules: Iterable[Schedule], activated: Mapping[str, date]) -> date | None:
    """The day on which a policy item is in force with all its schedules; None if that was not decided."""
    whole = _first((item, ALL), activated)
    if whole is not None:
        return whole
    own = [since(schedule, activated) for schedule in schedules if schedule.policy == item]
    days = [day for day in own if day is not None]
    return max(days) if days and len(days) == len(own) else None


def anchor(schedule: Schedule, activated: Mapping[str, date], floors: Mapping[str, date]) -> date | None:
    """The first nominal date of a schedule; None as long as it is not in force.

    Weeks of a relative start count from the day on which everything came into force together. Where items come one after
    another they count from the first of them, so that an order of items is not one upon the order of weeks, and the first date is
    never earlier than the floor that was settled with the item. A schedule with a date that belongs to no item needs no decision.
    """
    start, on = schedule.rule.start, since(schedule, activated)
    if on is None:
        return start if isinstance(start, date) and not schedule.policy else None
    # On one and the same day what was decided about an item stands: its job may be open before all the rest is decided.
    if not isinstance(start, RelativeStart) or _first(_own(schedule), activated) != on:
        return resolve_start(start, on)
    floor = max((floors[name] for name in (schedule.id, *schedule.was) if name in floors), default=on)
    return max(min(activated.values()) + timedelta(weeks=start.weeks), floor)


def floors(about: str, on: date, schedules: Iterable[Schedule]) -> dict[str, date]:
    """Schedule id to the day before which nothing is due of what one decision brings into force on `on`: its lead, counted
    without public holidays, since a key never depends on them. Nothing for a decision about everything."""
    if about == ALL:
        return {}
    return {
        one.id: on if one.lead.unit is Unit.HOUR else add(on, one.lead, _NO_HOLIDAYS)
        for one in schedules
        if about in (one.id, one.policy)
    }


def begins(wanted: date | None, today: date, activated: Mapping[str, date]) -> date:
    """The day from which a decision made today holds. Once something is in force nothing begins in the past any more: dates that
    people have been given would move."""
    if wanted is None:
        return today
    return max(wanted, today) if any(day <= today for day in activated.values()) else wanted


def in_order(rollout: Sequence[str], schedules: Iterable[Schedule], without: Collection[str] = ()) -> tuple[str, ...]:
    """Policy items in the order in which they come into force: that of the pack, then what only own schedules name."""
    items = dict.fromkeys((*rollout, *(one.policy for one in schedules if one.policy)))
    return tuple(item for item in items if item not in without)


def coming(order: Iterable[str], schedules: Collection[Schedule], activated: Mapping[str, date]) -> str:
    """The first item of the order about which nothing is decided yet; "" if there is none."""
    return next((item for item in order if item_since(item, schedules, activated) is None), "")


def proposal(view: View) -> str:
    """The item that could come into force next, once the one before it has settled; "" before the first, after the last, and in
    the meantime. Nothing comes into force by itself."""
    today = local_date(view.now, view.zone)
    schedules, activated = view.schedules.values(), view.history.activated
    begun = [
        (day, number, item)
        for number, item in enumerate(view.rollout)
        if (day := item_since(item, schedules, activated)) is not None
    ]
    if not begun or not _settled(max(begun)[2], max(begun)[0], today, view):
        return ""
    return coming(view.rollout, schedules, activated)


def _settled(item: str, on: date, today: date, view: View) -> bool:
    """True once every schedule of an item has had its clean cycles. What has asked nothing of anybody for four weeks, because its
    first date lies far ahead or because there is no schedule at all, is not waited for."""
    if on > today:
        return False
    long = today >= on + QUIET
    own = [one.id for one in view.schedules.values() if one.policy == item and one.id not in view.stopped]
    for schedule in own:
        dates = [keys for (name, _), keys in view.history.dates.items() if name == schedule]
        if sum(_is_clean(keys, view) for keys in dates) < view.clean_cycles and (dates or not long):
            return False
    return bool(own) or long


def _is_clean(keys: Collection[Key], view: View) -> bool:
    """True if an occurrence was completed: every job of it has ended, none was missed, and somebody did it."""
    outcomes = {view.history.outcome(key) for key in keys}
    missed = any(key in view.history.missed for key in keys)
    return Outcome.RECORDED in outcomes and Outcome.OPEN not in outcomes and not missed
