"""Both sites of a sandbox, asked over real HTTP by a client that holds every exchange against the vendor's documents."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from tests.contract import openapi

START = "2026-11-02T09:30:12+00:00"
# Plain HTTP on the loopback: reading the machine's certificates for every client would be the slowest part of a test.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
MIRA, TOMASZ = "mira@example.com", "tomasz@example.com"
BOXES = (
    "<ac:task-list>"
    "<ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>First</ac:task-body></ac:task>"
    "<ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>Second</ac:task-body></ac:task>"
    "</ac:task-list><p>Name:</p>"
)


class Refused(Exception):  # noqa: N818 - what the site answered
    """An answer of 400 or more."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code}: {answer.text[:400]}")
        self.status = answer.status_code
        self.answer = answer

    @property
    def title(self) -> str:
        """The vendor's sentence, in whichever shape."""
        body = self.answer.json()
        return str(body["errors"][0]["title"] if "errors" in body else body["message"])


class Site:
    """One site: requests by path below its context, answers as JSON, every exchange judged."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        facts: dict[str, Any] = sandbox.summary()[name]
        self.sandbox = sandbox
        self.root: str = facts["root_page_id"]
        self.space: str = facts["space"]
        self.space_id: str = facts["space_id"]
        self.bot: str = facts["bot_id"]
        self.user: str = facts["user"]
        self.token: str = facts["token"]
        self.context = "/wiki" if name == "confluence" else "/confluence"
        auth = (self.user, self.token) if name == "confluence" else None
        headers = {} if auth else {"authorization": f"Bearer {self.token}"}
        self.http = httpx.Client(base_url=sandbox.url, auth=auth, headers=headers, verify=NO_TLS)
        self.problems: list[str] = []
        self.last: httpx.Response

    def __call__(
        self, method: str, path: str, body: Any = None, *, judged: bool = True, query: Any = (), **more: Any
    ) -> Any:
        """The JSON of an answer (None where it has none). Raises Refused."""
        where = path if path.startswith("/ex/") else f"{self.context}{path}"
        sent = {"json": body} if body is not None else {}
        answer = self.http.request(method, where, params=query or None, **sent, **more)
        self.last = answer
        kind = answer.headers.get("content-type", "")
        said = answer.json() if answer.content and kind.startswith("application/json") else None
        if judged and openapi.available():
            self._judge(answer, body, said, more)
        if answer.status_code >= 400:
            raise Refused(answer)
        return said

    def _judge(self, answer: httpx.Response, body: Any, said: Any, more: Mapping[str, Any]) -> None:
        path, method = answer.request.url.path, answer.request.method
        platform = openapi.platform_of(path)
        if answer.status_code < 400:
            query = parse_qsl(answer.request.url.query.decode(), keep_blank_values=True)
            form = [*more.get("files", {}), *more.get("data", {})]
            self.problems += openapi.validate_request(platform, method, path, query, body, form)
        self.problems += openapi.validate_response(platform, method, path, answer.status_code, said)

    # -- short cuts

    def page(self, title: str, parent: str | None = None, storage: str = "") -> str:
        """A page made by a person; its id."""
        made = self.sandbox.act(MIRA, "create_page", parent=parent or self.root, title=title, body=storage)
        return str(made["page"])

    def storage(self, page: str) -> str:
        return str(self.sandbox.page(page)["storage"])


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(now=START) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """A fresh world, standing still at START."""
    served.reset(now=START)
    return served


def _asked(sandbox: Sandbox, name: str) -> Iterator[Site]:
    site = Site(sandbox, name)
    yield site
    site.http.close()
    assert site.problems == []


@pytest.fixture
def cloud(sandbox: Sandbox) -> Iterator[Site]:
    """The Cloud site; when the test ends, every exchange was as the vendor's documents have it."""
    yield from _asked(sandbox, "confluence")


@pytest.fixture
def datacenter(sandbox: Sandbox) -> Iterator[Site]:
    """The Data Center site, judged likewise."""
    yield from _asked(sandbox, "datacenter")


@pytest.fixture(params=["cloud", "datacenter"])
def site(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Site]:
    """Each of the two."""
    yield from _asked(sandbox, "confluence" if request.param == "cloud" else "datacenter")
