"""Notices by mail: title and link, one sentence per job, and whom to ask; at most once each.

Nobody can look whether a mail went out, as one looks for a comment. So a message whose fate is not known is never sent again,
but for a last warning that reached its person in no other way: that one is sent a second time, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from isms_bot import texts
from isms_bot.calendars import local_date
from isms_bot.effects.context import Pass
from isms_bot.effects.once import Result, once
from isms_bot.errors import Ambiguous, Transient
from isms_bot.lifecycle.actions import Find
from isms_bot.lifecycle.dates import DUE, HALF, LAST, OPENED
from isms_bot.lifecycle.people import managers
from isms_bot.mail import usable
from isms_bot.model import Key, Ladder, PageState, Person, Regime, Signing

FINDING = Find("mail-not-delivered", "mail").key
_URGENT = (OPENED, HALF, DUE, "daily")


def gets_mail(run: Pass, person: Person | None) -> bool:
    """True if notices go to this person by mail as well."""
    return run.workspace.post is not None and person is not None and usable(person.mail)


def deliver(run: Pass, notice: Mapping[str, Any], *, commented: bool | None) -> Mapping[str, bool | None]:
    """Send a notice by mail; returns {"mail": True | None (not known) | False (not sent for sure)}, nothing for people who get none.

    `commented`: whether the same notice stands on the page. Raises Unsettled while an earlier call may have sent it, Ambiguous if
    nobody knows about a last warning that stands nowhere else: it is settled in a later pass.
    """
    post, person = run.workspace.post, run.view.roster.get(notice["person"])
    if post is None or person is None or person.mail is None or not gets_mail(run, person):
        return {}
    # Asked beforehand: where no mail goes at all nothing needs to be settled afterwards.
    if not post.works():
        return {"mail": False}
    to, reply_to = person.mail, _contact(run)
    subject, body = letter(run, notice["steps"])

    def add(_payload: Mapping[str, Any]) -> Result:
        taken = post.send(to, subject, body, reply_to=reply_to)
        if taken is False:
            raise Transient("no mail goes at the moment")
        if taken is None and is_last(notice) and not commented:
            raise Ambiguous(f"nobody knows whether the mail about {notice['steps'][0][0]} went out")
        return {"delivered": taken}

    def look(_payload: Mapping[str, Any]) -> Result | None:
        return {"delivered": None}

    payload = {**notice, "commented": commented}
    try:
        result = once(run.workspace, intent(notice), "mail", payload, add=add, look=look, at=run.now)
    except Transient:
        return {"mail": False}
    return {"mail": result["delivered"]}


def intent(notice: Mapping[str, Any]) -> str:
    """The key of the intent to send a notice by mail."""
    return f"mail:{notice['token']}"


def is_last(notice: Mapping[str, Any]) -> bool:
    """True if the notice says what will happen, and nothing may happen without it."""
    return any(step.startswith(LAST) for _, step in notice["steps"])


def is_fresh(run: Pass, notice: Mapping[str, Any]) -> bool:
    """True if a notice that was decided in an earlier pass may still go out: on its own day, and while a job of it is open."""
    person = run.view.roster.get(notice["person"])
    if person is None or notice["day"] != local_date(run.now, person.zone).isoformat():
        return False
    return any(_is_open(run, key) for key, _ in notice["steps"])


def _is_open(run: Pass, key: Key) -> bool:
    job = run.view.jobs.get(key)
    if job is None or job.page is None or job.page.state is not PageState.LIVE:
        return False
    return job.verdict is None or job.verdict.signing is not Signing.SIGNED


def letter(run: Pass, steps: Iterable[Iterable[str]]) -> tuple[str, str]:
    """(subject, plain text). No name but that of whom to ask, no time of day, and no word that somebody wrote on a page: titles are
    those of procedures as they were when the job opened."""
    said = [(key, _title(run, key), _sentence(run, key, step)) for key, step in steps]
    count = len({key for key, _, _ in said})
    subject = said[0][1] if count == 1 else texts.say("mail.subject.many", run.language, count=count)
    parts = [f"{sentence}\n{_address(run, key)}".strip() for key, _, sentence in said]
    parts.append(texts.say("mail.foot", run.language, product_manager=run.product_manager))
    return subject, "\n\n".join(parts) + "\n"


def _title(run: Pass, key: Key) -> str:
    contract = run.workspace.history.contracts[key]
    return texts.say("title.job", run.language, procedure=contract.title, period=run.period(contract))


def _address(run: Pass, key: Key) -> str:
    page = run.job_page(key)
    return page.url if page is not None else ""


def _sentence(run: Pass, key: Key, step: str) -> str:
    contract = run.workspace.history.promise(key)
    regime = run.workspace.history.contracts[key].regime
    values = {"due": run.day(contract.due), "grace_end": run.day(contract.grace_end)}
    return texts.say(sentence_of(step, contract.ladder, regime), run.language, job=_title(run, key), **values)


def sentence_of(step: str, ladder: Ladder, regime: Regime) -> str:
    """The id of the sentence for a step of a ladder; what warns says other things during the introduction."""
    moment = step.partition(":")[0]
    urgent = ladder is Ladder.URGENT and moment in _URGENT
    warns = moment == LAST or (urgent and moment in (HALF, DUE))
    said = f"mail.urgent.{moment}" if urgent else f"mail.{moment}"
    return f"{said}.introduction" if warns and regime is Regime.INTRODUCTION else said


def _contact(run: Pass) -> str:
    """Where answers go: to the product manager; "" if that person has no mail address."""
    person = run.view.roster.get(run.view.product_manager or "")
    return person.mail or "" if person is not None else ""


def findings(run: Pass) -> Iterable[Find]:
    """One finding while mail does not get through: the server lets us in no longer, or somebody's last mail is not known to have been
    taken. While it stands the server is asked again, so that the finding closes once mail goes again."""
    post = run.workspace.post
    if post is None:
        return
    if FINDING in run.workspace.history.findings:
        post.works()
    why = post.trouble or ("not_taken" if unsure(run) else "")
    if why:
        details = texts.say(f"mail.trouble.{why}", run.language)
        yield Find("mail-not-delivered", "mail", managers(run.view)[:1], {"details": details})


def unsure(run: Pass) -> tuple[str, ...]:
    """Who gets mails and of whose last one nobody knows whether it was taken."""
    today, roster = run.now.date(), run.view.roster
    return tuple(
        person
        for person in sorted(run.workspace.history.unsure_mail)
        if person in roster and roster[person].active(today) and gets_mail(run, roster[person])
    )
