"""The bot's two tables stand in a page without disturbing anything, and read back what they say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.errors import Permanent
from isms_bot.layout import BY_SOURCE, SOURCES, FieldKind, SourceSpec
from isms_bot.model import Link, Source, Span, Value
from isms_bot_confluence.storage import (
    Cell,
    Flavor,
    MarkRows,
    Reading,
    canonical,
    details,
    render_details,
    render_mark,
    shown,
    with_details,
)
from tests.unit.confluence_storage.pages import HOSTILE, LINES, STORAGE, macro, table

JOBS = BY_SOURCE[Source.JOBS]
VISIBLE = render_details(JOBS, {"status": "Open"}, Flavor.CLOUD)
MARK = render_mark(key="restore-test/2027-01-31", workspace="acme", installation="1-1", source="jobs")
ROWS = MarkRows("restore-test/2027-01-31", "acme", "1-1", "jobs")


def cells(storage: str) -> dict[str, Cell]:
    found = details(storage)
    assert found is not None
    assert found.cells is not None
    return dict(found.cells)


# --- rendering --------------------------------------------------------------------------------------------------------


def test_the_visible_table_has_a_row_per_field_but_title_key_and_mark() -> None:
    assert list(cells(VISIBLE)) == [
        "Status", "Assignee", "Reviewer", "Due", "First due", "Grace until", "Signed by", "Signed on", "What was seen", "Policy",
        "Procedure",
    ]  # fmt: skip
    assert details(VISIBLE).mark is None
    assert VISIBLE.startswith(
        '<ac:structured-macro ac:name="details"><ac:parameter ac:name="id">isms</ac:parameter><ac:rich-text-body><table><tbody>'
        "<tr><th>Status</th><td><p>Open</p></td></tr><tr><th>Assignee</th><td></td></tr>"
    )


def test_rows_can_have_the_names_that_people_gave_them() -> None:
    made = render_details(JOBS, {}, Flavor.CLOUD, labels={"status": "Zustand <x>"})
    assert "Zustand <x>" in cells(made)
    assert "Status" not in cells(made)


def test_the_hidden_table_says_whose_page_it_is() -> None:
    assert '<ac:parameter ac:name="hidden">true</ac:parameter>' in MARK
    assert details(MARK).mark == ROWS
    assert details(MARK).cells is None


@given(st.builds(MarkRows, LINES, LINES, LINES, LINES))
def test_a_mark_reads_back_whatever_its_words(rows: MarkRows) -> None:
    made = render_mark(key=rows.key, workspace=rows.workspace, installation=rows.installation, source=rows.source)
    assert details(made).mark == rows


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        pytest.param({"no_such_field": "x"}, 'no field .no_such_field', id="unknown field"),
        pytest.param({"due": "tomorrow"}, r'"Due" .* \(date\) cannot hold .tomorrow', id="a day that is none"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_hold_is_refused(fields: dict[str, Value], what: str) -> None:
    with pytest.raises(Permanent, match=what):
        render_details(JOBS, fields, Flavor.CLOUD)


def any_value(kind: FieldKind, options: tuple[str, ...]) -> st.SearchStrategy[Any]:
    days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
    refs = st.lists(st.integers(1, 10**9).map(str), min_size=1, max_size=3, unique=True).map(tuple)
    several = st.lists(st.sampled_from(options or ("a", "b")), min_size=1, max_size=3, unique=True).map(tuple)
    return {
        FieldKind.OPTION: st.sampled_from(options or ("a",)),
        FieldKind.OPTIONS: several,
        FieldKind.PEOPLE: st.lists(LINES, min_size=1, max_size=3, unique=True).map(tuple),
        FieldKind.DATE: st.one_of(days.map(Span), st.tuples(days, days).filter(lambda d: d[0] < d[1]).map(lambda d: Span(*d))),
        FieldKind.NUMBER: st.one_of(st.integers(-(10**6), 10**6), st.integers(1, 99).map(lambda n: n + 0.5)),
        FieldKind.CHECKBOX: st.booleans(),
        FieldKind.RELATION: refs,
        FieldKind.MAIL: st.just("anna@example.com"),
        FieldKind.URL: st.just("https://example.com/?a=1&b=2"),
    }.get(kind, st.one_of(LINES, st.sampled_from(HOSTILE)))  # fmt: skip


@given(st.data(), st.sampled_from(SOURCES), st.sampled_from(Flavor))
def test_values_of_every_source_read_back(data: st.DataObject, source: SourceSpec, flavor: Flavor) -> None:
    fields = {spec.id: data.draw(any_value(spec.kind, spec.options), label=spec.id) for spec in shown(source)}
    links = {"12": Link("We keep backups", "https://s.example/wiki/spaces/K/pages/12/We+keep")}
    made = render_details(
        source, fields, flavor, links=links, colours={"status": {"Open": "Blue", "Recorded": ""}}
    )  # fmt: skip
    found = cells(made)
    assert {spec.id: found[spec.name].value(spec) for spec in shown(source)} == {
        name: Reading(value) for name, value in fields.items()
    }


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_page_without_our_tables_has_no_details() -> None:
    assert (
        details(
            "<p>a</p>" + macro("details", table("<th>Due</th><td>x</td>"), id="other") + macro("info", "x", id="isms")
        )
        is None
    )


def test_a_table_is_read_as_people_left_it() -> None:
    body = (
        "<p>Please fill in</p>"
        + table(
            "<th><p><strong>Due </strong></p></th><td>2027-01-31</td><td>a remark</td>",
            "<td>Status</td><td><p>open</p></td>",
            "<td>Only a label</td>",
            "<th>Due</th><td>twice</td>",
        )
        + table(f"<th>More</th><td>{table('<td>inner</td><td>x</td>')}</td>")
    )
    found = cells(f"<ac:layout><ac:layout-cell>{macro('details', body, id='isms')}</ac:layout-cell></ac:layout>")
    assert {label: cell.text for label, cell in found.items()} == {
        "Due": "2027-01-31", "Status": "open", "More": "| inner | x |",
    }  # fmt: skip
    assert found["Status"].value(JOBS.field("status")) == Reading("Open")


@pytest.mark.parametrize("body", ["", "<p>gone</p>"])
def test_a_table_that_was_emptied_has_no_cells(body: str) -> None:
    found = details(macro("details", body, id="isms") + macro("details", body, id="isms-bot"))
    assert (found.cells, found.mark) == ({}, MarkRows("", "", "", ""))


def test_the_first_of_two_copies_counts() -> None:
    other = render_mark(key="other", workspace="", installation="", source="")
    assert details(MARK + other).mark == ROWS


# --- putting them in --------------------------------------------------------------------------------------------------


@given(STORAGE)
def test_putting_the_tables_in_keeps_every_other_byte(storage: str) -> None:
    made = with_details(storage, VISIBLE, MARK)
    assert made == VISIBLE + MARK + storage
    assert canonical(made) == canonical(storage)


@given(STORAGE, STORAGE, STORAGE)
def test_replacing_the_tables_keeps_every_other_byte(before: str, between: str, after: str) -> None:
    new = render_details(JOBS, {"status": "Recorded", "evidence": "wörds"}, Flavor.CLOUD)
    old = macro("details", "<p>as people left it</p>", id="isms")
    mark = macro("details", hidden="true", id="isms-bot")
    made = with_details(f"{before}{old}{between}{mark}{after}", new, MARK)
    assert made == f"{before}{new}{between}{MARK}{after}"
    assert with_details(made, new, MARK) == made


@pytest.mark.parametrize(
    ("visible", "mark", "expected"),
    [
        pytest.param(None, None, "<p>a</p>", id="neither"),
        pytest.param(VISIBLE, None, f"{VISIBLE}<p>a</p>", id="only the visible one"),
        pytest.param(None, MARK, f"{MARK}<p>a</p>", id="only the mark"),
        pytest.param("", "", "<p>a</p>", id="taken out"),
    ],
)  # fmt: skip
def test_either_table_can_be_left_as_it_is(visible: str | None, mark: str | None, expected: str) -> None:
    assert with_details("<p>a</p>", visible, mark) == expected


@pytest.mark.parametrize(
    ("visible", "mark", "expected"),
    [
        pytest.param(VISIBLE, MARK, f"{VISIBLE}{MARK}<p>a</p>", id="both"),
        pytest.param(VISIBLE, None, f"{VISIBLE}<p>a</p>", id="only the visible one"),
        pytest.param(None, "", f"{macro('details', '<p>x</p>', id='isms')}<p>a</p>", id="only the mark"),
    ],
)  # fmt: skip
def test_a_mark_that_people_moved_into_the_other_table_is_put_behind_it(
    visible: str | None, mark: str | None, expected: str
) -> None:
    page = macro("details", f"<p>x</p>{MARK}", id="isms") + "<p>a</p>"
    assert with_details(page, visible, mark) == expected


def test_a_table_that_people_moved_into_the_mark_is_put_at_the_top() -> None:
    page = "<p>a</p>" + macro("details", f"<p>x</p>{VISIBLE}", id="isms-bot")
    assert with_details(page, VISIBLE, MARK) == f"{VISIBLE}<p>a</p>{MARK}"


@pytest.mark.parametrize("visible", [VISIBLE, None], ids=["rendered anew", "left as it is"])
def test_a_mark_that_is_missing_is_put_behind_the_visible_table(visible: str | None) -> None:
    assert with_details(f"<p>a</p>{VISIBLE}<p>b</p>", visible, MARK) == f"<p>a</p>{VISIBLE}{MARK}<p>b</p>"
