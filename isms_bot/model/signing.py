"""What the facts of a page amount to: observations, signatures, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from isms_bot.model.identity import Account, RosterId
from isms_bot.model.promises import Level


class Signing(StrEnum):
    """What the facts of a page amount to."""

    NOTHING = "nothing"
    PARTIAL = "partial"
    """Some steps are ticked or lines filled; nobody's business before the due date."""
    TICKED = "ticked"
    """All steps are answered, no signature at all."""
    HALF_SIGNED = "half signed"
    """A signature is begun, incomplete, or below the required level."""
    UNCLEAR = "unclear"
    """The account behind the signature cannot be told to be the signer's: a polite question, never an accusation."""
    SOMEONE_ELSE = "someone else"
    """A person-made object or another name shows that somebody else signed."""
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Observed:
    """A value of the form, with who introduced it as far as it was seen. `field`: name, date, signature, comment,
    signed_by or signed_on. `own`: the object itself was created by the account (a comment); else blame of an edit."""

    field: str
    value: str
    account: Account | None
    at: datetime | None
    seen: datetime
    own: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """One accepted signature. `at`: the earliest provable moment, read in the signer's favour."""

    signer: RosterId
    level: Level
    at: datetime
    via: str
    done_on: date | None = None
    on_behalf_of: RosterId | None = None
    confirmed_by: RosterId | None = None
    """Who let a signature for somebody else count; None where nobody had to."""
    confirmed_at: datetime | None = None

    @property
    def stands_for(self) -> RosterId:
        """The person asked whose signature it is."""
        return self.on_behalf_of or self.signer


class Given(StrEnum):
    """How it stands with a signature that somebody gave for somebody else."""

    WAITING = "waiting"
    """The role owner has not answered it."""
    DECLINED = "declined"
    PERSONAL = "personal"
    """The job is each person's own: nobody can sign it for another."""


@dataclass(frozen=True, slots=True)
class Behalf:
    """A signature that `writer` gave for `principal` and that does not count, or not yet."""

    writer: RosterId
    principal: RosterId
    given: Given


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `isms_bot.signoff` makes of a page. `missing` and `reasons` are ids of sentences of the catalogue."""

    signing: Signing
    signatures: tuple[Signature, ...] = ()
    steps_done: int = 0
    steps_total: int = 0
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    at: datetime | None = None
    """When the last signature that was needed was given (SIGNED only)."""
    started: bool = False
    """A person has written something into the form."""
    other: RosterId | None = None
    """SOMEONE_ELSE: who it was, if that person is in the roster."""
    feedback: str = ""
    """What was written under the closing question."""
    behalf: tuple[Behalf, ...] = ()
    """Signatures "for …" that do not count, or not yet; none once the job is signed."""
