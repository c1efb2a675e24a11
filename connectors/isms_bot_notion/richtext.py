"""Rich text: to plain words, to canonical words, to what Notion takes. Pure.

Everything that the bot writes goes out as `text` items, never as markdown: words that people wrote cannot become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from isms_bot.document import Runs
from isms_bot.errors import Permanent
from isms_bot.model import Link, Mention, Message, PageRef

Item = Mapping[str, Any]
Json = dict[str, Any]

LONGEST = 2000
"""Characters of one text or address; Notion counts UTF-16 units."""
MOST = 100
"""Items of one rich text, as of any array."""

_HEX = re.compile(r"[0-9a-f]{32}")
_OURS = re.compile(r"^(?:https?://(?:[a-z]+\.)?notion\.(?:so|com)/|/)", re.IGNORECASE)
_STYLES = ("bold", "italic", "strikethrough", "underline", "code", "color")


# --- out of words -------------------------------------------------------------------------------------------------


def units(text: str) -> int:
    """The length of `text` as Notion counts it: UTF-16 units."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def chunks(text: str, limit: int = LONGEST) -> list[str]:
    """`text` in pieces of at most `limit` UTF-16 units, no character torn; no text, no piece."""
    if units(text) <= limit:
        return [text] if text else []
    pieces, start, size = [], 0, 0
    for index, char in enumerate(text):
        width = 2 if ord(char) > 0xFFFF else 1
        if size + width > limit:
            pieces.append(text[start:index])
            start, size = index, 0
        size += width
    pieces.append(text[start:])
    return pieces


def usable(url: str | None) -> str | None:
    """The address if Notion takes it as a link (absolute, at most 2,000 characters), else None."""
    if url is None or units(url) > LONGEST or not re.match(r"(?:https?://|mailto:)\S+$", url, re.IGNORECASE):
        return None
    return url


def text_items(text: str, *, link: str | None = None, styles: Mapping[str, Any] | None = None) -> list[Json]:
    """Rich text of plain words."""
    base: Json = {"annotations": dict(styles)} if styles else {}
    target = {"link": {"url": link}} if link else {}
    return [{"type": "text", "text": {"content": piece, **target}, **base} for piece in chunks(text)]


def person(account: str) -> Json:
    """A mention that notifies."""
    return {"type": "mention", "mention": {"type": "user", "user": {"object": "user", "id": account}}}


def plain_value(text: str, where: str) -> list[Json]:
    """Rich text of a value. Raises Permanent if it is longer than Notion's 100 times 2,000 characters."""
    items = text_items(text)
    if len(items) > MOST:
        raise Permanent(f"{where} holds {len(text)} characters, Notion takes {MOST * LONGEST}; shorten it")
    return items


def from_runs(runs: Runs) -> list[Json]:
    """Rich text of the bot's own document. Raises Permanent if Notion cannot hold it in one block."""
    items: list[Json] = []
    for run in runs:
        if run.account:
            items.append(person(run.account))
            continue
        styles = {name: True for name in ("bold", "italic", "code") if getattr(run, name)}
        items += text_items(run.text, link=usable(run.link), styles=styles)
    if len(items) > MOST:
        raise Permanent(f"a paragraph has {len(items)} stretches of text, Notion takes {MOST}; split it")
    return items


def message(parts: Message, ref: PageRef, token: str) -> list[Json]:
    """A message as rich text whose last link carries the token; a link to the page `ref` is added if there is none.

    Raises Permanent for a message of more parts than Notion takes.
    """
    if not any(isinstance(part, Link) for part in parts):
        parts = (*parts, Link(" ↗", f"https://app.notion.com/p/{ref.replace('-', '')}"))
    last = max(index for index, part in enumerate(parts) if isinstance(part, Link))
    items: list[Json] = []
    for index, part in enumerate(parts):
        match part:
            case Mention(account):
                items.append(person(account))
            case Link(text, url):
                target = f"{url.partition('#')[0]}#{token}" if index == last else url
                items += text_items(text, link=usable(target))
            case _:
                items += text_items(part.text)
    if len(items) > MOST:
        raise Permanent(f"a comment would hold {len(items)} parts, Notion takes {MOST}; shorten it")
    return items


