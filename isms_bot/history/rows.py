"""How contracts and decisions travel as bodies of rows of the ledger. Pure."""

from __future__ import annotations

from collections.abc import Mapping
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
    Regime,
)

Body = Mapping[str, Any]
"""The body of a row: JSON-compatible."""


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
        **({"private": True} if contract.private else {}),
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
        private=body.get("private", False),
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


def activated_body(about: str, on: date, floors: Mapping[str, date]) -> dict[str, Any]:
    """What came or comes into force as the body of an `activated` row; `floors` as of `isms_bot.lifecycle.activation`."""
    body: dict[str, Any] = {"about": about, "on": on.isoformat()}
    if floors:
        body["floors"] = {schedule: day.isoformat() for schedule, day in sorted(floors.items())}
    return body


def decision_from(body: Body) -> Decision:
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
