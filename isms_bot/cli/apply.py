"""`apply`: one pass."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import At, TakeOver, Yes

if TYPE_CHECKING:
    from isms_bot.cli.opening import Opened
    from isms_bot.engine import PassResult

LEFT = 4
STOPPED = 130
Digest = Annotated[
    str | None, typer.Option("--plan", metavar="DIGEST", help="Release what was held in the plan with this digest.")
]


def apply(
    context: typer.Context, plan: Digest = None, at: At = None, take_over: TakeOver = False, yes: Yes = False
) -> int:
    """Make one pass. Exit code 4 if something is held or left for a later pass."""
    from isms_bot.cli.opening import configured, noon, opened, sandbox_only
    from isms_bot.engine import run_once
    from isms_bot.holding import held, stopping

    call = call_of(context)
    instant = None
    if at is not None:
        _, one = configured(call)
        sandbox_only(one, "apply --at")
        instant = noon(at, one)
    with stopping() as stop, opened(call, writes=True, stop=stop) as open_:
        workspace = open_.workspace
        if not _agreed(call, open_, at=instant, beforehand=yes or plan is not None):
            return 1
        with held(workspace):
            result = run_once(workspace, at=instant, release=plan, take_over=take_over, stop=stop.is_set)
    _tell(call, result, asked=plan)
    if result.stopped:
        return STOPPED
    return LEFT if result.plan.held or result.unsettled else 0


def _agreed(call: Call, open_: Opened, *, at: datetime | None, beforehand: bool) -> bool:
    """The first pass on a real wiki is shown first and waits for yes; a sandbox needs none."""
    from isms_bot.cli.mails import mails_of
    from isms_bot.engine import run_once

    workspace = open_.workspace
    first = open_.store.last_completed_pass(workspace.name) is None
    if beforehand or not first or workspace.on_sandbox:
        return True
    shown = run_once(open_.rehearsal(), at=at)
    call.progress("This is the first pass over this wiki. It would:")
    call.progress(shown.plan.as_text())
    mails = mails_of(workspace.connector, shown.plan.new_pages)
    if mails and (said := mails.sentence(workspace.config)):
        call.progress(said)
    return call.agreed(
        "Do this?",
        yes=False,
        otherwise="the first pass waits for a yes: look at `isms-bot plan`, then `isms-bot apply --yes`",
    )


def _tell(call: Call, result: PassResult, *, asked: str | None) -> None:
    if asked is not None and asked != result.plan.digest:
        call.progress(f"The plan is another one by now ({result.plan.digest}); nothing was released.")
    done = ", ".join(f"{kind} {count}" for kind, count in sorted(result.done.items()))
    call.say(f"Done: {done}." if done else "Nothing to do.")
    for reason in result.plan.reasons.values():
        call.say(f"Held: {reason}; look at `isms-bot plan`, then `isms-bot apply --plan {result.plan.digest}`.")
    for sentence in result.unsettled:
        call.say(f"Left for a later pass: {sentence}")
    call.say(f"Pass {result.pass_id}, {result.calls} calls.")
    call.answer(
        {
            "pass": result.pass_id,
            "at": result.at.isoformat(),
            "calls": result.calls,
            "done": result.done,
            "unsettled": list(result.unsettled),
            "stopped": result.stopped,
            **result.plan.as_json(),
        }
    )
