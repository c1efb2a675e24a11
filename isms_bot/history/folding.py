"""One fold per kind of row; a kind that is not known is an error, since an older program must not guess about a newer ledger. Pure."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from isms_bot.history.rows import Body, contract_from, decision_from
from isms_bot.history.state import Amendment, Attestation, History, RuleVersion, Sent, Standing, Waiting
from isms_bot.model import (
    Contract,
    Key,
    Outcome,
    RosterId,
    Span,
)

_NO_RUN = (Outcome.WAIVED, Outcome.PAUSED, Outcome.CANCELLED, Outcome.WITHDRAWN)


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
    on = date.fromisoformat(body["on"])
    history.activated[body["about"]] = min(on, history.activated.get(body["about"], on))
    for schedule, floor in body.get("floors", {}).items():
        day = date.fromisoformat(floor)
        history.floors[schedule] = min(day, history.floors.get(schedule, day))


def _resolved(history: History, key: Key, body: Body) -> None:
    history.procedures[body["schedule"]] = body["page"]


def _adopted(history: History, key: Key, body: Body) -> None:
    history.adopted[key] = body["page"]


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


def _waiting(history: History, key: Key, body: Body) -> None:
    nominal, due = (date.fromisoformat(body[name]) for name in ("nominal", "due"))
    history.waiting[key] = Waiting(body["schedule"], nominal, due, body["person"])


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
    _mailed(history, key, body)


def _mailed(history: History, token: Key, body: Body) -> None:
    channels = body.get("channels", {})
    history.owed_mail.pop(token, None)
    if "mail" not in channels:
        return
    mailed = channels["mail"]
    if mailed is False:
        history.owed_mail[token] = {**body, "token": token}
    elif mailed:
        history.unsure_mail.discard(body["person"])
    else:
        history.unsure_mail.add(body["person"])


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
        if body.get("signed_at"):
            history.signed[key] = datetime.fromisoformat(body["signed_at"])
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
    history.decisions[body["id"]] = decision_from(body)
    history.commitments[body["id"]] = body["why"]


def _attested(history: History, key: Key, body: Body) -> None:
    day = date.fromisoformat(body["on"])
    history.attested = Attestation(day, tuple(body["inside"]), tuple(body["by_role"]))


def _applies(history: History, key: Key, body: Body) -> None:
    history.items[body["item"]] = (body["applies"], bool(body["reason"]))
    day = body.get("day")
    history.set_by[body["item"]] = (body["by"], date.fromisoformat(day) if day else None)


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
    "adopted": _adopted,
    "introduction": _introduction,
    "announced": _announced,
    "digest": _digest,
    "preview": _preview,
    "opened": _opened,
    "waiting": _waiting,
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
    "attested": _attested,
    "applies": _applies,
    "outage": _outage,
    "finding": _finding,
    "question": _question,
    "improvement": _improvement,
    "erased": _nothing,
    "changed": _altered,
    "undone": _nothing,
}
