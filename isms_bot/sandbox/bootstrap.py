"""A new world: people, the bot, and in each wiki one page shared with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from isms_bot.sandbox.confluence import bootstrap as confluence
from isms_bot.sandbox.confluence import model as wiki
from isms_bot.sandbox.notion import model, richtext
from isms_bot.sandbox.world import DEFAULT_PEOPLE, Integration, Misuse, Person, World

PeopleList = Sequence[Mapping[str, str]]


def open_world(
    state: Path | None = None, *, seed: int = 1, people: PeopleList | None = None, now: datetime | None = None
) -> World:
    """The world kept in `state`, or a new one. Seed, people and time count for a new one only."""
    world = World(seed=seed, state=state, kinds=(*model.KINDS, *wiki.KINDS))
    if world.fresh:
        if now is not None:
            world.set_clock(now)
        furnish(world, people)
    elif not confluence.furnished(world):  # kept by a version that knew Notion only
        with world.change():
            confluence.furnish(world, world.people()[0])
    return world


def reset(world: World, *, seed: int, people: PeopleList | None = None, now: datetime | None = None) -> None:
    """Start over in place; the clock runs with real time unless `now` is given."""
    world.wipe(seed)
    if now is not None:
        world.set_clock(now)
    furnish(world, people)


def furnish(world: World, people: PeopleList | None) -> None:
    if world.records:
        raise Misuse("this world is furnished already")
    listed = [(p["name"], p.get("email", "")) for p in people] if people is not None else list(DEFAULT_PEOPLE)
    if not listed:
        raise Misuse("a world needs at least one person")
    with world.change():
        members = [world.add_person(name, email) for name, email in listed]
        bot = Person(world.new_id(random_looking=True), "isms-bot", kind="bot")
        world.put(bot)
        world.settings |= {
            "workspace_id": world.new_id(random_looking=True),
            "integration_id": world.new_id(random_looking=True),
        }
        root = model.Page(
            id=world.new_id(),
            values={"title": richtext.of("Information Security")},
            created_at=world.now_ms(),
            created_by=members[0].id,
            edited_at=world.now_ms(),
            edited_by=members[0].id,
        )
        world.put(root)
        world.settings["root_page_id"] = root.id
        digest = hashlib.sha256(f"token/{world.seed}".encode()).hexdigest()[:16]
        world.put(Integration(token=f"ntn_sandbox_planted_token_{digest}", shared=(root.id,)))
        confluence.furnish(world, members[0])
    world.save_settings()
