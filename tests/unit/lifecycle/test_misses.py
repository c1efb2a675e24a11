"""What happens when time is over: exactly one consequence, and none that comes as a surprise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from isms_bot.lifecycle.actions import (
    Amend,
    Ask,
    Conclude,
    Discuss,
    Find,
    Notify,
    Raise,
    Read,
    Record,
    Reply,
    Show,
    Supersede,
)
from isms_bot.model import (
    Behalf,
    Completion,
    DecisionKind,
    Given,
    Ladder,
    Level,
    Outcome,
    PageState,
    Regime,
    Signature,
    Signing,
    Span,
)  # fmt: skip
from tests.unit.lifecycle.world import FRI, MON, REVIEW, THU, TUE, day, someone

END = day("03-12")
OVER = day("03-15")
S = Signing


def late(world, *people, **given):
    """A job whose grace ended on Friday the 12th, warned of on Thursday; it is Monday the 15th and everything is read."""
    key = world.job(*people, **given)
    world.warned(key, day("03-11"))
    world.gesture(key, by="u-bot", status="Overdue")
    world.at(OVER).fresh()
    return key


def about(world, key):
    """Actions on one job but for messages."""
    return [action for action in world.decide() if action.key == key and not isinstance(action, Notify)]


def test_grace_over_raises_a_nonconformity_for_the_person_and_the_role_owner(ruled):
    key = late(ruled)
    assert about(ruled, key) == [Raise(key, ("p03", "p01"))]


@pytest.mark.parametrize("completion", [Completion.ANY, Completion.ALL, Completion.QUORUM])
def test_a_job_of_several_raises_one_addressed_to_the_role_owner(ruled, completion):
    key = late(ruled, None, schedule="restore", completion=completion)
    assert about(ruled, key) == [Raise(key, ("p01",))]


@pytest.mark.parametrize(
    ("regime", "consequence"),
    [(Regime.RECORDING, Raise), (Regime.INTRODUCTION, Discuss)],
    ids=["recorded", "discussed"],
)
@pytest.mark.parametrize("shown", ["Missed", "Open"])
def test_the_status_is_left_to_the_miss_whatever_a_pass_that_was_cut_short_had_written(
    ruled, shown, regime, consequence
):
    key = late(ruled, regime=regime)
    ruled.gesture(key, by="u-bot", status=shown)
    ruled.fresh()
    assert [type(action) for action in about(ruled, key)] == [consequence]


def test_in_the_introduction_it_is_one_line_for_discussion(ruled):
    key = late(ruled, regime=Regime.INTRODUCTION)
    assert about(ruled, key) == [Discuss(key, "review/2027-03-01")]


def test_the_regime_is_that_of_the_opening_whatever_was_decided_since(ruled):
    key = late(ruled, regime=Regime.INTRODUCTION)
    ruled.row("introduction", "", last_day="2027-02-01")
    assert [type(action) for action in about(ruled, key)] == [Discuss]


def test_one_consequence_per_occurrence(ruled):
    key = late(ruled)
    ruled.step()
    assert about(ruled, key) == []
    assert ruled.history.outcome(key) is Outcome.NONCONFORMITY


def test_what_was_written_under_the_closing_question_is_passed_on_once(ruled):
    key = late(ruled)
    ruled.verdict(key, S.PARTIAL, feedback="The script is gone.")
    assert [type(action) for action in about(ruled, key)] == [Ask, Raise]
    ruled.row("question", key, page="q1")
    assert [type(action) for action in about(ruled, key)] == [Raise]


def test_with_no_second_person_that_is_marked(ruled):
    ruled.deputy = None
    key = late(ruled, "p01")
    assert about(ruled, key) == [Raise(key, ("p01",))]
    assert ruled.findings() == [(f"no-second-person/{key}", ())]


# --- events -----------------------------------------------------------------------------------------------------------------


def test_a_missed_job_of_an_event_has_a_line_of_its_own_and_no_next_occurrence(ruled):
    key = late(ruled, event="incident-7", regime=Regime.INTRODUCTION)
    assert about(ruled, key) == [Discuss(key, "review/incident-7")]
    ruled.step()
    followed(ruled, key, told=False)
    assert ruled.at(day("05-18")).fresh().of(Supersede) == []


@pytest.mark.parametrize("about_it", ["review/incident-7", "review/incident-7/p03"])
def test_a_job_of_an_event_is_decided_about_by_its_own_key(ruled, about_it):
    key = ruled.job(event="incident-7")
    ruled.decided(DecisionKind.WAIVE, "review/2027-03-01")
    assert ruled.of(Conclude) == []
    ruled.decided(DecisionKind.WAIVE, about_it, row="d2")
    assert ruled.of(Conclude) == [Conclude(key, Outcome.WAIVED, "d2")]


# --- overdue --------------------------------------------------------------------------------------------------------------


def test_overdue_is_shown_on_the_day_after_and_only_after_a_fresh_reading(ruled):
    key = ruled.job()
    assert about(ruled.at(FRI), key) == []
    ruled.at(day("03-08"), 8)
    assert about(ruled, key) == [Read(key)]
    assert [action.values for action in about(ruled.fresh(), key)] == [{"status": "Overdue"}]
    ruled.step()
    assert about(ruled.at(day("03-09"), 8), key) == []


def test_the_day_ends_in_the_zone_of_the_person(ruled):
    ruled.people(p03={"zone": "Pacific/Auckland"}, p04={"zone": "America/Los_Angeles"})
    early, later = ruled.job(), ruled.job("p04")
    ruled.at(FRI, 23).fresh()
    assert [type(action) for action in about(ruled, early)] == [Show]
    assert about(ruled.at(day("03-06"), 7).fresh(), later) == []


def test_the_last_day_of_grace_is_still_grace(ruled):
    key = late(ruled)
    assert about(ruled.at(END).fresh(), key) == []


# --- no surprise ----------------------------------------------------------------------------------------------------------


def test_nothing_without_a_fresh_reading(ruled):
    key = late(ruled)
    ruled.read.clear()
    assert about(ruled, key) == [Read(key)]


def test_nothing_without_a_verdict(ruled):
    key = late(ruled)
    ruled.verdicts.clear()
    assert about(ruled, key) == []


UNWARNED = [
    ("no warning", None, True, "p03"),
    ("the warning came on the last working day", day("03-12"), True, "p03"),
    ("it is not known to have arrived", day("03-11"), None, "p03"),
    ("it did not arrive", day("03-11"), False, "p03"),
    ("it went to somebody else", day("03-11"), True, "p04"),
]


@pytest.mark.parametrize(("on", "delivered", "to"), [row[1:] for row in UNWARNED], ids=[row[0] for row in UNWARNED])
def test_grace_runs_on_while(ruled, on, delivered, to):
    key = ruled.job()
    if on:
        ruled.sent(key, "last:2027-03-12", on, to, delivered=delivered, exempt=True)
    ruled.at(OVER).fresh()
    assert not ruled.of(Raise, Discuss)


def test_a_whole_working_day_lies_between_warning_and_consequence(ruled):
    """Warned on Friday: Monday is the working day between, Tuesday the first day on which anything may follow."""
    key = ruled.job()
    ruled.sent(key, "last:2027-03-12", day("03-12"), exempt=True)
    assert [ruled.at(OVER + timedelta(days=n)).fresh().of(Raise) for n in (0, 1)] == [[], [Raise(key, ("p03", "p01"))]]


def test_the_working_day_between_is_one_of_the_person(ruled):
    ruled.people(p03={"works": replace(ruled.roster["p03"].works, weekdays=frozenset({0, 3, 4}))})
    key = ruled.job()
    ruled.warned(key, day("03-11"))
    assert ruled.at(day("03-13")).fresh().of(Raise) == [Raise(key, ("p03", "p01"))]
    other = ruled.job(schedule="other")
    ruled.warned(other, day("03-12"))
    assert [action.key for action in ruled.at(OVER).fresh().of(Raise)] == [key]


def test_a_warning_of_an_earlier_end_is_none(ruled):
    key = late(ruled)
    ruled.row("amended", key, cause="d1", due="2027-03-05", grace_end="2027-03-19", people=["p03"])
    ruled.gesture(key, by="u-bot", grace_end=Span(day("03-19")))
    assert ruled.at(day("03-22")).fresh().of(Raise) == []
    assert ruled.letters() == {"p03": ["last"]}


def test_a_job_that_was_moved_is_held_to_its_new_end_once_that_was_said(ruled):
    key = ruled.job()
    ruled.row("amended", key, cause="d1", due="2027-03-05", grace_end="2027-03-11", people=["p03"])
    ruled.gesture(key, by="u-bot", grace_end=Span(day("03-11")))
    assert ruled.at(OVER).fresh().of(Raise) == []
    ruled.warned(key, day("03-10"))
    assert ruled.of(Raise) == [Raise(key, ("p03", "p01"))]


@pytest.mark.parametrize("on", [None, day("03-12")], ids=["none was tried yet", "one arrived, if late"])
def test_a_warning_still_under_way_is_no_finding(ruled, on):
    key = ruled.job()
    if on:
        ruled.warned(key, on)
    assert ruled.at(OVER).fresh().findings() == []


def test_a_warning_that_could_not_be_delivered_is_a_finding_for_the_admin(ruled):
    key = ruled.job()
    ruled.sent(key, "last:2027-03-12", day("03-11"), delivered=None, exempt=True)
    ruled.at(OVER).fresh()
    assert ruled.findings() == [(f"notice-undelivered/{key}", ("p01",))]


def test_everybody_concerned_is_warned(ruled):
    key = ruled.job(None, schedule="restore")
    ruled.warned(key, day("03-11"), "p03")
    assert ruled.at(OVER).fresh().of(Raise) == []
    ruled.warned(key, day("03-11"), "p04")
    assert ruled.of(Raise) == [Raise(key, ("p01",))]


@pytest.mark.parametrize(
    "p04",
    [
        pytest.param({"account": None}, id="without an account"),
        pytest.param({"away": (Span(MON, day("04-01")),)}, id="away"),
    ],
)
def test_but_not_whoever_cannot_be(ruled, p04):
    ruled.people(p04=p04)
    key = ruled.job(None, schedule="restore")
    ruled.warned(key, day("03-11"), "p03")
    assert ruled.at(OVER).fresh().of(Raise) == [Raise(key, ("p01",))]


def test_nor_whoever_has_signed_the_sheet(ruled):
    key = ruled.job(None, schedule="restore", completion=Completion.ALL)
    ruled.verdict(key, S.PARTIAL, signatures=(Signature("p04", Level.BY_OWN_ACCOUNT, ruled.now, "comment"),))
    ruled.warned(key, day("03-11"), "p03")
    assert ruled.at(OVER).fresh().of(Raise) == [Raise(key, ("p01",))]


@pytest.mark.parametrize("who", [{"account": None}, None], ids=["no account", "no longer in the roster"])
def test_an_account_that_cannot_be_resolved_is_a_finding_and_no_consequence(ruled, who):
    key = late(ruled)
    if who is None:
        del ruled.roster["p03"]
    else:
        ruled.people(p03=who)
    ruled.gesture(key, by="u-bot", assignee=())
    assert about(ruled, key) == []
    assert ruled.findings() == [(f"account-unresolved/{key}", ("p01",))]


def test_nothing_for_somebody_who_is_away_now(ruled):
    key = late(ruled)
    ruled.people(p03={"away": (Span(day("03-14"), day("03-20")),)})
    assert about(ruled, key) == []


def test_nothing_while_the_clocks_are_apart(ruled):
    key = late(ruled)
    ruled.trusted = False
    assert about(ruled, key) == []


@pytest.mark.parametrize(
    ("lost", "raised"), [("2027-03-05", 1), ("2027-03-06", 0)], ids=["due on that day", "due before it"]
)
def test_after_the_ledger_was_lost_nothing_due_before_is_held_against_anybody(ruled, lost, raised):
    late(ruled)
    ruled.row("ledger_lost", "", before=lost)
    assert len(ruled.of(Raise)) == raised


def test_a_job_forgiven_is_not_even_overdue(ruled):
    key = ruled.job()
    ruled.row("ledger_lost", "", before="2027-03-06")
    assert about(ruled.at(day("03-08"), 8).fresh(), key) == []


# --- urgent ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "step", "sent", "raised"),
    [
        pytest.param(MON, "due:2027-03-05", FRI, day("03-09"), id="the due step warns"),
        pytest.param(FRI, "opened", FRI, day("03-09"), id="due at once: the opening is the warning"),
    ],
)
def test_an_urgent_job_has_no_grace_and_still_no_surprise(ruled, opened, step, sent, raised):
    key = ruled.job(opened=opened, grace_end=FRI, ladder=Ladder.URGENT, told=False)
    ruled.sent(key, step, sent)
    ruled.gesture(key, by="u-bot", status="Overdue")
    assert ruled.at(raised - timedelta(days=1)).fresh().of(Raise) == []
    assert ruled.at(raised).fresh().of(Raise) == [Raise(key, ("p03", "p01"))]


# --- written and not published --------------------------------------------------------------------------------------------


def test_an_unpublished_draft_holds_the_clock_for_two_working_days_before_the_page_says_overdue(ruled):
    key = ruled.job()
    ruled.drafts.add(key)
    ruled.at(day("03-08")).fresh()
    assert about(ruled, key) == [
        Amend(key, "fuller-draft", day("03-10"), day("03-12"), ("p03",), reply="job.fuller_draft")
    ]
    ruled.step()
    assert about(ruled.at(day("03-10")).fresh(), key) == []
    assert about(ruled.at(day("03-11")).fresh(), key) == [Show(key, {"status": "Overdue"})]


def test_a_draft_found_when_grace_is_over_holds_it_as_well_and_a_new_warning_comes_first(ruled):
    key = late(ruled)
    ruled.drafts.add(key)
    assert about(ruled, key) == [Amend(key, "fuller-draft", FRI, day("03-17"), ("p03",), reply="job.fuller_draft")]
    ruled.step()
    assert ruled.at(day("03-18")).fresh().of(Raise) == []
    ruled.warned(key, day("03-16"))
    assert ruled.fresh().of(Raise) == [Raise(key, ("p03", "p01"))]


def test_a_draft_holds_the_clock_once(ruled):
    key = late(ruled)
    ruled.drafts.add(key)
    ruled.step()
    ruled.warned(key, day("03-16"))
    assert ruled.at(day("03-18")).fresh().of(Amend) == []


def test_before_the_due_day_is_over_a_draft_is_nobodys_business(ruled):
    key = ruled.job()
    ruled.drafts.add(key)
    assert about(ruled.at(FRI).fresh(), key) == []


# --- ticked, not validly signed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signing", [S.TICKED, S.HALF_SIGNED, S.UNCLEAR, S.SOMEONE_ELSE])
def test_all_ticked_gets_one_last_notice_and_two_working_days(ruled, signing):
    key = late(ruled)
    ruled.verdict(key, signing)
    (amend,) = ruled.of(Amend)
    assert amend == Amend(key, "last-call", FRI, day("03-17"), ("p03",), reply="notice.ticked.last")
    ruled.step()
    said = [ruled.at(day(f"03-{n}")).fresh().step() for n in (16, 17)]
    assert [action for pass_ in said for action in pass_ if isinstance(action, Notify | Raise)] == []
    assert ruled.at(day("03-18")).fresh().of(Raise) == [Raise(key, ("p03", "p01"), not_validly_signed=True)]


def test_nothing_follows_a_last_notice_while_its_person_is_away(ruled):
    key = late(ruled)
    ruled.verdict(key, S.TICKED)
    ruled.step()
    ruled.people(p03={"away": (Span(day("03-16"), day("03-19")),)})
    assert ruled.at(day("03-18")).fresh().of(Raise) == []
    assert ruled.at(day("03-22")).fresh().of(Raise) == [Raise(key, ("p03", "p01"), not_validly_signed=True)]


def test_the_last_notice_is_said_even_if_what_is_missing_was_said_before(ruled):
    key = late(ruled)
    ruled.verdict(key, S.HALF_SIGNED)
    ruled.row("replied", key, cause="half-signed", delivered=True)
    ruled.step()
    assert (key, "last-call") in ruled.history.replies


def test_a_last_notice_that_was_not_said_is_said_before_anything_follows(ruled):
    key = late(ruled)
    ruled.verdict(key, S.TICKED, missing=("signature",))
    ruled.undeliverable = True
    ruled.step()
    ruled.at(day("03-18")).fresh()
    assert ruled.of(Raise) == []
    (reply,) = (one for one in ruled.of(Reply) if one.cause == "last-call")
    assert (reply.sentence, reply.values) == ("notice.ticked.last", {"missing": ("signature",)})
    ruled.undeliverable = False
    ruled.step()
    assert ruled.fresh().of(Raise) == [Raise(key, ("p03", "p01"), not_validly_signed=True)]


def test_a_last_notice_is_said_again_only_if_something_is_known_to_be_missing(ruled):
    key = late(ruled)
    ruled.row("amended", key, cause="last-call", due="2027-03-05", grace_end="2027-03-12", people=["p03"])
    ruled.verdicts.clear()
    assert [one.values for one in ruled.of(Reply)] == [{"missing": ()}]


def test_a_form_without_steps_that_nobody_touched_is_a_plain_miss(ruled):
    key = late(ruled)
    ruled.verdict(key, S.NOTHING, steps_total=0)
    assert about(ruled, key) == [Raise(key, ("p03", "p01"))]


def test_partly_done_is_a_plain_miss(ruled):
    key = late(ruled)
    ruled.verdict(key, S.HALF_SIGNED, steps_done=1)
    assert about(ruled, key)[-1] == Raise(key, ("p03", "p01"))


# --- what is said to people who are not finished ---------------------------------------------------------------------------

SAID = [
    ("nothing done: nothing", S.NOTHING, FRI, None),
    ("partly done: nothing", S.PARTIAL, FRI, None),
    ("ticked, before the due day: nobody's business", S.TICKED, THU, None),
    ("ticked, on the due day", S.TICKED, FRI, "notice.ticked"),
    ("half signed, before the due day: nobody's business", S.HALF_SIGNED, THU, None),
    ("half signed, on the due day", S.HALF_SIGNED, FRI, "job.below_level"),
    ("unclear, still being edited", S.UNCLEAR, MON, None),
    ("unclear, a day later: a polite question", S.UNCLEAR, TUE, "job.unclear"),
    ("in another's name: at the next pass", S.SOMEONE_ELSE, MON, "job.someone_else.personal"),
]


@pytest.mark.parametrize(("signing", "today", "sentence"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_people_are_let_finish(ruled, signing, today, sentence):
    key = ruled.job()
    ruled.gesture(key)
    ruled.verdict(key, signing, missing=("signature",))
    ruled.at(today).fresh()
    assert [one.sentence for one in ruled.of(Reply)] == ([sentence] if sentence else [])
    ruled.step()
    assert ruled.of(Reply) == []


def test_unclear_is_asked_on_the_due_day_at_the_latest(ruled):
    key = ruled.job()
    ruled.verdict(key, S.UNCLEAR)
    ruled.pages[key] = replace(ruled.pages[key], edited_at=None)
    assert ruled.at(THU).of(Reply) == []
    assert [one.sentence for one in ruled.at(FRI).of(Reply)] == ["job.unclear"]


@pytest.mark.parametrize("hour", [8, 10])
def test_answers_keep_quiet_hours_as_well(ruled, hour):
    key = ruled.job()
    ruled.verdict(key, S.SOMEONE_ELSE, other="p04")
    assert [one.cause for one in ruled.at(TUE, hour).of(Reply)] == (["someone-else:p04"] if hour == 10 else [])


@pytest.mark.parametrize(
    ("owner", "values"),
    [
        pytest.param("operations", {"owner": "p01"}, id="the product manager, where the role owner has the job"),
        pytest.param("nobody", {"owner": "p01"}, id="the product manager, where nobody owns it"),
    ],
)
def test_a_shared_job_in_another_name_has_three_ways_on(ruled, owner, values):
    key = ruled.job(None, schedule="restore", owner=owner)
    ruled.verdict(key, S.SOMEONE_ELSE, other="p02")
    reply = ruled.only(Reply)
    assert (reply.sentence, reply.to, dict(reply.values)) == ("job.someone_else", ("p03", "p04"), values)


def test_where_nobody_could_confirm_nobody_is_named(ruled):
    key = ruled.job(None, schedule="restore", people=("p01", "p02"), owner="nobody")
    ruled.verdict(key, S.SOMEONE_ELSE)
    assert dict(ruled.only(Reply).values) == {}


FOR = [
    ("the owner of the role is asked", Given.WAITING, {}, ("p05", "job.for_another")),
    ("never one of the two", Given.WAITING, {"p05": {"until": MON - timedelta(days=1)}}, ("p01", "job.for_another")),
    ("who is away is passed over", Given.WAITING, {"p05": {"away": (Span(MON, FRI),)}}, ("p01", "job.for_another")),
    ("who has no account is passed over", Given.WAITING, {"p05": {"account": None}}, ("p01", "job.for_another")),
    ("the writer learns of a no", Given.DECLINED, {}, ("p04", "job.for_another.declined")),
    ("or the other, if the writer is away", Given.DECLINED, {"p04": {"away": (Span(MON, FRI),)}}, ("p03", "job.for_another.declined")),
    ("of a personal job both learn it", Given.PERSONAL, {}, ("p04", "job.for_another.personal")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "changes", "expected"), [row[1:] for row in FOR], ids=[row[0] for row in FOR])
def test_a_signature_given_for_somebody_is_answered_at_the_next_pass(ruled, given, changes, expected):
    ruled.roster["p05"] = someone("p05", roles=frozenset({"leads"}))
    ruled.people(**changes)
    key = ruled.job(None, schedule="restore", owner="leads")
    ruled.verdict(key, S.UNCLEAR, behalf=(Behalf("p04", "p03", given),))
    reply = ruled.only(Reply)
    assert (reply.to[0], reply.sentence) == expected
    assert dict(reply.values) == {"signer": "p04", "other": "p03"}
    ruled.step()
    assert ruled.of(Reply) == []


def test_it_is_asked_once_the_answer_can_be_given_by_somebody_who_is_there(ruled):
    key = ruled.job(None, schedule="restore")
    ruled.verdict(key, S.UNCLEAR, behalf=(Behalf("p04", "p03", Given.WAITING),))
    assert ruled.at(TUE, 8).of(Reply) == []
    ruled.verdict(key, S.UNCLEAR, behalf=(Behalf("p04", "p03", Given.DECLINED),))
    assert ruled.of(Reply) == []


def test_a_signature_that_nobody_else_could_confirm_is_marked(ruled):
    key = ruled.job(None, schedule="restore", people=("p01", "p02"), owner="nobody")
    ruled.verdict(key, S.UNCLEAR, behalf=(Behalf("p01", "p02", Given.WAITING),))
    assert ruled.of(Reply) == []
    assert f"no-second-person/{key}" in {one for one, _ in ruled.findings()}


# --- signed ---------------------------------------------------------------------------------------------------------------


def signed(world, key, at):
    world.verdict(key, S.SIGNED, at=at)
    world.pages[key] = replace(world.pages[key], edited_at=at, edited_by="u-p03")


def test_a_signed_job_is_filed_after_fifteen_minutes_without_an_edit_and_a_fresh_reading(ruled):
    key = ruled.job()
    signed(ruled, key, ruled.now)
    for minutes, expected in ((0, []), (14, []), (15, [Read(key)])):
        ruled.now += timedelta(minutes=minutes)
        assert about(ruled, key) == expected
        ruled.now -= timedelta(minutes=minutes)
    ruled.now += timedelta(minutes=15)
    assert about(ruled.fresh(), key) == [Record(key, ruled.verdicts[key], Outcome.RECORDED)]


def test_an_edit_after_the_signature_starts_the_fifteen_minutes_anew(ruled):
    key = ruled.job()
    signed(ruled, key, ruled.now)
    ruled.now += timedelta(minutes=10)
    ruled.gesture(key)
    ruled.now += timedelta(minutes=10)
    assert about(ruled.fresh(), key) == []


def test_feedback_is_passed_on_with_the_filing_once(ruled):
    key = ruled.job()
    signed(ruled, key, ruled.now)
    ruled.verdicts[key] = replace(ruled.verdicts[key], feedback="Too long.")
    ruled.at(TUE).fresh()
    assert [type(action) for action in about(ruled, key)] == [Ask, Record]
    ruled.row("question", key, page="q1")
    assert [type(action) for action in about(ruled, key)] == [Record]


def test_feedback_is_passed_on_before_a_decision_ends_the_job(ruled):
    key = ruled.job()
    ruled.verdict(key, S.PARTIAL, feedback="Too long.")
    ruled.decided(DecisionKind.WAIVE, key)
    assert [type(action) for action in about(ruled, key)] == [Ask, Conclude]


def test_feedback_that_came_after_the_miss_is_passed_on_before_the_page_is_superseded(ruled):
    key = late(ruled)
    ruled.missed(key)
    ruled.verdict(key, S.PARTIAL, feedback="Too long.")
    followed(ruled, key)
    ruled.at(day("05-18")).fresh()
    assert [type(action) for action in about(ruled, key)] == [Ask, Supersede]


@pytest.mark.parametrize(
    ("when", "warned", "missed", "outcome"),
    [
        pytest.param(END, True, False, Outcome.RECORDED, id="on the last day of grace, seen late: in time"),
        pytest.param(OVER, True, False, Outcome.RECORDED_LATE, id="after grace: late"),
        pytest.param(OVER, False, False, Outcome.RECORDED, id="after grace that ran on, since nobody warned: in time"),
        pytest.param(END, True, True, Outcome.RECORDED_LATE, id="after the miss was noted: late"),
    ],
)
def test_recorded_or_recorded_late(ruled, when, warned, missed, outcome):
    key = ruled.job()
    if warned:
        ruled.warned(key, day("03-11"))
    if missed:
        ruled.missed(key)
    signed(ruled, key, ruled.at(when).now)
    assert [one.outcome for one in ruled.at(day("03-16")).fresh().of(Record)] == [outcome]


def test_signed_at_an_unknown_moment_counts_from_when_it_was_seen(ruled):
    key = ruled.job()
    ruled.verdict(key, S.SIGNED)
    assert [one.outcome for one in ruled.at(TUE).fresh().of(Record)] == [Outcome.RECORDED]
    ruled.pages[key] = replace(ruled.pages[key], edited_at=None)
    assert ruled.fresh().of(Record) == []


def test_the_day_of_signing_is_that_of_the_signer_s_zone(ruled):
    ruled.people(p03={"zone": "America/Los_Angeles"})
    key = ruled.job()
    ruled.warned(key, day("03-11"))
    signed(ruled, key, ruled.at(day("03-13"), 5).now)
    assert ruled.at(OVER).fresh().only(Record).outcome is Outcome.RECORDED


@pytest.mark.parametrize("why", ["left", "waived", "stopped", "clock apart"])
def test_what_was_signed_is_filed_whatever_came_after(ruled, why):
    key = ruled.job()
    signed(ruled, key, ruled.now)
    ruled.trusted = why != "clock apart"
    if why == "left":
        ruled.people(p03={"until": MON})
    if why == "waived":
        ruled.decided(DecisionKind.WAIVE, key)
    if why == "stopped":
        ruled.stopped = frozenset({"review"})
    assert [type(action) for action in about(ruled.at(TUE).fresh(), key)] == [Record]


def test_the_job_of_somebody_else_who_signed_and_left_stays_signed(ruled):
    key = ruled.job(None, schedule="restore", people=("p03",))
    signed(ruled, key, ruled.now)
    ruled.people(p03={"until": MON, "away": (Span(THU, FRI),)})
    assert [type(action) for action in about(ruled.at(TUE).fresh(), key)] == [Record]


# --- a missed job -----------------------------------------------------------------------------------------------------------


def followed(world, key, person="p03", **given):
    return world.job(person, nominal=day("06-01"), opened=day("05-18"), due=day("06-01"), **given)


def test_a_missed_job_stays_signable_until_the_next_one_opens_and_is_then_superseded(ruled):
    key = late(ruled)
    ruled.missed(key)
    assert about(ruled.at(day("05-01")), key) == []
    following = followed(ruled, key)
    ruled.at(day("05-18"))
    assert about(ruled, key) == [Read(key)]
    assert about(ruled.fresh(), key) == [Supersede(key, following)]
    ruled.step()
    assert key not in ruled.view().jobs
    assert ruled.history.outcome(key) is Outcome.NONCONFORMITY


def test_signed_late_it_is_recorded_late_rather_than_superseded(ruled):
    key = late(ruled)
    ruled.missed(key)
    followed(ruled, key)
    signed(ruled, key, ruled.now)
    assert [type(action) for action in about(ruled.at(day("05-18")).fresh(), key)] == [Record]


@pytest.mark.parametrize(
    ("person", "delivered"),
    [pytest.param("p04", True, id="opened for somebody else only"), pytest.param("p03", False, id="not delivered yet")],
)
def test_it_is_not_superseded_by_what_is(ruled, person, delivered):
    key = late(ruled)
    ruled.missed(key)
    followed(ruled, key, person, delivered=delivered)
    assert ruled.fresh().of(Supersede) == []


def test_a_role_job_is_superseded_by_the_next_one(ruled):
    key = late(ruled, None, schedule="restore")
    ruled.missed(key)
    following = ruled.job(None, schedule="restore", nominal=day("04-01"), told=False)
    assert ruled.fresh().of(Supersede) == [Supersede(key, following)]


def test_a_job_of_a_schedule_with_a_new_name_is_superseded_too(ruled):
    key = late(ruled)
    ruled.missed(key)
    ruled.plan(replace(REVIEW, id="policy-review", was=("review",)), anchor=None)
    following = ruled.job(schedule="policy-review", nominal=day("06-01"), told=False)
    assert ruled.fresh().of(Supersede) == [Supersede(key, following)]


def test_a_missed_job_of_somebody_who_left_is_closed_with_the_next_occurrence_and_names_nobody(ruled):
    key = late(ruled)
    ruled.missed(key)
    ruled.people(p03={"until": OVER})
    followed(ruled, key, "p04", told=False)
    assert ruled.at(day("05-18")).fresh().of(Supersede) == [Supersede(key, "review/2027-06-01")]


@pytest.mark.parametrize("state", [PageState.TRASHED, PageState.MOVED])
def test_a_missed_job_that_is_taken_away_is_left_alone(ruled, state):
    key = late(ruled)
    ruled.missed(key)
    ruled.gesture(key, state=state)
    assert about(ruled, key) == []
    assert ruled.of(Find) == []


# --- taken away -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (PageState.TRASHED, "job-trashed"),
        (PageState.ARCHIVED, "job-trashed"),
        (PageState.MOVED, "page-moved-outside"),
    ],
)
def test_a_page_taken_away_is_asked_about_once_and_otherwise_left_in_peace(ruled, state, kind):
    key = ruled.job()
    ruled.gesture(key, state=state)
    assert [type(one) for one in ruled.decide()] == [Find]
    assert ruled.findings() == [(f"{kind}/{key}", ("p01",))]
    (found,) = ruled.of(Find)
    assert found.values == {"job": "Review", "until": END}
    ruled.step()
    ruled.at(day("03-08"))
    assert [type(one) for one in ruled.decide()] == [Find]


def test_the_role_owner_has_the_minimum_time_to_answer(ruled):
    key = late(ruled)
    ruled.gesture(key, state=PageState.TRASHED)
    assert [type(one) for one in ruled.step()] == [Find, Amend]
    assert [type(one) for one in ruled.step()] == [Find]
    assert ruled.history.promise(key).grace_end == day("03-22")
    assert ruled.at(day("03-22")).fresh().of(Raise) == []
    assert ruled.at(day("03-23")).of(Read) == [Read(key)]
    assert ruled.fresh().of(Raise) == [Raise(key, ("p01",))]


def test_unanswered_at_grace_end_it_is_a_miss_addressed_to_the_role_owner_never_to_the_assignee(ruled):
    key = ruled.job(owner="operations")
    ruled.gesture(key, state=PageState.TRASHED)
    ruled.step()
    assert ruled.at(OVER).fresh().of(Raise) == [Raise(key, ("p04",))]


def test_in_the_introduction_it_is_discussed(ruled):
    ruled.gesture(ruled.job(regime=Regime.INTRODUCTION), state=PageState.TRASHED)
    ruled.step()
    assert [type(one) for one in ruled.at(OVER).fresh().of(Discuss, Raise)] == [Discuss]


@pytest.mark.parametrize(
    "why", ["nobody was asked yet", "clock apart", "ledger lost", "it had been signed", "a copy is filled"]
)
def test_it_is_no_miss_if(ruled, why):
    key = ruled.job()
    if why == "it had been signed":
        signed(ruled, key, ruled.now)
    ruled.gesture(key, state=PageState.TRASHED)
    if why != "nobody was asked yet":
        ruled.step()
    ruled.trusted = why != "clock apart"
    if why == "ledger lost":
        ruled.row("ledger_lost", "", before="2027-03-06")
    if why == "a copy is filled":
        ruled.copies.add(key)
    assert ruled.at(OVER).fresh().of(Raise) == []
    assert f"job-trashed/{key}" in [found for found, _ in ruled.findings()]


def test_trashed_a_second_time_it_is_asked_about_again_and_nobody_is_surprised(ruled):
    key = late(ruled)
    ruled.gesture(key, state=PageState.TRASHED)
    ruled.step()
    ruled.row("finding", f"job-trashed/{key}", state="resolved", page="f1")
    assert [type(one) for one in ruled.at(day("03-22")).step()] == [Find, Amend]
    assert ruled.history.promise(key).grace_end == day("03-29")
    assert ruled.at(day("03-23")).fresh().of(Raise) == []


ASKED = [
    ("the owner", {}, ("p01",), END),
    ("while the owner is away the deputy", {"p01": 5}, ("p02",), END),
    ("while both are away the owner, with time after the return", {"p01": 18, "p02": 25}, ("p01",), day("03-26")),
    ("nor anybody whose job it is", {"p01": 5}, ("p05",), END),
]


@pytest.mark.parametrize(("away", "to", "until"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
def test_the_question_goes_to_somebody_who_is_here(ruled, away, to, until):
    person = "p02" if to == ("p05",) else "p03"
    ruled.roster["p05"] = someone("p05", roles=frozenset({"top-management"}))
    if to == ("p01",):
        del ruled.roster["p05"]
    ruled.people(**{one: {"away": (Span(MON, day(f"03-{last:02}")),)} for one, last in away.items()})
    key = ruled.job(person)
    ruled.gesture(key, state=PageState.TRASHED)
    (found,) = ruled.of(Find)
    assert (found.to, found.values["until"]) == (to, until)


@pytest.mark.parametrize("state", [PageState.TRASHED, PageState.MOVED])
def test_told_to_keep_it_away_it_is_withdrawn(ruled, state):
    key = ruled.job()
    ruled.gesture(key, state=state)
    ruled.decided(DecisionKind.KEEP_AWAY, key)
    assert ruled.decide() == (Conclude(key, Outcome.WITHDRAWN, "d1"),)


def test_restored_it_goes_on_with_its_key_even_if_somebody_wanted_it_away(ruled):
    key = ruled.job()
    ruled.gesture(key, state=PageState.TRASHED)
    ruled.step()
    ruled.gesture(key, by="u-bot", state=PageState.LIVE)
    ruled.decided(DecisionKind.KEEP_AWAY, key)
    assert about(ruled.fresh(), key) == []
    assert ruled.at(day("03-08")).letters() == {"p03": ["due"]}
