"""What rules will ask of people, and what they should have asked: expected occurrences from schedules and dates alone. Pure.

For `simulate` (looking ahead), `status` (what comes next) and `verify` (whether everything that was expected has happened).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from isms_bot.config.rules import from_plain
from isms_bot.history import FOLDS, History
from isms_bot.lifecycle import View
from isms_bot.lifecycle.activation import anchor, before_force
from isms_bot.lifecycle.dates import effective_due, grace_end
from isms_bot.lifecycle.openings import Occurrence, occurrences
from isms_bot.lifecycle.relief import occurrence_key
from isms_bot.model import Completion, Key, Outcome, Schedule, WorkCalendar
from isms_bot.recurrence import paused, resolve_start

DEFAULT_MINUTES = 30
"""How long a procedure is taken to last that does not say so."""
_BACK = timedelta(days=200)
"""How far before a period a nominal date may lie whose due day is moved into it, with room."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One occurrence that is to come: its days, and what it costs: `minutes` of all people together."""

    key: Key
    schedule: str
    procedure: str
    role: str
    opens: date
    due: date
    grace_end: date
    minutes: int
    opened: bool = False
    index: int = 0
    """The number of the occurrence, from which whose turn it is follows."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected from `start` to `until`, by due day. `quiet`: Mondays of weeks in which nothing opens or falls due."""

    start: date
    until: date
    expected: tuple[Expected, ...]
    quiet: tuple[date, ...]

    def hours(self) -> dict[str, float]:
        """Hours per role, to a tenth."""
        minutes: Counter[str] = Counter()
        for one in self.expected:
            minutes[one.role] += one.minutes
        return {role: round(total / 60, 1) for role, total in sorted(minutes.items())}


@dataclass(frozen=True, slots=True)
class Noted:
    """Of a procedure: how many misses of how many promises would have been noted."""

    procedure: str
    missed: int
    of: int


@dataclass(frozen=True, slots=True)
class Gap:
    """An occurrence that the accepted rules expected and that has neither an outcome nor a job."""

    schedule: str
    nominal: date
    due: date


def anchors(
    schedules: Iterable[Schedule], history: History, otherwise: date | None = None
) -> tuple[dict[str, date], tuple[str, ...]]:
    """(schedule id to its first nominal date, ids for which `otherwise` was taken for the day of activation). Schedules that
    are not in force and get no assumption are left out."""
    found: dict[str, date] = {}
    assumed: list[str] = []
    for schedule in schedules:
        start = anchor(schedule, history.activated, history.floors)
        if start is None and otherwise is not None:
            start = resolve_start(schedule.rule.start, otherwise)
            assumed.append(schedule.id)
        if start is not None:
            found[schedule.id] = start
    return found, tuple(assumed)


def forecast(
    schedules: Sequence[Schedule],
    starts: Mapping[str, date],
    calendar: WorkCalendar,
    *,
    start: date,
    until: date,
    minutes: Mapping[str, int],
    team: Mapping[str, int],
    history: History | None = None,
) -> Forecast:
    """Every occurrence whose due day lies from `start` to `until`.

    `starts`: as of `anchors`. `minutes`: per procedure. `team`: how many people hold a role, 1 where it is not said. With a
    `history`, occurrences before the present rule are left out and those that were opened are marked.
    """
    known = history or History()
    expected = sorted(
        (
            one
            for schedule in schedules
            if schedule.id in starts
            for one in _of(schedule, starts, calendar, start, until, minutes, team, known)
        ),
        key=lambda one: (one.due, one.key),
    )
    busy = {_monday(day) for one in expected for day in (one.opens, one.due)}
    weeks = _weeks(start, until)
    return Forecast(start, until, tuple(expected), tuple(week for week in weeks if week not in busy))


def _of(
    schedule: Schedule,
    starts: Mapping[str, date],
    calendar: WorkCalendar,
    start: date,
    until: date,
    minutes: Mapping[str, int],
    team: Mapping[str, int],
    history: History,
) -> Iterator[Expected]:
    opened = history.latest.get(schedule.id, ())
    bounds = (history.rule_since.get(schedule.id), before_force(schedule, history.activated))
    since = max((day for day in bounds if day is not None), default=None)
    for one in _occurrences(schedule, starts[schedule.id], calendar, start - _BACK, until):
        nominal = one.nominal.day
        if not start <= one.due <= until or paused(schedule.rule, nominal) is not None:
            continue
        if since is not None and nominal <= since and nominal not in opened:
            continue
        due = effective_due(one.due, one.opens, schedule.lead, calendar)
        yield Expected(
            occurrence_key(schedule.id, nominal),
            schedule.id,
            schedule.procedure,
            schedule.role,
            one.opens,
            due,
            grace_end(due, schedule.grace, calendar),
            minutes.get(schedule.procedure, DEFAULT_MINUTES) * _signers(schedule, team),
            nominal in opened,
            one.nominal.index,
        )


def _signers(schedule: Schedule, team: Mapping[str, int]) -> int:
    """How many people an occurrence keeps busy."""
    if schedule.rotate or schedule.completion is Completion.ANY:
        return 1
    if schedule.completion is Completion.QUORUM:
        return schedule.quorum
    return max(1, team.get(schedule.role, 1))


