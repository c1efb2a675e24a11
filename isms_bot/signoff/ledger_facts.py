"""The facts of a page as the ledger keeps them: roster ids instead of accounts, and what people typed apart from the rest."""

from __future__ import annotations

from collections.abc import Mapping

from isms_bot.model import Account, Level, Observed, Person, RosterId, Verdict


def facts_for_ledger(
    verdict: Verdict, observed: Mapping[str, Observed], roster: Mapping[RosterId, Person], *, precision: int
) -> list[dict[str, object]]:
    """One JSON-compatible dict per fact, in the order of their keys, without names, accounts and typed text.

    `field`; `id` of the block or comment; `by`: roster id, None if unknown or nobody's; `known`: whether the vendor told an
    account; `own`: the account created the object; `level`: what was seen of it for a signature of the verdict, None if an
    account is behind it that belongs to none; `at` and `seen`: ISO 8601, `at` None if the vendor gave no time; `precision`:
    seconds by which `at` may be too early.
    """
    signers = {signature.signer for signature in verdict.signatures}
    holders = {person.account: person.id for person in roster.values() if person.account is not None}
    return [
        {
            "field": fact.field,
            "id": fact.id,
            "by": _by(fact.account, holders),
            "known": fact.account is not None,
            "own": fact.own,
            "level": _level(fact, holders, signers),
            "at": fact.at.isoformat() if fact.at else None,
            "seen": fact.seen.isoformat(),
            "precision": precision,
        }
        for _, fact in sorted(observed.items())
    ]


def typed_values(observed: Mapping[str, Observed]) -> tuple[tuple[str, str], ...]:
    """What was written, as (field, text), fact by fact in the order of `facts_for_ledger`: to be kept erasably."""
    return tuple((fact.field, fact.value) for _, fact in sorted(observed.items()))


def _by(account: Account | None, holders: Mapping[Account, RosterId]) -> RosterId | None:
    return holders.get(account) if account is not None else None


def _level(fact: Observed, holders: Mapping[Account, RosterId], signers: set[RosterId]) -> str | None:
    if fact.account is None:
        return Level.TYPED.value
    if _by(fact.account, holders) not in signers:
        return None
    return (Level.BY_OWN_ACCOUNT if fact.own else Level.AT_OWN_ACCOUNT).value
