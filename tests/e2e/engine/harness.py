"""A small team in a wiki, whole: configuration, store, clock, passes and people's hands, the same on every platform.

    stage = Stage.begin(memory(), tmp_path)          # or notion(world), over HTTP
    stage.activate()
    stage.morning(date(2027, 1, 13))                 # passes, one a day, until this morning's
    stage.sign("review/2027-01-18/p03", "Chris")

A stage can be saved and set back (`save`, `restore`), and opened anew as after the death of the process (`reopen`).
"""

from __future__ import annotations

import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from isms_bot import config
from isms_bot.bootstrap import init
from isms_bot.clock import SystemClock
from isms_bot.config import Config
from isms_bot.connector import AccountInfo, Connector
from isms_bot.engine import PassResult, run_once
from isms_bot.errors import StoreError
from isms_bot.layout import Layout
from isms_bot.model import Contract, Key, Page, PageRef, Source, Value
from isms_bot.observatory import Observatory
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.world import World
from isms_bot.store import Store
from isms_bot.testing import Crash, Fault, MemoryWiki
from isms_bot.testing.gestures import Gestures
from isms_bot.workspace import Workspace
from isms_bot_notion import NotionConnector
from isms_bot_notion.settings import NotionSettings
from tests.contract.notion.wiki import NotionWiki

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2027, 1, 4, 8, 30, tzinfo=UTC)
"""A Monday; every first pass of a day is at half past nine in Amsterdam."""
NAMES = ("Anna", "Ben", "Chris", "Dana", "Emil", "Femke", "Gus", "Hana")
PEOPLE = tuple({"name": name, "email": f"{name.lower()}@example.com"} for name in NAMES)
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
_SCHEDULES = """
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
connector = "notion"
root = "{root}"
{api}
token = {{ env = "PLANTED_TOKEN_OF_A_TEST" }}
timezone = "Europe/Amsterdam"
calendar = "NL"
pack = "{pack}"
product_manager = "{manager}"
deputy = "{deputy}"
pass_minutes = 1440
{extra}
"""

_WRITING = frozenset({"ensure", "create", "clone", "update", "comment", "file", "protect", "trash", "attach"})


# --- platforms -----------------------------------------------------------------------------------------------------------


class Platform(Protocol):
    """One kind of wiki: how to connect to it, and how to put it back as it was."""

    @property
    def wiki(self) -> Any:
        """People's hands and the clock, in the words of `isms_bot.testing.under_test`."""
        ...

    @property
    def root(self) -> str:
        """The root as the configuration names it."""
        ...

    @property
    def api(self) -> str:
        """The address that stands in for the vendor's."""
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

    root = "https://app.notion.com/p/ISMS-0123456789abcdef0123456789abcdef"
    api = "http://127.0.0.1:1"

    def __init__(self, *, coarse: bool = False, now: datetime = START) -> None:
        people = tuple(AccountInfo(f"acc-{one['name'].lower()}", one["name"], one["email"], True) for one in PEOPLE)
        self.wiki = MemoryWiki(people, now=now, floor_to_minute=coarse)

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


class Notion:
    """The sandbox's Notion, over HTTP. `world` is served in this process, so that it can be put back."""

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        self._sandbox, self._world = sandbox, world
        self.wiki = NotionWiki(sandbox)
        self.root, self.api = sandbox.root_url, sandbox.url
        self._death: tuple[int, Fault] | None = None

    def connector(self, installation: str) -> Connector:
        settings = NotionSettings(root=self.wiki.root, api=self.api)
        made = NotionConnector.open(settings, token=self.wiki.token, installation=installation, workspace="acme")
        send = made._wire._send

        def mortal(*args: Any, **sent: Any) -> Any:
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

        made._wire._send = mortal  # type: ignore[method-assign]
        return made

    def trouble(self, kind: Fault, call: int) -> None:
        if kind in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
            self._death = (call, kind)
            return
        if kind is Fault.AMBIGUOUS_AFTER and call % 2:
            self._sandbox.faults({"effect": "unavailable_after_commit", "path": "^/v1/", "skip": call, "times": 1})
            return
        self.wiki.fault(kind, after=call)

    def calm(self) -> None:
        self._death = None
        self._sandbox.faults()

    def listen(self) -> None:
        self._sandbox.clear_requests()

    def calls(self) -> list[str]:
        asked = [(one["method"], one["path"]) for one in self._sandbox.requests()]
        return [f"!{method}" if method != "GET" and not path.endswith("query") else method for method, path in asked]

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


class WikiClock(SystemClock):
    """The wiki's time as the host's: nobody's clock goes wrong unless a test sets `apart`."""

    def __init__(self, wiki: Gestures | NotionWiki) -> None:
        self._wiki = wiki
        self.apart = timedelta()

    def now(self) -> datetime:
        return self._wiki.now + self.apart


