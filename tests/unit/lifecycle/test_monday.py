"""The digest: once a week, for one person, about procedures and roles; nothing where there is nothing to say."""

from datetime import timedelta

import pytest

from isms_bot.lifecycle.actions import Find, Monday
from isms_bot.model import Outcome, Page, PageState, Signing, Source, Span
from tests.unit.lifecycle.world import FRI, MON, TUE, day

WEEK = day("03-15")
"""The Monday on which these tests look; a job that was due on Friday the 5th is overdue by six working days."""


def late(world, *people, **given):
    given.setdefault("grace_end", day("04-30"))
    return world.job(*people, **given)


def standing(world, key, status):
    world.row("standing", key, number="NC-001", status=status, by="p01", day="2027-03-15")


def finding(world, key):
    world.row("finding", key, state="open", page=f"page-{key}")


@pytest.fixture
def ruled(ruled):
    """Both schedules are known, and Mondays sum up the week."""
    ruled.mondays = True
    return ruled


@pytest.fixture
def waiting(ruled):
    """One job is overdue by six working days."""
    late(ruled)
    return ruled.at(WEEK)


def test_it_says_what_the_week_left(ruled):
    ruled.at(WEEK)
    first, second = late(ruled), late(ruled, None, schedule="restore", due=day("03-09"))
    ruled.missed(late(ruled, "p04"))
    finding(ruled, "role-without-holder/auditor")
    finding(ruled, "brake-held/nonconformity")
    ruled.questions = (Page("q1", Source.QUESTIONS, "Why?", fields={"answer_by": Span(FRI)}),)
    found = ruled.only(Monday)
    assert (found.person, found.week, found.key) == ("p01", WEEK, "monday/2027-03-15")
    assert found.overdue == ((first, 6), (second, 4))
    assert found.held == ("brake-held/nonconformity",)
    assert found.findings == ("role-without-holder/auditor",)
    assert (found.questions, found.nonconformities, found.count) == (("q1",), ("NC-001",), 6)


def test_it_comes_once_a_week(waiting):
    waiting.step()
    assert waiting.of(Monday) == []
    assert waiting.at(WEEK, 17).of(Monday) == []
    assert waiting.at(WEEK + timedelta(days=7)).only(Monday).week == WEEK + timedelta(days=7)


WHEN = [
    ("on Monday morning", MON, {}, 10, ["p01"]),
    ("not before nine", MON, {}, 8, []),
    ("not on other days", TUE, {}, 10, []),
    ("the deputy, if the product manager is away", MON, {"p01": {"away": (Span(WEEK, WEEK),)}}, 10, ["p02"]),
    ("nobody, if all are away", MON, {"p01": {"away": (Span(WEEK, WEEK),)}, "p02": {"away": (Span(WEEK, WEEK),)}}, 10, []),
    ("nobody, if there is no account", MON, {"p01": {"account": None}}, 10, []),
]  # fmt: skip


@pytest.mark.parametrize(("weekday", "changes", "hour", "to"), [row[1:] for row in WHEN], ids=[row[0] for row in WHEN])
def test_it_comes_on_monday_morning_to_who_is_there(waiting, weekday, changes, hour, to):
    waiting.people(**changes)
    waiting.at(WEEK + (weekday - MON), hour)
    assert [one.person for one in waiting.of(Monday)] == to


def test_it_waits_for_the_first_working_day(ruled):
    late(ruled)
    works = ruled.roster["p01"].works
    ruled.people(p01={"works": type(works)(frozenset({1, 2, 3, 4}))})
    assert ruled.at(WEEK).of(Monday) == []
    assert ruled.at(WEEK + timedelta(days=1)).only(Monday).week == WEEK


def test_without_anybody_who_acts_it_goes_nowhere(waiting):
    waiting.product_manager = waiting.deputy = None
    waiting.people(p01={"roles": frozenset({"team-member"})})
    assert waiting.of(Monday) == []


def test_while_the_clocks_are_apart_nothing_is_said(waiting):
    waiting.trusted = False
    assert waiting.of(Monday) == []


