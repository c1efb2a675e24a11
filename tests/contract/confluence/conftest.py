"""A sandbox, wikis over both its sites, and Atlassian's documents held against every request that leaves a test of this folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from atlassian.rest_client import AtlassianRestAPI

pytest.register_assert_rewrite("isms_bot.testing.promises")

from isms_bot.sandbox.client import Sandbox  # noqa: E402
from isms_bot.sandbox.server import running  # noqa: E402
from tests.contract import openapi  # noqa: E402
from tests.contract.confluence.wiki import START, CloudWiki, ConfluenceWiki, DataCenterWiki  # noqa: E402


@pytest.fixture(scope="session")
def served() -> Iterator[Sandbox]:
    """One sandbox for the session; every test starts it over."""
    with running(now=START) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """A world as new."""
    served.reset(now=START)
    return served


@pytest.fixture
def cloud(sandbox: Sandbox) -> Iterator[CloudWiki]:
    """Confluence Cloud."""
    wiki = CloudWiki(sandbox)
    yield wiki
    wiki.close()


@pytest.fixture
def datacenter(sandbox: Sandbox) -> Iterator[DataCenterWiki]:
    """Confluence Data Center."""
    wiki = DataCenterWiki(sandbox)
    yield wiki
    wiki.close()


@pytest.fixture(params=["cloud", "datacenter"])
def wiki(request: pytest.FixtureRequest) -> ConfluenceWiki:
    """Both, one after the other."""
    found: ConfluenceWiki = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every request is held against the vendor's documents, strictly; what is wrong fails the test at its end."""
    problems: list[str] = []
    if openapi.available():
        send = AtlassianRestAPI.request

        def judging(self: AtlassianRestAPI, method: str = "GET", path: str = "/", **sent: Any) -> Any:
            where = urlsplit(path if sent.get("absolute") else f"{self.url}/{path}").path
            where = re.sub(r"^/ex/confluence/[^/]+", "", where)
            if not where.startswith("/_edge/") and "/download" not in where:
                problems.extend(
                    openapi.validate_request(
                        openapi.platform_of(where), method, where, sent.get("params") or (), sent.get("json"), sent.get("files") or ()
                    )
                )  # fmt: skip
            return send(self, method, path, **sent)

        monkeypatch.setattr(AtlassianRestAPI, "request", judging)
    yield problems
    assert problems == []
