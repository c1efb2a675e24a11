"""Confluence Data Center: one API under rest/api. Bodies, versions and places come by `expand`; there are no tasks and no copies."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from isms_bot.connector import AccountInfo
from isms_bot.errors import Conflict, Denied, Permanent
from isms_bot.model import Account
from isms_bot_confluence import datacenter_answers as answers
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
from isms_bot_confluence.errors import Absent

API = "rest/api"
WHOLE = f"body.storage,version,history,ancestors,space,metadata.properties.{PROPERTY}"
"""A property comes along where the server expands it by key (Unverified); where it does not it is asked for."""
PLACED = "version,ancestors"
MOST = 100
AT_ONCE = 50
"""Pages with bodies in one answer: servers cut longer lists short."""
LEAST_FOR_RESTRICTIONS = (8, 8)


class DataCenter:
    """Requests to one site of Confluence Data Center. `site` is the address that people open, with its context path."""

    ticks_tell_who = False

    def __init__(self, wire: Wire, site: str, space_key: str) -> None:
        self.wire = wire
        self.site = site
        self._key = space_key
        self._names: dict[Account, AccountInfo] = {}
        self._usernames: dict[Account, str] = {}
        self._bodies: dict[tuple[str, int], RawVersion] = {}

    # --- who and where

    def whoami(self) -> Me:
        answer = self.wire.get(f"{API}/user/current", "asking who the token belongs to")
        if answer.get("type") == "anonymous" or not answer.get("userKey"):
            raise Denied("asking who the token belongs to: Confluence takes the bot for a visitor without an account")
        name = str(answer.get("username") or "")
        return Me(str(answer["userKey"]), str(answer.get("displayName") or name), name)

    def space(self) -> Space:
        answer = self.wire.get(f"{API}/space/{self._key}", f"looking for the space {self._key}")
        return Space(str(answer.get("id") or ""), str(answer["key"]), str(answer.get("name") or answer["key"]))

    # --- pages

    def page(self, page: str) -> Raw:
        query = {"status": "any", "expand": WHOLE}
        raw = answers.raw(self.wire.get(f"{API}/content/{page}", f"reading page {page}", query))
        if raw.property is not None or raw.status != "current":
            return raw
        return replace(raw, property=self.property_of(page))

    def pages(self, ids: Sequence[str]) -> tuple[Raw, ...]:
        """By a list of ids where the server knows that parameter (Unverified for old ones), one by one where it does not."""
        found: dict[str, Raw] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            query = {"type": "page", "ids": ",".join(some), "expand": WHOLE, "limit": AT_ONCE}
            listed = self.wire.get(f"{API}/content", "reading pages", query).get("results") or ()
            found |= {str(one["id"]): answers.raw(one) for one in listed if str(one["id"]) in some}
            for page in some:
                if page not in found and (raw := self._current(page)) is not None:
                    found[page] = raw
        return tuple(found.values())

    def _current(self, page: str) -> Raw | None:
        try:
            return answers.raw(self.wire.get(f"{API}/content/{page}", f"reading page {page}", {"expand": WHOLE}))
        except Absent:
            return None

    def property_of(self, page: str) -> Property | None:
        try:
            answer = self.wire.get(f"{API}/content/{page}/property/{PROPERTY}", f"reading the property of page {page}")
        except Absent:
            return None
        return answers.held_property(answer)

    def everything(self, space: Space) -> Iterator[Raw]:
        query = {"spaceKey": space.key, "type": "page", "status": "current", "expand": WHOLE, "limit": AT_ONCE}
        return map(answers.raw, self.wire.results(f"{API}/content", "looking through the space", query))

    def titled(self, space: Space, title: str) -> str | None:
        query = {"spaceKey": space.key, "type": "page", "title": title}
        listed = self.wire.results(f"{API}/content", f'looking for a page called "{title}"', query)
        return next((str(one["id"]) for one in listed if str(one["title"]).casefold() == title.casefold()), None)

    def changed(self, space: Space, since: datetime) -> tuple[Change, ...]:
        """By CQL, whose index lags: callers reach back far enough. Minutes before now need no time zone, which a date in CQL has.

        What time it is there the latest answer tells, which may be old: a look that turns out not to have reached back to
        `since` is taken again.
        """
        if self.wire.now is None:
            self.whoami()
        while True:
            minutes = max(int((self.wire.time() - since).total_seconds() // 60) + 1, 1)
            listed = list(self._changed(space, minutes))
            if self.wire.time() - timedelta(minutes=minutes) <= since:
                return tuple(change for change, at in listed if at is None or at >= since)

    def _changed(self, space: Space, minutes: int) -> Iterator[tuple[Change, datetime | None]]:
        cql = f'space = "{space.key}" and type = page and lastmodified >= now("-{minutes}m") order by lastmodified desc'
        query = {"cql": cql, "expand": PLACED, "limit": MOST}
        for one in self.wire.results(f"{API}/content/search", "looking for changes", query):
            version = one.get("version") or {}
            at = answers.moment(version["when"]) if version.get("when") else None
            yield Change(str(one["id"]), int(version.get("number") or 0), answers.parent(one)), at

    def ticked(self, space: Space, since: datetime) -> tuple[Tick, ...]:  # noqa: ARG002 - the platform keeps no list
        return ()

    def ticks(self, page: str) -> tuple[Tick, ...]:  # noqa: ARG002
        return ()

    def below(self, page: str, depth: int) -> tuple[Leaf, ...]:
        query = {"expand": "version", "limit": MOST}
        leaves: list[Leaf] = []
        for one in self.wire.results(f"{API}/content/{page}/child/page", f"listing what lies under page {page}", query):
            version = one.get("version") or {}
            edited = answers.moment(version["when"]) if version.get("when") else None
            leaves.append(Leaf(str(one["id"]), str(one.get("title") or ""), page, edited))
        if depth > 1:
            leaves += [leaf for child in list(leaves) for leaf in self.below(child.id, depth - 1)]
        return tuple(leaves)

    def ancestors(self, page: str) -> tuple[str, ...]:
        query = {"expand": "ancestors"}
        answer = self.wire.get(f"{API}/content/{page}", f"looking where page {page} stands", query)
        return tuple(str(one["id"]) for one in answer.get("ancestors") or ())

    # --- writing pages

    def create(self, space: Space, parent: str, title: str, storage: str) -> Raw:
        body = {
            "type": "page",
            "title": title,
            "space": {"key": space.key},
            "ancestors": [{"id": parent}],
            "body": {"storage": {"value": storage, "representation": "storage"}},
        }
        answer = self.wire.post(f"{API}/content", f'making "{title}"', body, {"expand": "version,history,ancestors"})
        return replace(answers.raw(answer), storage=storage, parent=parent)

    def copy(self, origin: str, parent: str, title: str, storage: str) -> Raw:  # noqa: ARG002
        raise Permanent("Confluence Data Center copies no pages; they are made anew and their files uploaded")

    def put(self, raw: Raw, *, title: str | None = None, storage: str | None = None, parent: str | None = None) -> Raw:
        body: Json = {
            "id": raw.id,
            "type": "page",
            "title": title or raw.title,
            "version": {"number": raw.version + 1, "minorEdit": True, "message": "isms-bot"},
        }
        if storage is not None:
            body["body"] = {"storage": {"value": storage, "representation": "storage"}}
        if parent is not None:
            body["ancestors"] = [{"id": parent}]
        what = f'writing "{raw.title}" ({raw.id})'
        answer = self.wire.put(f"{API}/content/{raw.id}", what, body)
        version = answer.get("version") or {}
        return replace(
            raw,
            title=str(answer.get("title") or raw.title),
            version=int(version.get("number") or raw.version + 1),
            edited_by=answers.user_key(version.get("by")) or raw.edited_by,
            edited_at=answers.moment(version["when"]) if version.get("when") else raw.edited_at,
            storage=raw.storage if storage is None else storage,
            parent=parent or raw.parent,
        )

    def retitle(self, raw: Raw, title: str) -> Raw:
        return self.put(raw, title=title)

    def put_property(self, page: str, before: Property | None, value: Mapping[str, Any]) -> Property:
        what = f"writing the property of page {page}"
        if before is None:
            try:
                return answers.held_property(
                    self.wire.post(f"{API}/content/{page}/property", what, {"key": PROPERTY, "value": value})
                )
            except Permanent as error:
                if self.property_of(page) is None:
                    raise
                raise Conflict(f"{what}: it has one already; read the page again") from error
        body = {"key": PROPERTY, "value": value, "version": {"number": before.version + 1, "minorEdit": True}}
        return answers.held_property(self.wire.put(f"{API}/content/{page}/property/{PROPERTY}", what, body))

    def label(self, page: str, names: Sequence[str]) -> None:
        body = [{"prefix": "global", "name": name} for name in names]
        self.wire.post(f"{API}/content/{page}/label", f"labelling page {page}", body)

    def trash(self, page: str) -> None:
        self.wire.delete(f"{API}/content/{page}", f"trashing page {page}")

    # --- comments

    def comments(self, page: str) -> tuple[RawComment, ...]:
        query = {
            "expand": "body.storage,version,history,ancestors,extensions.resolution",
            "depth": "all",
            "location": ["footer", "inline"],
            "limit": AT_ONCE,
        }
        what = f"reading the comments on page {page}"
        listed = list(self.wire.results(f"{API}/content/{page}/child/comment", what, query))
        closed = {str(one["id"]) for one in listed if answers.resolved(one)}
        return tuple(answers.comment(one) for one in listed if not closed & {str(one["id"]), answers.discussion(one)})

    def comment(self, page: str, storage: str) -> RawComment:
        body = {
            "type": "comment",
            "container": {"id": page, "type": "page"},
            "body": {"storage": {"value": storage, "representation": "storage"}},
        }
        query = {"expand": "version,history"}
        answer = self.wire.post(f"{API}/content", f"commenting on page {page}", body, query)
        return answers.comment({**answer, "body": {"storage": {"value": storage}}})

    # --- versions and drafts

    def versions(self, raw: Raw) -> tuple[RawVersion, ...]:
        """One request per version that was not read before: there is no documented list of versions."""
        found = [RawVersion(raw.version, raw.edited_by, raw.edited_at, raw.storage)]
        for number in range(raw.version - 1, 0, -1):
            if (raw.id, number) not in self._bodies:
                query = {"status": "historical", "version": number, "expand": "body.storage,version"}
                what = f"reading version {number} of page {raw.id}"
                try:
                    one = self.wire.get(f"{API}/content/{raw.id}", what, query)
                except Absent:
                    continue  # somebody has deleted this version
                version = one["version"]
                self._bodies[raw.id, number] = RawVersion(
                    number, answers.user_key(version.get("by")), answers.moment(version["when"]), answers.storage(one)
                )
            found.append(self._bodies[raw.id, number])
        return tuple(found)

    def authors(self, page: str) -> frozenset[Account]:
        raw = answers.raw(self.wire.get(f"{API}/content/{page}", f"reading page {page}", {"expand": WHOLE}))
        return frozenset({raw.author, *(one.author for one in self.versions(raw))})

    def draft(self, raw: Raw) -> str | None:
        query = {"status": "draft", "expand": "body.storage"}
        try:
            answer = self.wire.get(f"{API}/content/{raw.id}", f"looking for a draft of page {raw.id}", query)
        except Denied:
            return None
        return answers.storage(answer)

    # --- attachments

    def attachments(self, page: str) -> tuple[Attachment, ...]:
        query = {"limit": MOST}
        listed = self.wire.results(f"{API}/content/{page}/child/attachment", f"listing the files of page {page}", query)
        return tuple(
            Attachment(str(one["id"]), str(one["title"]), str((one.get("_links") or {}).get("download") or ""))
            for one in listed
        )

    def attach(self, page: str, name: str, data: bytes) -> None:
        what, path = f'attaching "{name}"', f"{API}/content/{page}/child/attachment"
        known = next(iter(self.wire.results(path, what, {"filename": name})), None)
        if known is None:
            self.wire.upload("POST", path, what, name, data, minorEdit="true")
        else:
            self.wire.upload("POST", f"{path}/{known['id']}/data", what, name, data, minorEdit="true")

    # --- guarding

    def restrict(self, page: str, me: Me) -> bool:
        """Only what is sent is replaced: reading stays as it is. Servers before 8.8 have no such call (Unverified: from reports)."""
        wanted = [
            {"operation": "update", "restrictions": {"user": [{"type": "known", "username": me.username}], "group": []}}
        ]
        try:
            self.wire.put(f"{API}/content/{page}/restriction", f"guarding page {page}", wanted)
        except (Denied, Permanent):
            return False
        return True

    def admit(self, page: str, me: Me, accounts: Collection[Account]) -> None:
        """Only reading is replaced: editing stays as it is. The vendor takes names for this, not keys. Servers before 8.8 have no
        such call (Unverified: from reports)."""
        names = sorted({me.username, *(self._username(account) for account in accounts if account != me.account)})
        users = [{"type": "known", "username": name} for name in names]
        wanted = [{"operation": "read", "restrictions": {"user": users, "group": []}}]
        what = f"saying who can open page {page}"
        try:
            self.wire.put(f"{API}/content/{page}/restriction", what, wanted)
        except Conflict:
            raise
        except Permanent as error:
            raise Denied(f"{what}: this server does not restrict pages ({error})") from error

    def _username(self, account: Account) -> str:
        if account not in self._usernames:
            answer = self.wire.get(f"{API}/user", f"looking up the account {account}", {"key": account})
            self._usernames[account] = str(answer["username"])
        return self._usernames[account]

    def closed(self, page: str, me: Me) -> bool:
        return self._named(page) == ([me.account], [])

    def readers(self, page: str, accounts: Collection[Account]) -> Mapping[Account, bool | None]:
        """Restrictions of the page and of all above it are read, one request each. They tell who is kept out, and whom they
        name; what the space lets everybody else do they do not tell, nor who is in a group."""
        layers = [limit for one in (*self.ancestors(page), page) if any(limit := self._named(one))]
        return {account: self._let_in(account, layers) for account in accounts}

    @staticmethod
    def _let_in(account: Account, layers: Sequence[tuple[Sequence[Account], Sequence[str]]]) -> bool | None:
        missing = [groups for users, groups in layers if account not in users]
        if any(not groups for groups in missing):
            return False
        return True if layers and not missing else None

    def _named(self, page: str) -> tuple[list[Account], list[str]]:
        """(accounts, groups) that reading is restricted to; both empty if everybody may."""
        what = f"reading who may open page {page}"
        query = {"expand": "restrictions.user,restrictions.group"}
        held = (
            self.wire.get(f"{API}/content/{page}/restriction/byOperation/read", what, query).get("restrictions") or {}
        )
        users = [str(one["userKey"]) for one in (held.get("user") or {}).get("results") or ()]
        return users, [str(one["name"]) for one in (held.get("group") or {}).get("results") or ()]

    # --- accounts

    def accounts(self) -> tuple[AccountInfo, ...]:
        listed = self.wire.results(f"{API}/user/list", "listing the accounts", {"limit": MOST})
        found = tuple(answers.account(one) for one in listed if one.get("userKey"))
        self._names |= {one.id: one for one in found}
        return found

    def who(self, accounts: Iterable[Account]) -> Mapping[Account, AccountInfo]:
        found: dict[Account, AccountInfo] = {}
        for key in sorted(set(accounts)):
            if key not in self._names:
                try:
                    answer = self.wire.get(f"{API}/user", f"looking up the account {key}", {"key": key})
                except Absent:
                    continue
                self._names[key] = answers.account(answer)
            found[key] = self._names[key]
        return found

    def watchers(self) -> frozenset[Account]:
        """Told to administrators of the space only."""
        what = f"asking who watches the space {self._key}"
        listed = self.wire.results(f"{API}/space/{self._key}/watchers", what, {"limit": MOST})
        return frozenset(str(one["userKey"]) for one in listed if one.get("userKey"))

    def stop_watching(self, page: str) -> None:
        """Who makes a page watches it from then on, and gets a mail of every edit (Unverified: as the setting "autowatch" has it)."""
        self.wire.delete(f"{API}/user/watch/content/{page}", f"not watching page {page} any more")

    def may(self, page: str, operation: str) -> bool | None:
        what = f"asking what the bot may do on page {page}"
        told = self.wire.get(f"{API}/content/{page}", what, {"expand": "operations"}).get("operations")
        return None if told is None else any(one.get("operation") == operation for one in told)

    def guards(self, page: str) -> bool:  # noqa: ARG002 - the server says it for all pages
        """Restrictions can be written since 8.8 (Unverified: from reports); a server that does not tell its version is older."""
        try:
            version = str(self.wire.get(f"{API}/server-information", "asking for the version").get("version") or "")
        except (Denied, Permanent):
            return False
        numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
        return tuple(numbers) >= LEAST_FOR_RESTRICTIONS
