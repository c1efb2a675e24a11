"""Who is let in, and how refusals look on either site."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.sandbox_confluence.conftest import MIRA, NO_TLS, Refused, Site


@pytest.mark.parametrize("auth", [("isms-bot@example.com", "wrong"), ("other@example.com", None), None])
def test_a_bad_credential_on_cloud_looks_like_an_absent_page_on_v2_and_forbidden_on_v1(
    cloud: Site, auth: tuple[str, str | None] | None
) -> None:
    sent = (auth[0], auth[1] or cloud.token) if auth else None
    with httpx.Client(base_url=cloud.sandbox.url, auth=sent, verify=NO_TLS) as stranger:
        v2 = stranger.get(f"/wiki/api/v2/pages/{cloud.root}")
        assert (v2.status_code, v2.json()["errors"][0]["title"]) == (404, "Not Found")
        v1 = stranger.get("/wiki/rest/api/user/current")
        assert (v1.status_code, v1.json()["statusCode"]) == (403, 403)
        assert "not permitted to use Confluence" in v1.json()["message"]


def test_a_revoked_token_opens_neither_site(site: Site) -> None:
    site.sandbox.confluence(token_revoked=True)
    with pytest.raises(Refused) as refused:
        site("GET", "/rest/api/user/current")
    assert refused.value.status == (403 if site.context == "/wiki" else 401)
    site.sandbox.confluence(token_revoked=False)
    site("GET", "/rest/api/user/current")


def test_a_token_of_one_site_opens_no_other(cloud: Site, datacenter: Site) -> None:
    headers = {"authorization": f"Bearer {cloud.token}"}
    assert httpx.get(f"{cloud.sandbox.url}/confluence/rest/api/user/current", headers=headers).status_code == 401


def test_data_center_takes_a_personal_token_or_a_name_with_it(datacenter: Site) -> None:
    path = f"{datacenter.sandbox.url}/confluence/rest/api/user/current"
    assert httpx.get(path, auth=(datacenter.user, datacenter.token)).json()["username"] == datacenter.user
    assert httpx.get(path, auth=(datacenter.user, "wrong")).status_code == 401
    assert httpx.get(path).status_code == 401


# -- scopes


def test_a_scoped_token_works_through_the_gateway_only_and_for_its_scopes_only(cloud: Site) -> None:
    gateway = cloud.sandbox.summary()["confluence"]["gateway"].removeprefix(cloud.sandbox.url)
    edge = httpx.get(f"{cloud.sandbox.url}/_edge/tenant_info").json()
    assert gateway == f"/ex/confluence/{edge['cloudId']}/wiki"
    cloud.sandbox.confluence(site="cloud", confluence_scopes=["read:page:confluence"])
    with pytest.raises(Refused) as refused:
        cloud("GET", f"/api/v2/pages/{cloud.root}")
    assert refused.value.status == 401
    assert "text/html" in refused.value.answer.headers["content-type"]
    cloud("GET", f"{gateway}/api/v2/pages/{cloud.root}")
    with pytest.raises(Refused) as refused:
        cloud("POST", f"{gateway}/api/v2/footer-comments", {"pageId": cloud.root, "body": {}}, judged=False)
    assert refused.value.answer.json() == {"code": 401, "message": "Unauthorized; scope does not match"}


def test_a_classic_token_works_through_the_gateway_too(cloud: Site) -> None:
    gateway = cloud.sandbox.summary()["confluence"]["gateway"].removeprefix(cloud.sandbox.url)
    assert cloud("GET", f"{gateway}/api/v2/pages/{cloud.root}")["id"] == cloud.root


# -- permission in the space


def create(site: Site, title: str) -> Any:
    if site.context == "/wiki":
        return site("POST", "/api/v2/pages", {"spaceId": site.space_id, "title": title})
    return site("POST", "/rest/api/content", {"type": "page", "title": title, "space": {"key": site.space}})


def test_a_bot_that_may_only_comment_creates_nothing(site: Site) -> None:
    site.sandbox.confluence(permission="comment")
    with pytest.raises(Refused) as refused:
        create(site, "New")
    assert refused.value.status == (404 if site.context == "/wiki" else 403)
    body = {"storage": {"value": "<p>x</p>", "representation": "storage"}}
    if site.context == "/wiki":
        site("POST", "/api/v2/footer-comments", {"pageId": site.root, "body": body})
    else:
        container = {"id": site.root, "type": "page"}
        site("POST", "/rest/api/content", {"type": "comment", "container": container, "body": body})


def test_a_bot_without_permission_sees_no_space(site: Site) -> None:
    site.sandbox.confluence(permission="none")
    if site.context == "/wiki":
        assert site("GET", "/api/v2/spaces")["results"] == []
        assert site("GET", "/api/v2/pages")["results"] == []
    else:
        with pytest.raises(Refused) as refused:
            site("GET", f"/rest/api/space/{site.space}")
        assert refused.value.status == 404


# -- shapes of refusals


def test_malformed_storage_is_refused_with_its_place(site: Site) -> None:
    body = {"storage": {"value": "<p>open<b></p>", "representation": "storage"}}
    page: dict[str, Any] = {"title": "Bad", "body": body}
    with pytest.raises(Refused, match="Error parsing xhtml: mismatched tag") as refused:
        if site.context == "/wiki":
            site("POST", "/api/v2/pages", {**page, "spaceId": site.space_id})
        else:
            site("POST", "/rest/api/content", {**page, "type": "page", "space": {"key": site.space}})
    assert refused.value.status == 400
    assert "[row,col]: [1,13]" in refused.value.title


def test_a_body_in_another_representation_is_refused(site: Site) -> None:
    body = {"representation": "wiki", "value": "h1. x"}
    with pytest.raises(Refused) as refused:
        if site.context == "/wiki":
            site("POST", "/api/v2/pages", {"title": "Bad", "body": body, "spaceId": site.space_id})
        else:
            sent = {"type": "page", "title": "Bad", "space": {"key": site.space}, "body": {"wiki": body}}
            site("POST", "/rest/api/content", sent)
    assert refused.value.status == 400


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_an_unknown_path_or_method_is_refused(site: Site, method: str) -> None:
    path = "/rest/api/nothing" if method == "GET" else "/rest/api/user/current"
    with pytest.raises(Refused) as refused:
        site(method, path, judged=False)
    assert refused.value.status == (404 if method == "GET" else 405)


def test_json_that_is_none_is_refused(cloud: Site) -> None:
    with pytest.raises(Refused, match="JSON"):
        cloud("POST", "/api/v2/pages", content=b"{", headers={"content-type": "application/json"}, judged=False)


def test_every_answer_has_an_id(site: Site) -> None:
    site("GET", "/rest/api/user/current")
    first = site.last.headers["atl-request-id"]
    site("GET", "/rest/api/user/current")
    assert site.last.headers["atl-request-id"] != first


def test_addresses_of_pages_lead_to_them(site: Site) -> None:
    page = site.page("Job 1")
    links = [f"/pages/viewpage.action?pageId={page}"]
    if site.context == "/wiki":
        shown = site("GET", f"/api/v2/pages/{page}")["_links"]
        links += [shown["webui"], shown["tinyui"], shown["edituiv2"]]
    else:
        shown = site("GET", f"/rest/api/content/{page}")["_links"]
        links += [shown["webui"], shown["tinyui"]]
    for link in links:
        answer = httpx.get(f"{site.sandbox.url}{site.context}{link}", verify=NO_TLS)
        assert (answer.status_code, answer.headers["location"]) == (302, f"{site.sandbox.url}/p/{page}")
    home = httpx.get(f"{site.sandbox.url}{site.context}/", verify=NO_TLS)
    assert home.headers["location"] == f"{site.sandbox.url}/p/{site.root}"


def test_somebody_who_left_acts_no_more(site: Site) -> None:
    site.sandbox.users({"user": MIRA, "remove": True})
    with pytest.raises(Exception, match="has left"):
        site.page("New")
