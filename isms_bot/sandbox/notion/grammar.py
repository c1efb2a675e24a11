"""What a request may contain: rich text, icons, blocks and their nesting.

Transcribed from the types of Notion's own client; `docs/vendors/notion.md` names the places. The nesting grammar of one
request has three floors: everything at the top; one level of children with tables but without columns; then plain blocks.
"""

from __future__ import annotations

import re
from typing import Any

from isms_bot.sandbox.notion.validation import (
    Check,
    Problem,
    anything,
    array,
    boolean,
    keyed,
    nullable,
    number,
    one_of,
    record,
    text,
    uuid,
)

_HUES = ("gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
COLORS = ("default", *_HUES, "default_background", *(f"{c}_background" for c in _HUES))
OPTION_COLORS = ("default", *_HUES)
LANGUAGES = tuple(
    """abap|abc|agda|arduino|ascii art|assembly|bash|basic|bnf|c|c#|c++|clojure|coffeescript|coq|css|dart|dhall|diff|docker|ebnf|
elixir|elm|erlang|f#|flow|fortran|gherkin|glsl|go|graphql|groovy|haskell|hcl|html|idris|java|javascript|json|julia|kotlin|latex|
less|lisp|livescript|llvm ir|lua|makefile|markdown|markup|matlab|mathematica|mermaid|nix|notion formula|objective-c|ocaml|pascal|
perl|php|plain text|powershell|prolog|protobuf|purescript|python|r|racket|reason|ruby|rust|sass|scala|scheme|scss|shell|smalltalk|
solidity|sql|swift|toml|typescript|vb.net|verilog|vhdl|visual basic|webassembly|xml|yaml|java/c/c++/c#""".replace(
        "\n", ""
    ).split("|")
)

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$")


def iso_date(value: Any, path: str) -> list[Problem]:
    """A date or a date-time."""
    if not isinstance(value, str):
        return [Problem(path, ("a string",), value)]
    return [] if _DATE.match(value) else [Problem(path, ("a valid ISO 8601 date string",), value)]


URL = text(2000)
DATE = record({"start": iso_date}, {"end": nullable(iso_date), "time_zone": nullable(text())})
USER = record({"id": uuid}, {"object": one_of("user")})
COLOR = one_of(*COLORS)
OPTION_COLOR = one_of(*OPTION_COLORS)

ICON = keyed(
    {
        "emoji": text(populated=True),
        "external": record({"url": URL}),
        "file_upload": record({"id": text()}),
        "custom_emoji": record({"id": uuid}, {"name": text(), "url": text()}),
        "icon": record({"name": text()}, {"color": text()}),
    }
)
COVER = keyed({"external": record({"url": URL}), "file_upload": record({"id": text()})})

_MENTION = keyed(
    {
        "user": USER,
        "date": DATE,
        "page": record({"id": uuid}),
        "database": record({"id": uuid}),
        "template_mention": keyed(
            {"template_mention_date": one_of("today", "now"), "template_mention_user": one_of("me")}
        ),
        "custom_emoji": record({"id": uuid}, {"name": text(), "url": text()}),
    }
)
_ANNOTATIONS = record(
    {},
    dict.fromkeys(("bold", "italic", "strikethrough", "underline", "code"), boolean) | {"color": COLOR},
)
RICH_TEXT_ITEM = keyed(
    {
        "text": record({"content": text(2000)}, {"link": nullable(record({"url": URL}))}),
        "mention": _MENTION,
        "equation": record({"expression": text(1000)}),
    },
    # Read-only keys that a client echoes are accepted (recorded).
    {"annotations": _ANNOTATIONS, "plain_text": anything, "href": anything},
)
RICH_TEXT = array(RICH_TEXT_ITEM)

# -- blocks

_EMPTY = record()
_FILE = keyed({"external": record({"url": URL}), "file_upload": record({"id": uuid})}, {"caption": RICH_TEXT})
_NAMED_FILE = keyed(
    {"external": record({"url": URL}), "file_upload": record({"id": uuid})}, {"caption": RICH_TEXT, "name": text()}
)
_LINK = record({"url": URL}, {"caption": RICH_TEXT})
_ROW = record({"cells": array(RICH_TEXT)})
_TABLE = record(
    {"table_width": number, "children": array(keyed({"table_row": _ROW}, {"object": one_of("block")}), least=1)},
    {"has_column_header": boolean, "has_row_header": boolean},
)
_TO_PAGE = keyed({"page_id": uuid, "database_id": uuid, "comment_id": uuid})
_SYNCED_FROM = nullable(record({"block_id": uuid}, {"type": one_of("block_id")}))

TEXTS = ("paragraph", "bulleted_list_item", "numbered_list_item", "quote", "toggle")
HEADINGS = ("heading_1", "heading_2", "heading_3", "heading_4")
FILES = ("image", "video", "pdf", "audio")


def _leaves() -> dict[str, Check]:
    return {
        "embed": _LINK,
        "bookmark": _LINK,
        **dict.fromkeys(FILES, _FILE),
        "file": _NAMED_FILE,
        "code": record({"rich_text": RICH_TEXT, "language": one_of(*LANGUAGES)}, {"caption": RICH_TEXT}),
        "equation": record({"expression": text(1000)}),
        "divider": _EMPTY,
        "breadcrumb": _EMPTY,
        "table_of_contents": record({}, {"color": COLOR}),
        "link_to_page": _TO_PAGE,
        "table_row": _ROW,
    }


def _containers(children: Check | None) -> dict[str, Check]:
    nest: dict[str, Check] = {"children": children} if children is not None else {}

    def of(**extra: Check) -> Check:
        return record({"rich_text": RICH_TEXT}, {"color": COLOR, **extra, **nest})

    return {
        **{kind: of() for kind in TEXTS},
        "paragraph": of(icon=ICON),
        **{kind: of(is_toggleable=boolean) for kind in HEADINGS},
        "to_do": of(checked=boolean),
        "callout": of(icon=ICON),
        "template": record({"rich_text": RICH_TEXT}, nest),
        "synced_block": record({"synced_from": _SYNCED_FROM}, nest),
    }


def _block(kinds: dict[str, Check]) -> Check:
    return keyed(kinds, {"object": one_of("block")})


_ICON_PARAGRAPH = {"rich_text": RICH_TEXT}
_PLAIN = _block({**_leaves(), **_containers(None), "tab": _EMPTY})


def _tab(children: Check | None) -> Check:
    nest: dict[str, Check] = {"children": array(children)} if children is not None else {}
    item = keyed(
        {"paragraph": record(_ICON_PARAGRAPH, {"color": COLOR, "icon": ICON, **nest})}, {"object": one_of("block")}
    )
    return record({"children": array(item)})


_NESTED = _block({**_leaves(), **_containers(array(_PLAIN)), "table": _TABLE, "tab": _tab(None)})
_COLUMN = record({"children": array(_NESTED)}, {"width_ratio": number})
BLOCK = _block(
    {
        **_leaves(),
        **_containers(array(_NESTED)),
        "table": _TABLE,
        "tab": _tab(_PLAIN),
        "column_list": record({"children": array(keyed({"column": _COLUMN}, {"object": one_of("block")}))}),
        "column": _COLUMN,
    }
)
CHILDREN = array(BLOCK)

_MAYBE_FILE = {"caption": RICH_TEXT, "external": record({"url": URL}), "file_upload": record({"id": uuid})}


def _maybe(**keys: Check) -> Check:
    return record({}, keys)


BLOCK_UPDATES: dict[str, Check] = {
    **dict.fromkeys(("embed", "bookmark"), _maybe(url=URL, caption=RICH_TEXT)),
    **dict.fromkeys(FILES, record({}, _MAYBE_FILE)),
    "file": record({}, {**_MAYBE_FILE, "name": text()}),
    "code": _maybe(rich_text=RICH_TEXT, language=one_of(*LANGUAGES), caption=RICH_TEXT),
    "equation": record({"expression": text(1000)}),
    **dict.fromkeys(("divider", "breadcrumb", "tab"), _EMPTY),
    "table_of_contents": _maybe(color=COLOR),
    "link_to_page": _TO_PAGE,
    "table_row": _ROW,
    **dict.fromkeys(HEADINGS, record({"rich_text": RICH_TEXT}, {"color": COLOR, "is_toggleable": boolean})),
    "paragraph": _maybe(rich_text=RICH_TEXT, icon=ICON, color=COLOR),
    **dict.fromkeys(
        ("bulleted_list_item", "numbered_list_item", "quote", "toggle"),
        record({"rich_text": RICH_TEXT}, {"color": COLOR}),
    ),
    "to_do": _maybe(rich_text=RICH_TEXT, checked=boolean, color=COLOR),
    "template": record({"rich_text": RICH_TEXT}),
    "callout": _maybe(rich_text=RICH_TEXT, icon=ICON, color=COLOR),
    "synced_block": record({"synced_from": _SYNCED_FROM}),
    "table": _maybe(has_column_header=boolean, has_row_header=boolean),
    "column": _maybe(width_ratio=number),
}


def position(start: str, end: str) -> Check:
    """Block append says start and end, page create page_start and page_end."""

    def check(value: Any, path: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem(path, ("an object",), value)]
        said = value.get("type")
        if said == "after_block":
            return record({"type": anything, "after_block": record({"id": uuid})})(value, path)
        return record({"type": one_of("after_block", start, end)})(value, path)

    return check


def block_update(old: bool) -> Check:
    maybe = {**BLOCK_UPDATES, "type": text(), "in_trash": boolean, **({"archived": boolean} if old else {})}
    shape = record({}, maybe)

    def check(value: Any, path: str) -> list[Problem]:
        problems = shape(value, path)
        if problems or "type" not in value:
            return problems
        kinds = [key for key in value if key in BLOCK_UPDATES]
        return [] if value["type"] in kinds else [Problem(f"{path}.{value['type']}", ("defined",))]

    return check


def append(old: bool) -> Check:
    where: dict[str, Check] = {"after": uuid} if old else {}
    return record({"children": CHILDREN}, {**where, "position": position("start", "end")})
