"""The plan of one pass: actions in the order of their effects, what is held back and why, a digest, and its rendering. Pure.

Brakes count accusing and destroying actions only. A tripped brake holds its class and nothing else, says so, consumes
nobody's grace (a held action is decided anew on every pass), and is released by naming the digest of the plan that was seen.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isms_bot.lifecycle.actions import (
    Action,
    Admit,
    Amend,
    Announce,
    Ask,
    Conclude,
    Discuss,
    Effect,
    Find,
    Improve,
    Keep,
    Monday,
    Notify,
    Open,
    Preview,
    PutBack,
    Raise,
    Read,
    Record,
    Reply,
    Retract,
    Settle,
    Show,
    Supersede,
    Tell,
    Wait,
)

NONCONFORMITIES_PER_PASS = 3
"""More than this many at once wait for a person's yes, and so do those for more than a quarter of the team."""
TEAM_SHARE = 4
CLOSINGS_PER_PASS = 5
CLOSINGS_SHARE = 5
"""More than five jobs, and more than a fifth of the open ones, closed at once wait as well."""

_ORDER: tuple[type[Any], ...] = (
    Ask, Conclude, Amend, Record, Discuss, Raise, Settle, Retract, Supersede, Admit, Open, Wait, Reply, Announce, Notify, Tell, Find, Improve,
    Preview, Monday, Keep, Show, PutBack, Read,
)  # fmt: skip
"""First what favours people, then what talks about it; a field that somebody changed is put back last, or a death between the
two would forget what that person wished."""

_MAKING = (Open, Raise, Find, Ask, Improve, Preview, Announce)
"""What makes a page of its own. So does a sum of the week that has lines; misses of the introduction share the page of their line."""

_HAVE = {True: "has", False: "have"}

