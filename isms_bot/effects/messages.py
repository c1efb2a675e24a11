"""Notices and answers: comments on job pages, at most once each; only the last warning is posted a second time if in doubt.
Notices go out by mail as well (`mailing`): a notice is delivered once one of the two was.

Comments have no key. Each ends with a link whose fragment is a token: intent, post, outcome; what is unresolved is looked for
among the page's comments, and what is not found there is marked as not known and never sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from isms_bot import texts
from isms_bot.effects import mailing
from isms_bot.effects.confirming import MET, answers, news
from isms_bot.effects.context import Pass
from isms_bot.effects.once import Result, Unsettled, once
from isms_bot.errors import Ambiguous, Denied, Gone, Permanent
from isms_bot.ledger import Draft as Row
from isms_bot.lifecycle.actions import Find, Notify, Reply
from isms_bot.lifecycle.dates import DUE, HALF, LAST, OPENED
from isms_bot.lifecycle.occasions import row_of
from isms_bot.lifecycle.people import hand_of
from isms_bot.model import Completion, Contract, Key, Ladder, Link, Message, PageRef, Regime, RosterId
from isms_bot.store import Claim, ClaimState
from isms_bot.workspace import token_of

_PEOPLE = ("signer", "other", "owner")
"""Values of an answer that are roster ids, said as names: only those who are spoken to are called."""
MOST_ATTEMPTS = 2
"""How often the last warning is posted, or mailed, at most."""


def post(run: Pass, ref: PageRef, message: Message, intent: str) -> bool | None:
    """Post a comment once. True: it is there; None: it is not known, and is left so. Raises Unsettled, Denied, Permanent."""
    connector = run.workspace.connector
    token = token_of(run.workspace.name, intent)

    def add(_payload: Mapping[str, Any]) -> Result:
        connector.comment(ref, message, token)
        return {"delivered": True}

    def look(_payload: Mapping[str, Any]) -> Result | None:
        return {"delivered": True} if _is_there(run, ref, token) else {"delivered": None}

    result = once(run.workspace, intent, "comment", {"page": ref, "token": token}, add=add, look=look, at=run.now)
    delivered: bool | None = result["delivered"]
    return delivered


def _is_there(run: Pass, ref: PageRef, token: str) -> bool:
    try:
        content = run.workspace.connector.read(ref)
    except (Gone, Denied):
        return False
    return any(link.endswith(f"#{token}") for comment in content.comments for link in comment.links)


def settle_notices(run: Pass) -> frozenset[RosterId]:
    """Find out about notices that an earlier pass may have sent, and send what is still owed today; returns people who get none in
    this pass since it is still too early to tell."""
    waiting: set[RosterId] = set()
    for intent in run.workspace.store.unresolved(run.workspace.name):
        settle = _SETTLING.get(intent.kind)
        if settle is None:
            continue
        try:
            settle(run, intent.key, intent.payload)
        except (Unsettled, Ambiguous):
            waiting.add(intent.payload["person"])
    for notice in list(run.workspace.history.owed_mail.values()):
        try:
            _mail_what_is_owed(run, notice)
        except (Unsettled, Ambiguous):
            waiting.add(notice["person"])
    return frozenset(waiting)


def _settle_comment(run: Pass, key: str, notice: Mapping[str, Any]) -> None:
    claim = _claim(run, key, "notice", notice)
    if _is_there(run, notice["page"], notice["token"]):
        commented = True
    elif mailing.is_last(notice) and claim.attempts <= MOST_ATTEMPTS:
        run.workspace.store.forget(run.workspace.name, key)
        return
    else:
        commented = None
    run.workspace.store.resolve(run.workspace.name, key, {"delivered": commented})
    mailed = mailing.deliver(run, notice, commented=commented) if mailing.is_fresh(run, notice) else {}
    _note(run, notice, {"comment": commented, **mailed})


def _settle_mail(run: Pass, key: str, notice: Mapping[str, Any]) -> None:
    claim, commented = _claim(run, key, "mail", notice), notice["commented"]
    if mailing.is_last(notice) and not commented and claim.attempts <= MOST_ATTEMPTS:
        run.workspace.store.forget(run.workspace.name, key)
        return
    run.workspace.store.resolve(run.workspace.name, key, {"delivered": None})
    _note(run, notice, {"comment": commented, "mail": None})


def _claim(run: Pass, key: str, kind: str, notice: Mapping[str, Any]) -> Claim:
    """The claim of a notice without outcome, once enough time has gone by to look. Raises Unsettled before."""
    workspace = run.workspace
    claim = workspace.store.claim(
        workspace.name, key, epoch=workspace.lease.epoch if workspace.lease else 0, kind=kind,
        payload=dict(notice), settle=float(workspace.config.settle_seconds), at=run.now,
    )  # fmt: skip
    if claim.state is ClaimState.SETTLING:
        raise Unsettled(key)
    return claim


_SETTLING = {"notice": _settle_comment, "mail": _settle_mail}


def _mail_what_is_owed(run: Pass, notice: Mapping[str, Any]) -> None:
    """A notice that stands in the wiki and could not be mailed goes out by mail as soon as mail goes again, on the same day."""
    if not mailing.is_fresh(run, notice):
        return
    channels = notice["channels"]
    mailed = mailing.deliver(run, notice, commented=channels["comment"])
    if mailed and mailed["mail"] is not False:
        _note(run, notice, {**channels, **mailed})


def notify(run: Pass, action: Notify) -> None:
    """Post one message to one person on the page of the most urgent job, mail it, and write down all steps that it covers."""
    page = run.job_page(action.key)
    if page is None:
        return
    opened = [key for key, step in action.steps if step == OPENED]
    met = answers(run, action.person, opened) if opened else {}
    message = _letter(run, action, met.values())
    steps = [list(step) for step in action.steps]
    intent = "notice:" + token_of(action.person, *(f"{key}@{step}" for key, step in action.steps))
    token = token_of(run.workspace.name, intent)
    notice = {
        "page": page.ref,
        "token": token,
        "person": action.person,
        "day": action.day.isoformat(),
        "steps": steps,
        "exempt": action.exempt,
        "met": list(met),
    }

    def add(_payload: Mapping[str, Any]) -> Result:
        run.workspace.connector.comment(page.ref, message, token)
        return {"delivered": True}

    def look(_payload: Mapping[str, Any]) -> Result | None:
        return {"delivered": True} if _is_there(run, page.ref, token) else {"delivered": None}

    try:
        commented = once(run.workspace, intent, "notice", notice, add=add, look=look, at=run.now)["delivered"]
    except (Denied, Permanent):
        commented = False
    channels = {"comment": commented, **mailing.deliver(run, notice, commented=commented)}
    if _delivered(channels) is False:
        run.found.append(Find("notice-undelivered", action.key, _manager(run), {"job": _title(run, action.key)}))
        return
    _note(run, notice, channels)
    run.note("notify", action.key, page)


def _delivered(channels: Mapping[str, bool | None]) -> bool | None:
    """One channel is enough; None if that is not known of any, False if none took it."""
    outcomes = tuple(channels.values())
    return True if True in outcomes else None if None in outcomes else False


def _note(run: Pass, notice: Mapping[str, Any], channels: Mapping[str, bool | None]) -> None:
    body = {name: notice[name] for name in ("person", "day", "steps", "exempt")}
    delivered = _delivered(channels)
    rows = [Row("noticed", notice["token"], {**body, "delivered": delivered, "channels": dict(channels)})]
    if channels["comment"]:
        # An answer is met once the message with it is there; one that may not have arrived is said again, and mail has none.
        rows += [Row("replied", asked, {"cause": MET, "delivered": True}) for asked in notice.get("met", ())]
    run.workspace.append(*rows, at=run.now, pass_id=run.id)


def _manager(run: Pass) -> tuple[RosterId, ...]:
    return tuple(person for person in (run.view.product_manager,) if person)


def _title(run: Pass, key: Key) -> str:
    link = run.job_link(key)
    return link.text if isinstance(link, Link) else link


def _letter(run: Pass, action: Notify, met: Iterable[Message]) -> Message:
    """The words: one step as a sentence, several as a list; why we do this; and a link to the job, which carries the token."""
    if len(action.steps) == 1:
        body = _sentence(run, action.person, *action.steps[0], prefix="notice")
    else:
        first = texts.message("notice.merged", run.language, person=run.mention(action.person))
        lines = [_sentence(run, action.person, key, step, prefix="notice.line") for key, step in action.steps]
        body = texts.joined(first, *lines, between="\n")
    opened = [key for key, step in action.steps if step == OPENED]
    body = texts.joined(body, *(sentence for key in opened for sentence in news(run, action.person, key)), between="\n")
    asked = (_asked_for(run, key) for key in opened)
    on_behalf = (_on_behalf(run, action.person, key) for key in opened)
    body = texts.joined(body, *asked, *on_behalf, *met, between="\n")
    ends = run.workspace.history.introduction_end
    if opened and ends is not None and run.now.date() <= ends:
        told = texts.message("notice.introduction_ends", run.language, introduction_end=run.day(ends))
        body = texts.joined(body, told, between="\n")
    foot = texts.message("notice.foot", run.language, objective=run.objective(), product_manager=run.product_manager)
    return _signed(run, texts.joined(body, foot, between="\n"), action.key)


def _asked_for(run: Pass, key: Key) -> Message:
    """Who asked for a job by a row of *Decisions*, and why; nothing for what the calendar asks for."""
    row = row_of(run.workspace.history.contracts[key], run.view)
    if row is None:
        return ()
    reason = run.workspace.ledger.reveal(run.workspace.history.commitments.get(row.id, "")) or "–"
    return texts.message("notice.asked_for", run.language, author=run.name(row.by), reason=reason)


def _on_behalf(run: Pass, person: RosterId, key: Key) -> Message:
    """How somebody signs who has a job in hand for those without an account; nothing for the job's own people."""
    contract = run.workspace.history.promise(key)
    others = [run.name(one) for one in contract.people if hand_of(one, contract, run.view) == person != one]
    if not others or person in contract.people:
        return ()
    return texts.message("notice.on_behalf", run.language, other=texts.listed(others, run.language))


