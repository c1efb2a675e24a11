"""`check`: whether everything that the bot needs is there, in sentences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from isms_bot.cli.call import Call, call_of

if TYPE_CHECKING:
    from isms_bot.config import Config, WorkspaceConfig
    from isms_bot.connector import CheckLine
    from isms_bot.workspace import Workspace

TOKEN_SOON = 30
"""Days before the end of a token from which on `check` says so."""


Notify = Annotated[
    bool,
    typer.Option("--notify", help="Also send one test through each channel to the product manager, and ask for it."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing: say what was sent.")]


def check(context: typer.Context, notify: Notify = False, yes: Yes = False) -> int:
    """Look at configuration, token, access and layout, and say what to do about what is wrong."""
    from isms_bot.config import load

    call = call_of(context)
    config = load(call.config)
    chosen = [config.workspace(call.workspace)] if call.workspace else list(config.workspaces.values())
    answer = {}
    for one in chosen:
        lines = _lines(call, config, one, notify=notify, yes=yes)
        _tell(call, one, lines)
        answer[one.name] = [
            {"what": line.what, "ok": line.ok, "sentence": line.sentence, "todo": line.todo} for line in lines
        ]
    ok = all(line["ok"] for lines in answer.values() for line in lines)
    call.say("Everything is as it should be." if ok else "Something is to be done; see the lines marked with !!.")
    call.answer({"ok": ok, "workspaces": answer})
    return 0 if ok else 1


def _tell(call: Call, one: WorkspaceConfig, lines: list[CheckLine]) -> None:
    call.say(f"{one.name}:")
    for line in lines:
        call.say(f"  {'ok' if line.ok else '!!'}  {line.what}: {line.sentence}")
        if not line.ok and line.todo:
            call.say(f"      {line.todo}")


def _lines(call: Call, config: Config, one: WorkspaceConfig, *, notify: bool, yes: bool) -> list[CheckLine]:
    from isms_bot import access
    from isms_bot.cli import notifying, opening
    from isms_bot.cli.looking import last_known_time
    from isms_bot.clock import SystemClock
    from isms_bot.connector import CheckLine
    from isms_bot.store import Store

    clock = SystemClock()
    lines = [
        CheckLine("configuration", True, f"{config.path} is sound: {len(one.schedules)} schedules."),
        *_language(one),
        *_expiry(one.token_expires, clock.now().date()),
    ]
    not_set_up = CheckLine("layout", False, "The workspace has not been set up yet.", "Run `isms-bot init`.")
    config.token(one)
    mail = notifying.server(config, one)
    if not opening.store_there(config):
        connector = opening.connect(config, one, "", clock)
        try:
            return [*lines, *connector.check(), mail, not_set_up]
        finally:
            opening.disconnect(connector)
    with Store.open(config.store.url) as store:
        connector = opening.connect(config, one, store.installation(), clock)
        try:
            workspace = opening.open_workspace(config, one.name, connector, store, clock, dry=True)
            lines += [*connector.check(), mail]
            if workspace.layout() is not None:
                lines += access.lines(workspace, last_known_time(workspace).date())
            needed = workspace.sweep_needed()
            if workspace.layout() is not None:
                lines += _notices(call, config, workspace, notify=notify, yes=yes)
        finally:
            opening.disconnect(connector)
        if needed > workspace.sweep:
            said = f"With sweep = {workspace.sweep} open jobs are not all read whole once a day."
            lines.append(CheckLine("sweep", False, said, f"Set sweep = {needed} in the workspace's configuration."))
        if workspace.layout() is None:
            lines.append(not_set_up)
        elif store.last_completed_pass(one.name) is None:
            lines.append(CheckLine("passes", True, "No pass was made yet; `isms-bot plan` shows the first one."))
        return lines


def _notices(call: Call, config: Config, workspace: Workspace, *, notify: bool, yes: bool) -> list[CheckLine]:
    """Whom notices reach by mail, and a test of each channel if that is wanted."""
    from isms_bot.cli import notifying

    mailing = workspace.config.mail is not None
    outlook = notifying.seen(workspace) if mailing or notify else None
    if outlook is None:
        return []
    lines = list(notifying.addresses(outlook, workspace)) if mailing else []
    return lines + (list(notifying.try_out(call, config, workspace, outlook, yes=yes)) if notify else [])


def _language(one: WorkspaceConfig) -> list[CheckLine]:
    """In which language people will meet the pages of the pack, where that is not simply theirs."""
    from isms_bot.connector import CheckLine

    pack = one.pack
    if pack is None or one.language.partition("-")[0] == pack.language.partition("-")[0]:
        return []
    translated = sum(page.original is not None for page in pack.pages)
    said = (
        f"{translated} of {len(pack.pages)} pages of {pack.name} come in {one.language}, the others in {pack.language}."
    )
    return [CheckLine("language", True, said)]


def _expiry(expires: date | None, today: date) -> list[CheckLine]:
    from isms_bot.connector import CheckLine

    if expires is None:
        return []
    todo = "Make a new token, put it in the place of the old one, and correct token_expires."
    if expires <= today:
        return [CheckLine("token_expires", False, f"The token was good until {expires}.", todo)]
    days = (expires - today).days
    return [CheckLine("token_expires", days > TOKEN_SOON, f"The token is good for {days} more days.", todo)]
