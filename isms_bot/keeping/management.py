"""For those who decide: what is promised and what it costs a year, what came of it so far, what was set aside and by whom. Pure.

It is about promises and roles. People appear only where they decided something; nobody's jobs are counted or compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from isms_bot import texts
from isms_bot.document import Document
from isms_bot.keeping import words
from isms_bot.keeping.facts import Facts
from isms_bot.load import EVERYBODY, Cost, costs
from isms_bot.model import Decision, DecisionKind, Link, Message, Outcome, Text
from isms_bot.year import Year, usual_year

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


def asked(facts: Facts, item: str | None = None) -> Year:
    """A usual year of the team as it is today, of all items that apply or of one of them: the same figures that `init` shows. Reckoned
    from the beginning of this year, so that they change with rules and people and not with every day."""
    schedules = tuple(
        one for _, one in sorted(facts.schedules.items()) if facts.applies(one.policy) and item in (None, one.policy)
    )
    team = tuple(person.roles for person in facts.holders(EVERYBODY))
    return usual_year(schedules, _costs(facts), facts.holidays, team, date(facts.today.year, 1, 1))


def _costs(facts: Facts) -> Mapping[str, Cost]:
    """What procedures take: as their pages in the wiki say, else as the pack does."""
    known = costs(facts.pack)
    for name, page in facts.pages.items():
        said = page.fields.get("minutes")
        if name in known and isinstance(said, int | float) and not isinstance(said, bool):
            known[name] = replace(known[name], minutes=int(said))
    return known


def work(facts: Facts) -> Document:
    """Every policy item that applies: jobs and hours a year, and what came of the jobs so far."""
    became = _outcomes(facts)
    rows: list[tuple[Message, ...]] = []
    for item, title in facts.items():
        if not facts.applies(item):
            continue
        year, came = asked(facts, item), became.get(item, Counter())
        rest = (_number(came[kind]) for kind in (_IN_TIME, _LATE, _MISSED, _OPEN))
        rows.append((_item(facts, item, title), _number(year.jobs), _hours(year.hours), *rest))
    head = ("item", "jobs", "hours", "in_time", "late", "missed", "open")
    return words.table(facts, [f"kept.head.{name}" for name in head], rows)


def load(facts: Facts) -> Document:
    """In one sentence what a year asks for, and a line per role: its hours, and for each who holds it."""
    year = asked(facts)
    rows: list[tuple[Message, ...]] = [
        ((Text(facts.role(one.role)),), _number(one.people), _hours(one.hours), _hours(one.each))
        for one in sorted(year.roles, key=lambda one: one.role)
    ]
    together = texts.message("kept.load", facts.language, count=year.jobs, of=round(year.hours))
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


def _who(facts: Facts, person: str | None) -> Message:
    name = facts.name(person)
    return (Text(name),) if name else texts.message("kept.not_told", facts.language)


def _item(facts: Facts, item: str, title: str) -> Message:
    page = facts.pages.get(item)
    return (Link(title, page.url),) if page is not None and page.url else (Text(title),)


def _number(count: int) -> Message:
    return (Text(str(count)),) if count else ()


def _hours(hours: float) -> Message:
    """Hours to a tenth; nothing for nothing."""
    return (Text(f"{hours:.1f}".removesuffix(".0")),) if hours else ()
