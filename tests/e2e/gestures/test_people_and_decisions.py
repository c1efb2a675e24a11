"""Roster and Decisions: who may change what, and what every kind of decision does."""

from __future__ import annotations

from datetime import date, timedelta

from isms_bot.model import Source, Span
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import FIRST, TEST

SECOND = date(2027, 2, 18)


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


def decided(stage: Stage) -> None:
    """A row that was just written is taken in."""
    stage.later(minutes=20)
    stage.settle()


def jobs(stage: Stage) -> int:
    return len(stage.rows(Source.JOBS))


# --- people ---


def test_another_name_and_another_mail_address_make_no_second_job(stage: Stage) -> None:
    before, person = jobs(stage), stage.person("Chris")
    stage.wiki.set_title(stage.user("Chris").ref, "Chris de Vries", who="Anna")
    row = next(row for row in stage.rows(Source.USERS) if row.title == "Chris de Vries")
    stage.wiki.set_field(row.ref, "mail", "c.devries@example.com", who="Anna")
    stage.settle()
    days(stage, 1)
    assert jobs(stage) == before
    assert stage.person("Chris de Vries") == person
    key = f"review/{FIRST.isoformat()}/{person}"
    stage.fill(stage.ref(key), "Chris", name="Chris de Vries")
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_a_role_given_by_nobody_of_the_role_is_a_finding_and_no_fact(stage: Stage) -> None:
    row = stage.user("Hana")
    stage.wiki.set_field(row.ref, "roles", ("team-member", "developer"), who="Hana")
    stage.settle()
    assert f"roster-change-not-allowed/{row.ref}" in stage.findings()
    assert not any(key.endswith(stage.person("Hana")) for key in stage.workspace.history.contracts)
    stage.wiki.set_field(row.ref, "roles", ("team-member", "developer"), who="Anna")
    stage.settle()
    assert stage.findings() == set()


def test_what_people_may_say_of_themselves_counts(stage: Stage) -> None:
    stage.wiki.set_field(stage.user("Chris").ref, "away", Span(date(2027, 1, 18), date(2027, 1, 29)), who="Chris")
    stage.settle()
    key = stage.review(FIRST, "Chris")
    assert stage.findings() == set()
    assert stage.promise(key).due == date(2027, 2, 8)
    days(stage, 11)
    assert all(one.day <= FIRST for one in stage.workspace.history.notices[key])
    days(stage, 3)
    assert any(one.step.startswith("return") for one in stage.workspace.history.notices[key])


def test_a_joiner_gets_the_open_job_with_the_minimum_time(stage: Stage) -> None:
    stage.wiki.set_field(stage.user("Hana").ref, "roles", ("team-member", "developer"), who="Anna")
    stage.wiki.set_field(stage.user("Hana").ref, "since", Span(date(2027, 1, 18)), who="Anna")
    stage.settle()
    key = stage.review(FIRST, "Hana")
    assert stage.promise(key).due == date(2027, 1, 25)
    assert stage.job(key).fields["assignee"] == (stage.account("Hana"),)


