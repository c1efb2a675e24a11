"""What people do to a job's fields, and the answer to it. Pure.

A field that shows an *earlier* value of our own is our own lag, not a gesture: it is only brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from isms_bot.lifecycle.actions import Action, Amend, Find, Reply, Show
from isms_bot.lifecycle.changes import handed_over
from isms_bot.lifecycle.dates import grace_end
from isms_bot.lifecycle.people import managers, owners
from isms_bot.lifecycle.view import Job, View
from isms_bot.model import Account, Completion, Page, RosterId, Signing, Span

_ORDER = ("Preparing", "Open", "Overdue", "Missed")


def answers(job: Job, view: View, today: date, status: str) -> Iterator[Action]:
    """Answers to a changed assignee, due day or status. `status` is what the page should show, freshness permitting."""
    page = job.page
    if page is None:
        return
    fields = page.fields
    accounts = _accounts(job.contract.people, view)
    shown = fields.get("assignee") or ()
    if isinstance(shown, tuple) and set(shown) != set(accounts):
        yield from _assignee(job, page, shown, view, today)
    due = fields.get("due")
    if not isinstance(due, Span) or due.start != job.contract.due:
        yield from _due(job, page, due.start if isinstance(due, Span) else None, view)
    if fields.get("status") != status:
        yield from _status(job, page, str(fields.get("status") or ""), status, view)


def _accounts(people: tuple[RosterId, ...], view: View) -> tuple[Account, ...]:
    return tuple(
        account for person in people if person in view.roster and (account := view.roster[person].account) is not None
    )


def _editor(page: Page, view: View) -> RosterId | None:
    """Who edited the page last, if that is somebody of the roster."""
    return next(
        (person.id for person in view.roster.values() if person.account and person.account == page.edited_by), None
    )


def _by_person(page: Page, view: View) -> bool:
    return page.edited_by is not None and page.edited_by != view.bot


def _assignee(job: Job, page: Page, shown: tuple[str, ...], view: View, today: date) -> Iterator[Action]:
    contract = job.contract
    earlier = [job.frozen.people, *(change.people for change in view.history.amendments.get(job.key, ()))]
    if not _by_person(page, view) or any(set(shown) == set(_accounts(people, view)) for people in earlier[:-1]):
        yield Show(job.key, {"assignee": contract.people})
        return
    named = {person.account: person.id for person in view.roster.values() if person.account}
    people = tuple(named[account] for account in shown if account in named)
    editor = _editor(page, view)
    holders = {person.id for person in view.holders(contract.role, today)}
    allowed = set(people) <= holders or editor in managers(view)
    if contract.completion is not Completion.EACH and people and len(people) == len(shown) and allowed:
        yield handed_over(contract, view, today, people, f"handover:{'+'.join(people)}:{today.isoformat()}")
        return
    yield Show(job.key, {"assignee": contract.people})
    cause = f"assignee:{'+'.join(sorted(people))}"
    if (job.key, cause) not in view.history.replies:
        sentence = "job.assignee_put_back"
        yield Reply(job.key, cause, sentence, contract.people)


def _due(job: Job, page: Page, shown: date | None, view: View) -> Iterator[Action]:
    contract = job.contract
    earlier = {job.frozen.due, *(change.due for change in view.history.amendments.get(job.key, ())[:-1])}
    if not _by_person(page, view) or shown is None or (shown in earlier and shown != contract.due):
        yield Show(job.key, {"due": Span(contract.due), "grace_end": Span(contract.grace_end)})
        return
    editor = _editor(page, view)
    entitled = editor is not None and (editor in managers(view) or editor in owners(contract, view))
    if entitled and editor not in contract.people and shown > contract.due:
        schedule = view.schedules.get(contract.schedule)
        cal = view.calendar_of(contract.people)
        end = grace_end(shown, schedule.grace, cal) if schedule else shown + (contract.grace_end - contract.due)
        cause = f"due:{shown.isoformat()}"
        yield Amend(job.key, cause, shown, end, contract.people, reply="job.due_reason")
        return
    yield Show(job.key, {"due": Span(contract.due), "grace_end": Span(contract.grace_end)})
    cause = f"due:{shown.isoformat()}"
    if (job.key, cause) not in view.history.replies:
        yield Reply(job.key, cause, "job.due_put_back", (editor,) if editor else contract.people, {"due": contract.due})
    if shown > contract.due:
        yield Find(
            "postponement-asked", f"{job.key}@{shown.isoformat()}", owners(contract, view),
            {"job": contract.title, "due": shown},
        )  # fmt: skip


def _status(job: Job, page: Page, shown: str, status: str, view: View) -> Iterator[Action]:
    """A status set by hand changes no phase; the page says again what it said, and one line says what is missing."""
    behind = shown in _ORDER and _ORDER.index(shown) < _ORDER.index(status)
    if behind:
        if shown == "Preparing":
            yield Show(job.key, {"status": status})
        return
    yield Show(job.key, {"status": "Open" if status == "Open" else status})
    if not _by_person(page, view):
        return
    cause = f"status:{shown}"
    if (job.key, cause) in view.history.replies:
        return
    missing = job.verdict.missing if job.verdict and job.verdict.signing is not Signing.SIGNED else ()
    yield Reply(job.key, cause, "job.status_set", job.contract.people, {"missing": missing})
