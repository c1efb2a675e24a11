"""Which messages go out this morning, to whom, and which do not."""

from datetime import UTC, datetime, timedelta

import pytest

from isms_bot.lifecycle import Job
from isms_bot.lifecycle.actions import Notify
from isms_bot.lifecycle.notices import Letters
from isms_bot.model import Completion, Ladder, Level, PageState, Signature, Signing, Span, WorkCalendar
from tests.unit.lifecycle.world import FRI, MON, THU, TUE, WED, day

DUE, END = day("03-15"), day("03-29")


def quarter(world, **given):
    """A job of p03 due on 15 March with two weeks of grace, whose opening was not sent yet."""
    return world.job(**{"due": DUE, "grace_end": END, "told": False, **given})


@pytest.mark.parametrize(
    ("ladder", "opened", "today", "step"),
    [
        (Ladder.GENTLE, MON, MON, "opened"),
        (Ladder.GENTLE, MON, day("03-12"), "opened"),
        (Ladder.GENTLE, MON, DUE, "due:2027-03-15"),
        (Ladder.GENTLE, MON, day("03-18"), "after:2027-03-15"),
        (Ladder.GENTLE, MON, day("03-26"), "last:2027-03-29"),
        (Ladder.GENTLE, MON, day("04-06"), "last:2027-03-29"),
        (Ladder.CHORE, MON, day("03-18"), "due:2027-03-15"),
        (Ladder.CHORE, MON, day("03-26"), "last:2027-03-29"),
        (Ladder.YEARLY, day("02-01"), day("02-26"), "opened"),
        (Ladder.YEARLY, day("02-01"), MON, "before:2027-03-15"),
        (Ladder.YEARLY, day("02-01"), day("03-19"), "due:2027-03-15"),
        (Ladder.YEARLY, day("02-01"), day("03-22"), "after:2027-03-15"),
        (Ladder.YEARLY, day("02-01"), day("03-26"), "last:2027-03-29"),
        (Ladder.URGENT, MON, MON, "opened"),
        (Ladder.URGENT, MON, day("03-08"), "half:2027-03-15"),
        (Ladder.URGENT, MON, DUE, "due:2027-03-15"),
    ],
)
def test_the_step_that_is_due_is_sent_however_many_were_left_out(ruled, ladder, opened, today, step):
    key = quarter(ruled, ladder=ladder, opened=opened)
    sent = ruled.at(today).fresh().only(Notify)
    assert (sent.person, sent.steps, sent.day) == ("p03", ((key, step),), today)
    assert sent.key == key


def test_a_step_is_sent_once(ruled):
    key = quarter(ruled)
    ruled.step()
    assert ruled.letters() == {}
    ruled.at(DUE).step()
    assert [one.step for one in ruled.history.notices[key]] == ["opened", "due:2027-03-15"]
    assert ruled.at(day("03-16")).letters() == {}


@pytest.mark.parametrize("delivered", [None, False])
def test_what_may_have_arrived_is_not_sent_again(ruled, delivered):
    key = quarter(ruled)
    ruled.sent(key, "opened", MON, delivered=delivered)
    assert ruled.at(TUE).letters() == {}


def test_nothing_is_sent_before_the_job_opens_for_its_person(ruled):
    quarter(ruled, opened=TUE)
    assert ruled.letters() == {}


# --- quiet ------------------------------------------------------------------------------------------------------------------

QUIET = [
    ("before nine", {}, MON, 8),
    ("before nine in the person's own zone", {"zone": "America/New_York"}, MON, 13),
    ("on a Saturday", {}, day("03-06"), 10),
    ("on a day the person does not work", {"works": WorkCalendar(frozenset({1, 2}))}, MON, 10),
    ("on a public holiday of the person", {"works": WorkCalendar(holidays="NL")}, day("04-27"), 10),
    ("to somebody who is away", {"away": (Span(MON, TUE),)}, MON, 10),
    ("to somebody who has left", {"until": day("02-28")}, MON, 10),
    ("to somebody who has not begun", {"since": TUE}, MON, 10),
    ("to somebody without an account", {"account": None}, MON, 10),
]


@pytest.mark.parametrize(("who", "today", "hour"), [row[1:] for row in QUIET], ids=[row[0] for row in QUIET])
def test_nothing_is_sent(ruled, who, today, hour):
    quarter(ruled.people(p03=who), opened=day("02-20"), due=day("05-03"), grace_end=day("05-10"))
    assert ruled.at(today, hour).letters() == {}


