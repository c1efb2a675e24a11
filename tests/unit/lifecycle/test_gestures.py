"""What people do to a job in the wiki, and the answer to it."""

from datetime import timedelta

import pytest

from isms_bot.lifecycle.actions import Amend, Find, Notify, Raise, Read, Reply, Show
from isms_bot.model import Completion, PageState, Signing, Span
from tests.unit.lifecycle.world import BOT, FRI, MON, THU, TUE, WED, day

PM, CLEO, DAN = "u-p01", "u-p03", "u-p04"


def did(world, key):
    """Actions on a job but for messages."""
    return [action for action in world.fresh().decide() if action.key == key and not isinstance(action, Notify | Find)]


def role_job(world, **given):
    return world.job(None, schedule="restore", people=("p03",), due=day("03-15"), grace_end=day("03-22"), **given)


# --- assignee -----------------------------------------------------------------------------------------------------------


def test_a_role_job_goes_to_another_holder_who_gets_the_minimum_time(ruled):
    key = role_job(ruled)
    ruled.at(day("03-12")).gesture(key, assignee=(DAN,))
    assert did(ruled, key) == [
        Amend(key, "handover:p04:2027-03-12", day("03-19"), day("03-26"), ("p04",)),
    ]


def test_the_clock_goes_on_for_a_newcomer_with_time_enough(ruled):
    key = role_job(ruled)
    ruled.gesture(key, assignee=(DAN,))
    assert did(ruled, key) == [Amend(key, "handover:p04:2027-03-01", day("03-15"), day("03-22"), ("p04",))]


def test_dropping_somebody_from_a_job_that_needs_one_moves_no_date(ruled):
    key = ruled.job(None, schedule="restore")
    ruled.at(THU).gesture(key, assignee=(DAN,))
    assert did(ruled, key) == [Amend(key, "handover:p04:2027-03-04", FRI, day("03-12"), ("p04",))]


@pytest.mark.parametrize("by", [PM, "u-p02"], ids=["the product manager", "the deputy"])
def test_a_manager_may_name_anybody_of_the_team(ruled, by):
    key = role_job(ruled)
    ruled.gesture(key, by=by, assignee=("u-p02",))
    assert [type(action) for action in did(ruled, key)] == [Amend]


PUT_BACK = [
    ("somebody who does not hold the role", CLEO, ("u-p02",), "assignee:p02"),
    ("somebody who is not in the roster", PM, ("u-guest",), "assignee:"),
    ("nobody", CLEO, (), "assignee:"),
    ("a field that was cleared", CLEO, None, "assignee:"),
]


@pytest.mark.parametrize(("by", "people", "cause"), [row[1:] for row in PUT_BACK], ids=[row[0] for row in PUT_BACK])
def test_a_role_job_is_put_back_from(ruled, by, people, cause):
    key = role_job(ruled)
    ruled.gesture(key, by=by, assignee=people)
    show, reply = did(ruled, key)
    assert (show, show.values) == (Show(key, {"assignee": ("p03",)}), {"assignee": ("p03",)})
    assert (reply.cause, reply.sentence, reply.to) == (cause, "job.assignee_put_back", ("p03",))


@pytest.mark.parametrize("by", [CLEO, PM])
def test_a_personal_job_is_put_back_with_one_friendly_comment_even_from_the_product_manager(ruled, by):
    key = ruled.job()
    ruled.gesture(key, by=by, assignee=(DAN,))
    assert [type(action) for action in did(ruled, key)] == [Show, Reply]
    ruled.step()
    ruled.gesture(key, by=by, assignee=(DAN,))
    assert [type(action) for action in did(ruled, key)] == [Show]


@pytest.mark.parametrize(
    ("completion", "quorum", "people", "moved"),
    [
        pytest.param(Completion.ALL, 1, (CLEO,), False, id="all: nobody drops out"),
        pytest.param(Completion.QUORUM, 2, (CLEO,), False, id="quorum 2: two must stay"),
        pytest.param(Completion.QUORUM, 1, (CLEO,), True, id="quorum 1: one is enough"),
    ],
)
def test_nobody_drops_out_where_several_must_sign(ruled, completion, quorum, people, moved):
    key = ruled.job(None, schedule="restore", completion=completion, quorum=quorum)
    ruled.gesture(key, assignee=people)
    assert any(isinstance(action, Amend) for action in did(ruled, key)) is moved
    ruled.gesture(key, by=PM, assignee=people)
    assert any(isinstance(action, Amend) for action in did(ruled, key))


def test_the_order_of_assignees_is_no_gesture(ruled):
    key = ruled.job(None, schedule="restore")
    ruled.gesture(key, assignee=(DAN, CLEO))
    assert did(ruled, key) == []


