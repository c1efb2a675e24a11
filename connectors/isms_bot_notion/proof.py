"""`prove`: one test page under the root, made, commented on and trashed; and what the plan of the workspace holds.

The page is no row, since there may be no data source yet: its mark stands in its text, which travels with the call that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from isms_bot.connector import TEST_KEY, TEST_PAGE, CheckLine, Meanwhile, Report
from isms_bot.errors import Ambiguous, ConnectorError, Denied, Transient
from isms_bot.model import Account, Mark, PageRef, Text
from isms_bot_notion import blocks, fields, richtext
from isms_bot_notion.checks import CAPABILITIES
from isms_bot_notion.client import Json
from isms_bot_notion.errors import MORE_ROOM, Full
from isms_bot_notion.reading import Reader

FREE_FILE = 5 * 1024 * 1024
"""Bytes that one file may have on the free plan. No answer names the plan; this is the only trace of it."""
FREE_BLOCKS = 1000
"""Blocks that a free workspace with two members or more may ever make (docs/vendors/notion.md)."""

ABOUT = (
    "isms-bot made this page to see whether it may write and comment here, and takes it away at once. If you still see it in an "
    "hour, it can be put into the trash."
)
_SHARE = "Open the root page in Notion, ••• → Connections, add the integration; or correct `root`."


class Proof:
    """Proves one workspace by doing."""

    def __init__(self, reader: Reader, root: PageRef, mark: Mark) -> None:
        self._reader = reader
        self._wire = reader.wire
        self._root = root
        self._mark = mark

    def lines(self, report: Report, meanwhile: Meanwhile) -> tuple[CheckLine, ...]:
        """All steps, as far as one can be gone after the other."""
        found: list[CheckLine] = []

        def tried(what: str, capability: str, act: Callable[[], str]) -> bool:
            line = _tried(what, capability, act)
            if line.sentence:
                found.append(line)
                report(line.sentence)
            return line.ok

        if not (tried("read", "Read content", self._read) and tried("left over", "Update content", self._cleared)):
            return tuple(found)
        made: list[PageRef] = []
        if not tried("write", "Insert content", lambda: self._made(made)):
            return tuple(found)
        [page] = made
        try:
            commented = tried("comment", "Insert comments", lambda: self._commented(page))
            if commented and tried("read comments", "Read comments", lambda: self._heard(page)):
                meanwhile(page)
        finally:
            tried("trash", "Update content", lambda: self._trashed(page))
        return tuple(found)

    # --- steps: each says what it did ("" if there was nothing to do), or raises

    def _read(self) -> str:
        page = self._wire.get(f"pages/{self._root}", "reading the root page")
        if page.get("in_trash"):
            raise Denied("the root page is in the trash")
        return f'The root page "{_title(page) or self._root}" can be read.'

    def _cleared(self) -> str:
        old = list(self._left_over())
        kept = [page for page in old if not self._untouched(page)]
        for page in old:
            if page not in kept:
                self._to_trash(page)
        if kept:
            return f"Somebody has written in the test page of an earlier run ({', '.join(kept)}); it stays."
        return "The test page of an earlier run was put into the trash." if old else ""

    def _made(self, made: list[PageRef]) -> str:
        mark = fields.mark_text(self._mark)
        body: Json = {
            "parent": {"type": "page_id", "page_id": self._root},
            "properties": {"title": {"title": richtext.text_items(TEST_PAGE)}},
            "children": [_paragraph(ABOUT), _paragraph(mark)],
        }
        made.append(str(self._wire.post("pages", "making the test page", body)["id"]))
        return f'The page "{TEST_PAGE}" was made.'

    def _commented(self, page: PageRef) -> str:
        said = richtext.message((Text("isms-bot can comment here."),), page, TEST_KEY)
        self._wire.post(
            "comments",
            "commenting on the test page",
            {"parent": {"type": "page_id", "page_id": page}, "rich_text": said},
        )
        return "A comment was written on it."

    def _heard(self, page: PageRef) -> str:
        query = {"block_id": page}
        listed = list(self._wire.pages("comments", "reading the comments on the test page", query))
        if not listed:
            raise Denied("the comment that was just written is not shown to the integration")
        return "The comment was read back."

    def _trashed(self, page: PageRef) -> str:
        if not self._untouched(page):
            return "Somebody has written in the test page; it stays, and can be put into the trash when it is no longer needed."
        self._to_trash(page)
        return "The page was put into the trash."

    # --- parts of them

    def _left_over(self) -> Iterator[PageRef]:
        """Test pages directly under the root that the bot made, by the mark in their text."""
        listed = self._wire.pages(f"blocks/{self._root}/children", "listing what lies under the root page")
        mine = [
            str(block["id"])
            for block in listed
            if block["type"] == "child_page"
            and block["child_page"]["title"] == TEST_PAGE
            and (block.get("created_by") or {}).get("id") == self._reader.me
        ]
        for page in mine:
            text = self._wire.pages(f"blocks/{page}/children", "reading a test page of an earlier run")
            marks = (
                fields.read_mark(blocks.words(blocks.parse(block))) for block in text if block["type"] == "paragraph"
            )
            if any(mark is not None and mark.key == TEST_KEY for mark in marks):
                yield page

    def _untouched(self, page: PageRef) -> bool:
        """True if nobody but the bot has edited the page or commented on it, as far as the integration may see."""
        edited = self._wire.get(f"pages/{page}", "looking at the test page").get("last_edited_by") or {}
        try:
            listed = self._wire.pages("comments", "reading the comments on the test page", {"block_id": page})
            people: set[Account | None] = {(one.get("created_by") or {}).get("id") for one in listed}
        except Denied:
            people = set()
        return not ({edited.get("id"), *people} - {self._reader.me})

    def _to_trash(self, page: PageRef) -> None:
        self._wire.patch(f"pages/{page}", "putting the test page into the trash", {"in_trash": True})

    # --- room

    def room(self) -> int | None:
        """Blocks of the free plan, None for other plans, for a workspace of one, and for tokens that belong to a person."""
        bot = self._wire.get("users/me", "asking who the token belongs to").get("bot") or {}
        largest = (bot.get("workspace_limits") or {}).get("max_file_upload_size_in_bytes")
        if not isinstance(largest, int) or largest > FREE_FILE or (bot.get("owner") or {}).get("type") == "user":
            return None
        try:
            members = sum(one.is_person for one in self._reader.accounts())
        except Denied:
            return FREE_BLOCKS
        return FREE_BLOCKS if members > 1 else None


def _tried(what: str, capability: str, act: Callable[[], str]) -> CheckLine:
    try:
        return CheckLine(what, True, act())
    except (Transient, Ambiguous):
        raise
    except Full as error:
        return CheckLine("room", False, str(error), f"The plan is full: {MORE_ROOM}.")
    except Denied as error:
        lacks = getattr(error.__cause__, "status", None) == 403
        todo = f'The integration needs the capability "{capability}". {CAPABILITIES}' if lacks else _SHARE
        return CheckLine(what, False, str(error), todo)
    except ConnectorError as error:
        return CheckLine(what, False, str(error), "Correct what the sentence says, then try again.")


def _paragraph(text: str) -> Json:
    return {"type": "paragraph", "paragraph": {"rich_text": richtext.text_items(text)}}


def _title(page: Json) -> str:
    held = (prop for prop in (page.get("properties") or {}).values() if prop.get("type") == "title")
    return next((richtext.plain(prop["title"]) for prop in held), "")
