"""A site in plain form, for the control API: a tree of what exists, and one page as text."""

from __future__ import annotations

from isms_bot.sandbox.confluence import lines, storage
from isms_bot.sandbox.confluence.gestures.comments import thread_of
from isms_bot.sandbox.confluence.lines import Block
from isms_bot.sandbox.confluence.model import Json, WikiComment, WikiPage
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.confluence.xhtml import Node, parse


def tree(site: Site) -> list[Json]:
    """Everything on the site: {id, kind, title, status, in_trash, children}; the top has the site's spaces."""
    return [
        {
            "id": space.id,
            "kind": "space",
            "title": space.name,
            "key": space.key,
            "in_trash": False,
            "children": [_branch(site, p) for p in _below(site, None) if p.space_id == space.id],
        }
        for space in site.spaces()
    ]


def _below(site: Site, parent_id: str | None) -> list[WikiPage]:
    return site.children(parent_id, statuses=("current", "archived", "trashed", "draft"))


def _branch(site: Site, page: WikiPage) -> Json:
    return {
        "id": page.id,
        "kind": page.kind,
        "title": page.title,
        "status": page.status,
        "in_trash": page.status == "trashed",
        "children": [_branch(site, child) for child in _below(site, page.id)],
    }


def page(site: Site, found: WikiPage) -> Json:
    """One page as a person reads it, also from the trash."""
    listed = lines.blocks(found.storage, site.name)
    authors = _authors(site, found, listed)
    return {
        "id": found.id,
        "site": site.flavor,
        "title": found.title,
        "parent": found.parent_id,
        "data_source": found.parent_id,
        "space": found.space_id,
        "kind": found.kind,
        "status": found.status,
        "in_trash": found.status == "trashed",
        "archived": found.status == "archived",
        "is_archived": found.status == "archived",
        "version": found.number,
        "created_by": found.created_by,
        "edited_by": found.edited_by,
        "edited_at": found.edited_at,
        "properties": {row.label: row.text for row in lines.rows(found.storage, site.name)},
        "mark": {row.label: row.text for row in lines.rows(found.storage, site.name, of_mark=True)},
        "text": [block.line for block in listed],
        "blocks": [
            {
                "id": f"{found.id}:{number}",
                "type": block.type,
                "text": block.text,
                "checked": block.checked,
                "author": authors[number],
                "edited_by": authors[number],
            }
            for number, block in enumerate(listed)
        ],
        "comments": comments(site, found),
        "storage": found.storage,
        "draft": found.draft,
        "labels": [one["name"] for one in found.labels],
        "restrictions": found.restrictions,
        "watchers": list(found.watchers),
        "content_properties": {one.key: one.value for one in site.properties(found)},
        "attachments": [
            {"id": f.id, "title": f.title, "author": f.edited_by, "version": f.number} for f in site.attachments(found)
        ],
        "tasks": [
            {
                "id": task.id,
                "local_id": task.local_id,
                "status": task.status,
                "completed_by": task.completed_by,
                "completed_at": task.completed_at,
            }
            for task in site.tasks(found)
        ],
    }


def _authors(site: Site, found: WikiPage, listed: list[Block]) -> list[str]:
    """Who wrote each line as it is: the author of the oldest version since which it stands there unchanged."""
    versions = site.versions(found)
    authors = [found.edited_by] * len(listed)
    standing = set(range(len(listed)))
    for version in versions:
        there = {(b.type, b.text, b.checked) for b in lines.blocks(version.storage, site.name)}
        standing = {n for n in standing if (listed[n].type, listed[n].text, listed[n].checked) in there}
        for n in standing:
            authors[n] = version.edited_by
    done = {task.local_id: task.completed_by for task in site.tasks(found) if task.completed_by}
    return [done.get(block.local_id) or author for block, author in zip(listed, authors, strict=True)]


def comments(site: Site, found: WikiPage) -> list[Json]:
    """All comments on the page, oldest first."""
    return sorted((_comment(site, one) for one in site.comments(found)), key=lambda c: int(c["id"]))


def _comment(site: Site, comment: WikiComment) -> Json:
    tree = parse(comment.storage)
    thread = site.world.records[thread_of(site, comment)]
    return {
        "id": comment.id,
        "discussion": thread.id,
        "location": comment.location,
        "anchor": comment.selection,
        "resolved": thread.resolution == "resolved",
        "author": comment.created_by,
        "by": comment.created_by,
        "at": comment.created_at,
        "text": "\n".join(_paragraphs(site, tree)),
        "links": [node.attributes["href"] for node in tree.walk() if node.tag == "a" and "href" in node.attributes],
        "storage": comment.storage,
    }


def _paragraphs(site: Site, tree: Node) -> list[str]:
    parts = [storage.words(child, site.name).strip() for child in tree.children]
    return [part for part in parts if part]
