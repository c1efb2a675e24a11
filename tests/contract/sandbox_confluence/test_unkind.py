"""The sites can be unkind: refusals, cuts, delays, an index that lags."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from isms_bot.sandbox.client import Refused as Misused
from tests.contract.sandbox_confluence.conftest import MIRA, Refused, Site


def create(site: Site, title: str = "New") -> Any:
    if site.context == "/wiki":
        body: dict[str, Any] = {"spaceId": site.space_id, "title": title}
        return site("POST", "/api/v2/pages", body, judged=False)
    body = {"type": "page", "title": title, "space": {"key": site.space}, "ancestors": [{"id": site.root}]}
    return site("POST", "/rest/api/content", body, judged=False)


def fault(site: Site, effect: str, **more: Any) -> None:
    path = "^/wiki/api/v2/pages$" if site.context == "/wiki" else "^/confluence/rest/api/content$"
    site.sandbox.faults({"effect": effect, "method": "POST", "path": path, **more})


def titles(site: Site) -> list[str]:
    tree = site.sandbox.tree("cloud" if site.context == "/wiki" else "datacenter")
    return [one["title"] for one in tree[0]["children"][0]["children"]]


@pytest.mark.parametrize(
    ("effect", "status"),
    [("conflict", 409), ("internal_error", 500), ("unavailable", 503), ("overload", 503), ("bad_gateway", 502)],
)
def test_a_fault_refuses_once_and_nothing_is_done(site: Site, effect: str, status: int) -> None:
    fault(site, effect)
    with pytest.raises(Refused) as refused:
        create(site)
    assert refused.value.status == status
    assert titles(site) == []
    create(site)
    assert titles(site) == ["New"]


@pytest.mark.parametrize("retry_after", [7, None])
def test_too_many_requests_may_or_may_not_say_how_long_to_wait(site: Site, retry_after: int | None) -> None:
    fault(site, "rate_limited", retry_after=retry_after)
    with pytest.raises(Refused) as refused:
        create(site)
    headers = refused.value.answer.headers
    assert (refused.value.status, headers.get("retry-after")) == (429, None if retry_after is None else "7")
    named = "ratelimit-reason" if site.context == "/wiki" else "x-ratelimit-fillrate"
    assert named in headers


@pytest.mark.parametrize(
    ("rule", "there"),
    [
        ({"effect": "drop"}, []),
        ({"effect": "drop_after_commit"}, ["New"]),
        ({"effect": "gateway_timeout"}, []),
        ({"effect": "gateway_timeout", "commit": True}, ["New"]),
        ({"effect": "unavailable_after_commit"}, ["New"]),
    ],
    ids=["cut before", "cut after", "timed out before", "timed out after", "unavailable after"],
)
def test_an_answer_that_got_lost_says_nothing_of_what_was_done(
    site: Site, rule: dict[str, Any], there: list[str]
) -> None:
    fault(site, **rule)
    with pytest.raises((Refused, httpx.RemoteProtocolError, httpx.ReadError)):
        create(site)
    assert titles(site) == there
    assert site.sandbox.requests()[-1]["status"] in {"dropped", 503, 504}


def test_an_answer_can_be_slow(site: Site) -> None:
    fault(site, "delay", seconds=0.3)
    create(site)
    assert site.last.elapsed.total_seconds() >= 0.3


def test_a_rate_limit_can_be_switched_on(site: Site) -> None:
    flavor = "cloud" if site.context == "/wiki" else "datacenter"
    site.sandbox.confluence(site=flavor, rate_limit=True, requests_per_minute=2)
    site("GET", "/rest/api/user/current")
    site("GET", "/rest/api/user/current")
    with pytest.raises(Refused) as refused:
        site("GET", "/rest/api/user/current")
    assert refused.value.status == 429
    assert int(refused.value.answer.headers["retry-after"]) >= 1


def search(site: Site, cql: str) -> list[str]:
    return [one["title"] for one in site("GET", "/rest/api/search", query={"cql": cql})["results"]]


def test_the_index_learns_late_of_new_changed_and_deleted_pages(site: Site) -> None:
    flavor = "cloud" if site.context == "/wiki" else "datacenter"
    old = site.page("Old")
    site.sandbox.confluence(site=flavor, index_lag=60)
    site.sandbox.advance(1)
    site.page("New")
    site.sandbox.act(MIRA, "trash", page=old)
    assert search(site, "type = page and title != ISMS") == ["Old"]
    site.sandbox.advance(61)
    assert search(site, "type = page and title != ISMS") == ["New"]
    site.sandbox.act(MIRA, "title", page=site.root, text="Renamed")
    assert search(site, "title = Renamed") == []
    assert search(site, "title = ISMS") == ["ISMS"]
    site.sandbox.confluence(site=flavor, index_lag=0)
    assert search(site, "title = Renamed") == ["Renamed"]


def test_reads_by_id_and_lists_never_lag(cloud: Site) -> None:
    cloud.sandbox.confluence(site="cloud", index_lag=60)
    page = cloud.page("New")
    assert cloud("GET", f"/api/v2/pages/{page}")["title"] == "New"
    found = cloud("GET", "/api/v2/pages", query={"space-id": cloud.space_id})["results"]
    assert page in [one["id"] for one in found]


def test_a_page_that_is_gone_lingers_in_the_index(site: Site) -> None:
    flavor = "cloud" if site.context == "/wiki" else "datacenter"
    page = site.page("Gone")
    site.sandbox.confluence(site=flavor, index_lag=60)
    site.sandbox.act(MIRA, "purge", page=page)
    assert search(site, "title = Gone") == ["Gone"]
    site.sandbox.advance(61)
    assert search(site, "title = Gone") == []


def test_the_log_tells_every_request_with_all_its_parameters(cloud: Site) -> None:
    cloud.sandbox.clear_requests()
    cloud("GET", "/api/v2/pages", query=[("status", "current"), ("status", "archived"), ("limit", "1")])
    logged = cloud.sandbox.requests()
    assert [(one["method"], one["path"], one["status"]) for one in logged] == [("GET", "/wiki/api/v2/pages", 200)]
    assert logged[0]["query"] == {"status": ["current", "archived"], "limit": "1"}
    assert cloud.sandbox.request_count() == 1


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"nonsense": 1}, "unknown key nonsense"),
        ({"site": "server"}, "cloud or datacenter"),
        ({"plan": "golden"}, "plan is one of"),
        ({"permission": "admin"}, "permission is one of"),
        ({"token": "x"}, "unknown key token"),
    ],
)
def test_a_knob_that_is_none_is_refused(site: Site, knobs: dict[str, Any], said: str) -> None:
    with pytest.raises(Misused, match=said):
        site.sandbox.confluence(**knobs)


def test_a_reset_turns_every_knob_back(site: Site) -> None:
    site.sandbox.confluence(token_revoked=True, index_lag=60, ticks_make_versions=True)
    site.sandbox.reset(now="2026-11-02T09:30:12+00:00")
    shown = site.sandbox._ask("GET", "/confluence")
    assert {name: one["token_revoked"] for name, one in shown.items()} == {"cloud": False, "datacenter": False}
    assert {name: one["ticks_make_versions"] for name, one in shown.items()} == {"cloud": False, "datacenter": True}
