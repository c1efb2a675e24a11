"""The ledger keeps every row for ever, and the words beside it only as long as a rule allows."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from isms_bot.errors import LedgerBroken, StoreError
from isms_bot.ledger import GENESIS, Draft, Entry, Ledger
from isms_bot.store import Store
from tests.unit.store.databases import execute, on_sqlite

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = date(2029, 1, 1)


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store, "acme")


def unguarded(url: str, *statements: str) -> None:
    """What somebody with access to the database can do to the ledger."""
    if on_sqlite(url):
        triggers = ("ledger_keeps_rows", "ledger_loses_none", "ledger_replaces_none")
        execute(url, *(f"DROP TRIGGER {name}" for name in triggers), *statements)
    else:
        execute(url, "ALTER TABLE ledger DISABLE TRIGGER USER", *statements)


def test_rows_come_back_in_order_each_with_the_hash_before_it(ledger: Ledger) -> None:
    first = ledger.append("opened", "a/2026-10-01", {"page": "P1", "people": ["p07"]}, at=NOON, pass_id=3)
    second = ledger.append("notice", "a/2026-10-01", {}, at=NOON + timedelta(days=1))
    assert list(ledger.entries()) == [first, second]
    assert list(ledger.entries(after=1)) == [second]
    assert first == Entry(1, NOON, "opened", "a/2026-10-01", {"page": "P1", "people": ["p07"]}, GENESIS, first.hash, 3)
    assert (second.seq, second.prev, second.pass_id) == (2, first.hash, None)
    assert ledger.head() == (2, second.hash)


def test_an_empty_ledger_has_a_head_and_holds(ledger: Ledger) -> None:
    assert ledger.head() == (0, GENESIS)
    assert list(ledger.entries()) == []
    assert ledger.verify().holds
    assert ledger.append_many([], at=NOON) == []


def test_many_rows_are_read_in_portions_without_a_gap(ledger: Ledger) -> None:
    ledger.append_many([Draft("opened", f"a/{number}", {"n": number}) for number in range(2500)], at=NOON)
    assert [entry.body["n"] for entry in ledger.entries()] == list(range(2500))
    found = ledger.verify(expected_head=ledger.head())
    assert (found.rows, found.problems) == (2500, ())


def test_a_reader_may_write_while_it_reads(ledger: Ledger) -> None:
    ledger.append_many([Draft("opened", f"a/{number}", {}) for number in range(3)], at=NOON)
    for entry in ledger.entries():
        if entry.kind == "opened":
            ledger.append("seen", entry.key, {}, at=NOON)
    assert [entry.kind for entry in ledger.entries()] == ["opened"] * 3 + ["seen"] * 3


def test_workspaces_have_chains_of_their_own(store: Store, ledger: Ledger) -> None:
    other = Ledger(store, "umbra")
    ledger.append("opened", "a", {}, at=NOON)
    mine = other.append("opened", "a", {}, at=NOON)
    assert (mine.seq, mine.prev) == (1, GENESIS)
    assert mine.hash != ledger.head()[1], "the workspace is part of what is hashed"
    assert len(list(ledger.entries())) == 1


def test_any_text_comes_back_as_it_was(ledger: Ledger) -> None:
    body = {"Żółć 🗝": "nul \x00, lone \ud800, line\nbreak", "deep": [{"n": -(10**30), "no": None, "yes": True}]}
    ledger.append("opened", "a", body, at=NOON)
    [entry] = ledger.entries()
    assert entry.body == body
    assert ledger.verify().holds


@pytest.mark.parametrize(
    ("body", "at", "error"),
    [
        pytest.param({"share": 0.5}, NOON, TypeError, id="a float"),
        pytest.param({}, NOON.replace(tzinfo=None), ValueError, id="a time without zone"),
    ],
)
def test_what_cannot_be_hashed_reliably_is_refused_and_nothing_written(
    ledger: Ledger, body: dict[str, Any], at: datetime, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ledger.append("opened", "a", body, at=at)
    assert ledger.head() == (0, GENESIS)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET body = '{}'",
        "DELETE FROM ledger",
        pytest.param("TRUNCATE ledger", id="truncate"),
        pytest.param("INSERT OR REPLACE INTO ledger SELECT * FROM ledger", id="replace"),
    ],
)
def test_the_database_itself_refuses_to_change_a_row(ledger: Ledger, url: str, statement: str) -> None:
    foreign = {"TRUNCATE": not on_sqlite(url), "INSERT": on_sqlite(url)}
    row = ledger.append("opened", "a", {"page": "P1"}, at=NOON)
    # A statement that the engine does not know at all is refused as well, in other words.
    words = "append-only" if foreign.get(statement.split(maxsplit=1)[0], True) else "syntax error"
    with pytest.raises(sa.exc.DBAPIError, match=words):
        execute(url, statement)
    assert list(ledger.entries()) == [row]


@pytest.mark.parametrize(
    ("tamper", "first", "words"),
    [
        pytest.param(
            "UPDATE ledger SET body = '{}' WHERE seq = 2", 2, r"row 2 \(opened a/2\) was changed", id="changed"
        ),
        pytest.param("DELETE FROM ledger WHERE seq = 2", 2, "row 2 is missing", id="removed"),
        pytest.param(
            "DELETE FROM ledger WHERE seq = 3", 3, "ends at row 2, but row 3 was its last", id="last one removed"
        ),
    ],
)
def test_a_row_that_was_tampered_with_is_named(ledger: Ledger, url: str, tamper: str, first: int, words: str) -> None:
    ledger.append_many([Draft("opened", f"a/{number}", {"page": f"P{number}"}) for number in (1, 2, 3)], at=NOON)
    unguarded(url, tamper)
    with pytest.raises(LedgerBroken, match=words) as caught:
        ledger.verify().demand()
    assert caught.value.seq == first


def test_a_tail_cut_off_with_its_head_is_found_against_a_head_kept_elsewhere(ledger: Ledger, url: str) -> None:
    first = ledger.append("opened", "a/1", {}, at=NOON)
    ledger.append("opened", "a/2", {}, at=NOON)
    kept = ledger.head()
    unguarded(url, "DELETE FROM ledger WHERE seq = 2", f"UPDATE ledger_head SET seq = 1, hash = '{first.hash}'")
    assert ledger.verify().holds
    assert "cut off" in ledger.verify(expected_head=kept).problems[0]


def test_a_row_that_cannot_be_read_stops_the_reader_with_its_number(ledger: Ledger, url: str) -> None:
    ledger.append("opened", "a/1", {}, at=NOON)
    unguarded(url, "UPDATE ledger SET body = 'not json'")
    with pytest.raises(LedgerBroken, match="row 1 of the ledger cannot be read"):
        list(ledger.entries())


def test_writers_that_race_make_one_chain(ledger: Ledger) -> None:
    gate = threading.Barrier(8)

    def write(number: int) -> None:
        gate.wait()
        for step in range(5):
            ledger.append("opened", f"{number}/{step}", {}, at=NOON)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = ledger.verify()
    assert (found.rows, found.problems) == (40, ())


# --- words beside the chain ----------------------------------------------------------------------------------------


def said(
    ledger: Ledger, words: str, rule: str = "job records", subject: str | None = "p07", on: date | None = None
) -> str:
    """Words that entered the ledger."""
    token = ledger.commit(words, rule=rule, subject=subject, on=on)
    ledger.append("feedback", "a/2026-10-01", {"words": token, "more": [{"again": token}]}, at=NOON)
    return token


def test_words_never_enter_the_chain_and_can_be_read_beside_it(ledger: Ledger, store: Store) -> None:
    token = said(ledger, "Zoë: too long \x00 🗝")
    assert token.startswith("commit:")
    assert ledger.reveal(token) == "Zoë: too long \x00 🗝"
    with store.reading() as connection:
        row = connection.execute(sa.text("SELECT * FROM ledger")).one()
    assert not [value for value in row if "too long" in str(value)]
    found = ledger.verify()
    assert (found.texts, found.erased, found.problems) == (1, (), ())


def test_the_same_words_have_another_token_each_time(ledger: Ledger) -> None:
    assert said(ledger, "yes") != said(ledger, "yes")


def test_words_of_another_workspace_are_not_shown(ledger: Ledger, store: Store) -> None:
    token = said(ledger, "words")
    assert Ledger(store, "umbra").reveal(token) is None


def test_erased_words_are_gone_and_the_chain_says_when_and_why(ledger: Ledger, store: Store) -> None:
    token, kept = said(ledger, "planted words"), said(ledger, "other words")
    assert ledger.erase([token, "commit:never kept"], on=DAY, rule="job records: 2 years") == 1
    assert ledger.reveal(token) is None
    assert ledger.reveal(kept) == "other words"
    with store.reading() as connection:
        left = connection.execute(
            sa.text("SELECT salt, text, subject FROM commitments WHERE token = :token"), {"token": token}
        ).one()
    assert tuple(left) == (None, None, None)
    row = list(ledger.entries())[-1]
    assert (row.kind, row.body) == ("erasure", {"on": "2029-01-01", "rule": "job records: 2 years", "tokens": [token]})
    assert row.at == datetime(2029, 1, 1, tzinfo=UTC)
    found = ledger.verify()
    assert (found.texts, found.erased, found.problems) == (1, ((token, DAY, "job records: 2 years"),), ())


def test_a_dry_run_counts_and_touches_nothing(ledger: Ledger) -> None:
    token = said(ledger, "words")
    head = ledger.head()
    assert ledger.erase([token], on=DAY, rule="request", dry_run=True) == 1
    assert ledger.reveal(token) == "words"
    assert ledger.head() == head


def test_everything_about_a_person_can_be_erased(ledger: Ledger) -> None:
    of_person = [said(ledger, "one"), said(ledger, "two", rule="introduction")]
    of_other = said(ledger, "three", subject="p08")
    of_nobody = said(ledger, "four", subject=None)
    assert ledger.erase(subject="p07", on=DAY, rule="request", at=NOON) == 2
    assert ledger.erase(subject="p07", on=DAY, rule="request") == 0, "nothing left, nothing to tell"
    assert [ledger.reveal(token) for token in [*of_person, of_other, of_nobody]] == [None, None, "three", "four"]
    row = list(ledger.entries())[-1]
    assert (row.key, row.at, row.body["tokens"]) == ("p07", NOON, sorted(of_person))


def test_words_are_listed_by_person_rule_and_age(ledger: Ledger) -> None:
    old = said(ledger, "one", on=date(2026, 1, 1))
    new = said(ledger, "two", on=date(2026, 6, 1))
    other = said(ledger, "three", rule="introduction", subject="p08")
    assert {one.token for one in ledger.held()} == {old, new, other}
    assert {one.token for one in ledger.held(subject="p07")} == {old, new}
    assert [one.text for one in ledger.held(rule="introduction")] == ["three"]
    assert [one.token for one in ledger.held(rule="job records", before=date(2026, 6, 1))] == [old]


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        pytest.param("UPDATE commitments SET text = :other", "were changed", id="changed"),
        pytest.param("DELETE FROM commitments", "are gone, and no rule took them", id="removed"),
        pytest.param(
            "UPDATE commitments SET text = NULL, salt = NULL", "without a row of the ledger", id="erased in silence"
        ),
    ],
)
def test_words_that_were_tampered_with_are_named_by_their_row(
    ledger: Ledger, url: str, tamper: str, words: str
) -> None:
    ledger.append("opened", "a", {}, at=NOON)
    said(ledger, "I agree")
    execute(url, tamper.replace(":other", f"'{json.dumps('I do not agree')}'"))
    found = ledger.verify()
    assert found.first == 2
    assert words in found.problems[0]


def test_words_and_the_row_that_mentions_them_are_kept_together(ledger: Ledger, store: Store) -> None:
    with pytest.raises(StoreError, match="in the middle"), store.begin() as tx:
        token = ledger.commit("words", rule="job records", tx=tx)
        ledger.append("feedback", "a", {"words": token}, at=NOON, tx=tx)
        raise StoreError("in the middle")
    assert ledger.reveal(token) is None
    assert ledger.head() == (0, GENESIS)
