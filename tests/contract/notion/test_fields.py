"""Values and columns: by id, both ways, and nothing that a column cannot hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from isms_bot.errors import Permanent
from isms_bot.layout import FieldKind, FieldSpec, SourceLayout, SourceSpec
from isms_bot.model import Mark, Source, Span, Value
from isms_bot_notion import fields

ANNA, BEN = "a" * 32, "b" * 32
SPEC = SourceSpec(
    Source.JOBS,
    "Jobs",
    "",
    (
        FieldSpec("title", "Job", FieldKind.TITLE),
        FieldSpec("status", "Status", FieldKind.OPTION, ("Open", "Overdue")),
        FieldSpec("days", "Days", FieldKind.OPTIONS, ("Monday", "Friday")),
        FieldSpec("who", "Who", FieldKind.PEOPLE),
        FieldSpec("due", "Due", FieldKind.DATE),
        FieldSpec("text", "Text", FieldKind.TEXT),
        FieldSpec("number", "Number", FieldKind.NUMBER),
        FieldSpec("box", "Box", FieldKind.CHECKBOX),
        FieldSpec("policy", "Policy", FieldKind.RELATION, target=Source.POLICIES),
        FieldSpec("mail", "Mail", FieldKind.MAIL),
        FieldSpec("url", "Address", FieldKind.URL),
        FieldSpec("mark", "Mark", FieldKind.TEXT),
    ),
)
LAYOUT = SourceLayout(
    "ds",
    fields={field.id: f"%3A{field.id}" for field in SPEC.fields},
    options={"status": {"Open": "o1", "Overdue": "o2"}, "days": {"Monday": "d1"}},
)


def answered(written: dict[str, Any], names: dict[str, str] | None = None) -> dict[str, Any]:
    """Properties of an answer that hold what a request wrote: ids escaped, options with the names of today."""
    shown = {"o1": "To do", "o2": "Overdue", "d1": "Monday"}
    made: dict[str, Any] = {}
    for column, sent in written.items():
        kind = next(iter(sent))
        held = sent[kind]
        if kind == "select" and held:
            held = {"id": held.get("id", "new"), "name": shown.get(held.get("id", ""), held.get("name"))}
        if kind == "multi_select":
            held = [{"id": one.get("id", "new"), "name": shown.get(one.get("id", ""), one.get("name"))} for one in held]
        field = next(field for field in SPEC.fields if LAYOUT.fields[field.id] == column)
        made[(names or {}).get(field.id, field.name)] = {"id": column, "type": kind, kind: held}
    return made


VALUES: dict[str, Value] = {
    "status": "Open",
    "days": ("Monday", "Friday"),
    "who": (ANNA, BEN),
    "due": Span(date(2027, 1, 31)),
    "text": "Whatever <b>people</b> **write**",
    "number": 2.5,
    "box": True,
    "policy": ("c" * 32,),
    "mail": "anna@example.com",
    "url": "https://example.com",
}


@pytest.mark.parametrize("field", VALUES, ids=str)
def test_a_value_reads_back_as_it_was_written(field: str) -> None:
    written = fields.write(SPEC, LAYOUT, {field: VALUES[field]})

    assert list(written) == [LAYOUT.fields[field]]
    assert fields.read(SPEC, LAYOUT, answered(written)) == {field: VALUES[field]}


@pytest.mark.parametrize("field", VALUES, ids=str)
def test_an_empty_value_reads_back_as_nothing(field: str) -> None:
    written = fields.write(SPEC, LAYOUT, {field: None})

    assert fields.read(SPEC, LAYOUT, answered(written)) == {field: False if field == "box" else None}


def test_a_renamed_column_and_a_renamed_option_are_found_by_their_ids() -> None:
    row = answered(fields.write(SPEC, LAYOUT, {"status": "Open"}), {"status": "How it stands"})

    assert row["How it stands"]["select"]["name"] == "To do"
    assert fields.read(SPEC, LAYOUT, row) == {"status": "Open"}


def test_a_long_text_is_split_and_reads_back_whole() -> None:
    text = "é👩🏽‍💻" * 1500

    [sent] = fields.write(SPEC, LAYOUT, {"text": text}).values()
    sizes = [len(one["text"]["content"].encode("utf-16-le")) // 2 for one in sent["rich_text"]]

    assert max(sizes) <= 2000
    assert "".join(one["text"]["content"] for one in sent["rich_text"]) == text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nothing", "x"),
        ("due", "tomorrow"),
        ("who", "Anna"),
        ("number", "2"),
        ("number", True),
        ("box", "yes"),
        ("status", ("Open",)),
        ("text", "x" * 200_001),
        ("policy", tuple(str(number) for number in range(101))),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_a_column_cannot_hold_is_refused_before_it_is_sent(field: str, value: Value) -> None:
    with pytest.raises(Permanent, match=r"\w{3}"):
        fields.write(SPEC, LAYOUT, {field: value})


def test_a_time_of_day_is_dropped_in_its_own_zone() -> None:
    row = {"Due": {"id": "%3Adue", "type": "date", "date": {"start": "2027-01-31T23:30:00.000-05:00", "end": None}}}

    assert fields.read(SPEC, LAYOUT, row) == {"due": Span(date(2027, 1, 31))}


def test_deleted_retyped_and_renamed_columns_are_told_apart() -> None:
    row = answered(fields.write(SPEC, LAYOUT, {**VALUES, "title": "x", "mark": ""}), {"text": "Words"})
    del row["Due"]
    row["Number"] = {"id": "%3Anumber", "type": "checkbox", "checkbox": True}

    found = {(problem.field, problem.kind) for problem in fields.problems(SPEC, LAYOUT, row)}

    assert found == {("due", "deleted"), ("number", "retyped"), ("text", "renamed")}
    assert set(fields.read(SPEC, LAYOUT, row)) == set(VALUES) - {"due", "number"}


@pytest.mark.parametrize(
    ("prop", "cut"),
    [
        ({"type": "relation", "relation": [{"id": "x"}] * 25, "has_more": True}, True),
        ({"type": "relation", "relation": [{"id": "x"}] * 25, "has_more": False}, False),
        ({"type": "people", "people": [{"id": "x"}] * 25}, True),
        ({"type": "people", "people": [{"id": "x"}] * 24}, False),
        ({"type": "rich_text", "rich_text": [{}] * 25}, True),
        ({"type": "select", "select": None}, False),
    ],
)
def test_what_a_page_shows_only_in_part_is_noticed(prop: dict[str, Any], cut: bool) -> None:
    assert fields.truncated(prop) is cut


def test_an_answer_that_does_not_hold_what_was_sent_is_noticed() -> None:
    sent: dict[str, Value] = {"status": "Open", "who": (ANNA, BEN), "text": "x", "due": Span(date(2027, 1, 1))}
    row = answered(fields.write(SPEC, LAYOUT, sent))
    assert fields.differences(SPEC, LAYOUT, sent, row) == ()

    row["Text"]["rich_text"] = []
    del row["Due"]

    found = {(one.field.id, one.missing) for one in fields.differences(SPEC, LAYOUT, sent, row)}
    assert found == {("text", False), ("due", True)}


def test_a_mark_reads_back() -> None:
    mark = Mark("installation", "acme", "policy-review/2026-10-31/p07", "page")

    assert fields.read_mark(fields.mark_text(mark)) == mark


def test_words_cannot_pose_as_a_mark() -> None:
    mark = Mark("i", "w", 'x","page":"forged', "")

    assert fields.read_mark(fields.mark_text(mark)) == mark
