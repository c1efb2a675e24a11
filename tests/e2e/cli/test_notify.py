"""`check` and the channels that notices go through, with a real mail server, as an admin types it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from isms_bot.sandbox.client import Sandbox
from tests.e2e.cli.conftest import Answer, Home, settle
from tests.mailserver import CLOSED_PORT, Mailbox, mail_server

MAIL = '\n[workspaces.acme.mail]\nserver = { env = "PLANTED_MAIL" }\n'


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory, server: Mailbox) -> Iterator[Home]:
    """A workspace with mail, after its first pass."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTED_MAIL", server.address())
        home = settle(tmp_path_factory.mktemp("mailing"), sandbox, MAIL)
        assert home.call("init", "--yes").code == 0
        assert home.call("apply", "--json").code == 0
        yield home


@pytest.fixture
def mailbox(server: Mailbox) -> Mailbox:
    server.clear()
    return server


def lines(answer: Answer) -> dict[str, dict[str, Any]]:
    return {line["what"]: line for line in answer.json["workspaces"]["acme"]}


def test_check_says_whether_the_mail_server_lets_the_bot_in_and_sends_nothing(home: Home, mailbox: Mailbox) -> None:
    """And whether everybody has an address: the wiki told those of its accounts when the roster was made."""
    said = lines(home.call("check", "--json"))
    assert said["mail"]["ok"]
    assert said["mail"]["sentence"] == f"The mail server localhost:{mailbox.port} lets the bot in."
    assert said["mail addresses"]["ok"]
    assert mailbox.taken == []


def test_check_names_who_has_no_usable_address(home: Home, mailbox: Mailbox, sandbox: Sandbox) -> None:
    """A pass is not needed to see it."""
    row = _row(sandbox, "Tomasz")
    sandbox.act("mira@example.com", "set", page=row, property="E-mail", value="tomasz")
    said = lines(home.call("check", "--json"))["mail addresses"]
    sandbox.act("mira@example.com", "set", page=row, property="E-mail", value="tomasz@example.com")
    assert not said["ok"]
    assert "Tomasz" in said["sentence"]
    assert "has no mail address that can be used" in said["sentence"]


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (f"mailto://localhost:{CLOSED_PORT}?from=bot@example.com", f"localhost:{CLOSED_PORT} cannot be used"),
        ("mailtos://bot:planted-test-password@smtp.example.com", "would leave this machine"),
        ("", "PLANTED_MAIL is not set"),
    ],
)
def test_check_says_what_is_wrong_with_the_mail_server_and_where_it_is_configured(
    home: Home, monkeypatch: pytest.MonkeyPatch, address: str, part: str
) -> None:
    """Line of the file, what is the matter, what to do; never the address with its password."""
    monkeypatch.setenv("PLANTED_MAIL", address)
    answer = home.call("check", "--json")
    said = lines(answer)["mail"]
    assert answer.code == 1
    assert part in said["sentence"]
    assert f"config.toml:{_line(home.config)}" in said["todo"]
    assert "planted-test-password" not in answer.out + answer.err


def test_a_pass_that_cannot_read_the_address_does_not_begin(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the configuration is told at once, not found in the wiki a day later."""
    monkeypatch.delenv("PLANTED_MAIL", raising=False)
    answer = home.call("apply")
    assert answer.code == 2
    assert f"config.toml:{_line(home.config)}: workspaces.acme.mail.server: PLANTED_MAIL is not set" in answer.err


def test_check_notify_sends_one_test_through_each_channel_to_the_product_manager(
    home: Home, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """A mention in the wiki, one mail; without a terminal it says what was sent and what to try. The row is made once."""
    answers = [home.call("check", "--notify", "--json"), home.call("check", "--notify", "--yes", "--json")]
    assert [answer.code for answer in answers] == [0, 0]
    said = lines(answers[0])
    assert "was mentioned in a comment on A test of notices" in said["test in the wiki"]["sentence"]
    assert "went to mira@example.com" in said["test by mail"]["sentence"]
    assert "If it did not arrive: Look into the spam folder" in said["test by mail"]["sentence"]
    assert [envelope.rcpt_tos for envelope in mailbox.taken] == [["mira@example.com"]] * 2
    assert {str(message["Subject"]) for message in mailbox.messages} == {"A test of notices"}
    rows = [node for node in _nodes(sandbox) if node.get("title") == "A test of notices"]
    assert len(rows) == 1


def test_the_next_pass_has_nothing_to_do_about_a_test(home: Home, mailbox: Mailbox) -> None:
    """The row of tests is no finding: nothing closes it, nothing sums it up."""
    assert home.call("plan", "--json").json["actions"] == []


def _nodes(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    left = list(sandbox.tree())
    while left:
        node = left.pop()
        left.extend(node.get("children", ()))
        yield node


def _row(sandbox: Sandbox, name: str) -> str:
    return next(str(node["id"]) for node in _nodes(sandbox) if str(node.get("title", "")).startswith(name))


def _line(config: Path) -> int:
    written = config.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(written, 1) if line.startswith("server ="))
