"""The mail of a workspace over many passes: a mail server in trouble costs a pass little, and is asked again in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from isms_bot.errors import ConfigError, Problem
from isms_bot.mail import A_PASS, REST, Mail, Post
from tests.mailserver import CLOSED_PORT, Mailbox, mail_server

MESSAGE = ("ana@example.com", "Policy review, Q4 2026", "Policy review, Q4 2026 is here for you.\n")


class Hands:
    """A clock that stands where it was put."""

    def __init__(self) -> None:
        self.wall, self.ticks = datetime(2027, 1, 18, 9, tzinfo=UTC), 0.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks


@pytest.fixture(scope="module")
def running() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(running: Mailbox) -> Mailbox:
    running.clear()
    return running


@pytest.fixture
def clock() -> Hands:
    return Hands()


def test_a_pass_with_nothing_to_send_asks_nobody(mailbox, clock):
    """A mail server hears of the bot when there is something to say."""
    post = Post(lambda: Mail.open(mailbox.address()), clock)
    post.begin()
    assert (mailbox.visits, post.trouble) == (0, "")


def test_a_server_in_trouble_is_left_alone_for_a_while_and_then_asked_again(mailbox, clock):
    """An account that is tried every five minutes with a wrong password is locked in the end."""
    mailbox.locked = True
    post = Post(lambda: Mail.open(mailbox.address()), clock)
    for _ in range(3):
        post.begin()
        assert post.send(*MESSAGE) is False
        assert post.trouble == "refused"
        clock.wall += REST / 4
    assert mailbox.visits == 1

    mailbox.locked = False
    clock.wall += REST
    post.begin()
    assert post.send(*MESSAGE) is True
    assert post.trouble == ""


def test_a_server_that_is_not_there_is_another_trouble(clock):
    post = Post(lambda: Mail.open(f"mailto://localhost:{CLOSED_PORT}?from=bot@example.com"), clock)
    post.begin()
    assert post.send(*MESSAGE) is False
    assert post.trouble == "unreachable"


def test_an_address_that_cannot_be_read_or_used_is_trouble_and_no_error(clock):
    """It may be put right while the service runs; a pass goes on without mail."""

    def gone() -> Mail:
        raise ConfigError(Problem("config.toml:14", "workspaces.acme.mail.server", "the file cannot be read"))

    for opener in (gone, lambda: Mail.open("nonsense")):
        post = Post(opener, clock)
        post.begin()
        assert not post.works()
        assert post.trouble == "address"


def test_a_new_password_counts_from_the_next_pass_on(mailbox, clock):
    """Nothing needs a restart."""
    addresses = iter((mailbox.address(), f"mailto://localhost:{CLOSED_PORT}?from=bot@example.com"))
    post = Post(lambda: Mail.open(next(addresses)), clock)
    post.begin()
    assert post.send(*MESSAGE) is True
    assert post.send(*MESSAGE) is True
    post.begin()
    assert post.send(*MESSAGE) is False


def test_what_takes_too_long_for_one_pass_goes_on_in_the_next(mailbox, clock):
    """A pass is not held up by a slow server, and what did not go out is known not to have."""
    post = Post(lambda: Mail.open(mailbox.address()), clock)
    post.begin()
    assert post.send(*MESSAGE) is True
    clock.ticks += A_PASS + 1
    assert post.send(*MESSAGE) is False
    assert post.trouble == "slow"
    clock.wall += timedelta(minutes=5)
    post.begin()
    assert post.send(*MESSAGE) is True
    assert post.trouble == ""


def test_nobody_knows_what_became_of_a_message_that_was_not_taken(mailbox, clock):
    """Neither sent nor not sent; the server itself is not in trouble."""
    mailbox.drops = True
    post = Post(lambda: Mail.open(mailbox.address()), clock)
    post.begin()
    assert post.send(*MESSAGE) is None
    assert post.trouble == ""
