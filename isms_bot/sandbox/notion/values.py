"""Property values: from a request into what is kept, and from what is kept into the answer's shape."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from isms_bot.sandbox.notion import blocks, richtext, schema
from isms_bot.sandbox.notion.errors import invalid, not_found
from isms_bot.sandbox.notion.model import DataSource, Json, Page
from isms_bot.sandbox.notion.space import Space
from isms_bot.sandbox.notion.validation import canonical
from isms_bot.sandbox.world import Person

EMPTY_LISTS = ("title", "rich_text", "multi_select", "people", "relation", "files")


def store_row(space: Space, source: DataSource, requested: Json, actor: str) -> Json:
    """Values by column id. Unknown select options are made (people and the API alike), unknown status options refused."""
    values: Json = {}
    for name, sent in requested.items():
        source = space.world.get(DataSource, source.id) or source
        column = schema.find(source, name)
        if column is None and name == "title":
            column = source.properties[schema.title_key(source)]
        if column is None:
            raise invalid(f"{name} is not a property that exists.")
        values[column["id"]] = store(space, source, column, sent, actor)
    return values


def store(space: Space, source: DataSource, column: Json, sent: Any, actor: str) -> Any:
    if isinstance(sent, list):
        sent = {"title": sent}
    kind = column["type"]
    given = next(key for key in sent if key != "type")
    if kind in schema.READ_ONLY:
        raise invalid(f"Cannot update {kind} property {column['name']}: it is read-only.")
    if given != kind:
        raise invalid(f"{column['name']} is expected to be {kind}.")
    value = sent[kind]
    if value is None:
        return None
    if kind in {"title", "rich_text"}:
        return richtext.store(value)
    if kind in {"select", "status"}:
        return _choose(space, source, column, value, actor)
    if kind == "multi_select":
        return [_choose(space, source, column, item, actor) for item in value]
    if kind == "people":
        return [_person(space, canonical(item["id"])) for item in value]
    if kind == "relation":
        return [_related(space, canonical(item["id"])) for item in value]
    if kind == "date":
        return richtext.date(value)
    if kind == "files":
        return [_file(space, item) for item in value]
    if kind == "verification":
        return {
            "state": value["state"],
            "date": value.get("date"),
            "by": actor if value["state"] == "verified" else None,
        }
    return value


def _person(space: Space, user_id: str) -> str:
    person = space.world.get(Person, user_id)
    if person is None:
        raise invalid(f"Could not find user with ID: {user_id}.")
    return user_id


def _related(space: Space, page_id: str) -> str:
    if space.world.get(Page, page_id) is None:
        integration = space.world.integration
        raise not_found("page", page_id, integration.name, integration.id)
    return page_id


def _file(space: Space, item: Json) -> Json:
    if "external" in item:
        url = item["external"]["url"]
        return {"name": item.get("name") or url, "type": "external", "external": {"url": url}}
    if "file_upload" in item:
        upload = blocks.uploaded(space, item["file_upload"]["id"])
        return {"name": item.get("name") or upload.filename or "file", "type": "file", "upload": upload.id}
    return {"name": item.get("name", "file"), "type": "file", "url": item["file"]["url"]}


def _choose(space: Space, source: DataSource, column: Json, wanted: Json, actor: str) -> str:
    current = space.world.get(DataSource, source.id) or source
    column = current.properties[column["id"]]
    options = column["config"]["options"]
    for option in options:
        if option["id"] == wanted.get("id") or option["name"] == wanted.get("name"):
            return str(option["id"])
    if column["type"] == "status":
        raise invalid(f'Invalid status option. Status option "{wanted.get("name", wanted.get("id"))}" does not exist".')
    new = schema.option_of(space, wanted, len(options))
    changed = {**column, "config": {**column["config"], "options": [*options, new]}}
    space.edited(current, actor, properties={**current.properties, column["id"]: changed})
    return str(new["id"])


def mirror_relations(space: Space, row: Page, before: Json) -> None:
    """Keep the other side of two-way relations equal."""
    source = space.world.get(DataSource, row.data_source_id or "")
    if source is None:
        return
    for key, column in source.properties.items():
        if column["type"] != "relation" or not column["config"].get("synced_id"):
            continue
        other = column["config"]["synced_id"]
        old, new = before.get(key) or [], row.values.get(key) or []
        for page_id in (*(p for p in old if p not in new), *(p for p in new if p not in old)):
            page = space.world.get(Page, page_id)
            if page is None:
                continue
            linked = [p for p in page.values.get(other) or [] if p != row.id]
            if page_id in new:
                linked.append(row.id)
            space.world.put(replace(page, values={**page.values, other: linked}))


class Shaper:
    """Values as one answer shows them. `users`, `rich` and `stamp` render users, rich text and times for the asker."""

    def __init__(self, space: Space, users: Any, rich: Any, stamp: Any, file_url: Any) -> None:
        self.space = space
        self.user = users
        self.rich = rich
        self.stamp = stamp
        self.file_url = file_url

    def value(self, column: Json, page: Page) -> Json:
        """`{id, type, <type>}`, whole."""
        kind = column["type"]
        return {"id": quote(column["id"], safe=""), "type": kind, kind: self.raw(column, page)}

    def raw(self, column: Json, page: Page) -> Any:
        kind = column["type"]
        if kind in {"created_time", "last_edited_time"}:
            return self.stamp(page.created_at if kind == "created_time" else page.edited_at)
        if kind in {"created_by", "last_edited_by"}:
            return self.user(page.created_by if kind == "created_by" else page.edited_by)
        return self.shape(column, page.values.get(column["id"]))

    def shape(self, column: Json, value: Any) -> Any:
        kind = column["type"]
        if kind in {"title", "rich_text"}:
            return self.rich(value or [])
        if kind in {"select", "status"}:
            return _option(column, value)
        if kind == "multi_select":
            return [o for o in (_option(column, v) for v in value or []) if o]
        if kind == "people":
            return [self.user(v) for v in value or []]
        if kind == "relation":
            return [{"id": v} for v in value or [] if v in self.space.world.records]
        if kind == "files":
            return [self._file(f) for f in value or []]
        if kind == "checkbox":
            return bool(value)
        if kind == "unique_id":
            return {"prefix": column["config"]["prefix"], "number": value}
        if kind == "verification":
            return self._verification(value)
        if kind == "formula":
            return {"type": "string", "string": None}
        if kind == "rollup":
            return {"type": "array", "array": [], "function": column["config"]["function"]}
        if kind == "button":
            return {}
        return value

    def _file(self, item: Json) -> Json:
        if item["type"] == "external":
            return {"name": item["name"], "type": "external", "external": item["external"]}
        return {"name": item["name"], "type": "file", "file": self.file_url(item)}

    def _verification(self, value: Any) -> Json:
        if not value or value["state"] == "unverified":
            return {"state": "unverified", "date": None, "verified_by": None}
        return {"state": "verified", "date": value.get("date"), "verified_by": self.user(value["by"])}


def _option(column: Json, option_id: Any) -> Json | None:
    found = next((o for o in column["config"]["options"] if o["id"] == option_id), None)
    return {"id": found["id"], "name": found["name"], "color": found["color"]} if found else None
