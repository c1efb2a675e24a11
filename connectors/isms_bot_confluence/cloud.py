"""Confluence Cloud: API v2, and of v1 what has no successor (labels, copies, restrictions, users, uploads)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from isms_bot.connector import AccountInfo
from isms_bot.errors import Denied
from isms_bot.model import Account
from isms_bot_confluence import cloud_answers as answers
from isms_bot_confluence.api import (
    PROPERTY,
    Attachment,
    Change,
    Leaf,
    Me,
    Property,
    Raw,
    RawComment,
    RawVersion,
    Space,
    Tick,
)
from isms_bot_confluence.client import Json, Wire
from isms_bot_confluence.errors import Unscoped

V2 = "api/v2"
V1 = "rest/api"
MOST = 250
"""Results of a page of v2."""
AT_ONCE = 100
"""Pages asked for by their ids in one request: more would make an address too long for some proxies."""
DEEPEST = 10
USERS_AT_ONCE = 100
WATCHERS_AT_ONCE = 200


class Cloud:
    """Requests to one site of Confluence Cloud. `site` is the address that people open, ending in /wiki."""

    ticks_tell_who = True

    def __init__(self, wire: Wire, site: str, space_key: str) -> None:
        self.wire = wire
        self.site = site
        self._key = space_key

    # --- who and where

    def whoami(self) -> Me:
        answer = self.wire.get(f"{V1}/user/current", "asking who the token belongs to")
        if answer.get("type") == "anonymous" or not answer.get("accountId"):
            raise Denied("asking who the token belongs to: Confluence takes the bot for a visitor without an account")
        return Me(str(answer["accountId"]), str(answer.get("displayName") or answer["accountId"]))

    def space(self) -> Space:
        what = f"looking for the space {self._key}"
        found = list(self.wire.results(f"{V2}/spaces", what, {"keys": self._key, "limit": 10}))
        for one in found:
            if str(one["key"]).lower() == self._key.lower():
                return Space(str(one["id"]), str(one["key"]), str(one.get("name") or one["key"]))
        raise Denied(f"{what}: there is none, or the bot's account may not see it")

    # --- pages

    def page(self, page: str) -> Raw:
        query = {"body-format": "storage", "include-properties": "true", "include-version": "true"}
        answer = self.wire.get(f"{V2}/pages/{page}", f"reading page {page}", query)
        listed = (answer.get("properties") or {}).get("results")
        if listed is None:
            return answers.raw(answer, self.property_of(page))
        mine = next((answers.held_property(one) for one in listed if one.get("key") == PROPERTY), None)
        return answers.raw(answer, mine)

    def pages(self, ids: Sequence[str]) -> tuple[Raw, ...]:
        found: list[Raw] = []
        for start in range(0, len(ids), AT_ONCE):
            query = {"id": ids[start : start + AT_ONCE], "status": "current", "body-format": "storage", "limit": MOST}
            found += map(answers.raw, self.wire.results(f"{V2}/pages", "reading pages", query))
        return tuple(found)

    def property_of(self, page: str) -> Property | None:
        query = {"key": PROPERTY}
        listed = self.wire.results(f"{V2}/pages/{page}/properties", f"reading the property of page {page}", query)
        return next((answers.held_property(one) for one in listed if one.get("key") == PROPERTY), None)

    def everything(self, space: Space) -> Iterator[Raw]:
        query = {
            "space-id": space.id,
            "status": "current",
            "body-format": "storage",
            "sort": "-created-date",
            "limit": MOST,
        }
        return map(answers.raw, self.wire.results(f"{V2}/pages", "looking through the space", query))

    def titled(self, space: Space, title: str) -> str | None:
        query = {"space-id": space.id, "title": title, "status": "current"}
        listed = self.wire.results(f"{V2}/pages", f'looking for a page called "{title}"', query)
        return next((str(one["id"]) for one in listed if answers.same_title(one["title"], title)), None)

    def changed(self, space: Space, since: datetime) -> tuple[Change, ...]:
        query = {"space-id": space.id, "status": "current", "sort": "-modified-date", "limit": MOST}
        found: list[Change] = []
        for one in self.wire.results(f"{V2}/pages", "looking for changes", query):
            if answers.moment(one["version"]["createdAt"]) < since:
                break
            found.append(
                Change(
                    str(one["id"]),
                    int(one["version"]["number"]),
                    answers.an_id(one.get("parentId")),
                    answers.in_folder(one),
                )
            )
        return tuple(found)

    def ticked(self, space: Space, since: datetime) -> tuple[Tick, ...]:
        asked = {"space-id": space.id, "completed-at-from": int(since.timestamp() * 1000)}
        return self._tasks("looking for ticked steps", asked)

    def ticks(self, page: str) -> tuple[Tick, ...]:
        return self._tasks(f"reading the steps of page {page}", {"page-id": page})

    def _tasks(self, what: str, asked: Mapping[str, Any]) -> tuple[Tick, ...]:
        listed = self.wire.results(f"{V2}/tasks", what, {**asked, "status": "complete", "limit": MOST})
        return tuple(
            Tick(
                str(one["pageId"]),
                str(one["localId"]),
                answers.an_id(one.get("completedBy")),
                answers.maybe(one.get("completedAt")),
            )
            for one in listed
            if one.get("pageId")
        )

    def below(self, page: str, depth: int) -> tuple[Leaf, ...]:
        """Folders count as levels for the vendor, so all ten are asked for and the tree is cut here."""
        query = {"depth": DEEPEST, "limit": MOST}
        listed = list(
            self.wire.results(f"{V2}/pages/{page}/descendants", f"listing what lies under page {page}", query)
        )
        things = {str(one["id"]): one for one in listed}

        def above(one: Json) -> str:
            parent = answers.an_id(one.get("parentId")) or page
            while parent in things and things[parent]["type"] == "folder":
                parent = answers.an_id(things[parent].get("parentId")) or page
            return parent

        def level(leaf: str) -> int:
            return level(above(things[leaf])) + 1 if leaf in things else 0

        return tuple(
            Leaf(str(one["id"]), str(one.get("title") or ""), above(one))
            for one in listed
            if one["type"] == "page" and one.get("status", "current") == "current" and level(str(one["id"])) <= depth
        )

    def ancestors(self, page: str) -> tuple[str, ...]:
        listed = self.wire.results(f"{V2}/pages/{page}/ancestors", f"looking where page {page} stands", {"limit": MOST})
        return tuple(str(one["id"]) for one in listed if str(one["id"]) != page)

    # --- writing pages

    def create(self, space: Space, parent: str, title: str, storage: str) -> Raw:
        body = {
            "spaceId": space.id,
            "status": "current",
            "title": title,
            "parentId": parent,
            "body": {"representation": "storage", "value": storage},
        }
        answer = self.wire.post(f"{V2}/pages", f'making "{title}"', body)
        return answers.raw(
            {"body": {"storage": {"value": storage}}, **answer, "parentId": answer.get("parentId") or parent}
        )

    def copy(self, origin: str, parent: str, title: str, storage: str) -> Raw:
        body = {
            "copyAttachments": True,
            "copyPermissions": False,
            "copyProperties": False,
            "copyLabels": False,
            "copyCustomContents": False,
            "destination": {"type": "parent_page", "value": parent},
            "pageTitle": title,
            "body": {"storage": {"value": storage, "representation": "storage"}},
        }
        answer = self.wire.post(f"{V1}/content/{origin}/copy", f'making "{title}"', body, {"expand": "version,history"})
        return answers.raw_v1(answer, parent, storage)

    def put(self, raw: Raw, *, title: str | None = None, storage: str | None = None, parent: str | None = None) -> Raw:
        what = f'writing "{raw.title}" ({raw.id})'
        body: Json = {
            "id": raw.id,
            "status": "current",
            "title": title or raw.title,
            "body": {"representation": "storage", "value": raw.storage if storage is None else storage},
            "version": {"number": raw.version + 1, "message": "isms-bot"},
        }
        if parent is not None:
            body["parentId"] = parent
        answer = self.wire.put(f"{V2}/pages/{raw.id}", what, body)
        held = raw.storage if storage is None else storage
        return answers.raw({"body": {"storage": {"value": held}}, **answer}, raw.property)

    def retitle(self, raw: Raw, title: str) -> Raw:
        """The body is not sent, so that no draft of a person is touched; the vendor takes no version here."""
        body = {"status": "current", "title": title}
        answer = self.wire.put(f"{V2}/pages/{raw.id}/title", f'calling page {raw.id} "{title}"', body)
        return answers.raw({**answer, "body": {"storage": {"value": raw.storage}}}, raw.property)

    def put_property(self, page: str, before: Property | None, value: Mapping[str, Any]) -> Property:
        what = f"writing the property of page {page}"
        if before is None:
            return answers.held_property(
                self.wire.post(f"{V2}/pages/{page}/properties", what, {"key": PROPERTY, "value": value})
            )
        body = {"key": PROPERTY, "value": value, "version": {"number": before.version + 1, "message": "isms-bot"}}
        return answers.held_property(self.wire.put(f"{V2}/pages/{page}/properties/{before.id}", what, body))

    def label(self, page: str, names: Sequence[str]) -> None:
        body = [{"prefix": "global", "name": name} for name in names]
        self.wire.post(f"{V1}/content/{page}/label", f"labelling page {page}", body)

    def trash(self, page: str) -> None:
        self.wire.delete(f"{V2}/pages/{page}", f"trashing page {page}")

    # --- comments

    def comments(self, page: str) -> tuple[RawComment, ...]:
        what = f"reading the comments on page {page}"
        query = {"body-format": "storage", "limit": MOST}
        found: list[RawComment] = []
        for kind in ("footer", "inline"):
            states = {"resolution-status": ["open", "reopened", "dangling"]} if kind == "inline" else {}
            for one in self.wire.results(f"{V2}/pages/{page}/{kind}-comments", what, {**query, **states}):
                if one.get("resolutionStatus") == "resolved":
                    continue
                found += self._thread(kind, one, str(one["id"]), what)
        return tuple(found)

    def _thread(self, kind: str, one: Json, discussion: str, what: str) -> list[RawComment]:
        """A comment and everything said below it: the vendor does not list answers with the comment."""
        found = [answers.comment(one, discussion)]
        query = {"body-format": "storage", "limit": MOST}
        for below in self.wire.results(f"{V2}/{kind}-comments/{one['id']}/children", what, query):
            found += self._thread(kind, below, discussion, what)
        return found

    def comment(self, page: str, storage: str) -> RawComment:
        body = {"pageId": page, "body": {"representation": "storage", "value": storage}}
        answer = self.wire.post(f"{V2}/footer-comments", f"commenting on page {page}", body)
        return answers.comment({"body": {"storage": {"value": storage}}, **answer}, str(answer["id"]))

    # --- versions and drafts

    def versions(self, raw: Raw) -> tuple[RawVersion, ...]:
        query = {"body-format": "storage", "limit": 50, "sort": "-modified-date"}
        listed = self.wire.results(f"{V2}/pages/{raw.id}/versions", f"reading the versions of page {raw.id}", query)
        return tuple(
            RawVersion(
                int(one["number"]),
                str(one["authorId"]),
                answers.moment(one["createdAt"]),
                answers.storage(one.get("page") or {}),
            )
            for one in listed
        )

    def authors(self, page: str) -> frozenset[Account]:
        listed = self.wire.results(
            f"{V2}/pages/{page}/versions", f"reading the versions of page {page}", {"limit": MOST}
        )
        return frozenset(str(one["authorId"]) for one in listed)

    def draft(self, raw: Raw) -> str | None:
        query = {"body-format": "storage", "get-draft": "true"}
        answer = self.wire.get(f"{V2}/pages/{raw.id}", f"looking for a draft of page {raw.id}", query)
        return answers.storage(answer)

    # --- attachments

    def attachments(self, page: str) -> tuple[Attachment, ...]:
        listed = self.wire.results(
            f"{V2}/pages/{page}/attachments", f"listing the files of page {page}", {"limit": MOST}
        )
        return tuple(
            Attachment(str(one["id"]), str(one["title"]), str(one.get("downloadLink") or "")) for one in listed
        )

    def attach(self, page: str, name: str, data: bytes) -> None:
        self.wire.upload(
            "PUT", f"{V1}/content/{page}/child/attachment", f'attaching "{name}"', name, data, minorEdit="true"
        )

    # --- guarding

    def restrict(self, page: str, me: Me) -> bool:
        """The vendor replaces all restrictions at once, so those on reading are read and sent back."""
        try:
            limits = self._limits(page)
            wanted = [*answers.kept(limits["read"], me), answers.restriction("update", [me.account])]
            self._limit(page, f"guarding page {page}", wanted)
        except Denied:
            return False
        return True

    def _limits(self, page: str) -> Mapping[str, Json]:
        """What is restricted on a page, by operation."""
        query = {"expand": "restrictions.user,restrictions.group"}
        what = f"reading who may do what on page {page}"
        try:
            listed = self.wire.get(f"{V1}/content/{page}/restriction", what, query).get("results") or ()
        except Unscoped as error:
            raise Denied(f"{what}: the token lacks a scope; it needs read:confluence-content.all") from error
        return {"read": {}, "update": {}} | {str(one["operation"]): one for one in listed}

    def admit(self, page: str, me: Me, accounts: Collection[Account]) -> None:
        """The vendor replaces all restrictions at once, so those on editing are read and sent back."""
        reading = answers.restriction("read", sorted({*accounts, me.account}))
        wanted = [reading, *answers.kept(self._limits(page)["update"], me)]
        self._limit(page, f"saying who can open page {page}", wanted)

    def _limit(self, page: str, what: str, wanted: Sequence[Json]) -> None:
        try:
            self.wire.put(f"{V1}/content/{page}/restriction", what, wanted)
        except Unscoped as error:
            raise Denied(f"{what}: the token lacks a scope; it needs write:confluence-content") from error

    def closed(self, page: str, me: Me) -> bool:
        return answers.named(self._limits(page)["read"]) == ([me.account], [])

    def readers(self, page: str, accounts: Collection[Account]) -> Mapping[Account, bool | None]:
        """One request per account: permissions of the space and restrictions of all pages above count. Of many only those are asked
        about whom the restriction of the page names, if it has one without groups: nobody else can open it."""
        named = self._named(page) if len(accounts) > 1 else None
        return {
            account: (named is None or account in named) and self._can(page, account, "read") for account in accounts
        }

    def _named(self, page: str) -> Collection[Account] | None:
        """Whom alone the restriction of the page itself lets in; None if there is none, if it names groups, and on the free plan."""
        try:
            users, groups = answers.named(self._limits(page)["read"])
        except Denied:
            return None
        return users if users and not groups else None

    def _can(self, page: str, account: Account, operation: str) -> bool:
        body = {"subject": {"type": "user", "identifier": account}, "operation": operation}
        what = f"asking who may {operation} page {page}"
        return bool(self.wire.ask(f"{V1}/content/{page}/permission/check", what, body).get("hasPermission"))

    # --- accounts

    def accounts(self) -> tuple[AccountInfo, ...]:
        """The vendor names no next page here, and may show fewer at once than were asked for."""
        found: dict[Account, AccountInfo] = {}
        start = 0
        while True:
            query = {"cql": "type=user", "start": start, "limit": USERS_AT_ONCE}
            answer = self.wire.get(f"{V1}/search/user", "listing the accounts", query)
            listed = answer.get("results") or ()
            found |= {
                str(one["user"]["accountId"]): answers.account(one["user"])
                for one in listed
                if answers.has_account(one)
            }
            start += len(listed)
            if len(listed) < int(answer.get("limit") or USERS_AT_ONCE):
                return tuple(found.values())

    def who(self, accounts: Iterable[Account]) -> Mapping[Account, AccountInfo]:
        wanted = sorted(set(accounts))
        found: dict[Account, AccountInfo] = {}
        for start in range(0, len(wanted), USERS_AT_ONCE):
            query = {"accountId": wanted[start : start + USERS_AT_ONCE]}
            for one in self.wire.results(f"{V1}/user/bulk", "looking up accounts", query):
                found[str(one["accountId"])] = answers.account(one)
        return found

    def watchers(self) -> frozenset[Account]:
        """Apps get no mails. The description shows no address of a next page here, so places are counted."""
        found: set[Account] = set()
        start = 0
        while True:
            query = {"start": start, "limit": WATCHERS_AT_ONCE}
            what = f"asking who watches the space {self._key}"
            try:
                answer = self.wire.get(f"{V1}/space/{self._key}/watch", what, query)
            except Unscoped as error:
                raise Denied(f"{what}: the token lacks a scope; it needs read:watcher:confluence") from error
            listed = answer.get("results") or ()
            found |= {one.id for one in (answers.account(each["watcher"]) for each in listed) if one.is_person}
            start += len(listed)
            if not listed or len(listed) < int(answer.get("limit") or WATCHERS_AT_ONCE):
                return frozenset(found)

    def stop_watching(self, page: str) -> None:
        """Nothing is sent: what is made through the API of Cloud is not watched by its maker (Unverified)."""

    def may(self, page: str, operation: str) -> bool | None:
        return self._can(page, self.whoami().account, operation)

    def guards(self, page: str) -> bool:
        """The free plan refuses to tell (Unverified: it is known to have no restrictions)."""
        try:
            self.wire.get(f"{V1}/content/{page}/restriction", f"asking who may do what on page {page}")
        except Denied:
            return False
        return True