def upcoming(
    schedules: Sequence[Schedule], starts: Mapping[str, date], calendar: WorkCalendar, history: History, today: date
) -> tuple[Expected, ...]:
    """The next occurrence of each schedule in force that is not opened yet, by the day on which it opens."""
    found = forecast(
        schedules,
        starts,
        calendar,
        start=today,
        until=today + timedelta(days=800),
        minutes={},
        team={},
        history=history,
    )
    first: dict[str, Expected] = {}
    for one in found.expected:
        if not one.opened:
            first.setdefault(one.schedule, one)
    return tuple(sorted(first.values(), key=lambda one: (one.opens, one.key)))


def noted(history: History, end: date) -> tuple[Noted, ...]:
    """What would have been recorded, per procedure, if the introduction had ended on `end`: misses that were only discussed
    although they were due after that day, of all that was due after it. No names."""
    missed: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for key, contract in history.contracts.items():
        if contract.due <= end:
            continue
        together[contract.procedure] += 1
        if history.missed.get(key) is Outcome.INTRODUCTION:
            missed[contract.procedure] += 1
    return tuple(Noted(name, missed[name], together[name]) for name in sorted(together) if missed[name])


# --- completeness ----------------------------------------------------------------------------------------------------


class Row(Protocol):
    """What is needed of a row of the ledger."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class _Reign:
    """A rule from the day it was accepted: nominal dates after `since`, up to `last` if it was replaced, as far as they
    opened by the day `seen`."""

    schedule: Schedule
    since: date
    last: date | None = None
    seen: date | None = None


def gaps(
    rows: Iterable[Row], calendar: WorkCalendar, passes: Sequence[datetime], zone_day: Mapping[datetime, date]
) -> list[Gap]:
    """Occurrences that were expected by the last completed pass and that nobody opened, paused, waived or cancelled.

    `passes`: business times of completed passes, ascending; `zone_day`: their days in the workspace's zone. Rules and
    activations count if they were accepted before the last pass.
    """
    if not passes:
        return []
    ledger = list(rows)
    happened = _happened(ledger)
    known = History()
    for row in ledger:
        if row.kind == "activated" and row.at < passes[-1]:
            FOLDS[row.kind](known, row.key, row.body)
    found: list[Gap] = []
    for reign in _reigns(ledger, passes, zone_day):
        schedule = reign.schedule
        start = anchors([schedule], known)[0].get(schedule.id)
        begun = before_force(schedule, known.activated)
        if start is None or reign.seen is None or (begun is not None and reign.seen <= begun):
            continue
        after = reign.since if begun is None else max(reign.since, begun)
        for one in _occurrences(schedule, start, calendar, after, reign.seen):
            nominal = one.nominal.day
            if reign.last is not None and nominal > reign.last:
                break
            if nominal not in happened[schedule.id]:
                found.append(Gap(schedule.id, nominal, one.due))
    return sorted(set(found), key=lambda gap: (gap.due, gap.schedule))


def doubled(rows: Iterable[Row]) -> tuple[Key, ...]:
    """Keys with outcomes that cannot both be true. A miss may be signed late; nothing else follows an outcome."""
    outcomes: dict[Key, list[str]] = defaultdict(list)
    for row in rows:
        if row.kind == "outcome":
            outcomes[row.key].append(row.body["outcome"])
    missed = {Outcome.NONCONFORMITY.value, Outcome.INTRODUCTION.value}
    return tuple(
        key
        for key, said in sorted(outcomes.items())
        if len(said) > 1 and not (len(said) == 2 and said[0] in missed and said[1] == Outcome.RECORDED_LATE.value)
    )


def _happened(rows: Iterable[Row]) -> Mapping[str, set[date]]:
    """Schedule id to the nominal dates that were opened or concluded."""
    found: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        if row.kind in ("opened", "outcome") and row.body.get("nominal"):
            found[row.body["schedule"]].add(date.fromisoformat(row.body["nominal"]))
    return found


def _reigns(rows: Iterable[Row], passes: Sequence[datetime], zone_day: Mapping[datetime, date]) -> Iterator[_Reign]:
    ruling: dict[str, _Reign] = {}
    for row in rows:
        if row.kind != "rules" or row.at >= passes[-1]:
            continue
        before = max((at for at in passes if at < row.at), default=None)
        seen = zone_day[before] if before is not None else None
        since = {name: date.fromisoformat(day) for name, day in row.body["since"].items()}
        schedules = {name: from_plain(name, entry) for name, entry in row.body["schedules"].items()}
        for name in list(ruling):
            if name not in schedules or name in since:
                yield replace(ruling.pop(name), last=since.get(name), seen=seen)
        for name, schedule in schedules.items():
            if name in since:
                ruling[name] = _Reign(schedule, since[name])
            elif name in ruling:
                ruling[name] = replace(ruling[name], schedule=schedule)
    for reign in ruling.values():
        yield replace(reign, seen=zone_day[passes[-1]])


# --- dates -----------------------------------------------------------------------------------------------------------


def _occurrences(
    schedule: Schedule, start: date, calendar: WorkCalendar, after: date, until: date
) -> Iterator[Occurrence]:
    """Occurrences with a nominal date after `after` that open by `until`."""
    view = View(
        now=datetime(until.year, until.month, until.day, tzinfo=UTC),
        zone="UTC",
        calendar=calendar,
        schedules={schedule.id: schedule},
        anchors={schedule.id: start},
        procedures={},
        roster={},
        jobs={},
        history=History(),
    )
    return occurrences(schedule, view, after, until)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(start: date, until: date) -> list[date]:
    """Mondays of the weeks that lie wholly in the period."""
    first = _monday(start + timedelta(days=6))
    count = max(0, ((until - timedelta(days=6)) - first).days // 7 + 1)
    return [first + timedelta(weeks=week) for week in range(count)]
