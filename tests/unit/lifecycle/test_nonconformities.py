"""What follows a non-conformity: discussion, decision, one reminder, and the third of a kind. The bot closes nothing."""

from dataclasses import replace

import pytest

from isms_bot.lifecycle.actions import Action, Conclude, Find, PutBack, Settle, Tell
from isms_bot.model import DecisionKind, PageState, Span
from tests.unit.lifecycle.world import BOT, FRI, MON, day

TALK = "Under discussion"


@pytest.fixture
def raised(ruled):
    """NC-001 about the review of p03, raised on Monday, 15 March at ten o'clock."""
    ruled.key = ruled.job()
    ruled.at(day("03-15")).nonconformity(ruled.key)
    return ruled


def about(world, number="NC-001") -> list[Action]:
    """Actions about one non-conformity."""
    return [one for one in world.decide() if one.key == number]


def told(world):
    """(cause, whom) of the comments on pages of non-conformities."""
    return [(one.cause, one.to) for one in world.of(Tell)]


# --- statuses that people set -------------------------------------------------------------------------------------------------

MAY = [
    ("anybody begins a discussion", TALK, "u-p03", True),
    ("even somebody whom the roster does not know", TALK, "u-other", True),
    ("even if the wiki does not tell who", TALK, None, True),
    ("the product manager lets it stand", "Stands", "u-p01", True),
    ("the deputy too", "Stands", "u-p02", True),
    ("the product manager has it reworded", "Reworded", "u-p01", True),
    ("the product manager retracts it", "Retracted", "u-p01", True),
    ("the product manager closes it", "Closed", "u-p01", True),
    ("nobody decides about oneself", "Stands", "u-p03", False),
    ("a colleague does not decide", "Reworded", "u-p04", False),
    ("nobody retracts the own one", "Retracted", "u-p03", False),
    ("nor closes it", "Closed", "u-p03", False),
    ("somebody whom the roster does not know does not decide", "Stands", "u-other", False),
]


@pytest.mark.parametrize(("status", "by", "counts"), [row[1:] for row in MAY], ids=[row[0] for row in MAY])
def test_a_status_counts_by_whom_it_was_set(raised, status, by, counts):
    raised.status("NC-001", status, by)
    person = by.removeprefix("u-") if by in ("u-p01", "u-p02", "u-p03") else None
    found = about(raised)
    if counts:
        assert found == [Settle("NC-001", raised.key, status, person)]
        assert raised.of(Find) == []
    else:
        assert [type(one) for one in found] == [Tell, PutBack]
        assert (found[0].cause, found[0].to, found[1].status) == (f"proposed:{status}", ("p01",), "Open")
        assert raised.findings() == [(f"nonconformity-proposed/NC-001@{status}", ("p01",))]


def test_a_proposal_names_its_author_to_whoever_decides(raised):
    raised.status("NC-001", "Stands", "u-p04")
    assert raised.only(Find).values == {"number": "NC-001", "decision": "Stands", "author": "P04"}
    raised.status("NC-001", "Stands", "u-other")
    assert raised.only(Find).values["author"] == "somebody"


def test_a_proposal_is_put_back_once_and_said_once(raised):
    raised.status("NC-001", "Stands", "u-p03")
    raised.step()
    assert about(raised) == []
    raised.status("NC-001", "Stands", "u-p03")
    assert about(raised) == [PutBack("NC-001", "Open")]
    raised.status("NC-001", "Stands", "u-p01")
    assert about(raised) == [Settle("NC-001", raised.key, "Stands", "p01")], "the same by whoever may"


def test_the_owner_of_the_role_closes_without_being_a_manager_but_does_not_retract(raised):
    raised.people(p04={"roles": frozenset({"team-member", "rules-owner"})})
    other = raised.job("p02", owner="rules-owner")
    raised.nonconformity(other, "NC-002")
    raised.status("NC-002", "Closed", "u-p04")
    assert about(raised, "NC-002") == [Settle("NC-002", other, "Closed", "p04")]
    raised.status("NC-002", "Retracted", "u-p04")
    assert [type(one) for one in about(raised, "NC-002")] == [Tell, PutBack]


