"""Values of fields as cells of a table that people read and edit, and back.

A cell is read as people may have left it: typed words where the bot wrote a lozenge, an ISO date where it picked one, a tick
instead of "Yes". What cannot be read is no value, with a sentence that says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from isms_bot.errors import Permanent
from isms_bot.layout import FieldKind, FieldSpec, SourceSpec
from isms_bot.model import Link, PageRef, Span, Value
from isms_bot_confluence.storage import markup
from isms_bot_confluence.storage.blocks import accounts, text
from isms_bot_confluence.storage.inline import Lookup, Piece, address, page_of
from isms_bot_confluence.storage.markup import Flavor
from isms_bot_confluence.storage.outline import Line

_ISO = re.compile(r"(?<![\d-])(\d{4}-\d{2}-\d{2})(?![\d-])")
_YES = frozenset(("yes", "true", "x", "[x]", "✓", "✔", "☑", "✅", "1", "on"))
_NO = frozenset(("no", "false", "", "[]", "[ ]", "✗", "✘", "☐", "❌", "0", "off", "-", "–", "—"))
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_MAIL = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell holds; `trouble` is a sentence if it holds something that is no value of its field ("" otherwise)."""

    value: Value = None
    trouble: str = ""


# --- writing ----------------------------------------------------------------------------------------------------------


def checked(source: SourceSpec, fields: Mapping[str, Value]) -> None:
    """Raises Permanent if a field is unknown to the source or cannot hold its value."""
    for field_id, value in fields.items():
        try:
            spec = source.field(field_id)
        except KeyError as error:
            raise Permanent(f'"{source.title}" has no field {field_id!r}') from error
        if not _holds(spec.kind, value):
            raise Permanent(f'"{spec.name}" of "{source.title}" ({spec.kind.value}) cannot hold {value!r}')


def _holds(kind: FieldKind, value: Value) -> bool:
    if value is None:
        return True
    match kind:
        case FieldKind.DATE:
            return isinstance(value, Span | datetime)
        case FieldKind.CHECKBOX:
            return isinstance(value, bool)
        case FieldKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case FieldKind.PEOPLE | FieldKind.RELATION | FieldKind.OPTIONS:
            return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def write(
    spec: FieldSpec,
    value: Value,
    flavor: Flavor,
    *,
    links: Mapping[PageRef, Link] | None = None,
    colours: Mapping[str, str] | None = None,
) -> str:
    """The content of a cell.

    `links`: words and address of related pages (one that is missing is linked by its id alone); `colours`: options that are shown
    as a lozenge, with its colour ("" for grey); the others are plain words. The value must have passed `checked`.
    """
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "Yes" if value else "No"
        case int() | float():
            return markup.escape(str(value))
        case datetime():
            return markup.day(value.date())
        case Span():
            return _span(value)
        case str():
            return _words(spec.kind, value, colours or {})
    if spec.kind is FieldKind.PEOPLE:
        return ", ".join(markup.mention(account, flavor) for account in value)
    if spec.kind is FieldKind.RELATION:
        return ", ".join(_page(ref, links or {}) for ref in value)
    # A comma divides options.
    return markup.escape(", ".join(name.replace(",", ";") for name in value))


def _words(kind: FieldKind, value: str, colours: Mapping[str, str]) -> str:
    if kind is FieldKind.OPTION and value in colours:
        return markup.status(value, colours[value])
    if kind is FieldKind.MAIL:
        return markup.link(value, f"mailto:{value}")
    return markup.link(value, value) if kind is FieldKind.URL else markup.escape(value)


def _span(span: Span) -> str:
    if span.end is None or span.end == span.start:
        return markup.day(span.start)
    return f"{markup.day(span.start)} – {markup.day(span.end)}"


def _page(ref: PageRef, links: Mapping[PageRef, Link]) -> str:
    known = links.get(ref)
    if known is not None and markup.usable(known.url):
        return markup.link(known.text, known.url)
    # An address within the site: it holds without knowing where the site is.
    url = f"/pages/viewpage.action?pageId={ref}"
    return f'<a href="{markup.attribute(url)}">{markup.escape(known.text if known else ref)}</a>'


# --- reading ----------------------------------------------------------------------------------------------------------


