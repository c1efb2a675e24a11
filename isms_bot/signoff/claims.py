"""Attempts to sign: what each signing comment, set of lines, row and property field amounts to by itself.

Rules (levels are named by what was seen): an object that the account created is *by own account*; a value that the account
introduced is *at own account*; where the account is unknown it is *typed*. A mismatch alone is unclear; somebody else needs
another name, or an object made by an account that is nobody's who is asked to sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from isms_bot.model import Account, Behalf, Completion, Contract, Given, Level, Observed, Person, RosterId, Signature
from isms_bot.signoff.comments import OnBehalf, after_sign_word, answer, on_behalf, without_links
from isms_bot.signoff.dates import find_date, is_far, window
from isms_bot.signoff.form import LINES
from isms_bot.signoff.names import Named, looks_like_a_name, people_named
from isms_bot.signoff.reasons import Reason
from isms_bot.signoff.words import Labels


class Standing(StrEnum):
    """What one attempt amounts to."""

    ACCEPTED = "accepted"
    LOW = "below the required level"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    OTHER = "somebody else's"


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt. `about`: for whom of those asked it would count. `other`: who else is behind it, if in the roster."""

    standing: Standing
    about: RosterId | None = None
    signature: Signature | None = None
    missing: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    other: RosterId | None = None
    behalf: Behalf | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The answer to a signature "for" somebody: yes or no, by whom, and when."""

    yes: bool
    by: RosterId
    at: datetime


@dataclass(frozen=True, slots=True)
class _Read:
    """A date as read: None if there is none, and the remarks on it."""

    day: date | None = None
    remarks: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What attempts are judged against. `answers`: comments that confirm or decline; `confirmers`: whose answer counts."""

    contract: Contract
    roster: Mapping[RosterId, Person]
    labels: Labels
    order: str
    now: datetime
    precision: int
    answers: tuple[Observed, ...] = ()
    confirmers: tuple[RosterId, ...] = ()

    # --- who ---

    def asked(self, person: RosterId | None) -> bool:
        """True if this person's signature is wanted."""
        return person in self.contract.people

    def account(self, person: RosterId) -> Account | None:
        """The account of one person of the roster."""
        return self.roster[person].account

    def holder(self, account: Account | None) -> RosterId | None:
        """Whose account it is, somebody who is asked first; None if unknown or nobody's."""
        if account is None:
            return None
        holders = [person.id for person in self.roster.values() if person.account == account]
        return min(holders, key=lambda person: (not self.asked(person), person), default=None)

    def named(self, text: str, *, moment: datetime, alone: bool = False) -> Named:
        """Whose name `text` may be."""
        return people_named(text, self.roster.values(), moment.date(), alone=alone)

    def signs_for(self, writer: RosterId | None, principal: RosterId) -> bool:
        """True if `principal` has no account and the roster names `writer` as the stand-in: a board member, a supplier."""
        person = self.roster[principal]
        return person.account is None and writer is not None and person.stand_in == writer

    def confirmation(self, writer: RosterId, principal: RosterId, since: datetime) -> Confirmation | None:
        """The last answer to what `writer` signed for `principal`, by somebody who may give it and is neither of the two; an
        answer that names people is about these alone."""
        said = None
        for fact in sorted(self.answers, key=self.moment):
            by, at = self.holder(fact.account), self.moment(fact)
            found = answer(fact.value, self.labels)
            if found is None or by is None or by not in self.confirmers or by in (writer, principal) or at < since:
                continue
            behalf = on_behalf(found.rest, self.labels)
            named = self.named(behalf.principal if behalf else found.rest, moment=at, alone=True)
            if not named.people or {writer, principal} & set(named.people):
                said = Confirmation(found.yes, by, at)
        return said

    # --- when ---

    def moment(self, fact: Observed) -> datetime:
        """The earliest provable moment of a fact: the vendor's (floored, which favours the signer), or when it was seen."""
        return min(fact.at or fact.seen, fact.seen, self.now)

    def last(self, facts: Iterable[Observed]) -> datetime:
        """When the last of `facts` was there."""
        return max(self.moment(fact) for fact in facts)

    def read(self, fact: Observed) -> _Read:
        """The date that a field holds."""
        earliest, latest = window(self.moment(fact), self.precision)
        found = find_date(fact.value, self.order, earliest)
        if found is None:
            return _Read(None, (Reason.DATE_UNREAD,))
        day = found.nearest(earliest, latest)
        return _Read(day, (Reason.DATE_FAR,) if is_far(day, earliest, latest) else ())

    # --- what it comes to ---

    def settle(self, signature: Signature, remarks: tuple[Reason, ...]) -> Claim:
        """Accepted, or below the level that the contract asks for."""
        about = signature.stands_for
        required = self.contract.level
        if signature.level.reaches(required):
            return Claim(Standing.ACCEPTED, about, signature, reasons=remarks)
        way = Reason.LEVEL_BY_OWN_ACCOUNT if required is Level.BY_OWN_ACCOUNT else Reason.LEVEL_AT_OWN_ACCOUNT
        return Claim(Standing.LOW, about, missing=(way,), reasons=remarks)


