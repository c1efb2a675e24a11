"""What stands inside a line: from elements to pieces, from pieces to what people read and to what a record is compared by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from isms_bot_confluence.storage.parse import Element, Node, walk

_STRUCK = frozenset(("s", "del", "strike"))
_BLANKS = re.compile(r"[ \t\r\n]+")
_ALL_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_INK = re.compile(r"[^\s\u200b\ufeff]")
_PAGE_IN_PATH = re.compile(r"/pages/(\d+)(?=/|$)")
_PAGE_IN_QUERY = re.compile(r"(?:^|&)pageId=(\d+)(?=&|$)")
_HOST = re.compile(r"https?://[^/]*", re.IGNORECASE)
_EMOTICONS = {"tick": "✓", "cross": "✗"}
_TITLED = {"status": "title", "jira": "key"}
"""Macros that people see as one of their parameters."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads. `kind`: url, page (value is the title), post, file, space, anchor, entity (value is an id)…"""

    kind: str
    value: str
    space: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line.

    `kind`: text | verbatim | break | user | date | page | image | macro | hint. `text`: what people read, for a user the
    account, for an entity the id. `mark`: what stands for it in the canonical text ("" for words), for a macro its name.
    `parameters` of a macro by name.
    """

    kind: str
    text: str = ""
    mark: str = ""
    target: Target | None = None
    struck: bool = False
    parameters: tuple[tuple[str, tuple[Piece, ...]], ...] = ()


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Names by account, titles by page id, page ids by title. Any may look up lazily; what is unknown stands as its id or title."""

    names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)


NOTHING_KNOWN = Lookup()


# --- from elements to pieces ------------------------------------------------------------------------------------------


def gather(nodes: Iterable[Node]) -> Pieces:
    """The pieces of nodes that stand inside a line."""
    found: list[Piece] = []
    _gather(nodes, None, False, found)
    return tuple(found)


def verbatim(nodes: Iterable[Node]) -> Pieces:
    """Words whose white space counts: code."""
    parts = (node if isinstance(node, str) else "\n" if node.name == "br" else "" for node in walk(nodes))
    return (Piece("verbatim", "".join(parts)),)


def lines(pieces: Pieces) -> list[Pieces]:
    """The pieces cut at line breaks; lines without anything in them are left out."""
    cut: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == "break":
            cut.append([])
        else:
            cut[-1].append(piece)
    return [tuple(line) for line in cut if any(map(counts, line))]


def counts(piece: Piece) -> bool:
    """True if the piece is more than blanks."""
    return piece.kind != "text" or _INK.search(piece.text) is not None


def _gather(nodes: Iterable[Node], target: Target | None, struck: bool, found: list[Piece]) -> None:
    for node in nodes:
        if isinstance(node, str):
            found.append(Piece("text", node, "", target, struck))
            continue
        name = node.name
        if name == "a":
            href = node.attribute("href")
            _gather(node.children, Target("url", href) if href else target, struck, found)
        elif name in _STRUCK or "line-through" in node.attribute("style"):
            _gather(node.children, target, True, found)
        elif name == "ac:link":
            _linked(node, struck, found)
        elif name in _SINGLE:
            found.append(replace(_SINGLE[name](node), target=target, struck=struck))
        elif name.startswith("ri:"):
            found.append(_resource(node, target, struck))
        elif name in ("ac:structured-macro", "ac:macro"):
            found.append(replace(macro(node), target=target, struck=struck))
        elif name in _SILENT:
            continue
        elif ":" not in name or name in _TRANSPARENT:
            _gather(node.children, target, struck, found)
        else:
            found.append(Piece("hint", "", f"{{{name}{_attributes(node)}}}"))
            _gather(node.children, target, struck, found)


def _linked(element: Element, struck: bool, found: list[Piece]) -> None:
    resource = next((one for one in element.children if isinstance(one, Element) and one.name.startswith("ri:")), None)
    anchor = element.attribute("ac:anchor")
    if resource is None:
        target = Target("anchor", anchor)
        shown = Piece("text", anchor, "", target, struck)
    else:
        shown = _resource(resource, None, struck)
        if shown.kind == "user":
            found.append(shown)
            return
        target = replace(shown.target or Target("", ""), anchor=anchor)
        shown = replace(shown, target=target)
    before = len(found)
    for name in ("ac:link-body", "ac:plain-text-link-body"):
        for body in element.elements(name):
            _gather(body.children, target, struck, found)
    if not any(map(counts, found[before:])):
        found.append(shown)


