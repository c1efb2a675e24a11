"""People do something to a procedure: a finding and no blind job, or a whole copy, never half of one."""

from __future__ import annotations

from datetime import date, timedelta

from isms_bot.model import BlockKind, Page, Source
from isms_bot.sandbox.client import Sandbox
from isms_bot.testing import Fault
from tests.e2e.engine.harness import Stage
from tests.e2e.gestures.conftest import TEST

NEXT = date(2027, 2, 18)
"""The next restore test opens."""
KEY = "restore/2027-02-25"


def procedure(stage: Stage, title: str = "Restore test") -> Page:
    return next(page for page in stage.rows(Source.PROCEDURES) if page.title == title)


def rewritten(stage: Stage, *lines: str) -> None:
    """The restore test is written anew, long before it is due."""
    ref = procedure(stage).ref
    if hasattr(stage.wiki, "replace_body"):
        stage.wiki.replace_body(ref, *lines, who="Anna")
    else:
        stage.wiki.act("Anna", "replace_body", page=ref, lines=list(lines))


def blocks(stage: Stage, ref: str) -> list[str]:
    """The text of every block, in order."""
    with stage.platform.undisturbed():
        return [block.text for block in stage.workspace.connector.read(ref).blocks]


def break_off(stage: Stage) -> None:
    """A pass in which the second write of a copy gets no answer."""
    saved = stage.save()
    stage.platform.listen()
    stage.pass_()
    writes = [number for number, call in enumerate(stage.platform.calls()) if call.startswith("!")]
    stage.restore(saved)
    stage.platform.trouble(Fault.AMBIGUOUS_AFTER, writes[1])
    stage.pass_()
    stage.platform.calm()


FORM = ("Name:", "Date:", "Signature:")


def test_an_empty_procedure_is_a_finding_and_no_blind_job(stage: Stage) -> None:
    rewritten(stage)
    stage.morning(NEXT)
    assert "procedure-empty/restore" in stage.findings()
    assert KEY not in stage.workspace.history.contracts


def test_a_procedure_without_a_known_form_is_a_finding_and_no_blind_job(stage: Stage) -> None:
    rewritten(stage, "- [ ] Restore something.", "Autograph:")
    stage.morning(NEXT)
    assert "procedure-no-form/restore" in stage.findings()
    assert KEY not in stage.workspace.history.contracts


def test_a_procedure_that_is_being_rewritten_waits_and_its_job_gets_the_full_time_afterwards(stage: Stage) -> None:
    ref = procedure(stage).ref
    stage.wiki.set_field(ref, "rewriting", True, who="Anna")
    stage.morning(date(2027, 2, 24))
    assert "procedure-being-rewritten/restore" in stage.findings()
    assert KEY not in stage.workspace.history.contracts
    stage.wiki.set_field(ref, "rewriting", False, who="Anna")
    stage.morning(date(2027, 2, 25))
    stage.settle()
    assert stage.findings() == set()
    assert stage.promise(KEY).due == date(2027, 3, 4)
    assert stage.promise(KEY).nominal_due == date(2027, 2, 25)


def test_a_procedure_edited_just_now_is_not_released_yet(stage: Stage) -> None:
    stage.eve(NEXT)
    stage.wiki.append(procedure(stage).ref, "A remark", who="Anna")
    stage.pass_()
    assert KEY not in stage.workspace.history.contracts
    stage.later(minutes=61)
    stage.pass_()
    assert KEY in stage.workspace.history.pages
    assert stage.findings() == set()


def test_a_procedure_that_was_trashed_pauses_its_schedule_and_open_jobs_go_on(stage: Stage) -> None:
    _pauses_while_away(stage, "trash")


def test_a_procedure_that_was_archived_pauses_its_schedule_and_open_jobs_go_on(archiving: Stage) -> None:
    _pauses_while_away(archiving, "archive")


def _pauses_while_away(stage: Stage, gesture: str) -> None:
    ref = procedure(stage).ref
    getattr(stage.wiki, gesture)(ref, who="Anna")
    stage.morning(NEXT)
    assert "procedure-trashed/restore" in stage.findings()
    assert KEY not in stage.workspace.history.contracts
    finding = next(row for row in stage.rows(Source.FINDINGS) if row.fields["kind"] == "procedure-trashed")
    assert finding.fields["for"] == (stage.account("Anna"),)
    stage.wiki.restore(ref, who="Anna")
    # A page that comes back may keep its time of edit: it is seen when its container is listed, once a day.
    stage.morning(NEXT + timedelta(days=1))
    stage.later(minutes=61)
    stage.settle()
    assert KEY in stage.workspace.history.pages


