"""The sandbox's Confluence as the conformance suite wants a wiki: connectors for it, its clock, and people's hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from isms_bot.connector import AccountInfo
from isms_bot.layout import BY_SOURCE, PRIVATE, SOURCES, Layout
from isms_bot.model import PageRef, Source, Span, Value
from isms_bot.sandbox.client import Sandbox
from isms_bot.testing.faults import Fault
from isms_bot_confluence import CloudConnector, DataCenterConnector

START = "2027-01-04T09:00:20+00:00"
INSTALLATION = "11111111-1111-4111-8111-111111111111"
OTHER_INSTALLATION = "22222222-2222-4222-8222-222222222222"
REVOKED = "planted-token-that-opens-nothing"

_FAULTS: Mapping[Fault, dict[str, Any]] = {
    Fault.TRANSIENT: {"effect": "rate_limited", "retry_after": 7},
    Fault.AMBIGUOUS_BEFORE: {"effect": "drop"},
    Fault.AMBIGUOUS_AFTER: {"effect": "drop_after_commit"},
}

Connector = CloudConnector | DataCenterConnector


class ConfluenceWiki:
    """`isms_bot.testing.under_test.WikiUnderTest` over a sandbox that was just reset; children say which platform it is."""

    part: str
    site: str
    account: str
    unknown_ref: PageRef
    kind: type[Connector]

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        summary = sandbox.summary()
        self.facts: dict[str, Any] = summary[self.part]
        self.root = str(self.facts["root_page_id"])
        self.token = str(self.facts["token"])
        self._ids = {one[self.account]: one["id"] for one in summary["people"]}
        self.people = tuple(
            AccountInfo(one[self.account], one["name"], one["email"], is_person=True) for one in summary["people"]
        )
        self._layout: Layout | None = None
        self._opened: list[Connector] = []
        self._elsewhere: str | None = None

    def close(self) -> None:
        """Close every connector that was handed out."""
        for connector in self._opened:
            connector.close()

    # --- clock and line

    def under_root(self) -> tuple[str, ...]:
        site = {"confluence": "cloud", "datacenter": "datacenter"}[self.part]
        [root] = [page for space in self.sandbox.tree(site) for page in space["children"] if page["id"] == self.root]
        containers = {place.ref for place in self._layout.sources.values()} if self._layout else set()
        return tuple(
            one["title"] for one in root["children"] if one["status"] == "current" and one["id"] not in containers
        )

    @property
    def now(self) -> datetime:
        return self.sandbox.clock()

    def set_now(self, now: datetime) -> None:
        self.sandbox.set_clock(now)

    def fault(self, kind: Fault, *, after: int = 0) -> None:
        self.sandbox.faults({**_FAULTS[kind], "path": f"^{self.site}/", "skip": after, "times": 1})

    # --- connectors

    def settings(self, **changes: Any) -> Any:
        """Settings of the site in the sandbox."""
        raise NotImplementedError

    def open(self, *, token: str | None = None, installation: str = INSTALLATION, **changes: Any) -> Any:
        made = self.kind.open(
            self.settings(**changes), token=token or self.token, installation=installation, workspace="acme"
        )
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

    def bound(self, connector: Any) -> Any:
        """The connector, knowing the containers."""
        connector.bind(self.layout)
        return connector

    def connector(self) -> Any:
        return self.bound(self.open())

    def unbound(self) -> Any:
        return self.open()

    def other_installation(self) -> Any:
        return self.bound(self.open(installation=OTHER_INSTALLATION))

    def private_connector(self, *_insiders: str) -> Any:
        connector = self.open()
        connector.bind(connector.ensure(SOURCES, self.layout, lambda _: None, PRIVATE))
        connector.calls = 0
        return connector

    def may_open(self, page: PageRef, who: str) -> bool:
        return self.sandbox.opens(page, self.person(who))

    def stranger(self) -> Any:
        return self.bound(self.open(token=REVOKED))

    def access(self, **changes: Any) -> None:
        """How the site treats the bot."""
        raise NotImplementedError

    # --- in a page

    def person(self, who: str | None) -> str:
        """The sandbox's id of a person named by account or name, the first by default."""
        if who is None:
            return str(self._ids[self.people[0].id])
        return str(self._ids.get(who) or self.sandbox.person(who).id)

    def act(self, who: str | None, do: str, **args: Any) -> dict[str, Any]:
        """A gesture of a person."""
        return self.sandbox.act(self.person(who), do, **args)

    def seen(self, page: PageRef) -> dict[str, Any]:
        """The page as a person reads it."""
        return self.sandbox.page(page)

    def block(self, page: PageRef, text: str) -> dict[str, Any]:
        """The first block with these words. Raises StopIteration."""
        return next(block for block in self.seen(page)["blocks"] if text in (block["text"] or ""))

    def tick(self, page: PageRef, text: str | None = None, *, checked: bool = True, who: str | None = None) -> None:
        which: dict[str, Any] = {"all": True} if text is None else {"text": text}
        self.act(who, "tick", page=page, checked=checked, **which)

    def write(self, page: PageRef, label: str, text: str, *, who: str | None = None) -> None:
        self.act(who, "write", page=page, label=label, text=text)

    def edit_text(self, page: PageRef, old: str, new: str, *, who: str | None = None) -> None:
        block = self.block(page, old)
        self.act(who, "edit_block", block=block["id"], text=block["text"].replace(old, new))

    def split_runs(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        words = self.block(page, text)["text"]
        middle = len(words) // 2
        split = f"{words[:middle]}<strong>{words[middle:]}</strong>"
        self.act(who, "storage", page=page, body=self.seen(page)["storage"].replace(words, split))

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
        self.act(who, "resolve", discussion=comment)

    def set_field(self, page: PageRef, field: str, value: Value, *, who: str | None = None) -> None:
        self.act(who, "set", page=page, property=self.label(field), value=_plain(value))

    def set_title(self, page: PageRef, text: str, *, who: str | None = None) -> None:
        self.act(who, "title", page=page, text=text)

    # --- around it

    def duplicate(self, page: PageRef, *, who: str | None = None, properties: bool = False) -> PageRef:
        return str(self.act(who, "duplicate", page=page, properties=properties)["page"])

    def trash(self, page: PageRef, *, who: str | None = None) -> None:
        self.act(who, "trash", page=page)

    def archive(self, page: PageRef, *, who: str | None = None) -> None:
        self.act(who, "archive", page=page)

    def restore(self, page: PageRef, *, who: str | None = None) -> None:
        self.act(who, "restore" if self.seen(page)["in_trash"] else "unarchive", page=page)

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
        row = {self.label(name): _plain(value) for name, value in (fields or {}).items()}
        place = self.layout.sources[source].ref
        made = self.act(who, "create_row", data_source=place, title=title, properties=row, lines=list(lines))
        return str(made["page"])

    def create_rows(self, source: Source, titles: Sequence[str], *, who: str | None = None) -> tuple[PageRef, ...]:
        person, place = self.person(who), self.layout.sources[source].ref
        made = self.sandbox.act_all(
            [
                {"as": person, "do": "create_row", "data_source": place, "title": title, "properties": {}}
                for title in titles
            ]
        )
        return tuple(str(one["page"]) for one in made)

    def create_procedure(
        self, title: str, lines: Iterable[str], fields: Mapping[str, Value] | None = None, *, who: str | None = None
    ) -> PageRef:
        return self.create_row(Source.PROCEDURES, title, fields, lines, who=who)

    def rename_container(self, source: Source, to: str) -> None:
        self.act(None, "title", page=self.layout.sources[source].ref, text=to)

    # --- inside

    def label(self, field: str) -> str:
        """What people read beside the value of a field."""
        return next(
            (one.name for spec in BY_SOURCE.values() for one in spec.fields if one.id == field and one.id != "title"),
            field,
        )


class CloudWiki(ConfluenceWiki):
    """Confluence Cloud."""

    part, site, account, unknown_ref, kind = "confluence", "/wiki", "account_id", "1000000000", CloudConnector

    def settings(self, **changes: Any) -> Any:
        given = {
            "site": self.facts["site"], "space": self.facts["space"], "root": self.root, "user": self.facts["user"],
            "api": self.facts["site"],
        }  # fmt: skip
        return CloudConnector.settings_model().model_validate({**given, **changes})

    def access(self, **changes: Any) -> None:
        self.sandbox.confluence(site="cloud", **changes)


class DataCenterWiki(ConfluenceWiki):
    """Confluence Data Center, below a context path."""

    part, site, account, unknown_ref, kind = "datacenter", "/confluence", "user_key", "9000000000", DataCenterConnector

    def settings(self, **changes: Any) -> Any:
        given = {
            "site": self.facts["site"],
            "space": self.facts["space"],
            "root": self.root,
            "api": self.facts["site"],
        }
        return DataCenterConnector.settings_model().model_validate({**given, **changes})

    def access(self, **changes: Any) -> None:
        self.sandbox.confluence(site="datacenter", **changes)


def _plain(value: Value) -> Any:
    if isinstance(value, Span):
        return {"start": value.start.isoformat(), "end": value.end.isoformat() if value.end else None}
    return list(value) if isinstance(value, tuple) else value
