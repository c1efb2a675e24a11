"""The anchor of a rule: a date, or so many weeks after something came into force."""

from __future__ import annotations

import re
from datetime import date, timedelta

from isms_bot.model import RelativeStart

_START = re.compile(r"week ([0-9]{1,3}) after activation")


def resolve_start(start: date | RelativeStart | None, activated: date | None) -> date | None:
    """Return the anchor: a date is one; "week n after activation" is n weeks after `activated`; None is `activated` itself.

    None as long as the anchor hangs on an activation that has not happened.
    """
    if start is None or activated is None:
        return start if isinstance(start, date) else activated
    if isinstance(start, RelativeStart):
        return activated + timedelta(weeks=start.weeks)
    return start


def parse_start(text: str) -> RelativeStart:
    """Return what "week 5 after activation" says. Raises ValueError with what is accepted."""
    found = _START.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(f'"{text}" is no start: write a date such as 2026-01-31 or "week 5 after activation"')
    return RelativeStart(int(found[1]))
