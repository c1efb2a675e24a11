"""A sandbox, a wiki over it, and the vendor's types held against every request that leaves a test of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from notion_client import Client

pytest.register_assert_rewrite("isms_bot.testing.promises")

from isms_bot.sandbox.client import Sandbox  # noqa: E402
from isms_bot.sandbox.server import running  # noqa: E402
from tests.contract import contracts  # noqa: E402
from tests.contract.notion.wiki import START, NotionWiki  # noqa: E402


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
def wiki(sandbox: Sandbox) -> Iterator[NotionWiki]:
    """The wiki of the conformance suite."""
    wiki = NotionWiki(sandbox)
    yield wiki
    wiki.close()


@pytest.fixture(autouse=True)
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every request is held against the vendor's types, strictly; what is wrong fails the test at its end."""
    problems: list[str] = []
    if contracts.available():
        send = Client.request

        def judging(self: Client, path: str, method: str, *args: Any, **sent: Any) -> Any:
            found = contracts.validate_request(
                method, path, sent.get("body"), sent.get("query") or (), sent.get("form_data") or ()
            )
            problems.extend(found)
            return send(self, path, method, *args, **sent)

        monkeypatch.setattr(Client, "request", judging)
    yield problems
    assert problems == []
