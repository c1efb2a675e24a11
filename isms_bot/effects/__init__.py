"""Carrying out the actions of a plan: the only place that writes to the wiki during a pass.

Each effect is safe to repeat. A vendor's refusal ends the effect it happened in, never the pass: the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from isms_bot.effects import (
    admitting,
    changes,
    ending,
    filing,
    improving,
    keeping,
    messages,
    misses,
    monday,
    nonconformities,
    opening,
    rows,
)
from isms_bot.effects.context import Pass
from isms_bot.effects.once import Unsettled
from isms_bot.errors import Ambiguous, Conflict, Denied, Gone, Permanent, Transient
from isms_bot.lifecycle.actions import (
    Action,
    Admit,
    Amend,
    Announce,
    Ask,
    Conclude,
    Discuss,
    Find,
    Improve,
    Keep,
    Monday,
    Notify,
    Open,
    Preview,
    PutBack,
    Raise,
    Record,
    Reply,
    Retract,
    Settle,
    Show,
    Supersede,
    Tell,
    Wait,
)

__all__ = ["Pass", "apply"]

log = structlog.get_logger(__name__)

EFFECTS: Mapping[type[Any], Callable[[Pass, Any], None]] = {
    Admit: admitting.admit,
    Open: opening.open_job,
    Conclude: changes.conclude,
    Wait: changes.wait,
    Amend: changes.amend,
    Show: changes.show,
    Notify: messages.notify,
    Reply: messages.reply,
    Record: filing.record,
    Raise: misses.raise_nonconformity,
    Discuss: misses.discuss,
    Supersede: misses.supersede,
    Retract: misses.retract,
    Find: rows.find,
    Ask: rows.ask,
    Improve: improving.improve,
    Tell: nonconformities.tell,
    Settle: nonconformities.settle,
    PutBack: nonconformities.put_back,
    Monday: monday.monday,
    Preview: ending.preview,
    Announce: ending.announce,
    Keep: keeping.keep,
}


def apply(run: Pass, action: Action) -> bool:
    """Carry out one action; True if it is done, False if it is left for a later pass (why stands in `run.unsettled`).

    Raises LeaseLost, StoreError and Misconfigured: with these nothing more can be done in this pass.
    """
    try:
        EFFECTS[type(action)](run, action)
    except Unsettled as waiting:
        run.unsettled.append(str(waiting))
        return False
    except (Ambiguous, Transient, Conflict, Permanent, Denied, Gone) as refusal:
        log.warning("action_left", action=type(action).__name__, key=str(action.key), error=str(refusal))
        run.unsettled.append(f"{action.key}: {refusal}")
        return False
    return True
