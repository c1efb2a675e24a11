"""What a Confluence site consists of. Frozen, JSON-able; times are milliseconds since 1970, people are ids of the world.

Ids are decimal strings out of one count for both sites, so no id of Cloud is one of Data Center.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from isms_bot.sandbox.world import World

Json = dict[str, Any]
Flavor = Literal["cloud", "datacenter"]

CLOUD: Flavor = "cloud"
DATACENTER: Flavor = "datacenter"
_FIRST = {CLOUD: 1_000_000_000, DATACENTER: 9_000_000_000}


@dataclass(frozen=True, kw_only=True)
class WikiCount:
    """How many ids were minted; a record, so that a change that is taken back takes its ids back."""

    id: str = "wiki-count"
    value: int = 0


@dataclass(frozen=True, kw_only=True)
class WikiSpace:
    id: str
    site: Flavor
    key: str
    name: str
    homepage_id: str
    created_at: int
    created_by: str
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WikiPage:
    """A page, or something else in the tree (`kind`). Number, message, author and time are those of its current version."""

    id: str
    site: Flavor
    space_id: str
    title: str
    kind: str = "page"  # page | folder | whiteboard | database | embed
    status: str = "current"  # current | draft | archived | trashed
    storage: str = ""
    parent_id: str | None = None
    position: int = 0
    subtype: str = ""
    created_at: int = 0
    created_by: str = ""
    owner: str = ""
    number: int = 1
    message: str = ""
    minor: bool = False
    edited_at: int = 0
    edited_by: str = ""
    collaborators: tuple[str, ...] = ()
    draft: Json | None = None  # {title, storage, by, at}: an edit that nobody has published
    labels: tuple[Json, ...] = ()  # {id, name, prefix}
    watchers: tuple[str, ...] = ()
    restrictions: dict[str, Json] = field(default_factory=dict)  # operation -> {users: [person], groups: [group name]}
    state: Json | None = None  # the content state: {id, name, color}


@dataclass(frozen=True, kw_only=True)
class WikiVersion:
    """A version that is no longer the current one."""

    id: str
    page_id: str
    number: int
    title: str
    storage: str
    message: str
    minor: bool
    edited_at: int
    edited_by: str
    collaborators: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WikiProperty:
    """A content property of a page."""

    id: str
    site: Flavor
    page_id: str
    key: str
    value: Any
    number: int
    message: str
    edited_at: int
    edited_by: str


@dataclass(frozen=True, kw_only=True)
class WikiComment:
    """A footer or an inline comment, or a reply to one."""

    id: str
    site: Flavor
    page_id: str
    storage: str
    location: str = "footer"  # footer | inline
    parent_id: str | None = None  # the comment that it answers
    number: int = 1
    message: str = ""
    created_at: int = 0
    created_by: str = ""
    edited_at: int = 0
    edited_by: str = ""
    resolution: str = "open"  # open | reopened | resolved | dangling
    resolved_by: str = ""
    resolved_at: int = 0
    marker: str = ""
    selection: str = ""


@dataclass(frozen=True, kw_only=True)
class WikiTask:
    """A task as the site's list of tasks knows it; the box itself stands in the page's storage."""

    id: str
    site: Flavor
    page_id: str
    local_id: str
    status: str  # complete | incomplete
    body: str
    created_at: int
    created_by: str
    edited_at: int
    visible_at: int
    assigned_to: str = ""
    due_at: int = 0
    completed_by: str = ""
    completed_at: int = 0


@dataclass(frozen=True, kw_only=True)
class WikiAttachment:
    id: str  # att…
    site: Flavor
    page_id: str
    title: str
    media_type: str
    comment: str
    contents: tuple[str, ...]  # base64, one for each version
    number: int
    minor: bool
    created_at: int
    created_by: str
    edited_at: int
    edited_by: str
    status: str = "current"


@dataclass(frozen=True, kw_only=True)
class WikiJob:
    """A long task of the site, over as soon as it is asked for."""

    id: str
    site: Flavor
    key: str
    made_at: int
    destination: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Access:
    """How the bot reaches one site, and how kind the site is to it (`PUT /_sandbox/confluence`)."""

    id: str  # access-cloud | access-datacenter
    token: str = ""
    token_revoked: bool = False
    confluence_scopes: tuple[str, ...] | None = None  # Cloud; None: a classic token, which has all
    permission: str = "write"  # none | read | comment | write: what the bot may do in the space
    plan: str = "standard"  # Cloud: free | standard | premium
    v1_legacy: str = "alive"  # Cloud: alive | gone410
    dc_version: str = "10.0.3"
    space_admin: bool = True  # Data Center: whether the bot administers the space, and so sees who watches it
    index_lag: float = 0.0  # seconds of the world's clock until CQL sees a change
    short_searches: bool = False  # Cloud: pages of a search are shorter than asked for and its total is an estimate
    task_lag: float = 0.0  # seconds until the list of tasks knows a new one
    ticks_make_versions: bool = False
    editor_adds_local_ids: bool = True
    emails_visible: bool = True
    strict: bool = True  # refuse what the vendor's document does not know, where the site would pass over it
    rate_limit: bool = False
    requests_per_minute: int = 600


KINDS: tuple[type, ...] = (
    WikiCount,
    WikiSpace,
    WikiPage,
    WikiVersion,
    WikiProperty,
    WikiComment,
    WikiTask,
    WikiAttachment,
    WikiJob,
    Access,
)


def mint(world: World, site: Flavor) -> str:
    """The next id: a function of seed and count alone, growing."""
    counted = world.get(WikiCount, "wiki-count") or WikiCount()
    value = counted.value + 1
    world.put(WikiCount(value=value))
    spread = int(hashlib.sha256(f"{world.seed}/{site}/{value}".encode()).hexdigest()[:6], 16) % 4096
    return str(_FIRST[site] + value * 4096 + spread)


def mint_uuid(world: World) -> str:
    """An id as editors give to macros, tasks and markers."""
    counted = world.get(WikiCount, "wiki-count") or WikiCount()
    world.put(WikiCount(value=counted.value + 1))
    d = hashlib.sha256(f"{world.seed}/wiki/{counted.value + 1}".encode()).hexdigest()
    return f"{d[:8]}-{d[8:12]}-4{d[13:16]}-{'89ab'[int(d[19], 16) % 4]}{d[20:23]}-{d[23:35]}"
