"""`init`: bring the ISMS into an empty workspace, or add what is missing."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import TakeOver, Yes

if TYPE_CHECKING:
    from isms_bot.bootstrap import InitPlan
    from isms_bot.cli.mails import Mails
    from isms_bot.config import Config, WorkspaceConfig
    from isms_bot.connector import Connector

STOPPED = 130
Adopt = Annotated[
    list[str] | None,
    typer.Option(
        "--adopt",
        metavar="ID=PAGE",
        help="A page of your own (its address or id) that stands for the page of the pack with this id; may be repeated.",
    ),
]
NoAdopt = Annotated[
    bool, typer.Option("--no-adopt", help="Adopt nothing, whatever looks alike, and do not ask about it.")
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="ID",
        help="A page whose text stays as it is although the pack says it differently now; it is not shown again. May be repeated.",
    ),
]
PackName = Annotated[
    str | None, typer.Option("--pack", metavar="NAME", help="Must be the pack that the configuration names.")
]


def init(
    context: typer.Context,
    pack: PackName = None,
    adopt: Adopt = None,
    no_adopt: NoAdopt = False,
    keep: Keep = None,
    yes: Yes = False,
    take_over: TakeOver = False,
) -> int:
    """Make what the ISMS needs in the wiki: containers, pages, people. Shows the plan first; a second run makes nothing."""
    from isms_bot.cli.mails import as_json

    call = call_of(context)
    chosen = _named(adopt or [], no_adopt=no_adopt)
    plan, mails, said = _plan(call, pack)
    _known(plan, keep or [])
    facts = {**plan.as_json(), **as_json(mails)}
    call.say("\n".join(part for part in (plan.as_text(), said) if part))
    if not plan.changes and not take_over:
        call.answer({"made": 0, **facts})
        return 0
    otherwise = "init writes into the wiki and nobody can be asked here; say `isms-bot init --yes`"
    if not no_adopt:
        chosen = choose(call, plan, chosen, yes=yes)
    question = _question(plan) if plan.changes else "Take the workspace over?"
    if not call.agreed(question, yes=yes, otherwise=otherwise):
        return 1
    made, stopped = make(call, chosen, take_over=take_over, keep=keep or [])
    facts["adopt"] = chosen
    if stopped:
        call.say(f"Stopped after {made} pages. `isms-bot init` goes on from here.")
        call.answer({"made": made, "stopped": True, **facts})
        return STOPPED
    did = "Made or wrote anew" if plan.updates else "Made"
    call.say(f"{did} {made} pages. Next: `isms-bot check`, `isms-bot plan`, `isms-bot apply`.")
    call.answer({"made": made, **facts})
    return 0


def _named(adopt: list[str], *, no_adopt: bool) -> dict[str, str]:
    """The pages that were chosen beforehand, by id. Raises UsageError for words that make no sense together."""
    from isms_bot.errors import UsageError

    if adopt and no_adopt:
        raise UsageError("--adopt names pages to adopt and --no-adopt says that there are none; use one of them")
    chosen: dict[str, str] = {}
    for said in adopt:
        name, equals, page = (part.strip() for part in said.partition("="))
        if not (name and equals and page):
            raise UsageError(f'--adopt "{said}" is no choice; write it as --adopt backups=ADDRESS-OF-THE-PAGE')
        if name in chosen:
            raise UsageError(f"--adopt {name} stands there twice; one page can stand for it")
        chosen[name] = page
    return chosen


def _question(plan: InitPlan) -> str:
    return "Make all this?" if plan.new_pages else "Write these pages anew?"


def _known(plan: InitPlan, keep: list[str]) -> None:
    """Raises UsageError for a page that is to stay as it is and that nothing would change."""
    from isms_bot.errors import UsageError

    newer = [one.id for one in plan.updates]
    for name in keep:
        if name not in newer:
            those = f"those are: {', '.join(newer)}" if newer else "there are none"
            raise UsageError(f"--keep {name}: the pack says nothing new about a page with this id; {those}")


def choose(call: Call, plan: InitPlan, chosen: dict[str, str], *, yes: bool) -> dict[str, str]:
    """The pages to adopt: those that were named, and those that a person says yes to now, a question each.

    Raises UsageError where pages look alike and nobody can be asked: no page is adopted, or doubled, for its title alone.
    """
    open_ = [one for one in plan.candidates if one.id not in chosen]
    if not open_:
        return chosen
    if yes or not sys.stdin.isatty():
        from isms_bot.errors import UsageError

        if chosen:
            return chosen
        first = open_[0]
        raise UsageError(
            f"{len(open_)} of your pages may be pages of the pack already, the first being {first.sentence()}; say which to keep, as "
            f"--adopt {first.id}={first.candidate.ref}, or --no-adopt to have all pages of the pack made beside them"
        )
    taken: set[str] = set(chosen.values())
    for one in open_:
        if one.id in chosen or one.candidate.ref in taken:
            continue
        if call.answered_yes(f"{one.sentence()}. Keep your page in its place?"):
            chosen = {**chosen, one.id: one.candidate.ref}
            taken.add(one.candidate.ref)
    return chosen


def make(call: Call, adopt: dict[str, str], *, take_over: bool = False, keep: Sequence[str] = ()) -> tuple[int, bool]:
    """(pages made or rewritten, whether Ctrl-C ended it before its end)."""
    from isms_bot.errors import Reopen

    try:
        return _make(call, take_over, adopt, keep)
    except Reopen as continued:
        call.progress(str(continued))
        return _make(call, take_over, adopt, keep)


def _make(call: Call, take_over: bool, adopt: dict[str, str], keep: Sequence[str]) -> tuple[int, bool]:
    from isms_bot import bootstrap
    from isms_bot.cli.opening import opened
    from isms_bot.errors import Transient
    from isms_bot.holding import held, stopping

    with stopping() as stop, opened(call, writes=True, create=True, stop=stop) as open_, held(open_.workspace):
        try:
            made = bootstrap.init(
                open_.workspace, call.progress, take_over=take_over, stop=stop.is_set, adopt=adopt, keep=keep
            )
        except Transient:
            if not stop.is_set():
                raise
            return 0, True
        return made, stop.is_set()


def _plan(call: Call, pack: str | None) -> tuple[InitPlan, Mails | None, str]:
    """As `planned`, for the workspace of the call. Raises ConfigError if it names no pack, or another one than --pack."""
    from isms_bot.cli import opening
    from isms_bot.clock import SystemClock
    from isms_bot.errors import ConfigError, Problem

    config, one = opening.configured(call)
    if one.pack is None:
        given = pack or "lightweight"
        raise ConfigError(Problem(one.where, f"workspaces.{one.name}", f'names no pack; add pack = "{given}"'))
    if pack is not None and pack != one.pack.name:
        what = f'says pack = "{one.pack.name}", and --pack says "{pack}"; change the one that is wrong'
        raise ConfigError(Problem(one.where, f"workspaces.{one.name}", what))
    connector = opening.connect(config, one, "", SystemClock())
    try:
        return planned(config, one, connector)
    finally:
        opening.disconnect(connector)


def planned(config: Config, one: WorkspaceConfig, connector: Connector) -> tuple[InitPlan, Mails | None, str]:
    """(what would be made, the mails that it sends if that is known, the sentence about them). A store is not made for it: nothing
    is written before somebody said yes."""
    from isms_bot import bootstrap
    from isms_bot.cli import opening
    from isms_bot.cli.mails import mails_of
    from isms_bot.clock import SystemClock
    from isms_bot.store import Store

    with tempfile.TemporaryDirectory(prefix="isms-bot-") as folder:
        there = opening.store_there(config)
        url = config.store.url if there else f"sqlite:///{Path(folder) / 'plan.sqlite3'}"
        with Store.open(url, create=not there) as store:
            workspace = opening.open_workspace(config, one.name, connector, store, SystemClock(), dry=True)
            plan = bootstrap.plan_init(workspace)
            mails = mails_of(connector, plan.new_pages)
            return plan, mails, mails.sentence(one) if mails else ""
