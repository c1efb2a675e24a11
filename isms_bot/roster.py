"""Rows of *Users of the ISMS* and of *Decisions* as people and decisions. Pure.

A row's page is the identity of a person: names, mail addresses and accounts may change without a second job. A change of the
roster counts if somebody entitled made it; what people may say about themselves (absence, zone, language) they may say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from isms_bot.calendars import known_calendar, known_zone
from isms_bot.history import History
from isms_bot.layout import BY_SOURCE, DAYS
from isms_bot.model import (
    Account,
    Decision,
    DecisionKind,
    Page,
    PageRef,
    Person,
    RosterId,
    Source,
    Span,
    Value,
    WorkCalendar,
)

OWN_FIELDS = frozenset({"away", "zone", "language"})
"""Fields that a person may change in the own row."""
ONE_THING: Mapping[DecisionKind, str] = {
    DecisionKind.END_INTRODUCTION: "introduction",
    DecisionKind.ATTEST_PRIVATE: "private area",
}
"""What decisions are about of which there is only one."""
ROW_WAIT = timedelta(minutes=10)
"""A row that was edited less long ago may still be being written: it is not a decision yet."""


@dataclass(frozen=True, slots=True)
class RosterDefaults:
    """What holds where a row says nothing."""

    zone: str
    calendar: str
    language: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a row that does not count: whose row, by whom, which fields (ids)."""

    page: Page
    by: Account | None
    fields: tuple[str, ...]


def named(wanted: str | None, roster: Iterable[Person]) -> RosterId | None:
    """Who is meant: by account, mail address or name; None if that is nobody."""
    if not wanted:
        return None
    folded = wanted.casefold()
    for person in roster:
        if folded in {known.casefold() for known in (person.account, person.mail, person.name) if known}:
            return person.id
    return None


def accept(
    rows: Iterable[Page], accepted: Mapping[PageRef, Page], entitled: frozenset[Account]
) -> tuple[dict[PageRef, Page], tuple[Change, ...]]:
    """(rows that count, changes that do not): a row as it was accepted before stands where the edit was nobody's to make, and
    so does a row that is no longer there, since the wiki does not say who took it away: people leave with a date.

    `entitled`: accounts of the bot, of product manager and deputy. With nothing accepted yet all rows count: somebody has to
    have made the roster.
    """
    first = not accepted
    counting: dict[PageRef, Page] = {}
    refused: list[Change] = []
    for row in rows:
        before = accepted.get(row.ref)
        if first or row.edited_by in entitled:
            counting[row.ref] = row
            continue
        changed = _changed(before, row)
        if before is None:
            refused.append(Change(row, row.edited_by, changed))
            continue
        counting[row.ref] = row
        if changed and not (set(changed) <= OWN_FIELDS and row.edited_by in _people(before.fields.get("account"))):
            refused.append(Change(row, row.edited_by, changed))
            counting[row.ref] = before
    for ref, before in accepted.items():
        if ref in counting:
            continue
        counting[ref] = before
        if before.fields.get("until") is None:
            refused.append(Change(before, None, ("row",)))
    return counting, tuple(refused)


def _changed(before: Page | None, row: Page) -> tuple[str, ...]:
    old: Mapping[str, Value] = before.fields if before else {}
    changed = {name for name in {*old, *row.fields} - {"key", "mark"} if old.get(name) != row.fields.get(name)}
    if before is None or before.title != row.title:
        changed.add("title")
    return tuple(sorted(changed))


