"""Who is who on a site: account ids on Cloud, user keys and usernames on Data Center; groups by id or by name.

All of them follow from the world's person ids, so they need no record of their own.
"""

from __future__ import annotations

import functools
import hashlib
import re
import uuid

from isms_bot.sandbox.world import Person, World

BOT_MAIL = "isms-bot@example.com"
GROUPS = ("confluence-users", "confluence-administrators")


@functools.cache
def account_id(person_id: str) -> str:
    """The Cloud account of a person."""
    digest = hashlib.sha256(f"account/{person_id}".encode()).hexdigest()
    return f"712020:{uuid.UUID(digest[:32])}"


@functools.cache
def user_key(person_id: str) -> str:
    """The Data Center user key of a person."""
    return hashlib.sha256(f"user/{person_id}".encode()).hexdigest()[:32]


@functools.cache
def group_id(name: str) -> str:
    """The Cloud id of a group."""
    return str(uuid.UUID(hashlib.sha256(f"group/{name}".encode()).hexdigest()[:32]))


@functools.cache
def cloud_id(seed: int) -> str:
    """The Cloud site as the gateway calls it."""
    return str(uuid.UUID(hashlib.sha256(f"cloud/{seed}".encode()).hexdigest()[:32]))


def email(person: Person) -> str:
    return BOT_MAIL if person.kind == "bot" else person.email


def username(world: World, person: Person) -> str:
    """The Data Center user name: the part before the @, with a number where two people share it."""
    wanted = _wanted(person)
    earlier = 0
    for other in world.all(Person):
        if other.id == person.id:
            break
        earlier += _wanted(other) == wanted
    return f"{wanted}{earlier + 1}" if earlier else wanted


def _wanted(person: Person) -> str:
    local = email(person).split("@")[0]
    return local or re.sub(r"[^a-z0-9]+", ".", person.name.lower()).strip(".") or person.id


def by_account(world: World, account: str) -> Person | None:
    return next((p for p in world.all(Person) if account_id(p.id) == account), None)


def by_key(world: World, key: str) -> Person | None:
    return next((p for p in world.all(Person) if user_key(p.id) == key), None)


def by_username(world: World, name: str) -> Person | None:
    return next((p for p in world.all(Person) if username(world, p) == name), None)


def members(world: World, group: str) -> list[Person]:
    """Active people in a group: everybody, or the first person as administrator."""
    active = [p for p in world.all(Person) if p.active]
    return active if group == GROUPS[0] else [p for p in active if p.kind == "person"][:1]
