"""The databases of the workspace: made or adopted under the root, completed, written down in the Register, never doubled.

A container is known by the layout given, else by its row in the Register, else by its exact title directly under the root.
Every step looks before it makes, so a run that was cut off anywhere is finished by the next one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from isms_bot.connector import LayoutProblem, Report
from isms_bot.errors import ConnectorError, Denied, Gone, Misconfigured
from isms_bot.layout import BY_SOURCE, FieldKind, FieldSpec, Layout, SourceLayout, SourceSpec
from isms_bot.model import Mark, Source
from isms_bot_notion import fields, richtext
from isms_bot_notion.client import Json
from isms_bot_notion.reading import Reader

SOURCE_KEY = "source:"
VIEW_KEY = "view:"
PRIVATE_KEY = "private/"
_ABOVE = {
    "page_id": "pages",
    "block_id": "blocks",
    "database_id": "databases",
    "data_source_id": "data_sources",
}
"""What can hold a page, by the key of its parent, with where it is read."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the Register: what it stands for, what it holds, and whether this installation wrote it."""

    page: str
    key: str
    ref: str
    own: bool


class Containers:
    """`ensure`, and the Register that a lost store is found again by."""

    def __init__(
        self, reader: Reader, root: str, installation: str, workspace: str, private_root: str | None = None
    ) -> None:
        self._reader = reader
        self._wire = reader.wire
        self._root = root
        self._private_root = private_root
        self._mark: Callable[[str], Mark] = lambda key: Mark(installation, workspace, key)
        self._rows: dict[str, _Row] = {}
        self._below: dict[str, list[Json]] = {}

    def ensure(
        self,
        specs: tuple[SourceSpec, ...],
        known: Layout | None,
        report: Report,
        private: tuple[SourceSpec, ...] = (),
    ) -> Layout:
        """The layout with every container of `specs`, and with the twins if there is a page for them. Raises Misconfigured if the
        root or that page cannot be read, or if one lies below the other."""
        self._rows, self._below = {}, {}
        found: dict[Source, SourceLayout] = dict(known.sources) if known else {}
        register = next((spec for spec in specs if spec.source is Source.REGISTER), None)
        if register is not None:
            self._open_register(register, found.get(Source.REGISTER))
        remembered = {spec.source: self._remembered(spec.source.value) for spec in specs}
        for spec in specs:
            before = found.get(spec.source) or remembered[spec.source] or self._adopted(spec, self._root)
            found[spec.source] = before or self._made(spec, found, self._root, report)
        for spec in specs:
            found[spec.source] = self._completed(spec, found, report)
        if register is not None:
            for spec in specs:
                self._write_down(found[Source.REGISTER], spec.source.value, spec.title, found[spec.source])
        twins: dict[Source, SourceLayout] = dict(known.private) if known else {}
        if self._private_root is not None and private:
            self.stands_apart(self._private_root)
            for spec in private:
                twins[spec.source] = self._twin(spec, self._private_root, found, twins, report)
        return Layout(self._root, found, twins)

    # --- the private area

    def _twin(
        self,
        spec: SourceSpec,
        root: str,
        found: Mapping[Source, SourceLayout],
        twins: Mapping[Source, SourceLayout],
        report: Report,
    ) -> SourceLayout:
        """The private twin of a container. Relations lead to the open ones, but for those to procedures."""
        name = PRIVATE_KEY + spec.source.value
        targets = dict(found)
        if Source.PROCEDURES in twins:
            targets[Source.PROCEDURES] = twins[Source.PROCEDURES]
        before = twins.get(spec.source) or self._remembered(name) or self._adopted(spec, root)
        targets[spec.source] = before or self._made(spec, targets, root, report)
        place = self._completed(spec, targets, report)
        self._write_down(found[Source.REGISTER], name, spec.title, place)
        return place

    def stands_apart(self, page: str) -> None:
        """Raises Misconfigured if the page lies below the root, or the root below the page: access is inherited, so who can open the
        one could open the other. One request for each page above the two that the integration can see."""
        if self._root in self._above(page, "private_root"):
            raise Misconfigured("private_root lies below the root, where everybody can open it; move it out of there")
        if page in self._above(self._root, "root"):
            raise Misconfigured(
                "the root lies below private_root, and all of it would be as private; name a page beside it"
            )

    def _above(self, page: str, key: str) -> Iterator[str]:
        """The page and what it lies in, from below, as far as the integration can see. `key` of the configuration names the page."""
        at: tuple[str, str] | None = ("pages", page)
        while at is not None:
            kind, ref = at
            yield ref
            try:
                parent = self._wire.get(f"{kind}/{ref}", f"looking where the page of `{key}` lies").get("parent") or {}
            except (Denied, Gone) as error:
                if ref == page:
                    advice = f"share the page of `{key}` with the integration, or correct it"
                    raise Misconfigured(f"{error}; {advice}") from error
                return  # the integration is given both pages by name: what it cannot see above is neither
            at = next(((_ABOVE[name], str(parent[name])) for name in _ABOVE if parent.get(name)), None)

    # --- looking

    def _children(self, root: str) -> list[Json]:
        """Databases directly under a root, listed once per run."""
        if root not in self._below:
            try:
                listed = self._wire.pages(f"blocks/{root}/children", "listing what lies under the root page")
                self._below[root] = [block for block in listed if block["type"] == "child_database"]
            except (Denied, Gone) as error:
                raise Misconfigured(f"{error}; share the root page with the integration, or correct `root`") from error
        return self._below[root]

    def _open_register(self, spec: SourceSpec, known: SourceLayout | None) -> None:
        """Read the rows of the Register, wherever it is: as known, by title, else among the bot's own databases."""
        if known is not None:
            try:
                self._rows = self._read_register(known)
            except Denied as error:
                raise Misconfigured(f'"{spec.title}" cannot be reached: {error}') from error
            return
        listed = self._children(self._root)
        titled = [block for block in listed if block["child_database"]["title"] == spec.title]
        names = {wanted.title for wanted in BY_SOURCE.values()}
        others = [block for block in listed if block["child_database"]["title"] not in names]
        for block in titled or [
            block for block in others if (block.get("created_by") or {}).get("id") == self._reader.me
        ]:
            columns = self._columns(str(block["id"]), spec)
            if columns is not None:
                self._rows = self._read_register(columns)
            if self._rows:
                return

    def _columns(self, database: str, spec: SourceSpec) -> SourceLayout | None:
        """The Register's columns in a database by their names, None if it has not got them."""
        place = self._place(database, spec.title)
        schema = self._schema(spec, place.ref)["properties"]
        ids = {field.id: schema[field.name]["id"] for field in spec.fields if field.name in schema}
        return replace(place, fields=ids) if {"key", "mark", "ref"} <= set(ids) else None

    def _read_register(self, place: SourceLayout) -> dict[str, _Row]:
        """Rows by key; this installation's own go before another's (a lost installation id must not double containers)."""
        if not {"key", "mark", "ref"} <= set(place.fields):
            return {}
        rows: dict[str, _Row] = {}
        cursor: str | None = None
        while True:
            body: Json = {"page_size": 100, **({"start_cursor": cursor} if cursor else {})}
            answer = self._wire.ask(f"data_sources/{place.ref}/query", "reading the register", body)
            for raw in answer["results"]:
                row = self._row(raw, place)
                if row and (row.own or row.key not in rows):
                    rows[row.key] = row
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or not cursor:
                return rows

    def _row(self, raw: Json, place: SourceLayout) -> _Row | None:
        if raw.get("object") != "page" or raw.get("in_trash") or raw.get("is_archived"):
            return None
        known = fields.by_id(raw["properties"])
        values = fields.read(BY_SOURCE[Source.REGISTER], replace(place, options={}), raw["properties"])
        held = known.get(unquote(place.fields["mark"]), {})
        mark = fields.read_mark(richtext.plain(held.get("rich_text") or ()))
        if mark is None or not values.get("key"):
            return None
        ours = self._mark(mark.key)
        own = (mark.installation, mark.workspace) == (ours.installation, ours.workspace)
        return _Row(str(raw["id"]), str(values["key"]), str(values.get("ref") or ""), own)

    def _remembered(self, name: str) -> SourceLayout | None:
        """A container as the Register holds it, with column and option ids, so that renamed ones are found again."""
        row = self._rows.get(SOURCE_KEY + name)
        try:
            held = json.loads(row.ref) if row else None
        except ValueError:
            return None
        if not isinstance(held, dict) or not isinstance(held.get("ref"), str):
            return None
        return SourceLayout(
            ref=held["ref"],
            url=str(held.get("url", "")),
            fields=dict(held.get("fields") or {}),
            options={name: dict(options) for name, options in (held.get("options") or {}).items()},
            extra={"database": str(held.get("database", ""))},
        )

    def _adopted(self, spec: SourceSpec, root: str) -> SourceLayout | None:
        """A database with the title of the spec directly under the root; the oldest, if people made a second one."""
        titled = [block for block in self._children(root) if block["child_database"]["title"] == spec.title]
        if not titled:
            return None
        oldest = min(titled, key=lambda block: str(block.get("created_time", "")))
        return self._place(str(oldest["id"]), spec.title)

    def _place(self, database: str, title: str) -> SourceLayout:
        answer = self._wire.get(f"databases/{database}", f'reading the database "{title}"')
        return _place(answer, title)

    # --- making

    def _made(self, spec: SourceSpec, found: Mapping[Source, SourceLayout], root: str, report: Report) -> SourceLayout:
        """A new database. Relations to containers that do not exist yet (or to itself) follow in `_completed`."""
        columns = {field.name: _configured(field, found) for field in spec.fields if _possible(field, found)}
        body: Json = {
            "parent": {"type": "page_id", "page_id": root},
            "title": richtext.text_items(spec.title),
            "description": richtext.text_items(spec.about),
            "initial_data_source": {"properties": columns},
        }
        place = _place(self._wire.post("databases", f'making the database "{spec.title}"', body), spec.title)
        report(f'Made "{spec.title}".')
        return place

    def _completed(self, spec: SourceSpec, found: Mapping[Source, SourceLayout], report: Report) -> SourceLayout:
        """The container with all columns; missing ones are added, nothing is renamed, retyped or removed."""
        known = found[spec.source]
        schema = self._schema(spec, known.ref)
        if schema.get("in_trash"):
            raise Misconfigured(f'the database "{spec.title}" is in the trash; restore it there (Notion → Trash)')
        place = _located(spec, known, schema)
        missing = [field for field in spec.fields if field.id not in place.fields]
        if missing:
            names = set(schema["properties"])
            columns = {_free(field.name, names): _configured(field, found) for field in missing}
            what = f'adding columns to "{spec.title}"'
            schema = self._wire.patch(f"data_sources/{known.ref}", what, {"properties": columns})
            added = {field.id: schema["properties"][name]["id"] for field, name in zip(missing, columns, strict=True)}
            place = _located(spec, replace(place, fields={**place.fields, **added}), schema)
            report(f'Added to "{spec.title}": {", ".join(columns)}.')
        for problem in fields.problems(spec, place, schema["properties"]):
            if problem.kind != "renamed":
                report(problem.sentence)
        views = {VIEW_KEY + page: view for page, view in self.views().items()} if spec.source is Source.JOBS else {}
        return replace(place, extra={**known.extra, **views})

    def _schema(self, spec: SourceSpec, data_source: str) -> Json:
        try:
            return self._wire.get(f"data_sources/{data_source}", f'reading the columns of "{spec.title}"')
        except Denied as error:
            raise Misconfigured(f'"{spec.title}" cannot be reached: {error}') from error

    # --- the register

    def views(self) -> dict[str, str]:
        """Linked views that the Register knows: view ids by policy page."""
        return {
            key.removeprefix(VIEW_KEY): row.ref
            for key, row in self._rows.items()
            if key.startswith(VIEW_KEY) and row.ref
        }

    def _write_down(self, register: SourceLayout, name: str, title: str, place: SourceLayout) -> None:
        held = {
            "ref": place.ref,
            "database": place.extra.get("database", ""),
            "url": place.url,
            "fields": dict(place.fields),
            "options": {field: dict(options) for field, options in place.options.items()},
        }
        text = json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        self.note(register, SOURCE_KEY + name, title, text)

    def note(self, register: SourceLayout, key: str, title: str, ref: str) -> None:
        """Write a row of the Register, or correct the one that is there; nothing if it holds just that."""
        row = self._rows.get(key)
        spec = BY_SOURCE[Source.REGISTER]
        if row is not None and row.own:
            if row.ref != ref:
                properties = fields.write(spec, register, {"ref": ref})
                self._wire.patch(f"pages/{row.page}", f"correcting the register ({key})", {"properties": properties})
        else:
            values = {"title": title, "key": key, "mark": fields.mark_text(self._mark(key)), "ref": ref}
            body = {
                "parent": {"type": "data_source_id", "data_source_id": register.ref},
                "properties": fields.write(spec, register, values),
            }
            made = self._wire.post("pages", f"writing into the register ({key})", body)
            row = _Row(str(made["id"]), key, ref, own=True)
        self._rows[key] = replace(row, ref=ref)

    def look_up(self, register: SourceLayout, key: str) -> str:
        """What the Register holds under `key` now, "" if nothing; one request."""
        body: Json = {"filter": {"property": register.fields["key"], "rich_text": {"equals": key}}, "page_size": 100}
        answer = self._wire.ask(f"data_sources/{register.ref}/query", f"looking up {key} in the register", body)
        rows = [row for raw in answer["results"] if (row := self._row(raw, register)) and row.key == key]
        for row in sorted(rows, key=lambda row: row.own):
            self._rows[key] = row
        return self._rows[key].ref if rows else ""

    # --- what people changed

    def problems(self, source: Source) -> tuple[LayoutProblem, ...]:
        """What people changed about a container, asked of Notion itself (one request)."""
        spec, place = BY_SOURCE[source], self._reader.place(source)
        try:
            schema = self._wire.get(f"data_sources/{place.ref}", f'reading the columns of "{spec.title}"')
        except (Denied, Gone):
            schema = {"in_trash": True}
        except ConnectorError as error:
            return (LayoutProblem(source, "", "unreadable", f'"{spec.title}" could not be read: {error}.'),)
        if schema.get("in_trash"):
            sentence = f'The database "{spec.title}" is gone: take it out of the trash, or share it with the integration again.'
            return (LayoutProblem(source, "", "deleted", sentence),)
        return fields.problems(spec, place, schema["properties"])