def claims(case: Case, facts: Mapping[str, Observed]) -> list[Claim]:
    """Every attempt to sign among `facts`: comments, lines, rows, property fields."""
    found = [_of_comment(case, fact) for fact in facts.values() if fact.field == "comment"]
    found.append(_of_values(case, {field: facts[field] for field in LINES if field in facts}, via="lines"))
    rows: dict[str, dict[str, Observed]] = {}
    for key, fact in facts.items():
        field, colon, row = key.partition(":")
        if field in LINES and colon:
            rows.setdefault(row, {})[field] = fact
    found.extend(_of_values(case, row, via="row") for row in rows.values())
    found.extend(_of_properties(case, facts))
    return [claim for claim in found if claim is not None]


# --- comments ------------------------------------------------------------------------------------------------------


def _of_comment(case: Case, fact: Observed) -> Claim | None:
    """A comment is an object that its author made; None if it says more than a signature does."""
    rest = after_sign_word(fact.value, case.labels)
    if rest is None:
        return None
    moment = case.moment(fact)
    earliest, latest = window(moment, case.precision)
    found = find_date(rest, case.order, earliest)
    day = found.nearest(earliest, latest) if found else None
    remarks = (Reason.DATE_FAR,) if day is not None and is_far(day, earliest, latest) else ()
    around = found.around if found else rest
    author = case.holder(fact.account)
    signature = Signature(author or "", Level.BY_OWN_ACCOUNT, moment, "comment", done_on=day)

    named = _name_in_comment(case, around, moment)
    if named is None:
        behalf = on_behalf(around, case.labels)
        if behalf is not None:
            return _comment_for(case, behalf, fact, signature, remarks)
        if case.asked(author) and looks_like_a_name(without_links(around, case.labels)):
            return Claim(Standing.UNCLEAR, author, reasons=(Reason.NAME_UNKNOWN,))
        return None
    if fact.account is None:
        about = named.only if case.asked(named.only) else None
        return Claim(Standing.UNCLEAR, about, reasons=(Reason.ACCOUNT_UNKNOWN,))
    if author is None or not case.asked(author):
        return Claim(Standing.OTHER, reasons=(Reason.OTHER_PERSON,), other=author)
    if named.people and author not in named.people:
        return _misnamed(case, named, author)
    return case.settle(signature, remarks)


def _name_in_comment(case: Case, text: str, moment: datetime) -> Named | None:
    """Whose name follows the sign word: nobody's if nothing follows, None if something else follows."""
    bare = without_links(text, case.labels)
    if not bare:
        return Named()
    for way in (text, bare):
        named = case.named(way, moment=moment, alone=True)
        if named.people:
            return named
    return None


