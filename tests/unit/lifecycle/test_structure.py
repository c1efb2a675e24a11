"""Structural misses: what a whole team or one occurrence after the other does not manage is about the procedure."""

import pytest

from isms_bot.lifecycle.actions import Discuss, Improve, Raise
from isms_bot.model import Outcome
from tests.unit.lifecycle.world import day

NC, TALK, KEPT, LATE = Outcome.NONCONFORMITY, Outcome.INTRODUCTION, Outcome.RECORDED, Outcome.RECORDED_LATE
DATES = ("03-01", "04-01", "05-03", "06-01", "07-01", "08-02")
LATER = day("09-15")


def went(world, number, *outcomes, schedule="review"):
    """The occurrence with this number, a job per outcome; None is open, two outcomes follow each other."""
    nominal = day(DATES[number])
    for person, said in enumerate(outcomes, 1):
        one = f"p{person:02d}"
        key = world.job(one, schedule=schedule, nominal=nominal, opened=nominal, due=nominal)
        for outcome in said if isinstance(said, tuple) else (said,):
            if outcome is not None:
                world.row("outcome", key, outcome=outcome.value, number=f"NC-{number}{person:02d}")


def shared(world, *outcomes, schedule="restore"):
    """One job of several people per occurrence."""
    for number, said in enumerate(outcomes):
        nominal = day(DATES[number])
        key = world.job(None, schedule=schedule, nominal=nominal, opened=nominal, due=nominal)
        if said is not None:
            world.row("outcome", key, outcome=said.value, number=f"NC-9{number:02d}")


def proposed(world):
    """(date, count, of, together) of the proposals."""
    return [(f"{one.nominal:%m-%d}", one.count, one.of, one.together) for one in world.at(LATER).of(Improve)]


ONE_DATE = [
    ("one of one", (NC,), []),
    ("one of two: a single miss has its own reasons", (NC, KEPT), []),
    ("two of five: most of the team manage", (NC, NC, KEPT, KEPT, KEPT), []),
    ("two of four: half of the team", (NC, NC, KEPT, KEPT), [("03-01", 2, 4, True)]),
    ("two of four, though two may still sign", (NC, NC, None, None), [("03-01", 2, 4, True)]),
    ("three of five", (NC, NC, NC, KEPT, KEPT), [("03-01", 3, 5, True)]),
    ("signed late afterwards: the miss stays", ((NC, LATE), (NC, LATE), KEPT), [("03-01", 2, 3, True)]),
    ("in the introduction their line asks already", (TALK, TALK, TALK), []),
    ("partly in the introduction", (TALK, NC, KEPT), [("03-01", 2, 3, True)]),
    ("whoever was not asked in the end counts neither way", (NC, NC, KEPT, KEPT, Outcome.LEFT), [("03-01", 2, 4, True)]),
    ("not even if nobody else was there", (Outcome.WAIVED, Outcome.LEFT), []),
]  # fmt: skip


@pytest.mark.parametrize(("outcomes", "expected"), [row[1:] for row in ONE_DATE], ids=[row[0] for row in ONE_DATE])
def test_half_of_the_people_of_one_date_make_a_proposal(ruled, outcomes, expected):
    for number in range(5, 9):
        ruled.roster.setdefault(f"p{number:02d}", ruled.roster["p04"])
    went(ruled, 0, *outcomes)
    assert proposed(ruled) == expected


ONE_AFTER_THE_OTHER = [
    ("once is an accident", (KEPT, NC), []),
    ("twice in a row", (NC, NC), [("04-01", 2, 2, False)]),
    ("twice in the introduction: it has happened again", (TALK, TALK), [("04-01", 2, 2, False)]),
    ("two of the last three", (NC, KEPT, NC), [("05-03", 2, 3, False)]),
    ("two of the last three are two though the latest was kept", (NC, NC, KEPT), [("04-01", 2, 3, False)]),
    ("two of four", (NC, KEPT, KEPT, NC), []),
    ("what is still open does not count yet", (NC, KEPT, NC, None), [("05-03", 2, 3, False)]),
    ("nor does what was never asked for", (NC, Outcome.WAIVED, Outcome.PAUSED, NC), [("06-01", 2, 2, False)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "expected"), [row[1:] for row in ONE_AFTER_THE_OTHER], ids=[row[0] for row in ONE_AFTER_THE_OTHER]
)
def test_two_of_the_last_three_occurrences_make_a_proposal(ruled, outcomes, expected):
    shared(ruled, *outcomes)
    assert proposed(ruled) == expected


def test_a_date_of_several_jobs_counts_as_missed_from_half_of_them_on(ruled):
    went(ruled, 0, TALK, TALK, KEPT, KEPT)
    went(ruled, 1, TALK, KEPT, KEPT, KEPT)
    assert proposed(ruled) == []
    went(ruled, 2, TALK, TALK, TALK, KEPT)
    assert proposed(ruled) == [("05-03", 2, 3, False)]


def test_a_proposal_is_made_once_and_each_miss_is_part_of_one_only(ruled):
    shared(ruled, NC, NC)
    ruled.at(LATER).step()
    assert proposed(ruled) == []
    shared(ruled, NC, NC, NC)
    assert proposed(ruled) == [], "the second one is spent"
    shared(ruled, NC, NC, NC, NC)
    assert proposed(ruled) == [("06-01", 2, 3, False)]


def test_several_people_of_one_date_make_one_proposal_whatever_follows(ruled):
    went(ruled, 0, NC, NC, None)
    ruled.at(LATER).step()
    ruled.row("outcome", f"review/{day(DATES[0]).isoformat()}/p03", outcome="nonconformity", number="NC-003")
    assert proposed(ruled) == []
    went(ruled, 1, NC, NC, KEPT)
    assert proposed(ruled) == [("04-01", 2, 3, True)]


def test_what_was_retracted_counts_nowhere(ruled):
    shared(ruled, NC, NC)
    ruled.row("retracted", "", number="NC-900")
    assert proposed(ruled) == []


def test_a_job_of_an_event_is_no_occurrence_of_its_schedule(ruled):
    for number, event in enumerate(("incident-1", "incident-2")):
        key = ruled.job(None, schedule="restore", event=event)
        ruled.row("outcome", key, outcome="nonconformity", number=f"NC-{number}")
    assert proposed(ruled) == []


def test_a_schedule_that_is_gone_needs_no_proposal(ruled):
    shared(ruled, NC, NC)
    del ruled.schedules["restore"]
    assert proposed(ruled) == []


def test_it_waits_for_the_misses_of_the_same_pass_so_that_all_are_counted(ruled):
    keys = [ruled.job(one, due=day("03-05")) for one in ("p02", "p03", "p04")]
    for key in keys:
        ruled.warned(key, day("03-11"))
    ruled.at(day("03-15")).fresh()
    assert {type(action) for action in ruled.decide()} >= {Raise}
    assert ruled.of(Improve) == []
    ruled.step()
    assert ruled.of(Discuss, Raise) == []
    assert [(one.key, one.count, one.of) for one in ruled.of(Improve)] == [("improvement/review/2027-03-01", 3, 3)]
