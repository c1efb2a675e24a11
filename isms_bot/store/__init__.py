"""What isms-bot remembers between passes: cache (disposable), intents (one settle wait), ledger (irreplaceable).

SQLite by default, PostgreSQL where several replicas run; the same statements on both. Nothing here knows a wiki or a rule.
"""

from __future__ import annotations

from isms_bot.store.history import PassAction, PassRow
from isms_bot.store.intents import Claim, ClaimState, Intent
from isms_bot.store.leases import Lease
from isms_bot.store.locking import StateLock
from isms_bot.store.store import Store

__all__ = ["Claim", "ClaimState", "Intent", "Lease", "PassAction", "PassRow", "StateLock", "Store"]
