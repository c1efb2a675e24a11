"""How each API says what a site refuses: statuses, codes and sentences as the vendor was seen to use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from isms_bot.sandbox.confluence.errors import Trouble

_TOMCAT = (
    b"<!doctype html><html lang=en><head><title>HTTP Status 401 \xe2\x80\x93 Unauthorized</title></head>"
    b"<body><h1>HTTP Status 401 \xe2\x80\x93 Unauthorized</h1></body></html>"
)
_PACKAGE = "com.atlassian.confluence.api.service.exceptions.api"
_V1 = {
    "invalid": (400, "BadRequestException"),
    "title": (400, "BadRequestException"),
    "exists": (409, "ConflictException"),
    "version": (409, "ConflictException"),
    "missing": (404, "NotFoundException"),
    "forbidden": (403, "PermissionException"),
    "credential": (403, "PermissionException"),
    "too_large": (413, "ContentTooLongException"),
    "no_route": (404, "NotFoundException"),
    "method": (405, "BadRequestException"),
}
_V2 = {
    "invalid": (400, "INVALID_REQUEST_PARAMETER"),
    "title": (400, "INVALID_REQUEST_PARAMETER"),
    "exists": (409, "CONFLICT"),
    "version": (409, "CONFLICT"),
    "missing": (404, "NOT_FOUND"),
    # The document has no 403: who may see a page but not change it gets the 404 of a page that is not there.
    "forbidden": (404, "NOT_FOUND"),
    "credential": (404, "NOT_FOUND"),
    "too_large": (413, "PAYLOAD_TOO_LARGE"),
    "no_route": (404, "NOT_FOUND"),
    "method": (405, "METHOD_NOT_ALLOWED"),
}
_REASONS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict"}


@dataclass(frozen=True)
class Refused:
    """A refusal as it goes back."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


def reply(api: str, trouble: Trouble) -> Refused:
    """The refusal in the shape of `v2`, `v1` or `dc`."""
    if trouble.kind == "scoped_on_site":
        return Refused(401, None, {"content-type": "text/html;charset=utf-8"}, _TOMCAT)
    if trouble.kind == "scope":
        return Refused(401, {"code": 401, "message": trouble.words})
    if trouble.kind == "gone":
        return Refused(410, {"code": 410, "message": f"GoneException: {trouble.words}"})
    if api == "v2":
        return _v2(trouble)
    return _v1(trouble) if api == "v1" else _dc(trouble)


def _v2(trouble: Trouble) -> Refused:
    status, code = _V2[trouble.kind]
    title, said = trouble.words, status
    if trouble.kind == "credential":
        title = "Not Found"
    elif trouble.kind == "title":
        title = f"A page with this title already exists: {trouble.words}"
    elif trouble.kind == "version":
        title = _version_words(trouble)
    # Recorded: the status of a conflict is text, of a 404 a number.
    shown: Any = str(said) if trouble.kind == "version" else said
    return Refused(status, {"errors": [{"status": shown, "code": code, "title": title, "detail": None}]})


def _version_words(trouble: Trouble) -> str:
    facts = trouble.facts
    return (
        "Version must be incremented when updating a page. "
        f"Current Version: [{facts['current']}]. Provided version: [{facts['provided']}]"
    )


def _data(trouble: Trouble, *, authorised: bool) -> dict[str, Any]:
    return {"authorized": authorised, "valid": trouble.kind != "invalid", "errors": [], "successful": False}


def _v1(trouble: Trouble) -> Refused:
    status, name = _V1[trouble.kind]
    words = _version_words(trouble) if trouble.kind == "version" else trouble.words
    body = {
        "statusCode": status,
        "data": _data(trouble, authorised=status != 403),
        "message": f"{_PACKAGE}.{name}: {words}",
    }
    return Refused(status, body)


def _dc(trouble: Trouble) -> Refused:
    if trouble.kind == "credential":
        return Refused(401, None, {"content-type": "text/html;charset=utf-8", "www-authenticate": "Bearer"}, _TOMCAT)
    status = 400 if trouble.kind == "exists" else _V1[trouble.kind][0]
    words = trouble.words
    if trouble.kind == "version":
        words = f"Version must be incremented on update. Current version is: {trouble.facts['current']}"
    elif trouble.kind == "title":
        words = "A page with this title already exists: " + trouble.words
    elif trouble.kind == "missing" and words.endswith("]"):
        words = f"No content found with id: ContentId{{id={trouble.words.rpartition('[')[2].rstrip(']')}}}"
    data = {**_data(trouble, authorised=status != 403), "allowedInReadOnlyMode": True}
    return Refused(status, {"statusCode": status, "data": data, "message": words, "reason": _REASONS.get(status, "")})
