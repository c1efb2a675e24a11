"""What is private stays with those whom it concerns: jobs, records, registers, and all that is said of them elsewhere."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest

from isms_bot.cli.start import open_now
from isms_bot.errors import UsageError
from isms_bot.model import PageState, Source, Span
from isms_bot.testing import Crash, Fault
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import Memory
from tests.e2e.private.conftest import INSIDE, OUTSIDE

KEY = "incident/incident-7"
SECRET = "Laptop of the accountant"
EVERYWHERE = (
    Source.JOBS, Source.NONCONFORMITIES, Source.DISCUSSION, Source.QUESTIONS, Source.FINDINGS, Source.POLICIES,
    Source.PROCEDURES, Source.REGISTER,
)  # fmt: skip


def incident(stage: Stage) -> None:
    """`isms-bot start incident --key incident-7`, and a pass."""
    open_now(stage.workspace, "incident", [], "incident-7", None)
    stage.later(minutes=8)
    stage.pass_()


def openers(stage: Stage, ref: str) -> set[str]:
    """Who of these can open a page."""
    return {name for name in (*INSIDE, *OUTSIDE) if stage.wiki.may_open(ref, stage.account(name))}


def told_openly(stage: Stage) -> str:
    """Every word on every page that an outsider can open: titles, addresses, fields, texts, comments and what they lead to."""
    said = []
    for source in EVERYWHERE:
        for page in stage.rows(source):
            if stage.wiki.may_open(page.ref, stage.account("Chris")):
                with stage.platform.undisturbed():
                    content = stage.workspace.connector.read(page.ref)
                said += [page.title, page.url, str(dict(page.fields)), content.text]
                said += [word for one in content.comments for word in (one.text, *one.links)]
    return "\n".join(said)


def test_an_incident_is_seen_by_those_whom_it_concerns_and_by_nobody_else(stage: Stage) -> None:
    incident(stage)
    page = stage.job(KEY)
    assert (page.private, page.fields["status"]) == (True, "Open")
    assert openers(stage, page.ref) == set(INSIDE)
    for source in (Source.PROCEDURES, Source.POLICIES):
        private = [row for row in stage.rows(source) if row.private]
        assert private
        for row in private:
            assert openers(stage, row.ref) == set(INSIDE), row.title


def test_its_record_stays_there_and_one_line_stands_under_the_promise(stage: Stage) -> None:
    incident(stage)
    stage.wiki.append(stage.ref(KEY), SECRET, who="Gus")
    stage.sign(KEY, "Gus")
    stage.later(minutes=20)
    stage.settle()
    assert stage.outcome(KEY) == "recorded"
    record = stage.job(KEY)
    assert (record.private, record.fields["status"]) == (True, "Recorded")
    assert openers(stage, record.ref) == set(INSIDE)
    [line] = [row for row in stage.rows(Source.JOBS) if row.mark is not None and row.mark.key == f"filed/{KEY}"]
    promise = next(row for row in stage.rows(Source.POLICIES) if row.fields["item"] == "promise")
    assert (line.private, line.fields["policy"], line.fields["status"]) == (False, (promise.ref,), "Recorded")
    assert KEY in line.title
    assert "recorded" in line.title
    assert not line.fields["assignee"]
    with stage.platform.undisturbed():
        assert "Incident" in stage.workspace.connector.read(line.ref).text, "a link for those who may open it"
    words = told_openly(stage)
    assert KEY in words
    assert SECRET not in words
    assert "Stop the damage" not in words


def test_a_later_change_of_the_record_is_pointed_out_without_its_words(stage: Stage) -> None:
    incident(stage)
    stage.sign(KEY, "Gus")
    stage.later(minutes=20)
    stage.settle()
    if stage.workspace.connector.capabilities.restrictions:
        assert stage.workspace.connector.capabilities.name, "a guarded record takes no edit"
        return
    stage.wiki.append(stage.ref(KEY), SECRET, who="Gus")
    stage.wiki.set_title(stage.ref(KEY), SECRET, who="Gus")
    stage.later(minutes=8)
    stage.settle()
    assert any(finding.startswith(f"record-changed/{KEY}@") for finding in stage.findings())
    assert SECRET not in told_openly(stage)


def test_whoever_gets_the_job_gets_in_and_whoever_loses_the_role_is_out(restricting: Stage) -> None:
    stage = restricting
    incident(stage)
    stage.wiki.set_field(stage.ref(KEY), "assignee", (stage.account("Chris"),), who="Anna")
    stage.wiki.set_field(stage.user("Gus").ref, "roles", ("team-member",), who="Anna")
    stage.later(minutes=20)
    stage.settle()
    assert stage.promise(KEY).people == (stage.person("Chris"),)
    assert openers(stage, stage.ref(KEY)) == {"Anna", "Ben", "Chris"}
    register = next(row for row in stage.rows(Source.POLICIES) if row.private)
    assert openers(stage, register.ref) == {"Anna", "Ben"}


def test_an_admission_is_made_once(restricting: Stage) -> None:
    stage = restricting
    incident(stage)
    stage.later(minutes=8)
    assert not stage.pass_().done.get("admit")


def test_nothing_of_a_private_miss_is_told_but_procedure_and_dates(stage: Stage) -> None:
    incident(stage)
    ref = stage.ref(KEY)
    stage.wiki.set_title(ref, SECRET, who="Gus")
    stage.wiki.append(ref, SECRET, who="Gus")
    stage.morning(stage.today + timedelta(days=7))
    stage.settle()
    assert stage.outcome(KEY) in ("introduction", "nonconformity")
    assert stage.job(KEY).private
    words = told_openly(stage)
    assert SECRET not in words
    assert "Incident" in words


def test_a_private_nonconformity_says_no_more_and_its_late_record_stays_private_too(stage: Stage) -> None:
    """Its number, procedure, period, dates and roles stand there, and a link; so do the comments when it was signed after all."""
    stage.decide("end introduction", until=Span(date(2027, 2, 1)))
    stage.later(minutes=20)
    stage.settle()
    stage.morning(date(2027, 2, 8))
    incident(stage)
    ref = stage.ref(KEY)
    stage.wiki.set_title(ref, SECRET, who="Gus")
    stage.wiki.append(ref, SECRET, who="Gus")
    stage.morning(stage.today + timedelta(days=7))
    stage.settle()
    assert stage.outcome(KEY) == "nonconformity", stage.findings()
    number = stage.workspace.history.numbers[KEY]
    [row] = [one for one in stage.rows(Source.NONCONFORMITIES) if one.fields["number"] == number]
    assert (row.private, row.title) == (False, f"{number}: Incident, 2027-02-08 (operations)")
    assert not row.fields.get("job")
    assert not row.fields.get("procedure")
    assert SECRET not in told_openly(stage)

    stage.sign(KEY, "Gus", feedback=SECRET)
    stage.later(minutes=20)
    stage.settle()

    assert stage.outcome(KEY) == "recorded late"
    assert stage.workspace.history.numbers[KEY] == number, "it stays"
    record = stage.job(KEY)
    assert (record.private, record.fields["status"]) == (True, "Recorded late")
    assert openers(stage, record.ref) == set(INSIDE)
    assert any("signed" in text for text in stage.comments(row.ref))
    assert SECRET not in told_openly(stage)


def test_what_is_asked_on_a_private_page_is_passed_on_without_its_words(stage: Stage) -> None:
    incident(stage)
    stage.sign(KEY, "Gus", feedback=SECRET)
    stage.later(minutes=20)
    stage.settle()
    assert stage.rows(Source.QUESTIONS), "the owner hears that there is something"
    assert SECRET not in told_openly(stage)


@pytest.mark.parametrize("kind", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
def test_no_death_on_the_way_leaves_an_open_page(stage: Stage, kind: Fault) -> None:
    calls = range(4, 30, 3) if isinstance(stage.platform, Memory) else range(10, 22, 5)
    for number in calls:
        key = f"incident/incident-{number}"
        stage.platform.trouble(kind, number)
        with contextlib.suppress(Crash):
            open_now(stage.workspace, "incident", [], f"incident-{number}", None)
        stage.platform.calm()
        stage.reopen()
        for row in stage.rows(Source.JOBS):
            if row.mark is not None and row.mark.key == key:
                assert openers(stage, row.ref) <= set(INSIDE), f"call {number}"
        stage.later(minutes=20)
        stage.settle()
        if key in stage.workspace.history.pages:
            assert openers(stage, stage.ref(key)) == set(INSIDE), f"call {number}"
        else:
            assert key not in stage.workspace.history.contracts


def test_until_somebody_attests_it_nothing_is_put_there(closed_by_people: Stage) -> None:
    stage = closed_by_people
    stage.workspace.history.attested = None
    with pytest.raises(UsageError, match="attested"):
        open_now(stage.workspace, "incident", [], "incident-7", None)
    assert not [row for row in stage.rows(Source.JOBS) if row.private]


def test_it_is_closed_again_once_somebody_who_could_open_it_leaves(closed_by_people: Stage) -> None:
    stage = closed_by_people
    assert "private-area-attest/private" not in stage.findings()
    stage.wiki.set_field(stage.user("Gus").ref, "roles", ("team-member",), who="Anna")
    stage.later(minutes=20)
    stage.pass_()
    assert "private-area-attest/private" in stage.findings()
    with pytest.raises(UsageError, match="attested"):
        open_now(stage.workspace, "incident", [], "incident-7", None)

    stage.decide("attest private area", who="Anna")
    stage.later(minutes=20)
    stage.settle()

    assert "private-area-attest/private" not in stage.findings()
    incident(stage)
    assert stage.job(KEY).private


def test_nobody_but_product_manager_and_deputy_attests(closed_by_people: Stage) -> None:
    stage = closed_by_people
    before = stage.workspace.history.attested
    stage.decide("attest private area", who="Gus")
    stage.later(minutes=20)
    stage.pass_()
    assert stage.workspace.history.attested == before
    assert any(finding.startswith("decision-not-allowed/") for finding in stage.findings())


def test_whoever_must_be_able_to_open_it_and_cannot_is_named(closed_by_people: Stage) -> None:
    stage = closed_by_people
    stage.wiki.set_field(stage.user("Emil").ref, "roles", ("team-member", "operations"), who="Anna")
    stage.later(minutes=20)
    stage.pass_()
    assert "private-area-newcomer/private" in stage.findings()
    incident(stage)
    assert stage.job(KEY).private


def test_a_private_page_that_somebody_moves_out_is_pointed_out_and_moved_back_it_is_closed(confluence: Stage) -> None:
    stage = confluence
    incident(stage)
    ref, home = stage.ref(KEY), stage.workspace.need_layout()
    stage.wiki.move(ref, Source.JOBS, who="Anna")
    stage.later(minutes=40)
    stage.settle()
    assert "private-page-exposed/private" in stage.findings()
    assert stage.job(KEY).state is PageState.LIVE

    stage.wiki.move(ref, home.private[Source.JOBS].ref, who="Anna")
    stage.later(minutes=40)
    stage.settle()
    assert "private-page-exposed/private" not in stage.findings()
    assert openers(stage, ref) == set(INSIDE)


def test_whoever_starts_an_incident_by_a_row_is_told_and_nobody_else_learns_where(stage: Stage) -> None:
    row = stage.decide("start", "incident", who="Chris", why="something odd")
    stage.later(minutes=20)
    stage.pass_()
    (key,) = [key for key in stage.workspace.history.contracts if key.startswith("incident/")]
    assert openers(stage, stage.job(key).ref) == set(INSIDE)
    (answer,) = [text for text in stage.comments(row) if "open now" in text]
    assert "for those whom it concerns" in answer
    assert not any(name in answer for name in ("Ben", "Gus"))
