"""When promises fall due: the nominal dates of a rule. Pure date arithmetic; no occurrence is computed from the one before.

A nominal date is part of the key of an occurrence, so the same rule and anchor give the same dates for ever. What makes a
date convenient (`Rule.shift`, see `due_day`), early (lead) or void (`Rule.pauses`) is applied on top.
"""

from isms_bot.recurrence.dates import Nominal
from isms_bot.recurrence.gaps import shortest_gap
from isms_bot.recurrence.occurrences import nominals, paused
from isms_bot.recurrence.soundness import problems
from isms_bot.recurrence.starts import parse_start, resolve_start
from isms_bot.recurrence.windows import due_day
from isms_bot.recurrence.words import describe

__all__ = [
    "Nominal",
    "describe",
    "due_day",
    "nominals",
    "parse_start",
    "paused",
    "problems",
    "resolve_start",
    "shortest_gap",
]
