"""What the ledger says, folded into the present: contracts, amendments, outcomes, notices, decisions. Pure.

The ledger is the only memory that must not be lost; everything here can be computed again from its first row.
"""

from __future__ import annotations

from isms_bot.history.folding import FOLDS, fold
from isms_bot.history.rows import activated_body, contract_body, contract_from, decision_body
from isms_bot.history.state import Amendment, Attestation, History, RuleVersion, Sent, Standing, Waiting
from isms_bot.model import Source

__all__ = [
    "FOLDS",
    "WATCHED",
    "Amendment",
    "Attestation",
    "History",
    "RuleVersion",
    "Sent",
    "Standing",
    "Waiting",
    "activated_body",
    "contract_body",
    "contract_from",
    "decision_body",
    "fold",
]

WATCHED: tuple[Source, ...] = (
    Source.USERS,
    Source.DECISIONS,
    Source.POLICIES,
    Source.PROCEDURES,
    Source.JOBS,
    Source.NONCONFORMITIES,
)
"""The sources that every pass asks for changes; one call each while nothing changed."""
