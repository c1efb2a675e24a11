"""Exactly once, although no vendor offers idempotency keys: intent, fence, call, outcome.

An intent without outcome is what a crash leaves behind; the next pass looks for what the call would have made and adopts it,
or tries again after a settle time that is longer than a request takes and an index lags.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from isms_bot.errors import Conflict, Denied, Misconfigured, Permanent, Transient
from isms_bot.store import ClaimState
from isms_bot.workspace import Workspace

Result = dict[str, Any]


class Unsettled(Exception):  # noqa: N818 - no error: the effect is left for a later pass
    """It is not known yet whether an earlier call has written; nothing is tried now."""


def once(
    workspace: Workspace,
    key: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    add: Callable[[Mapping[str, Any]], Result],
    look: Callable[[Mapping[str, Any]], Result | None],
    at: datetime,
    compound: bool = False,
) -> Result:
    """Make the call `add` once for `key`, ever, and return what came of it (JSON-compatible).

    `look` finds what an earlier call has made, from that call's payload. Raises Unsettled while it is too early to tell,
    Ambiguous if this very call may or may not have written, LeaseLost if another process has taken over. `compound`: `add`
    makes several calls, so that any error may leave something behind.
    """
    if workspace.lease is not None:
        workspace.lease.check()
    store = workspace.store
    claim = store.claim(
        workspace.name, key,
        epoch=workspace.lease.epoch if workspace.lease else 0, kind=kind, payload=dict(payload),
        settle=float(workspace.config.settle_seconds), at=at,
    )  # fmt: skip
    if claim.state is ClaimState.DONE and claim.result is not None:
        return claim.result
    if claim.state is ClaimState.SETTLING:
        raise Unsettled(f"{key}: an earlier call may have written; it is looked at in a later pass")
    if claim.state is ClaimState.RETRY:
        found = look(claim.payload)
        if found is not None:
            store.resolve(workspace.name, key, found)
            return found
    try:
        result = add(claim.payload)
    except (Transient, Permanent, Denied, Conflict, Misconfigured):
        if not compound:
            store.forget(workspace.name, key)
        raise
    store.resolve(workspace.name, key, result)
    return result
