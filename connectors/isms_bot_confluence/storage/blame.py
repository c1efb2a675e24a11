"""Who introduced what: the versions of a page, newest first, told apart block by block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from isms_bot.errors import Permanent
from isms_bot.model import Account, Block, BlockKind, PageRef
from isms_bot_confluence.storage.blocks import blocks

_Said = tuple[BlockKind, str, tuple[str, ...], bool]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a page. `author`: the account that published it, None where nobody is to be held to it."""

    number: int
    author: Account | None
    at: datetime
    storage: str


def blame(
    current: Sequence[Block],
    versions: Iterable[Version],
    *,
    names: Mapping[Account, str],
    titles: Mapping[PageRef, str] | None = None,
) -> tuple[Block, ...]:
    """The blocks with author and time of the version that introduced them.

    That is the oldest version of the unbroken run, going back from the newest, in which a block of the same kind, text and tick
    stands: an edit elsewhere changes nothing, a block that was moved keeps its author, one that was changed and changed back has the
    last one's. Of blocks that say the same the first on the page counts as the oldest.

    `versions` are taken newest first and only as far as needed, so they may be fetched lazily. `names` and `titles` as for `blocks`
    when `current` was read. A block that the newest version does not hold has author None; so has one whose run reaches a version
    that cannot be parsed.
    """
    wanted = _numbered(current)
    found: dict[tuple[_Said, int], Version] = {}
    running = set(wanted)
    for version in versions:
        if not running:
            break
        try:
            said = Counter(map(_said, blocks(version.storage, page="", names=names, titles=titles)))
        except Permanent:
            for key in running:
                found.pop(key, None)
            break
        running = {key for key in running if said[key[0]] >= key[1]}
        found |= dict.fromkeys(running, version)
    return tuple(_signed(block, found.get(key)) for block, key in zip(current, wanted, strict=True))


def _said(block: Block) -> _Said:
    return block.kind, block.text, block.cells, block.checked


def _numbered(current: Iterable[Block]) -> list[tuple[_Said, int]]:
    """What every block says, and that for the how-manyth time on the page."""
    seen: Counter[_Said] = Counter()
    keys = []
    for said in map(_said, current):
        seen[said] += 1
        keys.append((said, seen[said]))
    return keys


def _signed(block: Block, version: Version | None) -> Block:
    return block if version is None else replace(block, author=version.author, at=version.at)
