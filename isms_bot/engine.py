"""One pass over one workspace: observe, decide, plan, apply, write down.

A pass looks at what *is* and computes what is due from rules and anchors: a missed tick, a restart, a week of downtime or a
clock jump needs no code of its own. Everything that decides is pure and elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from isms_bot import effects, keeping
from isms_bot.connector import LayoutProblem
from isms_bot.effects import mailing, messages, rows
from isms_bot.effects.context import Pass
from isms_bot.errors import Misconfigured
from isms_bot.history import WATCHED
from isms_bot.layout import BY_SOURCE
from isms_bot.lifecycle import View, decide
from isms_bot.lifecycle.actions import (
    Action,
    Ask,
    Conclude,
    Discuss,
    Find,
    Monday,
    Notify,
    PutBack,
    Raise,
    Read,
    Record,
    Reply,
    Show,
    Supersede,
    Tell,
)
from isms_bot.lifecycle.people import managers
from isms_bot.observatory import Observatory
from isms_bot.outlook import Outlook
from isms_bot.plan import Plan, plan
from isms_bot.workspace import Workspace

log = structlog.get_logger(__name__)

ROUNDS = 3
"""How often a pass decides anew after reading what the decision asked for."""


@dataclass(frozen=True, slots=True)
class PassResult:
    """What came of a pass. `calls` to the vendor; `unsettled`: sentences about what is left for a later pass; `stopped`: a
    signal ended the pass between two actions."""

    at: datetime
    plan: Plan
    calls: int
    pass_id: int | None = None
    done: dict[str, int] = field(default_factory=dict)
    unsettled: tuple[str, ...] = ()
    stopped: bool = False


def run_once(
    workspace: Workspace,
    *,
    at: datetime | None = None,
    release: str | None = None,
    take_over: bool = False,
    stop: Callable[[], bool] = lambda: False,
    observatory: Observatory | None = None,
) -> PassResult:
    """One pass. With `workspace.dry` only the plan is made and nothing is written anywhere.

    `at` replaces the business time (a sandbox only); `release` is the digest of a held plan that a person said yes to; `stop`
    is asked between two actions. Raises ConnectorError if the wiki cannot be observed whole, HeldElsewhere if another process
    holds the workspace, LeaseLost if one took it over meanwhile.
    """
    calls = workspace.connector.calls
    workspace.need_layout()
    if not workspace.dry:
        workspace.hold(take_over=take_over)
        workspace.vouch()
    watch = observatory or Observatory(workspace.store, workspace.name, writes=not workspace.dry)
    found: list[Find] = []
    now = _observe(workspace, watch, found)
    outlook = Outlook(workspace, watch, at or now, found)
    outlook.accept()
    outlook.read_changed()
    outlook.watch_records()
    watch.flush()
    pass_id = 0 if workspace.dry else workspace.store.begin_pass(workspace.name, outlook.now)
    run = Pass(workspace, watch, outlook.view(), pass_id)
    if workspace.post is not None:
        workspace.post.begin()
    silent = frozenset() if workspace.dry else messages.settle_notices(run)
    actions = _decide(outlook, silent)
    run.view = outlook.view()
    actions += keeping.due(workspace, watch, run.view)
    chosen = plan(
        [*actions, *found],
        team=outlook.team(),
        release=release,
        schedules=len(run.view.schedules),
        jobs=len(run.view.jobs),
        standing=workspace.history.findings,
    )
    watch.flush()
    if workspace.dry:
        return PassResult(outlook.now, chosen, workspace.connector.calls - calls)
    stopped = _apply(run, chosen, stop)
    if not stopped:
        run.found.extend(mailing.findings(run))
    standing = [*found, *(action for action in actions if isinstance(action, Find)), *run.found]
    if chosen.held:
        standing.append(_held(run, chosen))
    if not stopped:
        for action in actions:
            if isinstance(action, Monday) and action.silent:
                effects.apply(run, action)
        for finding in run.found + standing[-1:] * bool(chosen.held):
            effects.apply(run, finding)
        rows.resolve(run, standing)
        watch.settled()
        workspace.store.complete_pass(pass_id, outlook.now, workspace.connector.calls - calls, run.done)
    watch.flush()
    log.info("pass_completed", at=outlook.now.isoformat(), calls=workspace.connector.calls - calls, **run.done)
    return PassResult(
        outlook.now, chosen, workspace.connector.calls - calls, pass_id, run.done, tuple(run.unsettled), stopped
    )


def _observe(workspace: Workspace, watch: Observatory, found: list[Find]) -> datetime:
    """Ask every watched source for changes; returns the business time. What is wrong with a container is a finding."""
    vendor: datetime | None = None
    for source in WATCHED:
        vendor, problems = watch.observe(workspace.connector, source)
        found.extend(_pointed_out(problem) for problem in problems)
    if vendor is None:
        raise Misconfigured("the wiki gave no time; nothing can be decided")
    found.extend(_pointed_out(problem) for problem in watch.glance(workspace.connector, vendor))
    return vendor if workspace.on_sandbox else workspace.clock.now()


def _pointed_out(problem: LayoutProblem) -> Find:
    """What people did to a container, in the names that they know."""
    spec = BY_SOURCE[problem.source]
    column = next((field for field in spec.fields if field.id == problem.field), None)
    kind = f"field-{problem.kind}" if column else "container-unreadable"
    if problem.kind == "view deleted":
        kind = "view-deleted"
    values = {
        "field": column.name if column else "",
        "type": column.kind.value if column else "",
        "container": spec.title,
    }
    return Find(kind, f"{problem.source.value}/{problem.field}", (), {**values, "details": problem.sentence})


def _decide(outlook: Outlook, silent: frozenset[str]) -> list[Action]:
    """Decide, read what the decision asks to read afresh, and decide again."""
    for _ in range(ROUNDS):
        actions = decide(outlook.view())
        wanted = [action.key for action in actions if isinstance(action, Read)]
        if not wanted:
            break
        outlook.read_fresh(wanted)
    return [
        action
        for action in actions
        if not isinstance(action, Read) and not (isinstance(action, Notify) and action.person in silent)
    ]


def _held(run: Pass, chosen: Plan) -> Find:
    said = "; ".join(chosen.reasons.values())
    return Find(
        "brake-held", "+".join(chosen.reasons), managers(run.view)[:1], {"actions": said, "digest": chosen.held_digest}
    )


def _apply(run: Pass, chosen: Plan, stop: Callable[[], bool]) -> bool:
    """Carry out the plan in order; True if a signal ended it before its end.

    Where an answer is left for a later pass nothing is put back on that job, and it is not closed: what somebody did or wrote
    there must still be seen then.
    """
    unanswered: set[str] = set()
    for action in chosen.actions:
        if (
            isinstance(action, Show | Record | Discuss | Raise | PutBack | Conclude | Supersede)
            and action.key in unanswered
        ):
            continue
        if stop():
            return True
        if not effects.apply(run, action):
            unanswered.update(_answered(action))
    return False


def _answered(action: Action) -> tuple[str, ...]:
    """The job that an action answers something on, if it does."""
    match action:
        case Reply() | Ask() | Tell():
            return (action.key,)
        case Find():
            return (action.about.partition("@")[0],)
        case _:
            return ()


__all__ = ["PassResult", "View", "run_once"]
