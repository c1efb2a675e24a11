"""For those who decide: what is promised and what it costs a year, what came of it so far, what was set aside and by whom. Pure.

It is about promises and roles. People appear only where they decided something; nobody's jobs are counted or compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from isms_bot import texts
from isms_bot.document import Document
from isms_bot.keeping import words
from isms_bot.keeping.facts import Facts
from isms_bot.keeping.readiness import times_a_year
from isms_bot.model import Completion, Decision, DecisionKind, Link, Message, Outcome, Schedule, Text

DEFAULT_MINUTES = 30
"""How long a procedure is taken to last that does not say so."""
_IN_TIME, _LATE, _MISSED, _OPEN, _SET_ASIDE = range(5)
_COUNTED: Mapping[Outcome, int] = {
    Outcome.RECORDED: _IN_TIME,
    Outcome.RECORDED_LATE: _LATE,
    Outcome.NONCONFORMITY: _MISSED,
    Outcome.INTRODUCTION: _MISSED,
    Outcome.OPEN: _OPEN,
}
"""What became of a job, as management wants to know it; everything else was set aside by a decision."""
_EXCEPTIONS = (
    DecisionKind.WAIVE,
    DecisionKind.PAUSE,
    DecisionKind.SKIP,
    DecisionKind.DOES_NOT_APPLY,
    DecisionKind.ACCEPT_LATE,
)


@dataclass(frozen=True, slots=True)
class Load:
    """What a schedule asks for in a year: jobs, and minutes of all people together; of which role, held by how many."""

    schedule: Schedule
    jobs: int
    minutes: int
    holders: int


def loads(facts: Facts) -> tuple[Load, ...]:
    """A year of every schedule whose item applies, with the team as it is today; a role that nobody holds counts as one person."""
    found = []
    for _, one in sorted(facts.schedules.items()):
        if not facts.applies(one.policy):
            continue
        times, holders = times_a_year(facts, one), max(1, len(facts.holders(one.role)))
        jobs = times * (holders if one.completion is Completion.EACH else 1)
        found.append(Load(one, jobs, times * _signers(one, holders) * _minutes(facts, one), holders))
    return tuple(found)


def work(facts: Facts) -> Document:
    """Every policy item that applies: jobs and hours a year, and what came of the jobs so far."""
    asked = loads(facts)
    became = _outcomes(facts)
    rows: list[tuple[Message, ...]] = []
    for item, title in facts.items():
        if not facts.applies(item):
            continue
        own = [one for one in asked if one.schedule.policy == item]
        came = became.get(item, Counter())
        counts = [sum(one.jobs for one in own), *(came[kind] for kind in (_IN_TIME, _LATE, _MISSED, _OPEN))]
        jobs, *rest = (_number(count) for count in counts)
        rows.append((_item(facts, item, title), jobs, _hours(sum(one.minutes for one in own)), *rest))
    head = ("item", "jobs", "hours", "in_time", "late", "missed", "open")
    return words.table(facts, [f"kept.head.{name}" for name in head], rows)


def load(facts: Facts) -> Document:
    """In one sentence what a year asks for, and a line per role: its hours, and for each who holds it."""
    asked = loads(facts)
    minutes: Counter[str] = Counter()
    holders: dict[str, int] = {}
    for one in asked:
        minutes[one.schedule.role] += one.minutes
        holders[one.schedule.role] = one.holders
    rows: list[tuple[Message, ...]] = [
        (
            (Text(facts.role(role)),),
            _number(holders[role]),
            _hours(minutes[role]),
            _hours(minutes[role] / holders[role]),
        )
        for role in sorted(minutes)
    ]
    together = texts.message(
        "kept.load",
        facts.language,
        count=sum(one.jobs for one in asked),
        of=round(sum(one.minutes for one in asked) / 60),
    )
    head = ("kept.head.role", "kept.head.people", "kept.head.hours", "kept.head.hours_each")
    per_role = words.table(facts, head, rows)
    return Document((words.paragraph(together), *per_role.nodes))


def left_out(facts: Facts) -> Document:
    """Policy items that are set to No or were taken away: who did so, when, and why."""
    rows: list[tuple[Message, ...]] = []
    for item, title in facts.items():
        if facts.applies(item):
            continue
        by, day = facts.history.set_by.get(item, (None, None))
        page = facts.pages.get(item)
        reason = page.fields.get("reason") if page is not None else None
        decided = _about(facts, item)
        why = reason if isinstance(reason, str) and reason else facts.reasons.get(decided.id, "") if decided else ""
        rows.append((
            _item(facts, item, title), _who(facts, by), (Text(texts.day(day, facts.language)),) if day else (),
            (Text(why),) if why else texts.message("kept.no_reason", facts.language),
        ))  # fmt: skip
    return words.table(facts, ("kept.head.item", "kept.head.decided_by", "kept.head.on", "kept.head.why"), rows)


def exceptions(facts: Facts) -> Document:
    """Decisions that a promise does not hold for a time, or was kept late: what, about what, who, why, until when. Those whose
    end has come are left out."""
    rows: list[tuple[Message, ...]] = []
    for one in _standing(facts):
        why = facts.reasons.get(one.id, "")
        rows.append((
            texts.message(f"kept.decision.{one.kind.name.lower().replace('_', '-')}", facts.language), _subject(facts, one.about),
            _who(facts, one.by), (Text(why),) if why else texts.message("kept.no_reason", facts.language),
            (Text(texts.day(one.until, facts.language)),) if one.until else (),
        ))  # fmt: skip
    head = ("kept.head.decision", "kept.head.about", "kept.head.decided_by", "kept.head.why", "kept.head.until")
    return words.table(facts, head, rows)


def _standing(facts: Facts) -> Iterator[Decision]:
    for one in facts.history.decisions.values():
        if one.kind in _EXCEPTIONS and (one.until is None or one.until >= facts.today):
            yield one


def _about(facts: Facts, item: str) -> Decision | None:
    found = [
        one for one in facts.history.decisions.values() if one.kind is DecisionKind.DOES_NOT_APPLY and one.about == item
    ]
    return found[-1] if found else None


def _subject(facts: Facts, about: str) -> Message:
    """What a decision is about: a policy item or a procedure by its title, anything else by its key."""
    title = dict(facts.items()).get(about)
    if title is not None:
        return _item(facts, about, title)
    schedule = facts.schedules.get(about)
    procedure = facts.procedure(schedule.procedure if schedule is not None else about)
    return words.link(facts, procedure) if procedure is not None else (Text(about),)


def _outcomes(facts: Facts) -> Mapping[str, Counter[int]]:
    """Per policy item what became of its jobs."""
    found: dict[str, Counter[int]] = {}
    for key, contract in facts.history.contracts.items():
        kind = _COUNTED.get(facts.history.outcome(key), _SET_ASIDE)
        found.setdefault(contract.policy, Counter())[kind] += 1
    return found


def _signers(schedule: Schedule, holders: int) -> int:
    """How many people an occurrence keeps busy."""
    if schedule.rotate or schedule.completion is Completion.ANY:
        return 1
    if schedule.completion is Completion.QUORUM:
        return min(schedule.quorum, holders)
    return holders


def _minutes(facts: Facts, schedule: Schedule) -> int:
    """How long the procedure takes: as its page in the wiki says, else as the pack does."""
    page = facts.pages.get(schedule.procedure)
    said = page.fields.get("minutes") if page is not None else None
    if isinstance(said, int | float) and not isinstance(said, bool):
        return int(said)
    written = facts.procedure(schedule.procedure)
    return int(written.text("minutes") or DEFAULT_MINUTES) if written is not None else DEFAULT_MINUTES


def _who(facts: Facts, person: str | None) -> Message:
    name = facts.name(person)
    return (Text(name),) if name else texts.message("kept.not_told", facts.language)


def _item(facts: Facts, item: str, title: str) -> Message:
    page = facts.pages.get(item)
    return (Link(title, page.url),) if page is not None and page.url else (Text(title),)


def _number(count: int) -> Message:
    return (Text(str(count)),) if count else ()


def _hours(minutes: float) -> Message:
    """Hours to a tenth; nothing for nothing."""
    return (Text(f"{minutes / 60:.1f}".removesuffix(".0")),) if minutes else ()
