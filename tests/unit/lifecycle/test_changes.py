"""What moves a contract after it was opened, always in the people's favour and once per cause."""

from dataclasses import replace

import pytest

from isms_bot.lifecycle.actions import Amend, Conclude, Retract
from isms_bot.lifecycle.changes import lead_of
from isms_bot.model import Completion, DecisionKind, Level, Outcome, Signature, Signing, Span
from tests.unit.lifecycle.world import FRI, MON, RESTORE, THU, TUE, WED, day, someone, wd

DUE, END = day("03-15"), day("03-22")
D = DecisionKind


def role_job(world, *people, **given):
    """A role job due on the 15th."""
    return world.job(None, schedule="restore", people=people or ("p03",), due=DUE, grace_end=END, **given)


def change(world):
    """The one amendment that is made now, as (cause, due, grace end, people); None if there is none."""
    found = world.of(Amend)
    assert len(found) <= 1
    return next(((one.cause, one.due, one.grace_end, one.people) for one in found), None)


# --- outages ----------------------------------------------------------------------------------------------------------------


def test_an_outage_moves_a_job_once(ruled):
    ruled.job(due=DUE, grace_end=END)
    ruled.outage(TUE, WED)
    assert change(ruled.at(WED)) == ("outage:2027-03-02", day("03-17"), day("03-24"), ("p03",))
    ruled.step()
    assert change(ruled) is None


@pytest.mark.parametrize("why", ["missed", "clock apart"])
def test_an_outage_moves_nothing_that_is(ruled, why):
    key = ruled.job(due=DUE, grace_end=END)
    ruled.outage(TUE, WED)
    ruled.trusted = why != "clock apart"
    if why == "missed":
        ruled.missed(key)
    assert change(ruled.at(WED)) is None


def test_a_second_outage_moves_it_again(ruled):
    ruled.job(due=DUE, grace_end=END)
    ruled.outage(TUE, WED)
    ruled.outage(day("03-09"), day("03-10"))
    ruled.at(day("03-10")).step()
    assert change(ruled) == ("outage:2027-03-09", day("03-19"), day("03-26"), ("p03",))


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"opened": WED}, id="that was opened after it"),
        pytest.param(
            {"due": day("02-10"), "grace_end": day("02-24"), "opened": day("02-01")}, id="that was over before"
        ),
    ],
)
def test_an_outage_does_not_touch_a_job(ruled, given):
    ruled.job(**given)
    ruled.outage(MON, WED)
    assert change(ruled.at(WED)) is None


def test_an_outage_does_not_touch_a_job_that_came_after_it_however_far_it_is(ruled):
    key = ruled.job(opened=WED)
    ruled.verdict(key, Signing.TICKED)
    ruled.outage(MON, WED)
    assert change(ruled.at(WED)) is None


def test_what_was_signed_in_an_outage_is_signed_in_time(ruled):
    key = ruled.job(due=FRI, grace_end=FRI)
    ruled.outage(THU, day("03-10"))
    ruled.verdict(key, Signing.SIGNED, at=ruled.at(day("03-09")).now)
    assert change(ruled.at(day("03-10")).fresh())[0] == "outage:2027-03-04"


# --- leavers ----------------------------------------------------------------------------------------------------------------


def test_a_personal_job_of_a_leaver_ends_as_left(ruled):
    key = ruled.job().removesuffix("")
    ruled.people(p03={"until": WED})
    assert ruled.at(WED).of(Conclude) == []
    assert ruled.at(THU).of(Conclude) == [Conclude(key, Outcome.LEFT, "left")]
    ruled.trusted = False
    assert ruled.of(Conclude) == [], "not by a clock that may be wrong"


def test_a_role_job_of_a_leaver_goes_to_those_who_hold_the_role_now_with_the_minimum_time(ruled):
    role_job(ruled)
    ruled.people(p03={"until": day("03-11")})
    ruled.roster["p05"] = someone("p05", roles=frozenset({"operations"}))
    assert change(ruled.at(day("03-12"))) == ("left:p03", day("03-19"), day("03-26"), ("p04", "p05"))


def test_of_several_the_others_go_on_without_more_time(ruled):
    role_job(ruled, "p03", "p04")
    ruled.people(p03={"until": day("03-11")})
    assert change(ruled.at(day("03-12"))) == ("left:p03", DUE, END, ("p04",))


