"""What the ledger says, folded into the present: contracts, amendments, outcomes, notices, decisions. Pure.

The ledger is the only memory that must not be lost; everything here can be computed again from its first row. Each kind of
row has one fold below; a kind that is not known is an error, since an older program must not guess about a newer ledger.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from isms_bot.model import (
    Completion,
    Contract,
    Decision,
    DecisionKind,
    Key,
    Ladder,
    Level,
    Outcome,
    PageRef,
    Regime,
    RosterId,
    Source,
    Span,
)

Body = Mapping[str, Any]

_NO_RUN = (Outcome.WAIVED, Outcome.PAUSED, Outcome.CANCELLED, Outcome.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Sent:
    """One step of a ladder that was sent. `delivered`: True posted, False not posted, None not known (never sent again)."""

    step: str
    person: RosterId
    day: date
    delivered: bool | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of a contract in the person's favour, or of the people it is with; `cause` makes it happen only once."""

    cause: str
    due: date
    grace_end: date
    people: tuple[RosterId, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The status that people gave a non-conformity, and since when."""

    status: str
    since: date
    by: RosterId | None = None


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """The rules of a workspace as accepted on a day: schedule id to its canonical form."""

    day: date
    digest: str
    schedules: Mapping[str, Body]


@dataclass(slots=True)
class History:
    """The fold. Every mapping is keyed by the occurrence key unless its name says otherwise."""

    people: dict[PageRef, RosterId] = field(default_factory=dict)
    rules: list[RuleVersion] = field(default_factory=list)
    rule_since: dict[str, date] = field(default_factory=dict)
    """Schedule id to the day after which nominal dates count for its present rule."""
    activated: dict[str, date] = field(default_factory=dict)
    procedures: dict[str, PageRef] = field(default_factory=dict)
    """Schedule id to the page of its procedure, resolved once."""
    decided_end: date | None = None
    """Last day of the introduction as it was decided; it has its effect once the team was told."""
    announced_for: date | None = None
    """The decided end that the team was told."""
    introduction_end: date | None = None
    """Last day of the introduction, as announced."""
    contracts: dict[Key, Contract] = field(default_factory=dict)
    latest: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    """Schedule id to the nominal dates opened so far, ascending."""
    dates: dict[tuple[str, date], list[Key]] = field(default_factory=lambda: defaultdict(list))
    """(schedule, nominal date) to the jobs that were opened for it."""
    ran: Counter[tuple[str, RosterId]] = field(default_factory=Counter)
    """(procedure, person) to the number of runs; what was waived, paused, cancelled or withdrawn was none."""
    pages: dict[Key, PageRef] = field(default_factory=dict)
    policies: dict[Key, Mapping[str, str]] = field(default_factory=dict)
    """Which text (digest) of which policy item a job asks its people to confirm."""
    amendments: dict[Key, list[Amendment]] = field(default_factory=dict)
    outcomes: dict[Key, Outcome] = field(default_factory=dict)
    missed: dict[Key, Outcome] = field(default_factory=dict)
    """Keys whose miss was noted (nonconformity or introduction), whatever came of the occurrence afterwards."""
    superseded: dict[Key, Key] = field(default_factory=dict)
    numbers: dict[Key, str] = field(default_factory=dict)
    """Key of a missed occurrence to the number of its non-conformity."""
    raised: dict[str, PageRef] = field(default_factory=dict)
    """Number of a non-conformity to its page."""
    raised_on: dict[str, date] = field(default_factory=dict)
    retracted: set[str] = field(default_factory=set)
    standing: dict[str, Standing] = field(default_factory=dict)
    """Number of a non-conformity to what people made of it; one that nobody has touched is open and not in here."""
    notices: dict[Key, list[Sent]] = field(default_factory=dict)
    messages: dict[RosterId, list[date]] = field(default_factory=lambda: defaultdict(list))
    """Person to the days on which a message went out, last warnings left out."""
    told: dict[RosterId, date] = field(default_factory=dict)
    """Person to the last day on which any message went out."""
    replies: set[tuple[Key, str]] = field(default_factory=set)
    observed: dict[Key, list[Body]] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    """Id of a decision to the commitment of its reason."""
    outages: list[Span] = field(default_factory=list)
    findings: dict[str, PageRef] = field(default_factory=dict)
    """Open findings: `<kind>/<subject>` to the page that says so ("" until it is made)."""
    questions: dict[str, PageRef] = field(default_factory=dict)
    improvements: dict[str, PageRef] = field(default_factory=dict)
    """Key of a proposal to improve a procedure to its row of Questions and ideas."""
    improved: dict[str, date] = field(default_factory=dict)
    """Schedule id to the latest nominal date that such a proposal is about."""
    discussion: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    """`<schedule>/<nominal>` to the occurrences on that line of the discussion page."""
    records: dict[Key, str] = field(default_factory=dict)
    """Key of a record to the canonical digest it was filed with."""
    altered: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Key of a record to the digests it was seen with after it was filed."""
    items: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Policy item that was noted not to apply, or to apply again, to (what its row said, whether a reason was given)."""
    kept: dict[Key, str] = field(default_factory=dict)
    """The commitment of a record's words as they were read last."""
    digests: dict[date, PageRef] = field(default_factory=dict)
    """Monday to the page with what that week left to whoever looks after the ISMS; "" where nothing was left."""
    previews: dict[str, PageRef] = field(default_factory=dict)
    """Key of a look ahead at the end of the introduction to its page."""
    lost_before: date | None = None
    """Nothing due before this day is ever held against anybody: the ledger does not know what was promised then."""
    seq: int = 0

    def promise(self, key: Key) -> Contract:
        """The contract with its amendments applied. Raises KeyError for a key that was never opened."""
        contract = self.contracts[key]
        amendments = self.amendments.get(key)
        if not amendments:
            return contract
        last = amendments[-1]
        # A day that moved leaves nothing of a moment: it ends at midnight, in the people's favour.
        due_at = contract.due_at if last.due == contract.due else None
        return replace(contract, due=last.due, grace_end=last.grace_end, people=last.people, due_at=due_at)

    def causes(self, key: Key) -> frozenset[str]:
        """Causes of amendments that have had their effect already."""
        return frozenset(amendment.cause for amendment in self.amendments.get(key, ()))

    def unfinished(self) -> Iterable[Key]:
        """Occurrences that still matter: without an outcome, or missed and still signable."""
        for key in self.contracts:
            outcome = self.outcomes.get(key)
            if outcome is None or (key in self.missed and outcome == self.missed[key] and key not in self.superseded):
                yield key

    def outcome(self, key: Key) -> Outcome:
        """The outcome of an occurrence, OPEN while it has none."""
        return self.outcomes.get(key, Outcome.OPEN)


def fold(history: History, entries: Iterable[Any]) -> History:
    """`history` with `entries` (rows of the ledger, in order) folded in; the same object, changed in place.

    Raises ValueError for a kind of row that this program does not know.
    """
    for entry in entries:
        if entry.seq <= history.seq:
            continue
        try:
            folding = FOLDS[entry.kind]
        except KeyError:
            raise ValueError(f"row {entry.seq} of the ledger is of the unknown kind {entry.kind!r}") from None
        folding(history, entry.key, entry.body)
        history.seq = entry.seq
    return history


# --- rows: how values travel -----------------------------------------------------------------------------------------


def contract_body(contract: Contract) -> dict[str, Any]:
    """A contract as the body of an `opened` row."""
    return {
        "schedule": contract.schedule,
        "nominal": contract.nominal.isoformat(),
        "opened": contract.opened.isoformat(),
        "nominal_due": contract.nominal_due.isoformat(),
        "due": contract.due.isoformat(),
        "grace_end": contract.grace_end.isoformat(),
        "regime": contract.regime.value,
        "people": list(contract.people),
        "procedure": contract.procedure,
        "title": contract.title,
        "completion": contract.completion.value,
        "quorum": contract.quorum,
        "level": contract.level.value,
        "ladder": contract.ladder.value,
        "role": contract.role,
        "owner": contract.owner,
        "policy": contract.policy,
        "text": contract.text,
        **({"opened_at": contract.opened_at.isoformat()} if contract.opened_at else {}),
        **({"due_at": contract.due_at.isoformat()} if contract.due_at else {}),
    }


def contract_from(key: Key, body: Body) -> Contract:
    """The contract of an `opened` row."""
    return Contract(
        key=key,
        schedule=body["schedule"],
        nominal=date.fromisoformat(body["nominal"]),
        opened=date.fromisoformat(body["opened"]),
        nominal_due=date.fromisoformat(body["nominal_due"]),
        due=date.fromisoformat(body["due"]),
        grace_end=date.fromisoformat(body["grace_end"]),
        regime=Regime(body["regime"]),
        people=tuple(body["people"]),
        procedure=body["procedure"],
        title=body["title"],
        completion=Completion(body["completion"]),
        quorum=body["quorum"],
        level=Level(body["level"]),
        ladder=Ladder(body["ladder"]),
        role=body["role"],
        owner=body["owner"],
        policy=body["policy"],
        text=body["text"],
        opened_at=_moment(body.get("opened_at")),
        due_at=_moment(body.get("due_at")),
    )


def decision_body(decision: Decision, why: str) -> dict[str, Any]:
    """A decision as the body of a `decided` row; `why` is the commitment of its reason."""
    return {
        "id": decision.id,
        "kind": decision.kind.value,
        "about": decision.about,
        "by": decision.by,
        "why": why,
        "start": decision.start.isoformat() if decision.start else None,
        "until": decision.until.isoformat() if decision.until else None,
        "made_at": decision.made_at.isoformat() if decision.made_at else None,
        "no_second_person": decision.no_second_person,
    }


def _decision_from(body: Body) -> Decision:
    return Decision(
        id=body["id"],
        kind=DecisionKind(body["kind"]),
        about=body["about"],
        by=body["by"],
        start=_day(body["start"]),
        until=_day(body["until"]),
        made_at=datetime.fromisoformat(body["made_at"]) if body["made_at"] else None,
        no_second_person=body["no_second_person"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# --- folds -----------------------------------------------------------------------------------------------------------


def _nothing(history: History, key: Key, body: Body) -> None:
    """Rows that matter to readers of the ledger only."""


def _ledger_lost(history: History, key: Key, body: Body) -> None:
    history.lost_before = date.fromisoformat(body["before"])


def _person(history: History, key: Key, body: Body) -> None:
    history.people[body["page"]] = body["roster"]


def _rules(history: History, key: Key, body: Body) -> None:
    day = date.fromisoformat(body["day"])
    for schedule, since in body["since"].items():
        history.rule_since[schedule] = date.fromisoformat(since)
    history.rules.append(RuleVersion(day, body["digest"], body["schedules"]))


def _activated(history: History, key: Key, body: Body) -> None:
    history.activated.setdefault(body["about"], date.fromisoformat(body["on"]))


def _resolved(history: History, key: Key, body: Body) -> None:
    history.procedures[body["schedule"]] = body["page"]


def _introduction(history: History, key: Key, body: Body) -> None:
    history.decided_end = date.fromisoformat(body["last_day"])


def _announced(history: History, key: Key, body: Body) -> None:
    history.announced_for = date.fromisoformat(body["decided"])
    history.introduction_end = date.fromisoformat(body["last_day"])


def _digest(history: History, key: Key, body: Body) -> None:
    history.digests[date.fromisoformat(body["week"])] = body["page"]


def _preview(history: History, key: Key, body: Body) -> None:
    history.previews[key] = body["page"]


def _opened(history: History, key: Key, body: Body) -> None:
    contract = contract_from(key, body)
    history.contracts[key] = contract
    # A job that an event opened has a key of its own and is no date of the schedule.
    if key.split("/")[1:2] == [body["nominal"]]:
        _note_nominal(history, contract.schedule, contract.nominal)
        history.dates[contract.schedule, contract.nominal].append(key)
    history.ran.update(_runs(contract))


def _note_nominal(history: History, schedule: str, nominal: date) -> None:
    if nominal not in history.latest[schedule]:
        insort(history.latest[schedule], nominal)


def _runs(contract: Contract) -> list[tuple[str, RosterId]]:
    return [(contract.procedure, person) for person in contract.people]


def _delivered(history: History, key: Key, body: Body) -> None:
    history.pages[key] = body["page"]
    if "policies" in body:
        history.policies[key] = body["policies"]


def _amended(history: History, key: Key, body: Body) -> None:
    amendment = Amendment(
        body["cause"], date.fromisoformat(body["due"]), date.fromisoformat(body["grace_end"]), tuple(body["people"])
    )
    history.amendments.setdefault(key, []).append(amendment)


def _noticed(history: History, key: Key, body: Body) -> None:
    day = date.fromisoformat(body["day"])
    for job, step in body["steps"]:
        sent = [old for old in history.notices.get(job, ()) if not (old.step == step and old.person == body["person"])]
        history.notices[job] = [*sent, Sent(step, body["person"], day, body["delivered"])]
    person = body["person"]
    history.told[person] = max(day, history.told.get(person, day))
    if not body["exempt"] and day not in history.messages[person]:
        history.messages[person].append(day)


def _replied(history: History, key: Key, body: Body) -> None:
    history.replies.add((key, body["cause"]))


def _observed(history: History, key: Key, body: Body) -> None:
    history.observed[key] = body["facts"]


def _outcome(history: History, key: Key, body: Body) -> None:
    outcome = Outcome(body["outcome"])
    if outcome in _NO_RUN and key in history.contracts and key not in history.outcomes:
        history.ran.subtract(_runs(history.contracts[key]))
    history.outcomes[key] = outcome
    if outcome in (Outcome.NONCONFORMITY, Outcome.INTRODUCTION):
        history.missed[key] = outcome
    if body.get("number"):
        history.numbers[key] = body["number"]
    if body.get("line"):
        history.discussion[body["line"]].add(key)
    if body.get("digest"):
        history.records[key] = body["digest"]
        _keep(history, key, body)
    if key not in history.contracts and body.get("nominal"):
        _note_nominal(history, body["schedule"], date.fromisoformat(body["nominal"]))


def _altered(history: History, key: Key, body: Body) -> None:
    history.altered[key].append(body["digest"])
    _keep(history, key, body)


def _keep(history: History, key: Key, body: Body) -> None:
    if body.get("text"):
        history.kept[key] = body["text"]


def _superseded(history: History, key: Key, body: Body) -> None:
    history.superseded[key] = body["by"]


def _raised(history: History, key: Key, body: Body) -> None:
    history.raised[body["number"]] = body["page"]
    if "day" in body:
        history.raised_on[body["number"]] = date.fromisoformat(body["day"])


def _retracted(history: History, key: Key, body: Body) -> None:
    history.retracted.add(body["number"])


def _standing(history: History, key: Key, body: Body) -> None:
    history.standing[body["number"]] = Standing(body["status"], date.fromisoformat(body["day"]), body["by"])


def _decided(history: History, key: Key, body: Body) -> None:
    history.decisions[body["id"]] = _decision_from(body)
    history.commitments[body["id"]] = body["why"]


def _applies(history: History, key: Key, body: Body) -> None:
    history.items[body["item"]] = (body["applies"], bool(body["reason"]))


def _outage(history: History, key: Key, body: Body) -> None:
    history.outages.append(Span(date.fromisoformat(body["from"]), date.fromisoformat(body["to"])))


def _finding(history: History, key: Key, body: Body) -> None:
    if body["state"] == "open":
        history.findings[key] = body["page"]
    else:
        history.findings.pop(key, None)


def _question(history: History, key: Key, body: Body) -> None:
    history.questions[key] = body["page"]


def _improvement(history: History, key: Key, body: Body) -> None:
    history.improvements[key] = body["page"]
    nominal = date.fromisoformat(body["nominal"])
    history.improved[body["schedule"]] = max(nominal, history.improved.get(body["schedule"], nominal))


FOLDS: Mapping[str, Callable[[History, Key, Body], None]] = {
    "installed": _nothing,
    "ledger_lost": _ledger_lost,
    "person": _person,
    "rules": _rules,
    "activated": _activated,
    "resolved": _resolved,
    "introduction": _introduction,
    "announced": _announced,
    "digest": _digest,
    "preview": _preview,
    "opened": _opened,
    "delivered": _delivered,
    "amended": _amended,
    "noticed": _noticed,
    "replied": _replied,
    "observed": _observed,
    "outcome": _outcome,
    "superseded": _superseded,
    "raised": _raised,
    "retracted": _retracted,
    "standing": _standing,
    "decided": _decided,
    "applies": _applies,
    "outage": _outage,
    "finding": _finding,
    "question": _question,
    "improvement": _improvement,
    "erased": _nothing,
    "changed": _altered,
    "undone": _nothing,
}

WATCHED: tuple[Source, ...] = (
    Source.USERS,
    Source.DECISIONS,
    Source.POLICIES,
    Source.PROCEDURES,
    Source.JOBS,
    Source.NONCONFORMITIES,
)
"""The sources that every pass asks for changes; one call each while nothing changed."""
