"""What Confluence Cloud answers, as plain values. Pure."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from isms_bot.connector import AccountInfo
from isms_bot.errors import Permanent
from isms_bot.model import Account
from isms_bot_confluence.api import Me, Property, Raw, RawComment
from isms_bot_confluence.client import Json


def raw(answer: Mapping[str, Any], mine: Property | None = None) -> Raw:
    """A page of an answer of v2, with the property that was read beside it."""
    version = answer.get("version") or {}
    created = moment(answer["createdAt"])
    return Raw(
        id=str(answer["id"]),
        title=str(answer.get("title") or ""),
        status=str(answer.get("status") or "current"),
        parent=an_id(answer.get("parentId")),
        author=str(answer.get("authorId") or ""),
        created_at=created,
        version=int(version.get("number") or 1),
        edited_by=str(version.get("authorId") or answer.get("authorId") or ""),
        edited_at=maybe(version.get("createdAt")) or created,
        storage=storage(answer),
        property=mine,
        folder=in_folder(answer),
        live_doc=answer.get("subtype") == "live",
    )


def raw_v1(answer: Mapping[str, Any], parent: str, storage: str) -> Raw:
    """A page as the copying call answers it."""
    history, version = answer.get("history") or {}, answer.get("version") or {}
    author = str((history.get("createdBy") or version.get("by") or {}).get("accountId") or "")
    created = maybe(history.get("createdDate")) or maybe(version.get("when"))
    if created is None:
        raise Permanent(f"page {answer['id']} was made, but Confluence does not tell when")
    return Raw(
        id=str(answer["id"]),
        title=str(answer["title"]),
        status=str(answer.get("status") or "current"),
        parent=parent,
        author=author,
        created_at=created,
        version=int(version.get("number") or 1),
        edited_by=str((version.get("by") or {}).get("accountId") or author),
        edited_at=maybe(version.get("when")) or created,
        storage=storage,
    )


def storage(answer: Mapping[str, Any]) -> str:
    """The body, "" where it was not asked for."""
    return str(((answer.get("body") or {}).get("storage") or {}).get("value") or "")


def held_property(answer: Mapping[str, Any]) -> Property:
    """A content property; v1 may have written its value as JSON text."""
    value = answer.get("value")
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    return Property(str(answer["id"]), int((answer.get("version") or {}).get("number") or 1), value)


def comment(answer: Mapping[str, Any], discussion: str) -> RawComment:
    """A comment, by whom and when its present words were written."""
    version = answer.get("version") or {}
    return RawComment(
        str(answer["id"]),
        str(version.get("authorId") or ""),
        moment(version["createdAt"]),
        storage(answer),
        discussion,
    )


def account(user: Mapping[str, Any]) -> AccountInfo:
    """A user of v1. `accountType` is atlassian, customer or app; an address that the profile hides is empty."""
    return AccountInfo(
        id=str(user["accountId"]),
        name=str(user.get("displayName") or user.get("publicName") or user["accountId"]),
        mail=str(user["email"]) if user.get("email") else None,
        is_person=user.get("accountType") != "app",
        active=user.get("accountStatus", "active") == "active",
    )


def has_account(found: Mapping[str, Any]) -> bool:
    """True for a result that is a user with an account."""
    return bool((found.get("user") or {}).get("accountId"))


def known_user(account: Account) -> Json:
    """A user as restrictions name one."""
    return {"type": "known", "accountId": account}


def named(limit: Mapping[str, Any]) -> tuple[list[Account], list[str]]:
    """(accounts, ids of groups) that one operation is restricted to; both empty if everybody may."""
    held = limit.get("restrictions") or {}
    users = [str(one["accountId"]) for one in (held.get("user") or {}).get("results") or ()]
    return users, [str(one["id"]) for one in (held.get("group") or {}).get("results") or ()]


def kept(limit: Mapping[str, Any], me: Me) -> list[Json]:
    """The restriction of one operation as it is, with the bot among those who may; none if everybody may."""
    users, groups = named(limit)
    return [restriction(limit["operation"], [*users, me.account], groups)] if users or groups else []


def restriction(operation: str, accounts: Iterable[Account], groups: Iterable[str] = ()) -> Json:
    """Who alone may do something, as it is sent."""
    return {
        "operation": operation,
        "restrictions": {
            "user": [known_user(account) for account in dict.fromkeys(accounts)],
            "group": [{"type": "group", "id": one} for one in groups],
        },
    }


def same_title(title: str, other: str) -> bool:
    """Titles are unique whatever their case."""
    return title.casefold() == other.casefold()


def in_folder(answer: Mapping[str, Any]) -> bool:
    """True if the page stands in a folder."""
    return answer.get("parentType") == "folder"


def an_id(value: object) -> str | None:
    """An id, None where there is none."""
    return str(value) if value else None


def moment(text: str) -> datetime:
    """A time of an answer, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def maybe(text: str | None) -> datetime | None:
    """The same, None where there is none."""
    return moment(text) if text else None
