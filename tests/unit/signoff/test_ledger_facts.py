"""The ledger learns what was seen without names, accounts and typed words."""

import json
from datetime import date, timedelta

from isms_bot.model import Completion, Span
from isms_bot.signoff import facts_for_ledger, typed_values


def test_facts_hold_roster_ids_levels_and_times(desk):
    desk.lines("Anna Jansen", "18 Nov", "AJ", by=("u-bob", "u-anna", ""))
    desk.comment("Signed, Anna Jansen", at=desk.now - timedelta(minutes=1))
    desk.comment("Signed", "u-guest")
    verdict = desk.verdict()
    facts = facts_for_ledger(verdict, desk.facts, desk.people, precision=60)
    seen = "2026-11-18T12:00:00+00:00"
    common = {"seen": seen, "at": seen, "precision": 60, "known": True, "own": False}
    assert facts == [
        common | {"field": "comment", "id": "c0", "by": "p01", "level": "by own account", "own": True, "at": "2026-11-18T11:59:00+00:00"},
        common | {"field": "comment", "id": "c1", "by": None, "level": None, "own": True},
        common | {"field": "date", "id": "b1", "by": "p01", "level": "at own account"},
        common | {"field": "name", "id": "b0", "by": "p02", "level": None},
        common | {"field": "signature", "id": "b2", "by": None, "level": "typed", "known": False},
    ]  # fmt: skip


def test_a_fact_without_a_time_of_the_vendor_says_so(desk):
    desk.comment("Signed tomorrow")
    desk.look()
    desk.comments[0] = type(desk.comments[0])("c0", "Signed", "u-anna", True, desk.now)
    facts = facts_for_ledger(desk.verdict(), desk.facts, desk.people, precision=0)
    assert [fact["at"] is None for fact in facts] == [False, True]


def test_what_people_typed_stands_apart_in_the_same_order(desk):
    desk.table(("Anna", "18 Nov", "AJ", "u-anna"), ("Bob", "18 Nov", "BM", "u-bob"))
    desk.fields = {"signed_by": ("u-anna",), "signed_on": Span(date(2026, 11, 18))}
    verdict = desk.verdict(people=("p01", "p02"), completion=Completion.ALL)
    typed = typed_values(desk.facts)
    facts = facts_for_ledger(verdict, desk.facts, desk.people, precision=60)
    assert [field for field, _ in typed] == [fact["field"] for fact in facts]
    assert sorted(text for _, text in typed) == ["18 Nov", "18 Nov", "2026-11-18", "AJ", "Anna", "BM", "Bob", "u-anna"]


def test_facts_are_json_without_names_accounts_and_words(desk):
    desk.lines("Anna Jansen", "18 Nov", "Looks fine to me", by="u-guest")
    desk.comment("Signed for Dana van den Berg", "u-bob")
    desk.fields = {"signed_by": ("u-anna",)}
    text = json.dumps(facts_for_ledger(desk.verdict(), desk.facts, desk.people, precision=60))
    for secret in ("Anna", "Dana", "Looks", "Signed", "u-"):
        assert secret not in text
