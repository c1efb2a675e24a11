"""Cells are read as people leave them; what cannot be read is no value and a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from isms_bot.errors import Permanent
from isms_bot.layout import BY_SOURCE, FieldKind, FieldSpec
from isms_bot.model import Link, Source, Span, Value
from isms_bot_confluence.storage import Flavor, Reading, checked, parse, values
from isms_bot_confluence.storage.outline import of_nodes
from tests.unit.confluence_storage.pages import macro, table, task, tasks

OPEN = FieldSpec("status", "Status", FieldKind.OPTION, ("Open", "Recorded late"))
DUE = FieldSpec("due", "Due", FieldKind.DATE)
DAY = Span(date(2027, 1, 31))


def read(kind: FieldKind | FieldSpec, cell: str) -> Reading:
    spec = kind if isinstance(kind, FieldSpec) else FieldSpec("x", "Field", kind)
    return values.read(spec, of_nodes(parse(cell).children), pages={"T": "12"})


def person(account: str) -> str:
    return f'<ac:link><ri:user ri:account-id="{account}" /></ac:link>'


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        pytest.param(FieldKind.TEXT, "<p>a<br/>b</p>", "a\nb", id="text on two lines"),
        pytest.param(FieldKind.TITLE, "a <b>b</b>", "a b", id="title"),
        pytest.param(OPEN, "<p>open</p>", "Open", id="option typed in small letters"),
        pytest.param(OPEN, macro("status", title="RECORDED LATE", colour="Red"), "Recorded late", id="lozenge in capitals"),
        pytest.param(OPEN, "Somewhere", "Somewhere", id="option of people's own"),
        pytest.param(FieldKind.OPTIONS, "Monday,Friday , Monday<br/>Sunday", ("Monday", "Friday", "Sunday"), id="options"),
        pytest.param(FieldKind.OPTIONS, "<ul><li>a</li><li>b</li></ul>", ("a", "b"), id="options as a list"),
        pytest.param(FieldKind.PEOPLE, f"{person('a')} and {person('b')} {person('a')}", ("a", "b"), id="people"),
        pytest.param(FieldKind.PEOPLE, f"<ul><li>{person('a')}</li></ul>", ("a",), id="people as a list"),
        pytest.param(DUE, '<time datetime="2027-01-31" />', DAY, id="day picked"),
        pytest.param(DUE, '<time datetime="2027-01-31" /> (moved from 2027-01-20)', DAY, id="day picked, remark typed"),
        pytest.param(DUE, "2027-01-31", DAY, id="day typed"),
        pytest.param(DUE, "by 2027-01-31, please", DAY, id="day in a sentence"),
        pytest.param(DUE, '<time datetime="2027-01-31" /> – <time datetime="2027-02-02" />', Span(date(2027, 1, 31), date(2027, 2, 2)), id="days picked"),
        pytest.param(DUE, "2027-01-31 to 2027-02-02", Span(date(2027, 1, 31), date(2027, 2, 2)), id="days typed"),
        pytest.param(DUE, "2027-01-31/2027-01-31", DAY, id="the same day twice"),
        pytest.param(DUE, '<time datetime="2027-01-31T00:00:00Z" />', DAY, id="day with a time"),
        pytest.param(FieldKind.CHECKBOX, "Yes", True, id="yes"),
        pytest.param(FieldKind.CHECKBOX, "no.", False, id="no"),
        pytest.param(FieldKind.CHECKBOX, "", False, id="nothing is no"),
        pytest.param(FieldKind.CHECKBOX, '<ac:emoticon ac:name="tick" />', True, id="emoticon"),
        pytest.param(FieldKind.CHECKBOX, tasks(task(1, "", done=True)), True, id="a box ticked"),
        pytest.param(FieldKind.CHECKBOX, tasks(task(1, "x", done=True), task(2, "y")), False, id="one of two boxes ticked"),
        pytest.param(FieldKind.NUMBER, "<p>15</p>", 15, id="number"),
        pytest.param(FieldKind.NUMBER, "-2,5", -2.5, id="number with a comma"),
        pytest.param(FieldKind.RELATION, '<a href="https://s/wiki/spaces/K/pages/12/T">T</a>', ("12",), id="page by address"),
        pytest.param(FieldKind.RELATION, '<a href="/pages/viewpage.action?pageId=12#x">T</a>, x', ("12",), id="page by parameter"),
        pytest.param(FieldKind.RELATION, "https://s/wiki/spaces/K/pages/12", ("12",), id="address typed"),
        pytest.param(FieldKind.RELATION, '<ac:link ac:anchor="x"><ri:page ri:content-title="T" /></ac:link>', ("12",), id="page by title"),
        pytest.param(FieldKind.RELATION, '<ac:link><ri:content-entity ri:content-id="13" /></ac:link>', ("13",), id="page by id"),
        pytest.param(FieldKind.RELATION, '<ul><li><a href="/pages/1">a</a></li><li><a href="/pages/2"><b>b</b> c</a></li></ul>', ("1", "2"), id="pages as a list"),
        pytest.param(FieldKind.MAIL, "anna@example.com", "anna@example.com", id="address typed as mail"),
        pytest.param(FieldKind.MAIL, '<a href="mailto:anna@example.com">Anna</a>', "anna@example.com", id="mail as a link"),
        pytest.param(FieldKind.URL, '<a href="https://e.com">here</a>', "https://e.com", id="web address as a link"),
        pytest.param(FieldKind.URL, "https://e.com", "https://e.com", id="web address typed"),
        *(pytest.param(kind, "<p> &nbsp;</p>", None, id=f"an empty {kind.value}") for kind in FieldKind if kind is not FieldKind.CHECKBOX),
    ],
)  # fmt: skip
def test_a_cell_holds_what_people_see_in_it(kind: FieldKind | FieldSpec, cell: str, expected: Value) -> None:
    assert read(kind, cell) == Reading(expected)


@pytest.mark.parametrize(
    ("kind", "cell", "sentence"),
    [
        pytest.param(DUE, "tomorrow", '"Due" cannot be read ("tomorrow"): write one day, or the first and the last, as 2027-01-31.', id="a day in words"),
        pytest.param(DUE, "2027-02-30", '"Due" cannot be read ("2027-02-30"): write one day', id="no day of the calendar"),
        pytest.param(DUE, '<time datetime="" />', '"Due" cannot be read ("")', id="a picker without a day"),
        pytest.param(DUE, "2027-02-02 – 2027-01-31", '"Due" cannot be read', id="the end before the start"),
        pytest.param(DUE, "2027-01-01 2027-01-02 2027-01-03", '"Due" cannot be read', id="three days"),
        pytest.param(DUE, "12027-01-311", '"Due" cannot be read', id="digits around a day"),
        pytest.param(FieldKind.PEOPLE, "Anna Jansen", '"Field" cannot be read ("Anna Jansen"): mention people with @.', id="a name"),
        pytest.param(FieldKind.RELATION, "the backup rule", '"Field" cannot be read ("the backup rule"): link to pages of the wiki.', id="words for a page"),
        pytest.param(FieldKind.RELATION, '<ac:link><ri:page ri:content-title="Gone" /></ac:link>', '"Field" cannot be read ("Gone")', id="a title that is not known"),
        pytest.param(FieldKind.RELATION, '<a href="https://e.com">x</a>', '"Field" cannot be read ("x")', id="an address elsewhere"),
        pytest.param(FieldKind.RELATION, '<ac:link><ri:attachment ri:filename="a.pdf" /></ac:link>', '"Field" cannot be read ("a.pdf")', id="a file"),
        pytest.param(FieldKind.NUMBER, "about ten", '"Field" cannot be read ("about ten"): write one number.', id="a number in words"),
        pytest.param(FieldKind.NUMBER, "1.000.000", '"Field" cannot be read', id="a number with points"),
        pytest.param(FieldKind.CHECKBOX, "maybe", '"Field" cannot be read ("maybe"): write Yes or No.', id="neither yes nor no"),
        pytest.param(FieldKind.MAIL, "ask Anna", '"Field" cannot be read ("ask Anna"): write one address.', id="no address"),
        pytest.param(FieldKind.NUMBER, "x" * 99, f'"Field" cannot be read ("{"x" * 59}…")', id="a long text is cut"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_value_and_a_sentence(kind: FieldKind | FieldSpec, cell: str, sentence: str) -> None:
    found = read(kind, cell)
    assert found.value is None
    assert found.trouble.startswith(sentence)


def test_a_table_in_a_cell_is_read_once() -> None:
    assert read(FieldKind.TEXT, table(f"<td>{tasks(task(1, 'a'))}</td><td>b</td>")) == Reading("a | b")


# --- writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        pytest.param(FieldKind.TEXT, None, "", id="nothing"),
        pytest.param(FieldKind.TEXT, "", "", id="no words"),
        pytest.param(FieldKind.OPTIONS, (), "", id="no options"),
        pytest.param(FieldKind.TEXT, "a <b>\nc", "a &lt;b&gt;<br />c", id="text"),
        pytest.param(OPEN, "Open", '<ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Blue</ac:parameter><ac:parameter ac:name="title">Open</ac:parameter></ac:structured-macro>', id="an option with a colour"),
        pytest.param(OPEN, "Recorded late", "Recorded late", id="an option without one"),
        pytest.param(FieldKind.TEXT, "Open", "Open", id="text is never a lozenge"),
        pytest.param(FieldKind.OPTIONS, ("a", "b, c"), "a, b; c", id="options"),
        pytest.param(FieldKind.PEOPLE, ("a", "b"), f"{person('a')}, {person('b')}", id="people"),
        pytest.param(FieldKind.DATE, DAY, '<time datetime="2027-01-31" />', id="day"),
        pytest.param(FieldKind.DATE, Span(DAY.start, DAY.start), '<time datetime="2027-01-31" />', id="a span of a day"),
        pytest.param(FieldKind.DATE, Span(DAY.start, date(2027, 2, 2)), '<time datetime="2027-01-31" /> – <time datetime="2027-02-02" />', id="span"),
        pytest.param(FieldKind.DATE, datetime(2027, 1, 31, 9, tzinfo=UTC), '<time datetime="2027-01-31" />', id="moment"),
        pytest.param(FieldKind.CHECKBOX, True, "Yes", id="yes"),
        pytest.param(FieldKind.CHECKBOX, False, "No", id="no"),
        pytest.param(FieldKind.NUMBER, 2.5, "2.5", id="number"),
        pytest.param(FieldKind.MAIL, "a@b.example", '<a href="mailto:a@b.example">a@b.example</a>', id="mail"),
        pytest.param(FieldKind.MAIL, "no address", "no address", id="mail that is none"),
        pytest.param(FieldKind.URL, "https://e.com", '<a href="https://e.com">https://e.com</a>', id="web address"),
        pytest.param(FieldKind.RELATION, ("12",), '<a href="https://s/pages/12">Backups &lt;1&gt;</a>', id="page"),
        pytest.param(FieldKind.RELATION, ("13",), '<a href="/pages/viewpage.action?pageId=13">13</a>', id="page that is not known"),
        pytest.param(FieldKind.RELATION, ("14",), '<a href="/pages/viewpage.action?pageId=14">Fourteen</a>', id="page without a usable address"),
    ],
)  # fmt: skip
def test_every_kind_of_value_has_its_form(kind: FieldKind | FieldSpec, value: Value, expected: str) -> None:
    spec = kind if isinstance(kind, FieldSpec) else FieldSpec("x", "Field", kind)
    links = {"12": Link("Backups <1>", "https://s/pages/12"), "14": Link("Fourteen", "x/pages/14")}
    assert values.write(spec, value, Flavor.CLOUD, links=links, colours={"Open": "Blue"}) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "Open", "due": DAY, "assignee": ("a",), "evidence": None},
        {"due": datetime(2027, 1, 31, tzinfo=UTC), "policy": ()},
    ],
    ids=["values", "a moment and nothing"],
)
def test_values_that_their_fields_can_hold_pass(fields: dict[str, Value]) -> None:
    checked(BY_SOURCE[Source.JOBS], fields)


@pytest.mark.parametrize(
    ("source", "field", "value"),
    [
        (Source.JOBS, "no_such_field", "x"), (Source.JOBS, "due", "tomorrow"), (Source.JOBS, "assignee", 7),
        (Source.JOBS, "assignee", (7,)), (Source.JOBS, "status", 3), (Source.JOBS, "status", ("Open",)),
        (Source.DISCUSSION, "missed", "two"), (Source.DISCUSSION, "missed", True), (Source.PROCEDURES, "rewriting", "yes"),
    ],
)  # fmt: skip
def test_others_are_refused_for_good(source: Source, field: str, value: Value) -> None:
    with pytest.raises(Permanent, match=r"no field|cannot hold"):
        checked(BY_SOURCE[source], {field: value})