def test_our_own_lag_is_no_gesture(ruled):
    """The stand-in got the job and the page does not show it yet, whoever wrote on it last."""
    key = role_job(ruled)
    ruled.row("amended", key, cause="d0", due="2027-03-15", grace_end="2027-03-22", people=["p03"])
    ruled.row("amended", key, cause="away:x:2027-04-01", due="2027-03-15", grace_end="2027-03-22", people=["p04"])
    ruled.gesture(key)
    (show,) = did(ruled, key)
    assert show.values == {"assignee": ("p04",)}
    ruled.gesture(key, by=BOT, assignee=("u-p02",))
    (show,) = did(ruled, key)
    assert show.values == {"assignee": ("p04",)}


def test_a_hand_over_can_be_handed_back(ruled):
    key = role_job(ruled)
    for who in (DAN, CLEO, DAN):
        ruled.gesture(key, assignee=(who,))
        ruled.fresh().step()
    assert [change.people for change in ruled.history.amendments[key]] == [("p04",), ("p03",), ("p04",)]


def test_the_stand_in_of_somebody_without_an_account_has_the_job_and_its_messages(ruled):
    ruled.people(p03={"account": None, "stand_in": "p04"})
    key = ruled.job(None, schedule="restore", people=("p03",), told=False)
    (show,) = did(ruled, key)
    assert show.values == {"assignee": ("p04",)}
    ruled.step()
    assert did(ruled, key) == []
    assert [(sent.person, sent.step) for sent in ruled.history.notices[key]] == [("p04", "opened")]
    ruled.verdict(key, Signing.TICKED)
    (reply,) = did(ruled.at(FRI), key)
    assert (reply.sentence, reply.to) == ("notice.ticked", ("p04",))


def test_a_person_without_an_account_is_no_gesture(ruled):
    ruled.people(p03={"account": None})
    key = ruled.job()
    assert ruled.pages[key].fields["assignee"] == ()
    assert did(ruled, key) == []


# --- due ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [PM, "u-p02", DAN], ids=["the product manager", "the deputy", "the role owner"])
def test_due_moved_by_whoever_may_is_a_postponement_and_asks_the_reason_once(ruled, by):
    key = ruled.job(owner="operations")
    ruled.gesture(key, by=by, due=Span(day("03-12")))
    (amend,) = did(ruled, key)
    assert amend == Amend(key, "due:2027-03-12", day("03-12"), day("03-19"), ("p03",), reply="job.due_reason")
    ruled.step()
    assert did(ruled, key) == []
    assert ruled.history.contracts[key].due == FRI, "the first date stays in the contract"


def test_due_moved_by_the_only_one_who_may_counts_and_is_marked(ruled):
    ruled.deputy = None
    key = ruled.job("p01")
    ruled.gesture(key, by=PM, due=Span(day("03-12")))
    amend, find = did(ruled, key)[0], ruled.only(Find)
    assert (amend.due, amend.reply) == (day("03-12"), "job.due_reason")
    assert (find.kind, find.about, find.to) == ("no-second-person", f"{key}@2027-03-12", ())


PUT_BACK_DUE = [
    ("the person", CLEO, "p03", day("03-12"), ("p03",)),
    ("a colleague", DAN, "p03", day("03-12"), ("p04",)),
    ("somebody not in the roster", "u-guest", "p03", day("03-12"), ("p03",)),
    ("the product manager in the own job", PM, "p01", day("03-12"), ("p01",)),
    ("the product manager, to an earlier day", PM, "p03", WED, ("p01",)),
]


@pytest.mark.parametrize(
    ("by", "person", "wish", "to"), [row[1:] for row in PUT_BACK_DUE], ids=[row[0] for row in PUT_BACK_DUE]
)
def test_due_moved_by_anybody_else_is_put_back_and_becomes_a_request(ruled, by, person, wish, to):
    key = ruled.job(person)
    ruled.gesture(key, by=by, due=Span(wish))
    show, reply = did(ruled, key)
    assert show.values == {"due": Span(FRI), "grace_end": Span(day("03-12"))}
    assert (reply.sentence, reply.to, reply.values["due"]) == ("job.due_put_back", to, FRI)
    request = [("postponement-asked/" + f"{key}@{wish}", ("p01",) if person != "p01" else ("p02",))]
    assert ruled.findings() == (request if wish > FRI else [])
    ruled.step()
    ruled.gesture(key, by=by, due=Span(wish))
    assert [type(action) for action in did(ruled, key)] == [Show]


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        pytest.param(BOT, Span(day("04-01")), id="written by the bot itself"),
        pytest.param(CLEO, None, id="cleared"),
        pytest.param(CLEO, Span(FRI), id="an earlier day of ours"),
    ],
)
def test_a_due_day_that_is_behind_is_brought_up_to_date(ruled, by, shown):
    key = ruled.job()
    ruled.row("amended", key, cause="d1", due="2027-03-12", grace_end="2027-03-19", people=["p03"])
    ruled.gesture(key, by=by, due=shown)
    (show,) = did(ruled, key)
    assert show.values == {"due": Span(day("03-12")), "grace_end": Span(day("03-19"))}