_WORDS: Mapping[type[Any], str] = {
    Admit: "let in", Conclude: "close", Amend: "amend", Show: "show", Ask: "pass on a question", Record: "file", Discuss: "discuss",
    Raise: "raise a non-conformity", Retract: "retract", Supersede: "close as superseded", Open: "open", Reply: "answer",
    Notify: "notify", Find: "point out", Improve: "propose an improvement",
    Tell: "say", Settle: "note", PutBack: "put back", Read: "read",
    Announce: "give notice of the end of the introduction", Preview: "show what the end of the introduction would mean",
    Monday: "sum up the week", Wait: "let wait", Keep: "bring up to date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pass is going to do, in order; `held` actions wait, each class with its sentence."""

    actions: tuple[Action, ...]
    held: tuple[Action, ...] = ()
    reasons: Mapping[Effect, str] = field(default_factory=dict)
    digest: str = ""
    waiting: tuple[Wait, ...] = ()
    """Jobs that wait because their people have enough to do, those that were known to wait before among them."""
    held_digest: str = ""
    """Digest of `held` alone: it stays the same while the rest of the plan changes from pass to pass."""

    @property
    def changes(self) -> bool:
        """True if anything would be done, now or after a yes."""
        return bool(self.actions or self.held)

    @property
    def new_pages(self) -> int:
        """How many new pages would be made, now or after a yes: at most, since a row from an earlier time may serve again."""
        return len({page for action in (*self.actions, *self.held) if (page := _page_of(action)) is not None})

    def counts(self) -> dict[str, int]:
        """How many actions of each kind, by the words of the rendering."""
        return dict(Counter(_WORDS[type(action)] for action in self.actions))

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON-compatible data."""
        return {
            "digest": self.digest,
            "actions": [facts(action) for action in self.actions],
            "held": [facts(action) for action in self.held],
            "held_digest": self.held_digest,
            "reasons": {effect.value: reason for effect, reason in self.reasons.items()},
            "waiting": [facts(action) for action in self.waiting],
        }

    def as_text(self) -> str:
        """The plan as lines for a terminal, without names of people."""
        lines = [sentence(action) for action in self.actions]
        since = [f"still waiting: {sentence(action)}" for action in self.waiting if action.known]
        if not lines and not self.held:
            return "\n".join(["Nothing to do.", *since])
        lines += since
        for effect, reason in self.reasons.items():
            lines.append(f"held: {reason}")
            lines.extend(f"  {sentence(action)}" for action in self.held if action.effect is effect)
        lines.append(f"plan {self.digest}")
        return "\n".join(lines)


def plan(
    actions: Iterable[Action],
    *,
    team: int,
    release: str | None = None,
    schedules: int | None = None,
    jobs: int = 0,
    standing: Container[str] = (),
) -> Plan:
    """Order `actions` and apply the brakes. `team`: how many people are in the team; `schedules`: how many schedules are in
    force (None: creates are not braked); `jobs`: how many jobs are open; `standing`: findings that stand already, which are no
    change. `release`: digest of a plan, or of what it holds, that a person has seen and said yes to: nothing is held then.
    """  # fmt: skip
    actions = list(actions)
    waiting = tuple(sorted((one for one in actions if isinstance(one, Wait)), key=lambda one: one.key))
    ordered = sorted(
        (
            action
            for action in actions
            if not isinstance(action, Read)
            and not (isinstance(action, Find) and action.key in standing)
            and not (isinstance(action, Monday) and action.silent)
            and not (isinstance(action, Wait) and action.known)
        ),
        key=lambda action: (_ORDER.index(type(action)), str(action.key)),
    )
    digest, reasons = _digest(ordered), _brakes(ordered, team, schedules, jobs)
    held = tuple(action for action in ordered if action.effect in reasons)
    if not held or release in (digest, _digest(held)):
        return Plan(tuple(ordered), digest=digest, waiting=waiting)
    going = tuple(action for action in ordered if action.effect not in reasons)
    return Plan(going, held, reasons, digest, waiting, _digest(held))


def _page_of(action: Action) -> tuple[str, str] | None:
    """What tells the new page of an action from others, None if it makes none."""
    if isinstance(action, Discuss):
        return _WORDS[Discuss], action.line
    making = bool(action.count) if isinstance(action, Monday) else isinstance(action, _MAKING)
    return (_WORDS[type(action)], action.key) if making else None


def _brakes(actions: Sequence[Action], team: int, schedules: int | None, jobs: int) -> dict[Effect, str]:
    """What is held, with the sentence that says why."""
    reasons: dict[Effect, str] = {}
    raised = [action for action in actions if isinstance(action, Raise)]
    if len(raised) > NONCONFORMITIES_PER_PASS:
        reasons[Effect.NONCONFORMITY] = f"{len(raised)} non-conformities at once wait for a yes"
    elif len(raised) > 1 and len(_subjects(raised)) * TEAM_SHARE > team:
        reasons[Effect.NONCONFORMITY] = "non-conformities for more than a quarter of the team wait for a yes"
    closing = sum(action.effect is Effect.CLOSE for action in actions)
    if closing > max(CLOSINGS_PER_PASS, jobs / CLOSINGS_SHARE):
        reasons[Effect.CLOSE] = f"{closing} jobs to be closed at once wait for a yes"
    opening = sum(action.effect is Effect.CREATE for action in actions)
    if schedules is not None and opening > schedules * max(team, 1):
        reasons[Effect.CREATE] = (
            f"{opening} jobs to be opened at once are more than all schedules give; they wait for a yes"
        )
    return reasons


def _subjects(raised: list[Raise]) -> set[str]:
    """Whose occurrences they are: the person of a personal job, else the job itself."""
    return {action.key.split("/")[2] if action.key.count("/") == 2 else action.key for action in raised}


def _digest(actions: Sequence[Action]) -> str:
    canonical = json.dumps([facts(action) for action in actions], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def facts(action: Action) -> dict[str, Any]:
    """What identifies an action, JSON-compatible, without names, texts or times of day."""
    said: dict[str, Any] = {"do": _WORDS[type(action)], "key": action.key}
    match action:
        case Open():
            said |= {"due": str(action.contract.due), "grace_end": str(action.contract.grace_end)}
            said |= {"people": list(action.contract.people), "regime": action.contract.regime.value}
            if action.contract.due_at is not None:
                said["due_at"] = action.contract.due_at.isoformat()
            if action.contract.private:
                said["private"] = True
        case Amend():
            said |= {"due": str(action.due), "grace_end": str(action.grace_end), "people": list(action.people)}
            said["cause"] = action.cause
        case Conclude() | Record():
            said["outcome"] = action.outcome.value
        case Notify():
            said |= {"person": action.person, "steps": [list(step) for step in action.steps]}
        case Wait():
            said["full"] = list(action.full)
        case Reply():
            said["cause"] = action.cause
        case Monday():
            said |= {"person": action.person, "count": action.count}
        case Preview():
            said |= {"person": action.person, "end": str(action.end), "days": action.days}
        case Announce():
            said |= {"last_day": str(action.last_day), "people": list(action.people)}
        case Show():
            said["fields"] = sorted(action.values)
        case Raise():
            said |= {"to": list(action.to), "not_validly_signed": action.not_validly_signed}
        case Supersede():
            said["by"] = action.by
        case Admit():
            said |= {"page": action.page, "people": list(action.people)}
        case Find():
            said |= {"kind": action.kind, "to": list(action.to)}
        case Retract():
            said["number"] = action.number
        case Tell():
            said |= {"cause": action.cause, "to": list(action.to)}
        case Settle() | PutBack():
            said["status"] = action.status
        case Keep():
            said["text"] = action.digest
        case Improve():
            said |= {"count": action.count, "of": action.of}
        case _:
            pass
    return said


def sentence(action: Action) -> str:
    """An action as one line."""
    said = facts(action)
    match action:
        case Open():
            who = ", ".join(action.contract.people) or "nobody yet"
            private = ", privately" if action.contract.private else ""
            return f"open {action.key} for {who}{private}, due {said['due']}, grace until {said['grace_end']}"
        case Amend():
            return f"amend {action.key}: due {said['due']}, grace until {said['grace_end']} ({action.cause})"
        case Conclude() | Record():
            return f"{said['do']} {action.key} as {action.outcome.value}"
        case Wait():
            return f"let {action.key} wait: {', '.join(action.full)} {_HAVE[len(action.full) == 1]} enough open jobs"
        case Notify():
            return f"notify {action.person}: " + ", ".join(f"{key} ({step})" for key, step in action.steps)
        case Reply():
            return f"answer on {action.key} ({action.cause})"
        case Show():
            return f"show {', '.join(said['fields'])} on {action.key}"
        case Supersede():
            return f"close {action.key} as superseded by {action.by}"
        case Monday():
            return f"sum up the week for {action.person}: {action.count} lines"
        case Preview():
            return f"{said['do']} to {action.person}: {action.end}, {action.days} working days before"
        case Announce():
            return f"{said['do']} to {len(action.people)} people: last day {action.last_day}"
        case Admit():
            return f"let {', '.join(action.people) or 'nobody'} open {action.key}, and nobody else"
        case Find():
            return f"point out {action.key}"
        case Tell():
            return f"say on {action.key} ({action.cause})"
        case Settle() | PutBack():
            return f"{said['do']} {action.key} as {action.status}"
        case Improve():
            return f"propose to improve {action.schedule}: {action.count} of {action.of}"
        case _:
            return f"{said['do']} {action.key}"
