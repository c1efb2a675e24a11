"""A look at the wiki outside of a pass, for verbs that need to know people and decisions.

What is seen is not remembered: a pass must find every change itself, or it would take it for known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from isms_bot import roster as rosters
from isms_bot.errors import Misconfigured, UsageError
from isms_bot.history import WATCHED
from isms_bot.lifecycle.actions import Find
from isms_bot.model import Person, RosterId
from isms_bot.observatory import Observatory
from isms_bot.outlook import Outlook
from isms_bot.workspace import Workspace


def look(workspace: Workspace, *, at: datetime | None = None) -> tuple[Outlook, list[Find]]:
    """(the picture of the workspace, findings on the way). Rows that are accepted for the first time go to the ledger, unless
    the workspace is dry. Raises ConnectorError if the wiki cannot be observed whole."""
    workspace.need_layout()
    watch = Observatory(workspace.store, workspace.name, writes=False)
    vendor: datetime | None = None
    for source in WATCHED:
        vendor, _ = watch.observe(workspace.connector, source)
    if vendor is None:
        raise Misconfigured("the wiki gave no time; nothing can be decided")
    now = at or (vendor if workspace.on_sandbox else workspace.clock.now())
    found: list[Find] = []
    outlook = Outlook(workspace, watch, now, found)
    outlook.accept()
    return outlook, found


def person(who: str, people: Iterable[Person]) -> Person:
    """The person of the roster that `who` names: by roster id, account, e-mail or name. Raises UsageError."""
    listed = list(people)
    wanted = who.strip().casefold()
    for one in listed:
        if wanted in {name.casefold() for name in (one.id, one.account, one.mail, one.name) if name}:
            return one
    raise UsageError(f'nobody in Users of the ISMS is "{who}"; ids: {", ".join(one.id for one in listed) or "none"}')


def remembered(workspace: Workspace) -> tuple[Observatory, dict[RosterId, Person]]:
    """(what was last seen of the wiki, the roster as it was last accepted): no call is made."""
    watch = Observatory(workspace.store, workspace.name, writes=False)
    config = workspace.config
    defaults = rosters.RosterDefaults(config.timezone, config.calendar, config.language)
    return watch, rosters.people(watch.accepted(), workspace.history, defaults)


def last_known_time(workspace: Workspace) -> datetime:
    """The business time without a call: the host's, or in a sandbox that of the last pass."""
    last = workspace.store.last_completed_pass(workspace.name)
    if workspace.on_sandbox and last is not None and last.completed is not None:
        return last.completed
    return workspace.clock.now()
