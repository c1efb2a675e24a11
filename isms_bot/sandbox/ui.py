"""The workspace as people know it: a tree on the left, a page on the right. Read-only; `templates/` holds the looks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from isms_bot.sandbox.app import App
from isms_bot.sandbox.confluence.bootstrap import root
from isms_bot.sandbox.confluence.model import CLOUD, DATACENTER
from isms_bot.sandbox.confluence.ui import WikiLooks
from isms_bot.sandbox.notion import schema, views
from isms_bot.sandbox.notion.contents import Node
from isms_bot.sandbox.notion.errors import Refusal
from isms_bot.sandbox.notion.model import Block, Database, DataSource, Discussion, Json, Page, View
from isms_bot.sandbox.notion.query import compile_filter, sort_rows
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import canonical, is_uuid
from isms_bot.sandbox.world import Person

HERE = Path(__file__).parent
SHOWN_ROWS = 200
CONTENT_SECURITY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"


def routes(app: App) -> list[Route]:
    looks = Looks(app)
    wiki = WikiLooks(app.confluence, looks)
    css = (HERE / "static" / "sandbox.css").read_text(encoding="utf-8")

    async def home(_request: Request) -> Response:
        return RedirectResponse(f"/p/{app.world.settings['root_page_id']}", status_code=302)

    async def page(request: Request) -> Response:
        record_id = request.path_params["record_id"]
        return wiki.page(record_id) if app.confluence.has(record_id) else looks.page(record_id)

    async def style(_request: Request) -> Response:
        return Response(css, media_type="text/css")

    return [Route("/", home), Route("/p/{record_id}", page), Route("/static/sandbox.css", style)]


class Looks:
    """Renders one workspace."""

    def __init__(self, app: App) -> None:
        self.space: Space = app.space
        self.world = app.world
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        environment.filters |= {"rich": self.rich, "when": when, "person": self.person, "initials": initials}
        self.environment = environment
        self.template = environment.get_template("page.html")

    def sites(self, current: str) -> list[Json]:
        """The wikis of the sandbox, for the way from one to another."""
        listed = (("notion", "Notion"), ("cloud", "Confluence Cloud"), ("datacenter", "Data Center"))
        roots = {"notion": self.world.settings["root_page_id"]} | {
            flavor: root(self.world, flavor).id for flavor in (CLOUD, DATACENTER)
        }
        return [{"name": name, "href": f"/p/{roots[key]}", "current": key == current} for key, name in listed]

    def page(self, record_id: str) -> Response:
        """A page or a table of Notion."""
        found = self.space.find(canonical(_last_id(record_id))) if is_uuid(_last_id(record_id)) else None
        status = 200 if found is not None else 404
        if isinstance(found, Block):
            found = self.space.page_of(found)
        shown = self.template.render(
            tree=self.tree(found),
            record=found,
            line=list(reversed(list(self._crumbs(found)))) if found else [],
            title=self.title(found) if found else "Nothing here",
            trashed=self.space.trashed(found) if found else False,
            properties=self.properties(found) if isinstance(found, Page) else [],
            blocks=self.blocks(found) if isinstance(found, Page) else [],
            tables=self.tables(found),
            comments=self.comments(found) if isinstance(found, Page) else [],
            kind=type(found).__name__ if found else "",
            now=self.world.now(),
            still=self.world.standing_still,
            people=self.world.people(),
            sites=self.sites("notion"),
        )
        return HTMLResponse(shown, status_code=status, headers={"content-security-policy": CONTENT_SECURITY})

    # -- the tree

    def tree(self, current: Node | None) -> list[Json]:
        open_ids = {node.id for node in self.space.line(current)} if current is not None else set()
        roots = [page for page in self.world.all(Page) if page.parent_id is None]
        return [self._branch(page, open_ids, current) for page in roots]

    def _branch(self, node: Node, open_ids: set[str], current: Node | None) -> Json:
        inner = [child for child in views.below(self.space, node) if not child.in_trash]
        # A database with one table is that table; its rows would crowd the tree unless one is being read.
        if isinstance(node, Database) and len(inner) == 1:
            inner = [child for child in views.below(self.space, inner[0]) if not child.in_trash]
        rows = isinstance(node, Database | DataSource)
        shown = [c for c in inner if not rows or c.id in open_ids]
        return {
            "id": node.id,
            "title": self.title(node),
            "icon": self.icon(node),
            "open": node.id in open_ids,
            "current": current is not None and node.id == current.id,
            "count": len(inner) if rows else 0,
            "children": [self._branch(child, open_ids, current) for child in shown],
        }

    def _crumbs(self, node: Node) -> Any:
        for above in self.space.line(node):
            if not isinstance(above, Block | DataSource):
                yield {"id": above.id, "title": self.title(above)}

    def title(self, node: Node) -> str:
        if isinstance(node, Page):
            return self.space.plain(self.space.title(node)) or "Untitled"
        if isinstance(node, Database) and node.linked:
            source = self.world.get(DataSource, node.data_sources[0])
            return f"↗ {self.space.plain(source.title) if source else 'Untitled'}"
        return self.space.plain(getattr(node, "title", [])) or "Untitled"

    def icon(self, node: Node) -> str:
        chosen = getattr(node, "icon", None)
        if chosen and "emoji" in chosen:
            return str(chosen["emoji"])
        return "▤" if isinstance(node, Database | DataSource) else "▫"

    # -- a page

    def properties(self, page: Page) -> list[Json]:
        source = self.world.get(DataSource, page.data_source_id or "")
        if source is None:
            return []
        return [
            {"name": column["name"], **self.cell(column, page)}
            for column in source.properties.values()
            if column["type"] not in {"title", "button"}
        ]

    def cell(self, column: Json, row: Page) -> Json:
        """What stands in one cell: {kind, text, items}."""
        kind, value = column["type"], row.values.get(column["id"])
        if kind in {"select", "status", "multi_select"}:
            options = {o["id"]: o for o in column["config"]["options"]}
            chosen = value if isinstance(value, list) else [value]
            return {"kind": "options", "items": [options[v] for v in chosen if v in options]}
        if kind in {"people", "created_by", "last_edited_by"}:
            stamps = {"created_by": [row.created_by], "last_edited_by": [row.edited_by]}
            ids: list[str] = stamps.get(kind, value or [])
            return {"kind": "people", "items": [self.person(v) for v in ids]}
        if kind == "relation":
            linked = [self.world.get(Page, v) for v in value or []]
            return {"kind": "links", "items": [{"id": p.id, "title": self.title(p)} for p in linked if p]}
        if kind in {"title", "rich_text"}:
            return {"kind": "rich", "items": value or []}
        if kind == "checkbox":
            return {"kind": "checkbox", "text": bool(value)}
        if kind in {"created_time", "last_edited_time"}:
            return {"kind": "text", "text": when(row.created_at if kind == "created_time" else row.edited_at)}
        if kind == "unique_id":
            prefix = column["config"]["prefix"]
            return {"kind": "text", "text": f"{prefix}-{value}" if prefix else str(value)}
        return {"kind": "text", "text": schema.words_of(self.space, column, value) if value is not None else ""}

    def blocks(self, node: Page | Block) -> list[Json]:
        shown: list[Json] = []
        number = 0
        for child in self.space.children(node):
            number = number + 1 if isinstance(child, Block) and child.type == "numbered_list_item" else 0
            shown.append(self._block(child, number))
        return shown

    def _block(self, node: Node, number: int) -> Json:
        if isinstance(node, Page):
            return {"type": "child_page", "id": node.id, "title": self.title(node), "icon": self.icon(node)}
        if isinstance(node, Database | DataSource):
            return {"type": "child_database", "id": node.id, "title": self.title(node), "tables": self.tables(node)}
        inner: Page | Block = node
        if node.type == "synced_block" and node.content["synced_from"]:
            original = self.space.find(node.content["synced_from"]["block_id"])
            inner = original if isinstance(original, Block) else node
        return {
            "type": node.type,
            "id": node.id,
            "content": node.content,
            "number": number,
            "by": self.person(node.edited_by),
            "at": when(node.edited_at),
            "children": self.blocks(inner),
            "threads": sum(not t.resolved for t in self._threads(node.id)),
        }

    def _threads(self, anchor: str) -> list[Discussion]:
        found = (self.world.get(Discussion, t) for t in self.space.threads.get(anchor, []))
        return [t for t in found if t is not None]

    def comments(self, page: Page) -> list[Json]:
        result = []
        for comment in views.comments(self.space, page):
            anchor = self.space.find(comment["anchor"])
            about = views.text(self.space, anchor) if isinstance(anchor, Block) else ""
            author = self.person(comment["by"])
            items = self.world.records[comment["id"]].rich_text
            result.append({**comment, "author": author, "when": when(comment["at"]), "about": about, "items": items})
        return result

    # -- tables

    def tables(self, node: Node | None) -> list[Json]:
        """Every view of a database, or a data source as it is."""
        if isinstance(node, DataSource):
            return [self._table(node, None)]
        if not isinstance(node, Database):
            return []
        listed = [self.world.get(View, v) for v in self.space.views.get(node.id, [])]
        tables = []
        for view in listed:
            source = self.world.get(DataSource, view.data_source_id) if view else None
            if source is not None:
                tables.append(self._table(source, view))
        if not tables:
            sources = [self.world.get(DataSource, s) for s in node.data_sources]
            tables = [self._table(source, None) for source in sources if source is not None]
        return tables

    def _table(self, source: DataSource, view: View | None) -> Json:
        rows = self.space.live_rows(source)
        problem = ""
        try:
            test = compile_filter(self.space, source, view.filter if view else None)
            rows = sort_rows(self.space, source, [r for r in rows if test(r)], (view.sorts or []) if view else [])
        except Refusal as refusal:
            problem = refusal.message
        columns = sorted(source.properties.values(), key=lambda c: c["type"] != "title")
        return {
            "name": view.name if view else self.title(source),
            "columns": [c["name"] for c in columns],
            "rows": [{"id": r.id, "cells": [self.cell(c, r) for c in columns]} for r in rows[:SHOWN_ROWS]],
            "more": max(0, len(rows) - SHOWN_ROWS),
            "problem": problem,
        }

    # -- text

    def person(self, user_id: str) -> Json:
        person = self.world.get(Person, user_id)
        return {
            "id": user_id,
            "name": person.name if person else "Somebody",
            "bot": bool(person and person.kind == "bot"),
        }

    def rich(self, items: list[Json]) -> Markup:
        return Markup("").join(self._run(item) for item in items)

    def _run(self, item: Json) -> Markup:
        text = escape(self.space.plain([item]))
        if item["type"] == "mention":
            mention = item["mention"]
            if mention["type"] in {"page", "database"}:
                return Markup('<a class="mention" href="/p/{}">{}</a>').format(mention[mention["type"]]["id"], text)
            return Markup('<span class="mention">{}</span>').format(text)
        marks = item["annotations"]
        for mark, tag in (
            ("code", "code"),
            ("bold", "strong"),
            ("italic", "em"),
            ("strikethrough", "s"),
            ("underline", "u"),
        ):
            if marks[mark]:
                text = Markup("<{0}>{1}</{0}>").format(Markup(tag), text)  # noqa: S704 - a tag of our own
        if marks["color"] != "default":
            text = Markup('<span class="c-{}">{}</span>').format(marks["color"], text)
        href = item["href"]
        if href and href.split(":")[0] in {"http", "https", "mailto"}:
            text = Markup('<a href="{}" rel="noreferrer">{}</a>').format(href, text)
        return Markup("<br>").join(text.split("\n"))


def when(moment: int | datetime) -> str:
    """A time as people read it, UTC."""
    found = datetime.fromtimestamp(moment / 1000, UTC) if isinstance(moment, int) else moment
    return f"{found.day} {found:%b %Y, %H:%M}"


def initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()


def _last_id(text: str) -> str:
    """The id in `Title-<32 hex digits>` or a plain id."""
    compact = text.replace("-", "")[-32:]
    return compact if len(compact) == 32 else text
