"""What people do to a job's fields, and the answer to it. Pure.

A field that shows an *earlier* value of our own is our own lag, not a gesture: it is only brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from isms_bot.lifecycle.actions import Action, Amend, Find, Read, Reply, Show
from isms_bot.lifecycle.changes import handed_over, moved
from isms_bot.lifecycle.people import confirmers, counts, hands, managers, owners
from isms_bot.lifecycle.view import Job, View, needed
from isms_bot.model import Account, Completion, Contract, Page, RosterId, Span

HANDOVER = "handover"
"""What the cause of a hand-over made on the page starts with."""


def answers(job: Job, page: Page, view: View, today: date, status: str) -> Iterator[Action]:
    """Answers to a changed assignee, due day or status. `status` is what the page should show, freshness permitting."""
    fields = page.fields
    accounts = _accounts(job.contract, view)
    shown = fields.get("assignee") or ()
    if isinstance(shown, tuple) and set(shown) != set(accounts):
        answered = tuple(_assignee(job, page, shown, view, today))
        yield from answered
        if any(isinstance(action, Amend) for action in answered):
            # One amendment at a time, since each starts from the one before: a new due day has its turn in the next pass.
            return
    due = fields.get("due")
    if not isinstance(due, Span) or due.start != job.contract.due:
        yield from _due(job, page, due.start if isinstance(due, Span) else None, view)
    elif isinstance(end := fields.get("grace_end"), Span) and end.start != job.contract.grace_end:
        yield Show(job.key, {"grace_end": Span(job.contract.grace_end)})
    if fields.get("status") != status:
        yield from _status(job, page, str(fields.get("status") or ""), status, view)


def _accounts(contract: Contract, view: View) -> tuple[Account, ...]:
    return tuple(
        account
        for person in hands(contract, view)
        if person in view.roster and (account := view.roster[person].account) is not None
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
    if not _by_person(page, view) or _is_own_lag(job, shown, view):
        yield Show(job.key, {"assignee": hands(contract, view)})
        return
    named = {person.account: person.id for person in view.roster.values() if person.account}
    people = tuple(named[account] for account in shown if account in named)
    if len(people) == len(shown) and _may_hand_over(contract, people, _editor(page, view), view, today):
        yield handed_over(contract, view, today, people, f"{HANDOVER}:{'+'.join(people)}:{today.isoformat()}")
        return
    yield Show(job.key, {"assignee": hands(contract, view)})
    cause = f"assignee:{'+'.join(sorted(people))}"
    if (job.key, cause) not in view.history.replies:
        yield Reply(job.key, cause, "job.assignee_put_back", contract.people)


def _is_own_lag(job: Job, shown: tuple[str, ...], view: View) -> bool:
    """True if the page shows people of before, since a change of ours has not reached it. After a hand-over made on the page
    itself it showed the new people all along: earlier ones are then a hand-over back."""
    before = job.frozen.people
    lagging: list[tuple[RosterId, ...]] = []
    for amendment in view.history.amendments.get(job.key, ()):
        if amendment.people == before:
            continue
        lagging = [] if amendment.cause.startswith(HANDOVER) else [*lagging, before]
        before = amendment.people
    return any(set(shown) == set(_accounts(replace(job.frozen, people=people), view)) for people in lagging)


def _may_hand_over(
    contract: Contract, people: tuple[RosterId, ...], editor: RosterId | None, view: View, today: date
) -> bool:
    """Whoever holds the role may get a job, others from a manager; nobody drops out where several must sign."""
    if contract.completion is Completion.EACH or not people:
        return False
    if editor in managers(view):
        return True
    enough = needed(contract.completion, contract.quorum, len(contract.people))
    return len(people) >= enough and set(people) <= {person.id for person in view.holders(contract.role, today)}


def _due(job: Job, page: Page, shown: date | None, view: View) -> Iterator[Action]:
    contract = job.contract
    earlier = {job.frozen.due, *(change.due for change in view.history.amendments.get(job.key, ())[:-1])}
    if not _by_person(page, view) or shown is None or shown in earlier:
        yield Show(job.key, {"due": Span(contract.due), "grace_end": Span(contract.grace_end)})
        return
    editor = _editor(page, view)
    entitled, alone = counts(editor, confirmers(contract, view), contract.people)
    cause = f"due:{shown.isoformat()}"
    if entitled and shown > contract.due:
        yield replace(moved(contract, view, shown, cause), reply="job.due_reason")
        if alone:
            yield Find("no-second-person", f"{job.key}@{shown.isoformat()}", (), {"page": contract.title})
        return
    yield Show(job.key, {"due": Span(contract.due), "grace_end": Span(contract.grace_end)})
    if (job.key, cause) not in view.history.replies:
        yield Reply(job.key, cause, "job.due_put_back", (editor,) if editor else contract.people, {"due": contract.due})
    if shown > contract.due:
        yield Find(
            "postponement-asked", f"{job.key}@{shown.isoformat()}", owners(contract, view),
            {"job": contract.title, "due": shown},
        )  # fmt: skip


def _status(job: Job, page: Page, shown: str, status: str, view: View) -> Iterator[Action]:
    """A status set by hand changes no phase; the page says again what it said, and one line says what is missing.

    "Open" on a job that is overdue is only behind; "Overdue" on one that no longer is was ours, before its day moved.
    """
    if shown == "Open" and status == "Overdue":
        return
    if status == "Overdue" and job.read_at != view.now:
        yield Read(job.key)
        return
    yield Show(job.key, {"status": status})
    ours = shown == "Preparing" or (shown == "Overdue" and job.key in view.history.amendments)
    cause = f"status:{shown}"
    if ours or not _by_person(page, view) or (job.key, cause) in view.history.replies:
        return
    missing = job.verdict.missing if job.verdict else ()
    yield Reply(job.key, cause, "job.status_set", job.contract.people, {"missing": missing})
