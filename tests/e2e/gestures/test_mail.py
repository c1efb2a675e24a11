"""Notices by mail, beside or in place of comments: title and link, at most once, and never in the way of a pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from isms_bot.cli.opening import open_workspace
from isms_bot.cli.start import open_now
from isms_bot.engine import run_once
from isms_bot.mail import Mail
from isms_bot.model import Duration, Source, Span, Unit
from isms_bot.sandbox.client import Sandbox
from isms_bot.testing import Crash
from tests.chaos.story import die_at_write
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import NAMES
from tests.e2e.gestures.conftest import FIRST, TEST
from tests.mailserver import Mailbox, mail_server

WARNED = date(2027, 1, 20)
"""The last warning of the reviews, whose grace ends on Thursday."""
REVIEW = "Policy review, January 2027"
RESTORE, RESTORE_NOW = "Restore test, January 2027", "Restore test, February 2027"
LAST = (
    f"{REVIEW} can be signed until Thu 21 January. Nothing is noted about anyone during the introduction. "
    "If something is in the way, write it on the page."
)
_MAIL = '[workspaces.acme.mail]\nserver = { env = "PLANTED_MAIL_OF_A_TEST" }\nsender = "ISMS of Acme"'


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(server: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    server.clear()
    monkeypatch.setenv("PLANTED_MAIL_OF_A_TEST", server.address())
    return server


@pytest.fixture
def mailing(exact: tuple[Stage, Any], mailbox: Mailbox) -> Iterator[Stage]:
    """Everybody has a mail address and mail is set up, on the morning of the last warning; its pass is still to come."""
    stage, saved = exact
    stage.restore(saved)
    yield from _set_up(stage)


@pytest.fixture
def mailing_anywhere(stage: Stage, mailbox: Mailbox) -> Iterator[Stage]:
    """The same in every kind of wiki."""
    yield from _set_up(stage)


@pytest.fixture
def mailing_notion(notion: tuple[Stage, Sandbox], mailbox: Mailbox) -> Iterator[tuple[Stage, Sandbox]]:
    """The same in the sandbox's Notion, where comments can be switched off."""
    for stage in _set_up(notion[0]):
        yield stage, notion[1]


def _set_up(stage: Stage) -> Iterator[Stage]:
    for row in stage.rows(Source.USERS):
        # Not the address of the account: a cell that holds that one calls the person.
        stage.wiki.set_field(row.ref, "mail", f"{row.title.lower()}@acme.example", who="Anna")
    stage.configure(_MAIL)
    stage.eve(WARNED)
    stage.stride = 2
    yield stage
    stage.stride = 1
    stage.configure()


def recipients(mailbox: Mailbox) -> list[str]:
    return sorted(address for envelope in mailbox.taken for address in envelope.rcpt_tos)


def channels(stage: Stage) -> list[dict[str, Any]]:
    """The channels of the notices of today, as the ledger has them."""
    noticed = [entry for entry in stage.workspace.ledger.entries() if entry.kind == "noticed"]
    return [entry.body["channels"] for entry in noticed if entry.body["day"] == stage.today.isoformat()]


def days(stage: Stage, count: int) -> None:
    stage.morning(stage.today + timedelta(days=count))


DEVELOPERS = ["chris@acme.example", "dana@acme.example", "emil@acme.example"]


def test_a_notice_goes_out_by_mail_with_title_link_and_whom_to_ask_and_nothing_else(
    mailing_anywhere: Stage, mailbox: Mailbox
) -> None:
    """Each person gets one, in the ledger it is one notice on two channels, and no address stands there."""
    mailing = mailing_anywhere
    mailing.settle()

    assert recipients(mailbox) == DEVELOPERS
    links = {mailing.job(mailing.review(FIRST, name)).url for name in ("Chris", "Dana", "Emil")}
    for message, lines in zip(mailbox.messages, mailbox.texts, strict=True):
        assert message["Subject"] == REVIEW
        assert message["From"] == "ISMS of Acme <bot@example.com>"
        assert message["Reply-To"] == "anna@acme.example"
        sentence, link, *rest = lines
        assert (sentence, rest) == (LAST, ["", "Questions: Anna."])
        links.remove(link)
    assert links == set()
    assert channels(mailing) == [{"comment": True, "mail": True}] * 3
    assert not [entry for entry in mailing.workspace.ledger.entries() if ".example" in repr(entry.body)]
    assert mailing.findings() == set()


