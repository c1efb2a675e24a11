"""Mail goes to one person, says exactly what it was given, and is honest about what became of it."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator

import pytest
import trustme

from isms_bot.errors import Denied, Misconfigured, Transient
from isms_bot.mail import Mail, usable
from tests.mailserver import CLOSED_PORT, PASSWORD, SERVER_LOG, Mailbox, mail_server, silent_server

SUBJECT, BODY = (
    "Policy review, Q4 2026",
    "Policy review, Q4 2026 is here for you.\nhttps://wiki.example.com/p/1?a=b&c=d#e\n",
)


@pytest.fixture(scope="module")
def running() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(running: Mailbox) -> Mailbox:
    running.clear()
    return running


def test_what_is_sent_arrives_word_for_word_and_at_one_person_only(mailbox):
    """Plain text, one recipient, the sender's name, answers to the person to ask."""
    mail = Mail.open(mailbox.address(), sender="ISMS of Acme")

    assert mail.send("ana+isms@example.com", SUBJECT, BODY, reply_to="product.manager@example.com") is True

    (envelope,), (message,) = mailbox.taken, mailbox.messages
    assert envelope.rcpt_tos == ["ana+isms@example.com"]
    assert message["Subject"] == SUBJECT
    assert message["To"] == "ana+isms@example.com"
    assert message["From"] == "ISMS of Acme <bot@example.com>"
    assert message["Reply-To"] == "product.manager@example.com"
    assert message["Cc"] is message["Bcc"] is None
    assert message.get_content_type() == "text/plain"
    assert mailbox.texts == [BODY.splitlines()]


def test_a_title_in_any_script_arrives_and_never_becomes_a_header(mailbox):
    """Titles are written by people: umlauts survive, a line break makes no header of its own."""
    Mail.open(mailbox.address()).send("ana@example.com", "Prüfung 用户\r\nBcc: eve@example.com", "Grüße\n")

    (envelope,), (message,) = mailbox.taken, mailbox.messages
    assert envelope.rcpt_tos == ["ana@example.com"]
    assert message["Subject"] == "Prüfung 用户 Bcc: eve@example.com"
    assert message["Bcc"] is None
    assert mailbox.texts == [["Grüße"]]


def test_several_messages_go_one_after_the_other_without_pauses(mailbox):
    """A morning with many jobs is over in moments."""
    mail = Mail.open(mailbox.address())
    began = time.monotonic()

    assert all(mail.send(f"p{number}@example.com", SUBJECT, BODY) for number in range(3))

    assert time.monotonic() - began < 3
    assert [envelope.rcpt_tos for envelope in mailbox.taken] == [[f"p{number}@example.com"] for number in range(3)]


def test_an_address_that_is_more_than_one_address_is_never_written_to(mailbox):
    """A row of the roster may hold anything; a list of people in it must not copy somebody's notice to others."""
    mail = Mail.open(mailbox.address())
    for wrong in ("ana@example.com, eve@example.com", "Ana <ana@example.com>", "a@example.com\nBcc: e@example.com", ""):
        assert not usable(wrong)
        with pytest.raises(Misconfigured, match="Users of the ISMS"):
            mail.send(wrong, SUBJECT, BODY)
    assert not mailbox.visits


def test_a_server_that_lets_us_in_says_so_without_a_mail(mailbox):
    """`check` can ask at any time: nobody gets anything of it."""
    assert Mail.open(mailbox.address()).accepts() is True
    assert not mailbox.taken


def test_a_wrong_password_is_told_and_nothing_is_sent(mailbox):
    """What the server answered is repeated, the password is not."""
    mail = Mail.open(mailbox.address())
    mailbox.locked = True
    for refused in (mail.accepts, lambda: mail.send("ana@example.com", SUBJECT, BODY)):
        with pytest.raises(Denied, match=rf"localhost:{mailbox.port} does not let the bot in: 535 ") as error:
            refused()
        assert PASSWORD not in str(error.value)
    assert not mailbox.taken


def test_a_server_that_is_not_there_is_told_and_nothing_is_sent():
    """The next pass may try again."""
    mail = Mail.open(f"mailto://localhost:{CLOSED_PORT}?from=bot@example.com")
    with pytest.raises(Transient, match=rf"localhost:{CLOSED_PORT} cannot be used"):
        mail.send("ana@example.com", SUBJECT, BODY)


def test_the_port_that_is_encrypted_from_the_first_byte_comes_with_a_hint():
    """STARTTLS there is waited for in vain: the slip that is made most often."""
    with pytest.raises(Transient, match="needs mode=ssl"):
        Mail.open("mailtos://localhost:465?from=bot@example.com").accepts()
    with pytest.raises(Transient) as error:
        Mail.open("mailtos://localhost:465?from=bot@example.com&mode=ssl").accepts()
    assert "mode=ssl" not in str(error.value)


def test_a_server_that_never_answers_is_given_up_in_time():
    """A pass waits for a mail server as long as it says and not longer."""
    with silent_server() as port:
        began = time.monotonic()
        with pytest.raises(Transient, match="timed out"):
            Mail.open(f"mailto://localhost:{port}?from=bot@example.com", seconds=0.2).send(
                "a@example.com", SUBJECT, BODY
            )
        assert time.monotonic() - began < 2


