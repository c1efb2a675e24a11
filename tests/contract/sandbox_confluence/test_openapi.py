"""The judge of exchanges with Confluence refuses what it should."""

from __future__ import annotations

import re
from typing import Any

import pytest

from isms_bot.sandbox.confluence.api import ROUTES, Route
from isms_bot.sandbox.confluence.serving import CLOUD_HANDLERS, DATACENTER_HANDLERS
from tests.contract import openapi
from tests.contract.openapi import Platform, validate_request, validate_response

pytestmark = pytest.mark.skipif(not openapi.available(), reason=openapi.MISSING)

PAGE = {"spaceId": "1", "title": "x", "body": {"representation": "storage", "value": ""}}
V1 = "/wiki/rest/api/content/1"


@pytest.mark.parametrize(
    ("platform", "method", "path", "query", "body", "said"),
    [
        ("cloud-v2", "GET", "/wiki/api/v2/nothing", {}, None, "no such operation"),
        ("cloud-v2", "PATCH", "/wiki/api/v2/pages", {}, None, "no such operation"),
        ("cloud-v2", "GET", "/wiki/api/v2/pages", {"expand": "body"}, None, "'expand' is unknown"),
        ("cloud-v2", "GET", "/wiki/api/v2/pages", {"limit": 251}, None, "maximum of 250"),
        ("cloud-v2", "GET", "/wiki/api/v2/pages", {"status": "draft"}, None, "'draft'"),
        ("cloud-v2", "GET", "/wiki/api/v2/pages", {"space-id": "ISMS"}, None, "'ISMS'"),
        ("cloud-v2", "POST", "/wiki/api/v2/pages", {}, None, "a body is required"),
        ("cloud-v2", "POST", "/wiki/api/v2/pages", {}, {**PAGE, "ancestors": []}, "'ancestors' was unexpected"),
        ("cloud-v2", "POST", "/wiki/api/v2/pages", {}, {"title": "x"}, "'spaceId' is a required"),
        ("cloud-v2", "POST", "/wiki/api/v2/pages", {}, {**PAGE, "body": {"storage": "x"}}, "body"),
        ("cloud-v2", "GET", "/wiki/api/v2/pages/1", {}, {"x": 1}, "takes no body"),
        ("cloud-v1", "GET", "/wiki/rest/api/search", {}, None, "'cql' is required"),
        ("cloud-v1", "POST", f"{V1}/copy", {}, {"pageTitle": "x"}, "'destination' is a required"),
        ("cloud-v1", "GET", V1, {}, None, "no such operation"),
        ("datacenter", "POST", "/confluence/rest/api/content", {}, {"type": "page", "spaceKey": "x"}, "'spaceKey'"),
        ("datacenter", "GET", "/confluence/rest/api/content/1", {"body-format": "x"}, None, "is unknown"),
        ("datacenter", "POST", "/confluence/rest/api/content/1/copy", {}, {}, "no such operation"),
    ],
)
def test_a_request_that_the_document_does_not_know_is_a_problem(
    platform: Platform, method: str, path: str, query: dict[str, Any], body: Any, said: str
) -> None:
    problems = validate_request(platform, method, path, query, body)
    assert len(problems) >= 1
    assert said in " ".join(problems)


@pytest.mark.parametrize(
    ("platform", "method", "path", "query", "body"),
    [
        ("cloud-v2", "POST", "/wiki/api/v2/pages", {}, PAGE),
        ("cloud-v2", "POST", "/ex/confluence/1/wiki/api/v2/pages", {"root-level": True}, PAGE),
        ("cloud-v2", "GET", "/wiki/api/v2/pages", [("status", "current"), ("status", "archived")], None),
        ("cloud-v2", "GET", "/wiki/api/v2/pages", {"status": "current,archived", "space-id": [1, 2]}, None),
        ("cloud-v2", "PUT", "/wiki/api/v2/footer-comments/1", {}, {"version": {"number": 2}, "body": PAGE["body"]}),
        ("cloud-v1", "POST", f"{V1}/label", {}, [{"prefix": "global", "name": "x"}]),
        ("datacenter", "POST", "/confluence/rest/api/content/1/label", {}, [{"prefix": "global", "name": "x"}]),
        ("datacenter", "POST", "/rest/api/content/1/property", {}, {"key": "k", "value": {"any": [1]}}),
    ],
)
def test_a_request_as_the_document_has_it_is_none(
    platform: Platform, method: str, path: str, query: Any, body: Any
) -> None:
    assert validate_request(platform, method, path, query, body) == []