def _place(database: Mapping[str, Any], title: str) -> SourceLayout:
    sources = database["data_sources"]
    named = [one for one in sources if one.get("name") == title]
    chosen = (named or sources)[0]
    return SourceLayout(
        ref=str(chosen["id"]), url=str(database.get("url") or ""), extra={"database": str(database["id"])}
    )


def _located(spec: SourceSpec, known: SourceLayout, schema: Json) -> SourceLayout:
    """Column and option ids: those known as long as they exist, else by name and type; the title is found by its type."""
    by_id = fields.by_id(schema["properties"])
    ids: dict[str, str] = {}
    options: dict[str, dict[str, str]] = {}
    for field in spec.fields:
        column = by_id.get(unquote(known.fields.get(field.id, "")))
        if column is None:
            column = _by_name(field, schema["properties"])
        if column is None:
            continue
        ids[field.id] = str(column["id"])
        kind = fields.TYPES[field.kind]
        if field.kind in (FieldKind.OPTION, FieldKind.OPTIONS) and column["type"] == kind:
            options[field.id] = _options(known.options.get(field.id, {}), column[kind]["options"])
        elif field.id in known.options:
            options[field.id] = dict(known.options[field.id])
    return replace(known, fields=ids, options=options)


def _by_name(field: FieldSpec, columns: Mapping[str, Json]) -> Json | None:
    wanted = fields.TYPES[field.kind]
    if field.kind is FieldKind.TITLE:
        return next((column for column in columns.values() if column["type"] == "title"), None)
    column = columns.get(field.name)
    return column if column is not None and column["type"] == wanted else None


def _options(known: Mapping[str, str], present: list[Json]) -> dict[str, str]:
    """Option ids by the name they were made with; one that people renamed keeps it as long as it exists."""
    ids = {str(option["id"]) for option in present}
    kept = {name: option for name, option in known.items() if option in ids}
    return kept | {
        str(option["name"]): str(option["id"])
        for option in present
        if option["name"] not in kept and str(option["id"]) not in kept.values()
    }


def _possible(field: FieldSpec, found: Mapping[Source, SourceLayout]) -> bool:
    return field.kind is not FieldKind.RELATION or field.target in found


def _configured(field: FieldSpec, found: Mapping[Source, SourceLayout]) -> Json:
    target = found[field.target].ref if field.target is not None and field.target in found else None
    if field.kind is FieldKind.RELATION and target is None:
        raise Misconfigured(f'the column "{field.name}" leads to a container that was not asked for')
    return fields.configuration(field, target)


def _free(name: str, taken: set[str]) -> str:
    """A name that no column has: adding under a taken one would turn that column into another kind."""
    return name if name not in taken else _free(f"{name} (ISMS)", taken)