def test_an_open_job_of_a_procedure_that_was_taken_away_is_signed_as_ever(stage: Stage) -> None:
    stage.wiki.trash(procedure(stage).ref, who="Anna")
    stage.settle()
    stage.sign(TEST, "Gus")
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(TEST) == "recorded"


def test_a_procedure_trashed_in_the_middle_of_a_pass_makes_no_half_job(stage: Stage) -> None:
    stage.eve(NEXT)
    ref = procedure(stage).ref
    snapshot = stage.workspace.connector.snapshot

    def trashed_meanwhile(wanted: str) -> object:
        stage.wiki.trash(ref, who="Anna")
        return snapshot(wanted)

    stage.workspace.connector.snapshot = trashed_meanwhile  # type: ignore[assignment, method-assign]
    stage.pass_()
    assert KEY not in stage.workspace.history.contracts
    assert "procedure-trashed/restore" in stage.findings()
    assert not [page for page in stage.rows(Source.JOBS) if page.mark is not None and page.mark.key == KEY]


def test_what_cannot_be_copied_is_said(stage: Stage) -> None:
    stage.wiki.append_uncopyable(procedure(stage).ref, who="Anna")
    stage.morning(NEXT)
    assert KEY in stage.workspace.history.pages
    assert "clone-losses/restore" in stage.findings()


def test_a_huge_procedure_is_copied_whole(stage: Stage) -> None:
    remarks = [
        f"{'  ' * min(number % 250, 4)}- Remark {number}" if number % 250 < 5 else f"Remark {number}"
        for number in range(2_990)
    ]
    rewritten(stage, "- [x] Restore something.", *remarks, *FORM)
    stage.morning(NEXT)
    assert KEY in stage.workspace.history.pages
    assert blocks(stage, stage.ref(KEY)) == blocks(stage, procedure(stage).ref)
    with stage.platform.undisturbed():
        steps = [one for one in stage.workspace.connector.read(stage.ref(KEY)).blocks if one.kind is BlockKind.STEP]
    assert [step.checked for step in steps] == [False]
    stage.sign(KEY, "Gus")
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(KEY) == "recorded"


def test_half_a_copy_is_never_handed_over(columned: Stage) -> None:
    stage = columned
    rewritten(stage, "- [ ] Restore something.", *(f"Remark {number}" for number in range(250)), *FORM)
    stage.eve(NEXT)
    break_off(stage)
    half = [page for page in stage.rows(Source.JOBS) if page.mark is not None and page.mark.key == KEY]
    assert [page.fields["status"] for page in half] == ["Preparing"]
    assert [page.fields["assignee"] for page in half] in ([None], [()])
    stage.settle()
    whole = [page for page in stage.rows(Source.JOBS) if page.mark is not None and page.mark.key == KEY]
    assert [page.fields["status"] for page in whole] == ["Open"]
    assert blocks(stage, whole[0].ref) == blocks(stage, procedure(stage).ref)


def test_a_half_copy_that_somebody_wrote_in_is_left_and_pointed_out(columned: Stage) -> None:
    stage = columned
    rewritten(stage, "- [ ] Restore something.", *(f"Remark {number}" for number in range(250)), *FORM)
    stage.eve(NEXT)
    break_off(stage)
    half = next(page for page in stage.rows(Source.JOBS) if page.mark is not None and page.mark.key == KEY)
    stage.wiki.append(half.ref, "I began already.", who="Gus")
    stage.settle()
    stage.morning(NEXT + timedelta(days=2))
    assert f"half-clone/{KEY}" in stage.findings()
    assert "I began already." in blocks(stage, half.ref)
    assert KEY not in stage.workspace.history.outcomes


def test_a_procedure_that_is_no_longer_shared_makes_no_job_and_is_not_taken_for_deleted(
    notion: tuple[Stage, Sandbox],
) -> None:
    stage, sandbox = notion
    jobs = len(stage.rows(Source.JOBS))
    elsewhere = stage.wiki.act("Anna", "create_page", parent=None, title="Private")["page"]
    stage.wiki.act("Anna", "move", page=procedure(stage).ref, to=elsewhere)
    stage.morning(NEXT)
    assert KEY not in stage.workspace.history.pages
    assert len([row for row in stage.rows(Source.JOBS) if row.mark is not None and row.mark.key == KEY]) == 0
    assert len(stage.rows(Source.JOBS)) >= jobs
    assert "procedure-trashed/restore" in stage.findings()
    assert sandbox.tree()
