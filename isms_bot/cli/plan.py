"""`plan`: what the next pass would do."""

from __future__ import annotations

import typer

from isms_bot.cli.call import call_of
from isms_bot.cli.options import At

PENDING = 3


def plan(context: typer.Context, at: At = None) -> int:
    """Show what the next pass would do. Writes nothing. Exit code 3 if there is something to do."""
    from isms_bot.cli.mails import as_json, mails_of
    from isms_bot.cli.opening import noon, opened
    from isms_bot.engine import run_once

    call = call_of(context)
    with opened(call, dry=True) as open_:
        workspace = open_.workspace
        instant = noon(at, workspace.config) if at else None
        result = run_once(workspace, at=instant)
        mails = mails_of(workspace.connector, result.plan.new_pages)
    call.say(result.plan.as_text())
    if mails and (said := mails.sentence(workspace.config)):
        call.say(said)
    if result.plan.held:
        call.say(f"What is held is released by: isms-bot apply --plan {result.plan.digest}")
    facts = {"workspace": workspace.name, "at": result.at.isoformat(), "calls": result.calls}
    call.answer({**facts, **result.plan.as_json(), **as_json(mails)})
    return PENDING if result.plan.changes else 0
