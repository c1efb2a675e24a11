"""The end of the introduction: the look ahead for who decides, and the notice for the team."""

from __future__ import annotations

from typing import Any

from isms_bot import texts
from isms_bot.connector import Draft
from isms_bot.effects import listing
from isms_bot.effects.context import Pass
from isms_bot.effects.making import make
from isms_bot.effects.messages import post
from isms_bot.errors import Denied, Permanent
from isms_bot.lifecycle.actions import Announce, Preview
from isms_bot.model import DecisionKind, Link, Message, PageRef, Source, Span

AT_ONCE = 40
"""People in one comment: wikis limit how much a comment may hold."""


def preview(run: Pass, action: Preview) -> None:
    """Make the page "If we ended the introduction", and say once that it is there."""
    page, _ = make(run, Source.FINDINGS, action.key, lambda _: _preview(run, action))
    said = texts.message(
        "introduction.preview",
        run.language,
        person=run.mention(action.person),
        date=run.day(action.end),
        count=action.days,
    )
    delivered = _post(
        run, page.ref, texts.joined(said, (Link(page.title, page.url),), between="\n"), f"said:{action.key}"
    )
    for key, ref in run.workspace.history.previews.items():
        if key.startswith("introduction/") and ref != page.ref:
            listing.close(run, ref)
    run.append("preview", action.key, {"page": page.ref, "person": action.person, "delivered": delivered})
    run.note("preview", action.key, page)


def _preview(run: Pass, action: Preview) -> Draft:
    date = run.day(action.end)
    due, missed = (sum(tally.due for tally in action.tallies), sum(tally.missed for tally in action.tallies))
    lines = [
        texts.message(
            "introduction.tally",
            run.language,
            procedure=one.title,
            of=one.due,
            in_time=one.in_time,
            late=one.late,
            missed=one.missed,
            open=one.open,
        )
        for one in action.tallies
    ]
    values = {
        "date": date,
        "what": texts.say("introduction.report", run.language, date=date, count=missed, of=due),
        "questions": texts.say("introduction.questions", run.language, count=action.asked, of=action.unanswered),
        "lines": listing.listed(run, [("introduction.heading", lines)]),
    }
    fields: dict[str, Any] = {
        "status": "Open",
        "kind": "introduction",
        "todo": texts.say("introduction.todo", run.language, date=date),
        "since": Span(run.now.date()),
        "for": run.accounts((action.person,)),
    }
    title = texts.say("title.preview", run.language, date=date)
    return Draft(Source.FINDINGS, action.key, title, fields, run.document("ending", values))


def announce(run: Pass, action: Announce) -> None:
    """Give the team notice, in one message on a page of its own in the discussion; the end counts from then on."""
    values = {
        "introduction_end": run.day(action.last_day),
        "author": _author(run),
        "product_manager": run.product_manager,
    }
    said = texts.message("introduction.ends", run.language, **values)
    title = texts.say("title.announce", run.language, introduction_end=run.day(action.last_day))
    body = run.document("announce", {"what": said})
    draft = Draft(Source.DISCUSSION, action.key, title, {"due": Span(action.last_day)}, body)
    # What an earlier pass has promised stands: a later last day would only be nicer, an earlier one would be a surprise.
    page, given = make(run, Source.DISCUSSION, action.key, lambda _: draft, {"last_day": action.last_day.isoformat()})
    delivered: list[bool | None] = []
    for first in range(0, len(action.people), AT_ONCE):
        people = action.people[first : first + AT_ONCE]
        message = texts.message("introduction.notice", run.language, people=run.mentions(people), text=said)
        message = texts.joined(message, (Link(page.title, page.url),), between="\n")
        # Nobody is told by a comment that the wiki does not take: the introduction then goes on.
        delivered.append(post(run, page.ref, message, f"said:{action.key}#{first}"))
    body_row = {
        "decided": action.decided.isoformat(),
        "last_day": max(given["last_day"], action.last_day.isoformat()),
        "day": action.day.isoformat(),
        "page": page.ref,
        "delivered": delivered,
    }
    run.append("announced", action.key, body_row)
    run.note("announce", action.key, page)


def _author(run: Pass) -> str:
    decided = run.view.decisions(DecisionKind.END_INTRODUCTION)
    return run.name(decided[-1].by if decided else None)


def _post(run: Pass, ref: PageRef, message: Message, intent: str) -> bool | None:
    try:
        return post(run, ref, message, intent)
    except (Denied, Permanent) as refusal:
        # The page is there all the same, with the person on it.
        run.unsettled.append(f"{intent}: {refusal}")
        return False
