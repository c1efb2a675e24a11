"""Forms as people build them in Confluence are found by sign-off, whatever the editor makes of them."""

from __future__ import annotations

import pytest

from isms_bot.signoff import find_form, labels
from tests.unit.confluence_storage.pages import macro, read, table, task, tasks

ENGLISH = labels(("en",))
PERSON = '<ac:link><ri:user ri:account-id="5:a" /></ac:link>'
DAY = '<time datetime="2027-01-31" />'


@pytest.mark.parametrize(
    "storage",
    [
        pytest.param(f"<p>Name: {PERSON}</p><p>Date: {DAY}</p><p>Signature: AJ</p>", id="paragraphs"),
        pytest.param(f"<p>Name: {PERSON}<br />Date: {DAY}<br />Signature: AJ</p>", id="one paragraph with breaks"),
        pytest.param(f"<p><strong>Name:</strong>&nbsp;{PERSON}</p><p><strong>Date</strong>: {DAY}</p><p><u>Signature:</u> AJ</p>", id="styled labels"),
        pytest.param(f"<ul><li><p>Name: {PERSON}</p></li><li><p>Date: {DAY}</p></li><li><p>Signature: AJ</p></li></ul>", id="a list"),
        pytest.param(f"<ul><li>Name:<br />{PERSON}</li><li>Date:<ul><li>{DAY}</li></ul></li><li><p>Signature:</p><p>AJ</p></li></ul>", id="values below their labels"),
        pytest.param(table(f"<th>Name</th><td>{PERSON}</td>", f"<th>Date</th><td>{DAY}</td>", "<th>Signature</th><td>AJ</td>"), id="a table of two columns"),
        pytest.param(macro("panel", f"<p>Name: {PERSON}</p><p>Date: {DAY}</p><p>Signature: AJ</p>", title="Sign here"), id="a panel"),
        pytest.param(
            f"<ac:layout><ac:layout-section><ac:layout-cell><p>Name: {PERSON}</p></ac:layout-cell><ac:layout-cell><p>Date: {DAY}</p>"
            "<p>Signature: AJ</p></ac:layout-cell></ac:layout-section></ac:layout>", id="columns",
        ),
        pytest.param(f"<p>Name: {PERSON} Date: {DAY} Signature: AJ</p>", id="one line"),
    ],
)  # fmt: skip
def test_the_three_lines_are_found(storage: str) -> None:
    form = find_form(read(storage, **{"5:a": "Anna Jansen"}), ENGLISH)
    assert [line and line.value for line in (form.name, form.date, form.signature)] == [
        "Anna Jansen",
        "2027-01-31",
        "AJ",
    ]


@pytest.mark.parametrize(
    "value", ["", "&nbsp;", "____", "<ac:placeholder>your name</ac:placeholder>", "<em>(your name)</em>", "\u200b"]
)
def test_a_line_that_nobody_filled_is_empty(value: str) -> None:
    form = find_form(read(f"<p>Name: {value}</p><p>Date:</p><p>Signature:{value}</p>"), ENGLISH)
    assert form.known
    assert [line and line.value for line in (form.name, form.date, form.signature)] == ["", "", ""]


def test_a_table_to_sign_in_is_found_with_merged_cells_and_boxes_in_it() -> None:
    storage = table(
        "<th>Team</th><th>Name</th><th>Date</th><th>Signature</th><th>Read</th>",
        f'<td rowspan="2">Ops</td><td>{PERSON}</td><td>{DAY}</td><td>AJ</td><td>{tasks(task(1, "yes", done=True))}</td>',
        f"<td>Ben</td><td /><td /><td>{tasks(task(2, 'yes'))}</td>",
    )
    form = find_form(read(storage, **{"5:a": "Anna Jansen"}), ENGLISH)
    assert [(row.name, row.date, row.signature) for row in form.rows] == [
        ("Anna Jansen", "2027-01-31", "AJ"), ("Ben", "", ""),
    ]  # fmt: skip
    assert form.answered == (True, False)


def test_steps_are_answered_by_a_tick_or_a_reason() -> None:
    storage = tasks(
        task(1, "one", done=True),
        task(2, "two"),
        task(3, "three<br />n/a: no such system"),
        task(4, "four", more=tasks(task(5, "five", done=True))),
        task(6, "&nbsp;"),
    )
    form = find_form(read(storage), ENGLISH)
    assert [step.text for step in form.steps] == ["one", "two", "three", "four", "five"]
    assert form.answered == (True, False, True, False, True)
