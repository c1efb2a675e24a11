"""The sandbox's Notion as the conformance suite wants a wiki: connectors for it, its clock, and people's hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from isms_bot.connector import AccountInfo
from isms_bot.layout import BY_SOURCE, PRIVATE, SOURCES, FieldKind, Layout
from isms_bot.model import PageRef, Source, Span, Value
from isms_bot.sandbox.client import Sandbox
from isms_bot.testing.faults import Fault
from isms_bot_notion import NotionConnector
from isms_bot_notion.fields import TYPES
from isms_bot_notion.settings import NotionSettings

START = "2027-01-04T09:00:20+00:00"
INSTALLATION = "11111111-1111-4111-8111-111111111111"
OTHER_INSTALLATION = "22222222-2222-4222-8222-222222222222"
REVOKED = "planted-token-that-opens-nothing"

_FAULTS: Mapping[Fault, dict[str, Any]] = {
    Fault.TRANSIENT: {"effect": "rate_limited", "retry_after": 7},
    Fault.AMBIGUOUS_BEFORE: {"effect": "drop"},
    Fault.AMBIGUOUS_AFTER: {"effect": "drop_after_commit"},
}


class NotionWiki:
    """`isms_bot.testing.under_test.WikiUnderTest` over a sandbox that was just reset."""

    unknown_ref = "00000000-0000-4000-8000-00000000dead"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        summary = sandbox.summary()
        self.root = str(summary["notion"]["root_page_id"])
        self.token = str(summary["notion"]["token"])
        self.people = tuple(
            AccountInfo(one["id"], one["name"], one["email"], is_person=True) for one in summary["people"]
        )
        self._layout: Layout | None = None
        self._opened: list[NotionConnector] = []
        self._elsewhere: str | None = None
        self.private_root: str | None = None

    def close(self) -> None:
        """Close every connector that was handed out."""
        for connector in self._opened:
            connector.close()

    # --- clock and line

    def under_root(self) -> tuple[str, ...]:
        [root] = [one for one in self.sandbox.tree() if one["id"] == self.root]
        return tuple(one["title"] for one in root["children"] if one["kind"] == "Page" and not one["in_trash"])

    @property
    def now(self) -> datetime:
        return self.sandbox.clock()

    def set_now(self, now: datetime) -> None:
        self.sandbox.set_clock(now)

    def fault(self, kind: Fault, *, after: int = 0) -> None:
        self.sandbox.faults({**_FAULTS[kind], "path": "^/v1/", "skip": after, "times": 1})

    # --- connectors

    def open(self, *, token: str | None = None, installation: str = INSTALLATION) -> NotionConnector:
        settings = NotionSettings(root=self.root, private_root=self.private_root, api=self.sandbox.url)
        made = NotionConnector.open(settings, token=token or self.token, installation=installation, workspace="acme")
        self._opened.append(made)
        return made

    @property
    def layout(self) -> Layout:
        """The containers, made on first use."""
        if self._layout is None:
            self._layout = self.open().ensure(SOURCES, None, lambda _: None)
        return self._layout

    def adopt(self, layout: Layout) -> None:
        """Take containers that a test has made itself."""
        self._layout = layout

    def _bound(self, connector: NotionConnector) -> NotionConnector:
        connector.bind(self.layout)
        return connector

    def connector(self) -> NotionConnector:
        return self._bound(self.open())

    def unbound(self) -> NotionConnector:
        return self.open()

    def other_installation(self) -> NotionConnector:
        return self._bound(self.open(installation=OTHER_INSTALLATION))

    def private_connector(self, *insiders: str) -> NotionConnector:
        if self.private_root is None:
            self.close_a_page(*insiders)
        connector = self.open()
        connector.bind(connector.ensure(SOURCES, self.layout, lambda _: None, PRIVATE))
        connector.calls = 0
        return connector

    def close_a_page(self, *insiders: str) -> None:
        """Make a page at the top of the workspace that only the bot and these people can open."""
        self.private_root = str(self.act(None, "create_page", parent=None, title="Private")["page"])
        self.sandbox.integration(share=[self.private_root])
        self.act(None, "share", page=self.private_root, people=[self.sandbox.person(one).id for one in insiders])

    def may_open(self, page: PageRef, who: str) -> bool:
        return self.sandbox.opens(page, self.sandbox.person(who).id)

    def stranger(self) -> NotionConnector:
        return self._bound(self.open(token=REVOKED))

    # --- in a page

    def act(self, who: str | None, do: str, **args: Any) -> dict[str, Any]:
        """A gesture of a person named by id or name, the first by default."""
        person = self.people[0].id if who is None else self.sandbox.person(who).id
        return self.sandbox.act(person, do, **args)

    def block(self, page: PageRef, text: str) -> dict[str, Any]:
        """The first block with these words. Raises StopIteration."""
        blocks = self.sandbox.page(page)["blocks"]
        return next(block for block in blocks if text in (block["text"] or ""))

    def tick(self, page: PageRef, text: str | None = None, *, checked: bool = True, who: str | None = None) -> None:
        which: dict[str, Any] = {"all": True} if text is None else {"text": text}
        self.act(who, "tick", page=page, checked=checked, **which)

    def write(self, page: PageRef, label: str, text: str, *, who: str | None = None) -> None:
        self.act(who, "write", page=page, label=label, text=text)

    def edit_text(self, page: PageRef, old: str, new: str, *, who: str | None = None) -> None:
        block = self.block(page, old)
        self.act(who, "edit_block", block=block["id"], text=block["text"].replace(old, new))

    def split_runs(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        block = self.block(page, text)
        middle = len(block["text"]) // 2
        runs = [
            {"text": {"content": block["text"][:middle]}},
            {"text": {"content": block["text"][middle:]}, "annotations": {"bold": True}},
        ]
        self.as_the_bot("PATCH", f"blocks/{block['id']}", {block["type"]: {"rich_text": runs}})

    def append(self, page: PageRef, *lines: str, who: str | None = None) -> None:
        self.act(who, "append", page=page, lines=list(lines))

    def append_uncopyable(self, page: PageRef, *, who: str | None = None) -> None:
        self.act(who, "create_page", parent=page, title="A page below")

    def comment(
        self, page: PageRef, text: str, *, on: str | None = None, link: str | None = None, who: str | None = None
    ) -> str:
        where = {"block": self.block(page, on)["id"]} if on else {}
        rich = [{"text": {"content": text, "link": {"url": link} if link else None}}]
        return str(self.act(who, "comment", page=page, rich_text=rich, **where)["comment"])

    def resolve(self, page: PageRef, comment: str, *, who: str | None = None) -> None:
        found = next(one for one in self.sandbox.page(page)["comments"] if one["id"] == comment)
        self.act(who, "resolve", discussion=found["discussion"])

    def set_field(self, page: PageRef, field: str, value: Value, *, who: str | None = None) -> None:
        source = self._source_of(page)
        self.act(who, "set", page=page, property=self.column(source, field), value=_plain(value))

    def set_title(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        self.act(who, "title", page=page, text=text)

    # --- around it

    def duplicate(self, page: PageRef, *, who: str | None = None) -> PageRef:
        return str(self.act(who, "duplicate", page=page)["page"])

    def trash(self, page: PageRef, *, who: str | None = None) -> None:
        self.act(who, "trash", page=page)

    def archive(self, page: PageRef, *, who: str | None = None) -> None:
        self.act(who, "archive", page=page)

    def restore(self, page: PageRef, *, who: str | None = None) -> None:
        self.act(who, "restore" if self.sandbox.page(page)["in_trash"] else "unarchive", page=page)

    def purge(self, page: PageRef) -> None:
        self.act(None, "purge", page=page)

    def move(self, page: PageRef, to: PageRef | Source | None = None, *, who: str | None = None) -> None:
        if to is None:
            self._elsewhere = (
                self._elsewhere or self.act(None, "create_page", parent=self.root, title="Elsewhere")["page"]
            )
        target = self.layout.sources[to].ref if isinstance(to, Source) else to or self._elsewhere
        self.act(who, "move", page=page, to=target)

    def create_row(
        self,
        source: Source,
        title: str,
        fields: Mapping[str, Value] | None = None,
        lines: Iterable[str] = (),
        *,
        who: str | None = None,
    ) -> PageRef:
        values = {self.column(source, name): _plain(value) for name, value in (fields or {}).items()}
        row = {**values, self.column(source, "title"): title}
        place = self.layout.sources[source].ref
        return str(self.act(who, "create_row", data_source=place, properties=row, lines=list(lines))["page"])

    def create_rows(self, source: Source, titles: Sequence[str], *, who: str | None = None) -> tuple[PageRef, ...]:
        person = self.people[0].id if who is None else self.sandbox.person(who).id
        place, column = self.layout.sources[source].ref, self.column(source, "title")
        made = self.sandbox.act_all(
            [
                {"as": person, "do": "create_row", "data_source": place, "properties": {column: title}}
                for title in titles
            ]
        )
        return tuple(str(one["page"]) for one in made)

    def create_procedure(
        self, title: str, lines: Iterable[str], fields: Mapping[str, Value] | None = None, *, who: str | None = None
    ) -> PageRef:
        return self.create_row(Source.PROCEDURES, title, fields, lines, who=who)

    def rename_container(self, source: Source, to: str) -> None:
        database = self.layout.sources[source].extra["database"]
        self.as_the_bot("PATCH", f"databases/{database}", {"title": [{"text": {"content": to}}]})

    def rename_field(self, source: Source, field: str, to: str) -> None:
        self.act(None, "rename_property", **self._property(source, field), to=to)

    def rename_option(self, source: Source, field: str, option: str, to: str) -> None:
        self.act(None, "rename_option", **self._property(source, field), option=option, to=to)

    def retype_field(self, source: Source, field: str, to: FieldKind) -> None:
        self.act(None, "retype_property", **self._property(source, field), to=TYPES[to])

    def delete_field(self, source: Source, field: str) -> None:
        self.act(None, "delete_property", **self._property(source, field))

    # --- inside

    def as_the_bot(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A request past the connector, for what no gesture does."""
        wire = self.open()._wire
        return wire.patch(path, "arranging", body) if method == "PATCH" else wire.post(path, "arranging", body)

    def column(self, source: Source, field: str) -> str:
        """How a gesture names a column: by id for a field of the spec, else the name that people see."""
        return self.layout.sources[source].fields.get(field, field)

    def _property(self, source: Source, field: str) -> dict[str, str]:
        return {"data_source": self.layout.sources[source].ref, "property": self.column(source, field)}

    def _source_of(self, page: PageRef) -> Source:
        place = self.sandbox.page(page)["data_source"]
        return next(source for source in BY_SOURCE if self.layout.sources[source].ref == place)


def _plain(value: Value) -> Any:
    if isinstance(value, Span):
        return {"start": value.start.isoformat(), "end": value.end.isoformat() if value.end else None}
    return list(value) if isinstance(value, tuple) else value
