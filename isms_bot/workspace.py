"""One workspace as a pass uses it: configuration, connector, store and ledger, opened together and held by one process."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from isms_bot.clock import Clock
from isms_bot.config import Config, WorkspaceConfig, rules
from isms_bot.connector import Connector
from isms_bot.errors import HeldElsewhere, Misconfigured
from isms_bot.history import History, fold
from isms_bot.layout import Layout
from isms_bot.ledger import Draft as Row
from isms_bot.ledger import Entry, Ledger
from isms_bot.mail import Post
from isms_bot.model import PageRef, RosterId, Source
from isms_bot.store import Lease, Store

LEASE_SECONDS = 120.0
INSTALLATION = "installation"
"""Key of the row of the register that says which installation keeps the workspace."""
VOUCHED_FOR = 3600.0
"""Seconds for which a look at that row is trusted."""
_LAYOUT: TypeAdapter[Layout] = TypeAdapter(Layout)


@dataclass(frozen=True, slots=True)
class Seat:
    """One row of the register that says who keeps the workspace; the highest number is the newest."""

    installation: str
    ref: str

    @property
    def number(self) -> int:
        """0 for the first seat, one more for each time that the workspace was taken over."""
        number = self.ref.partition("/")[2]
        return int(number) if number.isdigit() else 0


SWEEP = 20
"""The default budget where a job is read in three calls."""
_DAY_HOURS = 13
"""From 7 to 20 h passes are made by `pass_minutes`, otherwise by `night_minutes`."""


@dataclass(slots=True)
class Workspace:
    """What verbs and passes work with. `history` is kept up to date by `append`; nobody else folds."""

    config: WorkspaceConfig
    connector: Connector
    store: Store
    ledger: Ledger
    clock: Clock
    holder: str
    history: History = field(default_factory=History)
    lease: Lease | None = None
    _vouched: float | None = None
    dry: bool = False
    """Nothing is written anywhere: rows are folded and forgotten."""
    post: Post | None = None
    """How notices go out by mail; None if they appear in the wiki only."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """The promises as configured, in the form of `isms_bot.config.rules`."""

    @classmethod
    def open(
        cls,
        config: Config,
        name: str,
        connector: Connector,
        store: Store,
        clock: Clock,
        *,
        holder: str,
        dry: bool = False,
        post: Post | None = None,
    ) -> Workspace:
        """The workspace with its ledger folded and its layout, if there is one, bound."""
        workspace = cls(
            config.workspace(name), connector, store, Ledger(store, name), clock, holder, dry=dry, post=post
        )
        workspace.rules = rules(config, name)
        workspace.refresh()
        layout = workspace.layout()
        if layout is not None:
            connector.bind(layout)
        return workspace

    @property
    def name(self) -> str:
        """The workspace's name in the configuration."""
        return self.config.name

    @property
    def language(self) -> str:
        """The language of the workspace's pages."""
        return self.config.language

    @property
    def on_sandbox(self) -> bool:
        """True if an emulator stands in for the vendor: its `Date` is then the business clock."""
        return bool(getattr(self.config.settings, "api", None))

    def refresh(self) -> None:
        """Fold what was added to the ledger since the last fold."""
        fold(self.history, self.ledger.entries(after=self.history.seq))

    def layout(self) -> Layout | None:
        """The containers as `init` left them, None before."""
        known = self.store.meta_get(f"layout/{self.name}")
        return None if known is None else _LAYOUT.validate_python(known)

    def keep_layout(self, layout: Layout) -> None:
        """Remember the containers."""
        self.store.meta_put(f"layout/{self.name}", _LAYOUT.dump_python(layout, mode="json"))

    def need_layout(self) -> Layout:
        """The containers. Raises Misconfigured before `init`."""
        layout = self.layout()
        if layout is None:
            raise Misconfigured(f"workspace {self.name} has not been set up yet; run `isms-bot init` first")
        return layout

    def hold(self, *, take_over: bool = False) -> Lease:
        """Take or renew the lease: only its holder writes. Raises HeldElsewhere if another process has it."""
        if self.lease is not None:
            self.lease.renew()
            return self.lease
        lease = self.store.acquire(self.name, self.holder, LEASE_SECONDS, take_over=take_over)
        if lease is None:
            held_by = self.store.lease_holder(self.name) or "another process"
            raise HeldElsewhere(f"workspace {self.name} is held by {held_by}; wait for it, or use --take-over")
        self.lease = lease
        return lease

    def vouch(self) -> bool:
        """Check, once an hour, that this installation keeps the workspace; True if the newest seat in the register is its own.

        Raises HeldElsewhere if somebody else's seat is: two that write would undo each other's work.
        """
        moment = self.clock.monotonic()
        if self._vouched is not None and moment - self._vouched < VOUCHED_FOR:
            return True
        seat = self.newest_seat()
        if seat is None:
            return False
        if seat.ref != self.seat:
            self._vouched = None
            raise HeldElsewhere(
                f"another installation ({seat.installation}) keeps workspace {self.name}; run isms-bot where its store is, or, "
                "if that store is lost, `isms-bot init --take-over`"
            )
        self._vouched = moment
        return True

    def newest_seat(self) -> Seat | None:
        """Who keeps the workspace according to the register; None if nobody has taken it yet."""
        rows = self.connector.find(Source.REGISTER, INSTALLATION)
        seats = [Seat(row.mark.installation, str(row.fields.get("ref") or "")) for row in rows if row.mark is not None]
        return max(seats, key=lambda seat: seat.number, default=None)

    @property
    def seat(self) -> str:
        """This store's own seat: the installation's id, with a number if it was taken over."""
        return str(self.store.meta_get(f"seat/{self.name}") or self.store.installation())

    @property
    def sweep(self) -> int:
        """Calls that a pass may spend on looking at open jobs: as configured, else those of some seven readings."""
        return self.config.sweep or SWEEP * self.connector.capabilities.calls_per_read // 3

    def sweep_needed(self) -> int:
        """Calls that a pass has to spend on reading open jobs so that each is read whole once a day, changes left out.

        Passes are counted as the configuration asks for them; the cost of a reading is the connector's.
        """
        config = self.config
        night = max(config.pass_minutes, config.night_minutes)
        passes = _DAY_HOURS * 60 / config.pass_minutes + (24 - _DAY_HOURS) * 60 / night
        open_jobs = sum(1 for key in self.history.unfinished() if key in self.history.pages)
        return math.ceil(open_jobs * self.connector.capabilities.calls_per_read / max(passes, 1))

    def release(self) -> None:
        """Give the lease back."""
        if self.lease is not None:
            self.lease.release()
            self.lease = None

    def append(self, *rows: Row, at: datetime, pass_id: int | None = None) -> list[Entry]:
        """Add rows to the ledger in one transaction and fold them."""
        if self.dry:
            start = self.history.seq + 1
            entries = [Entry(seq, at, row.kind, row.key, dict(row.body), "", "") for seq, row in enumerate(rows, start)]
        else:
            entries = self.ledger.append_many(rows, at=at, pass_id=pass_id)
        fold(self.history, entries)
        return entries

    def commit(self, text: str, *, rule: str, subject: RosterId | None = None, on: date | None = None) -> str:
        """Keep words beside the chain, erasable, and return the token for a ledger row; "" for no words."""
        return self.ledger.commit(text, rule=rule, subject=subject, on=on) if text and not self.dry else ""

    def give_roster_id(self, page: PageRef, at: datetime) -> RosterId:
        """The roster id of a row, given once and never reused."""
        known = self.history.people.get(page)
        if known is not None:
            return known
        roster = f"p{len(self.history.people) + 1:02d}"
        self.append(Row("person", roster, {"roster": roster, "page": page}), at=at)
        return roster


def token_of(*parts: str) -> str:
    """A short token that identifies an effect, the same whenever it is computed from the same parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def plain(adapter: TypeAdapter[Any], value: Any) -> Mapping[str, Any]:
    """A value as JSON-compatible data, by its adapter."""
    dumped: Mapping[str, Any] = adapter.dump_python(value, mode="json")
    return dumped
