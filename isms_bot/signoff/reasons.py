"""The ids that a verdict gives for what is missing and why; the sentences to them stand in the catalogue of texts."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Stable ids. Those of the first group occur in `Verdict.missing`, those of the second in `Verdict.reasons`."""

    STEPS = "steps"
    """Some steps are neither ticked nor answered with "n/a: reason"."""
    NAME = "name"
    """The name is not filled in."""
    DATE = "date"
    """The date is not filled in, or cannot be read as one (then `DATE_UNREAD` stands in the reasons)."""
    SIGNATURE = "signature"
    """There is no signature yet."""
    SIGNERS = "signers"
    """Valid signatures are there, but not from as many people as the job needs."""
    LEVEL_AT_OWN_ACCOUNT = "level-at-own-account"
    """Who typed the signature was not seen: typing it anew with the own account, or a signing comment, would do."""
    LEVEL_BY_OWN_ACCOUNT = "level-by-own-account"
    """This job asks for something that the own account created: a signing comment would do."""

    OTHER_PERSON = "other-person"
    """Somebody who is not asked to sign this job signed it, or such a name is written."""
    ACCOUNT_MISMATCH = "account-mismatch"
    """The right name is written, but an account that is not that person's introduced it."""
    ACCOUNT_UNKNOWN = "account-unknown"
    """A signing comment whose author the vendor does not tell."""
    NAME_UNKNOWN = "name-unknown"
    """The written name is nobody's in the roster."""
    NAME_AMBIGUOUS = "name-ambiguous"
    """The written name or initials fit more than one person."""
    ON_BEHALF_UNCONFIRMED = "on-behalf-unconfirmed"
    """Signed "for" somebody who is asked to sign; the role owner has not answered it."""
    ON_BEHALF_DECLINED = "on-behalf-declined"
    """Signed "for" somebody, and the role owner does not let it count."""
    ON_BEHALF_PERSONAL = "on-behalf-personal"
    """Signed "for" somebody whose own job it is: that cannot be given for another."""
    DATE_UNREAD = "date-unread"
    """Something is written as the date that cannot be read as one."""
    DATE_FAR = "date-far"
    """A remark, never an obstacle: every reading of the date lies more than 14 days from when it was written."""
