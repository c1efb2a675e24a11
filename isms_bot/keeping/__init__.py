"""Pages that the bot keeps up to date: their text stands in the pack, what changes in it is filled in from what is known.

`due` says which are to be written in a pass; `first` is how `init` makes one. What a page says is pure: `facts`, `evidence`,
`readiness`, `management`, `rendering`.
"""

from __future__ import annotations

from isms_bot.keeping.due import EDITED, Written, due, finding, remember, remembered
from isms_bot.keeping.gathering import first, kept_pages

__all__ = ["EDITED", "Written", "due", "finding", "first", "kept_pages", "remember", "remembered"]
