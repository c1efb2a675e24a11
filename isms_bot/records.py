"""The watch on filed records: what a person changes afterwards is shown with what it was before, never undone, never sealed.

*Changed since it was signed, by whom, when*, and the lines themselves. A correction is a change like any other; it is signed by
a comment of whoever made it.
"""

from __future__ import annotations

from datetime import date, datetime
from difflib import ndiff

from isms_bot.calendars import local_date
from isms_bot.errors import Denied, Gone
from isms_bot.ledger import Draft as Row
from isms_bot.lifecycle.actions import Find
from isms_bot.model import Account, Key, Page, PageState, Person, RosterId, Source
from isms_bot.observatory import Observatory
from isms_bot.workspace import Workspace

SHOWN = 12
"""Lines of a difference that a finding shows; the ledger keeps both texts whole."""
WIDTH = 200
"""Characters of a line that it shows."""


def altered(
    workspace: Workspace,
    watch: Observatory,
    *,
    bot: Account | None,
    roster: dict[RosterId, Person],
    to: tuple[RosterId, ...],
    now: datetime,
) -> list[Find]:
    """Findings about records that a person edited since they were filed or looked at last; each change is a ledger row.

    Costs the reading of every record that changed, and nothing for those that did not.
    """
    history = workspace.history
    by_ref = {history.pages[key]: key for key in history.records if key in history.pages}
    found = []
    for ref in sorted(watch.changed & by_ref.keys()):
        page = watch.pages[Source.JOBS].get(ref)
        if page is None or page.edited_by == bot or page.state is not PageState.LIVE:
            continue
        finding = _compared(workspace, page, by_ref[ref], roster, to, now)
        if finding is not None:
            found.append(finding)
    return found


def _compared(
    workspace: Workspace,
    page: Page,
    key: Key,
    roster: dict[RosterId, Person],
    to: tuple[RosterId, ...],
    now: datetime,
) -> Find | None:
    history = workspace.history
    try:
        content = workspace.connector.read(page.ref)
    except (Gone, Denied):
        return None
    if content.digest in {history.records[key], *history.altered.get(key, ())}:
        return None
    today = local_date(now, workspace.config.timezone)
    contract, before = history.contracts[key], workspace.ledger.reveal(history.kept.get(key, ""))
    values: dict[str, str | date] = {
        "page": contract.title if contract.private else page.title,
        "author": next((one.name for one in roster.values() if one.account == page.edited_by), "somebody"),
        "date": local_date(page.edited_at or now, workspace.config.timezone),
        "changes": "" if contract.private else "\n".join(difference(before, content.text)),
    }
    text = workspace.commit(content.text, rule="records", on=today)
    workspace.append(Row("changed", key, {"digest": content.digest, "text": text}), at=now)
    return Find("record-changed", f"{key}@{content.digest[:12]}", to, values)


def difference(before: str | None, after: str) -> list[str]:
    """The lines that differ, "− " before those that went and "+ " before those that came; none if the words from before are
    not kept any more. At most `SHOWN`, then an ellipsis; each at most `WIDTH` characters. Pure."""
    if before is None:
        return []
    signs = {"- ": "− ", "+ ": "+ "}
    lines = [
        signs[line[:2]] + _short(line[2:].strip())
        for line in ndiff(before.splitlines(), after.splitlines())
        if line[:2] in signs and line[2:].strip()
    ]
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], "…"]


def _short(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
