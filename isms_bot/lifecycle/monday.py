"""What the week left with whoever looks after the ISMS: one page and one message on the first working day, or nothing. Pure.

Escalation is a line here and never a comment under somebody's job: procedure, role, days, a link, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms_bot.calendars import add_working_days, local_date, working_days
from isms_bot.lifecycle.actions import Find, Monday
from isms_bot.lifecycle.activation import proposal
from isms_bot.lifecycle.nonconformities import is_untouched
from isms_bot.lifecycle.people import acting, managers, reachable
from isms_bot.lifecycle.upkeep import open_questions
from isms_bot.lifecycle.view import View
from isms_bot.model import Key, Outcome, PageState, Signing

LONG_OVERDUE = 3
"""Working days after the due day from which a job is a line on the page."""
HELD = "brake-held"


def monday(view: View) -> Iterator[Monday]:
    """The digest of this week, once, on the morning of its first working day, if whoever acts can be reached then. Without a
    line nothing is said, and what comes up later that day waits for the next week: findings tell people by themselves."""
    for person in acting(view)[:1]:
        known = view.roster[person]
        today = local_date(view.now, known.zone)
        start = today - timedelta(days=today.weekday())
        if not view.trusted or not reachable(known, view) or start in view.history.digests:
            return
        if today != add_working_days(start, 0, known.works):
            return
        yield Monday(
            person,
            start,
            tuple(line for line in overdue(view) if person not in view.jobs[line[0]].contract.people),
            tuple(sorted(key for key in view.history.findings if key.startswith(f"{HELD}/"))),
            tuple(sorted(key for key in view.history.findings if not key.startswith(f"{HELD}/"))),
            tuple(page.ref for page, _ in open_questions(view)),
            tuple(_without_action(view)),
            next(reversed(view.history.digests.values()), ""),
            proposal(view),
        )


def own_overdue(view: View) -> Iterator[Find]:
    """Overdue jobs of the very person who gets the digest: nobody escalates to oneself, so each goes to the next of those who act
    for the ISMS; where there is nobody else that is marked."""
    if not view.trusted:
        return
    for key, _ in overdue(view):
        contract = view.jobs[key].contract
        if not set(acting(view)[:1]) & set(contract.people):
            continue
        others = [one for one in (*acting(view), *managers(view)) if one not in contract.people]
        if others:
            yield Find("job-overdue", key, (others[0],), {"job": contract.title, "due": contract.due})
        elif local_date(view.now, view.zone_of(contract.people)) <= contract.grace_end:
            # Afterwards the miss marks it.
            yield Find("no-second-person", key, (), {"page": contract.title})


def overdue(view: View) -> tuple[tuple[Key, int], ...]:
    """(job, working days since its due day) of open jobs that are overdue by more than three working days, the oldest first."""
    found = []
    for key, job in view.jobs.items():
        contract, people = job.contract, job.contract.people
        signed = job.verdict is not None and job.verdict.signing is Signing.SIGNED
        if key in view.history.missed or key not in view.history.pages or signed or job.state is not PageState.LIVE:
            continue
        today = local_date(view.now, view.zone_of(people))
        days = working_days(contract.due, today, view.calendar_of(people)) if today > contract.due else 0
        if days > LONG_OVERDUE and not view.forgiven(contract):
            found.append((-days, key))
    return tuple((key, -days) for days, key in sorted(found))


def _without_action(view: View) -> Iterator[str]:
    """Numbers of non-conformities that nobody has begun to deal with: not signed since, not retracted, and no other status."""
    history = view.history
    for key, number in sorted(history.numbers.items(), key=lambda pair: pair[1]):
        if is_untouched(number, history) and history.outcome(key) is Outcome.NONCONFORMITY:
            yield number
