"""A sandbox, wikis over both its sites, and Atlassian's documents held against every request that leaves a test of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("isms_bot.testing.promises")

from isms_bot.sandbox.client import Sandbox  # noqa: E402
from isms_bot.sandbox.server import running  # noqa: E402
from tests.contract import exchanges  # noqa: E402
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
def judged() -> Iterator[list[str]]:
    """Every request is held against the vendor's documents, strictly, and every kind of answer; what is wrong fails the test."""
    with exchanges.judged(all_requests=True) as problems:
        yield problems
    assert problems == []
