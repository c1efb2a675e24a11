"""`prove`: one test page under the root, made, commented on and trashed. Its mark travels with the call that makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from isms_bot.connector import TEST_KEY, TEST_PAGE, CheckLine, Meanwhile, Report
from isms_bot.document import Document, Paragraph, Run
from isms_bot.errors import Ambiguous, Conflict, ConnectorError, Denied, Permanent, Transient
from isms_bot.model import Mark, PageRef, Text
from isms_bot_confluence import titles
from isms_bot_confluence.api import Raw
from isms_bot_confluence.contents import Contents
from isms_bot_confluence.errors import Absent, Unscoped
from isms_bot_confluence.reading import Reader
from isms_bot_confluence.storage import render_mark, to_storage, with_details
from isms_bot_confluence.writing import first_free

ABOUT = (
    "isms-bot made this page to see whether it may write and comment here, and takes it away at once. If you still see it in an "
    "hour, it can be put into the trash."
)
SCOPES = {
    "read": "read:page, read:hierarchical-content",
    "left over": "read:page, delete:page",
    "write": "write:page",
    "comment": "write:comment",
    "read comments": "read:comment",
    "guard": "read:content.restriction, write:content.restriction",
    "trash": "delete:page",
}
"""What a token with scopes needs for each step."""
PERMISSIONS = {
    "read": "see the space and the root page",
    "left over": "add and delete pages",
    "write": "add pages",
    "comment": "add comments",
    "read comments": "see comments",
    "guard": "restrict pages",
    "trash": "delete pages (its own are enough)",
}
"""What the account must be allowed in the space."""


class Proof:
    """Proves one workspace by doing."""

    def __init__(self, reader: Reader, contents: Contents, root: PageRef, mark: Mark) -> None:
        self._reader = reader
        self._api = reader.api
        self._contents = contents
        self._root = root
        self._mark = mark

    def lines(self, report: Report, meanwhile: Meanwhile) -> tuple[CheckLine, ...]:
        """All steps, as far as one can be gone after the other."""
        found: list[CheckLine] = []

        def tried(what: str, act: Callable[[], str]) -> bool:
            line = _tried(what, act)
            if line.sentence:
                found.append(line)
                report(line.sentence)
            return line.ok

        if not (tried("read", self._read) and tried("left over", self._cleared)):
            return tuple(found)
        made: list[PageRef] = []
        if not tried("write", partial(self._made, made)):
            return tuple(found)
        [page] = made
        try:
            if tried("comment", partial(self._commented, page)) and tried("read comments", partial(self._heard, page)):
                meanwhile(page)
                tried("guard", partial(self._guarded, page))
        finally:
            tried("trash", partial(self._trashed, page))
        return tuple(found)

    # --- steps: each says what it did ("" if there was nothing to do), or raises

    def _read(self) -> str:
        root = self._api.page(self._root)
        if root.status != "current":
            raise Denied(f'the root page "{root.title}" is {root.status}; restore it, or name another root')
        if root.live_doc:
            raise Permanent(f'the root page "{root.title}" is a live doc; turn it into a page (••• → Convert to page)')
        return f'The root page "{root.title}" can be read.'

    def _cleared(self) -> str:
        old = list(self._left_over())
        kept = [raw for raw in old if self._contents.touched(raw, self._reader.me)]
        for raw in old:
            if raw not in kept:
                self._api.trash(raw.id)
        if kept:
            ids = ", ".join(raw.id for raw in kept)
            return f"Somebody has written in the test page of an earlier run ({ids}); it stays."
        return "The test page of an earlier run was put into the trash." if old else ""

    def _made(self, made: list[PageRef]) -> str:
        about = to_storage(Document((Paragraph((Run(ABOUT),)),)), self._reader.flavor)
        mark = render_mark(
            key=self._mark.key,
            workspace=self._mark.workspace,
            installation=self._mark.installation,
            source="container",
        )
        storage = with_details(about, None, mark)
        tries = titles.tries(TEST_PAGE, TEST_KEY)
        page = first_free(tries, lambda title: self._api.create(self._reader.space, self._root, title, storage))
        made.append(page.id)
        return f'The page "{page.title}" was made.'

    def _commented(self, page: PageRef) -> str:
        self._contents.post(page, (Text("isms-bot can comment here."),), TEST_KEY)
        return "A comment was written on it."

    def _heard(self, page: PageRef) -> str:
        if not self._api.comments(page):
            raise Denied("the comment that was just written is not shown to the bot's account")
        return "The comment was read back."

    def _guarded(self, page: PageRef) -> str:
        """Not a fault where the plan has no restrictions, or the token no scope for them."""
        try:
            guarded = self._api.restrict(page, self._api.whoami())
        except Unscoped:
            guarded = False
        if guarded:
            return "It was guarded against edits, as records will be; who can open a private page will be restricted likewise."
        return (
            "It could not be guarded against edits, and records will not be either (the free plan of Cloud and Data Center before 8.8 "
            "have no restrictions on pages, and a token may lack the scope); edits of records are seen and told all the same. Nothing private "
            "(incidents, threats, who leaves) will be made here, since nothing would close it."
        )

    def _trashed(self, page: PageRef) -> str:
        if self._contents.touched(self._api.page(page), self._reader.me):
            return "Somebody has written in the test page; it stays, and can be put into the trash when it is no longer needed."
        self._api.trash(page)
        return "The page was put into the trash."

    def _left_over(self) -> Iterator[Raw]:
        """Test pages directly under the root that the bot made, by the mark in their text."""
        for leaf in self._api.below(self._root, 1):
            if not leaf.title.startswith(TEST_PAGE):
                continue
            raw = self._api.page(leaf.id)
            found = self._reader.held(raw).details
            mark = found.mark if found is not None else None
            if mark is not None and mark.key == TEST_KEY and raw.author == self._reader.me:
                yield raw


def _tried(what: str, act: Callable[[], str]) -> CheckLine:
    try:
        return CheckLine(what, True, act())
    except (Transient, Ambiguous):
        raise
    except Unscoped as error:
        return CheckLine(
            what, False, str(error), f"Make a token with the scopes {SCOPES[what]}, or one without scopes."
        )
    except (Absent, Denied) as error:
        todo = f"In the space's permissions, let the bot's account {PERMISSIONS[what]}; a token with scopes needs {SCOPES[what]}."
        return CheckLine(what, False, str(error), todo)
    except Conflict as error:
        return CheckLine(what, False, str(error), "Somebody edits just there; try again.")
    except ConnectorError as error:
        return CheckLine(what, False, str(error), "Correct what the sentence says, then try again.")