# --- into words ---------------------------------------------------------------------------------------------------


def kind_of(item: Item) -> str:
    """text, mention or equation; requests may leave the type out."""
    return str(item.get("type") or next(kind for kind in ("text", "mention", "equation") if kind in item))


def plain(items: Iterable[Item]) -> str:
    """What people read."""
    return "".join(_plain(item) for item in items)


def _plain(item: Item) -> str:
    if "plain_text" in item:
        return str(item["plain_text"])
    kind = kind_of(item)
    if kind == "text":
        return str(item["text"]["content"])
    if kind == "equation":
        return str(item["equation"]["expression"])
    return _mention(item["mention"])


def links(items: Iterable[Item]) -> tuple[str, ...]:
    """Addresses that the words lead to, in order."""
    return tuple(url for item in items if (url := _link(item)))


def _link(item: Item) -> str | None:
    if kind_of(item) == "text":
        link = item["text"].get("link")
        return str(link["url"]) if link else None
    return _preview(item)[1] if kind_of(item) == "mention" else None


def _preview(item: Item) -> tuple[str, str | None]:
    """Words and address of a mention that only Notion's own pages can make (a pasted link)."""
    mention = item["mention"]
    for kind in ("link_mention", "link_preview"):
        if kind in mention:
            url = str(mention[kind].get("href") or mention[kind].get("url") or "")
            return str(mention[kind].get("title") or item.get("plain_text") or url), url or None
    return "", None


def internal(url: str) -> tuple[str, str] | None:
    """(page hex, block hex or "") that an address inside Notion names, None for the rest of the web."""
    if not _OURS.match(url):
        return None
    path, _, fragment = url.partition("#")
    tail = path.partition("?")[0].rstrip("/").rpartition("/")[2].replace("-", "").lower()[-32:]
    if not _HEX.fullmatch(tail):
        return None
    block = fragment.replace("-", "").lower()
    return tail, block if _HEX.fullmatch(block) else ""


# --- canonical ----------------------------------------------------------------------------------------------------


def canonical(items: Iterable[Item]) -> str:
    """The words with everything that may change by itself left out.

    People, pages, links into Notion by id; styles dropped except strike-through, which changes what a sentence says; runs
    merged; backslash, line break and braces escaped, so that words cannot pose as marks.
    """
    merged: list[tuple[tuple[str, bool], str]] = []
    for item in items:
        for key, words in _canonical(item):
            if merged and merged[-1][0] == key:
                merged[-1] = (key, merged[-1][1] + words)
            else:
                merged.append((key, words))
    return "".join(_render(link, struck, words) for (link, struck), words in merged)


def _render(link: str, struck: bool, words: str) -> str:
    linked = f"{{{words}|{link}}}" if link else words
    return f"{{~{linked}~}}" if struck else linked


def _canonical(item: Item) -> Iterator[tuple[tuple[str, bool], str]]:
    kind = kind_of(item)
    struck = bool((item.get("annotations") or {}).get("strikethrough"))
    if kind == "text":
        words = escape(str(item["text"]["content"]))
        if words:
            yield (address(_link(item)), struck), words
    elif kind == "equation":
        yield ("", struck), f"{{${escape(str(item['equation']['expression']))}$}}"
    else:
        words, url = _preview(item)
        yield (address(url), struck), escape(words) if url else _mention(item["mention"])


def _mention(mention: Item) -> str:
    for kind in ("user", "page", "database", "custom_emoji"):
        if kind in mention:
            return f"{{{kind} {str(mention[kind]['id']).replace('-', '')}}}"
    if "date" in mention:
        date = mention["date"]
        return f"{{date {_day(date['start'])}{'..' + _day(date['end']) if date.get('end') else ''}}}"
    template = mention.get("template_mention") or {}
    return f"{{template {template.get('template_mention_date') or template.get('template_mention_user') or '?'}}}"


