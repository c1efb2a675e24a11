"""From the facts of a page to a verdict: every attempt to sign is weighed by itself, then all of them against the contract."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from isms_bot.model import Completion, Contract, Observed, Person, RosterId, Signature, Signing, Verdict
from isms_bot.signoff.claims import Case, Claim, Standing, claims
from isms_bot.signoff.form import Form
from isms_bot.signoff.observe import ANSWER
from isms_bot.signoff.reasons import Reason


def judge(
    contract: Contract,
    form: Form,
    observed: Mapping[str, Observed],
    roster: Mapping[RosterId, Person],
    *,
    order: str,
    now: datetime,
    precision: int,
    confirmers: Collection[RosterId] = (),
) -> Verdict:
    """What the facts amount to.

    `order` of typed dates: "dmy", "mdy" or "ymd". `precision`: seconds by which the vendor's times are floored.
    `confirmers`: who may let a signature "for …" count (nobody does so for oneself). SIGNED needs every step answered and as many
    accepted signatures of `contract.people` as the completion asks for; whatever else other people write then changes nothing. `missing` and `reasons` hold ids of `Reason`.
    """
    answers = tuple(fact for fact in observed.values() if fact.field == ANSWER)
    case = Case(contract, roster, form.labels, order, now, precision, answers, tuple(confirmers))
    attempts = claims(case, observed)
    accepted = _earliest(attempts)
    signatures = tuple(sorted((claim.signature for claim in accepted.values() if claim.signature), key=_in_order))
    needed = _needed(contract)
    enough = len(signatures) >= needed
    all_answered = form.steps_done == len(form.steps)
    signing: Signing
    missing: tuple[Reason, ...]
    if enough:
        relevant = list(accepted.values())
        signing, missing = (Signing.SIGNED, ()) if all_answered else (Signing.HALF_SIGNED, (Reason.STEPS,))
    else:
        relevant = [claim for claim in attempts if claim.about is None or claim.about not in accepted]
        signing = _short_of_signatures(form, relevant, begun=bool(accepted))
        missing = _missing(form, relevant, begun=bool(accepted))
    other = next((claim.other for claim in _of(relevant, signing) if claim.other is not None), None)
    return Verdict(
        signing=signing,
        signatures=signatures,
        steps_done=form.steps_done,
        steps_total=len(form.steps),
        missing=missing,
        reasons=_unique(reason for claim in relevant for reason in claim.reasons),
        at=signatures[needed - 1].at if signing is Signing.SIGNED else None,
        started=len(observed) > len(answers) or form.steps_done > 0 or bool(form.feedback),
        other=other,
        feedback=form.feedback,
        behalf=tuple(claim.behalf for claim in relevant if claim.behalf is not None),
    )


def _needed(contract: Contract) -> int:
    """How many people must sign; nobody asked means that nobody can."""
    everybody = len(contract.people)
    wanted = {Completion.ALL: everybody, Completion.QUORUM: min(contract.quorum, everybody)}.get(contract.completion, 1)
    return max(wanted, 1)


def _in_order(signature: Signature) -> tuple[datetime, RosterId]:
    return signature.at, signature.stands_for


def _earliest(attempts: Iterable[Claim]) -> dict[RosterId, Claim]:
    """Per person asked, the accepted attempt that came first."""
    accepted: dict[RosterId, Claim] = {}
    for claim in attempts:
        if claim.standing is not Standing.ACCEPTED or claim.signature is None or claim.about is None:
            continue
        known = accepted.get(claim.about)
        if known is None or known.signature is None or claim.signature.at < known.signature.at:
            accepted[claim.about] = claim
    return accepted


def _short_of_signatures(form: Form, relevant: Iterable[Claim], *, begun: bool) -> Signing:
    standings = {claim.standing for claim in relevant}
    if Standing.OTHER in standings:
        return Signing.SOMEONE_ELSE
    if Standing.UNCLEAR in standings:
        return Signing.UNCLEAR
    if begun or Standing.LOW in standings:
        return Signing.HALF_SIGNED
    all_answered = form.steps_done == len(form.steps)
    if Standing.INCOMPLETE in standings:
        # Lines filled while steps are open: somebody is at work, nobody's business yet.
        return Signing.HALF_SIGNED if all_answered else Signing.PARTIAL
    if form.steps and all_answered:
        return Signing.TICKED
    return Signing.PARTIAL if form.steps_done else Signing.NOTHING


def _missing(form: Form, relevant: Iterable[Claim], *, begun: bool) -> tuple[Reason, ...]:
    steps = [Reason.STEPS] if form.steps_done < len(form.steps) else []
    parts = [reason for claim in relevant for reason in claim.missing]
    if begun:
        parts.append(Reason.SIGNERS)
    return _unique([*steps, *(parts or [Reason.SIGNATURE])])


def _of(relevant: Iterable[Claim], signing: Signing) -> list[Claim]:
    """The claims that made the verdict SOMEONE_ELSE or UNCLEAR; none for other verdicts."""
    standing = {Signing.SOMEONE_ELSE: Standing.OTHER, Signing.UNCLEAR: Standing.UNCLEAR}.get(signing)
    return [claim for claim in relevant if claim.standing is standing]


def _unique(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))
