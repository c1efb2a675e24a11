"""The one gate to Confluence: nothing is sent twice, pages of results are followed whole, scopes lead through the gateway."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

from isms_bot.errors import Ambiguous, Misconfigured, Transient
from isms_bot_confluence.client import Wire
from isms_bot_confluence.gateway import Gateway
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki, DataCenterWiki


class Told(BaseAdapter):
    """Answers in the order given, and remembers what it was asked."""

    def __init__(self, answers: Sequence[tuple[Any, dict[str, str]]]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        parts = urlsplit(str(request.url))
        self.asked.append((parts.path, parse_qsl(parts.query)))
        body, headers = self.answers.pop(0)
        made = requests.Response()
        made.status_code, made.url, made.request = 200, str(request.url), request
        made.headers.update(headers)
        made._content = json.dumps(body).encode()
        return made

    def close(self) -> None:
        pass


def told(base: str, *answers: tuple[Any, dict[str, str]], cloud: bool = True) -> tuple[Wire, Told]:
    wire, adapter = Wire(base, cloud=cloud, user="bot@example.com", token="planted-token"), Told(answers)
    wire._client._session.mount("http://", adapter)
    return wire, adapter


@pytest.fixture
def judged() -> list[str]:
    """These requests go to no vendor."""
    return []


PAGES = {
    "named in the body": ({"_links": {"next": "/wiki/api/v2/pages?cursor=c2&limit=2"}}, {}),
    "named in the header only": ({}, {"Link": '</wiki/api/v2/pages?cursor=c2&limit=2>; rel="next", <x>; rel="base"'}),
    "without the context path": ({"_links": {"next": "/rest/api/pages?cursor=c2"}}, {}),
}


@pytest.mark.parametrize(("links", "headers"), PAGES.values(), ids=PAGES.keys())
def test_results_are_followed_to_the_end_below_our_own_base_with_all_parameters(
    links: dict[str, Any], headers: dict[str, str]
) -> None:
    wire, adapter = told(
        "http://127.0.0.1:1/wiki", ({"results": [{"id": 1}], **links}, headers), ({"results": [{"id": 2}]}, {})
    )

    found = list(wire.results("api/v2/pages", "looking", {"id": ["7", "8"], "limit": 2}))

    assert [one["id"] for one in found] == [1, 2]
    assert [path for path, _ in adapter.asked] == ["/wiki/api/v2/pages"] * 2
    assert sorted(adapter.asked[1][1]) == [("cursor", "c2"), ("id", "7"), ("id", "8"), ("limit", "2")]
    assert wire.calls == 2


def test_the_context_path_of_data_center_outlives_the_first_page() -> None:
    wire, adapter = told(
        "http://127.0.0.1:1/confluence",
        ({"results": [{"id": 1}], "_links": {"next": "/rest/api/content?start=1", "context": "/confluence"}}, {}),
        ({"results": []}, {}),
        cloud=False,
    )

    list(wire.results("rest/api/content", "looking", {"limit": 1}))

    assert [path for path, _ in adapter.asked] == ["/confluence/rest/api/content"] * 2


def test_a_list_of_results_on_many_pages_is_whole_on_data_center(datacenter: DataCenterWiki) -> None:
    wiki = datacenter
    rows = wiki.sandbox.act_all(
        [
            {"as": wiki.person(None), "do": "create_page", "parent": wiki.root, "title": f"page {number}"}
            for number in range(12)
        ]
    )
    api = wiki.open()._api

    found = [one["id"] for one in api.wire.results(f"rest/api/content/{wiki.root}/child/page", "listing", {"limit": 5})]

    assert sorted(found) == sorted(str(one["page"]) for one in rows)


# --- once ---


@pytest.mark.parametrize("effect", ["rate_limited", "unavailable", "internal_error", "drop", "drop_after_commit"])
def test_one_call_is_one_request_whatever_comes_back(wiki: ConfluenceWiki, effect: str) -> None:
    api = wiki.open()._api
    space = api.space()
    wiki.sandbox.clear_requests()
    before = api.wire.calls
    wiki.sandbox.faults({"effect": effect, "path": f"^{wiki.site}/", "times": 1, "retry_after": 0})

    with pytest.raises((Transient, Ambiguous)):
        api.create(space, wiki.root, "Once", "<p>once</p>")

    assert wiki.sandbox.request_count() == 1
    assert api.wire.calls - before == 1


def test_a_login_that_nobody_knows_is_no_missing_page(wiki: ConfluenceWiki) -> None:
    with pytest.raises(Misconfigured, match="token"):
        wiki.stranger().page(wiki.root)


def test_a_password_of_data_center_works_like_a_token(datacenter: DataCenterWiki) -> None:
    assert datacenter.open(user=datacenter.facts["user"]).page(datacenter.root).title == "ISMS"


# --- the gateway ---


def through(wiki: CloudWiki, choice: Any) -> Wire:
    gateway = Gateway(wiki.facts["site"], choice, wiki.sandbox.url)
    return Wire(wiki.facts["site"], cloud=True, user=wiki.facts["user"], token=wiki.token, gateway=gateway)


SCOPES = ["read:confluence-user"]


def test_a_token_with_scopes_goes_through_the_gateway_from_the_second_request_on(cloud: CloudWiki) -> None:
    cloud.access(confluence_scopes=SCOPES)
    wire = through(cloud, "auto")
    cloud.sandbox.clear_requests()

    for _ in range(2):
        assert wire.get("rest/api/user/current", "asking")["accountId"] == cloud.facts["bot_id"]

    paths = [one["path"].partition("/rest")[0] for one in cloud.sandbox.requests()]
    assert [path.partition("/ex/")[0] for path in paths] == ["/wiki", "/_edge/tenant_info", "", ""]
    assert wire.base.endswith("/wiki")
    wire.close()


def test_a_token_without_scopes_stays_at_the_site(cloud: CloudWiki) -> None:
    wire = through(cloud, "auto")

    assert wire.get("rest/api/user/current", "asking")["accountId"] == cloud.facts["bot_id"]
    assert wire.base == cloud.facts["site"]
    wire.close()


def test_the_gateway_is_left_out_or_taken_at_once_if_the_configuration_says_so(cloud: CloudWiki) -> None:
    cloud.access(confluence_scopes=SCOPES)
    never, always = through(cloud, "never"), through(cloud, "always")

    with pytest.raises(Misconfigured):
        never.get("rest/api/user/current", "asking")
    assert always.get("rest/api/user/current", "asking")
    assert (never.calls, always.calls) == (1, 2)
    never.close()
    always.close()


def test_a_scope_that_is_missing_at_the_gateway_is_said(cloud: CloudWiki) -> None:
    cloud.access(confluence_scopes=SCOPES)
    wire = through(cloud, "auto")

    with pytest.raises(Misconfigured, match="scope"):
        wire.get("api/v2/spaces", "looking", {"keys": "ISMS"})
    wire.close()


class Noting(BaseAdapter):
    """Takes every request and remembers how it was to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.proxies: list[Any] = []
        self.verify: list[Any] = []

    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:  # type: ignore[override]
        self.proxies.append(how["proxies"])
        self.verify.append(how["verify"])
        answer = requests.Response()
        answer.status_code, answer._content, answer.request, answer.url = 200, b"{}", request, str(request.url)
        return answer

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("proxy", "expected"),
    [(None, "http://proxy.example.com:3128"), ("http://own.example.com:8080", "http://own.example.com:8080")],
    ids=["the environment's", "the configuration's"],
)
def test_proxies_and_certificates_of_the_environment_serve_where_the_configuration_names_none(
    monkeypatch: pytest.MonkeyPatch, proxy: str | None, expected: str
) -> None:
    """As with every other program on that machine; a site that the environment excludes is reached without."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example.com")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/own.pem")
    sent = []
    for site in ("https://wiki.example.com", "https://inside.example.com"):
        wire, noting = Wire(site, cloud=False, user=None, token="planted-test-token", proxy=proxy), Noting()
        wire._client.session.mount("https://", noting)
        wire._client.session.mount(site, noting)
        wire.get("rest/api/space", "asking")
        wire.close()
        sent.append((noting.proxies[0].get("https"), noting.verify[0]))
    assert sent == [(expected, "/etc/ssl/own.pem"), (proxy, "/etc/ssl/own.pem")]
