"""Jobs that count in hours: their own ladder, no grace, and no surprise all the same."""

from datetime import UTC, datetime, timedelta

import pytest

from isms_bot.lifecycle.actions import Amend, Conclude, Discuss, Notify, Raise, Record
from isms_bot.lifecycle.changes import handed_over
from isms_bot.model import Completion, DecisionKind, Ladder, Level, Outcome, Regime, Signature, Signing, Span
from tests.unit.lifecycle.world import BOT, FRI, MON, THU, TUE, WED, day

BEGUN = datetime(2027, 3, 1, 10, tzinfo=UTC)
"""Monday at ten."""
DUE = BEGUN + timedelta(hours=72)
"""Thursday at ten; half time is Tuesday at ten in the evening."""
LAST_MINUTE, AFTER = DUE, DUE + timedelta(minutes=1)


@pytest.fixture
def hours(ruled):
    """A job of p03 that began on Monday at ten and is due in 72 hours."""
    facts = {"ladder": Ladder.URGENT, "opened_at": BEGUN, "due_at": DUE, "event": "incident-7"}
    ruled.key = ruled.job(due=THU, grace_end=THU, told=False, **facts)
    return ruled


def at(world, moment):
    world.now = moment
    return world


def warned(world, step="half", on=TUE):
    world.sent(world.key, "opened", MON)
    world.sent(world.key, f"{step}:{THU.isoformat()}", on)
    return world


def over(world):
    """What the rules say once everything was read."""
    return [one for one in world.fresh().decide() if one.key == world.key and not isinstance(one, Notify)]


# --- the ladder ---------------------------------------------------------------------------------------------------------------

STEPS = [
    ("at once", BEGUN, [], "opened"),
    ("not yet half time", BEGUN + timedelta(hours=35, minutes=59), ["opened"], None),
    ("half time, in the middle of the night", BEGUN + timedelta(hours=36), ["opened"], "half"),
    ("half time is said once", BEGUN + timedelta(hours=50), ["opened", "half"], None),
    ("due", DUE, ["opened", "half"], "due"),
    ("late pass: the step that holds now", DUE, [], "due"),
]


