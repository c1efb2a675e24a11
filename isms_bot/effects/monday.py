"""The Monday digest: a row of *Findings* for whoever looks after the ISMS, with one comment that calls that person.

Each Monday with something to say has a page of its own, and the one before it is closed: the bot does not write over a page in
which people may have written.
"""

from __future__ import annotations

from typing import Any

from isms_bot import texts
from isms_bot.connector import Draft
from isms_bot.effects import listing
from isms_bot.effects.context import Pass
from isms_bot.effects.making import known, make
from isms_bot.effects.messages import post
from isms_bot.errors import Denied, Gone, Permanent
from isms_bot.lifecycle.actions import Monday
from isms_bot.model import Link, Message, PageRef, Source, Span


def monday(run: Pass, action: Monday) -> None:
    """Make the page, say that it is there, close the one before, and write it down. Without a line only the last two."""
    ref, delivered, page = "", None, None
    if action.count:
        page, _ = make(run, Source.FINDINGS, action.key, lambda _: _draft(run, action))
        ref, delivered = page.ref, _say(run, action, Link(page.title, page.url), page.ref)
    if action.before and action.before != ref:
        listing.close(run, action.before)
    body = {"week": action.week.isoformat(), "page": ref, "person": action.person, "delivered": delivered}
    run.append("digest", action.key, body)
    if not action.silent:
        run.note("monday", action.key, page)


def _say(run: Pass, action: Monday, link: Link, ref: PageRef) -> bool | None:
    first = texts.message("digest.intro", run.language, person=run.mention(action.person))
    message = texts.joined(first, *_counts(run, action), (link,), between="\n")
    try:
        return post(run, ref, message, f"said:{action.key}")
    except (Denied, Permanent) as refusal:
        # The page is there all the same, with the person on it.
        run.unsettled.append(f"{action.key}: {refusal}")
        return False


def _counts(run: Pass, action: Monday) -> list[Message]:
    lines = {
        "digest.overdue": action.overdue,
        "digest.held": action.held,
        "digest.findings": action.findings,
        "digest.questions": action.questions,
        "digest.nonconformities": action.nonconformities,
    }
    counts = [texts.message(name, run.language, count=len(found)) for name, found in lines.items() if found]
    return [*counts, *_next(run, action, "digest.next")]


def _next(run: Pass, action: Monday, sentence: str) -> list[Message]:
    """The proposal of the week, if there is one: the item by its page."""
    if not action.proposal:
        return []
    pages = (page for page in run.view.kept if page.fields.get("item") == action.proposal)
    item = next((Link(page.title, page.url) for page in pages), action.proposal)
    return [texts.message(sentence, run.language, item=item, about=action.proposal)]


def _draft(run: Pass, action: Monday) -> Draft:
    history = run.workspace.history
    sections: list[tuple[str, list[Message]]] = [
        ("digest.heading.overdue", [_escalation(run, key, days) for key, days in action.overdue]),
        ("digest.heading.held", [_row(run, Source.FINDINGS, history.findings[key], key) for key in action.held]),
        (
            "digest.heading.findings",
            [_row(run, Source.FINDINGS, history.findings[key], key) for key in action.findings],
        ),
        ("digest.heading.questions", [_row(run, Source.QUESTIONS, ref, ref) for ref in action.questions]),
        (
            "digest.heading.nonconformities",
            [_row(run, Source.NONCONFORMITIES, history.raised[one], one) for one in action.nonconformities],
        ),
        ("digest.heading.next", _next(run, action, "digest.next.how")),
    ]
    date = run.day(action.week)
    body = run.document("monday", {"date": date, "lines": listing.listed(run, sections)})
    counts = texts.listed([texts.words(line) for line in _counts(run, action)], run.language)
    fields: dict[str, Any] = {
        "status": "Open",
        "kind": "monday",
        "todo": counts,
        "since": Span(action.week),
        "for": run.accounts((action.person,)),
    }
    return Draft(Source.FINDINGS, action.key, texts.say("title.monday", run.language, date=date), fields, body)


def _escalation(run: Pass, key: str, days: int) -> Message:
    contract = run.workspace.history.promise(key)
    return texts.message(
        "digest.escalation",
        run.language,
        job=run.job_link(key),
        due=run.day(contract.due),
        role=run.role(contract.role),
        count=days,
    )


def _row(run: Pass, source: Source, ref: PageRef, otherwise: str) -> Message:
    """A row by its title, as a link; by what it is called elsewhere if it is not there any more."""
    try:
        page = known(run, source, ref)
    except (Denied, Gone):
        return texts.message("title.finding", run.language, what=otherwise)
    return (Link(page.title, page.url),)
