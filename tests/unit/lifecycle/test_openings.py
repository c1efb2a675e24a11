"""Which occurrences are opened, when, and for whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from isms_bot.lifecycle import ProcedureState
from isms_bot.lifecycle.actions import Amend, Conclude, Find, Open
from isms_bot.model import Completion, DecisionKind, Duration, Ladder, Outcome, Regime, Rule, Shift, Span, Unit, Window
from tests.unit.lifecycle.world import FRI, MON, RESTORE, REVIEW, TUE, day, someone, wd

MONTH = Rule(every=Duration(1, Unit.MONTH))


def opened(world):
    return {action.key: action.contract for action in world.of(Open)}


def test_a_job_opens_on_the_first_day_of_its_lead(world):
    world.plan(REVIEW, anchor=day("03-15"))
    assert opened(world.at(day("02-28"))) == {}
    assert set(opened(world.at(MON))) == {f"review/2027-03-15/p0{n}" for n in (1, 2, 3, 4)}


@pytest.mark.parametrize(
    ("schedule", "keys"),
    [
        pytest.param(
            REVIEW, {f"review/2027-03-02/p0{n}": (f"p0{n}",) for n in (1, 2, 3, 4)}, id="each: one per person"
        ),
        pytest.param(RESTORE, {"restore/2027-03-02": ("p03", "p04")}, id="any: one for all who hold the role"),
        pytest.param(
            replace(RESTORE, completion=Completion.QUORUM, quorum=2, rotate=False),
            {"restore/2027-03-02": ("p03", "p04")},
            id="quorum: one for all who hold the role",
        ),
        pytest.param(replace(RESTORE, rotate=True), {"restore/2027-03-02": ("p03",)}, id="rotate: one, to one of them"),
    ],
)
def test_whom_a_job_is_opened_for(world, schedule, keys):
    world.plan(schedule, anchor=TUE)
    assert {key: contract.people for key, contract in opened(world).items()} == keys


def test_a_personal_job_is_handed_to_its_person_and_a_role_job_to_nobody_alone(world):
    world.plan(REVIEW, anchor=TUE)
    world.plan(RESTORE, anchor=TUE)
    assert {action.key: action.person for action in world.of(Open)} == {
        "restore/2027-03-02": None, **{f"review/2027-03-02/p0{n}": f"p0{n}" for n in (1, 2, 3, 4)},
    }  # fmt: skip


def test_rotation_goes_round_and_passes_over_whoever_is_away_on_the_due_day(world):
    world.plan(replace(RESTORE, rotate=True), anchor=TUE)
    assert opened(world)["restore/2027-03-02"].people == ("p03",)
    world.at(day("04-01"))
    assert opened(world)["restore/2027-04-02"].people == ("p04",)
    world.people(p04={"away": (Span(day("04-02"), day("04-09")),)})
    assert opened(world)["restore/2027-04-02"].people == ("p03",)
    world.people(p03={"away": (Span(day("04-01"), day("04-09")),)})
    assert opened(world)["restore/2027-04-02"].people == ("p04",)


def test_a_job_that_waits_for_a_window_opens_before_it_and_keeps_the_key_of_its_nominal_day(world):
    sprint = Window(day("03-22"), day("03-26"), Duration(6, Unit.WEEK))
    rule = Rule(every=Duration(3, Unit.MONTH), shift=Shift.WINDOW, windows=(sprint,))
    world.plan(replace(RESTORE, rule=rule, lead=wd(5)), anchor=TUE)
    assert opened(world.at(day("03-18"))) == {}
    [(key, contract)] = opened(world.at(day("03-19"))).items()
    assert (key, contract.nominal, contract.due) == ("restore/2027-03-02", TUE, day("03-26"))


def test_the_contract_says_all_that_was_promised(world):
    world.plan(replace(RESTORE, ladder=Ladder.CHORE, owner="deputy"), anchor=day("03-08"))
    (contract,) = opened(world).values()
    assert (contract.nominal, contract.opened, contract.nominal_due) == (day("03-08"), MON, day("03-08"))
    assert (contract.due, contract.grace_end) == (day("03-08"), day("03-15"))
    assert (contract.procedure, contract.title, contract.role) == ("restore", "Restore", "operations")
    assert (contract.ladder, contract.owner, contract.policy) == (Ladder.CHORE, "deputy", "backups")
    assert (contract.completion, contract.quorum, contract.level) == (Completion.ANY, 1, RESTORE.level)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        pytest.param(day("03-01"), day("03-15"), id="in time: the nominal due day"),
        pytest.param(day("03-12"), day("03-19"), id="late pass: five working days"),
        pytest.param(day("04-30"), day("05-07"), id="past start: never opened overdue"),
    ],
)
def test_nobody_opens_a_job_that_is_already_overdue(world, today, due):
    world.plan(REVIEW, anchor=day("03-15"))
    contracts = opened(world.at(today)).values()
    assert {contract.due for contract in contracts} == {due}
    assert {contract.nominal_due for contract in contracts} == {day("03-15")}


def test_the_key_keeps_the_nominal_date_when_the_due_day_is_shifted(world):
    world.plan(replace(REVIEW, rule=replace(REVIEW.rule, shift=Shift.CALM)), anchor=day("07-20"))
    contracts = opened(world.at(day("08-20")))
    assert contracts["review/2027-07-20/p03"].due == day("09-01")


def test_a_lead_in_hours_opens_on_the_due_day(world):
    hours = replace(RESTORE, lead=Duration(72, Unit.HOUR), grace=Duration(0, Unit.HOUR), ladder=Ladder.URGENT)
    world.plan(hours, anchor=TUE)
    assert opened(world) == {}
    (contract,) = opened(world.at(TUE)).values()
    assert (contract.due, contract.grace_end) == (TUE, TUE)


def test_a_lead_of_a_year_is_a_year(world):
    world.plan(
        replace(REVIEW, lead=Duration(1, Unit.YEAR), rule=Rule(every=Duration(2, Unit.YEAR))), anchor=day("12-01")
    )
    assert len(opened(world)) == 4


# --- joiners and leavers ---------------------------------------------------------------------------------------------------


def running(world):
    """Everybody has the review of 15 March."""
    world.plan(REVIEW, anchor=day("03-15"))
    world.step()
    return world


def test_a_joiner_gets_the_current_occurrence_with_the_minimum_time(world):
    running(world).roster["p05"] = someone("p05", since=day("03-12"))
    (contract,) = opened(world.at(day("03-12"))).values()
    assert (contract.key, contract.due) == ("review/2027-03-15/p05", day("03-19"))


@pytest.mark.parametrize(
    "who",
    [
        pytest.param({"since": day("03-16")}, id="joined after its due day"),
        pytest.param({"until": day("03-12")}, id="leaves before its due day"),
    ],
)
def test_an_occurrence_is_not_expected_of(world, who):
    running(world).roster["p05"] = someone("p05", **who)
    assert opened(world.at(who.get("since", day("03-12")))) == {}


def test_what_is_open_is_not_opened_again(world):
    assert opened(running(world)) == {}
    world.history.outcomes["review/2027-03-15/p03"] = Outcome.RECORDED
    assert opened(world.at(day("03-16"))) == {}


# --- roles ------------------------------------------------------------------------------------------------------------------


def test_a_role_without_a_holder_is_a_finding_that_stays_and_its_jobs_fall_to_the_product_manager(world):
    world.plan(replace(RESTORE, role="facilities"), anchor=TUE)
    actions = world.step()
    assert [action.contract.people for action in actions if isinstance(action, Open)] == [("p01",)]
    found = [("role-without-holder/facilities", ("p01",))]
    assert world.findings() == found
    world.schedules["other"] = replace(world.schedules["restore"], id="other")
    world.anchors["other"] = day("12-01")
    assert world.findings() == found


def test_without_product_manager_it_falls_to_the_deputy_and_with_nobody_at_all_it_waits(world):
    world.plan(replace(RESTORE, role="facilities"), anchor=TUE)
    world.product_manager = None
    world.people(p01={"roles": frozenset()})
    assert [contract.people for contract in opened(world).values()] == [("p02",)]
    world.deputy = None
    assert opened(world) == {}


def test_an_account_that_is_not_known_leaves_the_job_to_its_role(world):
    world.plan(RESTORE, anchor=TUE)
    world.people(p03={"account": None}, p04={"account": None})
    assert opened(world)["restore/2027-03-02"].people == ("p03", "p04")


# --- what is not opened ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in ProcedureState if state is not ProcedureState.READY])
def test_a_procedure_that_cannot_be_used_pauses_its_schedule_and_is_a_finding_but_while_it_waits(world, state):
    world.plan(REVIEW, anchor=TUE)
    world.procedure("review", state)
    assert opened(world) == {}
    found = [] if state is ProcedureState.WAITING else [(f"procedure-{state.value}/review", ("p01",))]
    assert world.findings() == found


def test_a_schedule_whose_procedure_is_not_known_opens_nothing(world):
    world.plan(REVIEW, anchor=TUE)
    world.procedures.clear()
    assert world.decide() == ()


@pytest.mark.parametrize("how", ["stopped", "not active", "clock apart"])
def test_nothing_is_opened_while(world, how):
    world.plan(REVIEW, anchor=None if how == "not active" else TUE)
    world.stopped = frozenset({"review"} if how == "stopped" else ())
    world.trusted = how != "clock apart"
    world.procedure("review", ProcedureState.EMPTY if how != "clock apart" else ProcedureState.READY)
    assert world.of(Open, Conclude) == []
    assert [one.kind for one in world.of(Find)] == (["clock-apart"] if how == "clock apart" else [])


D = DecisionKind
RELIEFS = [
    ("paused until", D.PAUSE, "review", {"until": day("04-01")}, Outcome.PAUSED),
    ("waived until", D.WAIVE, "review", {"until": day("03-15")}, Outcome.WAIVED),
    ("waived without an end", D.WAIVE, "review", {}, Outcome.WAIVED),
    ("waived for a policy item", D.WAIVE, "rules", {}, Outcome.WAIVED),
    ("waived from the due day on", D.WAIVE, "review", {"start": day("03-15")}, Outcome.WAIVED),
    ("one occurrence waived by its key", D.WAIVE, "review/2027-03-15", {}, Outcome.WAIVED),
    ("one occurrence skipped by its key", D.SKIP, "review/2027-03-15", {}, Outcome.CANCELLED),
    ("skip once, said of the schedule", D.SKIP, "review", {}, Outcome.CANCELLED),
]


@pytest.mark.parametrize(
    ("kind", "about", "given", "outcome"), [row[1:] for row in RELIEFS], ids=[row[0] for row in RELIEFS]
)
def test_a_decision_ends_an_occurrence_before_it_opens(world, kind, about, given, outcome):
    world.plan(REVIEW, anchor=day("03-15"))
    world.decided(kind, about, **given)
    assert world.step() == (Conclude("review/2027-03-15", outcome, "d1", "review", day("03-15")),)
    assert world.step() == ()


HOLLOW = [
    ("waived until the day before", D.WAIVE, "review", {"until": day("03-14")}),
    ("waived from the day after", D.WAIVE, "review", {"start": day("03-16")}),
    ("waived for another", D.WAIVE, "restore", {}),
    ("skipped later", D.SKIP, "review", {"start": day("03-16")}),
    ("kept away", D.KEEP_AWAY, "review", {}),
    ("postponed", D.POSTPONE, "review", {"until": day("04-01")}),
]


@pytest.mark.parametrize(("kind", "about", "given"), [row[1:] for row in HOLLOW], ids=[row[0] for row in HOLLOW])
def test_a_decision_that_does_not_reach_an_occurrence(world, kind, about, given):
    world.plan(REVIEW, anchor=day("03-15"))
    world.decided(kind, about, **given)
    assert len(opened(world)) == 4


def test_a_decision_without_a_date_of_its_own_holds_for_what_it_was_asked_about(world):
    world.plan(REVIEW, anchor=day("03-15"))
    world.decided(D.WAIVE, "review", made_at=None)
    assert world.only(Conclude).outcome is Outcome.WAIVED


def test_skip_once_means_one_occurrence(world):
    world.plan(RESTORE, anchor=TUE)
    world.decided(D.SKIP, "restore")
    assert [action.key for action in world.step() if isinstance(action, Conclude)] == ["restore/2027-03-02"]
    assert list(opened(world.at(day("03-29")))) == ["restore/2027-04-02"]


def test_a_pause_in_the_rule_pauses_and_taking_it_out_later_opens_nothing(world):
    paused = replace(REVIEW.rule, pauses=(Span(day("03-10"), day("03-20")),))
    world.plan(replace(REVIEW, rule=paused), anchor=day("03-15"))
    assert world.step() == (Conclude("review/2027-03-15", Outcome.PAUSED, "rule", "review", day("03-15")),)
    world.plan(REVIEW, anchor=day("03-15"))
    assert world.decide() == ()


# --- catching up -----------------------------------------------------------------------------------------------------------


def test_after_a_long_silence_the_current_occurrence_opens_and_older_ones_count_for_nobody(world):
    world.plan(RESTORE, anchor=TUE)
    world.outage(day("03-20"), day("06-01"))
    actions = world.at(day("06-01")).step()
    assert [(one.key, one.outcome, one.why) for one in actions if isinstance(one, Conclude)] == [
        ("restore/2027-03-02", Outcome.PAUSED, "overtaken"),
        ("restore/2027-04-02", Outcome.PAUSED, "outage"),
        ("restore/2027-05-02", Outcome.PAUSED, "outage"),
    ]
    (opening,) = [action for action in actions if isinstance(action, Open)]
    assert (opening.key, opening.contract.due) == ("restore/2027-06-02", day("06-08"))
    assert world.of(Conclude, Open) == []


def test_an_outage_without_an_end_is_the_reason_as_well(world):
    world.plan(RESTORE, anchor=TUE)
    world.history.outages.append(Span(MON))
    assert {one.why for one in world.at(day("04-01")).of(Conclude)} == {"outage"}


def test_an_older_occurrence_can_still_be_done_while_the_next_is_waived(world):
    world.plan(RESTORE, anchor=TUE)
    world.decided(D.WAIVE, "restore/2027-04-02")
    actions = world.at(day("04-01")).step()
    assert [action.key for action in actions if isinstance(action, Open)] == ["restore/2027-03-02"]
    assert [action.key for action in actions if isinstance(action, Conclude)] == ["restore/2027-04-02"]


def test_a_joiner_is_not_asked_for_the_occurrence_before_a_waived_one(world):
    running(world)
    world.decided(D.WAIVE, "review/2027-06-15")
    world.at(day("06-10")).roster["p05"] = someone("p05")
    assert opened(world) == {}


def test_a_new_rule_starts_after_the_last_day_of_the_old_one(world):
    world.plan(RESTORE, anchor=TUE, since=day("04-02"))
    assert opened(world.at(day("04-02"))) == {}
    assert list(opened(world.at(day("04-28")))) == ["restore/2027-05-02"]


def test_a_joiner_is_not_asked_for_an_occurrence_of_the_old_rule(world):
    world.plan(REVIEW, anchor=day("03-15"))
    world.step()
    world.at(day("06-01")).step()
    world.history.rule_since["review"] = day("06-15")
    world.roster["p05"] = someone("p05")
    assert opened(world) == {}


# --- away ------------------------------------------------------------------------------------------------------------------


def test_a_personal_job_of_somebody_away_over_the_due_day_is_due_after_the_return(world):
    world.people(p03={"away": (Span(day("03-10"), day("03-21")),)})
    world.plan(REVIEW, anchor=day("03-15"))
    assert opened(world)["review/2027-03-15/p03"].due == day("03-29")
    assert opened(world)["review/2027-03-15/p04"].due == day("03-15")


def test_a_job_reaches_somebody_who_is_away_on_the_day_of_the_return(world):
    world.people(p03={"away": (Span(day("02-20"), day("03-12")),)})
    world.plan(REVIEW, anchor=day("03-15"))
    assert opened(world)["review/2027-03-15/p03"].due == day("03-22")


@pytest.mark.parametrize(
    ("completion", "quorum", "due"),
    [
        pytest.param(Completion.ANY, 1, day("03-08"), id="any: somebody is there"),
        pytest.param(Completion.QUORUM, 1, day("03-08"), id="quorum 1: enough are there"),
        pytest.param(Completion.QUORUM, 5, day("03-12"), id="quorum of more than there are: everybody is needed"),
        pytest.param(Completion.ALL, 1, day("03-12"), id="all: everybody is needed"),
    ],
)
def test_a_job_of_several_has_reached_them_when_enough_can_sign(world, completion, quorum, due):
    world.people(p04={"away": (Span(day("02-20"), day("03-04")),)})
    world.plan(replace(RESTORE, completion=completion, quorum=quorum), anchor=day("03-08"))
    assert opened(world)["restore/2027-03-08"].due == due


def test_an_absence_without_an_end_moves_nothing_at_the_opening(world):
    world.people(p03={"away": (Span(day("02-20")),)})
    world.plan(REVIEW, anchor=day("03-15"))
    assert opened(world)["review/2027-03-15/p03"].due == day("03-15")


# --- regime ----------------------------------------------------------------------------------------------------------------

INTRO, REC = Regime.INTRODUCTION, Regime.RECORDING
REGIMES = [
    ("the end is not decided: introduction", None, None, False, False, INTRO),
    ("due on the last day: introduction", day("03-15"), None, False, False, INTRO),
    ("due on the day after: recording", day("03-14"), None, False, False, REC),
    ("the policy item's own introduction is later", day("03-14"), day("03-20"), False, False, INTRO),
    ("the policy item's own introduction is earlier", day("03-20"), day("03-01"), False, False, INTRO),
    ("the item's own end alone ends nothing", None, day("03-01"), False, False, INTRO),
    ("a first run is practice where the pack says so", day("03-01"), None, True, False, INTRO),
    ("a second run is not", day("03-01"), None, True, True, REC),
    ("a first run counts where the pack does not", day("03-01"), None, False, False, REC),
]


@pytest.mark.parametrize(
    ("end", "own", "practice", "ran", "regime"), [row[1:] for row in REGIMES], ids=[row[0] for row in REGIMES]
)
def test_regime_is_decided_by_the_frozen_due_date(world, end, own, practice, ran, regime):
    world.plan(replace(REVIEW, practice=practice), anchor=day("03-15"))
    world.history.introduction_end = end
    world.introductions = {"rules": own} if own else {}
    world.history.ran["review", "p03"] = int(ran)
    assert opened(world)["review/2027-03-15/p03"].regime is regime


def test_a_first_run_of_several_people_is_no_practice(world):
    world.plan(replace(RESTORE, practice=True), anchor=TUE)
    world.history.introduction_end = day("02-01")
    assert opened(world)["restore/2027-03-02"].regime is REC


def test_a_job_opened_late_is_judged_by_the_due_day_that_it_got(world):
    world.plan(REVIEW, anchor=day("03-15"))
    world.history.introduction_end = day("03-15")
    assert opened(world.at(day("03-12")))["review/2027-03-15/p03"].regime is REC


# --- broken off ------------------------------------------------------------------------------------------------------------


def test_an_opening_that_broke_off_is_gone_on_with(ruled):
    key = ruled.job(delivered=False, told=False)
    role = ruled.job(None, schedule="restore", delivered=False, told=False)
    ruled.at(MON)
    assert {(action.key, action.person) for action in ruled.of(Open)} == {(key, "p03"), (role, None)}
    assert ruled.at(FRI - timedelta(days=7)).of(Amend) == [], "in time as it is"


def test_a_job_that_gets_there_late_gives_the_minimum_time_from_then(ruled):
    key = ruled.job(due=FRI, grace_end=day("03-12"), delivered=False, told=False)
    actions = ruled.at(day("03-10")).decide()
    assert actions == (
        Amend(key, "reached:2027-03-10", day("03-17"), day("03-24"), ("p03",)),
        Open(ruled.history.contracts[key], "p03"),
    )


@pytest.mark.parametrize("why", ["clock apart", "schedule removed", "procedure in the works"])
def test_an_opening_that_broke_off_waits(ruled, why):
    ruled.job(delivered=False, told=False)
    ruled.trusted = why != "clock apart"
    if why == "schedule removed":
        ruled.procedures.clear()
    else:
        ruled.procedure("review", ProcedureState.READY if why == "clock apart" else ProcedureState.REWRITING)
    assert ruled.of(Open, Amend) == []


def test_shift_of_the_previous_working_day_opens_in_time(world):
    world.plan(replace(RESTORE, rule=replace(MONTH, shift=Shift.PREVIOUS), lead=wd(0)), anchor=day("03-06"))
    assert opened(world.at(FRI - timedelta(days=1))) == {}
    assert opened(world.at(FRI))["restore/2027-03-06"].nominal_due == FRI
