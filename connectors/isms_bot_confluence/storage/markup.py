"""Small pieces of storage format: escaped words, mentions, dates, links, lozenges, macros.

Whatever comes from people goes through `escape` or `attribute` or `cdata`: it cannot become markup, a macro or a mention.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum

from isms_bot.model import Account

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("\r\n?|\n")
_USABLE = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


class Flavor(Enum):
    """Which Confluence: the two name people by ids that are not interchangeable."""

    CLOUD = "ri:account-id"
    DATACENTER = "ri:userkey"


COLOURS = ("Red", "Yellow", "Green", "Blue", "Purple")
"""Colours of a lozenge; any other word gives a grey one."""


def sane(text: str) -> str:
    """`text` without characters that XML cannot hold (control characters, halves of surrogate pairs)."""
    return _FORBIDDEN.sub("", text)


def escape(text: str) -> str:
    """Words as content of an element: line breaks as `<br />`, of several blanks all but the last unbreakable so that none
    is swallowed."""
    words = sane(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    words = re.sub(" {2,}", lambda blanks: "&nbsp;" * (len(blanks[0]) - 1) + " ", words)
    return _BREAK.sub("<br />", words)


def attribute(text: str) -> str:
    """Words as value of an attribute, quotes not included."""
    words = sane(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return words.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def cdata(text: str) -> str:
    """Words as they stand; `]]>` is divided between two sections."""
    return f"<![CDATA[{sane(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def mention(account: Account, flavor: Flavor) -> str:
    """A person, notified by the wiki."""
    return f'<ac:link><ri:user {flavor.value}="{attribute(account)}" /></ac:link>'


def day(value: date) -> str:
    """A day as Confluence shows and picks it."""
    return f'<time datetime="{value.isoformat()}" />'


def usable(url: str | None) -> str | None:
    """The address if it may become a link (absolute web or mail address), else None."""
    return url if url is not None and _USABLE.fullmatch(url) else None


def link(words: str, url: str) -> str:
    """Words that lead somewhere; the words alone if the address is none that may become a link."""
    return f'<a href="{attribute(url)}">{escape(words)}</a>' if usable(url) else escape(words)


def macro(name: str, parameters: Mapping[str, str] | None = None, body: str | None = None) -> str:
    """A macro; `body` is storage format."""
    inside = "".join(
        f'<ac:parameter ac:name="{attribute(key)}">{_parameter(value)}</ac:parameter>'
        for key, value in (parameters or {}).items()
    )
    held = "" if body is None else f"<ac:rich-text-body>{body}</ac:rich-text-body>"
    return f'<ac:structured-macro ac:name="{attribute(name)}">{inside}{held}</ac:structured-macro>'


def _parameter(text: str) -> str:
    return sane(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def status(word: str, colour: str = "") -> str:
    """A lozenge with a word in it: one of `COLOURS`, else grey."""
    return macro("status", ({"colour": colour} if colour in COLOURS else {}) | {"title": word})
