"""The world of the sandbox: a clock, people, an integration and records. It knows no HTTP and no vendor.

Everything changes inside `World.change()`: either all of it happens and is on disk, or none of it happened. Records are
frozen; a change puts a new record in the place of the old one, so taking a failed change back is putting the old ones back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from isms_bot.sandbox.journal import Journal

DEFAULT_PEOPLE: tuple[tuple[str, str], ...] = (
    ("Mira Lindqvist", "mira@example.com"),
    ("Tomasz Wolny", "tomasz@example.com"),
    ("Saanvi Rao", "saanvi@example.com"),
    ("Joost van Dalen", "joost@example.com"),
    ("Elena Ferrer", "elena@example.com"),
    ("Noah Brandt", "noah@example.com"),
)


class Misuse(Exception):  # noqa: N818 - a refusal of the control API, not an error of the program
    """The control API or a gesture was asked for something that cannot be; the message is the sentence for the caller."""


class Record(Protocol):
    """What the world keeps: a frozen dataclass with JSON-able fields and an id."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str: ...


R = TypeVar("R")


@dataclass(frozen=True)
class Person:
    """A member of the workspace, or its integration's bot user."""

    id: str
    name: str
    email: str = ""
    kind: str = "person"  # person | bot
    active: bool = True


@dataclass(frozen=True)
class Integration:
    """What the bot may do, and what is shared with it (ids of roots)."""

    id: str = "integration"
    name: str = "isms-bot"
    token: str = ""
    token_revoked: bool = False
    read_content: bool = True
    insert_content: bool = True
    update_content: bool = True
    read_comments: bool = True
    insert_comments: bool = True
    user_info: str = "email"  # none | no_email | email
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Unkindness that is not a single fault. Everything is off by default."""

    rate_limit: bool = False
    requests_per_minute: int = 180
    search_lag: float = 0.0  # seconds of the world's clock until a change is found by search
    query_lag: float = 0.0  # the same for queries
    query_cap: int = 10_000  # rows that one query can ever reach
    block_quota: int | None = None  # blocks that a free workspace may ever make; None: a plan without a limit
    body_edits_move_page_time: bool = True


Listener = Callable[[Any, Any], None]


class World:
    """One workspace. Not safe for several threads: its server calls it from one."""

    def __init__(self, *, seed: int = 1, state: Path | None = None, kinds: Sequence[type] = ()) -> None:
        self._kinds: dict[str, type] = {k.__name__: k for k in (Person, Integration, *kinds)}
        self._journal = Journal(state) if state is not None else None
        self._listeners: list[Listener] = []
        self._pending: list[Callable[[], None]] | None = None
        self._dirty: dict[str, Any] = {}
        self._acting_at: datetime | None = None
        self.limits = Limits()
        self._start(seed)
        stored = self._journal.settings() if self._journal else {}
        self.fresh = "seed" not in stored
        if not self.fresh:
            self._load(stored)

    # -- start, load, reset

    def _start(self, seed: int) -> None:
        self.seed = seed
        self.counter = 0
        self.calls = 0
        self._frozen: datetime | None = None
        self.settings: dict[str, Any] = {}
        self.records: dict[str, Any] = {}
        self._of_kind: dict[type, dict[str, None]] = {}

    def _keep(self, record_id: str, record: Any) -> None:
        """Set (or, None, delete) a record and its place in the index by kind."""
        old = self.records.get(record_id)
        if record is None:
            self.records.pop(record_id, None)
            self._of_kind.get(type(old), {}).pop(record_id, None)
            return
        self.records[record_id] = record
        if type(old) is not type(record):
            self._of_kind.setdefault(type(record), {})[record_id] = None

    def _load(self, stored: Mapping[str, Any]) -> None:
        if self._journal is None:
            raise Misuse("there is no state to load")
        self.seed, self.counter, self.calls = stored["seed"], stored["counter"], stored.get("calls", 0)
        frozen = stored.get("frozen")
        self._frozen = datetime.fromisoformat(frozen) if frozen else None
        self.settings = dict(stored.get("settings", {}))
        self.limits = Limits(**stored.get("limits", {}))
        for kind, body in self._journal.records():
            record = _from_json(self._kinds[kind], body)
            self._keep(record.id, record)

    def listen(self, listener: Listener) -> None:
        """Call `listener(old, new)` for every change of a record, also for changes taken back; replays what exists."""
        self._listeners.append(listener)
        for record in self.records.values():
            listener(None, record)

    def wipe(self, seed: int) -> None:
        """Forget everything but the settings that outlive a reset (port). Listeners see every record go."""
        for record in list(self.records.values()):
            self._tell(record, None)
        kept = {key: value for key, value in self.settings.items() if key in {"port", "base_url"}}
        self._start(seed)
        self.settings = kept
        self.limits = Limits()
        if self._journal:
            self._journal.write({}, self._setting_rows(), wipe=True)

    def close(self) -> None:
        if self._journal:
            self._journal.close()

    # -- clock

    def now(self) -> datetime:
        """The world's time, aware, UTC."""
        if self._acting_at is not None:
            return self._acting_at
        return self._frozen if self._frozen is not None else datetime.now(UTC)

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)

    @property
    def standing_still(self) -> bool:
        return self._frozen is not None

    def set_clock(self, now: datetime | None) -> None:
        """Stand still at `now`, or run with real time again (None)."""
        self._frozen = now.astimezone(UTC) if now is not None else None
        self.save_settings()

    def advance(self, seconds: float) -> None:
        self.set_clock(self.now() + timedelta(seconds=seconds))

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Act at an earlier moment without moving the clock. Misuse when it lies after the clock."""
        if moment is None:
            yield
            return
        if moment > self.now():
            raise Misuse(f"at {moment.isoformat()} is after the sandbox's clock, {self.now().isoformat()}")
        self._acting_at = moment.astimezone(UTC)
        try:
            yield
        finally:
            self._acting_at = None

    # -- ids

    def new_id(self, *, random_looking: bool = False) -> str:
        """The next id: a function of seed and count alone. Pages look like UUIDv8 with the workspace's prefix,
        databases and people (`random_looking`) like UUIDv4, as recorded."""
        self.counter += 1
        d = hashlib.sha256(f"{self.seed}/{self.counter}".encode()).hexdigest()
        variant = "89ab"[int(d[19], 16) % 4]
        if random_looking:
            return f"{d[:8]}-{d[8:12]}-4{d[13:16]}-{variant}{d[20:23]}-{d[23:35]}"
        p = hashlib.sha256(f"{self.seed}".encode()).hexdigest()
        return f"{p[:8]}-{p[8:12]}-8{d[13:16]}-{variant}{d[20:23]}-{d[23:35]}"

    def new_call_id(self) -> str:
        """The id of one request, from a count of its own, so that failed calls do not change later ids."""
        self.calls += 1
        d = hashlib.sha256(f"{self.seed}/call/{self.calls}".encode()).hexdigest()
        return f"{d[:8]}-{d[8:12]}-4{d[13:16]}-{'89ab'[int(d[19], 16) % 4]}{d[20:23]}-{d[23:35]}"

    # -- records

    def get(self, kind: type[R], record_id: str) -> R | None:
        found = self.records.get(record_id)
        return found if isinstance(found, kind) else None

    def all(self, kind: type[R]) -> list[R]:
        """In the order in which they were made."""
        return [self.records[record_id] for record_id in self._of_kind.get(kind, {})]

    def put(self, record: Any) -> None:
        """Add or replace one record; only inside `change()`."""
        self._swap(record.id, record)

    def drop(self, record_id: str) -> None:
        self._swap(record_id, None)

    def _swap(self, record_id: str, new: Any) -> None:
        if self._pending is None:
            raise RuntimeError("records change inside World.change() only")
        old = self.records.get(record_id)
        self._keep(record_id, new)
        self._dirty[record_id] = new
        self._tell(old, new)

        def undo() -> None:
            self._keep(record_id, old)
            self._tell(new, old)

        self._pending.append(undo)

    def _tell(self, old: Any, new: Any) -> None:
        for listener in self._listeners:
            listener(old, new)

    @contextmanager
    def change(self) -> Iterator[None]:
        """All or nothing. Nested changes belong to the outermost one."""
        if self._pending is not None:
            yield
            return
        self._pending = []
        counter = self.counter
        try:
            yield
        except BaseException:
            for undo in reversed(self._pending):
                undo()
            self.counter = counter
            self._pending, self._dirty = None, {}
            raise
        self._pending = None
        dirty, self._dirty = self._dirty, {}
        if dirty and self._journal:
            rows = {
                record_id: (type(record).__name__, _to_json(record)) if record is not None else None
                for record_id, record in dirty.items()
            }
            self._journal.write(rows, {"counter": self.counter, "calls": self.calls})
        if dirty:
            self.fresh = False

    def save_settings(self) -> None:
        if self._journal:
            self._journal.write({}, self._setting_rows())

    def _setting_rows(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "counter": self.counter,
            "calls": self.calls,
            "frozen": self._frozen.isoformat() if self._frozen else None,
            "settings": self.settings,
            "limits": asdict(self.limits),
        }

    # -- people and the integration

    @property
    def integration(self) -> Integration:
        return self.records["integration"]  # type: ignore[no-any-return]

    @property
    def bot(self) -> Person:
        return next(p for p in self.all(Person) if p.kind == "bot")

    def people(self) -> list[Person]:
        """Persons in the order in which they joined, also those who left."""
        return [p for p in self.all(Person) if p.kind == "person"]

    def person(self, who: str) -> Person:
        """By id, e-mail or name. Misuse when there is no such person."""
        for person in self.all(Person):
            if who in {person.id, person.email, person.name} and who:
                return person
        raise Misuse(f"there is nobody called {who!r} in this workspace")

    def add_person(self, name: str, email: str, person_id: str | None = None) -> Person:
        person = Person(person_id or self.new_id(random_looking=True), name, email)
        self.put(person)
        return person

    def configure(self, **changes: Any) -> Integration:
        """Change the integration; returns it as it is now."""
        with self.change():
            self.put(replace(self.integration, **changes))
        return self.integration


def _to_json(record: Any) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record)}


def _from_json(kind: type, body: dict[str, Any]) -> Any:
    known = {f.name: f.type for f in fields(kind)}
    values = {
        name: tuple(value) if isinstance(value, list) and str(known[name]).startswith("tuple") else value
        for name, value in body.items()
        if name in known
    }
    return kind(**values)
