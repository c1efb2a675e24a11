"""Outage, clocks apart, a token that is revoked, comments that are switched off, two marks, two installations."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from isms_bot.errors import ConnectorError, HeldElsewhere
from isms_bot.model import Page, Source, Span
from isms_bot.sandbox.client import Sandbox
from isms_bot.store import Store
from isms_bot.testing import Fault
from isms_bot.workspace import Workspace
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.truth import truth
from tests.e2e.gestures.conftest import FIRST, TEST


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


# --- outage ---


def test_the_days_of_an_outage_count_for_nobody(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.at(FIRST + timedelta(days=14))
    stage.settle()
    back = FIRST + timedelta(days=14)
    assert stage.outcome(key) is None
    assert stage.promise(key).due >= back + timedelta(days=7)
    assert stage.promise(TEST).due >= back + timedelta(days=7)
    assert stage.job(key).fields["status"] == "Open"
    assert list(stage.workspace.history.outages) == [Span(FIRST, back)]
    assert stage.workspace.history.numbers == {}
    said = [text for text in stage.comments(stage.ref(key)) if "could not reach the wiki" in text]
    assert len(said) == 1
    days(stage, 3)
    assert len([text for text in stage.comments(stage.ref(key)) if "could not reach the wiki" in text]) == 1


def test_a_wiki_that_cannot_be_reached_for_two_weeks_is_an_outage_as_well(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    for _ in range(14):
        stage.at(stage.today + timedelta(days=1))
        stage.platform.trouble(Fault.TRANSIENT, 0)
        with pytest.raises(ConnectorError):
            stage.pass_()
        stage.platform.calm()
    stage.later(minutes=10)
    stage.settle()
    assert stage.outcome(key) is None
    assert stage.promise(key).due >= stage.today + timedelta(days=7)


# --- clock ---


def test_clocks_apart_accuse_nobody_and_are_one_finding(stage: Stage) -> None:
    stage.configure()
    stage.config = stage.configured(stage.platform, stage.folder, sandbox=False)
    stage.reopen()
    stage.clock.apart = timedelta(minutes=5)
    key = stage.review(FIRST, "Chris")
    before = len(stage.comments(stage.ref(key)))
    days(stage, 10)
    assert stage.findings() == {"clock-apart/host"}
    assert stage.outcome(key) is None
    assert len(stage.comments(stage.ref(key))) == before
    assert stage.job(key).fields["status"] == "Open"
    stage.clock.apart = timedelta()
    stage.settle()
    assert stage.findings() == set()
    stage.config = stage.configured(stage.platform, stage.folder)


# --- access ---


def test_a_token_revoked_in_the_middle_changes_nothing_and_all_goes_on_afterwards(
    notion: tuple[Stage, Sandbox],
) -> None:
    stage, sandbox = notion
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris")
    stage.later(minutes=61)
    before = truth(stage)
    saved = stage.save()
    stage.platform.listen()
    stage.pass_()
    total = len(stage.platform.calls())
    for at in (2, total // 2, total - 3):
        stage.restore(saved)
        wire = stage.workspace.connector._wire  # type: ignore[attr-defined]
        send, left = wire._send, [at]

        def revoking(*args: object, _send: object = send, _left: list[int] = left, **sent: object) -> object:
            _left[0] -= 1
            if _left[0] < 0:
                sandbox.integration(token_revoked=True)
            return _send(*args, **sent)  # type: ignore[operator]

        wire._send = revoking
        with pytest.raises(ConnectorError):
            stage.pass_()
        wire._send = send
        with pytest.raises(ConnectorError):
            stage.pass_()
        sandbox.integration(token_revoked=False)
        assert set(truth(stage).pages) >= set(before.pages)
        stage.later(minutes=8)
        stage.settle()
        assert stage.outcome(key) == "recorded"
        assert stage.workspace.ledger.verify().problems == ()


def test_comments_switched_off_let_grace_run_on_and_tell_the_admin(notion: tuple[Stage, Sandbox]) -> None:
    stage, sandbox = notion
    key = stage.review(FIRST, "Chris")
    sandbox.integration(insert_comments=False)
    days(stage, 10)
    assert stage.outcome(key) is None
    assert f"notice-undelivered/{key}" in stage.findings()
    sandbox.integration(insert_comments=True)
    stage.sign(key, "Chris")
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_a_page_that_is_not_shared_any_more_is_no_accusation(notion: tuple[Stage, Sandbox]) -> None:
    stage, _ = notion
    key = stage.review(FIRST, "Chris")
    elsewhere = stage.wiki.act("Chris", "create_page", parent=None, title="Mine")["page"]
    stage.wiki.act("Chris", "move", page=stage.ref(key), to=elsewhere)
    days(stage, 10)
    assert stage.outcome(key) is None
    assert not [row for row in stage.rows(Source.JOBS) if row.mark is not None and row.mark.key == key]


# --- marks ---


def test_a_mark_that_a_person_copied_into_another_row_makes_no_second_job(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    original = stage.job(key)
    assert original.mark is not None
    with stage.platform.undisturbed():
        text = _mark_text(stage, original)
    copy = stage.wiki.create_row(Source.JOBS, "Mine", {"mark": text, "key": key}, who="Dana")
    stage.settle()
    stage.sign(key, "Chris")
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(key) == "recorded"
    assert stage.ref(key) == original.ref
    assert copy in {row.ref for row in stage.rows(Source.JOBS)}


def _mark_text(stage: Stage, page: Page) -> str:
    mark = page.mark
    assert mark is not None
    return (
        f'{{"v":1,"installation":"{mark.installation}","workspace":"{mark.workspace}","key":"{mark.key}",'
        f'"page":"{mark.page}"}}'
    )


def test_a_second_installation_refuses_to_write(stage: Stage) -> None:
    before = truth(stage)
    (stage.folder / "other").mkdir(exist_ok=True)
    with Store.open(f"sqlite:///{stage.folder}/other/store.sqlite3", create=True) as store:
        store.meta_put("installation", "99999999-0000-4000-8000-000000000009")
        store._installation = None
        connector = stage.platform.connector(store.installation())
        workspace = Workspace.open(stage.config, "acme", connector, store, stage.clock, holder="another")
        workspace.keep_layout(stage.workspace.need_layout())
        connector.bind(stage.workspace.need_layout())
        kept, stage.workspace = stage.workspace, workspace
        with pytest.raises(HeldElsewhere, match="another installation"):
            stage.init()
        with pytest.raises(HeldElsewhere, match="another installation"):
            stage.pass_()
        stage.workspace = kept
        getattr(connector, "close", lambda: None)()
    (stage.folder / "other" / "store.sqlite3").unlink()
    assert truth(stage) == before


# --- nothing changed ---


def test_a_pass_in_which_nothing_changed_writes_nothing_in_the_wiki(stage: Stage) -> None:
    stage.settle()
    stage.later(minutes=70)
    stage.platform.listen()
    result = stage.pass_()
    assert result.done == {}
    calls = stage.platform.calls()
    assert calls
    assert not [call for call in calls if call.startswith("!")]


def test_the_same_season_comes_out_the_same_after_losing_the_cache(stage: Stage) -> None:
    key = stage.review(FIRST, "Chris")
    stage.sign(key, "Chris")
    stage.settle()
    stage.store.cache_delete("acme", "")
    stage.reopen()
    stage.later(minutes=61)
    stage.settle()
    assert stage.outcome(key) == "recorded"
    assert stage.workspace.history.pages[stage.review(FIRST, "Dana")] in {row.ref for row in stage.rows(Source.JOBS)}
    assert date(2027, 1, 18) in stage.workspace.history.latest["review"]