def test_a_recipient_whom_the_server_does_not_know_gets_nothing(mailbox):
    """False, and the next person gets theirs all the same."""
    mailbox.full.add("gone@example.com")
    mail = Mail.open(mailbox.address())

    assert mail.send("gone@example.com", SUBJECT, BODY) is False
    assert mail.send("ana@example.com", SUBJECT, BODY) is True
    assert [envelope.rcpt_tos for envelope in mailbox.taken] == [["ana@example.com"]]


def test_a_server_that_hangs_up_after_the_message_leaves_it_open_whether_it_went(mailbox):
    """It may have gone out, as it did here: nothing claims that it was not sent, and nothing sends it again by itself."""
    mailbox.drops = True

    assert Mail.open(mailbox.address()).send("ana@example.com", SUBJECT, BODY) is False

    assert len(mailbox.taken) == 1


def test_nothing_is_tried_a_second_time_by_the_library_itself(mailbox):
    """Whatever the address asks for: a message that may have gone out is not sent again behind our back."""
    mailbox.drops = True
    Mail.open(mailbox.address(retry="3", wait="0")).send("ana@example.com", SUBJECT, BODY)
    assert len(mailbox.taken) == 1


def test_a_server_that_went_down_between_two_messages_is_told_as_such(mailbox):
    """After a message that was not taken the server is asked again before the next one."""
    mail = Mail.open(mailbox.address())
    assert mail.send("ana@example.com", SUBJECT, BODY) is True
    mailbox.locked = True
    assert mail.send("bo@example.com", SUBJECT, BODY) is False
    with pytest.raises(Denied):
        mail.send("bo@example.com", SUBJECT, BODY)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def secured(authority: trustme.CA) -> Iterator[Mailbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with mail_server(context) as mailbox:
        yield mailbox


def test_mailtos_encrypts_before_the_password_and_the_message(secured, authority, tmp_path, monkeypatch):
    """STARTTLS with a certificate that the machine trusts."""
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    mail = Mail.open(secured.address("mailtos"))

    assert mail.accepts() is True
    assert mail.send("ana@example.com", SUBJECT, BODY) is True
    assert len(secured.taken) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(secured):
    """The password never reaches a server that cannot show who it is."""
    secured.clear()
    with pytest.raises(Transient, match="CERTIFICATE_VERIFY_FAILED"):
        Mail.open(secured.address("mailtos")).send("ana@example.com", SUBJECT, BODY)
    assert not secured.taken


def test_a_server_that_wants_encryption_lets_nobody_in_without(secured):
    """`mailto` in place of `mailtos` is told before anything is sent."""
    secured.clear()
    with pytest.raises((Denied, Transient)):
        Mail.open(secured.address("mailto")).send("ana@example.com", SUBJECT, BODY)
    assert not secured.taken


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "names nobody"),
        ("smtp.example.com", "names nobody"),
        ("mailtos://", "none that Apprise knows"),
        ("mailtos://smtp.example.com", "none that Apprise knows"),
        ("mailtos://user@example.com:planted-test-password@smtp.example.com", "none that Apprise knows"),
        ("mailtos://user:planted-test-password@smtp.example.com?cc=all@example.com", "names people itself"),
        ("mailtos://user:planted-test-password@smtp.example.com?bcc=all@example.com", "names people itself"),
        ("mailtos://user:planted-test-password@smtp.example.com?to=all@example.com", "names people itself"),
        ("mailtos://user:planted-test-password@smtp.example.com/all@example.com", "names people itself"),
        ("slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/#general", "names nobody"),
        ("unheard-of://token/{to}", "none that Apprise knows"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_repeating_it(address, said):
    """What is wrong and how it is written; never a part of a password."""
    with pytest.raises(Misconfigured, match=said) as error:
        Mail.open(address)
    assert "planted" not in str(error.value)
    assert "xoxb" not in str(error.value)


def test_another_service_writes_to_the_person_whom_its_address_names():
    """Chat comes with the same library: the person's mail address takes its place in the address of the service."""
    mail = Mail.open("slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/{to}")
    assert mail.accepts() is False
    assert mail.place == "Slack"
    assert not mail.stays_here
    assert "ana%40example.com" in mail._service("ana@example.com").url()


def test_neither_address_nor_password_nor_recipient_stands_in_a_log(mailbox, caplog):
    """Whatever goes wrong, at any level of detail."""
    mailbox.full.add("gone@example.com")
    with caplog.at_level(logging.DEBUG):
        mail = Mail.open(mailbox.address())
        mail.send("ana@example.com", SUBJECT, BODY)
        mail.send("gone@example.com", SUBJECT, BODY)
    said = repr([one.getMessage() for one in caplog.records if one.name != SERVER_LOG]) + repr(mail)
    for private in ("ana@example.com", "gone@example.com", "planted", SUBJECT):
        assert private not in said


def test_only_a_server_on_this_machine_counts_as_one_that_stays_here():
    """A sandbox may write to such a one and to no other."""
    assert Mail.open("mailto://localhost?from=bot@example.com").stays_here
    assert Mail.open("mailto://127.0.0.1:2525?from=bot@example.com").stays_here
    assert not Mail.open("mailto://smtp.example.com?from=bot@example.com").stays_here
    assert not Mail.open("mailto://localhost?from=bot@example.com&smtp=smtp.example.com").stays_here
