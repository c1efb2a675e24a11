"""`init`: bring the ISMS into an empty workspace, or add what is missing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import TakeOver, Yes

if TYPE_CHECKING:
    from isms_bot.bootstrap import InitPlan
    from isms_bot.cli.mails import Mails

PackName = Annotated[
    str | None, typer.Option("--pack", metavar="NAME", help="Must be the pack that the configuration names.")
]


def init(context: typer.Context, pack: PackName = None, yes: Yes = False, take_over: TakeOver = False) -> int:
    """Make what the ISMS needs in the wiki: containers, pages, people. Shows the plan first; a second run makes nothing."""
    from isms_bot.cli.mails import as_json
    from isms_bot.errors import Reopen

    call = call_of(context)
    plan, mails, said = _plan(call, pack)
    facts = {**plan.as_json(), **as_json(mails)}
    call.say("\n".join(part for part in (plan.as_text(), said) if part))
    if not plan.changes and not take_over:
        call.answer({"made": 0, **facts})
        return 0
    otherwise = "init writes into the wiki and nobody can be asked here; say `isms-bot init --yes`"
    question = "Make all this?" if plan.changes else "Take the workspace over?"
    if not call.agreed(question, yes=yes, otherwise=otherwise):
        return 1
    try:
        made = _make(call, take_over)
    except Reopen as continued:
        call.progress(str(continued))
        made = _make(call, take_over)
    call.say(f"Made {made} pages. Next: `isms-bot check`, `isms-bot plan`, `isms-bot apply`.")
    call.answer({"made": made, **facts})
    return 0


def _make(call: Call, take_over: bool) -> int:
    from isms_bot import bootstrap
    from isms_bot.cli.opening import opened
    from isms_bot.holding import held, stopping

    with stopping() as stop, opened(call, writes=True, create=True, stop=stop) as open_, held(open_.workspace):
        return bootstrap.init(open_.workspace, call.progress, take_over=take_over)


def _plan(call: Call, pack: str | None) -> tuple[InitPlan, Mails | None, str]:
    """(what would be made, the mails that it sends if that is known, the sentence about them). A store is not made for it: nothing
    is written before somebody said yes."""
    from isms_bot import bootstrap
    from isms_bot.cli import opening
    from isms_bot.cli.mails import mails_of
    from isms_bot.clock import SystemClock
    from isms_bot.errors import ConfigError, Problem
    from isms_bot.store import Store

    config, one = opening.configured(call)
    if one.pack is None:
        given = pack or "lightweight"
        raise ConfigError(Problem(one.where, f"workspaces.{one.name}", f'names no pack; add pack = "{given}"'))
    if pack is not None and pack != one.pack.name:
        what = f'says pack = "{one.pack.name}", and --pack says "{pack}"; change the one that is wrong'
        raise ConfigError(Problem(one.where, f"workspaces.{one.name}", what))
    config.token(one)
    with tempfile.TemporaryDirectory(prefix="isms-bot-") as folder:
        there = opening.store_there(config)
        url = config.store.url if there else f"sqlite:///{Path(folder) / 'plan.sqlite3'}"
        with Store.open(url, create=not there) as store:
            clock = SystemClock()
            connector = opening.connect(config, one, store.installation(), clock)
            try:
                workspace = opening.open_workspace(config, one.name, connector, store, clock, dry=True)
                plan = bootstrap.plan_init(workspace)
                mails = mails_of(connector, plan.new_pages)
                return plan, mails, mails.sentence(one) if mails else ""
            finally:
                opening.disconnect(connector)
