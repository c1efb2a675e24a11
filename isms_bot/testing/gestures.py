"""What people do in an in-memory wiki: every gesture of everyday life as a method.

`who` is an account id or a name, the first person by default. Fields are named by the field ids of `isms_bot.layout` or by
their column names. Comments leave the edit time of a page alone, as on the real wikis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from isms_bot.document import Run
from isms_bot.layout import FieldKind
from isms_bot.model import Account, PageRef, Source, Value
from isms_bot.testing.body import UNCOPYABLE, Body, MemoryBlock, copied, from_lines, plain, stamp, walk
from isms_bot.testing.faults import Fault
from isms_bot.testing.world import ELSEWHERE, MemoryComment, MemoryContainer, MemoryPage, World


class Refused(Exception):  # noqa: N818 - reads as the sentence it stands for
    """The wiki does not let a person do that (the page is protected)."""


class Gestures(World):
    """People's hands, and eyes."""

    def under_root(self) -> tuple[str, ...]:
        """Titles of the live pages directly under the root."""
        return tuple(page.title for page in self.rows(self.root))

    # --- in the body ---

    def tick(self, page: PageRef, text: str | None = None, *, checked: bool = True, who: str | None = None) -> None:
        """Tick (or untick) the steps that contain `text`, all of them by default. Raises LookupError if there is none."""
        stored = self._open(page)
        steps = [
            block
            for block, _ in walk(stored.body)
            if block.type == "step" and (text is None or text in self._plain(block))
        ]
        if not steps:
            raise LookupError(f"{page} has no step {text!r}")
        for block in steps:
            block.checked = checked
        self._edited(stored, who, steps)

    def write(self, page: PageRef, label: str, text: str, *, who: str | None = None) -> None:
        """Fill a line of the form: the block that begins with `label` becomes `label text`."""
        stored = self._open(page)
        block = self._block(stored, label, first=True)
        block.runs = (Run(f"{label} {text}"),)
        self._edited(stored, who, [block])

    def edit_text(self, page: PageRef, old: str, new: str, *, who: str | None = None) -> None:
        """Replace `old` by `new` in the first block that contains it."""
        stored = self._open(page)
        block = self._block(stored, old)
        block.runs = (Run(self._plain(block).replace(old, new)),)
        self._edited(stored, who, [block])

    def append(self, page: PageRef, *lines: str, who: str | None = None) -> None:
        """Add lines at the end of the page."""
        stored = self._open(page)
        stored.body.extend(self._made(from_lines(lines), who))
        self._edited(stored, who)

    def append_uncopyable(self, page: PageRef, *, who: str | None = None) -> None:
        """Add a piece of content that a copy through the API cannot carry over."""
        stored = self._open(page)
        stored.body.extend(self._made([MemoryBlock(UNCOPYABLE)], who))
        self._edited(stored, who)

    def replace_body(self, page: PageRef, *lines: str, who: str | None = None) -> None:
        """Rewrite the page from scratch."""
        stored = self._open(page)
        stored.body = self._made(from_lines(lines), who)
        self._edited(stored, who)

    def split_runs(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        """Write the block that contains `text` anew with the same words in several runs, as editors do after small edits."""
        stored = self._open(page)
        block = self._block(stored, text)
        words = self._plain(block)
        middle = len(words) // 2
        block.runs = (Run(words[:middle]), Run(words[middle:]))
        self._edited(stored, who, [block])

    def draft(self, page: PageRef) -> None:
        """Write more into the page without publishing it."""
        self._open(page).draft = True

    # --- around the body ---

    def comment(
        self, page: PageRef, text: str, *, on: str | None = None, link: str | None = None, who: str | None = None
    ) -> str:
        """Comment on the page, or on the block that contains `on`; returns the id of the comment."""
        stored = self._reachable(page)
        block = self._block(stored, on).id if on else ""
        links = (link,) if link else ()
        number = self.new_id("comment")
        stored.comments.append(
            MemoryComment(number, text, self.account(who), self.stamp(), self.new_id("discussion"), links, block)
        )
        return number

    def resolve(self, page: PageRef, comment: str, *, who: str | None = None) -> None:  # noqa: ARG002 - anybody may
        """Resolve the thread of a comment."""
        stored = self._reachable(page)
        thread = next(known.discussion for known in stored.comments if known.id == comment)
        for known in stored.comments:
            if known.discussion == thread:
                known.open = False

    def set_field(self, page: PageRef, field: str, value: Value, *, who: str | None = None) -> None:
        """Write a field."""
        stored = self._open(page)
        container = self.containers[stored.home]
        column = container.column(field)
        stored.values[column.id] = self.value(column, value)
        self._edited(stored, who)

    def set_title(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        """Rename the page."""
        stored = self._open(page)
        stored.title = text
        self._edited(stored, who)

    # --- whole pages ---

    def duplicate(self, page: PageRef, *, who: str | None = None) -> PageRef:
        """Duplicate the page with fields, mark and body, comments not; returns the copy."""
        original = self._reachable(page)
        copy = self.add_page(self.containers[original.home], f"{original.title} (1)", self.account(who))
        copy.values = dict(original.values)
        copy.body = self._made(copied(original.body, unticked=False), who)
        return copy.ref

    def trash(self, page: PageRef, *, who: str | None = None) -> None:
        """Put the page into the trash."""
        stored = self._reachable(page)
        stored.trashed = True
        self._edited(stored, who)

    def restore(self, page: PageRef, *, who: str | None = None) -> None:
        """Take the page out of the trash or the archive."""
        stored = self._reachable(page)
        stored.trashed = stored.archived = False
        self._edited(stored, who)

    def archive(self, page: PageRef, *, who: str | None = None) -> None:
        """Archive the page."""
        stored = self._reachable(page)
        stored.archived = True
        self._edited(stored, who)

    def purge(self, page: PageRef) -> None:
        """Delete the page for good."""
        del self.pages[page]
        self.purged.add(page)

    def move(self, page: PageRef, to: PageRef | Source | None = None, *, who: str | None = None) -> None:
        """Move the page: under another page, into the container of a source, or (None) somewhere outside the containers."""
        stored = self._reachable(page)
        stored.place = self.container(to).ref if isinstance(to, Source) else to or ELSEWHERE
        self._edited(stored, who)

    def share(self, page: PageRef, *, shared: bool = True) -> None:
        """Show the page to the bot, or hide it."""
        self.pages[page].shared = shared

    def create_row(
        self,
        source: Source,
        title: str,
        fields: Mapping[str, Value] | None = None,
        lines: Iterable[str] = (),
        *,
        who: str | None = None,
    ) -> PageRef:
        """Make a page in the container of `source` by hand."""
        container = self.container(source)
        page = self.add_page(container, title, self.account(who))
        for field, value in (fields or {}).items():
            column = container.column(field)
            page.values[column.id] = self.value(column, value)
        page.body = self._made(from_lines(lines), who)
        return page.ref

    def create_rows(self, source: Source, titles: Sequence[str], *, who: str | None = None) -> tuple[PageRef, ...]:
        """Many empty pages at once."""
        return tuple(self.create_row(source, title, who=who) for title in titles)

    def create_procedure(
        self, title: str, lines: Iterable[str], fields: Mapping[str, Value] | None = None, *, who: str | None = None
    ) -> PageRef:
        """Write a procedure."""
        return self.create_row(Source.PROCEDURES, title, fields, lines, who=who)

    # --- the line ---

    def fault(self, kind: Fault, *, after: int = 0) -> None:
        """The next vendor call but `after` meets this fault; a busy wiki asks for 7 seconds."""
        self.faults.retry_after = 7
        self.faults.then(*[Fault.OK] * after, kind)

    # --- columns ---

    def rename_container(self, source: Source, to: str) -> None:
        """Give a container another title."""
        self.container(source).title = to

    def rename_field(self, source: Source, field: str, to: str) -> None:
        """Give a column another name."""
        self.container(source).column(field).name = to

    def rename_option(self, source: Source, field: str, option: str, to: str) -> None:
        """Give an option another name."""
        column = self.container(source).column(field)
        column.options[self.option(column, option)] = to

    def retype_field(self, source: Source, field: str, to: FieldKind) -> None:
        """Make a column one of another kind; what it held is lost."""
        container = self.container(source)
        container.column(field).kind = to
        self._empty(container, container.column(field).id)

    def delete_field(self, source: Source, field: str) -> None:
        """Delete a column with what it held."""
        container = self.container(source)
        column = container.column(field)
        del container.fields[column.id]
        self._empty(container, column.id)

    # --- inside ---

    def _empty(self, container: MemoryContainer, column: str) -> None:
        for page in self.pages.values():
            if page.home == container.ref:
                page.values.pop(column, None)

    def _reachable(self, page: PageRef) -> MemoryPage:
        if page not in self.pages:
            raise LookupError(f"there is no page {page}")
        return self.pages[page]

    def _open(self, page: PageRef) -> MemoryPage:
        stored = self._reachable(page)
        if stored.protected:
            raise Refused(f"{page} is protected")
        if stored.trashed:
            raise Refused(f"{page} is in the trash")
        return stored

    def _plain(self, block: MemoryBlock) -> str:
        return plain(block.runs, self.names())

    def _block(self, page: MemoryPage, text: str, *, first: bool = False) -> MemoryBlock:
        for block, _ in walk(page.body):
            words = self._plain(block)
            if words.startswith(text) if first else text in words:
                return block
        raise LookupError(f"{page.ref} has no block with {text!r}")

    def _made(self, body: Body, who: str | None) -> Body:
        return stamp(body, lambda: self.new_id("block"), self.account(who), self.stamp())

    def _edited(self, page: MemoryPage, who: str | None, blocks: Iterable[MemoryBlock] = ()) -> None:
        author: Account = self.account(who)
        self.touch(page, author)
        for block in blocks:
            block.author, block.at = author, page.edited_at
