"""What a Notion workspace consists of. Frozen, JSON-able; times are milliseconds since 1970, users are ids.

A child page or database is an entry in its parent's `children`, between the blocks, as it is in Notion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """Who made and last edited it, and when."""

    id: str
    created_at: int = 0
    created_by: str = ""
    edited_at: int = 0
    edited_by: str = ""
    in_trash: bool = False


@dataclass(frozen=True, kw_only=True)
class Page(Stamped):
    """A page, or a row when `data_source_id` is set. `values` is by property id; a plain page has only `title`."""

    parent_id: str | None = None  # page, block or data source; None: the workspace
    data_source_id: str | None = None
    values: Json = field(default_factory=dict)
    children: tuple[str, ...] = ()
    icon: Json | None = None
    cover: Json | None = None
    is_archived: bool = False
    is_locked: bool = False


@dataclass(frozen=True, kw_only=True)
class Block(Stamped):
    """Any block but child_page and child_database. `content` is the type's object without children."""

    type: str
    parent_id: str
    page_id: str
    content: Json = field(default_factory=dict)
    children: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Database(Stamped):
    """A container of data sources and views. A linked one shows a data source of another."""

    parent_id: str | None = None
    title: list[Json] = field(default_factory=list)
    description: list[Json] = field(default_factory=list)
    is_inline: bool = False
    is_locked: bool = False
    icon: Json | None = None
    cover: Json | None = None
    data_sources: tuple[str, ...] = ()
    linked: bool = False


@dataclass(frozen=True, kw_only=True)
class DataSource(Stamped):
    """A table. `properties` by property id: {id, name, type, config, description}."""

    database_id: str
    title: list[Json] = field(default_factory=list)
    description: list[Json] = field(default_factory=list)
    icon: Json | None = None
    properties: dict[str, Json] = field(default_factory=dict)
    next_number: int = 1


@dataclass(frozen=True, kw_only=True)
class View(Stamped):
    database_id: str
    data_source_id: str
    name: str
    type: str
    filter: Json | None = None
    sorts: list[Json] | None = None
    quick_filters: Json | None = None
    configuration: Json | None = None


@dataclass(frozen=True, kw_only=True)
class Discussion:
    """A thread on a page or a block."""

    id: str
    anchor_id: str
    page_id: str
    resolved: bool = False


@dataclass(frozen=True, kw_only=True)
class Comment(Stamped):
    discussion_id: str
    anchor_id: str
    page_id: str
    rich_text: list[Json] = field(default_factory=list)
    display_name: str | None = None  # a custom one
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileUpload(Stamped):
    filename: str | None = None
    content_type: str | None = None
    content: str | None = None  # base64
    size: int | None = None
    status: str = "pending"
    expires_at: int = 0


@dataclass(frozen=True)
class Sharing:
    """Who can open a page and what lies below it, as its share menu says; the API knows nothing of it. Without one: everybody."""

    id: str  # sharing:<page>
    people: tuple[str, ...]


KINDS: tuple[type, ...] = (Page, Block, Database, DataSource, View, Discussion, Comment, FileUpload, Sharing)
