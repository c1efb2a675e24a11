"""From a tree of blocks to the requests that write it: as few as Notion's grammar of one request allows.

One request carries at most three floors of blocks (the types in Notion's own client; `docs/vendors/notion.md`): everything on
the ground floor; above it no columns; on the top floor neither children nor tables. At most 100 blocks in any array, 1,000
blocks and 500 KB in one request. Children that do not fit are appended to their parent's id once it exists. Pure.

What both the plan and the bound rest on: a new request at any place between two siblings costs one write and starts empty. So
of two ways to write the same siblings, the one that has cost less is never the worse one: for the price of the other it has a
request to itself. Only the cheapest ways need be followed, and among them those with the most room left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from isms_bot.model import Snapshot
from isms_bot_notion.blocks import Node, Tree
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


class _Run(NamedTuple):
    """A way to write the siblings so far: what its last request holds, and how it came about, last block first."""

    length: int
    size: int
    weight: int
    reads: int
    trail: _Step | None

    def takes(self, placed: Placed) -> bool:
        if self.trail is None:
            return False
        return self.length < ARRAY and self.size + placed.size <= BLOCKS and self.weight + placed.weight <= BYTES

    def joined(self, placed: Placed) -> _Run:
        step = _Step(placed, False, self.trail)
        size, weight = self.size + placed.size, self.weight + placed.weight
        return _Run(self.length + 1, size, weight, self.reads + placed.reads, step)

    def opened(self, placed: Placed) -> _Run:
        return _Run(1, placed.size, placed.weight, self.reads + placed.reads, _Step(placed, True, self.trail))

    def beats(self, other: _Run) -> bool:
        """True if nothing speaks for the other one but, at most, the look-ups."""
        return self.length <= other.length and self.size <= other.size and self.weight <= other.weight


class _Step(NamedTuple):
    placed: Placed
    opens: bool
    before: _Step | None


class _Ahead(NamedTuple):
    """Children that travel with their parent, and the parent itself."""

    size: int
    weight: int
    inline: tuple[Placed, ...]


class _Planner:
    """Chooses per container how many children travel with it. Every block is placed once per floor."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Placed, ...]] = {}
        self._behind: dict[int, list[int]] = {}

    def stream(self, nodes: Sequence[Node]) -> tuple[tuple[Placed, ...], ...]:
        """Siblings as consecutive requests."""
        runs = [_NOTHING]
        for node in nodes:
            _, runs = _extended(runs, self.place(node, 0))
        requests: list[list[Placed]] = [[]]
        step = min(runs, key=lambda run: run.reads).trail
        while step is not None:
            requests[-1].append(step.placed)
            if step.opens:
                requests.append([])
            step = step.before
        return tuple(tuple(reversed(request)) for request in reversed(requests[:-1]))

    def place(self, node: Node, floor: int) -> tuple[Placed, ...]:
        """The ways to carry `node` on `floor`: first the fewest writes, each further one lighter. () if it may not stand there."""
        key = (id(node), floor)
        if key not in self._known:
            self._known[key] = self._place(node, floor) if _allowed(node, floor) else ()
        return self._known[key]

    def _place(self, node: Node, floor: int) -> tuple[Placed, ...]:
        behind = self._tails(node)
        ways = {0: _Ahead(1, len(json.dumps(node.body)) + 60, ())}
        best: dict[int, _Ahead] = {}
        for count in range(min(len(node.children), ARRAY) + 1):
            if count:
                options = self.place(node.children[count - 1], _floor_of_children(node, floor))
                ways = _carried(ways, options, behind[0] + 1, must=count <= _fewest_inline(node))
            if count < _fewest_inline(node):
                continue
            for cost, ahead in ways.items():
                _keep(best, cost + behind[count], ahead)
        return tuple(self._placed(node, floor, best[cost]) for cost in _worth_it(best))

    def _tails(self, node: Node) -> list[int]:
        """For every number of children that travel: the fewest writes for the rest, each on the ground of a request."""
        if id(node) not in self._behind:
            costs, runs = [0], [_NOTHING]
            for child in reversed(node.children):
                cost, runs = _extended(runs, self.place(child, 0))
                costs.append(costs[-1] + cost)
            self._behind[id(node)] = costs[::-1]
        return self._behind[id(node)]

    def _placed(self, node: Node, floor: int, ahead: _Ahead) -> Placed:
        rest = self.stream(node.children[len(ahead.inline) :])
        below = [*ahead.inline, *(placed for request in rest for placed in request)]
        cost = len(rest) + sum(placed.writes for placed in below)
        reads = sum(placed.reads for placed in below) + (floor if rest else 0)
        return Placed(node, floor, ahead.inline, rest, cost, reads, ahead.size, ahead.weight)