def test_fields_of_a_form_are_judged_by_name() -> None:
    path = f"{V1}/child/attachment"
    assert validate_request("cloud-v1", "POST", path, {}, None, ["file", "minorEdit"]) == []
    assert "'hidden'" in validate_request("cloud-v1", "POST", path, {}, None, ["file", "hidden"])[0]


@pytest.mark.parametrize(
    ("platform", "method", "path", "status", "body", "said"),
    [
        ("cloud-v2", "GET", "/wiki/api/v2/pages/1", 200, {"id": 1}, "1 is not of type 'string'"),
        ("cloud-v2", "GET", "/wiki/api/v2/pages/1", 200, {"status": "gone"}, "'gone' is not one of"),
        ("cloud-v2", "POST", "/wiki/api/v2/pages", 201, {}, "the document knows"),
        ("cloud-v2", "GET", "/wiki/api/v2/pages/1", 404, {"message": "x"}, "an error is"),
        ("cloud-v1", "GET", "/wiki/rest/api/user/current", 200, {"displayName": "x"}, "'type' is a required"),
        ("cloud-v1", "GET", "/wiki/rest/api/user/current", 403, {"errors": []}, "an error is"),
        ("datacenter", "GET", "/confluence/rest/api/content/1", 200, {"title": 1}, "1 is not of type 'string'"),
        ("datacenter", "GET", "/confluence/rest/api/content/1", 409, {}, "the document knows"),
    ],
)
def test_an_answer_that_the_document_does_not_know_is_a_problem(
    platform: Platform, method: str, path: str, status: int, body: Any, said: str
) -> None:
    assert said in " ".join(validate_response(platform, method, path, status, body))


def test_an_answer_may_carry_more_than_the_document_knows() -> None:
    assert validate_response("cloud-v2", "GET", "/wiki/api/v2/pages/1", 200, {"id": "1", "new": True}) == []
    assert (
        validate_response(
            "cloud-v2",
            "PUT",
            "/wiki/api/v2/pages/1",
            409,
            {"errors": [dict.fromkeys(["status", "code", "title", "detail"])]},
        )
        == []
    )


def test_what_was_judged_is_counted() -> None:
    before = openapi.counts().get("cloud-v2 request", 0)
    validate_request("cloud-v2", "GET", "/wiki/api/v2/pages", {}, None)
    assert openapi.counts()["cloud-v2 request"] == before + 1


def test_a_path_belongs_to_one_document() -> None:
    assert openapi.platform_of("/wiki/api/v2/pages") == "cloud-v2"
    assert openapi.platform_of("/wiki/rest/api/search") == "cloud-v1"
    assert openapi.platform_of("/confluence/rest/api/search") == "datacenter"
    with pytest.raises(ValueError, match="no path of a Confluence API"):
        openapi.platform_of("/v1/pages")


DOCUMENTS: dict[str, Platform] = {"v2": "cloud-v2", "v1": "cloud-v1", "dc": "datacenter"}
CONTEXTS = {"v2": "/wiki", "v1": "/wiki", "dc": "/confluence"}


# Importing them registered their routes.
assert len(CLOUD_HANDLERS) + len(DATACENTER_HANDLERS) == 12


def routed() -> list[tuple[Route, str]]:
    """The sandbox's routes with a path that fits; without those that the vendor describes nowhere."""
    found = []
    for one in ROUTES:
        path = re.sub(r"\(\?P<\w+>\[\^/\]\+\)", "1", one.pattern.pattern).removesuffix("/?")
        if not one.legacy and not path.startswith("/download/"):
            found.append((one, path))
    return found


@pytest.mark.parametrize(("one", "path"), [pytest.param(*r, id=f"{r[0].api} {r[0].method} {r[1]}") for r in routed()])
def test_the_sandbox_takes_the_parameters_of_the_document_and_no_others(one: Route, path: str) -> None:
    known = openapi.query_parameters(DOCUMENTS[one.api], one.method, CONTEXTS[one.api] + path)
    assert known is not None
    # A site's own idea of who asks; Data Center's document lists it here and there.
    assert one.query == known - {"xoauth_requestor_id"}
