"""A newer version of a pack in a living workspace: which pages it says differently, and what becomes of each.

Three texts meet in a page: the pack's when the page was made, the pack's of today, and what stands in the wiki. Where only the pack has
changed, the page is rewritten; where people have written, their text stays and they are shown what the pack has changed. What a
page was made from is remembered with its page; of one that nothing is remembered of, the text is taken for people's own.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from isms_bot import keeping
from isms_bot.model import Key
from isms_bot.packs import Pack, PackPage
from isms_bot.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Update:
    """A page that the pack says differently from what it was made from. `difference`: the lines that go and come, as a unified
    diff; "" if the older text is not kept any more."""

    id: str
    title: str
    difference: str

    def as_json(self) -> dict[str, Any]:
        """JSON-compatible data."""
        return {"id": self.id, "title": self.title, "difference": self.difference}

    def sentence(self) -> str:
        """What people read beforehand."""
        lines = self.difference.splitlines()[2:]
        more, fewer = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        size = f"{more} lines come, {fewer} go" if lines else "another text"
        return f"{self.title} ({self.id}): {size}"


def digest(page: PackPage) -> str:
    """The digest of a page's text, without its front matter: fields belong to people once the page is there."""
    return hashlib.sha256(page.body.encode()).hexdigest()


def remember(workspace: Workspace, pack: Pack, page: PackPage) -> None:
    """Remember that a page is made from the present text of the pack."""
    text = digest(page)
    workspace.store.keep_text(text, page.body)
    workspace.store.meta_put(_name(workspace, page), {"pack": pack.name, "text": text})


def is_newer(workspace: Workspace, pack: Pack, page: PackPage) -> bool:
    """True if the page was made from another text of the same pack. Pages that the bot keeps are not asked for: they are written anew
    whenever they would say something else."""
    known = workspace.store.meta_get(_name(workspace, page))
    return isinstance(known, dict) and known["pack"] == pack.name and known["text"] != digest(page)


def updates(workspace: Workspace, pack: Pack, there: Container[Key]) -> tuple[Update, ...]:
    """Pages that are there and that the pack says differently, in its order. No call is made."""
    kept = keeping.kept_pages(pack)
    return tuple(
        Update(page.id, page.title, _difference(workspace, page))
        for page in pack.pages
        if page not in kept
        and f"pack/{page.id}" in there
        and f"pack/{page.id}" not in workspace.history.adopted
        and is_newer(workspace, pack, page)
    )


def _difference(workspace: Workspace, page: PackPage) -> str:
    before = workspace.store.text(workspace.store.meta_get(_name(workspace, page))["text"])
    if before is None:
        return ""
    lines = difflib.unified_diff(
        before.splitlines(), page.body.splitlines(), f"{page.id}, as it was", f"{page.id}, as it is", lineterm="", n=1
    )
    return "\n".join(lines)


def _name(workspace: Workspace, page: PackPage) -> str:
    return f"made-from/{workspace.name}/{page.id}"