def test_nothing_is_said_where_there_is_nothing_and_the_last_page_is_closed(waiting):
    waiting.step()
    (key,) = waiting.history.pages
    waiting.verdict(key, Signing.SIGNED, at=waiting.now)
    waiting.at(WEEK + timedelta(days=7))
    closing = waiting.only(Monday)
    assert (closing.count, closing.before, closing.silent) == (0, "page-monday/2027-03-15", False)
    waiting.step()
    assert list(waiting.history.digests.values()) == ["page-monday/2027-03-15", ""]


def test_a_week_without_anything_to_say_is_silent(ruled):
    assert ruled.at(WEEK).only(Monday).silent


def test_what_comes_up_after_the_morning_waits_for_the_next_week(ruled):
    ruled.at(WEEK).step()
    finding(ruled, "role-without-holder/auditor")
    assert ruled.at(WEEK, 17).of(Monday) == []
    assert ruled.at(WEEK + timedelta(days=7)).only(Monday).count == 1


NOT_LATE = [
    ("three working days over", {"due": day("03-10")}, None),
    ("not due yet", {"due": day("03-15")}, None),
    ("its page is not made yet", {"delivered": False}, None),
    ("signed", {}, lambda world, key: world.verdict(key, Signing.SIGNED, at=world.now)),
    ("taken away", {}, lambda world, key: world.gesture(key, state=PageState.TRASHED)),
    ("missed: it is a non-conformity or a line of the discussion", {}, lambda world, key: world.missed(key, Outcome.INTRODUCTION)),
    ("promised before the ledger was lost", {}, lambda world, key: world.row("ledger_lost", "", before="2027-03-20")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "then"), [row[1:] for row in NOT_LATE], ids=[row[0] for row in NOT_LATE])
def test_what_is_no_escalation(ruled, given, then):
    key = late(ruled.at(WEEK), **given)
    if then is not None:
        then(ruled, key)
    assert ruled.only(Monday).overdue == ()


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(lambda world, key: world.row("retracted", key, number="NC-001"), id="retracted"),
        pytest.param(lambda world, key: world.row("outcome", key, outcome="recorded late"), id="signed since"),
        pytest.param(lambda world, key: standing(world, key, "Under discussion"), id="under discussion"),
    ],
)
def test_a_nonconformity_that_is_settled_is_no_line(ruled, then):
    key = late(ruled.at(WEEK))
    ruled.missed(key)
    assert ruled.only(Monday).nonconformities == ("NC-001",)
    then(ruled, key)
    assert ruled.only(Monday).count == 0


# --- nobody escalates to oneself ------------------------------------------------------------------------------------------


def told(world):
    """(kind, job, who) of findings about overdue jobs."""
    return [(one.kind, one.about, one.to) for one in world.of(Find)]


def test_an_overdue_job_of_whoever_gets_the_digest_is_a_line_for_the_next(ruled):
    key = late(ruled, "p01")
    assert told(ruled.at(WEEK)) == [("job-overdue", key, ("p02",))]
    assert ruled.only(Monday).overdue == ()


def test_what_is_not_long_overdue_or_somebody_else_s_is_no_finding(ruled):
    late(ruled, "p03")
    late(ruled, "p01", due=day("03-10"))
    assert told(ruled.at(WEEK)) == []


def test_while_the_product_manager_is_away_the_deputy_s_own_job_waits_for_somebody_else(ruled):
    key = late(ruled, "p02")
    ruled.people(p01={"away": (Span(day("03-12"), day("03-19")),)})
    assert told(ruled.at(WEEK)) == [("job-overdue", key, ("p01",))]


def test_where_there_is_nobody_else_that_is_marked(ruled):
    key = late(ruled, "p01")
    ruled.deputy = None
    assert told(ruled.at(WEEK)) == [("no-second-person", key, ())]
    ruled.at(day("05-03"))
    assert told(ruled) == [], "the miss marks it once it is noted"


def test_nothing_of_it_while_the_clocks_are_apart(ruled):
    late(ruled, "p01")
    ruled.trusted = False
    assert [kind for kind, _, _ in told(ruled.at(WEEK))] == ["clock-apart"]