def test_the_end_of_grace_is_shown_as_it_is(ruled):
    key = ruled.job()
    ruled.gesture(key, grace_end=Span(day("04-12")))
    (show,) = did(ruled, key)
    assert show.values == {"grace_end": Span(day("03-12"))}


# --- status -------------------------------------------------------------------------------------------------------------


def test_a_status_set_by_hand_changes_nothing_and_one_line_says_what_is_missing(ruled):
    key = ruled.job()
    ruled.verdict(key, Signing.PARTIAL, missing=("signature",))
    ruled.gesture(key, status="Recorded")
    show, reply = did(ruled, key)
    assert show.values == {"status": "Open"}
    assert (reply.sentence, reply.values, reply.to) == ("job.status_set", {"missing": ("signature",)}, ("p03",))
    ruled.step()
    ruled.gesture(key, status="Recorded")
    assert [type(action) for action in did(ruled, key)] == [Show]


def test_a_status_set_on_a_page_that_was_not_read_yet(ruled):
    key = ruled.job()
    ruled.verdicts.clear()
    ruled.gesture(key, status="Missed")
    assert did(ruled, key)[1].values == {"missing": ()}


@pytest.mark.parametrize(
    ("by", "shown"),
    [(BOT, "Recorded"), (None, "Recorded"), (CLEO, "Preparing")],
    ids=["by the bot", "by nobody known", "a job still being prepared"],
)
def test_a_status_of_ours_is_only_brought_up_to_date(ruled, by, shown):
    key = ruled.job()
    ruled.gesture(key, by=by, status=shown)
    assert [type(action) for action in did(ruled, key)] == [Show]


def test_overdue_of_before_a_postponement_was_ours(ruled):
    key = ruled.job()
    ruled.gesture(key, status="Overdue")
    ruled.row("amended", key, cause="d1", due="2027-03-12", grace_end="2027-03-19", people=["p03"])
    ruled.gesture(key, due=Span(day("03-12")), grace_end=Span(day("03-19")))
    assert [type(action) for action in did(ruled, key)] == [Show]


def test_overdue_set_by_hand_before_its_day_is_a_gesture(ruled):
    key = ruled.job()
    ruled.gesture(key, status="Overdue")
    assert [type(action) for action in did(ruled, key)] == [Show, Reply]


def test_overdue_is_never_shown_before_the_job_was_read(ruled):
    key = ruled.job()
    ruled.at(day("03-08")).gesture(key, status="Recorded")
    assert [action for action in ruled.decide() if action.key == key] == [Read(key)]
    show, _ = did(ruled, key)
    assert show.values == {"status": "Overdue"}


# --- pages --------------------------------------------------------------------------------------------------------------


def test_a_filled_copy_is_no_accusation_one_comment_to_the_assignee(ruled):
    key = ruled.job()
    ruled.warned(key, day("03-11"))
    ruled.copies.add(key)
    ruled.at(day("03-15"))
    assert [(one.sentence, one.to) for one in did(ruled, key) if isinstance(one, Reply)] == [
        ("job.copy_filled", ("p03",))
    ]
    assert ruled.findings() == [(f"copy-of-job/{key}", ("p01",))]
    ruled.step()
    assert ruled.of(Reply, Raise) == []


def test_a_page_that_is_not_known_is_looked_for(ruled):
    key = ruled.job()
    del ruled.pages[key]
    assert [action for action in ruled.decide() if action.key == key] == [Read(key)]


@pytest.mark.parametrize("when", [MON, day("03-08"), day("03-20")])
def test_while_the_clocks_are_apart_no_gesture_is_answered(ruled, when):
    key = ruled.job()
    ruled.gesture(key, status="Recorded", due=Span(TUE), assignee=())
    ruled.trusted = False
    assert did(ruled.at(when), key) == []
    assert ruled.findings() == [("clock-apart/host", ("p01",))]


def test_a_procedure_taken_away_leaves_open_jobs_alone(ruled):
    key = ruled.job()
    ruled.procedures.clear()
    assert did(ruled, key) == []
    ruled.gesture(key, state=PageState.LIVE)
    assert did(ruled.at(MON + timedelta(days=1)), key) == []