def test_it_is_sent_from_nine_in_the_person_s_own_zone(ruled):
    quarter(ruled.people(p03={"zone": "America/New_York"}))
    assert ruled.at(MON, 14).letters() == {"p03": ["opened"]}


@pytest.mark.parametrize("ladder", [Ladder.URGENT])
def test_urgent_knows_no_quiet_day_and_no_morning(ruled, ladder):
    key = quarter(ruled, ladder=ladder, opened=day("02-28"), due=MON, grace_end=MON)
    other = quarter(ruled, schedule="restore", opened=day("02-20"))
    sent = ruled.at(day("02-28"), 3).fresh().only(Notify)
    assert (sent.steps, sent.exempt) == (((key, "opened"),), True)
    ruled.people(p03={"away": (Span(day("02-28"), MON),)})
    assert ruled.letters() == {}, "whoever is away is left alone even then"
    assert other in ruled.history.contracts


def test_urgent_is_not_sent_to_somebody_who_is_away(ruled):
    quarter(ruled, ladder=Ladder.URGENT)
    ruled.people(p03={"away": (Span(MON, WED),)})
    assert ruled.letters() == {}


@pytest.mark.parametrize("why", ["away", "had two messages this week"])
def test_one_who_hears_nothing_keeps_it_from_nobody_else(ruled, why):
    key = quarter(ruled, person=None, schedule="restore")
    if why == "away":
        ruled.people(p03={"away": (Span(MON, WED),)})
    else:
        ruled.sent(key, "x", day("02-24"))
        ruled.sent(key, "y", day("02-25"))
    assert ruled.letters() == {"p04": ["opened"]}


def test_urgent_is_told_to_the_role_owner_daily_once_it_is_due(ruled):
    key = quarter(ruled, ladder=Ladder.URGENT, opened=day("02-20"), due=MON, grace_end=MON)
    ruled.sent(key, "due:2027-03-01", MON)
    assert ruled.letters() == {}
    assert ruled.at(TUE).letters() == {"p01": ["daily"]}
    ruled.step()
    assert ruled.letters() == {}
    ruled.people(p03={"away": (Span(TUE, day("04-01")),)})
    assert ruled.at(WED).letters() == {"p01": ["daily"]}


def test_no_cap_holds_back_an_urgent_step(ruled):
    key = quarter(ruled, ladder=Ladder.URGENT)
    for number in range(5):
        ruled.sent(key, f"due:old-{number}", day("02-2" + str(number)), exempt=False)
    assert ruled.letters() == {"p03": ["opened"]}


# --- merging and caps ---------------------------------------------------------------------------------------------------


def test_all_that_is_due_in_a_morning_is_one_message_the_most_urgent_job_first(ruled):
    later = quarter(ruled, schedule="restore", due=day("03-16"))
    sooner = quarter(ruled)
    assert ruled.fresh().only(Notify).steps == ((sooner, "opened"), (later, "opened"))


def test_one_message_per_person_and_day(ruled):
    quarter(ruled)
    ruled.step()
    quarter(ruled, schedule="restore")
    assert ruled.at(MON, 15).letters() == {}
    assert ruled.at(TUE).letters() == {"p03": ["opened"]}


def test_a_last_warning_is_no_reason_for_a_second_message_that_day(ruled):
    key = quarter(ruled)
    ruled.at(day("03-26")).warned(key, day("03-26"))
    quarter(ruled, schedule="restore", opened=day("03-26"), due=day("04-20"), grace_end=day("04-28"))
    assert ruled.letters() == {}


def test_two_messages_a_week_and_the_last_warning_beside_them(ruled):
    old = ruled.job(schedule="old", told=False)
    ruled.sent(old, "opened", TUE)
    ruled.sent(old, "due:2027-03-05", FRI)
    quarter(ruled, opened=day("03-08"))
    assert ruled.at(day("03-08")).letters() == {}
    assert ruled.at(day("03-09")).letters() == {"p03": ["opened"]}
    last = quarter(ruled, schedule="restore", due=MON, grace_end=day("03-09"))
    assert ruled.at(day("03-08")).fresh().only(Notify).steps[0] == (last, "last:2027-03-09")
    assert ruled.fresh().only(Notify).exempt


