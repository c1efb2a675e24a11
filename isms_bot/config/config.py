"""The configuration as everyone else sees it: frozen values, and secrets only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from isms_bot.config.secrets import SecretRef
from isms_bot.errors import ConfigError, Misconfigured, Problem, TokenRefused
from isms_bot.model import Schedule
from isms_bot.packs import Declared, Pack


@dataclass(frozen=True, slots=True)
class MailConfig:
    """How notices go out by mail: where the address of the mail server is kept, the name that mails come from, and the line that
    says so."""

    server: SecretRef
    sender: str
    where: str


@dataclass(frozen=True, slots=True)
class WorkspaceConfig:
    """One workspace.

    `settings` is an instance of the connector's own settings model. `schedules` are all promises, the pack's and own ones;
    `declared` says per schedule id where it is written. `roles` are all roles that may be named, with titles. `introduction`
    is the earliest end of the introduction. `team` names the accounts that `init` puts into the roster the first time, None: all that
    the token sees. `date_order` is dmy, mdy or ymd. `pass_minutes` by day (07-20 h), `night_minutes`
    by night; `sweep` is the budget K of calls that one pass spends on looking at open jobs, None: the platform's default; `settle_seconds` is how long an
    unanswered write is left alone; beyond `most_open_jobs` jobs of a person others wait (None: there is no limit). `where` is the line of the workspace. `labels` are own words of
    the form, as `isms_bot.signoff.words.labels` takes them. `mail` is None where notices appear in
    the wiki only.
    """

    name: str
    connector: str
    settings: Any
    token: SecretRef
    token_where: str
    timezone: str
    product_manager: str
    where: str
    token_expires: date | None = None
    calendar: str = ""
    language: str = "en"
    date_order: str = "dmy"
    pack: Pack | None = None
    schedules: tuple[Schedule, ...] = ()
    declared: Mapping[str, Declared] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    deputy: str | None = None
    team: tuple[str, ...] | None = None
    introduction: date | None = None
    pass_minutes: int = 5
    night_minutes: int = 60
    sweep: int | None = None
    most_open_jobs: int | None = None
    settle_seconds: int = 180
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mail: MailConfig | None = None

    def explained(self, error: Misconfigured) -> str:
        """What the wiki said about this workspace, with where it is configured and what to do."""
        if not isinstance(error, TokenRefused):
            return f"workspace {self.name} ({self.where}): {error}"
        kept = f"the environment variable {self.token.env}" if self.token.env else self.token.file
        then = "start isms-bot anew with it" if self.token.env else "nothing needs a restart"
        ended = f"; it was to end on {self.token_expires}" if self.token_expires else ""
        return (
            f"workspace {self.name}: {error}. The token is read from {kept} ({self.token_where}){ended}. Make a new one, put it "
            f"there, {then}; `isms-bot check` says whether it works. Nothing is lost: days without the wiki count for nobody"
        )


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where the store is: `address` as configured (default: SQLite in state/ beside the configuration)."""

    address: str | SecretRef
    base: Path
    where: str = ""

    @property
    def url(self) -> str:
        """The address for SQLAlchemy. Raises ConfigError if it is kept elsewhere and is not there."""
        if isinstance(self.address, SecretRef):
            return self.address.resolve(self.base, self.where, "store.url")
        return self.address


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """How the service shows itself: where health answers (port 0: nowhere) and how it logs."""

    health_host: str = "127.0.0.1"
    health_port: int = 0
    log_format: str = "auto"
    log_level: str = "info"


@dataclass(frozen=True, slots=True)
class Watched:
    """Files that the configuration was read from: all matches of `pattern` in `folder`."""

    folder: Path
    pattern: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that was configured. `digest` (sha256) is over all files read, packs included, in `files`."""

    workspaces: Mapping[str, WorkspaceConfig]
    store: StoreConfig
    service: ServiceConfig
    path: Path
    digest: str
    files: Mapping[Path, str]
    watched: tuple[Watched, ...] = ()

    def workspace(self, name: str | None = None) -> WorkspaceConfig:
        """One workspace by name; the only one if no name is given. Raises ConfigError if there is none or more than one."""
        known = ", ".join(self.workspaces)
        if name is None and len(self.workspaces) == 1:
            return next(iter(self.workspaces.values()))
        if name is None:
            raise ConfigError(Problem(str(self.path), "workspaces", f"there are several; name one of {known}"))
        if name not in self.workspaces:
            raise ConfigError(Problem(str(self.path), "workspaces", f'no workspace is called "{name}"; known: {known}'))
        return self.workspaces[name]

    def token(self, workspace: str | WorkspaceConfig) -> str:
        """The token of a workspace, read now. Raises ConfigError if it is not where it is said to be."""
        one = self.workspace(workspace) if isinstance(workspace, str) else workspace
        return one.token.resolve(self.path.parent, one.token_where, f"workspaces.{one.name}.token")

    def mail_server(self, workspace: WorkspaceConfig) -> str:
        """The address of a workspace's mail server, read now; "" if it has none. Raises ConfigError if it is not there."""
        mail = workspace.mail
        if mail is None:
            return ""
        return mail.server.resolve(self.path.parent, mail.where, f"workspaces.{workspace.name}.mail.server")
