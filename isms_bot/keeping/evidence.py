"""How far a clause, a document or a control has come, and the last record of it. Pure.

*Mandatory documented information* and the annex of the Statement of Applicability are made of these cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from isms_bot import texts
from isms_bot.keeping import words
from isms_bot.keeping.facts import Facts
from isms_bot.model import Link, Message, Text
from isms_bot.packs import PackPage


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of a kept page: the clauses or controls of its first cell, and the pages that it names by their ids."""

    clauses: frozenset[str] = frozenset()
    ids: tuple[str, ...] = ()

    def procedures(self, facts: Facts) -> tuple[PackPage, ...]:
        """Procedures that the row is about, in the order of the pack: those that it names, and those that name its clauses."""
        return tuple(page for page in facts.procedures if page.id in self.ids or facts.serves(page, self.clauses))


def state(facts: Facts, row: Row) -> Message:
    """planned, drafted, in force or with records: a page is drafted once it is there, in force once somebody is promised to look
    after it."""
    known = [page for page in facts.pack.pages if page.id in row.ids]
    if not all(page.id in facts.pages for page in known):
        return texts.message("kept.state.planned", facts.language)
    return _further(facts, row, before="kept.state.drafted", then="kept.state.in_force", last="kept.state.with_records")


def state_of_all(facts: Facts, _row: Row) -> Message:
    """The same of all procedures together."""
    return state(facts, _everything(facts))


def control_state(facts: Facts, row: Row) -> Message:
    """planned, in place or with record: a control is in place once a procedure that serves it is in force. Or that it does not apply,
    where people say so on their own page."""
    if row.clauses and row.clauses <= facts.left_out:
        return texts.message("kept.state.does_not_apply", facts.language)
    return _further(facts, row, before="kept.state.planned", then="kept.state.in_place", last="kept.state.with_record")


def _further(facts: Facts, row: Row, *, before: str, then: str, last: str) -> Message:
    procedures = row.procedures(facts)
    if any(facts.records(page) for page in procedures):
        return texts.message(last, facts.language)
    items = [page.id for page in facts.pack.of_kind("policy") if page.id in row.ids]
    if any(facts.in_force(page) for page in procedures) or any(facts.since(one) for one in items if facts.applies(one)):
        return texts.message(then, facts.language)
    return texts.message(before, facts.language)


def procedures(facts: Facts, row: Row) -> Message:
    """The procedures that the row is about, as links."""
    return words.listed(facts, [words.link(facts, page) for page in row.procedures(facts)]) or _none(facts)


def last_record(facts: Facts, row: Row) -> Message:
    """The newest record of the procedures that the row is about, by its day."""
    newest = max(_records(facts, row.procedures(facts)), default=None)
    if newest is None:
        return _none(facts)
    _, key, page_id = newest
    procedure = facts.procedure(page_id)
    assert procedure is not None
    return words.record(facts, procedure, key)


def last_record_of_all(facts: Facts, _row: Row) -> Message:
    """The newest record of any procedure."""
    return last_record(facts, _everything(facts))


def nonconformity_state(facts: Facts, row: Row) -> Message:
    """The same of the handling of non-conformities: there are records of it once one was raised that stands."""
    if _numbers(facts):
        return texts.message("kept.state.with_records", facts.language)
    return state(facts, Row(ids=row.ids))


def last_nonconformity(facts: Facts, _row: Row) -> Message:
    """The newest non-conformity that was not retracted, by its number."""
    numbers = _numbers(facts)
    if not numbers:
        return _none(facts)
    page = facts.nonconformities.get(numbers[-1])
    return (Link(numbers[-1], page.url),) if page is not None and page.url else (Text(numbers[-1]),)


def _numbers(facts: Facts) -> list[str]:
    return [number for number in sorted(facts.history.raised) if number not in facts.history.retracted]


def _everything(facts: Facts) -> Row:
    return Row(ids=tuple(page.id for page in facts.procedures))


def _records(facts: Facts, pages: Iterable[PackPage]) -> Iterable[tuple[object, str, str]]:
    return ((day, key, page.id) for page in pages for day, key in facts.records(page))


def _none(facts: Facts) -> Message:
    return texts.message("kept.none", facts.language)
