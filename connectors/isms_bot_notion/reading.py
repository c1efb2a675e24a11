"""Pages, bodies and comments as Notion answers them, as the port's values; what an answer leaves out is fetched here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from isms_bot.connector import AccountInfo
from isms_bot.errors import Denied, Misconfigured
from isms_bot.layout import BY_SOURCE, Layout, SourceLayout
from isms_bot.model import Account, Comment, Mark, Page, PageRef, PageState, Source
from isms_bot_notion import blocks, fields, richtext
from isms_bot_notion.blocks import Node, Tree
from isms_bot_notion.client import Json, Wire, sha256, stable
from isms_bot_notion.settings import page_id, without_words

_FORM_LINES = 4
"""At most so many lines of a form are asked for comments of their own."""


class Reader:
    """Reads for one workspace. Remembers who is a person, which file has which digest, and where a page was at home."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.layout: Layout | None = None
        self._me: Account | None = None
        self._people: dict[Account, bool] = {}
        self._shas: dict[str, str] = {}
        self._kept: dict[str, bytes | None] | None = None
        self._home: dict[PageRef, Source] = {}

    # --- where things are

    def place(self, source: Source, *, private: bool = False) -> SourceLayout:
        """The container of a source, or its twin in the private area. Raises Misconfigured before `ensure` or `bind`."""
        found = self.layout.place(source, private=private) if self.layout else None
        if found is None:
            title = BY_SOURCE[source].title
            where = f'no private area for "{title}"' if private else f'no container for "{title}"'
            raise Misconfigured(f"there is {where} yet; run `isms-bot init`")
        return found

    def places(self, source: Source) -> tuple[SourceLayout, ...]:
        """The container of a source, and its twin if it has one."""
        twin = self.layout.place(source, private=True) if self.layout else None
        return (self.place(source), *((twin,) if twin is not None else ()))

    def lives(self, data_source: str | None) -> tuple[Source | None, bool]:
        """(the source that lives in a data source, whether that is in the private area); (None, False) for anything else."""
        for places, private in ((self.layout.sources, False), (self.layout.private, True)) if self.layout else ():
            for source, place in places.items():
                if place.ref == data_source:
                    return source, private
        return None, False

    # --- people

    @property
    def me(self) -> Account:
        """The bot's own account; one request in the life of the connector."""
        if self._me is None:
            self._me = str(self.wire.get("users/me", "asking who the token belongs to")["id"])
        return self._me

    def accounts(self) -> tuple[AccountInfo, ...]:
        """All accounts that the token sees."""
        found = tuple(_account(user) for user in self.wire.pages("users", "listing the accounts"))
        self._people |= {account.id: account.is_person for account in found}
        return found

    def is_person(self, account: Account) -> bool:
        """True if the account is a person's. Asked for once per account; who has left or is hidden counts as a person."""
        if account not in self._people:
            try:
                user = self.wire.get(f"users/{account}", f"looking up the account {account}")
            except Denied:
                self._people[account] = account != self.me
            else:
                self._people[account] = user.get("type", "person") == "person"
        return self._people[account]

    # --- pages

    def page(self, raw: Mapping[str, Any], source: Source | None = None) -> Page:
        """A page of an answer. A page outside its container is MOVED; its fields and mark are then as far as they survived."""
        ref = str(raw["id"])
        lives, private = self.lives((raw.get("parent") or {}).get("data_source_id"))
        home = source or self._home.get(ref) or lives or Source.JOBS
        place = self.place(home, private=private) if lives is home else None
        properties = self._whole(ref, raw["properties"], place)
        values: dict[str, Any] = {}
        mark: Mark | None = None
        if place is not None:
            self._home[ref] = home
            values = fields.read(BY_SOURCE[home], place, properties)
            held = fields.by_id(properties).get(fields.decoded(place.fields.get("mark", "")))
            if held and held["type"] == "rich_text":
                mark = fields.read_mark(richtext.plain(held["rich_text"]))
        else:
            mark = next((found for text in fields.texts(properties) if (found := fields.read_mark(text))), None)
        return Page(
            ref=ref,
            source=home,
            title=next((richtext.plain(prop["title"]) for prop in properties.values() if prop["type"] == "title"), ""),
            url=without_words(str(raw.get("url") or "")) if private else str(raw.get("url") or ""),
            state=_state(raw, moved=lives is not home),
            fields=values,
            mark=mark,
            created_by=(raw.get("created_by") or {}).get("id"),
            created_at=blocks.moment(raw.get("created_time")),
            edited_by=(raw.get("last_edited_by") or {}).get("id"),
            edited_at=blocks.moment(raw.get("last_edited_time")),
            private=private,
        )

    def _whole(
        self, ref: PageRef, properties: Mapping[str, Mapping[str, Any]], place: SourceLayout | None
    ) -> Mapping[str, Mapping[str, Any]]:
        """The properties with those completed that Notion cut off (25 references inline) and that the bot knows."""
        wanted = {fields.decoded(column) for column in place.fields.values()} if place else set()
        return {
            name: self._completed(ref, prop)
            if fields.decoded(str(prop["id"])) in wanted and fields.truncated(prop)
            else prop
            for name, prop in properties.items()
        }

    def _completed(self, ref: PageRef, prop: Mapping[str, Any]) -> Json:
        kind = str(prop["type"])
        items = self.wire.pages(f"pages/{ref}/properties/{prop['id']}", f"reading all of a column of page {ref}")
        return {**prop, kind: [item[kind] for item in items], "has_more": False}

    # --- bodies

    def tree(self, ref: PageRef, parent: str | None = None) -> Tree:
        """The body of a page: one request per 100 blocks and per block with content below it."""
        found: list[Node] = []
        for block in self.wire.pages(f"blocks/{parent or ref}/children", f"reading the body of page {ref}"):
            node = blocks.parse(block, self._below(ref, block))
            if blocks.hosted(node):
                node = replace(node, sha=self._sha(node))
            elif node.type == "child_database":
                node = replace(node, owned=(block.get("created_by") or {}).get("id") == self.me)
            found.append(node)
        return tuple(found)

    def _below(self, ref: PageRef, block: Json) -> Tree:
        if not blocks.has_content_below(block):
            return ()
        try:
            return self.tree(ref, str(block["id"]))
        except Denied:
            if block["type"] != "synced_block" or not block["synced_block"].get("synced_from"):
                raise
            # The original lies on a page that is not shared: people may see it here, the bot does not.
            return ()

    def _sha(self, node: Node) -> str:
        """The digest of a hosted file's bytes, downloaded once in the life of the connector; its address if it is too large."""
        address = stable(blocks.hosted(node) or "")
        if address not in self._shas:
            data = self.file(node)
            self._shas[address] = address if data is None else sha256(data)
        return self._shas[address]

    def file(self, node: Node) -> bytes | None:
        """The bytes of a hosted file, None if it is too large or cannot be had."""
        url = blocks.hosted(node) or ""
        if self._kept is not None and stable(url) in self._kept:
            return self._kept[stable(url)]
        data = self.wire.download(url, f"downloading {blocks.file_name(node)}")
        if self._kept is not None:
            self._kept[stable(url)] = data
        return data

    @contextmanager
    def keeping_files(self) -> Iterator[None]:
        """Within this block the bytes of hosted files are kept, so that each is downloaded once."""
        self._kept = {}
        try:
            yield
        finally:
            self._kept = None

    # --- comments

    def comments(self, ref: PageRef) -> tuple[Comment, ...]:
        """Open comments on one page or block (Notion lists neither resolved ones nor those on blocks below)."""
        listed = self.wire.pages("comments", f"reading the comments on {ref}", {"block_id": ref})
        return tuple(self.comment(raw) for raw in listed)

    def comment(self, raw: Mapping[str, Any], *, own: bool = False) -> Comment:
        """A comment of an answer. `author` is who created it, whatever name it shows. `own`: the bot's, just written; nobody is
        asked who that is, since a call that fails after writing would look like one that wrote nothing."""
        author = (raw.get("created_by") or {}).get("id")
        at = blocks.moment(raw["created_time"])
        assert at is not None
        return Comment(
            id=str(raw["id"]),
            text=richtext.plain(raw["rich_text"]),
            author=author,
            by_person=not own and author is not None and self.is_person(author),
            at=at,
            discussion=str(raw.get("discussion_id") or ""),
            links=richtext.links(raw["rich_text"]),
        )


