"""Schedule files: `[[schedule]]` tables -> schedules, checked so that nothing wrong with them is left for the passes.

Packs and teams write the same form; every problem of a file is told at once.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from pydantic import Field

from isms_bot import recurrence
from isms_bot.errors import Problem
from isms_bot.model import Completion, Duration, Ladder, Level, Rule, Schedule, Shift, Span, Unit
from isms_bot.packs.checking import Strict, checked, keys, unknown_key, unknown_name
from isms_bot.packs.fields import (
    AssignmentText,
    Day,
    DurationText,
    LadderText,
    LevelText,
    Role,
    ShiftText,
    SignaturesText,
    Slug,
    Start,
    Text,
)
from isms_bot.packs.tomlfile import Loc, TomlFile

# Longest that one unit can be in calendar days. Working days are counted with five to a week.
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366}


class PauseEntry(Strict):
    """A time in which nothing falls due, and why."""

    start: Day = Field(alias="from")
    until: Day
    why: Text


class ScheduleEntry(Strict):
    """One `[[schedule]]`: a promise with a cadence."""

    id: Slug
    procedure: Text
    assign: AssignmentText
    every: DurationText | None = None
    start: Start | None = None
    on: Text | None = None
    shift: ShiftText = Shift.NONE
    rrule: Text | None = None
    cron: Text | None = None
    until: Day | None = None
    pause: list[PauseEntry] = Field(default_factory=list)
    completion: SignaturesText | None = None
    lead: DurationText | None = None
    grace: DurationText | None = None
    ladder: LadderText = Ladder.GENTLE
    level: LevelText = Level.AT_OWN_ACCOUNT
    policy: Slug | None = None
    owner: Role = "product-manager"
    practice: bool | None = None
    was: list[Slug] = Field(default_factory=list)
    replaces: bool = False


class ScheduleDocument(Strict):
    """A schedule file."""

    schedule: list[ScheduleEntry] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Declared:
    """A schedule, where it is written (`loc` in the file `source`), and what is told beside it.

    `replaces`: it takes the place of the pack's schedule of the same id. `whys`: the reasons of its pauses, in their order.
    """

    schedule: Schedule
    source: TomlFile = field(repr=False)
    loc: Loc
    replaces: bool = False
    whys: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """`schedules.toml:14`, found when asked for."""
        return self.source.where(self.loc)

    def problem(self, key: str, what: str) -> Problem:
        """The sentence `what` about `key` of this schedule."""
        return self.source.problem((*self.loc, key), what)


def read_schedules(source: TomlFile, problems: list[Problem], *, practice: bool = False) -> tuple[Declared, ...]:
    """The schedules of a file that are sound in themselves; everything wrong is added to `problems`.

    `practice`: a person's first run of an `each` schedule that does not say otherwise is practice.
    """
    problems.extend(source.impossible)
    for key in source.data:
        if key != "schedule":
            problems.append(source.problem((key,), unknown_key(key, keys(ScheduleDocument))))
    tables = source.data.get("schedule", [])
    if not isinstance(tables, list):
        problems.append(source.problem(("schedule",), "must be written [[schedule]], once per schedule"))
        return ()
    found: list[Declared] = []
    for number, table in enumerate(tables):
        loc: Loc = ("schedule", number)
        entry = checked(ScheduleEntry, table, source, loc, problems)
        if entry is None:
            continue
        rule = _rule(entry)
        wrong = [(_key_of(what), what) for what in recurrence.problems(rule)] + _contradictions(entry)
        if wrong:
            problems.extend(source.problem((*loc, key), what) for key, what in wrong)
            continue
        gap = recurrence.shortest_gap(rule)
        schedule = _schedule(entry, rule, gap, practice=practice)
        if (what := _too_long(schedule, gap)) is not None:
            problems.append(source.problem((*loc, "grace" if entry.grace else "lead"), what))
            continue
        whys = tuple(pause.why for pause in entry.pause)
        found.append(Declared(schedule, source, loc, entry.replaces, whys))
    return tuple(found)


def duplicates(declared: Sequence[Declared], shipped: Container[str] = ()) -> list[Problem]:
    """A problem for every schedule whose id, or former id, another one before it has already; both lines are named.

    `shipped` are the ids of the pack, which may be replaced on purpose."""
    first: dict[str, Declared] = {}
    problems: list[Problem] = []
    for one in declared:
        other = first.setdefault(one.schedule.id, one)
        if other is not one:
            what = f'the id "{one.schedule.id}" is used already at {other.where}; give one of them another id'
            if one.schedule.id in shipped:
                what += ", or write replaces = true here if it is meant to replace the pack's"
            problems.append(one.problem("id", what))
    formerly: dict[str, Declared] = {}
    for one in declared:
        for old in one.schedule.was:
            if old in first:
                what = f'"{old}" is still in use at {first[old].where}; a former id belongs to nobody else'
                problems.append(one.problem("was", what))
            elif formerly.setdefault(old, one) is not one:
                what = f'"{old}" is claimed already at {formerly[old].where}; only one schedule can have been it'
                problems.append(one.problem("was", what))
    return problems


def unknown_roles(declared: Iterable[Declared], known: Iterable[str]) -> list[Problem]:
    """A problem for every role or owner of a schedule that is not one of `known`."""
    roles = tuple(known)
    problems: list[Problem] = []
    for one in declared:
        for key, role in (("assign", one.schedule.role), ("owner", one.schedule.owner)):
            if role not in roles:
                problems.append(one.problem(key, unknown_name("role", role, roles)))
    return problems


def in_days(duration: Duration) -> int:
    """The most calendar days that a duration takes, rounded up; working days with five of them to a week."""
    if duration.unit is Unit.WORKING_DAY:
        return ceil(duration.count * 7 / 5)
    if duration.unit is Unit.HOUR:
        return ceil(duration.count / 24)
    return duration.count * _DAYS[duration.unit]


def usual_time(gap: int) -> tuple[Duration, Duration]:
    """Lead and grace for a shortest gap of `gap` days: 5/5 working days monthly, 10/10 quarterly, 20/15 yearly, and less for
    what comes more often."""
    for least, lead, grace in ((300, 20, 15), (60, 10, 10), (15, 5, 5), (7, 2, 2)):
        if gap >= least:
            return Duration(lead, Unit.WORKING_DAY), Duration(grace, Unit.WORKING_DAY)
    return Duration(0, Unit.WORKING_DAY), Duration(0, Unit.WORKING_DAY)


def schedules_schema() -> dict[str, object]:
    """JSON Schema of a schedule file, for editors."""
    return ScheduleDocument.model_json_schema(by_alias=True)


def read_file(path: Path, problems: list[Problem], *, practice: bool = False) -> tuple[TomlFile, tuple[Declared, ...]]:
    """A schedule file and its schedules. Raises ConfigError if the file cannot be read at all."""
    source = TomlFile.read(path)
    return source, read_schedules(source, problems, practice=practice)


def _contradictions(entry: ScheduleEntry) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    if entry.assign.rotate and entry.completion is not None and entry.completion.completion is not Completion.ANY:
        what = 'rotate gives each job to one person; leave completion out, or assign = "role:…" to give it to all'
        wrong.append(("completion", what))
    if entry.id in entry.was:
        wrong.append(("was", f'"{entry.id}" is the present id; list only former ones'))
    for key in ("lead", "grace"):
        duration = getattr(entry, key)
        if duration is not None and duration.unit is Unit.HOUR:
            wrong.append(
                (key, f"{duration} is finer than a day, and a schedule counts days; write days or working days")
            )
    return wrong


def _rule(entry: ScheduleEntry) -> Rule:
    return Rule(
        every=entry.every,
        start=entry.start,
        on=entry.on,
        shift=entry.shift,
        rrule=entry.rrule,
        cron=entry.cron,
        until=entry.until,
        pauses=tuple(Span(pause.start, pause.until) for pause in entry.pause),
    )


def _key_of(complaint: str) -> str:
    """The key that a complaint about a rule is about: its first words name it."""
    words = complaint.split()[:2]
    return next((word for word in words if word in ScheduleEntry.model_fields), "every")


def _too_long(schedule: Schedule, gap: int) -> str | None:
    """The arithmetic, if lead and grace together do not fit between two occurrences."""
    lead, grace = in_days(schedule.lead), in_days(schedule.grace)
    if lead + grace <= gap:
        return None
    said = " + ".join(
        f"{word} {duration}" + (f" ({days} days)" if str(duration) != f"{days} days" else "")
        for word, duration, days in (("lead", schedule.lead, lead), ("grace", schedule.grace, grace))
    )
    return f"{said} = {lead + grace} days is longer than the shortest gap of {gap} days; shorten one of them"


def _schedule(entry: ScheduleEntry, rule: Rule, gap: int, *, practice: bool) -> Schedule:
    default = Completion.ANY if entry.assign.rotate else Completion.EACH
    completion = entry.completion.completion if entry.completion else default
    lead, grace = usual_time(gap)
    return Schedule(
        id=entry.id,
        procedure=entry.procedure,
        rule=rule,
        role=entry.assign.role,
        rotate=entry.assign.rotate,
        completion=completion,
        quorum=entry.completion.quorum if entry.completion else 1,
        lead=entry.lead if entry.lead is not None else lead,
        grace=entry.grace if entry.grace is not None else grace,
        ladder=entry.ladder,
        level=entry.level,
        policy=entry.policy or "",
        owner=entry.owner,
        practice=entry.practice if entry.practice is not None else practice and completion is Completion.EACH,
        was=tuple(entry.was),
    )
