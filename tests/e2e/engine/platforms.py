"""The kinds of wiki that a stage can stand on: in memory, and the sandbox's Notion, Confluence Cloud and Data Center over HTTP."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from isms_bot.connector import AccountInfo, Connector
from isms_bot.layout import Layout
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.world import World
from isms_bot.testing import Crash, Fault, MemoryWiki
from isms_bot_notion import NotionConnector
from isms_bot_notion.settings import NotionSettings
from tests.contract.confluence.wiki import CloudWiki, DataCenterWiki
from tests.contract.notion.wiki import NotionWiki

START = datetime(2027, 1, 4, 8, 30, tzinfo=UTC)
"""A Monday; every first pass of a day is at half past nine in Amsterdam."""
NAMES = ("Anna", "Ben", "Chris", "Dana", "Emil", "Femke", "Gus", "Hana")
PEOPLE = tuple({"name": name, "email": f"{name.lower()}@example.com"} for name in NAMES)

_WRITING = frozenset(
    {"ensure", "create", "clone", "update", "rewrite", "comment", "file", "protect", "trash", "attach"}
)
_ASKING = ("query", "users-bulk")
"""Ends of paths of requests that are sent by POST and write nothing."""


class Platform(Protocol):
    """One kind of wiki: how to connect to it, and how to put it back as it was."""

    @property
    def wiki(self) -> Any:
        """People's hands and the clock, in the words of `isms_bot.testing.under_test`."""
        ...

    def keys(self, *, sandbox: bool) -> Mapping[str, str]:
        """The connector's keys of the configuration; `sandbox`: with the address that stands in for the vendor's."""
        ...

    def connector(self, installation: str) -> Connector:
        """A fresh connector, bound to nothing."""
        ...

    def adopt(self, layout: Layout) -> None:
        """Learn where the containers are."""
        ...

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Looking on without faults, lag or restrictions; yields while they are away."""
        ...

    def trouble(self, kind: Fault, call: int) -> None:
        """The vendor call with this number, counted from now, meets trouble; nothing else does."""
        ...

    def calm(self) -> None:
        """No more trouble."""
        ...

    def listen(self) -> None:
        """Forget what the vendor was asked so far."""
        ...

    def calls(self) -> list[str]:
        """What the vendor was asked since `listen`, a word per call; starting with `!` if it writes."""
        ...

    def save(self) -> Any:
        """The state of the wiki."""
        ...

    def restore(self, state: Any) -> None:
        """Put the wiki back."""
        ...


class Memory:
    """The wiki in memory, with exact times or with times floored to the minute."""

    def __init__(self, *, coarse: bool = False, now: datetime = START) -> None:
        people = tuple(AccountInfo(f"acc-{one['name'].lower()}", one["name"], one["email"], True) for one in PEOPLE)
        self.wiki = MemoryWiki(people, now=now, floor_to_minute=coarse)

    def keys(self, *, sandbox: bool) -> Mapping[str, str]:
        root = "https://app.notion.com/p/ISMS-0123456789abcdef0123456789abcdef"
        return {"connector": "notion", "root": root, **({"api": "http://127.0.0.1:1"} if sandbox else {})}

    def connector(self, installation: str) -> Connector:
        return self.wiki.unbound(installation=installation)

    def adopt(self, layout: Layout) -> None:
        pass

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        wiki = self.wiki
        kept = wiki.faults, wiki.index_lag, wiki.token, wiki.calls
        wiki.faults, wiki.index_lag, wiki.token = type(wiki.faults)(), timedelta(), "token-of-the-bot"
        yield
        wiki.faults, wiki.index_lag, wiki.token, wiki.calls = kept

    def trouble(self, kind: Fault, call: int) -> None:
        self.wiki.faults.clear()
        self.wiki.faults.then(*[Fault.OK] * call, kind)

    def calm(self) -> None:
        self.wiki.faults.clear()

    def listen(self) -> None:
        self.wiki.faults.log.clear()

    def calls(self) -> list[str]:
        return [f"!{verb}" if verb in _WRITING else verb for verb, _ in self.wiki.faults.log]

    def save(self) -> Any:
        return pickle.dumps(self.wiki.__dict__)

    def restore(self, state: Any) -> None:
        self.wiki.__dict__.clear()
        self.wiki.__dict__.update(pickle.loads(state))


class _OverHttp:
    """A wiki of the sandbox. `world` is served in this process, so that it can be put back."""

    paths: str
    """The vendor's own paths, as a regular expression."""
    wiki: Any

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        self._sandbox, self._world = sandbox, world
        self._death: tuple[int, Fault] | None = None

    def mortal(self, send: Callable[..., Any]) -> Callable[..., Any]:
        """`send`, dying around the request that trouble was ordered for."""

        def sending(*args: Any, **sent: Any) -> Any:
            death = self._death
            if death is None:
                return send(*args, **sent)
            self._death = (death[0] - 1, death[1])
            if death == (0, Fault.CRASH_BEFORE):
                raise Crash("died before the request")
            answer = send(*args, **sent)
            if death == (0, Fault.CRASH_AFTER):
                raise Crash("died after the request")
            return answer

        return sending

    def trouble(self, kind: Fault, call: int) -> None:
        if kind in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
            self._death = (call, kind)
            return
        if kind is Fault.AMBIGUOUS_AFTER and call % 2:
            self._sandbox.faults({"effect": "unavailable_after_commit", "path": self.paths, "skip": call, "times": 1})
            return
        self.wiki.fault(kind, after=call)

    def calm(self) -> None:
        self._death = None
        self._sandbox.faults()

    def listen(self) -> None:
        self._sandbox.clear_requests()

    def calls(self) -> list[str]:
        asked = [(one["method"], one["path"]) for one in self._sandbox.requests()]
        return [f"!{method}" if method != "GET" and not path.endswith(_ASKING) else method for method, path in asked]

    def adopt(self, layout: Layout) -> None:
        self.wiki.adopt(layout)

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        kept, self._death = self._death, None
        yield
        self._death = kept

    def save(self) -> Any:
        world = self._world
        return dict(world.records), world.counter, world.calls, world._frozen

    def restore(self, state: Any) -> None:
        world = self._world
        records, counter, calls, frozen = state
        self.calm()
        # All of them anew: after the same count another record may have got the same id, and order is part of a world.
        with world.change():
            for name in list(world.records):
                world.drop(name)
            for record in records.values():
                world.put(record)
        world.counter, world.calls, world._frozen = counter, calls, frozen


