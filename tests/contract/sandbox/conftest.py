"""A sandbox per test, unmodified official clients, and a judge: every exchange is held against the vendor's own types."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from notion_client import Client

from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running

CONTRACTS = Path(__file__).parents[3] / ".contracts"
START = "2026-11-02T09:30:12+00:00"
VERSIONS = ("2025-09-03", "2026-03-11")
# Plain HTTP on the loopback: reading the machine's certificates for every client would be the slowest part of a test.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    query: dict[str, Any]
    body: Any
    version: str
    status: int
    answer: Any


def _relaxed(schema: dict[str, Any], version: str) -> dict[str, Any]:
    """The documented places where real answers depart from the types."""
    copied: dict[str, Any] = json.loads(json.dumps(schema))
    for definition in _objects(copied["definitions"]):
        required = definition.get("required", [])
        # The field is gone from answers since 2026-03-11; the types still require it.
        if version == "2026-03-11" and "archived" in required:
            required.remove("archived")
        # Relation values say whether there are more.
        if definition.get("properties", {}).keys() >= {"type", "relation", "id"}:
            definition["properties"]["has_more"] = {"type": "boolean"}
    # The types leave what a view filters and sorts by as an object without keys.
    for name in ("ViewFilterRequest", "ViewSortRequest"):
        copied["definitions"][name] = {"type": "object"}
    return copied


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _objects(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _objects(inner)


class Judge:
    """Holds exchanges against `.contracts/notion-5.26.0.*.json`."""

    def __init__(self, folder: Path) -> None:
        schema = json.loads((folder / "notion-5.26.0.schema.json").read_text())
        self.schemas = {version: _relaxed(schema, version) for version in VERSIONS}
        self.endpoints = json.loads((folder / "notion-5.26.0.endpoints.json").read_text())
        self._validators: dict[tuple[str, str], Draft7Validator] = {}
        self._judged: set[str] = set()

    def _endpoint(self, method: str, path: str) -> tuple[dict[str, Any], dict[str, str]]:
        for endpoint in sorted(self.endpoints, key=lambda e: e["path"].count("{")):
            pattern = "^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", endpoint["path"]) + "$"
            if endpoint["method"] == method and (match := re.match(pattern, path)):
                return endpoint, match.groupdict()
        raise AssertionError(f"{method} {path} is no endpoint of the vendor")

    def _validator(self, name: str, version: str) -> Draft7Validator:
        if (name, version) not in self._validators:
            schema = {**self.schemas[version], "$ref": f"#/definitions/{name}"}
            self._validators[name, version] = Draft7Validator(schema)
        return self._validators[name, version]

    def problems(self, exchange: Exchange) -> list[str]:
        """Sentences, none when both directions are as the types say."""
        endpoint, params = self._endpoint(exchange.method, exchange.path)
        if exchange.status >= 400:
            return _error_problems(exchange)
        # Fresh worlds have the same ids, so most exchanges of a fixture were seen in another test already.
        seen = json.dumps([*vars(exchange).values()], sort_keys=True)
        if seen in self._judged:
            return []
        query = {k: int(v) if k == "page_size" else v for k, v in exchange.query.items()}
        params = {k: unquote(v) for k, v in params.items()}
        sent = {**(exchange.body or {}), **query, **params}
        answer = {k: v for k, v in exchange.answer.items() if k != "request_id"}
        found = []
        checked = [(endpoint["response"], answer, "answer")]
        if not exchange.path.endswith("/send"):  # multipart, not JSON
            checked.append((endpoint["parameters"], sent, "request"))
        for name, value, what in checked:
            error = next(iter(self._validator(name, exchange.version).iter_errors(value)), None)
            if error is not None:
                deepest = _deepest(error)
                found.append(
                    f"{what} of {exchange.method} {exchange.path}: {list(deepest.path)}: {deepest.message[:300]}"
                )
        if not found:
            self._judged.add(seen)
        return found


def _deepest(error: Any) -> Any:
    while error.context:
        error = max(error.context, key=lambda e: (len(e.path), len(e.schema_path)))
    return error


def _error_problems(exchange: Exchange) -> list[str]:
    known = {"object", "status", "code", "message", "request_id", "additional_data"}
    answer = exchange.answer
    ok = isinstance(answer, dict) and answer.get("object") == "error" and set(answer) <= known
    return [] if ok and answer["status"] == exchange.status else [f"error answer: {answer}"]


@pytest.fixture(scope="session")
def judge() -> Judge | None:
    return Judge(CONTRACTS) if (CONTRACTS / "notion-5.26.0.schema.json").exists() else None


@dataclass
class Recorder:
    exchanges: list[Exchange] = field(default_factory=list)

    def hook(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        if response.headers["content-type"].startswith("text/html"):
            return
        sent = request.content if request.headers.get("content-type", "").startswith("application/json") else b""
        query: dict[str, Any] = {}
        for key, value in parse_qsl(request.url.query.decode()):
            if key == "filter_properties":
                query.setdefault(key, []).append(value)
            else:
                query[key] = value
        self.exchanges.append(
            Exchange(
                request.method,
                request.url.raw_path.decode().split("?")[0],
                query,
                json.loads(sent) if sent else None,
                request.headers.get("notion-version", ""),
                response.status_code,
                response.json(),
            )
        )


@pytest.fixture
def recorder(judge: Judge | None) -> Iterator[Recorder]:
    """Judges every exchange of the test when it ends."""
    recorder = Recorder()
    yield recorder
    if judge is not None:
        problems = [p for exchange in recorder.exchanges for p in judge.problems(exchange)]
        assert problems == []


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(now=START) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """A fresh world, standing still at START."""
    served.limits(
        rate_limit=False,
        search_lag=0,
        query_lag=0,
        query_cap=10_000,
        requests_per_minute=180,
        body_edits_move_page_time=True,
    )
    served.reset(now=START)
    return served


MakeClient = Callable[..., Client]


@pytest.fixture
def make_client(sandbox: Sandbox, recorder: Recorder) -> Iterator[MakeClient]:
    """An unmodified official client; own retries off unless asked for."""
    made: list[httpx.Client] = []

    def make(version: str = "2026-03-11", **options: Any) -> Client:
        http = httpx.Client(verify=NO_TLS, event_hooks={"response": [recorder.hook]})
        made.append(http)
        settings: dict[str, Any] = {
            "auth": sandbox.token,
            "base_url": sandbox.url,
            "notion_version": version,
            "retry": False,
        }
        return Client(client=http, log_level=60, **{**settings, **options})

    yield make
    for http in made:
        http.close()


@pytest.fixture(params=VERSIONS)
def notion(request: pytest.FixtureRequest, make_client: MakeClient) -> Client:
    return make_client(request.param)


@pytest.fixture
def new_notion(make_client: MakeClient) -> Client:
    return make_client("2026-03-11")


@pytest.fixture
def raw(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Requests that no client would send."""
    headers = {"authorization": f"Bearer {sandbox.token}", "notion-version": "2026-03-11"}
    with httpx.Client(base_url=sandbox.url, headers=headers, verify=NO_TLS) as http:
        yield http


