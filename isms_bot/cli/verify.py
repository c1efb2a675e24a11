"""`verify`: whether the ledger is whole, and whether everything that was promised has an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from isms_bot.cli.call import Call, call_of

if TYPE_CHECKING:
    from isms_bot.workspace import Workspace

DIFFERENCES = 5
WAITS = "waits until its people have room (most_open_jobs)"
Head = Annotated[
    str | None,
    typer.Option("--head", metavar="ROWS:HASH", help="A head that was kept elsewhere: finds a cut tail too."),
]


def verify(context: typer.Context, head: Head = None) -> int:
    """Recompute the ledger and look for promises without an outcome. Exit code 5 if something differs."""
    from isms_bot.cli import opening
    from isms_bot.clock import SystemClock
    from isms_bot.ledger import Ledger
    from isms_bot.store import Store

    call = call_of(context)
    config, one = opening.configured(call)
    with Store.open(config.store.url) as store:
        found = Ledger(store, one.name).verify(_head(head))
        facts: dict[str, Any] = {
            "workspace": one.name,
            "rows": found.rows,
            "head": {"rows": found.head[0], "hash": found.head[1]},
            "texts": found.texts,
            "erased": [{"token": token, "on": on, "rule": rule} for token, on, rule in found.erased],
            "problems": list(found.problems),
            "gaps": [],
            "explained": [],
            "doubled": [],
        }
        if found.holds:
            facts |= completeness(opening.offline(config, one, store, SystemClock()))
    holds = not (facts["problems"] or facts["gaps"] or facts["doubled"])
    _tell(call, facts, holds=holds)
    call.answer({"ok": holds, **facts})
    return 0 if holds else DIFFERENCES


def _head(said: str | None) -> tuple[int, str] | None:
    from isms_bot.errors import UsageError

    if said is None:
        return None
    rows, _, digest = said.partition(":")
    if not rows.isdecimal() or not digest:
        raise UsageError(f'--head "{said}": write it as ROWS:HASH, as `isms-bot verify` says it')
    return int(rows), digest


def completeness(workspace: Workspace) -> dict[str, Any]:
    """Occurrences without job or outcome (`gaps`), those that an open finding or a decision explains, and keys with outcomes
    that cannot both be true."""
    from isms_bot.calendars import local_date
    from isms_bot.forecast import doubled, gaps
    from isms_bot.model import WorkCalendar

    rows = list(workspace.ledger.entries())
    passes = sorted(row.completed for row in workspace.store.passes(workspace.name, 1_000_000) if row.completed)
    zone = workspace.config.timezone
    missing = gaps(
        rows, WorkCalendar(holidays=workspace.config.calendar), passes, {at: local_date(at, zone) for at in passes}
    )
    waiting = {(one.schedule, one.nominal) for one in workspace.history.still_waiting().values()}
    said = [
        {
            "key": f"{gap.schedule}/{gap.nominal}",
            "due": gap.due.isoformat(),
            "why": WAITS if (gap.schedule, gap.nominal) in waiting else _why(workspace, gap.schedule),
        }
        for gap in missing
    ]
    return {
        "gaps": [gap for gap in said if not gap["why"]],
        "explained": [gap for gap in said if gap["why"]],
        "doubled": list(doubled(rows)),
    }


def _why(workspace: Workspace, schedule: str) -> str:
    """What explains that a schedule opens nothing: an open finding about it, or that it does not apply; "" if nothing does."""
    from isms_bot.cli.looking import remembered
    from isms_bot.model import DecisionKind, Source

    history = workspace.history
    about = {one.about for one in history.decisions.values() if one.kind is DecisionKind.DOES_NOT_APPLY}
    configured = {one.id: one for one in workspace.config.schedules}
    one = configured.get(schedule)
    watch, _ = remembered(workspace)
    off = {str(page.fields.get("item")) for page in watch.live(Source.POLICIES) if page.fields.get("applies") == "No"}
    if schedule in about or (one is not None and one.policy in about | off):
        return "does not apply"
    names = {schedule, one.role if one is not None else schedule}
    return next((key for key in sorted(history.findings) if key.partition("/")[2] in names), "")


def _tell(call: Call, facts: dict[str, Any], *, holds: bool) -> None:
    for problem in facts["problems"]:
        call.say(f"!! {problem}")
    for gap in facts["gaps"]:
        call.say(f"!! {gap['key']}, due {gap['due']}, was expected and has neither a job nor an outcome")
    for key in facts["doubled"]:
        call.say(f"!! {key} has more than one outcome")
    for gap in facts["explained"]:
        call.say(f"   {gap['key']}, due {gap['due']}, was not opened: {gap['why']}")
    for one in facts["erased"]:
        call.say(f"   words erased on {one['on']} under {one['rule']}")
    head = facts["head"]
    call.say(
        f"{facts['workspace']}: {facts['rows']} rows of the ledger {'hold' if holds else 'were looked at'}, "
        f"{facts['texts']} texts beside them. Head, to be kept elsewhere: {head['rows']}:{head['hash']}"
    )