def _signed(run: Pass, message: Message, key: Key) -> Message:
    """The message with a link to the job at its end: the fragment of the last link is the token."""
    page = run.job_page(key)
    if page is None:
        return message
    return texts.joined(message, (Link(page.title, page.url),), between="\n")


def _sentence(run: Pass, person: RosterId, key: Key, step: str, *, prefix: str) -> Message:
    contract = run.workspace.history.promise(key)
    kind, _, rest = step.partition(":")
    values: dict[str, Any] = {
        "person": run.mention(person),
        "people": run.mentions(contract.people),
        "job": run.job_link(key),
        "minutes": run.minutes(contract),
        "due": run.due(contract),
        "grace_end": run.day(contract.grace_end),
        "product_manager": run.product_manager,
        "count": 10,
    }
    if kind == "outage":
        span = next(span for span in run.workspace.history.outages if span.start.isoformat() == rest)
        values |= {"since": run.day(span.start), "until": run.day(span.end or span.start)}
        return texts.message("notice.outage", run.language, **values)
    sentence = f"{prefix}.{_moment(run, contract, kind, prefix)}"
    if kind == "return":
        line = texts.message("notice.line.opened", run.language, **values)
        if prefix == "notice.line":
            return line
        return texts.joined(texts.message("notice.return", run.language, **values), line, between="\n")
    return texts.message(sentence, run.language, **values)


