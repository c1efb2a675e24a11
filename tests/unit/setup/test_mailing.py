"""The address of a mail server, from what people know of theirs; its secrets never stand where they are read."""

from __future__ import annotations

import pytest

from isms_bot.config import SecretRef
from isms_bot.mail import Mail
from isms_bot.setup.mailing import BEFORE, address_of, mail_server
from tests.unit.setup.test_asking import Scripted

PASSWORD = "planted p@ss/word:#?%"


class Known:
    """Secrets that are kept somewhere."""

    def __init__(self, **held: str) -> None:
        self.kept = held
        self.hidden: list[str] = []

    def held(self, ref: SecretRef) -> str | None:
        return self.kept.get(ref.env or ref.file)

    def hide(self, secret: str) -> None:
        self.hidden.append(secret)


@pytest.mark.parametrize(("mode", "port"), [("starttls", 587), ("ssl", 465), ("none", 25)])
def test_any_password_arrives_at_the_server_as_it_was_typed(mode: str, port: int) -> None:
    mail = Mail.open(address_of("smtp.example.com", "bot@example.com", "bot@example.com", PASSWORD, mode))

    assert mail.place == f"smtp.example.com:{port}"
    assert (mail._plugin.user, mail._plugin.password) == ("bot@example.com", PASSWORD)


def test_an_unusual_port_and_no_user_are_taken() -> None:
    assert Mail.open(address_of("localhost:2525", "bot@example.com", "", "", "none")).place == "localhost:2525"


def test_no_mail_is_an_answer() -> None:
    assert mail_server(Scripted("none"), Known(), "isms.mail") is None


def test_a_server_is_put_together_and_kept_as_a_secret() -> None:
    secrets = Known()
    asker = Scripted("smtp.example.com", "bot@example.com", "", "", PASSWORD)

    asker.left[2:4] = ["bot@example.com", "starttls"]
    kept = mail_server(asker, secrets, "isms.mail")

    assert kept is not None
    assert (kept.ref, kept.to_write) == (SecretRef(file="isms.mail"), True)
    assert Mail.open(kept.value).place == "smtp.example.com:587"
    assert {PASSWORD, kept.value} <= set(secrets.hidden)
    assert PASSWORD not in repr(kept)


def test_a_wrong_server_and_a_wrong_address_are_asked_again() -> None:
    asker = Scripted("my mail server", "mailto://", "smtp.example.com", "the bot", "bot@example.com", "none", "none")

    assert mail_server(asker, Known(), "isms.mail") is not None
    assert len(asker.told) == 3


def test_an_address_that_is_kept_somewhere_is_used_from_there() -> None:
    address = address_of("smtp.example.com", "bot@example.com", "", "")
    secrets = Known(MAIL=address)

    assert mail_server(Scripted("env:MAIL"), secrets, "isms.mail").ref == SecretRef(env="MAIL")  # type: ignore[union-attr]
    kept = mail_server(Scripted(BEFORE), secrets, "isms.mail", SecretRef(env="MAIL"))
    assert kept is not None
    assert (kept.ref, kept.value, kept.to_write) == (SecretRef(env="MAIL"), address, False)
    asker = Scripted("file:nowhere", "none")
    assert mail_server(asker, secrets, "isms.mail") is None
    assert "holds no address" in asker.told[0]
