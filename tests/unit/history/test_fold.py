"""What the ledger says, folded into the present: each kind of row has its effect, once."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from isms_bot.history import (
    FOLDS,
    WATCHED,
    Amendment,
    Attestation,
    History,
    Sent,
    Standing,
    Waiting,
    activated_body,
    contract_body,
    contract_from,
    decision_body,
    fold,
)
from isms_bot.model import (
    Completion,
    Contract,
    Decision,
    DecisionKind,
    Ladder,
    Level,
    Outcome,
    Regime,
    Source,
    Span,
)

KEY = "review/2027-03-01/p03"
MON, FRI, END = date(2027, 3, 1), date(2027, 3, 5), date(2027, 3, 12)
CONTRACT = Contract(
    KEY, "review", MON, MON, MON, FRI, END, Regime.RECORDING, ("p03",), "proc", "Review", Completion.QUORUM, 2,
    Level.BY_OWN_ACCOUNT, Ladder.YEARLY, "operations", "deputy", "rules", "digest",
)  # fmt: skip


class Rows:
    """A ledger in memory."""

    def __init__(self):
        self.history, self.seq = History(), 0

    def add(self, kind, key="", /, **body):
        self.seq += 1
        return fold(self.history, [SimpleNamespace(seq=self.seq, kind=kind, key=key, body=body)])

    def open(self, key=KEY, **given):
        return self.add("opened", key, **{**contract_body(CONTRACT), **given})

    def notice(self, step="opened", *, day="2027-03-01", delivered=True, exempt=False, person="p03", **more):
        body = {"person": person, "day": day, "steps": [[KEY, step]], "exempt": exempt, "delivered": delivered, **more}
        return self.add("noticed", "t", **body)


@pytest.fixture
def rows():
    return Rows()


def test_a_contract_comes_back_as_it_was_written():
    assert contract_from(KEY, contract_body(CONTRACT)) == CONTRACT
    at = datetime(2027, 3, 1, 10, tzinfo=UTC)
    counted = replace(CONTRACT, opened_at=at, due_at=at)
    assert contract_from(KEY, contract_body(counted)) == counted
    assert contract_body(CONTRACT).keys() < contract_body(counted).keys(), "rows of before know of no moments"


def test_a_decision_comes_back_as_it_was_written_but_for_its_reason(rows):
    decision = Decision(
        "d1", DecisionKind.WAIVE, "review", "p01", "because", MON, END, datetime(2027, 3, 1, tzinfo=UTC), True
    )
    history = rows.add("decided", "review", **decision_body(decision, "commit:1"))
    assert history.decisions == {"d1": Decision(**{name: getattr(decision, name) for name in (
        "id", "kind", "about", "by", "start", "until", "made_at", "no_second_person"
    )})}  # fmt: skip
    assert history.commitments == {"d1": "commit:1"}


def test_a_decision_without_dates(rows):
    decision = Decision("d1", DecisionKind.ACTIVATE, "all", None)
    assert rows.add("decided", "all", **decision_body(decision, "")).decisions == {"d1": decision}


# --- one row, one effect ----------------------------------------------------------------------------------------------------

IMPROVED = {"page": "page-1", "schedule": "review", "nominal": "2027-03-01"}
WAITS = {"schedule": "review", "nominal": "2027-03-01", "due": "2027-03-05", "person": "p01", "full": ["p01"]}
STANDS = {"number": "NC-001", "status": "Stands", "by": "p01", "day": "2027-03-01", "no_second_person": False}
SIMPLE = [
    ("ledger_lost", {"before": "2027-03-01"}, "lost_before", MON),
    ("person", {"page": "row-1", "roster": "p01"}, "people", {"row-1": "p01"}),
    ("activated", {"about": "all", "on": "2027-03-01"}, "activated", {"all": MON}),
    (
        "activated",
        {"about": "rules", "on": "2027-03-01", "floors": {"review": "2027-03-05"}},
        "floors",
        {"review": FRI},
    ),
    ("waiting", WAITS, "waiting", {KEY: Waiting("review", MON, FRI, "p01")}),
    ("resolved", {"schedule": "review", "page": "page-1"}, "procedures", {"review": "page-1"}),
    ("adopted", {"page": "page-1"}, "adopted", {KEY: "page-1"}),
    ("introduction", {"last_day": "2027-03-12"}, "decided_end", END),
    ("announced", {"decided": "2027-03-10", "last_day": "2027-03-12"}, "introduction_end", END),
    ("announced", {"decided": "2027-03-12", "last_day": "2027-03-15"}, "announced_for", END),
    ("digest", {"week": "2027-03-12", "page": "r1"}, "digests", {END: "r1"}),
    ("preview", {"page": "r1"}, "previews", {KEY: "r1"}),
    ("delivered", {"page": "page-1"}, "pages", {KEY: "page-1"}),
    ("replied", {"cause": "ticked"}, "replies", {(KEY, "ticked")}),
    ("observed", {"facts": [{"as": "name"}]}, "observed", {KEY: [{"as": "name"}]}),
    ("superseded", {"by": "next"}, "superseded", {KEY: "next"}),
    ("raised", {"number": "NC-001", "page": "page-1"}, "raised", {"NC-001": "page-1"}),
    ("raised", {"number": "NC-001", "page": "page-1"}, "raised_on", {}),
    ("raised", {"number": "NC-001", "page": "page-1", "day": "2027-03-01"}, "raised_on", {"NC-001": MON}),
    ("retracted", {"number": "NC-001"}, "retracted", {"NC-001"}),
    ("standing", STANDS, "standing", {"NC-001": Standing("Stands", MON, "p01")}),
    ("delivered", {"page": "page-1", "policies": "x"}, "policies", {KEY: "x"}),
    ("changed", {"digest": "abc"}, "altered", {KEY: ["abc"]}),
    ("changed", {"digest": "abc"}, "kept", {}),
    ("changed", {"digest": "abc", "text": "commit:1"}, "kept", {KEY: "commit:1"}),
    (
        "attested",
        {"on": "2027-03-01", "inside": ["p01", "p03"], "by_role": ["p01"]},
        "attested",
        Attestation(date(2027, 3, 1), ("p01", "p03"), ("p01",)),
    ),
    ("applies", {"item": "rules", "applies": "No", "reason": "", "by": "p01"}, "items", {"rules": ("No", False)}),
    ("outage", {"from": "2027-03-01", "to": "2027-03-05"}, "outages", [Span(MON, FRI)]),
    ("finding", {"state": "open", "page": "page-1"}, "findings", {KEY: "page-1"}),
    ("question", {"page": "page-1"}, "questions", {KEY: "page-1"}),
    ("improvement", IMPROVED, "improvements", {KEY: "page-1"}),
    ("improvement", IMPROVED, "improved", {"review": MON}),
]


@pytest.mark.parametrize(("kind", "body", "name", "expected"), SIMPLE, ids=[f"{row[0]}: {row[2]}" for row in SIMPLE])
def test_a_row_is_remembered(rows, kind, body, name, expected):
    assert getattr(rows.add(kind, KEY, **body), name) == expected


@pytest.mark.parametrize("kind", ["installed", "erased", "undone"])
def test_a_row_for_readers_only_changes_nothing_but_the_place(rows, kind):
    assert rows.add(kind, KEY, anything=1) == History(seq=1)


def test_every_kind_of_row_is_looked_at_here():
    tested = {row[0] for row in SIMPLE} | {"installed", "erased", "undone"}
    assert set(FOLDS) - tested == {"rules", "opened", "amended", "noticed", "outcome", "decided"}


def test_a_mail_that_was_not_sent_for_sure_is_owed_until_it_goes(rows):
    """And a notice that is mailed later counts once."""
    history = rows.notice(channels={"comment": True, "mail": False})
    assert [one["token"] for one in history.owed_mail.values()] == ["t"]
    assert history.unsure_mail == set()
    history = rows.notice(channels={"comment": True, "mail": True})
    assert (history.owed_mail, history.unsure_mail) == ({}, set())
    assert len(history.notices[KEY]) == len(history.messages["p03"]) == 1


def test_whose_last_mail_may_not_have_arrived_is_known_until_one_does(rows):
    """A notice without mail, as rows of before have it, says nothing about that."""
    assert rows.notice(channels={"comment": True, "mail": None}).unsure_mail == {"p03"}
    assert rows.notice().unsure_mail == {"p03"}
    assert rows.notice(channels={"comment": True, "mail": False}).unsure_mail == {"p03"}
    assert rows.notice(channels={"comment": True, "mail": True}).unsure_mail == set()


def test_a_kind_that_is_not_known_is_an_error_of_its_row(rows):
    rows.open()
    with pytest.raises(ValueError, match="row 2 of the ledger is of the unknown kind 'later'"):
        rows.add("later")


def test_a_row_counts_once(rows):
    rows.add("outage", **{"from": "2027-03-01", "to": "2027-03-05"})
    row = SimpleNamespace(seq=1, kind="outage", key="", body={"from": "2027-03-01", "to": "2027-03-05"})
    assert len(fold(rows.history, [row]).outages) == 1


# --- rules and activation ---------------------------------------------------------------------------------------------------


def test_rules_are_kept_by_the_day_they_were_accepted_and_say_since_when_they_count(rows):
    rows.add("rules", day="2027-03-01", digest="a", schedules={"review": {}}, since={"review": "2027-02-28"})
    history = rows.add("rules", day="2027-03-05", digest="b", schedules={}, since={"restore": "2027-03-04"})
    assert [(rule.day, rule.digest, rule.schedules) for rule in history.rules] == [
        (MON, "a", {"review": {}}),
        (FRI, "b", {}),
    ]
    assert history.rule_since == {"review": date(2027, 2, 28), "restore": date(2027, 3, 4)}


def test_what_was_activated_once_keeps_its_day(rows):
    rows.add("activated", about="all", on="2027-03-01")
    assert rows.add("activated", about="all", on="2027-03-05").activated == {"all": MON}


# --- jobs -------------------------------------------------------------------------------------------------------------------


def test_an_activation_that_comes_earlier_after_all_counts_and_so_does_its_floor(rows):
    for on, floor in ((FRI, END), (MON, FRI), (END, END)):
        rows.add("activated", "rules", **activated_body("rules", on, {"review": floor}))
    assert (rows.history.activated, rows.history.floors) == ({"rules": MON}, {"review": FRI})


def test_an_activation_of_everything_settles_no_floor():
    assert activated_body("all", MON, {}) == {"about": "all", "on": "2027-03-01"}


def test_a_wait_lasts_until_it_opens_or_has_an_outcome(rows):
    for person in ("p03", "p04"):
        rows.add("waiting", f"review/2027-03-01/{person}", **{**WAITS, "person": person})
    assert set(rows.history.still_waiting()) == {"review/2027-03-01/p03", "review/2027-03-01/p04"}
    rows.open()
    known = rows.add("outcome", "review/2027-03-01/p04", outcome="paused")
    assert known.still_waiting() == {}


def test_a_wait_ends_with_the_outcome_of_its_whole_occurrence(rows):
    rows.add("waiting", KEY, **WAITS)
    assert set(rows.history.still_waiting()) == {KEY}
    assert rows.add("outcome", "review/2027-03-01", outcome="paused").still_waiting() == {}


def test_an_opening_is_a_contract_a_nominal_date_and_a_run(rows):
    rows.open("review/2027-06-01/p03", nominal="2027-06-01")
    rows.open()
    history = rows.open("review/2027-03-01/p04", people=["p04"])
    assert history.contracts[KEY] == CONTRACT
    assert history.latest["review"] == [MON, date(2027, 6, 1)]
    assert history.ran == {("proc", "p03"): 2, ("proc", "p04"): 1}


def test_a_job_that_an_event_opened_is_no_date_of_its_schedule(rows):
    rows.open("review/incident-7/p03")
    assert rows.history.latest == {}
    assert rows.open("review", nominal="2027-03-01").latest == {}


@pytest.mark.parametrize(
    ("outcome", "runs"),
    [
        ("waived", 0),
        ("paused", 0),
        ("cancelled", 0),
        ("withdrawn", 0),
        ("left", 1),
        ("recorded", 1),
        ("introduction", 1),
    ],
)
def test_what_was_never_asked_for_in_the_end_was_no_run(rows, outcome, runs):
    rows.open()
    rows.add("outcome", KEY, outcome=outcome)
    assert rows.add("outcome", KEY, outcome=outcome).ran["proc", "p03"] == runs


def test_a_promise_is_the_contract_with_its_last_amendment(rows):
    history = rows.open()
    assert history.promise(KEY) is history.contracts[KEY]
    assert history.causes(KEY) == frozenset()
    rows.add("amended", KEY, cause="outage:x", due="2027-03-08", grace_end="2027-03-15", people=["p03"])
    rows.add("amended", KEY, cause="left:p03", due="2027-03-09", grace_end="2027-03-16", people=["p04"])
    promise = history.promise(KEY)
    assert (promise.due, promise.grace_end, promise.people) == (date(2027, 3, 9), date(2027, 3, 16), ("p04",))
    assert (promise.nominal_due, promise.regime) == (MON, Regime.RECORDING)
    assert history.amendments[KEY][0] == Amendment("outage:x", date(2027, 3, 8), date(2027, 3, 15), ("p03",))
    assert history.causes(KEY) == {"outage:x", "left:p03"}
    assert history.contracts[KEY] == CONTRACT


def test_there_is_no_promise_for_what_was_never_opened(rows):
    with pytest.raises(KeyError):
        rows.history.promise(KEY)


# --- outcomes ---------------------------------------------------------------------------------------------------------------


def test_an_occurrence_is_open_until_it_has_an_outcome(rows):
    history = rows.open()
    assert history.outcome(KEY) is Outcome.OPEN
    assert list(history.unfinished()) == [KEY]
    rows.add("outcome", KEY, outcome="waived", why="d1")
    assert history.outcome(KEY) is Outcome.WAIVED
    assert list(history.unfinished()) == []
    assert history.missed == {}


@pytest.mark.parametrize("outcome", ["nonconformity", "introduction"])
def test_a_missed_job_matters_until_it_is_recorded_late_or_superseded(rows, outcome):
    history = rows.open()
    rows.add("outcome", KEY, outcome=outcome, number="NC-001")
    assert history.missed == {KEY: Outcome(outcome)}
    assert list(history.unfinished()) == [KEY]
    rows.add("superseded", KEY, by="next")
    assert list(history.unfinished()) == []


def test_a_record_is_remembered_with_the_moment_of_its_signature(rows):
    at = datetime(2027, 3, 4, 10, tzinfo=UTC)
    rows.open()
    record = rows.add("outcome", KEY, outcome="recorded", digest="abc", text="", page="p1", signed_at=at.isoformat())
    assert record.records == {KEY: "abc"}
    assert record.signed == {KEY: at}


def test_recorded_late_keeps_what_was_noted(rows):
    history = rows.open()
    rows.add("outcome", KEY, outcome="nonconformity", number="NC-001")
    rows.add("outcome", KEY, outcome="recorded late", digest="abc")
    assert history.outcome(KEY) is Outcome.RECORDED_LATE
    assert (history.missed, history.numbers) == ({KEY: Outcome.NONCONFORMITY}, {KEY: "NC-001"})
    assert history.records == {KEY: "abc"}
    assert list(history.unfinished()) == []


def test_a_miss_of_the_introduction_stands_on_its_line(rows):
    history = rows.add("outcome", KEY, outcome="introduction", line="review/2027-03-01")
    assert history.discussion == {"review/2027-03-01": {KEY}}


def test_what_ended_before_it_opened_counts_as_a_nominal_date_once(rows):
    for nominal in ("2027-06-01", "2027-03-01", "2027-03-01"):
        rows.add("outcome", f"review/{nominal}", outcome="paused", schedule="review", nominal=nominal)
    assert rows.history.latest["review"] == [MON, date(2027, 6, 1)]


def test_what_was_opened_counts_from_its_opening(rows):
    rows.open()
    assert rows.add("outcome", KEY, outcome="left", schedule="other", nominal="2027-03-01").latest.get("other") is None


def test_jobs_are_known_by_the_date_they_are_for_and_those_of_events_are_not(rows):
    rows.open()
    rows.open("review/2027-03-01/p04", people=["p04"])
    assert rows.open("review/incident-7/p03").dates == {("review", MON): [KEY, "review/2027-03-01/p04"]}


def test_a_proposal_is_remembered_by_its_row_and_by_the_latest_date_it_is_about(rows):
    for nominal in ("2027-06-01", "2027-03-01"):
        rows.add("improvement", f"improvement/review/{nominal}", page=nominal, schedule="review", nominal=nominal)
    assert rows.history.improved == {"review": date(2027, 6, 1)}
    assert rows.history.improvements["improvement/review/2027-03-01"] == "2027-03-01"


# --- notices ----------------------------------------------------------------------------------------------------------------


def test_a_message_is_its_steps_and_a_day(rows):
    history = rows.notice()
    assert history.notices == {KEY: [Sent("opened", "p03", MON, True)]}
    assert (history.messages["p03"], history.told) == ([MON], {"p03": MON})


def test_a_last_warning_is_a_message_but_not_one_of_the_week(rows):
    history = rows.notice("last:2027-03-12", exempt=True)
    assert (history.messages["p03"], history.told) == ([], {"p03": MON})


def test_what_is_learnt_about_a_delivery_replaces_what_was_known(rows):
    rows.notice(delivered=None)
    rows.notice("due:2027-03-05", day="2027-03-05")
    rows.notice(person="p04")
    history = rows.notice(delivered=True, day="2027-03-02")
    assert history.notices[KEY] == [
        Sent("due:2027-03-05", "p03", FRI, True),
        Sent("opened", "p04", MON, True),
        Sent("opened", "p03", date(2027, 3, 2), True),
    ]
    assert history.told["p03"] == FRI, "the latest day, whatever was learnt last"


def test_two_messages_of_a_day_count_as_one_day(rows):
    rows.notice()
    assert rows.notice("due:x").messages["p03"] == [MON]


# --- findings ---------------------------------------------------------------------------------------------------------------


def test_a_finding_stands_until_it_is_resolved(rows):
    rows.add("finding", "job-trashed/k", state="open", page="f1")
    assert rows.add("finding", "job-trashed/k", state="resolved", page="f1").findings == {}
    assert rows.add("finding", "job-trashed/k", state="resolved", page="f1").findings == {}


def test_people_decisions_rules_jobs_and_nonconformities_are_watched():
    assert set(WATCHED) == {
        Source.USERS, Source.DECISIONS, Source.POLICIES, Source.PROCEDURES, Source.JOBS, Source.NONCONFORMITIES,
    }  # fmt: skip
