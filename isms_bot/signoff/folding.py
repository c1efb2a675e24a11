"""Text compared as people compare it: without case, accents and hidden characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNDECOMPOSED = str.maketrans("łøđðħıŀŧß", "loddhilts")
_FILLERS = " \t\r\n\u00a0\u200b\ufeff_.,;:·…–—-"
_HINT = re.compile(r"^[(<\[{«].*[)>\]}»]$", re.DOTALL)


def composed(text: str) -> str:
    """`text` in Unicode's composed form: the form in which positions of `flat` hold."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=4096)
def _flat_character(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0].casefold()[0]
    return base.translate(_UNDECOMPOSED)


def flat(text: str) -> str:
    """`text` (composed first) without case and accents, character by character: as long as `composed(text)`."""
    return "".join(_flat_character(character) for character in composed(text))


def written(text: str) -> str:
    """What a person wrote into a place of a form: stripped, and "" for a line to write on ("____") or a hint ("(your name)").

    A box ticked by hand, "[x]", is writing.
    """
    value = composed(text).strip(" \t\r\n\u00a0\u200b\ufeff")
    if not value.strip(_FILLERS):
        return ""
    if _HINT.match(value) and flat(value[1:-1]).strip() not in ("x", "✓", "✔"):
        return ""
    return value