def _moment(run: Pass, contract: Contract, kind: str, prefix: str) -> str:
    introduction = run.workspace.history.contracts[contract.key].regime is Regime.INTRODUCTION
    if contract.ladder is Ladder.URGENT and kind in (HALF, DUE):
        return f"urgent.{kind}.introduction" if introduction else f"urgent.{kind}"
    if contract.ladder is Ladder.URGENT and (prefix == "notice" or kind == "daily"):
        return f"urgent.{kind}"
    if kind == LAST and introduction:
        return "last.introduction"
    if (
        kind == "opened"
        and prefix == "notice"
        and contract.completion is not Completion.EACH
        and len(contract.people) > 1
    ):
        return "opened.many"
    return kind


# --- answers -------------------------------------------------------------------------------------------------------------


def reply(run: Pass, action: Reply) -> None:
    """Say one sentence under a job, once per cause."""
    say(run, action.key, action.cause, action.sentence, action.to, dict(action.values))


def say(run: Pass, key: Key, cause: str, sentence: str, to: tuple[RosterId, ...], given: Mapping[str, Any]) -> None:
    """Post `sentence` on the page of `key` and write down that it was said (or that nobody knows whether it was)."""
    page = run.job_page(key)
    if page is None or (key, cause) in run.workspace.history.replies:
        return
    contract = run.workspace.history.promise(key)
    message = texts.message(sentence, run.language, **_values(run, key, contract, to, given))
    intent = f"reply:{key}:{cause}"
    try:
        delivered = post(run, page.ref, _signed(run, message, key), intent)
    except (Denied, Permanent):
        run.found.append(Find("notice-undelivered", key, _manager(run), {"job": _title(run, key)}))
        return
    run.append("replied", key, {"cause": cause, "delivered": delivered})
    run.note("reply", key, page, {"cause": cause})


def _other(run: Pass, key: Key) -> str:
    """Whose name stands where somebody else's should, if that is known."""
    job = run.view.jobs.get(key)
    other = job.verdict.other if job is not None and job.verdict is not None else None
    return run.name(other) if other is not None else texts.say("person.somebody", run.language)


def _values(
    run: Pass, key: Key, contract: Contract, to: tuple[RosterId, ...], given: Mapping[str, Any]
) -> dict[str, Any]:
    frozen = run.workspace.history.contracts[key]
    owner = next((person.id for person in run.view.holders(contract.owner, run.now.date())), None)
    values: dict[str, Any] = {
        "person": run.mentions(to or contract.people),
        "job": run.job_link(key),
        "due": run.due(contract),
        "first_due": run.day(frozen.due),
        "grace_end": run.day(contract.grace_end),
        "requested": run.day(contract.due),
        "owner": run.name(owner),
        "other": _other(run, key),
        "required": contract.level.value,
        "level": "typed",
        "product_manager": run.product_manager,
        "copy": run.job_link(key),
    }
    missing = given.get("missing")
    if missing is not None:
        known = [texts.say(f"missing.{name}", run.language) for name in missing if texts.known(f"missing.{name}")]
        values["missing"] = texts.listed(known or [texts.say("missing.signature", run.language)], run.language)
    for name, value in given.items():
        if name == "missing":
            continue
        if name in _PEOPLE:
            values[name] = run.name(value)
            continue
        values[name] = run.day(value) if isinstance(value, date) else value
    return values
