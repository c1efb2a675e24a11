"""From a tree of blocks to the requests that write it: as few as Notion's grammar of one request allows.

One request carries at most three floors of blocks (the types in Notion's own client; `docs/vendors/notion.md`): everything on
the ground floor; above it no columns; on the top floor neither children nor tables. At most 100 blocks in any array, 1,000
blocks and 500 KB in one request. Children that do not fit are appended to their parent's id once it exists. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from isms_bot.model import Snapshot
from isms_bot_notion.blocks import Node, Tree, walk
from isms_bot_notion.payload import Payload

Json = dict[str, Any]

ARRAY = 100
BLOCKS = 1000
BYTES = 460_000
"""Of the 500 KB of a request; the rest is for the row's own properties and the envelope."""
TOP = 2
"""The highest floor of a request, the ground being 0."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A block in a request: `inline` children travel with it, each of `rest` is a request that appends further ones.

    `writes` and `reads`: requests needed beyond the one that carries the block (appends; look-ups of ids that no answer
    tells). `size` and `weight`: blocks and bytes that travel with it, itself included.
    """

    node: Node
    floor: int
    inline: tuple[Placed, ...]
    rest: tuple[tuple[Placed, ...], ...]
    writes: int
    reads: int
    size: int
    weight: int

    @property
    def open(self) -> bool:
        """True if its id is needed: something below it is still to be appended."""
        return bool(self.rest) or any(child.open for child in self.inline)


def plan(tree: Tree) -> tuple[tuple[Placed, ...], ...]:
    """The page's own blocks as requests in order: the first creates the page, the others append to it."""
    return _Planner().stream(tree)


def writes(requests: Iterable[Sequence[Placed]]) -> int:
    """Write requests of a plan: its own (one at least, for the page) and those below."""
    listed = list(requests)
    return max(1, len(listed)) + sum(placed.writes for request in listed for placed in request)


class _Planner:
    """Chooses per container how many children travel with it. Every block is placed once per floor."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Placed | None] = {}

    def stream(self, nodes: Sequence[Node]) -> tuple[tuple[Placed, ...], ...]:
        """Siblings as consecutive requests, each as full as it may be."""
        return _packed([self.ground(node) for node in nodes])

    def ground(self, node: Node) -> Placed:
        placed = self.place(node, 0)
        if placed is None:
            raise AssertionError(f"{node.type} cannot stand on the ground floor")
        return placed

    def place(self, node: Node, floor: int) -> Placed | None:
        """The cheapest way to carry `node` on `floor`, None if it may not stand there."""
        key = (id(node), floor)
        if key not in self._known:
            self._known[key] = self._place(node, floor) if _allowed(node, floor) else None
        return self._known[key]

    def _place(self, node: Node, floor: int) -> Placed | None:
        weight = len(json.dumps(node.body)) + 60
        best: Placed | None = None
        inline: list[Placed] = []
        size, heavy = 1, weight
        grounded = [self.ground(child) for child in node.children]
        for count in range(min(len(node.children), ARRAY) + 1):
            if count:
                child = self.place(node.children[count - 1], _floor_of_children(node, floor))
                if child is None or size + child.size > BLOCKS or heavy + child.weight > BYTES:
                    break
                inline.append(child)
                size, heavy = size + child.size, heavy + child.weight
            if count < _fewest_inline(node):
                continue
            rest = _packed(grounded[count:])
            cost = len(rest) + sum(p.writes for request in rest for p in request) + sum(p.writes for p in inline)
            reads = (
                sum(p.reads for request in rest for p in request)
                + sum(p.reads for p in inline)
                + (floor if rest else 0)
            )
            if best is None or (cost, reads) <= (best.writes, best.reads):
                best = Placed(node, floor, tuple(inline), rest, cost, reads, size, heavy)
        return best


def _packed(siblings: Sequence[Placed]) -> tuple[tuple[Placed, ...], ...]:
    requests: list[tuple[Placed, ...]] = []
    current: list[Placed] = []
    size = weight = 0
    for placed in siblings:
        full = len(current) == ARRAY or size + placed.size > BLOCKS or weight + placed.weight > BYTES
        if current and full:
            requests.append(tuple(current))
            current, size, weight = [], 0, 0
        current.append(placed)
        size, weight = size + placed.size, weight + placed.weight
    return (*requests, tuple(current)) if current else tuple(requests)


def _allowed(node: Node, floor: int) -> bool:
    if node.type in ("column_list", "column"):
        return floor == 0
    if node.type == "table":
        return floor < TOP
    return floor <= TOP or node.type == "table_row"


def _floor_of_children(node: Node, floor: int) -> int:
    """Columns share the floor of their list, rows that of their table."""
    if node.type in ("column_list", "table"):
        return floor
    return floor + 1


def _fewest_inline(node: Node) -> int:
    """A table is made with its first row."""
    return 1 if node.type == "table" else 0


def render(placed: Placed) -> Json:
    """The block as it is sent."""
    node = placed.node
    body = dict(node.body)
    children = [render(child) for child in placed.inline]
    if children or node.type in ("column_list", "column") or (node.type == "tab" and placed.floor < TOP):
        body["children"] = children
    return {"type": node.type, node.type: body}


# --- the bound ----------------------------------------------------------------------------------------------------


def lower_bound(snapshot: Snapshot) -> int:
    """The fewest write requests that any copy of the snapshot can take (uploads of files aside).

    Derivation, for copies that write siblings in their order, each request at the end of its parent. (1) A request names one
    parent and carries at most 100 siblings, so n blocks that are appended to one parent take at least ceil(n/100) requests.
    (2) Of a block's children the first so many travel with it, one floor up, as far as the grammar lets them; the rest start
    again on the ground in requests of their own. Which number travels is free, so the bound of a block on a floor is the least
    over all of these numbers of: the bounds of those that travel, one floor up, plus ceil(rest/100), plus the bounds of the
    rest on the ground. The page's bound is ceil(n/100), at least one, plus the bounds of its blocks on the ground. (3) No
    request carries more than 1,000 blocks, so blocks/1000, rounded up, is a bound as well. The larger one holds. Bytes, and the
    remainder that 1,000 leaves when whole blocks are packed, may make a copy dearer; nothing makes it cheaper.
    """
    tree = snapshot.body.tree if isinstance(snapshot.body, Payload) else ()
    total = sum(1 for _ in walk(tree))
    return max(1, -(-len(tree) // ARRAY) + sum(_bound(node, 0, {}) for node in tree), -(-total // BLOCKS))


def _bound(node: Node, floor: int, known: dict[tuple[int, int], int]) -> int:
    key = (id(node), floor)
    if key not in known:
        children = node.children
        least = None
        above = _floor_of_children(node, floor)
        ahead = 0
        behind = sum(_bound(child, 0, known) for child in children)
        for count in range(min(len(children), ARRAY) + 1):
            if count:
                child = children[count - 1]
                if not _allowed(child, above):
                    break
                ahead += _bound(child, above, known)
                behind -= _bound(child, 0, known)
            if count >= _fewest_inline(node):
                cost = ahead + behind + -(-(len(children) - count) // ARRAY)
                least = cost if least is None else min(least, cost)
        known[key] = least or 0
    return known[key]
