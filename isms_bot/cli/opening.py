"""From a call to an open workspace: configuration, token, connector, store, in this order; nothing is written before all that
can be wrong with the first two was looked at."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Event
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from isms_bot import logs, registry
from isms_bot.cli.call import Call
from isms_bot.clock import Clock, SystemClock
from isms_bot.config import Config, WorkspaceConfig, load
from isms_bot.connector import Connector
from isms_bot.errors import Misconfigured, StoreError, UsageError
from isms_bot.mail import SENDER, Mail, Post
from isms_bot.pacing import Paced, Patient, Wrapper
from isms_bot.store import Store
from isms_bot.store.database import connect as database
from isms_bot.store.database import database_file, parse
from isms_bot.store.schema import Standing, standing, version
from isms_bot.workspace import Workspace

NOON = time(12)
PATIENCE = 120.0
"""Seconds for which a verb of the port is tried again."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open workspace with what it was opened from."""

    config: Config
    workspace: Workspace
    store: Store
    clock: Clock

    def rehearsal(self) -> Workspace:
        """The same workspace, to be gone through without writing anything."""
        return Workspace.open(
            self.config,
            self.workspace.name,
            self.workspace.connector,
            self.store,
            self.clock,
            holder=self.workspace.holder,
            dry=True,
        )


def configured(call: Call) -> tuple[Config, WorkspaceConfig]:
    """The configuration and the workspace that the call is about. Raises ConfigError; nothing is written."""
    config = load(call.config)
    return config, config.workspace(call.workspace)


def on_loopback(address: str | None) -> bool:
    """True if `address` leads to this very machine: a sandbox, which needs no pace and has a clock of its own."""
    host = urlsplit(address or "").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def sandboxed(one: WorkspaceConfig) -> bool:
    """True if the workspace lives in a sandbox on this machine."""
    return on_loopback(getattr(one.settings, "api", None))


def noon(day: date, one: WorkspaceConfig) -> datetime:
    """Noon of a day in the workspace's zone: messages may go out by then, and no date is in doubt."""
    return datetime.combine(day, NOON, ZoneInfo(one.timezone))


def holder() -> str:
    """Who holds a lease, for messages."""
    return f"{socket.gethostname()} (pid {os.getpid()})"


def connect(
    config: Config, one: WorkspaceConfig, installation: str, clock: Clock, stop: Event | None = None
) -> Connector:
    """A patient, paced connector; no call is made. Raises ConfigError if there is no token."""
    token = config.token(one)
    return connected(one.connector, one.settings, token, one.name, clock, installation=installation, stop=stop)


def connected(
    name: str,
    settings: Any,
    token: str,
    workspace: str,
    clock: Clock,
    *,
    installation: str = "",
    budget: float = PATIENCE,
    stop: Event | None = None,
) -> Connector:
    """A patient, paced connector called `name`, for a workspace that need not be configured yet; no call is made."""
    logs.hide(token)
    connector: Connector = registry.connector_class(name).open(
        settings, token=token, installation=installation, workspace=workspace
    )
    if not on_loopback(getattr(settings, "api", None)):
        connector = Paced(connector, clock, stop=stop)
    return Patient(connector, clock, budget=budget, stop=stop)


def disconnect(connector: Connector) -> None:
    """Close the connections of a connector that has any."""
    while isinstance(connector, Wrapper):
        connector = connector.inner
    # Not of the port: a connector without connections has nothing to close.
    close = getattr(connector, "close", None)
    if close is not None:
        close()


def open_workspace(
    config: Config, name: str, connector: Connector, store: Store, clock: Clock, *, dry: bool = False
) -> Workspace:
    """The workspace with its ledger folded; `dry`: nothing is written, and no mail goes.

    Raises ConfigError if the address of its mail server is not where it is said to be, StoreError if the ledger was written by a
    newer isms-bot.
    """
    post = None if dry else post_of(config, config.workspace(name), clock)
    try:
        return Workspace.open(config, name, connector, store, clock, holder=holder(), dry=dry, post=post)
    except ValueError as error:
        raise StoreError(f"{name}: {error}; it was written by a newer isms-bot: install that version") from error


def post_of(config: Config, one: WorkspaceConfig, clock: Clock) -> Post | None:
    """How a workspace's notices go out by mail, None if it has no mail. Raises ConfigError as `mail_of`; nobody is called."""
    if one.mail is None:
        return None
    config.mail_server(one)
    return Post(lambda: mail_of(config, one), clock)


def mail_of(config: Config, one: WorkspaceConfig) -> Mail:
    """The mail of a workspace that has some. Raises ConfigError if the address of its server is not where it is said to be,
    Misconfigured if it cannot be used."""
    address = config.mail_server(one)
    logs.hide(address)
    mail = Mail.open(address, sender=one.mail.sender if one.mail else SENDER)
    if sandboxed(one) and not mail.stays_here:
        raise Misconfigured(
            f"the workspace lives in a sandbox, where people are invented; mails to {mail.place} would leave this machine"
        )
    return mail


@contextmanager
def opened(
    call: Call, *, writes: bool = False, create: bool = False, dry: bool = False, stop: Event | None = None
) -> Iterator[Opened]:
    """The workspace of the call, open for as long as the block lasts.

    `writes`: this process alone may use the store (HeldElsewhere otherwise); `create`: make the store if there is none;
    `dry`: nothing is written anywhere. Raises ConfigError, StoreError; the wiki is not called.
    """
    clock = SystemClock()
    config, one = configured(call)
    config.token(one)
    with Store.open(config.store.url, create=create) as store:
        if writes:
            store.lock()
        connector = connect(config, one, store.installation(), clock, stop)
        try:
            yield Opened(config, open_workspace(config, one.name, connector, store, clock, dry=dry), store, clock)
        except Misconfigured as error:
            raise type(error)(one.explained(error)) from error
        finally:
            disconnect(connector)


def offline(config: Config, one: WorkspaceConfig, store: Store, clock: Clock) -> Workspace:
    """The workspace for verbs that only remember: its connector is never called and needs no token."""
    connector = registry.connector_class(one.connector).open(
        one.settings, token="", installation=store.installation(), workspace=one.name
    )
    disconnect(connector)
    return open_workspace(config, one.name, connector, store, clock, dry=True)


def store_there(config: Config) -> bool:
    """True if there is a store; nothing is made by looking. Raises StoreError if a database cannot be reached."""
    url = parse(config.store.url)
    file = database_file(url)
    if file is not None:
        return file.exists()
    engine = database(url)
    try:
        return standing(version(engine)) is not Standing.ABSENT
    finally:
        engine.dispose()


def sandbox_only(one: WorkspaceConfig, option: str) -> None:
    """Raise UsageError unless the workspace lives in a sandbox: nobody plays with the dates of a real one."""
    if not sandboxed(one):
        raise UsageError(
            f'{option} works against a sandbox only (api = "http://127.0.0.1:…" in {one.where}); '
            "`isms-bot plan` takes any date, since it writes nothing"
        )
