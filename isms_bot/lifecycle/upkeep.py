"""What somebody should look at beside the jobs: roles, rows, questions, reviews, the token, an outage. Pure.

Each finding is repeated on every pass while its reason stands: whoever applies it opens it once and closes it once it no longer
comes. Each is addressed to who must act.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from isms_bot.calendars import add_working_days, local_date
from isms_bot.lifecycle.actions import Find
from isms_bot.lifecycle.people import acting, owners
from isms_bot.lifecycle.view import View
from isms_bot.model import Page, RosterId, Span

ANSWER_WITHIN = 10
"""Working days in which a question is answered."""
TOKEN_STEPS = (30, 10)
"""Days before the end of the token at which whoever looks after the bot is told; the second row takes the first one's place."""
REMEMBERED = timedelta(days=3)
"""How long an outage that is over stays a finding: somebody should look at its cause while the logs still say it."""
QUESTION = "question/"
ANSWERED = "Answered"


def upkeep(view: View) -> Iterator[Find]:
    """Everything of this kind that stands today."""
    today = local_date(view.now, view.zone)
    to = acting(view)[:1]
    yield from _roles(view, today, to)
    yield from _rows(view, today, to)
    yield from _questions(view, today, to)
    yield from _reviews(view, today, to)
    yield from _token(view, today, to)
    yield from _outages(view, today, to)


def _roles(view: View, today: date, to: tuple[RosterId, ...]) -> Iterator[Find]:
    """Roles of the pack that nobody holds. Before anything is in force the roster may still be being filled in."""
    used = {one.role for one in view.schedules.values() if one.id in view.anchors and one.id not in view.stopped}
    if not view.anchors:
        return
    named = {"product-manager": view.product_manager, "deputy": view.deputy}
    for role in sorted(view.roles - used):
        if not view.holders(role, today) and named.get(role) is None:
            yield Find("role-without-holder", role, to, {"role": role})


def _rows(view: View, today: date, to: tuple[RosterId, ...]) -> Iterator[Find]:
    """Rows of the roster that lack what the rules need, as long as the person is in the team."""
    for person in view.roster.values():
        if person.lacks and person.active(today):
            yield Find("roster-incomplete", person.id, to, {"person": person.name, "items": ", ".join(person.lacks)})


def open_questions(view: View) -> Iterator[tuple[Page, date]]:
    """(row, day by which it is to be answered) of questions without an answer."""
    for page in view.questions:
        answer = page.fields.get("answer")
        if page.fields.get("status") == ANSWERED or (isinstance(answer, str) and answer.strip()):
            continue
        by = page.fields.get("answer_by")
        if isinstance(by, Span):
            yield page, by.start
        elif page.created_at is not None:
            yield page, add_working_days(local_date(page.created_at, view.zone), ANSWER_WITHIN, view.calendar)


def _questions(view: View, today: date, to: tuple[RosterId, ...]) -> Iterator[Find]:
    for page, by in open_questions(view):
        if today > by:
            since = local_date(page.created_at, view.zone) if page.created_at else by
            yield Find("question-unanswered", page.ref, _owners(page, view, to), {"page": page.title, "since": since})


def _owners(page: Page, view: View, to: tuple[RosterId, ...]) -> tuple[RosterId, ...]:
    """Who owns what a question is about: the role that owns the job, else the procedure."""
    key = page.mark.key.removeprefix(QUESTION) if page.mark is not None and page.is_original else ""
    if key in view.history.contracts:
        return owners(view.history.promise(key), view) or to
    about = page.fields.get("procedure")
    pages = set(about) if isinstance(about, tuple) else set()
    for schedule, procedure in sorted(view.history.procedures.items()):
        if procedure in pages and schedule in view.schedules:
            holders = view.holders(view.schedules[schedule].owner, local_date(view.now, view.zone))
            return tuple(person.id for person in holders) or to
    return to


def _reviews(view: View, today: date, to: tuple[RosterId, ...]) -> Iterator[Find]:
    """Promises and procedures whose day of review has passed; what does not apply need not be looked at."""
    for page in view.kept:
        due = page.fields.get("review")
        if isinstance(due, Span) and due.start < today and page.fields.get("applies") != "No":
            yield Find("review-due", page.ref, to, {"page": page.title, "due": due.start})


def _token(view: View, today: date, to: tuple[RosterId, ...]) -> Iterator[Find]:
    until = view.token_expires
    if until is None:
        return
    passed = [days for days in TOKEN_STEPS if today >= until - timedelta(days=days)]
    if passed:
        yield Find("token-expiring", f"{until.isoformat()}@{passed[-1]}", to, {"until": until})


def _outages(view: View, today: date, to: tuple[RosterId, ...]) -> Iterator[Find]:
    for outage in view.history.outages:
        until = outage.end or outage.start
        if today <= until + REMEMBERED:
            yield Find("wiki-unreachable", outage.start.isoformat(), to, {"since": outage.start, "until": until})