_NOTHING = _Run(0, 0, 0, 0, None)
"""Before the first block there is no request that could take it."""


def _extended(runs: list[_Run], options: Sequence[Placed]) -> tuple[int, list[_Run]]:
    """(what the next sibling costs at least, the ways with that cost that may still turn out best)."""
    cheapest = options[0]
    joined = [run.joined(cheapest) for run in runs if run.takes(cheapest)]
    if joined:
        return cheapest.writes, _roomy(joined)
    # A request more, or as dear: the block travels with less of what is below it.
    dearer = [
        run.joined(option)
        for option in options[1:]
        if option.writes == cheapest.writes + 1
        for run in runs
        if run.takes(option)
    ]
    return cheapest.writes + 1, _roomy([min(runs, key=lambda run: run.reads).opened(cheapest), *dearer])


def _roomy(runs: list[_Run]) -> list[_Run]:
    """Those that no other one beats."""
    if len(runs) == 1:
        return runs
    kept: list[_Run] = []
    for run in sorted(runs, key=lambda run: (run.length, run.size, run.weight, run.reads)):
        if not any(other.beats(run) for other in kept):
            kept.append(run)
    return kept


def _carried(ways: dict[int, _Ahead], options: Sequence[Placed], most: int, must: bool) -> dict[int, _Ahead]:
    """The ways with one more child that travels, by their writes; none that costs more than `most`.

    A child that `must` travel does so even where the bytes do not suffice: there is no other way to write it.
    """
    fitting: dict[int, _Ahead] = {}
    heavy: dict[int, _Ahead] = {}
    for cost, ahead in ways.items():
        for option in options:
            grown = _Ahead(ahead.size + option.size, ahead.weight + option.weight, (*ahead.inline, option))
            if grown.size <= BLOCKS and cost + option.writes <= most:
                _keep(fitting if grown.weight <= BYTES else heavy, cost + option.writes, grown)
    kept = fitting or (heavy if must else {})
    return {cost: kept[cost] for cost in _worth_it(kept)}


def _keep(best: dict[int, _Ahead], cost: int, ahead: _Ahead) -> None:
    if cost not in best or (ahead.size, ahead.weight) < (best[cost].size, best[cost].weight):
        best[cost] = ahead


def _worth_it(best: dict[int, _Ahead]) -> list[int]:
    """The costs, rising, at which less travels than for any lower one."""
    return [cost for cost in sorted(best) if all(best[cost].size < best[less].size for less in best if less < cost)]


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
    """A table is made with its first row, a list of columns with two."""
    return min(len(node.children), {"table": 1, "column_list": 2}.get(node.type, 0))


def render(placed: Placed) -> Json:
    """The block as it is sent."""
    node = placed.node
    body = dict(node.body)
    children = [render(child) for child in placed.inline]
    if children or node.type in ("column_list", "column") or (node.type == "tab" and placed.floor < TOP):
        body["children"] = children
    return {"type": node.type, node.type: body}


# --- the bound ----------------------------------------------------------------------------------------------------


Ways = tuple[tuple[int, int], ...]
"""(writes, blocks that travel) of a block on a floor: first the fewest writes, each further one lighter."""


