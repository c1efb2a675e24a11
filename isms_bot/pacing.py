"""Patience and pace: wrappers around a connector that are connectors themselves, and the only place of isms-bot that waits.

    connector = Patient(Paced(NotionConnector.open(…), clock), clock, stop=stop)

`Paced` keeps below the vendor's rate and makes everybody wait once the vendor asks for it. `Patient` is the only layer that
tries again: after Transient always (nothing was written), after Ambiguous only where repeating is harmless. A verb that adds
something is never repeated after Ambiguous: whoever called it looks first (`find`, `read`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from threading import Event
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar

from tenacity import RetryCallState, Retrying

from isms_bot.clock import Clock
from isms_bot.connector import (
    AccountInfo,
    Candidate,
    Capabilities,
    CheckLine,
    Connector,
    Draft,
    Loss,
    Meanwhile,
    Observation,
    Place,
    Report,
)
from isms_bot.document import Document
from isms_bot.errors import Ambiguous, Transient
from isms_bot.layout import Layout, SourceSpec
from isms_bot.model import Account, Comment, Content, Key, Mark, Message, Page, PageRef, Snapshot, Source, Value

PER_SECOND = 3.0
"""Calls a second that a wiki takes on average: what Notion's documentation says of an integration; Confluence is asked no faster."""

T = TypeVar("T")
Sleep = Callable[[float], None]


def sleep(seconds: float, stop: Event | None = None) -> None:
    """Wait; return early once `stop` is set."""
    if stop is None:
        time.sleep(seconds)
    else:
        stop.wait(seconds)


class Kind(StrEnum):
    """What repeating a verb does (`isms_bot.connector`)."""

    READ = "read"
    SET = "set"
    ADD = "add"


VERBS: Mapping[str, Kind] = MappingProxyType(
    {
        "check": Kind.READ, "prove": Kind.SET, "room": Kind.READ,
        "accounts": Kind.READ, "watchers": Kind.READ, "candidates": Kind.READ, "ensure": Kind.SET,
        "observe": Kind.READ, "find": Kind.READ, "page": Kind.READ, "read": Kind.READ, "snapshot": Kind.READ,
        "clone": Kind.ADD, "create": Kind.ADD, "comment": Kind.ADD,
        "update": Kind.SET, "rewrite": Kind.SET, "file": Kind.SET, "protect": Kind.SET, "attach": Kind.SET, "trash": Kind.SET,
        "secludes": Kind.READ, "admit": Kind.SET, "readers": Kind.READ,
    }
)  # fmt: skip
"""Every verb that calls the vendor, with its class."""


