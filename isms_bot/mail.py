"""Mail to one person at a time, through Apprise; the only place that talks to a mail server.

Apprise says that a message was taken or that it was not, never how far it came. So the server is asked first whether it lets us
in: what it says then is certain, and nothing was sent. A message that is not taken afterwards may have gone out all the same.
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import structlog

from isms_bot.clock import Clock
from isms_bot.errors import ConfigError, Denied, Misconfigured, Transient

log = structlog.get_logger(__name__)

SENDER = "isms-bot"
"""The name that mails come from unless the configuration has another one."""
PATIENCE = 10.0
"""Seconds within which a mail server has to answer each thing that it is asked."""
A_PASS = 60.0
"""Seconds after which a pass sends no further mail."""
REST = timedelta(minutes=15)
"""How long a mail server that gave trouble is left alone: a pass shall not wait for it every time, nor an account be locked."""
PERSON = "{to}"
"""Where the address of a service other than a mail server takes the mail address of the person."""

_SMTP = ("mailto", "mailtos")
_ONE_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+")
_PEOPLE = ("to", "cc", "bcc")
_NOBODY = "nobody@example.com"
_ENCRYPTED_PORT = 465
_REFUSALS = (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError)


def usable(address: str | None) -> bool:
    """True if `address` is one mail address and nothing else: no name, no list, no line of its own."""
    return address is not None and _ONE_ADDRESS.fullmatch(address) is not None


@dataclass(slots=True)
class Mail:
    """A way to write to people. Made by `open`; keeps no connection."""

    _address: str = field(repr=False)
    _sender: str
    _seconds: float
    _plugin: Any = field(repr=False)
    _let_in: bool = False
    """The server has let us in, and nothing has gone wrong since."""

    @classmethod
    def open(cls, address: str, *, sender: str = SENDER, seconds: float = PATIENCE) -> Mail:
        """A channel to what `address` names; nobody is called. `seconds` as PATIENCE.

        `address` is one of Apprise: `mailtos://user:password@smtp.example.com?from=bot@example.com`, or that of another service
        with `{to}` where it takes a mail address. Raises Misconfigured, which never repeats the address.
        """
        scheme = address.partition("://")[0].lower()
        if scheme not in _SMTP and PERSON not in address:
            raise Misconfigured(
                f"the address of the mail server names nobody to write to: mailtos://user:password@smtp.example.com does by "
                f"itself, that of any other service needs {PERSON} where a mail address belongs"
            )
        mail = cls(address, sender, seconds, None)
        mail._plugin = mail._service(_NOBODY)
        if mail._is_smtp and mail._names_people():
            raise Misconfigured(
                "the address of the mail server names people itself; take to, cc, bcc and everything behind the name of the "
                "server out of it: whom to write to stands in Users of the ISMS"
            )
        return mail

    @property
    def place(self) -> str:
        """Where mails go, for messages: server and port, or the kind of service; never a secret."""
        return f"{self._plugin.smtp_host}:{self._plugin.port}" if self._is_smtp else str(self._plugin.service_name)

    @property
    def stays_here(self) -> bool:
        """True if the mail server runs on this very machine."""
        host = str(self._plugin.smtp_host).strip("[]") if self._is_smtp else ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def accepts(self) -> bool:
        """True if the server lets us in, False if the service cannot be asked without sending something.

        Raises Denied if the server refuses us, Transient if it cannot be reached or does not answer. Nothing is sent.
        """
        if not self._is_smtp:
            return False
        self._let_in = False
        try:
            self._knock()
        except _REFUSALS as refusal:
            raise Denied(f"the mail server {self.place} does not let the bot in: {_said(refusal)}") from refusal
        except (smtplib.SMTPException, OSError) as trouble:
            raise Transient(f"the mail server {self.place} cannot be used: {_said(trouble)}{self._hint()}") from trouble
        self._let_in = True
        return True

    def send(self, to: str, subject: str, body: str, *, reply_to: str = "") -> bool:
        """Send plain text to one person; answers go to `reply_to` if that is given.

        True: the server took it. False: it did not, or did not say so; part of it may have gone out. Raises Transient, Denied
        and Misconfigured if nothing was sent for sure.
        """
        from apprise import Apprise, NotifyFormat

        if not usable(to):
            raise Misconfigured("the mail address of a person is none; correct it in Users of the ISMS")
        if self._is_smtp and not self._let_in:
            self.accepts()
        apprise = Apprise(asset=_asset())
        apprise.add(self._service(to, reply_to if usable(reply_to) else ""))
        # The answer is an object that is true if everybody was reached.
        taken = bool(apprise.notify(body, title=" ".join(subject.split()), body_format=NotifyFormat.TEXT))
        self._let_in = taken
        return taken

    @property
    def _is_smtp(self) -> bool:
        return self._address.partition("://")[0].lower() in _SMTP

    @property
    def _given(self) -> Mapping[str, list[str]]:
        """What the address says behind its question mark."""
        return parse_qs(self._address.partition("?")[2])

    def _names_people(self) -> bool:
        """True if the address names more people than the one that a message is for."""
        named = [address for _, address in self._plugin.targets]
        return named != [_NOBODY] or any(key in self._given for key in _PEOPLE)

    def _service(self, to: str, reply_to: str = "") -> Any:
        """The service of Apprise that writes to one person. A fresh one each time: one that is used again makes pauses."""
        from apprise import Apprise

        # Apprise logs whom it writes to; nothing of that belongs into a log.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        try:
            service = Apprise.instantiate(self._addressed(to, reply_to), asset=_asset(), suppress_exceptions=False)
        except Exception as error:  # services of Apprise raise what they like
            raise Misconfigured(_UNKNOWN) from error
        if service is None:
            raise Misconfigured(_UNKNOWN)
        return service

    def _addressed(self, to: str, reply_to: str) -> str:
        """The address for one person. What stands last counts: plain text, and never a second try by Apprise itself."""
        asked = {"format": "text", "retry": "0"}
        if self._is_smtp:
            usual = {"name": self._sender, "reply": reply_to, "cto": f"{self._seconds:g}"}
            asked |= {key: value for key, value in usual.items() if value and key not in self._given} | {"to": to}
        address = self._address.replace(PERSON, quote(to, safe=""))
        return address + ("&" if "?" in address else "?") + urlencode(asked, quote_via=quote)

    def _hint(self) -> str:
        """What to try where the address asks for STARTTLS on the one port that is encrypted from the first byte on."""
        wrong = self._plugin.port == _ENCRYPTED_PORT and self._plugin.secure_mode == "starttls"
        return f"; with port {_ENCRYPTED_PORT} its address needs mode=ssl behind the question mark" if wrong else ""

    def _knock(self) -> None:
        """Connect, log in and leave, as Apprise will."""
        plugin = self._plugin
        context = ssl.create_default_context()
        if not plugin.verify_certificate:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        server: smtplib.SMTP
        if plugin.secure_mode == "ssl":
            server = smtplib.SMTP_SSL(plugin.smtp_host, plugin.port, timeout=self._seconds, context=context)
        else:
            server = smtplib.SMTP(plugin.smtp_host, plugin.port, timeout=self._seconds)
        with server:
            if plugin.secure_mode == "starttls":
                server.starttls(context=context)
            if plugin.user and plugin.password:
                server.login(plugin.user, plugin.password)


_UNKNOWN = (
    "the address of the mail server is none that Apprise knows: write "
    "mailtos://user:password@smtp.example.com?from=isms-bot@example.com, with %-codes for special characters in user and password"
)


def _asset() -> Any:
    from apprise import AppriseAsset

    return AppriseAsset(app_id=SENDER)


def _said(error: Exception) -> str:
    """What the server answered, on one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return " ".join(f"{error.smtp_code} {words}".split())
    return " ".join(str(error).split()) or type(error).__name__