def _people(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _text(value: Value) -> str:
    return value.strip() if isinstance(value, str) else ""


def people(rows: Iterable[Page], history: History, defaults: RosterDefaults) -> dict[RosterId, Person]:
    """The roster of rows that have a roster id, by that id."""
    ids = history.people
    roster = {ids[row.ref]: _person(row, ids, defaults) for row in rows if row.ref in ids}
    return dict(sorted(roster.items()))


def _person(row: Page, ids: Mapping[PageRef, RosterId], defaults: RosterDefaults) -> Person:
    fields = row.fields
    zone, calendar = _text(fields.get("zone")), _text(fields.get("calendar"))
    days = frozenset(DAYS.index(day) for day in _people(fields.get("works")) if day in DAYS)
    away = fields.get("away")
    since, until = fields.get("since"), fields.get("until")
    accounts = _people(fields.get("account"))
    return Person(
        id=ids[row.ref],
        page=row.ref,
        name=row.title,
        account=accounts[0] if accounts else None,
        mail=_text(fields.get("mail")) or None,
        roles=frozenset(_people(fields.get("roles"))),
        since=since.start if isinstance(since, Span) else None,
        until=until.start if isinstance(until, Span) else None,
        works=WorkCalendar(
            days or WorkCalendar().weekdays,
            calendar if calendar and known_calendar(calendar) else defaults.calendar,
        ),
        zone=zone if known_zone(zone) else defaults.zone,
        language=_text(fields.get("language")) or defaults.language,
        manager=_related(fields.get("manager"), ids),
        stand_in=_related(fields.get("stand_in"), ids),
        away=(Span(away.start, away.end or away.start),) if isinstance(away, Span) else (),
        lacks=_lacks(fields, zone, calendar, defaults),
    )


def _lacks(fields: Mapping[str, Value], zone: str, calendar: str, defaults: RosterDefaults) -> tuple[str, ...]:
    """Columns that somebody should fill in: an account (or a stand-in, who then signs for this person), a calendar and a zone
    that exist; whoever keeps other holidays than the workspace may live by another clock as well, so that the zone is wanted
    then."""
    elsewhere = bool(calendar) and calendar != defaults.calendar
    lacking = {
        "account": not _people(fields.get("account")) and not _people(fields.get("stand_in")),
        "calendar": bool(calendar) and not known_calendar(calendar),
        "zone": not known_zone(zone) if zone else elsewhere,
    }
    return tuple(BY_SOURCE[Source.USERS].field(name).name for name, missing in lacking.items() if missing)


def _related(value: Value, ids: Mapping[PageRef, RosterId]) -> RosterId | None:
    return next((ids[ref] for ref in _people(value) if ref in ids), None)


def shared_accounts(roster: Mapping[RosterId, Person]) -> dict[Account, tuple[RosterId, ...]]:
    """Accounts that stand in more than one row of people who are in the team."""
    found: dict[Account, list[RosterId]] = {}
    for person in roster.values():
        if person.account and person.until is None:
            found.setdefault(person.account, []).append(person.id)
    return {account: tuple(ids) for account, ids in found.items() if len(ids) > 1}


def decision(row: Page, roster: Mapping[RosterId, Person], keys: Mapping[PageRef, str]) -> Decision | None:
    """The decision of a row, None while it says too little: a kind, and what it is about (not needed where there is only one
    thing of the kind). `keys`: pages of jobs to their keys, for rows that point at a job instead of naming it."""
    kind = _text(row.fields.get("kind"))
    if kind not in set(DecisionKind):
        return None
    about = _text(row.fields.get("about"))
    if not about:
        about = next((keys[ref] for ref in _people(row.fields.get("job")) if ref in keys), "")
    about = about or ONE_THING.get(DecisionKind(kind), "")
    if not about:
        return None
    start, until = row.fields.get("start"), row.fields.get("until")
    end = None
    if isinstance(until, Span):
        end = until.start
    elif isinstance(start, Span):
        end = start.end
    named = {person.account: person.id for person in reversed(list(roster.values())) if person.account}
    # Whoever wrote last answers for the row: a proposal counts once somebody entitled has touched it, and no longer once
    # somebody else has changed what it says.
    by = named.get(row.edited_by or row.created_by or "")
    return Decision(
        id=row.ref,
        kind=DecisionKind(kind),
        about=about,
        by=by,
        why=_text(row.fields.get("why")),
        start=start.start if isinstance(start, Span) else None,
        until=end,
        made_at=row.created_at,
    )


def says_something_else(row: Page, accepted: Decision, keys: Mapping[PageRef, str]) -> bool:
    """True if the row of a decision that was taken in says by now something else than what was decided; why it was decided may be
    put better at any time, "next" stands for what was next on that day, and a procedure may be called by its title."""
    now = decision(row, {}, keys)
    if now is None:
        return True
    named = (DecisionKind.ACTIVATE, DecisionKind.START)
    about = accepted.about if accepted.kind in named else now.about
    return (now.kind, about, now.start, now.until) != (accepted.kind, accepted.about, accepted.start, accepted.until)


def unique_accounts(roster: Mapping[RosterId, Person]) -> dict[RosterId, Person]:
    """The roster with every account standing once: the first row keeps it."""
    seen: set[Account] = set()
    unique: dict[RosterId, Person] = {}
    for roster_id, person in roster.items():
        if person.account and person.account in seen:
            unique[roster_id] = replace(person, account=None)
            continue
        if person.account:
            seen.add(person.account)
        unique[roster_id] = person
    return unique
