"""The dates that count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.lifecycle import dates
from isms_bot.model import Duration, Ladder, Span, Unit, WorkCalendar
from tests.unit.lifecycle.world import FRI, MON, THU, TUE, WED, day, wd

CAL = WorkCalendar()
MORNINGS_OFF = WorkCalendar(frozenset({0, 1, 3}))

MINIMUM = [
    ("five working days at most", wd(10), CAL, day("03-08")),
    ("a shorter lead is enough", wd(2), CAL, WED),
    ("calendar days of lead count as such", Duration(3, Unit.DAY), CAL, THU),
    ("the working days are the person's", wd(10), MORNINGS_OFF, day("03-11")),
    ("hours need no further day", Duration(72, Unit.HOUR), CAL, MON),
]


@pytest.mark.parametrize(("lead", "cal", "expected"), [row[1:] for row in MINIMUM], ids=[row[0] for row in MINIMUM])
def test_minimum_time_to_act(lead, cal, expected):
    assert dates.minimum_time(MON, lead, cal) == expected


@pytest.mark.parametrize(
    ("nominal", "expected"),
    [
        pytest.param(day("03-20"), day("03-20"), id="in time: the nominal due day"),
        pytest.param(day("02-20"), day("03-08"), id="late: the minimum time from the day it reached the person"),
        pytest.param(day("03-08"), day("03-08"), id="just in time: both are the same"),
    ],
)
def test_effective_due_is_never_before_the_minimum_time(nominal, expected):
    assert dates.effective_due(nominal, MON, wd(10), CAL) == expected


def test_grace_ends_after_so_many_working_days_and_at_once_for_hours():
    assert dates.grace_end(FRI, wd(2), CAL) == day("03-09")
    assert dates.grace_end(FRI, Duration(0, Unit.HOUR), CAL) == FRI


def test_five_working_days_after_the_first_working_day_back():
    """Away until Sunday 7 March: back on Monday, due on the Monday after."""
    assert dates.back_from(day("03-07"), CAL) == day("03-15")
    assert dates.back_from(WED, CAL) == day("03-11")


@pytest.mark.parametrize(
    ("new_due", "expected"),
    [
        pytest.param(FRI, day("03-09"), id="over a weekend there are still two working days of grace"),
        pytest.param(TUE, THU, id="in the week as many days as before"),
        pytest.param(MON, WED, id="unmoved"),
        pytest.param(WED, FRI, id="later in the week"),
    ],
)
def test_grace_moves_along_with_the_due_day_and_stays_as_long(new_due, expected):
    assert dates.moved_end(MON, WED, new_due, CAL) == expected


def test_days_of_grace_over_a_weekend_stay_days_of_grace():
    """Friday to Monday are three days and one working day; from Tuesday on that is Friday."""
    assert dates.moved_end(FRI, day("03-08"), day("03-09"), CAL) == day("03-12")


def test_without_grace_there_is_none_after_a_move():
    assert dates.moved_end(MON, MON, day("03-06"), CAL) == day("03-06")


OPENED, DUE, END = MON, day("03-15"), day("03-29")
LADDERS = [
    (Ladder.GENTLE, [("opened", OPENED), ("due", DUE), ("after", day("03-18")), ("last", day("03-26"))]),
    (Ladder.CHORE, [("opened", OPENED), ("due", DUE), ("last", day("03-26"))]),
    (
        Ladder.YEARLY,
        [("opened", day("02-01")), ("before", MON), ("due", DUE), ("after", day("03-22")), ("last", day("03-26"))],
    ),
    (Ladder.URGENT, [("opened", OPENED), ("half", day("03-08")), ("due", DUE)]),
]


@pytest.mark.parametrize(("ladder", "steps"), LADDERS, ids=[row[0].value for row in LADDERS])
def test_ladder(ladder, steps):
    assert dates.timeline(ladder, steps[0][1], DUE, END, CAL) == tuple((on, step) for step, on in steps)


CRAMPED = [
    ("no lead: the due step is the opening", Ladder.GENTLE, MON, MON, day("03-15"), ["opened", "after", "last"]),
    ("three days of grace: no step on the last warning's day", Ladder.GENTLE, MON, WED, day("03-08"), ["opened", "due", "last"]),
    ("no grace: the warning comes before the due day", Ladder.GENTLE, MON, FRI, FRI, ["opened", "last"]),
    ("everything on one day", Ladder.CHORE, MON, MON, MON, ["opened", "last"]),
    ("a yearly job opened late leaves out what has passed", Ladder.YEARLY, MON, THU, day("03-25"), ["opened", "due", "after", "last"]),
    ("urgent within a day", Ladder.URGENT, MON, MON, MON, ["opened"]),
    ("urgent by tomorrow has no half time", Ladder.URGENT, MON, TUE, TUE, ["opened", "due"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ladder", "opened", "due", "end", "steps"), [row[1:] for row in CRAMPED], ids=[row[0] for row in CRAMPED]
)
def test_a_ladder_without_room(ladder, opened, due, end, steps):
    assert [step for _, step in dates.timeline(ladder, opened, due, end, CAL)] == steps


def test_the_last_warning_is_one_working_day_before_grace_ends():
    assert dict(dates.timeline(Ladder.GENTLE, MON, WED, day("03-08"), CAL))[FRI] == "last"


@given(
    st.sampled_from(list(Ladder)), st.dates(date(2027, 1, 1), date(2028, 1, 1)), st.integers(0, 90), st.integers(0, 40)
)
def test_steps_of_a_ladder_never_come_out_of_order(ladder, opened, lead, grace):
    due = opened + timedelta(days=lead)
    steps = dates.timeline(ladder, opened, due, due + timedelta(days=grace), CAL)
    assert steps[0] == (opened, "opened")
    assert sorted(on for on, _ in steps) == [on for on, _ in steps]
    assert len({step for _, step in steps}) == len(steps)
    assert dates.warning(steps) == steps[-1][1]
    assert ladder is Ladder.URGENT or dates.warning(steps) == "last"


def test_a_moved_due_day_makes_steps_fresh_and_a_moved_grace_end_the_last_warning():
    assert dates.step_id("opened", FRI, THU) == "opened"
    assert dates.step_id("due", FRI, THU) == "due:2027-03-05"
    assert dates.step_id("last", FRI, THU) == "last:2027-03-04"


OUTAGES = [
    ("before the due day: its working days are added", day("03-12"), day("03-26"), (MON, WED), (day("03-17"), day("03-31"))),
    ("over the due day: at least the minimum time afterwards", TUE, day("03-09"), (MON, FRI), (day("03-12"), day("03-19"))),
    ("in the grace: the due day stays", day("02-26"), FRI, (MON, TUE), (day("02-26"), day("03-09"))),
    ("weekend only: the minimum time alone", FRI, FRI, (day("03-06"), day("03-07")), None),
    ("grace was over before", day("02-10"), day("02-24"), (MON, TUE), None),
    ("it began on the day on which grace ended", day("02-22"), MON, (MON, TUE), (day("02-22"), day("03-09"))),
    ("it began on the due day", MON, day("03-08"), (MON, TUE), (day("03-09"), day("03-16"))),
    ("over a weekend in the grace", THU, day("03-08"), (day("03-06"), day("03-07")), (THU, day("03-12"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("due", "end", "outage", "expected"), [row[1:] for row in OUTAGES], ids=[row[0] for row in OUTAGES]
)
def test_days_of_an_outage_count_for_nobody(due, end, outage, expected):
    assert dates.shifted_by_outage(due, end, Span(*outage), wd(10), CAL) == expected


def test_an_outage_of_one_day_may_have_no_end():
    assert dates.shifted_by_outage(day("03-12"), day("03-26"), Span(MON), wd(10), CAL) == (day("03-15"), day("03-29"))


@given(
    st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.integers(0, 60), st.integers(0, 30),
    st.integers(-20, 90), st.integers(0, 40),
)  # fmt: skip
def test_an_outage_only_ever_favours_people(opened, lead, grace, begins, lasts):
    due = opened + timedelta(days=lead)
    end = due + timedelta(days=grace)
    back = opened + timedelta(days=begins + lasts)
    outage = Span(opened + timedelta(days=begins), back)
    shifted = dates.shifted_by_outage(due, end, outage, wd(10), CAL)
    if shifted is not None:
        assert shifted[0] >= due
        assert shifted[1] >= end
        assert shifted[1] - shifted[0] >= timedelta(0)
        assert shifted[1] > back
