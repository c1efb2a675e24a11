"""People as *Users of the ISMS* describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from isms_bot.model.durations import Span
from isms_bot.model.identity import Account, PageRef, RosterId


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Whose working days: weekdays worked (Monday is 0) and a calendar of public holidays ("NL", "DE-BY", "" for none)."""

    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    holidays: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One row of *Users of the ISMS*. `page` is the identity that gave the roster id; everything else may change."""

    id: RosterId
    page: PageRef
    name: str
    account: Account | None = None
    mail: str | None = None
    roles: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    works: WorkCalendar = WorkCalendar()
    zone: str = "UTC"
    language: str = "en"
    manager: RosterId | None = None
    stand_in: RosterId | None = None
    away: tuple[Span, ...] = ()
    lacks: tuple[str, ...] = ()
    """Names of columns in which the row says nothing that can be used although the rules need it."""

    def active(self, day: date) -> bool:
        """True if the person belongs to the team on `day` (both ends included)."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def is_away(self, day: date) -> bool:
        """True if an absence covers `day`."""
        return any(span.covers(day) for span in self.away)
