"""What `check` says of the channels that notices go through, and how `check --notify` tries them out on the product manager."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isms_bot import texts
from isms_bot.cli.call import Call
from isms_bot.cli.looking import look
from isms_bot.cli.opening import mail_of
from isms_bot.connector import CheckLine, Draft
from isms_bot.errors import Ambiguous, ConfigError, ConnectorError, Denied, Misconfigured, Transient
from isms_bot.mail import usable
from isms_bot.model import Link, Mention, Page, PageState, Person, Source, Span, Value
from isms_bot.workspace import token_of

if TYPE_CHECKING:
    from isms_bot.config import Config, WorkspaceConfig
    from isms_bot.outlook import Outlook
    from isms_bot.workspace import Workspace

TEST = "notice-test"
"""Key, and kind, of the row of Findings on which the mention of a test stands."""
_MAIL, _WIKI = "test by mail", "test in the wiki"
_NO_MAIL = (
    "Look into the spam folder; see that the address in Users of the ISMS is right and that the mail server lets the bot send as "
    "the address behind from=; then run `isms-bot check --notify` again."
)
_NO_MENTION = (
    "See that the account in the row of Users of the ISMS is the right one and that this person may open the page; what the wiki "
    "tells people, and how, is set in the person's own settings there; then run `isms-bot check --notify` again."
)


def server(config: Config, one: WorkspaceConfig) -> CheckLine:
    """Whether the mail server lets the bot in. Nothing is sent."""
    if one.mail is None:
        return CheckLine(
            "mail",
            True,
            f"Notices appear in the wiki only; with [workspaces.{one.name}.mail] they go out by mail as well.",
        )
    todo = f"Correct what {one.mail.where} leads to; until then notices appear in the wiki only."
    try:
        mail = mail_of(config, one)
        asked = mail.accepts()
    except Transient as trouble:
        return CheckLine("mail", False, f"{_sentence(trouble)}.", "Try again later. " + todo)
    except (Denied, Misconfigured, ConfigError) as refusal:
        return CheckLine("mail", False, f"{_sentence(refusal)}.", todo)
    if not asked:
        return CheckLine(
            "mail", True, f"Notices go out through {mail.place}; `isms-bot check --notify` shows whether they arrive."
        )
    return CheckLine("mail", True, f"The mail server {mail.place} lets the bot in.")


def _sentence(error: Exception) -> str:
    said = str(error)
    return said[:1].upper() + said[1:]


def addresses(outlook: Outlook, workspace: Workspace) -> Iterator[CheckLine]:
    """Who of the team gets no mail, and whose last one may not have arrived."""
    team = [one for one in outlook.roster.values() if one.active(outlook.now.date())]
    without = [one.name for one in team if not usable(one.mail)]
    if without:
        said = f"{texts.listed(without)} {'has' if len(without) == 1 else 'have'} no mail address that can be used."
        yield CheckLine("mail addresses", False, said, "Write one address into the column E-mail of Users of the ISMS.")
    else:
        yield CheckLine("mail addresses", True, "Everybody in the team has one.")
    unsure = [one.name for one in team if usable(one.mail) and one.id in workspace.history.unsure_mail]
    if unsure:
        said = f"The mail server did not take the last mail to {texts.listed(unsure)}, or did not say that it did."
        yield CheckLine("mails", False, said, "See that the addresses in Users of the ISMS are right.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A test that went out: on which channel, what it looks like, and what to try if it did not arrive."""

    what: str
    sentence: str
    otherwise: str


def try_out(call: Call, config: Config, workspace: Workspace, outlook: Outlook, *, yes: bool) -> Iterator[CheckLine]:
    """Send one test through each channel to the product manager, and ask whether it arrived; `yes`: nobody is asked."""
    person = outlook.roster.get(outlook.product_manager or "")
    if person is None:
        said = f"The product manager of the configuration ({workspace.config.product_manager}) has no row in Users of the ISMS."
        yield CheckLine("test", False, said, "Correct one or the other: tests go to that person.")
        return
    tests = [_mention(workspace, outlook, person)]
    if workspace.config.mail is not None:
        tests.append(_mail(config, workspace, person))
    for test in tests:
        yield _answered(call, test, yes=yes) if isinstance(test, Sent) else test


