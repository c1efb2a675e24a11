"""Is the system ready to be audited, as far as the bot can know: one check per cell, yes or what is missing. Pure.

What it cannot know stays a question on a page of people's own.
"""

from __future__ import annotations

from datetime import date, timedelta

from isms_bot import texts
from isms_bot.document import Document
from isms_bot.keeping import words
from isms_bot.keeping.evidence import Row
from isms_bot.keeping.facts import Facts
from isms_bot.model import DecisionKind, Link, Message, Schedule, Text
from isms_bot.recurrence import nominals, resolve_start

TWO_MONTHS = 61
"""Days for which the system is in force before an audit looks at it: "at least a month or two", the longer of the two."""
A_YEAR = 366
MONTHLY, QUARTERLY, YEARLY = 12, 4, 1
"""How often a year, at least, what is called so comes."""
_SETTLED = ("Closed", "Retracted")


def in_force_two_months(facts: Facts, _row: Row) -> Message:
    """Has every policy item that applies been in force for two months?"""
    missing: list[Message] = []
    for item, title in facts.items():
        if not facts.applies(item):
            continue
        since = facts.since(item)
        if since is None:
            missing.append(texts.message("kept.not_in_force", facts.language, item=_item(facts, item, title)))
        elif (facts.today - since).days < TWO_MONTHS:
            day = texts.day(since + timedelta(days=TWO_MONTHS), facts.language)
            missing.append(texts.message("kept.from", facts.language, item=_item(facts, item, title), date=day))
    return words.answer(facts, missing)


def set_to_no(facts: Facts, _row: Row) -> Message:
    """Does every item that does not apply have its reason?"""
    reasoned = {one.about for one in facts.history.decisions.values() if one.kind is DecisionKind.DOES_NOT_APPLY}
    missing: list[Message] = [
        texts.message("kept.reason_missing", facts.language, item=_item(facts, item, title))
        for item, title in facts.items()
        if not facts.applies(item) and not facts.history.items[item][1] and item not in reasoned
    ]
    return words.answer(facts, missing)


def introduction_over(facts: Facts, _row: Row) -> Message:
    """Is the introduction over? While it lasts what is missed is only talked about."""
    end = facts.history.introduction_end
    if end is not None and end < facts.today:
        return words.answer(facts, [])
    if end is None:
        return words.answer(facts, [texts.message("kept.introduction_open", facts.language)])
    day = texts.day(end, facts.language)
    return words.answer(facts, [texts.message("kept.introduction_until", facts.language, introduction_end=day)])


def recorded_monthly(facts: Facts, _row: Row) -> Message:
    """Do procedures that come every month have two records?"""
    return _recorded(facts, MONTHLY, 10_000, least=2)


def recorded_quarterly(facts: Facts, _row: Row) -> Message:
    """Do those that come every quarter have one?"""
    return _recorded(facts, QUARTERLY, MONTHLY, least=1)


def recorded_yearly(facts: Facts, _row: Row) -> Message:
    """Do those that come once or twice a year have one?"""
    return _recorded(facts, 0, QUARTERLY, least=1)


def _recorded(facts: Facts, at_least: int, below: int, *, least: int) -> Message:
    missing: list[Message] = []
    for page in facts.procedures:
        promised = [one for one in facts.promised_by(page) if facts.applies(one.policy)]
        often = max((times_a_year(facts, one) for one in promised), default=-1)
        if not promised or not at_least <= often < below:
            continue
        there = len(facts.records(page))
        if there < least:
            counted = texts.message("kept.records_of", facts.language, count=there, of=least)
            missing.append(texts.joined(words.link(facts, page), counted, between=" "))
    return words.answer(facts, missing)


