"""What can be asked of a rule: is it possible, how dense is it, how does it read, where does it begin."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.model import Duration, RelativeStart, Rule, Shift, Span, Unit, WorkCalendar
from isms_bot.recurrence import describe, nominals, parse_start, paused, problems, resolve_start, shortest_gap

MONTHLY = Duration(1, Unit.MONTH)
QUARTERLY = Duration(3, Unit.MONTH)
YEARLY = Duration(1, Unit.YEAR)
START = date(2026, 1, 31)
FAR = date(9999, 12, 31)


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(Rule(every=QUARTERLY), id="months"),
        pytest.param(Rule(every=YEARLY, on="31"), id="a number"),
        pytest.param(Rule(every=Duration(2, Unit.WEEK), on="Monday"), id="a weekday"),
        pytest.param(Rule(every=Duration(1, Unit.DAY), start=START, until=START), id="a single day"),
        pytest.param(
            Rule(every=MONTHLY, start=RelativeStart(5), until=date(2020, 1, 1)), id="relative start and an until"
        ),
        pytest.param(Rule(every=MONTHLY, pauses=(Span(START), Span(START, START))), id="pauses"),
        pytest.param(Rule(rrule="FREQ=MONTHLY;BYDAY=-1FR"), id="rrule"),
        pytest.param(Rule(cron="0 9 * * 1"), id="cron"),
    ],
)
def test_a_possible_rule_has_no_problems(rule: Rule) -> None:
    assert problems(rule) == ()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(Rule(), "exactly one of every, rrule and cron, and this one has none", id="no cadence"),
        pytest.param(Rule(every=MONTHLY, cron="0 9 * * 1"), "this one has every and cron", id="two cadences"),
        pytest.param(Rule(every=MONTHLY, rrule="FREQ=DAILY", cron="0 9 * * 1"), "every and rrule and cron", id="three cadences"),
        pytest.param(Rule(every=Duration(0, Unit.MONTH)), "every 0 months never moves on", id="standing still"),
        pytest.param(Rule(every=Duration(4, Unit.HOUR)), "every 4 hours is finer than a day", id="hours"),
        pytest.param(Rule(every=Duration(10, Unit.WORKING_DAY)), "every 10 working days would change past dates", id="working days"),
        pytest.param(Rule(every=MONTHLY, on="first business day"), 'use "first day"', id="unknown on"),
        pytest.param(Rule(every=MONTHLY, on="fifth friday"), 'on "fifth friday" names no day of a month', id="fifth Friday"),
        pytest.param(Rule(every=MONTHLY, on="friday"), 'on "friday" names no day of a month', id="weekday in a month"),
        pytest.param(Rule(every=MONTHLY, on="0"), 'on "0" names no day of a month', id="day 0"),
        pytest.param(Rule(every=MONTHLY, on="32"), 'on "32" names no day of a month', id="day 32"),
        pytest.param(Rule(every=MONTHLY, on=""), 'on "" names no day of a month', id="empty on"),
        pytest.param(Rule(every=Duration(2, Unit.WEEK), on="15"), 'on "15" names no day of a week', id="number in a week"),
        pytest.param(Rule(every=Duration(2, Unit.DAY), on="monday"), "needs a cadence of weeks, months or years", id="on with days"),
        pytest.param(Rule(rrule="FREQ=DAILY", on="monday"), "needs a cadence of weeks, months or years", id="on with rrule"),
        pytest.param(Rule(cron="0 9 * * 1", on="last day"), "needs a cadence of weeks, months or years", id="on with cron"),
        pytest.param(Rule(every=MONTHLY, start=START, until=date(2026, 1, 30)), "until 2026-01-30 lies before start 2026-01-31", id="until before start"),
        pytest.param(Rule(every=MONTHLY, pauses=(Span(START, date(2026, 1, 30)),)), "a pause from 2026-01-31 cannot end before it, on 2026-01-30", id="pause backwards"),
    ],
)  # fmt: skip
def test_an_impossible_rule_says_why(rule: Rule, expected: str) -> None:
    (problem,) = problems(rule)
    assert expected in problem


def test_all_problems_of_a_rule_are_told_at_once() -> None:
    rule = Rule(rrule="FREQ=HOURLY", cron="* * * * *", on="x", pauses=(Span(START, date(2026, 1, 1)),))
    assert len(problems(rule)) == 4


@pytest.mark.parametrize(
    ("rule", "cal", "expected"),
    [
        pytest.param(Rule(every=Duration(10, Unit.DAY)), "", 10, id="days"),
        pytest.param(Rule(every=Duration(13, Unit.WEEK), on="friday"), "", 91, id="weeks"),
        pytest.param(Rule(every=MONTHLY), "", 28, id="monthly, anchor unknown"),
        pytest.param(Rule(every=MONTHLY, start=START), "", 28, id="monthly from the 31st"),
        pytest.param(Rule(every=MONTHLY, start=date(2026, 1, 15)), "", 28, id="monthly from the 15th"),
        pytest.param(Rule(every=QUARTERLY, start=START), "", 89, id="quarterly from 31 January"),
        pytest.param(Rule(every=QUARTERLY, start=date(2026, 2, 28)), "", 89, id="quarterly from 28 February"),
        pytest.param(Rule(every=QUARTERLY), "", 89, id="quarterly, anchor unknown"),
        pytest.param(Rule(every=Duration(2, Unit.MONTH), start=date(2026, 12, 31)), "", 59, id="every two months from 31 December"),
        pytest.param(Rule(every=YEARLY, start=date(2024, 2, 29)), "", 365, id="yearly from 29 February"),
        pytest.param(Rule(every=Duration(4, Unit.YEAR), start=date(2024, 3, 1)), "", 1460, id="four years over a century"),
        pytest.param(Rule(every=Duration(400, Unit.YEAR), start=START), "", 146_097, id="a whole cycle"),
        pytest.param(Rule(every=MONTHLY, on="last friday"), "", 28, id="monthly on the last Friday"),
        pytest.param(Rule(every=YEARLY, on="last friday"), "", 364, id="yearly on the last Friday"),
        pytest.param(Rule(every=MONTHLY, on="first working day"), "", 28, id="monthly on the first working day"),
        pytest.param(Rule(every=YEARLY, on="first working day", start=date(2026, 1, 1)), "DE-BY", 364, id="with holidays"),
        pytest.param(Rule(cron="0 9 * * 1,4"), "", 3, id="cron"),
        pytest.param(Rule(rrule="FREQ=WEEKLY;BYDAY=MO,TU"), "", 1, id="rrule"),
        pytest.param(Rule(rrule="FREQ=MONTHLY", start=date(2026, 1, 31)), "", 31, id="rrule that skips months"),
        pytest.param(Rule(rrule="FREQ=YEARLY;COUNT=1", start=START), "", 10_227, id="rrule with a single date"),
    ],
)  # fmt: skip
def test_the_shortest_gap_is_known(rule: Rule, cal: str, expected: int) -> None:
    assert shortest_gap(rule, WorkCalendar(holidays=cal)) == expected


def test_an_impossible_rule_has_no_gap() -> None:
    with pytest.raises(ValueError, match="never moves on"):
        shortest_gap(Rule(every=Duration(0, Unit.DAY)))


@given(
    st.integers(1, 40),
    st.sampled_from((Unit.MONTH, Unit.YEAR)),
    st.none() | st.sampled_from(("31", "last day", "first friday", "last monday", "last working day")),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.booleans(),
)
def test_no_gap_is_shorter_than_the_shortest(count: int, unit: Unit, on: str | None, anchor: date, known: bool) -> None:
    rule = Rule(every=Duration(count, unit), on=on, start=anchor if known else None)
    days = [n.day for n in islice(nominals(rule, anchor, after=None, until=FAR), 150)]
    assert min((later - earlier).days for earlier, later in pairwise(days)) >= shortest_gap(rule)


@given(
    st.integers(1, 12), st.none() | st.sampled_from(("31", "first friday")), st.dates(date(2020, 1, 1), date(2030, 12, 31))
)  # fmt: skip
def test_the_shortest_gap_really_occurs(count: int, on: str | None, anchor: date) -> None:
    rule = Rule(every=Duration(count, Unit.MONTH), on=on, start=anchor)
    days = (n.day for n in nominals(rule, anchor, after=None, until=date(anchor.year + 400 + count, 12, 31)))
    assert min((later - earlier).days for earlier, later in pairwise(days)) == shortest_gap(rule)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(Rule(every=QUARTERLY, start=START, on="Last Friday"), "every 3 months from 31 January 2026, on the last friday", id="months"),
        pytest.param(Rule(every=MONTHLY, start=RelativeStart(5), on="15"), "every month from week 5 after activation, on day 15", id="relative start"),
        pytest.param(Rule(every=Duration(2, Unit.WEEK), on="monday"), "every 2 weeks from the activation, on monday", id="weeks"),
        pytest.param(Rule(every=YEARLY, shift=Shift.NEXT, start=START), "every year from 31 January 2026, moved to the next working day", id="next"),
        pytest.param(Rule(every=YEARLY, shift=Shift.CALM, start=START), "every year from 31 January 2026, moved to a calm day", id="calm"),
        pytest.param(Rule(every=YEARLY, shift=Shift.WINDOW, start=START), "every year from 31 January 2026, moved into the next window", id="window"),
        pytest.param(Rule(every=YEARLY, start=START, until=date(2030, 12, 1)), "every year from 31 January 2026, until 1 December 2030", id="until"),
        pytest.param(
            Rule(every=MONTHLY, start=START, pauses=(Span(date(2027, 7, 1), date(2027, 7, 31)), Span(date(2028, 1, 1)))),
            "every month from 31 January 2026, paused from 1 July 2027 to 31 July 2027, paused from 1 January 2028 on",
            id="pauses",
        ),
        pytest.param(Rule(rrule="FREQ=DAILY", start=START), 'on the days of rrule "FREQ=DAILY" from 31 January 2026', id="rrule"),
        pytest.param(Rule(cron="0 9 * * 1"), 'on the days of cron "0 9 * * 1" from the activation', id="cron"),
        pytest.param(Rule(), "never", id="impossible"),
    ],
)  # fmt: skip
def test_a_rule_reads_as_english(rule: Rule, expected: str) -> None:
    assert describe(rule) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2027-06-30", None, id="the day before"),
        pytest.param("2027-07-01", 0, id="its first day"),
        pytest.param("2027-07-31", 0, id="its last day"),
        pytest.param("2027-08-01", None, id="the day after"),
        pytest.param("2090-01-01", 1, id="an open pause"),
    ],
)
def test_a_pause_covers_its_days_and_removes_no_date(day: str, expected: int | None) -> None:
    pauses = (Span(date(2027, 7, 1), date(2027, 7, 31)), Span(date(2028, 1, 1)))
    rule = Rule(every=Duration(1, Unit.DAY), pauses=pauses)
    at = date.fromisoformat(day)
    assert paused(rule, at) == (None if expected is None else pauses[expected])
    assert [n.day for n in nominals(rule, START, after=at - timedelta(days=1), until=at)] == [at]


@pytest.mark.parametrize(
    ("start", "activated", "expected"),
    [
        pytest.param(START, None, START, id="a date needs no activation"),
        pytest.param(START, date(2026, 5, 4), START, id="a date stays"),
        pytest.param(RelativeStart(5), date(2026, 5, 4), date(2026, 6, 8), id="five weeks after activation"),
        pytest.param(RelativeStart(0), date(2026, 5, 4), date(2026, 5, 4), id="at activation"),
        pytest.param(RelativeStart(5), None, None, id="not activated"),
        pytest.param(None, date(2026, 5, 4), date(2026, 5, 4), id="no start is the activation"),
        pytest.param(None, None, None, id="nothing known"),
    ],
)
def test_the_anchor_follows_from_start_and_activation(
    start: date | RelativeStart | None, activated: date | None, expected: date | None
) -> None:
    assert resolve_start(start, activated) == expected


@pytest.mark.parametrize(
    ("text", "weeks"),
    [("week 5 after activation", 5), (" Week  0 after Activation", 0), ("week 104 after activation", 104)],
)
def test_a_start_is_read_from_plain_words(text: str, weeks: int) -> None:
    assert parse_start(text) == RelativeStart(weeks)


@pytest.mark.parametrize(
    "text", ["", "week five after activation", "week -1 after activation", "5 weeks after activation", "week 5"]
)
def test_an_unreadable_start_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(ValueError, match='is no start: write a date such as 2026-01-31 or "week 5 after activation"'):
        parse_start(text)