class _Inner:
    """An attribute of the wrapped connector, for what the port declares on the class."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, wrapper: Wrapper | None, owner: type) -> Any:
        if wrapper is None:
            raise AttributeError(f"{owner.__name__}.{self._name} is known once there is a connector inside")
        return getattr(wrapper.inner, self._name)


class Wrapper:
    """A connector around a connector. Children say in `around` what is done about each verb."""

    if TYPE_CHECKING:
        capabilities: ClassVar[Capabilities]

        @classmethod
        def settings_model(cls) -> type[Any]: ...

        @classmethod
        def recognise(cls, address: str) -> Place | None: ...

    else:
        capabilities = _Inner()
        settings_model = _Inner()
        recognise = _Inner()

    def __init__(self, inner: Connector) -> None:
        self.inner = inner

    def around(self, verb: str, act: Callable[[], T]) -> T:
        """Do `act`, a call of `verb`, which may be done again. Raises what it raises in the end."""
        raise NotImplementedError(f"{type(self).__name__}.around ({verb}, {act})")

    @classmethod
    def open(cls, settings: Any, *, token: str, installation: str, workspace: str) -> Self:  # noqa: ARG003 - of the port
        """Refused: open the connector that is to be wrapped."""
        raise TypeError(f"{cls.__name__} wraps a connector: open that one and wrap it")

    @property
    def calls(self) -> int:
        """Vendor requests sent so far, by the connector inside."""
        return self.inner.calls

    @calls.setter
    def calls(self, _: int) -> NoReturn:
        raise AttributeError("only the connector inside counts its calls")

    def bind(self, layout: Layout) -> None:
        self.inner.bind(layout)

    def now(self) -> datetime | None:
        return self.inner.now()

    def restore_mark(self, text: str) -> Mark | None:
        return self.inner.restore_mark(text)

    def check(self) -> tuple[CheckLine, ...]:
        return self.around("check", self.inner.check)

    def prove(self, report: Report, meanwhile: Meanwhile) -> tuple[CheckLine, ...]:
        return self.around("prove", partial(self.inner.prove, report, meanwhile))

    def room(self) -> int | None:
        return self.around("room", self.inner.room)

    def accounts(self) -> tuple[AccountInfo, ...]:
        return self.around("accounts", self.inner.accounts)

    def watchers(self) -> int:
        return self.around("watchers", self.inner.watchers)

    def candidates(self) -> tuple[Candidate, ...]:
        return self.around("candidates", self.inner.candidates)

    def ensure(
        self,
        specs: tuple[SourceSpec, ...],
        known: Layout | None,
        report: Report,
        private: tuple[SourceSpec, ...] = (),
    ) -> Layout:
        return self.around("ensure", partial(self.inner.ensure, specs, known, report, private))

    def secludes(self) -> bool:
        return self.around("secludes", self.inner.secludes)

    def observe(self, source: Source, cursor: str | None) -> Observation:
        return self.around("observe", partial(self.inner.observe, source, cursor))

    def find(self, source: Source, key: Key) -> tuple[Page, ...]:
        return self.around("find", partial(self.inner.find, source, key))

    def page(self, ref: PageRef) -> Page:
        return self.around("page", partial(self.inner.page, ref))

    def read(self, ref: PageRef) -> Content:
        return self.around("read", partial(self.inner.read, ref))

    def snapshot(self, ref: PageRef) -> Snapshot:
        return self.around("snapshot", partial(self.inner.snapshot, ref))

    def clone(self, snapshot: Snapshot, draft: Draft) -> tuple[Page, Loss]:
        return self.around("clone", partial(self.inner.clone, snapshot, draft))

    def create(self, draft: Draft) -> Page:
        return self.around("create", partial(self.inner.create, draft))

    def update(self, page: Page, fields: Mapping[str, Value]) -> Page:
        return self.around("update", partial(self.inner.update, page, fields))

    def rewrite(self, page: Page, body: Document) -> Page:
        return self.around("rewrite", partial(self.inner.rewrite, page, body))

    def file(self, page: Page, under: PageRef) -> Page:
        return self.around("file", partial(self.inner.file, page, under))

    def protect(self, page: Page) -> bool:
        return self.around("protect", partial(self.inner.protect, page))

    def admit(self, page: Page, accounts: Collection[Account]) -> Page:
        return self.around("admit", partial(self.inner.admit, page, accounts))

    def readers(self, ref: PageRef, accounts: Collection[Account]) -> Mapping[Account, bool | None]:
        return self.around("readers", partial(self.inner.readers, ref, accounts))

    def comment(self, ref: PageRef, message: Message, token: str) -> Comment:
        return self.around("comment", partial(self.inner.comment, ref, message, token))

    def attach(self, ref: PageRef, name: str, data: bytes) -> None:
        self.around("attach", partial(self.inner.attach, ref, name, data))

    def trash(self, page: Page) -> None:
        self.around("trash", partial(self.inner.trash, page))


class Patient(Wrapper):
    """Tries again, for at most `budget` seconds per verb.

    Waits what the vendor asks for, but at most `cap` seconds at a time; without a wish 1, 2, 4 … seconds. Gives up with the
    last error once the next wait would exceed the budget, or once `stop` is set.
    """

    def __init__(
        self,
        inner: Connector,
        clock: Clock,
        *,
        budget: float = 120.0,
        cap: float = 60.0,
        stop: Event | None = None,
        sleep: Sleep | None = None,
    ) -> None:
        super().__init__(inner)
        self._clock = clock
        self._budget = budget
        self._cap = cap
        self._stop = stop
        self._sleep = sleep or _sleeper(stop)

    def around(self, verb: str, act: Callable[[], T]) -> T:
        deadline = self._clock.monotonic() + self._budget
        repeat = (Transient,) if VERBS[verb] is Kind.ADD else (Transient, Ambiguous)

        def hopeless(state: RetryCallState) -> bool:
            if self._stop is not None and self._stop.is_set():
                return True
            return self._clock.monotonic() + state.upcoming_sleep > deadline

        def worth_another_try(state: RetryCallState) -> bool:
            return isinstance(_error(state), repeat)

        return Retrying(sleep=self._sleep, wait=self._wait, stop=hopeless, retry=worth_another_try, reraise=True)(act)

    def _wait(self, state: RetryCallState) -> float:
        error = _error(state)
        wish = error.retry_after if isinstance(error, Transient) else None
        if wish is None:
            wish = 2.0 ** min(state.attempt_number - 1, 16)
        return min(max(wish, 0.0), self._cap)


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _sleeper(stop: Event | None) -> Sleep:
    return partial(sleep, stop=stop)


class Paced(Wrapper):
    """Keeps below `per_second` vendor calls on average, in this process, with the generic cell rate algorithm.

    One number is kept: the moment at which the next call would be due at an even pace. `burst` calls may be sent at once; what a
    verb really cost (`calls`) is charged afterwards. A vendor that names a time to wait is obeyed by all later verbs (up
    to `cap` seconds) and the pace is halved, down to an eighth, to recover by a twentieth with every verb that goes well.
    Once `stop` is set nothing waits any more: Transient is raised instead, and nothing was sent.
    """

    SLOWEST = 8.0
    RECOVERY = 0.95

    def __init__(
        self,
        inner: Connector,
        clock: Clock,
        *,
        per_second: float = PER_SECOND,
        burst: int = 3,
        cap: float = 60.0,
        stop: Event | None = None,
        sleep: Sleep | None = None,
    ) -> None:
        super().__init__(inner)
        self._clock = clock
        self._interval = 1.0 / per_second
        self._slack = (burst - 1) * self._interval
        self._cap = cap
        self._stop = stop
        self._sleep = sleep or _sleeper(stop)
        self._slowness = 1.0
        self._due = float("-inf")

    def around(self, verb: str, act: Callable[[], T]) -> T:
        self._await_turn(verb)
        started, before = self._clock.monotonic(), self.inner.calls
        try:
            result = act()
        except Transient as error:
            if error.retry_after is not None:
                self._slow_down(error.retry_after)
            raise
        finally:
            self._charge(started, before)
        self._slowness = max(self._slowness * self.RECOVERY, 1.0)
        return result

    def _slow_down(self, seconds: float) -> None:
        self._slowness = min(self._slowness * 2, self.SLOWEST)
        self._due = max(self._due, self._clock.monotonic() + min(seconds, self._cap) + self._slack)

    def _await_turn(self, verb: str) -> None:
        while (ahead := self._due - self._slack - self._clock.monotonic()) > 0:
            if self._stop is not None and self._stop.is_set():
                raise Transient(f"{verb}: nothing was sent, the bot is stopping")
            self._sleep(ahead)

    def _charge(self, started: float, before: int) -> None:
        cost = self.inner.calls - before
        self._due = max(self._due, started) + cost * self._interval * self._slowness