def test_no_mail_names_anybody_but_whom_to_ask_nor_a_time_of_day(mailing: Stage, mailbox: Mailbox) -> None:
    """Six weeks of notices, among them one about several jobs and one after an outage, on pages that people renamed."""
    mailing.wiki.set_field(mailing.user("Gus").ref, "roles", ("operations", "developer"), who="Anna")
    for key in (mailing.review(FIRST, "Chris"), TEST):
        mailing.wiki.set_title(mailing.ref(key), "Ben must do this at 14:30", who="Dana")
    days(mailing, 16)
    mailing.at(mailing.today + timedelta(days=12))
    mailing.settle()
    days(mailing, 14)

    assert len(mailbox.taken) > 12
    said = {str(message["Subject"]) for message in mailbox.messages}
    said |= {line for lines in mailbox.texts for line in lines if not line.startswith("http")}
    assert "2 jobs are here for you" in said
    names = re.compile("|".join(name for name in NAMES if name != "Anna"))
    assert [line for line in said if names.search(line) or re.search(r"\d\d?[:.]\d\d", line)] == []
    assert all(len(envelope.rcpt_tos) == 1 for envelope in mailbox.taken)


def test_a_job_that_counts_in_hours_is_mailed_at_once_and_names_days_only(mailing: Stage, mailbox: Mailbox) -> None:
    """At once, at half time and when it is due; the hour stands on the page. After the introduction a mail says what would follow."""
    mailing.decide("end introduction", until=Span(date(2027, 2, 1)))
    mailing.later(minutes=20)
    mailing.settle()
    mailing.morning(date(2027, 2, 8))
    mailbox.clear()
    due = mailing.wiki.now + timedelta(hours=50)
    open_now(mailing.workspace, "restore", [], "incident-1", Duration(50, Unit.HOUR), mailing.wiki.now)
    mailing.settle()
    mailing.at(date(2027, 2, 9), 12)
    mailing.pass_()
    mailing.wiki.set_now(due)
    mailing.pass_()
    said = [lines[0] for lines in mailbox.texts if lines[0].startswith((RESTORE_NOW, "Half"))]
    assert sorted(set(said), key=said.index) == [
        f"{RESTORE_NOW} has started and cannot wait.",
        f"Half of the time for {RESTORE_NOW} has gone by. After Wed 10 February it would be noted as a non-conformity. That is "
        "about the promise, not about you. If you need help, say so on the page.",
        f"{RESTORE_NOW} is due now. Unsigned it would be noted as a non-conformity, which is about the promise, not about you. "
        "Write on the page what is in the way.",
    ]
    assert len(said) == 6


def test_who_has_no_usable_mail_address_gets_the_comment_alone(mailing: Stage, mailbox: Mailbox) -> None:
    """A list of addresses in a row is none: nobody gets a copy of somebody else's notice."""
    mailing.wiki.set_field(mailing.user("Chris").ref, "mail", None, who="Anna")
    mailing.wiki.set_field(mailing.user("Dana").ref, "mail", "dana@acme.example,all@acme.example", who="Anna")
    mailing.settle()
    assert recipients(mailbox) == ["emil@acme.example"]
    assert sorted(channels(mailing), key=len) == [{"comment": True}, {"comment": True}, {"comment": True, "mail": True}]


def test_without_mail_in_the_configuration_none_goes_out(mailing: Stage, mailbox: Mailbox) -> None:
    """Addresses in the roster alone send nothing."""
    mailing.configure()
    mailing.settle()
    assert mailbox.visits == 0
    assert channels(mailing) == [{"comment": True}] * 3


