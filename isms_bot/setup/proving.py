"""What was answered, tried out: the token by doing, a mention and a mail by asking whether they arrived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from isms_bot.connector import AccountInfo, CheckLine, Connector
from isms_bot.errors import ConnectorError, TokenRefused, Transient
from isms_bot.mail import Mail
from isms_bot.model import Mention, PageRef
from isms_bot.setup import wikis
from isms_bot.setup.answers import Answers
from isms_bot.setup.asking import Asker, Question, answered, one_of, seen_or_not
from isms_bot.setup.mailing import address
from isms_bot.setup.questions import Questions
from isms_bot.texts import message, say

Connect = Callable[[str, Any, str], Connector]
"""(connector, settings, token) -> a connector that is patient for a moment; no call is made."""
Disconnect = Callable[[Connector], None]

AGAIN, ADDRESS, TOKEN, ON, STOP = "again", "address", "token", "on", "stop"
SERVER, NO_MAIL = "server", "none"


_ESSENTIAL = ("token", "root", "space", "wiki")
"""Lines of `check` without which nothing else can be tried."""


class Stopped(Exception):  # noqa: N818 - somebody's wish
    """Somebody has had enough; nothing was written."""


class Proving:
    """Tries what `questions` were answered, and lets whatever does not work be answered anew."""

    def __init__(self, asker: Asker, questions: Questions, connect: Connect, disconnect: Disconnect) -> None:
        self._asker = asker
        self._questions = questions
        self._connect = connect
        self._disconnect = disconnect
        self._connector: Connector | None = None
        self.lines: tuple[CheckLine, ...] = ()
        """What was seen of the wiki in the end."""

    @property
    def answers(self) -> Answers:
        """What was answered so far."""
        return self._questions.answers

    @property
    def connector(self) -> Connector:
        """A connector for the present answers; no call is made."""
        if self._connector is None:
            token = self.answers.token
            assert token is not None
            self._connector = self._connect(self.answers.connector, self.answers.settings, token.value)
        return self._connector

    def close(self) -> None:
        """Close the connections, if there are any."""
        if self._connector is not None:
            self._disconnect(self._connector)
            self._connector = None

    # --- the wiki

    def wiki(self) -> None:
        """Look, prove by doing and list the accounts, until all that works or somebody stops."""
        while True:
            bad, essential = self._bad()
            if not bad:
                return
            if anew := self._offered(bad):
                self._anew(partial(self._questions.offered, anew.what, _said((anew,))))
                continue
            choices = (AGAIN, ADDRESS, TOKEN, *(() if essential else (ON,)), STOP)
            question = Question(
                "again",
                f"   What now? {AGAIN}: it is put right · {ADDRESS}: another page · {TOKEN}: another token"
                + ("" if essential else f" · {ON}: go on all the same")
                + f" · {STOP}",
                default=TOKEN if bad[0].what == "token" else AGAIN,
            )
            self._asker.wrong(question, _said(bad))
            match answered(self._asker, question, partial(one_of, choices, what="choice")):
                case "address":
                    self._anew(self._questions.wiki)
                case "token":
                    self._anew(self._questions.another_token)
                case "on":
                    return
                case "stop":
                    raise Stopped
                case _:
                    self.close()

    def _offered(self, bad: Sequence[CheckLine]) -> CheckLine | None:
        """A line about what may as well be left out, as a page for what is private."""
        keys = [key for key, _ in wikis.offered(self.answers.connector)]
        return next((line for line in bad if line.what in keys), None)

    def _anew(self, ask: Callable[[], None]) -> None:
        self.close()
        ask()

    def _bad(self) -> tuple[list[CheckLine], bool]:
        """What does not hold, and whether nothing can go on without it."""
        try:
            self.lines = self.connector.check()
            for line in self.lines:
                self._asker.say(f"   {'ok' if line.ok else '!!'}  {line.what}: {line.sentence}")
            bad = [line for line in self.lines if not line.ok]
            if any(line.what in _ESSENTIAL for line in bad):
                self.connector.accounts()  # raises what `check` has put into words, so that its kind is known
                return bad, True
            if self._offered(bad):
                return bad, False
            proof = self._proof(_nothing)
            self.lines = (*self.lines, *proof)
            if failed := [line for line in proof if not line.ok]:
                return failed, True
            self.answers.people = tuple(one for one in self.connector.accounts() if one.is_person and one.active)
        except TokenRefused as error:
            bad = [line for line in self.lines if not line.ok]
            return bad or [CheckLine("token", False, f"{error}.")], True
        except Transient as error:
            return [CheckLine("wiki", False, f"{error}.", "Look at the address and at the network.")], True
        except ConnectorError as error:
            bad = [line for line in self.lines if not line.ok]
            return bad or [CheckLine("wiki", False, f"{error}.", "Look at the address and at the network.")], True
        if not self.answers.people:
            todo = "Let the token see the people of the wiki; without them nobody can be named."
            return [*bad, CheckLine("accounts", False, "The token sees nobody.", todo)], True
        return bad, False

    def _proof(self, meanwhile: Callable[[PageRef], None]) -> tuple[CheckLine, ...]:
        return self.connector.prove(lambda sentence: self._asker.say(f"   … {sentence}"), meanwhile)

    # --- a mention

    def mention(self) -> bool | None:
        """Mention the product manager on a test page and ask whether it arrived; None if nobody looked."""
        while True:
            arrived, sentence = self._greeted()
            if not sentence:
                return arrived
            question = Question("mention_again", f"   {AGAIN}, or {ON} without?", default=ON, silent=ON)
            self._asker.wrong(question, sentence)
            if answered(self._asker, question, partial(one_of, (AGAIN, ON), what="choice")) == ON:
                return arrived

    def _greeted(self) -> tuple[bool | None, str]:
        """(whether it arrived, what is wrong: "" if nothing is)."""
        manager = self.answers.manager
        assert manager is not None
        seen: list[bool | None] = []

        def say_hello(page: PageRef) -> None:
            # `prove` may be repeated after trouble; the person is not to be mentioned twice for it.
            if not seen:
                seen.append(self._mentioned(page, manager))

        try:
            bad = [line for line in self._proof(say_hello) if not line.ok]
        except ConnectorError as error:
            bad = [CheckLine("wiki", False, str(error))]
        arrived = seen[0] if seen else None
        if bad:
            return arrived, _said(bad)
        if arrived is not False:
            return arrived, ""
        return arrived, (
            f"{manager.name} was not told. Look at the wiki's notification settings of {manager.name}, and whether they may open the "
            "page under which the ISMS lives."
        )

    def _mentioned(self, page: PageRef, manager: AccountInfo) -> bool | None:
        words = message("test.mention", self.answers.language, person=Mention(manager.id))
        self.connector.comment(page, words, "setup")
        question = Question(
            "mention_arrived",
            f"   {manager.name} was mentioned on the test page. Did it arrive? It may take a minute (y, n, ? for nobody looked)",
            default="?",
            silent="?",
        )
        return answered(self._asker, question, seen_or_not)

    # --- a mail

    def mail(self) -> bool | None:
        """Write one mail to the product manager and ask whether it arrived; None if there is no mail or nobody looked."""
        while self.answers.mail is not None:
            to = self._mail_address()
            sentence = self._wrote(self.answers.mail.value, to)
            if not sentence:
                question = Question(
                    "mail_arrived",
                    f"   A mail was sent to {to}. Did it arrive? (y, n, ? for nobody looked)",
                    default="?",
                    silent="?",
                )
                arrived = answered(self._asker, question, seen_or_not)
                if arrived is not False:
                    return arrived
                sentence = (
                    "The server took the mail, and it did not arrive: look into the spam folder, and whether the server may send for "
                    "the address that the mail comes from."
                )
            question = Question(
                "mail_again",
                f"   What now? {AGAIN}: once more · {SERVER}: another server · {NO_MAIL}: no mail",
                default=AGAIN,
            )
            self._asker.wrong(question, sentence)
            match answered(self._asker, question, partial(one_of, (AGAIN, SERVER, NO_MAIL), what="choice")):
                case "server":
                    self._questions.mail()
                case "none":
                    self.answers.mail = None
        return None

    def _mail_address(self) -> str:
        manager = self.answers.manager
        assert manager is not None
        if manager.mail:
            return manager.mail
        text = f"   The wiki does not show the mail address of {manager.name}. Where shall the test mail go?"
        return answered(self._asker, Question("mail_to", text), address)

    def _wrote(self, server: str, to: str) -> str:
        """What went wrong, "" if nothing did."""
        subject, body = (say(one, self.answers.language) for one in ("test.title", "test.mail"))
        try:
            taken = Mail.open(server).send(to, subject, f"{body}\n")
        except ConnectorError as error:
            return f"No mail was sent: {error}."
        return "" if taken else "The mail server did not take the mail, or did not say so."


def _said(bad: Sequence[CheckLine]) -> str:
    return " ".join(f"{line.sentence} {line.todo}".strip() for line in bad)


def _nothing(_: PageRef) -> None:
    """Nothing is done on the test page while it stands."""
