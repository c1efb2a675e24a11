"""Pages of the wiki as they were observed: fields, blocks, comments, whole contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from isms_bot.model.durations import Span
from isms_bot.model.identity import Account, Key, PageRef


class Source(StrEnum):
    """The kinds of page that the bot keeps or watches; a data source on Notion, a parent page on Confluence."""

    USERS = "users"
    POLICIES = "policies"
    PROCEDURES = "procedures"
    JOBS = "jobs"
    NONCONFORMITIES = "nonconformities"
    DISCUSSION = "discussion"
    QUESTIONS = "questions"
    DECISIONS = "decisions"
    FINDINGS = "findings"
    REGISTER = "register"


Value = str | bool | int | float | datetime | Span | tuple[str, ...] | None
"""What a field holds: text, option, mail or address: str; checkbox: bool; number: int or float; date: Span (a single day has
no end); people: tuple of accounts; relation: tuple of page refs; several options: tuple of names; empty: None."""


class PageState(StrEnum):
    """Where a page stands. MOVED: it lives, but outside the place where the bot keeps pages of its kind."""

    LIVE = "live"
    TRASHED = "trashed"
    ARCHIVED = "archived"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Mark:
    """How the bot knows its own pages again. A copy made by a person carries the original's `page`, not its own."""

    installation: str
    workspace: str
    key: Key
    page: PageRef = ""
    v: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was observed. `fields` are keyed by the field ids of `isms_bot.layout`; times are the vendor's.

    `private`: it stands in the private area, where only its audience can open it; its `url` then holds no word of its title, since
    links to it stand where everybody reads."""

    ref: PageRef
    source: Source
    title: str
    url: str = ""
    state: PageState = PageState.LIVE
    fields: Mapping[str, Value] = field(default_factory=dict)
    mark: Mark | None = None
    created_by: Account | None = None
    created_at: datetime | None = None
    edited_by: Account | None = None
    edited_at: datetime | None = None
    private: bool = False

    @property
    def is_original(self) -> bool:
        """True if the mark was written for this very page (a page still being prepared has no `page` in its mark)."""
        return self.mark is not None and self.mark.page in ("", self.ref)


class BlockKind(StrEnum):
    """What a block of a page is, as far as sign-off needs to know."""

    STEP = "step"
    TEXT = "text"
    HEADING = "heading"
    ROW = "row"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page in reading order.

    `author` and `at`: the account whose edit the vendor reports as the one that introduced the present value (on Notion: the
    last editor of the block), None where the vendor does not tell. `cells` only for ROW.
    """

    id: str
    kind: BlockKind
    text: str
    depth: int = 0
    checked: bool = False
    cells: tuple[str, ...] = ()
    author: Account | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as read. `author` is the account that created it, whatever name it displays; `at` is the vendor's time."""

    id: str
    text: str
    author: Account | None
    by_person: bool
    at: datetime
    discussion: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A page read whole: what sign-off, filing and the watch on records need.

    `text` is the canonical text (canon version in the digest), `digest` its sha256 with pages, people and files by id and
    bot-owned regions left out. `precision`: seconds by which the vendor's times may be too early (60 on Notion).
    `fuller_draft`: the platform holds an unpublished draft with more in it.
    """

    page: Page
    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...]
    text: str
    digest: str
    precision: int = 0
    attachments: tuple[str, ...] = ()
    fuller_draft: bool = False