# --- the stage -----------------------------------------------------------------------------------------------------------


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
        cls, platform: Platform, folder: Path, *, extra: str = "", sandbox: bool = True, schedules: str = ""
    ) -> Stage:
        """Configured and nothing more. `sandbox` False: the business time is the host's clock, as with a real vendor."""
        pack = folder / "pack"
        (pack / "pages").mkdir(parents=True)
        for name, text in _PAGES.items():
            (pack / "pages" / f"{name}.md").write_text(text)
        (pack / "pack.toml").write_text(
            'title = "A test"\nversion = "1"\nlanguage = "en"\npolicy = ["promise"]\npages = ["*.md"]\n'
            '[roles]\nteam-member = "Every team member"\nproduct-manager = "Product manager"\ndeputy = "Deputy"\n'
            'top-management = "Top management"\noperations = "Operations"\ndeveloper = "Developer"\n'
        )
        (pack / "schedules.toml").write_text(schedules or _SCHEDULES)
        stage = cls(
            platform, folder, cls.configured(platform, folder, extra, sandbox=sandbox), WikiClock(platform.wiki)
        )
        stage._open(create=True)
        return stage

    @staticmethod
    def configured(platform: Platform, folder: Path, extra: str = "", *, sandbox: bool = True) -> Config:
        """The configuration written and read."""
        path = folder / "config.toml"
        api = f'api = "{platform.api}"' if sandbox else ""
        values = {"root": platform.root, "api": api, "pack": folder / "pack", "extra": extra}
        path.write_text(_CONFIG.format(**values, manager="anna@example.com", deputy="ben@example.com"))
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
        self.workspace = Workspace.open(self.config, "acme", connector, self.store, self.clock, holder="test")
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


# --- what came of it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """Everything that must come out the same whatever went wrong on the way."""

    pages: Mapping[str, Any]
    ledger: Mapping[str, Any]
    comments: Mapping[str, Counter[str]]


def truth(stage: Stage) -> Truth:
    """What stands in the wiki and in the ledger, free of page ids and times of day."""
    names: dict[PageRef, str] = {}
    found: list[Page] = []
    for source in Source:
        found += stage.rows(source)
    for page in found:
        names[page.ref] = page.mark.key if page.mark is not None and page.is_original else page.title
    pages: dict[str, Any] = {}
    comments: dict[str, Counter[str]] = {}
    for page in found:
        name = f"{page.source.value}: {names[page.ref]}"
        assert name not in pages, f"{name} stands there twice"
        fields = {
            key: _plain(value, names) for key, value in page.fields.items() if key not in ("evidence", "mark", "key")
        }
        pages[name] = {"title": page.title, **fields}
        if page.source in (Source.JOBS, Source.NONCONFORMITIES, Source.FINDINGS, Source.DISCUSSION):
            comments[name] = Counter(stage.comments(page.ref))
    history = stage.workspace.history
    ledger = {
        "contracts": {key: repr(contract) for key, contract in history.contracts.items()},
        "outcomes": {key: outcome.value for key, outcome in history.outcomes.items()},
        "missed": {key: outcome.value for key, outcome in history.missed.items()},
        "numbers": dict(history.numbers),
        "standing": {number: one.status for number, one in history.standing.items()},
        "retracted": sorted(history.retracted),
        "raised": {number: names.get(ref, "gone") for number, ref in history.raised.items()},
        "discussion": {line: sorted(keys) for line, keys in history.discussion.items()},
        "notices": {
            key: sorted((one.person, one.step) for one in sent) for key, sent in history.notices.items() if sent
        },
        "replies": sorted(history.replies),
        "amendments": {key: [one.cause for one in changes] for key, changes in history.amendments.items()},
        "records": dict(history.records),
        "superseded": dict(history.superseded),
        "findings": sorted(history.findings),
        "questions": {key: names.get(ref, "gone") for key, ref in history.questions.items()},
        "improvements": {key: names.get(ref, "gone") for key, ref in history.improvements.items()},
        "decisions": {names.get(ref, ref): one.kind.value for ref, one in history.decisions.items()},
        "activated": dict(history.activated),
        "introduction": history.introduction_end,
        "people": {names.get(ref, ref): person for ref, person in history.people.items()},
        "pages": {key: names.get(ref, "gone") for key, ref in history.pages.items()},
        "rules": len(history.rules),
        "outages": list(history.outages),
    }
    return Truth(pages, ledger, comments)


def _plain(value: Value, names: Mapping[PageRef, str]) -> Any:
    return tuple(names.get(part, part) for part in value) if isinstance(value, tuple) else value
