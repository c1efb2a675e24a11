"""What Notion answers badly becomes one of our errors, by what may be done about it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from notion_client.errors import InvalidPathParameterError, RequestTimeoutError, build_request_error

from isms_bot.errors import Ambiguous, ConnectorError, Denied, Gone, Misconfigured, Permanent, TokenRefused, Transient
from isms_bot_notion.errors import translate

READ, WRITE = False, True


def answer(
    status: int, code: str, message: str = "Something.", headers: dict[str, str] | None = None, **extra: Any
) -> Exception:
    """What the client raises for an error of Notion."""
    body = {"object": "error", "status": status, "code": code, "message": message, **extra}
    response = httpx.Response(status, headers=headers, text=json.dumps(body))
    return build_request_error(response, response.text)


def page(status: int) -> Exception:
    """What the client raises for a page of HTML."""
    response = httpx.Response(status, text="<html>Bad Gateway</html>")
    return build_request_error(response, response.text)


def timed_out(cause: Exception) -> Exception:
    """A timeout as the client passes it on: only its context tells what happened."""
    error = RequestTimeoutError()
    error.__context__ = cause
    return error


CASES: dict[str, tuple[Exception, bool, type[ConnectorError]]] = {
    "bad token": (answer(401, "unauthorized"), READ, TokenRefused),
    "missing capability": (answer(403, "restricted_resource"), WRITE, Denied),
    "not shared or not there": (answer(404, "object_not_found"), READ, Denied),
    "conflict": (answer(409, "conflict_error"), WRITE, Transient),
    "full database": (answer(409, "row_limit_exceeded"), WRITE, Permanent),
    "validation": (answer(400, "validation_error"), WRITE, Permanent),
    "bad JSON": (answer(400, "invalid_json"), WRITE, Permanent),
    "unknown code": (answer(400, "missing_version"), READ, Permanent),
    "in the trash": (
        answer(
            400, "validation_error", "Can't edit block that is archived. You must unarchive the block before editing."
        ),
        WRITE,
        Gone,
    ),
    "too many requests": (answer(429, "rate_limited"), WRITE, Transient),
    "overload": (answer(529, "service_overload"), WRITE, Transient),
    "blocked": (
        answer(429, "rate_limited", additional_data={"rate_limit_reason": "public_api_request_blocked"}),
        READ,
        Permanent,
    ),
    "500 on a read": (answer(500, "internal_server_error"), READ, Transient),
    "500 on a write": (answer(500, "internal_server_error"), WRITE, Ambiguous),
    "502 on a read": (page(502), READ, Transient),
    "502 on a write": (page(502), WRITE, Ambiguous),
    "503 on a write": (answer(503, "service_unavailable"), WRITE, Ambiguous),
    "504 on a write": (answer(504, "gateway_timeout"), WRITE, Ambiguous),
    "redirect": (page(301), READ, Misconfigured),
    "timeout on a read": (timed_out(httpx.ReadTimeout("slow")), READ, Transient),
    "timeout on a write": (timed_out(httpx.ReadTimeout("slow")), WRITE, Ambiguous),
    "timeout before the connection": (timed_out(httpx.ConnectTimeout("slow")), WRITE, Transient),
    "refused": (httpx.ConnectError("refused"), WRITE, Transient),
    "dropped on a read": (httpx.RemoteProtocolError("gone"), READ, Transient),
    "dropped on a write": (httpx.RemoteProtocolError("gone"), WRITE, Ambiguous),
    "no JSON on a read": (json.JSONDecodeError("what", "<html>", 0), READ, Transient),
    "no JSON on a write": (json.JSONDecodeError("what", "<html>", 0), WRITE, Ambiguous),
    "a path that climbs": (InvalidPathParameterError("no"), READ, Misconfigured),
    "no address": (httpx.UnsupportedProtocol("no"), READ, Misconfigured),
}


@pytest.mark.parametrize(("error", "write", "kind"), CASES.values(), ids=CASES.keys())
def test_an_error_is_translated_by_what_may_be_done(error: Exception, write: bool, kind: type[ConnectorError]) -> None:
    translated = translate(error, "reading page 7", write=write)

    assert type(translated) is kind
    assert str(translated).startswith("reading page 7: ")


@pytest.mark.parametrize(
    ("headers", "extra", "seconds"),
    [
        ({"Retry-After": "7"}, {}, 7),
        ({"Retry-After": "0.5"}, {}, 0.5),
        ({}, {"additional_data": {"retry_after": "120"}}, 120),
        ({"Retry-After": "Mon, 04 Jan 2027 09:01:30 GMT", "Date": "Mon, 04 Jan 2027 09:00:00 GMT"}, {}, 90),
        ({"Retry-After": "Mon, 04 Jan 2027 08:00:00 GMT", "Date": "Mon, 04 Jan 2027 09:00:00 GMT"}, {}, 0),
        ({"Retry-After": "soon"}, {}, None),
        ({}, {}, None),
    ],
    ids=["seconds", "fraction", "in the body", "a date", "a past date", "nonsense", "nothing"],
)
@pytest.mark.parametrize(("status", "code"), [(429, "rate_limited"), (529, "service_overload")])
def test_a_wait_that_the_vendor_asks_for_is_passed_on(
    headers: dict[str, str], extra: dict[str, Any], seconds: float | None, status: int, code: str
) -> None:
    translated = translate(answer(status, code, headers=headers, **extra), "looking", write=False)

    assert isinstance(translated, Transient)
    assert translated.retry_after == seconds


def test_a_503_tells_what_it_committed() -> None:
    error = answer(
        503,
        "service_unavailable",
        additional_data={"committed_resource_id": "page-1", "committed_child_ids": ["block-1", "block-2"]},
    )

    translated = translate(error, "writing", write=True)

    assert isinstance(translated, Ambiguous)
    assert translated.committed == ("page-1", "block-1", "block-2")