@pytest.mark.parametrize(
    ("away", "who"),
    [((), "p04"), ((Span(day("03-10"), day("03-14")),), "p05")],
    ids=["the next", "the next who is there"],
)
def test_a_job_that_goes_round_goes_to_one(ruled, away, who):
    ruled.plan(replace(RESTORE, rotate=True), anchor=None)
    role_job(ruled)
    ruled.roster["p05"] = someone("p05", roles=frozenset({"operations"}))
    ruled.people(p03={"until": day("03-11")}, p04={"away": away})
    assert change(ruled.at(day("03-12")))[3] == (who,)


def test_if_all_of_them_are_away_it_goes_to_the_first(ruled):
    ruled.plan(replace(RESTORE, rotate=True), anchor=None)
    role_job(ruled)
    ruled.people(p03={"until": day("03-11")}, p04={"away": (Span(day("03-10"), day("03-14")),)})
    assert change(ruled.at(day("03-12")))[3] == ("p04",)


def test_with_no_holder_left_it_falls_to_the_product_manager_and_with_nobody_at_all_it_stays(ruled):
    role_job(ruled, "p03", "p04")
    ruled.people(p03={"until": TUE}, p04={"until": TUE})
    assert change(ruled.at(WED))[3] == ("p01",)
    ruled.people(p01={"until": TUE}, p02={"until": TUE})
    assert change(ruled) is None


# --- away -------------------------------------------------------------------------------------------------------------------


def test_a_personal_job_moves_to_five_working_days_after_the_return(ruled):
    ruled.job(due=DUE, grace_end=END)
    ruled.people(p03={"away": (Span(day("03-10"), day("03-19")),)})
    assert change(ruled) == ("away:2027-03-10:2027-03-19", day("03-29"), day("04-05"), ("p03",))
    ruled.step()
    assert change(ruled) is None


def test_an_absence_entered_afterwards_counts_if_it_covers_the_due_day(ruled):
    ruled.job(due=DUE, grace_end=END)
    ruled.people(p03={"away": (Span(day("03-15"), day("03-16")),)})
    assert change(ruled.at(day("03-18")))[1] == day("03-24")


def test_an_absence_that_grows_moves_it_again(ruled):
    ruled.job(due=DUE, grace_end=END)
    for until, due in ((day("03-19"), day("03-29")), (day("04-02"), day("04-12"))):
        ruled.people(p03={"away": (Span(day("03-10"), until),)})
        assert change(ruled)[1] == due
        ruled.step()


@pytest.mark.parametrize(
    "away", [(Span(day("03-08"), day("03-14")),), (Span(day("03-16"), day("03-20")),), (Span(day("03-10")),)],
    ids=["before the due day", "after the due day", "without an end: it waits"],
)  # fmt: skip
def test_an_absence_moves_nothing(ruled, away):
    ruled.job(due=DUE, grace_end=END)
    ruled.people(p03={"away": away})
    assert change(ruled) is None


AWAY = {"away": (Span(day("03-10"), day("03-19")),)}
STAND_INS = [
    ("the named one, whatever the role", {"p03": {**AWAY, "stand_in": "p02"}}, ("p02",)),
    ("another holder where none is named", {"p03": AWAY}, ("p04",)),
    ("another holder where the named one is away too", {"p03": {**AWAY, "stand_in": "p02"}, "p02": AWAY}, ("p04",)),
    ("another holder where the named one has left", {"p03": {**AWAY, "stand_in": "p02"}, "p02": {"until": day("02-01")}}, ("p04",)),
    ("another holder where the named one is nobody", {"p03": {**AWAY, "stand_in": "p09"}}, ("p04",)),
    ("another holder where somebody is away today", {"p03": {**AWAY, "stand_in": "p02"}, "p02": {"away": (Span(MON, TUE),)}}, ("p04",)),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "people"), [row[1:] for row in STAND_INS], ids=[row[0] for row in STAND_INS])
def test_a_role_job_goes_to_the_stand_in(ruled, changes, people):
    role_job(ruled)
    ruled.people(**changes)
    assert change(ruled) == ("away:2027-03-10:2027-03-19", DUE, END, people)


def test_a_role_job_goes_to_the_stand_in_of_somebody_away_without_an_end(ruled):
    role_job(ruled)
    ruled.people(p03={"away": (Span(day("03-10")),)})
    assert change(ruled)[::3] == ("away:2027-03-10:", ("p04",))


def test_a_stand_in_who_gets_it_late_has_the_minimum_time(ruled):
    role_job(ruled)
    ruled.people(p03=AWAY)
    assert change(ruled.at(day("03-12"))) == ("away:2027-03-10:2027-03-19", day("03-19"), day("03-26"), ("p04",))


