"""A day is a day on the wall of its zone, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isms_bot.calendars import end_of_day, known_zone, local_date

ZONES = tuple(sorted(zone for zone in available_timezones() if known_zone(zone)))
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        pytest.param("2026-11-21", "UTC", "2026-11-22T00:00", id="UTC"),
        pytest.param("2026-11-21", "Europe/Amsterdam", "2026-11-21T23:00", id="winter in Amsterdam"),
        pytest.param("2026-07-01", "Europe/Amsterdam", "2026-07-01T22:00", id="summer in Amsterdam"),
        pytest.param("2026-03-28", "Europe/Amsterdam", "2026-03-28T23:00", id="the eve of summer time"),
        pytest.param("2026-03-29", "Europe/Amsterdam", "2026-03-29T22:00", id="the day of 23 hours"),
        pytest.param("2026-10-24", "Europe/Amsterdam", "2026-10-24T22:00", id="the eve of winter time"),
        pytest.param("2026-10-25", "Europe/Amsterdam", "2026-10-25T23:00", id="the day of 25 hours"),
        pytest.param("2026-03-08", "America/New_York", "2026-03-09T04:00", id="New York goes forward"),
        pytest.param("2026-11-01", "America/New_York", "2026-11-02T05:00", id="New York goes back"),
        pytest.param("2026-03-28", "Asia/Beirut", "2026-03-28T22:00", id="Beirut skips midnight"),
        pytest.param("2026-10-24", "Asia/Beirut", "2026-10-24T22:00", id="Beirut repeats the last hour of the day"),
        pytest.param("2026-09-05", "America/Santiago", "2026-09-06T04:00", id="Santiago skips midnight"),
        pytest.param(
            "2026-04-04", "America/Santiago", "2026-04-05T04:00", id="Santiago repeats the last hour of the day"
        ),
        pytest.param(
            "2026-10-31", "America/Havana", "2026-11-01T04:00", id="Havana repeats the first hour of the next day"
        ),
        pytest.param("2010-11-06", "America/St_Johns", "2010-11-07T03:30", id="St John's went back over midnight"),
        pytest.param("2011-12-29", "Pacific/Apia", "2011-12-30T10:00", id="Apia on the eve of the day it left out"),
        pytest.param("2026-11-21", "Asia/Kathmandu", "2026-11-21T18:15", id="an offset of three quarters"),
    ],
)
def test_a_day_ends_at_its_local_midnight(day: str, zone: str, expected: str) -> None:
    assert end_of_day(date.fromisoformat(day), zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_the_end_of_a_day_is_told_in_utc() -> None:
    assert end_of_day(date(2026, 11, 21), "America/New_York").tzinfo is UTC


@given(st.dates(date(2000, 1, 1), date(2037, 12, 30)), st.sampled_from(ZONES))
@example(date(2026, 3, 28), "Asia/Beirut")
@example(date(2026, 10, 24), "Asia/Beirut")
@example(date(2026, 10, 31), "America/Havana")
@example(date(2011, 12, 30), "Pacific/Apia")
@example(date(2026, 3, 28), "America/Nuuk")
@example(date(2026, 10, 24), "America/Nuuk")
@example(date(2010, 11, 6), "America/St_Johns")
def test_nobody_has_a_moment_less_or_more_than_the_day(day: date, zone: str) -> None:
    end = end_of_day(day, zone)
    assert local_date(end - MOMENT, zone) <= day < local_date(end, zone)
    # It does not become that day again: no clock goes back by more than a few hours.
    assert all(local_date(end + timedelta(minutes=15 * step), zone) > day for step in range(16))


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        pytest.param("2026-03-29T00:30+00:00", "Europe/Amsterdam", "2026-03-29", id="before the clocks go forward"),
        pytest.param("2026-10-24T22:30+00:00", "Europe/Amsterdam", "2026-10-25", id="after midnight in summer time"),
        pytest.param("2026-11-21T23:30+00:00", "Europe/Amsterdam", "2026-11-22", id="tomorrow in the east"),
        pytest.param("2026-11-22T03:00+00:00", "America/New_York", "2026-11-21", id="yesterday in the west"),
        pytest.param("2026-11-22T00:30+05:00", "UTC", "2026-11-21", id="from another offset"),
        pytest.param("2026-03-28T21:59+00:00", "Asia/Beirut", "2026-03-28", id="a minute before the skipped midnight"),
        pytest.param("2026-03-28T22:00+00:00", "Asia/Beirut", "2026-03-29", id="at the skipped midnight"),
    ],
)
def test_an_instant_falls_on_the_date_of_the_zone(instant: str, zone: str, expected: str) -> None:
    assert local_date(datetime.fromisoformat(instant), zone) == date.fromisoformat(expected)


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="2026-11-21T12:00:00 has no time zone"):
        local_date(datetime.fromisoformat("2026-11-21T12:00"), "UTC")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Europe/Amsterdam", True, id="city"),
        pytest.param("UTC", True, id="UTC"),
        pytest.param("Asia/Kathmandu", True, id="odd offset"),
        pytest.param("Europe/Atlantis", False, id="no such city"),
        pytest.param("Europe", False, id="a continent"),
        pytest.param("", False, id="nothing"),
        pytest.param("../etc/passwd", False, id="a path"),
        pytest.param("tzdata.zi", False, id="a file that is no zone"),
        pytest.param("a\0b", False, id="a null byte"),
        pytest.param("localtime", False, id="the zone of the host"),
        pytest.param("posix/Europe/Amsterdam", False, id="a copy of the database"),
        pytest.param("right/Europe/Amsterdam", False, id="a copy with leap seconds"),
    ],
)
def test_a_zone_is_known_by_its_name_in_the_database(name: str, expected: bool) -> None:
    assert known_zone(name) is expected
