"""What the conformance suite needs of a wiki: connectors for it, a clock, and people's hands.

A connector package writes one adapter of this shape over its sandbox (or a test workspace of the vendor); `MemoryWiki` has it
already. The adapter knows containers by source: by the titles of `isms_bot.layout` until they are renamed through it. Fields are
named by the field ids of `isms_bot.layout` or by the names people see now; `who` is an account id or a name out of `people`, the
first of them by default. Gestures act at once, at the time of the wiki's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from isms_bot.connector import AccountInfo, Connector
from isms_bot.layout import FieldKind
from isms_bot.model import PageRef, Source, Value
from isms_bot.testing.faults import Fault


class WikiUnderTest(Protocol):
    """A wiki with an empty root, seen from outside the connector."""

    @property
    def people(self) -> tuple[AccountInfo, ...]:
        """At least three people, ids being accounts."""
        ...

    @property
    def unknown_ref(self) -> PageRef:
        """A well-formed reference that no page has."""
        ...

    @property
    def now(self) -> datetime:
        """The wiki's clock, aware."""
        ...

    def under_root(self) -> tuple[str, ...]:
        """Titles of the live pages directly under the root, the bot's containers left out."""
        ...

    def set_now(self, now: datetime) -> None:
        """Set the clock; it stands still until it is set again."""
        ...

    def fault(self, kind: Fault, *, after: int = 0) -> None:
        """The next vendor call but `after` meets this: TRANSIENT (refused, try again in 7 seconds), AMBIGUOUS_BEFORE or AMBIGUOUS_AFTER (the
        answer gets lost before or after the call took effect)."""
        ...

    # --- connectors ---

    def connector(self) -> Connector:
        """A fresh instance for the installation under test, bound to all containers (made on first use); `calls` is 0."""
        ...

    def unbound(self) -> Connector:
        """A fresh instance for the same installation and root that is bound to nothing; makes no containers."""
        ...

    def other_installation(self) -> Connector:
        """A bound instance with another installation id and the same containers."""
        ...

    def private_connector(self, *insiders: str) -> Connector:
        """A bound instance for the installation under test with a private area. On a platform that cannot restrict single pages
        people have closed the place of that area to all but `insiders`."""
        ...

    def stranger(self) -> Connector:
        """A bound instance whose token the wiki does not know."""
        ...

    def may_open(self, page: PageRef, who: str) -> bool:
        """True if this person could open the page now."""
        ...

    # --- people's hands in a page ---

    def tick(self, page: PageRef, text: str | None = None, *, checked: bool = True, who: str | None = None) -> None:
        """Tick or untick the steps that contain `text` (all)."""
        ...

    def write(self, page: PageRef, label: str, text: str, *, who: str | None = None) -> None:
        """Fill in a line of the form: `label` becomes `label text`."""
        ...

    def edit_text(self, page: PageRef, old: str, new: str, *, who: str | None = None) -> None:
        """Replace words in the first block that contains them."""
        ...

    def split_runs(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        """Store the same words of the block that contains `text` in several runs."""
        ...

    def append(self, page: PageRef, *lines: str, who: str | None = None) -> None:
        """Add lines (`- [ ] step`, `# heading`, `- item`, `1. item`, `> quote`, else a paragraph; two spaces nest)."""
        ...

    def append_uncopyable(self, page: PageRef, *, who: str | None = None) -> None:
        """Add something that a clone cannot carry over."""
        ...

    def comment(
        self, page: PageRef, text: str, *, on: str | None = None, link: str | None = None, who: str | None = None
    ) -> str:
        """Comment on the page or on the block that contains `on`, the text being a link if `link` is given; its id."""
        ...

    def resolve(self, page: PageRef, comment: str, *, who: str | None = None) -> None:
        """Resolve the thread of a comment."""
        ...

    def set_field(self, page: PageRef, field: str, value: Value, *, who: str | None = None) -> None:
        """Write a field."""
        ...

    def set_title(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        """Rename the page."""
        ...

    # --- and around it ---

    def duplicate(self, page: PageRef, *, who: str | None = None) -> PageRef:
        """Duplicate the page; the copy."""
        ...

    def trash(self, page: PageRef, *, who: str | None = None) -> None:
        """Put the page into the trash."""
        ...

    def archive(self, page: PageRef, *, who: str | None = None) -> None:
        """Archive the page."""
        ...

    def restore(self, page: PageRef, *, who: str | None = None) -> None:
        """Take the page out of trash or archive."""
        ...

    def purge(self, page: PageRef) -> None:
        """Delete the page for good."""
        ...

    def move(self, page: PageRef, to: PageRef | Source | None = None, *, who: str | None = None) -> None:
        """Move the page; None: somewhere outside the containers where the bot can still see it."""
        ...

    def create_row(
        self,
        source: Source,
        title: str,
        fields: Mapping[str, Value] | None = None,
        lines: Iterable[str] = (),
        *,
        who: str | None = None,
    ) -> PageRef:
        """Make a page in a container by hand."""
        ...

    def create_rows(self, source: Source, titles: Sequence[str], *, who: str | None = None) -> tuple[PageRef, ...]:
        """Many empty pages at once."""
        ...

    def create_procedure(
        self, title: str, lines: Iterable[str], fields: Mapping[str, Value] | None = None, *, who: str | None = None
    ) -> PageRef:
        """Write a procedure."""
        ...

    def rename_container(self, source: Source, to: str) -> None:
        """Give a container another title."""
        ...


class ColumnsUnderTest(WikiUnderTest, Protocol):
    """A wiki whose rows share columns, and people who change these."""

    def rename_field(self, source: Source, field: str, to: str) -> None:
        """Give a column another name."""
        ...

    def rename_option(self, source: Source, field: str, option: str, to: str) -> None:
        """Give an option another name."""
        ...

    def retype_field(self, source: Source, field: str, to: FieldKind) -> None:
        """Make a column one of another kind."""
        ...

    def delete_field(self, source: Source, field: str) -> None:
        """Delete a column."""
        ...
