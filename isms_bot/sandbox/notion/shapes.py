"""The answers' objects, key by key in the recorded order, for one asker and one version of the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from isms_bot.sandbox.notion import schema
from isms_bot.sandbox.notion.contents import Node
from isms_bot.sandbox.notion.model import (
    Block,
    Comment,
    Database,
    DataSource,
    FileUpload,
    Json,
    Page,
    View,
)
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.values import Shaper
from isms_bot.sandbox.notion.wire import exact, minute, page_url, signature, url
from isms_bot.sandbox.world import Person

REFERENCES = 25  # inline in a page; the property endpoint has the rest
FREE_UPLOAD = 5 * 1024 * 1024  # recorded of a free workspace
PAID_UPLOAD = 5 * 1024 * 1024 * 1024  # as the vendor's help has it
MAX_SINGLE_PART = 20 * 1024 * 1024


class Shapes:
    """Renders for the integration as it may see things, at one version."""

    def __init__(self, space: Space, version: str) -> None:
        self.space = space
        self.world = space.world
        self.old = version < "2026-03-11"
        self.before_data_sources = version < "2025-09-03"
        self.values = Shaper(space, self.user, self.rich, minute, self.file)

    @property
    def largest_upload(self) -> int:
        """Bytes of one file; with it goes whether the plan is a free one."""
        return PAID_UPLOAD if self.world.limits.block_quota is None else FREE_UPLOAD

    # -- small parts

    def partial_user(self, user_id: str) -> Json:
        return {"object": "user", "id": user_id}

    def user(self, user_id: str) -> Json:
        """The whole user as far as the integration may see it; who left is only an id."""
        person = self.world.get(Person, user_id)
        if person is None or not person.active or self.world.integration.user_info == "none":
            return self.partial_user(user_id)
        base: Json = {"object": "user", "id": person.id, "name": person.name, "avatar_url": None, "type": person.kind}
        if person.kind == "bot":
            return {
                **base,
                "bot": {
                    "owner": {"type": "workspace", "workspace": True},
                    "workspace_name": "Sandbox",
                    "workspace_id": self.world.settings["workspace_id"],
                    "workspace_limits": {"max_file_upload_size_in_bytes": self.largest_upload},
                },
            }
        shows_email = self.world.integration.user_info == "email" and person.email
        return {**base, "person": {"email": person.email} if shows_email else {}}

    def rich(self, items: list[Json]) -> list[Json]:
        if not any(item["type"] == "mention" for item in items):
            return items
        return [self._mention(item) if item["type"] == "mention" else item for item in items]

    def _mention(self, item: Json) -> Json:
        mention = item["mention"]
        kind = mention["type"]
        plain = self.space.plain([item])
        if kind == "user":
            return {**item, "mention": {"type": kind, "user": self.user(mention["user"]["id"])}, "plain_text": plain}
        if kind in {"page", "database"}:
            return {**item, "plain_text": plain, "href": url(mention[kind]["id"])}
        return {**item, "plain_text": plain}

    def file(self, item: Json) -> Json:
        """A hosted file: a signed address that expires after an hour."""
        if "url" in item:
            return {"url": item["url"], "expiry_time": minute(self.world.now_ms() + 3_600_000)}
        expires = self.world.now_ms() + 3_600_000
        base = self.world.settings.get("base_url", "http://127.0.0.1")
        signed = signature(self.world.seed, item["upload"], expires)
        return {
            "url": f"{base}/files/{item['upload']}?expires={expires}&signature={signed}",
            "expiry_time": datetime.fromtimestamp(expires / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }

    def image(self, value: Json | None) -> Json | None:
        """An icon or a cover; an uploaded one behind a signed address."""
        if value and "upload" in value:
            return {"type": "file", "file": self.file(value)}
        return value

    def _trash(self, node: Node) -> Json:
        gone = self.space.trashed(node)
        return {"in_trash": gone, **({"archived": gone} if self.old else {})}

    def _stamps(self, record: Any) -> Json:
        return {
            "created_time": minute(record.created_at),
            "last_edited_time": minute(record.edited_at),
            "created_by": self.partial_user(record.created_by),
            "last_edited_by": self.partial_user(record.edited_by),
        }

    def parent(self, node: Page | Block | Database) -> Json:
        above = self.space.find(node.parent_id) if node.parent_id else None
        if above is None:
            return {"type": "workspace", "workspace": True}
        if isinstance(above, DataSource):
            if self.before_data_sources:
                return {"type": "database_id", "database_id": above.database_id}
            return {"type": "data_source_id", "data_source_id": above.id, "database_id": above.database_id}
        kind = "page_id" if isinstance(above, Page) else "block_id"
        return {"type": kind, kind: above.id}

    # -- pages

    def page(self, page: Page, only: set[str] | None = None) -> Json:
        title = self.space.plain(self.space.title(page))
        return {
            "object": "page",
            "id": page.id,
            **self._stamps(page),
            "cover": self.image(page.cover),
            "icon": self.image(page.icon),
            "parent": self.parent(page),
            "in_trash": (gone := self.space.trashed(page)),
            "is_archived": page.is_archived,
            "is_locked": page.is_locked,
            "properties": self._properties(page, only),
            "url": page_url(page.id, title),
            "public_url": None,
            **({"archived": gone} if self.old else {}),
        }

    def _properties(self, page: Page, only: set[str] | None) -> Json:
        if page.data_source_id is None:
            title = page.values.get("title", [])
            return {"title": {"id": "title", "type": "title", "title": self.rich(title)}}
        source = self.world.records[page.data_source_id]
        return {
            column["name"]: self._inline(self.values.value(column, page))
            for key, column in source.properties.items()
            if only is None or key in only
        }

    def _inline(self, value: Json) -> Json:
        kind = value["type"]
        if kind == "relation":
            return {**value, kind: value[kind][:REFERENCES], "has_more": len(value[kind]) > REFERENCES}
        if kind in {"title", "rich_text", "people"} and len(value[kind]) > REFERENCES:
            return {**value, kind: value[kind][:REFERENCES]}
        return value

    def property_column(self, page: Page, key: str) -> Json | None:
        if page.data_source_id is None:
            title = {"id": "title", "name": "title", "type": "title", "config": {}}
            return title if key == "title" else None
        return self.world.records[page.data_source_id].properties.get(key)  # type: ignore[no-any-return]

    # -- blocks

    def block(self, node: Node) -> Json:
        kind, body = self._body(node)
        has_children = isinstance(node, Page | Block) and bool(self.space.children(node))
        if isinstance(node, Block) and node.type == "synced_block" and node.content["synced_from"]:
            has_children = True
        return {
            "object": "block",
            "id": node.id,
            "parent": self.parent(node) if not isinstance(node, DataSource) else {},
            **self._stamps(node),
            "has_children": has_children,
            **self._trash(node),
            "type": kind,
            kind: body,
        }

    def _body(self, node: Node) -> tuple[str, Json]:
        if isinstance(node, Page):
            return "child_page", {"title": self.space.plain(self.space.title(node))}
        if isinstance(node, Database | DataSource):
            return "child_database", {"title": self.space.plain(node.title)}
        body = dict(node.content)
        for key in ("rich_text", "caption"):
            if key in body:
                body[key] = self.rich(body[key])
        if "cells" in body:
            body["cells"] = [self.rich(cell) for cell in body["cells"]]
        if "icon" in body:
            body["icon"] = self.image(body["icon"])
        upload = body.pop("upload", None)
        if upload:
            body["file"] = self.file({"upload": upload})
            if node.type != "file":
                body.pop("name", None)
        return node.type, body

    # -- databases, data sources, views

    def database(self, database: Database) -> Json:
        sources = [self.world.records[s] for s in database.data_sources if s in self.world.records]
        base = {
            "object": "database",
            "id": database.id,
            "title": self.rich(database.title),
            "description": self.rich(database.description),
            "parent": self.parent(database),
            "is_inline": database.is_inline,
            "in_trash": (gone := self.space.trashed(database)),
            "is_locked": database.is_locked,
            "created_time": exact(database.created_at),
            "last_edited_time": exact(database.edited_at),
            "data_sources": [{"id": s.id, "name": self.space.plain(s.title)} for s in sources],
            "icon": self.image(database.icon),
            "cover": self.image(database.cover),
            "url": url(database.id),
            "public_url": None,
            **({"archived": gone} if self.old else {}),
        }
        if self.before_data_sources:
            del base["data_sources"]
            base["properties"] = self.columns(sources[0]) if sources else {}
            base["created_time"], base["last_edited_time"] = minute(database.created_at), minute(database.edited_at)
            base["created_by"] = self.partial_user(database.created_by)
            base["last_edited_by"] = self.partial_user(database.edited_by)
        return base

    def data_source(self, source: DataSource) -> Json:
        database = self.world.records[source.database_id]
        return {
            "object": "data_source",
            "id": source.id,
            "cover": None,
            "icon": self.image(source.icon),
            "created_time": minute(source.created_at),
            "created_by": self.partial_user(source.created_by),
            "last_edited_by": self.partial_user(source.edited_by),
            "last_edited_time": minute(source.edited_at),
            "title": self.rich(source.title),
            "description": self.rich(source.description),
            "is_inline": database.is_inline,
            "properties": self.columns(source),
            "parent": {"type": "database_id", "database_id": source.database_id},
            "database_parent": self.parent(database),
            "url": url(source.database_id),
            "public_url": None,
            **self._trash(source),
        }

    def columns(self, source: DataSource) -> Json:
        return {c["name"]: self._column(c) for c in source.properties.values()}

    def _column(self, column: Json) -> Json:
        kind = column["type"]
        return {
            "id": quote(column["id"], safe=""),
            "name": column["name"],
            "description": column["description"],
            "type": kind,
            kind: self._config(kind, column["config"]),
        }

    def _config(self, kind: str, config: Json) -> Json:
        if kind != "relation":
            return config
        target = self.world.get(DataSource, config["data_source_id"])
        side = config["type"]
        inner: Json = {}
        if side == "dual_property":
            inner = {
                "synced_property_name": config["synced_name"] or "",
                "synced_property_id": quote(config["synced_id"] or "", safe=""),
            }
        ids = {"database_id": target.database_id if target else "", "data_source_id": config["data_source_id"]}
        if self.before_data_sources:
            del ids["data_source_id"]
        return {**ids, "type": side, side: inner}

    def view(self, view: View) -> Json:
        return {
            **self.partial_view(view, whole=True),
            "created_time": exact(view.created_at),
            "created_by": self.partial_user(view.created_by),
            "last_edited_time": exact(view.edited_at),
            "last_edited_by": self.partial_user(view.edited_by),
            "url": f"{url(view.database_id)}?v={view.id.replace('-', '')}",
            "filter": view.filter,
            "sorts": view.sorts,
            "quick_filters": view.quick_filters,
            "configuration": self._configuration(view),
        }

    def _configuration(self, view: View) -> Json | None:
        """Columns in a view's configuration are answered with their names."""
        config = view.configuration
        if not config or not config.get("properties"):
            return config
        source = self.world.get(DataSource, view.data_source_id)
        named = []
        for item in config["properties"]:
            column = schema.find(source, item["property_id"]) if source else None
            named.append({**item, **({"property_name": column["name"]} if column else {})})
        return {**config, "properties": named}

    def partial_view(self, view: View, *, whole: bool = False) -> Json:
        return {
            "object": "view",
            "id": view.id,
            "parent": {"type": "database_id", "database_id": view.database_id},
            **({"data_source_id": view.data_source_id, "name": view.name} if whole else {}),
            "type": view.type,
        }

    # -- comments, uploads

    def comment(self, comment: Comment) -> Json:
        kind = "page_id" if isinstance(self.space.find(comment.anchor_id), Page) else "block_id"
        author = self.world.get(Person, comment.created_by)
        bot = author is not None and author.kind == "bot"
        display = {"type": "custom", "resolved_name": comment.display_name}
        if comment.display_name is None:
            display = {
                "type": "integration" if bot else "user",
                "resolved_name": author.name if author else None,
            }
        return {
            "object": "comment",
            "id": comment.id,
            "parent": {"type": kind, kind: comment.anchor_id},
            "discussion_id": comment.discussion_id,
            "created_time": minute(comment.created_at),
            "last_edited_time": minute(comment.edited_at),
            "created_by": self.partial_user(comment.created_by),
            "rich_text": self.rich(comment.rich_text),
            "display_name": display,
            **({"attachments": [self._attachment(a) for a in comment.attachments]} if comment.attachments else {}),
        }

    def _attachment(self, upload_id: str) -> Json:
        upload = self.world.get(FileUpload, upload_id)
        kind = (upload.content_type or "").split("/")[0] if upload else ""
        is_pdf = upload is not None and upload.content_type == "application/pdf"
        category = kind if kind in {"audio", "image", "video"} else "pdf" if is_pdf else "productivity"
        return {"category": category, "file": self.file({"upload": upload_id})}

    def file_upload(self, upload: FileUpload) -> Json:
        base = self.world.settings.get("base_url", "http://127.0.0.1")
        pending = upload.status == "pending"
        author = self.world.get(Person, upload.created_by)
        return {
            "object": "file_upload",
            "id": upload.id,
            "created_time": minute(upload.created_at),
            "created_by": {"id": upload.created_by, "type": author.kind if author else "bot"},
            "last_edited_time": minute(upload.edited_at),
            "expiry_time": minute(upload.expires_at) if pending else None,
            **({"upload_url": f"{base}/v1/file_uploads/{upload.id}/send"} if pending else {}),
            "in_trash": upload.in_trash,
            **({"archived": upload.in_trash} if self.old else {}),
            "status": upload.status,
            "filename": upload.filename,
            "content_type": upload.content_type,
            "content_length": upload.size,
        }


def listing(kind: str, results: list[Json], cursor: str | None, **extra: Any) -> Json:
    return {
        "object": "list",
        "results": results,
        "next_cursor": cursor,
        "has_more": cursor is not None,
        "type": kind,
        kind: {},
        **extra,
    }
