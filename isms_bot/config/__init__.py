"""The configuration: TOML checked by pydantic into frozen values; the only reader of the environment.

`load` reads, `changed` and `reload` follow edits, `rules` and `rules_diff` tell the ledger what the promises are.
"""

from __future__ import annotations

from isms_bot.config.config import Config, MailConfig, ServiceConfig, StoreConfig, WorkspaceConfig
from isms_bot.config.editors import example, schema
from isms_bot.config.loading import changed, load, reload
from isms_bot.config.rules import rules, rules_diff, schedules_of
from isms_bot.config.secrets import SecretRef
from isms_bot.packs.schedules import schedules_schema

__all__ = [
    "Config",
    "MailConfig",
    "SecretRef",
    "ServiceConfig",
    "StoreConfig",
    "WorkspaceConfig",
    "changed",
    "example",
    "load",
    "reload",
    "rules",
    "rules_diff",
    "schedules_of",
    "schedules_schema",
    "schema",
]
