"""Storage as safe HTML: what people see of a page. Only tags and attributes listed here pass."""

from __future__ import annotations

from isms_bot.sandbox.confluence.lines import hidden
from isms_bot.sandbox.confluence.model import WikiPage
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.confluence.storage import mention
from isms_bot.sandbox.confluence.xhtml import Node, Text, escape, parse, quote

_PLAIN = {
    *(
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "tbody",
        "thead",
        "tr",
        "th",
        "td",
    ),
    *("strong", "b", "em", "i", "u", "s", "del", "sub", "sup", "code", "pre", "small", "div", "span", "hr", "br"),
}
_EMPTY = {"hr", "br"}
_BOXES = {"info", "note", "tip", "warning", "panel"}
_COLOURS = {"Red", "Yellow", "Green", "Blue", "Purple"}


def view(site: Site, storage: str, page: WikiPage | None = None) -> str:
    """The HTML of a body; hidden page properties show nothing."""
    return "".join(_node(site, child, page) for child in parse(storage).children)


def _inner(site: Site, node: Node | None, page: WikiPage | None) -> str:
    return "".join(_node(site, child, page) for child in node.children) if node else ""


def _node(site: Site, node: Node | Text, page: WikiPage | None) -> str:
    if isinstance(node, Text):
        return escape(node.text())
    if node.macro:
        return _macro(site, node, page)
    if node.tag in _EMPTY:
        return f"<{node.tag}>"
    if node.tag in _PLAIN:
        return f"<{node.tag}>{_inner(site, node, page)}</{node.tag}>"
    if node.tag == "a":
        return _anchor(site, node, page)
    if node.tag == "time":
        day = quote(node.attributes.get("datetime", ""))
        return f'<time datetime="{day}">{day}</time>'
    if node.tag == "ac:link":
        return _link(site, node, page)
    if node.tag == "ac:task-list":
        return f'<ul class="tasks">{_inner(site, node, page)}</ul>'
    if node.tag == "ac:task":
        return _task(site, node, page)
    if node.tag == "ac:image":
        names = [n.attributes.get("ri:filename") or n.attributes.get("ri:value") or "" for n in node.elements()]
        return f'<span class="file">▣ {escape("".join(names))}</span>'
    if node.tag == "ac:inline-comment-marker":
        return f"<mark>{_inner(site, node, page)}</mark>"
    if node.tag in {"ac:parameter", "ac:placeholder", "colgroup", "script", "style"}:
        return ""
    return _inner(site, node, page)


def _task(site: Site, node: Node, page: WikiPage | None) -> str:
    status = node.first("ac:task-status")
    done = status is not None and status.text().strip() == "complete"
    box = f'<span class="box{" on" if done else ""}" role="img" aria-label="{"done" if done else "to do"}"></span>'
    return f'<li class="todo{" done" if done else ""}">{box}<div>{_inner(site, node.first("ac:task-body"), page)}</div></li>'


def _anchor(site: Site, node: Node, page: WikiPage | None) -> str:
    href, words = node.attributes.get("href", ""), _inner(site, node, page)
    if href.split(":", maxsplit=1)[0].lower() not in {"http", "https", "mailto"}:
        return words
    return f'<a href="{quote(href)}" rel="noreferrer">{words}</a>'


def _link(site: Site, node: Node, page: WikiPage | None) -> str:
    words = ""
    for child in node.elements():
        if child.tag in {"ac:plain-text-link-body", "ac:link-body"}:
            words = escape(child.text())
    for child in node.elements():
        if child.tag == "ri:user":
            return f'<span class="mention">@{escape(site.name(mention(child)))}</span>'
        if child.tag == "ri:page":
            title = child.attributes.get("ri:content-title", "")
            key = child.attributes.get("ri:space-key", "")
            space = site.space_by_key(key) if key else site.space(page.space_id) if page else None
            found = _titled(site, space.id, title) if space else None
            shown = words or escape(title)
            return (
                f'<a class="mention" href="/p/{found}">{shown}</a>' if found else f'<span class="gone">{shown}</span>'
            )
        if child.tag == "ri:attachment":
            return f'<span class="file">▣ {words or escape(child.attributes.get("ri:filename", ""))}</span>'
    return words


def _titled(site: Site, space_id: str, title: str) -> str:
    listed = site.index.titles.get((space_id, title.lower()), {})
    return next((page_id for page_id in listed if site.world.records[page_id].status == "current"), "")


def _macro(site: Site, node: Node, page: WikiPage | None) -> str:
    body, plain = node.first("ac:rich-text-body"), node.first("ac:plain-text-body")
    if node.macro == "status":
        colour = node.parameter("colour")
        tone = colour.lower() if colour in _COLOURS else "grey"
        return f'<span class="lozenge {tone}">{escape(node.parameter("title"))}</span>'
    if node.macro == "details":
        return "" if hidden(node) else f'<div class="details">{_inner(site, body, page)}</div>'
    if node.macro == "expand":
        summary = escape(node.parameter("title") or "Click here to expand...")
        return f"<details><summary>{summary}</summary>{_inner(site, body, page)}</details>"
    if node.macro == "code":
        return f"<pre><code>{escape(plain.text() if plain else '')}</code></pre>"
    if node.macro in _BOXES:
        return f'<aside class="callout">{_inner(site, body, page)}</aside>'
    if body is not None:
        return _inner(site, body, page)
    return f'<p class="quiet">{escape(node.macro)}</p>'
