"""What Confluence answers and what its client raises, as our errors. The only place that knows the vendor's sentences.

Confluence gives no idempotency keys: a write whose answer is lost may have happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests import exceptions
from urllib3.exceptions import NewConnectionError

from isms_bot.errors import (
    Ambiguous,
    Conflict,
    ConnectorError,
    Denied,
    Misconfigured,
    Permanent,
    TokenRefused,
    Transient,
)

VENDOR_ERRORS = (requests.RequestException, ValueError)
"""Everything that a request through the client can raise (ValueError: an address that cannot be parsed)."""

_TAKEN = ("a page with this title already exists", "a page already exists with the same title")
_NOBODY = ("caller cannot access confluence", "current user not permitted to use confluence")
_CREDENTIAL = "give the workspace a valid token; tokens of Atlassian end after a year at the latest"


class TitleTaken(Permanent):
    """Another page of the space has this title; nothing was written."""


class Absent(Denied):
    """404 with words of its own: the page does not exist or is not shown to the bot."""


class Unscoped(Misconfigured):
    """401 that names a scope, or the site's refusal of a token with scopes."""


def of_exception(error: Exception, what: str, *, write: bool) -> ConnectorError:
    """Our error for what was raised instead of an answer, met while doing `what` ("reading page …").

    Addresses, certificates and proxies that do not work are Misconfigured; refused connections Transient, since nothing was sent;
    timeouts and dropped connections are Transient for reads, Ambiguous for writes.
    """
    if isinstance(error, exceptions.SSLError):
        return Misconfigured(
            f"{what}: the certificate is not trusted ({error}); name the file of your authority as `ca`"
        )
    if isinstance(error, exceptions.ProxyError):
        return Transient(f"{what}: the proxy cannot be reached ({error}); check `proxy`")
    if isinstance(error, exceptions.InvalidURL | exceptions.MissingSchema | exceptions.InvalidSchema):
        return Misconfigured(f"{what}: the address cannot be used ({error}); check `site`")
    if isinstance(error, exceptions.ConnectTimeout) or _refused(error):
        return Transient(f"{what}: Confluence cannot be reached ({type(error).__name__})")
    if isinstance(error, exceptions.Timeout):
        return unknown(f"{what}: no answer in time", write=write)
    return unknown(f"{what}: the connection broke ({error or type(error).__name__})", write=write)


def _refused(error: Exception) -> bool:
    """A connection that never stood: nothing was sent."""
    return any(isinstance(getattr(argument, "reason", None), NewConnectionError) for argument in error.args)


def unknown(message: str, *, write: bool) -> ConnectorError:
    """It is not known whether the request took effect."""
    if write:
        return Ambiguous(f"{message}; the write may have happened")
    return Transient(message)


def of_answer(answer: requests.Response, what: str, *, write: bool) -> ConnectorError:
    """Our error for an answer of status 300 or more.

    Sources: Atlassian's API descriptions for statuses; for bodies recordings of public client libraries. A bare `Not Found` of
    v2 is what a revoked token is told, so it is Misconfigured and never a deletion.
    """
    status, words = answer.status_code, sentence(answer)
    low = words.lower()
    message = f"{what}: {words or answer.reason} ({status})"
    if 300 <= status < 400:
        return Misconfigured(f"{message}; the address redirects elsewhere: check `site`")
    if status == 401:
        if "scope" in low or ("html" in answer.headers.get("Content-Type", "") and _cloud(answer)):
            return Unscoped(f"{message}; the token lacks a scope, or has scopes and is not allowed here")
        return TokenRefused(f"{message}; {_CREDENTIAL}")
    if status == 403:
        if any(nobody in low for nobody in _NOBODY):
            return TokenRefused(f"{message}; {_CREDENTIAL}")
        return Denied(f"{message}; allow the bot's account to do this in the space")
    if status == 404:
        if low.strip() == "not found" and _v2(answer):
            return TokenRefused(f"{message}; {_CREDENTIAL}")
        return Absent(f"{message}; it does not exist or the bot's account may not see it")
    if status == 409:
        return Conflict(message)
    if status == 429:
        return Transient(message, retry_after(answer.headers))
    if status == 413:
        return Permanent(f"{message}; it is too large for Confluence")
    if status == 503 and not write:
        return Transient(message, retry_after(answer.headers))
    if status >= 500:
        return unknown(message, write=write)
    if any(taken in low for taken in _TAKEN):
        return TitleTaken(message)
    return Permanent(message)


def _cloud(answer: requests.Response) -> bool:
    return "/wiki/" in (answer.url or "")


def _v2(answer: requests.Response) -> bool:
    return "/api/v2/" in (answer.url or "")


def sentence(answer: requests.Response) -> str:
    """The words of an error, of v2 (`errors[].title/detail`) and of v1 and Data Center (`message`); else the start of its text."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    if not isinstance(body, Mapping):
        return ""
    errors = body.get("errors")
    if isinstance(errors, list) and errors:
        return "; ".join(_told(error) for error in errors if isinstance(error, Mapping))
    return str(body.get("message") or body.get("error") or "")


def _told(error: Mapping[str, Any]) -> str:
    return ": ".join(str(part) for part in (error.get("title"), error.get("detail")) if part)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the vendor asks to wait; a date is taken relative to the answer's own `Date`."""
    asked = headers.get("Retry-After")
    if asked is None:
        return None
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers["Date"])
    except (ValueError, KeyError):
        return None
    return max(0.0, (until - now).total_seconds())