def read(spec: FieldSpec, cell: Sequence[Line], *, pages: Mapping[str, PageRef] | None = None) -> Reading:
    """The value of a cell. `pages`: ids by title, for relations that people link by title; asked for lazily.

    An empty cell holds None (a checkbox: False).
    """
    known = Lookup(pages=pages or {})
    words = text(cell, known)
    match spec.kind:
        case FieldKind.PEOPLE:
            people = tuple(dict.fromkeys(account for line in cell for account in accounts(line.pieces)))
            return _found(spec, people, words, "mention people with @")
        case FieldKind.RELATION:
            refs = tuple(dict.fromkeys(ref for piece in _pieces(cell) if (ref := _ref(piece, known))))
            return _found(spec, refs, words, "link to pages of the wiki")
        case FieldKind.DATE:
            return _read_days(spec, cell, words)
        case FieldKind.CHECKBOX:
            return _read_box(spec, cell, words)
        case FieldKind.NUMBER:
            return _read_number(spec, words)
        case FieldKind.OPTION:
            return Reading(_option(spec, words) or None)
        case FieldKind.OPTIONS:
            names = (_option(spec, name.strip()) for name in re.split(r"[,\n]", words) if name.strip())
            return Reading(tuple(dict.fromkeys(names)) or None)
        case FieldKind.MAIL:
            mails = [url.removeprefix("mailto:") for url in _addresses(cell) if url.startswith("mailto:")]
            mail = mails[0] if mails else words
            return _found(spec, mail if _MAIL.fullmatch(mail) else None, words, "write one address")
        case FieldKind.URL:
            return Reading(next(iter(_addresses(cell)), words) or None)
    return Reading(words or None)


def _found(spec: FieldSpec, value: Value, words: str, advice: str) -> Reading:
    if value:
        return Reading(value)
    return _unread(spec, words, advice) if words else Reading()


def _unread(spec: FieldSpec, words: str, advice: str) -> Reading:
    shown = words if len(words) <= 60 else f"{words[:59]}…"
    return Reading(None, f'"{spec.name}" cannot be read ("{shown}"): {advice}.')


def _pieces(cell: Sequence[Line]) -> list[Piece]:
    return [piece for line in cell for piece in line.pieces]


def _addresses(cell: Sequence[Line]) -> list[str]:
    return [piece.target.value for piece in _pieces(cell) if piece.target and piece.target.kind == "url"]


def _ref(piece: Piece, known: Lookup) -> PageRef | None:
    target = piece.target
    if target is None:
        return page_of(piece.text.strip())
    if target.kind == "url":
        return page_of(target.value)
    found = address(target, known).partition("#")[0] if target.kind in ("page", "entity") else ""
    named = found.removeprefix("page ")
    return named if target.kind == "entity" or target.value in known.pages else None


def _read_days(spec: FieldSpec, cell: Sequence[Line], words: str) -> Reading:
    picked = [piece.text for piece in _pieces(cell) if piece.kind == "date"]
    advice = "write one day, or the first and the last, as 2027-01-31"
    try:
        days = [date.fromisoformat(day[:10]) for day in picked or _ISO.findall(words)]
    except ValueError:
        return _unread(spec, words, advice)
    if not days and not words:
        return Reading()
    if len(days) not in (1, 2) or days[0] > days[-1]:
        return _unread(spec, words, advice)
    return Reading(Span(days[0], days[1] if len(days) == 2 and days[1] != days[0] else None))


def _read_box(spec: FieldSpec, cell: Sequence[Line], words: str) -> Reading:
    boxes = [line.checked for line in cell if line.form == "task"]
    if boxes:
        return Reading(all(boxes))
    said = words.casefold().rstrip(".! ")
    if said in _YES or said in _NO:
        return Reading(said in _YES)
    return _unread(spec, words, "write Yes or No")


def _read_number(spec: FieldSpec, words: str) -> Reading:
    if not words:
        return Reading()
    if not _NUMBER.fullmatch(words):
        return _unread(spec, words, "write one number")
    number = float(words.replace(",", "."))
    return Reading(int(number) if number.is_integer() else number)


def _option(spec: FieldSpec, words: str) -> str:
    """The option that the words mean, whatever their case; words that are none stand as they are."""
    return next((name for name in spec.options if name.casefold() == words.casefold()), words)