def cases(facts: Facts, _row: Row) -> Message:
    """How many of the procedures for events have had a case; for the others somebody says why."""
    waiting = [page for page in facts.procedures if page.text("trigger")]
    without = [page for page in waiting if not facts.records(page)]
    said = texts.message("kept.cases", facts.language, count=len(waiting) - len(without), of=len(waiting))
    if not without:
        return said
    named = words.listed(facts, [words.link(facts, page) for page in without])
    return texts.joined(said, texts.message("kept.without_case", facts.language, items=named), between=" ")


def done_within_a_year(facts: Facts, row: Row) -> Message:
    """Does each procedure that the row names have a record of the last twelve months?"""
    missing: list[Message] = []
    for page in (page for page in facts.procedures if page.id in row.ids):
        newest = max(facts.records(page), default=None)
        if newest is None:
            none = texts.message("kept.no_record", facts.language)
            missing.append(texts.joined(words.link(facts, page), none, between=" "))
        elif (facts.today - newest[0]).days > A_YEAR:
            old = texts.message("kept.record_of", facts.language, date=texts.day(newest[0], facts.language))
            missing.append(texts.joined(words.link(facts, page), old, between=" "))
    return words.answer(facts, missing)


def nonconformities(facts: Facts, _row: Row) -> Message:
    """Non-conformities that are not closed."""
    history = facts.history
    standing = [
        number
        for number in sorted(history.raised)
        if number not in history.retracted
        and (number not in history.standing or history.standing[number].status not in _SETTLED)
    ]
    if not standing:
        return texts.message("kept.none_open", facts.language)
    named: list[Message] = [
        (Link(number, page.url),) if (page := facts.nonconformities.get(number)) is not None else (Text(number),)
        for number in standing
    ]
    items = words.listed(facts, named)
    return texts.message("kept.open", facts.language, count=len(standing), items=items)


def roles_held(facts: Facts, _row: Row) -> Message:
    """Does somebody hold each role that the pack names, and stand in for it?"""
    missing: list[Message] = []
    for role in facts.pack.roles:
        holders = facts.holders(role)
        if not holders:
            missing.append(texts.message("kept.nobody_holds", facts.language, role=facts.role(role)))
        elif len(holders) == 1 and holders[0].stand_in is None:
            missing.append(texts.message("kept.nobody_stands_in", facts.language, role=facts.role(role)))
    return words.answer(facts, missing)


def records(facts: Facts) -> Document:
    """Every procedure that comes by the calendar: since when it is in force, how many records it has, the first and the last."""
    rows: list[tuple[Message, ...]] = []
    for page in facts.procedures:
        promised = facts.promised_by(page)
        if not promised:
            continue
        found, since = facts.records(page), facts.in_force(page)
        ends: tuple[Message, ...] = ((), ())
        if found:
            ends = (words.record(facts, page, found[0][1]), words.record(facts, page, found[-1][1]))
        rows.append((words.link(facts, page), _day(facts, since), (Text(str(len(found))),), *ends))
    head = ("kept.head.procedure", "kept.head.in_force_since", "kept.head.records", "kept.head.first", "kept.head.last")
    return words.table(facts, head, rows)


def times_a_year(facts: Facts, schedule: Schedule) -> int:
    """How often a schedule falls due in this calendar year; one with a plain cadence as often as in any whole year, and one that is
    not in force yet as if it had been since January."""
    first, last = date(facts.today.year, 1, 1), date(facts.today.year, 12, 31)
    since = facts.since(schedule.id, *schedule.was, schedule.policy)
    start = resolve_start(schedule.rule.start, since) if schedule.rule.every is None else None
    return sum(1 for _ in nominals(schedule.rule, start or first, after=first - timedelta(days=1), until=last))


def _day(facts: Facts, day: date | None) -> Message:
    return (Text(texts.day(day, facts.language)),) if day else texts.message("kept.not_yet.plain", facts.language)


def _item(facts: Facts, item: str, title: str) -> Link | str:
    page = facts.pages.get(item)
    return Link(title, page.url) if page is not None and page.url else title
