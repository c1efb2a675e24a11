"""A small team in a wiki, whole: configuration, store, clock, passes and people's hands, the same on every platform.

    stage = Stage.begin(memory(), tmp_path)          # or notion(world), over HTTP
    stage.activate()
    stage.morning(date(2027, 1, 13))                 # passes, one a day, until this morning's
    stage.sign("review/2027-01-18/p03", "Chris")

A stage can be saved and set back (`save`, `restore`), and opened anew as after the death of the process (`reopen`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from isms_bot import config
from isms_bot.bootstrap import init
from isms_bot.cli.opening import post_of
from isms_bot.clock import SystemClock
from isms_bot.config import Config
from isms_bot.engine import PassResult, run_once
from isms_bot.errors import StoreError
from isms_bot.model import Contract, Key, Page, PageRef, Source, Value
from isms_bot.observatory import Observatory
from isms_bot.store import Store
from isms_bot.workspace import Workspace
from tests.e2e.engine.platforms import Platform

ZONE = ZoneInfo("Europe/Amsterdam")
ROLES = {
    "Anna": ("team-member", "product-manager", "top-management"),
    "Ben": ("team-member", "deputy", "operations"),
    "Chris": ("team-member", "developer"),
    "Dana": ("team-member", "developer"),
    "Emil": ("team-member", "developer"),
    "Gus": ("team-member", "operations"),
}
REVIEW, RESTORE = "review", "restore"

_FORM = "Name:\n\nDate:\n\nSignature:\n\n---\n\nAnything unclear, wrong or a pain? (optional)\n"
_PAGES = {
    "objective": "---\nkind: objective\nid: objective\ntitle: Our objective\nrole: product-manager\n---\nWhy we do this.\n",
    "promise": "---\nkind: policy\nid: promise\ntitle: The promise\nrole: product-manager\n---\n> We look, and we test.\n",
    REVIEW: (
        "---\nkind: procedure\nid: review\ntitle: Policy review\nrole: product-manager\ncadence: every month\n"
        "evidence: signature\npolicy: promise\nminutes: 10\nlevel: at own account\n---\n"
        "- [ ] Read the policy.\n- [ ] Ask what is unclear.\n\n" + _FORM
    ),
    RESTORE: (
        "---\nkind: procedure\nid: restore\ntitle: Restore test\nrole: operations\ncadence: every month\n"
        "evidence: signature\npolicy: promise\nminutes: 30\nlevel: at own account\n---\n"
        "- [ ] Restore something.\n- [ ] Compare it.\n\n" + _FORM
    ),
}
SCHEDULES = """
[[schedule]]
id = "review"
procedure = "review"
assign = "role:developer"
completion = "each"
every = "1 month"
start = "week 2 after activation"
lead = "5 working days"
grace = "3 working days"
ladder = "gentle"
policy = "promise"
owner = "product-manager"

[[schedule]]
id = "restore"
procedure = "restore"
assign = "role:operations"
completion = "any"
every = "1 month"
start = "week 3 after activation"
lead = "5 working days"
grace = "4 working days"
ladder = "chore"
policy = "promise"
owner = "product-manager"
"""
_CONFIG = """
[workspaces.acme]
{keys}
token = {{ env = "PLANTED_TOKEN_OF_A_TEST" }}
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "{pack}"
product_manager = "Anna"
deputy = "Ben"
pass_minutes = 1440
{extra}
"""


class WikiClock(SystemClock):
    """The wiki's time as the host's: nobody's clock goes wrong unless a test sets `apart`."""

    def __init__(self, wiki: Any) -> None:
        self._wiki = wiki
        self.apart = timedelta()

    def now(self) -> datetime:
        now: datetime = self._wiki.now
        return now + self.apart