@pytest.mark.parametrize(("now", "sent", "step"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_steps_go_out_at_their_moment_without_quiet_hours(hours, now, sent, step):
    for known in sent:
        hours.sent(hours.key, known if known == "opened" else f"{known}:{THU.isoformat()}", MON)
    assert at(hours, now).letters().get("p03") == ([step] if step else None)


def test_before_its_moment_in_a_world_whose_clock_is_behind_the_opening_it_is_opened(hours):
    assert at(hours, BEGUN - timedelta(seconds=1)).letters() == {"p03": ["opened"]}


def test_after_the_moment_the_role_owner_is_told_daily(hours):
    warned(hours, "due", THU)
    assert "p01" not in at(hours, LAST_MINUTE).letters()
    assert at(hours, AFTER).letters() == {"p01": ["daily"]}
    hours.step()
    assert at(hours, AFTER + timedelta(hours=5)).letters() == {}
    at(hours, AFTER + timedelta(days=2)).step()
    assert hours.history.missed
    assert hours.letters() == {"p01": ["daily"]}, "a Saturday is no quiet day"


@pytest.mark.parametrize(("days", "told"), [(1, True), (14, True), (15, False)])
def test_a_miss_does_not_end_that_but_two_weeks_do(hours, days, told):
    warned(hours).missed(hours.key)
    assert at(hours, DUE + timedelta(days=days)).letters() == ({"p01": ["daily"]} if told else {})


@pytest.mark.parametrize("status", ["Open", "Under discussion", "Stands", "Reworded", "Closed"])
def test_nobody_is_reminded_of_what_is_under_discussion_or_decided(hours, status):
    warned(hours).missed(hours.key)
    hours.row("standing", hours.key, number="NC-001", status=status, by="p01", day=FRI.isoformat())
    assert at(hours, DUE + timedelta(days=2)).letters() == ({"p01": ["daily"]} if status == "Open" else {})


def test_nobody_is_reminded_of_what_was_retracted(hours):
    warned(hours).missed(hours.key)
    hours.row("retracted", hours.key, number="NC-001")
    assert at(hours, DUE + timedelta(days=2)).letters() == {}


def test_nobody_is_told_about_a_missed_job_that_counts_in_days(ruled):
    key = ruled.job(ladder=Ladder.URGENT)
    ruled.missed(key)
    assert ruled.at(day("03-09")).letters() == {}


# --- due ----------------------------------------------------------------------------------------------------------------------


def test_at_its_moment_it_is_due_and_a_minute_later_overdue_and_missed(hours):
    warned(hours)
    assert over(at(hours, LAST_MINUTE)) == []
    assert [type(one) for one in over(at(hours, AFTER))] == [Raise]


def test_in_the_introduction_it_is_discussed(ruled):
    facts = {"ladder": Ladder.URGENT, "opened_at": BEGUN, "due_at": DUE, "event": "incident-7"}
    ruled.key = ruled.job(due=THU, grace_end=THU, told=False, regime=Regime.INTRODUCTION, **facts)
    assert [type(one) for one in over(at(warned(ruled), AFTER))] == [Discuss]


WARNINGS = [
    ("half time a working day before", "half", TUE, AFTER, True),
    ("half time the day before is too late", "half", WED, AFTER, False),
    ("then it comes as soon as a working day has passed", "half", WED, datetime(2027, 3, 5, 0, 5, tzinfo=UTC), True),
    ("only the due moment", "due", THU, datetime(2027, 3, 5, 23, 0, tzinfo=UTC), False),
    ("the due moment and a working day", "due", THU, datetime(2027, 3, 8, 0, 5, tzinfo=UTC), True),
    ("the opening says not what will happen", None, MON, datetime(2027, 3, 12, 10, tzinfo=UTC), False),
]


@pytest.mark.parametrize(
    ("step", "on", "now", "raised"), [row[1:] for row in WARNINGS], ids=[row[0] for row in WARNINGS]
)
def test_nobody_is_surprised(hours, step, on, now, raised):
    hours.sent(hours.key, "opened", MON)
    if step is not None:
        hours.sent(hours.key, f"{step}:{THU.isoformat()}", on)
    hours.gesture(hours.key, by=BOT, status="Overdue")
    assert bool([one for one in over(at(hours, now)) if isinstance(one, Raise)]) is raised


SIGNED = [
    ("at the last moment", LAST_MINUTE, Outcome.RECORDED),
    ("within the last minute, floored by the wiki", DUE.replace(second=0), Outcome.RECORDED),
    ("a minute later", AFTER, Outcome.RECORDED_LATE),
]


@pytest.mark.parametrize(("signed", "outcome"), [row[1:] for row in SIGNED], ids=[row[0] for row in SIGNED])
def test_signed_before_the_moment_and_seen_later_is_in_time(hours, signed, outcome):
    warned(hours).verdict(
        hours.key, Signing.SIGNED, at=signed, signatures=(Signature("p03", Level.TYPED, signed, "x"),)
    )
    assert [one.outcome for one in over(at(hours, AFTER + timedelta(hours=3))) if isinstance(one, Record)] == [outcome]


def test_signed_late_without_a_warning_is_in_time(hours):
    hours.verdict(hours.key, Signing.SIGNED, at=AFTER)
    assert [one.outcome for one in over(at(hours, AFTER + timedelta(hours=3)))] == [Outcome.RECORDED]


def test_a_job_forgiven_is_not_overdue(hours):
    hours.row("ledger_lost", "", before="2027-03-09")
    assert over(at(warned(hours), AFTER)) == []


# --- what moves it ------------------------------------------------------------------------------------------------------------


def test_postponed_to_a_day_it_ends_with_that_day(hours):
    warned(hours).decided(DecisionKind.POSTPONE, hours.key, until=day("03-09"))
    at(hours, AFTER).step()
    contract = hours.history.promise(hours.key)
    assert (contract.due, contract.due_at) == (day("03-09"), None)
    assert hours.history.contracts[hours.key].due_at == DUE, "what was promised first stays in the ledger"
    hours.row("delivered", hours.key, page=f"page-{hours.key}")
    assert over(at(hours, datetime(2027, 3, 9, 23, 59, tzinfo=UTC))) == []


def test_accepted_late_it_has_grace(hours):
    warned(hours).decided(DecisionKind.ACCEPT_LATE, hours.key, until=FRI)
    at(hours, AFTER).step()
    assert hours.history.promise(hours.key).due_at == DUE
    hours.step()
    assert hours.fresh().of(Raise) == []
    assert hours.pages[hours.key].fields["status"] == "Overdue"


def test_whoever_gets_it_later_gets_the_time_that_is_left(ruled):
    facts = {"ladder": Ladder.URGENT, "opened_at": BEGUN, "due_at": DUE, "event": "incident-7"}
    key = ruled.job(
        None, schedule="restore", people=("p03",), due=THU, grace_end=THU, completion=Completion.ANY, **facts
    )
    view = at(ruled, BEGUN).view()
    handed = handed_over(ruled.history.promise(key), view, TUE, ("p04",), "x")
    assert handed == Amend(key, "x", THU, THU, ("p04",))
    ruled.people(p03={"away": (Span(WED, FRI),), "stand_in": "p04"})
    ruled.step()
    assert (ruled.history.promise(key).people, ruled.history.promise(key).due_at) == (("p04",), DUE)


def test_waived_it_is_over(hours):
    hours.decided(DecisionKind.WAIVE, hours.key)
    assert hours.of(Conclude) == [Conclude(hours.key, Outcome.WAIVED, "d1")]
