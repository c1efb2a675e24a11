"""The two escape hatches give dates and nothing finer."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.model import Rule
from isms_bot.recurrence import Nominal, nominals, problems

ANCHORS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
TEXTS = st.builds(
    lambda freq, interval, more: f"FREQ={freq};INTERVAL={interval}{more}",
    st.sampled_from(("YEARLY", "MONTHLY", "WEEKLY", "DAILY")),
    st.integers(1, 5),
    st.sampled_from(
        ("", ";BYDAY=MO,TH", ";BYMONTH=1,2,3,4", ";COUNT=5", ";UNTIL=20310630", ";BYMONTHDAY=1,15", ";WKST=SU")
    ),
)
CRONS = st.builds(
    lambda minute, hour, days: f"{minute} {hour} {days}",
    st.integers(0, 59),
    st.integers(0, 23),
    st.sampled_from(
        ("* * *", "1 * *", "L * *", "LW */3 *", "* * 1", "* * MON#2", "* 1,7 5L", "15 * 3", "29 2 *", "31 * *")
    ),
)


def days(rule: Rule, anchor: date, until: date) -> list[str]:
    return [str(nominal.day) for nominal in nominals(rule, anchor, after=None, until=until)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-01-01 2026-04-01 2026-07-01 2026-10-01", id="first weekday"),
        pytest.param("RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2026-01-30 2026-02-27 2026-03-27", id="last Friday, three times"),
        pytest.param("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "2026-01-31 2026-04-30 2026-07-31 2026-10-31", id="month ends"),
        pytest.param("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "2026-12-28", id="week 53"),
        pytest.param("FREQ=WEEKLY;UNTIL=20260115", "2026-01-01 2026-01-08 2026-01-15", id="until is included"),
        pytest.param("FREQ=YEARLY;BYYEARDAY=-1", "2026-12-31", id="last day of the year"),
    ],
)  # fmt: skip
def test_an_rrule_gives_these_dates(text: str, expected: str) -> None:
    assert days(Rule(rrule=text), date(2026, 1, 1), date(2026, 12, 31)) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0 9 * * 1", "2026-11-02 2026-11-09 2026-11-16 2026-11-23 2026-11-30", id="1 is Monday"),
        pytest.param("30 2 1 */3 *", "2027-01-01", id="a first day of a quarter, at an hour that summer time skips"),
        pytest.param("0 0 L * *", "2026-11-30 2026-12-31", id="last day at midnight"),
        pytest.param("0 0 LW * *", "2026-11-30 2026-12-31", id="last weekday of the month"),
        pytest.param("59 23 * * 5L", "2026-11-27 2026-12-25", id="last Friday just before midnight"),
        pytest.param("0 7 * 12 TUE#2", "2026-12-08", id="second Tuesday of December"),
    ],
)
def test_a_cron_gives_these_dates(text: str, expected: str) -> None:
    wanted = expected.split()
    assert days(Rule(cron=text), date(2026, 11, 1), date(2027, 1, 1))[: len(wanted)] == wanted


def test_a_cron_says_the_same_on_the_days_on_which_clocks_change() -> None:
    around = days(Rule(cron="30 2 * * *"), date(2026, 3, 28), date(2026, 3, 30))
    assert around == ["2026-03-28", "2026-03-29", "2026-03-30"]
    assert days(Rule(cron="30 2 * * *"), date(2026, 10, 25), date(2026, 10, 25)) == ["2026-10-25"]


def test_the_numbers_count_from_the_anchor() -> None:
    mondays = Rule(cron="0 9 * * 1")
    found = list(nominals(mondays, date(2026, 11, 3), after=date(2027, 1, 3), until=date(2027, 1, 11)))
    assert found == [Nominal(8, date(2027, 1, 4)), Nominal(9, date(2027, 1, 11))]
    quarters = Rule(rrule="FREQ=MONTHLY;INTERVAL=3")
    assert list(nominals(quarters, date(2026, 1, 15), after=date(2026, 7, 15), until=date(2026, 12, 31))) == [
        Nominal(3, date(2026, 10, 15))
    ]


@given(TEXTS, ANCHORS)
def test_an_rrule_equals_dateutil(text: str, anchor: date) -> None:
    rule = Rule(rrule=text)
    until = anchor + timedelta(days=1500)
    horizon = datetime.combine(until, time())
    reference = rrulestr(text, dtstart=datetime.combine(anchor, time()))
    expected = [moment.date() for moment in takewhile(lambda moment: moment <= horizon, reference)]
    found = list(nominals(rule, anchor, after=None, until=until))
    assert [nominal.day for nominal in found] == expected
    assert [nominal.index for nominal in found] == list(range(len(expected)))


@given(
    st.builds(lambda text: Rule(rrule=text), TEXTS) | st.builds(lambda text: Rule(cron=text), CRONS), ANCHORS, st.data()
)
def test_a_window_equals_the_same_part_of_the_whole(rule: Rule, anchor: date, data: st.DataObject) -> None:
    after = anchor + timedelta(days=data.draw(st.integers(-400, 1200)))
    until = after + timedelta(days=data.draw(st.integers(0, 900)))
    whole = list(nominals(rule, anchor, after=None, until=until))
    assert list(nominals(rule, anchor, after=after, until=until)) == [n for n in whole if n.day > after]
    assert all(anchor <= earlier.day < later.day for earlier, later in pairwise(whole))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        pytest.param("FREQ=HOURLY", "FREQ=HOURLY is finer than a day", id="hourly"),
        pytest.param("FREQ=MINUTELY;INTERVAL=90", "FREQ=MINUTELY is finer than a day", id="minutely"),
        pytest.param("FREQ=DAILY;BYHOUR=8,20", "BYHOUR=8,20 is finer than a day", id="hours"),
        pytest.param("FREQ=DAILY;BYMINUTE=0", "BYMINUTE=0 is finer than a day", id="minutes"),
        pytest.param("FREQ=DAILY;BYSECOND=0", "BYSECOND=0 is finer than a day", id="seconds"),
        pytest.param("INTERVAL=3", "has no FREQ", id="no frequency"),
        pytest.param("", '"" is unknown', id="nothing"),
        pytest.param("every month", '"every month" is unknown', id="words"),
        pytest.param("FREQ=DAILY;", '"" is unknown', id="a semicolon too many"),
        pytest.param("FREQ=DAILY;FREQ=DAILY", '"FREQ" is unknown or given twice', id="twice"),
        pytest.param("FREQ=DAILY;BYEASTER=0", '"BYEASTER" is unknown', id="no part of the standard"),
        pytest.param("DTSTART:20260101\nRRULE:FREQ=DAILY", "is unknown", id="a start of its own"),
        pytest.param("FREQ=SOMETIMES", '"SOMETIMES" is no value for FREQ', id="no frequency of the standard"),
        pytest.param("FREQ=DAILY;INTERVAL=0", '"0" is no value for INTERVAL', id="standing still"),
        pytest.param("FREQ=DAILY;UNTIL=20261231T120000Z", "is no value for UNTIL", id="until a time of day"),
        pytest.param("FREQ=DAILY;UNTIL=20261331", "cannot be read", id="until no date"),
        pytest.param("FREQ=WEEKLY;BYDAY=XX", '"XX" is no value for BYDAY', id="no weekday"),
        pytest.param("FREQ=MONTHLY;BYDAY=+0MO", "cannot be read", id="zeroth Monday"),
        pytest.param("FREQ=MONTHLY;BYMONTH=13", '"13" is no value for BYMONTH', id="thirteenth month"),
        pytest.param("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "cannot be read", id="zeroth of a set"),
        pytest.param("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never gives a date", id="30 February"),
        pytest.param("FREQ=MONTHLY;BYMONTHDAY=32", "never gives a date", id="the 32nd"),
    ],
)
def test_an_rrule_that_gives_no_dates_is_refused(text: str, match: str) -> None:
    (problem,) = problems(Rule(rrule=text))
    assert problem.startswith("rrule ")
    assert match in problem


def test_whether_an_rrule_ever_gives_a_date_may_depend_on_its_anchor() -> None:
    every_other_year = "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29"
    assert problems(Rule(rrule=every_other_year, start=date(2026, 1, 1))) == ()
    assert problems(Rule(rrule=every_other_year, start=date(2027, 1, 1))) == (
        f'rrule "{every_other_year}" never gives a date',
    )
    assert problems(Rule(rrule=every_other_year)) == ()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        pytest.param("0 9 * *", "needs the five fields", id="four fields"),
        pytest.param("0 0 9 * * 1", "needs the five fields", id="six fields"),
        pytest.param("", "needs the five fields", id="nothing"),
        pytest.param("@daily", "needs the five fields", id="a nickname"),
        pytest.param("0 24 * * *", "cannot be read: Bad hour", id="hour 24"),
        pytest.param("0 9 1W * *", "cannot be read: Bad day-of-month", id="nearest weekday"),
        pytest.param("0 9 30 2 *", "cannot be read: Bad day-of-month", id="30 February"),
        pytest.param("0 */6 * * *", "is finer than a day", id="every six hours"),
        pytest.param("0,30 9 * * *", "is finer than a day", id="twice in an hour"),
        pytest.param("* * * * *", "is finer than a day", id="every minute"),
        pytest.param("0 9 */30 2 MON#3", "never fires", id="never"),
    ],
)
def test_a_cron_that_gives_no_dates_is_refused(text: str, match: str) -> None:
    (problem,) = problems(Rule(cron=text))
    assert problem.startswith("cron ")
    assert match in problem


def test_one_hour_said_in_a_roundabout_way_is_still_once_a_day() -> None:
    assert problems(Rule(cron="0 9-9 * * *")) == ()


@given(
    st.text(alphabet="FREQ=;DAILYMONTHUINTERVAL0123456789,-+BY", max_size=30)
    | st.text(alphabet="\0\n :éFREQ=", max_size=20)
)
def test_no_text_breaks_the_reading_of_an_rrule(text: str) -> None:
    assert all(problem.startswith("rrule ") for problem in problems(Rule(rrule=text)))


@given(st.lists(st.text(alphabet="0123456789*/-,LW#MONTUE", min_size=1, max_size=5), min_size=5, max_size=5))
def test_no_text_breaks_the_reading_of_a_cron(fields: list[str]) -> None:
    text = " ".join(fields)
    assert all(problem.startswith("cron ") for problem in problems(Rule(cron=text)))
