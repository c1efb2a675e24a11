"""Two sites for a new world: each a space with one page, open to everybody, and a way in for the bot."""

from __future__ import annotations

import hashlib

from isms_bot.sandbox.confluence.model import CLOUD, DATACENTER, Access, Flavor, WikiPage, WikiSpace, mint
from isms_bot.sandbox.world import Person, World

SPACE = "ISMS"
_TOKENS = {CLOUD: "ATATT3xSandboxPlantedToken", DATACENTER: "SandboxPlantedPat"}


def furnish(world: World, founder: Person) -> None:
    """Both sites; only inside a change of the world."""
    for flavor in (CLOUD, DATACENTER):
        _site(world, flavor, founder)


def furnished(world: World) -> bool:
    return world.get(Access, f"access-{CLOUD}") is not None


def _site(world: World, flavor: Flavor, founder: Person) -> None:
    space_id, page_id, now = mint(world, flavor), mint(world, flavor), world.now_ms()
    world.put(
        WikiSpace(
            id=space_id,
            site=flavor,
            key=SPACE,
            name="Information Security",
            homepage_id=page_id,
            created_at=now,
            created_by=founder.id,
        )
    )
    world.put(
        WikiPage(
            id=page_id,
            site=flavor,
            space_id=space_id,
            title="ISMS",
            position=1,
            created_at=now,
            created_by=founder.id,
            owner=founder.id,
            edited_at=now,
            edited_by=founder.id,
        )
    )
    digest = hashlib.sha256(f"token/{flavor}/{world.seed}".encode()).hexdigest()[:16]
    token = f"{_TOKENS[flavor]}{digest}"
    # Whether a tick makes a version is known for neither platform; each takes another side.
    world.put(Access(id=f"access-{flavor}", token=token, ticks_make_versions=flavor == DATACENTER))


def root(world: World, flavor: Flavor) -> WikiPage:
    """The page that the bot is given."""
    space = next(space for space in world.all(WikiSpace) if space.site == flavor)
    return world.records[space.homepage_id]  # type: ignore[no-any-return]
