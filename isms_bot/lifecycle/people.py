"""Who is told, who acts, who may decide. Pure.

Nobody escalates to, waives for, reviews, decides about or closes for oneself: the step goes to the deputy, then to top
management; where no second person exists that is marked, not hidden.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import time
from zoneinfo import ZoneInfo

from isms_bot.calendars import is_working_day, local_date
from isms_bot.lifecycle.view import View
from isms_bot.model import Completion, Contract, Decision, DecisionKind, Person, RosterId, Schedule

MORNING = time(9)
"""Messages go out from this time on, in the person's own zone, on working days."""

MANAGING = ("product-manager", "deputy", "top-management")
"""The roles of those who act for the ISMS, in their order."""

_MANAGERS_ONLY = frozenset(
    {
        DecisionKind.ACTIVATE,
        DecisionKind.END_INTRODUCTION,
        DecisionKind.DOES_NOT_APPLY,
        DecisionKind.PAUSE,
        DecisionKind.WAIVE,
        DecisionKind.RETRACT,
        DecisionKind.EVIDENCE,
        DecisionKind.ATTEST_PRIVATE,
    }
)
"""Kinds that the role owner alone cannot decide."""
_NOBODYS_RELIEF = frozenset(
    {
        DecisionKind.START,
        DecisionKind.ACTIVATE,
        DecisionKind.END_INTRODUCTION,
        DecisionKind.EVIDENCE,
        DecisionKind.ATTEST_PRIVATE,
    }
)
"""Kinds that relieve nobody of anything."""


def managers(view: View) -> tuple[RosterId, ...]:
    """Product manager, deputy, then top management: those who act for the ISMS, in this order, each once."""
    today = view.now.date()
    order = [view.product_manager, view.deputy]
    for role in MANAGING:
        order.extend(person.id for person in view.holders(role, today))
    return tuple(
        dict.fromkeys(
            person for person in order if person and person in view.roster and view.roster[person].active(today)
        )
    )


def acting(view: View) -> tuple[RosterId, ...]:
    """The managers who are here, in their order: who is away is passed over, unless all are."""
    able = managers(view)
    return tuple(person for person in able if not _is_away(person, view)) or able


def _is_away(person: RosterId, view: View) -> bool:
    known = view.roster[person]
    return known.is_away(local_date(view.now, known.zone))


def owners(contract: Contract, view: View) -> tuple[RosterId, ...]:
    """Who owns the role of a job, never one of its own people: else the first of the managers who is not; may be empty."""
    holders = tuple(
        person.id for person in view.holders(contract.owner, view.now.date()) if person.id not in contract.people
    )
    if holders:
        return holders
    return tuple(person for person in managers(view) if person not in contract.people)[:1]


def owners_here(contract: Contract, view: View) -> tuple[RosterId, ...]:
    """Who is asked about a job now: its owners who are here; while all of them are away the first of the managers who is, and is
    none of its people; the owners if everybody is away."""
    able = owners(contract, view)
    others = (person for person in acting(view) if person not in contract.people and not _is_away(person, view))
    return tuple(person for person in able if not _is_away(person, view)) or tuple(others)[:1] or able


def confirmers(contract: Contract, view: View, besides: tuple[RosterId, ...] = ()) -> tuple[RosterId, ...]:
    """Who may let a signature count that one person gave for another, in the order in which they are asked: the owner of the
    role, then those who act for the ISMS; nobody of `besides`, since nobody confirms for oneself."""
    holders = (person.id for person in view.holders(contract.owner, view.now.date()))
    return tuple(dict.fromkeys(person for person in (*holders, *managers(view)) if person not in besides))


def hand_of(person: RosterId, contract: Contract, view: View) -> RosterId:
    """In whose hands a job is for one of its people: the stand-in's, who signs on behalf, if the person has no account. What is
    each person's own cannot be given for another, and what is private stays with its audience."""
    known = view.roster.get(person)
    if known is None or known.account is not None or contract.completion is Completion.EACH or contract.private:
        return person
    sponsor = view.roster.get(known.stand_in or "")
    return sponsor.id if sponsor is not None and sponsor.account is not None else person


def hands(contract: Contract, view: View) -> tuple[RosterId, ...]:
    """In whose hands a job is, each once: whom its page shows as assignees, and who gets its messages."""
    return tuple(dict.fromkeys(hand_of(person, contract, view) for person in contract.people))


def may_be_told(person: Person) -> bool:
    """True if there is a channel to this person at all."""
    return person.account is not None


