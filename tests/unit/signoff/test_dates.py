"""Typed dates are read the way they were most probably meant, and nobody is told off for a slip."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.signoff.dates import days_apart, find_date, is_far, window

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 18)


def read(text, order="dmy", near=NOON):
    found = find_date(text, order, near)
    return found.nearest(near, near) if found else None


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-18", "2026/11/18", "2026.11.18", "20261118", "2026-11-18T10:15:00Z", "2026-11-18 10:15",
        "18-11-2026", "18/11/2026", "18.11.2026", "18 11 2026", "18. 11. 2026", "18-11-26", "18/11", "18.11.",
        "18 Nov 2026", "18 nov", "18th of November, 2026", "November 18, 2026", "Nov 18th", "Nov. 18 2026", "18-Nov-26", "18nov2026",
        "Wed 18 November", "done on 18 Nov 2026 at 10:00", "18 Nov 10:30 am", "18 Nov '26",
        "18 november 2026", "woensdag 18 november", "18. November 2026", "Mittwoch, 18. November 2026, 9:30 Uhr",
        "18 listopada 2026", "18 lis 2026", "le 18 novembre 2026", "18 de noviembre de 2026", "18 de noviembre del 2026",
    ],
)  # fmt: skip
def test_common_ways_to_write_a_date_are_read(text):
    assert read(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Q4",
        "32-13-2026",
        "2026-02-30",
        "30 Feb",
        "soon",
        "18 Mon",
        "jui 5",
        "12:30",
        "2026-11-2026",
        "31/31",
    ],
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("month", "names"),
    list(
        enumerate(
            [
                "January januari Januar Jänner stycznia janvier enero jan ene",
                "February februari Februar lutego février febrero feb lut",
                "March maart März Maerz marca mars marzo mrt mar",
                "April kwietnia avril abril apr kwi",
                "May mei Mai maja mayo maj",
                "June juni czerwca juin junio cze",
                "July juli lipca juillet julio lip juil",
                "August augustus sierpnia août agosto aug sie",
                "September września septembre septiembre setiembre sept wrz",
                "October oktober października octobre octubre okt paź",
                "November listopada novembre noviembre nov",
                "December Dezember grudnia décembre diciembre dez gru dic",
            ],
            start=1,
        )
    ),
    ids=lambda value: str(value).split()[0],
)
def test_months_are_known_in_six_languages(month, names):
    assert {read(f"5 {name} 2026") for name in names.split()} == {date(2026, month, 5)}


@pytest.mark.parametrize(
    ("text", "order", "near", "expected"),
    [
        pytest.param("03/04/2026", "dmy", date(2026, 4, 4), date(2026, 4, 3), id="day first where the workspace writes it first"),
        pytest.param("03/04/2026", "mdy", date(2026, 3, 5), date(2026, 3, 4), id="month first where the workspace writes it first"),
        pytest.param("26-11-18", "ymd", date(2026, 11, 18), DAY, id="year first where the workspace writes it first"),
        pytest.param("03/04/2026", "mdy", date(2026, 4, 3), date(2026, 4, 3), id="the other order, if nearer to the server time"),
        pytest.param("03/04/2026", "dmy", date(2026, 3, 4), date(2026, 3, 4), id="the other order again, if nearer"),
        pytest.param("18/11/2026", "mdy", date(2026, 11, 18), DAY, id="the only order that is a date"),
        pytest.param("11/18/2026", "dmy", date(2026, 11, 18), DAY, id="the only order that is a date, month first"),
        pytest.param("30/12", "dmy", date(2027, 1, 3), date(2026, 12, 30), id="without a year: last year's, if that is nearer"),
        pytest.param("2 Jan", "dmy", date(2026, 12, 30), date(2027, 1, 2), id="without a year: next year's, if that is nearer"),
        pytest.param("12/30", "mdy", date(2027, 1, 3), date(2026, 12, 30), id="without a year, month first"),
        pytest.param("29 Feb", "dmy", date(2027, 12, 1), date(2028, 2, 29), id="without a year: only years that have the day"),
    ],
)  # fmt: skip
def test_of_several_readings_the_nearest_is_meant(text, order, near, expected):
    moment = datetime(near.year, near.month, near.day, 12, tzinfo=UTC)
    assert read(text, order, moment) == expected


def test_equally_near_readings_are_read_in_the_order_of_the_workspace():
    halfway = datetime(2026, 5, 21, 12, tzinfo=UTC)
    assert read("06-05-2026", "dmy", halfway) == date(2026, 5, 6)
    assert read("06-05-2026", "mdy", halfway) == date(2026, 6, 5)


@pytest.mark.parametrize(
    ("day", "far"),
    [
        pytest.param(date(2026, 11, 18), False, id="same day"),
        pytest.param(date(2026, 11, 4), False, id="14 days before"),
        pytest.param(date(2026, 11, 3), True, id="15 days before"),
        pytest.param(date(2026, 12, 2), False, id="14 days after"),
        pytest.param(date(2026, 12, 3), True, id="15 days after"),
    ],
)
def test_only_more_than_14_days_are_far(day, far):
    assert is_far(day, NOON, NOON) is far


def test_a_floored_time_is_read_in_favour_at_midnight():
    floored = datetime(2026, 11, 18, 23, 59, tzinfo=UTC)
    assert days_apart(date(2026, 12, 3), *window(floored, 60)) == 14
    assert days_apart(date(2026, 12, 3), *window(floored, 0)) == 15


def test_what_stands_around_a_date_is_given_back():
    found = find_date("by Anna on Wednesday 18 Nov 2026, 10:30", "dmy", NOON)
    assert found is not None
    assert found.around.split() == ["by", "Anna", "on", ","]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["dmy", "mdy", "ymd"]), st.integers(-14, 14))
def test_a_date_written_in_the_order_of_the_workspace_near_its_day_is_never_far(day, order, off):
    text = {"dmy": f"{day:%d/%m/%Y}", "mdy": f"{day:%m/%d/%Y}", "ymd": f"{day:%Y/%m/%d}"}[order]
    near = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=off)
    found = find_date(text, order, near)
    assert found is not None
    assert day in found.readings
    assert not is_far(found.nearest(near, near), near, near)


@given(st.text(max_size=30), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_any_text_can_be_looked_at(text, order):
    found = find_date(text, order, NOON)
    assert found is None or found.readings