def _day(text: str) -> str:
    """A day that was sent as a day may come back as its midnight in UTC."""
    return re.sub(r"T00:00:00(?:\.000)?(?:Z|\+00:00)$", "", str(text))


def escape(text: str) -> str:
    """Words that cannot be mistaken for marks of the canonical text."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("{", "\\{").replace("}", "\\}")


def address(url: str | None) -> str:
    """An address as the canonical text holds it: pages of Notion by id, the rest as it is."""
    if not url:
        return ""
    inside = internal(url)
    if inside is None:
        return escape(url.rstrip("/"))
    return f"page {inside[0]}{'#' + inside[1] if inside[1] else ''}"


# --- copies -------------------------------------------------------------------------------------------------------


def creatable(items: Sequence[Item]) -> tuple[list[Json], list[str]]:
    """The same words as Notion takes them, with the kinds of what got lost ("mention", "style", "words")."""
    lost: list[str] = []
    made: list[Json] = []
    for item in items:
        copied, loss = _copied(item)
        made += copied
        lost += loss
    made = _merged(made)
    if len(made) <= MOST:
        return made, lost
    made = text_items("".join(_plain(item) for item in made))
    return made[:MOST], [*lost, "style", *(["words"] if len(made) > MOST else [])]


def _copied(item: Item) -> tuple[list[Json], list[str]]:
    kind = kind_of(item)
    styles = {name: item["annotations"][name] for name in _STYLES if name in (item.get("annotations") or {})}
    worn: Json = {"annotations": styles} if any(v not in (False, "default") for v in styles.values()) else {}
    if kind == "text":
        return text_items(str(item["text"]["content"]), link=_absolute(_link(item)), styles=worn.get("annotations")), []
    if kind == "equation":
        return [{"type": "equation", "equation": {"expression": item["equation"]["expression"]}, **worn}], []
    words, url = _preview(item)
    if url:
        return text_items(words, link=_absolute(url), styles=worn.get("annotations")), ["mention"]
    mention = item["mention"]
    for kind in ("user", "page", "database", "custom_emoji"):
        if kind in mention:
            keep = {"object": "user"} if kind == "user" else {}
            return [
                {"type": "mention", "mention": {"type": kind, kind: {**keep, "id": mention[kind]["id"]}}, **worn}
            ], []
    if "date" in mention:
        date = {key: value for key in ("start", "end", "time_zone") if (value := mention["date"].get(key)) is not None}
        return [{"type": "mention", "mention": {"type": "date", "date": date}, **worn}], []
    if "template_mention" in mention:
        template = {"type": "template_mention", "template_mention": dict(mention["template_mention"])}
        return [{"type": "mention", "mention": template, **worn}], []
    return text_items(_plain(item)), ["mention"]


def _absolute(url: str | None) -> str | None:
    """Links inside Notion come as paths ("/<hex>#<hex>") and are only taken as addresses."""
    if url is None:
        return None
    inside = internal(url)
    if inside is None:
        return usable(url)
    return f"https://app.notion.com/p/{inside[0]}{'#' + inside[1] if inside[1] else ''}"


def _merged(items: list[Json]) -> list[Json]:
    """Neighbours of the same style as one item, as long as it stays short enough."""
    made: list[Json] = []
    for item in items:
        last = made[-1] if made else None
        if (
            last is not None
            and item["type"] == last["type"] == "text"
            and item.get("annotations") == last.get("annotations")
            and item["text"].get("link") == last["text"].get("link")
            and units(last["text"]["content"]) + units(item["text"]["content"]) <= LONGEST
        ):
            text = {**last["text"], "content": last["text"]["content"] + item["text"]["content"]}
            made[-1] = {**last, "text": text}
            continue
        made.append(item)
    return made