def _answered(call: Call, sent: Sent, *, yes: bool) -> CheckLine:
    arrived = None if yes else call.asked(f"{sent.sentence} Did it arrive?")
    if arrived is None:
        how = f"If it did not arrive: {sent.otherwise}"
        return CheckLine(sent.what, True, f"{sent.sentence} On a terminal isms-bot asks whether it arrived. {how}")
    if arrived:
        return CheckLine(sent.what, True, "It arrived.")
    return CheckLine(sent.what, False, "It was sent and did not arrive.", sent.otherwise)


def _mention(workspace: Workspace, outlook: Outlook, person: Person) -> Sent | CheckLine:
    """Call the product manager in a comment on a row of Findings that is there for nothing else."""
    connector, language = workspace.connector, workspace.language
    if person.account is None:
        return CheckLine(_WIKI, False, f"{person.name} has no account in Users of the ISMS.", _NO_MENTION)
    words = texts.message("test.mention", language, person=Mention(person.account))
    try:
        page = _row(workspace, outlook, person)
        link = (Link(page.title, page.url),)
        token = token_of(workspace.name, TEST, outlook.now.isoformat())
        connector.comment(page.ref, texts.joined(words, link, between="\n"), token)
    except (Ambiguous, Transient) as trouble:
        return CheckLine(_WIKI, False, f"{_sentence(trouble)}.", "Run `isms-bot check --notify` again.")
    except ConnectorError as refusal:
        return CheckLine(_WIKI, False, f"{_sentence(refusal)}.", "Allow the bot to write comments.")
    return Sent(_WIKI, f"{person.name} was mentioned in a comment on {page.title} ({page.url}).", _NO_MENTION)


def _row(workspace: Workspace, outlook: Outlook, person: Person) -> Page:
    """The row of tests, made once. It is never open: there is nothing to repair."""
    connector, language = workspace.connector, workspace.language
    found = [row for row in connector.find(Source.FINDINGS, TEST) if row.is_original and row.state is PageState.LIVE]
    if found:
        return found[0]
    accounts = (person.account,) if person.account else ()
    fields: dict[str, Value] = {"status": "Resolved", "kind": TEST, "since": Span(outlook.now.date()), "for": accounts}
    made = connector.create(Draft(Source.FINDINGS, TEST, texts.say("test.title", language), fields))
    # Only now can the mark say which page it is for: a copy is told from the original by that.
    return connector.update(made, {})


def _mail(config: Config, workspace: Workspace, person: Person) -> Sent | CheckLine:
    language, one = workspace.language, workspace.config
    if person.mail is None or not usable(person.mail):
        todo = "Write one address into the column E-mail of Users of the ISMS."
        return CheckLine(_MAIL, False, f"{person.name} has no mail address that can be used.", todo)
    subject = texts.say("test.title", language)
    try:
        taken = mail_of(config, one).send(person.mail, subject, texts.say("test.mail", language) + "\n")
    except (ConnectorError, ConfigError) as refusal:
        return CheckLine(_MAIL, False, f"{_sentence(refusal)}.", "Correct the address of the mail server.")
    if not taken:
        said = f"The mail server did not take a mail to {person.mail}, or did not say that it did."
        return CheckLine(_MAIL, False, said, _NO_MAIL)
    return Sent(_MAIL, f"A mail with the subject “{subject}” went to {person.mail}.", _NO_MAIL)


def seen(workspace: Workspace) -> Outlook | None:
    """The roster as it is now; None where the wiki does not let itself be looked at, which other lines tell."""
    try:
        return look(workspace)[0]
    except ConnectorError:
        return None