def rich(content: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": content}}]


class Jobs:
    """A data source with one column of every kind in use."""

    def __init__(self, notion: Client, root: str) -> None:
        self.notion = notion
        database: Any = notion.databases.create(
            parent={"type": "page_id", "page_id": root},
            title=rich("Jobs"),
            initial_data_source={
                "properties": {
                    "Name": {"title": {}},
                    "Key": {"rich_text": {}},
                    "Status": {"status": {"options": [{"name": "Open"}, {"name": "Done", "color": "green"}]}},
                    "Kind": {"select": {"options": [{"name": "Review"}]}},
                    "Tags": {"multi_select": {}},
                    "Due": {"date": {}},
                    "Assignee": {"people": {}},
                    "Ticked": {"checkbox": {}},
                    "Count": {"number": {"format": "number"}},
                    "Number": {"unique_id": {"prefix": "JOB"}},
                    "Made": {"created_time": {}},
                    "Maker": {"created_by": {}},
                    "Edited": {"last_edited_time": {}},
                    "Link": {"url": {}},
                    "Mail": {"email": {}},
                    "Files": {"files": {}},
                }
            },
        )
        self.database = database
        self.source: str = database["data_sources"][0]["id"]

    def row(
        self, name: str, properties: dict[str, Any] | None = None, children: list[Any] | None = None
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "parent": {"type": "data_source_id", "data_source_id": self.source},
            "properties": {"Name": {"title": rich(name)}, **(properties or {})},
        }
        if children is not None:
            body["children"] = children
        page: dict[str, Any] = self.notion.pages.create(**body)  # type: ignore[assignment]
        return page

    def names(self, **query: Any) -> list[str]:
        found: Any = self.notion.data_sources.query(self.source, **query)
        return [page["properties"]["Name"]["title"][0]["plain_text"] for page in found["results"]]


@pytest.fixture
def jobs(notion: Client, sandbox: Sandbox) -> Jobs:
    return Jobs(notion, sandbox.root_page_id)


@pytest.fixture
def new_jobs(new_notion: Client, sandbox: Sandbox) -> Jobs:
    return Jobs(new_notion, sandbox.root_page_id)
