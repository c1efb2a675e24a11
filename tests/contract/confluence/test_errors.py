"""Every way in which Confluence says no becomes the error that says what may be done about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from requests import exceptions
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from isms_bot.errors import Ambiguous, Conflict, Denied, Misconfigured, Permanent, TokenRefused, Transient
from isms_bot_confluence.errors import Absent, TitleTaken, Unscoped, of_answer, of_exception, retry_after

V2 = "https://acme.atlassian.net/wiki/api/v2/pages/1"
V1 = "https://acme.atlassian.net/wiki/rest/api/content/1/label"


def answer(status: int, body: Any = None, url: str = V2, **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code, made.url, made.reason = status, url, "Said So"
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    made._content = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else b""
    return made


def v2(status: object, title: str) -> dict[str, Any]:
    return {"errors": [{"status": status, "code": "X", "title": title, "detail": None}]}


def v1(status: int, message: str) -> dict[str, Any]:
    return {"statusCode": status, "data": {"authorized": True, "errors": []}, "message": message}


TAKEN = "A page with this title already exists: A page already exists with the same TITLE in this space"
STALE = "Version must be incremented when updating a page. Current Version: [3]. Provided version: [3]"
ANSWERS = {
    "a token that is none": (answer(401, v1(401, "no")), TokenRefused),
    "a scope that is missing": (answer(401, {"code": 401, "message": "Unauthorized; scope does not match"}), Unscoped),
    "a token with scopes at the site": (answer(401, "<html>", Content_Type="text/html"), Unscoped),
    "nobody of v1": (answer(403, v1(403, "caller cannot access Confluence"), V1), TokenRefused),
    "nobody of v1 otherwise": (answer(403, v1(403, "Current user not permitted to use Confluence"), V1), TokenRefused),
    "not allowed": (answer(403, v1(403, "Not permitted"), V1), Denied),
    "the bare 404 of v2": (answer(404, v2(404, "Not Found")), TokenRefused),
    "a page that is not there": (answer(404, v2(404, "Cannot find a page with id [1]")), Absent),
    "a page that is not there in v1": (answer(404, v1(404, "No content found"), V1), Absent),
    "another version": (answer(409, v2("409", STALE)), Conflict),
    "a title that is taken": (answer(400, v2(400, TAKEN)), TitleTaken),
    "a title that is taken on Data Center": (
        answer(400, v1(400, "A page with this title already exists: A page already exists with the title T"), V1),
        TitleTaken,
    ),
    "no XML": (answer(400, v2(400, "Error parsing xhtml")), Permanent),
    "too large": (answer(413, v2(413, "Request too large")), Permanent),
    "too often": (answer(429, "", Retry_After="7"), Transient),
    "removed": (answer(410, {"code": 410, "message": "GoneException"}, V1), Permanent),
    "elsewhere": (answer(302, "", Location="https://id.atlassian.com/login"), Misconfigured),
}


@pytest.mark.parametrize(("said", "wanted"), ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize("write", [False, True], ids=["reading", "writing"])
def test_an_answer_becomes_the_error_that_says_what_may_be_done(
    said: requests.Response, wanted: type[Exception], write: bool
) -> None:
    error = of_answer(said, "reading page 1", write=write)

    assert type(error) is wanted
    assert str(error).startswith("reading page 1: ")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_a_broken_server_did_is_unknown_after_a_write_only(status: int) -> None:
    said = answer(status, "<html>", Content_Type="text/html")

    assert type(of_answer(said, "reading", write=False)) is Transient
    assert type(of_answer(said, "writing", write=True)) is Ambiguous


POOL = HTTPConnectionPool("localhost")
REFUSED = exceptions.ConnectionError(MaxRetryError(POOL, "/", NewConnectionError(POOL, "refused")))  # type: ignore[arg-type]
RAISED = {
    "refused": (REFUSED, Transient, Transient),
    "never connected": (exceptions.ConnectTimeout(), Transient, Transient),
    "no answer in time": (exceptions.ReadTimeout(), Transient, Ambiguous),
    "dropped": (exceptions.ConnectionError("aborted"), Transient, Ambiguous),
    "cut short": (exceptions.ChunkedEncodingError(), Transient, Ambiguous),
    "a certificate of nobody": (exceptions.SSLError("self-signed"), Misconfigured, Misconfigured),
    "a proxy that is away": (exceptions.ProxyError("no"), Transient, Transient),
    "no address": (exceptions.InvalidURL("x"), Misconfigured, Misconfigured),
}


@pytest.mark.parametrize(("raised", "reading", "writing"), RAISED.values(), ids=RAISED.keys())
def test_what_is_raised_instead_of_an_answer_is_ambiguous_only_if_something_was_sent(
    raised: Exception, reading: type[Exception], writing: type[Exception]
) -> None:
    assert type(of_exception(raised, "reading", write=False)) is reading
    assert type(of_exception(raised, "writing", write=True)) is writing


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "Mon, 04 Jan 2027 09:00:30 GMT", "Date": "Mon, 04 Jan 2027 09:00:00 GMT"}, 30),
        ({"Retry-After": "Mon, 04 Jan 2027 08:00:00 GMT", "Date": "Mon, 04 Jan 2027 09:00:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
    ids=["seconds", "at once", "a date", "a past date", "nonsense", "nothing"],
)
def test_a_wait_that_the_vendor_asks_for_is_passed_on(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
