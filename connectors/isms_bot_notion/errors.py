"""What Notion's client raises, as our errors. The only place that knows the vendor's error classes.

Notion gives no idempotency keys: a write whose answer is lost may have happened, and a 503 says itself what it committed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from notion_client.errors import HTTPResponseError, InvalidPathParameterError, RequestTimeoutError

from isms_bot.errors import Ambiguous, ConnectorError, Denied, Gone, Misconfigured, Permanent, TokenRefused, Transient

VENDOR_ERRORS = (
    HTTPResponseError,
    InvalidPathParameterError,
    RequestTimeoutError,
    httpx.HTTPError,
    httpx.InvalidURL,
    ValueError,
)
"""Everything that a request through notion_client can raise (ValueError: an answer that is no JSON)."""

MORE_ROOM = "choose a plan with unlimited blocks (Settings → Plans), or a workspace that has one; deleting pages gives nothing back"
"""What to do about a plan that is full (docs/vendors/notion.md)."""

_BLOCKED = "public_api_request_blocked"


class Full(Denied):
    """The free plan holds no more blocks; nothing was written, and reading, editing and trashing still work."""


def translate(error: Exception, what: str, *, write: bool) -> ConnectorError:
    """Our error for `error`, met while doing `what` (a sentence fragment: "reading page …"); `write`: it could have written.

    401 TokenRefused; 403 and 404 Denied (a bare 404 is no deletion); 409, 429, 529 Transient; a blocked token and other 4xx
    Permanent; edits of trashed pages Gone; 5xx, timeouts, dropped connections, garbage: Transient for reads, Ambiguous for
    writes; refused connections Transient. Sources: Notion's status codes and request limits.
    """
    if isinstance(error, HTTPResponseError):
        return _from_answer(error, what, write=write)
    if isinstance(error, InvalidPathParameterError | httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Misconfigured(f"{what}: the address cannot be used ({error}); check `api` and `root`")
    if isinstance(error, httpx.ConnectError) or _never_connected(error):
        return Transient(f"{what}: Notion cannot be reached ({error or type(error).__name__})")
    if isinstance(error, RequestTimeoutError):
        return _unknown(f"{what}: no answer in time", write=write)
    if isinstance(error, httpx.HTTPError):
        return _unknown(f"{what}: the connection broke ({error or type(error).__name__})", write=write)
    return _unknown(f"{what}: the answer was no JSON", write=write)


def _never_connected(error: Exception) -> bool:
    """A timeout that struck before a connection stood: nothing was sent."""
    return isinstance(error.__context__, httpx.ConnectTimeout | httpx.PoolTimeout)


def _unknown(message: str, *, write: bool, committed: tuple[str, ...] = ()) -> ConnectorError:
    if write:
        return Ambiguous(f"{message}; the write may have happened", committed)
    return Transient(message)


def _from_answer(error: HTTPResponseError, what: str, *, write: bool) -> ConnectorError:
    body = _body(error)
    code = str(body.get("code") or error.code)
    words = str(body.get("message") or error)
    extra = body.get("additional_data")
    extra = extra if isinstance(extra, Mapping) else {}
    message = f"{what}: {words} ({error.status} {code})"
    status = error.status
    if status == 401:
        return TokenRefused(f"{message}; the token is not valid (any more)")
    if status == 403 and extra.get("block_limit"):
        return Full(f"{message}; the free plan of this workspace holds no more blocks: {MORE_ROOM}")
    if status == 403:
        return Denied(f"{message}; give the integration this capability, or share the page with it")
    if status == 404:
        return Denied(f"{message}; it does not exist or is not shared with the integration")
    if status == 409 and code != "row_limit_exceeded":
        return Transient(message)
    if status in (429, 529):
        if extra.get("rate_limit_reason") == _BLOCKED:
            return Permanent(f"{message}; Notion has blocked this integration: contact Notion's support")
        return Transient(message, _retry_after(error, extra))
    if status >= 500:
        return _unknown(message, write=write, committed=_committed(extra))
    if 300 <= status < 400:
        return Misconfigured(f"{message}; the address redirects elsewhere: check `api`")
    if status == 400 and "archived" in words and "unarchive" in words:
        return Gone(f"{message}; it is in the trash")
    return Permanent(message)


def _body(error: HTTPResponseError) -> Mapping[str, Any]:
    """The answer's JSON, also for codes that the client does not know (it keeps only the raw text of those)."""
    try:
        body = json.loads(error.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _committed(extra: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids that a 503 says were written: the new page or database, and appended blocks."""
    found = [extra.get("committed_resource_id"), *(extra.get("committed_child_ids") or ())]
    return tuple(str(item) for item in found if item)


def _retry_after(error: HTTPResponseError, extra: Mapping[str, Any]) -> float | None:
    """Seconds that Notion asks to wait; a date is taken relative to the answer's own `Date`."""
    asked = error.headers.get("retry-after") or extra.get("retry_after")
    if asked is None:
        return None
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        until, now = parsedate_to_datetime(str(asked)), parsedate_to_datetime(error.headers["date"])
    except (ValueError, KeyError):
        return None
    return max(0.0, (until - now).total_seconds())