class Notion(_OverHttp):
    """The sandbox's Notion."""

    paths = "^/v1/"

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        super().__init__(sandbox, world)
        self.wiki = NotionWiki(sandbox)

    def keys(self, *, sandbox: bool) -> Mapping[str, str]:
        api = {"api": self._sandbox.url} if sandbox else {}
        private = {"private_root": self.wiki.private_root} if self.wiki.private_root else {}
        return {"connector": "notion", "root": self._sandbox.root_url, **private, **api}

    def connector(self, installation: str) -> Connector:
        settings = NotionSettings(root=self.wiki.root, private_root=self.wiki.private_root, api=self._sandbox.url)
        made = NotionConnector.open(settings, token=self.wiki.token, installation=installation, workspace="acme")
        made._wire._send = self.mortal(made._wire._send)  # type: ignore[method-assign]
        return made


class Confluence(_OverHttp):
    """One of the sandbox's sites of Confluence."""

    connector_name: str
    kind: type[CloudWiki | DataCenterWiki]

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        super().__init__(sandbox, world)
        self.wiki = self.kind(sandbox)
        self.paths = f"^{self.wiki.site}/"

    def keys(self, *, sandbox: bool) -> Mapping[str, str]:
        facts = self.wiki.facts
        given = {
            "connector": self.connector_name,
            "site": facts["site"],
            "space": facts["space"],
            "root": self.wiki.root,
        }
        return {
            **given,
            **({"user": facts["user"]} if self.kind is CloudWiki else {}),
            **({"api": facts["site"]} if sandbox else {}),
        }

    def connector(self, installation: str) -> Connector:
        made: Connector = self.kind.kind.open(
            self.wiki.settings(), token=self.wiki.token, installation=installation, workspace="acme"
        )
        wire = made._api.wire  # type: ignore[attr-defined]
        wire._answer = self.mortal(wire._answer)
        return made


class Cloud(Confluence):
    """The sandbox's Confluence Cloud."""

    connector_name, kind = "confluence-cloud", CloudWiki


class DataCenter(Confluence):
    """The sandbox's Confluence Data Center."""

    connector_name, kind = "confluence-datacenter", DataCenterWiki
