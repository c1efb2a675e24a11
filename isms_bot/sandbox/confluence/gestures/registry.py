"""The table of gestures, how one is done, and how a gesture finds what it is about."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from isms_bot.sandbox.confluence import lines
from isms_bot.sandbox.confluence.errors import Trouble
from isms_bot.sandbox.confluence.lines import Block
from isms_bot.sandbox.confluence.model import Flavor, Json, WikiComment, WikiPage, WikiSpace
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.world import Misuse, Person

GESTURES: dict[str, Callable[..., Json]] = {}
_SUBJECTS = ("page", "block", "data_source", "parent", "discussion", "comment", "space")
_ID = re.compile(r"(\d{5,16})(:\d+)?")


def gesture(function: Callable[..., Json]) -> Callable[..., Json]:
    GESTURES[function.__name__.removesuffix("_")] = function
    return function


def is_id(value: Any) -> bool:
    """Whether this is an id of a Confluence site, or of a block on one of its pages."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def concerns(wanted: Any) -> bool:
    """Whether a gesture is about something on a Confluence site."""
    return isinstance(wanted, dict) and any(is_id(wanted.get(key)) for key in _SUBJECTS)


def act(sites: Mapping[Flavor, Site], wanted: Json) -> Json:
    """Do one gesture; returns the ids made. Raises Misuse with a sentence."""
    if "as" not in wanted or "do" not in wanted:
        raise Misuse('a gesture is an object with "as" (user id or e-mail) and "do"')
    args = {key: value for key, value in wanted.items() if key not in {"as", "do", "at"}}
    function = GESTURES.get(wanted["do"])
    if function is None:
        raise Misuse(f"there is no gesture {wanted['do']!r} in Confluence; there are {', '.join(sorted(GESTURES))}")
    site = site_of(sites, next(str(wanted[key]) for key in _SUBJECTS if is_id(wanted.get(key))))
    person = site.world.person(str(wanted["as"]))
    if not person.active:
        raise Misuse(f"{person.name} has left the workspace")
    try:
        inspect.signature(function).bind(site, person, **args)
    except TypeError as error:
        raise Misuse(f"{wanted['do']}: {error}") from error
    try:
        return function(site, person, **args)
    except Trouble as trouble:
        raise Misuse(f"{wanted['do']}: {trouble.words}") from trouble


def site_of(sites: Mapping[Flavor, Site], record_id: str) -> Site:
    """The site on which something with this id, or a block's id, is. Raises Misuse."""
    found = next(iter(sites.values())).world.records.get(record_id.split(":", maxsplit=1)[0])
    if not isinstance(found, WikiPage | WikiComment | WikiSpace):
        raise Misuse(f"there is no page with the id {record_id}")
    return sites[found.site]


def page_of(site: Site, page_id: Any) -> WikiPage:
    found = site.find(str(page_id))
    if found is None:
        raise Misuse(f"there is no page with the id {page_id}")
    return found


def editable(site: Site, who: Person, page_id: Any) -> WikiPage:
    """The page, if this person may edit it. Raises Misuse."""
    page = page_of(site, page_id)
    if page.status == "trashed":
        raise Misuse("this page is in the trash")
    if not site.may(who.id, "update", page):
        raise Misuse(f"{who.name} may not edit this page: it is restricted to others")
    return page


def blocks_of(site: Site, page: WikiPage) -> list[Block]:
    return lines.blocks(page.storage, site.name)


def spot_of(site: Site, block_id: str) -> tuple[int, int]:
    """Where the words of a block stand: `<page>:<index>`, the index counting the lines of the page as it is now."""
    page_id, _, index = str(block_id).partition(":")
    listed = blocks_of(site, page_of(site, page_id))
    if not index.isdigit() or int(index) >= len(listed):
        raise Misuse(f"there is no block {block_id} on this page")
    return listed[int(index)].spot


def edit(site: Site, who: Person, page: WikiPage, body: str) -> WikiPage:
    """Publish the page with this body, as the editor does it."""
    return site.publish(who.id, page, body=body, editor=True)


def place_of(site: Site, record_id: Any) -> tuple[WikiSpace, WikiPage | None]:
    """Where something can be put: below a page, or (its id) at the top of a space. Raises Misuse."""
    space = site.space(str(record_id))
    if space is not None:
        return space, None
    page = page_of(site, record_id)
    found = site.space(page.space_id)
    if found is None:
        raise Misuse(f"the space of {record_id} is gone")
    return found, page