def test_personal_jobs_of_somebody_who_left_end_as_left(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.wiki.set_field(stage.user("Chris").ref, "until", Span(date(2027, 1, 19)), who="Anna")
    days(stage, 3)
    assert stage.outcome(key) == "left"
    assert stage.job(key).fields["status"] == "Left"


def test_role_jobs_of_somebody_who_left_go_on_to_those_who_hold_the_role(stage: Stage) -> None:
    stage.wiki.set_field(stage.user("Ben").ref, "until", Span(date(2027, 1, 19)), who="Anna")
    days(stage, 3)
    assert stage.promise(TEST).people == (stage.person("Gus"),)
    assert stage.job(TEST).fields["assignee"] == (stage.account("Gus"),)


def test_somebody_without_an_account_has_a_stand_in_who_signs_on_behalf(stage: Stage) -> None:
    stage.wiki.set_field(stage.user("Gus").ref, "account", (), who="Anna")
    stage.wiki.set_field(stage.user("Gus").ref, "stand_in", (stage.user("Hana").ref,), who="Anna")
    stage.settle()
    assert stage.job(TEST).fields["assignee"] == (stage.account("Ben"), stage.account("Hana"))
    days(stage, 1)
    assert stage.said(TEST, "It is in your hands for Gus, who has no account here") == 1
    stage.wiki.tick(stage.ref(TEST), who="Hana")
    stage.wiki.comment(stage.ref(TEST), "Signed for Gus", who="Hana")
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(TEST) == "recorded"
    row = next(entry for entry in stage.workspace.ledger.entries() if entry.kind == "outcome" and entry.key == TEST)
    (signature,) = row.body["signatures"]
    assert (signature["signer"], signature["on_behalf_of"]) == (stage.person("Hana"), stage.person("Gus"))


# --- decisions ---


def test_a_decision_by_nobody_of_the_role_is_a_proposal_and_a_finding(stage: Stage) -> None:
    row = stage.decide("waive until", "review", who="Gus", until=Span(date(2027, 3, 1)))
    decided(stage)
    assert row not in stage.workspace.history.decisions
    assert f"decision-not-allowed/{row}" in stage.findings()
    assert stage.outcome(stage.review(FIRST, "Chris")) is None
    finding = next(one for one in stage.rows(Source.FINDINGS) if one.fields["kind"] == "decision-not-allowed")
    assert finding.fields["for"] == (stage.account("Anna"),)


def test_nobody_decides_about_the_own_job(stage: Stage) -> None:
    row = stage.decide("postpone", TEST, who="Ben", until=Span(date(2027, 2, 8)))
    decided(stage)
    assert row not in stage.workspace.history.decisions
    assert stage.promise(TEST).due == date(2027, 1, 25)


def test_what_the_product_manager_may_not_decide_alone_goes_to_the_deputy(stage: Stage) -> None:
    stage.wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Anna"),), who="Anna")
    stage.settle()
    assert stage.promise(TEST).people == (stage.person("Anna"),)
    row = stage.decide("waive until", TEST, until=Span(date(2027, 3, 1)))
    decided(stage)
    assert row not in stage.workspace.history.decisions
    finding = next(one for one in stage.rows(Source.FINDINGS) if one.fields["kind"] == "decision-not-allowed")
    assert finding.fields["for"] == (stage.account("Ben"),)
    assert finding.title == "A decision waits for the role deputy"


def test_a_row_that_is_changed_after_it_was_taken_in_is_a_finding_and_what_was_decided_holds(stage: Stage) -> None:
    row = stage.decide("postpone", TEST, until=Span(date(2027, 2, 8)))
    decided(stage)
    assert stage.findings() == set()
    stage.wiki.set_field(row, "until", Span(date(2027, 4, 1)), who="Gus")
    decided(stage)
    assert stage.promise(TEST).due == date(2027, 2, 8)
    assert stage.findings() == {f"decision-changed/{row}"}
    stage.wiki.set_field(row, "until", Span(date(2027, 2, 8)), who="Gus")
    decided(stage)
    assert stage.findings() == set()


def test_postpone_moves_the_day(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.decide("postpone", key, until=Span(date(2027, 1, 27)))
    decided(stage)
    assert stage.promise(key).due == date(2027, 1, 27)
    assert stage.job(key).fields["due"] == Span(date(2027, 1, 27))
    assert stage.said(key, "Anna moved the date from Mon 18 January to Wed 27 January. Reason: so it is") == 1


def test_skip_once_cancels_this_occurrence_and_not_the_next(stage: Stage) -> None:
    stage.decide("skip once", TEST)
    decided(stage)
    assert stage.outcome(TEST) == "cancelled"
    assert stage.job(TEST).fields["status"] == "Cancelled"
    stage.morning(date(2027, 2, 19))
    assert "restore/2027-02-25" in stage.workspace.history.pages


def test_pause_stops_until_its_end(stage: Stage) -> None:
    stage.decide("pause until", "restore", until=Span(date(2027, 3, 1)))
    decided(stage)
    assert stage.outcome(TEST) == "paused"
    stage.morning(date(2027, 3, 19))
    assert stage.outcome("restore/2027-02-25") == "paused"
    assert "restore/2027-03-25" in stage.workspace.history.pages


def test_waive_ends_what_is_open(stage: Stage) -> None:
    stage.decide("waive until", "restore", until=Span(date(2027, 2, 1)))
    decided(stage)
    assert stage.outcome(TEST) == "waived"
    assert stage.said(TEST, "Anna decided “waive until” for this job. Reason: so it is") == 1


def test_what_does_not_apply_is_cancelled_and_stays_away(stage: Stage) -> None:
    stage.decide("does not apply", "restore")
    decided(stage)
    assert stage.outcome(TEST) == "cancelled"
    stage.morning(date(2027, 2, 26))
    assert "restore/2027-02-25" not in stage.workspace.history.pages


def test_the_end_of_the_introduction_gives_the_team_ten_working_days(stage: Stage) -> None:
    stage.decide("end introduction", until=Span(date(2027, 1, 19)))
    decided(stage)
    assert stage.workspace.history.introduction_end == date(2027, 2, 1)


def test_accept_late_extends_the_grace(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.decide("accept late", key, until=Span(date(2027, 1, 29)))
    decided(stage)
    assert stage.promise(key).due == FIRST
    assert stage.promise(key).grace_end == date(2027, 1, 29)


def test_a_retracted_nonconformity_keeps_its_number_and_says_so_once(stage: Stage) -> None:
    stage.decide("end introduction", until=Span(date(2027, 2, 1)))
    decided(stage)
    for name in ("Dana", "Emil"):
        stage.wiki.set_field(stage.user(name).ref, "roles", ("team-member",), who="Anna")
    stage.morning(date(2027, 2, 26))
    key = stage.review(SECOND, "Chris")
    assert stage.outcome(key) == "nonconformity"
    assert stage.workspace.history.numbers == {key: "NC-001"}
    page = next(iter(stage.rows(Source.NONCONFORMITIES)))
    assert page.fields["number"] == "NC-001"
    assert "Chris" not in page.title
    stage.decide("retract a non-conformity", "NC-001", why="the calendar was wrong")
    decided(stage)
    page = next(iter(stage.rows(Source.NONCONFORMITIES)))
    assert (page.fields["number"], page.fields["status"]) == ("NC-001", "Retracted")
    assert [
        text for text in stage.comments(page.ref) if "This was our mistake" in text and "the calendar was wrong" in text
    ]
    assert stage.workspace.history.retracted == {"NC-001"}
    days(stage, 3)
    assert stage.said(key, "that this job was noted as NC-001 was our mistake, not yours: the calendar was wrong") == 1


def test_evidence_for_a_period_enters_the_ledger(stage: Stage) -> None:
    row = stage.decide("evidence for a period", "restore", start=Span(date(2026, 10, 1), date(2026, 12, 31)))
    decided(stage)
    decision = stage.workspace.history.decisions[row]
    assert (decision.about, decision.by) == ("restore", stage.person("Anna"))
    assert (decision.start, decision.until) == (date(2026, 10, 1), date(2026, 12, 31))
    assert stage.findings() == set()


def test_a_row_that_is_still_being_written_is_no_decision_yet(stage: Stage) -> None:
    row = stage.decide("skip once", TEST)
    stage.later(minutes=5)
    stage.pass_()
    assert row not in stage.workspace.history.decisions
    decided(stage)
    assert row in stage.workspace.history.decisions


# --- asking for a job ---


def test_anybody_starts_an_event_by_a_row_and_is_told_where_it_is(stage: Stage) -> None:
    stage.wiki.create_procedure(
        "New or lost device", ("- [ ] Lock it.", "Name:", "Date:", "Signature:"),
        {"procedure": "device", "role": "operations"}, who="Anna",
    )  # fmt: skip
    stage.later(minutes=70)
    row = stage.decide("start", "New or lost device", who="Chris", why="my phone is gone")
    decided(stage)
    (key,) = [key for key in stage.workspace.history.contracts if key.startswith("device/")]
    assert stage.promise(key).people == (stage.person("Ben"), stage.person("Gus"))
    assert stage.job(key).fields["status"] == "Open"
    days(stage, 1)
    assert stage.said(key, "Chris asked for it: “my phone is gone”") == 2, "in the message to each of the two"
    (answer,) = [text for text in stage.comments(row) if "open now" in text]
    assert "Ben and Gus" in answer
    before = jobs(stage)
    days(stage, 1)
    stage.settle()
    assert jobs(stage) == before
    assert [text for text in stage.comments(row) if "open now" in text] == [answer]
    stage.sign(key, "Gus")
    stage.later(minutes=20)
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_a_promise_of_the_calendar_is_brought_forward_by_its_owner_alone(stage: Stage) -> None:
    row = stage.decide("start", "restore", who="Chris")
    decided(stage)
    assert f"decision-not-allowed/{row}" in stage.findings()
    before = set(stage.workspace.history.contracts)
    stage.decide("start", "restore", who="Anna")
    decided(stage)
    (key,) = set(stage.workspace.history.contracts) - before
    assert key.startswith("restore/2027-01-18-")


def test_a_start_for_everybody_is_answered_once(stage: Stage) -> None:
    before = set(stage.workspace.history.contracts)
    row = stage.decide("start", "review", who="Anna")
    decided(stage)
    opened = set(stage.workspace.history.contracts) - before
    assert len([key for key in opened if key.startswith("review/2027-01-18-")]) == 3
    assert len([text for text in stage.comments(row) if "open now" in text]) == 1


def test_a_start_of_nothing_is_pointed_out_until_it_is_corrected(stage: Stage) -> None:
    row = stage.decide("start", "restor", who="Gus")
    decided(stage)
    assert f"start-unknown/{row}" in stage.findings()
    stage.wiki.set_field(row, "about", "restore", who="Anna")
    decided(stage)
    assert f"start-unknown/{row}" not in stage.findings()
    assert any(key.startswith("restore/2027-01-18-") for key in stage.workspace.history.contracts)


def test_what_could_not_be_done_in_time_is_not_opened(stage: Stage) -> None:
    row = stage.decide("start", "restore", until=Span(date(2027, 1, 11)))
    decided(stage)
    assert f"start-too-late/{row}" in stage.findings()
    assert not any(key.startswith("restore/2027-01-18-") for key in stage.workspace.history.contracts)
