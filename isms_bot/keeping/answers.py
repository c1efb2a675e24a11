"""What people answered on a page of their own about the rows of a kept one: which of them do not apply.

Their page is read again once it has changed and rested; until then what it said last is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from isms_bot.errors import Denied, Gone
from isms_bot.lifecycle import View
from isms_bot.lifecycle.view import FILING_WAIT
from isms_bot.model import Block, BlockKind, Page
from isms_bot.workspace import Workspace

_SAYS_NO = re.compile(r"(no|nee|nein|non|nie)\b", re.IGNORECASE)
ANSWER = 2
"""The cell of a row that says whether it applies; the first one names the row."""


def left_out(blocks: Iterable[Block]) -> frozenset[str]:
    """First cells of the rows whose third cell says no. "Not yet", and "yes; no if …", are none."""
    rows = (block.cells for block in blocks if block.kind is BlockKind.ROW and len(block.cells) > ANSWER)
    return frozenset(cells[0].strip() for cells in rows if _SAYS_NO.match(cells[ANSWER].strip()))


def remembered_or_read(workspace: Workspace, view: View, page: Page) -> frozenset[str]:
    """What does not apply according to people's `page`, read if it has changed since and rests."""
    key = f"answers/{page.ref}"
    cached: list[str] | None = workspace.store.cache_get(workspace.name, key)
    stamp = page.edited_at.isoformat() if page.edited_at is not None else ""
    known = frozenset(cached[1:]) if cached is not None else frozenset()
    rests = page.edited_by == view.bot or page.edited_at is None or view.now - page.edited_at >= FILING_WAIT
    if (cached is not None and cached[0] == stamp) or not rests:
        return known
    try:
        found = left_out(workspace.connector.read(page.ref).blocks)
    except (Gone, Denied):
        return known
    if not workspace.dry:
        workspace.store.cache_put(workspace.name, key, [stamp, *sorted(found)])
    return found
