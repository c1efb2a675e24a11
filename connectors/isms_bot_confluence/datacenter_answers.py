"""What Confluence Data Center answers, as plain values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from isms_bot.connector import AccountInfo
from isms_bot.errors import Permanent
from isms_bot.model import Account
from isms_bot_confluence.api import PROPERTY, Property, Raw, RawComment


def raw(answer: Mapping[str, Any]) -> Raw:
    """A page of an answer with WHOLE expanded. Raises Permanent if its times are missing."""
    history, version = answer.get("history") or {}, answer.get("version") or {}
    when = version.get("when") or history.get("createdDate")
    if when is None:
        raise Permanent(f"page {answer['id']}: Confluence does not tell when it was edited")
    author = user_key(history.get("createdBy"))
    return Raw(
        id=str(answer["id"]),
        title=str(answer.get("title") or ""),
        status=str(answer.get("status") or "current"),
        parent=parent(answer),
        author=author,
        created_at=moment(history.get("createdDate") or when),
        version=int(version.get("number") or 1),
        edited_by=user_key(version.get("by")) or author,
        edited_at=moment(when),
        storage=storage(answer),
        property=brought(answer),
    )


def brought(answer: Mapping[str, Any]) -> Property | None:
    """The property, if it came along."""
    properties = (answer.get("metadata") or {}).get("properties") or {}
    found = properties.get(PROPERTY)
    return held_property(found) if isinstance(found, dict) and found.get("version") and "value" in found else None


def parent(answer: Mapping[str, Any]) -> str | None:
    """The page above, the last of the ancestors."""
    above = answer.get("ancestors") or ()
    return str(above[-1]["id"]) if above else None


def storage(answer: Mapping[str, Any]) -> str:
    """The body, "" where it was not asked for."""
    return str(((answer.get("body") or {}).get("storage") or {}).get("value") or "")


def user_key(user: Mapping[str, Any] | None) -> Account:
    """The key of a user, "" for an anonymous one."""
    return str((user or {}).get("userKey") or "")


def held_property(answer: Mapping[str, Any]) -> Property:
    """A content property."""
    version = int((answer.get("version") or {}).get("number") or 1)
    return Property(str(answer.get("id") or PROPERTY), version, answer.get("value"))


def comment(answer: Mapping[str, Any]) -> RawComment:
    """A comment, by whom and when its present words were written: words that were changed later are not older than that."""
    history, version = answer.get("history") or {}, answer.get("version") or {}
    by = user_key(version.get("by")) or user_key(history.get("createdBy"))
    at = version.get("when") or history.get("createdDate")
    return RawComment(str(answer["id"]), by, moment(str(at)), storage(answer), discussion(answer))


def discussion(answer: Mapping[str, Any]) -> str:
    """The comment that a thread began with: the first of the comments above."""
    above = [one for one in answer.get("ancestors") or () if one.get("type", "comment") == "comment"]
    return str(above[0]["id"]) if above else str(answer["id"])


def resolved(answer: Mapping[str, Any]) -> bool:
    """True for a comment whose thread is closed."""
    resolution = (answer.get("extensions") or {}).get("resolution") or {}
    return resolution.get("status") == "resolved"


def account(user: Mapping[str, Any]) -> AccountInfo:
    """A user; the API shows no mail addresses."""
    return AccountInfo(
        id=str(user["userKey"]),
        name=str(user.get("displayName") or user.get("username") or user["userKey"]),
        mail=str(user["email"]) if user.get("email") else None,
        is_person=True,
    )


def moment(text: str) -> datetime:
    """A time of an answer, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