def test_a_mail_server_that_is_down_is_one_finding_and_owes_its_mails_until_it_is_back(
    mailing: Stage, mailbox: Mailbox
) -> None:
    """The pass goes on, notices stand in the wiki, the mails follow on the same day, and the finding closes by itself."""
    mailbox.locked = True
    mailing.settle()
    assert mailing.findings() == {"mail-not-delivered/mail"}
    (row,) = [one for one in mailing.rows(Source.FINDINGS) if one.fields["kind"] == "mail-not-delivered"]
    assert row.fields["for"] == (mailing.account("Anna"),)
    assert channels(mailing) == [{"comment": True, "mail": False}] * 3
    assert mailbox.visits <= 3
    assert recipients(mailbox) == []

    mailbox.locked = False
    mailing.later(minutes=20)
    mailing.settle()
    assert recipients(mailbox) == DEVELOPERS
    assert mailing.findings() == set()
    (row,) = [one for one in mailing.rows(Source.FINDINGS) if one.fields["kind"] == "mail-not-delivered"]
    assert row.fields["status"] == "Resolved"


def test_what_could_not_be_mailed_on_its_day_is_not_mailed_on_another(mailing: Stage, mailbox: Mailbox) -> None:
    """Nobody gets yesterday's news, nor a mail about what is signed by now."""
    mailbox.locked = True
    mailing.settle()
    mailbox.locked = False
    mailing.sign(mailing.review(FIRST, "Chris"), "Chris")
    mailing.later(minutes=20)
    mailing.settle()
    assert recipients(mailbox) == ["dana@acme.example", "emil@acme.example"]


def test_a_mail_that_was_not_taken_is_not_sent_again_and_is_pointed_out(mailing: Stage, mailbox: Mailbox) -> None:
    """It may have gone out all the same. The finding closes with the next mail that does."""
    mailbox.full.add("chris@acme.example")
    mailing.settle()
    assert recipients(mailbox) == ["dana@acme.example", "emil@acme.example"]
    assert sorted(channels(mailing), key=str) == [
        {"comment": True, "mail": None},
        *[{"comment": True, "mail": True}] * 2,
    ]
    assert mailing.findings() == {"mail-not-delivered/mail"}
    mailbox.full.clear()
    mailing.later(minutes=30)
    mailing.settle()
    assert len(mailbox.taken) == 2
    days(mailing, 26)
    assert "chris@acme.example" in recipients(mailbox)
    assert "mail-not-delivered/mail" not in mailing.findings()


# --- mail alone -----------------------------------------------------------------------------------------------------------


def test_where_comments_are_off_mail_delivers_and_grace_goes_its_way(
    mailing_notion: tuple[Stage, Sandbox], mailbox: Mailbox
) -> None:
    """One channel is enough: the warning arrived, so the miss is noted as at any other time."""
    stage, sandbox = mailing_notion
    sandbox.integration(insert_comments=False)
    key = stage.review(FIRST, "Chris")
    stage.settle()
    assert recipients(mailbox) == DEVELOPERS
    assert channels(stage) == [{"comment": False, "mail": True}] * 3
    days(stage, 7)
    assert stage.outcome(key) == "introduction"
    assert f"notice-undelivered/{key}" not in stage.findings()


def test_where_neither_delivers_grace_runs_on_and_the_admin_is_told(
    mailing_notion: tuple[Stage, Sandbox], mailbox: Mailbox
) -> None:
    """As without mail, and the mail server is a finding of its own."""
    stage, sandbox = mailing_notion
    sandbox.integration(insert_comments=False)
    mailbox.locked = True
    key = stage.review(FIRST, "Chris")
    days(stage, 7)
    assert stage.outcome(key) is None
    assert {f"notice-undelivered/{key}", "mail-not-delivered/mail"} <= stage.findings()
    mailbox.locked = False
    stage.later(minutes=30)
    stage.settle()
    assert "chris@acme.example" in recipients(mailbox)


# --- death in between -------------------------------------------------------------------------------------------------------