def _comment_for(
    case: Case, behalf: OnBehalf, fact: Observed, signature: Signature, remarks: tuple[Reason, ...]
) -> Claim | None:
    moment = signature.at
    principal = _name_in_comment(case, behalf.principal, moment)
    writer = _name_in_comment(case, behalf.writer, moment)
    if principal is None or writer is None or not principal.people:
        return None
    author = case.holder(fact.account)
    if writer.people and (author is None or author not in writer.people):
        about = principal.only if case.asked(principal.only) else None
        return Claim(Standing.UNCLEAR, about, reasons=(Reason.ACCOUNT_MISMATCH,))
    if not any(case.asked(person) for person in (*principal.people, author)):
        return Claim(Standing.OTHER, reasons=(Reason.OTHER_PERSON,), other=author)
    return _for_another(case, principal, author, signature, remarks)


# --- lines and rows ------------------------------------------------------------------------------------------------


def _of_values(case: Case, values: Mapping[str, Observed], *, via: str) -> Claim | None:
    """The three lines, or a row: all three values, of which the signature's account tells the level."""
    name, day, signature = (values.get(field) for field in LINES)
    if not values or (via == "row" and signature is None and day is None):
        return None  # a row that holds a name only is waiting for that person
    missing = [
        reason
        for field, reason in zip(LINES, (Reason.NAME, Reason.DATE, Reason.SIGNATURE), strict=True)
        if field not in values
    ]
    read = case.read(day) if day else _Read()
    if day is not None and read.day is None:
        missing.append(Reason.DATE)
    if signature is None:
        about = case.named(name.value, moment=case.moment(name)).only if name else None
        return Claim(Standing.INCOMPLETE, about, missing=tuple(missing), reasons=read.remarks)
    claim = _identified(case, name, day, signature, read, via)
    if claim.standing is Standing.OTHER or not missing:
        return claim
    return Claim(Standing.INCOMPLETE, claim.about, missing=tuple(missing), reasons=read.remarks)


def _identified(
    case: Case, name: Observed | None, day: Observed | None, signature: Observed, read: _Read, via: str
) -> Claim:
    """Whose signature it is, taking it for complete."""
    facts = [fact for fact in (name, day, signature) if fact is not None]
    # A sign-off table is a list of who should sign: its names may have been written by anybody.
    introduced = [fact.account for fact in facts if not (via == "row" and fact is name)]
    moment = case.last(facts)
    for fact in (signature, name):
        behalf = on_behalf(fact.value, case.labels) if fact else None
        principal = case.named(behalf.principal, moment=moment) if behalf else Named()
        if behalf is None or not principal.people:
            continue
        writer = (
            case.named(behalf.writer, moment=moment).only
            or case.holder(signature.account)
            or (case.named(name.value, moment=moment).only if name else None)
        )
        drafted = Signature(writer or "", _level(case, writer, signature), moment, via, done_on=read.day)
        if _mismatch(case, writer, introduced):
            about = principal.only if case.asked(principal.only) else None
            return Claim(Standing.UNCLEAR, about, reasons=(Reason.ACCOUNT_MISMATCH,))
        return _for_another(case, principal, writer, drafted, read.remarks)

    written = case.named(signature.value, moment=moment)
    named = case.named(name.value, moment=moment) if name else written
    # Two letters are initials of somebody more often than not: as a signature only whole words name somebody else.
    if written.words and not any(case.asked(person) for person in written.people):
        return _misnamed(case, written, None)
    who = named.only
    if who is None or not case.asked(who):
        return _misnamed(case, named, None)
    if written.words and who not in written.people:
        return _misnamed(case, written, who)
    if _mismatch(case, who, introduced):
        return Claim(Standing.UNCLEAR, who, reasons=(Reason.ACCOUNT_MISMATCH,))
    settled = Signature(who, _level(case, who, signature), moment, via, done_on=read.day)
    return case.settle(settled, read.remarks)