def test_whoever_must_decide_about_oneself_is_marked(raised):
    raised.deputy = None
    own = raised.job("p01")
    raised.nonconformity(own, "NC-002")
    raised.status("NC-002", "Stands", "u-p01")
    assert about(raised, "NC-002") == [Settle("NC-002", own, "Stands", "p01", alone=True)]
    assert raised.findings() == [("no-second-person/NC-002@Stands", ())]


@pytest.mark.parametrize("status", [None, "Parked"])
def test_a_status_that_means_nothing_is_left_alone(raised, status):
    raised.status("NC-001", status)
    assert about(raised) == []


@pytest.mark.parametrize("by", [BOT, None])
def test_a_decision_that_no_person_set_is_none(raised, by):
    raised.status("NC-001", "Retracted", by)
    assert about(raised) == []


def test_what_was_decided_is_taken_in_once_and_may_be_discussed_again(raised):
    for status in (TALK, "Stands", TALK, "Open"):
        raised.status("NC-001", status)
        assert [type(one) for one in about(raised)] == [Settle]
        raised.step()
        assert about(raised) == []
        assert raised.history.standing["NC-001"].status == status


def test_what_is_retracted_is_over(raised):
    raised.row("retracted", raised.key, number="NC-001")
    for status in (TALK, "Open", "Stands"):
        raised.status("NC-001", status, "u-p03")
        assert about(raised.at(day("05-03"))) == []


@pytest.mark.parametrize("state", [PageState.TRASHED, PageState.ARCHIVED, PageState.MOVED])
def test_a_page_that_is_away_decides_nothing(raised, state):
    raised.status("NC-001", TALK, state=state)
    assert about(raised) == []


def test_a_page_that_was_not_seen_decides_nothing(raised):
    del raised.nonconformities["NC-001"]
    assert about(raised.at(day("05-03"))) == []


def test_while_the_clocks_are_apart_nothing_is_decided(raised):
    raised.status("NC-001", TALK)
    raised.trusted = False
    assert about(raised) == []


def test_a_status_never_changes_the_outcome_and_the_bot_never_closes(raised):
    raised.status("NC-001", "Closed")
    raised.step()
    assert raised.of(Conclude) == []
    assert about(raised.at(day("09-01"))) == []


# --- after ten working days ---------------------------------------------------------------------------------------------------


def talked(world):
    """NC-001 is under discussion since Monday, 15 March."""
    world.status("NC-001", TALK, "u-p03")
    world.step()
    return world


@pytest.mark.parametrize(
    ("when", "hour", "asked"),
    [("03-26", 10, False), ("03-29", 8, False), ("03-29", 10, True), ("04-03", 10, False), ("04-05", 10, True)],
    ids=["the ninth day", "the tenth, too early", "the tenth, in the morning", "a Saturday", "later"],
)
def test_after_ten_working_days_the_product_manager_is_asked_to_decide(raised, when, hour, asked):
    talked(raised).at(day(when), hour)
    assert told(raised) == ([("decide:2027-03-15", ("p01",))] if asked else [])


def test_it_is_asked_once_for_each_discussion(raised):
    talked(raised).at(day("03-29")).step()
    assert told(raised.at(day("04-20"))) == []
    raised.status("NC-001", "Stands")
    raised.step()
    raised.status("NC-001", TALK)
    raised.step()
    assert told(raised.at(day("05-20"))) == [("decide:2027-04-20", ("p01",))]


ASKED = [
    ("the deputy while the product manager is away", {"p01": {"away": (Span(day("03-25"), day("04-09")),)}}, "p03", ("p02",)),
    ("the deputy about the product manager", {}, "p01", ("p02",)),
    ("top management about both", {"p04": {"roles": frozenset({"top-management"})}}, "p01+p02", ("p04",)),
    ("whoever there is, if there is nobody else", {}, "p01+p02", ("p01",)),
]  # fmt: skip