def form_lines(tree: Tree) -> tuple[str, ...]:
    """Ids of the lines of the form, as far as they can be told without knowing labels: short lines with a colon after the last
    step, at most four; none while a step is open, because then nobody can have signed yet."""
    lines: list[str] = []
    for node in blocks.walk(tree):
        if node.type == "to_do":
            if not node.body.get("checked"):
                return ()
            lines.clear()
        elif "rich_text" in node.body:
            label, colon, _ = richtext.plain(node.body["rich_text"]).partition(":")
            if colon and len(label) <= 40:
                lines.append(node.id)
    return tuple(lines[:_FORM_LINES])


def _account(user: Mapping[str, Any]) -> AccountInfo:
    kind = user.get("type")
    mail = (user.get("person") or {}).get("email")
    return AccountInfo(id=str(user["id"]), name=str(user.get("name") or ""), mail=mail, is_person=kind == "person")


def _state(raw: Mapping[str, Any], *, moved: bool) -> PageState:
    if raw.get("in_trash"):
        return PageState.TRASHED
    if raw.get("is_archived"):
        return PageState.ARCHIVED
    return PageState.MOVED if moved else PageState.LIVE


def ref_of(text: str) -> PageRef:
    """A page reference from an id or an address. Raises Denied for anything else, as for a page that is not there."""
    try:
        return page_id(text)
    except ValueError as error:
        raise Denied(f"{text!r} is no page of Notion") from error


def live(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Those that stand where they belong."""
    return tuple(page for page in pages if page.state is PageState.LIVE)
