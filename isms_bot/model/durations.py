"""Time as promises speak of it: durations, spans of days, rules of recurrence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """Units of a duration; a working day is one of the person it applies to."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration:
    """`count` of `unit`: "10 working days", "3 months". `count` is never negative."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit.value}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included; `end` None is open."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """True if `day` lies in the span."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class RelativeStart:
    """The day that lies `weeks` weeks after the item came into force; resolved once, by activation."""

    weeks: int


class Shift(StrEnum):
    """What happens to a nominal due day that is not convenient. The key of an occurrence keeps the nominal date."""

    NONE = "none"
    NEXT = "next working day"
    PREVIOUS = "previous working day"
    CALM = "calm day"
    """Next Tuesday to Thursday that is no month end and outside 15 July-31 August and 18 December-6 January."""
    CALM_CHORE = "calm day, summer too"
    """The same without the summer rule, for monthly chores."""
    WINDOW = "window"
    """Into the next time that the team has set aside for such work."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time that a team has set aside for work beside its product, as between two sprints: from `first` to `last`, and again every so
    often."""

    first: date
    last: date
    every: Duration | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When a promise falls due, as nominal dates.

    Exactly one of `every`, `rrule` and `cron` is set. With `every`, occurrence k is the anchor plus k times `every`, clamped to
    the month's end and never iterated from the one before; `on` then moves it inside its month ("first working day", "last
    friday", "last day", "15"). `start` None or relative means: no occurrence before an activation has given the anchor.
    `windows` are those of the workspace, for the shift of that name.
    """

    every: Duration | None = None
    start: date | RelativeStart | None = None
    on: str | None = None
    shift: Shift = Shift.NONE
    rrule: str | None = None
    cron: str | None = None
    until: date | None = None
    pauses: tuple[Span, ...] = ()
    windows: tuple[Window, ...] = ()
