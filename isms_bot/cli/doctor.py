"""`doctor`: what this installation is made of, for a report of a problem. Names no secret and no person."""

from __future__ import annotations

import platform
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from isms_bot.cli.call import call_of

if TYPE_CHECKING:
    from isms_bot.config import Config, WorkspaceConfig

LIBRARIES = (
    "isms-bot",
    "notion-client",
    "atlassian-python-api",
    "apscheduler",
    "sqlalchemy",
    "pydantic",
    "holidays",
    "tzdata",
)
APART = 120
"""Seconds between host clock and wiki clock from which on nobody is held to anything."""


def doctor(context: typer.Context) -> int:
    """Say versions, paths, and whether store, clock and token are well. Exit code 1 if something is not."""
    from isms_bot.errors import IsmsBotError

    call = call_of(context)
    facts: dict[str, Any] = {"versions": _versions(), "config": str(call.config.absolute())}
    problems: list[str] = []
    try:
        config, one = _configured(call.config, call.workspace)
        facts |= _store(config) | {"connectors": _connectors()}
        facts["wiki"] = _wiki(config, one)
    except IsmsBotError as error:
        problems.append(str(error))
    else:
        problems += facts["wiki"].pop("problems")
    for name, version in facts["versions"].items():
        call.say(f"{name}: {version}")
    for name, value in facts.items():
        if name != "versions":
            call.say(f"{name}: {value}")
    for problem in problems:
        call.say(f"!! {problem}")
    call.answer({"ok": not problems, "problems": problems, **facts})
    return 1 if problems else 0


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "system": platform.platform()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found | {"program": sys.executable}


def _connectors() -> list[str]:
    from isms_bot.registry import connectors

    return list(connectors())


def _configured(path: Path, workspace: str | None) -> tuple[Config, WorkspaceConfig]:
    from isms_bot.config import load

    config = load(path)
    return config, config.workspace(workspace)


def _store(config: Config) -> dict[str, Any]:
    from isms_bot.cli.opening import store_there
    from isms_bot.store import Store
    from isms_bot.store.database import database_file, name_of, parse
    from isms_bot.store.schema import version

    url = parse(config.store.url)
    if not store_there(config):
        return {"store": f"{name_of(url)} (not made yet)"}
    with Store.open(config.store.url) as store:
        file = database_file(url)
        return {
            "store": name_of(url),
            "store_bytes": file.stat().st_size if file is not None else None,
            "schema": version(store.engine),
            "installation": store.installation(),
            "held_by": {name: store.lease_holder(name) for name in config.workspaces},
        }


def _wiki(config: Config, one: WorkspaceConfig) -> dict[str, Any]:
    from isms_bot.cli import opening
    from isms_bot.clock import SystemClock

    clock = SystemClock()
    connector = opening.connect(config, one, "", clock)
    try:
        lines = connector.check()
        vendor = connector.now()
    finally:
        opening.disconnect(connector)
    problems = [f"{line.sentence} {line.todo}".strip() for line in lines if not line.ok]
    apart = round((vendor - clock.now()).total_seconds()) if vendor is not None else None
    on_sandbox = opening.sandboxed(one)
    if apart is not None and abs(apart) > APART and not on_sandbox:
        problems.append(
            f"this machine's clock and the wiki's are {abs(apart)} seconds apart; set the clock of this machine (NTP): "
            "until then nothing is overdue and nobody is reminded"
        )
    return {"workspace": one.name, "sandbox": on_sandbox, "clock_apart_seconds": apart, "problems": problems}