def _resource(element: Element, target: Target | None, struck: bool) -> Piece:
    """What a link or an image names; `target` is where the words lead to anyway."""
    kind = element.name.removeprefix("ri:")
    if kind == "user":
        account = next((element.attribute(f"ri:{key}") for key in ("account-id", "userkey", "username") if element.attribute(f"ri:{key}")), "")  # fmt: skip
        return Piece("user", account, f"{{user {escape(account)}}}", target, struck)
    key = {"page": "content-title", "blog-post": "content-title", "attachment": "filename", "url": "value", "space": "space-key", "content-entity": "content-id"}.get(kind)  # fmt: skip
    value = element.attribute(f"ri:{key}") if key else _attributes(element).strip()
    named = {"attachment": "file", "blog-post": "post", "content-entity": "entity"}.get(kind, kind)
    place = "" if kind == "space" else element.attribute("ri:space-key")
    return Piece("page" if named == "entity" else "text", value, "", target or Target(named, value, place), struck)


def _break(_: Element) -> Piece:
    return Piece("break")


def _time(element: Element) -> Piece:
    day = element.attribute("datetime")
    return Piece("date", day, f"{{date {escape(day)}}}")


def _image(element: Element) -> Piece:
    caption = " ".join(words(gather(one.children)) for one in element.elements("ac:caption"))
    file, address = element.child("ri:attachment"), element.child("ri:url")
    if address is not None:
        url = address.attribute("ri:value")
        name, mark = unquote(urlsplit(_split_safe(url)).path.rpartition("/")[2]), escape(url)
    else:
        name = file.attribute("ri:filename") if file is not None else ""
        mark = escape(name)
    shown = caption or element.attribute("ac:alt") or name
    parts = ("image", mark, escape(element.attribute("ac:alt")), escape(caption))
    return Piece("image", shown, f"{{{' '.join(part for part in parts if part)}}}")


def _split_safe(url: str) -> str:
    """An address that `urlsplit` does not refuse: brackets of a broken IPv6 host are dropped."""
    return url.replace("[", "").replace("]", "")


def _emoticon(element: Element) -> Piece:
    name = element.attribute("ac:name")
    fallback = element.attribute("ac:emoji-fallback")
    shown = fallback if fallback and not fallback.startswith(":") else _EMOTICONS.get(name, f":{name}:")
    return Piece("text", shown)


def _placeholder(element: Element) -> Piece:
    return Piece("hint", "", f"{{hint {escape(words(gather(element.children)))}}}")


_SINGLE = {
    "br": _break,
    "time": _time,
    "ac:image": _image,
    "ac:emoticon": _emoticon,
    "ac:placeholder": _placeholder,
}
_SILENT = frozenset(("ac:task-id", "ac:task-uuid", "ac:task-status"))
"""What belongs to a task and is no word of the page, wherever it got to."""
_TRANSPARENT = frozenset(("ac:inline-comment-marker", "ac:link-body", "ac:plain-text-link-body", "ac:adf-content"))


# --- macros -----------------------------------------------------------------------------------------------------------


def macro(element: Element) -> Piece:
    """A macro with its parameters. Ids and versions that the server adds are left out."""
    told = (*element.elements("ac:parameter"), *element.elements("ac:default-parameter"))
    parameters = tuple((one.attribute("ac:name"), gather(one.children)) for one in told)
    name = element.attribute("ac:name")
    shown = next((words(pieces) for key, pieces in parameters if key == _TITLED.get(name)), "")
    return Piece("macro", shown, escape(name), parameters=parameters)


def parameter(element: Element, name: str) -> str:
    """What a parameter of a macro says, "" if it is not there."""
    found = (one for one in element.elements("ac:parameter") if one.attribute("ac:name") == name)
    return next((words(gather(one.children)) for one in found), "")


def _attributes(element: Element) -> str:
    """Attributes of an element that nothing is known of, without those that the server adds."""
    noise = ("local-id", "macro-id", "schema-version", "version-at-save", "task-list-id", "class", "style")
    told = sorted((key, value) for key, value in element.attributes.items() if key.rpartition(":")[2] not in noise)
    return "".join(f" {key}={escape(value)}" for key, value in told)


