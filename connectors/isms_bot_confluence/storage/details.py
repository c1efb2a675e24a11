"""The two details macros (Page Properties) in which the bot shows the fields of a page and says whose page it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from isms_bot.layout import FieldKind, FieldSpec, SourceSpec
from isms_bot.model import Link, PageRef, Value
from isms_bot_confluence.storage import markup
from isms_bot_confluence.storage.blocks import text
from isms_bot_confluence.storage.canonical import of_lines
from isms_bot_confluence.storage.inline import NOTHING_KNOWN
from isms_bot_confluence.storage.markup import Flavor
from isms_bot_confluence.storage.outline import HIDDEN, VISIBLE, Line, is_ours, of_nodes
from isms_bot_confluence.storage.parse import Element, Tree, parse
from isms_bot_confluence.storage.values import Reading, checked, read, write

_ROWS = ("Key", "Workspace", "Installation", "Source")


@dataclass(frozen=True, slots=True)
class Cell:
    """The value cell of a row. `text` is its canonical text: two cells with the same text say the same."""

    text: str
    lines: tuple[Line, ...]

    def value(self, spec: FieldSpec, *, pages: Mapping[str, PageRef] | None = None) -> Reading:
        """The value as a field of this kind; `pages` as for `values.read`."""
        return read(spec, self.lines, pages=pages)


@dataclass(frozen=True, slots=True)
class MarkRows:
    """What the hidden table says; "" where a row is missing. `source` is a value of `model.Source`."""

    key: str
    workspace: str
    installation: str
    source: str


@dataclass(frozen=True, slots=True)
class Details:
    """What a body holds of the bot's macros. `cells`: value cells by label (of equal labels the first), None without a visible
    table; `mark`: None without a hidden one."""

    cells: Mapping[str, Cell] | None
    mark: MarkRows | None


@lru_cache(maxsize=256)
def details(storage: str) -> Details | None:
    """The first macro of either kind in a body, None if it has neither. Raises Permanent for a body that `parse` refuses."""
    tree = parse(storage)
    visible, hidden = _ours(tree, VISIBLE), _ours(tree, HIDDEN)
    if visible is None and hidden is None:
        return None
    return Details(
        cells=None if visible is None else _cells(visible),
        mark=None if hidden is None else _mark(_cells(hidden)),
    )


def _ours(tree: Tree, name: str) -> Element | None:
    return next((one for one in tree.elements() if is_ours(one, name)), None)


def _cells(macro: Element) -> dict[str, Cell]:
    """Cells by label, in order; of equal labels the first."""
    found: dict[str, Cell] = {}
    for line in of_nodes(macro.children):
        if line.form == "row" and not line.echo and len(line.cells) > 1:
            label = " ".join(text(line.cells[0], NOTHING_KNOWN).split())
            found.setdefault(label, Cell(of_lines(line.cells[1]), line.cells[1]))
    return found


def _mark(cells: Mapping[str, Cell]) -> MarkRows:
    return MarkRows(*(text(cells[name].lines, NOTHING_KNOWN) if name in cells else "" for name in _ROWS))


def with_details(storage: str, visible: str | None, mark: str | None) -> str:
    """The body with our macros replaced where they stand, or put at its top, the mark behind the visible one; None leaves one as
    it is. Everything else stays byte for byte. Raises Permanent for a body that `parse` refuses."""
    tree = parse(storage)
    shown_at, marked_at = _span(_ours(tree, VISIBLE)), _span(_ours(tree, HIDDEN))
    # A macro that people moved into the other one would be replaced with it.
    if shown_at is not None and (marked_at is None or (visible is not None and _within(marked_at, shown_at))):
        marked_at = (shown_at[1], shown_at[1])
    if mark is not None and _within(shown_at, marked_at):
        shown_at = None
    edits = [
        (*(place or (0, 0)), macro) for place, macro in ((shown_at, visible), (marked_at, mark)) if macro is not None
    ]
    return tree.spliced(edits)


_Place = tuple[int, int]


def _span(element: Element | None) -> _Place | None:
    return (element.start, element.end) if element is not None else None


def _within(inner: _Place | None, outer: _Place | None) -> bool:
    return inner is not None and outer is not None and outer[0] < inner[0] < outer[1]


def render_details(
    source: SourceSpec,
    fields: Mapping[str, Value],
    flavor: Flavor,
    *,
    labels: Mapping[str, str] | None = None,
    links: Mapping[PageRef, Link] | None = None,
    colours: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """The visible macro: a row per field of the source except title, key and mark, empty where `fields` has no value.

    `labels` by field id where people read another name than the spec's; `links` and (by field id) `colours` as for
    `values.write`. Raises Permanent for a value that its field cannot hold.
    """
    checked(source, fields)
    rows = (
        (
            (labels or {}).get(spec.id, spec.name),
            write(spec, fields.get(spec.id), flavor, links=links, colours=(colours or {}).get(spec.id)),
        )
        for spec in shown(source)
    )
    return markup.macro("details", {"id": VISIBLE}, _table(rows))


def shown(source: SourceSpec) -> tuple[FieldSpec, ...]:
    """The fields that have a row of their own, in order."""
    return tuple(spec for spec in source.fields if spec.kind is not FieldKind.TITLE and spec.id not in ("key", "mark"))


def render_mark(*, key: str, workspace: str, installation: str, source: str) -> str:
    """The hidden macro."""
    rows = zip(_ROWS, map(markup.escape, (key, workspace, installation, source)), strict=True)
    return markup.macro("details", {"id": HIDDEN, "hidden": "true"}, _table(rows))


def _table(rows: Iterator[tuple[str, str]]) -> str:
    made = "".join(
        f"<tr><th>{markup.escape(label)}</th><td>{f'<p>{cell}</p>' if cell else ''}</td></tr>" for label, cell in rows
    )
    return f"<table><tbody>{made}</tbody></table>"
