"""How the introduction ends: shown before, decided by a person, and never without notice."""

from datetime import timedelta

import pytest

from isms_bot.lifecycle.actions import Announce, Open, Preview, Tally
from isms_bot.model import DecisionKind, Outcome, Page, Regime, Source, Span, WorkCalendar
from tests.unit.lifecycle.world import MON, RESTORE, TUE, day

END = day("04-30")
"""A Friday; 30 working days before it is the 19th of March, ten the 16th of April."""


@pytest.fixture
def ending(ruled):
    ruled.earliest_end = END
    return ruled


WHEN = [
    ("thirty working days before", day("03-19"), 10, [30]),
    ("not earlier", day("03-18"), 10, []),
    ("not before nine", day("03-19"), 8, []),
    ("ten working days before", day("04-16"), 10, [10]),
    ("after a late pass the nearer one alone", day("04-20"), 10, [10]),
    ("on the last day still", END, 10, [10]),
    ("not afterwards", END + timedelta(days=3), 10, []),
]


@pytest.mark.parametrize(("today", "hour", "steps"), [row[1:] for row in WHEN], ids=[row[0] for row in WHEN])
def test_who_decides_is_shown_twice_what_it_would_mean(ending, today, hour, steps):
    ending.at(today, hour)
    assert [(one.person, one.days, one.end) for one in ending.of(Preview)] == [("p01", days, END) for days in steps]
    ending.step()
    assert ending.of(Preview) == []


def test_without_a_date_there_is_nothing_to_show(ruled):
    assert ruled.at(day("04-16")).of(Preview) == []


def test_an_end_that_was_decided_counts_instead_of_the_earliest(ending):
    ending.row("introduction", "", last_day="2027-05-14")
    assert ending.at(day("04-02")).only(Preview).end == day("05-14")


def test_nobody_to_show_it_to(ending):
    ending.product_manager = ending.deputy = None
    ending.people(p01={"roles": frozenset({"team-member"})})
    assert ending.at(day("04-16")).of(Preview) == []


def test_while_the_clocks_are_apart_nothing_is_shown_or_announced(ending):
    ending.row("introduction", "", last_day="2027-04-30")
    ending.trusted = False
    assert ending.at(day("04-16")).of(Preview, Announce) == []


def test_it_counts_per_procedure_and_names_nobody(ending):
    regime = {"regime": Regime.INTRODUCTION}
    for number, outcome in enumerate(
        (Outcome.RECORDED, Outcome.RECORDED_LATE, Outcome.INTRODUCTION, Outcome.WAIVED, None)
    ):
        key = ending.job(nominal=MON + timedelta(days=number), grace_end=day("06-30"), **regime)
        if outcome is not None:
            ending.row("outcome", key, outcome=outcome.value)
    ending.job(None, schedule="restore", due=day("04-16"), **regime)
    ending.job(None, schedule="restore", nominal=TUE, regime=Regime.RECORDING)
    asked = ending.job(None, schedule="restore", nominal=day("03-03"), **regime)
    ending.row("question", asked, page="q1")
    ending.questions = (Page("q1", Source.QUESTIONS, "Why?", fields={"answer_by": Span(END)}),)
    found = ending.at(day("04-16")).only(Preview)
    review = Tally("Review", in_time=1, late=1, missed=1, open=1)
    assert found.tallies == (Tally("Restore", open=1), review)
    assert (review.due, found.asked, found.unanswered) == (4, 1, 1)


# --- the notice ---


def decided(world, last_day="2027-04-30"):
    world.decided(DecisionKind.END_INTRODUCTION, "introduction")
    world.row("introduction", "", last_day=last_day)


TOLD = [
    ("with time to spare", day("03-02"), 10, [END]),
    ("ten working days before", day("04-16"), 10, [END]),
    ("too late: the end waits for the notice", day("04-20"), 10, [day("05-04")]),
    ("not before nine", day("04-16"), 8, []),
    ("not on a Saturday", day("04-17"), 10, []),
]


@pytest.mark.parametrize(("today", "hour", "ends"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_the_team_gets_ten_working_days_of_notice(ruled, today, hour, ends):
    decided(ruled)
    ruled.at(today, hour)
    assert [one.last_day for one in ruled.of(Announce)] == ends
    ruled.step()
    assert ruled.of(Announce) == []
    assert ruled.history.introduction_end == (ends[0] if ends else None)


def test_everybody_who_is_there_is_told(ruled):
    decided(ruled)
    ruled.people(p02={"away": (Span(MON, TUE),)}, p03={"account": None}, p04={"until": day("02-01")})
    assert ruled.only(Announce).people == ("p01",)


def test_nothing_is_announced_before_it_is_decided(ending):
    assert ending.at(day("04-16")).of(Announce) == []


def test_until_the_team_was_told_everything_belongs_to_the_introduction(world):
    world.plan(RESTORE, anchor=day("03-08"))
    decided(world, "2027-03-02")
    world.at(MON, 8)
    assert world.only(Open).contract.regime is Regime.INTRODUCTION


def test_an_end_that_is_put_off_is_announced_anew_and_holds_at_once(ruled):
    decided(ruled)
    ruled.step()
    decided(ruled, "2027-06-30")
    assert ruled.view().introduction_end("rules") == day("06-30")
    assert ruled.only(Announce).last_day == day("06-30")
    decided(ruled, "2027-03-31")
    assert ruled.view().introduction_end("rules") == END


def test_working_days_are_those_of_the_workspace(ruled):
    ruled.calendar = WorkCalendar(frozenset({0}))
    decided(ruled, "2027-03-02")
    assert ruled.only(Announce).last_day == day("05-10")
