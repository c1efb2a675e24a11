"""One connector's line to an in-memory wiki: the token, the bound containers, the counter, and the faults on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from isms_bot.errors import Ambiguous, ConnectorError, Misconfigured, Transient
from isms_bot.layout import Layout, SourceLayout
from isms_bot.model import Source
from isms_bot.testing.faults import Crash, Fault
from isms_bot.testing.world import World

T = TypeVar("T")


class Session:
    """What all verbs of `MemoryConnector` go through."""

    def __init__(self, wiki: World, *, token: str, installation: str, workspace: str) -> None:
        self.calls = 0
        self._wiki = wiki
        self._token = token
        self._installation = installation
        self._workspace = workspace
        self._layout: Layout | None = None
        self._now: datetime | None = None

    def bind(self, layout: Layout) -> None:
        self._layout = layout

    def now(self) -> datetime | None:
        return self._now

    def forget_calls(self) -> None:
        """Start counting anew, as if nothing had been asked yet."""
        self.calls, self._now = 0, None

    def _call(self, verb: str, effect: Callable[[], T], *, writes: bool = False) -> T:
        """One vendor call: the plan of faults first, then the token, then the effect."""
        self.calls += 1
        self._wiki.calls += 1
        fault = self._wiki.faults.take(verb, writes=writes)
        if fault is Fault.CRASH_BEFORE:
            raise Crash(f"{verb}: died before the call")
        if fault is Fault.AMBIGUOUS_BEFORE:
            raise self._lost(verb, writes=writes)
        self._now = self._wiki.now.replace(microsecond=0)
        if fault is Fault.TRANSIENT:
            raise Transient(f"{verb}: the wiki is busy", self._wiki.faults.retry_after)
        if self._token != self._wiki.token:
            raise Misconfigured("the wiki does not know this token; give the bot a valid one")
        result = effect()
        if fault is Fault.CRASH_AFTER:
            raise Crash(f"{verb}: died after the call")
        if fault is Fault.AMBIGUOUS_AFTER:
            raise self._lost(verb, writes=writes)
        return result

    def _lost(self, verb: str, *, writes: bool) -> ConnectorError:
        sentence = f"{verb}: the connection broke before the answer"
        return Ambiguous(sentence) if writes else Transient(sentence)

    def _source(self, source: Source, *, private: bool = False) -> SourceLayout:
        layout = self._layout.place(source, private=private) if self._layout else None
        if layout is None or layout.ref not in self._wiki.containers:
            where = "place in the private area" if private else "container"
            raise Misconfigured(f"there is no {where} for {source.value}; run isms-bot init")
        return layout