class Post:
    """The mail of one workspace over many passes. It is opened when the first message wants to go, so that a new password counts
    at once, and it never stands in the way of a pass: after trouble nothing goes until `REST` is over.

    `trouble` says what is wrong: "unreachable", "refused", "address" (of the server), "slow", or "" while nothing is known to be.
    """

    def __init__(self, opener: Callable[[], Mail], clock: Clock) -> None:
        self._opener, self._clock = opener, clock
        self._mail: Mail | None = None
        self._again: datetime | None = None
        self._until = float("inf")
        self.trouble = ""

    def begin(self) -> None:
        """A new pass has its own time."""
        self._until = self._clock.monotonic() + A_PASS
        self._mail = None

    def works(self) -> bool:
        """True if the server lets us in, or did so in this pass; it is asked only if that is not known."""
        if self._again is not None and self._clock.now() < self._again:
            return False
        if self._mail is None:
            try:
                self._mail = self._opener()
                self._mail.accepts()
            except (Transient, Denied, Misconfigured, ConfigError) as error:
                return self._rest(error)
            self._again, self.trouble = None, ""
        if self._clock.monotonic() > self._until:
            self.trouble = "slow"
        return not self.trouble

    def send(self, to: str, subject: str, body: str, *, reply_to: str = "") -> bool | None:
        """True: the server took it; None: nobody knows; False: it was not sent for sure, and may be tried again later."""
        if not self.works() or self._mail is None:
            return False
        try:
            return self._mail.send(to, subject, body, reply_to=reply_to) or None
        except (Transient, Denied, Misconfigured) as error:
            return self._rest(error)

    def _rest(self, error: Exception) -> bool:
        self._mail, self._again = None, self._clock.now() + REST
        kinds = {Transient: "unreachable", Denied: "refused"}
        self.trouble = next((name for kind, name in kinds.items() if isinstance(error, kind)), "address")
        log.warning("mail_not_sent", why=str(error), next_try=self._again.isoformat())
        return False
