"""What follows on the page of a non-conformity: comments, and what people decided by setting its status."""

from __future__ import annotations

from datetime import date
from typing import Any

from isms_bot import texts
from isms_bot.effects.context import Pass
from isms_bot.effects.making import fresh
from isms_bot.effects.messages import post
from isms_bot.effects.misses import retract
from isms_bot.errors import Denied, Permanent
from isms_bot.history import decision_body
from isms_bot.lifecycle.actions import Find, PutBack, Retract, Settle, Tell
from isms_bot.lifecycle.nonconformities import RETRACTED
from isms_bot.model import Decision, DecisionKind, Link


def tell(run: Pass, action: Tell) -> None:
    """Say one sentence on the page of a non-conformity, once per cause."""
    history = run.workspace.history
    ref = history.raised[action.number]
    values: dict[str, Any] = {
        "number": action.number,
        "job": run.job_link(action.job),
        "person": run.mentions(action.to),
        "owner": run.mentions(action.to),
    }
    for name, value in action.values.items():
        values[name] = run.day(value) if isinstance(value, date) else value
        if isinstance(value, tuple):
            values[name] = texts.listed(value, run.language)
    message = texts.message(action.sentence, run.language, **values)
    job = values["job"]
    if isinstance(job, Link) and job not in message:
        message = texts.joined(message, (job,), between="\n")
    intent = f"late:{action.job}" if action.cause == "late" else f"tell:{action.number}:{action.cause}"
    try:
        delivered = post(run, ref, message, intent)
    except (Denied, Permanent):
        to = tuple(person for person in (run.view.product_manager,) if person)
        run.found.append(Find("notice-undelivered", action.number, to, {"job": action.number}))
        return
    run.append("replied", action.number, {"cause": action.cause, "delivered": delivered})
    run.note("tell", action.number, run.view.nonconformities[action.number], {"cause": action.cause})


def settle(run: Pass, action: Settle) -> None:
    """Write down who gave a non-conformity which status. Retracted so, it is retracted as by a row of Decisions."""
    page = run.view.nonconformities[action.number]
    if action.status != RETRACTED:
        body = {
            "number": action.number,
            "status": action.status,
            "by": action.by,
            "day": run.now.date().isoformat(),
            "no_second_person": action.alone,
        }
        run.append("standing", action.job, body)
        run.note("settle", action.number, page, {"status": action.status})
        return
    decision = Decision(
        f"{action.number}@{page.ref}", DecisionKind.RETRACT, action.number, action.by,
        made_at=page.edited_at, no_second_person=action.alone,
    )  # fmt: skip
    run.append("decided", action.number, decision_body(decision, ""))
    retract(run, Retract(action.number, action.job))


def put_back(run: Pass, action: PutBack) -> None:
    """Let the page show its status of before, unless it shows yet another one by now: that is looked at in the next pass."""
    seen = run.view.nonconformities[action.number]
    page = fresh(run, seen.ref)
    if page.fields.get("status") != seen.fields.get("status"):
        return
    run.show(page, {"status": action.status})
    run.note("put-back", action.number, page)
