"""How the introduction ends: what it would have meant, twice before, for who decides; ten working days' notice for the team. Pure.

A date alone ends nothing, it is the earliest end; a decision does, and it has its effect no sooner than ten working days after the
team was told. Until then whatever opens belongs to the introduction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from isms_bot.calendars import add_working_days, is_working_day, local_date
from isms_bot.lifecycle.actions import Announce, Preview, Tally
from isms_bot.lifecycle.people import MORNING, acting, may_be_told, reachable
from isms_bot.lifecycle.upkeep import open_questions
from isms_bot.lifecycle.view import View
from isms_bot.model import Outcome, Regime

NOTICE = 10
"""Working days between the notice and the last day of the introduction."""
STEPS = (30, 10)
"""Working days before the earliest end at which "If we ended the introduction" is shown to who decides."""
_KEPT = {
    Outcome.RECORDED: "in_time",
    Outcome.RECORDED_LATE: "late",
    Outcome.INTRODUCTION: "missed",
    Outcome.OPEN: "open",
}


def ending(view: View) -> Iterator[Preview | Announce]:
    """The look ahead and the notice that are due now."""
    if view.trusted:
        yield from _preview(view)
        yield from _announce(view)


def _preview(view: View) -> Iterator[Preview]:
    ends = (view.history.introduction_end, view.history.decided_end)
    end = max((day for day in ends if day), default=view.earliest_end)
    for person in acting(view)[:1]:
        known = view.roster[person]
        today = local_date(view.now, known.zone)
        if end is None or today > end or not reachable(known, view):
            return
        passed = [days for days in STEPS if today >= add_working_days(end, -days, view.calendar)]
        for days in passed[-1:]:
            found = Preview(person, days, end, tallies(view), len(view.history.questions), _unanswered(view))
            if found.key not in view.history.previews:
                yield found


def tallies(view: View) -> tuple[Tally, ...]:
    """Per procedure, how the jobs of the introduction went that were due so far: counts and no names. What nobody was held to
    in the end counts neither way."""
    today, counts = local_date(view.now, view.zone), defaultdict[str, dict[str, int]](lambda: defaultdict(int))
    for key, contract in view.history.contracts.items():
        field = _KEPT.get(view.history.outcome(key))
        if field is None or contract.regime is not Regime.INTRODUCTION or view.history.promise(key).due >= today:
            continue
        counts[contract.title][field] += 1
    return tuple(Tally(title, **numbers) for title, numbers in sorted(counts.items()))


def _unanswered(view: View) -> int:
    return sum(1 for _ in open_questions(view))


def _announce(view: View) -> Iterator[Announce]:
    """Tell the team, once per decided end, on a morning of a working day; the end waits for the notice, never the other way."""
    decided = view.history.decided_end
    local = view.now.astimezone(ZoneInfo(view.zone))
    if decided is None or decided == view.history.announced_for:
        return
    if local.time() < MORNING or not is_working_day(local.date(), view.calendar):
        return
    last_day = max(decided, add_working_days(local.date(), NOTICE, view.calendar))
    people = tuple(
        person.id
        for _, person in sorted(view.roster.items())
        if person.active(local.date()) and may_be_told(person) and not person.is_away(local.date())
    )
    yield Announce(decided, last_day, local.date(), people)