# --- what people read -------------------------------------------------------------------------------------------------


def words(pieces: Pieces, known: Lookup = NOTHING_KNOWN) -> str:
    """What people read; white space as a browser shows it, unbreakable blanks as blanks. Breaks are line breaks."""
    return "\n".join(line_words(line, known) for line in lines(pieces))


def line_words(line: Pieces, known: Lookup) -> str:
    """What people read in the pieces of one line."""
    if any(piece.kind == "verbatim" for piece in line):
        return "".join(piece.text for piece in line)
    return plain("".join(_shown(piece, known) for piece in line))


def _shown(piece: Piece, known: Lookup) -> str:
    if piece.kind == "user":
        return known.names.get(piece.text, piece.text)
    return known.titles.get(piece.text, piece.text) if piece.kind == "page" else piece.text


def plain(text: str) -> str:
    """White space as a browser shows it, at the ends none; unbreakable blanks as blanks."""
    return _BLANKS.sub(" ", text).replace("\u00a0", " ").strip()


# --- what a record is compared by -------------------------------------------------------------------------------------


def canonical(pieces: Pieces, known: Lookup = NOTHING_KNOWN) -> str:
    """The words with everything that may change by itself left out.

    People and dates by id, links with where they lead; styles dropped except strike-through, which changes what a sentence
    says; runs and white space merged; backslash, line break and braces escaped, so that words cannot pose as marks.
    """
    merged: list[tuple[tuple[str, bool], str]] = []
    for piece in pieces:
        said = _said(piece, known)
        key = (address(piece.target, known), piece.struck) if said.strip() else ("", False)
        if merged and merged[-1][0] == key:
            merged[-1] = (key, merged[-1][1] + said)
        elif said:
            merged.append((key, said))
    text = "".join(_wrapped(link, struck, said) for (link, struck), said in merged)
    if all(piece.kind != "verbatim" for piece in pieces):
        text = re.sub(" {2,}", " ", text).strip()
    return text.replace("\n", "\\n")


def _said(piece: Piece, known: Lookup) -> str:
    match piece.kind:
        case "break":
            return "\n"
        case "macro":
            told = sorted((escape(name), canonical(pieces, known)) for name, pieces in piece.parameters)
            return f"{{{' '.join(('macro', piece.mark, *(f'{name}={value}' for name, value in told)))}}}"
        case "verbatim":
            return escape(piece.text)
    return piece.mark or escape(_ALL_BLANKS.sub(" ", piece.text))


def _wrapped(link: str, struck: bool, said: str) -> str:
    linked = f"{{{said}|{link}}}" if link else said
    return f"{{~{linked}~}}" if struck else linked


def escape(text: str) -> str:
    """Words that cannot be mistaken for marks of the canonical text."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("{", "\\{").replace("}", "\\}")


def address(target: Target | None, known: Lookup = NOTHING_KNOWN) -> str:
    """Where a link leads, as the canonical text holds it: pages by id where it can be told, the rest as it is; "" for None."""
    if target is None:
        return ""
    tail = f"#{escape(target.anchor)}" if target.anchor else ""
    if target.kind == "url":
        return _url(target.value)
    if target.kind == "page" and target.value in known.pages:
        return f"page {known.pages[target.value]}{tail}"
    kind = "page" if target.kind == "entity" else target.kind
    return " ".join(part for part in (kind, escape(target.space), escape(target.value) + tail) if part)


def page_of(url: str) -> str | None:
    """The id of the page that an address of Confluence names (`…/pages/<id>/…`, `…?pageId=<id>`), None for any other."""
    path, _, query = url.partition("#")[0].partition("?")
    found = _PAGE_IN_PATH.search(path) or _PAGE_IN_QUERY.search(query)
    return found[1] if found else None


def _url(url: str) -> str:
    """An address; those of pages without the title in them, which changes with the page's."""
    page = page_of(url)
    if page is None:
        return escape(url.rstrip("/"))
    host = _HOST.match(url)
    fragment = url.partition("#")[2]
    return escape(f"{host[0] if host else ''}/pages/{page}{'#' + fragment if fragment else ''}")