def reachable(person: Person | None, view: View, *, urgent: bool = False) -> bool:
    """True if a message may go to this person now: in the team, with an account, not away, morning of a working day."""
    if person is None or person.account is None:
        return False
    local = view.now.astimezone(ZoneInfo(person.zone))
    if not person.active(local.date()) or person.is_away(local.date()):
        return False
    return urgent or (local.time() >= MORNING and is_working_day(local.date(), person.works))


def may_decide(decision: Decision, view: View) -> tuple[bool, bool]:
    """(counts, no second person): whether the author of a decision holds a role that its kind requires, and whether it had
    to be taken about oneself because nobody else is there. A job is that of its present people, whoever had it first."""
    contract = _job_of(decision, view)
    return counts(decision.by, _able(decision, view, contract), _concerned(decision, view, contract))


def deciders(decision: Decision, view: View) -> tuple[RosterId, ...]:
    """Who may decide what somebody proposed, in the order in which they are asked: who owns the role, then those who act for the
    ISMS; neither the author nor anybody whom it would relieve, as long as there is somebody else."""
    contract = _job_of(decision, view)
    able = tuple(person for person in _able(decision, view, contract) if person != decision.by)
    concerned = _concerned(decision, view, contract)
    return tuple(person for person in able if person not in concerned) or able


def role_of(person: RosterId | None, view: View) -> str:
    """The role in which somebody decides for the ISMS; else that of the product manager, whose it is where nobody else is named."""
    if person is None or person not in view.roster:
        return MANAGING[0]
    named = {"product-manager": view.product_manager, "deputy": view.deputy}
    held = view.roster[person].roles
    return next((role for role in MANAGING if named.get(role) == person or role in held), MANAGING[0])


def _able(decision: Decision, view: View, contract: Contract | None) -> tuple[RosterId, ...]:
    """Whose role a kind of decision asks for, in the order in which they are asked."""
    able = managers(view)
    if decision.kind is DecisionKind.ATTEST_PRIVATE:
        return tuple(person for person in able if _looks_after(person, view))
    if decision.kind is DecisionKind.START and decision.about not in view.schedules:
        # Whoever sees that something happened says so; a promise of the calendar is brought forward by those who look after it.
        everybody = (person.id for person in view.holders("team-member", view.now.date()))
        return tuple(dict.fromkeys((*able, *everybody)))
    owner = contract.owner if contract is not None else _owner_of(decision, view)
    if not owner or decision.kind in _MANAGERS_ONLY:
        return able
    return tuple(dict.fromkeys((*(person.id for person in view.holders(owner, view.now.date())), *able)))


def _looks_after(person: RosterId, view: View) -> bool:
    """True for product manager and deputy."""
    return person in (view.product_manager, view.deputy) or bool(
        {"product-manager", "deputy"} & view.roster[person].roles
    )


def counts(by: RosterId | None, able: Collection[RosterId], concerned: Collection[RosterId]) -> tuple[bool, bool]:
    """(counts, no second person) of what somebody decided that `able` may decide: about oneself only if nobody else could."""
    if by is None or by not in able:
        return False, False
    if by not in concerned:
        return True, False
    alone = set(able) <= set(concerned)
    return alone, alone


def _job_of(decision: Decision, view: View) -> Contract | None:
    """The job that a decision names by its key or by the number of its non-conformity, as it is promised now."""
    history = view.history
    key = next((key for key, number in history.numbers.items() if number == decision.about), decision.about)
    return history.promise(key) if key in history.contracts else None


def _schedules_of(decision: Decision, view: View) -> list[Schedule]:
    """The schedules that a decision is about: by id, by policy item, or by one of their occurrences."""
    schedule = decision.about.partition("/")[0]
    return [one for one in view.schedules.values() if one.id == schedule or decision.about == one.policy]


def _owner_of(decision: Decision, view: View) -> str | None:
    """The role that owns all schedules that a decision is about, if it is one."""
    owners = {schedule.owner for schedule in _schedules_of(decision, view)}
    return owners.pop() if len(owners) == 1 else None


def _concerned(decision: Decision, view: View, contract: Contract | None) -> set[RosterId]:
    """Whom a decision would relieve: the people of the job; of a schedule its only holder, or the manager to whom its jobs fall
    for want of one, since what holds for a whole team is nobody's own matter."""
    if contract is not None:
        return set(contract.people)
    if decision.kind in _NOBODYS_RELIEF:
        return set()
    today = view.now.date()
    holders: set[RosterId] = set()
    for one in _schedules_of(decision, view):
        held = [person.id for person in view.holders(one.role, today)]
        holders.update(held or managers(view)[: one.id in view.anchors])
    return holders if len(holders) == 1 else set()