def test_handed_back_to_somebody_who_is_away_it_stays_there(ruled):
    key = role_job(ruled)
    ruled.people(p03=AWAY)
    ruled.step()
    ruled.gesture(key, by="u-p04", assignee=("u-p03",))
    ruled.row("amended", key, cause="handover:p03", due="2027-03-15", grace_end="2027-03-22", people=["p03"])
    assert change(ruled) is None


def test_with_no_stand_in_it_moves_like_a_personal_job(ruled):
    role_job(ruled)
    ruled.people(p03=AWAY, p04=AWAY)
    assert change(ruled)[1:] == (day("03-29"), day("04-05"), ("p03",))


SEVERAL = [
    ("any: somebody is there", Completion.ANY, 1, {"p03": AWAY}, None),
    ("quorum 1: somebody is there", Completion.QUORUM, 1, {"p03": AWAY}, None),
    ("any: all away, back with the first of them", Completion.ANY, 1, {"p03": AWAY, "p04": {"away": (Span(day("03-15"), day("03-16")),)}}, day("03-24")),
    ("all: everybody is needed", Completion.ALL, 1, {"p03": AWAY}, day("03-29")),
    ("quorum 2: both are needed", Completion.QUORUM, 2, {"p03": AWAY}, day("03-29")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("completion", "quorum", "changes", "due"), [row[1:] for row in SEVERAL], ids=[row[0] for row in SEVERAL]
)
def test_a_job_of_several_goes_on_while_enough_of_them_are_there(ruled, completion, quorum, changes, due):
    role_job(ruled, "p03", "p04", completion=completion, quorum=quorum)
    ruled.people(**changes)
    moved = change(ruled)
    assert (moved and moved[1]) == due
    assert (moved and moved[3]) == (due and ("p03", "p04"))


def test_a_stand_in_joins_those_who_must_all_sign(ruled):
    role_job(ruled, "p03", "p04", completion=Completion.ALL)
    ruled.people(p03={**AWAY, "stand_in": "p02"})
    assert change(ruled)[::3] == ("away:2027-03-10:2027-03-19:p03", ("p02", "p04"))


def test_whoever_has_signed_may_go_away(ruled):
    key = role_job(ruled, "p03", "p04", completion=Completion.ALL)
    ruled.people(p03=AWAY)
    ruled.verdict(key, Signing.PARTIAL, signatures=(Signature("p03", Level.BY_OWN_ACCOUNT, ruled.now, "comment"),))
    assert change(ruled) is None


def test_the_second_absence_of_two_counts_when_the_first_has_had_its_effect(ruled):
    role_job(ruled, "p03", "p04", completion=Completion.ALL)
    ruled.people(p03={"away": (Span(DUE, DUE),)}, p04={"away": (Span(day("03-12"), day("03-26")),)})
    ruled.step()
    ruled.step()
    assert [one.cause for one in ruled.history.amendments["restore/2027-03-01"]] == [
        "away:2027-03-15:2027-03-15:p03", "away:2027-03-12:2027-03-26:p04",
    ]  # fmt: skip
    assert change(ruled) is None


def test_a_stranger_to_the_roster_is_not_away(ruled):
    role_job(ruled, "p09")
    assert change(ruled) is None


# --- decisions --------------------------------------------------------------------------------------------------------------

DECIDED = [
    ("postponed: due and grace move", D.POSTPONE, "review/2027-03-01/p03", day("03-31"), (day("03-31"), day("04-07"))),
    ("postponed for everybody", D.POSTPONE, "review/2027-03-01", day("03-31"), (day("03-31"), day("04-07"))),
    ("postponed without a date: five working days", D.POSTPONE, "review/2027-03-01", None, (DUE, END)),
    ("postponed to an earlier day: nothing gets shorter", D.POSTPONE, "review/2027-03-01", FRI, (DUE, END)),
    ("accepted late: grace lasts until then", D.ACCEPT_LATE, "review/2027-03-01/p03", day("04-30"), (DUE, day("04-30"))),
    ("accepted late, earlier than grace ends", D.ACCEPT_LATE, "review/2027-03-01/p03", FRI, (DUE, END)),
    ("of another job: nothing", D.POSTPONE, "review/2027-03-01/p04", day("03-31"), None),
    ("of the schedule: nothing", D.POSTPONE, "review", day("03-31"), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "about", "until", "expected"), [row[1:] for row in DECIDED], ids=[row[0] for row in DECIDED]
)
def test_a_decision_moves_a_job_once(ruled, kind, about, until, expected):
    ruled.job(due=DUE, grace_end=END)
    ruled.decided(kind, about, until=until)
    moved = change(ruled)
    assert moved == (expected and ("d1", *expected, ("p03",)))
    ruled.step()
    assert change(ruled) is None


def test_accepted_late_without_a_date_is_five_working_days_from_the_day_it_was_said(ruled):
    key = ruled.job()
    ruled.at(day("03-12")).decided(D.ACCEPT_LATE, key)
    assert change(ruled.at(day("03-15")))[2] == day("03-19")


def test_or_from_today_where_that_day_is_not_known(ruled):
    key = ruled.job()
    ruled.decided(D.ACCEPT_LATE, key, made_at=None)
    assert change(ruled.at(day("03-15")))[2] == day("03-22")


ENDS = [
    ("waived", D.WAIVE, "review/2027-03-01/p03", {}, Outcome.WAIVED),
    ("waived for everybody", D.WAIVE, "review/2027-03-01", {}, Outcome.WAIVED),
    ("the schedule waived until the due day", D.WAIVE, "review", {"until": DUE}, Outcome.WAIVED),
    ("the schedule waived while it is overdue", D.WAIVE, "review", {"start": END}, Outcome.WAIVED),
    ("paused", D.PAUSE, "rules", {"until": day("04-01")}, Outcome.PAUSED),
    ("skipped", D.SKIP, "review/2027-03-01/p03", {}, Outcome.CANCELLED),
    ("the schedule skipped once", D.SKIP, "review", {}, Outcome.CANCELLED),
    ("does not apply", D.DOES_NOT_APPLY, "rules", {}, Outcome.CANCELLED),
    ("waived until before it was due", D.WAIVE, "review", {"until": day("03-14")}, None),
    ("waived from after its grace", D.WAIVE, "review", {"start": day("03-23")}, None),
    ("skipped from after its due day", D.SKIP, "review", {"start": day("03-16")}, None),
    ("another schedule", D.WAIVE, "restore", {}, None),
    ("kept away though it is there", D.KEEP_AWAY, "review/2027-03-01/p03", {}, None),
]


@pytest.mark.parametrize(("kind", "about", "given", "outcome"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_a_decision_ends_an_open_job(ruled, kind, about, given, outcome):
    key = ruled.job(due=DUE, grace_end=END)
    ruled.decided(kind, about, **given)
    assert ruled.of(Conclude) == ([Conclude(key, outcome, "d1")] if outcome else [])


def test_skip_once_ends_the_first_that_is_due_and_not_the_second(ruled):
    first = ruled.job(due=DUE, grace_end=END)
    ruled.job(nominal=day("03-29"), due=day("03-29"), told=False)
    ruled.decided(D.SKIP, "review")
    assert [one.key for one in ruled.of(Conclude)] == [first]


def test_skip_once_of_a_schedule_that_is_no_longer_there(ruled):
    key = ruled.job(due=DUE, grace_end=END)
    ruled.schedules.clear()
    ruled.decided(D.SKIP, "review")
    assert [one.key for one in ruled.of(Conclude)] == [key]


def test_a_schedule_that_does_not_apply_ends_its_open_jobs(ruled):
    key = ruled.job()
    ruled.stopped = frozenset({"review"})
    assert ruled.of(Conclude) == [Conclude(key, Outcome.CANCELLED, "does not apply")]
    ruled.missed(key)
    assert ruled.of(Conclude) == []


def test_what_was_missed_before_is_not_waived_away(ruled):
    key = ruled.job()
    ruled.missed(key)
    ruled.decided(D.WAIVE, key)
    ruled.people(p03={"until": TUE})
    assert ruled.at(WED).of(Conclude, Amend) == []


def test_a_retraction_is_said_once(ruled):
    key = ruled.job()
    ruled.missed(key)
    ruled.decided(D.RETRACT, "NC-001")
    ruled.decided(D.RETRACT, "NC-404", row="d2")
    assert ruled.of(Retract) == [Retract("NC-001", key)]
    ruled.step()
    assert ruled.of(Retract) == []


def test_one_change_at_a_time(ruled):
    key = ruled.job(due=DUE, grace_end=END)
    ruled.outage(MON, TUE)
    ruled.decided(D.POSTPONE, key, until=day("04-15"))
    causes = []
    for _ in range(3):
        causes.extend(one.cause for one in ruled.at(TUE).step() if isinstance(one, Amend))
    assert causes == ["outage:2027-03-01", "d1"]


def test_the_lead_of_a_schedule_that_is_gone_is_five_working_days(ruled):
    contract = ruled.history.promise(ruled.job())
    assert lead_of(contract, ruled.view()) == wd(10)
    ruled.schedules.clear()
    assert lead_of(contract, ruled.view()) == wd(5)