def test_four_steps_of_one_job_and_the_last_warning_beside_them(ruled):
    key = quarter(ruled, told=True)
    for number, kind in enumerate(("due", "after", "due")):
        ruled.sent(key, f"{kind}:2027-02-0{number + 1}", day(f"02-0{number + 1}"))
    assert ruled.at(DUE).letters() == {}
    assert ruled.at(day("03-26")).letters() == {"p03": ["last"]}


def test_a_yearly_job_has_all_five_of_its_steps(ruled):
    key = ruled.job(ladder=Ladder.YEARLY, due=day("03-26"), grace_end=day("04-16"), told=False)
    for today in (MON + timedelta(days=number) for number in range(47)):
        ruled.at(today).step()
    said = [sent.step.partition(":")[0] for sent in ruled.history.notices[key]]
    assert said == ["opened", "before", "due", "after", "last"]


def test_each_of_several_people_gets_the_own_message(ruled):
    quarter(ruled, person=None, schedule="restore")
    assert ruled.letters() == {"p03": ["opened"], "p04": ["opened"]}


# --- nothing more to say ------------------------------------------------------------------------------------------------

S = Signing


@pytest.mark.parametrize(
    ("signing", "today", "kinds"),
    [
        (S.NOTHING, DUE, ["due"]),
        (S.PARTIAL, DUE, ["due"]),
        (S.SOMEONE_ELSE, DUE, ["due"]),
        (S.TICKED, DUE, None),
        (S.HALF_SIGNED, DUE, None),
        (S.UNCLEAR, DUE, None),
        (S.SIGNED, DUE, None),
        (S.TICKED, day("03-26"), ["last"]),
        (S.HALF_SIGNED, day("03-26"), ["last"]),
        (S.UNCLEAR, day("03-26"), ["last"]),
        (S.SIGNED, day("03-26"), None),
    ],
)
def test_whoever_was_told_what_is_missing_hears_only_the_last_warning(ruled, signing, today, kinds):
    ruled.verdict(quarter(ruled), signing, at=ruled.now)
    assert ruled.at(today).letters().get("p03") == kinds


def test_whoever_has_just_signed_is_warned_of_nothing(ruled):
    key = quarter(ruled)
    ruled.at(day("03-26")).verdict(key, S.SIGNED, at=ruled.now)
    assert ruled.letters() == {}


def test_whoever_has_signed_a_sheet_for_several_hears_no_more(ruled):
    key = quarter(ruled, person=None, schedule="restore", completion=Completion.ALL)
    ruled.verdict(key, S.PARTIAL, signatures=(Signature("p03", Level.BY_OWN_ACCOUNT, ruled.now, "comment"),))
    assert ruled.letters() == {"p04": ["opened"]}


@pytest.mark.parametrize("state", [PageState.TRASHED, PageState.ARCHIVED, PageState.MOVED])
def test_nothing_is_said_about_a_page_that_was_taken_away(ruled, state):
    ruled.gesture(quarter(ruled), state=state)
    assert ruled.letters() == {}


@pytest.mark.parametrize("why", ["missed", "no page", "clock apart"])
def test_nothing_is_said(ruled, why):
    key = quarter(ruled)
    ruled.trusted = why != "clock apart"
    if why == "missed":
        ruled.missed(key)
    if why == "no page":
        del ruled.pages[key]
    assert ruled.letters() == {}


def test_a_job_without_a_verdict_yet_is_announced_all_the_same(ruled):
    ruled.verdicts.pop(quarter(ruled))
    assert ruled.letters() == {"p03": ["opened"]}


def test_a_page_that_is_not_there_has_no_letter_of_its_own(ruled):
    key = quarter(ruled)
    letters = Letters(ruled.view())
    promise = ruled.history.promise(key)
    letters.consider(Job(promise, promise), MON, WorkCalendar())
    assert list(letters.messages()) == []


def test_nothing_warns_of_what_cannot_come_after_the_ledger_was_lost(ruled):
    quarter(ruled)
    ruled.row("ledger_lost", "", before="2027-03-16")
    assert ruled.at(DUE).letters() == {"p03": ["due"]}
    assert ruled.at(day("03-26")).letters() == {}


# --- moved --------------------------------------------------------------------------------------------------------------


def test_a_moved_due_day_is_told_anew(ruled):
    key = quarter(ruled)
    ruled.sent(key, "opened", MON)
    ruled.sent(key, "due:2027-03-15", DUE)
    ruled.row("amended", key, cause="d1", due="2027-03-22", grace_end="2027-04-05", people=["p03"])
    assert ruled.at(day("03-22")).fresh().only(Notify).steps == ((key, "due:2027-03-22"),)


