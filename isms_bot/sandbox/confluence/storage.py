"""What the site makes of storage that is saved, and what it finds in it: tasks, links by title, people mentioned.

Rewriting is confined to what the vendor was seen to do: ids and schema versions of macros, ids of tasks, `<br/>`.
Every other byte stays as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from isms_bot.sandbox.confluence.model import CLOUD, Flavor
from isms_bot.sandbox.confluence.xhtml import Node, Text, escape, parse, quote, splice, tags

LIMIT = 5 * 1024 * 1024
_EDITED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "th", "td"}
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Box:
    """A task as it stands in storage."""

    local_id: str
    complete: bool
    body: str
    assignee: str  # the account or key in its first mention
    due: str  # yyyy-mm-dd of its first date
    status: tuple[int, int]  # where the word of its status stands


def rewritten(storage: str, flavor: Flavor, new_uuid: Callable[[], str], *, editor: bool = False) -> str:
    """As the site keeps it. `editor`: saved by a person in the editor, which leaves ids of its own on Cloud.

    Raises Malformed.
    """
    tree = parse(storage)
    edits: list[tuple[int, int, str]] = []
    for found in tags(storage):
        if found["close"]:
            continue
        rest = found["rest"].rstrip()
        if found["tag"] == "ac:structured-macro":
            if "ac:schema-version=" not in rest:
                rest += ' ac:schema-version="1"'
            if "ac:macro-id=" not in rest:
                rest += f' ac:macro-id="{new_uuid()}"'
        if editor and flavor == CLOUD and found["tag"] in _EDITED and "local-id=" not in rest:
            rest += f' local-id="{new_uuid()}"'
        new = f"<{found['tag']}{rest}{' />' if found['empty'] else '>'}"
        if new != found[0]:
            edits.append((found.start(), found.end(), new))
    edits += _task_ids(tree, flavor, new_uuid)
    return splice(storage, edits)


def _task_ids(tree: Node, flavor: Flavor, new_uuid: Callable[[], str]) -> list[tuple[int, int, str]]:
    found = [node for node in tree.walk() if node.tag == "ac:task"]
    used = [int(i.text()) for node in found if (i := node.first("ac:task-id")) and i.text().isdigit()]
    following = max(used, default=0) + 1
    edits = []
    for node in found:
        number, identity = node.first("ac:task-id"), node.first("ac:task-uuid")
        new = ""
        if number is None:
            new, following = f"<ac:task-id>{following}</ac:task-id>", following + 1
        if identity is None and flavor == CLOUD:
            new += f"<ac:task-uuid>{new_uuid()}</ac:task-uuid>"
        if new:
            place = number.end if number is not None else node.inner
            edits.append((place, place, new))
    return edits


def boxes(storage: str) -> list[Box]:
    """The tasks of a page in the order of the text; those without a status are incomplete."""
    result = []
    for node in parse(storage).walk():
        if node.tag != "ac:task":
            continue
        number, status, body = (node.first(f"ac:task-{name}") for name in ("id", "status", "body"))
        if number is None:
            continue
        inner = storage[body.inner : body.outer] if body else ""
        parts = list(body.walk()) if body else []
        result.append(
            Box(
                number.text().strip(),
                status is not None and status.text().strip() == "complete",
                inner,
                next((mention(p) for p in parts if p.tag == "ri:user"), ""),
                next((p.attributes.get("datetime", "") for p in parts if p.tag == "time"), ""),
                (status.inner, status.outer) if status else (node.inner, node.inner),
            )
        )
    return result


def ticked(storage: str, local_ids: set[str], checked: bool) -> str:
    """The storage with these boxes ticked or not."""
    word = "complete" if checked else "incomplete"
    edits = []
    for box in boxes(storage):
        if box.local_id in local_ids and box.complete != checked:
            start, end = box.status
            edits.append((start, end, word if start != end else f"<ac:task-status>{word}</ac:task-status>"))
    return splice(storage, edits)


def mention(node: Node) -> str:
    """The account id or the user key of a `ri:user`."""
    return node.attributes.get("ri:account-id") or node.attributes.get("ri:userkey") or ""


def mentioned(account: str, flavor: Flavor) -> str:
    """A mention in storage."""
    key = "account-id" if flavor == CLOUD else "userkey"
    return f'<ac:link><ri:user ri:{key}="{quote(account)}" /></ac:link>'


def page_link(title: str) -> str:
    """A link to a page of the same space."""
    return f'<ac:link><ri:page ri:content-title="{quote(title)}" /></ac:link>'


def relinked(storage: str, old: str, new: str, space: str) -> str:
    """Links to a page that was renamed follow it, as the vendor does it."""
    if quote(old) not in storage:
        return storage
    edits = []
    for found in tags(storage):
        if found["tag"] != "ri:page" or f'ri:content-title="{quote(old)}"' not in found["rest"]:
            continue
        if "ri:space-key=" in found["rest"] and f'ri:space-key="{space}"' not in found["rest"]:
            continue
        new_tag = found[0].replace(f'ri:content-title="{quote(old)}"', f'ri:content-title="{quote(new)}"')
        edits.append((found.start(), found.end(), new_tag))
    return splice(storage, edits)


def marked(storage: str, selection: str, marker: str, index: int = 0) -> str | None:
    """The storage with a marker of an inline comment around the words; None where they do not stand in one run of text."""
    left = index
    for text in _texts(parse(storage)):
        words = text.raw
        place = words.find(escape(selection))
        while place >= 0:
            if left == 0:
                start = text.start + place
                end = start + len(escape(selection))
                shown = f'<ac:inline-comment-marker ac:ref="{marker}">{storage[start:end]}</ac:inline-comment-marker>'
                return splice(storage, [(start, end, shown)])
            left -= 1
            place = words.find(escape(selection), place + 1)
    return None


def _texts(node: Node) -> list[Text]:
    found: list[Text] = []
    for child in node.children:
        if isinstance(child, Node):
            found += _texts(child)
        elif not child.literal:
            found.append(child)
    return found


def words(node: Node | Text, names: Callable[[str], str]) -> str:
    """The text as people read it: names of people mentioned, dates, the words of a status, titles of links."""
    if isinstance(node, Text):
        return _SPACE.sub(" ", node.text()) if not node.literal else node.text()
    if node.tag == "br":
        return "\n"
    if node.tag == "time":
        return node.attributes.get("datetime", "")
    if node.tag == "ac:link":
        return _link_words(node, names)
    if node.tag == "ac:image":
        return "".join(n.attributes.get("ri:filename") or n.attributes.get("ri:value") or "" for n in node.elements())
    if node.macro == "status":
        return node.parameter("title")
    if node.tag in {"ac:parameter", "ac:placeholder"}:
        return ""
    return "".join(words(child, names) for child in node.children)


def _link_words(node: Node, names: Callable[[str], str]) -> str:
    for child in node.elements():
        if child.tag == "ri:user":
            return f"@{names(mention(child))}"
        if child.tag in {"ac:plain-text-link-body", "ac:link-body"}:
            return child.text()
    return "".join(
        n.attributes.get("ri:content-title") or n.attributes.get("ri:filename") or "" for n in node.elements()
    )
