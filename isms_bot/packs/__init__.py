"""Schedule packs, shipped or from a path: pages, roles and schedules that a team starts with. Reads files, writes none of
its own accord (`copy_pack` does when asked)."""

from __future__ import annotations

from isms_bot.packs.location import available, copy_pack, locate, title_of
from isms_bot.packs.pack import Pack, declared_roles, load_pack
from isms_bot.packs.pages import PackPage
from isms_bot.packs.schedules import Declared

__all__ = [
    "Declared",
    "Pack",
    "PackPage",
    "available",
    "copy_pack",
    "declared_roles",
    "load_pack",
    "locate",
    "title_of",
]
