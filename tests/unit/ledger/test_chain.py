"""A chain of rows holds, or says where it does not. No database here."""

import json
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.errors import LedgerBroken
from isms_bot.store.chain import GENESIS, Check, Row, Verification, canonical, digest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(st.text(), VALUES, max_size=4)
INSTALLATION = "8f0d0c1e-0000-4000-8000-000000000001"


class Word(StrEnum):
    OPEN = "open"


def shuffled(value: Any) -> Any:
    """The same value with every table turned round and every list as a tuple."""
    if isinstance(value, dict):
        return {key: shuffled(inner) for key, inner in reversed(value.items())}
    return tuple(shuffled(inner) for inner in value) if isinstance(value, list) else value


def chain(*bodies: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    prev = GENESIS
    for seq, body in enumerate(bodies, 1):
        row: dict[str, Any] = {
            "workspace": "acme",
            "seq": seq,
            "at": "2026-11-02T12:00:00.000000+00:00",
            "kind": "opened",
        }
        row |= {"key": f"a/{seq}", "body": canonical(body), "pass_id": None, "prev": prev}
        prev = row["hash"] = digest(INSTALLATION, row, body)
        rows.append(row)
    return rows


def check(
    rows: list[dict[str, Any]], expected: tuple[int, str] | None = None, noted: tuple[int, str] | None = None
) -> Verification:
    run = Check("acme", INSTALLATION, expected)
    for row in rows:
        looked_at: Row = row
        run.row(looked_at)
    run.commitments([])
    return run.result(noted or run.head)


@given(VALUES)
def test_a_value_has_one_spelling_and_comes_back(value: Any) -> None:
    written = canonical(value)
    assert canonical(shuffled(value)) == written
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written
    assert written.isascii()


def test_a_word_of_the_vocabulary_is_written_as_its_text() -> None:
    assert canonical({"phase": Word.OPEN}) == '{"phase":"open"}'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.5, id="float"),
        pytest.param({"a": [{"b": 2.0}]}, id="float deep inside"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param({1: "a"}, id="a key that is no text"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param({"a": {1, 2}}, id="set"),
    ],
)
def test_what_has_no_single_spelling_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="the ledger takes"):
        canonical(value)


@given(st.lists(BODIES, max_size=6))
def test_a_chain_as_written_holds(bodies: list[Any]) -> None:
    rows = chain(*bodies)
    found = check(rows)
    assert (found.rows, found.problems, found.first) == (len(bodies), (), None)
    assert found.head == ((len(rows), rows[-1]["hash"]) if rows else (0, GENESIS))
    found.demand()


@given(st.lists(BODIES, min_size=1, max_size=6), st.data())
def test_any_change_of_any_row_is_found_at_that_row(bodies: list[Any], data: st.DataObject) -> None:
    rows = chain(*bodies)
    seq = data.draw(st.integers(1, len(rows)), label="row")
    body = bodies[seq - 1]
    changes = {
        "at": "2026-11-01T00:00:00.000000+00:00",
        "kind": "notice",
        "key": "b",
        "body": canonical({**body, "added": not body.get("added")}),
        "pass_id": 7,
        "hash": "f" * 64,
    }
    column = data.draw(st.sampled_from(sorted(changes)), label="column")
    rows[seq - 1][column] = changes[column]
    found = check(rows)
    assert found.first == seq
    assert f"row {seq} " in found.problems[0]
    with pytest.raises(LedgerBroken) as caught:
        found.demand()
    assert caught.value.seq == seq


def rewritten(rows: list[dict[str, Any]], seq: int) -> None:
    """Change a row and give it the hash it should have."""
    row = rows[seq - 1]
    row["body"] = '{"page":"P9"}'
    row["hash"] = digest(INSTALLATION, row, {"page": "P9"})


@pytest.mark.parametrize(
    ("tamper", "first", "words"),
    [
        pytest.param(lambda rows: rewritten(rows, 2), 3, "row 3 does not continue row 2", id="changed and hashed anew"),
        pytest.param(lambda rows: rows.pop(1), 2, "row 2 is missing; after row 1 comes row 3", id="taken out"),
        pytest.param(lambda rows: rows.pop(0), 1, "row 1 is missing; after row 0 comes row 2", id="beginning cut off"),
        pytest.param(
            lambda rows: rows.insert(1, rows.pop(2)), 2, "row 2 is missing; after row 1 comes row 3", id="exchanged"
        ),
        pytest.param(lambda rows: rows[1].update(body="{not json"), 2, "cannot be read", id="not readable"),
        pytest.param(lambda rows: rows[1].update(body='{"a":1.0}'), 2, "cannot be read", id="a float"),
        pytest.param(lambda rows: rows[1].update(body='{"a":NaN}'), 2, "cannot be read", id="not a number"),
        pytest.param(lambda rows: rows[1].update(workspace="umbra"), 2, "was changed", id="of another workspace"),
    ],
)
def test_tampering_is_told_by_the_first_row_that_differs(tamper: Any, first: int, words: str) -> None:
    rows = chain({"page": "P1"}, {"page": "P2"}, {"page": "P3"})
    tamper(rows)
    found = check(rows)
    assert found.first == first
    assert words in found.problems[0]


def test_the_rows_of_another_installation_do_not_hold() -> None:
    run = Check("acme", "another installation", None)
    run.row(chain({"page": "P1"})[0])
    assert run.result(run.head).first == 1


def test_a_tail_that_was_cut_off_is_found_with_a_head_kept_elsewhere() -> None:
    rows = chain({}, {}, {})
    kept = (3, rows[-1]["hash"])
    assert check(rows, kept).holds
    assert check(rows[:2]).holds, "the chain alone cannot tell"
    found = check(rows[:2], kept)
    assert found.problems == ("acme: the ledger ends at row 2, but row 3 was kept elsewhere: its end was cut off",)
    assert found.first == 3


def test_a_ledger_written_anew_differs_from_a_head_kept_elsewhere() -> None:
    kept = (2, chain({}, {"page": "P2"}, {})[1]["hash"])
    found = check(chain({}, {"page": "P9"}, {}), kept)
    assert found.first == 2
    assert "written anew" in found.problems[0]


def test_a_tail_that_was_cut_off_carelessly_is_found_by_the_head_beside_it() -> None:
    rows = chain({}, {}, {})
    found = check(rows[:2], noted=(3, rows[-1]["hash"]))
    assert found.problems == ("acme: the ledger ends at row 2, but row 3 was its last",)


def test_a_ledger_full_of_problems_is_described_in_twenty_sentences() -> None:
    rows = chain(*[{}] * 40)
    for row in rows:
        row["kind"] = "other"
    assert len(check(rows).problems) == 20
