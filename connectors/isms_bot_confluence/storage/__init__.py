"""Confluence's storage format, read and written. Pure: text in, values or text out; no network, no clock.

`parse` gives the tree, `outline` its lines; `blocks` are what sign-off reads, `canonical` what records are compared by. The bot
writes with `to_storage` and `message_storage`, its fields and mark with `with_details`, a copy of a procedure with `fresh`.
`blame` tells who introduced what.
"""

from isms_bot_confluence.storage.blame import Version, blame
from isms_bot_confluence.storage.blocks import blocks, mentions, task_of
from isms_bot_confluence.storage.canonical import CANON_VERSION, canonical
from isms_bot_confluence.storage.details import (
    Cell,
    Details,
    MarkRows,
    details,
    render_details,
    render_mark,
    shown,
    with_details,
)
from isms_bot_confluence.storage.files import files
from isms_bot_confluence.storage.fresh import fresh
from isms_bot_confluence.storage.markup import COLOURS, Flavor, status
from isms_bot_confluence.storage.messages import comment_text, message_storage
from isms_bot_confluence.storage.parse import Element, Tree, parse
from isms_bot_confluence.storage.values import Reading, checked
from isms_bot_confluence.storage.writing import to_storage

__all__ = [
    "CANON_VERSION",
    "COLOURS",
    "Cell",
    "Details",
    "Element",
    "Flavor",
    "MarkRows",
    "Reading",
    "Tree",
    "Version",
    "blame",
    "blocks",
    "canonical",
    "checked",
    "comment_text",
    "details",
    "files",
    "fresh",
    "mentions",
    "message_storage",
    "parse",
    "render_details",
    "render_mark",
    "shown",
    "status",
    "task_of",
    "to_storage",
    "with_details",
]
