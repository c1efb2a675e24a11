"""A real mail server on the loopback, for tests: it keeps what it takes, and misbehaves as it is told to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "bot", "planted-test-password/1"
_QUOTED = "planted-test-password%2F1"
CLOSED_PORT = 1
SERVER_LOG = "mail.log"
"""Where the server itself logs, in this same process."""


@dataclass(slots=True)
class Mailbox:
    """What the server took, and how it behaves. `full`: recipients that it refuses; `drops`: it takes a message and hangs up
    before it says so; `locked`: it knows nobody's password."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    visits: int = 0
    """How often somebody said hello."""
    full: set[str] = field(default_factory=set)
    drops: bool = False
    locked: bool = False

    def address(self, scheme: str = "mailto", **query: str) -> str:
        """The address of the server for Apprise."""
        asked = "&".join(f"{key}={value}" for key, value in {"from": "bot@example.com", **query}.items())
        return f"{scheme}://{USER}:{_QUOTED}@localhost:{self.port}?{asked}"

    @property
    def messages(self) -> list[EmailMessage]:
        """What was taken, as messages."""
        return [_message(envelope) for envelope in self.taken]

    @property
    def texts(self) -> list[list[str]]:
        """The words of what was taken, line by line."""
        return [message.get_content().strip().splitlines() for message in self.messages]

    def clear(self) -> None:
        """Forget everything and behave again."""
        self.taken.clear()
        self.full.clear()
        self.visits, self.drops, self.locked = 0, False, False

    # --- what aiosmtpd asks --------------------------------------------------------------------------------------------

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.visits += 1
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 log in first"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.full:
            return "550 5.1.1 there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        if self.drops:
            server.transport.abort()
        return "250 OK"

    def knows(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, said: Any) -> AuthResult:
        right = isinstance(said, LoginPassword) and said == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right and not self.locked, handled=False)


class _Controller(Controller):
    """On a port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A server that wants a password; with `tls` it wants STARTTLS before it."""
    mailbox = Mailbox()
    controller = _Controller(
        mailbox, hostname="localhost", port=0, authenticator=mailbox.knows, auth_require_tls=tls is not None,
        tls_context=tls, require_starttls=tls is not None,
    )  # fmt: skip
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of something that takes connections and never says a word."""
    with socket.create_server(("localhost", 0)) as listening:
        yield listening.getsockname()[1]


def _message(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


__all__ = ["CLOSED_PORT", "PASSWORD", "SERVER_LOG", "Mailbox", "mail_server", "silent_server"]