@dataclass(slots=True)
class Stage:
    """One installation over one wiki. `watch` lives as long as the process would; `reopen` ends it."""

    platform: Platform
    folder: Path
    config: Config
    clock: WikiClock
    store: Store = field(init=False)
    workspace: Workspace = field(init=False)
    watch: Observatory = field(init=False)
    stride: int = 1
    """Days between passes while nothing is about to happen; more than 2 would be an outage."""

    @classmethod
    def new(
        cls,
        platform: Platform,
        folder: Path,
        *,
        extra: str = "",
        sandbox: bool = True,
        schedules: str = "",
        pages: Mapping[str, str] | None = None,
    ) -> Stage:
        """Configured and nothing more; `pages` are in the pack beside those that are there always. `sandbox` False: the business time is the host's clock, as with a real vendor."""
        pack = folder / "pack"
        (pack / "pages").mkdir(parents=True)
        for name, text in {**_PAGES, **(pages or {})}.items():
            (pack / "pages" / f"{name}.md").write_text(text)
        (pack / "pack.toml").write_text(
            'title = "A test"\nversion = "1"\nlanguage = "en"\npolicy = ["promise"]\npages = ["*.md"]\n'
            '[roles]\nteam-member = "Every team member"\nproduct-manager = "Product manager"\ndeputy = "Deputy"\n'
            'top-management = "Top management"\noperations = "Operations"\ndeveloper = "Developer"\n'
        )
        (pack / "schedules.toml").write_text(schedules or SCHEDULES)
        stage = cls(
            platform, folder, cls.configured(platform, folder, extra, sandbox=sandbox), WikiClock(platform.wiki)
        )
        stage._open(create=True)
        return stage

    @staticmethod
    def configured(platform: Platform, folder: Path, extra: str = "", *, sandbox: bool = True) -> Config:
        """The configuration written and read."""
        path = folder / "config.toml"
        keys = "\n".join(f'{name} = "{value}"' for name, value in platform.keys(sandbox=sandbox).items())
        path.write_text(_CONFIG.format(keys=keys, pack=folder / "pack", extra=extra))
        return config.load(path)

    @classmethod
    def begin(cls, platform: Platform, folder: Path, **options: Any) -> Stage:
        """Configured, initialised, and the roles given."""
        stage = cls.new(platform, folder, **options)
        stage.init()
        stage.pass_()
        for name, roles in ROLES.items():
            stage.wiki.set_field(stage.user(name).ref, "roles", roles, who="Anna")
        return stage

    # --- process ---

    @property
    def database(self) -> Path:
        return self.folder / "store.sqlite3"

    def _open(self, *, create: bool = False) -> None:
        if create:
            self.store = Store.open(f"sqlite:///{self.database}", create=True)
            # Processes die in these tests, machines do not: nothing waits for the disk.
            sa.event.listen(self.store.engine, "connect", _hasty)
            self.store.engine.dispose()
        else:
            # A new store over new connections; only the statements that SQLAlchemy has compiled are kept, for speed.
            self.store = Store(self.store.url, self.store.engine, SystemClock())
        self.store.lock()
        connector = self.platform.connector(self.store.installation())
        post = post_of(self.config, self.config.workspace(), self.clock)
        self.workspace = Workspace.open(
            self.config, "acme", connector, self.store, self.clock, holder="test", post=post
        )
        self.watch = Observatory(self.store, "acme")

    def close(self) -> None:
        """End the process as a kill would: nothing is given back but what the machine gives back."""
        closing: Callable[[], None] | None = getattr(self.workspace.connector, "close", None)
        if closing is not None:
            closing()
        self.store.close()

    def reopen(self) -> None:
        """A new process over the same state folder and the same wiki."""
        self.close()
        self._open()

    def configure(self, extra: str = "", *, schedules: str | None = None) -> None:
        """Edit configuration or schedules and start anew."""
        if schedules is not None:
            (self.folder / "pack" / "schedules.toml").write_text(schedules)
        self.config = self.configured(self.platform, self.folder, extra)
        self.reopen()

    def save(self) -> tuple[Any, Path]:
        """Wiki and store as they are."""
        self.close()
        copy = self.folder / f"saved-{len(list(self.folder.glob('saved-*')))}.sqlite3"
        shutil.copyfile(self.database, copy)
        state = self.platform.save()
        self._open()
        return state, copy

    def restore(self, saved: tuple[Any, Path]) -> None:
        """Back to a saved state, opened anew."""
        self.close()
        for leftover in self.folder.glob("store.sqlite3-*"):
            leftover.unlink()
        shutil.copyfile(saved[1], self.database)
        self.platform.restore(saved[0])
        self._open()

    # --- time and passes ---

    @property
    def wiki(self) -> Any:
        """People's hands."""
        return self.platform.wiki

    @property
    def today(self) -> date:
        """The business date."""
        return self.wiki.now.astimezone(ZONE).date()  # type: ignore[no-any-return]

    def later(self, **span: float) -> None:
        """Let time go by."""
        self.wiki.set_now(self.wiki.now + timedelta(**span))

    def at(self, day: date, hour: int = 9, minute: int = 30) -> None:
        """Set the clock, in local time."""
        self.wiki.set_now(datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC))

    def init(self) -> int:
        """`isms-bot init`, and the harness learns where things are."""
        made = init(self.workspace, lambda _: None)
        self.platform.adopt(self.workspace.need_layout())
        return made

    def init_again(self) -> None:
        """`isms-bot init` until it says nothing more, some minutes apart."""
        for _ in range(4):
            try:
                self.init()
            except StoreError:
                self.later(minutes=5)
                continue
            return
        raise AssertionError("init never came to its end")

    def pass_(self, **options: Any) -> PassResult:
        """One pass."""
        return run_once(self.workspace, observatory=self.watch, **options)

    def settle(self, passes: int = 3) -> list[PassResult]:
        """A pass now, and further ones five minutes apart: enough for filing, looking up and trying again."""
        results = [self.pass_()]
        for _ in range(passes):
            self.later(minutes=8)
            results.append(self.pass_())
        return results

    def morning(self, day: date) -> None:
        """A pass every morning up to and including that of `day`."""
        while self.today < day:
            idle = day - self.today > timedelta(days=4)
            self.at(self.today + timedelta(days=self.stride if idle else 1))
            self.pass_()

    def eve(self, day: date) -> None:
        """All mornings before `day`; then it is the morning of `day`, and its pass is still to come."""
        self.morning(day - timedelta(days=1))
        self.at(day)

    # --- looking ---

    def rows(self, source: Source) -> tuple[Page, ...]:
        """All live rows of a source, copies included."""
        with self.platform.undisturbed():
            eyes = self.platform.connector(self.store.installation())
            eyes.bind(self.workspace.need_layout())
            pages = eyes.observe(source, None).pages
            closing: Callable[[], None] | None = getattr(eyes, "close", None)
            if closing is not None:
                closing()
        return pages

    def user(self, name: str) -> Page:
        """A person's row."""
        return next(row for row in self.rows(Source.USERS) if row.title == name)

    def account(self, name: str) -> str:
        """A person's account."""
        return next(str(one.id) for one in self.wiki.people if one.name == name)

    def person(self, name: str) -> str:
        """A person's roster id."""
        return self.workspace.history.people[self.user(name).ref]

    def review(self, nominal: date, name: str) -> Key:
        """The key of a person's review."""
        return f"{REVIEW}/{nominal.isoformat()}/{self.person(name)}"

    def ref(self, key: Key) -> PageRef:
        """The page of a job."""
        return self.workspace.history.pages[key]

    def job(self, key: Key) -> Page:
        """The page of a job as it is now, whatever its state."""
        with self.platform.undisturbed():
            return self.workspace.connector.page(self.ref(key))

    def promise(self, key: Key) -> Contract:
        """The contract as it stands, amendments applied."""
        return self.workspace.history.promise(key)

    def comments(self, ref: PageRef) -> list[str]:
        """What the bot and others said on a page, threads that were resolved left out."""
        with self.platform.undisturbed():
            return [comment.text for comment in self.workspace.connector.read(ref).comments]

    def said(self, key: Key, words: str) -> int:
        """How many comments on the job contain these words."""
        return sum(words in text for text in self.comments(self.ref(key)))

    def findings(self) -> set[str]:
        """Keys of findings that stand."""
        return set(self.workspace.history.findings)

    def outcome(self, key: Key) -> str | None:
        """The outcome of an occurrence, None while it is open."""
        found = self.workspace.history.outcomes.get(key)
        return found.value if found is not None else None

    # --- people ---

    def decide(self, kind: str, about: str = "", *, who: str = "Anna", **fields: Value) -> PageRef:
        """A row in Decisions."""
        values: dict[str, Value] = {"kind": kind, "why": "so it is", **fields}
        if about:
            values["about"] = about
        return str(self.wiki.create_row(Source.DECISIONS, f"{kind} by {who}", values, who=who))

    def activate(self) -> None:
        """The product manager puts everything into force; a pass takes it in."""
        self.decide("activate", "all")
        self.later(minutes=20)
        self.pass_()

    def fill(
        self, ref: PageRef, who: str, *, name: str | None = None, on: str | None = None, feedback: str = ""
    ) -> None:
        """Tick all steps and fill in the three lines."""
        self.wiki.tick(ref, who=who)
        for label, text in (
            ("Name:", name or who),
            ("Date:", on or self.today.isoformat()),
            ("Signature:", name or who),
        ):
            self.wiki.write(ref, label, text, who=who)
        if feedback:
            self.wiki.append(ref, feedback, who=who)

    def sign(self, key: Key, who: str, **options: Any) -> None:
        """Do a job and sign it."""
        self.fill(self.ref(key), who, **options)


def _hasty(raw: Any, _record: object) -> None:
    raw.execute("PRAGMA synchronous=OFF")