def _level(case: Case, person: RosterId | None, signature: Observed) -> Level:
    own = person is not None and signature.account is not None and signature.account == case.account(person)
    return Level.AT_OWN_ACCOUNT if own else Level.TYPED


def _mismatch(case: Case, person: RosterId | None, introduced: Iterable[Account | None]) -> bool:
    """True if any value was introduced by an account that is known and not this person's."""
    own = case.account(person) if person is not None else None
    return any(account is not None and account != own for account in introduced)


def _misnamed(case: Case, named: Named, about: RosterId | None) -> Claim:
    """A name that is not the expected one: somebody else's, or one that cannot be told."""
    asked = [person for person in named.people if case.asked(person)]
    if named.people and not asked:
        return Claim(Standing.OTHER, reasons=(Reason.OTHER_PERSON,), other=named.only)
    if len(named.people) > 1:
        return Claim(Standing.UNCLEAR, about, reasons=(Reason.NAME_AMBIGUOUS,))
    reason = Reason.ACCOUNT_MISMATCH if asked else Reason.NAME_UNKNOWN
    return Claim(Standing.UNCLEAR, about or named.only, reasons=(reason,))


_GIVEN = {
    Given.WAITING: Reason.ON_BEHALF_UNCONFIRMED,
    Given.DECLINED: Reason.ON_BEHALF_DECLINED,
    Given.PERSONAL: Reason.ON_BEHALF_PERSONAL,
}


def _for_another(
    case: Case, principal: Named, writer: RosterId | None, signature: Signature, remarks: tuple[Reason, ...]
) -> Claim:
    """ "for …": counts once the role owner has confirmed it, and is kept with all of them; a personal job is never given for
    another."""
    whom = principal.only
    if whom is None or not case.asked(whom):
        return _misnamed(case, principal, None)
    if writer == whom:
        return case.settle(signature, remarks)
    said = case.confirmation(writer, whom, signature.at) if writer is not None else None
    if case.contract.completion is Completion.EACH:
        given = Given.PERSONAL
    elif case.signs_for(writer, whom):
        return case.settle(replace(signature, on_behalf_of=whom), remarks)
    elif said is None:
        given = Given.WAITING
    elif not said.yes:
        given = Given.DECLINED
    else:
        both = replace(signature, on_behalf_of=whom, confirmed_by=said.by, confirmed_at=said.at)
        return case.settle(both, remarks)
    behalf = Behalf(writer, whom, given) if writer is not None else None
    return Claim(Standing.UNCLEAR, whom, reasons=(_GIVEN[given], *remarks), other=writer, behalf=behalf)


# --- property fields -----------------------------------------------------------------------------------------------


def _of_properties(case: Case, facts: Mapping[str, Observed]) -> list[Claim]:
    """*Signed by* and *Signed on*: one attempt per account in the field; whoever set the field tells the level."""
    day = facts.get("signed_on")
    signers = [fact for fact in facts.values() if fact.field == "signed_by"]
    if day is None:
        return [Claim(Standing.INCOMPLETE, case.holder(fact.value), missing=(Reason.DATE,)) for fact in signers]
    if not signers:
        return [Claim(Standing.INCOMPLETE, missing=(Reason.NAME,))]
    return [_of_property(case, fact, day) for fact in signers]


def _of_property(case: Case, signer: Observed, day: Observed) -> Claim:
    who = case.holder(signer.value)
    if who is None or not case.asked(who):
        return Claim(Standing.OTHER, reasons=(Reason.OTHER_PERSON,), other=who)
    if _mismatch(case, who, [signer.account]):
        return Claim(Standing.UNCLEAR, who, reasons=(Reason.ACCOUNT_MISMATCH,))
    done_on = date.fromisoformat(day.value)
    earliest, latest = window(case.moment(day), case.precision)
    remarks = (Reason.DATE_FAR,) if is_far(done_on, earliest, latest) else ()
    signature = Signature(who, _level(case, who, signer), case.last((signer, day)), "properties", done_on=done_on)
    return case.settle(signature, remarks)