def test_a_moved_end_of_grace_is_warned_of_anew(ruled):
    key = quarter(ruled)
    ruled.warned(key, day("03-26"))
    ruled.row("amended", key, cause="d1", due="2027-03-15", grace_end="2027-04-05", people=["p03"])
    assert ruled.at(day("04-02")).fresh().only(Notify).steps == ((key, "last:2027-04-05"),)


def test_after_an_outage_one_merged_message_says_what_moved(ruled):
    keys = [quarter(ruled), quarter(ruled, schedule="restore")]
    ruled.outage(MON, day("03-10"))
    ruled.at(day("03-10"))
    assert ruled.step()
    assert ruled.letters() == {"p03": ["outage", "outage"]}
    ruled.step()
    assert [ruled.at(day("03-10") + timedelta(days=n)).letters() for n in (0, 1, 2)] == [{}, {}, {}]
    assert {one.step for key in keys for one in ruled.history.notices[key]} == {"outage:2027-03-01"}


def test_whoever_was_told_of_the_opening_hears_what_moved_and_then_the_due_day(ruled):
    key = quarter(ruled, told=True)
    ruled.outage(TUE, WED)
    ruled.at(WED).step()
    assert ruled.letters() == {"p03": ["outage"]}
    ruled.step()
    assert ruled.at(THU).letters() == {}
    assert ruled.at(day("03-17")).fresh().only(Notify).steps == ((key, "due:2027-03-17"),)
    ruled.step()
    assert ruled.at(day("03-18")).letters() == {}


def test_the_last_warning_of_a_moved_job_is_sent_once(ruled):
    key = quarter(ruled)
    ruled.row("amended", key, cause="d1", due="2027-03-15", grace_end="2027-04-05", people=["p03"])
    ruled.warned(key, day("04-02"))
    assert ruled.at(day("04-05")).letters() == {}


def test_nothing_is_sent_from_dates_that_are_just_being_moved(ruled):
    quarter(ruled, opened=day("02-20"), due=MON, grace_end=FRI)
    ruled.outage(MON, THU)
    assert ruled.at(THU).letters() == {}


def test_whoever_got_the_job_after_the_outage_hears_of_its_opening(ruled):
    key = quarter(ruled, person=None, schedule="restore", people=("p03",))
    for cause, people in (("outage:2027-03-01", ["p03"]), ("handover:p04", ["p04"])):
        ruled.row("amended", key, cause=cause, due="2027-03-22", grace_end="2027-04-05", people=people)
    ruled.gesture(key, by="u-bot", due=Span(day("03-22")), grace_end=Span(day("04-05")), assignee=("u-p04",))
    assert ruled.at(day("03-10")).letters() == {"p04": ["opened"]}


def away(ruled, **given):
    """p03 is away from Wednesday 10 to Friday 19 March, over the due day; the job has moved."""
    key = quarter(ruled, **given)
    ruled.people(p03={"away": (Span(day("03-10"), day("03-19")),)})
    ruled.at(day("03-10")).step()
    return key


def test_one_message_on_the_first_morning_back(ruled):
    away(ruled)
    assert ruled.history.notices == {}
    assert [ruled.at(day(f"03-{n}")).letters() for n in (11, 15, 19, 20)] == [{}, {}, {}, {}]
    assert ruled.at(day("03-22"), 8).letters() == {}
    assert ruled.at(day("03-22")).letters() == {"p03": ["return"]}
    ruled.step()
    assert ruled.at(day("03-23")).letters() == {}


def test_a_stand_in_is_told_of_the_opening_and_of_no_return(ruled):
    away(ruled, person=None, schedule="restore", people=("p03",))
    assert ruled.letters() == {"p04": ["opened"]}
    assert ruled.at(day("03-22")).letters() == {"p04": ["after"]}


def test_messages_are_for_people_of_the_team_only(ruled):
    quarter(ruled, people=("p09",), told=False)
    assert ruled.at(MON).letters() == {}


def test_the_day_of_a_message_is_the_person_s(ruled):
    quarter(ruled.people(p03={"zone": "Asia/Tokyo"}), due=day("04-15"), grace_end=day("04-29"))
    ruled.now = datetime(2027, 3, 2, 1, tzinfo=UTC)
    assert ruled.fresh().only(Notify).day == TUE
