"""Ids that never mix: a *roster id* (`p07`) names a person inside keys, ledger, logs and metrics; an *account* is the vendor's."""

from __future__ import annotations

RosterId = str
Account = str
Key = str
PageRef = str
