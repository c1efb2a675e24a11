"""Sign-off: from what stands in a page, and who put it there as far as it was seen, to a verdict. Pure.

`labels` gives the words, `find_form` finds the form in blocks, `observed` notes who introduced what, `judge` weighs it. No
clock, no vendor; the words on pages and in notices stand in the catalogue of texts.
"""

from isms_bot.signoff.form import Form, Line, SignoffRow, find_form
from isms_bot.signoff.judgement import judge
from isms_bot.signoff.ledger_facts import facts_for_ledger, typed_values
from isms_bot.signoff.observe import observed
from isms_bot.signoff.reasons import Reason
from isms_bot.signoff.words import LANGUAGES, Labels, labels

__all__ = [
    "LANGUAGES",
    "Form",
    "Labels",
    "Line",
    "Reason",
    "SignoffRow",
    "facts_for_ledger",
    "find_form",
    "judge",
    "labels",
    "observed",
    "typed_values",
]