def _dying(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The process dies right after a mail went out and before anybody wrote that down, so many times."""
    send, left = Mail.send, [times]

    def last_act(self: Mail, *args: Any, **more: Any) -> bool:
        taken = send(self, *args, **more)
        left[0] -= 1
        if left[0] >= 0:
            raise Crash("killed")
        return taken

    monkeypatch.setattr(Mail, "send", last_act)


def _die_and_go_on(stage: Stage, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Crash):
            stage.settle(passes=6)
        stage.reopen()
        stage.later(minutes=8)
    stage.settle(passes=6)


def test_a_death_right_after_a_mail_sends_it_no_second_time(
    mailing: Stage, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comment stands, so that even the last warning needs no second mail."""
    _dying(monkeypatch, 1)
    _die_and_go_on(mailing, 1)
    assert recipients(mailbox) == DEVELOPERS
    assert sorted(channels(mailing), key=str) == [
        {"comment": True, "mail": None},
        *[{"comment": True, "mail": True}] * 2,
    ]


@pytest.mark.parametrize("every", [11, pytest.param(1, marks=pytest.mark.long)])
def test_a_death_around_any_commit_mails_nobody_twice_and_loses_no_warning(
    mailing: Stage, mailbox: Mailbox, every: int
) -> None:
    """Whenever the process dies: each comment stands once, each notice counts as delivered, nobody has two mails."""
    saved, died = mailing.save(), 0
    for number in range(0, 1000, every):
        mailing.restore(saved)
        mailbox.clear()
        die_at_write(mailing, number, ("before", "after")[number % 2])
        try:
            mailing.settle(passes=1)
        except Crash:
            died += 1
        else:
            break
        mailing.reopen()
        mailing.later(minutes=8)
        mailing.settle(passes=3)
        mails = recipients(mailbox)
        assert set(mails) <= set(DEVELOPERS), number
        assert len(mails) == len(set(mails)), number
        # Of one alone nobody knows, if the process died while that mail was under way.
        assert len(mails) >= 2, number
        for name in ("Chris", "Dana", "Emil"):
            assert mailing.said(mailing.review(FIRST, name), "Nothing is noted about anyone") == 1, (number, name)
        delivered = [entry.body["delivered"] for entry in mailing.workspace.ledger.entries() if entry.kind == "noticed"]
        assert delivered[-3:] == [True] * 3, number
    assert died > 20 // every


def test_a_last_warning_that_went_by_mail_alone_is_sent_a_second_time_and_no_third(
    mailing_notion: tuple[Stage, Sandbox], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody may be surprised because a process died; nobody gets it three times either."""
    stage, sandbox = mailing_notion
    sandbox.integration(insert_comments=False)
    _dying(monkeypatch, 2)
    _die_and_go_on(stage, 2)
    assert recipients(mailbox) == ["chris@acme.example", *DEVELOPERS]


def test_any_other_notice_that_went_by_mail_alone_is_sent_once(
    mailing_notion: tuple[Stage, Sandbox], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The restore test is due: a mail of which nobody knows is not sent again."""
    stage, sandbox = mailing_notion
    stage.eve(date(2027, 1, 25))
    mailbox.clear()
    sandbox.integration(insert_comments=False)
    _dying(monkeypatch, 1)
    _die_and_go_on(stage, 1)
    assert recipients(mailbox) == ["ben@acme.example", "gus@acme.example"]
    assert {str(message["Subject"]) for message in mailbox.messages} == {RESTORE}


# --- a mail server that is nowhere --------------------------------------------------------------------------------------------


def test_a_sandbox_writes_to_no_mail_server_elsewhere(mailing: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """People of a sandbox are invented; their mails stay on this machine."""
    monkeypatch.setenv("PLANTED_MAIL_OF_A_TEST", "mailtos://bot:planted-test-password@smtp.example.com")
    mailing.reopen()
    mailing.settle()
    assert channels(mailing) == [{"comment": True, "mail": False}] * 3
    assert mailing.findings() == {"mail-not-delivered/mail"}


def test_looking_at_the_plan_sends_no_mail(mailing: Stage, mailbox: Mailbox) -> None:
    """`plan` shows notices; the mail server does not hear of it."""
    dry = open_workspace(mailing.config, "acme", mailing.workspace.connector, mailing.store, mailing.clock, dry=True)
    result = run_once(dry)
    assert result.plan.counts()["notify"] == 3
    assert mailbox.visits == 0