@pytest.mark.parametrize(("people", "of", "to"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
def test_somebody_else_is_asked_to_decide(raised, people, of, to):
    raised.people(**people)
    contract = raised.history.contracts[raised.key]
    raised.history.contracts[raised.key] = replace(contract, people=tuple(of.split("+")))
    talked(raised).at(day("03-29"))
    assert told(raised) == [("decide:2027-03-15", to)]


def test_nobody_is_asked_while_everybody_is_away(raised):
    away = {"away": (Span(day("03-25"), day("04-09")),)}
    talked(raised.people(p01=away, p02=away)).at(day("03-29"))
    assert told(raised) == []


def test_an_open_page_has_one_reminder_for_the_role_owner_after_ten_working_days(raised):
    assert told(raised.at(day("03-26"))) == []
    assert told(raised.at(day("03-29"))) == [("waits:2027-03-15", ("p01",))]
    raised.step()
    assert told(raised.at(day("06-01"))) == []


def test_a_discussion_stops_the_reminder_and_a_decision_begins_its_time_anew(raised):
    talked(raised).at(day("03-24"))
    raised.status("NC-001", "Stands")
    raised.step()
    assert told(raised.at(day("04-06"))) == []
    assert told(raised.at(day("04-07"))) == [("waits:2027-03-24", ("p01",))]


def test_of_a_page_raised_before_days_were_noted_nobody_is_reminded(raised):
    raised.history.raised_on.clear()
    assert told(raised.at(day("06-01"))) == []


# --- signed late --------------------------------------------------------------------------------------------------------------


def test_the_page_learns_once_that_the_job_was_signed_after_all(raised):
    raised.row("outcome", raised.key, outcome="recorded late")
    assert told(raised) == [("late", ())]
    raised.undeliverable = True
    raised.step()
    assert told(raised) == [("late", ())], "until it was said"
    raised.undeliverable = False
    raised.step()
    assert told(raised) == []


def test_so_does_one_that_was_retracted(raised):
    raised.row("outcome", raised.key, outcome="recorded late")
    raised.row("retracted", raised.key, number="NC-001")
    assert told(raised) == [("late", ())]


# --- three of a kind ----------------------------------------------------------------------------------------------------------


def kept_badly(world, *dues, people=("p03",), first=1, procedure="review"):
    """A non-conformity per due day and person."""
    number = first
    for due in dues:
        for person in people:
            key = world.job(person, nominal=due, opened=due, due=due, procedure=procedure)
            world.at(due).nonconformity(key, f"NC-{number:03d}")
            number += 1


def thirds(world):
    """(number, the two before it) of pages that ask for the cause anew."""
    return [(one.number, one.values["items"]) for one in world.of(Tell) if one.cause == "third"]


DUES = [MON, day("04-01"), day("05-03"), day("06-01"), day("07-01"), day("08-02")]


def test_the_third_of_a_kind_asks_for_the_cause_anew(ruled):
    kept_badly(ruled, *DUES[:3])
    assert thirds(ruled) == [("NC-003", ("NC-001", "NC-002"))]
    ruled.step()
    assert thirds(ruled) == []


def test_after_that_it_takes_three_more(ruled):
    kept_badly(ruled, *DUES[:5])
    assert [number for number, _ in thirds(ruled)] == ["NC-003"]
    kept_badly(ruled, DUES[5], first=6)
    assert [number for number, _ in thirds(ruled)] == ["NC-003", "NC-006"]


@pytest.mark.parametrize(("last", "asked"), [(day("02-28"), True), (MON, False)], ids=["within", "after twelve months"])
def test_it_takes_three_within_twelve_months(ruled, last, asked):
    kept_badly(ruled, MON, FRI, last.replace(year=2028))
    assert bool(thirds(ruled)) is asked


def test_several_people_on_one_date_are_one_of_a_kind(ruled):
    kept_badly(ruled, MON, people=("p02", "p03", "p04"))
    assert thirds(ruled) == []
    kept_badly(ruled, day("04-01"), day("05-03"), people=("p02", "p03"), first=4)
    assert thirds(ruled) == [("NC-006", ("NC-001", "NC-004"))], "said on one page of the date"


def test_other_procedures_are_another_kind(ruled):
    kept_badly(ruled, MON, FRI)
    kept_badly(ruled, day("04-01"), procedure="other", first=3)
    assert thirds(ruled) == []


def test_what_was_retracted_is_not_counted(ruled):
    kept_badly(ruled, *DUES[:3])
    ruled.decided(DecisionKind.RETRACT, "NC-002")
    ruled.row("retracted", "", number="NC-002")
    assert thirds(ruled) == []