def lower_bound(snapshot: Snapshot) -> int:
    """The fewest write requests that any copy of the snapshot can take (uploads of files aside).

    Derivation, for copies that write siblings in their order, each request at the end of its parent; `docs/vendors/notion.md`
    has the rules.

    (1) Of a block's children the first so many travel with it, one floor up, as far as the grammar lets them; the rest start
    again on the ground in requests of their own. A way to write a block is told by two numbers: the requests that are needed
    besides the one that carries it, and the blocks that travel with it. The requests are those of the children that travel plus
    those for the rest (2); the blocks are 1 plus theirs, at most 1,000. All numbers of children that may travel are tried (at
    most 100, of a table one at least, of a list of columns two), and for each number of requests the lightest way is kept.

    (2) A run of siblings that are appended to one parent is cut into requests of at most 100 siblings and 1,000 blocks. It is
    followed sibling by sibling, keeping only the cheapest ways: any way may open a new request for one write more, and then has
    at least as much room as every way of that price. For the same reason a sibling in a run is worth one write more than its
    fewest at most, and that only if it does not fit otherwise.

    (3) The page is such a run, of one request at least.

    Nothing else is assumed, so under the limits in blocks the number is not only never too high, but exact. The limit in bytes
    is left out: it can make a copy of heavy text dearer, and nothing makes it cheaper.
    """
    tree = snapshot.body.tree if isinstance(snapshot.body, Payload) else ()
    known: dict[tuple[int, int], Ways] = {}
    return max(1, _runs([_ways(node, 0, known) for node in tree])[-1])


def _runs(siblings: Sequence[Ways]) -> list[int]:
    """Fewest writes for none, the last, the last two, ... of the siblings: (2) of the bound, from the end."""
    writes_, room = [0], [(ARRAY, BLOCKS)]
    for ways in reversed(siblings):
        fewest, size = ways[0]
        cost = fewest
        fits = [(count + 1, held + size) for count, held in room if count < ARRAY and held + size <= BLOCKS]
        if not fits:
            cost += 1
            lighter = [less for dearer, less in ways if dearer == cost]
            fits = [(1, size)]
            fits += [
                (c + 1, held + less) for less in lighter for c, held in room if c < ARRAY and held + less <= BLOCKS
            ]
        writes_.append(writes_[-1] + cost)
        room = [one for one in set(fits) if not any(o != one and o[0] <= one[0] and o[1] <= one[1] for o in fits)]
    return writes_


def _ways(node: Node, floor: int, known: dict[tuple[int, int], Ways]) -> Ways:
    key = (id(node), floor)
    if key in known:
        return known[key]
    children, above = node.children, _floor_of_children(node, floor)
    rest = _runs([_ways(child, 0, known) for child in children])[::-1]
    ahead, found = {0: 1}, dict[int, int]()
    for count in range(min(len(children), ARRAY) + 1):
        if count:
            child = children[count - 1]
            ahead = _both(ahead, _ways(child, above, known) if _allowed(child, above) else ())
        if count >= _fewest_inline(node):
            for writes_, size in ahead.items():
                found[writes_ + rest[count]] = min(size, found.get(writes_ + rest[count], BLOCKS))
    known[key] = _rising(found)
    return known[key]


def _both(ahead: dict[int, int], ways: Ways) -> dict[int, int]:
    """What travels already and one child more."""
    sums: dict[int, int] = {}
    for first, held in ahead.items():
        for second, size in ways:
            if held + size <= BLOCKS:
                sums[first + second] = min(held + size, sums.get(first + second, BLOCKS))
    return dict(_rising(sums))


def _rising(found: dict[int, int]) -> Ways:
    """By writes; without those that cost more and weigh no less."""
    kept: list[tuple[int, int]] = []
    for writes_, size in sorted(found.items()):
        if not kept or size < kept[-1][1]:
            kept.append((writes_, size))
    return tuple(kept)
