"""The address of a mail server, put together from what people know of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from isms_bot.config import SecretRef
from isms_bot.errors import Misconfigured
from isms_bot.mail import Mail, usable
from isms_bot.setup.answers import Kept
from isms_bot.setup.asking import Asker, Question, Wrong, answered, one_of

if TYPE_CHECKING:
    from isms_bot.setup.questions import Secrets

NONE = ("none", "no", "-")
ENCRYPTION = ("starttls", "ssl", "none")


BEFORE = "as before"


def mail_server(asker: Asker, secrets: Secrets, file: str, before: SecretRef | None = None) -> Kept | None:
    """The address of the server as Apprise takes it, password and all: a secret. None for no mail.

    `file` is where it is to be kept; `before` is where one is kept already.
    """
    kept = before is not None and secrets.held(before) is not None
    server = Question(
        "mail",
        "   Name of the SMTP server, with its port if it is an unusual one (smtp.example.com:587), or none",
        default=BEFORE if kept else NONE[0],
    )
    found = answered(asker, server, lambda said: _server(said, secrets, before))
    if found is None or isinstance(found, Kept):
        return found
    if "://" not in found:
        found = _asked(asker, secrets, found)
    secrets.hide(found)
    return Kept(SecretRef(file=file), found, to_write=True)


def _asked(asker: Asker, secrets: Secrets, server: str) -> str:
    sender = answered(asker, Question("mail_from", "   Mail address that the bot writes from"), address)
    user = answered(asker, Question("mail_user", "   User name at the server, or none", sender), _user)
    encrypted = Question("mail_encryption", "   How the connection is encrypted: starttls, ssl or none", ENCRYPTION[0])
    mode = answered(asker, encrypted, lambda said: one_of(ENCRYPTION, said, "way"))
    password = ""
    if user:
        password = answered(
            asker, Question("mail_password", "   Its password; it is not shown", secret=True), _password
        )
        secrets.hide(password)
    return address_of(server, sender, user, password, mode)


def address_of(server: str, sender: str, user: str, password: str, mode: str = "starttls") -> str:
    """The address for Apprise. Special characters are written as %-codes, so that none ends a part too early."""
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    scheme = "mailto" if mode == "none" else "mailtos"
    asked = {"from": sender, **({"mode": mode} if mode == "ssl" else {})}
    return f"{scheme}://{login}{server}?{urlencode(asked)}"


def _server(said: str, secrets: Secrets, before: SecretRef | None) -> str | Kept | None:
    if said.casefold() in NONE:
        return None
    where, _, name = said.partition(":")
    if where in ("env", "file") and name:
        return _found(SecretRef(**{where: name}), secrets)
    if said == BEFORE and before is not None:
        return _found(before, secrets)
    if "://" in said:
        _opened(said)
        return said
    name, _, port = said.partition(":")
    if (
        not name
        or any(character.isspace() or character in "/@?" for character in name)
        or (port and not port.isdecimal())
    ):
        raise Wrong(f'"{said}" is no name of a server; write it as smtp.example.com or smtp.example.com:587, or none')
    return said


def _found(ref: SecretRef, secrets: Secrets) -> Kept:
    held = secrets.held(ref)
    if held is None:
        raise Wrong(
            f"{ref.env or ref.file} holds no address of a mail server; put one there, or name the server itself"
        )
    _opened(held)
    secrets.hide(held)
    return Kept(ref, held)


def _opened(address: str) -> None:
    try:
        Mail.open(address)
    except Misconfigured as error:
        raise Wrong(str(error)) from error


def address(said: str) -> str:
    """One mail address. Raises Wrong."""
    if not usable(said):
        raise Wrong(f'"{said}" is no mail address; write one, as isms-bot@example.com')
    return said


def _user(said: str) -> str:
    return "" if said.casefold() in NONE else said


def _password(said: str) -> str:
    if not said:
        raise Wrong("nothing was said; the server wants a password with the user name")
    return said
